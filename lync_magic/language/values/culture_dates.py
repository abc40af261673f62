"""Dates read from text as .NET reads them in a culture: the order of day, month and year is that of the culture's
patterns, its names and those of the invariant culture stand for months and days.

Rule of this file: it takes the plain forms alone; where .NET may read what is not known here, nothing is guessed
(NotKnownHere).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple, NoReturn

from lync_magic.language.values.culture import INVARIANT, Culture, named
from lync_magic.language.values.date_text import WITH_T, date_of, full_year, made_of, not_read
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.moments import BadMoment, need_gregorian

_ZONE: Final = r"(?:\s*(?P<zone>z(?![^\W\d_])|gmt(?![^\W\d_])|[+-][0-9]{1,2}:[0-9]{2}(?![0-9:])))?"
_FRACTION: Final = r"(?:[.,](?P<fraction>[0-9]+))?"
_APART: Final = " \t,\xa0\u202f"
"""What parts a time from a date."""
_SPACES: Final = re.compile(r"\s+")
_BETWEEN: Final = re.compile(r"[\s,.]*[/-]?[\s,.]*")
_MARKS: Final = re.compile(r"[^\w\s,./:+-]")
_YEAR_FIRST: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")
"""What is read alike where a point stands between hours and minutes."""
_LETTER: Final = re.compile(r"[^\W\d_]")
_LONGEST: Final = 4
"""How many digits a number of a date has at most."""
_ALIEN: Final = frozenset({"t", "z", "gmt", "utc", "ad", "bc"})
"""Words that mean something to .NET beside names."""
_READ: Final = frozenset({"en", "fr", "de", "it", "es", "nl", "pt", "sv", "da", "nb", "fi", "pl"})
"""The languages whose names are read as this file reads them."""


class _Words(NamedTuple):
    """What a culture calls months and days, in small letters, with their numbers, and how the two are found."""

    months: dict[str, int]
    days: dict[str, int]
    form: re.Pattern[str]
    clock: re.Pattern[str]


class _Parts(NamedTuple):
    """What a date says. numbers: each as it is written.  place: how many of them stand before the month."""

    numbers: list[str]
    month: int
    place: int
    day_name: int | None


def parse_in_culture(text: str, culture: Culture) -> datetime:
    """A date, a time of today, or both. Raises BadMoment in .NET's words, NotKnownHere for a form that .NET may take
    and this does not."""
    need_gregorian(culture)
    named_here = culture.name.partition("-")[0] in _READ or not _LETTER.search(text)
    whole = WITH_T.fullmatch(text)
    if whole is None and not (named_here and (culture.time_separator == ":" or _YEAR_FIRST.fullmatch(text))):
        raise NotKnownHere(f"a date read by the culture {culture.name}")
    if whole is not None:
        day = date_of(text, *(int(whole[name]) for name in ("year", "month", "day")), why=_unsupported(text))
        return made_of(text, day, whole.groupdict())
    words = _words(culture.name)
    clock = words.clock.search(text)
    before, after = (text, "") if clock is None else (text[: clock.start()], text[clock.end() :])
    if clock is not None and ((before and before[-1] not in _APART) or (after and after[0] not in _APART)):
        _unknown(text, culture)
    parts = _parts(text, f"{before} {after}".strip(), words, culture)
    told = len(parts.numbers) + (parts.month > 0)
    if clock is not None and told not in (0, len(("day", "month", "year"))):
        _unknown(text, culture)
    day = _day(text, parts, culture, timed=clock is not None)
    if parts.day_name is not None and day.weekday() != parts.day_name:
        not_read(text, " because the day of week was incorrect")
    return made_of(text, day, _told(clock, culture))


@lru_cache(maxsize=16)
def _words(name: str) -> _Words:
    culture = named(name) or INVARIANT
    months: dict[str, int] = {}
    days: dict[str, int] = {}
    for one in (culture, INVARIANT):
        for names in (one.months, one.genitive_months, one.short_months, one.short_genitive_months):
            for number, told in enumerate(names, 1):
                if told.lower() not in days:
                    months.setdefault(told.lower(), number)
        for names in (one.days, one.short_days):
            for number, told in enumerate(names):
                if told.lower() not in months:
                    days.setdefault(told.lower(), (number - 1) % 7)
    longest = sorted((*months, *days), key=len, reverse=True)
    halves = {one.lower(): half for half in ("am", "pm") for one in _halves(culture, half)}
    said = "|".join(r"\s*".join(map(re.escape, _SPACES.split(one))) for one in sorted(halves, key=len, reverse=True))
    clock = (
        rf"(?<![\w:])(?:(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{1,2}})(?::(?P<second>[0-9]{{1,2}}){_FRACTION})?"
        rf"(?:\s*(?P<half>{said})(?!\w))?|(?P<lone>[0-9]{{1,2}})\s*(?P<lonehalf>{said})(?!\w)){_ZONE}(?![\w:])"
    )
    names_form = "(?:" + "|".join(map(re.escape, longest)) + r")(?![^\W\d_])"
    return _Words(months, days, re.compile(names_form, re.IGNORECASE), re.compile(clock, re.IGNORECASE))


def _halves(culture: Culture, half: str) -> set[str]:
    """What one half of a day is called."""
    return {half, culture.morning if half == "am" else culture.afternoon} - {""}


def _told(clock: re.Match[str] | None, culture: Culture) -> dict[str, str | None]:
    """What a time says, its half of the day as `am` or `pm`."""
    found: dict[str, str | None] = clock.groupdict() if clock is not None else {}
    half = found.get("half") or found.get("lonehalf")
    if half:
        plain = re.sub(r"\s", "", half).lower()
        afternoon = plain in ("pm", re.sub(r"\s", "", culture.afternoon).lower())
        found["half"] = "pm" if afternoon else "am"
    return found


def _parts(text: str, rest: str, words: _Words, culture: Culture) -> _Parts:
    numbers: list[str] = []
    separators: set[str] = set()
    month, place = 0, 0
    day_name: int | None = None
    position, between = 0, ""
    while position < len(rest):
        if rest[position].isdigit():
            piece = re.compile(r"\d+", re.ASCII).match(rest, position)
            if piece is None:
                _unknown(text, culture)
            if len(piece[0]) > _LONGEST:
                not_read(text)
            numbers.append(piece[0])
        elif rest[position].isalpha():
            piece = words.form.match(rest, position)
            if piece is None:
                _no_word(text, rest, position, culture)
            name = piece[0].lower()
            if name in words.months and not month:
                month, place = words.months[name], len(numbers)
            elif name in words.days and day_name is None and name not in words.months:
                day_name = words.days[name]
            else:
                _unknown(text, culture)
        else:
            piece = _BETWEEN.match(rest, position)
            if piece is None or piece.end() == position or between or (not position and piece[0].strip()):
                _unknown(text, culture)
            between = piece[0]
            separators |= set(between) & set("/-")
        if piece.re is not _BETWEEN:
            between = ""
        position = piece.end()
    if set(between) - set(" ,\t") or len(separators) > 1 or (separators and day_name is not None and "-" in separators):
        _unknown(text, culture)
    return _Parts(numbers, month, place, day_name)


def _no_word(text: str, rest: str, position: int, culture: Culture) -> NoReturn:
    """Raise .NET's error for a word that it does not know, where nothing but a plain date may stand before it."""
    found = re.compile(r"[^\W\d_]+").match(rest, position)
    word = found[0] if found is not None else ""
    if word.lower() in _ALIEN or word.lower() in culture.era.lower() or rest != text.strip() or _MARKS.search(text):
        _unknown(text, culture)
    if re.search(rf"'[^']*{re.escape(word)}[^']*'", "".join(culture.dates.values())):
        _unknown(text, culture)
    where = f"There is an unknown word starting at index '{text.index(rest) + position}'."
    raise BadMoment(f"The string '{text}' was not recognized as a valid DateTime. {where}")


def _unknown(text: str, culture: Culture) -> NoReturn:
    raise NotKnownHere(f"the date '{text}' in the culture {culture.name}")


def _unsupported(text: str) -> str:
    calendar = "'System.Globalization.GregorianCalendar'"
    return f"The DateTime represented by the string '{text}' is not supported in calendar {calendar}."


def _order(pattern: str, letters: str) -> str:
    """The order of the parts of a date in a pattern, as letters."""
    plain = re.sub(r"'[^']*'|d{3,}", "", pattern)
    return "".join(sorted((one for one in letters if one in plain), key=plain.index))


def _day(text: str, parts: _Parts, culture: Culture, *, timed: bool) -> date:
    numbers, month = parts.numbers, parts.month
    if not numbers and not month:
        if not timed or parts.day_name is not None:
            not_read(text) if not timed else _unknown(text, culture)
        return datetime.now().date()
    years = [place for place, one in enumerate(numbers) if len(one) > 2]
    if len(years) > 1:
        not_read(text)
    order = _order(culture.dates["d"], "dMy")
    if month:
        return _named(text, parts, culture, years, order)
    told = [int(one) for one in numbers]
    if len(told) == 3 and years:
        year = told.pop(years[0])
        return date_of(text, year, *(told if years[0] < 2 or order != "dMy" else reversed(told)))
    if len(told) == 3:
        by = dict(zip(order, told, strict=True))
        return date_of(text, full_year(by["y"]), by["M"], by["d"])
    if len(told) == 2 and years:
        return date_of(text, told[years[0]], told[1 - years[0]], 1)
    if len(told) == 2:
        by = dict(zip(_order(culture.dates["m"], "dM"), told, strict=True))
        return date_of(text, datetime.now().year, by["M"], by["d"])
    if len(told) == 1:
        not_read(text)
    _unknown(text, culture)


def _named(text: str, parts: _Parts, culture: Culture, years: list[int], order: str) -> date:
    """A date whose month is told by its name."""
    told = [int(one) for one in parts.numbers]
    month = parts.month
    if len(told) == 1 and years:
        return date_of(text, told[0], month, 1)
    if len(told) == 1:
        day_first = _order(culture.dates["m"], "dM") == "dM"
        month_first = _order(culture.dates["y"], "My") == "My"
        if (parts.place == 0 and day_first and month_first) or (parts.place == 1 and not day_first and not month_first):
            return date_of(text, full_year(told[0]), month, 1)
        return date_of(text, datetime.now().year, month, told[0])
    if len(told) == 2 and years:
        return date_of(text, told[years[0]], month, told[1 - years[0]])
    if len(told) == 2:
        for day, year in (told, told[::-1]) if order != "yMd" else (told[::-1], told):
            try:
                return date(full_year(year), month, day)
            except ValueError:
                continue
        not_read(text)
    if not told:
        not_read(text)
    _unknown(text, culture)
