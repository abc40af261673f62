"""Texts read as numbers in a style: `[int]::Parse('FF', 'HexNumber')`, `[double]::TryParse($t, 'Any', $culture, …)`.

Rule of this file: what a style allows, and in which order, is .NET's Number.TryParseNumber; what it reads becomes a
number of the type only then, so that `1.0` is an Int32 and `1.5` is too large for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lync_magic.clixml import Single
from lync_magic.language.values.based_numbers import BITS, OVERFLOW, RANGES, TOO_LARGE, Refused, too_large
from lync_magic.language.values.culture import Culture, current
from lync_magic.language.values.enums import FLAGS
from lync_magic.language.values.numbers import fits, read_decimal
from lync_magic.language.values.numeric import INTEGERS

STYLES: Final = "System.Globalization.NumberStyles"
_BITS: Final = FLAGS[STYLES]
_ALL: Final = 0x7FF
_WHITE: Final = " \t\n\v\f\r"
_WHITE_AROUND: Final = 3
_BASED: Final = _BITS["AllowHexSpecifier"] | _BITS["AllowBinarySpecifier"]
_SPACES: Final = dict.fromkeys(map(ord, "\xa0\u202f"), " ")
"""What a plain space stands for in a culture's signs."""
_MOST_POWER: Final = 9999


def read_number(text: str, style: int, kind: str) -> object:
    """A text as a number of a type, by the cell's culture. kind: its full name. Raises Refused."""
    whole = kind in INTEGERS
    if style & ~_ALL:
        raise Refused("An undefined NumberStyles value is being used. (Parameter 'style')", "ArgumentException")
    if style & _BASED and not whole:
        raise Refused(_NOT_OF_REALS, "ArgumentException")
    if style & _BASED and (style & ~_BASED & ~_WHITE_AROUND or style & _BASED == _BASED):
        raise Refused(_ALONE, "ArgumentException")
    if style & _BASED:
        return _based(text, style, kind)
    read = _Reader(text, style, current()).number()
    if read is None:
        named = None if whole or kind == "System.Decimal" else _named(text.strip(_WHITE), current())
        if named is None:
            raise Refused(f"The input string '{text}' was not in a correct format.", "FormatException")
        return named if kind == "System.Double" else Single(named)
    return _whole(read, kind) if whole else _real(read, kind)


_ALONE: Final = (
    "With the AllowHexSpecifier or AllowBinarySpecifier bit set in the enum bit field, the only other valid bits that "
    "can be combined into the enum value must be AllowLeadingWhite and AllowTrailingWhite. (Parameter 'style')"
)
_NOT_OF_REALS: Final = (
    "The number styles AllowHexSpecifier and AllowBinarySpecifier are not supported on floating point data types. "
    "(Parameter 'style')"
)


def _based(text: str, style: int, kind: str) -> object:
    """A number of base 16 or 2, as many bits as the type has."""
    base, digits = (16, "0-9A-Fa-f") if style & _BITS["AllowHexSpecifier"] else (2, "01")
    before = f"[{_WHITE}]*" if style & _BITS["AllowLeadingWhite"] else ""
    behind = f"[{_WHITE}]*" if style & _BITS["AllowTrailingWhite"] else ""
    found = re.fullmatch(f"{before}([{digits}]+){behind}\0*", text)
    if found is None:
        raise Refused(f"The input string '{text}' was not in a correct format.", "FormatException")
    number, name = int(found[1], base), kind.rpartition(".")[2]
    bits = BITS[name]
    if number >= 2**bits:
        too_large(name)
    of_kind = INTEGERS[kind]
    return of_kind(number if fits(of_kind, number) else number - 2**bits)


def _whole(read: Decimal, kind: str) -> object:
    of_kind, name = INTEGERS[kind], kind.rpartition(".")[2]
    if read.adjusted() > len(str(2**64)) or read != read.to_integral_value() or not fits(of_kind, int(read)):
        raise Refused(f"{TOO_LARGE} for {RANGES[name]}.", OVERFLOW)
    return of_kind(int(read))


def _real(read: Decimal, kind: str) -> object:
    if kind == "System.Double":
        return float(read)
    if kind == "System.Single":
        return Single(float(read))
    made = read_decimal(read)
    if made is None:
        raise Refused(f"{TOO_LARGE} for a Decimal.", OVERFLOW)
    return made


def _named(text: str, culture: Culture) -> float | None:
    """What is no number of digits, and is told by a word of the culture's."""
    words = {culture.infinity: float("inf"), culture.minus_infinity: -float("inf"), culture.nan: float("nan")}
    folded = {word.lower(): value for word, value in words.items()}
    if text.lower() in folded:
        return folded[text.lower()]
    for sign, those in ((culture.plus, (culture.infinity, culture.nan)), (culture.minus, (culture.nan,))):
        rest = text.removeprefix(sign).lower() if text.startswith(sign) else ""
        for word in those:
            if rest and rest == word.lower():
                return words[word]
    return None


class _Reader:
    """A text that is read from its beginning. left: what is still to be read."""

    def __init__(self, text: str, style: int, culture: Culture) -> None:
        self.left, self.style, self.culture = text, style, culture
        self.sign = self.parenthesis = self.currency = False
        self.negative = False
        money = style & _BITS["AllowCurrencySymbol"]
        self.symbol = culture.currency_sign if money else ""
        self.money = bool(money)
        self.decimal = culture.currency_decimal if money else culture.decimal
        self.group = culture.currency_group if money else culture.group

    def allows(self, name: str) -> bool:
        return bool(self.style & _BITS[name])

    def number(self) -> Decimal | None:
        """The number, None where the text is none in this style."""
        self._before()
        digits = list(self._digits())
        if not any(one.isdigit() for one in digits):
            return None
        power = self._power()
        self._behind()
        if self.parenthesis or self.left.strip("\0"):
            return None
        told = "".join(digits)
        return Decimal(f"{'-' if self.negative else ''}{told}E{power}")

    def _before(self) -> None:
        while self.left:
            spaced = self.left[0] in _WHITE and self.allows("AllowLeadingWhite")
            if spaced and not (self.sign and not self.currency):  # a sign stands right before its number
                self.left = self.left[1:]
            elif self.allows("AllowLeadingSign") and not self.sign and self._signed():
                continue
            elif self.left[0] == "(" and self.allows("AllowParentheses") and not self.sign:
                self.sign = self.parenthesis = self.negative = True
                self.left = self.left[1:]
            elif self.symbol and self._takes(self.symbol):
                self.currency, self.symbol = True, ""
            else:
                break

    def _digits(self) -> Iterator[str]:
        seen = point = False
        while self.left:
            first = self.left[0]
            if first.isascii() and first.isdigit():
                seen = True
                self.left = self.left[1:]
                yield first
            elif self.allows("AllowDecimalPoint") and not point and self._takes_of(self.decimal, self.culture.decimal):
                point = True
                yield "."
            elif not (
                self.allows("AllowThousands") and seen and not point and self._takes_of(self.group, self.culture.group)
            ):
                break

    def _takes_of(self, sign: str, of_number: str) -> bool:
        """Whether a separator stands there; that of plain numbers does for an amount without its symbol too."""
        return self._takes(sign) or (self.money and not self.currency and self._takes(of_number))

    def _power(self) -> int:
        if not (self.allows("AllowExponent") and self.left[:1] in ("e", "E")):
            return 0
        kept, self.left = self.left, self.left[1:]
        minus = not self._takes(self.culture.plus) and self._takes_minus()
        found = re.match("[0-9]+", self.left)
        if found is None:
            self.left = kept
            return 0
        self.left = self.left[found.end() :]
        power = min(int(found[0]), _MOST_POWER)
        return -power if minus else power

    def _behind(self) -> None:
        while self.left:
            if self.left[0] in _WHITE and self.allows("AllowTrailingWhite"):
                self.left = self.left[1:]
            elif self.allows("AllowTrailingSign") and not self.sign and self._signed():
                continue
            elif self.left[0] == ")" and self.parenthesis:
                self.parenthesis = False
                self.left = self.left[1:]
            elif self.symbol and self._takes(self.symbol):
                self.symbol = ""
            else:
                break

    def _signed(self) -> bool:
        if self._takes(self.culture.plus):
            self.sign = True
        elif self._takes_minus():
            self.sign = self.negative = True
        return self.sign

    def _takes_minus(self) -> bool:
        return self._takes(self.culture.minus) or (self.culture.minus in _MINUSES and self._takes("-"))

    def _takes(self, sign: str) -> bool:
        """Read a sign where it stands next."""
        there = self.left[: len(sign)]
        if not sign or (there != sign and there != sign.translate(_SPACES)):
            return False
        self.left = self.left[len(sign) :]
        return True


_MINUSES: Final = "\u2012\u207b\u208b\u2212\u2796\ufe63\uff0d"
"""Signs of a minus for which a hyphen does."""
