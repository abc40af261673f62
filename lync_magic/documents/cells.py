"""A notebook's cells, whatever the format that they came from or go to.

Rules: a language is named as VS Code names it (`powershell`, `csharp`). Outputs are nbformat's own dictionaries, kept
as they came; nothing here looks into them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

PYTHON: Final = "python3"
POWERSHELL: Final = "lync_magic"
"""The names of the kernels that notebooks are written for."""

KernelName = Literal["python3", "lync_magic"]


@dataclass(frozen=True)
class Cell:
    """One cell.

    language: `markdown`, or of its code.  line: where it came from.  outputs: nbformat's.
    tags: for papermill, nbclient and people.  facts: kept under `lync_magic` in the cell's metadata.
    """

    language: str
    source: str
    line: int = 0
    outputs: tuple[Mapping[str, Any], ...] = ()
    tags: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_code(self) -> bool:
        """Whether it is a cell that runs, in whatever language."""
        return self.language != "markdown"


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
            said.append(_joined(output.get("data", {}).get("text/plain", "")))
    lines = "\n".join(text.rstrip("\n") for text in said if text.strip()).split("\n")
    return "\n".join(line for line in lines if _AROUND.match(line) is None).strip("\n")


_AROUND: Final = re.compile(
    r"^(?:\(\d[\d, ]* obje(?:c)?ts? .*[)…]|… .*|Signed in\.|Connecté\.|VERBOSE: \S+ is the sandbox tenant.*)$"
)
"""What is said around what a command gives: a table's foot, the form's end, that the sandbox was started."""


def _joined(text: object) -> str:
    return "".join(str(line) for line in text) if isinstance(text, list) else str(text)
