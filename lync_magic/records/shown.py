"""A whole result as text in a terminal.

Rule of this file: objects of one type that follow each other make one table; what is no object has a line of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lync_magic.clixml import ObjectLike, Undecoded
from lync_magic.records.plain import MAX_ROWS, WIDTH, cell_text, fit, list_text, safe_text, table_text


def result_text(records: Sequence[Any], type_names: tuple[str, ...], unread: int) -> str:
    """One object as a list, several as a table of the first rows and the count.

    type_names: of the first object.  unread: how many of the items are `Undecoded`.
    """
    if len(records) == 0:
        return "(no objects)"
    if len(records) == 1:
        first = records[0]
        return list_text(first) if isinstance(first, ObjectLike) else cell_text(first)
    lines: list[str] = []
    run: list[ObjectLike] = []
    for item in records[:MAX_ROWS]:
        if isinstance(item, ObjectLike):
            if run and run[-1].type_names != item.type_names:
                lines.append(_run_text(run))
                run = []
            run.append(item)
        else:
            if run:
                lines.append(_run_text(run))
                run = []
            lines.append(fit(repr(item) if isinstance(item, Undecoded) else cell_text(item), WIDTH))
    if run:
        lines.append(_run_text(run))
    kind = safe_text(type_names[0]) if type_names else ""
    shown = f", the first {MAX_ROWS} shown" if len(records) > MAX_ROWS else ""
    worse = f", {unread:,} of them could not be read" if unread else ""
    lines.append(f"({len(records):,} objects{f' of {kind}' if kind else ''}{worse}{shown})")
    return "\n".join(lines)


def _run_text(run: list[ObjectLike]) -> str:
    names: dict[str, None] = {}
    for record in run:
        names.update(dict.fromkeys(record))
    return table_text(list(names), run) if names else "\n".join(fit(cell_text(record), WIDTH) for record in run)
