"""Tables in HTML, for a notebook.

Rules of this file: what a table shows, and what of it, is worked out in `records`; here it becomes HTML. Every text
goes through `records.visible` (in `show`) and then through `escape`, last. No script, no link, nothing that loads.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lync_magic.messages import say
from lync_magic.records import TERMINAL_COLUMNS, CellKind, Grid, Shown, grid_of
from lync_magic.safe_text import one_line
from lync_magic.ui.style import PLAIN_CLASSES, html_of, sheet

CELL_CHARACTERS = 200
"""What a cell of a row holds at most; a tooltip holds more."""

_WORTH_A_TOOLTIP = 30
_RIGHT = "lync-n"
_LEFT_ALIGNED = ' style="text-align:left"'  # an untrusted notebook has no style sheet, and sets all to the right
CLASSES = {CellKind.NOTHING: "lync-z", CellKind.NO: "lync-z", CellKind.TROUBLE: "lync-e"}
"""How a cell looks, by what it holds; see `table.css`."""


def table_html(columns: Sequence[str], rows: Sequence[Sequence[object]], caption: str = "") -> str:
    """Columns and rows as an HTML table: sessions, modules, commands. caption: plain text, above it."""
    return grid_html(grid_of(columns, rows, title=caption))


def table_text(columns: Sequence[str], rows: Sequence[Sequence[object]], wide: int = TERMINAL_COLUMNS) -> str:
    """Columns and rows as Format-Table lays them out, at most `wide` columns of a terminal a line."""
    return grid_of(columns, rows).text(wide)


def grid_html(grid: Grid, origin: str = "") -> str:
    """A grid as HTML, with its style sheet. origin: where what it shows is from."""
    head = "".join(
        f'<th scope="col"{_set(right=place in grid.numeric)}>{escape(name)}</th>'
        for place, name in enumerate(grid.names)
    )
    corner = "<td></td>" if grid.labels else ""
    body = [_row_html(grid, place) for place in range(len(grid.rows))]
    if grid.gap is not None:
        body.insert(grid.gap, _gap_html(grid))
    table = f"<thead><tr>{corner}{head}</tr></thead><tbody>{''.join(body)}</tbody>"
    kind = ", ".join(filter(None, (grid.type_name, grid.group)))
    return framed(f'<table class="lync-table">{table}</table>', grid.title, kind, grid.note, origin)


def _row_html(grid: Grid, place: int) -> str:
    row = grid.rows[place]
    label = f'<th scope="row">{escape(grid.labels[place])}</th>' if grid.labels else ""
    if grid.is_across(row):
        return f"<tr>{label}{cell_html(row[0], across=len(grid.columns))}</tr>"
    cells = "".join([cell_html(shown, right=place in grid.numeric) for place, shown in enumerate(row)])
    return f"<tr>{label}{cells}</tr>"


def _gap_html(grid: Grid) -> str:
    corner = "<td></td>" if grid.labels else ""
    across = f"<td{_set()}{_span(len(grid.columns))}>⋮ {say('{count} more', count=f'{grid.left_out:,}')}</td>"
    return f'<tr class="lync-gap">{corner}{across}</tr>'


def framed(table: str, title: str, type_name: str, note: str, origin: str = "") -> str:
    """An HTML table with what stands above and below it. title, type_name: plain text.  note, origin: safe text."""
    type_part = f'<span class="lync-type">{html_of(type_name)}</span>' if type_name else ""
    head = f'<div class="lync-head"><b>{html_of(title)}</b> {type_part}</div>' if title or type_name else ""
    foot = f'<div class="lync-foot">{escape(note)}</div>' if note else ""
    foot += f'<div class="lync-foot lync-origin">{escape(origin)}</div>' if origin else ""
    body = f'{head}<div class="lync-scroll">{table}</div>{foot}'
    return f'{sheet("table")}<div class="lync-result {PLAIN_CLASSES}">{body}</div>'


def cell_html(shown: Shown, most: int = CELL_CHARACTERS, across: int = 1, *, right: bool = False) -> str:
    """One cell. Nothing is a faint dash, told from an empty text; what may be cut has a tooltip.

    right: set to the right, as its column is.
    """
    mark = f"lync-mark-{shown.mark}" if shown.mark else ""
    style = _set(" ".join(filter(None, (CLASSES.get(shown.kind, ""), mark))), right=right)
    if shown.key:
        style += f' data-v="{escape(shown.key)}"'
    if shown.kind is CellKind.NOTHING:
        return f'<td{style} title="null"{_span(across)}>–</td>'
    text = shown.text
    tooltip = f' title="{escape(text)}"' if len(text) > _WORTH_A_TOOLTIP else ""
    direction = "" if text.isascii() else ' dir="auto"'
    return f"<td{style}{_span(across)}{direction}{tooltip}>{escape(one_line(text, most))}</td>"


def name_html(name: str) -> str:
    """The cell that names what stands in its row. name: safe text."""
    return f'<th scope="row"{_set()}>{escape(name)}</th>'


def _set(name: str = "", *, right: bool = False) -> str:
    """The attributes of a cell that say how it looks and to which side it is set."""
    names = " ".join([each for each in (name, _RIGHT if right else "") if each])
    return (f' class="{names}"' if names else "") + ("" if right else _LEFT_ALIGNED)


def _span(across: int) -> str:
    return f' colspan="{across}"' if across > 1 else ""
