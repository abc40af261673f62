"""Lists, hashtables and objects made by a cell, and what counts as a collection.

Rules: a plain list is `object[]`; a `Hashtable` is a dict whose text keys are case-insensitive; `NOTHING` is what a
pipeline without output gives (it is `$null` to everything but enumeration).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence, Set, ValuesView
from enum import Enum
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.records import Records

CUSTOM_OBJECT: Final = ("System.Management.Automation.PSCustomObject", "System.Object")


class Nothing(Enum):
    """The value of a pipeline that gave nothing."""

    NOTHING = "nothing"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = Nothing.NOTHING


class ArrayList(list[object]):
    """System.Collections.ArrayList and List[T]: a list that grows by `.Add`."""

    __slots__ = ()


class Hashtable(dict[object, object]):
    """A hashtable: text keys are found whatever their case and keep the case they were first given."""

    __slots__ = ("_folded",)

    def __init__(self, items: Iterable[tuple[object, object]] = ()) -> None:
        super().__init__()
        self._folded: dict[object, object] = {}
        for key, value in items:
            self[key] = value

    def _actual(self, key: object) -> object:
        return self._folded.get(_fold(key), key)

    def __getitem__(self, key: object) -> object:
        return super().__getitem__(self._actual(key))

    def __setitem__(self, key: object, value: object) -> None:
        super().__setitem__(self._folded.setdefault(_fold(key), key), value)

    def __delitem__(self, key: object) -> None:
        super().__delitem__(self._actual(key))
        del self._folded[_fold(key)]

    def __contains__(self, key: object) -> bool:
        return _fold(key) in self._folded

    def get(self, key: object, default: object = None) -> object:
        """The value of a key, whatever its case."""
        actual = self._folded.get(_fold(key), MISSING)
        return default if actual is MISSING else super().__getitem__(actual)

    def pop(self, key: object, *default: object) -> object:
        """Take a key out."""
        if key not in self:
            if default:
                return default[0]
            raise KeyError(key)
        value = self[key]
        del self[key]
        return value

    def clear(self) -> None:
        """Take every key out."""
        super().clear()
        self._folded.clear()

    def copy(self) -> Hashtable:
        """A shallow copy of the same class."""
        return type(self)(self.items())

    def __reduce__(self) -> tuple[type[Hashtable], tuple[list[tuple[object, object]]]]:
        return type(self), (list(self.items()),)


class Ordered(Hashtable):
    """`[ordered]@{…}`: also indexed by position."""

    __slots__ = ()


def _fold(key: object) -> object:
    return key.lower() if isinstance(key, str) else key


def lookup(table: Mapping[object, object], key: object) -> object:
    """A key of any mapping, text keys whatever their case; MISSING where there is none."""
    if isinstance(table, Hashtable):
        return table.get(key, MISSING)
    if key in table:
        return table[key]
    if isinstance(key, str):
        folded = key.lower()
        for name, value in table.items():
            if isinstance(name, str) and name.lower() == folded:
                return value
    return MISSING


def is_collection(value: object) -> bool:
    """Whether the pipeline takes it apart: lists, tuples, records, sets, queues, bytes; not texts, tables or
    objects."""
    if isinstance(value, str | Mapping):
        return isinstance(value, ObjectLike) and value.base is not MISSING and is_collection(value.base)
    return isinstance(value, Records | Sequence | Set | deque | KeysView | ValuesView | bytearray)


def items_of(value: object) -> Sequence[object]:
    """The items of a collection, by position."""
    if isinstance(value, ObjectLike):
        return items_of(value.base)
    if isinstance(value, Records):
        return value
    return value if isinstance(value, Sequence) else list(value) if isinstance(value, Iterable) else [value]


def enumerate_value(value: object) -> Iterator[object]:
    """What a value puts into a pipeline: the items of a collection, else itself; NOTHING puts nothing."""
    if value is NOTHING:
        return
    if is_collection(value):
        yield from items_of(value)
    elif isinstance(value, Iterator):
        yield from value
    else:
        yield value


def collapse(items: list[object]) -> object:
    """The value of a pipeline's output: nothing, the one item, or the list."""
    if not items:
        return NOTHING
    return items[0] if len(items) == 1 else items


def custom_object(properties: Mapping[str, object]) -> PSObject:
    """`[pscustomobject]@{…}`."""
    return PSObject(dict(properties), CUSTOM_OBJECT)


def plain(value: object) -> object:
    """NOTHING as the None that a notebook's variable holds."""
    return None if value is NOTHING else value
