"""Tables: columns and rows as HTML for a notebook and as plain text for a terminal.

Rules of this file: a `Grid` holds only what is shown, so what it costs does not grow with the result. Every
text in it goes through `values.show` and, in HTML, through `escape`, last. No script, no link, nothing that
loads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from lync_magic.ui.style import PLAIN_CLASSES, sheet
from lync_magic.ui.text import fitted, html_of, one_line, width
from lync_magic.ui.values import Kind, Shown, show

TERMINAL_COLUMNS = 120
"""How wide a plain text table may be."""

CELL_CHARACTERS = 200
"""What a cell of a row holds at most; a tooltip holds more."""

_WORTH_A_TOOLTIP = 30
_NARROWEST_COLUMN = 4
_WIDEST_NAME = 60
_CLASSES = {Kind.NUMBER: "lync-n", Kind.NO: "lync-z", Kind.TROUBLE: "lync-e"}


@dataclass(frozen=True)
class Grid:
    """What a table shows.

    labels: one a row, the place of each in the result, or empty.  gap: after how many rows a line says that
    `left_out` more come between; None when none do.  title, type_name, note: around the table, in HTML.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    labels: Sequence[str] = ()
    gap: int | None = None
    left_out: int = 0
    title: str = ""
    type_name: str = ""
    note: str = ""
    numeric: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        places = range(len(self.columns))
        object.__setattr__(self, "numeric", frozenset(place for place in places if self._is_numeric(place)))

    def _is_numeric(self, place: int) -> bool:
        kinds = {row[place].kind for row in self.rows} - {Kind.NOTHING}
        return kinds == {Kind.NUMBER}

    def html(self) -> str:
        """As HTML, with its style sheet."""
        head = "".join(self._name_html(place, name) for place, name in enumerate(self.columns))
        corner = "<td></td>" if self.labels else ""
        body = [self._row_html(place) for place in range(len(self.rows))]
        if self.gap is not None:
            body.insert(self.gap, self._gap_html())
        table = f"<thead><tr>{corner}{head}</tr></thead><tbody>{''.join(body)}</tbody>"
        return framed(f'<table class="lync-table">{table}</table>', self.title, self.type_name, self.note)

    def _name_html(self, place: int, name: str) -> str:
        style = ' class="lync-n"' if place in self.numeric else ""
        return f'<th scope="col"{style}>{html_of(one_line(name, _WIDEST_NAME))}</th>'

    def _row_html(self, place: int) -> str:
        label = f'<th scope="row">{escape(self.labels[place])}</th>' if self.labels else ""
        return f"<tr>{label}{''.join(cell_html(shown) for shown in self.rows[place])}</tr>"

    def _gap_html(self) -> str:
        corner = "<th></th>" if self.labels else ""
        across = f'<td colspan="{len(self.columns)}">⋮ {self.left_out:,} more</td>'
        return f'<tr class="lync-gap">{corner}{across}</tr>'

    def text(self, columns: int = TERMINAL_COLUMNS) -> str:
        """As PowerShell's Format-Table lays it out: names, dashes, rows; no line is wider than `columns`."""
        names = [one_line(name, _WIDEST_NAME) for name in self.columns]
        widths = self._widths(names, columns)
        lines = [
            self._line(names, widths),
            self._line(["-" * min(width(name), wide) for name, wide in zip(names, widths, strict=True)], widths),
        ]
        lines += [self._line([shown.text for shown in row], widths) for row in self.rows]
        if self.gap is not None:
            lines.insert(2 + self.gap, f"… {self.left_out:,} more")
        return "\n".join(lines)

    def _line(self, texts: Sequence[str], widths: Sequence[int]) -> str:
        cells = [
            fitted(text, wide, right=place in self.numeric)
            for place, (text, wide) in enumerate(zip(texts, widths, strict=True))
        ]
        return " ".join(cells).rstrip()

    def _widths(self, names: Sequence[str], columns: int) -> list[int]:
        """What each column needs; where all together need more than there is, the widest ones give."""
        widths = [
            max([width(name), *(width(row[place].text) for row in self.rows)]) for place, name in enumerate(names)
        ]
        over = sum(widths) + len(widths) - 1 - columns
        while over > 0 and max(widths) > _NARROWEST_COLUMN:
            widest = max(widths)
            next_widest = max([wide for wide in widths if wide < widest], default=_NARROWEST_COLUMN)
            place = widths.index(widest)
            cut = min(over, max(1, widest - max(next_widest, _NARROWEST_COLUMN)))
            widths[place] -= cut
            over -= cut
        return widths


def grid_of(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> Grid:
    """A grid of plain values, all rows shown."""
    return Grid(columns, [[show(value) for value in row] for row in rows], title=title)


def table_html(columns: Sequence[str], rows: Sequence[Sequence[object]], caption: str = "") -> str:
    """Columns and rows as an HTML table: sessions, modules, commands. caption: plain text, above it."""
    return grid_of(columns, rows, title=caption).html()


def table_text(columns: Sequence[str], rows: Sequence[Sequence[object]], wide: int = TERMINAL_COLUMNS) -> str:
    """Columns and rows as Format-Table lays them out, at most `wide` characters a line."""
    return grid_of(columns, rows).text(wide)


def framed(table: str, title: str, type_name: str, note: str) -> str:
    """An HTML table with what stands above and below it. title, type_name, note: plain text."""
    type_part = f'<span class="lync-type">{html_of(type_name)}</span>' if type_name else ""
    head = f'<div class="lync-head"><b>{html_of(title)}</b>{type_part}</div>' if title or type_name else ""
    foot = f'<div class="lync-foot">{html_of(note)}</div>' if note else ""
    body = f'{head}<div class="lync-scroll">{table}</div>{foot}'
    return f'{sheet("table")}<div class="lync-result {PLAIN_CLASSES}">{body}</div>'


def cell_html(shown: Shown, most: int = CELL_CHARACTERS) -> str:
    """One cell. Nothing is a faint dash, told from an empty text; what may be cut has a tooltip."""
    if shown.kind is Kind.NOTHING:
        return '<td class="lync-z" title="null">–</td>'
    text = shown.text
    tooltip = f' title="{escape(text)}"' if len(text) > _WORTH_A_TOOLTIP else ""
    direction = "" if text.isascii() else ' dir="auto"'
    name = _CLASSES.get(shown.kind)
    style = f' class="{name}"' if name else ""
    return f"<td{style}{direction}{tooltip}>{escape(one_line(text, most))}</td>"
