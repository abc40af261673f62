"""Methods of values: which there are for which type, and calling one.

A method that is known for another type only is PowerShell's MethodNotFound; what .NET has and this file does not is
refused before a cell runs (`KNOWN_METHODS`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import MISSING, EnumValue, ObjectLike, PSObject, Uri, Version
from lync_magic.language.values.collections import (
    NOTHING,
    ArrayList,
    Hashtable,
    is_collection,
    items_of,
    lookup,
)
from lync_magic.language.values.compare import equal, order
from lync_magic.language.values.failures import ScriptError, call_failed, no_method, no_overload
from lync_magic.language.values.formatting import BadFormat, format_number
from lync_magic.language.values.methods import Method, argument, method
from lync_magic.language.values.moment_members import (
    DATE_METHODS,
    SPAN_METHODS,
)
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.text import to_text
from lync_magic.language.values.text_methods import TEXT_METHODS, compare_values
from lync_magic.language.values.types import NetType, named_type_of, type_of


def _add(value: list[object], arguments: Sequence[object]) -> object:
    if not isinstance(value, ArrayList):
        call_failed("Add", 1, "Collection was of a fixed size.", "NotSupportedException")
    value.append(arguments[0])
    return len(value) - 1


def _remove(value: list[object], arguments: Sequence[object]) -> object:
    if not isinstance(value, ArrayList):
        call_failed("Remove", 1, "Collection was of a fixed size.", "NotSupportedException")
    place = next((i for i, item in enumerate(value) if equal(item, arguments[0], case=True)), -1)
    if place >= 0:
        del value[place]
    return NOTHING


def _sort(value: list[object], _arguments: Sequence[object]) -> object:
    from functools import cmp_to_key

    value.sort(key=cmp_to_key(lambda a, b: order(a, b, case=True)))
    return NOTHING


def _index_of(value: Sequence[object], arguments: Sequence[object]) -> object:
    return next((i for i, item in enumerate(value) if equal(item, arguments[0], case=True)), -1)


LIST_METHODS: Final[dict[str, Method[Any]]] = {
    "add": method(1)(_add),
    "addrange": method(1)(lambda v, a: (v.extend(items_of(a[0])), NOTHING)[1]),
    "clear": method(0)(lambda v, a: (v.clear(), NOTHING)[1]),
    "clone": method(0)(lambda v, a: list(v)),
    "contains": method(1)(lambda v, a: any(equal(item, a[0], case=True) for item in v)),
    "indexof": method(1)(_index_of),
    "insert": method(2)(lambda v, a: (v.insert(to_int(a[0]), a[1]), NOTHING)[1]),
    "remove": method(1)(_remove),
    "removeat": method(1)(lambda v, a: (v.pop(to_int(a[0])), NOTHING)[1]),
    "reverse": method(0)(lambda v, a: (v.reverse(), NOTHING)[1]),
    "sort": method(0)(_sort),
    "toarray": method(0)(lambda v, a: list(v)),
    "getenumerator": method(0)(lambda v, a: iter(items_of(v))),
}


def entry(key: object, value: object) -> PSObject:
    """One entry of a hashtable, as GetEnumerator gives it."""
    return PSObject({"Name": key, "Key": key, "Value": value}, ("System.Collections.DictionaryEntry",))


def _add_entry(value: dict[object, object], arguments: Sequence[object]) -> object:
    key = arguments[0]
    if lookup(value, key) is not MISSING:
        shown = to_text(key)
        message = f"Item has already been added. Key in dictionary: '{shown}'  Key being added: '{shown}'"
        call_failed("Add", 2, message, "ArgumentException")
    value[key] = arguments[1]
    return NOTHING


def _copied(value: dict[object, object], _arguments: Sequence[object]) -> object:
    return value.copy() if isinstance(value, Hashtable) else Hashtable(value.items())


TABLE_METHODS: Final[dict[str, Method[Any]]] = {
    "add": method(2)(_add_entry),
    "clear": method(0)(lambda v, a: (v.clear(), NOTHING)[1]),
    "clone": method(0)(_copied),
    "contains": method(1)(lambda v, a: lookup(v, a[0]) is not MISSING),
    "containskey": method(1)(lambda v, a: lookup(v, a[0]) is not MISSING),
    "containsvalue": method(1)(lambda v, a: any(equal(item, a[0], case=True) for item in v.values())),
    "getenumerator": method(0)(lambda v, a: iter([entry(key, item) for key, item in v.items()])),
    "remove": method(1)(lambda v, a: (v.pop(a[0], None), NOTHING)[1]),
}


def _number_text(value: Any, arguments: Sequence[object]) -> object:
    pattern = argument(arguments, 0, "")
    try:
        return format_number(value, pattern) if pattern and not isinstance(value, bool) else to_text(value)
    except BadFormat as bad:
        call_failed("ToString", len(arguments), str(bad), "FormatException")


_NUMBER_METHODS: Final[dict[str, Method[Any]]] = {
    "compareto": method(1)(compare_values),
    "tostring": method(0, 1)(_number_text),
}
_COMMON: Final[dict[str, Method[Any]]] = {
    "tostring": method(0)(lambda v, a: to_text(v)),
    "gettype": method(0)(lambda v, a: NetType(type_of(v))),
    "equals": method(1)(lambda v, a: type_of(v) == type_of(a[0]) and equal(v, a[0], case=True)),
    "gethashcode": method(0)(lambda v, a: hash(to_text(v)) & 0x7FFFFFFF),
}
_METHODS: Final[tuple[tuple[type | tuple[type, ...], Mapping[str, Method[Any]]], ...]] = (
    (datetime, {"compareto": method(1)(compare_values), **DATE_METHODS}),
    (timedelta, {"compareto": method(1)(compare_values), **SPAN_METHODS}),
    ((bool, int, float, Decimal), _NUMBER_METHODS),
    ((Version, EnumValue, UUID, Uri), {"compareto": method(1)(compare_values)}),
    (str, TEXT_METHODS),
    (list, LIST_METHODS),
    (dict, TABLE_METHODS),
)
BLOCK_METHODS: Final = ("where", "foreach", "invoke")
"""Methods that take or are script blocks; the evaluator has them."""
KNOWN_METHODS: Final = frozenset(
    {*_COMMON, *BLOCK_METHODS, "new", "match", *(name for _kind, table in _METHODS for name in table)}
)
"""Every method name that means something here."""


def call_method(value: object, name: str, arguments: Sequence[object]) -> object:
    """`$value.name(arguments)`; on a collection without such a method, that of each item."""
    if value is None or value is NOTHING:
        message = "You cannot call a method on a null-valued expression."
        raise ScriptError(message, "InvokeMethodOnNull", "InvalidOperation")
    found = _method(value, name.lower())
    if found is None and is_collection(value):
        return _call_each(items_of(value), name, arguments)
    if found is None:
        raise no_method(named_type_of(value), name)
    return _called(found, value, name, arguments)


def _called(found: Method[Any], value: object, name: str, arguments: Sequence[object]) -> object:
    if not found.least <= len(arguments) <= found.most:
        raise no_overload(name, len(arguments))
    target = value.base if isinstance(value, ObjectLike) and value.base is not MISSING else value
    return found.call(target, arguments)


def _call_each(items: Sequence[object], name: str, arguments: Sequence[object]) -> object:
    made: list[object] = []
    for item in items:
        one = call_method(item, name, arguments)
        if one is not NOTHING:
            made.append(one)
    return NOTHING if not made else made[0] if len(made) == 1 else made


def _method(value: object, folded: str) -> Method[Any] | None:
    target = value.base if isinstance(value, ObjectLike) and value.base is not MISSING else value
    own = own_methods.get(type(target))
    if own is not None and folded in own:
        return own[folded]
    for kind, table in _METHODS:
        if isinstance(target, kind) and not isinstance(target, ObjectLike):
            if folded in table:
                return table[folded]
            break
    if is_collection(target) and folded not in ("gettype", "equals", "gethashcode"):
        return LIST_METHODS.get(folded) if folded in ("contains", "indexof", "getenumerator") else None
    return _COMMON.get(folded)
