"""Properties and methods of dates and durations, and their static members."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Final, NoReturn

from lync_magic.clixml import MISSING, DateTime, EnumValue, Int64, TimeSpan, ticks_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import enum_member
from lync_magic.language.values.failures import ScriptError, call_failed
from lync_magic.language.values.methods import Method, argument, cultured, int32, method, real, whole
from lync_magic.language.values.moments import (
    TICKS_PER_SECOND,
    BadMoment,
    HintedDate,
    format_datetime,
    format_timespan,
    shown_date,
    ticks_in_second,
)
from lync_magic.language.values.types import NetType

_EPOCH = datetime(1, 1, 1)
_TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND
_TICKS_PER_MILLISECOND = TICKS_PER_SECOND // 1000
MAX_TICKS: Final = 3_155_378_975_999_999_999
MONTHS_A_YEAR = 12


def ticks_of_date(value: datetime) -> int:
    """A date as its count of 100 ns since year 1, as its clock reads."""
    span = value.replace(tzinfo=None) - _EPOCH
    return (span.days * 86_400 + span.seconds) * TICKS_PER_SECOND + ticks_in_second(value)


_UNREPRESENTABLE: Final = "The added or subtracted value results in an un-representable DateTime. (Parameter '{}')"


def from_ticks(ticks: int, zone: object = None) -> datetime:
    """The date of a count of 100 ns. Raises ScriptError outside the years 1 to 9999."""
    if not 0 <= ticks <= MAX_TICKS:
        message = _UNREPRESENTABLE.format("value")
        raise ScriptError(message, "ArgumentOutOfRangeException", "NotSpecified", inner="ArgumentOutOfRangeException")
    microseconds, rest = divmod(ticks, 10)
    made = _EPOCH + timedelta(microseconds=microseconds)
    if isinstance(zone, timezone):
        made = made.replace(tzinfo=zone)
    return DateTime.of(made, rest) if rest else made


def add_ticks(value: datetime, ticks: int) -> datetime:
    """A date moved by a count of 100 ns; it keeps its zone."""
    return from_ticks(ticks_of_date(value) + ticks, value.tzinfo)


def add_months(value: datetime, months: int) -> datetime:
    """A date moved by months, within the years 1 to 9999; a day that the month does not have becomes its last."""
    place = value.year * MONTHS_A_YEAR + value.month - 1 + months
    year, month = divmod(place, MONTHS_A_YEAR)
    day = min(value.day, calendar.monthrange(year, month + 1)[1])
    moved = value.replace(year=year, month=month + 1, day=day)
    return DateTime.of(moved, value.ticks_rest) if isinstance(value, DateTime) else moved


def day_of_week(value: datetime) -> EnumValue:
    """Its DayOfWeek; weeks start on Sunday."""
    return enum_member("System.DayOfWeek", (value.weekday() + 1) % 7)


def _kind(value: datetime) -> EnumValue:
    if value.tzinfo is None:
        return enum_member("System.DateTimeKind", 0)
    return enum_member("System.DateTimeKind", 1 if value.tzinfo is timezone.utc else 2)


DATE_PROPERTIES: Final[dict[str, Callable[[datetime], object]]] = {
    "date": lambda v: datetime(v.year, v.month, v.day, tzinfo=v.tzinfo),
    "day": lambda v: v.day,
    "dayofweek": day_of_week,
    "dayofyear": lambda v: v.timetuple().tm_yday,
    "hour": lambda v: v.hour,
    "kind": _kind,
    "millisecond": lambda v: v.microsecond // 1000,
    "minute": lambda v: v.minute,
    "month": lambda v: v.month,
    "second": lambda v: v.second,
    "datetime": shown_date,  # which PowerShell adds to .NET's
    "microsecond": lambda v: v.microsecond % 1000,
    "nanosecond": lambda v: ticks_of_date(v) % 10 * 100,
    "ticks": lambda v: Int64(ticks_of_date(v)),
    "timeofday": lambda v: TimeSpan.of(ticks_of_date(v) % _TICKS_PER_DAY),
    "year": lambda v: v.year,
    "displayhint": lambda v: v.hint if isinstance(v, HintedDate) else MISSING,
}


def _part(size: int, within: int) -> Callable[[timedelta], object]:
    def part(value: timedelta) -> object:
        ticks = ticks_of(value)
        whole = abs(ticks) // size % within
        return -whole if ticks < 0 else whole

    return part


def _total(size: int) -> Callable[[timedelta], object]:
    return lambda value: ticks_of(value) / size


_UNITS: Final = {
    "days": (_TICKS_PER_DAY, 10**9), "hours": (3600 * TICKS_PER_SECOND, 24), "minutes": (60 * TICKS_PER_SECOND, 60),
    "seconds": (TICKS_PER_SECOND, 60), "milliseconds": (_TICKS_PER_MILLISECOND, 1000), "microseconds": (10, 1000),
}  # fmt: skip

SPAN_PROPERTIES: Final[dict[str, Callable[[timedelta], object]]] = {
    "ticks": lambda v: Int64(ticks_of(v)),
    **{name: _part(size, within) for name, (size, within) in _UNITS.items()},
    "nanoseconds": lambda v: ticks_of(v) % 10 * 100,
    **{"total" + name: _total(size) for name, (size, _within) in _UNITS.items()},
    "totalnanoseconds": lambda v: float(ticks_of(v) * 100),
}

_DATE_NAMES: Final = {
    name.lower(): name
    for name in (
        "Date", "Day", "DayOfWeek", "DayOfYear", "Hour", "Kind", "Millisecond", "Microsecond", "Nanosecond", "Minute",
        "Month", "Second", "Ticks", "TimeOfDay", "Year",
    )
}  # fmt: skip
PROPERTY_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "System.DateTime": tuple(_DATE_NAMES.values()),
    "System.TimeSpan": (
        "Ticks", "Days", "Hours", "Milliseconds", "Microseconds", "Nanoseconds", "Minutes", "Seconds", "TotalDays",
        "TotalHours", "TotalMilliseconds", "TotalMicroseconds", "TotalNanoseconds", "TotalMinutes", "TotalSeconds",
    ),
}  # fmt: skip


def date_names(value: datetime) -> list[str]:
    """The names of a date's properties, in the order in which PowerShell lists them."""
    hinted = isinstance(value, HintedDate) and value.hint is not MISSING
    return [*(["DisplayHint"] if hinted else ()), "DateTime", *PROPERTY_NAMES["System.DateTime"]]


_DAYS: Final = 3_652_059
"""How many a DateTime can count."""


def _added(size: int, name: str) -> Method[datetime]:
    """`.AddDays(…)` and its like, of a unit of so many ticks: what is behind the point is cut to whole ticks."""

    def add(value: datetime, arguments: Sequence[object]) -> object:
        count = real(arguments[0], "value", name)
        if abs(count) > _DAYS * _TICKS_PER_DAY // size:
            _out_of_range(name, "Value to add was out of range. (Parameter 'value')")
        units = int(count)
        return _moved(value, units * size + int((count - units) * size), name)

    return method(1)(add)


def _out_of_range(name: str, message: str) -> NoReturn:
    call_failed(name, 1, message, "ArgumentOutOfRangeException")


def _moved(value: datetime, ticks: int, name: str) -> datetime:
    if not 0 <= ticks_of_date(value) + ticks <= MAX_TICKS:
        _out_of_range(name, _UNREPRESENTABLE.format("value"))
    return add_ticks(value, ticks)


def _add_months(value: datetime, arguments: Sequence[object]) -> object:
    months = int32(arguments[0], "months", "AddMonths")
    if abs(months) > _MOST_YEARS * MONTHS_A_YEAR:
        _out_of_range("AddMonths", "Months value must be between +/-120000. (Parameter 'months')")
    return _in_months(value, months, "AddMonths", "months")


def _add_years(value: datetime, arguments: Sequence[object]) -> object:
    years = int32(arguments[0], "value", "AddYears")
    if abs(years) > _MOST_YEARS:
        _out_of_range("AddYears", "Years value must be between +/-10000. (Parameter 'value')")
    return _in_months(value, years * MONTHS_A_YEAR, "AddYears", "value")


_MOST_YEARS: Final = 10_000


def _in_months(value: datetime, months: int, name: str, parameter: str) -> datetime:
    if not 1 <= value.year + (value.month - 1 + months) // MONTHS_A_YEAR <= 9999:
        _out_of_range(name, _UNREPRESENTABLE.format(parameter))
    return add_months(value, months)


def _formatted(value: datetime, arguments: Sequence[object]) -> object:
    try:
        return format_datetime(value, argument(arguments, 0, ""))
    except BadMoment as bad:
        call_failed("ToString", len(arguments), str(bad), "FormatException")


def _span_formatted(value: timedelta, arguments: Sequence[object]) -> object:
    try:
        return format_timespan(value, argument(arguments, 0, ""))
    except BadMoment as bad:
        call_failed("ToString", len(arguments), str(bad), "FormatException")


def _subtract(value: datetime, arguments: Sequence[object]) -> object:
    other = arguments[0]
    if isinstance(other, datetime):
        return TimeSpan.of(ticks_of_date(value) - ticks_of_date(other))
    return add_ticks(value, -ticks_of(_span(other)))


def _span(value: object) -> timedelta:
    made = convert(value, NetType("System.TimeSpan"))
    return made if isinstance(made, timedelta) else timedelta()


FILE_EPOCH: Final = 504_911_232_000_000_000
"""The ticks of 1601, which the times of files count from."""


_DAY: Final = 86_400_000
_THOUSANDTH: Final = TICKS_PER_SECOND // 1000
_AUTOMATION_EPOCH: Final = 693_593 * _DAY
"""The first day of OLE Automation (and of Excel), in milliseconds since year 1."""
_FIRST_AUTOMATED: Final = 36_159 * _DAY


def _to_automation(value: datetime, _arguments: Sequence[object]) -> float:
    """`.ToOADate()`: days since the end of 1899; before it the part of a day counts up. A time of day alone is its
    part."""
    ticks = ticks_of_date(value)
    if ticks and ticks < _DAY * _THOUSANDTH:
        return ticks // _THOUSANDTH / _DAY
    behind = ticks - _AUTOMATION_EPOCH * _THOUSANDTH if ticks else 0
    since = behind // _THOUSANDTH if behind >= 0 else -(-behind // _THOUSANDTH)
    if since + _AUTOMATION_EPOCH < _FIRST_AUTOMATED:
        call_failed("ToOADate", 0, "Not a legal OleAut date.", "OverflowException")
    part = -since % _DAY if since < 0 else 0
    return (since - 2 * (_DAY - part) if part else since) / _DAY


def from_automation(number: float) -> datetime:
    """`[datetime]::FromOADate(…)`."""
    if not -657_435 < number < 2_958_466:
        call_failed("FromOADate", 1, "Not a legal OleAut date.", "ArgumentException")
    since = int(number * _DAY + (0.5 if number >= 0 else -0.5))
    if since < 0:
        since += 2 * (-since % _DAY)
    return from_ticks((since + _AUTOMATION_EPOCH) * _THOUSANDTH)


def _file_time(name: str, value: datetime) -> Int64:
    if ticks_of_date(value) < FILE_EPOCH:
        call_failed(name, 0, "Not a valid Win32 FileTime.", "ArgumentOutOfRangeException")
    return Int64(ticks_of_date(value) - FILE_EPOCH)


def _to_utc(value: datetime, _arguments: Sequence[object]) -> datetime:
    if value.tzinfo is None:
        value = value.astimezone()
    return value.astimezone(timezone.utc)


DATE_METHODS: Final[dict[str, Method[datetime]]] = {
    "add": method(1)(lambda v, a: add_ticks(v, ticks_of(_span(a[0])))),
    "adddays": _added(_TICKS_PER_DAY, "AddDays"),
    "addhours": _added(3600 * TICKS_PER_SECOND, "AddHours"),
    "addminutes": _added(60 * TICKS_PER_SECOND, "AddMinutes"),
    "addseconds": _added(TICKS_PER_SECOND, "AddSeconds"),
    "addmilliseconds": _added(_TICKS_PER_MILLISECOND, "AddMilliseconds"),
    "addticks": method(1)(lambda v, a: _moved(v, whole(a[0], "value", "AddTicks"), "AddTicks")),
    "addmonths": method(1)(_add_months),
    "addyears": method(1)(_add_years),
    "subtract": method(1)(_subtract),
    "tostring": method(0, 2)(cultured(_formatted)),
    "toshortdatestring": method(0)(lambda v, a: format_datetime(v, "d")),
    "tolongdatestring": method(0)(lambda v, a: format_datetime(v, "D")),
    "toshorttimestring": method(0)(lambda v, a: format_datetime(v, "t")),
    "tolongtimestring": method(0)(lambda v, a: format_datetime(v, "T")),
    "touniversaltime": method(0)(_to_utc),
    "tofiletime": method(0)(lambda v, a: _file_time("ToFileTime", _to_utc(v, ()))),
    "tofiletimeutc": method(0)(lambda v, a: _file_time("ToFileTimeUtc", _to_utc(v, ()) if v.tzinfo else v)),
    "tooadate": method(0)(_to_automation),
    "tolocaltime": method(0)(lambda v, a: (v if v.tzinfo else v.replace(tzinfo=timezone.utc)).astimezone()),
}

SPAN_METHODS: Final[dict[str, Method[timedelta]]] = {
    "add": method(1)(lambda v, a: TimeSpan.of(ticks_of(v) + ticks_of(_span(a[0])))),
    "subtract": method(1)(lambda v, a: TimeSpan.of(ticks_of(v) - ticks_of(_span(a[0])))),
    "negate": method(0)(lambda v, a: TimeSpan.of(-ticks_of(v))),
    "duration": method(0)(lambda v, a: TimeSpan.of(abs(ticks_of(v)))),
    "tostring": method(0, 2)(cultured(_span_formatted)),
}
