"""Results: the objects of a command as a table, or one object as a list of its properties, in HTML.

Rules of this file: a result is anything with a length and items (`records.Records`, a list); what of it is shown is
worked out in `records`, so that a notebook and a terminal show the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from lync_magic.messages import say
from lync_magic.records import (
    LIST,
    Look,
    View,
    count_text,
    grid_of_result,
    origin_of,
    plain,
    properties_of,
    reads_better_as_list,
    result_text,
    type_title,
)
from lync_magic.ui.table import cell_html, framed, grid_html, name_html

LIST_CHARACTERS = 1_000
"""What the list of one object's properties shows of a value."""


def result_html(rows: Sequence[object]) -> str:
    """A result as HTML."""
    if reads_better_as_list(rows):
        return object_html(rows[0])
    origin = origin_of(rows)
    return grid_html(grid_of_result(rows), origin) if len(rows) else framed("", say("No objects"), "", "", origin)


def look_html(look: Look) -> str:
    """A result with marks, as HTML."""
    origin = origin_of(look.records)
    return grid_html(look.grid(), origin) if len(look.records) else result_html(look.records)


def view_html(view: View, count: int, type_name: str = "", origin: str = "") -> str:
    """Objects as PowerShell laid them out, as HTML. count: of all of them.  type_name, origin: safe text."""
    title = count_text(count)
    if view.kind != LIST:
        return grid_html(view.grid(count, title=title, type_name=type_name), origin)
    lines = []
    for row in view.rows:
        if isinstance(row, str):
            lines.append(f"<tr>{cell_html(plain(row), LIST_CHARACTERS, 2)}</tr>")
            continue
        if lines:
            lines.append('<tr class="lync-gap"><td colspan="2"></td></tr>')
        named = zip(row[::2], row[1::2], strict=True)
        lines += [
            f"<tr>{name_html(plain(name).text)}{cell_html(plain(text), LIST_CHARACTERS)}</tr>" for name, text in named
        ]
    table = f'<table class="lync-table lync-list"><tbody>{"".join(lines)}</tbody></table>'
    return framed(table, title, type_name, "", origin)


def result_bundle(rows: Sequence[object]) -> dict[str, str]:
    """A result as a notebook takes it: by MIME type."""
    return {"text/html": result_html(rows), "text/plain": result_text(rows)}


def object_html(value: object) -> str:
    """One object as a list of its properties, in HTML."""
    shown, left_out = properties_of(value)
    rows = [f"<tr>{name_html(name)}{cell_html(cell, LIST_CHARACTERS)}</tr>" for name, cell in shown]
    return framed(
        f'<table class="lync-table lync-list"><tbody>{"".join(rows)}</tbody></table>',
        count_text(1),
        type_title([value]),
        say("{count} more properties", count=f"{left_out:,}") if left_out else "",
        origin_of(value),
    )
