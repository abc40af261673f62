"""A whole result, or one object, as text in a terminal; and what of a result is shown at all, in HTML too.

Rules of this file: a result is anything with a length and items (`Records`, a list); only the rows that are shown are
ever asked for, so a result of a million objects is drawn as fast as one of twenty. What is left out is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.messages import say
from lync_magic.records.cells import Shown, property_names, property_of, row_names, show
from lync_magic.records.chosen import (
    MOST_WIDE,
    WIDEST_COLUMN,
    Columns,
    chosen,
    full_type_name,
    reads_better_as_list,
)
from lync_magic.records.grid import WIDEST_NAME, Grid, terminal_columns
from lync_magic.records.plainer import VALUE
from lync_magic.records.widths import fitted, kept_in_place, width, wrapped
from lync_magic.safe_text import ELLIPSIS, one_line

MOST_ROWS = 20
"""Up to this many rows are all shown."""


class _Rows:
    """How many rows are shown. most: all up to so many; of more, the first three fifths and the last fifth."""

    most = MOST_ROWS

    @property
    def first(self) -> int:
        return max(1, self.most * 3 // 5)

    @property
    def last(self) -> int:
        return self.most // 5


_rows = _Rows()


def rows_shown() -> int:
    """Up to how many rows are all shown."""
    return _rows.most


def show_rows(most: int = MOST_ROWS) -> None:
    """Show all rows of results up to so many from now on."""
    _rows.most = most


MOST_PROPERTIES = 100
"""Where the list of one object's properties ends."""

HIDDEN_NAMED = 12
"""How many of the properties left out of a table are named below it."""

_NOTHING_THERE = "(no objects)"
_NO_PROPERTIES = "@{}"
_BETWEEN = " : "
_LONGEST_VALUE = 400
_NARROWEST_VALUE = 20
MOST_TYPE_NAME = 200


class Properties(NamedTuple):
    """One object's properties as a list of them shows it: safe names and what they hold, and how many are left out."""

    shown: list[tuple[str, Shown]]
    left_out: int


def grid_of_result(rows: Sequence[Any], wide: int = MOST_WIDE) -> Grid:
    """What a table of the result shows. wide: characters there are for the columns that nobody chose."""
    count = len(rows)
    places = _places(count)
    taken = [rows[place] for place in places]
    columns = chosen(taken, wide)
    if not columns.shown:
        columns = Columns((VALUE,), ())
        cells = [[show(row)] for row in taken]
    else:
        cells = [_cells(row, columns.shown) for row in taken]
    return Grid(
        columns.shown,
        cells,
        labels=[str(place) for place in places],
        gap=_rows.first if count > len(places) else None,
        left_out=count - len(places),
        title=title_of(rows),
        type_name=type_title(taken),
        group=columns.group,
        note=_note(columns),
    )


def result_text(rows: Sequence[Any], wide: int | None = None) -> str:
    """A result as a terminal shows it: Format-Table and a count, or Format-List for one object of many properties.

    wide: columns of the terminal; None: as many as it has.
    """
    if not len(rows):
        return _NOTHING_THERE
    if reads_better_as_list(rows):
        return object_text(rows[0], wide)
    if len(rows) == 1 and row_names(rows[0]) is None:
        return show(rows[0]).text
    wide = wide or terminal_columns()
    grid = grid_of_result(rows, wide)
    kind = say(" of {type}", type=one_line(grid.type_name)) if grid.type_name else ""
    note = [_within(f"… {grid.note}", wide)] if grid.note else []
    return "\n".join(
        [grid.text(wide), *note, _within(f"({count_text(len(rows))}{kind}{_unread_text(rows)}{_from(rows)})", wide)]
    )


def properties_of(value: Any) -> Properties:
    """One object's properties, and the plain value that it may be besides."""
    names = property_names(value) or ()
    shown = [(one_line(name, WIDEST_NAME), show(property_of(value, name))) for name in names[:MOST_PROPERTIES]]
    if isinstance(value, ObjectLike) and value.base is not MISSING:
        shown.insert(0, (VALUE, show(value.base)))
    return Properties(shown, max(0, len(names) - MOST_PROPERTIES))


def object_text(value: Any, wide: int | None = None) -> str:
    """One object as Format-List shows it: a line a property, what is longer goes on below.

    wide: columns of the terminal; None: as many as it has.
    """
    if not property_names(value):
        return show(value).text or _NO_PROPERTIES
    shown, left_out = properties_of(value)
    columns = (wide or terminal_columns()) - len(_BETWEEN)
    names = min(columns - _NARROWEST_VALUE, max(width(name) for name, _ in shown))
    room = columns - names
    below = "\n" + " " * (names + len(_BETWEEN))
    lines = []
    for name, cell in shown:
        text = below.join(wrapped(one_line(cell.text, _LONGEST_VALUE), room))
        lines.append(f"{kept_in_place(fitted(name, names))}{_BETWEEN}{text}".rstrip())
    if left_out:
        lines.append(f"… {say('{count} more properties', count=f'{left_out:,}')}")
    origin = origin_of(value)
    return "\n".join([*lines, f"({origin})"] if origin else lines)


def object_line(value: Any) -> str:
    """One object on one line, with the properties that a table of it would show: `@{Name=Ken; Enabled=True; …}`."""
    if row_names(value) is None or not property_names(value):
        return show(value).text or _NO_PROPERTIES
    columns = chosen([value])
    parts = [
        f"{one_line(name, WIDEST_NAME)}={show(property_of(value, name), WIDEST_COLUMN).text}" for name in columns.shown
    ]
    return f"@{{{'; '.join([*parts, ELLIPSIS] if columns.hidden else parts)}}}"


def count_text(count: int) -> str:
    """`1 object`, `20,000 objects`."""
    return say("{count} object" if count == 1 else "{count} objects", count=f"{count:,}")


def title_of(rows: Sequence[Any]) -> str:
    """How many objects there are, and how many of them could not be read."""
    return f"{count_text(len(rows))}{_unread_text(rows)}"


def origin_of(rows: object) -> str:
    """Where a result is from, where that is no live server: `from the tape of 20 November 2026`."""
    if isinstance(rows, list | tuple):
        told = "; ".join(dict.fromkeys(filter(None, map(origin_of, rows[:MOST_ROWS]))))
    else:
        told = getattr(rows, "lync_origin", "") if hasattr(type(rows), "lync_origin") else ""
    return one_line(str(told), MOST_TYPE_NAME)


def type_title(rows: Sequence[Any]) -> str:
    """The types of the rows, each once, on a line."""
    return one_line(", ".join(dict.fromkeys(name for name in map(full_type_name, rows) if name)), MOST_TYPE_NAME)


def _within(line: str, wide: int) -> str:
    return fitted(line, wide).rstrip()


def _from(rows: Sequence[Any]) -> str:
    origin = origin_of(rows)
    return f", {origin}" if origin else ""


def _unread_text(rows: Sequence[Any]) -> str:
    unread = len(getattr(rows, "undecoded", ()))
    return say(", {count} of them could not be read", count=f"{unread:,}") if unread else ""


def _places(count: int) -> list[int]:
    if count <= _rows.most:
        return list(range(count))
    return [*range(_rows.first), *range(count - _rows.last, count)]


def _cells(row: Any, names: Sequence[str]) -> list[Shown]:
    """A row's cells; what has no properties is one cell across."""
    return [show(property_of(row, name)) for name in names] if row_names(row) else [show(row)]


def _note(columns: Columns) -> str:
    hidden = columns.hidden
    if not hidden:
        return ""
    named = ", ".join(kept_in_place(one_line(name, WIDEST_NAME)) for name in hidden[:HIDDEN_NAMED])
    more = say(" and {count} more", count=len(hidden) - HIDDEN_NAMED) if len(hidden) > HIDDEN_NAMED else ""
    told = "{count} more property: {names}" if len(hidden) == 1 else "{count} more properties: {names}"
    return say(told, count=len(hidden), names=f"{named}{more}")
