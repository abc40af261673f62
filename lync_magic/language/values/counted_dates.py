"""Dates as others count them: `[Globalization.ISOWeek]`, and the days since 1899 of Excel and COM (`.ToOADate()`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from math import fmod
from typing import Final

from lync_magic.clixml import EnumValue
from lync_magic.language.values.failures import NotKnownHere, ambiguous, call_failed
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.moment_members import (
    LEAST_OLE_DAYS,
    MAX_TICKS,
    MOST_OLE_DAYS,
    NO_OLE_DATE,
    OLE_BEGIN,
    from_ticks,
)
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.static_moments import MOMENT_METHODS
from lync_magic.language.values.statics import own_statics

_TICKS_A_MILLISECOND: Final = 10_000
_A_DAY: Final = 86_400_000


def _from_ole(_none: None, arguments: Sequence[object]) -> object:
    days = argument_as(arguments[0], "System.Double", "d", "FromOADate")
    assert isinstance(days, float)
    if not LEAST_OLE_DAYS < days < MOST_OLE_DAYS:
        call_failed("FromOADate", 1, NO_OLE_DATE, "ArgumentException")
    told = int(days * _A_DAY + (0.5 if days >= 0 else -0.5))
    if told < 0:  # the part of a day counts forwards all the same
        told -= int(fmod(told, _A_DAY)) * 2
    ticks = (told + OLE_BEGIN) * _TICKS_A_MILLISECOND
    if not 0 <= ticks <= MAX_TICKS:
        call_failed("FromOADate", 1, NO_OLE_DATE, "ArgumentException")
    return from_ticks(ticks)


def _of_date(name: str, place: int) -> Static:
    """A function of a date: a part of its ISO calendar."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        if isinstance(arguments[0], str):
            raise ambiguous(name, 1)  # a DateOnly could be made of it too
        if not isinstance(arguments[0], datetime):
            raise NotKnownHere(f"[System.Globalization.ISOWeek]::{name} of this value")
        return arguments[0].isocalendar()[place]

    return method(1)(run)


def _of_year(name: str, made: Callable[[int], object]) -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        year = argument_as(arguments[0], "System.Int32", "year", name)
        assert isinstance(year, int)
        if not 1 <= year < datetime.max.year:
            raise NotKnownHere(f"[System.Globalization.ISOWeek]::{name} of such a year")
        return made(year)

    return method(1)(run)


def _first_day(year: int) -> datetime:
    return datetime.combine(date.fromisocalendar(year, 1, 1), datetime.min.time())


def _weeks(year: int) -> int:
    return date(year, 12, 28).isocalendar()[1]


def _to_date(_none: None, arguments: Sequence[object]) -> object:
    year, week = to_int(arguments[0]), to_int(arguments[1])
    day = argument_as(arguments[2], "System.DayOfWeek", "dayOfWeek", "ToDateTime")
    if not isinstance(day, EnumValue) or not 1 <= year < datetime.max.year or not 1 <= week <= _weeks(year):
        raise NotKnownHere("[System.Globalization.ISOWeek]::ToDateTime of these values")
    return _first_day(year) + timedelta(days=7 * (week - 1) + (day.value or 7) - 1)


MOMENT_METHODS["System.DateTime"]["fromoadate"] = method(1)(_from_ole)
own_statics["System.Globalization.ISOWeek"] = (
    {
        "getweekofyear": _of_date("GetWeekOfYear", 1),
        "getyear": _of_date("GetYear", 0),
        "getweeksinyear": _of_year("GetWeeksInYear", _weeks),
        "getyearstart": _of_year("GetYearStart", _first_day),
        "getyearend": _of_year("GetYearEnd", lambda year: _first_day(year + 1) - timedelta(days=1)),
        "todatetime": method(3)(_to_date),
    },
    {},
)
