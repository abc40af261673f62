"""Which values a notebook shows as PowerShell's formats lay out their kind, and how; all others by their properties.

Rules of this file: a kind has a look here where PowerShell has a format for it, and where it is no object with
properties of its own in Python (a time span, a table, an address). What is not known exactly has none. A table or list
holds the first rows; the text holds all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from lync_magic.clixml import ObjectLike, Uri, Version
from lync_magic.language.layout.cells import is_right, shown
from lync_magic.language.layout.shapes import (
    MOST_COLUMNS,
    as_one,
    entries,
    has_view,
    in_rows,
    is_plain,
    kind_of,
    names_of,
    own_columns,
    own_group,
    property_of,
    text_of,
    view_of,
)
from lync_magic.language.layout.tables import Column
from lync_magic.language.values.collections import SwitchParameter, is_collection, is_table
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.properties import own_names
from lync_magic.language.values.types import own_types
from lync_magic.records import LIST, TABLE, Side, View

MOST_ROWS: Final = 200
"""Of one table or list; the engine's text has as many beside it."""
_VALUES: Final = (datetime, timedelta, UUID, Uri, Version, SwitchParameter)
"""Kinds that have a look though they are values, or objects that say how they look as text."""


@dataclass(frozen=True)
class LaidOut:
    """Values as a console shows them. view: their table or list, None where they are lines of text alone.  count: how
    many stand one below the other, a table's entries each."""

    text: str
    view: View | None
    count: int


@dataclass(frozen=True)
class KindLook:
    """The look of the values of one kind. kind: the .NET type's name."""

    kind: str

    def laid_out(self, values: Sequence[object], width: int) -> LaidOut | None:
        """Values of this kind, one after the other, in so many columns of text; None where not all of it is known."""
        try:
            rows = [as_one(one) for value in values for one in entries(value)]
            text = text_of(rows, width).strip("\n")
            return LaidOut(text, _view(rows), len(rows))
        except NotKnownHere:
            return None


def look_of(value: object) -> KindLook | None:
    """The look that a value's kind has; None where it is shown by its properties, or is a line of text."""
    kind = type(value)
    if isinstance(value, _VALUES):
        has_look = True
    elif isinstance(value, str | ObjectLike):
        has_look = isinstance(value, ObjectLike) and has_view(value) and own_group(value) is None
    else:
        is_own = kind in own_types or kind in own_names or hasattr(kind, "__psobject__")
        has_look = is_own or is_table(value) or is_collection(value)
    return KindLook(kind_of(value)) if has_look else None


def _view(rows: Sequence[object]) -> View | None:
    """The first of these as PowerShell's table or list."""
    first = rows[0] if rows else None
    if first is None or is_plain(first) or isinstance(first, datetime) or view_of(first).endswith(".MatchInfo"):
        return None
    columns, taken = own_columns(first), rows[:MOST_ROWS]
    if any(kind_of(one) != kind_of(first) for one in taken):
        return None
    if columns is None:
        names = names_of(first)
        if len(names) > MOST_COLUMNS or has_view(first):
            return View(LIST, [], [], [_listed(one) for one in taken])
        columns = [Column(name, in_rows(name, first)) for name in names]
    sides = [Side.RIGHT if _is_right(column, first) else Side.LEFT for column in columns]
    cells = [[column.text(column.get(one)) for column in columns] for one in taken]
    return View(TABLE, [column.name for column in columns], [*sides], [*cells])


def _listed(one: object) -> list[str]:
    return [text for name in names_of(one) for text in (name, shown(property_of(name)(one)))]


def _is_right(column: Column, first: object) -> bool:
    return column.align == "right" if column.align else is_right(column.get(first))
