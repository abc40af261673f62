"""What `.GetEnumerator()` gives: a place in a collection, which goes on from where it is and not back.

Rules of this file: to go through one uses it up; where its collection was changed meanwhile it fails, as .NET's do,
but an array's and a text's. What a cell may do with one the checker says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.collections import (
    NOTHING,
    Changed,
    Dictionary,
    Enumerator,
    GenericList,
    KeyCollection,
    Ordered,
    watched,
)
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import get_property, own_methods, own_properties
from lync_magic.language.values.types import own_types, type_of

_OF_TABLES: Final = ("key", "value", "entry")
"""What a table's enumerator says of the entry it is at."""
_TABLE, _ORDERED = "System.Collections.Hashtable", "System.Collections.Specialized.OrderedDictionary"
_NAMES: Final = {
    _TABLE: f"{_TABLE}+HashtableEnumerator",
    _ORDERED: f"{_ORDERED}+OrderedDictionaryEnumerator",
    "System.Collections.ArrayList": "System.Collections.ArrayList+ArrayListEnumeratorSimple",
    "System.Collections.Queue": "System.Collections.Queue+QueueEnumerator",
    "System.Collections.Stack": "System.Collections.Stack+StackEnumerator",
    "System.String": "System.CharEnumerator",
}
_NUMBERS: Final = frozenset(
    f"System.{one}" for one in ("Int32", "Int64", "Double", "Single", "Decimal", "Byte", "Int16", "UInt32", "UInt64")
)


def enumerator_of(value: object, letters: Sequence[object] = ()) -> Enumerator:
    """That of a collection or a table; of a text it is that of its letters."""
    if isinstance(value, str):
        return Enumerator(_NAMES["System.String"], lambda: iter(letters))
    return Enumerator(_named(value), lambda: watched(value, entries=True), _first(value))


class RangePlace(Enumerator):
    """A place in a range of numbers, which stays at the last one."""

    __slots__ = ()

    def move_next(self) -> bool:
        """Go to the next item; whether there is one."""
        for item in self._steps:
            self.current = item
            return True
        return False


def place_in_loop(value: object, *, is_range: bool) -> Enumerator:
    """What `$foreach` and `$switch` are: the place of a loop in what it goes through."""
    if value is None or value is NOTHING:
        return Enumerator("", lambda: iter(()))
    return (RangePlace if is_range else Enumerator)("", lambda: watched(value), _first(value))


def _named(value: object) -> str:
    kind = type_of(value)
    if kind.endswith("[]"):
        return "System.ArrayEnumerator"
    if isinstance(value, KeyCollection) and not isinstance(value.owner, Dictionary):
        kind = _ORDERED if isinstance(value.owner, Ordered) else _TABLE
    outer, bracket, arguments = kind.partition("[")
    return _NAMES.get(kind, f"{outer}+Enumerator{bracket}{arguments}")


def _first(value: object) -> object:
    """What stands before the first item and behind the last: nothing, or what its type has for it."""
    if isinstance(value, Dictionary):
        return MISSING
    if not isinstance(value, GenericList):
        return None
    return 0 if value.element == "System.Int32" else MISSING if value.element in _NUMBERS else None


def _property(value: Enumerator, folded: str) -> object:
    of_table = value.name in (_NAMES[_TABLE], _NAMES[_ORDERED])
    if folded == "current" or (of_table and folded in _OF_TABLES):
        if value.current is MISSING:
            raise NotKnownHere("an enumerator that stands at no item")
        if folded in ("current", "entry") or value.current is None:
            return value.current
        return get_property(value.current, folded)
    if folded not in ("name", *_OF_TABLES):
        raise NotKnownHere(f"the property .{folded} of an enumerator")
    return MISSING


def _moved(value: Enumerator, arguments: Sequence[object]) -> object:
    try:
        return value.move_next()
    except Changed as changed:
        call_failed("MoveNext", 0, str(changed), "InvalidOperationException")


for _class in (Enumerator, RangePlace):
    own_types[_class] = str
    own_properties[_class] = _property
    own_methods[_class] = {"movenext": method(0)(_moved), "reset": method(0)(lambda v, a: v.reset())}
