"""A value as PowerShell's string conversion writes it in the invariant culture: `"$value"`, `[string]$value`.

Rule of this file: it converts what `values` names and Python's own types; it never fails, never shows a
secret.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lync_magic.clixml.values import MISSING, ObjectLike, Xml, ticks_of

_TICKS_PER_SECOND = 10_000_000
_FIRST_EXPONENT_UP = 15
_FIRST_EXPONENT_DOWN = -5
CONSOLE_DIGITS = 15
_TYPE_OF_XML = "System.Xml.XmlDocument"
_TYPE_OF_LIST = "System.Object[]"
_TYPE_OF_DICT = "System.Collections.Hashtable"


def invariant_text(value: Any, digits: int | None = None) -> str:
    """What PowerShell makes of `value` where it needs a string.

    `None` is empty; `True`; `1.5`; `12/13/2013 10:11:12`; `1.02:03:04.0050000`; a list's items with spaces
    between; an object's ToString(), or `@{Name=Value; …}` where it has none.
    digits: how many significant digits a float shows; None for all it takes to read it back (.NET's own
    form). PowerShell's console and its expandable strings show `CONSOLE_DIGITS`.
    """
    if isinstance(value, float) and digits is not None:
        if not math.isfinite(value):
            return _float_text(value)
        return shortest_text(Decimal(f"{value:.{digits - 1}e}"), "E", _FIRST_EXPONENT_UP)
    if isinstance(value, Xml):
        return _TYPE_OF_XML
    if isinstance(value, str):
        return str(value)
    if isinstance(value, ObjectLike):
        return _object_text(value)
    if isinstance(value, bytes | bytearray):
        return " ".join(map(str, value))
    if isinstance(value, Mapping):
        return _TYPE_OF_DICT
    if isinstance(value, Iterable):
        return " ".join(_item_text(item) for item in value)
    return _scalar_text(value)


def _scalar_text(value: Any) -> str:
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"{_date_text(value)} {value.hour:02}:{value.minute:02}:{value.second:02}"
    if isinstance(value, date):
        return _date_text(value)
    if isinstance(value, time):
        return f"{value.hour:02}:{value.minute:02}"
    if isinstance(value, timedelta):
        return _duration_text(value)
    return str(value)


def _date_text(value: date) -> str:
    return f"{value.month:02}/{value.day:02}/{value.year:04}"


def _float_text(value: float) -> str:
    """.NET's shortest round-trip form: digits up to 15 places, then `1.5E+16`; `1E-05`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return shortest_text(Decimal(float.__repr__(value)), "E", _FIRST_EXPONENT_UP)  # numpy has its own repr


def shortest_text(number: Decimal, letter: str, up: int) -> str:
    """All the digits of `number` and no more, as .NET writes them; from the exponent `up` on, and for small ones, with
    an exponent after `letter`."""
    sign, figures, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    digits = "".join(map(str, figures)).lstrip("0")
    point = len(digits) + exponent  # where the decimal point stands, counted from the first digit
    digits = digits.rstrip("0")
    minus = "-" if sign else ""
    if not digits:
        return minus + "0"
    scientific = point - 1
    if scientific >= up or scientific <= _FIRST_EXPONENT_DOWN:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{minus}{mantissa}{letter}{'+' if scientific >= 0 else '-'}{abs(scientific):02}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return minus + digits.ljust(point, "0")
    return f"{minus}{digits[:point]}.{digits[point:]}"


def _duration_text(value: timedelta) -> str:
    """.NET's constant format, `[-][d.]hh:mm:ss[.fffffff]`."""
    ticks = ticks_of(value)
    seconds, fraction = divmod(abs(ticks), _TICKS_PER_SECOND)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    text = f"{'-' if ticks < 0 else ''}{f'{days}.' if days else ''}{hour:02}:{minute:02}:{second:02}"
    return f"{text}.{fraction:07}" if fraction else text


def _object_text(value: ObjectLike) -> str:
    if value.text is not None:
        return value.text
    if value.base is not MISSING:
        return invariant_text(value.base)
    if not len(value):
        return ""
    inner = "; ".join(f"{name}={_property_text(item)}" for name, item in value.items())
    return f"@{{{inner}}}"


def _property_text(value: Any) -> str:
    """A value inside `@{…}`: an object without a ToString() is nothing there."""
    if isinstance(value, ObjectLike) and value.text is None and value.base is MISSING:
        return ""
    if _is_list(value):
        return _TYPE_OF_LIST
    return invariant_text(value)


def _is_list(value: Any) -> bool:
    if isinstance(value, ObjectLike) and value.text is None:
        value = value.base
    return isinstance(value, list | tuple)


def _item_text(value: Any) -> str:
    if _is_list(value):
        return _TYPE_OF_LIST
    if isinstance(value, ObjectLike) and value.text is None and value.base is MISSING:
        return _object_text(value)
    return invariant_text(value)
