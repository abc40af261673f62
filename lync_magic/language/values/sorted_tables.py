"""Tables that keep their keys in order: `[Collections.SortedList]`, `[Collections.Generic.SortedDictionary[K,V]]` and
`[Collections.Generic.SortedList[K,V]]`.

Rule of this file: keys are ordered as .NET's own comparer orders values of one type, by the cell's culture; keys of
several types, and a comparer that is told, are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.calls import TABLE_METHODS
from lync_magic.language.values.collections import (
    NOTHING,
    CasedHashtable,
    Dictionary,
    Hashtable,
    is_table,
    lookup,
    pairs,
    plain,
)
from lync_magic.language.values.compare import equal, order
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import OUTSIDE, NotKnownHere, call_failed
from lync_magic.language.values.methods import Method, int32, method
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types, type_of

SORTED_LIST: Final = "System.Collections.SortedList"
GENERIC_SORTED: Final = ("System.Collections.Generic.SortedDictionary`2", "System.Collections.Generic.SortedList`2")
_BY_ORDER: Final = cmp_to_key(lambda first, second: order(first, second, case=True))


class _Sorting(Hashtable):
    """A table whose keys are gone through in order."""

    __slots__ = ()

    def __setitem__(self, key: object, value: object) -> None:
        first = next(iter(self._folded), MISSING)
        if first is not MISSING and not isinstance(self, Dictionary) and type_of(first) != type_of(key):
            raise NotKnownHere("keys of several types in a sorted table")
        super().__setitem__(key, value)
        self._is_of_texts = False  # which are not in the order in which they came

    def __delitem__(self, key: object) -> None:
        super().__delitem__(key)
        self._is_of_texts = False

    def clear(self) -> None:
        """Take every key out."""
        super().clear()
        self._is_of_texts = False

    def changes(self) -> object:
        """See there."""
        return self.version

    def _keys(self) -> Iterable[object]:
        if self._in_order[0] != self.version:
            keys = [self.given(key) for key in dict.__iter__(self)]
            self._in_order = self.version, sorted(keys, key=_BY_ORDER)
        return self._in_order[1]


class SortedTable(_Sorting, CasedHashtable):
    """System.Collections.SortedList."""

    AFTER_CHANGE = "Collection was modified after the enumerator was instantiated."
    HAS_PLACES = True
    LISTED = True
    __slots__ = ()


class SortedDictionary(_Sorting, Dictionary):
    """System.Collections.Generic.SortedDictionary[K,V]."""

    __slots__ = ()
    OUTER = GENERIC_SORTED[0]

    @property
    def type_name(self) -> str:
        """Its .NET type."""
        return f"{self.OUTER}[{self.key},{self.value}]"

    def __reduce__(self) -> tuple[type[Hashtable], tuple[Any, ...]]:
        return type(self), (list(self.items()), self.key, self.value)


class GenericSortedList(SortedDictionary):
    """System.Collections.Generic.SortedList[K,V]."""

    HAS_PLACES = True
    __slots__ = ()
    OUTER = GENERIC_SORTED[1]


def new_sorted(kind: NetType) -> object:
    """One with nothing in it."""
    outer, _, inner = kind.name.partition("[")
    key, _, value = inner[:-1].partition(",")
    return (SortedDictionary if outer == GENERIC_SORTED[0] else GenericSortedList)((), key, value)


def new_table(_none: None, arguments: Sequence[object]) -> object:
    """`[Collections.SortedList]::new()`, with what a table holds, or of a capacity."""
    told = arguments[0] if arguments else 0
    if not is_table(told) and type(told) is not int:
        raise NotKnownHere(f"[{SORTED_LIST}]::new() with this argument")
    return SortedTable(pairs(told) if is_table(told) else ())


def _converted(value: object) -> object:
    if value is None or isinstance(value, SortedTable):
        return value
    if not is_table(value):
        raise NotKnownHere(f"a [{NetType(type_of(value)).spoken}] as a [{SORTED_LIST}]")
    return SortedTable(pairs(value))


def _added(value: SortedDictionary, arguments: Sequence[object]) -> object:
    if type(value) is SortedDictionary and arguments[0] is not None and lookup(value, arguments[0]) is not MISSING:
        told = f"[{to_text(arguments[0])}, {to_text(arguments[1])}]"
        call_failed("Add", 2, f"An item with the same key has already been added. Key: {told}", "ArgumentException")
    return TABLE_METHODS["add"].call(value, arguments)


def _key_at(value: Mapping[object, object], place: object, name: str, count: int) -> object:
    number = int32(place, "index", name)
    if not 0 <= number < len(value):
        call_failed(name, count, OUTSIDE, "ArgumentOutOfRangeException")
    return list(value)[number]


def _remove_at(value: dict[object, object], arguments: Sequence[object]) -> object:
    del value[_key_at(value, arguments[0], "RemoveAt", 1)]
    return NOTHING


def _set_at(value: dict[object, object], arguments: Sequence[object]) -> object:
    value[_key_at(value, arguments[0], "SetByIndex", 2)] = plain(arguments[1])
    return NOTHING


def _place_of_key(value: Hashtable, arguments: Sequence[object]) -> int:
    wanted = value.folded(arguments[0])
    return next((place for place, key in enumerate(value) if value.folded(key) == wanted), -1)


def _place_of_value(value: Mapping[object, object], arguments: Sequence[object]) -> int:
    wanted = arguments[0]
    same = (type_of(one) == type_of(wanted) and equal(one, wanted, case=True) for one in value.values())
    return next((place for place, holds in enumerate(same) if holds), -1)


_PLACES: Final[dict[str, Method[Any]]] = {
    "indexofkey": method(1)(_place_of_key),
    "indexofvalue": method(1)(_place_of_value),
    "removeat": method(1)(_remove_at),
}
own_types[SortedTable] = lambda value: SORTED_LIST
own_methods[SortedTable] = {
    **_PLACES,
    "getkey": method(1)(lambda v, a: _key_at(v, a[0], "GetKey", 1)),
    "getbyindex": method(1)(lambda v, a: v[_key_at(v, a[0], "GetByIndex", 1)]),
    "setbyindex": method(2)(_set_at),
}
own_methods[SortedDictionary] = {"add": method(2)(_added)}
own_methods[GenericSortedList] = _PLACES
more_converters[SORTED_LIST] = _converted
