"""One primitive's text -> its Python value, for each primitive element of CLIXML (MS-PSRP 2.2.5.1).

Rules of this file: each function takes the text between the tags with XML's entities resolved and
PowerShell's escapes still in it; it is strict (what .NET would not have written raises ValueError) and sees
no other element.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from lync_magic.clixml.numbers import Byte, Int16, Int64, SByte, Single, UInt16, UInt32, UInt64
from lync_magic.clixml.text import unescape
from lync_magic.clixml.values import Char, DateTime, ScriptBlock, TimeSpan, Uri, Version, Xml

TICKS_PER_SECOND = 10_000_000
"""A tick is 100 ns, .NET's unit of time."""

INTEGER = "-?[0-9]{1,20}"
"""The texts of I16, I32, I64, U16, U32, U64, By and SB, as a pattern."""

_INTEGER = re.compile(f"[+]?{INTEGER}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|NaN|-?INF")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GUID = re.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){1,3}")
_DATE_TIME = re.compile(
    "([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{1,7}))?(Z|[-+][0-9]{2}:[0-9]{2})?"
)
_DURATION = re.compile(
    "(-?)P(?=.)(?:([0-9]{1,9})D)?"
    r"(?:T(?=.)(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,7}))?S)?)?"
)
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_LAST_UTF16_UNIT = 0xFFFF
_MAX_OFFSET_MINUTES = 24 * 60 - 1
_MAX_VERSION_PART = 2**31 - 1


def boolean(text: str) -> bool:
    """B."""
    try:
        return _BOOLEANS[text]
    except KeyError:
        raise ValueError(f"not a boolean: {text[:40]!r}") from None


def integer(text: str, kind: type[int] = int) -> int:
    """I32, and as another kind I16, I64, U16, U32, U64, By, SB."""
    return kind(_checked(_INTEGER, text, "an integer"))


def real(text: str, kind: type[float] = float) -> float:
    """Db, and as another kind Sg: `INF`, `-INF` and `NaN` too."""
    value = kind(_checked(_FLOAT, text, "a number"))
    return value if value == value else math.nan  # one object, so that equal lists of values compare equal


def decimal(text: str) -> Decimal:
    """D."""
    try:
        return Decimal(_checked(_DECIMAL, text, "a decimal"))
    except InvalidOperation:
        raise ValueError("not a decimal") from None


def character(text: str) -> Char:
    """C: the number of one UTF-16 unit."""
    code = integer(text)
    if not 0 <= code <= _LAST_UTF16_UNIT:
        raise ValueError(f"not a character: {code}")
    return Char(chr(code))


def date_time(text: str) -> datetime:
    """DT: aware where it names a zone, else naive; a `DateTime` where the last of seven decimals is not 0."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"not a date and time: {text[:40]!r}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    ticks = int(fraction.ljust(7, "0")) if fraction else 0
    moment = datetime(
        int(year), int(month), int(day), int(hour), int(minute), int(second), ticks // 10,
        _zone(zone) if zone else None,
    )  # fmt: skip
    rest = ticks % 10
    return DateTime.of(moment, rest) if rest else moment


@lru_cache(maxsize=256)
def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone.utc
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    if minutes > _MAX_OFFSET_MINUTES or int(text[4:6]) >= 60:
        raise ValueError(f"not a zone: {text}")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def duration(text: str) -> timedelta:
    """TS: a timedelta, or a `TimeSpan` where microseconds do not hold it exactly."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"not a duration: {text[:40]!r}")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    total = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    ticks = total * TICKS_PER_SECOND + (int(fraction.ljust(7, "0")) if fraction else 0)
    try:
        return TimeSpan.of(-ticks if sign else ticks)
    except OverflowError:
        raise ValueError(f"not a duration: {text[:40]!r}") from None


def guid(text: str) -> UUID:
    """G."""
    return UUID(_checked(_GUID, text, "a GUID"))


def data(text: str) -> bytes:
    """BA."""
    return b64decode("".join(text.split()), validate=True)


def version(text: str) -> Version:
    """Version: two to four numbers."""
    made = Version(_checked(_VERSION, text, "a version"))
    if any(len(part) > 10 or int(part) > _MAX_VERSION_PART for part in made.split(".")):
        raise ValueError("not a version")
    return made


def uri(text: str) -> Uri:
    """URI."""
    return Uri(unescape(text))


def xml(text: str) -> Xml:
    """XD."""
    return Xml(unescape(text))


def script_block(text: str) -> ScriptBlock:
    """SBK."""
    return ScriptBlock(unescape(text))


def _checked(pattern: re.Pattern[str], text: str, what: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(f"not {what}: {text[:40]!r}")
    return text


INTEGERS: dict[str, type[int]] = {
    "I32": int,
    "I64": Int64,
    "I16": Int16,
    "U16": UInt16,
    "U32": UInt32,
    "U64": UInt64,
    "By": Byte,
    "SB": SByte,
}
"""The integers, by tag."""

SCALARS: dict[str, Callable[[str], Any]] = {
    "S": unescape,
    "B": boolean,
    **{tag: partial(integer, kind=kind) for tag, kind in INTEGERS.items()},
    "Db": real,
    "Sg": partial(real, kind=Single),
    "D": decimal,
    "C": character,
    "DT": date_time,
    "TS": duration,
    "G": guid,
    "BA": data,
    "Version": version,
    "URI": uri,
    "XD": xml,
    "SBK": script_block,
}
"""What each element's text becomes. Nil, SS and the containers need more than their text: `walk` has them."""
