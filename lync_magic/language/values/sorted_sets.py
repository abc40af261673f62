"""`[Collections.Generic.SortedSet[T]]`: items of one type in order, each once.

Rule of this file: items are ordered as .NET's own comparer orders values of one plain type, by the cell's culture, or
as a comparer of texts that is told.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cmp_to_key
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.array_statics import nothing_in
from lync_magic.language.values.collections import NOTHING, Minding, Unlisted, is_collection, items_of
from lync_magic.language.values.compare import order
from lync_magic.language.values.comparers import Comparer
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NotKnownHere, no_overload
from lync_magic.language.values.methods import Method, as_item, method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.sequences import need_sequence
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.statics import generic_makers
from lync_magic.language.values.types import NetType, own_types, type_arguments

_KIND: Final = "System.Collections.Generic.SortedSet`1"
_ORDERED: Final = frozenset(
    f"System.{one}" for one in ("Int32", "Int64", "Double", "Decimal", "Byte", "String", "DateTime", "TimeSpan", "Char")
)
"""Types whose values are in an order that is known here."""


class SortedSet(list[object], Unlisted, Minding):
    """A SortedSet[T]. element: the full name of T."""

    __slots__ = ("comparer", "element", "key", "version")
    AFTER_CHANGE = "Collection was modified after the enumerator was instantiated."

    def __init__(self, items: Iterable[object], element: str, comparer: Comparer | None = None) -> None:
        super().__init__()
        self.element, self.comparer, self.version = element, comparer, 0
        self.key = _key_of(comparer)
        for item in items:
            self.put(item)

    def changes(self) -> object:
        """See there."""
        return self.version

    def place(self, item: object) -> tuple[int, bool]:
        """Where an item stands, or would, and whether it is there."""
        key = self.key(item)
        at = bisect_left(self, key, key=self.key)
        return at, at < len(self) and not key < self.key(self[at])

    def put(self, item: object) -> bool:
        """Add an item; whether it was new."""
        at, known = self.place(item)
        if not known:
            self.insert(at, item)
            self.version += 1
        return not known

    def take(self, item: object) -> bool:
        """Take an item out; whether it was there."""
        at, known = self.place(item)
        if known:
            del self[at]
            self.version += 1
        return known

    def has(self, item: object) -> bool:
        """Whether an item is there."""
        return self.place(item)[1]

    def other(self, items: object, name: str) -> SortedSet:
        """What the argument of a method of this name holds, as such a set. Raises ScriptError for what is no sequence
        of its type."""
        need_sequence(items, self.element, name, parameter="other")
        return SortedSet(items_of(items), self.element, self.comparer)

    def __reduce__(self) -> tuple[type[SortedSet], tuple[list[object], str, Comparer | None]]:
        return SortedSet, (list(self), self.element, self.comparer)


def _key_of(comparer: Comparer | None) -> Callable[[object], Any]:
    if comparer is None:
        return cmp_to_key(lambda first, second: order(first, second, case=True))
    compare = own_methods[Comparer]["compare"].call
    return cmp_to_key(lambda first, second: int(compare(comparer, (first, second))))  # type: ignore[call-overload]


def _new(kind: NetType) -> Static:
    """The constructor of a type of them: of nothing, of items, and with a comparer behind or alone."""
    element = type_arguments(kind.name)[0]

    def new(_none: None, arguments: Sequence[object]) -> object:
        given = list(arguments)
        comparer = given[-1] if given and isinstance(given[-1], Comparer) else None
        given = given[: len(given) - (comparer is not None)]
        if element not in _ORDERED or len(given) > 1 or (given and not is_collection(given[0])):
            raise NotKnownHere(f"[{kind.spoken}]::new() with these arguments")
        if comparer is not None and element != "System.String":
            raise no_overload("new", len(arguments))
        if given:
            need_sequence(given[0], element, "new", len(arguments))
        items = [convert(one, NetType(element)) for one in items_of(given[0])] if given else []
        return SortedSet(items, element, comparer)

    return method(0, 2)(new)


def _of_item(name: str, call: Callable[[SortedSet, object], object]) -> Method[Any]:
    return method(1)(lambda v, a: call(v, as_item(a[0], v.element, name)))


def _with_other(name: str, call: Callable[[SortedSet, SortedSet], object]) -> Method[Any]:
    return method(1)(lambda v, a: call(v, v.other(a[0], name)))


def _each(call: Callable[[SortedSet, object], object], value: SortedSet, items: Iterable[object]) -> object:
    for item in list(items):
        call(value, item)
    return NOTHING


def _differing(value: SortedSet, other: SortedSet) -> object:
    for item in other:
        if not value.take(item):
            value.put(item)
    return NOTHING


def _emptied(value: SortedSet, _arguments: Sequence[object]) -> object:
    value.clear()
    value.version += 1
    return NOTHING


def _property(value: SortedSet, folded: str) -> object:
    if folded == "count":
        return len(value)
    if folded in ("min", "max"):
        return value[0 if folded == "min" else -1] if value else nothing_in(value.element)
    return MISSING


own_types[SortedSet] = lambda value: f"{_KIND}[{getattr(value, 'element', '')}]"
own_properties[SortedSet] = _property
own_methods[SortedSet] = {
    "add": _of_item("Add", SortedSet.put),
    "contains": _of_item("Contains", SortedSet.has),
    "remove": _of_item("Remove", SortedSet.take),
    "clear": method(0)(_emptied),
    "unionwith": _with_other("UnionWith", lambda v, other: _each(SortedSet.put, v, other)),
    "exceptwith": _with_other("ExceptWith", lambda v, other: _each(SortedSet.take, v, other)),
    "intersectwith": _with_other(
        "IntersectWith", lambda v, other: _each(SortedSet.take, v, [one for one in v if not other.has(one)])
    ),
    "symmetricexceptwith": _with_other("SymmetricExceptWith", _differing),
    "issubsetof": _with_other("IsSubsetOf", lambda v, other: all(map(other.has, v))),
    "issupersetof": _with_other("IsSupersetOf", lambda v, other: all(map(v.has, other))),
    "overlaps": _with_other("Overlaps", lambda v, other: any(map(v.has, other))),
    "setequals": _with_other("SetEquals", lambda v, other: len(v) == len(other) and all(map(v.has, other))),
}
generic_makers[_KIND] = _new
