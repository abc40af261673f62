"""How a culture writes numbers and dates, as objects: `$culture.NumberFormat`, `$culture.DateTimeFormat`.

Rule of this file: what is set changes the culture that it is a part of, unless that is one of .NET's own, which stays;
what formats by such an object asks for it as a culture (`FormatInfo.as_culture`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from lync_magic.clixml import MISSING, EnumValue
from lync_magic.language.values.collections import Array, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import (
    GREGORIAN,
    INVARIANT,
    POSITIVE_CURRENCY,
    POSITIVE_PERCENT,
    SIGNED_CURRENCY,
    SIGNED_PERCENT,
    Culture,
    CultureValue,
    FormatInfo,
    become,
    change,
    current,
    current_value,
    spoken,
)
from lync_magic.language.values.enums import LocalEnum, enum_member
from lync_magic.language.values.failures import NO_PROPERTY, NotKnownHere, ScriptError, setting_failed
from lync_magic.language.values.members import setters
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.moments import need_gregorian
from lync_magic.language.values.net_members import net_property
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.outside import changes
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types, type_of

_NUMBERS: Final = "System.Globalization.NumberFormatInfo"
_DATES: Final = "System.Globalization.DateTimeFormatInfo"
_SHAPES: Final = "System.Globalization.DigitShapes"
_OF_DIGITS: Final = ("nativedigits", "digitsubstitution")
_NOT_LATIN: Final = frozenset(
    ["ar", "dz", "fa", "km", "ks", "ku", "lrc", "my", "mzn", "ne", "pa", "ps", "sd", "ur", "uz"]
)
"""Languages with digits of their own, or that put them into a text by what stands before."""
_THREAD: Final = "System.Threading.Thread"
_MOST_DIGITS: Final = 99


class NumberFormat(FormatInfo):
    """System.Globalization.NumberFormatInfo."""

    __slots__ = ()
    FIELDS: ClassVar[tuple[str, ...]] = (
        "decimal", "group", "sizes", "minus", "plus", "digits", "infinity", "minus_infinity", "nan", "currency_sign",
        "currency", "currency_digits", "currency_decimal", "currency_group", "currency_sizes", "percent_sign",
        "per_mille", "percent", "percent_digits", "percent_marks",
    )  # fmt: skip


class DateTimeFormat(FormatInfo):
    """System.Globalization.DateTimeFormatInfo: what a culture calls months and days, and its patterns."""

    __slots__ = ()
    FIELDS: ClassVar[tuple[str, ...]] = (
        "morning", "afternoon", "date_separator", "time_separator", "era", "months", "genitive_months", "short_months",
        "short_genitive_months", "days", "short_days", "shortest_days", "dates", "week",
    )  # fmt: skip


class Calendar:
    """The GregorianCalendar of a culture."""

    def __str__(self) -> str:
        return f"System.Globalization.{GREGORIAN}"


def _sizes(sizes: Sequence[int]) -> Array:
    return Array(list(sizes), "System.Int32")


def _percents(culture: Culture) -> tuple[str, str, tuple[int, ...]]:
    return culture.percent_marks or (culture.decimal, culture.group, culture.sizes)


def _number_format(value: NumberFormat) -> dict[str, object]:
    """Its properties, in .NET's order."""
    culture = value.owner.culture
    point, group, sizes = _percents(culture)
    return {
        "CurrencyDecimalDigits": culture.currency_digits, "CurrencyDecimalSeparator": culture.currency_decimal,
        "IsReadOnly": value.owner.fixed, "CurrencyGroupSizes": _sizes(culture.currency_sizes),
        "NumberGroupSizes": _sizes(culture.sizes), "PercentGroupSizes": _sizes(sizes),
        "CurrencyGroupSeparator": culture.currency_group, "CurrencySymbol": culture.currency_sign,
        "NaNSymbol": culture.nan, "CurrencyNegativePattern": SIGNED_CURRENCY.index(culture.currency[1]),
        "NumberNegativePattern": 1, "PercentPositivePattern": POSITIVE_PERCENT.index(culture.percent[0]),
        "PercentNegativePattern": SIGNED_PERCENT.index(culture.percent[1]),
        "NegativeInfinitySymbol": culture.minus_infinity, "NegativeSign": culture.minus,
        "NumberDecimalDigits": culture.digits, "NumberDecimalSeparator": culture.decimal,
        "NumberGroupSeparator": culture.group,
        "CurrencyPositivePattern": POSITIVE_CURRENCY.index(culture.currency[0]),
        "PositiveInfinitySymbol": culture.infinity, "PositiveSign": culture.plus,
        "PercentDecimalDigits": culture.percent_digits, "PercentDecimalSeparator": point,
        "PercentGroupSeparator": group, "PercentSymbol": culture.percent_sign, "PerMilleSymbol": culture.per_mille,
        "NativeDigits": _names("0123456789"), "DigitSubstitution": LocalEnum("None", 1, _SHAPES),
    }  # fmt: skip


def _names(names: Sequence[str]) -> Array:
    return Array(list(names), "System.String")


def _date_format(value: DateTimeFormat) -> dict[str, object]:
    """Its properties, in .NET's order."""
    culture = value.owner.culture
    need_gregorian(culture)
    dates = culture.dates
    day, rule = culture.week
    return {
        "AMDesignator": culture.morning, "Calendar": Calendar(), "DateSeparator": culture.date_separator,
        "FirstDayOfWeek": enum_member("System.DayOfWeek", day),
        "CalendarWeekRule": enum_member("System.Globalization.CalendarWeekRule", rule),
        "FullDateTimePattern": f"{dates['D']} {dates['T']}", "LongDatePattern": dates["D"],
        "LongTimePattern": dates["T"], "MonthDayPattern": dates["m"], "PMDesignator": culture.afternoon,
        "RFC1123Pattern": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", "ShortDatePattern": dates["d"],
        "ShortTimePattern": dates["t"], "SortableDateTimePattern": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
        "TimeSeparator": culture.time_separator,
        "UniversalSortableDateTimePattern": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'", "YearMonthPattern": dates["y"],
        "AbbreviatedDayNames": _names(culture.short_days), "ShortestDayNames": _names(culture.shortest_days),
        "DayNames": _names(culture.days), "AbbreviatedMonthNames": _names((*culture.short_months, "")),
        "MonthNames": _names((*culture.months, "")), "IsReadOnly": value.owner.fixed, "NativeCalendarName": None,
        "AbbreviatedMonthGenitiveNames": _names((*culture.short_genitive_months, "")),
        "MonthGenitiveNames": _names((*culture.genitive_months, "")),
    }  # fmt: skip


def _part(listed: Callable[[Any], dict[str, object]]) -> Callable[[Any, str], object]:
    """A property of such an object."""

    def found(value: FormatInfo, folded: str) -> object:
        made = next((one for name, one in listed(value).items() if name.lower() == folded), MISSING)
        other_digits = folded in _OF_DIGITS and value.owner.culture.name.partition("-")[0] in _NOT_LATIN
        if folded == "nativecalendarname" or other_digits:
            raise NotKnownHere(f"the {folded} of the culture {value.owner.culture.name}")
        return made

    return found


_TEXTS: Final = {
    "numberdecimalseparator": "decimal", "numbergroupseparator": "group", "negativesign": "minus",
    "positivesign": "plus", "currencysymbol": "currency_sign", "currencydecimalseparator": "currency_decimal",
    "currencygroupseparator": "currency_group", "percentsymbol": "percent_sign", "permillesymbol": "per_mille",
    "positiveinfinitysymbol": "infinity", "negativeinfinitysymbol": "minus_infinity", "nansymbol": "nan",
    "amdesignator": "morning", "pmdesignator": "afternoon", "dateseparator": "date_separator",
    "timeseparator": "time_separator",
}  # fmt: skip
"""Properties that are texts, each with the culture's field."""
_DIGITS: Final = {
    "numberdecimaldigits": "digits", "currencydecimaldigits": "currency_digits",
    "percentdecimaldigits": "percent_digits",
}  # fmt: skip
_GROUPS: Final = {"numbergroupsizes": "sizes", "currencygroupsizes": "currency_sizes"}
_PATTERNS: Final = {
    "shortdatepattern": "d", "longdatepattern": "D", "shorttimepattern": "t", "longtimepattern": "T",
    "monthdaypattern": "m", "yearmonthpattern": "y",
}  # fmt: skip
_DAY_NAMES: Final = {"daynames": "days", "abbreviateddaynames": "short_days", "shortestdaynames": "shortest_days"}
_NOT_SET: Final = frozenset(
    {
        "isreadonly",
        "rfc1123pattern",
        "sortabledatetimepattern",
        "universalsortabledatetimepattern",
        "nativecalendarname",
    }
)


def _in_kind(name: str, value: object, kind: str) -> Any:
    try:
        return convert(value, NetType(kind))
    except ScriptError as bad:
        raise setting_failed(name, bad.message) from None


def _set(value: FormatInfo, name: str, new: object) -> None:
    """`$culture.NumberFormat.name = new`. Raises ScriptError in PowerShell's words."""
    folded = name.lower()
    if folded not in {one.lower() for one in own_names[type(value)](value)}:
        raise ScriptError(NO_PROPERTY.format(name), "PropertyAssignmentException")
    if folded in _NOT_SET:
        message = f"'{name}' is a ReadOnly property."
        raise ScriptError(message, "PropertyAssignmentException", inner="SetValueException")
    changed = _changed(value.owner.culture, name, new)
    if value.owner.fixed:
        raise setting_failed(name, "Instance is read-only.", "InvalidOperationException")
    change(value.owner, replace(value.owner.culture, **{"percent_marks": _percents(value.owner.culture), **changed}))


def _changed(culture: Culture, name: str, new: object) -> dict[str, Any]:
    """The fields of a culture that are others then."""
    folded = name.lower()
    if folded in _TEXTS:
        text = _in_kind(name, new, "System.String")
        if not text:
            raise NotKnownHere(f"no text for .{name} of a culture's format")
        return {_TEXTS[folded]: text}
    if folded in _DIGITS:
        count = to_int(_in_kind(name, new, "System.Int32"))
        if not 0 <= count <= _MOST_DIGITS:
            why = f"Valid values are between 0 and {_MOST_DIGITS}, inclusive. (Parameter 'value')"
            raise setting_failed(name, f"{why}\nActual value was {count}.", "ArgumentOutOfRangeException")
        return {_DIGITS[folded]: count}
    if folded in _GROUPS:
        sizes = tuple(map(to_int, items_of(_in_kind(name, new, "System.Int32[]"))))
        if not sizes or any(not (one == last == 0) and not 1 <= one <= 9 for one, last in _with_last(sizes)):
            raise NotKnownHere(f"these sizes for .{name}")
        return {_GROUPS[folded]: sizes}
    if folded in _PATTERNS:
        text = _in_kind(name, new, "System.String")
        if not text:
            raise NotKnownHere(f"no text for .{name} of a culture's format")
        return {"dates": {**culture.dates, _PATTERNS[folded]: text}}
    if folded in _DAY_NAMES:
        names = tuple(map(to_text, items_of(_in_kind(name, new, "System.String[]"))))
        if len(names) != len(culture.days):
            raise NotKnownHere(f"so many names for .{name}")
        return {_DAY_NAMES[folded]: names}
    if folded == "firstdayofweek":
        day = _in_kind(name, new, "System.DayOfWeek")
        return {"week": (day.value, culture.week[1])}
    raise NotKnownHere(f"setting .{name} of a culture's format")


def _with_last(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Each size, with 0 beside the last one and 1 beside the others."""
    return [(one, 0 if place == len(sizes) - 1 else 1) for place, one in enumerate(sizes)]


def _set_part(value: CultureValue, name: str, new: object) -> None:
    """`$culture.NumberFormat = …`: of one that was made for it."""
    folded = name.lower()
    wanted = {"numberformat": NumberFormat, "datetimeformat": DateTimeFormat}.get(folded)
    if wanted is None:
        if not net_property(type_of(value), folded):
            raise ScriptError(NO_PROPERTY.format(name), "PropertyAssignmentException")
        message = f"'{name}' is a ReadOnly property."
        raise ScriptError(message, "PropertyAssignmentException", inner="SetValueException")
    if not isinstance(new, wanted) or value.fixed:
        raise NotKnownHere(f"setting .{name} of a culture to this")
    told = {one: getattr(new.owner.culture, one) for one in wanted.FIELDS}
    change(value, replace(value.culture, **told))
    new.owner = value


def set_culture(name: str, new: object) -> None:
    """`[cultureinfo]::CurrentCulture = new`: the culture that the cell runs on in. Raises ScriptError."""
    made = _in_kind(name, new, "System.Globalization.CultureInfo")
    if not isinstance(made, CultureValue):
        raise setting_failed(name, "Value cannot be null. (Parameter 'value')", "ArgumentNullException")
    changes()
    become(made)


class Thread:
    """The thread that a cell runs in."""

    def __str__(self) -> str:
        return _THREAD


def _thread_part(_value: Thread, folded: str) -> object:
    if folded == "currentculture":
        return current_value()
    return CultureValue(spoken()) if folded == "currentuiculture" else MISSING


def _set_thread(_value: Thread, name: str, new: object) -> None:
    if name.lower() != "currentculture":
        raise NotKnownHere(f"setting .{name} of [{_THREAD}]")
    set_culture(name, new)


def _cloned(value: FormatInfo, _arguments: Sequence[object]) -> FormatInfo:
    return type(value)(CultureValue(value.owner.culture, fixed=False))


def _of_name(name: str, property_name: str, most: int, parameter: str) -> Method[Any]:
    """GetMonthName and its like: one of the names that a culture's dates have; months begin at 1."""
    first = 1 if parameter == "month" else 0

    def run(value: DateTimeFormat, arguments: Sequence[object]) -> object:
        kind = "System.Int32" if first else "System.DayOfWeek"
        told = convert(arguments[0], NetType(kind)) if not isinstance(arguments[0], EnumValue) else arguments[0]
        number = to_int(told)
        if not first <= number <= most:
            raise NotKnownHere(f".{name}({number})")
        return items_of(_date_format(value)[property_name])[number - first]

    return method(1)(run)


def _listed(listed: Callable[[Any], dict[str, object]]) -> Callable[[Any], list[str]]:
    return lambda value: list(listed(value))


for _class, _kind, _all in ((NumberFormat, _NUMBERS, _number_format), (DateTimeFormat, _DATES, _date_format)):
    own_types[_class] = lambda _value, kind=_kind: kind  # type: ignore[misc]
    own_properties[_class] = _part(_all)
    own_names[_class] = _listed(_all)
    setters[_class] = _set
setters[CultureValue] = _set_part
own_methods[NumberFormat] = {"clone": method(0)(_cloned)}
own_methods[DateTimeFormat] = {
    "clone": method(0)(_cloned),
    "getmonthname": _of_name("GetMonthName", "MonthNames", 13, "month"),
    "getabbreviatedmonthname": _of_name("GetAbbreviatedMonthName", "AbbreviatedMonthNames", 13, "month"),
    "getdayname": _of_name("GetDayName", "DayNames", 6, "dayofweek"),
    "getabbreviateddayname": _of_name("GetAbbreviatedDayName", "AbbreviatedDayNames", 6, "dayofweek"),
    "getshortestdayname": _of_name("GetShortestDayName", "ShortestDayNames", 6, "dayOfWeek"),
}
own_types[Thread] = str
own_properties[Thread] = _thread_part
setters[Thread] = _set_thread
own_statics[_NUMBERS] = (
    {"new": method(0)(lambda _n, a: NumberFormat(CultureValue(INVARIANT, fixed=False)))},
    {
        "currentinfo": lambda: NumberFormat(CultureValue(current())),
        "invariantinfo": lambda: NumberFormat(CultureValue(INVARIANT)),
    },
)
own_statics[_DATES] = (
    {"new": method(0)(lambda _n, a: DateTimeFormat(CultureValue(INVARIANT, fixed=False)))},
    {
        "currentinfo": lambda: DateTimeFormat(CultureValue(current())),
        "invariantinfo": lambda: DateTimeFormat(CultureValue(INVARIANT)),
    },
)
