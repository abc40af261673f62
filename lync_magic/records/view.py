"""How PowerShell laid objects out: the columns that it chose, and what it wrote into them.

Rule of this file: nothing is worked out here that PowerShell has said; its texts lose their colours, and what hides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from lync_magic.records.cells import CellKind, Shown
from lync_magic.records.grid import Grid
from lync_magic.safe_text import one_line, without_colours

TABLE: Final = "Table"
LIST: Final = "List"
MOST_CHARACTERS: Final = 1_000


class Side(IntEnum):
    """Where a column is set (`Microsoft.PowerShell.Commands.Internal.Format.TextAlignment`)."""

    UNDEFINED = 0
    LEFT = 1
    CENTER = 2
    RIGHT = 3


@dataclass
class View:
    """A view of objects.

    kind: `Table`, `List`, or what cannot be drawn.  names, sides: of a table's columns.  rows: a table's cells; a
    list's names and values in turn; or one text that stands across.
    """

    kind: str
    names: list[str]
    sides: list[int]
    rows: list[list[str] | str] = field(default_factory=list)

    def without_rows(self) -> View:
        """The same view for the objects that come next."""
        return View(self.kind, self.names, self.sides)

    @property
    def is_drawable(self) -> bool:
        """Whether there is a table or a list to be made of it."""
        return self.kind in (TABLE, LIST) and bool(self.rows)

    def grid(self, count: int, *, title: str, type_name: str) -> Grid:
        """As a table. count: of the objects, of which the first have rows here."""
        rows = [self._cells(row) for row in self.rows]
        left_out = count - len(rows)
        gap = len(rows) if left_out > 0 else None
        return Grid(self.names, rows, gap=gap, left_out=max(0, left_out), title=title, type_name=type_name)

    def _cells(self, row: list[str] | str) -> Sequence[Shown]:
        if isinstance(row, str):
            return [plain(row)]
        right = [side == Side.RIGHT for side in self.sides]
        return [plain(text, number=number) for text, number in zip(row, right, strict=True)]


def plain(text: str, *, number: bool = False) -> Shown:
    """A text that PowerShell formatted, for a table that is not a terminal's."""
    text = one_line(without_colours(text), MOST_CHARACTERS)
    return Shown(text, CellKind.NUMBER if number else CellKind.TEXT)
