"""Static members: `[string]::IsNullOrEmpty(…)`, `[math]::Round(…)`, `[datetime]::Now`, `[guid]::NewGuid()`."""

from __future__ import annotations

import calendar
import math
import os
import re
import sys
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import Final

from lync_magic.clixml import TimeSpan
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import NOTHING, ArrayList, Hashtable, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import ENUMS, enum_member
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, no_method, no_overload
from lync_magic.language.values.methods import method
from lync_magic.language.values.moments import TICKS_PER_SECOND
from lync_magic.language.values.numbers import INT32, INT64, Byte
from lync_magic.language.values.numeric import to_bool, to_int, to_number
from lync_magic.language.values.patterns import regex, replace_all
from lync_magic.language.values.static_functions import MATH, STRING, Static
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType


def _parse(type_name: str, inner: str = "FormatException") -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        try:
            return convert(to_text(arguments[0]), NetType(type_name))
        except ScriptError as bad:
            why = bad.message.partition('Error: "')[2].removesuffix('"') or bad.message
            call_failed("Parse", len(arguments), why, inner)

    return method(1)(run)


def _enum_names(_none: None, arguments: Sequence[object]) -> object:
    kind = arguments[0]
    if not isinstance(kind, NetType) or kind.name not in ENUMS:
        raise NotKnownHere("[enum]::GetNames of this type")
    return list(ENUMS[kind.name])


def _span_of(size: int) -> Static:
    return method(1)(lambda _n, a: TimeSpan.of(round(to_number(a[0]) * size)))


def _reverse(_none: None, arguments: Sequence[object]) -> object:
    target = arguments[0]
    if isinstance(target, list):
        target.reverse()
    return NOTHING


def _sort(_none: None, arguments: Sequence[object]) -> object:
    target = arguments[0]
    call_method(ArrayList(items_of(target)), "Sort", ())
    if isinstance(target, list):
        made = ArrayList(target)
        call_method(made, "Sort", ())
        target[:] = made
    return NOTHING


def _regex_replace(_none: None, arguments: Sequence[object]) -> object:
    pattern = regex(to_text(arguments[1]), case=True)
    return replace_all(pattern, to_text(arguments[0]), to_text(arguments[2]))


_SPAN_UNITS: Final = {"fromdays": 86_400, "fromhours": 3600, "fromminutes": 60, "fromseconds": 1}


def _new_datetime(_none: None, arguments: Sequence[object]) -> object:
    try:
        return datetime(*(to_int(item) for item in arguments[:6]))  # type: ignore[arg-type]
    except ValueError:
        message = "Year, Month, and Day parameters describe an un-representable DateTime."
        call_failed(".ctor", len(arguments), message, "ArgumentOutOfRangeException")


def _new_span(_none: None, arguments: Sequence[object]) -> object:
    numbers = [to_int(item) for item in arguments]
    if len(numbers) == 1:
        return TimeSpan.of(numbers[0])
    days, hours, minutes, seconds = ([0, *numbers] if len(numbers) == 3 else [*numbers, 0, 0])[:4]
    return TimeSpan.of((days * 86_400 + hours * 3600 + minutes * 60 + seconds) * TICKS_PER_SECOND)


_METHODS: Final[dict[str, dict[str, Static]]] = {
    "System.Math": MATH,
    "System.String": STRING,
    "System.Int32": {"parse": _parse("System.Int32")},
    "System.Int64": {"parse": _parse("System.Int64")},
    "System.Double": {
        "parse": _parse("System.Double"),
        "isnan": method(1)(lambda _n, a: math.isnan(to_number(a[0]))),
    },
    "System.Decimal": {"parse": _parse("System.Decimal")},
    "System.Boolean": {"parse": method(1)(lambda _n, a: to_text(a[0]).strip().lower() == "true")},
    "System.DateTime": {
        "parse": _parse("System.DateTime"),
        "daysinmonth": method(2)(lambda _n, a: calendar.monthrange(to_int(a[0]), to_int(a[1]))[1]),
        "isleapyear": method(1)(lambda _n, a: calendar.isleap(to_int(a[0]))),
        "new": method(3, 6)(_new_datetime),
    },
    "System.TimeSpan": {
        "parse": _parse("System.TimeSpan"),
        "frommilliseconds": _span_of(TICKS_PER_SECOND // 1000),
        "fromticks": _span_of(1),
        **{name: _span_of(size * TICKS_PER_SECOND) for name, size in _SPAN_UNITS.items()},
        "new": method(1, 4)(_new_span),
    },
    "System.Guid": {
        "newguid": method(0)(lambda _n, a: uuid.uuid4()),
        "parse": _parse("System.Guid"),
        "new": method(1)(lambda _n, a: convert(to_text(a[0]), NetType("System.Guid"))),
    },
    "System.Char": {
        "isdigit": method(1)(lambda _n, a: to_text(a[0]).isdecimal()),
        "isletter": method(1)(lambda _n, a: to_text(a[0]).isalpha()),
        "isletterordigit": method(1)(lambda _n, a: to_text(a[0]).isalnum()),
        "isupper": method(1)(lambda _n, a: to_text(a[0]).isupper()),
        "islower": method(1)(lambda _n, a: to_text(a[0]).islower()),
        "iswhitespace": method(1)(lambda _n, a: to_text(a[0]).isspace()),
    },
    "System.Enum": {"getnames": method(1)(_enum_names)},
    "System.Array": {
        "reverse": method(1)(_reverse),
        "sort": method(1)(_sort),
        "indexof": method(2)(lambda _n, a: list(items_of(a[0])).index(a[1]) if a[1] in items_of(a[0]) else -1),
    },
    "System.Text.RegularExpressions.Regex": {
        "escape": method(1)(lambda _n, a: re.sub(r"[\\*+?|{\[()^$.# ]", r"\\\g<0>", to_text(a[0]))),
        "ismatch": method(2)(lambda _n, a: regex(to_text(a[1]), case=True).search(to_text(a[0])) is not None),
        "replace": method(3)(_regex_replace),
        "split": method(2)(lambda _n, a: regex(to_text(a[1]), case=True).split(to_text(a[0]))),
    },
    "System.Convert": {
        "toint32": method(1)(lambda _n, a: convert(a[0], NetType("System.Int32"))),
        "toint64": method(1)(lambda _n, a: convert(a[0], NetType("System.Int64"))),
        "todouble": method(1)(lambda _n, a: convert(a[0], NetType("System.Double"))),
        "todecimal": method(1)(lambda _n, a: convert(a[0], NetType("System.Decimal"))),
        "tostring": method(1)(lambda _n, a: to_text(a[0])),
        "toboolean": method(1)(lambda _n, a: to_bool(a[0])),
        "todatetime": method(1)(lambda _n, a: convert(a[0], NetType("System.DateTime"))),
    },
    "System.Collections.ArrayList": {
        "new": method(0, 1)(lambda _n, a: ArrayList(items_of(a[0])) if a and is_collection(a[0]) else ArrayList()),
    },
    "System.Collections.Generic.List": {
        "new": method(0, 1)(lambda _n, a: ArrayList(items_of(a[0])) if a and is_collection(a[0]) else ArrayList()),
    },
    "System.Collections.Hashtable": {"new": method(0)(lambda _n, a: Hashtable())},
    "System.Version": {"new": method(1)(lambda _n, a: convert(to_text(a[0]), NetType("System.Version")))},
    "System.Uri": {
        "new": method(1)(lambda _n, a: convert(to_text(a[0]), NetType("System.Uri"))),
        "escapedatastring": method(1)(lambda _n, a: _quoted(to_text(a[0]))),
        "unescapedatastring": method(1)(lambda _n, a: _unquoted(to_text(a[0]))),
    },
}


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="-._~")


def _unquoted(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


_PROPERTIES: Final[dict[str, dict[str, Callable[[], object]]]] = {
    "System.Math": {"pi": lambda: math.pi, "e": lambda: math.e},
    "System.String": {"empty": lambda: ""},
    "System.Int32": {"maxvalue": lambda: INT32[1], "minvalue": lambda: INT32[0]},
    "System.Int64": {"maxvalue": lambda: INT64[1], "minvalue": lambda: INT64[0]},
    "System.Byte": {"maxvalue": lambda: Byte(255), "minvalue": lambda: Byte(0)},
    "System.Double": {
        "maxvalue": lambda: sys.float_info.max, "minvalue": lambda: -sys.float_info.max, "epsilon": lambda: 5e-324,
        "nan": lambda: math.nan, "positiveinfinity": lambda: math.inf, "negativeinfinity": lambda: -math.inf,
    },
    "System.Decimal": {
        "maxvalue": lambda: Decimal(2**96 - 1), "minvalue": lambda: Decimal(1 - 2**96), "zero": lambda: Decimal(0),
        "one": lambda: Decimal(1),
    },
    "System.DateTime": {
        "now": lambda: datetime.now().astimezone(),
        "utcnow": lambda: datetime.now(timezone.utc),
        "today": lambda: datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0),
        "minvalue": lambda: datetime(1, 1, 1),
        "maxvalue": lambda: convert("9999-12-31T23:59:59.9999999", NetType("System.DateTime")),
    },
    "System.TimeSpan": {"zero": lambda: TimeSpan.of(0), "maxvalue": lambda: TimeSpan.of(INT64[1]),
                        "minvalue": lambda: TimeSpan.of(INT64[0])},
    "System.Guid": {"empty": lambda: uuid.UUID(int=0)},
    "System.Environment": {
        "newline": lambda: os.linesep, "machinename": lambda: os.uname().nodename if hasattr(os, "uname") else "",
        "username": lambda: os.environ.get("USER", os.environ.get("USERNAME", "")),
    },
}  # fmt: skip


def has_static(kind: NetType, name: str, *, called: bool) -> bool:
    """Whether `[kind]::name` is known here."""
    folded = name.lower()
    if called:
        return folded in _METHODS.get(kind.name, {})
    return (
        folded in _PROPERTIES.get(kind.name, {}) or name in ENUMS.get(kind.name, ()) or _enum_index(kind, folded) >= 0
    )


def _enum_index(kind: NetType, folded: str) -> int:
    return next((i for i, name in enumerate(ENUMS.get(kind.name, ())) if name.lower() == folded), -1)


def static_property(kind: NetType, name: str) -> object:
    """`[kind]::name`; `$null` where there is none."""
    place = _enum_index(kind, name.lower())
    if place >= 0:
        return enum_member(kind.name, place)
    getter = _PROPERTIES.get(kind.name, {}).get(name.lower())
    return None if getter is None else getter()


def static_call(kind: NetType, name: str, arguments: Sequence[object]) -> object:
    """`[kind]::name(arguments)`. Raises PowerShell's MethodNotFound and overload errors."""
    found = _METHODS.get(kind.name, {}).get(name.lower())
    if found is None:
        raise no_method(kind.name, name)
    if not found.least <= len(arguments) <= found.most:
        raise no_overload(name, len(arguments))
    return found.call(None, arguments)
