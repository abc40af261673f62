"""Whole numbers as texts in a base, as .NET's ParseNumbers reads them, and what a converter of .NET's says of a text.

Rule of this file: a text is read in 32 or 64 bits, then as the type has it, so that `ff` in base 16 is -1 to an SByte.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from lync_magic.language.values.numbers import fits
from lync_magic.language.values.numeric import INTEGERS

TOO_LARGE: Final = "Value was either too large or too small"
OVERFLOW: Final = "OverflowException"
RANGES: Final = {
    "Byte": "an unsigned byte", "SByte": "a signed byte", "Int16": "an Int16", "Int32": "an Int32", "Int64": "an Int64",
    "UInt16": "a UInt16", "UInt32": "a UInt32", "UInt64": "a UInt64",
}  # fmt: skip


class Refused(Exception):
    """What a conversion throws. kind: the .NET exception's name."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.message, self.kind = message, kind


def too_large(kind: str) -> NoReturn:
    raise Refused(f"{TOO_LARGE} for {RANGES[kind]}.", OVERFLOW)


BITS: Final = {"Byte": 8, "SByte": 8, "Int16": 16, "UInt16": 16, "Int32": 32, "UInt32": 32, "Int64": 64, "UInt64": 64}
NO_TEXT: Final = (
    "Specified argument was out of the range of valid values. "
    "(Parameter 'Index was out of range. Must be non-negative and less than the size of the collection.')"
)


def of_base(text: str, base: int, kind: str) -> object:
    """`[Convert]::ToInt32('ff', 16)`, as .NET's ParseNumbers reads it: in 32 or 64 bits, then as the type has it."""
    if base not in (2, 8, 10, 16):
        raise Refused("Invalid Base.", "ArgumentException")
    if not text:
        raise Refused(NO_TEXT, "ArgumentOutOfRangeException")
    unsigned = kind.startswith("U") or kind == "Byte"
    if text[0] == "-" and base != 10:
        raise Refused("String cannot contain a minus sign if the base is not 10.", "ArgumentException")
    if text[0] == "-" and unsigned:
        message = "The string was being parsed as an unsigned number and could not have a negative sign."
        raise Refused(message, OVERFLOW)
    digits = text[1:] if text[0] in "+-" else text
    if base == 16 and digits[:2].lower() == "0x":
        digits = digits[2:]
    letters = "0123456789abcdef"[:base]
    read = re.match(f"[{letters}]*", digits, re.IGNORECASE)
    assert read is not None
    number = int(read[0], base) if read[0] else 0
    wide = 64 if kind.endswith("64") else 32
    if number >= 2**wide:
        too_large(f"UInt{wide}" if unsigned or base != 10 else f"Int{wide}")
    if not read[0]:
        raise Refused("Could not find any recognizable digits.", "FormatException")
    bits = BITS[kind]
    if base == 10 and not unsigned and number > 2 ** (wide - 1) - (text[0] != "-" and bits == wide):
        too_large(f"Int{wide}")
    if len(read[0]) < len(digits):
        raise Refused("Additional non-parsable characters are at the end of the string.", "FormatException")
    number = -number if text[0] == "-" else number
    if not unsigned and base != 10 and 2 ** (bits - 1) <= number < 2**bits:
        number -= 2**bits
    of_kind = INTEGERS[f"System.{kind}"]
    if not fits(of_kind, number):
        too_large(kind)
    return of_kind(number)


_HEXADECIMAL: Final = re.compile(r"\s*(?:#|0x|&h)(.*?)\s*", re.IGNORECASE | re.DOTALL)


def of_hexadecimal(text: str, kind: str) -> object | None:
    """`[int]'0xff'`, also `#ff` and `&hff`, as .NET's converters of whole numbers read it; None for another text.

    Raises Refused.
    """
    found = _HEXADECIMAL.fullmatch(text)
    return None if found is None else of_base(found[1], 16, kind)
