"""Records as named columns, and what kind of values a column holds: the common ground of all tools that take tables.

Rules of this file: a column has one value a row, None where an object has no such property or a null. Names that
differ in case alone are one column. Plain values, and those inside objects that are more than properties, are `Value`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.records.sequence import Records
from lync_magic.records.table import Table

VALUE = "Value"
"""The column of items that are no objects with properties."""


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


def named_columns(records: Records) -> dict[str, list[Any]]:
    """The columns of a result, in the order in which their names first appear."""
    sources = records.by_source()
    if len(sources) == 1 and isinstance(sources[0][0], Table):
        return _table_columns(sources[0][0], records)
    columns: dict[str, list[Any]] = {}
    spelled: dict[str, str] = {}
    for row, item in enumerate(records):
        for name, value in _cells(item):
            known = spelled.setdefault(name.lower(), name)
            column = columns.get(known)
            if column is None:
                column = columns[known] = [None] * len(records)
            column[row] = value
    return columns


def _table_columns(table: Table, records: Records) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    spelled: dict[str, str] = {}
    if table.bases is not None:
        columns[VALUE] = [None if item.base is MISSING else item.base for item in records]
        spelled[VALUE.lower()] = VALUE
    for name, values in table.selected(records.by_source()[0][1]):
        known = spelled.setdefault(name.lower(), name)
        if known in columns:
            values = [new if old is None else old for old, new in zip(columns[known], values, strict=True)]
        columns[known] = values
    return columns


def _cells(item: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(item, ObjectLike):
        return ((VALUE, item),)
    if item.base is MISSING:
        return item.items()
    return ((VALUE, item.base), *item.items())


def kind_of(values: Iterable[Any]) -> Kind:
    """What these values are."""
    types = set(map(type, values))
    types.discard(type(None))
    if not types:
        return Kind.NULL
    kinds = {_kind_of_type(each) for each in types}
    if kinds == {Kind.AWARE}:  # any datetime: by its values
        return _kind_of_datetimes(values)
    if kinds == {Kind.INT, Kind.FLOAT}:
        return Kind.FLOAT
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


def _kind_of_type(each: type) -> Kind:
    return next((kind for known, kind in _KINDS if issubclass(each, known)), Kind.MIXED)


def _kind_of_datetimes(values: Iterable[Any]) -> Kind:
    aware = {value.tzinfo is not None for value in values if value is not None}
    if len(aware) > 1:
        return Kind.MIXED
    return Kind.AWARE if aware.pop() else Kind.NAIVE
