"""`[System.Xml.XmlConvert]`: spans of time as XML writes them (`P1DT2H30M`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Final

from lync_magic.clixml import TimeSpan, ticks_of
from lync_magic.language.values.culture import INVARIANT, in_culture
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.methods import method
from lync_magic.language.values.moments import TICKS_PER_SECOND, BadMoment, format_datetime
from lync_magic.language.values.numeric import INTEGERS
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

_SPAN: Final = re.compile(
    r"[ \t\r\n]*(?P<sign>-)?P(?=[0-9T])(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?"
    r"(?:(?P<seconds>[0-9]+)(?:\.(?P<fraction>[0-9]+))?S)?)?[ \t\r\n]*"
)
_DIGITS: Final = 7
_DAYS_A_YEAR: Final = 365
_DAYS_A_MONTH: Final = 30
_MONTHS: Final = 12


def _to_string(_none: None, arguments: Sequence[object]) -> object:
    value, *form = arguments
    if form:
        return _by_format(value, form[0])
    if isinstance(value, timedelta):
        return _written(ticks_of(value))
    if isinstance(value, bool):
        return str(value).lower()
    if type_of(value) in INTEGERS or (isinstance(value, float) and isfinite(value)):
        return to_text(value)
    if isinstance(value, datetime):
        return format_datetime(value, "yyyy-MM-ddTHH:mm:ss.fffffffzzz")
    raise NotKnownHere(f"[System.Xml.XmlConvert]::ToString of a [{type_of(value)}]")


def _by_format(value: object, form: object) -> str:
    if not isinstance(value, datetime) or not isinstance(form, str) or type_of(form) != "System.String":
        raise NotKnownHere("[System.Xml.XmlConvert]::ToString with this format")
    with in_culture(INVARIANT):
        try:
            return format_datetime(value, form)
        except BadMoment as bad:
            call_failed("ToString", 2, str(bad), "FormatException")


def _written(ticks: int) -> str:
    seconds, rest = divmod(abs(ticks), TICKS_PER_SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    part = f".{rest:07d}".rstrip("0") if rest else ""
    told = [(hours, "H", ""), (minutes, "M", ""), (seconds or (bool(rest) and "0"), "S", part)]
    time = "".join(f"{number}{more}{letter}" for number, letter, more in told if number)
    day = f"{days}D" if days else ""
    if not day and not time:
        time = "0S"
    return ("-" if ticks < 0 else "") + "P" + day + (f"T{time}" if time else "")


def _to_span(_none: None, arguments: Sequence[object]) -> object:
    text = to_text(arguments[0])
    found = _SPAN.fullmatch(text)
    if found is None:
        call_failed("ToTimeSpan", 1, f"The string '{text}' is not a valid TimeSpan value.", "FormatException")
    years, months, days, hours, minutes, seconds = (
        int(found[name] or 0) for name in ("years", "months", "days", "hours", "minutes", "seconds")
    )
    fraction = found["fraction"] or ""
    if len(fraction) > _DIGITS or max(years, months, days, hours, minutes, seconds) > 2**31 - 1:
        raise NotKnownHere("[System.Xml.XmlConvert]::ToTimeSpan of this")
    days += years * _DAYS_A_YEAR + months // _MONTHS * _DAYS_A_YEAR + months % _MONTHS * _DAYS_A_MONTH
    whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    ticks = whole * TICKS_PER_SECOND + int(fraction.ljust(_DIGITS, "0"))
    if ticks >= 2**63:
        raise NotKnownHere("[System.Xml.XmlConvert]::ToTimeSpan of this")
    return TimeSpan.of(-ticks if found["sign"] else ticks)


own_statics["System.Xml.XmlConvert"] = {"tostring": method(1, 2)(_to_string), "totimespan": method(1)(_to_span)}, {}
