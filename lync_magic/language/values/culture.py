"""Cultures: how numbers, currency, percents and dates are written for a person, as .NET has them.

Rules: PowerShell's own conversions (`"$x"`, casts, comparisons) are invariant whatever the culture; `-f`, `ToString()`,
what a console prints, and `Get-Date -Format` follow it. The invariant culture, en-US and fr-FR are .NET's to the
letter; another one is read from CLDR (babel), where .NET reads it too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Culture:
    """One culture.

    positive, negative patterns hold `n` for the number and the signs around it.  months, days: long names, months from
    January, days from Monday.  lone_months: the long names where no day stands beside one, if they differ.
    dates: the standard format letters that depend on the culture.
    """

    name: str
    decimal: str = "."
    group: str = ","
    minus: str = "-"
    digits: int = 2
    infinity: str = "Infinity"
    currency: tuple[str, str] = ("¤n", "(¤n)")
    currency_digits: int = 2
    percent: tuple[str, str] = ("n %", "-n %")
    percent_digits: int = 2
    morning: str = "AM"
    afternoon: str = "PM"
    date_separator: str = "/"
    months: tuple[str, ...] = _MONTHS
    short_months: tuple[str, ...] = tuple(month[:3] for month in _MONTHS)
    lone_months: tuple[str, ...] = ()
    days: tuple[str, ...] = _DAYS
    short_days: tuple[str, ...] = tuple(day[:3] for day in _DAYS)
    dates: dict[str, str] = field(
        default_factory=lambda: {
            "d": "MM/dd/yyyy", "D": "dddd, dd MMMM yyyy", "t": "HH:mm", "T": "HH:mm:ss", "m": "MMMM dd",
            "y": "yyyy MMMM",
        }
    )  # fmt: skip
    day_first: bool = False


INVARIANT: Final = Culture("")
_EN_US: Final = Culture(
    "en-US",
    digits=3,
    infinity="∞",
    currency=("$n", "-$n"),
    percent=("n%", "-n%"),
    percent_digits=3,
    dates={
        "d": "M/d/yyyy", "D": "dddd, MMMM d, yyyy", "t": "h:mm\u202ftt", "T": "h:mm:ss\u202ftt", "m": "MMMM d",
        "y": "MMMM yyyy",
    },
)  # fmt: skip
_FR_FR: Final = Culture(
    "fr-FR",
    decimal=",",
    group="\u202f",
    digits=3,
    infinity="∞",
    currency=("n €", "-n €"),
    percent=("n %", "-n %"),
    percent_digits=3,
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    short_months=(
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
    ),
    days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    short_days=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    dates={
        "d": "dd/MM/yyyy", "D": "dddd d MMMM yyyy", "t": "HH:mm", "T": "HH:mm:ss", "m": "d MMMM", "y": "MMMM yyyy",
    },
    day_first=True,
)  # fmt: skip
_EXACT: Final = {"": INVARIANT, "en-us": _EN_US, "fr-fr": _FR_FR}

_CENTS: Final = frozenset({"COP", "HUF", "IDR"})  # currencies that newer CLDR writes without cents


class CultureValue:
    """A CultureInfo, as a cell holds it (`culture_values` says what it has)."""

    __slots__ = ("culture",)

    def __init__(self, culture: Culture) -> None:
        self.culture = culture

    def __str__(self) -> str:
        return self.culture.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CultureValue) and self.culture.name == other.culture.name

    def __hash__(self) -> int:
        return hash(self.culture.name)


_current: ContextVar[Culture] = ContextVar("culture", default=INVARIANT)


def current() -> Culture:
    """The culture of the cell that runs."""
    return _current.get()


@contextmanager
def in_culture(culture: Culture) -> Iterator[None]:
    """Run a cell in a culture."""
    token = _current.set(culture)
    try:
        yield
    finally:
        _current.reset(token)


def in_told(value: object) -> AbstractContextManager[None]:
    """Run in the culture that a value is; in the one that there is for any other value."""
    return in_culture(value.culture) if isinstance(value, CultureValue) else nullcontext()


def of_person() -> Culture:
    """The culture that .NET takes from this process's environment; invariant where it says nothing."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        told = os.environ.get(variable, "")
        if told:
            name = re.split(r"[.@]", told)[0].replace("_", "-")
            return INVARIANT if name in ("C", "POSIX") else named(name) or INVARIANT
    return INVARIANT


@lru_cache(maxsize=64)
def named(name: str) -> Culture | None:
    """A culture by its name (`fr-FR`, `` for the invariant one); None where it is not known."""
    exact = _EXACT.get(name.lower())
    return exact if exact is not None else _from_cldr(name)


def _from_cldr(name: str) -> Culture | None:
    from babel import Locale, UnknownLocaleError, numbers

    try:
        locale = Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    currency = numbers.get_territory_currencies(locale.territory or "US")
    symbol = numbers.get_currency_symbol(currency[0], locale) if currency else "¤"
    months, days = locale.months["format"], locale.days["format"]
    return Culture(
        name,
        decimal=numbers.get_decimal_symbol(locale),
        group=numbers.get_group_symbol(locale).replace("'", "’"),
        minus=numbers.get_minus_sign_symbol(locale),
        digits=3,
        infinity="∞",
        currency=_pattern(locale.currency_formats["standard"].pattern.replace("¤", symbol)),
        currency_digits=numbers.get_currency_precision(currency[0]) if currency and currency[0] not in _CENTS else 2,
        percent=_pattern(locale.percent_formats[None].pattern),
        percent_digits=3,
        morning=locale.day_periods["format"]["abbreviated"]["am"].replace("\u202f", "\xa0"),
        afternoon=locale.day_periods["format"]["abbreviated"]["pm"].replace("\u202f", "\xa0"),
        date_separator=next(iter(re.findall(r"[^A-Za-z]+", locale.date_formats["short"].pattern)), "/").strip() or "/",
        months=tuple(months["wide"][place] for place in range(1, 13)),
        short_months=tuple(months["abbreviated"][place] for place in range(1, 13)),
        lone_months=tuple(locale.months["stand-alone"]["wide"][place] for place in range(1, 13)),
        days=tuple(days["wide"][place] for place in range(7)),
        short_days=tuple(days["abbreviated"][place] for place in range(7)),
        dates={
            "d": _date(locale.date_formats["short"].pattern, long_year=True),
            "D": _date(locale.date_formats["full"].pattern),
            "t": _date(locale.time_formats["short"].pattern),
            "T": _date(locale.time_formats["medium"].pattern),
            "m": _date(locale.datetime_skeletons["MMMMd"].pattern),
            "y": _date(locale.datetime_skeletons["yMMMM"].pattern),
        },
        day_first=locale.date_formats["short"].pattern.lower().find("d") == 0,
    )


def _pattern(pattern: str) -> tuple[str, str]:
    """CLDR's number pattern (`#,##0.00 €`) as the signs around `n`."""
    positive, _, negative = re.sub("[\xa0\u202f]", " ", pattern).partition(";")
    shown = re.sub(r"[#0,.]+", "n", positive, count=1)
    return shown, re.sub(r"[#0,.]+", "n", negative, count=1) if negative else "-" + shown


def _date(pattern: str, *, long_year: bool = False) -> str:
    """CLDR's date pattern in .NET's letters."""
    pattern = pattern.replace("EEEE", "dddd").replace("EEE", "ddd").replace("a", "tt").replace("cccc", "dddd")
    pattern = pattern.replace("LLLL", "MMMM").replace("LLL", "MMM")
    if re.search(r"(?<!y)y(?!y)", pattern):
        pattern = re.sub(r"(?<!y)y(?!y)", "yyyy", pattern)
    return re.sub(r"(?<!y)yy(?!y)", "yyyy", pattern) if long_year else pattern
