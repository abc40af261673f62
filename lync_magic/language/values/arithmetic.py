"""Arithmetic: `+ - * / %`, the bit operators, `..`, and unary minus, by the type of the left operand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Final

from lync_magic.clixml import Char, ObjectLike, TimeSpan, ticks_of
from lync_magic.language.values.collections import NOTHING, ArrayList, Hashtable, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError, no_method
from lync_magic.language.values.moment_members import add_ticks
from lync_magic.language.values.numbers import INT32, INT64, Int64, SizedInt
from lync_magic.language.values.numeric import Number, as_number, to_int, to_number
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

_OPERATION_NAMES: Final = {
    "+": "op_Addition", "-": "op_Subtraction", "*": "op_Multiply", "/": "op_Division", "%": "op_Modulus",
}  # fmt: skip
MAX_RANGE: Final = 50_000_000


def _unwrapped(value: object) -> object:
    if value is NOTHING:
        return None
    if isinstance(value, ObjectLike) and isinstance(value.base, str | int | float | Decimal | datetime | timedelta):
        return value.base
    return value


def binary(operator: str, left: object, right: object) -> object:
    """`left operator right`. Raises ScriptError in PowerShell's words, NotKnownHere where the types are not known
    here."""
    left, right = _unwrapped(left), _unwrapped(right)
    if left is None:
        return _from_null(operator, right)
    if operator == "+" and isinstance(left, dict):
        return _merged(left, right)
    if is_collection(left):
        return _on_list(operator, left, right)
    if isinstance(left, Char):
        raise NotKnownHere("arithmetic on a [char]")
    if isinstance(left, str):
        return _on_text(operator, left, right)
    if isinstance(left, datetime | timedelta):
        return _on_moment(operator, left, right)
    number = as_number(left)
    if number is None:
        raise no_method(type_of(left), _OPERATION_NAMES[operator])
    if is_collection(right):
        raise no_method(type_of(right), _OPERATION_NAMES[operator])
    if isinstance(right, timedelta) and operator == "*":
        return _scaled(right, float(number))
    if isinstance(right, Char):
        raise NotKnownHere("arithmetic on a [char]")
    return _numbers(operator, number, to_number(right))


def _from_null(operator: str, right: object) -> object:
    if operator == "+":
        return right
    if operator == "-":
        return None if right is None else negate(right)
    return None if operator == "*" else _numbers(operator, 0, to_number(right))


def _merged(left: dict[object, object], right: object) -> object:
    if right is None:
        return left
    if not isinstance(right, dict):
        message = "A hash table can only be added to another hash table."
        raise ScriptError(message, "AddHashTableToNonHashTable", "InvalidOperation")
    merged = Hashtable(left.items())
    for key, value in right.items():
        if key in merged:
            message = (
                f"Item has already been added. Key in dictionary: '{to_text(key)}'  Key being added: '{to_text(key)}'"
            )
            raise ScriptError(message, "System.ArgumentException", "OperationStopped", exception="ArgumentException")
        merged[key] = value
    return merged


def _on_list(operator: str, left: object, right: object) -> object:
    items = list(items_of(left))
    if operator == "+":
        return [*items, *(items_of(right) if is_collection(right) else [right])]
    if operator == "*":
        return items * max(to_int(right), 0)
    raise no_method(type_of([] if isinstance(left, ArrayList) else left), _OPERATION_NAMES[operator])


def _on_text(operator: str, left: str, right: object) -> object:
    if operator == "+":
        return left + to_text(right)
    if operator == "*":
        return left * max(to_int(right), 0)
    return _numbers(operator, to_number(left), to_number(right))


def _on_moment(operator: str, left: datetime | timedelta, right: object) -> object:
    if isinstance(left, datetime):
        if isinstance(right, datetime) and operator == "-":
            if (left.tzinfo is None) != (right.tzinfo is None):
                left, right = left.replace(tzinfo=None), right.replace(tzinfo=None)
            return left - right
        if isinstance(right, int) and not isinstance(right, bool):
            return add_ticks(left, right if operator == "+" else -right)
        if isinstance(right, timedelta) and operator in "+-":
            return left + right if operator == "+" else left - right
    else:
        if isinstance(right, timedelta) and operator in "+-":
            sign = 1 if operator == "+" else -1
            return TimeSpan.of(ticks_of(left) + sign * ticks_of(right))
        if isinstance(right, timedelta) and operator == "/":
            return ticks_of(left) / ticks_of(right)
        number = as_number(right)
        if number is not None and operator in "*/":
            return _scaled(left, float(number) if operator == "*" else 1 / float(number))
        if isinstance(right, datetime) and operator == "+":
            return right + left
    raise NotKnownHere(f"{type_of(left)} {operator} {type_of(right)}")


def _scaled(span: timedelta, factor: float) -> timedelta:
    return TimeSpan.of(round(ticks_of(span) * factor))


# --- numbers ---------------------------------------------------------------------------------------------------------


def _numbers(operator: str, left: Number, right: Number) -> object:
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _decimals(operator, _decimal(left), _decimal(right))
    if isinstance(left, float) or isinstance(right, float):
        return _floats(operator, float(left), float(right))
    return _integers(operator, left, right)


def _decimal(number: Number) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def _decimals(operator: str, left: Decimal, right: Decimal) -> object:
    try:
        match operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                made = left / right
                return made.normalize() if made != made.to_integral_value() else Decimal(int(made))
        return left % right
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        raise divide_by_zero() from None


def divide_by_zero() -> ScriptError:
    """PowerShell's error for `1/0`."""
    return ScriptError(
        "Attempted to divide by zero.", "RuntimeException", "NotSpecified", inner="DivideByZeroException"
    )


def _floats(operator: str, left: float, right: float) -> float:
    try:
        match operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
        return math.fmod(left, right)
    except ZeroDivisionError:
        return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    except (ValueError, OverflowError):
        return math.nan


def _integers(operator: str, left: int, right: int) -> object:
    match operator:
        case "+":
            made = int(left) + int(right)
        case "-":
            made = int(left) - int(right)
        case "*":
            made = int(left) * int(right)
        case _:
            if right == 0:
                raise divide_by_zero()
            quotient, remainder = divmod(abs(int(left)), abs(int(right)))
            if operator == "/":
                if remainder:
                    return left / right
                made = quotient if (left < 0) == (right < 0) else -quotient
            else:
                made = -remainder if left < 0 else remainder
    return _sized(made, left, right)


def _sized(made: int, left: int, right: int) -> object:
    """The result in the wider of the operands' types, or a Double where it does not fit there."""
    wide = _is_wide(left) or _is_wide(right)
    limits = INT64 if wide else INT32
    if limits[0] <= made <= limits[1]:
        return Int64(made) if wide and INT32[0] <= made <= INT32[1] else made
    if not (INT64[0] <= left <= INT64[1] and INT64[0] <= right <= INT64[1]):
        return made
    return float(made)


def _is_wide(number: int) -> bool:
    if isinstance(number, SizedInt):
        return number.net in ("Int64", "UInt32", "UInt64")
    return not INT32[0] <= number <= INT32[1]


def negate(value: object) -> object:
    """`-value`."""
    value = _unwrapped(value)
    if isinstance(value, timedelta):
        return TimeSpan.of(-ticks_of(value))
    if is_collection(value):
        raise no_method(type_of(value), "op_UnaryNegation")
    return _numbers("-", 0, to_number(value))


def positive(value: object) -> object:
    """`+value`: a number of it."""
    return to_number(_unwrapped(value))


# --- bits and ranges -------------------------------------------------------------------------------------------------

_BITS: Final[dict[str, Callable[[int, int], int]]] = {
    "band": lambda a, b: a & b,
    "bor": lambda a, b: a | b,
    "bxor": lambda a, b: a ^ b,
}


def bits(operator: str, left: object, right: object) -> object:
    """`-band`, `-bor`, `-bxor`, `-shl`, `-shr`."""
    first, second = to_int(left), to_int(right)
    wide = not INT32[0] <= first <= INT32[1] or (isinstance(left, SizedInt) and left.net == "Int64")
    if operator in _BITS:
        return _BITS[operator](first, second)
    width = 64 if wide else 32
    second &= width - 1
    if operator == "shr":
        return first >> second
    made = (first << second) & ((1 << width) - 1)
    return made - (1 << width) if made >> (width - 1) else made


def invert(value: object) -> object:
    """`-bnot value`."""
    return ~to_int(value)


def span(left: object, right: object) -> list[object]:
    """`left..right`."""
    letters = isinstance(left, str) and isinstance(right, str) and len(left) == 1 == len(right)
    if letters and not (str(left).isdigit() and str(right).isdigit()):
        first, last = ord(str(left)), ord(str(right))
        step = 1 if last >= first else -1
        return [Char(chr(code)) for code in range(first, last + step, step)]
    first, last = _bound(left), _bound(right)
    if abs(last - first) >= MAX_RANGE:
        raise NotKnownHere(f"a range of {abs(last - first) + 1} numbers")
    step = 1 if last >= first else -1
    return list(range(first, last + step, step))


def _bound(value: object) -> int:
    try:
        return to_int(value)
    except ScriptError:
        if isinstance(value, str):
            message = f"The input string '{value}' was not in a correct format."
            error_id = "System.FormatException"
            raise ScriptError(message, error_id, "OperationStopped", exception="FormatException") from None
        raise
