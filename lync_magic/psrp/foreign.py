"""Values of other libraries as the values that CLIXML has a form for: numpy, pandas, pathlib, enum.

Rules: nothing is imported: who has no numpy has none of its values. Nothing is rounded: what .NET cannot hold as finely
(nanoseconds) is refused by a ValueError, or comes as it is where it fits. Not-a-value (NaT, NA) is `$null`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import Enum
from os import PathLike, fspath
from typing import Any, Final

from lync_magic.clixml import DateTime, Null, PSObject, TimeSpan

_NOT_A_VALUE: Final = frozenset({"NaTType", "NAType"})
_WIDTHS: Final = {
    "int8": "System.SByte",
    "int16": "System.Int16",
    "int32": "System.Int32",
    "int64": "System.Int64",
    "uint8": "System.Byte",
    "uint16": "System.UInt16",
    "uint32": "System.UInt32",
    "uint64": "System.UInt64",
    "float32": "System.Single",
    "float64": "System.Double",
}
_NANOSECONDS_PER_TICK: Final = 100
_TICKS_PER_MICROSECOND: Final = 10
_SECOND: Final = 10**9
_NANOSECONDS: Final = {
    "ns": 1,
    "us": 10**3,
    "ms": 10**6,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3_600 * _SECOND,
    "D": 86_400 * _SECOND,
    "W": 7 * 86_400 * _SECOND,
}
_UNIT: Final = re.compile(r"\[(\d*)(\w+)\]")
_EPOCH: Final = datetime(1970, 1, 1)


def plain(value: Any) -> Any:
    """The value that is sent for this one: itself, where it is none of another library's."""
    kind = type(value)
    if kind.__module__ == "builtins":
        return value
    if isinstance(value, Enum) and not isinstance(value, (str, int, float)):
        return value.value
    if isinstance(value, PathLike):
        return fspath(value)
    if kind.__name__ in _NOT_A_VALUE:
        return Null
    if isinstance(value, datetime) and hasattr(value, "to_pydatetime"):  # pandas.Timestamp
        return _with_ticks(value.to_pydatetime(warn=False), _ticks(getattr(value, "nanosecond", 0)))
    if isinstance(value, timedelta) and hasattr(value, "as_unit"):  # pandas.Timedelta
        return _duration(int(value.as_unit("ns").value))
    if kind.__module__ == "numpy":
        return _of_numpy(value)
    if kind.__module__.partition(".")[0] == "pandas" and hasattr(value, "isna") and hasattr(value, "tolist"):
        return _of_column(value)
    return value


def _of_column(column: Any) -> list[Any]:
    """A column or an index. What is missing is null, but in a column of floats, where NaN is a number."""
    values = column.tolist()
    if getattr(column.dtype, "kind", "") == "f":
        return list(values)
    return [Null if missing else value for value, missing in zip(values, column.isna().tolist(), strict=True)]


def _of_numpy(value: Any) -> Any:
    """A scalar keeps its width; an array is left to who writes lists."""
    if getattr(value, "shape", None) != ():
        return [plain(one) for one in value] if value.dtype.kind in "mM" else value
    name = value.dtype.name
    if value.dtype.kind in "mM":
        return _moment(value)
    if name in _WIDTHS:
        return PSObject({}, (_WIDTHS[name],), base=value.item()) if name not in ("float64", "int32") else value.item()
    return value.item() if hasattr(value, "item") else value


def _moment(value: Any) -> Any:
    """numpy.datetime64 and timedelta64."""
    if str(value) == "NaT":
        return Null
    unit, count = _unit(value)
    if unit not in _NANOSECONDS:
        if value.dtype.kind == "M":
            return datetime.fromisoformat(str(value.astype("datetime64[D]")))
        raise ValueError(f"a duration in the unit {unit!r} has no length")
    nanoseconds = int(value.astype("int64")) * count * _NANOSECONDS[unit]
    if value.dtype.kind == "m":
        return _duration(nanoseconds)
    ticks = _ticks(nanoseconds)
    microseconds, rest = divmod(ticks, _TICKS_PER_MICROSECOND)
    return _with_ticks(_EPOCH + timedelta(microseconds=microseconds), rest)


def _unit(value: Any) -> tuple[str, int]:
    """`datetime64[25s]` counts in 25 seconds."""
    found = _UNIT.search(value.dtype.name)
    return ("", 1) if found is None else (found[2], int(found[1] or 1))


def _ticks(nanoseconds: int) -> int:
    ticks, rest = divmod(nanoseconds, _NANOSECONDS_PER_TICK)
    if rest:
        raise ValueError("it is finer than 100 nanoseconds, the finest that .NET knows; round it")
    return ticks


def _with_ticks(moment: datetime, ticks: int) -> datetime:
    return DateTime.of(moment, ticks) if ticks else moment


def _duration(nanoseconds: int) -> timedelta:
    return TimeSpan.of(_ticks(nanoseconds))
