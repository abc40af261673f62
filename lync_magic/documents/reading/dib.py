"""Reads `.dib` files, the notebooks of .NET Interactive as text: `#!pwsh` begins a cell of PowerShell.

Rule: only a line that names a kernel begins a cell; every other `#!` line belongs to the code around it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from lync_magic.documents.cells import Cell, Notebook

LANGUAGES: Final = {
    "pwsh": "powershell", "powershell": "powershell", "csharp": "csharp", "c#": "csharp", "cs": "csharp",
    "fsharp": "fsharp", "f#": "fsharp", "fs": "fsharp", "markdown": "markdown", "md": "markdown", "html": "html",
    "javascript": "javascript", "js": "javascript", "python": "python", "jupyter-python": "python", "sql": "sql",
    "kql": "kql", "mermaid": "mermaid", "value": "value", "http": "http", "httprequest": "http", "r": "r",
}  # fmt: skip
"""What .NET Interactive calls a kernel, and its language."""


def read_dib(text: str) -> Notebook:
    """The cells of a `.dib` file, each with its line."""
    lines = text.replace("\r\n", "\n").replace("\0", "").lstrip("\ufeff").split("\n")
    facts, begin = _meta(lines)
    language = LANGUAGES.get(str(facts.get("defaultKernelName", "csharp")).lower(), "csharp")
    default = language
    cells: list[Cell] = []
    held: list[str] = []
    line = begin + 1
    for number, one in enumerate(lines[begin:], begin):
        named = LANGUAGES.get(one[2:].strip().lower()) if one.startswith("#!") else None
        if named is None:
            held.append(one)
            continue
        _keep(cells, language, held, line)
        language, held, line = named, [], number + 2
    _keep(cells, language, held, line)
    return Notebook(tuple(cells), default)


def _keep(cells: list[Cell], language: str, lines: list[str], line: int) -> None:
    text = "\n".join(lines)
    if text.strip():
        blank = len(text) - len(text.lstrip("\n"))
        cells.append(Cell(language, text.strip("\n").rstrip(), line + blank))


def _meta(lines: list[str]) -> tuple[dict[str, Any], int]:
    """What `#!meta` says at the head of a file, and the index of the line after it."""
    if not lines or lines[0].strip() != "#!meta":
        return {}, 0
    end = next((number for number, one in enumerate(lines[1:], 1) if one.startswith("#!")), len(lines))
    try:
        told = json.loads("\n".join(lines[1:end]))
    except (ValueError, RecursionError):
        return {}, end
    info = told.get("kernelInfo", {}) if isinstance(told, dict) else {}
    return (info if isinstance(info, dict) else {}), end
