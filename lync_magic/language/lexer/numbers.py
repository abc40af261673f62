"""Numbers: `10`, `0x1F`, `0b101`, `1.5d`, `1e3`, `10L`, `3u`, `5kb`, and what value each one is.

Rule of this file: a text that only starts like a number is no number (`5z`, `1.0.0`); the caller reads it as a word.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from lync_magic.clixml import INT32, INT64, Byte, Int16, Int64, SByte, UInt16, UInt32, UInt64
from lync_magic.language.lexer.characters import DASHES, NUMBER_ENDS, TERNARY_ENDS, ends_word
from lync_magic.language.values.numbers import fits, read_decimal

_DASH = re.escape(DASHES)

NUMBER = re.compile(
    rf"""(?P<sign>[+{_DASH}])?
    (?:0[xX](?P<hex>[0-9A-Fa-f]*)
      |0[bB](?P<binary>[01]*)
      |(?P<whole>[0-9]+)(?P<fraction>\.(?!\.)[0-9]*)?(?P<exponent>[eE][+{_DASH}]?[0-9]*)?
      |(?P<point>\.[0-9]+)(?P<point_exponent>[eE][+{_DASH}]?[0-9]*)?)
    (?P<suffix>[uU]?[lLsSyY]|[uUdDnN])?
    (?P<multiplier>[kKmMgGtTpP][bB])?""",
    re.VERBOSE,
)

_SIGNED_DIGITS: Final = {"y": 2, "s": 4, "l": 16}
"""Of how many hexadecimal digits a literal of a suffix begins with its sign."""
_SIGNED_BITS: Final = (8, 16, 32, 64, 96, 128)
"""The same of binary ones, whatever their suffix."""
_LONG_DIGITS: Final = 16
_LONG_BITS: Final = 64
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_KILO = 1024
_SUFFIXED = {"l": Int64, "s": Int16, "y": SByte, "us": UInt16, "ul": UInt64, "uy": Byte}
_DASH_TO_MINUS = str.maketrans(dict.fromkeys(DASHES, "-"))
MAX_DECIMAL = 79228162514264337593543950335


class NotANumber(Exception):
    """The text looks like a number but has no value: too large for its suffix."""


def scan(text: str, position: int, end: int, *, expression: bool, ternary: bool) -> tuple[object, int] | None:
    """The number at `position` and where it ends, or None when this is a word.

    expression: operators end a number.  ternary: so do `?` and `:`.  Raises NotANumber where the form is a number's but
    the value does not exist.
    """
    match = NUMBER.match(text, position, end)
    if match is None:
        return None
    after = match.end()
    if not ends_word(text, after, end):
        ends = NUMBER_ENDS + TERNARY_ENDS if ternary else NUMBER_ENDS
        if not expression or text[after] not in ends:
            return None
    for name in ("exponent", "point_exponent"):
        if match[name] is not None and not match[name][-1].isdigit():
            return None
    if match["hex"] == "" or match["binary"] == "":
        return None
    return _value(match), after


_MOST_DIGITS: Final = 4000
"""A longer number is none: Python itself reads no more digits at once."""


def _value(match: re.Match[str]) -> object:
    suffix = (match["suffix"] or "").lower()
    multiplier = _KILO ** _POWERS[match["multiplier"][0].lower()] if match["multiplier"] else 1
    negative = match["sign"] is not None and match["sign"] != "+"
    if match["fraction"] is not None or match["exponent"] or match["point"]:
        last = next((group for group in ("suffix", "multiplier") if match[group]), None)
        text = match.string[match.start() : match.start(last) if last else match.end()]
        return _real(text.translate(_DASH_TO_MINUS), suffix, multiplier)
    if match["hex"] is not None:
        size = len(match["hex"])
        signed = not suffix.startswith("u") and size == _SIGNED_DIGITS.get(suffix, 8 if size < _LONG_DIGITS else 16)
        whole = _based(match["hex"], 16, 4, signed=signed)
        suffix = suffix or ("l" if size == _LONG_DIGITS else "")
        plain = False
    elif match["binary"] is not None:
        size = len(match["binary"])
        whole = _based(match["binary"], 2, 1, signed=not suffix.startswith("u") and size in _SIGNED_BITS)
        suffix = suffix or ("l" if size == _LONG_BITS else "")
        plain = False
    else:
        if len(match["whole"]) > _MOST_DIGITS:
            raise NotANumber
        whole, plain = int(match["whole"]), True
    return _integer((-whole if negative else whole) * multiplier, suffix, plain=plain)


def _based(digits: str, base: int, bits_each: int, *, signed: bool) -> int:
    """0xFFFFFFFF is -1: a literal of a number's whole width has its sign bit. signed: whether it is as wide as one."""
    value = int(digits, base)
    bits = len(digits) * bits_each
    return int(value - (1 << bits)) if signed and value >> (bits - 1) else value


def _double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise NotANumber from None


def _real(text: str, suffix: str, multiplier: int) -> object:
    if suffix == "d":
        made = read_decimal(text)
        if made is not None and multiplier != 1:
            made = read_decimal(made * multiplier)
        if made is None:
            raise NotANumber
        return made
    value = float(text) * multiplier
    if not suffix:
        return value
    return _integer(round(value), suffix, plain=True)


def _integer(value: int, suffix: str, *, plain: bool) -> object:
    if suffix == "d":
        if abs(value) > MAX_DECIMAL:
            raise NotANumber
        return Decimal(value)
    if suffix == "n":
        return value
    if suffix == "u":
        chosen: type[int] = UInt32 if fits(UInt32, value) else UInt64
    elif suffix:
        chosen = _SUFFIXED[suffix]
    elif INT32[0] <= value <= INT32[1] or INT64[0] <= value <= INT64[1]:
        return value
    elif not plain:
        raise NotANumber
    else:
        return Decimal(value) if abs(value) <= MAX_DECIMAL else _double(value)
    if not fits(chosen, value):
        raise NotANumber
    return chosen(value)
