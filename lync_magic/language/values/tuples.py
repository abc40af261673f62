"""`[Tuple]::Create('a', 1)`: several values as one, each of its own type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.language.values.collections import NOTHING, is_bare, is_collection
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NO_PROPERTY, NotKnownHere, ScriptError, call_failed
from lync_magic.language.values.members import index, keyed, setters
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.numeric import INTEGERS, to_int
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.static_functions import MATH, Static
from lync_magic.language.values.statics import own_statics, tuple_maker
from lync_magic.language.values.text import net_text
from lync_magic.language.values.types import TUPLE, VALUE_TUPLE, NetType, own_types, type_arguments, type_of

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
        if not isinstance(other, Tuple):
            return False
        if any(isinstance(one, list | dict | ObjectLike) for one in (*self.items, *other.items)):
            raise NotKnownHere("tuples of objects compared")
        return self.kind == other.kind and self.items == other.items

    def __hash__(self) -> int:
        return hash((self.kind, self.items))


class ValueTuple(Tuple):
    """A System.ValueTuple."""

    __slots__ = ()


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
    if isinstance(value, ValueTuple) and name.lower() != "length":
        raise NotKnownHere("an item of a [System.ValueTuple] that is set")
    raise ScriptError(f"'{name}' is a ReadOnly property.", "PropertyAssignmentException", inner="SetValueException")


def _of_values(_none: None, arguments: Sequence[object]) -> ValueTuple:
    """`[ValueTuple]::Create(…)`."""
    if not arguments:
        raise NotKnownHere("[ValueTuple]::Create of nothing")
    made = _created(None, arguments)
    return ValueTuple(made.items, made.kind.replace(TUPLE, VALUE_TUPLE, 1))


def _divided(_none: None, arguments: Sequence[object]) -> ValueTuple:
    """`[math]::DivRem(a, b)`: the quotient and what is left, of the numbers' type."""
    kinds = {type_of(one) for one in arguments}
    kind = "System.Int64" if kinds == {"System.Int32", "System.Int64"} else kinds.pop() if len(kinds) == 1 else ""
    if kind not in INTEGERS:
        raise NotKnownHere("[math]::DivRem of these values")
    number, by = map(to_int, arguments)
    if by == 0:
        call_failed("DivRem", 2, "Attempted to divide by zero.", "DivideByZeroException")
    found = abs(number) // abs(by) * (1 if (number < 0) == (by < 0) else -1)
    if by == -1:
        raise NotKnownHere("[math]::DivRem by -1")
    parts = [convert(one, NetType(kind)) for one in (found, number - found * by)]
    return ValueTuple(parts, f"{VALUE_TUPLE}`2[{kind},{kind}]")


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
        return (ValueTuple if kind.name.startswith(VALUE_TUPLE) else Tuple)(made, kind.name)

    return method(len(kinds))(new)


own_types[Tuple] = lambda value: value.kind if isinstance(value, Tuple) else TUPLE
own_names[Tuple] = lambda value: [*(f"Item{place}" for place in range(1, len(value.items) + 1)), "Length"]
own_properties[Tuple] = _property
own_methods[Tuple] = {"tostring": method(0)(lambda v, a: str(v))}
setters[Tuple] = _set
keyed[Tuple] = _item
own_types[ValueTuple] = own_types[Tuple]
own_names[ValueTuple] = lambda value: ["Length", *(f"Item{place}" for place in range(1, len(value.items) + 1))]
own_properties[ValueTuple] = _property
own_methods[Tuple]["equals"] = method(1)(lambda v, a: type(a[0]) is type(v) and v == a[0])  # type: ignore[index]
own_methods[ValueTuple] = own_methods[Tuple]
setters[ValueTuple] = _set
keyed[ValueTuple] = _item
own_statics[VALUE_TUPLE] = {"create": method(0, _MOST)(_of_values)}, {}
MATH["divrem"] = method(2)(_divided)
own_statics[TUPLE] = {"create": method(1, _MOST)(_created)}, {}
tuple_maker.append(new_tuple)
