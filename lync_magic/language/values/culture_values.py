"""Cultures as values: `[cultureinfo]'fr-FR'`, their text rules, and what formats a value by one."""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from lync_magic.clixml import MISSING, EnumValue, Uri, Version
from lync_magic.language.values.convert import convert, more_converters
from lync_magic.language.values.culture import (
    GREGORIAN,
    INVARIANT,
    Culture,
    CultureValue,
    current_value,
    in_culture,
    named,
    spoken,
)
from lync_magic.language.values.culture_formats import Calendar, DateTimeFormat, NumberFormat
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, cannot_convert
from lync_magic.language.values.methods import Method, argument_as, argument_failed, int32, method
from lync_magic.language.values.moments import need_gregorian
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.shapes import final
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.text_methods import lower_here, upper_here
from lync_magic.language.values.types import NetType, own_types, type_of

_INFO: Final = "System.Globalization.CultureInfo"
_CALENDARS: Final = "System.Globalization."
_RULE: Final = "System.Globalization.CalendarWeekRule"
_FULL_DAYS: Final = {1: 7, 2: 4}
"""How many days of a year its first week has at least, by rule."""


class TextRules:
    """A TextInfo: how a culture writes words."""

    __slots__ = ("culture",)

    def __init__(self, culture: Culture) -> None:
        self.culture = culture

    def __str__(self) -> str:
        return f"TextInfo - {self.culture.name}"


def culture_of(name: str, method_name: str) -> CultureValue:
    """The culture of a name. Raises ScriptError as .NET for none, NotKnownHere for one that is not known here."""
    if not name:
        return CultureValue(INVARIANT, fixed=method_name == "GetCultureInfo")
    found = named(name)
    if found is None:
        if not re.fullmatch(r"[A-Za-z0-9-]+", name):
            message = f"Culture is not supported. (Parameter 'name')\n{name} is an invalid culture identifier."
            call_failed(method_name, 1, message, "CultureNotFoundException")
        raise NotKnownHere(f"the culture {name}")
    return CultureValue(found, fixed=method_name == "GetCultureInfo")


def _titled(rules: TextRules, arguments: Sequence[object]) -> str:
    """Each word's first letter large and the rest small; what has no small letter stays, up to an apostrophe."""
    text = to_text(arguments[0])
    with in_culture(rules.culture):
        small = lower_here(text)
        return "".join(_title(text, small, rules.culture.name.startswith("nl-")))


def _title(text: str, small: str, dutch: bool) -> Iterator[str]:
    place = 0
    while place < len(text):
        if unicodedata.category(text[place])[0] != "L":
            yield text[place]
            place += 1
            continue
        lowers = unicodedata.category(text[place]) == "Ll"
        first = "IJ" if dutch and text[place : place + 2].lower() == "ij" else _large(text[place])
        yield first
        start = place = place + len(first)
        while place < len(text) and (text[place] == "'" or unicodedata.category(text[place])[0] not in "ZPSC"):
            lowers = lowers or unicodedata.category(text[place]) == "Ll"
            place += 1
            if text[place - 1] == "'":
                yield (small if lowers else text)[start:place]
                start, lowers = place, True
        yield (small if lowers else text)[start:place]


def _large(letter: str) -> str:
    """A letter as the first one of a word."""
    titled = letter.title()
    return titled if unicodedata.category(titled[0]) == "Lt" and len(titled) == 1 else upper_here(letter)


def _in_case(change: Callable[[str], str]) -> Method[Any]:
    def run(rules: TextRules, arguments: Sequence[object]) -> str:
        with in_culture(rules.culture):
            return change(to_text(arguments[0]))

    return method(1)(run)


def _property(value: CultureValue, folded: str) -> object:
    culture = value.culture
    match folded:
        case "name" | "ietflanguagetag":
            return culture.name
        case "displayname" | "englishname":
            return culture.spoken
        case "nativename":
            return culture.native
        case "lcid":
            return culture.number
        case "twoletterisolanguagename":
            return culture.name.partition("-")[0] or "iv"
        case "textinfo":
            return TextRules(culture)
        case "isneutralculture":
            return culture.neutral
        case "parent":
            return CultureValue(named(culture.parent) or INVARIANT)
        case "calendar":
            need_gregorian(culture)
            return Calendar()
        case "numberformat":
            return NumberFormat(value)
        case "datetimeformat":
            need_gregorian(culture)
            return DateTimeFormat(value)
        case "isreadonly":
            return value.fixed
    return MISSING


def _week(_calendar: Calendar, arguments: Sequence[object]) -> int:
    """The number of a date's week, as .NET counts: by its rule and the first day of a week."""
    time, rule, first = (_as(one, *told) for one, told in zip(arguments, _TAKEN, strict=True))
    assert isinstance(time, datetime)
    return _week_of(time, rule.value, first.value)  # type: ignore[attr-defined]


_TAKEN: Final = (
    ("time", "System.DateTime"), ("rule", "System.Globalization.CalendarWeekRule"),
    ("firstDayOfWeek", "System.DayOfWeek"),
)  # fmt: skip


def _as(value: object, parameter: str, kind: str) -> object:
    try:
        return convert(value, NetType(kind))
    except ScriptError as bad:
        raise argument_failed(parameter, value, "GetWeekOfYear", kind, bad) from None


def _week_of(time: datetime, rule: int, first: int) -> int:
    day = time.timetuple().tm_yday - 1
    new_year = (time.isoweekday() - day) % 7
    if not rule:
        return (day + (new_year - first) % 7) // 7 + 1
    offset = (first - new_year) % 7
    if offset >= _FULL_DAYS[rule]:
        offset -= 7
    if day >= offset:
        return (day - offset) // 7 + 1
    return _week_of(time - timedelta(days=day + 1), rule, first)


def _part(name: str) -> Callable[[Calendar, Sequence[object]], object]:
    """A method that tells a part of a date."""

    def run(_calendar: Calendar, arguments: Sequence[object]) -> int:
        time = argument_as(arguments[0], "System.DateTime", "time", name)
        assert isinstance(time, datetime)
        return {
            "GetYear": time.year, "GetMonth": time.month, "GetDayOfMonth": time.day,
            "GetDayOfYear": time.timetuple().tm_yday,
        }[name]  # fmt: skip

    return run


def _year(value: object, name: str) -> int:
    year = int32(value, "year", name)
    if not 1 <= year <= 9999:
        raise NotKnownHere(f".{name}({year})")
    return year


def _to_culture(value: object) -> object:
    if isinstance(value, CultureValue) or value is None:
        return value
    if isinstance(value, bool | datetime):
        why = f"Invalid cast from '{type_of(value)}' to '{_INFO}'."
        raise cannot_convert(to_text(value), _INFO, why, "InvalidCastIConvertible")
    if isinstance(value, int | float | Decimal) and not isinstance(value, EnumValue):
        raise NotKnownHere("a culture by its number")
    if isinstance(value, str) and not isinstance(value, Uri | Version):
        try:
            return culture_of(to_text(value), ".ctor")
        except ScriptError as bad:
            raise cannot_convert(value, _INFO, bad.inner_message, "InvalidCastConstructorException") from None
    raise final(value, _INFO)


def _rules_property(value: TextRules, folded: str) -> object:
    if folded == "listseparator":
        return value.culture.separator
    return value.culture.name if folded == "culturename" else MISSING


more_converters[_INFO] = _to_culture
own_types[CultureValue] = lambda value: _INFO
own_types[Calendar] = str
own_methods[Calendar] = {
    "getweekofyear": method(3)(_week),
    **{name.lower(): method(1)(_part(name)) for name in ("GetYear", "GetMonth", "GetDayOfMonth", "GetDayOfYear")},
    "isleapyear": method(1)(lambda _v, a: isleap(_year(a[0], "IsLeapYear"))),
    "getdaysinyear": method(1)(lambda _v, a: 366 if isleap(_year(a[0], "GetDaysInYear")) else 365),
}
own_statics[_CALENDARS + GREGORIAN] = {"new": method(0)(lambda _n, a: Calendar())}, {}
own_types[TextRules] = lambda value: "System.Globalization.TextInfo"
own_properties[CultureValue] = _property
own_methods[CultureValue] = {"clone": method(0)(lambda v, a: CultureValue(v.culture, fixed=False))}
own_properties[TextRules] = _rules_property
own_methods[TextRules] = {
    "totitlecase": method(1)(_titled),
    "toupper": _in_case(upper_here),
    "tolower": _in_case(lower_here),
}


def _specific(_none: None, arguments: Sequence[object]) -> CultureValue:
    """`[cultureinfo]::CreateSpecificCulture(name)`: a language alone is that of a country."""
    found = culture_of(to_text(arguments[0]), "CreateSpecificCulture")
    if found.culture.neutral:
        raise NotKnownHere(f"the country of the language {found.culture.name}")
    return found


own_statics[_INFO] = {
    "getcultureinfo": method(1)(lambda _n, a: culture_of(to_text(a[0]), "GetCultureInfo")),
    "new": method(1)(lambda _n, a: culture_of(to_text(a[0]), ".ctor")),
    "createspecificculture": method(1)(_specific),
}, {
    "invariantculture": lambda: CultureValue(INVARIANT), "currentculture": current_value,
    "currentuiculture": lambda: CultureValue(spoken()),
}  # fmt: skip
