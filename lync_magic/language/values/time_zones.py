"""`[TimeZoneInfo]`: the zones of the IANA, by their names and by those that Windows has for them, and moments moved
between them.

Rules of this file: `zones.txt` beside it is written by .NET itself (tests/language/judge/zones.ps1). The names that a
person reads are known in English alone. Of a zone whose summer is its standard time nothing is told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from lync_magic.clixml import MISSING, DateTime, TimeSpan
from lync_magic.language.values.clocks import Offset
from lync_magic.language.values.culture import current
from lync_magic.language.values.failures import NotKnownHere, ambiguous, call_failed, no_overload, null_argument
from lync_magic.language.values.methods import Method, argument_as, method
from lync_magic.language.values.moment_members import ticks_of_date
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types, type_of

ZONE: Final = "System.TimeZoneInfo"
_UTC: Final = "UTC"
_NAMES: Final = (
    "Id", "HasIanaId", "DisplayName", "StandardName", "DaylightName", "BaseUtcOffset", "SupportsDaylightSavingTime",
)  # fmt: skip
_NO_DAYS: Final = timedelta()
TICKS_A_MICROSECOND: Final = 10
_TOLD: Final = ("displayname", "standardname", "daylightname", "baseutcoffset", "supportsdaylightsavingtime")
_ENGLISH: Final = ("", "en-US")
_PAIR: Final = 2
_LINKS: Final = "zoneinfo/"


class Zone:
    """A time zone. name: its Id.  rules: its clock.  is_local: it is this computer's."""

    __slots__ = ("is_local", "name", "rules")

    def __init__(self, name: str, rules: tzinfo, *, is_local: bool = False) -> None:
        self.name, self.rules, self.is_local = name, rules, is_local

    @property
    def is_utc(self) -> bool:
        """Whether it is .NET's own UTC."""
        return self.rules is timezone.utc and not self.is_local

    def __str__(self) -> str:
        return str(_property(self, "displayname"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Zone) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


@cache
def _lines() -> list[list[str]]:
    text = files("lync_magic.language.values").joinpath("zones.txt").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


@cache
def _of_windows() -> dict[str, str]:
    """The zones of the IANA by the names that Windows has for them, in lower case."""
    return {line[0].lower(): line[1] for line in _lines() if len(line) == _PAIR}


@cache
def _told() -> dict[str, dict[str, str]]:
    """What .NET says of each zone of the IANA, by its name."""
    return {line[0]: dict(zip(_TOLD, line[1:], strict=True)) for line in _lines() if len(line) > _PAIR}


def zone_named(name: str, method_name: str, count: int = 1) -> Zone:
    """The zone of an Id. Raises .NET's error where there is none of that name."""
    if name.lower() in ("utc", "etc/utc"):
        return Zone(_UTC if name.lower() == "utc" else name, timezone.utc)
    found = _of_windows().get(name.lower(), name)
    if found == name and name not in available_timezones():
        if any(one.lower() == name.lower() for one in available_timezones()) or not available_timezones():
            raise NotKnownHere(f"the time zone {name}")
        message = f"The time zone ID '{name}' was not found on the local computer."
        call_failed(method_name, count, message, "TimeZoneNotFoundException")
    return Zone(name, _rules(found))


def _rules(name: str) -> tzinfo:
    try:
        rules = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotKnownHere(f"the time zone {name}") from None
    year = datetime.now().year
    if any((rules.dst(datetime(year, month, 1)) or _NO_DAYS) < _NO_DAYS for month in (1, 7)):
        raise NotKnownHere(f"the time zone {name}, whose standard time is that of its summer")
    return rules


def local_zone() -> Zone:
    """This computer's."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name:
        _folder, found, name = os.path.realpath("/etc/localtime").rpartition(_LINKS)
        if not found:
            raise NotKnownHere("the Id of this computer's time zone")
    return Zone(name, timezone.utc if name == _UTC else _rules(name), is_local=True)


# --- moments -----------------------------------------------------------------------------------------------------


def _away(zone: Zone, clock: datetime) -> timedelta:
    """How far a zone's clock is from UTC's when it reads so; the standard time's where it does so twice or never."""
    rules = zone.rules
    both = [rules.utcoffset(clock.replace(fold=fold)) or _NO_DAYS for fold in (0, 1)]
    return min(both)


def _is_skipped(zone: Zone, clock: datetime) -> bool:
    """Whether the clock of a zone never reads so."""
    first, second = (zone.rules.utcoffset(clock.replace(fold=fold)) or _NO_DAYS for fold in (0, 1))
    return first < second


def _is_twice(zone: Zone, clock: datetime) -> bool:
    first, second = (zone.rules.utcoffset(clock.replace(fold=fold)) or _NO_DAYS for fold in (0, 1))
    return first > second


def _clock(value: datetime) -> datetime:
    """What a date's clock reads, to the microsecond."""
    return datetime(value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)


def _kind(value: datetime) -> str:
    return "" if value.tzinfo is None else "utc" if value.tzinfo is timezone.utc else "local"


def _kind_of(zone: Zone) -> str:
    return "utc" if zone.is_utc else "local" if zone.is_local else ""


def _moved(value: datetime, source: Zone, to: Zone, name: str, count: int) -> datetime:
    """A date that reads as it does in one zone, as the clock of another."""
    kind = _kind(value)
    if kind and kind != _kind_of(source):
        call_failed(name, count, _WRONG_KIND, "ArgumentException")
    clock = _clock(value)
    if _is_skipped(source, clock):
        call_failed(name, count, _SKIPPED, "ArgumentException")
    made, rest = _read(clock - _away(source, clock), to), ticks_of_date(value) % TICKS_A_MICROSECOND
    return DateTime.of(made, rest) if rest else made


def _read(moment: datetime, zone: Zone) -> datetime:
    """What a zone's clock reads at a moment of UTC, a date of its kind."""
    made = moment.replace(tzinfo=timezone.utc).astimezone(zone.rules).replace(tzinfo=None, fold=0)
    if zone.is_utc:
        return made.replace(tzinfo=timezone.utc)
    return made.astimezone() if zone.is_local else made


_WRONG_KIND: Final = (
    "The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly. "
    " For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local. "
    "(Parameter 'sourceTimeZone')"
)
_SKIPPED: Final = (
    "The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in "
    "the period that is skipped is invalid. (Parameter 'dateTime')"
)


def _own(value: datetime) -> Zone:
    """The zone that a date's kind says."""
    return Zone(_UTC, timezone.utc) if _kind(value) == "utc" else local_zone()


def _date(value: object, name: str) -> datetime:
    made = argument_as(value, "System.DateTime", "dateTime", name)
    assert isinstance(made, datetime)
    return made


def _zone(value: object, parameter: str, name: str, count: int) -> Zone:
    if value is None:
        null_argument(name, count, parameter)
    if not isinstance(value, Zone):
        raise NotKnownHere(f"[{ZONE}]::{name} with a [{NetType(type_of(value)).spoken}]")
    return value


def _convert(arguments: Sequence[object], name: str, zones: Sequence[Zone]) -> object:
    """A date, or a moment with its offset, in the last of these zones."""
    value, count = arguments[0], len(arguments)
    if isinstance(value, Offset) and len(zones) == 1:
        moment = value.moment.astimezone(timezone.utc).replace(tzinfo=None)
        made = moment.replace(tzinfo=timezone.utc).astimezone(zones[0].rules)
        return Offset(made.replace(tzinfo=timezone(made.utcoffset() or _NO_DAYS), fold=0))
    if not isinstance(value, datetime):
        if isinstance(value, str) and len(zones) == 1:
            raise ambiguous(name, count)
        value = _date(value, name)
    source = zones[0] if len(zones) > 1 else _own(value)
    return _moved(value, source, zones[-1], name, count)


def _converted(_none: None, arguments: Sequence[object]) -> object:
    """`::ConvertTime(date, to)`, `::ConvertTime(date, from, to)`."""
    told = ("destinationTimeZone",) if len(arguments) == 2 else ("sourceTimeZone", "destinationTimeZone")
    zones = [_zone(one, name, "ConvertTime", len(arguments)) for one, name in zip(arguments[1:], told, strict=True)]
    return _convert(arguments, "ConvertTime", zones)


def _by_id(_none: None, arguments: Sequence[object]) -> object:
    """`::ConvertTimeBySystemTimeZoneId(date, from, to)`, the first of which may be left out."""
    name, count = "ConvertTimeBySystemTimeZoneId", len(arguments)
    value = arguments[0]
    if count > 2 and isinstance(value, datetime) and value.tzinfo is not None:
        raise NotKnownHere(f"[{ZONE}]::{name} of a date with a zone of its own")
    if count == 2 and isinstance(value, str):
        raise ambiguous(name, count)
    return _convert(arguments, name, [zone_named(to_text(one), name, count) for one in arguments[1:]])


def _from_utc(_none: None, arguments: Sequence[object]) -> object:
    name = "ConvertTimeFromUtc"
    value, to = _date(arguments[0], name), _zone(arguments[1], "destinationTimeZone", name, 2)
    return _moved(value, Zone(_UTC, timezone.utc), to, name, 2)


def _to_utc(_none: None, arguments: Sequence[object]) -> object:
    name, count = "ConvertTimeToUtc", len(arguments)
    if count == 1 and type_of(arguments[0]) == "System.DateTimeOffset":
        raise no_overload(name, count)
    value = _date(arguments[0], name)
    if count == 1 and _kind(value) == "utc":
        return value
    source = _own(value) if count == 1 else _zone(arguments[1], "sourceTimeZone", name, count)
    return _moved(value, source, Zone(_UTC, timezone.utc), name, count)


# --- what a zone says --------------------------------------------------------------------------------------------


def _property(value: Zone, folded: str) -> object:
    match folded:
        case "id":
            return value.name
        case "hasianaid":
            return value.name.lower() not in _of_windows() or value.name == _UTC
    if folded not in _TOLD:
        return MISSING
    told = _told().get(value.name if value.name == _UTC else _of_windows().get(value.name.lower(), value.name))
    if folded == "baseutcoffset" and told is None:
        year = datetime.now().year
        return _span(min(value.rules.utcoffset(datetime(year, month, 1)) or _NO_DAYS for month in (1, 7)))
    if told is None or (folded.endswith("name") and current().name not in _ENGLISH):
        raise NotKnownHere(f"the property .{folded} of a time zone")
    if folded == "baseutcoffset":
        return _span(timedelta(minutes=int(told[folded])))
    return told[folded] == "1" if folded.startswith("supports") else told[folded]


def _span(value: timedelta) -> timedelta:
    return TimeSpan.of(value // timedelta(microseconds=1) * 10)


def _of_date(name: str, told: Callable[[Zone, datetime], object]) -> Method[Zone]:
    """A method that a zone has for a date, which it first takes as its own clock has it."""

    def run(value: Zone, arguments: Sequence[object]) -> object:
        if not isinstance(arguments[0], datetime):
            raise NotKnownHere(f".{name}() of this value")
        given = arguments[0]
        if _kind(given) not in ("", _kind_of(value)):
            if name == "IsInvalidTime":
                return False
            if name == "IsAmbiguousTime":
                raise NotKnownHere(f".{name}() of a date of another zone")
            return told(value, given.astimezone(value.rules).replace(tzinfo=None))
        return told(value, _clock(given))

    return Method(run, 1, 1)


def _is_summer(zone: Zone, clock: datetime) -> bool:
    return not _is_twice(zone, clock) and not _is_skipped(zone, clock) and bool(zone.rules.dst(clock))


own_types[Zone] = lambda value: ZONE
own_names[Zone] = lambda value: list(_NAMES)
own_properties[Zone] = _property
own_methods[Zone] = {
    "getutcoffset": _of_date("GetUtcOffset", lambda zone, clock: _span(_away(zone, clock))),
    "isdaylightsavingtime": _of_date("IsDaylightSavingTime", _is_summer),
    "isinvalidtime": _of_date("IsInvalidTime", _is_skipped),
    "isambiguoustime": _of_date("IsAmbiguousTime", _is_twice),
    "tostring": method(0)(lambda value, _a: str(value)),
}
own_statics[ZONE] = (
    {
        "findsystemtimezonebyid": method(1)(lambda _n, a: zone_named(to_text(a[0]), "FindSystemTimeZoneById")),
        "converttime": method(2, 3)(_converted),
        "converttimebysystemtimezoneid": method(2, 3)(_by_id),
        "converttimefromutc": method(2)(_from_utc),
        "converttimetoutc": method(1, 2)(_to_utc),
    },
    {"utc": lambda: Zone(_UTC, timezone.utc), "local": local_zone},
)
