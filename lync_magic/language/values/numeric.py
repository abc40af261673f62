"""To a truth value and to a number, with PowerShell's errors."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from lync_magic.clixml import (
    MISSING,
    Byte,
    Char,
    EnumValue,
    Int16,
    Int64,
    ObjectLike,
    SByte,
    UInt16,
    UInt32,
    UInt64,
    Uri,
    Version,
)
from lync_magic.language.lexer.numbers import NotANumber, scan
from lync_magic.language.values.collections import (
    NOTHING,
    KeyCollection,
    SwitchParameter,
    Unlisted,
    is_collection,
    items_of,
)
from lync_magic.language.values.failures import NotKnownHere, ScriptError, cannot_convert, cannot_convert_object
from lync_magic.language.values.noted import TEXTS
from lync_magic.language.values.text import net_text
from lync_magic.language.values.types import named_type_of

Number = int | float | Decimal
INTEGERS: Final[dict[str, type[int]]] = {
    "System.Int32": int, "System.Int64": Int64, "System.Int16": Int16, "System.SByte": SByte, "System.Byte": Byte,
    "System.UInt16": UInt16, "System.UInt32": UInt32, "System.UInt64": UInt64,
}  # fmt: skip
REALS: Final = ("System.Double", "System.Single", "System.Decimal")
WHOLE: Final = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)
"""A text that .NET reads as a whole number."""
_THOUSANDS = re.compile(r"\s*[+-]?[0-9][0-9,]*(\.[0-9]*)?\s*")


_HEX_OF_NOTHING: Final = re.compile("-?0x(l?)(?:[kmgtp]b)?", re.IGNORECASE)
"""What PowerShell reads as a hexadecimal number without digits."""
_NAMED_REALS: Final = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def to_bool(value: object) -> bool:
    """Whether a condition holds."""
    kind = type(value)
    if kind is bool or kind is int or kind in TEXTS:
        return bool(value)
    if value is None or value is NOTHING:
        return False
    if isinstance(value, EnumValue):
        return bool(value.value)
    if isinstance(value, Char):
        return value != "\0"
    if isinstance(value, str | int | float | Decimal):
        return bool(value)
    if isinstance(value, SwitchParameter):
        return value.on
    if isinstance(value, ObjectLike):
        return True if value.base is MISSING else to_bool(value.base)
    if isinstance(value, Unlisted) and not (isinstance(value, KeyCollection) and value.is_list):
        return True
    if is_collection(value):
        items = items_of(value)
        if len(items) != 1:
            return bool(items)
        return bool(items_of(items[0])) if is_collection(items[0]) else to_bool(items[0])
    return True


def number_of_text(text: str) -> Number | None:
    """The number a text stands for (`5`, `0x1F`, `1e3`, `1kb`, `1,234.5`, nothing for 0), or None."""
    stripped = text.strip()
    if not stripped:
        return 0
    if stripped in _NAMED_REALS:
        return _NAMED_REALS[stripped]
    bare = _HEX_OF_NOTHING.fullmatch(stripped)
    if bare is not None:
        return Int64(0) if bare[1] else 0
    if stripped[-1] in "nN" and stripped[:-1].isdecimal():
        raise NotKnownHere("a text that is a [bigint]")
    if _THOUSANDS.fullmatch(stripped):
        stripped = stripped.replace(",", "")
    try:
        found = scan(stripped, 0, len(stripped), expression=False, ternary=False)
    except NotANumber:
        return None
    if found is None or found[1] != len(stripped) or not isinstance(found[0], int | float | Decimal):
        return None
    return found[0]


def as_number(value: object) -> Number | None:
    """A value that is a number already, or is one to an operator (a truth value, an enum)."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, EnumValue):
        return value.value
    if isinstance(value, ObjectLike) and value.base is not MISSING:
        return as_number(value.base)
    return None


def to_number(value: object, type_name: str = "System.Int32") -> Number:
    """A value as an operand of arithmetic. Raises PowerShell's conversion error, naming `type_name`."""
    if value is None or value is NOTHING:
        return 0
    number = as_number(value)
    if number is not None:
        return number
    if isinstance(value, str) and not isinstance(value, Uri | Version):
        found = number_of_text(value)
        named = type(found) is float and not math.isfinite(found) and "e" not in value.lower()
        if found is None or (named and type_name not in ("System.Double", "System.Single")):
            raise bad_number(value, type_name)
        return found
    raise cannot_convert_object(net_text(value), named_type_of(value), type_name, "ConvertToFinalInvalidCastException")


def bad_number(text: str, type_name: str) -> ScriptError:
    """The error for a text that is no number."""
    why = f"The input string '{text.strip() if type_name in INTEGERS else text}' was not in a correct format."
    error_id = "InvalidCastFromStringToInteger" if type_name in INTEGERS else "InvalidCastFromStringToDoubleOrSingle"
    if type_name == "System.Decimal":
        error_id = "InvalidCastFromStringToDecimal"
    return cannot_convert(text, type_name, why, error_id)


def to_int(value: object) -> int:
    """A value as a whole number, rounded to even at the half."""
    return round_half_even(to_number(value))


def round_half_even(number: Number) -> int:
    """The nearest whole number; halves go to the even one."""
    if isinstance(number, Decimal):
        return int(number.to_integral_value(ROUND_HALF_EVEN))
    return round(number)
