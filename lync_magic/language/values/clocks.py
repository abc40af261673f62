"""`[Diagnostics.Stopwatch]`, and moments with their offset: `[DateTimeOffset]`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from lync_magic.clixml import MISSING, Int64, TimeSpan
from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.compare import own_orders
from lync_magic.language.values.convert import convert, more_converters
from lync_magic.language.values.culture import INVARIANT, in_culture
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    call_failed,
    cannot_convert,
    no_null,
    reason_of,
)
from lync_magic.language.values.formatting import own_formats
from lync_magic.language.values.methods import Method, method, whole
from lync_magic.language.values.moment_members import DATE_METHODS, DATE_PROPERTIES, FILE_EPOCH, ticks_of_date
from lync_magic.language.values.moments import BadMoment, format_datetime
from lync_magic.language.values.net_operators import own_operators
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.shapes import final
from lync_magic.language.values.statics import own_statics
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


def _moved(name: str) -> Method[Any]:
    """A method that moves a moment, and leaves how far its clock is from UTC's."""
    inner = DATE_METHODS[name]

    def run(value: Offset, arguments: Sequence[object]) -> object:
        made = inner.call(value.moment.replace(tzinfo=None), arguments)
        return Offset(made.replace(tzinfo=value.moment.tzinfo)) if isinstance(made, datetime) else made

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


def _since_epoch(value: Offset, size: int) -> Int64:
    return Int64((ticks_of_date(value.moment.astimezone(timezone.utc)) - ticks_of_date(_EPOCH)) // size)


def _from_epoch(seconds: int, thousandths: int) -> Offset:
    return Offset(_EPOCH + timedelta(seconds=seconds, milliseconds=thousandths))


def _offset_property(value: Offset, folded: str) -> object:
    match folded:
        case "datetime":
            return value.moment.replace(tzinfo=None)
        case "utcdatetime":
            return value.moment.astimezone(timezone.utc)
        case "localdatetime":
            return value.moment.astimezone()
        case "ticks":
            return Int64(ticks_of_date(value.moment.replace(tzinfo=None)))
        case "utcticks":
            return Int64(value.ticks)
        case "totaloffsetminutes":
            return value.away // timedelta(minutes=1)
        case "offset":
            return TimeSpan.of(value.away // timedelta(microseconds=1) * 10)
    found = DATE_PROPERTIES.get(folded) if folded in _SHARED else None
    return MISSING if found is None else found(value.moment.replace(tzinfo=None))


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
    given = convert(arguments[0], NetType("System.DateTime"))
    assert isinstance(given, datetime)
    return Offset(given if given.tzinfo is not None else given.astimezone())


_ZONED: Final = re.compile(r"(?s)(.*:.*?)\s*(Z|[+-]\d\d:\d\d)\s*")


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
    minutes = 0 if found[2] == "Z" else int(found[2][0] + "1") * (int(found[2][1:3]) * 60 + int(found[2][4:]))
    if abs(minutes) > _MOST_MINUTES_AWAY:
        raise NotKnownHere(f"a [{_OFFSET}] so far from UTC")
    return Offset(moment.replace(tzinfo=timezone(timedelta(minutes=minutes))))


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
    "tostring": method(0, 1)(lambda v, a: v.told(a)),
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
    "new": method(1)(_new_offset),
}, {
    "now": lambda: Offset(datetime.now().astimezone()), "utcnow": lambda: Offset(datetime.now(timezone.utc)),
    "unixepoch": lambda: Offset(_EPOCH),
}  # fmt: skip
