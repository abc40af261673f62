"""Lists, hashtables and objects made by a cell, and what counts as a collection.

Rules: a plain list is `object[]`; a `Hashtable` is a dict whose text keys are case-insensitive; `NOTHING` is what a
pipeline without output gives (it is `$null` to everything but enumeration). Within a table, an object or a list it
stays that, though Python has None there: `lookup`, `pairs` and `Gapped` tell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    Set,
    Sized,
    ValuesView,
)
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Final, Protocol, TypeGuard

from lync_magic.clixml import INT32, MISSING, Byte, Char, EnumValue, Int64, ObjectLike, PSObject, SizedInt
from lync_magic.language.values.buckets import Change, hash_of, in_order
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.noted import NotedText, without_notes
from lync_magic.language.values.spelled import given
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


class Array(list[object]):
    """An array of one type, `[string[]]`. element: the full name of its items' type. A plain list is `object[]`."""

    __slots__ = ("element",)
    element: str

    def __init__(self, items: Iterable[object], element: str) -> None:
        super().__init__(items)
        self.element = element

    def __reduce__(self) -> tuple[type[Array], tuple[list[object], str]]:
        return Array, (list(self), self.element)


class Gapped(Array):
    """An `object[]` with items that gave no output: they are `$null` to all but what puts the items into a pipeline."""

    __slots__ = ()

    def __init__(self, items: Iterable[object], element: str = "System.Object") -> None:
        super().__init__(items, element)

    def __reduce__(self) -> tuple[type[Array], tuple[list[object], str]]:
        return Gapped, (list(self), self.element)


def array(items: list[object]) -> list[object]:
    """The items as an `object[]`."""
    return Gapped(items) if any(item is NOTHING for item in items) else items


def array_like(items: list[object], *sources: object) -> list[object]:
    """Items of arrays as one: those that gave no output are told apart where they are in one of the sources."""
    return array(items) if any(type(one) is Gapped for one in sources) else items


def ungapped(value: object) -> object:
    """A value as a command's argument: what gave no output is `$null`, in a list too."""
    if value is NOTHING:
        return None
    return [None if item is NOTHING else item for item in value] if type(value) is Gapped else value


class Unlisted:
    """What .NET goes through and counts but does not index: true whatever is in it, and one value to `-f`."""

    __slots__ = ()


class Minding:
    """A collection that minds to be changed while it is gone through.

    AFTER_CHANGE: what .NET says of it.
    """

    __slots__ = ()
    AFTER_CHANGE = "Collection was modified; enumeration operation may not execute."

    def changes(self) -> object:
        """What is another after a change that is minded."""
        raise NotImplementedError

    def has_still(self, item: object) -> bool:
        """Whether an item is to come: one that was taken out is not, where that is not minded."""
        return True


class KeyCollection(Sequence[object], Unlisted):
    """`$table.Keys` and `.Values`: what the table has when it is looked at."""

    __slots__ = ("keys", "owner")

    def __init__(self, owner: Mapping[object, object], *, keys: bool) -> None:
        self.owner = owner
        self.keys = keys

    @property
    def is_list(self) -> bool:
        """Whether .NET has it as a list (IList)."""
        return isinstance(self.owner, Hashtable) and self.owner.LISTED

    def _items(self) -> list[object]:
        return list(self.owner.keys() if self.keys else (value for _, value in pairs(self.owner)))

    def __len__(self) -> int:
        return len(self.owner)

    def __getitem__(self, place: Any) -> Any:
        return self._items()[place]

    def __iter__(self) -> Iterator[object]:
        return iter(self._items())

    def __reduce__(self) -> tuple[type[list[object]], tuple[list[object]]]:
        return list, (self._items(),)


class ArrayList(list[object], Minding):
    """System.Collections.ArrayList: a list that grows by `.Add`."""

    __slots__ = ("_put",)
    _put: int
    """How often an item was put in another's place, 0 where it is not there."""

    def __setitem__(self, place: Any, item: Any) -> None:
        self._put = getattr(self, "_put", 0) + 1
        super().__setitem__(place, item)

    def changes(self) -> object:
        """See there."""
        return len(self), getattr(self, "_put", 0)


class Wrapped:
    """A list inside a PSObject: one value to `-f`, and in a CSV or HTML the text of its items."""

    __slots__ = ()


class RemoteList(ArrayList, Wrapped):
    """A list of an object that came over the wire."""

    __slots__ = ()


class BlockArray(list[object], Wrapped):
    """An array that the block of a calculated property, or of a member, gave."""

    __slots__ = ()


class GenericList(ArrayList):
    """System.Collections.Generic.List[T]. element: the full name of T."""

    __slots__ = ("element",)
    element: str

    def __init__(self, items: Iterable[object] = (), element: str = "System.Object") -> None:
        super().__init__(items)
        self.element = element

    def __reduce__(self) -> tuple[type[GenericList], tuple[list[object], str]]:
        return GenericList, (list(self), self.element)


class Collection(GenericList):
    """What `.Where()` and `.ForEach()` give: a Collection[PSObject]."""

    __slots__ = ()

    def __init__(self, items: Iterable[object] = (), element: str = "System.Object") -> None:
        super().__init__(map(given, items) if element == "System.Object" else items, element)

    @property
    def type_name(self) -> str:
        """Its .NET type."""
        held = "System.Management.Automation.PSObject" if self.element == "System.Object" else self.element
        return f"System.Collections.ObjectModel.Collection`1[{held}]"

    def __reduce__(self) -> tuple[type[GenericList], tuple[list[object], str]]:
        return Collection, (list(self), self.element)


def _folded_text(key: str) -> str:
    return key.lower() if key.isascii() else key.lower().replace("ς", "σ")


def folded_key(key: object) -> object:
    """What a hashtable finds a key by: a text whatever its case."""
    kind = type(key)
    if kind is str:
        return _folded_text(key)  # type: ignore[arg-type]
    if kind is int:
        return key if INT32[0] <= key <= INT32[1] else (Int64.__name__, key)  # type: ignore[operator]
    if kind is bool or isinstance(key, float | Decimal | Char | SizedInt | EnumValue):
        return (getattr(kind, "bare", kind).__name__, key)  # a number of another type is another key
    if kind is PSObject and key.base is not MISSING:  # type: ignore[attr-defined]
        return folded_key(key.base)  # type: ignore[attr-defined]
    return _folded_text(key) if isinstance(key, str) else (_Same, id(key)) if key.__hash__ is None else key


class _Same:
    """A key that is no key of a dict, or would be another's there: itself alone."""

    __slots__ = ("key",)

    def __init__(self, key: object) -> None:
        self.key = key


def _own(key: object) -> object:
    return key.key if type(key) is _Same else key


class Hashtable(dict[object, object], Minding):
    """A hashtable: text keys are found whatever their case and keep the case they were first given."""

    HAS_PLACES: ClassVar[bool] = False
    LISTED: ClassVar[bool] = False
    """Whether its keys and values are lists, with places."""
    __slots__ = ("_capacity", "_changes", "_folded", "_in_order", "_is_of_texts", "empty", "version")
    empty: frozenset[object]
    """Keys, as they are found, whose None is what gave no output."""
    version: int
    """How often it was changed: who goes through it sees when that happens."""

    def __init__(self, items: Iterable[tuple[object, object]] = (), *, capacity: int = 0) -> None:
        super().__init__()
        self._folded: dict[object, object] = {}
        self._capacity = len(items) if isinstance(items, Sized) else capacity
        self._is_of_texts = True
        self._changes: list[Change] | None = None  # since a key was taken out
        self._in_order: tuple[int, list[object]] = (-1, [])
        self.empty = frozenset()
        self.version = 0
        for key, value in items:
            self[key] = value

    def _keys(self) -> Iterable[object]:
        """The keys as .NET goes through them, where that is the same in every process."""
        if self._is_of_texts:
            return super().keys()
        if type(self) not in (Hashtable, CasedHashtable):
            return map(_own, super().keys())
        if self._in_order[0] != self.version:
            keys = list(map(_own, super().keys()))
            if all(hash_of(key) is not None for key in keys):
                keys = in_order(
                    ((True, key) for key in keys) if self._changes is None else self._changes, self._capacity
                )
            self._in_order = self.version, keys
        return self._in_order[1]

    def __iter__(self) -> Iterator[object]:
        return iter(self._keys())

    def keys(self) -> KeysView[object]:  # type: ignore[override]
        """The keys in order."""
        return super().keys() if self._is_of_texts else KeysView(self)

    def values(self) -> ValuesView[object]:  # type: ignore[override]
        """The values in the keys' order."""
        return super().values() if self._is_of_texts else ValuesView(self)

    def items(self) -> ItemsView[object, object]:  # type: ignore[override]
        """Keys and values in order."""
        return super().items() if self._is_of_texts else ItemsView(self)

    def changes(self) -> object:
        """See there."""
        return self.version

    def folded(self, key: object) -> object:
        """What a key is found by."""
        return folded_key(key)

    @staticmethod
    def given(key: object) -> object:
        """A key as it was given, of one that is held."""
        return _own(key)

    def _actual(self, key: object) -> object:
        return self._folded.get(self.folded(key), key)

    def __getitem__(self, key: object) -> object:
        return super().__getitem__(self._actual(key))

    def __setitem__(self, key: object, value: object) -> None:
        folded = self.folded(key)
        actual = self._folded.get(folded, MISSING)
        if actual is MISSING:
            key = without_notes(key)
            alone = key.__hash__ is None or super().__contains__(key)  # 1 and 1.0 are one key of a dict
            self._folded[folded] = actual = _Same(key) if alone else key
            self._is_of_texts = self._is_of_texts and type(key) is str
            if self._changes is not None:
                self._changes.append((True, key))
        self.version += 1
        if value is NOTHING:
            self.empty |= {folded}
            value = None
        elif self.empty:
            self.empty -= {folded}
        super().__setitem__(actual, value)

    def __delitem__(self, key: object) -> None:
        self.version += 1
        actual = self._actual(key)
        if not self._is_of_texts:
            if self._changes is None:
                self._changes = [(True, _own(one)) for one in dict.__iter__(self)]
            self._changes.append((False, _own(actual)))
        super().__delitem__(actual)
        folded = self.folded(key)
        del self._folded[folded]
        self.empty -= {folded}

    def __contains__(self, key: object) -> bool:
        return self.folded(key) in self._folded

    def get(self, key: object, default: object = None) -> object:
        """The value of a key, whatever its case."""
        actual = self._folded.get(self.folded(key), MISSING)
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
        self.version += 1
        super().clear()
        self._folded.clear()
        self._is_of_texts, self._changes, self.empty = True, None, frozenset()

    def copy(self) -> Hashtable:
        """A shallow copy of the same class."""
        return type(self)(pairs(self))

    def __reduce__(self) -> tuple[type[Hashtable], tuple[Any, ...]]:
        return type(self), (list(pairs(self)),)


class CasedHashtable(Hashtable):
    """A hashtable that .NET made, which tells text keys apart by case."""

    __slots__ = ()

    def folded(self, key: object) -> object:
        """See there."""
        return key if type(key) is str else str(key) if isinstance(key, str) else super().folded(key)


class KeyComparer(Protocol):
    """Which texts are one key."""

    @property
    def name(self) -> str:
        """That of .NET's comparer."""

    def key(self, value: object) -> object:
        """What those that are one have in common."""


class Dictionary(Hashtable):
    """System.Collections.Generic.Dictionary[K,V]: text keys are told apart by case. key, value: full type names.

    comparer: which text keys are one, where that is told otherwise.
    """

    __slots__ = ("_added", "_free", "_places", "comparer", "key", "value")
    key: str
    value: str
    _places: dict[object, int]
    """Where each key stands, since one was taken out: a place that is free again is the next key's (`_free`)."""

    def __init__(
        self,
        items: Iterable[tuple[object, object]] = (),
        key: str = "System.Object",
        value: str = "System.Object",
        comparer: KeyComparer | None = None,
    ) -> None:
        self.key, self.value = key, value
        self.comparer = comparer
        self._added = 0
        self._places, self._free = {}, list[int]()
        super().__init__(items)

    def changes(self) -> object:
        """See there: what is added is minded alone."""
        return self._added

    def has_still(self, item: object) -> bool:
        """Whether a key is there."""
        return item in self

    @property
    def type_name(self) -> str:
        """Its .NET type."""
        return f"System.Collections.Generic.Dictionary`2[{self.key},{self.value}]"

    def folded(self, key: object) -> object:
        """The key as one of its type, as it is or as its comparer has it."""
        made = self.made(key, self.key)
        if self.comparer is not None:
            return self.comparer.key(made)
        return made if isinstance(made, str) else folded_key(made)

    @staticmethod
    def made(value: object, type_name: str) -> object:
        """A value as a type has it. Raises ScriptError for one that cannot be one."""
        return member_maker[0](value, type_name)

    def __setitem__(self, key: object, value: object) -> None:
        made = self.made(value, self.value)  # .NET looks at the value first
        key = self.made(key, self.key)
        if key not in self:
            self._added += 1
            if self._places:
                self._places[self.folded(key)] = self._free.pop() if self._free else len(self)
        super().__setitem__(key, made)

    def __delitem__(self, key: object) -> None:
        folded = self.folded(key)
        if not self._places:
            self._places = {self.folded(one): place for place, one in enumerate(self)}
        super().__delitem__(key)
        self._free.append(self._places.pop(folded))
        self._is_of_texts, self._changes = False, None
        if not self._places:
            self._places[MISSING] = -1  # its places are kept, though none is taken

    def clear(self) -> None:
        """Take every key out."""
        super().clear()
        self._places, self._free = {}, []

    def _keys(self) -> Iterable[object]:
        if not self._places:
            return super()._keys()
        if self._in_order[0] != self.version:
            keys = sorted(map(_own, dict.__iter__(self)), key=lambda key: self._places[self.folded(key)])
            self._in_order = self.version, keys
        return self._in_order[1]

    def copy(self) -> Dictionary:
        """A shallow copy."""
        return Dictionary(self.items(), self.key, self.value, self.comparer)

    def __reduce__(self) -> tuple[type[Hashtable], tuple[Any, ...]]:
        return Dictionary, (list(self.items()), self.key, self.value, self.comparer)


member_maker: list[Callable[[object, str], object]] = []
"""How a dictionary converts what it is given; the room of conversions says it."""


class Ordered(Hashtable):
    """`[ordered]@{…}`: also indexed by position. A key that is set again is spelled as it was set last."""

    __slots__ = ()
    HAS_PLACES = True
    LISTED = True

    def __setitem__(self, key: object, value: object) -> None:
        actual = self._actual(key)
        if type(actual) is str and type(key) is str and actual != key:
            entries = [(key if name is actual else name, item) for name, item in dict.items(self)]
            dict.clear(self)
            dict.update(self, entries)
            self._folded[self.folded(key)] = key
        super().__setitem__(key, value)


def is_table(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Whether it is a dictionary, and no object."""
    return isinstance(value, Mapping) and not isinstance(value, ObjectLike)


def is_bare(value: object) -> bool:
    """Whether it is an object that is only its properties."""
    return isinstance(value, ObjectLike) and value.text is None and value.base is MISSING


def lookup(table: Mapping[object, object], key: object) -> object:
    """A key of any mapping, text keys whatever their case; MISSING where there is none."""
    if isinstance(table, Hashtable):
        found = table.get(key, MISSING)
        return NOTHING if found is None and table.empty and table.folded(key) in table.empty else found
    if key in table:
        return table[key]
    if isinstance(key, str):
        folded = key.lower()
        for name, value in table.items():
            if isinstance(name, str) and name.lower() == folded:
                return value
    return MISSING


SINGLE: Final = frozenset({int, str, NotedText, float, bool, type(None), Decimal, datetime})
"""Types whose values are never taken apart: most there is, told by one look."""


def is_collection(value: object) -> bool:
    """Whether the pipeline takes it apart: lists, tuples, records, sets, queues, bytes; not texts, tables or
    objects."""
    kind = type(value)
    if kind in SINGLE:
        return False
    if kind is list:
        return True
    if isinstance(value, str | Mapping):
        return isinstance(value, ObjectLike) and value.base is not MISSING and is_collection(value.base)
    return isinstance(value, Records | Sequence | Set | deque | KeysView | ValuesView | bytearray)


def items_of(value: object) -> Sequence[object]:
    """The items of a collection, by position."""
    if isinstance(value, ObjectLike):
        return items_of(value.base)
    if isinstance(value, Records):
        return value
    if isinstance(value, bytes | bytearray):
        return [Byte(one) for one in value]
    return value if isinstance(value, Sequence) else list(value) if isinstance(value, Iterable) else [value]


def each_of(value: object) -> list[object]:
    """The items of a collection, else the value alone; what gave no output has none."""
    if is_collection(value):
        return list(items_of(value))
    return list(value) if isinstance(value, Enumerator) else [] if value is NOTHING else [value]


def enumerate_value(value: object) -> Iterator[object]:
    """What a value puts into a pipeline: the items of a collection, else itself; NOTHING puts nothing."""
    if value is NOTHING:
        return
    if type(value) is Gapped or type(value) is KeyCollection:
        yield from (item for item in items_of(value) if item is not NOTHING)
    elif is_collection(value):
        yield from items_of(value)
    elif isinstance(value, Enumerator | Iterator):
        yield from value
    else:
        yield value


class Changed(Exception):
    """A collection was changed while it was gone through; its text is what .NET says of it."""


def watched(value: object, *, entries: bool = False) -> Iterator[object]:
    """The items of a collection, with entries those of a table. Raises Changed when it is changed meanwhile, as .NET's
    lists and tables do."""
    kind = type(value)
    if kind in SINGLE:
        return iter((value,))
    if kind is list or kind is range or kind is Gapped:
        return iter(value)  # type: ignore[call-overload,no-any-return]
    owner = value.owner if isinstance(value, KeyCollection) else value
    if isinstance(owner, Minding) and (entries or owner is not value or not isinstance(owner, Hashtable)):
        return _minded(_told(value, owner), owner, owner.changes())
    return iter(entries_of(value)) if entries and is_table(value) else enumerate_value(value)  # of a dict of Python's


def _minded(items: Iterable[object], owner: Minding, before: object) -> Iterator[object]:
    for item in items:
        if owner.changes() != before:
            raise Changed(owner.AFTER_CHANGE)
        yield item
    if owner.changes() != before:
        raise Changed(owner.AFTER_CHANGE)


def _told(value: object, owner: Minding) -> Iterator[object]:
    """The items, keys, values or entries of what minds changes, each as it is when it is its turn."""
    if isinstance(owner, Dictionary):
        for key in filter(owner.has_still, list(owner)):
            if not isinstance(value, KeyCollection):
                yield entry_of(owner, key)
            else:
                yield key if value.keys else lookup(owner, key)
    elif isinstance(owner, Hashtable):
        yield from entries_of(owner) if owner is value else list(items_of(value))
    else:
        yield from filter(owner.has_still, list(items_of(value)))


def collapse(items: list[object]) -> object:
    """The value of a pipeline's output: nothing, the one item, or the list."""
    if not items:
        return NOTHING
    return items[0] if len(items) == 1 else items


class Properties(dict[str, object]):
    """Properties of which some gave no output: those are None here, and told by name in `empty`."""

    __slots__ = ("empty",)

    def __init__(self, items: Iterable[tuple[str, object]]) -> None:
        super().__init__()
        self.empty: frozenset[str] = frozenset()
        for name, value in items:
            super().__setitem__(name, plain(value))
            if value is NOTHING:
                self.empty |= {name}

    def __setitem__(self, name: str, value: object) -> None:
        self.empty -= {name}
        super().__setitem__(name, value)

    def gave_nothing(self, name: str) -> bool:
        """Whether the property of a name, whatever its case, gave no output."""
        return any(one.lower() == name.lower() for one in self.empty)

    def __reduce__(self) -> tuple[type[Properties], tuple[list[tuple[str, object]]]]:
        return Properties, (list(pairs(self)),)


def held_properties(made: dict[str, object]) -> dict[str, object]:
    """The properties of an object that is made of values."""
    return Properties(made.items()) if any(value is NOTHING for value in made.values()) else made


def pairs(value: Mapping[Any, Any]) -> Iterable[tuple[Any, object]]:
    """The names and values of a mapping, NOTHING for those that gave no output."""
    held = value.properties if isinstance(value, PSObject) else value
    if isinstance(held, Properties):
        return [(name, NOTHING if name in held.empty else item) for name, item in held.items()]
    if isinstance(held, Hashtable) and held.empty:
        return [(key, NOTHING if held.folded(key) in held.empty else item) for key, item in held.items()]
    return held.items()


_RESERVED: Final = frozenset({"psobject", "psbase", "psadapted", "psextended", "pstypenames"})


def need_free(names: Iterable[str]) -> None:
    """Raises NotKnownHere for a name that PowerShell keeps for itself and gives to no property."""
    for name in names:
        if name[:2] in ("ps", "Ps", "PS", "pS") and name.lower() in _RESERVED:
            raise NotKnownHere(f"a property of the name {name}, which PowerShell keeps for itself")


def custom_object(content: Mapping[str, object]) -> PSObject:
    """`[pscustomobject]@{…}`."""
    return PSObject(held_properties(dict(pairs(content))), CUSTOM_OBJECT)


def net_object(kind: str, content: Mapping[str, object]) -> PSObject:
    """An object of .NET's whose text is the name of its type."""
    return PSObject(dict(content), (kind, "System.Object"), kind)


def plain(value: object) -> object:
    """NOTHING as the None that a notebook's variable holds."""
    return None if value is NOTHING else value


class SwitchParameter(PSObject):
    """The value of a `[switch]` parameter: an object that is true or not, and no number."""

    __slots__ = ("on",)
    NAME: Final = "System.Management.Automation.SwitchParameter"

    def __init__(self, on: bool) -> None:
        super().__init__({"IsPresent": on}, (self.NAME,), str(on))
        self.on = on

    def __reduce__(self) -> tuple[type[SwitchParameter], tuple[bool]]:
        return SwitchParameter, (self.on,)


class ArgumentName(str):
    """A parameter's name among `$args`, dash and all: splatted it is one again."""

    __slots__ = ()


PAIRS: Final = ("System.Collections.DictionaryEntry", "System.Collections.Generic.KeyValuePair`2")
"""Types of a table's entries, the beginnings of their names."""


class Enumerator:
    """A place in a collection, which `.GetEnumerator()` gives; to go through it uses it up.

    name: its type.  first: what it is at before it was moved and behind the end.
    """

    __slots__ = ("_begin", "_steps", "current", "first", "name")

    def __init__(self, name: str, begin: Callable[[], Iterator[object]], first: object = None) -> None:
        self.name, self.first = name, first
        self._begin, self._steps = begin, begin()
        self.current = first

    def move_next(self) -> bool:
        """Go to the next item; whether there is one. Raises Changed where the collection was changed."""
        for item in self._steps:
            self.current = item
            return True
        self.current = self.first
        return False

    def reset(self) -> Nothing:
        """Go back before the first item."""
        self._steps, self.current = self._begin(), self.first
        return NOTHING

    def __iter__(self) -> Iterator[object]:
        while self.move_next():
            yield self.current

    def __str__(self) -> str:
        return self.name


def entry_of(table: Dictionary, key: object) -> PSObject:
    """The entry of a dictionary's key, which has no Name."""
    value = lookup(table, key)
    return PSObject(held_properties({"Key": key, "Value": value}), (f"{PAIRS[1]}[{table.key},{table.value}]",))


def entries_of(table: Mapping[object, object]) -> list[PSObject]:
    """The entries of a table, as GetEnumerator gives them: a dictionary's have no Name, which a hashtable's have."""
    if isinstance(table, Dictionary):
        return [entry_of(table, key) for key in table]
    return [
        PSObject(held_properties({"Name": key, "Key": key, "Value": value}), PAIRS[:1]) for key, value in pairs(table)
    ]
