"""The static methods of `[math]` and `[string]`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any, Final, NoReturn

from lync_magic.clixml import INT32, Char, EnumValue, Int64, ObjectLike, Single, SizedInt
from lync_magic.language.values.collections import (
    ArrayList,
    Dictionary,
    GenericList,
    KeyCollection,
    entries_of,
    is_bare,
    is_collection,
    items_of,
)
from lync_magic.language.values.culture import CultureValue, in_told
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    ambiguous,
    call_failed,
    must_be,
    need_room,
    null_argument,
)
from lync_magic.language.values.formatting import format_called
from lync_magic.language.values.methods import Method, argument_failed, method, real
from lync_magic.language.values.net_objects import Queue
from lync_magic.language.values.numeric import Number, as_number, to_bool, to_int, to_number
from lync_magic.language.values.text import compare_as_culture, compare_text, local_text, net_text, to_text
from lync_magic.language.values.text_methods import TEXT_METHODS
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.units import units, whole

Static = Method[None]
_WIDE: Final = Context(prec=1200, Emax=999_999, Emin=-999_999)


def _number(value: object, name: str) -> Number:
    if isinstance(value, Char):
        return ord(value)
    number = as_number(value)
    return number if number is not None else real(value, _FIRST.get(name, "value"), name)


_FIRST: Final = {"Round": "a", "Ceiling": "a", "Floor": "d", "Truncate": "d"}
"""What .NET calls the argument of a function."""


_MODES: Final = ("ToEven", "AwayFromZero", "ToZero", "ToNegativeInfinity", "ToPositiveInfinity")
_ROUNDINGS: Final = (ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_DOWN, ROUND_FLOOR, ROUND_CEILING)
_MOST_DIGITS: Final = {float: 15, Decimal: 28}


def _mode(value: object) -> int | None:
    text = to_text(value).lower()
    return next((place for place, name in enumerate(_MODES) if name.lower() == text), None)


def _digits(text: str, value: Number) -> None:
    """A text that stands second is a number of digits, the name of a rounding too. Raises PowerShell's error."""
    try:
        to_int(text)
    except ScriptError as bad:
        parameter = "digits" if isinstance(value, float) else "decimals"
        raise argument_failed(parameter, text, "Round", "System.Int32", bad) from None


def _round(_none: None, arguments: Sequence[object]) -> object:
    value = _number(arguments[0], "Round")
    rest = list(arguments[1:])
    mode = 0
    if len(rest) == 1 and type(rest[0]) is str:
        _digits(rest[0], value)
    if rest and isinstance(rest[-1], str) and not rest[-1].isdecimal():
        told = _mode(rest[-1])
        if told is None:
            raise NotKnownHere(f"the rounding {to_text(rest[-1])}")
        mode = told
        rest.pop()
    elif len(rest) == 2:
        mode = to_int(rest.pop())
    digits = to_int(rest[0]) if rest else 0
    if isinstance(value, int):
        value = Decimal(int(value))
    most = 28 if isinstance(value, Decimal) else 15
    if not 0 <= digits <= most:
        message = f"Rounding digits must be between 0 and {most}, inclusive. (Parameter 'digits')"
        if isinstance(value, Decimal):
            message = "Decimal can only round to between 0 and 28 digits of precision. (Parameter 'decimals')"
        call_failed("Round", len(arguments), message, "ArgumentOutOfRangeException")
    if isinstance(value, float):
        if not math.isfinite(value):
            return value
        power = 10.0**digits
        scaled = value * power  # as .NET does it: what the multiplication makes of the number is rounded
        if abs(value) >= 1e16 or not math.isfinite(scaled):
            return value
        return math.copysign(float(Decimal(scaled).to_integral_value(_ROUNDINGS[mode])) / power, value)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return value
    return value.quantize(Decimal(1).scaleb(-digits), _ROUNDINGS[mode], _WIDE)


def _keep(name: str, call: Callable[[Any], Any]) -> Static:
    """A function of one number that keeps the kind of the number (Abs)."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        value = _number(arguments[0], name)
        if isinstance(value, int) and value == (value.limits if isinstance(value, SizedInt) else INT32)[0] != 0:
            message = "Negating the minimum value of a twos complement number is invalid."
            call_failed(name, 1, message, "OverflowException")
        made = call(value)
        return type(value)(made) if isinstance(value, SizedInt | Single) else made

    return method(1)(run)


_PARAMETER: Final = {
    "Sin": "a",
    "Tan": "a",
    "Log2": "x",
    "Pow": "x",
    "Log": "a",
    "Atan2": "y",
    "Sinh": "value",
    "Cosh": "value",
    "Tanh": "value",
}


def _called(name: str, place: int, count: int) -> str:
    """What .NET calls an argument of a function of real numbers."""
    if name == "Log":
        return ("d" if count == 1 else "a") if place == 0 else "newBase"
    if place:
        return {"Pow": "y", "Atan2": "x"}.get(name, "d")
    return _PARAMETER.get(name, "d")


def _real(name: str, call: Callable[..., float], least: int = 1, most: int | None = None) -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        try:
            told = [real(item, _called(name, place, len(arguments)), name) for place, item in enumerate(arguments)]
            return float(call(*told))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return method(least, most)(run)


def _logarithm(value: float, base: float | None = None) -> float:
    """`[math]::Log`, as .NET asks of its arguments in turn."""
    if base is None:
        return -math.inf if value == 0 else math.log(value)
    if value != value or base != base:
        return math.nan
    if base == 1 or (value != 1 and (base == 0 or base == math.inf)):
        return math.nan
    whole, other = _logarithm(value), _logarithm(base)
    return whole / other if other else math.nan


def _power(value: float, exponent: float) -> float:
    if value == 0 and exponent < 0:
        return math.copysign(math.inf, value) if exponent % 2 == 1 else math.inf
    try:
        made = value**exponent
    except OverflowError:
        if not exponent.is_integer():
            return math.nan if value < 0 else math.inf
        return -math.inf if value < 0 and exponent % 2 == 1 else math.inf
    return math.nan if isinstance(made, complex) else made


def _sinh(value: float) -> float:
    try:
        return math.sinh(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _sign(_none: None, arguments: Sequence[object]) -> object:
    value = _number(arguments[0], "Sign")
    if value != value:
        message = "Function does not accept floating point Not-a-Number values."
        call_failed("Sign", 1, message, "ArithmeticException")
    return (value > 0) - (value < 0)


def _whole(name: str, call: Callable[[Any], int]) -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        value = _number(arguments[0], name)
        if isinstance(value, float):
            return math.copysign(float(call(value)), value) if math.isfinite(value) else value
        return Decimal(call(value))

    return method(1)(run)


def _of_one_overload(name: str, arguments: Sequence[object]) -> tuple[Number, Number]:
    """Two numbers; what is none (a text, `$null`) becomes what the other one is, or a Double where neither is one."""
    first, second = ((ord(one) if isinstance(one, Char) else as_number(one)) for one in arguments)
    if first is None and second is not None:
        return _as_other(name, "val1", arguments[0], second), second
    if second is None and first is not None:
        return first, _as_other(name, "val2", arguments[1], first)
    if first is not None and second is not None:
        return first, second
    return real(arguments[0], "val1", name), real(arguments[1], "val2", name)


def _as_other(name: str, parameter: str, value: object, other: Number) -> Number:
    kind = "System.Int32" if isinstance(other, bool) else type_of(other)
    try:
        made = to_number(value, kind)
    except ScriptError as bad:
        raise argument_failed(parameter, value, name, kind, bad) from None
    return float(made) if type(other) is float else made


def _either(name: str, choose: Callable[..., Any]) -> Static:
    """Max and Min: the two in their common type."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        first, second = arguments
        if type(first) is type(second) and isinstance(first, SizedInt | Single) and first == first:
            return choose(first, second)
        first, second = _of_one_overload(name, arguments)
        if isinstance(first, float) and isinstance(second, float) and (first != first or second != second):
            return math.nan
        if isinstance(second, float) and type(first) is int:  # the overload of the first: both are Int32
            second = to_int(second)
        if first == 0 == second and isinstance(first, float) and isinstance(second, float):
            return choose(first, second, key=lambda one: math.copysign(1, one))
        made = choose(first, second)
        if isinstance(first, float) or isinstance(second, float):
            return float(made)
        if isinstance(first, Decimal) or isinstance(second, Decimal):
            return Decimal(made)
        wide = next((type(one) for one in (first, second) if isinstance(one, Int64)), None)
        return int(made) if wide is None else wide(made)

    return method(2)(run)


def _clamp(_none: None, arguments: Sequence[object]) -> object:
    if not all(type(one) is int for one in arguments) and not all(type(one) is float for one in arguments):
        raise NotKnownHere("[math]::Clamp of numbers of several types")
    value, low, high = arguments
    if low > high:  # type: ignore[operator]
        call_failed("Clamp", 3, f"'{to_text(low)}' cannot be greater than {to_text(high)}.", "ArgumentException")
    return low if value < low else high if value > high else value  # type: ignore[operator]


def _big_product(_none: None, arguments: Sequence[object]) -> object:
    """[math]::BigMul of two Int32, which is an Int64."""
    if not all(type(one) is int and INT32[0] <= one <= INT32[1] for one in arguments):
        raise NotKnownHere("[math]::BigMul of other numbers than two Int32")
    left, right = arguments
    return Int64(left * right)  # type: ignore[operator]


MATH: Final[dict[str, Static]] = {
    "abs": _keep("Abs", lambda value: value.copy_abs() if isinstance(value, Decimal) else abs(value)),
    "atan": _real("Atan", math.atan),
    "atan2": _real("Atan2", math.atan2, 2, 2),
    "bigmul": method(2)(_big_product),
    "ceiling": _whole("Ceiling", math.ceil),
    "acos": _real("Acos", math.acos),
    "asin": _real("Asin", math.asin),
    "clamp": method(3)(_clamp),
    "cos": _real("Cos", math.cos),
    "cosh": _real("Cosh", math.cosh),
    "exp": _real("Exp", math.exp),
    "floor": _whole("Floor", math.floor),
    "log": _real("Log", _logarithm, 1, 2),
    "log10": _real("Log10", lambda v: -math.inf if v == 0 else math.log10(v)),
    "log2": _real("Log2", lambda v: -math.inf if v == 0 else math.log2(v)),
    "max": _either("Max", max),
    "min": _either("Min", min),
    "pow": _real("Pow", _power, 2, 2),
    "round": method(1, 3)(_round),
    "sign": method(1)(_sign),
    "sin": _real("Sin", math.sin),
    "sinh": _real("Sinh", _sinh),
    "tanh": _real("Tanh", math.tanh),
    "sqrt": _real("Sqrt", math.sqrt),
    "tan": _real("Tan", math.tan),
    "truncate": _whole("Truncate", math.trunc),
}


def _join(_none: None, arguments: Sequence[object]) -> object:
    rest: Sequence[object] = arguments[1:]
    texts = not isinstance(arguments[0], Char | None) or is_collection(rest[0])
    if len(rest) == 3 and texts and all(type(one) is int or one is None for one in rest[1:]) and _is_part(rest[0]):
        return _join_part(to_text(arguments[0]), rest[0], *map(to_int, rest[1:]))
    if not isinstance(arguments[0], str | None) or (arguments[0] is None and len(rest) == 1):
        raise NotKnownHere("[string]::Join with a separator that is no text")
    if len(rest) == 1 and rest[0] is None:
        null_argument("Join", 2, "values")
    told = list(map(_as_text, rest)) if _are_texts(rest) else map(_own_text, _objects(rest))
    return whole(("\0" if arguments[0] is None else to_text(arguments[0])).join(told))


def _are_texts(items: Sequence[object]) -> bool:
    """Whether PowerShell takes `params string[]` for these, and not `params object[]`: the first count the most."""
    weights = range(len(items), 0, -1)
    better = sum(weight if isinstance(one, str) else -weight for one, weight in zip(items, weights, strict=True))
    return len(items) > 1 and better >= 0


def _as_text(value: object) -> str:
    """A value that a method takes as a text."""
    return local_text(value) if is_bare(value) else to_text(value)


def _objects(arguments: Sequence[object]) -> Sequence[object]:
    """What a method goes through that takes `object[]` or `IEnumerable<T>`: a list that is neither is one object."""
    only = arguments[0] if len(arguments) == 1 else None
    if isinstance(only, Dictionary):
        return entries_of(only)
    if isinstance(only, ArrayList) and not isinstance(only, GenericList):
        return arguments
    if type(only) is Queue or (isinstance(only, KeyCollection) and not isinstance(only.owner, Dictionary)):
        return arguments
    return items_of(only) if is_collection(only) else arguments


def _is_part(values: object) -> bool:
    """Whether two numbers after it are a place and a count: of [string[]], or of one value that is none of a text."""
    if is_collection(values):
        return type_of(values) == "System.String[]"
    return values is None or isinstance(values, bool) or as_number(values) is not None


def _join_part(separator: str, values: object, start: int, count: int) -> str:
    if values is None:
        null_argument("Join", 4, "value")
    items = [to_text(one) for one in items_of(values)] if is_collection(values) else [to_text(values)]
    for name, number in (("startIndex", start), ("count", count)):
        if number < 0:
            _out_of_range(name, number, "a non-negative value")
    if start > len(items) - count:
        _out_of_range("startIndex", start, f"less than or equal to '{len(items) - count}'")
    return whole(separator.join(items[start : start + count]))


def _out_of_range(name: str, number: int, wanted: str) -> NoReturn:
    call_failed("Join", 4, must_be(name, number, wanted), "ArgumentOutOfRangeException")


def _own_text(value: object) -> str:
    """The text that .NET's ToString() gives: the type's name of a list."""
    if is_collection(value) and not isinstance(value, ObjectLike):
        return NetType(type_of(value)).shown
    return net_text(value)


def _concat(_none: None, arguments: Sequence[object]) -> object:
    if len(arguments) == 1 and arguments[0] is None:
        null_argument("Concat", 1, "args")
    return whole("".join(_own_text(item) for item in _objects(arguments)))


def _compare(_none: None, arguments: Sequence[object]) -> object:
    first, second = to_text(arguments[0]), to_text(arguments[1])
    told = arguments[2] if len(arguments) > 2 else False
    if isinstance(told, EnumValue):
        if (name := str.__str__(told).lower()).startswith("ordinal"):
            upper = name == "ordinalignorecase"
            return _compare_ordinal(None, (first.upper(), second.upper()) if upper else (first, second))
        compared = compare_text if name.startswith("invariant") else compare_as_culture
        return compared(first, second, case=not name.endswith("ignorecase"))
    if isinstance(told, int) and not isinstance(told, bool):
        raise ambiguous("Compare", 3)
    return compare_as_culture(first, second, case=not to_bool(told))


def _compare_ordinal(_none: None, arguments: Sequence[object]) -> object:
    first, second = units(to_text(arguments[0])), units(to_text(arguments[1]))
    if not first or not second:
        return ord(first[:1] or "\0") - ord(second[:1] or "\0")
    differing = next(((ord(a), ord(b)) for a, b in zip(first, second, strict=False) if a != b), None)
    return differing[0] - differing[1] if differing is not None else len(first) - len(second)


def _equals(_none: None, arguments: Sequence[object]) -> object:
    if len(arguments) == 2:
        if not all(isinstance(one, str) or one is None for one in arguments):
            raise NotKnownHere("[string]::Equals of what is no text")
        return type_of(arguments[0]) == type_of(arguments[1]) and arguments[0] == arguments[1]
    return TEXT_METHODS["equals"].call(to_text(arguments[0]), arguments[1:])


def _new_text(_none: None, arguments: Sequence[object]) -> object:
    """[string]::new of characters, of some of them, or of one many times."""
    if len(arguments) == 3:
        return _some_characters(*arguments)
    if len(arguments) == 2:
        filled = to_text(arguments[0])
        if len(filled) != 1:
            raise NotKnownHere("[string]::new() of more than one character")
        count = to_int(arguments[1])
        if count < 0:
            call_failed(".ctor", 2, must_be("count", count), "ArgumentOutOfRangeException")
        need_room(count)
        return filled * to_int(arguments[1])
    if not is_collection(arguments[0]):
        raise NotKnownHere("[string]::new() of one value")
    return whole("".join(to_text(one) for one in items_of(arguments[0])))


def _some_characters(characters: object, start: object, size: object) -> str:
    if not is_collection(characters):
        raise NotKnownHere("[string]::new() of a part of one value")
    letters = [to_text(one) for one in items_of(characters)]
    first, count = to_int(start), to_int(size)
    for number, parameter in ((first, "startIndex"), (count, "length")):
        if number < 0:
            call_failed(".ctor", 3, must_be(parameter, number), "ArgumentOutOfRangeException")
    if first > len(letters) - count:
        told = must_be("startIndex", first, f"less than or equal to '{len(letters) - count}'")
        call_failed(".ctor", 3, told, "ArgumentOutOfRangeException")
    return whole("".join(letters[first : first + count]))


def _format(_none: None, arguments: Sequence[object]) -> object:
    """[string]::Format, a culture before the rest or none."""
    count, culture = len(arguments), arguments[0]
    if culture is None:
        raise NotKnownHere("[string]::Format without a format")
    if isinstance(culture, CultureValue) and count > 1 and arguments[1] is None:
        null_argument("Format", count, "format")
    if isinstance(culture, CultureValue):
        arguments = arguments[1:]
    rest: Sequence[object] = arguments[1:]
    if len(rest) == 1 and rest[0] is None:
        null_argument("Format", count, "args")
    if len(rest) == 1 and is_collection(rest[0]) and type_of(rest[0]) == "System.Object[]":
        rest = items_of(rest[0])
    with in_told(culture):
        return format_called("Format", count, to_text(arguments[0]), rest)


STRING: Final[dict[str, Static]] = {
    "compare": method(2, 3)(_compare),
    "compareordinal": method(2)(_compare_ordinal),
    "concat": method(1, 8)(_concat),
    "copy": method(1)(lambda _n, a: to_text(a[0])),
    "equals": method(2, 3)(_equals),
    "format": method(1, 17)(_format),
    "isnullorempty": method(1)(lambda _n, a: not to_text(a[0])),
    "isnullorwhitespace": method(1)(lambda _n, a: not to_text(a[0]).strip()),
    "join": method(1, 64)(_join),
    "new": method(1, 3)(_new_text),
}
