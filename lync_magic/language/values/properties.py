"""Properties that values have of their own: dates, durations, versions, tables, objects, and `$x.PSObject`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import MISSING, Char, Credential, EnumValue, ObjectLike, PSObject, Uri, Version
from lync_magic.language.values.collections import (
    NOTHING,
    is_collection,
    items_of,
    lookup,
)
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.moment_members import (
    DATE_PROPERTIES,
    SPAN_PROPERTIES,
)
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType

_BASES: Final = {
    "System.String": "System.Object", "System.Object[]": "System.Array",
    "System.Collections.Hashtable": "System.Object",
}  # fmt: skip


def _version_part(index: int) -> Callable[[Any], object]:
    return lambda version: version.parts[index] if len(version.parts) > index else -1


_PROPERTIES: Final[tuple[tuple[type | tuple[type, ...], dict[str, Callable[[Any], object]]], ...]] = (
    (datetime, DATE_PROPERTIES),  # type: ignore[list-item, unused-ignore]
    (timedelta, SPAN_PROPERTIES),  # type: ignore[list-item, unused-ignore]
    (Version, {name: _version_part(i) for i, name in enumerate(("major", "minor", "build", "revision"))}),
    (EnumValue, {"value__": lambda v: v.value}),
    (Credential, {"username": lambda v: v.user_name, "password": lambda v: v.password}),
    (NetType, {
        "name": lambda v: v.short, "fullname": lambda v: v.name, "namespace": lambda v: v.name.rpartition(".")[0],
        "basetype": lambda v: NetType(_BASES.get(v.name, "System.ValueType")),
    }),
)  # fmt: skip

own_properties: Final[dict[type, Callable[[Any, str], object]]] = {}
"""Classes of the evaluator's own values and how each gives a property (MISSING where it has none)."""
own_methods: Final[dict[type, Mapping[str, Method[Any]]]] = {}
"""The same for methods."""


def get_property(value: object, name: str) -> object:
    """A value's own property, MISSING where it has none."""
    folded = name.lower()
    if isinstance(value, ObjectLike):
        found = value.get(name, MISSING)
        if found is not MISSING:
            return found
        if folded == "psobject":
            return ObjectView(value)
        return MISSING if value.base is MISSING else get_property(value.base, name)
    if isinstance(value, Mapping):
        return _of_table(value, name, folded)
    if value is None or value is NOTHING:
        return MISSING
    own = own_properties.get(type(value))
    if own is not None:
        return own(value, folded)
    if folded in ("length", "count") and is_collection(value):
        return len(items_of(value))
    if folded == "length" and isinstance(value, str) and not isinstance(value, Char | EnumValue | Uri | Version):
        return len(value.encode("utf-16-le", "surrogatepass")) // 2
    if isinstance(value, Uri):
        return _of_uri(value, folded)
    for kind, properties in _PROPERTIES:
        if isinstance(value, kind):
            getter = properties.get(folded)
            return MISSING if getter is None else getter(value)
    return _of_foreign(value, folded)


def _of_table(value: Mapping[Any, Any], name: str, folded: str) -> object:
    found = lookup(value, name)
    if found is not MISSING:
        return found
    if folded == "count":
        return len(value)
    if folded == "keys":
        return list(value.keys())
    return list(value.values()) if folded == "values" else MISSING


def _of_uri(value: Uri, folded: str) -> object:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(str(value))
    except ValueError:
        return MISSING
    found = {
        "host": parts.hostname or "", "query": "?" + parts.query if parts.query else "", "scheme": parts.scheme,
        "absolutepath": parts.path, "absoluteuri": str(value), "originalstring": str(value), "authority": parts.netloc,
        "fragment": "#" + parts.fragment if parts.fragment else "",
    }  # fmt: skip
    return found.get(folded, MISSING)


_PLAIN = (str, bytes, int, float, Decimal, UUID, list, tuple)


def _of_foreign(value: object, folded: str) -> object:
    """A public attribute of a Python object that a notebook holds; its methods are not for a cell."""
    if isinstance(value, _PLAIN) or is_collection(value):
        return MISSING
    for name in dir(type(value)) + list(getattr(value, "__dict__", ())):
        if not name.startswith("_") and name.replace("_", "").lower() == folded.replace("_", ""):
            found = getattr(value, name)
            return MISSING if callable(found) else found
    return MISSING


class ObjectView:
    """`$x.PSObject`: an object's properties and type names."""

    __slots__ = ("value",)

    def __init__(self, value: ObjectLike) -> None:
        self.value = value


class PropertyList(list[object]):
    """`$x.PSObject.Properties`."""

    def __init__(self, owner: ObjectLike, items: Iterable[object]) -> None:
        super().__init__(items)
        self.owner = owner


def _remove_property(value: PropertyList, arguments: Sequence[object]) -> object:
    if not isinstance(value.owner, PSObject):
        raise NotKnownHere("removing a property of a result")
    name = to_text(arguments[0]).lower()
    for known in [one for one in value.owner.properties if one.lower() == name]:
        del value.owner.properties[known]
    return NOTHING


def _of_view(view: ObjectView, folded: str) -> object:
    if folded == "typenames":
        return list(view.value.type_names)
    if folded == "properties":
        made = (
            PSObject({"Name": name, "Value": item, "MemberType": "NoteProperty", "IsGettable": True}, ())
            for name, item in view.value.items()
        )
        return PropertyList(view.value, made)
    return view.value if folded == "baseobject" else MISSING


own_properties[ObjectView] = _of_view
own_methods[PropertyList] = {
    "remove": method(1)(_remove_property),
    "match": method(1)(
        lambda v, a: [one for one in v if matches_wildcard(to_text(a[0]), to_text(get_property(one, "Name")))]
    ),
}
