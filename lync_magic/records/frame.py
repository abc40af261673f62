"""Records as a pandas DataFrame.

Rules of this file: numbers, booleans and dates get pandas' own types, also where some are null; text that repeats
becomes a category; lists, nested objects and what is mixed stay Python objects. Nothing is rounded: a column that no
type of pandas holds exactly stays objects.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lync_magic.clixml import DateTime, EnumValue, TimeSpan, ticks_of
from lync_magic.errors import DependencyMissing
from lync_magic.records.columns import Kind, kind_of, named_columns
from lync_magic.records.sequence import Records

if TYPE_CHECKING:
    import pandas

CATEGORY_ROWS = 64
"""Fewer rows gain nothing from a category."""

CATEGORY_SHARE = 4
"""A text must stand in the column so many times, on average, to make it a category."""

_INT64 = (-(2**63), 2**63 - 1)
_UINT64 = (0, 2**64 - 1)
_FIRST_NS, _LAST_NS = 1678, 2261
_MAX_TICKS_IN_NS = 2**63 // 100 - 1
_NS_PER_TICK = 100
_STRINGS_SINCE = 3


def to_pandas(records: Records) -> pandas.DataFrame:
    """The result as a DataFrame. Raises DependencyMissing."""
    try:
        pd = import_module("pandas")
    except ImportError:
        raise DependencyMissing("pandas", "to_pandas()", "pandas") from None
    columns = {name: _series(pd, values) for name, values in named_columns(records).items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(records)), copy=False)  # type: ignore[no-any-return]


def _series(pd: Any, values: list[Any]) -> Any:
    kind = kind_of(values)
    nulls = None in values
    if kind is Kind.BOOL:
        return pd.Series(values, dtype="boolean" if nulls else "bool")
    if kind is Kind.INT:
        return _integers(pd, values, nulls)
    if kind is Kind.FLOAT:
        return pd.Series(values, dtype="float64")
    if kind is Kind.TEXT:
        return _texts(pd, values)
    if kind is Kind.GUID:
        return _texts(pd, [None if value is None else str(value) for value in values])
    if kind in (Kind.AWARE, Kind.NAIVE):
        return _moments(pd, values)
    if kind is Kind.DURATION:
        return _durations(pd, values)
    return _objects(pd, values)


def _objects(pd: Any, values: list[Any]) -> Any:
    array = import_module("numpy").empty(len(values), dtype=object)
    for place, value in enumerate(values):  # one by one: numpy would make lists of one length into rows
        array[place] = value
    return pd.Series(array, dtype=object)


def _integers(pd: Any, values: list[Any], nulls: bool) -> Any:
    present = [value for value in values if value is not None]
    low, high = min(present), max(present)
    if _INT64[0] <= low and high <= _INT64[1]:
        return pd.Series(values, dtype="Int64" if nulls else "int64")
    if _UINT64[0] <= low and high <= _UINT64[1]:
        return pd.Series(values, dtype="UInt64" if nulls else "uint64")
    return _objects(pd, values)


def _texts(pd: Any, values: list[Any]) -> Any:
    texts = [None if value is None else str(value) for value in values]
    try:
        distinct = len(set(texts) - {None})
        repeats = len(texts) >= CATEGORY_ROWS and distinct * CATEGORY_SHARE <= len(texts)
        if repeats or {type(value) for value in values} <= {EnumValue, type(None)}:
            return pd.Series(texts, dtype="category")
        modern = int(pd.__version__.split(".")[0]) >= _STRINGS_SINCE
        return pd.Series(texts, dtype="str" if modern else object)
    except UnicodeEncodeError:  # half of a surrogate pair
        return _objects(pd, texts)


def _moments(pd: Any, values: list[Any]) -> Any:
    np = import_module("numpy")
    zones = {value.tzinfo for value in values if value is not None}
    utc = [_in_utc(value) for value in values]
    array = np.array(utc, dtype="datetime64[us]")
    if any(isinstance(value, DateTime) and value.ticks_rest for value in values):
        if not all(value is None or _FIRST_NS <= value.year <= _LAST_NS for value in values):
            return _objects(pd, values)
        rests = [value.ticks_rest * _NS_PER_TICK if isinstance(value, DateTime) else 0 for value in values]
        array = array.astype("datetime64[ns]") + np.array(rests, dtype="timedelta64[ns]")
    series = pd.Series(array)
    if zones == {None}:
        return series
    return series.dt.tz_localize("UTC").dt.tz_convert(zones.pop() if len(zones) == 1 else timezone.utc)


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is None:
        return value
    return (value if value.tzinfo is timezone.utc else value.astimezone(timezone.utc)).replace(tzinfo=None)


def _durations(pd: Any, values: list[timedelta | None]) -> Any:
    np = import_module("numpy")
    if not any(isinstance(value, TimeSpan) for value in values):
        return pd.Series(np.array(values, dtype="timedelta64[us]"))
    ticks = [None if value is None else ticks_of(value) for value in values]
    if any(each is not None and abs(each) > _MAX_TICKS_IN_NS for each in ticks):
        return _objects(pd, values)
    not_a_time = np.timedelta64("NaT")
    exact = [not_a_time if each is None else np.timedelta64(each * _NS_PER_TICK, "ns") for each in ticks]
    return pd.Series(np.array(exact, dtype="timedelta64[ns]"))
