"""Dates read from text as .NET's own reader takes them in the invariant culture: month, day, year; a day's name that
agrees; a time before or behind; a zone.

Rule of this file: where .NET may read what is not known here, nothing is guessed (NotKnownHere).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple, NoReturn

from lync_magic.clixml import DateTime
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.moments import DAYS, MONTHS, BadMoment

_PIVOT: Final = 49
_MONTHS: Final = {word.lower(): i for i, name in enumerate(MONTHS, 1) for word in (name, name[:3])}
_DAYS: Final = {word.lower(): i for i, name in enumerate(DAYS) for word in (name, name[:3])}
_KNOWN: Final = frozenset((*_MONTHS, *_DAYS, "am", "pm", "z", "gmt", "t"))
_CLOCK: Final = (
    r"(?<![\d:])(?:(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:\.(?P<fraction>\d*))?)?"
    r"(?:\s*(?P<half>am|pm)(?![a-z]))?|(?P<lone>\d{1,2})\s*(?P<lonehalf>am|pm)(?![a-z]))"
    r"(?:\s*(?P<zone>z(?![a-z])|gmt(?![a-z])|[+-]\d{4}(?!\d)|[+-]\d{1,2}(?::\d{2})?(?![\d:])))?(?![\d:])"
)
_DAY_NAME: Final = re.compile("|".join(sorted(_DAYS, key=len, reverse=True)), re.IGNORECASE)
_TIMED: Final = re.compile(_CLOCK, re.IGNORECASE)
WITH_T: Final = re.compile(
    r"\s*(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})T(?P<hour>\d{2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?\s*(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?\s*"
)
_PIECE: Final = re.compile(r"(?P<number>\d+)|(?P<word>[a-z]+\.?)|(?P<between>[\s,]*[-/.]?[\s,]*)", re.IGNORECASE)


class _Number(NamedTuple):
    """A number of a date. is_year: three digits or more."""

    value: int
    is_year: bool


def parse_datetime(text: str) -> datetime:
    """A date, a time of today, or both; without a year it is this one's.

    One with a zone becomes the same moment on this machine's clock, an aware time. Raises BadMoment in .NET's words,
    NotKnownHere for a form that .NET may take and this does not.
    """
    whole = WITH_T.fullmatch(text)
    if whole is not None:
        return made_of(text, date_of(text, *(int(whole[name]) for name in ("year", "month", "day"))), whole.groupdict())
    _check_words(text)
    clock = _TIMED.search(text)
    rest = text if clock is None else f"{text[: clock.start()]} {text[clock.end() :]}"
    if clock is not None:
        before, after = text[: clock.start()], text[clock.end() :]
        if (before and before[-1] not in " \t,Tt") or (after and after[0] not in " \t,\n"):
            _unknown(text)
        if before[-1:] in ("T", "t") or re.match(r",\d", after):
            _unknown(text)
        parts = len(re.findall(r"\d+|[a-z]{3,}", re.sub(_DAY_NAME, "", before), re.IGNORECASE))
        if parts in (1, 2):  # .NET looks for a third part of the date there
            _unknown(text)
    return made_of(text, _day(text, rest, timed=clock is not None), clock.groupdict() if clock is not None else {})


_AHEAD: Final = re.compile(r"[\s,.]*(?:[^\W_]+(?:[\s,.]+|[-/:](?![-/:])|(?=$)))*")
"""What .NET reads before a word that it does not know; it says nothing of a word behind other signs."""


def _check_words(text: str) -> None:
    """Raise .NET's error for the first word that it does not know."""
    for word in re.finditer(r"[^\W\d_]+", text):
        alone = word.group().lower() == "t" and not text[: word.start()].rstrip()[-1:].isdigit()
        if word.group().lower() not in _KNOWN or alone:
            if _AHEAD.fullmatch(text, 0, word.start()) is None:
                not_read(text)
            where = f"There is an unknown word starting at index '{word.start()}'."
            raise BadMoment(f"The string '{text}' was not recognized as a valid DateTime. {where}")


def not_read(text: str, why: str = "") -> NoReturn:
    """Raise .NET's error for a text that is no date."""
    raise BadMoment(f"String '{text}' was not recognized as a valid DateTime{why}.")


def _unknown(text: str) -> NoReturn:
    raise NotKnownHere(f"the date '{text}'")


def _day(text: str, rest: str, *, timed: bool) -> date:
    numbers: list[_Number] = []
    month, month_place = 0, 0
    day_name: int | None = None
    position = 0
    between = ""
    while position < len(rest):
        piece = _PIECE.match(rest, position)
        if piece is None or piece.end() == position:
            _unknown(text)
        position = piece.end()
        if piece["number"]:
            if len(piece["number"]) > 4:
                not_read(text)
            numbers.append(_Number(int(piece["number"]), len(piece["number"]) > 2))
        elif piece["word"]:
            word = piece["word"].rstrip(".").lower()
            around = rest[piece.start() - 1 : piece.start()] + rest[position : position + 1]
            if piece["word"].endswith(".") and set(around) & {"-", "/"}:
                _unknown(text)
            if word in _MONTHS and not month:
                month, month_place = _MONTHS[word], len(numbers)
            elif word in _DAYS and day_name is None:
                day_name = _DAYS[word]
            else:
                _unknown(text)
        else:
            between = piece["between"]
    if between.strip(" \t\n,") and rest.endswith(between):
        _unknown(text)
    if not numbers and not month:
        if not timed:
            not_read(text) if day_name is None else _unknown(text)
        made = datetime.now().date()
    else:
        made = _of_parts(text, numbers, month, month_place)
    if day_name is not None and made.weekday() != day_name:
        not_read(text, " because the day of week was incorrect")
    return made


def date_of(text: str, year: int, month: int, day: int, *, why: str = "") -> date:
    """The date of these. why: what is said where it is not what is said of any text. Raises BadMoment for none."""
    try:
        return date(year, month, day)
    except ValueError:
        if why:
            raise BadMoment(why) from None
        not_read(text)


def full_year(number: int) -> int:
    """A year of two digits, or a whole one."""
    return number if number > 99 else number + (2000 if number <= _PIVOT else 1900)


def _full(number: _Number) -> int:
    return number.value if number.is_year else full_year(number.value)


def _of_parts(text: str, numbers: list[_Number], month: int, month_place: int) -> date:
    years = [one for one in numbers if one.is_year]
    others = [one.value for one in numbers if not one.is_year]
    this_year = datetime.now().year
    if len(years) > 1:
        not_read(text)
    match (len(numbers), bool(month), bool(years)):
        case (3, False, True):
            return date_of(text, years[0].value, *others)
        case (3, False, False):
            return date_of(text, _full(numbers[2]), *others[:2])
        case (2, False, True):
            return date_of(text, years[0].value, others[0], 1)
        case (2, False, False):
            return date_of(text, this_year, *others)
        case (2, True, True):
            return date_of(text, years[0].value, month, others[0])
        case (2, True, False):
            first, second = numbers
            try:
                return date(_full(second), month, first.value)
            except ValueError:
                return date_of(text, _full(first), month, second.value)
        case (1, True, True):
            return date_of(text, years[0].value, month, 1)
        case (1, True, False):
            if month_place:  # .NET takes the number before a month for a year there
                return date_of(text, _full(numbers[0]), month, 1)
            return date_of(text, this_year, month, others[0])
    whole = len(numbers) == 4 and not month and (numbers[0].is_year or numbers[2].is_year)
    if len(numbers) > 1 and not (whole and re.search(r"[\s,]\d{1,2}\s*$", text)):
        _unknown(text)
    not_read(text)


def made_of(text: str, day: date, found: Mapping[str, str | None]) -> datetime:
    """The day at the time that a text tells. Raises BadMoment for a time that there is none of."""
    hour = int(found.get("hour") or found.get("lone") or 0)
    half = (found.get("half") or found.get("lonehalf") or "").lower()
    minute, second = int(found.get("minute") or 0), int(found.get("second") or 0)
    if half == "am" and hour == 12:
        hour = 0
    elif half == "pm" and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        calendar = "'System.Globalization.GregorianCalendar'"
        raise BadMoment(f"The DateTime represented by the string '{text}' is not supported in calendar {calendar}.")
    digits = (found.get("fraction") or "").ljust(8, "0")
    ticks = (int(digits[:8]) + 5) // 10
    made = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_zone(found.get("zone")))
    made += timedelta(microseconds=ticks // 10)
    if made.tzinfo is not None and 1 < made.year < datetime.max.year:
        made = made.astimezone()
    return DateTime.of(made, ticks % 10) if ticks % 10 else made


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.upper() in ("Z", "GMT"):
        return timezone.utc
    hours, _, minutes = text[1:].partition(":")
    if len(hours) == 4:
        hours, minutes = hours[:2], hours[2:]
    away = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-away if text[0] == "-" else away)
