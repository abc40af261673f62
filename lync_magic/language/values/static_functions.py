"""The static methods of `[math]` and `[string]`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any, Final

from lync_magic.language.values.collections import is_collection, items_of
from lync_magic.language.values.formatting import format_composite
from lync_magic.language.values.methods import Method, method, real
from lync_magic.language.values.numeric import Number, as_number, to_bool, to_int
from lync_magic.language.values.text import compare_text, to_text

Static = Method[None]


def _number(value: object, name: str) -> Number:
    number = as_number(value)
    return number if number is not None else real(value, "value", name)


def _round(_none: None, arguments: Sequence[object]) -> object:
    value = _number(arguments[0], "Round")
    digits, away = 0, False
    for option in arguments[1:]:
        if isinstance(option, str):
            away = option.lower() == "awayfromzero"
        else:
            digits = to_int(option)
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP if away else ROUND_HALF_EVEN)
    return rounded if isinstance(value, Decimal) else float(rounded)


def _keep(name: str, call: Callable[[Any], Any]) -> Static:
    """A function of one number that keeps the kind of the number (Abs)."""
    return method(1)(lambda _none, a: call(_number(a[0], name)))


def _real(name: str, call: Callable[..., float], least: int = 1, most: int | None = None) -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        try:
            return float(call(*(real(item, "value", name) for item in arguments)))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return method(least, most)(run)


def _whole(name: str, call: Callable[[Any], int]) -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        value = _number(arguments[0], name)
        return Decimal(call(value)) if isinstance(value, Decimal) else float(call(value))

    return method(1)(run)


MATH: Final[dict[str, Static]] = {
    "abs": _keep("Abs", abs),
    "ceiling": _whole("Ceiling", math.ceil),
    "cos": _real("Cos", math.cos),
    "exp": _real("Exp", math.exp),
    "floor": _whole("Floor", math.floor),
    "log": _real("Log", math.log, 1, 2),
    "log10": _real("Log10", math.log10),
    "max": method(2)(lambda _n, a: max(_number(a[0], "Max"), _number(a[1], "Max"))),
    "min": method(2)(lambda _n, a: min(_number(a[0], "Min"), _number(a[1], "Min"))),
    "pow": _real("Pow", math.pow, 2, 2),
    "round": method(1, 3)(_round),
    "sign": method(1)(lambda _n, a: (v > 0) - (v < 0) if (v := _number(a[0], "Sign")) is not None else 0),
    "sin": _real("Sin", math.sin),
    "sqrt": _real("Sqrt", math.sqrt),
    "tan": _real("Tan", math.tan),
    "truncate": _whole("Truncate", math.trunc),
}


def _join(_none: None, arguments: Sequence[object]) -> object:
    rest: Sequence[object] = arguments[1:]
    if len(rest) == 1 and is_collection(rest[0]):
        rest = items_of(rest[0])
    return to_text(arguments[0]).join(to_text(item) for item in rest)


def _format(_none: None, arguments: Sequence[object]) -> object:
    rest: Sequence[object] = arguments[1:]
    if len(rest) == 1 and is_collection(rest[0]):
        rest = items_of(rest[0])
    return format_composite(to_text(arguments[0]), rest)


STRING: Final[dict[str, Static]] = {
    "compare": method(2, 3)(
        lambda _n, a: compare_text(to_text(a[0]), to_text(a[1]), case=not (len(a) > 2 and to_bool(a[2])))
    ),
    "concat": method(1, 8)(lambda _n, a: "".join(to_text(item) for item in a)),
    "equals": method(2)(lambda _n, a: to_text(a[0]) == to_text(a[1])),
    "format": method(1, 16)(_format),
    "isnullorempty": method(1)(lambda _n, a: not to_text(a[0])),
    "isnullorwhitespace": method(1)(lambda _n, a: not to_text(a[0]).strip()),
    "join": method(1, 64)(_join),
    "new": method(2)(lambda _n, a: to_text(a[0]) * to_int(a[1])),
}
