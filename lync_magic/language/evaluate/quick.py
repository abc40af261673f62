"""Short ways: what is met most is answered in place (plain whole numbers, plain properties of a cell's own objects).

Rule of this file: a short way gives exactly what the long one gives, and leaves to it whatever it is not made for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import add, mul, sub
from typing import Final

from lync_magic.clixml import INT32, MISSING, PSObject
from lync_magic.language.evaluate.core import Code
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.strict import strict_member
from lync_magic.language.values.arithmetic import binary
from lync_magic.language.values.collections import SINGLE
from lync_magic.language.values.compare import PLAIN_COMPARISONS
from lync_magic.language.values.members import member


def property_code(target: Code, name: str) -> Code:
    """A property by its name; that of an object that a cell made is at hand where it is a plain value."""

    def get(scope: Scope) -> object:
        value = target(scope)
        if type(value) is PSObject and type(value.properties) is dict:
            found = value.properties.get(name, MISSING)
            if type(found) in SINGLE:
                return found
        if scope.strict:
            return strict_member(value, name, member(value, name), scope)
        return member(value, name)

    return get


_Operate = Callable[[object, object], object]
_LOW, _HIGH = INT32
_IN_PLACE: Final[dict[str, Callable[[int, int], int]]] = {"+": add, "-": sub, "*": mul}


def _computed(compute: Callable[[int, int], int]) -> Callable[[Code, Code, _Operate], Code]:
    """Arithmetic of two Int32 whose result is one."""

    def make(left: Code, right: Code, operate: _Operate) -> Code:
        def apply(scope: Scope) -> object:
            first, second = left(scope), right(scope)
            if type(first) is int and type(second) is int and _LOW <= first <= _HIGH and _LOW <= second <= _HIGH:
                made = compute(first, second)
                if _LOW <= made <= _HIGH:
                    return made
            return operate(first, second)

        return apply

    return make


def _remainder(left: Code, right: Code, operate: _Operate) -> Code:
    def apply(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        if type(first) is int and type(second) is int and 0 <= first <= _HIGH and 0 < second <= _HIGH:
            return first % second
        return operate(first, second)

    return apply


def combining(operator: str) -> _Operate:
    """An operator of a compound assignment (`+` of `+=`); two Int32 whose result is one are computed in place."""
    operate, compute = partial(binary, operator), _IN_PLACE.get(operator)
    if compute is None:
        return operate
    plainly = compute

    def apply(first: object, second: object) -> object:
        if type(first) is int and type(second) is int and _LOW <= first <= _HIGH and _LOW <= second <= _HIGH:
            made = plainly(first, second)
            if _LOW <= made <= _HIGH:
                return made
        return operate(first, second)

    return apply


def _compared(plainly: Callable[[int, int], bool]) -> Callable[[Code, Code, _Operate], Code]:
    """A comparison; two numbers are compared as they are."""

    def make(left: Code, right: Code, operate: _Operate) -> Code:
        def apply(scope: Scope) -> object:
            first, second = left(scope), right(scope)
            if type(first) is int and type(second) is int:
                return plainly(first, second)
            return operate(first, second)

        return apply

    return make


QUICK: Final[dict[str, Callable[[Code, Code, _Operate], Code]]] = {
    **{name: _computed(compute) for name, compute in _IN_PLACE.items()},
    "%": _remainder,
    **{name: _compared(plainly) for name, plainly in PLAIN_COMPARISONS.items()},
}
"""Operators with a short way for whole numbers; `operate` is the long one."""
