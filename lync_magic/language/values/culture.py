"""Cultures: how numbers, currency, percents and dates are written for a person, as .NET has them.

Rules: PowerShell's own conversions (`"$x"`, casts, comparisons) are invariant whatever the culture; `-f`, `ToString()`,
what a console prints, and `Get-Date -Format` follow it. `cultures.txt.xz` beside it is written by .NET itself
(tests/language/judge/cultures.ps1) and read when a culture beside the invariant one is first asked for.
"""

from __future__ import annotations

import lzma
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import ClassVar, Final

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
GREGORIAN: Final = "GregorianCalendar"
_DATES: Final = ("d", "D", "t", "T", "m", "y")
"""The standard format letters that depend on the culture, in the order of the file."""


@dataclass(frozen=True)
class Culture:
    """One culture.

    sizes: of a number's groups from the right; the last is that of all further ones, 0 for no more groups.
    currency, percent: the patterns of a positive and a negative one, `n` for the number, `¤` and `%` for their signs,
    `-` for the minus. months, days: names from January and from Sunday; the genitive ones beside the number of a day.
    percent_marks: the decimal mark, the mark between groups and their sizes, where they are not those of numbers.
    week: the first day of a week (0 is Sunday), and the rule of a year's first week.
    """

    name: str
    spoken: str = "Invariant Language (Invariant Country)"
    native: str = "Invariant Language (Invariant Country)"
    number: int = 127
    parent: str = ""
    neutral: bool = False
    calendar: str = GREGORIAN
    separator: str = ","
    decimal: str = "."
    group: str = ","
    sizes: tuple[int, ...] = (3,)
    minus: str = "-"
    plus: str = "+"
    digits: int = 2
    infinity: str = "Infinity"
    minus_infinity: str = "-Infinity"
    nan: str = "NaN"
    currency_sign: str = "¤"
    currency: tuple[str, str] = ("¤n", "(¤n)")
    currency_digits: int = 2
    currency_decimal: str = "."
    currency_group: str = ","
    currency_sizes: tuple[int, ...] = (3,)
    percent_sign: str = "%"
    per_mille: str = "‰"
    percent: tuple[str, str] = ("n %", "-n %")
    percent_digits: int = 2
    percent_marks: tuple[str, str, tuple[int, ...]] | None = None
    morning: str = "AM"
    afternoon: str = "PM"
    date_separator: str = "/"
    time_separator: str = ":"
    era: str = "A.D."
    months: tuple[str, ...] = _MONTHS
    genitive_months: tuple[str, ...] = _MONTHS
    short_months: tuple[str, ...] = tuple(month[:3] for month in _MONTHS)
    short_genitive_months: tuple[str, ...] = tuple(month[:3] for month in _MONTHS)
    days: tuple[str, ...] = _DAYS
    short_days: tuple[str, ...] = tuple(day[:3] for day in _DAYS)
    shortest_days: tuple[str, ...] = tuple(day[:2] for day in _DAYS)
    dates: dict[str, str] = field(
        default_factory=lambda: {
            "d": "MM/dd/yyyy", "D": "dddd, dd MMMM yyyy", "t": "HH:mm", "T": "HH:mm:ss", "m": "MMMM dd",
            "y": "yyyy MMMM",
        }
    )  # fmt: skip
    week: tuple[int, int] = (0, 0)


INVARIANT: Final = Culture("")


class CultureValue:
    """A CultureInfo, as a cell holds it (`culture_values` says what it has). fixed: its formats cannot be set."""

    __slots__ = ("culture", "fixed")

    def __init__(self, culture: Culture, *, fixed: bool = True) -> None:
        self.culture = culture
        self.fixed = fixed

    def __str__(self) -> str:
        return self.culture.name

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CultureValue) and self.culture.name == other.culture.name

    def __hash__(self) -> int:
        return hash(self.culture.name)


class FormatInfo:
    """A NumberFormatInfo or a DateTimeFormatInfo: one part of a culture (`culture_formats` says what it has)."""

    __slots__ = ("owner",)
    FIELDS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, owner: CultureValue) -> None:
        self.owner = owner

    def __str__(self) -> str:
        return f"System.Globalization.{type(self).__name__}Info"

    __repr__ = __str__

    def as_culture(self) -> CultureValue:
        """The culture that it formats as: the cell's own in all else."""
        return CultureValue(replace(current(), **{name: getattr(self.owner.culture, name) for name in self.FIELDS}))


def as_provider(value: object) -> object:
    """An argument of what formats or reads: a culture for a part of one."""
    return value.as_culture() if isinstance(value, FormatInfo) else value


PROVIDED: Final = frozenset({"tostring", "parse", "parseexact", "format", "appendformat", "changetype"})
"""Methods that take a culture or a part of one, in lower case."""


_current: ContextVar[Culture] = ContextVar("culture", default=INVARIANT)


def current() -> Culture:
    """The culture of the cell that runs."""
    return _current.get()


_assigned: ContextVar[CultureValue | None] = ContextVar("assigned", default=None)
_spoken: ContextVar[Culture | None] = ContextVar("spoken", default=None)


def current_value() -> CultureValue:
    """The same as a value: the one that the cell assigned, while it is the one that there is."""
    held = _assigned.get()
    return held if held is not None and held.culture is current() else CultureValue(current())


def become(value: CultureValue) -> None:
    """Run on in a culture: `[cultureinfo]::CurrentCulture = value`."""
    _assigned.set(value)
    _current.set(value.culture)


def change(value: CultureValue, culture: Culture) -> None:
    """Make the formats of a culture others; where it is the one that there is, from here on."""
    is_current = value.culture is current() and _assigned.get() is value
    value.culture = culture
    if is_current:
        _current.set(culture)


def spoken() -> Culture:
    """The culture of what is said to a person, CurrentUICulture: the one that the first cell began with."""
    return _spoken.get() or current()


@contextmanager
def speaking(culture: Culture) -> Iterator[None]:
    """Run a cell that says things in a culture."""
    token = _spoken.set(culture)
    try:
        yield
    finally:
        _spoken.reset(token)


@contextmanager
def in_culture(culture: Culture) -> Iterator[None]:
    """Run a cell in a culture."""
    token = _current.set(culture)
    try:
        yield
    finally:
        _current.reset(token)


_reading: ContextVar[Culture] = ContextVar("reading", default=INVARIANT)


def reading() -> Culture:
    """The culture that conversions read texts by, and write dates in: the invariant one but inside `converting`."""
    return _reading.get()


@contextmanager
def converting() -> Iterator[None]:
    """Convert as `-as` and a cmdlet's parameters do: by the culture of the cell."""
    token = _reading.set(_current.get())
    try:
        yield
    finally:
        _reading.reset(token)


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
    if not name:
        return INVARIANT
    line = _lines().get(name.lower())
    return None if line is None else _culture(line.split("\t"))


@cache
def _lines() -> dict[str, str]:
    """What the file says of each culture, by its name in small letters."""
    text = lzma.decompress(files("lync_magic.language.values").joinpath("cultures.txt.xz").read_bytes()).decode("utf-8")
    return {line.partition("\t")[0].lower(): line for line in text.split("\n") if line}


SIGNED_CURRENCY: Final = (
    "(¤n)", "-¤n", "¤-n", "¤n-", "(n¤)", "-n¤", "n-¤", "n¤-", "-n ¤", "-¤ n", "n ¤-", "¤ n-", "¤ -n", "n- ¤", "(¤ n)",
    "(n ¤)", "¤- n",
)  # fmt: skip
SIGNED_PERCENT: Final = (
    "-n %", "-n%", "-%n", "%-n", "%n-", "n-%", "n%-", "-% n", "n %-", "% n-", "% -n", "n- %",
)  # fmt: skip
POSITIVE_CURRENCY: Final = ("¤n", "n¤", "¤ n", "n ¤")
POSITIVE_PERCENT: Final = ("n %", "n%", "%n", "% n")
"""Patterns by the numbers that .NET has for them (NumberFormatInfo)."""


def _culture(fields: list[str]) -> Culture:
    told = iter(fields)

    def text() -> str:
        return next(told)

    def whole() -> int:
        return int(next(told))

    def many() -> tuple[str, ...]:
        return tuple(next(told).split("|"))

    def sizes() -> tuple[int, ...]:
        return tuple(map(int, many()))

    return Culture(
        name=text(), spoken=text(), native=text(), number=whole(), parent=text(), neutral=bool(whole()),
        calendar=text(), separator=text(), decimal=text(), group=text(), sizes=sizes(), minus=text(), plus=text(),
        digits=whole(), infinity=text(), minus_infinity=text(), nan=text(), currency_sign=text(),
        currency=(POSITIVE_CURRENCY[whole()], SIGNED_CURRENCY[whole()]), currency_digits=whole(),
        currency_decimal=text(), currency_group=text(), currency_sizes=sizes(), percent_sign=text(), per_mille=text(),
        percent=(POSITIVE_PERCENT[whole()], SIGNED_PERCENT[whole()]), percent_digits=whole(),
        morning=text(), afternoon=text(), date_separator=text(), time_separator=text(), era=text(), months=many(),
        genitive_months=many(), short_months=many(), short_genitive_months=many(), days=many(), short_days=many(),
        shortest_days=many(), dates={letter: text() for letter in _DATES}, week=(whole(), whole()),
    )  # fmt: skip
