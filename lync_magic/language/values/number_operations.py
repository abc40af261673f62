"""`+ - * / %` of two numbers: in which type .NET works them out, and where it overflows to a Double."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation
from typing import Final

from lync_magic.clixml import INT32, INT64, Int64, Single, SizedInt, UInt32, UInt64
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.numbers import fits
from lync_magic.language.values.numeric import Number

_EXACT: Final = Context(prec=80)
_MAX_PLACES: Final = 28
_LIMIT: Final = 2**96


def of_numbers(operator: str, left: Number, right: Number) -> object:
    """`left operator right` of two numbers: decimals before reals before whole numbers."""
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return decimals(operator, _decimal(left), _decimal(right))
    if isinstance(left, float) or isinstance(right, float):
        return floats(operator, float(left), float(right))
    return integers(operator, left, right)


def _decimal(number: Number) -> Decimal:
    return decimal_of_real(number) if isinstance(number, float) else Decimal(number)


def decimal_of_real(number: float) -> Decimal:
    """A Double as a System.Decimal: its first 15 digits (7 of a Single), at most 28 places, no zeros at the end.

    Raises ScriptError for what a Decimal does not hold.
    """
    if not abs(number) < _LIMIT:
        message = "Value was either too large or too small for a Decimal."
        raise ScriptError(message, "System.OverflowException", "OperationStopped", exception="OverflowException")
    made = Decimal(f"{number:.{7 if isinstance(number, Single) else 15}g}")
    return _trimmed(_fitted(made))


def alike(left: Number, right: Number) -> tuple[Number, Number]:
    """Two numbers to be compared, in one type: Decimal before Double (unless it cannot hold the other) before whole
    numbers."""
    try:
        if isinstance(left, Decimal) and isinstance(right, float):
            return left, decimal_of_real(float(right))
        if isinstance(left, float) and isinstance(right, Decimal):
            return decimal_of_real(float(left)), right
    except ScriptError:
        return float(left), float(right)
    if isinstance(left, float) or isinstance(right, float):
        return float(left), float(right)
    return left, right


def decimals(operator: str, left: Decimal, right: Decimal) -> object:
    """The same of two System.Decimal."""
    try:
        match operator:
            case "+":
                return _fitted(_EXACT.add(left, right))
            case "-":
                return _fitted(_EXACT.subtract(left, right))
            case "*":
                return _fitted(_EXACT.multiply(left, right))
            case "/":
                made = _trimmed(_fitted(_EXACT.divide(left, right)))
                return _at_least(made, _places(left) - _places(right)) if made or not left else made
        return left if abs(left) < abs(right) else _EXACT.remainder(left, right) + 0
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        raise divide_by_zero() from None


def _fitted(made: Decimal) -> Decimal:
    """A number as the 96 bits and the 28 decimal places of a System.Decimal hold it."""
    exponent = made.as_tuple().exponent
    assert isinstance(exponent, int)
    places = min(-exponent, _MAX_PLACES) if exponent < 0 else 0
    for scale in range(places, -1, -1):
        fitted = made.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_EVEN, _EXACT)
        if abs(int(fitted.scaleb(scale, _EXACT))) < _LIMIT:
            return fitted
    message = "Value was either too large or too small for a Decimal."
    raise ScriptError(message, "RuntimeException", "NotSpecified", inner="OverflowException")


def _places(number: Decimal) -> int:
    """How many digits stand behind its point, zeros at its end among them."""
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _at_least(made: Decimal, places: int) -> Decimal:
    """The number with that many digits behind its point, where it has fewer and holds as many."""
    return _fitted(made.quantize(Decimal(1).scaleb(-places), context=_EXACT)) if places > _places(made) else made


def _trimmed(made: Decimal) -> Decimal:
    return made.normalize(_EXACT) if made != made.to_integral_value() else Decimal(int(made))


def divide_by_zero() -> ScriptError:
    """PowerShell's error for `1/0`."""
    return ScriptError(
        "Attempted to divide by zero.", "RuntimeException", "NotSpecified", inner="DivideByZeroException"
    )


def floats(operator: str, left: float, right: float) -> float:
    """The same of two System.Double; what Python calls an error is an infinity or no number."""
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


def integers(operator: str, left: int, right: int) -> object:
    """The same of two whole numbers; a quotient that is not whole is a Double, as is what fits in no common type."""
    if (type(left) is UInt64 or type(right) is UInt64) and min(left, right) < 0:
        return decimals(operator, Decimal(int(left)), Decimal(int(right)))
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
    told = sized(made, left, right)
    if type(told) is not float:
        return told
    small = INT32[0] <= min(left, right) and max(left, right) < 2**32
    return floats(operator, float(left), float(right)) if operator != "*" or small else _cut(made)


def _cut(number: int) -> float:
    """A product of 64 bits that is too large, as a Double: .NET's BigInteger leaves off what does not fit."""
    rest = max(abs(number).bit_length() - 53, 0)
    return math.copysign(float(abs(number) >> rest << rest), number)


def _net(number: int) -> str:
    if isinstance(number, SizedInt):
        return number.net
    return "Int32" if INT32[0] <= number <= INT32[1] else "Int64" if INT64[0] <= number <= INT64[1] else "Big"


def sized(made: int, left: int, right: int) -> object:
    """The result in the operands' common type, at least an Int32; a Double where it does not fit there."""
    if type(left) is int and type(right) is int and INT32[0] <= left <= INT32[1] and INT32[0] <= right <= INT32[1]:
        return made if INT32[0] <= made <= INT32[1] else float(made)
    first, second = _net(left), _net(right)
    if "Big" in (first, second):
        return made
    names = {first, second}
    if "UInt64" in names:
        wide: type[int] = UInt64
    elif "Int64" in names or ("UInt32" in names and min(left, right) < 0):
        wide = Int64
    else:
        wide = UInt32 if "UInt32" in names else int
    if fits(wide, made):
        return wide(made)
    return float(made)
