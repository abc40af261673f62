"""`-f` and ToString(format): composite format strings, and each value by its own kind of format."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import MISSING, EnumValue, ObjectLike
from lync_magic.language.values.collections import Unlisted, Wrapped
from lync_magic.language.values.failures import ScriptError, call_failed, need_room
from lync_magic.language.values.moments import BadMoment, format_datetime, format_timespan
from lync_magic.language.values.number_text import BadFormat, format_number, plain_number
from lync_magic.language.values.spelled import GivenReal, Spelled
from lync_magic.language.values.text import local_text, object_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.units import length, whole

__all__ = ["BadFormat", "format_composite", "format_number", "format_value"]

_ITEM = re.compile(r"(\d+) *(?:, *(-?\d+) *)?(?::([^{}]*))?\}")
_BAD_GUID: Final = 'Format string can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".'
_BAD_ENUM: Final = 'Format string can be only "G", "g", "X", "x", "F", "f", "D" or "d".'


def format_composite(pattern: str, arguments: Sequence[object]) -> str:
    """`'{0,10:N2}' -f …`. Raises ScriptError FormatError in PowerShell's words."""
    made: list[str] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char not in "{}":
            made.append(char)
            position += 1
        elif pattern[position : position + 2] == char * 2:
            made.append(char)
            position += 2
        elif char == "}":
            why = "Unexpected closing brace without a corresponding opening brace."
            if position + 1 == len(pattern):
                why = "Format item ends prematurely."
            raise _bad(pattern, position + 1, why)
        else:
            match = _ITEM.match(pattern, position + 1)
            if match is None:
                raise _unread(pattern, position + 1)
            _check_digits(match, pattern)
            made.append(_item(match, arguments, pattern))
            position = match.end()
    return whole("".join(made))


def format_called(name: str, count: int, pattern: str, arguments: Sequence[object]) -> str:
    """The same for a method of .NET's, whose error it is. name, count: its own and how many arguments it got."""
    try:
        return format_composite(pattern, arguments)
    except ScriptError as bad:
        if bad.error_id == "FormatError":
            call_failed(name, count, bad.message.removeprefix(_FORMATTING)[:-1], "FormatException")
        raise


_FORMATTING: Final = "Error formatting a string: "


def _unread(pattern: str, start: int) -> ScriptError:
    """What .NET says of an item that cannot be read."""
    place = start
    if place < len(pattern) and not ("0" <= pattern[place] <= "9"):
        return _bad(pattern, place, "Expected an ASCII digit.")
    while place < len(pattern) and pattern[place].isdecimal():
        place += 1
    while place < len(pattern) and pattern[place] == " ":
        place += 1
    if place < len(pattern) and pattern[place] == ",":
        place += 1
        while place < len(pattern) and pattern[place] == " ":
            place += 1
        place += pattern[place : place + 1] == "-"
        if place < len(pattern) and not pattern[place].isdecimal():
            return _bad(pattern, place, "Expected an ASCII digit.")
        while place < len(pattern) and pattern[place].isdecimal():
            place += 1
    if place < len(pattern) and pattern[place] == ":":
        while place < len(pattern) and pattern[place] not in "{}":
            place += 1
    return _bad(pattern, place, "Format item ends prematurely.")


_MOST: Final = 1_000_000
"""Where a place or a width has come to so much, .NET reads no further digit."""


def _check_digits(match: re.Match[str], pattern: str) -> None:
    """Raise .NET's error of a place or a width that has too many digits."""
    for group in (1, 2):
        value = 0
        for place, digit in enumerate(match[group] or "", match.start(group)):
            if value >= _MOST:
                raise _bad(pattern, place, "Format item ends prematurely.")
            value = value * 10 + int(digit) if digit != "-" else 0


def _bad(pattern: str, offset: int, why: str) -> ScriptError:
    message = f"Input string was not in a correct format. Failure to parse near offset {offset}. {why}"
    return _failed(message, pattern)


def _failed(why: str, pattern: str) -> ScriptError:
    return ScriptError(
        f"{_FORMATTING}{why}.", "FormatError", "InvalidOperation", inner="FormatException", target=pattern
    )


def _item(match: re.Match[str], arguments: Sequence[object], pattern: str) -> str:
    index = int(match[1])
    if index >= len(arguments):
        why = "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
        raise _failed(why, pattern)
    try:
        text = format_value(arguments[index], match[3] or "")
    except (BadFormat, BadMoment) as bad:
        error = _failed(str(bad), pattern)
        error.of_value = True  # type: ignore[attr-defined] # and not of the pattern
        raise error from None
    width = int(match[2] or 0)
    need_room(abs(width))
    blank = " " * (abs(width) - length(text))
    return text + blank if width < 0 else blank + text


own_formats: Final[dict[type, Callable[[Any, str], str]]] = {}
"""How values of a class of ours are written by a format; `clocks` puts its own in."""


def format_value(value: object, pattern: str) -> str:
    """A value by a .NET format string; values that have none (texts, objects) ignore it. Raises BadFormat,
    BadMoment."""
    if pattern and isinstance(value, ObjectLike) and value.base is MISSING and value.text is None:
        return _of_properties(value, pattern)
    if isinstance(value, ObjectLike | Wrapped | Spelled) or (not pattern and isinstance(value, GivenReal)):
        return local_text(value)
    if isinstance(value, datetime):
        return format_datetime(value, pattern or "G")
    if type(value) in own_formats:
        return own_formats[type(value)](value, pattern)
    if isinstance(value, timedelta):
        return format_timespan(value, pattern)
    if isinstance(value, EnumValue):
        return _enum(value, pattern)
    if isinstance(value, UUID):
        return _guid(value, pattern)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        is_named = isinstance(value, list | tuple | NetType | Unlisted)
        return (
            NetType(type_of(value) if not isinstance(value, NetType) else value.name).shown
            if is_named
            else local_text(value)
        )
    return format_number(value, pattern) if pattern else plain_number(value)


def _of_properties(value: ObjectLike, pattern: str) -> str:
    """An object of properties: the format is that of each."""
    try:
        return object_text(value, lambda item: format_value(item, pattern))
    except (BadFormat, BadMoment):  # .NET gives nothing for an object that cannot be formatted
        return ""


def _enum(value: EnumValue, pattern: str) -> str:
    match pattern.upper():
        case "" | "G" | "F":
            return str.__str__(value)
        case "D":
            return str(value.value)
        case "X":
            return f"{value.value:08X}"
    raise BadFormat(_BAD_ENUM)


def _guid(value: UUID, pattern: str) -> str:
    match pattern.upper():
        case "" | "D":
            return str(value)
        case "N":
            return value.hex
        case "B":
            return f"{{{value}}}"
        case "P":
            return f"({value})"
        case "X":
            last = ",".join(f"0x{byte:02x}" for byte in value.bytes[8:])
            return f"{{0x{value.time_low:08x},0x{value.time_mid:04x},0x{value.time_hi_version:04x},{{{last}}}}}"
    raise BadFormat(_BAD_GUID)
