"""`[Linq.Enumerable]::Sum([int[]]$numbers)` and its like, of arrays and lists of one type.

Rule of this file: .NET's own choice among its generic methods is known for what was made of one type only; what it
gives that is gone through later is a sequence of which nothing else is asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cmp_to_key, partial
from typing import Any, Final

from lync_magic.clixml import Single
from lync_magic.language.values.array_statics import array_of, nothing_in
from lync_magic.language.values.collections import Array, GenericList, Unlisted
from lync_magic.language.values.compare import order
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import (
    ITEM,
    OUTSIDE,
    NotKnownHere,
    ScriptError,
    call_failed,
    must_be,
    need_room,
)
from lync_magic.language.values.methods import int32, method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.types import NetType, own_types, type_of

_KIND: Final = "System.Linq.Enumerable"
_INT, _TEXT = "System.Int32", "System.String"
_SUMMED: Final = ("System.Int32", "System.Int64", "System.Single", "System.Double", "System.Decimal")
_PLAIN: Final = (*_SUMMED, _TEXT, "System.Byte", "System.Boolean", "System.DateTime", "System.Guid", "System.Char")


class Later(list[object], Unlisted):
    """What is gone through later. kind: its type's name; element: that of its items."""

    __slots__ = ("element", "kind")

    def __init__(self, items: Iterable[object], kind: str, element: str) -> None:
        super().__init__(items)
        self.kind, self.element = kind, element


def _source(value: object, name: str) -> tuple[list[object], str]:
    """The items of a sequence of one type, and that type."""
    if isinstance(value, Array | Later) or type(value) is GenericList:
        element = value.element
        if element in _PLAIN and isinstance(value, list):
            return value, element
    raise NotKnownHere(f"[{_KIND}]::{name} of what is no array of one plain type")


def _none_in(name: str, count: int = 1) -> Any:
    call_failed(name, count, "Sequence contains no elements", "InvalidOperationException")


def _sum(_none: None, arguments: Sequence[object]) -> object:
    items, element = _source(arguments[0], "Sum")
    if element not in _SUMMED:
        raise NotKnownHere(f"[{_KIND}]::Sum of [{NetType(element).spoken}]")
    return _total(items, element, "Sum")


def _total(items: Sequence[Any], element: str, name: str) -> object:
    if element == "System.Single":
        return Single(sum(map(float, items)))
    if element == "System.Decimal":
        return sum(items, Decimal(0))
    if element == "System.Double":
        total = 0.0
        for one in items:
            total += one
        return total
    try:
        return convert(sum(map(int, items)), NetType(element))
    except ScriptError:
        call_failed(name, 1, "Arithmetic operation resulted in an overflow.", "OverflowException")


def _average(_none: None, arguments: Sequence[object]) -> object:
    items, element = _source(arguments[0], "Average")
    if element not in _SUMMED or element == "System.Single":
        raise NotKnownHere(f"[{_KIND}]::Average of [{NetType(element).spoken}]")
    if not items:
        return _none_in("Average")
    total: Any = _total(items, "System.Int64" if element == _INT else element, "Average")
    return total / len(items) if isinstance(total, Decimal) else float(total) / len(items)


def _extreme(name: str, way: int) -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        items, element = _source(arguments[0], name)
        if element == "System.Boolean" or any(one != one for one in items):
            raise NotKnownHere(f"[{_KIND}]::{name} of these values")
        if not items:
            return None if element == _TEXT else _none_in(name)
        kept = [one for one in items if one is not None]
        key = cmp_to_key(lambda first, second: way * order(first, second, case=True))
        return max(kept, key=key) if kept else None

    return method(1)(run)


def _at_end(name: str, place: int, *, default: bool) -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        items, element = _source(arguments[0], name)
        if items:
            return items[place]
        return nothing_in(element) if default else _none_in(name)

    return method(1)(run)


def _at_place(_none: None, arguments: Sequence[object]) -> object:
    items, _element = _source(arguments[0], "ElementAt")
    place = int32(arguments[1], "index", "ElementAt")
    if not 0 <= place < len(items):
        call_failed("ElementAt", 2, OUTSIDE, "ArgumentOutOfRangeException")
    return items[place]


def _lists(make: Callable[[list[object], str], object], name: str) -> Static:
    """A method of one sequence."""
    return method(1)(lambda _n, a: make(*_source(a[0], name)))


def _pair(name: str, make: Callable[[list[object], list[object], str], object]) -> Static:
    """A method of two sequences of one type."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        first, element = _source(arguments[0], name)
        second, other = _source(arguments[1], name)
        if element != other:
            raise NotKnownHere(f"[{_KIND}]::{name} of two types")
        return make(first, second, element)

    return method(2)(run)


def _later(name: str, items: Iterable[object], element: str) -> Later:
    return Later(items, f"{_KIND}+{name}`1[{element}]", element)


def _distinct(items: Iterable[object]) -> list[object]:
    return list(dict.fromkeys(items))


def _by_other(name: str, inside: bool, first: list[object], second: list[object], element: str) -> Later:
    """What of a sequence another one has, or has not."""
    other = set(second)
    return _later(name, [one for one in _distinct(first) if (one in other) is inside], element)


def _part(name: str) -> Static:
    def run(_none: None, arguments: Sequence[object]) -> object:
        items, element = _source(arguments[0], name)
        count = max(int32(arguments[1], "count", name), 0)
        kept = items[count:] if name == "Skip" else items[:count]
        if not kept or len(kept) == len(items):  # .NET gives what there is
            raise NotKnownHere(f"[{_KIND}]::{name} of all or none")
        return _later("IListSkipTakeIterator", kept, element)

    return method(2)(run)


def _range(_none: None, arguments: Sequence[object]) -> object:
    start, count = (int32(one, told, "Range") for one, told in zip(arguments, ("start", "count"), strict=True))
    if count <= 0 or start + count - 1 > 2**31 - 1:
        raise NotKnownHere(f"[{_KIND}]::Range of so many")
    need_room(count * ITEM)
    return _later("RangeIterator", range(start, start + count), _INT)


def _repeat(_none: None, arguments: Sequence[object]) -> object:
    element, count = type_of(arguments[0]), int32(arguments[1], "count", "Repeat")
    if element not in _PLAIN:
        raise NotKnownHere(f"[{_KIND}]::Repeat of such a value")
    if count < 0:
        call_failed("Repeat", 2, must_be("count", count), "ArgumentOutOfRangeException")
    if not count:
        raise NotKnownHere(f"[{_KIND}]::Repeat of none")
    need_room(count * ITEM)
    return _later("RepeatIterator", [arguments[0]] * count, element)


def _contains(_none: None, arguments: Sequence[object]) -> bool:
    items, element = _source(arguments[0], "Contains")
    if type_of(arguments[1]) != element:
        raise NotKnownHere(f"[{_KIND}]::Contains of another type")
    return arguments[1] in items


def _only(value: Later, folded: str) -> object:
    raise NotKnownHere(f"the property .{folded} of a [{NetType(value.kind).spoken}]")


own_types[Later] = lambda value: getattr(value, "kind", "")
own_properties[Later] = _only
own_methods[Later] = {}
own_statics[_KIND] = (
    {
        "sum": method(1)(_sum),
        "average": method(1)(_average),
        "max": _extreme("Max", 1),
        "min": _extreme("Min", -1),
        "any": _lists(lambda items, _element: bool(items), "Any"),
        "count": _lists(lambda items, _element: len(items), "Count"),
        "toarray": _lists(array_of, "ToArray"),
        "tolist": _lists(GenericList, "ToList"),
        "first": _at_end("First", 0, default=False),
        "last": _at_end("Last", -1, default=False),
        "firstordefault": _at_end("FirstOrDefault", 0, default=True),
        "lastordefault": _at_end("LastOrDefault", -1, default=True),
        "elementat": method(2)(_at_place),
        "contains": method(2)(_contains),
        "range": method(2)(_range),
        "repeat": method(2)(_repeat),
        "skip": _part("Skip"),
        "take": _part("Take"),
        "distinct": _lists(lambda items, kind: _later("DistinctIterator", _distinct(items), kind), "Distinct"),
        "reverse": _lists(lambda items, kind: _later("ReverseIterator", items[::-1], kind), "Reverse"),
        "sequenceequal": _pair("SequenceEqual", lambda first, second, _kind: list(first) == list(second)),
        "union": _pair("Union", lambda a, b, kind: _later("UnionIterator2", _distinct([*a, *b]), kind)),
        "concat": _pair("Concat", lambda a, b, kind: _later("Concat2Iterator", [*a, *b], kind)),
        "except": _pair("Except", partial(_by_other, "<ExceptIterator>d__88", False)),
        "intersect": _pair("Intersect", partial(_by_other, "<IntersectIterator>d__121", True)),
    },
    {},
)
