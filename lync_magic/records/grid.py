"""Tables in plain text, as PowerShell's Format-Table lays them out; and what a table in HTML is made of.

Rules of this file: a `Grid` holds only what is shown, so what it costs does not grow with the result. Every text in it
went through `cells.show`. Widths are columns of a terminal: a wide character takes two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from shutil import get_terminal_size

from lync_magic.messages import say
from lync_magic.records.cells import CellKind, Shown, show
from lync_magic.records.widths import fitted, kept_in_place, width
from lync_magic.safe_text import one_line

TERMINAL_COLUMNS = 120
"""How wide a plain text table may be where no terminal says how wide it is."""

WIDEST_NAME = 60
"""Where the name of a column ends."""

SIGNS = {"bad": "⚠ ", "warn": "! ", "good": "✔ "}
"""What stands before a marked text in a terminal; in HTML the style sheet puts it there."""

_NARROWEST_TERMINAL = 40
_NARROWEST_COLUMN = 4


def terminal_columns() -> int:
    """How many columns the terminal has, or `TERMINAL_COLUMNS`."""
    return max(_NARROWEST_TERMINAL, get_terminal_size((TERMINAL_COLUMNS, 0)).columns)


@dataclass(frozen=True)
class Grid:
    """What a table shows.

    rows: a cell a column each; a row of one cell stands across all columns (what is no object).
    labels: one a row, the place of each in the result, or empty.  gap: after how many rows a line says that
    `left_out` more come between; None when none do.  title, type_name, note: around the table.
    group: what all rows agree in, above them.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    labels: Sequence[str] = ()
    gap: int | None = None
    left_out: int = 0
    title: str = ""
    type_name: str = ""
    group: str = ""
    note: str = ""
    numeric: frozenset[int] = field(init=False)
    """The columns that are set to the right."""

    def __post_init__(self) -> None:
        places = range(len(self.columns))
        object.__setattr__(self, "numeric", frozenset(place for place in places if self._is_numeric(place)))

    @property
    def names(self) -> list[str]:
        """The columns' names, safe, each on one line."""
        return [one_line(name, WIDEST_NAME) for name in self.columns]

    def is_across(self, row: Sequence[Shown]) -> bool:
        """Whether a row is one cell across all columns."""
        return len(row) < len(self.columns)

    def text(self, columns: int = TERMINAL_COLUMNS) -> str:
        """As PowerShell's Format-Table lays it out: names, dashes, rows; no line is wider than `columns`."""
        names = self.names
        widths = self._widths(names, columns)
        lines = [
            self._line(names, widths),
            self._line(["-" * min(width(name), wide) for name, wide in zip(names, widths, strict=True)], widths),
        ]
        for row in self.rows:
            if self.is_across(row):
                lines.append(fitted(row[0].text, columns).rstrip())
            else:
                lines.append(self._line([SIGNS.get(shown.mark, "") + shown.text for shown in row], widths))
        if self.gap is not None:
            lines.insert(2 + self.gap, f"… {say('{count} more', count=f'{self.left_out:,}')}")
        if self.group:
            lines[:0] = [fitted(f"   {self.group}", columns).rstrip(), ""]
        return "\n".join(lines)

    def _is_numeric(self, place: int) -> bool:
        kinds = {row[place].kind for row in self.rows if not self.is_across(row)}
        return kinds - {CellKind.NOTHING, CellKind.TROUBLE} == {CellKind.NUMBER}

    def _line(self, texts: Sequence[str], widths: Sequence[int]) -> str:
        cells = [
            kept_in_place(fitted(text, wide, right=place in self.numeric))
            for place, (text, wide) in enumerate(zip(texts, widths, strict=True))
        ]
        return " ".join(cells).rstrip()

    def _widths(self, names: Sequence[str], columns: int) -> list[int]:
        """What each column needs; where all together need more than there is, the widest ones give."""
        rows = [row for row in self.rows if not self.is_across(row)]
        widths = [
            max([width(name), *(width(SIGNS.get(row[place].mark, "") + row[place].text) for row in rows)])
            for place, name in enumerate(names)
        ]
        over = sum(widths) + len(widths) - 1 - columns
        while over > 0 and max(widths) > _NARROWEST_COLUMN:
            widest = max(widths)
            tied = [place for place, wide in enumerate(widths) if wide == widest]
            lower = max([_NARROWEST_COLUMN, *(wide for wide in widths if wide < widest)])
            cut = min(over, (widest - lower) * len(tied))
            each, rest = divmod(cut, len(tied))
            for number, place in enumerate(reversed(tied)):  # the first columns say most
                widths[place] -= each + (number < rest)
            over -= cut
        return widths


def grid_of(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> Grid:
    """A grid of plain values, all rows shown."""
    return Grid(columns, [[show(value) for value in row] for row in rows], title=title)
