"""Records as data beside the table that shows them: for programs that read a notebook, and for data viewers.

Rule of this file: what goes is bounded, by rows and by size; the objects themselves have all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from lync_magic.records.lines import json_lines
from lync_magic.records.sequence import Records

RESOURCE: Final = "application/vnd.dataresource+json"
"""Tabular data with its schema (frictionlessdata.io), which nteract and Visual Studio Code draw."""
MOST_ROWS: Final = 200
MOST_CHARACTERS: Final = 200_000
_KINDS: Final = {bool: "boolean", int: "integer", float: "number", str: "string"}


def data_of(records: Records, mime: str) -> object:
    """The first records as JSON values: a list of them, or a data resource where that is the MIME type."""
    rows = _rows(records)
    if mime != RESOURCE:
        return rows
    names = list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))
    fields = [{"name": name, "type": _kind(row.get(name) for row in rows if isinstance(row, dict))} for name in names]
    named = [row if isinstance(row, dict) else {"value": row} for row in rows]
    return {"schema": {"fields": fields or [{"name": "value", "type": "any"}]}, "data": named}


def _rows(records: Records) -> list[Any]:
    rows: list[Any] = []
    size = 0
    for line in json_lines(records[:MOST_ROWS]):
        size += len(line)
        if size > MOST_CHARACTERS:
            break
        rows.append(json.loads(line))
    return rows


def _kind(values: Iterable[Any]) -> str:
    """The type of a column, `any` where its values have several."""
    kinds = {_KINDS.get(type(value), "any") for value in values if value is not None}
    return kinds.pop() if len(kinds) == 1 else "any"
