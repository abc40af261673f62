"""`-f` and ToString(format): composite format strings and .NET's numeric formats in the invariant culture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from lync_magic.clixml import ObjectLike, invariant_text
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.moments import BadMoment, format_datetime, format_timespan
from lync_magic.language.values.numbers import INT32, SizedInt
from lync_magic.language.values.text import to_text

_STANDARD = re.compile(r"([A-Za-z])(\d{0,2})")
_ITEM = re.compile(r"\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?(?::((?:[^{}])*))?\}")
_DEFAULT_DIGITS: Final = {"N": 2, "F": 2, "C": 2, "P": 2, "E": 6}
_EXPONENT_WIDTH = 3
_CURRENCY = "¤"


class BadFormat(ValueError):
    """The format string is not valid; the message is .NET's."""


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
            raise _bad(position + 1, "Unexpected closing brace without a corresponding opening brace.")
        else:
            match = _ITEM.match(pattern, position + 1)
            if match is None:
                raise _bad(len(pattern), "Format item ends prematurely.")
            made.append(_item(match, arguments))
            position = match.end()
    return "".join(made)


def _bad(offset: int, why: str) -> ScriptError:
    message = f"Input string was not in a correct format. Failure to parse near offset {offset}. {why}"
    return _failed(message)


def _failed(why: str) -> ScriptError:
    return ScriptError(f"Error formatting a string: {why}.", "FormatError", "InvalidOperation", inner="FormatException")


def _item(match: re.Match[str], arguments: Sequence[object]) -> str:
    index = int(match[1])
    if index >= len(arguments):
        raise _failed(
            "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
        )
    try:
        text = format_value(arguments[index], match[3] or "")
    except (BadFormat, BadMoment) as bad:
        raise _failed(str(bad)) from None
    width = int(match[2] or 0)
    return text.ljust(-width) if width < 0 else text.rjust(width)


def format_value(value: object, pattern: str) -> str:
    """A value by a .NET format string; values that have none (texts, objects) ignore it. Raises BadFormat,
    BadMoment."""
    if isinstance(value, ObjectLike):
        return to_text(value)
    if isinstance(value, datetime):
        return format_datetime(value, pattern)
    if isinstance(value, timedelta):
        return format_timespan(value, pattern)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return to_text(value) if not isinstance(value, list | tuple) else "System.Object[]"
    if not pattern:
        return invariant_text(value)
    return format_number(value, pattern)


def format_number(value: int | float | Decimal, pattern: str) -> str:
    """A number by a standard or custom numeric format string."""
    standard = _STANDARD.fullmatch(pattern)
    if standard is None:
        return _custom(value, pattern)
    letter, digits = standard[1], int(standard[2]) if standard[2] else -1
    kind = letter.upper()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return invariant_text(value)
    if kind in "DXB":
        if not isinstance(value, int):
            raise BadFormat("Format specifier was invalid.")
        return _integer(value, letter, max(digits, 0))
    exact = (
        value if isinstance(value, Decimal) else Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    )
    if kind in _DEFAULT_DIGITS:
        places = digits if digits >= 0 else _DEFAULT_DIGITS[kind]
        return _fixed(exact, letter, kind, places)
    if kind == "R" or (kind == "G" and digits <= 0):
        return invariant_text(value)
    if kind == "G":
        return _general(value, exact, letter, digits)
    raise BadFormat("Format specifier was invalid.")


def _integer(value: int, letter: str, digits: int) -> str:
    if letter.upper() == "D":
        return ("-" if value < 0 else "") + str(abs(value)).rjust(digits, "0")
    if value < 0:
        low = value.limits[0] if isinstance(value, SizedInt) else INT32[0] if value >= INT32[0] else -(2**63)
        value += -low * 2
    return format(value, "b" if letter.upper() == "B" else letter).rjust(digits, "0")


def _fixed(exact: Decimal, letter: str, kind: str, places: int) -> str:
    if kind == "E":
        mantissa, _, exponent = f"{exact:.{places}E}".partition("E")
        sign = exponent[0] if exponent[0] in "+-" else "+"
        return f"{mantissa}{letter}{sign}{exponent.lstrip('+-').rjust(_EXPONENT_WIDTH, '0')}"
    if kind == "P":
        exact *= 100
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    negative = rounded < 0
    text = format(abs(rounded), ",f" if kind != "F" else "f")
    if kind == "C":
        return f"({_CURRENCY}{text})" if negative else _CURRENCY + text
    text = "-" + text if negative else text
    return text + " %" if kind == "P" else text


def _general(value: int | float | Decimal, exact: Decimal, letter: str, digits: int) -> str:
    _sign, figures, exponent = exact.as_tuple()
    assert isinstance(exponent, int)
    place = len(figures) + exponent - 1
    if -5 <= place < digits and place > -5:
        rounded = exact.quantize(Decimal(1).scaleb(place - digits + 1), ROUND_HALF_EVEN)
        text = format(rounded, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, power = f"{exact:.{max(digits - 1, 0)}E}".partition("E")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    shown = "e" if letter == "g" else "E"
    return f"{mantissa}{shown}{power[0] if power[0] in '+-' else '+'}{power.lstrip('+-').rjust(2, '0')}"


def _custom(value: int | float | Decimal, pattern: str) -> str:
    """`0.00`, `#,##0`, `0%`, sections by `;`. Raises NotKnownHere for exponents, quotes and escapes."""
    sections = pattern.split(";")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if len(sections) > 1 and exact < 0 and sections[1]:
        return _section(-exact, sections[1])
    if len(sections) > 2 and exact == 0 and sections[2]:
        return _section(exact, sections[2])
    text = _section(abs(exact), sections[0])
    return "-" + text if exact < 0 and any(char in "123456789" for char in text) else text


def _section(exact: Decimal, pattern: str) -> str:
    if re.search(r"[eE][+-]?0|['\"\\‰]|[#0],+(\.|$)", pattern):
        raise NotKnownHere(f"the number format {pattern}")
    match = re.search(r"[#0,.]*[#0][#0,.]*", pattern)
    if match is None:
        return pattern
    if "%" in pattern:
        exact *= 100
    whole, _, fraction = match[0].partition(".")
    places = len(fraction)
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    head, _, tail = format(rounded, "f").partition(".")
    least = len(whole.replace(",", "")[whole.replace(",", "").find("0") :]) if "0" in whole else 0
    head = head.lstrip("0").rjust(least, "0")
    if "," in whole and head:
        head = format(int(head), ",").rjust(0) if not head.startswith("0") else head
    keep = fraction.rfind("0") + 1
    while len(tail) > keep and tail.endswith("0"):
        tail = tail[:-1]
    return pattern[: match.start()] + head + ("." + tail if tail else "") + pattern[match.end() :]
