"""Methods of values: which there are for which type, and calling one.

A method that is known for another type only is PowerShell's MethodNotFound; what .NET has and this file does not is
refused before a cell runs (`KNOWN_METHODS`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

from lync_magic.clixml import MISSING, Char, EnumValue, ObjectLike, Uri, Version
from lync_magic.language.values.adapted import is_adapted
from lync_magic.language.values.array_items import set_value, value_at
from lync_magic.language.values.collections import (
    NOTHING,
    PAIRS,
    Array,
    ArrayList,
    Dictionary,
    GenericList,
    Hashtable,
    KeyCollection,
    Ordered,
    SwitchParameter,
    Unlisted,
    folded_key,
    is_bare,
    is_collection,
    items_of,
    lookup,
    pairs,
)
from lync_magic.language.values.compare import equal, order
from lync_magic.language.values.culture import PROVIDED, CultureValue, FormatInfo, as_provider
from lync_magic.language.values.default_parameters import DefaultParameters
from lync_magic.language.values.enumerators import enumerator_of
from lync_magic.language.values.failures import (
    BAD_COUNT,
    OUTSIDE,
    PAST_END,
    NotKnownHere,
    ScriptError,
    call_failed,
    must_be,
    no_method,
    no_overload,
    not_got,
    null_argument,
)
from lync_magic.language.values.formatting import BadFormat, format_value
from lync_magic.language.values.methods import (
    Method,
    argument,
    argument_as,
    as_item,
    cultured,
    indexed_by,
    int32,
    method,
    no_cast_argument,
)
from lync_magic.language.values.moment_members import (
    DATE_METHODS,
    SPAN_METHODS,
)
from lync_magic.language.values.net_choice import fitted
from lync_magic.language.values.net_members import net_method
from lync_magic.language.values.net_objects import HashSet
from lync_magic.language.values.noted import without_notes
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.overloads import call_fitting, has_several
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.scripted import script_method
from lync_magic.language.values.sequences import is_another_lists, items_to_add
from lync_magic.language.values.spelled import GivenReal, RemoteEnum, Spelled, given, unspelled
from lync_magic.language.values.text import local_text, to_text
from lync_magic.language.values.text_methods import TEXT_METHODS, compare_values
from lync_magic.language.values.types import NetType, bound_type_of, named_type_of, own_types, type_of
from lync_magic.language.values.units import in_units, is_wide, units, whole


def _fixed(value: list[object], name: str, count: int) -> None:
    if not isinstance(value, ArrayList):
        call_failed(name, count, "Collection was of a fixed size.", "NotSupportedException")


ITEM_METHODS: Final = frozenset(
    ("add", "contains", "containskey", "containsvalue", "indexof", "insert", "lastindexof", "remove", "tryadd")
)
OF_ONE_TYPE: Final = (GenericList, HashSet, Dictionary)
"""Collections whose methods for items tell what gave no output from `$null`."""


def _item(value: Sequence[object], given: object, name: str, count: int = 1) -> object:
    """An argument as an item of a list: of its type where the list has one."""
    return as_item(given, value.element, name, count=count) if isinstance(value, GenericList) else given


def _add(value: list[object], arguments: Sequence[object]) -> object:
    _fixed(value, "Add", 1)
    value.append(_item(value, arguments[0], "Add"))
    return NOTHING if isinstance(value, GenericList) else len(value) - 1


def _add_range(value: list[object], arguments: Sequence[object]) -> object:
    value.extend(items_to_add(value, arguments[0], "AddRange", 1))
    return NOTHING


def _insert_range(value: list[object], arguments: Sequence[object]) -> object:
    place = int32(arguments[0], "index", "InsertRange")
    items = items_to_add(value, arguments[1], "InsertRange", 2)
    if not 0 <= place <= len(value):
        message = f"{PAST_END} (Parameter 'index')"
        call_failed("InsertRange", 2, message, "ArgumentOutOfRangeException")
    value[place:place] = items
    return NOTHING


def _below(value: Sequence[object], name: str, number: int) -> str:
    """What a list says of a number that is below nought."""
    if isinstance(value, GenericList):
        return f"Non-negative number required. (Parameter '{name}')"
    return must_be(name, number)


def _get_range(value: list[object], arguments: Sequence[object]) -> object:
    start, count = (int32(one, told, "GetRange") for one, told in zip(arguments, ("index", "count"), strict=True))
    for name, number in (("index", start), ("count", count)):
        if number < 0:
            call_failed("GetRange", 2, _below(value, name, number), "ArgumentOutOfRangeException")
    if start + count > len(value):
        call_failed("GetRange", 2, _BEYOND, "ArgumentException")
    part = value[start : start + count]
    return GenericList(part, value.element) if isinstance(value, GenericList) else _Part(part)


class _Part(ArrayList):
    """A part of an ArrayList (GetRange)."""

    __slots__ = ()


_BEYOND: Final = (
    "Offset and length were out of bounds for the array or count is greater than the number of elements from index to "
    "the end of the source collection."
)


def _insert(value: list[object], arguments: Sequence[object]) -> object:
    _fixed(value, "Insert", 2)
    place = _count_of(arguments[0], "index", "Insert", 2)
    item = _item(value, arguments[1], "Insert", 2)
    if not 0 <= place <= len(value):
        message = "Index must be within the bounds of the List. (Parameter 'index')"
        if not isinstance(value, GenericList):
            message = f"{PAST_END} (Parameter 'index')"
        call_failed("Insert", 2, message, "ArgumentOutOfRangeException")
    value.insert(place, item)
    return NOTHING


def _remove(value: list[object], arguments: Sequence[object]) -> object:
    _fixed(value, "Remove", 1)
    place = _index_of(value, arguments, "Remove")
    if place >= 0:
        del value[place]
    return place >= 0 if isinstance(value, GenericList) else NOTHING


def _remove_at(value: list[object], arguments: Sequence[object]) -> object:
    _fixed(value, "RemoveAt", 1)
    place = _count_of(arguments[0], "index", "RemoveAt", 1)
    if not 0 <= place < len(value):
        call_failed("RemoveAt", 1, OUTSIDE, "ArgumentOutOfRangeException")
    del value[place]
    return NOTHING


def _remove_range(value: list[object], arguments: Sequence[object]) -> object:
    _fixed(value, "RemoveRange", 2)
    start, count = (int32(one, told, "RemoveRange") for one, told in zip(arguments, ("index", "count"), strict=True))
    for name, number in (("index", start), ("count", count)):
        if number < 0:
            call_failed("RemoveRange", 2, _below(value, name, number), "ArgumentOutOfRangeException")
    if start + count > len(value):
        call_failed("RemoveRange", 2, _BEYOND, "ArgumentException")
    del value[start : start + count]
    return NOTHING


def _sort(value: list[object], arguments: Sequence[object]) -> object:
    if arguments:  # with a block, the evaluator does it
        raise NotKnownHere(".Sort() with this argument")
    from functools import cmp_to_key

    kinds = {type_of(one) for one in value if one is not None}
    if len(kinds) > 1:  # .NET has sorted some of it by then
        raise NotKnownHere("sorting a list of several types")
    value.sort(key=cmp_to_key(lambda a, b: order(a, b, case=True)))
    return NOTHING


def _index_of(value: Sequence[object], arguments: Sequence[object], name: str) -> int:
    wanted = _item(value, arguments[0], name)
    kind = type_of(wanted)
    if kind == "System.String":
        return next((i for i, item in enumerate(value) if item == wanted and type_of(item) == kind), -1)
    return next((i for i, item in enumerate(value) if type_of(item) == kind and equal(item, wanted, case=True)), -1)


def _count_of(value: object, parameter: str, name: str, count: int) -> int:
    """An argument as a place or a count, of a method that .NET has several of by that name: what is never a number fits
    none of them. count: of the call's arguments."""
    if is_bare(value) or is_collection(value) or isinstance(value, NetType):
        raise no_overload(name, count)
    return int32(value, parameter, name)


def _place_of(value: Sequence[object], arguments: Sequence[object]) -> int:
    """`.IndexOf(item, start, count)`."""
    wanted = _item(value, arguments[0], "IndexOf", len(arguments))
    first = "index" if isinstance(value, GenericList) else "startIndex"
    start = _count_of(arguments[1], first, "IndexOf", len(arguments)) if len(arguments) > 1 else 0
    count = _count_of(arguments[2], "count", "IndexOf", 3) if len(arguments) > 2 else max(len(value) - start, 0)
    if start > len(value):
        call_failed("IndexOf", len(arguments), f"{PAST_END} (Parameter '{first}')", "ArgumentOutOfRangeException")
    if count < 0 or start > len(value) - count:
        call_failed("IndexOf", len(arguments), f"{BAD_COUNT} (Parameter 'count')", "ArgumentOutOfRangeException")
    if start < 0:
        call_failed("IndexOf", len(arguments), f"{PAST_END} (Parameter 'startIndex')", "ArgumentOutOfRangeException")
    found = _index_of(value[start : start + count], [wanted], "IndexOf")
    return start + found if found >= 0 else -1


def _last_place_of(value: Sequence[object], arguments: Sequence[object]) -> int:
    """`.LastIndexOf(item, start, count)`."""
    wanted = _item(value, arguments[0], "LastIndexOf", len(arguments))
    first = "index" if isinstance(value, GenericList) else "startIndex"
    start = _count_of(arguments[1], first, "LastIndexOf", len(arguments)) if len(arguments) > 1 else len(value) - 1
    count = _count_of(arguments[2], "count", "LastIndexOf", 3) if len(arguments) > 2 else start + 1
    if len(arguments) == 2 and start >= len(value):
        call_failed("LastIndexOf", 2, OUTSIDE.replace("index", first), "ArgumentOutOfRangeException")
    if not value:
        return -1
    for name, number, most in ((first, start, len(value) - 1), ("count", count, start + 1)):
        if not 0 <= number <= most:
            message = f"Larger than collection size. (Parameter '{name}')"
            if number < 0:
                message = _below(value, name, number)
            call_failed("LastIndexOf", len(arguments), message, "ArgumentOutOfRangeException")
    found = _index_of(value[start - count + 1 : start + 1][::-1], [wanted], "LastIndexOf")
    return start - found if found >= 0 else -1


def _copied_list(value: list[object], _arguments: Sequence[object]) -> object:
    if isinstance(value, Array):
        return Array(value, value.element)
    if isinstance(value, GenericList):
        raise no_method(type_of(value), "Clone")
    return ArrayList(value) if isinstance(value, ArrayList) else list(value)


def _as_array(value: list[object], _arguments: Sequence[object]) -> object:
    return (
        Array(value, value.element)
        if isinstance(value, GenericList) and value.element != "System.Object"
        else list(value)
    )


def _blanked(value: list[object], _arguments: Sequence[object]) -> object:
    if isinstance(value, ArrayList):
        value.clear()
    else:
        value[:] = [0 if isinstance(one, int) and isinstance(value, Array) else None for one in value]
    return NOTHING


def _list_item(value: Sequence[object], arguments: Sequence[object]) -> object:
    place = indexed_by(arguments[0], "System.Int32", "index", "Item")
    assert isinstance(place, int)
    if not 0 <= place < len(value):
        raise not_got("Item", OUTSIDE, "ArgumentOutOfRangeException")
    return value[place]


def _array_item(value: Sequence[object], arguments: Sequence[object]) -> object:
    place = indexed_by(arguments[0], "System.Int32", "index", "Item")
    assert isinstance(place, int)
    if not 0 <= place < len(value):
        raise not_got("Item", "Index was outside the bounds of the array.", "IndexOutOfRangeException")
    return value[place]


def _bound(name: str, found: Callable[[Sequence[object]], int]) -> Callable[[list[object], Sequence[object]], object]:
    """A method that asks about a dimension, of which an array here has one."""

    def told(value: list[object], arguments: Sequence[object]) -> object:
        if int32(arguments[0], "dimension", name):
            message = "Array does not have that many dimensions."
            call_failed(name, 1, message, "IndexOutOfRangeException")
        return found(value)

    return told


_ARRAY_METHODS: Final[dict[str, Method[Any]]] = {
    "add": method(1)(_add),
    "clear": method(0)(_blanked),
    "clone": method(0)(_copied_list),
    "contains": method(1)(lambda v, a: _index_of(v, a, "Contains") >= 0),
    "getenumerator": method(0)(lambda v, a: enumerator_of(v)),
    "getlength": method(1)(_bound("GetLength", len)),
    "item": method(1)(_array_item),
    "getlowerbound": method(1)(_bound("GetLowerBound", lambda v: 0)),
    "getupperbound": method(1)(_bound("GetUpperBound", lambda v: len(v) - 1)),
    "getvalue": method(1)(value_at),
    "indexof": method(1)(lambda v, a: _index_of(v, a, "IndexOf")),
    "insert": method(2)(_insert),
    "remove": method(1)(_remove),
    "removeat": method(1)(_remove_at),
    "setvalue": method(2)(set_value),
    "tostring": method(0)(lambda v, a: NetType(type_of(v)).shown),
}
LISTS: Final[dict[str, Method[Any]]] = {
    **{
        name: found
        for name, found in _ARRAY_METHODS.items()
        if name not in ("getlength", "getvalue", "setvalue", "getlowerbound", "getupperbound")
    },
    "addrange": method(1)(_add_range),
    "getrange": method(2)(_get_range),
    "insertrange": method(2)(_insert_range),
    "item": method(1)(_list_item),
    "indexof": method(1, 3)(_place_of),
    "lastindexof": method(1, 3)(_last_place_of),
    "removerange": method(2)(_remove_range),
    "reverse": method(0)(lambda v, a: (v.reverse(), NOTHING)[1]),
    "sort": method(0, 1)(_sort),
    "toarray": method(0)(_as_array),
}
LIST_METHODS: Final = {**_ARRAY_METHODS, **LISTS}


def _typed(value: object, arguments: Sequence[object], name: str) -> list[object]:
    """The arguments of a dictionary's method as its types have them: a key, and a value behind it. Raises ScriptError
    in the words for an argument."""
    if not isinstance(value, Dictionary):
        return list(arguments)
    told = zip(("key", "value"), (value.key, value.value), arguments)  # noqa: B905
    return [as_item(one, kind, name, parameter, len(arguments)) for parameter, kind, one in told]


def _add_entry(value: dict[object, object], arguments: Sequence[object]) -> object:
    arguments = _typed(value, arguments, "Add")
    key = arguments[0]
    if key is None or key is NOTHING:
        null_argument("Add", 2, "key")
    if isinstance(value, DefaultParameters):
        value.check_added(key)
    if lookup(value, key) is not MISSING:
        if isinstance(value, Dictionary):
            message = f"An item with the same key has already been added. Key: {to_text(key)}"
        else:
            known = next(one for one in value if folded_key(one) == folded_key(key))
            message = (
                f"Item has already been added. Key in dictionary: '{to_text(known)}'  Key being added: '{to_text(key)}'"
            )
        call_failed("Add", 2, message, "ArgumentException")
    value[key] = arguments[1]
    return NOTHING


def _copied(value: dict[object, object], _arguments: Sequence[object]) -> object:
    if isinstance(value, Dictionary):
        raise no_method(value.type_name, "Clone")
    return value.copy() if isinstance(value, Hashtable) else Hashtable(value.items())


def _need_key(arguments: Sequence[object], name: str) -> None:
    """Raises .NET's error for a key that is `$null`."""
    if arguments[0] is None:
        null_argument(name, len(arguments), "key")


def _table_item(value: Mapping[object, object], arguments: Sequence[object]) -> object:
    """`.Item(key)`: the indexer by its name."""
    key = arguments[0]
    if isinstance(value, Dictionary) and value.key != "System.Object":
        key = indexed_by(key, value.key, "key", "Item")
    if key is None:
        raise not_got("Item", "Value cannot be null. (Parameter 'key')", "ArgumentNullException")
    if isinstance(value, Ordered) and type(key) is int:
        if not 0 <= key < len(value):
            raise not_got("Item", OUTSIDE, "ArgumentOutOfRangeException")
        return list(value.values())[key]
    found = lookup(value, key)
    if found is MISSING and isinstance(value, Dictionary):
        raise not_got(
            "Item", f"The given key '{to_text(key)}' was not present in the dictionary.", "KeyNotFoundException"
        )
    return None if found is MISSING else found


def _has_key(name: str) -> Callable[[Mapping[object, object], Sequence[object]], object]:
    def has(value: Mapping[object, object], arguments: Sequence[object]) -> object:
        if name == "Contains" and isinstance(value, Dictionary):
            raise no_overload(name, 1)  # it asks for a whole entry
        key = _typed(value, arguments, name)[0] if name == "ContainsKey" else arguments[0]
        _need_key([key], name)
        return lookup(value, key) is not MISSING

    return has


def _has_value(value: Mapping[object, object], arguments: Sequence[object]) -> object:
    wanted = arguments[0]
    if isinstance(value, Dictionary) and value.value != "System.Object":
        wanted = argument_as(wanted, value.value, "value", "ContainsValue")
    return _index_of([one for _, one in pairs(value)], [wanted], "ContainsValue") >= 0


def _remove_key(value: dict[object, object], arguments: Sequence[object]) -> object:
    arguments = _typed(value, arguments, "Remove")
    _need_key(arguments, "Remove")
    there = lookup(value, arguments[0]) is not MISSING
    if there:
        if isinstance(value, Hashtable):
            del value[arguments[0]]
        else:
            wanted = to_text(arguments[0]).lower()
            for known in [one for one in value if to_text(one).lower() == wanted]:
                del value[known]
    return there if isinstance(value, Dictionary) else NOTHING


def _insert_entry(value: dict[object, object], arguments: Sequence[object]) -> object:
    if not isinstance(value, Ordered):
        raise no_method(type_of(value), "Insert")
    place = to_int(arguments[0])
    if not 0 <= place <= len(value):
        wanted = "a non-negative value" if place < 0 else f"less than or equal to '{len(value)}'"
        call_failed("Insert", 3, must_be("index", place, wanted), "ArgumentOutOfRangeException")
    if arguments[1] is None:
        null_argument("Insert", 3, "key")
    if lookup(value, arguments[1]) is not MISSING:
        known = next(one for one in value if folded_key(one) == folded_key(arguments[1]))
        added = to_text(arguments[1])
        message = f"Item has already been added. Key in dictionary: '{to_text(known)}'  Key being added: '{added}'"
        call_failed("Insert", 3, message, "ArgumentException")
    entries = list(value.items())
    entries.insert(place, (arguments[1], arguments[2]))
    value.clear()
    for key, item in entries:
        value[key] = item
    return NOTHING


def _remove_entry_at(value: dict[object, object], arguments: Sequence[object]) -> object:
    if not isinstance(value, Ordered):
        raise no_method(type_of(value), "RemoveAt")
    keys = list(value)
    place = to_int(arguments[0])
    if not 0 <= place < len(keys):
        wanted = "a non-negative value" if place < 0 else f"less than '{len(keys)}'"
        call_failed("RemoveAt", 1, must_be("index", place, wanted), "ArgumentOutOfRangeException")
    del value[keys[place]]
    return NOTHING


def _try_add(value: dict[object, object], arguments: Sequence[object]) -> object:
    if not isinstance(value, Dictionary):
        raise no_method(type_of(value), "TryAdd")
    arguments = [
        argument_as(one, kind, parameter, "TryAdd") if kind != "System.Object" else one
        for parameter, kind, one in zip(("key", "value"), (value.key, value.value), arguments, strict=True)
    ]
    if lookup(value, arguments[0]) is not MISSING:
        return False
    value[arguments[0]] = arguments[1]
    return True


TABLE_METHODS: Final[dict[str, Method[Any]]] = {
    "add": method(2)(_add_entry),
    "clear": method(0)(lambda v, a: (v.clear(), NOTHING)[1]),
    "clone": method(0)(_copied),
    "contains": method(1)(_has_key("Contains")),
    "containskey": method(1)(_has_key("ContainsKey")),
    "containsvalue": method(1)(_has_value),
    "getenumerator": method(0)(lambda v, a: enumerator_of(v)),
    "insert": method(3)(_insert_entry),
    "item": method(1)(_table_item),
    "remove": method(1)(_remove_key),
    "removeat": method(1)(_remove_entry_at),
    "tostring": method(0)(lambda v, a: NetType(type_of(v)).shown),
    "tryadd": method(2)(_try_add),
}
_ONLY_ORDERED: Final = frozenset({"insert", "removeat"})
_NOT_ORDERED: Final = frozenset({"containskey", "containsvalue", "clone", "tryadd"})


def _number_text(value: Any, arguments: Sequence[object]) -> object:
    pattern = argument(arguments, 0, "")
    try:
        return format_value(value, pattern)
    except BadFormat as bad:
        call_failed("ToString", len(arguments), str(bad), "FormatException")


_NUMBER_METHODS: Final[dict[str, Method[Any]]] = {
    "compareto": method(1)(compare_values),
    "tostring": method(0, 2)(cultured(_number_text)),
}


def _compare_characters(value: Char, arguments: Sequence[object]) -> object:
    other = arguments[0]
    return ord(value) - ord(other) if isinstance(other, Char) else compare_values(value, arguments)


def _version_text(value: Version, arguments: Sequence[object]) -> object:
    if not arguments:
        return to_text(value)
    count = int32(arguments[0], "fieldCount", "ToString")
    if not 0 <= count <= len(value.parts):
        most = len(value.parts) if 0 <= count <= len(("major", "minor", "build", "revision")) else 4
        message = f"Argument must be between 0 and {most}. (Parameter 'fieldCount')"
        call_failed("ToString", 1, message, "ArgumentException")
    return ".".join(map(str, value.parts[:count]))


def _own_text(value: object) -> str:
    """`.ToString()`: a type's full name; nothing for an object that is only its properties."""
    if isinstance(value, ObjectLike) and value.base is MISSING:
        return local_text(value) if type_of(value).startswith(PAIRS) else value.text or ""
    if isinstance(value, Unlisted):
        return NetType(type_of(value)).shown
    return value.shown if isinstance(value, NetType) else to_text(value)


def _same(value: object, arguments: Sequence[object]) -> bool:
    """`.Equals(…)`: an object of properties alone is not even the same as itself, which comes wrapped."""
    other = arguments[0]
    if isinstance(value, SwitchParameter):
        return equal(value, other)
    custom = isinstance(value, ObjectLike) and value.base is MISSING and type_of(value) == _CUSTOM
    return not custom and type_of(value) == type_of(other) and equal(value, other, case=True)


def _enum_text(value: EnumValue, arguments: Sequence[object]) -> object:
    """`.ToString('d')` of an enumeration's value; a culture changes nothing."""
    told = arguments[0] if arguments else None
    if isinstance(told, bool | datetime):
        raise no_cast_argument("provider", told, "ToString", "System.IFormatProvider")
    pattern = "" if isinstance(told, CultureValue) else to_text(told)
    try:
        return format_value(value, pattern or "G")
    except BadFormat:
        message = 'Format string can be only "G", "g", "X", "x", "F", "f", "D" or "d".'
        call_failed("ToString", len(arguments), message, "FormatException")


def _has_flag(value: EnumValue, arguments: Sequence[object]) -> object:
    other = arguments[0]
    if isinstance(other, EnumValue) and other.type_name != value.type_name and not isinstance(value, RemoteEnum):
        why = f"The argument type, '{other.type_name}', is not the same as the enum type '{value.type_name}'."
        call_failed("HasFlag", 1, why, "ArgumentException")
    if not isinstance(other, EnumValue) or other.type_name != value.type_name:
        raise NotKnownHere(f".HasFlag() of what is no [{NetType(value.type_name).spoken}]")
    return value.value & other.value == other.value


own_types[_Part] = lambda value: "System.Collections.ArrayList+Range"
own_methods[SwitchParameter] = {"tobool": method(0)(lambda v, _a: v.on)}
own_methods[KeyCollection] = {"tostring": method(0)(lambda v, a: _own_text(v))}
_CUSTOM: Final = "System.Management.Automation.PSCustomObject"
_COMMON: Final[dict[str, Method[Any]]] = {
    "tostring": method(0)(lambda v, a: _own_text(v)),
    "gettype": method(0)(lambda v, a: NetType(type_of(v))),
    "equals": method(1)(_same),
}
_METHODS: Final[tuple[tuple[type | tuple[type, ...], Mapping[str, Method[Any]]], ...]] = (
    (datetime, {"compareto": method(1)(compare_values), **DATE_METHODS}),
    (timedelta, {"compareto": method(1)(compare_values), **SPAN_METHODS}),
    (bool, {**_NUMBER_METHODS, "tostring": method(0, 1)(lambda v, a: to_text(v))}),
    ((int, float, Decimal), _NUMBER_METHODS),
    (Version, {"compareto": method(1)(compare_values), "tostring": method(0, 1)(_version_text)}),
    (
        EnumValue,
        {
            "compareto": method(1)(compare_values),
            "tostring": method(0, 2)(_enum_text),
            "hasflag": method(1)(_has_flag),
        },
    ),
    (Uri, {"compareto": method(1)(compare_values)}),
    (Char, {"compareto": method(1)(_compare_characters), "tostring": method(0)(lambda v, a: str(v))}),
    (str, TEXT_METHODS),
    (ArrayList, LISTS),
    (list, _ARRAY_METHODS),
    (dict, TABLE_METHODS),
)
OTHER_METHODS: Final = (
    "matches", "ismatch", "append", "appendline", "appendformat", "enqueue", "dequeue", "peek", "push", "pop",
    "unionwith", "shouldprocess", "writeobject", "writeerror", "throwterminatingerror", "writeverbose", "writewarning",
    "writedebug", "copy", "getbytes", "getbytecount", "getstring", "get_item", "set_item",
)  # fmt: skip
"""Methods of values whose rooms are further up."""
_SIZES: Final = ("tobytes", "tokb", "tomb", "togb", "totb")
"""Methods of Exchange's sizes, which scripts call: what comes from a session has none of them, as in PowerShell."""
REFERENCE_METHODS: Final = ("trygetvalue", "trydequeue", "trypop", "trypeek")
"""Methods that put something into a variable; the evaluator has them."""
BLOCK_METHODS: Final = (
    "where", "foreach", "invoke", "invokereturnasis", "getnewclosure", "find", "findall", "findindex", "findlast",
    "findlastindex", "removeall", "exists", "trueforall", "convertall",
)  # fmt: skip
"""Methods that take or are script blocks; the evaluator has them."""
KNOWN_METHODS: Final = frozenset(
    {
        *_COMMON,
        *BLOCK_METHODS,
        *REFERENCE_METHODS,
        *OTHER_METHODS,
        *_SIZES,
        "new",
        "match",
        *LIST_METHODS,
        *(name for _kind, table in _METHODS for name in table),
    }
)
"""Every method name that means something here."""


_READING: Final = frozenset({"contains", "indexof", "getenumerator", "getlength", "getvalue", "getupperbound"})
"""Methods that the rows of a result have too."""


def call_method(value: object, name: str, arguments: Sequence[object]) -> object:
    """`$value.name(arguments)`; on a collection without such a method, that of each item."""
    if value is None or value is NOTHING:
        message = "You cannot call a method on a null-valued expression."
        raise ScriptError(message, "InvokeMethodOnNull", "InvalidOperation")
    if isinstance(value, RemoteEnum) and name.lower() == "tostring" and not arguments:
        return value.spelling
    value = unspelled(value)
    if name.lower() == "gettype" and not arguments:
        return NetType(bound_type_of(value) if isinstance(value, ObjectLike) and is_adapted(value) else type_of(value))
    script = script_method(value, name.lower())
    if script is not None:
        return given(script[1](value, arguments))  # type: ignore[arg-type]
    if any(isinstance(one, _GIVEN) for one in arguments):
        if name.lower() in PROVIDED:
            arguments = list(map(as_provider, arguments))
        if not _takes_texts(value, name.lower()):
            arguments = list(map(unspelled, arguments))
    found = _method(value, name.lower())
    if found is None and name.lower() == "compareto" and type_of(value).endswith("[]"):
        raise no_overload(name, len(arguments))  # the array's own, which takes a comparer too
    if found is None and net_method(type_of(value), name):
        raise NotKnownHere(f"the method .{name}() of [{NetType(type_of(value)).shown}]")
    if found is None and is_collection(value) and len(items_of(value)):
        return call_each(value, name, lambda one: call_method(one, name, arguments))
    if found is None:
        if "`" in type_of(value) and not isinstance(value, list):
            raise NotKnownHere(f"a method .{name}() of an empty [{NetType(type_of(value)).shown}]")
        raise lacking(value, name)
    return _called(found, value, name, arguments)


_GIVEN: Final = (Spelled, GivenReal, FormatInfo)
"""What a method is not given as it is."""


def lacking(value: object, name: str) -> ScriptError:
    """The error of a value that has no such method."""
    return no_method(named_type_of(value), name, of_object=type_of(value) == _CUSTOM)


def _takes_texts(value: object, folded: str) -> bool:
    """Whether a method's parameters are texts, which a number is by its spelling."""
    if folded == "tostring":
        return True
    if type_of(value) == "System.Text.StringBuilder":
        return folded == "appendline"
    return isinstance(value, str) or (isinstance(value, GenericList) and value.element == "System.String")


def has_method(value: object, name: str) -> bool:
    """Whether a value has a method of its own by that name."""
    return _method(value, name.lower()) is not None or bool(net_method(type_of(value), name))


def need_own_method(value: object, kind: NetType, name: str, arguments: Sequence[object]) -> None:
    """What a cast in parentheses asks for, `([string[]]$x).Trim()`: PowerShell looks for the method of that type. One
    of the items, or behind [psobject], is found where it is the only one of its name. Raises ScriptError."""
    if kind.name == _WRAPPER:
        looked: Sequence[object] = [value]
    elif is_collection(value) and _method(value, name.lower()) is None:
        looked = items_of(value)
    else:
        return
    first = next(iter(looked), None)  # the first one tells; what comes after is not reached
    if first is not None and has_several(type_of(first), name):
        raise no_overload(name, len(arguments))


_WRAPPER: Final = "System.Management.Automation.PSObject"


@cache
def is_known(folded: str) -> bool:
    """Whether a method of that name means something here."""
    return folded in KNOWN_METHODS or any(folded in table for table in own_methods.values())


@cache
def is_taken(folded: str, count: int) -> bool:
    """Whether a method of that name here takes so many arguments, of whatever type's values it is."""
    tables = [_COMMON, _ARRAY_METHODS, *(table for _kind, table in _METHODS), *own_methods.values()]
    known = [table[folded] for table in tables if folded in table]
    return any(one.least <= count <= one.most for one in known)


def _called(found: Method[Any], value: object, name: str, arguments: Sequence[object]) -> object:
    if not found.least <= len(arguments) <= found.most:
        if net_method(type_of(value), name, len(arguments)):
            fitted(type_of(value), name, arguments)  # raises where none takes them
            raise NotKnownHere(
                f"the method .{name}() of [{NetType(type_of(value)).shown}] with {len(arguments)} arguments"
            )
        raise no_overload(name, len(arguments))
    target = value.base if isinstance(value, ObjectLike) and value.base is not MISSING else without_notes(value)
    if type(target) is str and (is_wide(target) or any(map(is_wide, arguments))):
        parts = units(target)
        made = call_fitting(lambda given: found.call(parts, in_units(given)), type_of(target), name, arguments)
        return _put_together(made)
    return call_fitting(lambda given: found.call(target, given), type_of(target), name, arguments)


def _put_together(made: object) -> object:
    """What a text's method made of one in halves."""
    if type(made) is str:
        return whole(made)
    if isinstance(made, Array) and made.element == "System.String":
        return Array([_put_together(one) for one in made], made.element)
    return made


def call_each(items: object, name: str, call: Callable[[object], object]) -> object:
    """What a method gives that a list has not, of each item; what holds nothing is passed over."""
    made: list[object] = []
    looked = [item for item in items_of(items) if not (is_collection(item) and not len(items_of(item)))]
    if not looked:
        raise no_method(type_of(items), name)
    for item in looked:
        one = call(item)
        if isinstance(one, list):
            made.extend(one)  # PowerShell unrolls what each gives
        elif one is not NOTHING:
            made.append(one)
    return NOTHING if not made else made[0] if len(made) == 1 else made


def _method(value: object, folded: str) -> Method[Any] | None:
    target = value.base if isinstance(value, ObjectLike) and value.base is not MISSING else value
    own = own_methods.get(type(target))
    if own is not None and folded in own:
        return own[folded]
    for kind, table in _METHODS:
        if isinstance(target, kind) and not isinstance(target, ObjectLike):
            missing = _NOT_ORDERED if isinstance(target, Ordered) else _ONLY_ORDERED
            if folded in table and not (table is TABLE_METHODS and folded in missing):
                is_told = not isinstance(target, list) or folded in _COMMON
                return table[folded] if is_told or not is_another_lists(target, folded) else None
            break
    if isinstance(target, list):
        return _COMMON.get(folded) if folded in ("gettype", "equals") else None
    if is_collection(target) and folded not in ("gettype", "equals"):
        return _ARRAY_METHODS.get(folded) if folded in _READING else None
    return _COMMON.get(folded)
