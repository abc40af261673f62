"""The bit operators `-band -bor -bxor -bnot -shl -shr`, and `..`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from lync_magic.clixml import INT32, Char, EnumValue, Int64, SizedInt, UInt32, UInt64
from lync_magic.language.values.arithmetic import (
    is_numeric,
    is_text,
    plain_number,
    text_as_number,
    unwrapped,
    without_texts,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import enum_number
from lync_magic.language.values.failures import NotKnownHere, ScriptError, no_cast, no_operator
from lync_magic.language.values.net_operators import implicit, is_primitive
from lync_magic.language.values.number_operations import sized
from lync_magic.language.values.numbers import fits
from lync_magic.language.values.numeric import WHOLE, Number, round_half_even
from lync_magic.language.values.types import NetType, bound_type_of

MAX_RANGE: Final = 50_000_000
_BITS: Final[dict[str, Callable[[int, int], int]]] = {
    "band": lambda a, b: a & b,
    "bor": lambda a, b: a | b,
    "bxor": lambda a, b: a ^ b,
}
_NAMES: Final = {
    "band": "op_BitwiseAnd", "bor": "op_BitwiseOr", "bxor": "op_ExclusiveOr", "shl": "op_LeftShift",
    "shr": "op_RightShift",
}  # fmt: skip


def bits(operator: str, left: object, right: object) -> object:
    """`-band`, `-bor`, `-bxor`, `-shl`, `-shr`. Raises ScriptError in PowerShell's words."""
    left, right = unwrapped(left), unwrapped(right)
    if operator not in _BITS:
        return 0 if left is None else _shifted(operator, left, right)
    left, right = without_texts(left, right)
    if _counts(left) and _counts(right):
        return _combined(operator, left, right)
    real = isinstance(left, float | Decimal) or isinstance(right, float | Decimal)
    if real and not isinstance(left, datetime) and not isinstance(right, datetime):
        message = "Object reference not set to an instance of an object."
        error_id, exception = "System.NullReferenceException", "NullReferenceException"
        raise ScriptError(message, error_id, "OperationStopped", exception=exception)
    return implicit(_NAMES[operator], f"-{operator}", left, right)


def _counts(value: object) -> bool:
    return value is None or is_numeric(value) or is_primitive(value)


def _combined(operator: str, left: object, right: object) -> object:
    first, second = plain_number(left), plain_number(right)
    if isinstance(first, float) or isinstance(second, float):
        first, second = float(first), float(second)
    low, high = round_half_even(first), round_half_even(second)
    if max(low, high) >= 2**64:
        raise NotKnownHere(f"-{operator} of a number beyond an UInt64")
    made = _BITS[operator](low, high)
    if isinstance(first, float | Decimal) or isinstance(second, float | Decimal):
        return UInt64(made) if min(low, high) >= 0 else Int64(made)
    if isinstance(left, EnumValue):
        return enum_number(left.type_name, (made - INT32[0]) % 2**32 + INT32[0])
    kinds = {type(first), type(second)}
    if UInt64 in kinds:
        return UInt64(made & (2**64 - 1))
    if UInt32 in kinds and not kinds & {Int64, UInt64}:
        return UInt32(made & (2**32 - 1))
    return sized(
        made,
        low if not isinstance(first, SizedInt) else first,
        high if not isinstance(second, SizedInt) else second,
    )


def _shifted(operator: str, left: object, right: object) -> object:
    left, right = without_texts(left, right)
    if is_numeric(left):
        count = _count(left, right)
        if isinstance(left, EnumValue):
            name = "LeftShift" if operator == "shl" else "RightShift"
            raise no_operator(name, left.type_name, "System.Int32")
        made = _shift(operator, plain_number(left), count)
        return _as_small(made, left) if isinstance(left, SizedInt) else made
    return implicit(_NAMES[operator], f"-{operator}", left, right)


def _count(left: object, right: object) -> int:
    if isinstance(right, datetime) and not (is_numeric(left) and not isinstance(left, EnumValue)):
        return 0  # .NET says first that the operator is not defined
    made = convert(0 if right is None else right, NetType("System.Int32"))
    assert isinstance(made, int)
    return made


def _shift(operator: str, number: Number, count: int) -> object:
    whole = round_half_even(number)
    wide = isinstance(number, Int64 | UInt64) or not INT32[0] <= whole <= INT32[1]
    width = 64 if wide else 32
    count &= width - 1
    if operator == "shr":
        made = whole >> count
    else:
        made = (whole << count) & ((1 << width) - 1)
        made = made - (1 << width) if made >> (width - 1) else made
    return Int64(made) if wide else made


def _as_small(made: object, left: SizedInt) -> object:
    """A result cut to the bits of the type that was shifted."""
    assert isinstance(made, int)
    kind = type(left)
    width = (kind.limits[1] - kind.limits[0]).bit_length()
    low = made & ((1 << width) - 1)
    return kind(low if fits(kind, low) else low - (1 << width))


def invert(value: object) -> object:
    """`-bnot value`."""
    value = unwrapped(value)
    if isinstance(value, EnumValue):
        return enum_number(value.type_name, ~value.value)
    if is_text(value):
        value = text_as_number(value, 0)
    number = plain_number(value if _counts(value) else convert(value, NetType("System.Int32")))
    if isinstance(number, UInt32 | UInt64):
        return type(number)(~number & number.limits[1])
    if isinstance(number, Int64) or not INT32[0] <= number <= INT32[1]:
        return Int64(~round_half_even(number))
    return ~round_half_even(number)


def span(left: object, right: object) -> list[object]:
    """`left..right`: characters where both ends are one, else whole numbers."""
    left, right = unwrapped(left), unwrapped(right)
    letters = isinstance(left, str) and isinstance(right, str) and len(left) == 1 == len(right)
    if letters and not any(is_text(one) and str(one).isdigit() for one in (left, right)):
        first, last = ord(str(left)), ord(str(right))
        step = 1 if last >= first else -1
        return [Char(chr(code)) for code in range(first, last + step, step)]
    numbers = _numbers(left, right)
    if len(numbers) > MAX_RANGE:
        raise NotKnownHere(f"a range of {len(numbers)} numbers")
    return list(numbers)


def drawn(left: object, right: object) -> Sequence[object]:
    """`left..right` where its items are asked for one by one: one of many numbers is not made whole."""
    left, right = unwrapped(left), unwrapped(right)
    if isinstance(left, int) and isinstance(right, int | float) and abs(right - left) >= MAX_RANGE:
        return _numbers(left, right)
    return span(left, right)


def _numbers(left: object, right: object) -> range:
    first, last = _bound(left), _bound(right)
    step = 1 if last >= first else -1
    return range(first, last + step, step)


def _bound(value: object) -> int:
    """An end of a range, as .NET's Convert.ToInt32 has it."""
    if value is None:
        return 0
    if isinstance(value, datetime):
        message = "Invalid cast from 'DateTime' to 'Int32'."
        raise ScriptError(message, "System.InvalidCastException", "OperationStopped", exception="InvalidCastException")
    if is_text(value):
        if not WHOLE.fullmatch(str(value)):
            message = f"The input string '{value}' was not in a correct format."
            raise ScriptError(message, "System.FormatException", "OperationStopped", exception="FormatException")
        value = int(str(value))
    if not _counts(value):
        raise no_cast(bound_type_of(value).rpartition("+")[2], "System.IConvertible")
    exact = plain_number(value)
    number = round_half_even(exact) if math.isfinite(exact) else None
    if number is None or not INT32[0] <= number <= INT32[1]:
        message = "Value was either too large or too small for an Int32."
        error_id = "System.OverflowException"
        raise ScriptError(message, error_id, "OperationStopped", exception="OverflowException")
    return number
