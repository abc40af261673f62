"""Cultures as values: `[cultureinfo]'fr-FR'`, their text rules, and what formats a value by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from lync_magic.clixml import MISSING, EnumValue, PSObject, Uri, Version
from lync_magic.language.values.collections import Array, items_of
from lync_magic.language.values.convert import convert, more_converters
from lync_magic.language.values.culture import GREGORIAN, INVARIANT, Culture, CultureValue, current, in_culture, named
from lync_magic.language.values.enums import enum_member
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, cannot_convert
from lync_magic.language.values.methods import Method, argument_failed, method
from lync_magic.language.values.moments import need_gregorian
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.shapes import final
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.text_methods import lower, lower_here, upper, upper_here
from lync_magic.language.values.types import NetType, own_types, type_of

_INFO: Final = "System.Globalization.CultureInfo"
_CALENDARS: Final = "System.Globalization."
_RULE: Final = "System.Globalization.CalendarWeekRule"
_FULL_DAYS: Final = {1: 7, 2: 4}
"""How many days of a year its first week has at least, by rule."""


class DateFormat(PSObject):
    """A DateTimeFormatInfo: what a culture calls months and days, and its patterns."""

    __slots__ = ()


class TextRules:
    """A TextInfo: how a culture writes words."""

    __slots__ = ("culture",)

    def __init__(self, culture: Culture) -> None:
        self.culture = culture

    def __str__(self) -> str:
        return f"TextInfo - {self.culture.name}"


class Calendar:
    """The GregorianCalendar of a culture."""

    def __str__(self) -> str:
        return _CALENDARS + GREGORIAN


def culture_of(name: str, method_name: str) -> CultureValue:
    """The culture of a name. Raises ScriptError as .NET for none, NotKnownHere for one that is not known here."""
    if not name:
        return CultureValue(INVARIANT)
    found = named(name)
    if found is None:
        if not re.fullmatch(r"[A-Za-z0-9-]+", name):
            message = f"Culture is not supported. (Parameter 'name')\n{name} is an invalid culture identifier."
            call_failed(method_name, 1, message, "CultureNotFoundException")
        raise NotKnownHere(f"the culture {name}")
    return CultureValue(found)


def _titled(rules: TextRules, arguments: Sequence[object]) -> str:
    """Each word's first letter large and the rest small; a word all in capitals stays."""

    def word(found: re.Match[str]) -> str:
        text = found[0]
        if len(text) > 1 and text == upper(text) and text != lower(text):
            return text
        return upper_here(text[0]) + lower_here(text[1:])

    with in_culture(rules.culture):
        return re.sub(r"[^\W\d_][^\W_]*(?:'[^\W_]+)*", word, to_text(arguments[0]))


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
            return PSObject(_number_format(culture), ("System.Globalization.NumberFormatInfo", "System.Object"))
        case "datetimeformat":
            return DateFormat(_date_format(culture), ("System.Globalization.DateTimeFormatInfo", "System.Object"))
    return MISSING


def _sizes(sizes: Sequence[int]) -> Array:
    return Array(list(sizes), "System.Int32")


def _number_format(culture: Culture) -> dict[str, object]:
    return {
        "NumberDecimalSeparator": culture.decimal, "NumberGroupSeparator": culture.group,
        "NumberGroupSizes": _sizes(culture.sizes), "NumberDecimalDigits": culture.digits,
        "NegativeSign": culture.minus, "PositiveSign": culture.plus,
        "CurrencySymbol": culture.currency_sign, "CurrencyDecimalSeparator": culture.currency_decimal,
        "CurrencyGroupSeparator": culture.currency_group, "CurrencyGroupSizes": _sizes(culture.currency_sizes),
        "CurrencyDecimalDigits": culture.currency_digits, "PercentSymbol": culture.percent_sign,
        "PercentDecimalSeparator": culture.decimal, "PercentGroupSeparator": culture.group,
        "PercentGroupSizes": _sizes(culture.sizes), "PercentDecimalDigits": culture.percent_digits,
        "PerMilleSymbol": culture.per_mille, "PositiveInfinitySymbol": culture.infinity,
        "NegativeInfinitySymbol": culture.minus_infinity, "NaNSymbol": culture.nan,
    }  # fmt: skip


def _date_format(culture: Culture) -> dict[str, object]:
    need_gregorian(culture)
    dates = culture.dates
    day, rule = culture.week
    return {
        "ShortDatePattern": dates["d"], "LongDatePattern": dates["D"], "ShortTimePattern": dates["t"],
        "LongTimePattern": dates["T"], "MonthDayPattern": dates["m"], "YearMonthPattern": dates["y"],
        "DateSeparator": culture.date_separator, "TimeSeparator": culture.time_separator,
        "AMDesignator": culture.morning, "PMDesignator": culture.afternoon,
        "FullDateTimePattern": f"{dates['D']} {dates['T']}",
        **{
            name: Array([*names, ""], "System.String")
            for name, names in (
                ("MonthNames", culture.months), ("MonthGenitiveNames", culture.genitive_months),
                ("AbbreviatedMonthNames", culture.short_months),
                ("AbbreviatedMonthGenitiveNames", culture.short_genitive_months),
            )
        },
        "DayNames": Array(list(culture.days), "System.String"),
        "AbbreviatedDayNames": Array(list(culture.short_days), "System.String"),
        "ShortestDayNames": Array(list(culture.shortest_days), "System.String"),
        "CalendarWeekRule": enum_member(_RULE, rule), "FirstDayOfWeek": enum_member("System.DayOfWeek", day),
    }  # fmt: skip


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
}
own_types[TextRules] = lambda value: "System.Globalization.TextInfo"
own_properties[CultureValue] = _property
own_properties[TextRules] = _rules_property
own_methods[TextRules] = {
    "totitlecase": method(1)(_titled),
    "toupper": _in_case(upper_here),
    "tolower": _in_case(lower_here),
}


def _of_name(name: str, property_name: str, most: int, parameter: str) -> Method[Any]:
    """GetMonthName and its like: one of the names that a culture's dates have; months begin at 1."""
    first = 1 if parameter == "month" else 0

    def run(value: PSObject, arguments: Sequence[object]) -> object:
        kind = "System.Int32" if first else "System.DayOfWeek"
        told = convert(arguments[0], NetType(kind)) if not isinstance(arguments[0], EnumValue) else arguments[0]
        number = to_int(told)
        if not first <= number <= most:
            raise NotKnownHere(f".{name}({number})")
        return items_of(value[property_name])[number - first]

    return method(1)(run)


own_methods[DateFormat] = {
    "getmonthname": _of_name("GetMonthName", "MonthNames", 13, "month"),
    "getabbreviatedmonthname": _of_name("GetAbbreviatedMonthName", "AbbreviatedMonthNames", 13, "month"),
    "getdayname": _of_name("GetDayName", "DayNames", 6, "dayofweek"),
    "getabbreviateddayname": _of_name("GetAbbreviatedDayName", "AbbreviatedDayNames", 6, "dayofweek"),
}
own_statics["System.Globalization.DateTimeFormatInfo"] = (
    {},
    {
        "currentinfo": lambda: _property(CultureValue(current()), "datetimeformat"),
        "invariantinfo": lambda: _property(CultureValue(INVARIANT), "datetimeformat"),
    },
)


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
    "invariantculture": lambda: CultureValue(INVARIANT), "currentculture": lambda: CultureValue(current()),
    "currentuiculture": lambda: CultureValue(current()),
}  # fmt: skip
