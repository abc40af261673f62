"""Writes a notebook (`.ipynb`), for the Python kernel with `%%lync` cells or for the PowerShell kernel.

Rules: the same cells give the same text, ids included. A cell says its language to editors (`vscode.languageId`). A
cell of a language that no kernel here runs becomes text, with a note that names it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lync_magic.documents.cells import POWERSHELL, PYTHON, Cell, KernelName, Notebook, text_of
from lync_magic.documents.languages import NAMES
from lync_magic.documents.making import fenced
from lync_magic.messages import say

_KERNELSPECS: Final[Mapping[str, dict[str, str]]] = {
    PYTHON: {"display_name": "Python 3 (ipykernel)", "language": "python", "name": PYTHON},
    POWERSHELL: {"display_name": "PowerShell (lync_magic)", "language": "powershell", "name": POWERSHELL},
}
_LANGUAGES: Final[Mapping[str, dict[str, str]]] = {
    PYTHON: {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"},
    POWERSHELL: {
        "codemirror_mode": "powershell",
        "file_extension": ".ps1",
        "mimetype": "text/x-powershell",
        "name": "powershell",
        "pygments_lexer": "powershell",
    },
}
_FORMAT: Final = (4, 5)
"""The version of the format that is written."""
_UNSAID: Final = re.compile("[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f\ud800-\udfff]")
_HALVES: Final = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs, which no file can hold."""
_MAGICS: Final = {"python": "%%python", "html": "%%html", "javascript": "%%javascript", "shellscript": "%%bash"}
_SELECTED: Final = re.compile(r"^#!(?:share|set|time|who|whos|import|value)\b", re.MULTILINE)
"""A line that only a kernel which knows `#!` lines understands."""


def to_ipynb(notebook: Notebook, kernel: KernelName, *, clear: bool = False) -> str:
    """The notebook as text. clear: without outputs."""
    cells = _with_ids(_cells(notebook, kernel, clear=clear))
    metadata = {
        "kernelspec": dict(_KERNELSPECS[kernel]),
        "language_info": dict(_LANGUAGES[kernel]),
        **({"lync_magic": dict(notebook.facts)} if notebook.facts else {}),
    }
    written = {
        "cells": cells,
        "metadata": metadata,
        "nbformat": _FORMAT[0],
        "nbformat_minor": _FORMAT[1],
    }
    for cell in cells:
        _as_lines(cell)
    return _HALVES.sub("\ufffd", json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True)) + "\n"


def _as_lines(cell: dict[str, Any]) -> None:
    """Long texts as lists of lines, as notebooks on disk have them, so that a difference is a line."""
    cell["source"] = cell["source"].splitlines(keepends=True)
    for output in cell.get("outputs", ()):
        if isinstance(output.get("text"), str):
            output["text"] = output["text"].splitlines(keepends=True)


def _with_ids(cells: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells, each with an id of its own: its own, else one that its place and text make, the same every time."""
    used: set[str] = set()
    made: list[dict[str, Any]] = []
    for number, cell in enumerate(cells):
        told = f"{number}\n{cell['cell_type']}\n{cell['source']}"
        own = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        name = own if not cell["id"] or cell["id"] in used else cell["id"]
        used.add(name)
        made.append({**cell, "id": name})
    return made


def _cells(notebook: Notebook, kernel: KernelName, *, clear: bool) -> Iterator[dict[str, Any]]:
    needs_extension = kernel == PYTHON and not any(
        cell.source.startswith("%load_ext lync_magic") for cell in notebook.cells
    )
    for cell in notebook.cells:
        if needs_extension and cell.language == "powershell":
            needs_extension = False
            yield _code(
                Cell("python", "%load_ext lync_magic", tags=("setup",)), "%load_ext lync_magic", "python", clear
            )
        yield _written(cell, kernel, clear=clear)


def _written(cell: Cell, kernel: KernelName, *, clear: bool) -> dict[str, Any]:
    source = _clean(cell.source)
    if not cell.is_code:
        pictures = {"attachments": dict(cell.attachments)} if cell.attachments else {}
        return {"cell_type": cell.language, "id": cell.id, "metadata": _metadata(cell), "source": source, **pictures}
    if cell.language == "powershell":
        magic = kernel == PYTHON and not source.startswith("%")
        return _code(cell, f"%%lync\n{source}" if magic else source, "powershell", clear)
    if cell.language == "value" and kernel == POWERSHELL and source.lstrip().startswith("#!value"):
        return _code(cell, source, "powershell", clear)
    if cell.language == "python" and (kernel == PYTHON or source.startswith("%")):
        return _code(cell, source, "python", clear)
    if cell.language in _MAGICS:
        return _code(cell, _marked(source, cell.language, kernel), cell.language, clear)
    return _kept(cell, source, clear=clear)


def _marked(source: str, language: str, kernel: KernelName) -> str:
    """A cell's text under the line that says its language: a magic's, or ours where the text has `#!` lines."""
    if source.startswith("%%"):
        return source
    if kernel == POWERSHELL and language in ("python", "javascript") and _SELECTED.search(source):
        return f"#!{language}\n{source}"
    return f"{_MAGICS[language]}\n{source}"


def _kept(cell: Cell, source: str, *, clear: bool) -> dict[str, Any]:
    """A cell of another language as text, with a note that names it, and what it printed."""
    name = NAMES.get(cell.language, cell.language)
    note = say("A cell of {language}, kept as text: no kernel here runs it.", language=name)
    printed = "" if clear else _clean(text_of(cell.outputs))
    text = f"> *{note}*\n\n{fenced(source, cell.language)}"
    told = {"language": cell.language, **({"kernel": cell.kernel} if cell.kernel else {})}
    metadata = _metadata(replace(cell, facts={**cell.facts, **told}))
    source = f"{text}\n\n{fenced(printed, 'text')}" if printed else text
    return {"cell_type": "markdown", "id": cell.id, "metadata": metadata, "source": source}


def _code(cell: Cell, source: str, language: str, clear: bool) -> dict[str, Any]:
    metadata = {**_metadata(cell), "vscode": {"languageId": language}}
    outputs = [] if clear else [_output(output) for output in cell.outputs]
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell.id,
        "metadata": metadata,
        "outputs": outputs,
        "source": source,
    }


def _output(output: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(output)
    if told.get("output_type") == "execute_result":
        told["execution_count"] = None
    if isinstance(told.get("text"), str):
        told["text"] = _clean(told["text"])
    return told


def _metadata(cell: Cell) -> dict[str, Any]:
    metadata: dict[str, Any] = dict(cell.jupyter)
    if cell.tags:
        metadata["tags"] = list(cell.tags)
    if cell.facts:
        metadata["lync_magic"] = dict(cell.facts)
    return metadata


def _clean(text: str) -> str:
    """Text without the characters that JSON, or a screen, cannot hold: halves of pairs, and controls."""
    if _UNSAID.search(text) is None:
        return text
    return _UNSAID.sub("", text).encode("utf-8", "replace").decode("utf-8")
