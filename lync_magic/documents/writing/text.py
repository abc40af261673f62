"""Writes a notebook as text: a script, a `.dib` file, Markdown.

Rules: a script holds what PowerShell runs, everything else as comments, under the lines that mark cells in a script
(`# %%`, as VS Code and jupytext read them). Outputs go into Markdown alone. Read again, each gives the same cells of
PowerShell.
"""

from __future__ import annotations

import json
import re
from typing import Final

from lync_magic.documents.cells import Cell, Notebook, text_of
from lync_magic.documents.languages import LANGUAGES, NAMES, SELECTORS
from lync_magic.documents.making import fenced

MARK: Final = "# %%"
"""Begins a cell in a script; `[markdown]`, or a language, may follow."""
MAGIC: Final = re.compile(r"%{1,2}[A-Za-z]\w*")
"""What begins a line of the notebook's own, which no PowerShell runs."""
_SELECTS: Final = re.compile(r"^#!(\S+)[ \t]*$", re.MULTILINE)


def to_script(notebook: Notebook) -> str:
    """The cells as one script: prose and cells of other languages as comments."""
    pieces = []
    for cell in notebook.cells:
        if "setup" in cell.tags:
            continue
        source = cell.source.strip("\n").rstrip()
        if cell.language == "powershell":
            pieces.append(f"{MARK}\n{_runnable(source)}")
        else:
            lines = "\n".join(f"# {line}".rstrip() for line in source.split("\n"))
            pieces.append(f"{MARK} [{cell.language}]\n{lines}")
    return "\n\n".join(pieces) + "\n"


def _runnable(source: str) -> str:
    """A cell's text, with the notebook's own lines at its head as comments."""
    lines = source.split("\n")
    for number, line in enumerate(lines):
        if MAGIC.match(line) is None:
            break
        lines[number] = f"# {line}"
    return "\n".join(lines)


def to_dib(notebook: Notebook) -> str:
    """The cells as .NET Interactive's text."""
    cells = [cell for cell in notebook.cells if "setup" not in cell.tags]
    used = {"pwsh": "powershell", **{_selector(cell): cell.language for cell in cells}}
    items = [{"name": name, "languageName": _LANGUAGE_NAMES.get(one, one)} for name, one in used.items()]
    meta = {"kernelInfo": {"defaultKernelName": "pwsh", "items": items}}
    pieces = [f"#!meta\n\n{json.dumps(meta)}"]
    for cell in cells:
        source = cell.source.strip("\n").rstrip()
        pieces.append(f"#!{_selector(cell)}\n\n{source if cell.is_code else _SELECTS.sub(_indented, source)}")
    return "\n\n".join(pieces) + "\n"


def _selector(cell: Cell) -> str:
    """What the line before a cell names: its language's kernel, or the one that the notebook connected by a name."""
    connected = cell.kernel if cell.kernel and LANGUAGES.get(cell.kernel.lower()) is None else None
    return connected or SELECTORS.get(cell.language, cell.language)


_LANGUAGE_NAMES: Final = {
    **NAMES, "powershell": "PowerShell", "markdown": "Markdown", "html": "HTML", "javascript": "JavaScript",
    "python": "Python",
}  # fmt: skip


def _indented(line: re.Match[str]) -> str:
    """A line of prose that would begin a cell, with a space before it."""
    return f" {line[0]}" if line[1].lower() in LANGUAGES else line[0]


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
