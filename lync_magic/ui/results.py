"""Results: the objects of a command as a table, or one object as a list of its properties.

Rules of this file: a result is anything with a length and items (`records.Records`, a list); only the rows
that are shown are ever asked for, so a result of a million objects is drawn as fast as one of twenty.
"""

from __future__ import annotations

from collections.abc import Sequence

from lync_magic.clixml import MISSING
from lync_magic.ui.columns import Columns, chosen, full_type_name, reads_better_as_list
from lync_magic.ui.table import Grid, cell_html, framed
from lync_magic.ui.text import fitted, html_of, one_line, width
from lync_magic.ui.values import MOST_CHARACTERS, Shown, property_names, property_of, show

MOST_ROWS = 20
"""Up to this many rows are all shown."""

FIRST_ROWS = 12
LAST_ROWS = 4

MOST_PROPERTIES = 100
"""Where the list of one object's properties ends."""

HIDDEN_NAMED = 12
"""How many of the properties left out of a table are named below it."""

_VALUE_COLUMN = "Value"
_LONGEST_LINE = 300
_WIDEST_NAME = 60


def result_html(rows: Sequence[object]) -> str:
    """A result as HTML."""
    if reads_better_as_list(rows):
        return _list_html(rows[0])
    return _grid(rows).html() if len(rows) else framed("", "No objects", "", "")


def result_text(rows: Sequence[object], wide: int | None = None) -> str:
    """A result as a terminal shows it: Format-Table for several objects, Format-List for one of many
    properties.
    """
    if reads_better_as_list(rows):
        return _list_text(rows[0])
    if not len(rows):
        return ""
    grid = _grid(rows)
    return grid.text() if wide is None else grid.text(wide)


def object_html(value: object) -> str:
    """One object as a list of its properties, in HTML."""
    return _list_html(value)


def object_text(value: object) -> str:
    """One object as Format-List shows it."""
    return _list_text(value)


def result_bundle(rows: Sequence[object]) -> dict[str, str]:
    """A result as a notebook takes it: by MIME type."""
    return {"text/html": result_html(rows), "text/plain": result_text(rows)}


def _grid(rows: Sequence[object]) -> Grid:
    count = len(rows)
    places = _places(count)
    shown = [rows[place] for place in places]
    columns = chosen(shown)
    if not columns.shown:
        columns = Columns((_VALUE_COLUMN,), ())
        cells = [[show(row)] for row in shown]
    else:
        cells = [[_cell(row, name) for name in columns.shown] for row in shown]
    return Grid(
        columns.shown,
        cells,
        labels=[str(place) for place in places],
        gap=FIRST_ROWS if count > len(places) else None,
        left_out=count - len(places),
        title=f"{count:,} object{'' if count == 1 else 's'}",
        type_name=_types(shown),
        note=_note(columns),
    )


def _places(count: int) -> list[int]:
    if count <= MOST_ROWS:
        return list(range(count))
    return [*range(FIRST_ROWS), *range(count - LAST_ROWS, count)]


def _cell(row: object, name: str) -> Shown:
    if property_names(row) is None:
        return show(row) if name == _VALUE_COLUMN else show(MISSING)
    return show(property_of(row, name))


def _types(shown: Sequence[object]) -> str:
    names = list(dict.fromkeys(name for name in map(full_type_name, shown) if name))
    return ", ".join(names)


def _note(columns: Columns) -> str:
    hidden = columns.hidden
    if not hidden:
        return ""
    named = ", ".join(one_line(name, _WIDEST_NAME) for name in hidden[:HIDDEN_NAMED])
    more = f" and {len(hidden) - HIDDEN_NAMED} more" if len(hidden) > HIDDEN_NAMED else ""
    return f"{len(hidden)} more propert{'y' if len(hidden) == 1 else 'ies'}: {named}{more}"


def _properties(value: object) -> list[tuple[str, Shown]]:
    names = property_names(value) or ()
    return [(one_line(name, _WIDEST_NAME), show(property_of(value, name))) for name in names[:MOST_PROPERTIES]]


def _left_out(value: object) -> int:
    return max(0, len(property_names(value) or ()) - MOST_PROPERTIES)


def _list_html(value: object) -> str:
    rows = [
        f'<tr><th scope="row">{html_of(name)}</th>{cell_html(shown, MOST_CHARACTERS)}</tr>'
        for name, shown in _properties(value)
    ]
    left_out = _left_out(value)
    return framed(
        f'<table class="lync-table lync-list"><tbody>{"".join(rows)}</tbody></table>',
        "1 object",
        full_type_name(value),
        f"{left_out:,} more properties" if left_out else "",
    )


def _list_text(value: object) -> str:
    properties = _properties(value)
    if not properties:
        return show(value).text
    wide = max(width(name) for name, _ in properties)
    lines = [f"{fitted(name, wide)} : {one_line(shown.text, _LONGEST_LINE)}".rstrip() for name, shown in properties]
    left_out = _left_out(value)
    return "\n".join([*lines, f"… {left_out:,} more properties"] if left_out else lines)
