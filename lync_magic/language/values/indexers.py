"""Indexers by the names that .NET's compilers give them: `$table.Set_Item('key', 1)`, `$list.get_Item(0)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lync_magic.clixml import MISSING
from lync_magic.language.values.calls import LISTS, TABLE_METHODS, call_method, lacking
from lync_magic.language.values.collections import NOTHING, Array, Dictionary, GenericList, Ordered, lookup, plain
from lync_magic.language.values.failures import (
    OUTSIDE,
    NotKnownHere,
    ScriptError,
    call_failed,
    null_argument,
    setting_failed,
)
from lync_magic.language.values.methods import as_item, int32, method
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

_GET, _SET = "get_Item", "set_Item"


def _key(value: Mapping[object, object], arguments: Sequence[object], name: str) -> object:
    key = arguments[0]
    if isinstance(value, Dictionary):
        key = as_item(key, value.key, name, "key", len(arguments))
    if key is None or key is NOTHING:
        null_argument(name, len(arguments), "key")
    if isinstance(value, Ordered) and type(key) is int:
        if not 0 <= key < len(value):
            call_failed(name, len(arguments), OUTSIDE, "ArgumentOutOfRangeException")
        return list(value)[key]
    return key


def _entry(value: Mapping[object, object], arguments: Sequence[object]) -> object:
    key = _key(value, arguments, _GET)
    found = lookup(value, key)
    if found is MISSING and isinstance(value, Dictionary):
        message = f"The given key '{to_text(key)}' was not present in the dictionary."
        call_failed(_GET, 1, message, "KeyNotFoundException")
    return None if found is MISSING else found


def _put_entry(value: dict[object, object], arguments: Sequence[object]) -> object:
    key, new = _key(value, arguments, _SET), plain(arguments[1])
    value[key] = as_item(new, value.value, _SET, "value", 2) if isinstance(value, Dictionary) else new
    return NOTHING


def _place(value: Sequence[object], arguments: Sequence[object], name: str) -> int:
    place = int32(arguments[0], "index", name)
    if not 0 <= place < len(value):
        call_failed(name, len(arguments), OUTSIDE, "ArgumentOutOfRangeException")
    return place


def _item(value: Sequence[object], arguments: Sequence[object]) -> object:
    return value[_place(value, arguments, _GET)]


def _put_item(value: list[object], arguments: Sequence[object]) -> object:
    place, new = _place(value, arguments, _SET), plain(arguments[1])
    value[place] = as_item(new, value.element, _SET, "value", 2) if isinstance(value, GenericList) else new
    return NOTHING


def put_item(value: object, place: object, new: object) -> None:
    """`$value.Item(place) = new`. Raises ScriptError in the words of a property that is not set."""
    if value is not None and value is not NOTHING and not isinstance(value, dict | list):
        raise lacking(value, "Item")
    if isinstance(value, Array) and value.element != "System.Object":
        raise NotKnownHere(f".Item() of a [{type_of(value)}], which is set")
    if type(value) is list and type(place) is int:
        if not 0 <= place < len(value):
            raise setting_failed("Item", "Index was outside the bounds of the array.", "IndexOutOfRangeException")
        value[place] = new
        return
    if isinstance(value, Ordered) and type(place) is int and not 0 <= place < len(value):
        message = "Specified argument was out of the range of valid values. (Parameter 'index')"
        raise setting_failed("Item", message, "ArgumentOutOfRangeException")
    try:
        call_method(value, _SET, (place, new))
    except ScriptError as bad:
        if bad.exception == "MethodInvocationException":
            raise setting_failed("Item", bad.inner_message, bad.inner) from None
        if bad.exception == "MethodException":
            raise setting_failed("Item", bad.message, bad.exception) from None
        raise


TABLE_METHODS.update({"get_item": method(1)(_entry), "set_item": method(2)(_put_entry)})
LISTS.update({"get_item": method(1)(_item), "set_item": method(2)(_put_item)})
