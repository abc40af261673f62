"""`.GetValue()` and `.SetValue()` of arrays: one place, or a list of as many as the array has dimensions.

Rule of this file: an array here has one dimension; what may be stored says System.Array, which widens numbers and
converts nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.language.values.collections import NOTHING, Array, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.numbers import fits
from lync_magic.language.values.numeric import INTEGERS, to_int
from lync_magic.language.values.types import NetType, type_of

_WIDER: Final = {
    "Boolean": "", "Char": "UInt16 UInt32 Int32 UInt64 Int64 Single Double", "SByte": "Int16 Int32 Int64 Single Double",
    "Byte": "Char UInt16 Int16 UInt32 Int32 UInt64 Int64 Single Double", "Int16": "Int32 Int64 Single Double",
    "UInt16": "UInt32 Int32 UInt64 Int64 Single Double Char", "Int32": "Int64 Single Double",
    "UInt32": "UInt64 Int64 Single Double", "Int64": "Single Double", "UInt64": "Single Double", "Single": "Double",
    "Double": "",
}  # fmt: skip
"""Of .NET's primitive types: which others each becomes by itself."""


def _place(value: Sequence[object], told: object, name: str, count: int) -> int:
    if is_collection(told):
        places = items_of(told)
        if len(places) != 1:
            message = "Indices length does not match the array rank."
            call_failed(name, count, message, "ArgumentException")
        told = places[0]
    place = to_int(told)
    if not fits(int, place):
        message = "Arrays larger than 2GB are not supported. (Parameter 'index')"
        call_failed(name, count, message, "ArgumentOutOfRangeException")
    if not 0 <= place < len(value):
        call_failed(name, count, "Index was outside the bounds of the array.", "IndexOutOfRangeException")
    return place


def value_at(value: Sequence[object], arguments: Sequence[object]) -> object:
    """`$array.GetValue(0)`."""
    return value[_place(value, arguments[0], "GetValue", 1)]


def set_value(value: list[object], arguments: Sequence[object]) -> object:
    """`$array.SetValue(item, 0)`."""
    place = _place(value, arguments[1], "SetValue", 2)
    value[place] = _stored(arguments[0], value.element if isinstance(value, Array) else "System.Object")
    return NOTHING


def _stored(item: object, element: str) -> object:
    item = None if item is NOTHING else item
    if element == "System.Object" or type_of(item) == element or (item is None and element == "System.String"):
        return item
    short = element.removeprefix("System.")
    if item is None and (short in _WIDER or is_enum(element)):
        return convert(0, NetType(element))
    if item is None or not (short in _WIDER or element in INTEGERS or element == "System.String"):
        raise NotKnownHere(f".SetValue() of this in [{NetType(element).spoken}[]]")
    given = type_of(item).removeprefix("System.")
    if short not in _WIDER or given not in _WIDER:
        call_failed("SetValue", 2, "Object cannot be stored in an array of this type.", "InvalidCastException")
    if short not in _WIDER[given].split():
        message = (
            "Cannot widen from source type to target type either because the source type is a not a primitive type or "
            "the conversion cannot be accomplished."
        )
        call_failed("SetValue", 2, message, "ArgumentException")
    return convert(item, NetType(element))
