"""[datetime]::ParseExact: a date read by a format that is given.

Rule of this file: text and format are read side by side, once, as .NET's strict reader does; nothing is tried again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Final, NoReturn

from lync_magic.clixml import DateTime
from lync_magic.language.values.culture import Culture, current, in_culture
from lync_magic.language.values.date_text import full_year
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.moments import BadMoment, need_whole, standard_form

WHITE, TODAY, UNIVERSAL, LOCAL_IF_NONE, UTC_IF_NONE, ROUND_TRIP = 7, 8, 16, 32, 64, 128
"""What a DateTimeStyles asks for: spaces, no date of today, what comes out, what a time without a zone is."""
_IF_NONE: Final = LOCAL_IF_NONE | UTC_IF_NONE

_PIECE = re.compile(r"d+|M+|y+|H+|h+|m+|s+|f+|\.?F+|t+|g+|K|Z|z+|GMT|'[^']*'|\"[^\"]*\"|\\\\?.|%|.", re.DOTALL)
_NUMBERS: Final = {"d": "day", "M": "month", "H": "hour", "h": "hour", "m": "minute", "s": "second"}
_FRACTION_DIGITS: Final = 7
_ZULU: Final = re.compile(r"(?:GMT|Z)(?![^\W\d_])", re.IGNORECASE)
_AWAY: Final = {
    1: re.compile(r"([+-])([0-9]{1,2})()"),
    2: re.compile(r"([+-])([0-9]{2})()"),
    3: re.compile(r"([+-])([0-9]{2}|[0-9](?![0-9])):?([0-9]{2})"),
}
_FARTHEST: Final = timedelta(hours=14)


def parse_exact(text: str, patterns: Sequence[str], count: int, *, style: int = 0, several: bool = False) -> datetime:
    """A date of exactly one of these forms. count: of the call's arguments. several: whether they came as a list, of
    which .NET tells no more than that none fits. Raises ScriptError in PowerShell's words, NotKnownHere for a
    style that is not known."""
    need_style(style)
    if not text:
        _not_read(text, count)
    if not patterns:
        call_failed("ParseExact", count, "No format specifiers were provided.", "FormatException")
    for pattern in patterns:
        if not pattern:
            call_failed("ParseExact", count, "Format specifier '' was invalid.", "FormatException")
        if pattern == "U":
            raise NotKnownHere("ParseExact with the form U")
        try:
            form, culture = standard_form(pattern, current()) if len(pattern) == 1 else (pattern, current())
            with in_culture(culture):
                return _Reader(text).read(form, style)
        except _OtherForm:
            continue
        except BadMoment as other:
            if not several:
                call_failed("ParseExact", count, str(other), "FormatException")
    return _not_read(text, count)


def _not_read(text: str, count: int) -> NoReturn:
    message = f"String '{text}' was not recognized as a valid DateTime."
    call_failed("ParseExact", count, message, "FormatException")


def need_style(style: int) -> None:
    """Raise NotKnownHere for a style with spaces, and for one whose parts .NET does not take together."""
    if style & WHITE or (style & ROUND_TRIP and style & ~ROUND_TRIP) or style & _IF_NONE == _IF_NONE:
        raise NotKnownHere("a date read with this style")


class _OtherForm(Exception):
    """A text that is not of the pattern."""


class _Reader:
    """What is read of a text, and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.found: dict[str, int] = {}
        self.by_half = self.short_year = False
        self.afternoon: bool | None = None
        self.away: timedelta | None = None
        self.zulu = False

    def read(self, pattern: str, style: int) -> datetime:
        """The date. Raises _OtherForm, BadMoment in .NET's words, NotKnownHere."""
        for piece in _PIECE.findall(pattern):
            need_whole(piece)
            known = _LETTERS.get(piece) or _LETTERS.get(piece[-1] if piece[0] == "." else piece[0])
            if known is not None:
                known(self, piece)
            else:
                self.expect(piece)
        if self.at < len(self.text):
            raise _OtherForm
        return in_zone(self._made(style), self.away, style, zulu=self.zulu)

    def expect(self, told: str) -> None:
        """Go behind these words."""
        if not self.text.startswith(told, self.at):
            raise _OtherForm
        self.at += len(told)

    def match(self, form: re.Pattern[str]) -> re.Match[str]:
        """Go behind what is of this form."""
        found = form.match(self.text, self.at)
        if found is None:
            raise _OtherForm
        self.at = found.end()
        return found

    def one_of(self, names: Iterable[str]) -> int:
        """Go behind the longest of these names; its place among them."""
        rest = self.text[self.at :].lower()
        fit = [(len(name), -i) for i, name in enumerate(names) if name and rest.startswith(name.lower())]
        if not fit:
            raise _OtherForm
        length, place = max(fit)
        self.at += length
        return -place

    def put(self, part: str, value: int, letter: str) -> None:
        """Keep a part, which stands with one value however often it is asked for."""
        if self.found.setdefault(part, value) != value:
            raise BadMoment(f"DateTime pattern '{letter}' appears more than once with different values.")

    def _made(self, style: int) -> datetime:
        found, today = self.found, datetime.now()
        undated = not found.keys() & {"year", "month", "day"}
        if undated and style & TODAY:
            today = datetime.min
        year = found.get("year", today.year)
        if self.short_year:
            if year > 99:
                raise _OtherForm
            year = full_year(year)
        month, day = found.get("month", today.month if undated else 1), found.get("day", today.day if undated else 1)
        try:
            made = datetime(year, month, day, self._hour(), found.get("minute", 0), found.get("second", 0))
        except ValueError:
            calendar = "'System.Globalization.GregorianCalendar'"
            why = f"The DateTime represented by the string '{self.text}' is not supported in calendar {calendar}."
            raise BadMoment(why) from None
        if found.get("weekday", made.isoweekday() % 7) != made.isoweekday() % 7:
            why = "because the day of week was incorrect"
            raise BadMoment(f"String '{self.text}' was not recognized as a valid DateTime {why}.")
        ticks = found.get("fraction", 0)
        made += timedelta(microseconds=ticks // 10)
        return DateTime.of(made, ticks % 10) if ticks % 10 else made

    def _hour(self) -> int:
        hour = self.found.get("hour", 0)
        if not self.by_half:
            if self.afternoon is not None and self.afternoon != (hour >= 12):
                raise _OtherForm
            return hour
        if hour > 12:
            raise _OtherForm
        return hour % 12 + (12 if self.afternoon else 0)


def in_zone(made: datetime, away: timedelta | None, style: int, *, zulu: bool) -> datetime:
    """A moment on the clock that a style asks for. away: how far the clock that it was told by is from Greenwich, where
    that was told. zulu: whether it was told by a letter. Raises NotKnownHere where .NET has rules of its own."""
    if away is None:
        if not style & _IF_NONE:
            return made
        away = made.astimezone().utcoffset() if style & LOCAL_IF_NONE else timedelta()
        assert away is not None
    elif abs(away) > _FARTHEST:
        raise NotKnownHere("a date with a zone this far away")
    if made.year in (datetime.min.year, datetime.max.year):
        raise NotKnownHere("a date with a zone at the end of time")
    utc = datetime.combine(made.date(), made.time(), timezone.utc) - away
    zoned = utc if style & UNIVERSAL or (style & ROUND_TRIP and zulu) else utc.astimezone()
    return DateTime.of(zoned, made.ticks_rest) if isinstance(made, DateTime) else zoned


_DIGITS: Final = {size: re.compile(f"[0-9]{{{'1,2' if size == 1 else size}}}") for size in range(1, 8)}


def _number(reader: _Reader, piece: str) -> None:
    letter = piece[0]
    reader.by_half = reader.by_half or letter == "h"
    reader.put(_NUMBERS[letter], int(reader.match(_DIGITS[min(len(piece), 2)])[0]), letter)


def _day(reader: _Reader, piece: str) -> None:
    if len(piece) < 3:
        _number(reader, piece)
        return
    culture = current()
    reader.put("weekday", reader.one_of(culture.short_days if len(piece) == 3 else culture.days), "d")


def _month(reader: _Reader, piece: str) -> None:
    if len(piece) < 3:
        _number(reader, piece)
        return
    reader.put("month", reader.one_of(_months(current(), short=len(piece) == 3)) % 12 + 1, "M")


def _year(reader: _Reader, piece: str) -> None:
    if len(piece) > _FRACTION_DIGITS:
        raise NotKnownHere(f"ParseExact with {piece}")
    reader.short_year = reader.short_year or len(piece) <= 2
    reader.put("year", int(reader.match(_DIGITS[len(piece)])[0]), "y")


def _fraction(reader: _Reader, piece: str) -> None:
    size = len(piece.lstrip("."))
    if size > _FRACTION_DIGITS:
        raise NotKnownHere(f"ParseExact with {piece}")
    if piece[0] == ".":
        if reader.text[reader.at : reader.at + 1] != ".":
            return
        reader.at += 1
    digits = reader.match(re.compile(f"[0-9]{{{size if piece[0] == 'f' else f'0,{size}'}}}"))[0]
    reader.put("fraction", int(digits.ljust(_FRACTION_DIGITS, "0")), piece[-1])


def _half(reader: _Reader, piece: str) -> None:
    culture = current()
    halves = culture.morning, culture.afternoon
    if len(piece) == 1:
        signs = [half[:1] for half in halves]
        sign = reader.text[reader.at : reader.at + 1]
        if not sign or sign not in signs:
            raise _OtherForm
        reader.at += 1
        told = signs.index(sign) == 1
    else:
        told = bool(reader.one_of(halves)) if all(halves) else _unknown_half(piece)
    if reader.afternoon not in (None, told):
        raise BadMoment("DateTime pattern 't' appears more than once with different values.")
    reader.afternoon = told


def _unknown_half(piece: str) -> bool:
    raise NotKnownHere(f"ParseExact with {piece} in a culture without halves of the day")


def _zone(reader: _Reader, piece: str) -> None:
    """`z`, `Z`, `K`, and `GMT` that no quotes are around: how far the clock is from Greenwich."""
    here = reader.text[reader.at : reader.at + 1]
    if piece == "GMT":
        reader.expect(piece)
        return _from(reader, timedelta(), zulu=False)
    if piece == "Z" or (piece == "K" and here == "Z"):
        if piece == "K":
            reader.at += 1
        else:
            reader.match(_ZULU)
        return _from(reader, timedelta(), zulu=True)
    if piece == "K" and here not in ("+", "-"):
        return None
    sign, hours, minutes = reader.match(_AWAY[3 if piece == "K" else min(len(piece), 3)]).groups()
    if int(minutes or 0) > 59:
        raise _OtherForm
    away = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return _from(reader, -away if sign == "-" else away, zulu=False)


def _from(reader: _Reader, away: timedelta, *, zulu: bool) -> None:
    if reader.away is not None:
        raise NotKnownHere("ParseExact with two zones")
    reader.away, reader.zulu = away, zulu


def _quoted(reader: _Reader, piece: str) -> None:
    if "\\" in piece:
        raise NotKnownHere("ParseExact with a sign behind \\ in quotes")
    reader.expect(piece[1:-1])


def _escaped(reader: _Reader, piece: str) -> None:
    reader.expect(piece[1:])


def _separator(reader: _Reader, piece: str) -> None:
    culture = current()
    own = culture.date_separator if piece == "/" else culture.time_separator
    try:
        reader.expect(piece)
    except _OtherForm:
        reader.expect(own)


def _era(_reader: _Reader, piece: str) -> None:
    raise NotKnownHere(f"ParseExact with the era {piece}")


def _next(_reader: _Reader, _piece: str) -> None:
    """`%` stands before a letter that would be a standard format."""


_LETTERS: Final[dict[str, Callable[[_Reader, str], None]]] = {
    "d": _day, "M": _month, "y": _year, "f": _fraction, "F": _fraction, "t": _half, "g": _era, "%": _next,
    **dict.fromkeys("Hhms", _number), **dict.fromkeys("zZK", _zone), "GMT": _zone, **dict.fromkeys("'\"", _quoted),
    **dict.fromkeys("/:", _separator), "\\": _escaped,
}  # fmt: skip


def _months(culture: Culture, *, short: bool) -> tuple[str, ...]:
    """Each month as it stands alone, then as it stands beside a day."""
    return culture.short_months + culture.short_genitive_months if short else culture.months + culture.genitive_months
