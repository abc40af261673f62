"""Records as named columns, and what kind of values a column holds: the common ground of all tools that take tables.

Rules of this file: a column has one value a row, None where an object has no such property or a null. Names that
differ in case alone are one column, and any tool can hold them. Plain values, and those inside objects that are more
than properties, are `Value`, or what is free beside their properties; so is the text of an object that is nothing else.
What a column holds is told by the distinct types of its values, found in one pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from operator import attrgetter, itemgetter, methodcaller
from types import NoneType
from typing import Any
from uuid import UUID

from lync_magic.clixml import MISSING, Missing, ObjectLike
from lync_magic.records.build import Source
from lync_magic.records.plainer import encodable, name_of_base
from lync_magic.records.sequence import Records
from lync_magic.records.table import Table

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


def listed(names: Collection[str]) -> list[str]:
    """Names as they were given: several, or one by itself."""
    return [names] if isinstance(names, str) else list(names)


def value_name_of(records: Records) -> str:
    """The name of the column for what objects are besides their properties: no property of such an object has it."""
    tables = [(source, rows) for source, rows in records.by_source() if isinstance(source, Table) and source.bases]
    return name_of_base([name for table, rows in tables for name in table.present(rows)])


def named_columns(records: Records, value_name: str | None = None) -> dict[str, Column]:
    """The columns of a result, in the order in which their names first appear. A null among objects makes none.

    value_name: as `value_name_of` gave it for the objects that came before.
    """
    placed = [(source, rows, places) for source, rows, places in records.placed() if rows]
    if len(placed) == 1 and isinstance(placed[0][0], Table) and not _has_values(placed[0][0]):
        return _table_columns(placed[0][0], placed[0][1])
    count = len(records)
    is_first = value_name is None
    value_name = value_name or value_name_of(records)
    spelled: dict[str, str] = {}
    for name in _names_in_order(placed, value_name):
        spelled.setdefault(name.lower(), name)
    if is_first and not spelled and count:
        spelled[value_name.lower()] = value_name  # nulls alone
    columns: dict[str, list[Any]] = {name: [None] * count for name in spelled.values()}
    for source, rows, places in placed:
        if value_name.lower() in spelled:
            _put(columns[spelled[value_name.lower()]], places, _plain_values(source, rows))
        if isinstance(source, Table):
            for name in source.present(rows):
                _put(columns[spelled[_column_name(name).lower()]], places, map(source.column(name).__getitem__, rows))
    return {name: Column(values) for name, values in columns.items()}


def _column_name(name: str) -> str:
    """A property's name as any tool can hold it; Arrow's C interface ends a name at a null."""
    return encodable(name).replace("\0", "\ufffd")


def _has_values(table: Table) -> bool:
    return table.bases is not None or (table.texts is not None and table.has_bare_rows)


def _plain_values(source: Source, rows: Sequence[int]) -> list[Any]:
    """What each row is besides its properties, or else says of itself where it has none; MISSING where nothing."""
    if not isinstance(source, Table):
        return [source.items[row] for row in rows]
    return list(map(source.plain_value, rows)) if _has_values(source) else [MISSING] * len(rows)


def _table_columns(table: Table, rows: Sequence[int]) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    spelled: dict[str, str] = {}
    whole = rows == range(len(table))
    for name in table.present(rows):
        values = table.column(name)
        column = Column(values if whole else list(map(values.__getitem__, rows)))
        name = _column_name(name)
        known = spelled.setdefault(name.lower(), name)
        if known in columns:
            both = zip(columns[known].values, column.values, strict=True)
            column = Column([new if old is None else old for old, new in both])
        columns[known] = column
    return columns


def _names_in_order(placed: Iterable[tuple[Source, Sequence[int], Sequence[int]]], value_name: str) -> Iterable[str]:
    """The columns' names, in the order in which items that have them come."""
    found: list[tuple[int, Sequence[str]]] = []
    for source, rows, places in placed:
        values = zip(_plain_values(source, rows), places, strict=True)
        found += [(place, (value_name,)) for value, place in values if value is not MISSING and value is not None]
        if isinstance(source, Table):
            first = dict(zip(map(id, map(source.orders.__getitem__, reversed(rows))), reversed(places), strict=True))
            own = dict(zip(places, rows, strict=True))
            found += [(place, source.names_at(own[place])) for place in first.values()]
    found.sort(key=itemgetter(0))
    return [_column_name(name) for _, names in found for name in names]


def _put(column: list[Any], places: Iterable[int], values: Iterable[Any]) -> None:
    for place, value in zip(places, values, strict=True):
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
