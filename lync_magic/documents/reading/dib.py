"""Reads `.dib` files, the notebooks of .NET Interactive as text: `#!pwsh` begins a cell of PowerShell."""

from __future__ import annotations

import json
from typing import Any

from lync_magic.documents.cells import Cell, Notebook
from lync_magic.documents.languages import names_in, pieces


def read_dib(text: str) -> Notebook:
    """The cells of a `.dib` file, each with its line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\ufeff").split("\n")
    facts, begin = _meta(lines)
    body = "\n".join(lines[begin:])
    names = names_in([body], facts.get("items"))
    default = names.language(str(facts.get("defaultKernelName", "csharp"))) or "csharp"
    cells = tuple(
        Cell(piece.language, piece.text, piece.line + begin, kernel=piece.kernel)
        for piece in pieces(body, default, names)
    )
    return Notebook(cells, default)


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
