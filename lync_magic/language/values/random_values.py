"""`[Random]`: numbers that are drawn. With a seed they are .NET's; without one nobody knows them before."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING, Byte
from lync_magic.language.values.collections import NOTHING, Array
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.methods import Method, argument_as, int32, method
from lync_magic.language.values.net_random import NetRandom
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.types import own_types

_KIND: Final = "System.Random"
_SEEDS: Final = 2**31


class RandomValue:
    """One generator."""

    __slots__ = ("drawn",)

    def __init__(self, seed: int) -> None:
        self.drawn = NetRandom(seed)

    def __str__(self) -> str:
        return _KIND


def _next(value: RandomValue, arguments: Sequence[object]) -> object:
    """`.Next()`, `.Next(below)`, `.Next(least, below)`."""
    if not arguments:
        return value.drawn.number()
    if len(arguments) == 1:
        below = int32(arguments[0], "maxValue", "Next")
        if below < 0:
            why = f"maxValue ('{below}') must be a non-negative value. (Parameter 'maxValue')"
            call_failed("Next", 1, f"{why}\nActual value was {below}.", "ArgumentOutOfRangeException")
        return value.drawn.below(below)
    least, below = (int32(one, name, "Next") for one, name in zip(arguments, ("minValue", "maxValue"), strict=True))
    if least > below:
        why = "'minValue' cannot be greater than maxValue. (Parameter 'minValue')"
        call_failed("Next", 2, why, "ArgumentOutOfRangeException")
    if below - least >= _SEEDS:
        raise NotKnownHere(".Next() of so wide a range")
    return least + value.drawn.below(below - least)


def _bytes(value: RandomValue, arguments: Sequence[object]) -> object:
    buffer = arguments[0]
    if not isinstance(buffer, Array) or buffer.element != "System.Byte":
        raise NotKnownHere(".NextBytes() into this")
    for place in range(len(buffer)):
        buffer[place] = Byte(value.drawn.number() & 0xFF)
    return NOTHING


def _new(_none: None, arguments: Sequence[object]) -> object:
    seed = random.SystemRandom().randrange(_SEEDS) if not arguments else None
    if seed is None:
        seed = to_int(argument_as(arguments[0], "System.Int32", "Seed", ".ctor"))
    return RandomValue(seed)


_METHODS: Final[dict[str, Method[Any]]] = {
    "next": method(0, 2)(_next),
    "nextdouble": method(0)(lambda v, a: v.drawn.share()),
    "nextbytes": method(1)(_bytes),
}
own_types[RandomValue] = lambda value: _KIND
own_properties[RandomValue] = lambda value, folded: MISSING
own_methods[RandomValue] = _METHODS
own_statics[_KIND] = {"new": method(0, 1)(_new)}, {}
