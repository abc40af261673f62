"""Durations read from text as the invariant culture reads them; dates and durations written by .NET's formats."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from itertools import zip_longest
from typing import Any, Final

from lync_magic.clixml import MISSING, DateTime, TimeSpan, invariant_text, ticks_of
from lync_magic.language.values.culture import GREGORIAN, INVARIANT, Culture, current
from lync_magic.language.values.failures import NotKnownHere

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TICKS_PER_SECOND: Final = 10_000_000
_TICK_DIGITS = 7
_CENTURY_PIVOT = 49
_NOON = 12

_SPAN = re.compile(
    r"\s*(?P<sign>-)?(?:(?P<days>[0-9]+)(?:\.(?=[0-9]+:)|$))?"
    r"(?:(?P<hours>[0-9]+):(?P<minutes>[0-9]+)(?::(?P<seconds>[0-9]+)(?:\.(?P<fraction>[0-9]{1,7}))?)?)?\s*"
)
_LONG_FRACTION = re.compile(r"-?([0-9]+\.)?[0-9]+:[0-9]+:[0-9]+\.[0-9]{8,}")
_NUMBER = re.compile(r"[0-9]+")
_MOST = 2**31 - 1
_OUT_OF_RANGE = (
    "The TimeSpan string '{}' could not be parsed because at least one of the numeric components is out of range or "
    "contains too many digits."
)
_MOST_DAYS = 10_675_199
_LIMITS = {"hours": 23, "minutes": 59, "seconds": 59}


class HintedDate(DateTime):
    """A date with the note property DisplayHint, which says how it is shown: what Get-Date gives.

    `hint` is that note; MISSING of what arithmetic made of such a date, which has none.
    """

    __slots__ = ("hint",)
    hint: object

    def __getattr__(self, name: str) -> Any:
        return MISSING if name == "hint" else super().__getattr__(name)

    @classmethod
    def hinting(cls, moment: datetime, hint: object) -> HintedDate:
        """A date and its note."""
        made = cls.of(moment, moment.ticks_rest if isinstance(moment, DateTime) else 0)
        assert isinstance(made, HintedDate)
        made.hint = hint
        return made

    def __repr__(self) -> str:
        return f"{DateTime.__name__}{super().__repr__().removeprefix(type(self).__name__)}"

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return HintedDate.hinting, (self.plain(), self.hint)

    def plain(self) -> datetime:
        """The same date without it."""
        return DateTime.of(self, self.ticks_rest)


def without_hint(value: object) -> object:
    """A value as .NET holds it, which has no note."""
    return value.plain() if type(value) is HintedDate else value


_BY_HINT: Final = {"date": "D", "time": "T"}


def shown_date(moment: datetime) -> str:
    """A date as a console shows it and its property DateTime has it."""
    hint = moment.hint if isinstance(moment, HintedDate) else MISSING
    return format_datetime(moment, _BY_HINT.get(invariant_text(hint).lower(), "F") if hint is not MISSING else "F")


class BadMoment(ValueError):
    """The text is no date or duration; the message is .NET's."""


def parse_timespan(text: str, decimal: str = ".") -> timedelta:
    """`[-][d.]hh:mm[:ss[.fffffff]]` or whole days; decimal: what may stand for the point before a part of a second, as
    a culture has it. Raises BadMoment in .NET's words."""
    plain = (
        re.sub(rf"(?<=[0-9]:)([0-9]+){re.escape(decimal)}(?=[0-9]+\s*$)", r"\1.", text)
        if decimal != "." and "." not in text
        else text
    )
    whole = re.sub(r"^(-?[0-9]+):([0-9]+:[0-9]+:[0-9]+(?:\.|$))", r"\1.\2", plain.strip())
    match = _SPAN.fullmatch(whole)
    if match is None and (_LONG_FRACTION.fullmatch(whole) or any(int(one) > _MOST for one in _NUMBER.findall(whole))):
        raise BadMoment(_OUT_OF_RANGE.format(text))
    if match is not None and match["days"] is None and match["seconds"] and match["fraction"] is None:
        days, hours, minutes = (int(match[name]) for name in ("hours", "minutes", "seconds"))
        if days > _LIMITS["hours"] >= hours and minutes <= _LIMITS["minutes"]:  # .NET takes them as days
            ticks = (days * 86_400 + hours * 3600 + minutes * 60) * TICKS_PER_SECOND
            return TimeSpan.of(-ticks if match["sign"] else ticks)
    if match is None or not text.strip() or (match["days"] is None and match["hours"] is None):
        raise BadMoment(f"String '{text}' was not recognized as a valid TimeSpan.")
    if match["days"] is not None and int(match["days"]) > _MOST_DAYS:
        raise BadMoment(_OUT_OF_RANGE.format(text))
    for name, most in _LIMITS.items():
        if match[name] is not None and int(match[name]) > most:
            raise BadMoment(_OUT_OF_RANGE.format(text))
    seconds = (
        int(match["days"] or 0) * 86_400
        + int(match["hours"] or 0) * 3600
        + int(match["minutes"] or 0) * 60
        + int(match["seconds"] or 0)
    )
    ticks = seconds * TICKS_PER_SECOND + int((match["fraction"] or "0").ljust(_TICK_DIGITS, "0"))
    return TimeSpan.of(-ticks if match["sign"] else ticks)


# --- writing ------------------------------------------------------------------------------------------------

_STANDARD: Final[dict[str, str]] = {
    "o": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK", "r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss", "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
}  # fmt: skip
_OF_CULTURE: Final[dict[str, tuple[str, ...]]] = {
    "d": ("d",), "D": ("D",), "t": ("t",), "T": ("T",), "m": ("m",), "M": ("m",), "y": ("y",), "Y": ("y",),
    "f": ("D", "t"), "F": ("D", "T"), "g": ("d", "t"), "G": ("d", "T"),
}  # fmt: skip


def standard_form(letter: str, culture: Culture) -> tuple[str, Culture]:
    """The custom pattern that a standard letter stands for, and the culture that it is written in."""
    if letter in _OF_CULTURE:
        return " ".join(culture.dates[part] for part in _OF_CULTURE[letter]), culture
    if letter.lower() in _STANDARD and letter not in ("S", "U"):
        return _STANDARD[letter.lower()], INVARIANT
    raise BadMoment("Input string was not in a correct format.")


_PIECE = re.compile(r"d+|M+|y+|g+|H+|h+|m+|s+|f+|F+|t+|K|z+|'[^']*'|\"[^\"]*\"|\\.|%|.", re.DOTALL)


def ticks_in_second(value: datetime) -> int:
    """The part of a second, in units of 100 ns."""
    return value.microsecond * 10 + (value.ticks_rest if isinstance(value, DateTime) else 0)


def _offset(value: datetime, *, colon: bool = True) -> str:
    offset = (value if value.tzinfo is not None else value.astimezone()).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    separator = ":" if colon else ""
    return f"{sign}{abs(minutes) // 60:02}{separator}{abs(minutes) % 60:02}"


def _kind(value: datetime) -> str:
    if value.tzinfo is None:
        return ""
    return "Z" if value.tzinfo is timezone.utc else _offset(value)


def need_gregorian(culture: Culture) -> None:
    """Raises NotKnownHere where a culture counts years in a calendar of its own."""
    if culture.calendar != GREGORIAN:
        raise NotKnownHere(f"a date of the {culture.calendar}, in the culture {culture.name}")


def _digits(number: int, width: int) -> str:
    return str(number).rjust(width, "0")


_DATE_PIECES: Final[dict[str, Callable[[datetime, int, Culture], str]]] = {
    "d": lambda v, n, c: (c.days if n > 3 else c.short_days)[v.isoweekday() % 7] if n >= 3 else _digits(v.day, n),
    "M": lambda v, n, c: (c.months if n > 3 else c.short_months)[v.month - 1] if n >= 3 else _digits(v.month, n),
    "y": lambda v, n, c: _digits(v.year % 100, n) if n <= 2 else _digits(v.year, n),
    "H": lambda v, n, c: _digits(v.hour, min(n, 2)),
    "h": lambda v, n, c: _digits((v.hour - 1) % 12 + 1, min(n, 2)),
    "m": lambda v, n, c: _digits(v.minute, min(n, 2)),
    "s": lambda v, n, c: _digits(v.second, min(n, 2)),
    "f": lambda v, n, c: _digits(ticks_in_second(v), _TICK_DIGITS)[:n],
    "F": lambda v, n, c: _digits(ticks_in_second(v), _TICK_DIGITS)[:n].rstrip("0"),
    "t": lambda v, n, c: (c.morning if v.hour < _NOON else c.afternoon)[: n if n == 1 else None],
    "K": lambda v, n, c: _kind(v),
    "z": lambda v, n, c: f"{int(_offset(v)[:3]):+}" if n == 1 else _offset(v)[: 3 if n == 2 else None],
    "g": lambda v, n, c: c.era,
    "/": lambda v, n, c: c.date_separator,
    ":": lambda v, n, c: c.time_separator,
}


def format_datetime(value: date, pattern: str) -> str:
    """A date by a standard (one letter) or custom format string. Raises BadMoment for a letter that means nothing."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    culture = current()
    pattern = pattern or "G"
    if len(pattern) == 1:
        if pattern == "U" and moment.tzinfo is not None:
            moment = moment.astimezone(timezone.utc)
        pattern, culture = standard_form(pattern if pattern != "U" else "F", culture)
    made = ""
    pieces = _PIECE.findall(pattern)
    need_gregorian(culture)
    place = 0
    for piece, following in zip_longest(pieces, pieces[1:], fillvalue="%"):
        need_whole(piece)
        if piece[0] in "'\"":
            made += piece[1:-1]
        elif piece[0] == "\\":
            made += piece[1:]
        elif piece[0] in _DATE_PIECES:
            if len(piece) >= 3 and piece[0] == "M" and _is_beside_day(pattern, place, place + len(piece)):
                names = culture.genitive_months if len(piece) > 3 else culture.short_genitive_months
                made += names[moment.month - 1]
            else:
                made += _DATE_PIECES[piece[0]](moment, len(piece), culture)
        elif piece != "%":
            made += piece
        elif following == "%":
            raise BadMoment("Input string was not in a correct format.")
        place += len(piece)
    return made


def _is_beside_day(pattern: str, start: int, end: int) -> bool:
    """Whether the nearest `d` before or behind a month's name is a day's number, as .NET looks for it: also in what is
    written as it stands."""
    before = re.search(r"(d+)[^d]*$", pattern[:start])
    behind = re.search(r"d+", pattern[end:])
    return any(found is not None and len(found[found.lastindex or 0]) <= 2 for found in (before, behind))


def need_whole(piece: str) -> None:
    """Raises BadMoment for a piece of a format that is only the beginning of one."""
    if piece in ("'", '"'):
        raise BadMoment(f"Cannot find a matching quote character for the character '{piece}'.")
    if piece == "\\":
        raise BadMoment("Input string was not in a correct format.")


def format_timespan(value: timedelta, pattern: str) -> str:
    """A duration by `c`, `g`, `G` or a custom format string. Raises BadMoment for anything else."""
    ticks = abs(ticks_of(value))
    seconds, fraction = divmod(ticks, TICKS_PER_SECOND)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, second = divmod(rest, 60)
    sign = "-" if ticks_of(value) < 0 else ""
    if pattern in ("", "c", "t", "T"):
        return invariant_text(value)
    if pattern == "g":
        tail = f"{current().decimal}{fraction:07}".rstrip("0") if fraction else ""
        return f"{sign}{f'{days}:' if days else ''}{hours}:{minutes:02}:{second:02}{tail}"
    if pattern == "G":
        return f"{sign}{days}:{hours:02}:{minutes:02}:{second:02}{current().decimal}{fraction:07}"
    if len(pattern) == 1:
        raise BadMoment("Input string was not in a correct format.")
    numbers = {"d": days, "h": hours, "m": minutes, "s": second}
    made = ""
    for piece in re.findall(r"%[dhmsfF]|d+|h+|m+|s+|f+|F+|'[^']*'|\"[^\"]*\"|\\.|%|.", pattern, re.DOTALL):
        need_whole(piece)
        piece = piece.removeprefix("%") or piece  # one letter alone
        if piece[0] in numbers:
            made += _digits(numbers[piece[0]], len(piece))
        elif piece[0] in "fF":
            shown = _digits(fraction, _TICK_DIGITS)[: len(piece)]
            made += shown.rstrip("0") if piece[0] == "F" else shown
        elif piece[0] in "'\"":
            made += piece[1:-1]
        elif piece[0] == "\\":
            made += piece[1:]
        elif piece != "%":
            raise BadMoment("Input string was not in a correct format.")
    return made
