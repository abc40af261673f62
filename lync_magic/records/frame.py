"""Records as a pandas DataFrame.

Rules of this file: numbers, booleans and dates get pandas' own types, also where some are null; text that repeats
becomes a category; lists, nested objects and what is mixed stay Python objects. Nothing is rounded: a column that no
type of pandas holds exactly stays objects. Every column becomes one array in one go: no Python code runs per value
where one that is written in C will do.
"""

from __future__ import annotations

from datetime import datetime, timezone
from importlib import import_module
from itertools import repeat
from operator import is_
from typing import TYPE_CHECKING, Any

from lync_magic.clixml import DateTime, EnumValue, TimeSpan, ticks_of
from lync_magic.errors import DependencyMissing
from lync_magic.records.columns import Column, Kind, guid_texts, named_columns
from lync_magic.records.sequence import Records

if TYPE_CHECKING:
    import pandas

CATEGORY_ROWS = 64
"""Fewer rows gain nothing from a category."""

CATEGORY_SHARE = 4
"""A text must stand in the column so many times, on average, to make it a category."""

_INT64 = (-(2**63), 2**63 - 1)
_UINT64 = (0, 2**64 - 1)
_NOT_A_TIME = -(2**63)
_FIRST_NS, _LAST_NS = 1678, 2261
_MAX_TICKS_IN_NS = 2**63 // 100 - 1
_NS_PER_TICK = 100
_TICKS_PER_US = 10
_MAX_TICKS_IN_US = (2**63 - 1) * _TICKS_PER_US
_STRINGS_SINCE = 3
_NO_CODE = -1
_CODES = ((2**7, "int8"), (2**15, "int16"), (2**31, "int32"))


def to_pandas(records: Records) -> pandas.DataFrame:
    """The result as a DataFrame. Raises DependencyMissing."""
    try:
        pd = import_module("pandas")
    except ImportError:
        raise DependencyMissing("pandas", "to_pandas()", "pandas") from None
    columns = {name: _series(pd, column) for name, column in named_columns(records).items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(records)), copy=False)  # type: ignore[no-any-return]


def _series(pd: Any, column: Column) -> Any:
    np = import_module("numpy")
    values, kind = column.values, column.kind
    if kind is Kind.NULL:
        return pd.Series(np.empty(len(values), dtype=object), dtype=object, copy=False)  # of None
    if kind is Kind.BOOL:
        return _booleans(pd, np, column)
    if kind is Kind.INT:
        return _integers(pd, np, column)
    if kind is Kind.FLOAT:
        return pd.Series(np.array(values, dtype="float64"), copy=False)
    if kind is Kind.TEXT:
        return _texts(pd, np, values, column.types)
    if kind is Kind.GUID:
        return _texts(pd, np, guid_texts(values), {str})
    if kind in (Kind.AWARE, Kind.NAIVE):
        return _moments(pd, np, column)
    if kind is Kind.DURATION:
        return _durations(pd, np, column)
    return _objects(pd, np, values)


def _objects(pd: Any, np: Any, values: list[Any]) -> Any:
    # One after the other: an array made of lists of one length would have rows.
    return pd.Series(np.fromiter(values, dtype=object, count=len(values)), dtype=object, copy=False)


def _booleans(pd: Any, np: Any, column: Column) -> Any:
    if not column.nulls:
        return pd.Series(np.frombuffer(bytearray(column.values), dtype="bool"), copy=False)
    count = len(column)
    true = np.fromiter(map(is_, column.values, repeat(True)), dtype="bool", count=count)
    return pd.Series(pd.arrays.BooleanArray(true, _nulls(np, column)), copy=False)


def _nulls(np: Any, column: Column) -> Any:
    return np.fromiter(map(is_, column.values, repeat(None)), dtype="bool", count=len(column))


def _integers(pd: Any, np: Any, column: Column) -> Any:
    low, high = min(column.present), max(column.present)
    if _INT64[0] <= low and high <= _INT64[1]:
        dtype = "int64"
    elif _UINT64[0] <= low and high <= _UINT64[1]:
        dtype = "uint64"
    else:
        return _objects(pd, np, column.values)
    if not column.nulls:
        return pd.Series(np.array(column.values, dtype=dtype), copy=False)
    filled = np.array([0 if value is None else value for value in column.values], dtype=dtype)
    return pd.Series(pd.arrays.IntegerArray(filled, _nulls(np, column)), copy=False)


def _texts(pd: Any, np: Any, values: list[Any], types: set[type]) -> Any:
    distinct = set(values)
    distinct.discard(None)
    try:
        repeats = len(values) >= CATEGORY_ROWS and len(distinct) * CATEGORY_SHARE <= len(values)
        if repeats or types == {EnumValue}:
            return _category(pd, np, values, sorted(map(str, distinct)))
        texts = values if types == {str} else [None if value is None else str(value) for value in values]
        modern = int(pd.__version__.split(".")[0]) >= _STRINGS_SINCE
        return pd.Series(texts, dtype="str" if modern else object)
    except UnicodeEncodeError:  # half of a surrogate pair
        return _objects(pd, np, [None if value is None else str(value) for value in values])


def _category(pd: Any, np: Any, values: list[Any], distinct: list[str]) -> Any:
    dtype = next(dtype for count, dtype in _CODES if len(distinct) < count)
    codes = {text: code for code, text in enumerate(distinct)}
    codes[None] = _NO_CODE  # type: ignore[index] # the one value that is no text
    coded = np.fromiter(map(codes.__getitem__, values), dtype=dtype, count=len(values))
    return pd.Series(pd.Categorical.from_codes(coded, dtype=pd.CategoricalDtype(pd.Index(distinct))), copy=False)


def _moments(pd: Any, np: Any, column: Column) -> Any:
    naive = column.kind is Kind.NAIVE
    try:
        index = pd.DatetimeIndex(column.values, dtype="datetime64[us]" if naive else "datetime64[us, UTC]")
    except OverflowError:  # a first or last day that no day in UTC is
        return _objects(pd, np, column.values)
    if DateTime in column.types:
        rests = [_rest_of(value) for value in column.values]
        if any(rests):
            if not all(_FIRST_NS <= value.year <= _LAST_NS for value in column.present):
                return _objects(pd, np, column.values)
            index = index.as_unit("ns") + pd.TimedeltaIndex(np.array(rests, dtype="int64").view("timedelta64[ns]"))
    if not naive:
        index = index.tz_convert(next(iter(column.zones)) if len(column.zones) == 1 else timezone.utc)
    return pd.Series(index, copy=False)


def _rest_of(value: datetime | None) -> int:
    return value.ticks_rest * _NS_PER_TICK if isinstance(value, DateTime) else 0


def _durations(pd: Any, np: Any, column: Column) -> Any:
    ticks = [None if value is None else ticks_of(value) for value in column.values]
    fine = TimeSpan in column.types
    limit = _MAX_TICKS_IN_NS if fine else _MAX_TICKS_IN_US
    if any(each is not None and abs(each) > limit for each in ticks):
        return _objects(pd, np, column.values)
    if fine:
        exact = [_NOT_A_TIME if each is None else each * _NS_PER_TICK for each in ticks]
    else:
        exact = [_NOT_A_TIME if each is None else each // _TICKS_PER_US for each in ticks]
    unit = "timedelta64[ns]" if fine else "timedelta64[us]"
    return pd.Series(np.array(exact, dtype="int64").view(unit), copy=False)
