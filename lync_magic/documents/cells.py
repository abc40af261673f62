"""A notebook's cells, whatever the format that they came from or go to.

Rules: a language is named as VS Code names it (`powershell`, `csharp`). Outputs are nbformat's own dictionaries, kept
as they came; nothing here looks into them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final, Literal

PYTHON: Final = "python3"
POWERSHELL: Final = "lync_magic"
"""The names of the kernels that notebooks are written for."""

KernelName = Literal["python3", "lync_magic"]


@dataclass(frozen=True)
class Cell:
    """One cell.

    language: `markdown`, `raw`, or of its code.  line: where it came from.  outputs: nbformat's.
    tags: for papermill, nbclient and people.  facts: kept under `lync_magic` in the cell's metadata.
    id: nbformat's, where it came with one.  jupyter: what else Jupyter's own metadata says of it (`collapsed`).
    attachments: a Markdown cell's pictures, by name.  kernel: what its text called its kernel (`sql-adventureworks`).
    """

    language: str
    source: str
    line: int = 0
    outputs: tuple[Mapping[str, Any], ...] = ()
    tags: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    jupyter: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)
    kernel: str = ""

    @property
    def is_code(self) -> bool:
        """Whether it is a cell that runs, in whatever language."""
        return self.language not in ("markdown", "raw")


@dataclass(frozen=True)
class Notebook:
    """Cells, and what is said of all of them. facts: kept under `lync_magic` in the notebook's metadata."""

    cells: tuple[Cell, ...]
    language: str = "powershell"
    facts: Mapping[str, Any] = field(default_factory=dict)


def text_of(outputs: tuple[Mapping[str, Any], ...]) -> str:
    """What a cell's outputs say, as text, without what is said around a table."""
    said: list[str] = []
    for output in outputs:
        if output.get("output_type") == "stream":
            said.append(_joined(output.get("text", "")))
        elif output.get("output_type") == "error":
            if output.get("ename") != "CellFailed":  # it counts errors that stand above it
                said.append(f"Error: {str(output.get('evalue', '')).splitlines()[0] if output.get('evalue') else ''}")
        else:
            said.append(_data_text(output.get("data", {})))
    lines = "\n".join(text.rstrip("\n") for text in said if text.strip()).split("\n")
    return "\n".join(line for line in lines if _AROUND.match(line) is None).strip("\n")


_AROUND: Final = re.compile(
    r"^(?:\(\d[\d, ]* obje(?:c)?ts? .*[)…]|… .*|Signed in\.|Connecté\.|The credential is there\.|"
    r"Les informations d’identification sont là\.|VERBOSE: \S+ is the sandbox tenant.*)$"
)
"""What is said around what a command gives: a table's foot, the form's end, that the sandbox was started."""
_UNREAD: Final = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_ROW_END: Final = re.compile(r"<(?:br|/tr|/p|/div|/pre|/li|/h\d|/table)\b[^>]{0,200}>\s*", re.IGNORECASE)
_CELL_END: Final = re.compile(r"</t[dh]\s*>\s*", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_MOST_HTML: Final = 200_000
"""Characters of HTML that are read as text."""


def _data_text(data: object) -> str:
    """A display's text: as it gives it, else what its HTML says."""
    if not isinstance(data, Mapping):
        return ""
    if "text/plain" in data:
        return _joined(data["text/plain"])
    html = _joined(data.get("text/html", ""))[:_MOST_HTML]
    text = _TAG.sub("", _CELL_END.sub("\t", _ROW_END.sub("\n", _UNREAD.sub("", html))))
    return "\n".join(line.rstrip() for line in unescape(text).splitlines() if line.strip())


def _joined(text: object) -> str:
    return "".join(str(line) for line in text) if isinstance(text, list) else str(text)
