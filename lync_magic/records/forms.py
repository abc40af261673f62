"""What makes an Arrow array of a column of values, for each Arrow type.

Rules of this file: a value that does not fit is an error, never a silent null and never rounded; text takes everything.
Lists and objects are made of the arrays of what is in them, so that no Python code runs for each.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from datetime import datetime, timedelta, timezone
from itertools import chain
from typing import Any
from uuid import UUID

from lync_magic.clixml import DateTime, ObjectLike, TimeSpan, ticks_of
from lync_magic.records.columns import Column, Kind, guid_texts, named_columns, value_name_of
from lync_magic.records.plainer import encodable, file_text, to_plain
from lync_magic.records.sequence import Records

MAX_DEPTH = 4
"""How deep objects in objects become structures; what is deeper becomes JSON."""

_INT64_END, _UINT64_END = 2**63, 2**64
_EDGES = (1, 9999)
"""The first and the last year that Python has."""
_FIRST_NS, _LAST_NS = 1678, 2261
_MAX_TICKS_IN_NS = 2**63 // 100 - 1
_MAX_TICKS_IN_US = (2**63 - 1) * 10
_NS_PER_TICK = 100
_DECIMAL_DIGITS = 38
_EPOCH = DateTime(1970, 1, 1, tzinfo=timezone.utc)


class Form(ABC):
    """Makes arrays of one Arrow type.

    `array` raises ValueError, TypeError, OverflowError, or pyarrow's own error where a value does not fit.
    """

    def __init__(self, pa: Any, type_: Any) -> None:
        self.pa = pa
        self.type = type_

    @abstractmethod
    def array(self, column: Column) -> Any:
        """The column as an array."""


class Plain(Form):
    """Values that pyarrow takes as they are."""

    def __init__(self, pa: Any, type_: Any, *kinds: Kind) -> None:
        """kinds: of the columns that fit; one of nulls fits always."""
        super().__init__(pa, type_)
        self._kinds = {Kind.NULL, *kinds}

    def array(self, column: Column) -> Any:
        if column.kind not in self._kinds or _has_rest(column):
            raise ValueError(column.kind)
        return self.pa.array(column.values, type=self.type)


class Exact(Plain):
    """Dates and durations with 100 ns, as whole nanoseconds."""

    def array(self, column: Column) -> Any:
        if column.kind not in self._kinds:
            raise ValueError(column.kind)
        numbers = [None if value is None else _nanoseconds(value) for value in column.values]
        return self.pa.array(numbers, type=self.type)


class Text(Form):
    """Text of whatever there is, as a CSV file has it."""

    def __init__(self, pa: Any) -> None:
        super().__init__(pa, pa.string())

    def array(self, column: Column) -> Any:
        values = column.values
        if column.types == {UUID}:
            values = guid_texts(values)
        elif not all(issubclass(each, str) for each in column.types):
            values = [None if value is None else file_text(value) for value in values]
        try:
            return self.pa.array(values, type=self.type)
        except UnicodeEncodeError:  # half of a surrogate pair
            return self.pa.array([None if value is None else encodable(value) for value in values], type=self.type)


class Json(Text):
    """Objects and lists as JSON."""

    def array(self, column: Column) -> Any:
        texts = [None if value is None else json.dumps(to_plain(value), ensure_ascii=False) for value in column.values]
        return super().array(Column(texts))


class Lists(Form):
    """Lists of items of one form."""

    def __init__(self, pa: Any, item: Form) -> None:
        super().__init__(pa, pa.list_(item.type))
        self._item = item

    def array(self, column: Column) -> Any:
        if column.kind not in (Kind.LIST, Kind.NULL):
            raise ValueError(column.kind)
        offsets: list[int | None] = []
        end = 0
        for value in column.values:
            offsets.append(None if value is None else end)
            end += 0 if value is None else len(value)
        offsets.append(end)
        items = self._item.array(Column(list(chain.from_iterable(column.present))))
        return self.pa.ListArray.from_arrays(self.pa.array(offsets, self.pa.int32()), items)


class Structures(Form):
    """Objects as structures of their properties."""

    def __init__(self, pa: Any, fields: dict[str, Form], value_name: str) -> None:
        super().__init__(pa, pa.struct([(name, form.type) for name, form in fields.items()]))
        self._fields = fields
        self._value_name = value_name

    def array(self, column: Column) -> Any:
        if column.kind not in (Kind.OBJECT, Kind.NULL):
            raise ValueError(column.kind)
        records = Records(column.present)
        given = {name.lower(): values for name, values in named_columns(records, self._value_name).items()}
        arrays = []
        for name, form in self._fields.items():
            values = given.pop(name.lower(), None)
            arrays.append(self.pa.nulls(len(records), form.type) if values is None else form.array(values))
        if given:
            raise ValueError("a property that the first objects did not have")
        structures = self.pa.StructArray.from_arrays(arrays, fields=list(self.type))
        if not column.nulls:
            return structures
        places = iter(range(len(records)))
        return structures.take(self.pa.array([None if value is None else next(places) for value in column.values]))


# --- which form a column has -----------------------------------------------------------------------------------------


def form_of(pa: Any, column: Column, depth: int = 0) -> Form:
    """The form for these values. depth: in how many objects and lists they are."""
    kind = column.kind
    if kind is Kind.BOOL:
        return Plain(pa, pa.bool_(), kind)
    if kind is Kind.FLOAT:
        return Plain(pa, pa.float64(), kind, Kind.INT)
    if kind is Kind.BYTES:
        return Plain(pa, pa.binary(), kind)
    if kind is Kind.INT:
        return _integers(pa, column)
    if kind in (Kind.AWARE, Kind.NAIVE):
        return _moments(pa, column)
    if kind is Kind.DURATION:
        return _durations(pa, column)
    if kind is Kind.DECIMAL:
        return _decimals(pa, column)
    if kind is Kind.LIST:
        if depth >= MAX_DEPTH:
            return Json(pa)
        return Lists(pa, form_of(pa, Column(list(chain.from_iterable(column.present))), depth + 1))
    if kind is Kind.OBJECT:
        return _structures(pa, column, depth)
    return Text(pa)


def _integers(pa: Any, column: Column) -> Form:
    low, high = min(column.present), max(column.present)
    if low >= -_INT64_END and high < _INT64_END:
        return Plain(pa, pa.int64(), Kind.INT)
    if low >= 0 and high < _UINT64_END:
        return Plain(pa, pa.uint64(), Kind.INT)
    return Text(pa)


def _moments(pa: Any, column: Column) -> Form:
    if column.kind is Kind.AWARE and not all(_is_in_utc(value) for value in column.present if value.year in _EDGES):
        return Text(pa)
    zone = "UTC" if column.kind is Kind.AWARE else None
    if not _has_rest(column):
        return Plain(pa, pa.timestamp("us", zone), column.kind)
    if not all(_FIRST_NS <= value.year <= _LAST_NS for value in column.present):
        return Text(pa)
    return Exact(pa, pa.timestamp("ns", zone), column.kind)


def _is_in_utc(value: datetime) -> bool:
    """Whether there is such a day in UTC: the first and the last day of all may be none."""
    try:
        value.astimezone(timezone.utc)
    except OverflowError:
        return False
    return True


def _durations(pa: Any, column: Column) -> Form:
    fine = _has_rest(column)
    limit = _MAX_TICKS_IN_NS if fine else _MAX_TICKS_IN_US
    if any(abs(ticks_of(value)) > limit for value in column.present):
        return Text(pa)
    if not fine:
        return Plain(pa, pa.duration("us"), Kind.DURATION)
    return Exact(pa, pa.duration("ns"), Kind.DURATION)


def _decimals(pa: Any, column: Column) -> Form:
    """As many digits as all tools take: those after the point that there are, the others before it."""
    try:
        found = pa.array(column.present).type
    except (pa.ArrowException, TypeError):  # TypeError: of infinity beside NaN
        return Text(pa)
    if found.precision > _DECIMAL_DIGITS:
        return Text(pa)
    return Plain(pa, pa.decimal128(_DECIMAL_DIGITS, found.scale), Kind.DECIMAL)


def _structures(pa: Any, column: Column, depth: int) -> Form:
    present: list[ObjectLike] = column.present
    if all(value.text is not None for value in present):
        return Text(pa)  # what the object says of itself: an IP address, a culture
    records = Records(present)
    value_name = value_name_of(records)
    columns = named_columns(records)
    if depth >= MAX_DEPTH or not columns:
        return Json(pa)
    return Structures(pa, {name: form_of(pa, inner, depth + 1) for name, inner in columns.items()}, value_name)


def _has_rest(column: Column) -> bool:
    """Whether a date or duration is finer than microseconds."""
    if TimeSpan in column.types:
        return True
    if DateTime not in column.types:
        return False
    return any(value.ticks_rest for value in column.present if isinstance(value, DateTime))


def _nanoseconds(value: datetime | timedelta) -> int:
    if isinstance(value, timedelta):
        return ticks_of(value) * _NS_PER_TICK
    since = value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value
    rest = value.ticks_rest if isinstance(value, DateTime) else 0
    return (ticks_of(since - _EPOCH) + rest) * _NS_PER_TICK
