"""Arithmetic: `+ - * / %`, the bit operators, `..`, and unary minus, by the type of the left operand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from typing import Final

from lync_magic.clixml import Char, EnumValue, ObjectLike, TimeSpan, Uri, Version, ticks_of
from lync_magic.language.values.collections import NOTHING, ArrayList, Hashtable, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import enum_number, enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError, ambiguous, no_method
from lync_magic.language.values.moment_members import add_ticks, ticks_of_date
from lync_magic.language.values.numbers import INT32, INT64, Int64, SizedInt, UInt32, UInt64, fits
from lync_magic.language.values.numeric import (
    Number,
    as_number,
    bad_number,
    number_of_text,
    round_half_even,
    to_int,
    to_number,
)
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, type_of

_OPERATION_NAMES: Final = {
    "+": "op_Addition", "-": "op_Subtraction", "*": "op_Multiply", "/": "op_Division", "%": "op_Modulus",
}  # fmt: skip
MAX_RANGE: Final = 50_000_000
_DECIMAL: Final = Context(prec=29)


_PLAIN: Final = frozenset({int, str, float, bool, type(None), Decimal, datetime})


def _unwrapped(value: object) -> object:
    if type(value) in _PLAIN:
        return value
    if value is NOTHING:
        return None
    if isinstance(value, ObjectLike) and isinstance(
        value.base, str | int | float | Decimal | datetime | timedelta | dict | list
    ):
        return value.base
    return value


def binary(operator: str, left: object, right: object) -> object:
    """`left operator right`. Raises ScriptError in PowerShell's words."""
    kind = type(left)
    if kind is int and type(right) is int:  # nearly all there is in a loop
        return _integers(operator, left, right)  # type: ignore[arg-type]
    left, right = _unwrapped(left), _unwrapped(right)
    if left is None:
        return _from_null(operator, right)
    if operator == "+" and isinstance(left, dict):
        return _merged(left, right)
    if is_collection(left):
        return _on_list(operator, left, right)
    if isinstance(left, EnumValue):
        return _on_enum(operator, left, right)
    if isinstance(left, Char):
        return _on_char(operator, left, right)
    if isinstance(left, str) and type(left) is str:
        return _on_text(operator, left, right)
    if isinstance(left, datetime | timedelta):
        return _on_moment(operator, left, right)
    if isinstance(left, Version | Uri | str):
        raise no_method(type_of(left), _OPERATION_NAMES[operator])
    number = as_number(left)
    if number is None:
        raise no_method(_named(left), _OPERATION_NAMES[operator])
    return _on_number(operator, left, number, right)


def _named(value: object) -> str:
    return "System.Management.Automation.PSObject" if isinstance(value, ObjectLike) else type_of(value)


def _on_number(operator: str, left: object, number: Number, right: object) -> object:
    if isinstance(right, timedelta):
        if isinstance(left, bool | Char | float) and operator != "*":
            raise NotKnownHere(f"{type_of(left)} {operator} System.TimeSpan")
        ticks = round_half_even(number)
        match operator:
            case "*":
                return _scaled(right, float(number))
            case "+" | "-":
                return TimeSpan.of(ticks + (1 if operator == "+" else -1) * ticks_of(right))
            case "/":
                return _floats("/", float(ticks), float(ticks_of(right)))
        raise no_method("System.TimeSpan", _OPERATION_NAMES[operator])
    if isinstance(right, Char):
        return _numbers(operator, number, ord(right))
    if isinstance(right, Version | Uri):
        raise no_method(type_of(right), _OPERATION_NAMES[operator])
    if right is None or isinstance(right, str) or as_number(right) is not None:
        if isinstance(left, bool) and (operator == "*" or isinstance(right, Decimal)):
            raise NotKnownHere(f"System.Boolean {operator} {type_of(right) or 'null'}")
        return _numbers(operator, number, to_number(right, _wanted(left)))
    raise no_method(_named(right), _OPERATION_NAMES[operator])


def _wanted(left: object) -> str:
    """The type that a text to the right is said to be no number of."""
    name = type_of(left)
    return name if name in ("System.Double", "System.Decimal", "System.Int64") else "System.Int32"


def _on_enum(operator: str, left: EnumValue, right: object) -> object:
    """An enumeration's value counts as its number and stays of its type."""
    if isinstance(right, EnumValue | bool | int | str) or right is None:
        number: object = None
        if isinstance(right, str) and not isinstance(right, EnumValue | Char):
            found = number_of_text(right)
            number = enum_value(left.type_name, right).value if found is None else found
            if isinstance(number, float | Decimal):
                raise NotKnownHere(f"{left.type_name} {operator} {type_of(number)}")
        else:
            number = ord(right) if isinstance(right, Char) else as_number(right) or 0
        made = _integers(operator, left.value, to_int(number))
        if isinstance(made, int):
            return enum_number(left.type_name, made)
        return made
    if as_number(right) is not None:
        raise NotKnownHere(f"{left.type_name} {operator} {type_of(right)}")
    raise no_method(left.type_name, _OPERATION_NAMES[operator])


def _on_char(operator: str, left: Char, right: object) -> object:
    if operator == "+":
        return str(left) + to_text(right)
    if operator == "*":
        name = type_of(right) or "null"
        message = f"The operation '[System.Char] * [{name}]' is not defined."
        raise ScriptError(message, "NotADefinedOperationForType", "InvalidOperation", target=left)
    return _on_number(operator, left, ord(left), right)


def _from_null(operator: str, right: object) -> object:
    if operator == "+":
        return right
    if isinstance(right, Version | Uri) and operator not in "*-":
        raise no_method(type_of(right), _OPERATION_NAMES[operator])
    if isinstance(right, timedelta) and operator in "/%":
        raise NotKnownHere(f"null {operator} System.TimeSpan")
    if operator == "-":
        return None if right is None else negate(right)
    if isinstance(right, Char):
        right = ord(right)
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
        return items * _times(right)
    raise no_method(type_of([] if isinstance(left, ArrayList) else left), _OPERATION_NAMES[operator])


def _times(right: object) -> int:
    if isinstance(right, Version | Uri):
        raise NotKnownHere(f"repeating by a {type_of(right)}")
    count = ord(right) if isinstance(right, Char) else to_int(right)
    if count < 0:
        message = f"times ('{count}') must be a non-negative value. (Parameter 'times')\nActual value was {count}."
        error_id, exception = "System.ArgumentOutOfRangeException", "ArgumentOutOfRangeException"
        raise ScriptError(message, error_id, "OperationStopped", exception=exception)
    return count


def _on_text(operator: str, left: str, right: object) -> object:
    if operator == "+":
        return left + to_text(right)
    if operator == "*":
        return left * _times(right)
    number = number_of_text(left)
    if number is None:
        wanted = type_of(right) if isinstance(right, float | Decimal) else "System.Int32"
        raise bad_number(left, wanted)
    if isinstance(right, timedelta):
        raise NotKnownHere(f"System.String {operator} System.TimeSpan")
    if is_collection(right):
        raise no_method(type_of(right), _OPERATION_NAMES[operator])
    return _on_number(operator, number, number, right)


def _on_moment(operator: str, left: datetime | timedelta, right: object) -> object:
    sign = 1 if operator == "+" else -1
    number = None if isinstance(right, bool) else as_number(right)
    if isinstance(left, datetime):
        if isinstance(right, datetime) and operator == "-":
            return TimeSpan.of(ticks_of_date(left) - ticks_of_date(right))
        if (operator == "+" and isinstance(right, timedelta | str)) or (
            operator == "-" and isinstance(right, timedelta)
        ):
            return add_ticks(left, sign * ticks_of(_span(right)))
        if operator == "+" and number is not None:
            return add_ticks(left, round_half_even(number))
        if operator == "-" and (number is not None or isinstance(right, str)):
            raise ambiguous("op_Subtraction", 2)
    else:
        if operator in "+-" and (isinstance(right, timedelta | str) or number is not None):
            ticks = ticks_of(_span(right)) if isinstance(right, timedelta | str) else round_half_even(number or 0)
            return TimeSpan.of(ticks_of(left) + sign * ticks)
        if isinstance(right, timedelta) and operator == "/":
            return _floats("/", float(ticks_of(left)), float(ticks_of(right)))
        if number is not None and operator in "*/":
            return _scaled(left, float(number) if operator == "*" else 1 / float(number))
        if isinstance(right, datetime) and operator == "+":
            return add_ticks(right, ticks_of(left))
    if (operator in "*/%" and isinstance(left, datetime)) or operator == "%":
        raise no_method(type_of(left), _OPERATION_NAMES[operator])
    raise NotKnownHere(f"{type_of(left)} {operator} {type_of(right) or 'null'}")


def _span(value: object) -> timedelta:
    made = convert(value, NetType("System.TimeSpan"))
    assert isinstance(made, timedelta)
    return made


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
                return _DECIMAL.add(left, right)
            case "-":
                return _DECIMAL.subtract(left, right)
            case "*":
                return _DECIMAL.multiply(left, right)
            case "/":
                return _trimmed(_DECIMAL.divide(left, right))
        return left % right
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        raise divide_by_zero() from None


def _trimmed(made: Decimal) -> Decimal:
    return made.normalize() if made != made.to_integral_value() else Decimal(int(made))


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


_RANKS: Final = ("SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64")


def _net(number: int) -> str:
    if isinstance(number, SizedInt):
        return number.net
    return "Int32" if INT32[0] <= number <= INT32[1] else "Int64" if INT64[0] <= number <= INT64[1] else "Big"


def _sized(made: int, left: int, right: int) -> object:
    """The result in the operands' common type, at least an Int32; a Double where it does not fit there."""
    if type(left) is int and type(right) is int and INT32[0] <= left <= INT32[1] and INT32[0] <= right <= INT32[1]:
        return made if INT32[0] <= made <= INT32[1] else float(made)
    first, second = _net(left), _net(right)
    if "Big" in (first, second):
        return made
    names = {first, second}
    if "UInt64" in names:
        wide: type[int] = UInt64
        if names & {"SByte", "Int16", "Int32", "Int64"} and min(left, right) < 0:
            wide = Int64
    elif "Int64" in names or (names == {"UInt32", "Int32"} and min(left, right) < 0):
        wide = Int64
    else:
        wide = UInt32 if "UInt32" in names else int
    if fits(wide, made):
        return wide(made)
    return float(made)


def negate(value: object) -> object:
    """`-value`."""
    value = _unwrapped(value)
    if isinstance(value, timedelta):
        return TimeSpan.of(-ticks_of(value))
    if isinstance(value, datetime):
        return TimeSpan.of(-ticks_of_date(value))
    if is_collection(value):
        raise no_method(type_of(value), "op_Subtraction")
    if isinstance(value, Char):
        return -ord(value)
    return _on_number("-", 0, 0, value)


def positive(value: object) -> object:
    """`+value`: a number of it."""
    value = _unwrapped(value)
    if isinstance(value, timedelta):
        return value
    if is_collection(value):
        raise no_method(type_of(value), "op_Addition")
    return _on_number("+", 0, 0, value)


# --- bits and ranges -------------------------------------------------------------------------------------------------

_BITS: Final[dict[str, Callable[[int, int], int]]] = {
    "band": lambda a, b: a & b,
    "bor": lambda a, b: a | b,
    "bxor": lambda a, b: a ^ b,
}
_BIT_NAMES: Final = {
    "band": "op_BitwiseAnd", "bor": "op_BitwiseOr", "bxor": "op_ExclusiveOr", "shl": "op_LeftShift",
    "shr": "op_RightShift",
}  # fmt: skip


def bits(operator: str, left: object, right: object) -> object:
    """`-band`, `-bor`, `-bxor`, `-shl`, `-shr`."""
    kind = left if isinstance(left, EnumValue) else None
    if operator in ("shl", "shr") and isinstance(left, bool):
        message = f"The operation '[System.Boolean] -{operator} [{type_of(right) or 'null'}]' is not defined."
        raise ScriptError(message, "NotADefinedOperationForType", "InvalidOperation", target=left)
    first, second = _bit_operand(left, operator), _bit_operand(right, operator)
    if operator in _BITS:
        real = any(isinstance(one, float | Decimal) for one in (first, second))
        low, high = round_half_even(first), round_half_even(second)
        made = _BITS[operator](low, high)
        if kind is not None:
            return enum_number(kind.type_name, made)
        if real:
            return UInt64(made) if made >= 0 else Int64(made)
        return _sized(
            made,
            low if not isinstance(first, SizedInt) else first,
            high if not isinstance(second, SizedInt) else second,
        )
    whole = round_half_even(first)
    wide = isinstance(first, Int64 | UInt64) or not INT32[0] <= whole <= INT32[1]
    width = 64 if wide else 32
    count = round_half_even(second) & (width - 1)
    if operator == "shr":
        made = whole >> count
    else:
        made = (whole << count) & ((1 << width) - 1)
        made = made - (1 << width) if made >> (width - 1) else made
    return Int64(made) if wide else made


def _bit_operand(value: object, operator: str) -> Number:
    value = _unwrapped(value)
    if isinstance(value, Char):
        return ord(value)
    number = 0 if value is None else as_number(value)
    if number is not None:
        return number
    if isinstance(value, str) and type(value) is str:
        return to_number(value)
    if operator in ("shl", "shr", "bnot"):
        convert(value, NetType("System.Int32"))
    raise no_method(_named(value), _BIT_NAMES.get(operator, "op_OnesComplement"))


def invert(value: object) -> object:
    """`-bnot value`."""
    if isinstance(value, EnumValue):
        return enum_number(value.type_name, ~value.value)
    number = _bit_operand(value, "bnot")
    if isinstance(number, Int64) or not INT32[0] <= number <= INT32[1]:
        return Int64(~round_half_even(number))
    return ~round_half_even(number)


def span(left: object, right: object) -> list[object]:
    """`left..right`."""
    letters = isinstance(left, str) and isinstance(right, str) and len(left) == 1 == len(right)
    if letters and not (str(left).isdigit() and str(right).isdigit()):
        first, last = ord(str(left)), ord(str(right))
        step = 1 if last >= first else -1
        return [Char(chr(code)) for code in range(first, last + step, step)]
    for one in (left, right):
        if isinstance(one, Version | Uri | EnumValue):
            raise NotKnownHere(f"a range with a {type_of(one)} as an end")
        if isinstance(one, str) and not isinstance(one, Char) and not re.fullmatch(r"\s*[+-]?\d+\s*", one):
            raise _no_bound(one)
    first, last = _bound(left), _bound(right)
    if abs(last - first) >= MAX_RANGE:
        raise NotKnownHere(f"a range of {abs(last - first) + 1} numbers")
    step = 1 if last >= first else -1
    return list(range(first, last + step, step))


def _no_bound(value: str) -> ScriptError:
    message = f"The input string '{value}' was not in a correct format."
    return ScriptError(message, "System.FormatException", "OperationStopped", exception="FormatException")


def _bound(value: object) -> int:
    try:
        number = to_int(ord(value) if isinstance(value, Char) else value)
    except ScriptError:
        if isinstance(value, str):
            raise _no_bound(value) from None
        raise
    if not INT32[0] <= number <= INT32[1]:
        message = "Value was either too large or too small for an Int32."
        error_id = "System.OverflowException"
        raise ScriptError(message, error_id, "OperationStopped", exception="OverflowException")
    return number
