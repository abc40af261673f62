"""From a document, or another kernel's notebook, to a notebook; and from a notebook back to text.

Rules: what a file's name ends in says what it is and what it becomes. The same file gives the same text every time.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from lync_magic.documents.cells import POWERSHELL, PYTHON, Cell, KernelName, Notebook
from lync_magic.documents.linking import Places, linked
from lync_magic.documents.making import Making, notebook_of
from lync_magic.documents.reading import read_notebook
from lync_magic.documents.reading.ipynb import require_valid
from lync_magic.documents.reading.read import document_of, is_notebook, text_in
from lync_magic.documents.writing import to_dib, to_ipynb, to_markdown, to_script
from lync_magic.errors import UsageError

WRITABLE: Final = (".ipynb", ".dib", ".md", ".ps1")
"""What a file that is written may end in."""


def convert(
    path: Path,
    ending: str = ".ipynb",
    *,
    making: Making | None = None,
    kernel: KernelName | None = None,
    language: str | None = None,
    clear: bool = False,
    places: Places | None = None,
) -> str:
    """A file's text in another form. Raises UsageError for what cannot be read or written.

    ending: of what it becomes.  kernel: which one runs the notebook; by default Python's for documents, and ours for
    notebooks of PowerShell.  language: of the document's prose, where its words do not tell.  clear: without outputs.
    places: what the documents become that are converted together, so that links between them stay whole.
    """
    if ending not in WRITABLE:
        raise UsageError(f"Nothing can be written as {ending or path.name}.", f"Write one of: {', '.join(WRITABLE)}.")
    text = text_in(path)
    cells = is_notebook(text, str(path))
    if cells:
        notebook = read_notebook(text, str(path))
        kernel = kernel or (PYTHON if notebook.language == "python" else POWERSHELL)
    else:
        kernel = kernel or PYTHON
        document = document_of(text, path, language)
        notebook = notebook_of(document, replace(making or Making(), kernel=kernel))
    if places is not None:
        notebook = linked(notebook, path, places)
    made = written(notebook, ending, kernel, clear=clear)
    if ending == ".ipynb" and cells:
        require_valid(made)
    return made


def written(notebook: Notebook, ending: str, kernel: KernelName, *, clear: bool = False) -> str:
    """The notebook's text in the form that a file's ending says."""
    if ending == ".ipynb":
        return to_ipynb(notebook, kernel, clear=clear)
    if clear:
        notebook = replace(notebook, cells=tuple(_cleared(cell) for cell in notebook.cells))
    return {".dib": to_dib, ".md": to_markdown, ".ps1": to_script}[ending](notebook)


def _cleared(cell: Cell) -> Cell:
    return replace(cell, outputs=())
