"""Static members of dates and spans of time: `[datetime]::ParseExact(…)`, `[timespan]::FromHours(3)`."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Final

from lync_magic.clixml import INT64, DateTime, Int64, TimeSpan
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import in_told
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.exact_dates import parse_exact
from lync_magic.language.values.exact_spans import EXACT_SPAN
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    call_failed,
    no_overload,
    reason_of,
)
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.moment_members import FILE_EPOCH, MAX_TICKS, MONTHS_A_YEAR, from_ticks
from lync_magic.language.values.moments import TICKS_PER_SECOND
from lync_magic.language.values.numeric import as_number, to_int, to_number
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.static_reading import parse
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, type_of


def _style(told: object) -> int:
    asked = 0 if told is None else convert(told, NetType("System.Globalization.DateTimeStyles"))
    return asked.value if isinstance(asked, LocalEnum) else 0


def _exact_date(_none: None, arguments: Sequence[object]) -> object:
    """[datetime]::ParseExact: letters of a format, and what stands between them."""
    told = arguments[1]
    if told is None and len(arguments) == 4:  # the form that takes several formats
        why = "String reference not set to an instance of a String. (Parameter 'formats')"
        call_failed("ParseExact", len(arguments), why, "ArgumentNullException")
    several = type_of(told) == "System.String[]"
    patterns = items_of(told) if several else [told]
    style = _style(arguments[3]) if len(arguments) == 4 else 0
    with in_told(arguments[2]):
        forms = [to_text(one) for one in patterns]
        return parse_exact(to_text(arguments[0]), forms, len(arguments), style=style, several=several)


_OF_DATES: Final = parse("System.DateTime")
_WITH_STYLES: Final = 3


def _date(_none: None, arguments: Sequence[object]) -> object:
    """`[datetime]::Parse(text, culture, styles)`: what the styles say is of the time zone alone."""
    if len(arguments) < _WITH_STYLES:
        return _OF_DATES.call(None, arguments)
    styles = argument_as(arguments[2], "System.Globalization.DateTimeStyles", "styles", "Parse")
    named = {one.strip() for one in to_text(styles).split(",")} - _OF_SPACES
    if named - _OF_ZONES:
        raise NotKnownHere(f"[datetime]::Parse with the styles {to_text(styles)}")
    if {"AssumeLocal", "AssumeUniversal"} <= named:
        why = "The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together."
        call_failed("Parse", len(arguments), f"{why} (Parameter 'styles')", "ArgumentException")
    try:
        with in_told(arguments[1]):
            made = _OF_DATES.call(None, arguments[:1])
    except ScriptError as bad:
        call_failed("Parse", len(arguments), bad.inner_message or reason_of(bad), bad.inner)
    assert isinstance(made, datetime)
    if made.tzinfo is None and "AssumeUniversal" in named:
        made = _of_kind(made, "Utc")
    elif made.tzinfo is None:
        return _of_kind(made, "Local") if "AssumeLocal" in named else made
    return call_method(made, "ToUniversalTime" if "AdjustToUniversal" in named else "ToLocalTime", ())


_OF_SPACES: Final = {"None", "AllowLeadingWhite", "AllowTrailingWhite", "AllowInnerWhite", "AllowWhiteSpaces"}
_OF_ZONES: Final = {"AdjustToUniversal", "AssumeLocal", "AssumeUniversal"}


def _span_of(size: int) -> Static:
    return method(1)(lambda _n, a: TimeSpan.of(round(to_number(a[0]) * size)))


_SPAN_UNITS: Final = {"fromdays": 86_400, "fromhours": 3600, "fromminutes": 60, "fromseconds": 1}


def _new_datetime(_none: None, arguments: Sequence[object]) -> object:
    if len(arguments) in (1, 2):
        if as_number(arguments[0]) is None or len(arguments) == 2:
            raise NotKnownHere("this form of [datetime]::new()")
        ticks = to_int(arguments[0])
        if not 0 <= ticks <= MAX_TICKS:
            why = "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks. (Parameter 'ticks')"
            call_failed(".ctor", 1, why, "ArgumentOutOfRangeException")
        return from_ticks(ticks)
    rest = list(arguments[6:])
    if len(arguments) in (4, 5) or len(rest) > 2:
        raise NotKnownHere("this form of [datetime]::new()")
    zone = rest.pop() if rest and isinstance(rest[-1], LocalEnum) else None
    if any(isinstance(one, str | None) for one in rest):  # .NET tries to read it as the milliseconds
        raise NotKnownHere("this form of [datetime]::new()")
    year, month, day, *clock = (to_int(item) for item in [*arguments[:6], *rest])
    hour, minute, second, thousandths, millionths = [*clock, 0, 0, 0, 0, 0][:5]
    message = "Year, Month, and Day parameters describe an un-representable DateTime."
    try:
        made = datetime(year, month, day)
        message = "Hour, Minute, and Second parameters describe an un-representable DateTime."
        made = made.replace(hour=hour, minute=minute, second=second)
        message = "Valid values are between 0 and 999, inclusive. (Parameter 'millisecond')"
        made = made.replace(microsecond=thousandths * 1000)
        message = "Valid values are between 0 and 999, inclusive. (Parameter 'microsecond')"
        if not 0 <= millionths <= 999:
            raise ValueError
        made += timedelta(microseconds=millionths)
    except ValueError:
        call_failed(".ctor", len(arguments), message, "ArgumentOutOfRangeException")
    return made if zone is None else _of_kind(made, zone)


def _of_kind(value: datetime, kind: object) -> datetime:
    """A date whose clock reads as it did, of another DateTimeKind."""
    name = to_text(convert(kind, NetType("System.DateTimeKind")))
    bare = value.replace(tzinfo=None)
    if name == "Local":
        bare = bare.astimezone()
    zoned = bare.replace(tzinfo=timezone.utc) if name == "Utc" else bare
    return DateTime.of(zoned, value.ticks_rest) if isinstance(value, DateTime) else zoned


def _moment(value: object) -> datetime:
    made = convert(value, NetType("System.DateTime"))
    assert isinstance(made, datetime)
    return made


def _from_file_time(name: str) -> Callable[[None, Sequence[object]], datetime]:
    def made(_none: None, arguments: Sequence[object]) -> datetime:
        ticks = to_int(arguments[0])
        if not 0 <= ticks <= MAX_TICKS - FILE_EPOCH:
            message = "Not a valid Win32 FileTime. (Parameter 'fileTime')"
            call_failed(name, 1, message, "ArgumentOutOfRangeException")
        moment = from_ticks(ticks + FILE_EPOCH, timezone.utc)
        return moment if name.endswith("Utc") else moment.astimezone()

    return made


def _year(told: object, name: str, count: int) -> int:
    year = to_int(told)
    if not 1 <= year <= 9999:
        message = "Year must be between 1 and 9999. (Parameter 'year')"
        call_failed(name, count, message, "ArgumentOutOfRangeException")
    return year


def _days_in_month(_none: None, arguments: Sequence[object]) -> int:
    month = to_int(arguments[1])
    if not 1 <= month <= MONTHS_A_YEAR:
        message = f"Month must be between one and twelve. (Parameter 'month')\nActual value was {month}."
        call_failed("DaysInMonth", 2, message, "ArgumentOutOfRangeException")
    return calendar.monthrange(_year(arguments[0], "DaysInMonth", 2), month)[1]


def _new_span(_none: None, arguments: Sequence[object]) -> object:
    numbers = [to_int(item) for item in arguments]
    if len(numbers) == 1:
        return TimeSpan.of(numbers[0])
    if len(numbers) == 2:
        raise no_overload("TimeSpan", 2)
    days, hours, minutes, seconds, thousandths = ([0, *numbers, 0] if len(numbers) == 3 else [*numbers, 0])[:5]
    whole = (days * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1000 + thousandths
    return TimeSpan.of(whole * (TICKS_PER_SECOND // 1000))


MOMENT_METHODS: Final[dict[str, dict[str, Static]]] = {
    "System.DateTime": {
        "parse": method(1, 3)(_date),
        "parseexact": method(3, 4)(_exact_date),
        "daysinmonth": method(2)(_days_in_month),
        "isleapyear": method(1)(lambda _n, a: calendar.isleap(_year(a[0], "IsLeapYear", 1))),
        "compare": method(2)(lambda _n, a: call_method(_moment(a[0]), "CompareTo", (_moment(a[1]),))),
        "fromfiletime": method(1)(_from_file_time("FromFileTime")),
        "fromfiletimeutc": method(1)(_from_file_time("FromFileTimeUtc")),
        "specifykind": method(2)(lambda _n, a: _of_kind(_moment(a[0]), a[1])),
        "new": method(1, 8)(_new_datetime),
    },
    "System.TimeSpan": {
        "parse": parse("System.TimeSpan"),
        "parseexact": EXACT_SPAN,
        "frommilliseconds": _span_of(TICKS_PER_SECOND // 1000),
        "fromticks": _span_of(1),
        **{name: _span_of(size * TICKS_PER_SECOND) for name, size in _SPAN_UNITS.items()},
        "new": method(1, 5)(_new_span),
    },
}
_TICKS_PER: Final = {
    "microsecond": TICKS_PER_SECOND // 10**6, "millisecond": TICKS_PER_SECOND // 1000, "second": TICKS_PER_SECOND,
    "minute": 60 * TICKS_PER_SECOND, "hour": 3600 * TICKS_PER_SECOND, "day": 86_400 * TICKS_PER_SECOND,
}  # fmt: skip
MOMENT_PROPERTIES: Final[dict[str, dict[str, Callable[[], object]]]] = {
    "System.DateTime": {
        "now": lambda: datetime.now().astimezone(),
        "utcnow": lambda: datetime.now(timezone.utc),
        "today": lambda: datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0),
        "minvalue": lambda: datetime(1, 1, 1),
        "unixepoch": lambda: datetime(1970, 1, 1, tzinfo=timezone.utc),
        "maxvalue": lambda: convert("9999-12-31T23:59:59.9999999", NetType("System.DateTime")),
    },
    "System.TimeSpan": {
        "zero": lambda: TimeSpan.of(0),
        "maxvalue": lambda: TimeSpan.of(INT64[1]),
        "minvalue": lambda: TimeSpan.of(INT64[0]),
        **{f"ticksper{name}": partial(Int64, ticks) for name, ticks in _TICKS_PER.items()},
    },
}
