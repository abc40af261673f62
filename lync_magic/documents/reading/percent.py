"""Reads a script whose cells are marked (`# %%`), as VS Code, jupytext and our own writer mark them.

Rules: a mark is a line of its own; `[markdown]`, or a language, says that the cell's lines are comments; any other
word is a title, and stays with the code as a comment. What stands before the first mark is a cell too.
"""

from __future__ import annotations

import re
from typing import Final

from lync_magic.documents.cells import Cell, Notebook

_MARK: Final = re.compile(r"^# ?%%(?:[ \t]+(?:\[(\w{1,40})\])?[ \t]*(.*?))?[ \t]*$")
_HEAD: Final = re.compile(r"\A# ---\n(?:#[^\n]*\n){0,100}?# ---\n+")
"""What jupytext writes first: facts of the notebook."""
_COMMENT: Final = re.compile(r"^#[ ]?")
_OWN: Final = re.compile(r"^# (?=%{1,2}[A-Za-z])")
"""A line of the notebook's own, which a script holds as a comment."""


def is_percent(text: str) -> bool:
    """Whether a script's first line, but for what jupytext writes, marks a cell."""
    first = _HEAD.sub("", text[:20_000], count=1).lstrip("\n").partition("\n")[0]
    return _MARK.match(first) is not None


def read_percent(text: str) -> Notebook:
    """The cells of such a script, each with its line."""
    head = _HEAD.match(text)
    skipped = text[: head.end()].count("\n") if head is not None else 0
    cells: list[Cell] = []
    language, line = "powershell", skipped + 1
    held: list[str] = []
    for number, one in enumerate(text.split("\n")[skipped:], skipped + 1):
        mark = _MARK.match(one)
        if mark is None:
            held.append(one)
            continue
        _keep(cells, language, held, line)
        language, line = mark[1] or "powershell", number + 1
        held = [f"# {mark[2]}"] if mark[2] and language == "powershell" else []
    _keep(cells, language, held, line)
    return Notebook(tuple(cells))


def _keep(cells: list[Cell], language: str, lines: list[str], line: int) -> None:
    text = "\n".join(lines)
    if text.strip():
        blank = len(text) - len(text.lstrip("\n"))
        cells.append(Cell(language, _uncommented(language, text.strip("\n").rstrip()), line + blank))


def _uncommented(language: str, text: str) -> str:
    lines = text.split("\n")
    if language != "powershell":
        return "\n".join(_COMMENT.sub("", line) for line in lines)
    for number, line in enumerate(lines):
        if _OWN.match(line) is None:
            break
        lines[number] = _OWN.sub("", line)
    return "\n".join(lines)
