"""Records as named columns, and what kind of values a column holds: the common ground of all tools that take tables.

Rules of this file: a column has one value a row, None where an object has no such property or a null. Names that
differ in case alone are one column, and any encoding can hold them. Plain values, and those inside objects that are
more than properties, are `Value`. What a column holds is told by the distinct types of its values, found in one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from operator import attrgetter, itemgetter, methodcaller
from types import NoneType
from typing import Any
from uuid import UUID

from lync_magic.clixml import MISSING, Missing, ObjectLike
from lync_magic.records.plainer import encodable
from lync_magic.records.sequence import Records
from lync_magic.records.table import Table

VALUE = "Value"
"""The column of items that are no objects with properties."""

MAX_EXACT_FLOAT = 2**53
"""The largest integer up to which a float holds every integer."""

_UUID_BYTES = 16
_UUID_LENGTH = 36
_UUID_PLACES = [place for place in range(_UUID_LENGTH) if place not in (8, 13, 18, 23)]
"""Where the digits of a GUID stand in its text; hyphens between them."""


class Kind(Enum):
    """What all values of a column are, nulls aside."""

    NULL = "null"
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    AWARE = "datetime with zone"
    NAIVE = "datetime without zone"
    DURATION = "duration"
    GUID = "guid"
    DECIMAL = "decimal"
    BYTES = "bytes"
    LIST = "list"
    OBJECT = "object"
    MIXED = "mixed"


class Column:
    """The values of a column.

    values: one a row, None where there is none.  types: of the values that are not None.  nulls: whether one is None.
    """

    def __init__(self, values: list[Any]) -> None:
        types = set(map(type, values))
        if Missing in types:
            values = [None if value is MISSING else value for value in values]
            types.discard(Missing)
            types.add(NoneType)
        self.values = values
        self.nulls = NoneType in types
        types.discard(NoneType)
        self.types = types

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def present(self) -> list[Any]:
        """The values that are not None."""
        return [value for value in self.values if value is not None] if self.nulls else self.values

    @cached_property
    def zones(self) -> set[tzinfo | None]:
        """The time zones of a column of datetimes."""
        return set(map(attrgetter("tzinfo"), self.present))

    @cached_property
    def kind(self) -> Kind:
        """What the values are."""
        kinds = {_kind_of_type(each) for each in self.types}
        if not kinds:
            return Kind.NULL
        if kinds == {Kind.AWARE}:  # any datetime: by its values
            return Kind.NAIVE if self.zones == {None} else Kind.MIXED if None in self.zones else Kind.AWARE
        if kinds == {Kind.INT, Kind.FLOAT}:
            exact = all(abs(value) <= MAX_EXACT_FLOAT for value in self.present if isinstance(value, int))
            return Kind.FLOAT if exact else Kind.MIXED
        return kinds.pop() if len(kinds) == 1 else Kind.MIXED


_KINDS: tuple[tuple[type | tuple[type, ...], Kind], ...] = (
    (bool, Kind.BOOL),
    (int, Kind.INT),
    (float, Kind.FLOAT),
    (str, Kind.TEXT),
    (datetime, Kind.AWARE),
    (timedelta, Kind.DURATION),
    (UUID, Kind.GUID),
    (Decimal, Kind.DECIMAL),
    (bytes, Kind.BYTES),
    (ObjectLike, Kind.OBJECT),
    ((list, tuple, Records), Kind.LIST),
)


@lru_cache
def _kind_of_type(each: type) -> Kind:
    return next((kind for known, kind in _KINDS if issubclass(each, known)), Kind.MIXED)


# --- the columns of a result -----------------------------------------------------------------------------------------


def named_columns(records: Records) -> dict[str, Column]:
    """The columns of a result, in the order in which their names first appear."""
    placed = [(source, rows, places) for source, rows, places in records.placed() if rows]
    if len(placed) == 1 and isinstance(placed[0][0], Table) and placed[0][0].bases is None:
        return _table_columns(placed[0][0], placed[0][1])
    count = len(records)
    spelled: dict[str, str] = {}
    for name in _names_in_order(placed):
        spelled.setdefault(name.lower(), name)
    columns: dict[str, list[Any]] = {name: [None] * count for name in spelled.values()}
    for source, rows, places in placed:
        if not isinstance(source, Table):
            _put(columns[VALUE], places, source.items, rows)
            continue
        if source.bases is not None and VALUE in columns:
            _put(columns[VALUE], places, source.bases, rows)
        for name in source.present(rows):
            _put(columns[spelled[encodable(name).lower()]], places, source.column(name), rows)
    return {name: Column(values) for name, values in columns.items()}


def _table_columns(table: Table, rows: Sequence[int]) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    spelled: dict[str, str] = {}
    whole = rows == range(len(table))
    for name in table.present(rows):
        values = table.column(name)
        column = Column(values if whole else list(map(values.__getitem__, rows)))
        name = encodable(name)
        known = spelled.setdefault(name.lower(), name)
        if known in columns:
            both = zip(columns[known].values, column.values, strict=True)
            column = Column([new if old is None else old for old, new in both])
        columns[known] = column
    return columns


def _names_in_order(placed: Iterable[tuple[Any, Sequence[int], Sequence[int]]]) -> Iterable[str]:
    """The columns' names, in the order in which items that have them come."""
    found: list[tuple[int, Sequence[str]]] = []
    for source, rows, places in placed:
        if not isinstance(source, Table):
            found.append((places[0], (VALUE,)))
            continue
        if source.bases is not None:
            bases = map(source.bases.__getitem__, rows)
            found += [(place, (VALUE,)) for base, place in zip(bases, places, strict=True) if base is not MISSING]
        first = dict(zip(map(id, map(source.orders.__getitem__, reversed(rows))), reversed(places), strict=True))
        own = dict(zip(places, rows, strict=True))
        found += [(place, source.names_at(own[place])) for place in first.values()]
    found.sort(key=itemgetter(0))
    return [encodable(name) for _, names in found for name in names]


def _put(column: list[Any], places: Iterable[int], values: Sequence[Any], rows: Iterable[int]) -> None:
    for place, row in zip(places, rows, strict=True):
        value = values[row]
        if value is not MISSING and column[place] is None:
            column[place] = value


# --- GUIDs as text ---------------------------------------------------------------------------------------------------


def guid_texts(values: list[UUID | None]) -> list[str | None]:
    """`str` of each, all at once; a GUID that is the same object is the same text."""
    kept = list(map(id, values))
    distinct = dict(zip(kept, values, strict=True))
    present = [value for value in distinct.values() if value is not None]
    digits = b"".join(map(methodcaller("to_bytes", _UUID_BYTES, "big"), map(attrgetter("int"), present))).hex().encode()
    raw = bytearray(b"-") * (_UUID_LENGTH * len(present))
    for digit, place in enumerate(_UUID_PLACES):
        raw[place::_UUID_LENGTH] = digits[digit :: 2 * _UUID_BYTES]
    text = raw.decode()
    parts: list[str | None] = [text[at : at + _UUID_LENGTH] for at in range(0, len(text), _UUID_LENGTH)]
    texts = dict(zip(map(id, present), parts, strict=True))
    texts[id(None)] = None
    return list(map(texts.__getitem__, kept))
