"""`[Tuple]::Create('a', 1)`: several values as one, each of its own type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.collections import NOTHING, is_bare, is_collection
from lync_magic.language.values.failures import NO_PROPERTY, NotKnownHere, ScriptError
from lync_magic.language.values.members import index, keyed, setters
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.statics import own_statics, tuple_maker
from lync_magic.language.values.text import net_text
from lync_magic.language.values.types import TUPLE, NetType, own_types, type_arguments, type_of

_MOST: Final = 7


class Tuple:
    """A System.Tuple. kind: its full name."""

    __slots__ = ("items", "kind")

    def __init__(self, items: Sequence[object], kind: str) -> None:
        self.items, self.kind = tuple(items), kind

    def __str__(self) -> str:
        return f"({', '.join(map(net_text, self.items))})"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        raise NotKnownHere("a [System.Tuple] compared with something else")

    __hash__ = None  # type: ignore[assignment]


def _property(value: Tuple, folded: str) -> object:
    if folded == "length":
        return len(value.items)
    place = folded.removeprefix("item")
    is_item = folded != place and place.isdecimal() and 0 < int(place) <= len(value.items) and place[0] != "0"
    return value.items[int(place) - 1] if is_item else MISSING


def _item(value: Tuple, place: object) -> object:
    """`$tuple[place]`: as of a list, but nothing stands at a text that is no number."""
    if isinstance(place, str) and not place.isdecimal():
        return None
    return index(list(value.items), place)


def _set(value: Tuple, name: str, _new: object) -> None:
    if _property(value, name.lower()) is MISSING:
        raise ScriptError(NO_PROPERTY.format(name), "PropertyAssignmentException")
    raise ScriptError(f"'{name}' is a ReadOnly property.", "PropertyAssignmentException", inner="SetValueException")


def _created(_none: None, arguments: Sequence[object]) -> Tuple:
    """`[Tuple]::Create(…)`: of the types that the values have."""
    kinds = []
    for one in arguments:
        if one is None or one is NOTHING or is_bare(one) or is_collection(one) or not type_of(one):
            raise NotKnownHere("[Tuple]::Create of a value without a type of its own")
        kinds.append(type_of(one))
    return Tuple(arguments, f"{TUPLE}`{len(kinds)}[{','.join(kinds)}]")


def new_tuple(kind: NetType) -> Static:
    """The constructor of a type of them."""
    kinds = type_arguments(kind.name)

    def new(_none: None, arguments: Sequence[object]) -> Tuple:
        made = [
            one if told == "System.Object" else argument_as(one, told, f"item{place}", ".ctor")
            for place, (one, told) in enumerate(zip(arguments, kinds, strict=True), 1)
        ]
        return Tuple(made, kind.name)

    return method(len(kinds))(new)


own_types[Tuple] = lambda value: value.kind if isinstance(value, Tuple) else TUPLE
own_names[Tuple] = lambda value: [*(f"Item{place}" for place in range(1, len(value.items) + 1)), "Length"]
own_properties[Tuple] = _property
own_methods[Tuple] = {"tostring": method(0)(lambda v, a: str(v))}
setters[Tuple] = _set
keyed[Tuple] = _item
own_statics[TUPLE] = {"create": method(1, _MOST)(_created)}, {}
tuple_maker.append(new_tuple)
