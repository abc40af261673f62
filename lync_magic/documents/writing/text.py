"""Writes a notebook as text: a script, a `.dib` file, Markdown.

Rules: a script holds what PowerShell runs, everything else as comments. Outputs go into Markdown alone. Read again,
each
gives the same cells of PowerShell.
"""

from __future__ import annotations

import json
from typing import Final

from lync_magic.documents.cells import Cell, Notebook, text_of
from lync_magic.documents.making import fenced

_DIB_NAMES: Final = {"powershell": "pwsh", "shellscript": "pwsh"}


def to_script(notebook: Notebook) -> str:
    """The cells as one script: prose and cells of other languages as comments."""
    pieces = []
    for cell in notebook.cells:
        if cell.language == "powershell":
            pieces.append(cell.source.rstrip())
        elif "setup" not in cell.tags:
            head = [] if cell.language == "markdown" else [f"[{cell.language}]"]
            lines = [*head, *cell.source.rstrip().split("\n")]
            pieces.append("\n".join(f"# {line}".rstrip() for line in lines))
    return "\n\n".join(pieces) + "\n"


def to_dib(notebook: Notebook) -> str:
    """The cells as .NET Interactive's text."""
    meta = {"kernelInfo": {"defaultKernelName": "pwsh", "items": [{"name": "pwsh", "languageName": "PowerShell"}]}}
    pieces = [f"#!meta\n\n{json.dumps(meta)}"]
    for cell in notebook.cells:
        if "setup" in cell.tags:
            continue
        name = _DIB_NAMES.get(cell.language, cell.language)
        pieces.append(f"#!{name}\n\n{cell.source.rstrip()}")
    return "\n\n".join(pieces) + "\n"


def to_markdown(notebook: Notebook) -> str:
    """The cells as a document: code in fences, and what they print."""
    pieces: list[str] = []
    for cell in notebook.cells:
        if not cell.is_code:
            pieces.append(cell.source.rstrip())
        elif "setup" not in cell.tags:
            pieces += _fences(cell)
    return "\n\n".join(piece for piece in pieces if piece.strip()) + "\n"


def _fences(cell: Cell) -> list[str]:
    printed = text_of(cell.outputs).rstrip()
    return [fenced(cell.source.rstrip(), cell.language), *([fenced(printed, "output")] if printed else [])]
