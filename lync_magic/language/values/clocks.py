"""`[Diagnostics.Stopwatch]`, and moments with their offset: `[DateTimeOffset]`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from lync_magic.clixml import MISSING, DateTime, Int64, TimeSpan
from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.compare import own_orders
from lync_magic.language.values.convert import convert, more_converters
from lync_magic.language.values.culture import INVARIANT, CultureValue, current_value, in_culture, in_told
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    call_failed,
    cannot_convert,
    no_null,
    reason_of,
)
from lync_magic.language.values.formatting import own_formats
from lync_magic.language.values.methods import Method, argument_as, method, whole
from lync_magic.language.values.moment_members import DATE_METHODS, DATE_PROPERTIES, FILE_EPOCH, ticks_of_date
from lync_magic.language.values.moments import BadMoment, format_datetime
from lync_magic.language.values.net_operators import own_operators
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.shapes import final
from lync_magic.language.values.statics import own_statics, static_call
from lync_magic.language.values.text import local_texts, to_text
from lync_magic.language.values.types import NetType, own_types, type_of

_STOPWATCH: Final = "System.Diagnostics.Stopwatch"
_OFFSET: Final = "System.DateTimeOffset"
_NANOSECONDS: Final = 1_000_000_000


class Stopwatch:
    """A stopwatch, which counts in nanoseconds, as .NET's does on this system."""

    __slots__ = ("gone", "since")

    def __init__(self) -> None:
        self.gone = 0
        self.since: int | None = None

    def start(self) -> None:
        """Go on."""
        if self.since is None:
            self.since = time.perf_counter_ns()

    def stop(self) -> None:
        """Stand still."""
        self.gone, self.since = self.elapsed, None

    def reset(self) -> None:
        """Stand still at nought."""
        self.gone, self.since = 0, None

    @property
    def elapsed(self) -> int:
        """The nanoseconds that it ran."""
        return self.gone + (time.perf_counter_ns() - self.since if self.since is not None else 0)

    @property
    def span(self) -> timedelta:
        """The same as a TimeSpan."""
        return TimeSpan.of(self.elapsed // 100)

    def __str__(self) -> str:
        return to_text(self.span)


def _watch_property(value: Stopwatch, folded: str) -> object:
    match folded:
        case "elapsed":
            return value.span
        case "elapsedmilliseconds":
            return Int64(value.elapsed * 1000 // _NANOSECONDS)
        case "elapsedticks":
            return Int64(value.elapsed)
        case "isrunning":
            return value.since is not None
    return MISSING


def _restarted(value: Stopwatch) -> None:
    value.reset()
    value.start()


def _running() -> Stopwatch:
    made = Stopwatch()
    made.start()
    return made


def _done(act: Callable[[Stopwatch], None]) -> Method[Any]:
    def run(value: Stopwatch, _arguments: Sequence[object]) -> object:
        act(value)
        return NOTHING

    return method(0)(run)


class Offset:
    """A moment with its offset from UTC. moment: aware."""

    __slots__ = ("moment",)

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    @property
    def away(self) -> timedelta:
        """How far its clock is from UTC's."""
        return self.moment.utcoffset() or timedelta()

    def __str__(self) -> str:
        with in_culture(INVARIANT):
            return self.text("")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Offset) and self.ticks == other.ticks

    def __hash__(self) -> int:
        return hash(self.ticks)

    @property
    def ticks(self) -> int:
        """Those of its moment in UTC."""
        return ticks_of_date(self.moment.astimezone(timezone.utc))

    def text(self, pattern: str) -> str:
        """By a format. Raises BadMoment."""
        if pattern in _IN_UTC:
            return format_datetime(self.moment.astimezone(timezone.utc), pattern)
        if not pattern:
            return f"{format_datetime(self.moment, 'd')} {format_datetime(self.moment, 'T')} {self.text('zzz')}"
        pattern = _OF_OFFSET.get(pattern, pattern)
        return format_datetime(self.moment, pattern if len(pattern) == 1 else _KIND.sub("zzz", pattern))

    def told(self, arguments: Sequence[object]) -> str:
        """`.ToString(format)`. Raises ScriptError."""
        try:
            return self.text(to_text(arguments[0]) if arguments else "")
        except BadMoment as bad:
            call_failed("ToString", 1, str(bad), "FormatException")


_KIND: Final = re.compile("K(?=(?:[^']*'[^']*')*[^']*$)")
_IN_UTC: Final = ("r", "R", "u")
_OF_OFFSET: Final = {
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffzzz", "O": "yyyy-MM-ddTHH:mm:ss.fffffffzzz",
}  # fmt: skip


def _zoned(moment: datetime, zone: tzinfo | None) -> datetime:
    """A moment whose clock reads as it did, of another zone."""
    made = moment.replace(tzinfo=zone)
    return DateTime.of(made, moment.ticks_rest) if isinstance(moment, DateTime) else made


def _moved(name: str) -> Method[Any]:
    """A method that moves a moment, and leaves how far its clock is from UTC's."""
    inner = DATE_METHODS[name]

    def run(value: Offset, arguments: Sequence[object]) -> object:
        made = inner.call(_zoned(value.moment, None), arguments)
        return Offset(_zoned(made, value.moment.tzinfo)) if isinstance(made, datetime) else made

    return method(inner.least, inner.most)(run)


def _order(left: Offset, right: object) -> int:
    if isinstance(right, datetime):
        right = _new_offset(None, [right])
    if not isinstance(right, Offset):
        raise NotKnownHere("a [System.DateTimeOffset] compared with something else")
    return (left.ticks > right.ticks) - (left.ticks < right.ticks)


def _subtracted(value: Offset, arguments: Sequence[object]) -> object:
    if isinstance(arguments[0], Offset):
        return TimeSpan.of(value.ticks - arguments[0].ticks)
    return _moved("subtract").call(value, arguments)


def _operator(name: str, does: Callable[[Offset, Sequence[object]], object]) -> None:
    def run(left: object, right: object) -> object:
        if not isinstance(left, Offset) or not isinstance(right, Offset | timedelta):
            raise NotKnownHere(f"{name} of a [{_OFFSET}] and something else")
        return does(left, [right])

    own_operators[(_OFFSET, name)] = run


_operator("op_Subtraction", _subtracted)
_operator("op_Addition", lambda value, arguments: _moved("add").call(value, arguments))


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LAST: Final = DateTime.of(datetime.max.replace(tzinfo=timezone.utc), 9)


def _since_epoch(value: Offset, size: int) -> Int64:
    return Int64((ticks_of_date(value.moment.astimezone(timezone.utc)) - ticks_of_date(_EPOCH)) // size)


def _from_epoch(seconds: int, thousandths: int) -> Offset:
    return Offset(_EPOCH + timedelta(seconds=seconds, milliseconds=thousandths))


def _offset_property(value: Offset, folded: str) -> object:
    match folded:
        case "datetime":
            return _zoned(value.moment, None)
        case "utcdatetime":
            return value.moment.astimezone(timezone.utc)
        case "localdatetime":
            return value.moment.astimezone()
        case "ticks":
            return Int64(ticks_of_date(_zoned(value.moment, None)))
        case "utcticks":
            return Int64(value.ticks)
        case "totaloffsetminutes":
            return value.away // timedelta(minutes=1)
        case "offset":
            return TimeSpan.of(value.away // timedelta(microseconds=1) * 10)
    found = DATE_PROPERTIES.get(folded) if folded in _SHARED else None
    return MISSING if found is None else found(_zoned(value.moment, None))


_OFFSET_NAMES: Final = (
    *("DateTime", "UtcDateTime", "LocalDateTime", "Date", "Day", "DayOfWeek", "DayOfYear", "Hour", "Millisecond"),
    *("Microsecond", "Nanosecond", "Minute", "Month", "Offset", "TotalOffsetMinutes", "Second", "Ticks", "UtcTicks"),
    *("TimeOfDay", "Year"),
)
_SHARED: Final = frozenset(
    (
        *("year", "month", "day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond"),
        *("dayofweek", "dayofyear", "date", "timeofday"),
    )
)


def _at_offset(value: Offset, arguments: Sequence[object]) -> object:
    away = arguments[0]
    if not isinstance(away, timedelta) or abs(away) > timedelta(minutes=_MOST_MINUTES_AWAY) or away.seconds % 60:
        raise NotKnownHere(".ToOffset() of this value")
    return Offset(value.moment.astimezone(timezone(timedelta(days=away.days, seconds=away.seconds))))


def _new_offset(_none: None, arguments: Sequence[object]) -> object:
    """Of a date, of a date or ticks and how far its clock is from UTC's, of numbers and the same."""
    if len(arguments) == 1:
        given = convert(arguments[0], NetType("System.DateTime"))
        assert isinstance(given, datetime)
        return Offset(given if given.tzinfo is not None else given.astimezone())
    *told, last = arguments
    if len(arguments) not in _FORMS_OF_NEW:
        raise NotKnownHere(f"this form of [{_OFFSET}]::new()")
    away = argument_as(last, "System.TimeSpan", "offset", ".ctor")
    assert isinstance(away, timedelta)
    if len(told) == 1 and isinstance(told[0], datetime) and told[0].tzinfo is not None:
        raise NotKnownHere(f"[{_OFFSET}]::new() of a date with a clock of its own")
    if len(told) == 1 and not isinstance(told[0], datetime | int):
        raise NotKnownHere(f"[{_OFFSET}]::new() of this value")
    given = told[0] if isinstance(told[0], datetime) else _date_of(told, len(arguments))
    why, inner = "", "ArgumentOutOfRangeException"
    if away.seconds % 60 or away.microseconds:
        why, inner = "Offset must be specified in whole minutes.", "ArgumentException"
    elif abs(away) > timedelta(minutes=_MOST_MINUTES_AWAY):
        why = "Offset must be within plus or minus 14 hours."
    if why:
        call_failed(".ctor", len(arguments), f"{why} (Parameter 'offset')", inner)
    if given.year in (1, _LAST_YEAR):
        raise NotKnownHere(f"a [{_OFFSET}] at the end of time")
    return Offset(_zoned(given, timezone(timedelta(days=away.days, seconds=away.seconds))))


_FORMS_OF_NEW: Final = (2, 7, 8)
_LAST_YEAR: Final = 9999


def _date_of(told: Sequence[object], count: int) -> datetime:
    try:
        made = static_call(NetType("System.DateTime"), "new", told)
    except ScriptError as bad:
        call_failed(".ctor", count, bad.inner_message or bad.message, bad.inner)
    assert isinstance(made, datetime)
    return made


def _read(_none: None, arguments: Sequence[object]) -> object:
    """`[datetimeoffset]::Parse(text, culture, styles)`."""
    culture = arguments[1] if len(arguments) > 1 else current_value()
    if not isinstance(culture, CultureValue | None):
        raise NotKnownHere(f"[{_OFFSET}]::Parse with this culture")
    styles = to_text(argument_as(arguments[2], _STYLES, "styles", "Parse")) if len(arguments) > 2 else "None"
    if styles not in _KNOWN_STYLES:
        raise NotKnownHere(f"[{_OFFSET}]::Parse with the styles {styles}")
    text = to_text(arguments[0])
    found = _ZONED.fullmatch(text)
    with in_told(culture):
        try:
            moment = static_call(NetType("System.DateTime"), "Parse", [found[1] if found else text])
        except ScriptError as bad:
            why = bad.inner_message or reason_of(bad)
            call_failed("Parse", len(arguments), why.replace(found[1], text) if found else why, bad.inner)
    assert isinstance(moment, datetime)
    if found is None or moment.tzinfo is not None:
        if styles == "AssumeUniversal" and moment.tzinfo is None:
            moment = _zoned(moment, timezone.utc)
        made = _new_offset(None, [moment])
    else:
        if abs(_minutes(found[2])) > _MOST_MINUTES_AWAY:
            why = f"The time zone offset of string '{text}' must be within plus or minus 14 hours."
            call_failed("Parse", len(arguments), why, "FormatException")
        made = Offset(_zoned(moment, timezone(timedelta(minutes=_minutes(found[2])))))
    assert isinstance(made, Offset)
    return Offset(made.moment.astimezone(timezone.utc)) if styles == "AdjustToUniversal" else made


_STYLES: Final = "System.Globalization.DateTimeStyles"
_KNOWN_STYLES: Final = ("None", "AssumeLocal", "AssumeUniversal", "AdjustToUniversal")


def _minutes(zone: str) -> int:
    return 0 if zone == "Z" else int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[-2:]))


def _read_exactly(_none: None, arguments: Sequence[object]) -> object:
    """`[datetimeoffset]::ParseExact(text, format, culture, styles)`: of one format, which tells the zone or not."""
    pattern = arguments[1]
    if type(pattern) is not str or len(pattern) < 2:
        raise NotKnownHere(f"[{_OFFSET}]::ParseExact with this format")
    styles = to_text(argument_as(arguments[3], _STYLES, "styles", "ParseExact")) if len(arguments) > 3 else "None"
    if styles not in ("None", "AssumeLocal", "AssumeUniversal"):
        raise NotKnownHere(f"[{_OFFSET}]::ParseExact with the styles {styles}")
    text = to_text(arguments[0])
    zoned = bool(re.search("z|K", _QUOTED.sub("", pattern)))
    found = _ZONED_END.fullmatch(text) if zoned else None
    if zoned and not re.fullmatch(r"[^'\"\\]*(?:zzz|K)", pattern):
        raise NotKnownHere(f"[{_OFFSET}]::ParseExact with a zone that does not end the format")
    rest = [text, pattern, *arguments[2:3]]
    if found is not None:  # the clock is read as it was told, and its zone beside it
        rest = [found[1], pattern.removesuffix("K").removesuffix("zzz"), *arguments[2:3]]
    if zoned and (found is None or found[2] == "Z" != pattern[-1:].replace("K", "Z")):
        raise NotKnownHere(f"[{_OFFSET}]::ParseExact of a text without its zone")
    try:
        moment = static_call(NetType("System.DateTime"), "ParseExact", rest)
    except ScriptError as bad:
        why = (bad.inner_message or bad.message).replace(f"'{rest[0]}'", f"'{text}'")
        call_failed("ParseExact", len(arguments), why, bad.inner)
    assert isinstance(moment, datetime)
    bare = _zoned(moment, None)
    if found is not None:
        if abs(_minutes(found[2])) > _MOST_MINUTES_AWAY:
            raise NotKnownHere(f"a [{_OFFSET}] so far from UTC")
        return Offset(_zoned(bare, timezone(timedelta(minutes=_minutes(found[2])))))
    if styles == "AssumeUniversal" or re.search("Z|GMT", _QUOTED.sub("", pattern)):
        return Offset(_zoned(bare, timezone.utc))
    return _new_offset(None, [bare])


_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\\.")
_ZONED_END: Final = re.compile(r"(?s)(.*?)(Z|[+-]\d\d:\d\d)")


def _in_culture_of(value: Offset, arguments: Sequence[object]) -> str:
    """`.ToString()`, by a format, by a culture, by both."""
    *rest, last = arguments or ("",)
    if isinstance(last, CultureValue):
        with in_told(last):
            try:
                return value.told(rest)
            except ScriptError as bad:
                call_failed("ToString", len(arguments), bad.inner_message, bad.inner)
    if len(arguments) > 1 and last is not None:
        raise NotKnownHere(f".ToString() of a [{_OFFSET}] with these arguments")
    return value.told(arguments[:1])


def _both(call: Callable[[Offset, Offset], object]) -> Callable[[None, Sequence[object]], object]:
    """A static method of two moments."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        first, second = map(_to_offset, arguments)
        assert isinstance(first, Offset)
        assert isinstance(second, Offset)
        return call(first, second)

    return run


def _is_same(value: Offset, arguments: Sequence[object]) -> bool:
    if not isinstance(arguments[0], Offset):
        raise NotKnownHere(f".EqualsExact() of a [{_OFFSET}] and something else")
    return value == arguments[0] and value.away == arguments[0].away


_ZONED: Final = re.compile(r"(?s)(.*:.*?)\s*(Z|[+-]\d\d:?\d\d)\s*")


def _to_offset(value: object) -> object:
    """`[datetimeoffset]'2024-01-02T03:04+02:00'`: a text without an offset, and a date that is not UTC's, is of this
    zone."""
    if value is None:
        raise no_null(_OFFSET)
    if isinstance(value, Offset):
        return value
    if isinstance(value, datetime):
        return _new_offset(None, [value])
    if type(value) is list:
        raise final(value, _OFFSET)
    if type(value) is not str:
        raise NotKnownHere(f"a [{NetType(type_of(value)).spoken}] as a [{_OFFSET}]")
    found = _ZONED.fullmatch(value)
    try:
        moment = convert(found[1] if found else value, NetType("System.DateTime"))
    except ScriptError as bad:
        why = reason_of(bad)
        told = why.replace(found[1], value) if found else why
        raise cannot_convert(value, _OFFSET, told, bad.error_id) from None
    assert isinstance(moment, datetime)
    if found is None or moment.tzinfo is not None:
        return _new_offset(None, [moment])
    minutes = _minutes(found[2])
    if abs(minutes) > _MOST_MINUTES_AWAY:
        raise NotKnownHere(f"a [{_OFFSET}] so far from UTC")
    return Offset(_zoned(moment, timezone(timedelta(minutes=minutes))))


_MOST_MINUTES_AWAY: Final = 14 * 60
more_converters[_OFFSET] = _to_offset
own_types[Stopwatch] = lambda value: _STOPWATCH
own_properties[Stopwatch] = _watch_property
own_methods[Stopwatch] = {
    "start": _done(Stopwatch.start), "stop": _done(Stopwatch.stop), "reset": _done(Stopwatch.reset),
    "restart": _done(_restarted),
}  # fmt: skip
own_formats[Offset] = Offset.text
local_texts[Offset] = lambda value: value.text("")
own_orders[Offset] = _order
own_types[Offset] = lambda value: _OFFSET
own_properties[Offset] = _offset_property
own_names[Offset] = lambda _value: list(_OFFSET_NAMES)
own_methods[Offset] = {
    "tounixtimeseconds": method(0)(lambda v, a: _since_epoch(v, 10_000_000)),
    "tounixtimemilliseconds": method(0)(lambda v, a: _since_epoch(v, 10_000)),
    "tolocaltime": method(0)(lambda v, a: Offset(v.moment.astimezone())),
    "touniversaltime": method(0)(lambda v, a: Offset(v.moment.astimezone(timezone.utc))),
    "tooffset": method(1)(_at_offset),
    "tostring": method(0, 2)(_in_culture_of),
    "equalsexact": method(1)(_is_same),
    "compareto": method(1)(lambda v, a: _order(v, a[0])),
    "subtract": method(1)(_subtracted),
    "tofiletime": method(0)(lambda v, a: Int64(v.ticks - FILE_EPOCH)),
    **{name: _moved(name) for name in DATE_METHODS if name.startswith("add")},
}
own_statics[_STOPWATCH] = {
    "startnew": method(0)(lambda _n, a: _running()),
    "new": method(0)(lambda _n, a: Stopwatch()),
}, {"ishighresolution": lambda: True, "frequency": lambda: Int64(_NANOSECONDS)}  # fmt: skip
own_statics[_OFFSET] = {
    "fromunixtimeseconds": method(1)(lambda _n, a: _from_epoch(whole(a[0], "seconds", "FromUnixTimeSeconds"), 0)),
    "fromunixtimemilliseconds": method(1)(
        lambda _n, a: _from_epoch(0, whole(a[0], "milliseconds", "FromUnixTimeMilliseconds"))
    ),
    "new": method(1, 8)(_new_offset),
    "parse": method(1, 3)(_read),
    "parseexact": method(3, 4)(_read_exactly),
    "compare": method(2)(_both(lambda first, second: _order(first, second))),
    "equals": method(2)(_both(lambda first, second: first == second)),
    "fromfiletime": method(1)(
        lambda _n, a: _new_offset(None, [static_call(NetType("System.DateTime"), "FromFileTime", a)])
    ),
}, {
    "now": lambda: Offset(datetime.now().astimezone()), "utcnow": lambda: Offset(datetime.now(timezone.utc)),
    "unixepoch": lambda: Offset(_EPOCH), "minvalue": lambda: Offset(datetime.min.replace(tzinfo=timezone.utc)),
    "maxvalue": lambda: Offset(_LAST),
}  # fmt: skip
