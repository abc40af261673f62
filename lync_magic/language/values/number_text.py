"""Numbers as text by .NET's standard and custom numeric formats, in the culture of the cell.

Rules: a Double is written from its exact binary value, ties to even; a Decimal and an integer from their digits, ties
away from zero; a custom format sees the first 15 digits of a Double (7 of a Single). So does .NET 10.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import cache
from itertools import pairwise
from typing import Final

from lync_magic.clixml import INT32, Single, SizedInt, shortest_text
from lync_magic.language.values.culture import INVARIANT, Culture, current
from lync_magic.language.values.custom_format import Digits, custom, group_marks
from lync_magic.language.values.failures import need_room

_STANDARD = re.compile(r"([A-Za-z])(\d{0,9})")
_WIDE: Final = Context(prec=1200, Emax=999_999, Emin=-999_999)
_SIGNIFICANT: Final = 15
_SIGNIFICANT_SINGLE: Final = 7
_EXPONENT_UP: Final = 17
_EXPONENT_UP_SINGLE: Final = 9
INVALID: Final = "Format specifier was invalid."
Number = int | float | Decimal


class BadFormat(ValueError):
    """The format string is not valid; the message is .NET's."""


@dataclass(frozen=True)
class _Kind:
    """What of a number's type its text depends on."""

    exact: Decimal
    is_real: bool


def _kind(value: Number) -> _Kind:
    if isinstance(value, float):
        return _Kind(_WIDE.create_decimal(Decimal(value)), True)
    return _Kind(value if isinstance(value, Decimal) else Decimal(int(value)), False)


def real_text(value: float) -> str:
    """A Double or Single as `ToString()` gives it in the invariant culture: the fewest digits that read back."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    up = _EXPONENT_UP_SINGLE if isinstance(value, Single) else _EXPONENT_UP
    return shortest_text(shortest_digits(value), "E", up)


def shortest_digits(value: float) -> Decimal:
    """The number of the fewest digits that reads back as the same Double or Single."""
    if not isinstance(value, Single):
        return Decimal(repr(float(value)))
    import struct

    packed = struct.pack("f", value)
    for digits in range(6, 9):
        text = f"{value:.{digits}g}"
        if struct.pack("f", float(text)) == packed:
            return Decimal(text)
    return Decimal(f"{value:.9g}")


def plain_number(value: Number) -> str:
    """`ToString()` in the culture of the cell."""
    if isinstance(value, float):
        return _unending(value, current()) or in_signs(real_text(value))
    return in_signs(format(value, "f") if isinstance(value, Decimal) else str(int(value)))


def in_signs(text: str) -> str:
    """A number as the invariant culture writes it, in the signs of the cell's."""
    culture = current()
    return text.translate(_signs(culture.minus, culture.plus, culture.decimal)) if culture is not INVARIANT else text


@cache
def _signs(minus: str, plus: str, point: str) -> dict[int, str]:
    return {ord("-"): minus, ord("+"): plus, ord("."): point}


def _unending(value: float, culture: Culture) -> str:
    """What is no finite number; empty for one that is."""
    if math.isfinite(value):
        return ""
    return culture.nan if math.isnan(value) else culture.infinity if value > 0 else culture.minus_infinity


def format_number(value: Number, pattern: str) -> str:
    """A number by a standard or custom numeric format string. Raises BadFormat in .NET's words."""
    culture = current()
    if isinstance(value, float) and (unending := _unending(value, culture)):
        return unending
    standard = _STANDARD.fullmatch(pattern)
    if standard is None:
        return custom(_digits(value), pattern, culture)
    letter, told = standard[1], int(standard[2]) if standard[2] else -1
    match letter.upper():
        case "D" | "X" | "B":
            if not isinstance(value, int):
                raise BadFormat(INVALID)
            return in_signs(_integer(value, letter, max(told, 0)))
        case "F":
            return in_signs(_fixed(_kind(value), told if told >= 0 else culture.digits))
        case "N":
            number = _rounded(_kind(value), told if told >= 0 else culture.digits)
            made = _grouped(number, culture.decimal, culture.group, culture.sizes)
            return culture.minus + made if number.is_signed() else made
        case "C":
            number = _rounded(_kind(value), told if told >= 0 else culture.currency_digits)
            made = _grouped(number, culture.currency_decimal, culture.currency_group, culture.currency_sizes)
            return _placed(culture.currency[number.is_signed()], made, culture)
        case "P":
            kind = _kind(value)
            scaled = _Kind(_WIDE.multiply(kind.exact, Decimal(100)), kind.is_real)
            number = _rounded(scaled, told if told >= 0 else culture.percent_digits)
            made = _grouped(number, *(culture.percent_marks or (culture.decimal, culture.group, culture.sizes)))
            return _placed(culture.percent[number.is_signed()], made, culture)
        case "E":
            return in_signs(_scientific(_kind(value), letter, told if told >= 0 else 6))
        case "G":
            return in_signs(_general(value, letter, told))
        case "R":
            return plain_number(value).replace("E", "e" if letter == "r" else "E")
    raise BadFormat(INVALID)


def _rounded(kind: _Kind, places: int) -> Decimal:
    rounding = ROUND_HALF_EVEN if kind.is_real else ROUND_HALF_UP
    made = kind.exact.quantize(Decimal(1).scaleb(-places), rounding, _WIDE)
    return made.copy_abs() if not made and not kind.is_real else made


def _fixed(kind: _Kind, places: int) -> str:
    number = _rounded(kind, places)
    return ("-" if number.is_signed() else "") + format(number.copy_abs(), "f")


def _grouped(number: Decimal, point: str, separator: str, sizes: tuple[int, ...]) -> str:
    """The digits of a number without its sign, those before the point in groups."""
    whole, _, fraction = format(number.copy_abs(), "f").partition(".")
    marks = group_marks(sizes, len(whole))
    parts = [whole[start:end] for start, end in pairwise([0, *(len(whole) - mark for mark in reversed(marks)), None])]
    return separator.join(parts) + (point + fraction if fraction else "")


def _placed(pattern: str, digits: str, culture: Culture) -> str:
    signs = {"n": digits, "-": culture.minus, "¤": culture.currency_sign, "%": culture.percent_sign}
    return "".join(signs.get(char, char) for char in pattern)


def _integer(value: int, letter: str, digits: int) -> str:
    if letter.upper() == "D":
        need_room(digits)
        return ("-" if value < 0 else "") + str(abs(value)).rjust(digits, "0")
    number = int(value)
    if number < 0:
        low = value.limits[0] if isinstance(value, SizedInt) else INT32[0] if number >= INT32[0] else -(2**63)
        number += -low * 2
    return format(number, "b" if letter.upper() == "B" else letter).rjust(digits, "0")


def _to_figures(kind: _Kind, count: int) -> Decimal:
    """Rounded to so many significant figures."""
    if not kind.exact:
        return kind.exact
    return _rounded(kind, count - 1 - kind.exact.adjusted())


def _scientific(kind: _Kind, letter: str, places: int) -> str:
    number = _to_figures(kind, places + 1)
    exponent = number.adjusted() if number else 0
    figures = "".join(map(str, number.as_tuple().digits)) if number else ""
    figures = figures.ljust(places + 1, "0")[: places + 1]
    mantissa = figures[0] + ("." + figures[1:] if places else "")
    return f"{'-' if number.is_signed() else ''}{mantissa}{letter}{'+' if exponent >= 0 else '-'}{abs(exponent):03}"


def _general(value: Number, letter: str, told: int) -> str:
    shown = "e" if letter == "g" else "E"
    if told <= 0:
        if isinstance(value, Decimal):
            return format(value, "f")
        if isinstance(value, int):
            return str(int(value))
        return real_text(value).replace("E", shown)
    return shortest_text(_to_figures(_kind(value), told), shown, told)


def _digits(value: Number) -> Digits:
    """What a custom format sees of a number."""
    kind = _kind(value)
    number = kind.exact
    if kind.is_real and number:
        number = _to_figures(kind, _SIGNIFICANT_SINGLE if isinstance(value, Single) else _SIGNIFICANT)
    figures = "".join(map(str, number.as_tuple().digits)).lstrip("0")
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    scale = len(figures) + exponent
    figures = figures.rstrip("0")
    return Digits(number.is_signed(), figures, scale if figures else 0, kind.is_real)
