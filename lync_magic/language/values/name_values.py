"""`[Collections.Specialized.NameValueCollection]`, and what `[Web.HttpUtility]::ParseQueryString(…)` gives: texts by
names in any case, several for one name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.collections import NOTHING, Array, Unlisted, is_bare, is_collection
from lync_magic.language.values.failures import (
    OUTSIDE,
    NotKnownHere,
    call_failed,
    no_overload,
    null_argument,
    null_index,
)
from lync_magic.language.values.machine import plus_unquoted, small_quoted
from lync_magic.language.values.members import index_setters, keyed
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.text_methods import upper
from lync_magic.language.values.types import own_types, type_of

KIND: Final = "System.Collections.Specialized.NameValueCollection"
_UTILITY: Final = "System.Web.HttpUtility"


class NameValues(Sequence[object], Unlisted):
    """A NameValueCollection; gone through, its names. query: it is that of an address."""

    __slots__ = ("entries", "query")

    def __init__(self, *, query: bool = False) -> None:
        self.entries: dict[str | None, tuple[str | None, list[str]]] = {}
        self.query = query

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, place: Any) -> Any:
        return [name for name, _values in self.entries.values()][place]

    def __str__(self) -> str:
        if not self.query:
            return KIND
        return "&".join(
            (f"{small_quoted(name)}=" if name else "") + small_quoted(one)
            for name, values in self.entries.values()
            for one in values or [""]
        )

    def found(self, name: object) -> str | None:
        """The values of a name as one text; None where there are none."""
        _name, values = self.entries.get(_folded(name), (None, []))
        return ",".join(values) if values else None

    def add(self, name: object, value: object) -> None:
        """Add a value to those of a name."""
        told = None if name is None else to_text(name)
        self.entries.setdefault(_folded(name), (told, []))[1].append(to_text(value))

    def put(self, name: object, value: object) -> None:
        """Let a name have this value alone."""
        told = None if name is None else to_text(name)
        known = self.entries.get(_folded(name), (told, []))[0]
        self.entries[_folded(name)] = (known, [to_text(value)])


class _Keys(Sequence[object], Unlisted):
    """Its names."""

    __slots__ = ("owner",)

    def __init__(self, owner: NameValues) -> None:
        self.owner = owner

    def __len__(self) -> int:
        return len(self.owner)

    def __getitem__(self, place: Any) -> Any:
        return self.owner[place]


def _key_at(value: _Keys, place: object) -> object:
    """`$values.Keys[0]`."""
    if type(place) is not int or not 0 <= place < len(value):
        raise NotKnownHere("an index of the keys of a NameValueCollection that is no place")
    return value[place]


def _folded(name: object) -> str | None:
    return None if name is None else upper(to_text(name))


def _by(value: NameValues, place: object) -> object:
    """`$values['name']`, `$values[0]`."""
    if type(place) is int:
        return value.found(value[place]) if 0 <= place < len(value) else None
    if place is None:
        raise null_index()
    if type(place) is not str:
        raise NotKnownHere("an index of a NameValueCollection that is no text")
    return value.found(place)


def _set(value: NameValues, place: object, new: object) -> None:
    if type(place) is not str or new is NOTHING or is_collection(new) or is_bare(new):
        raise NotKnownHere("an item of a NameValueCollection that is set to this, or by its place")
    value.put(place, new)


def _text(value: object, name: str, count: int) -> object:
    if is_bare(value):
        raise no_overload(name, count)
    return value


def _added(value: NameValues, arguments: Sequence[object]) -> object:
    if len(arguments) == 1:
        return _all_added(value, arguments[0])
    value.add(_text(arguments[0], "Add", 2), _text(arguments[1], "Add", 2))
    return NOTHING


def _all_added(value: NameValues, other: object) -> object:
    if other is None:
        null_argument("Add", 1, "c")
    if not isinstance(other, NameValues):
        raise NotKnownHere(".Add() of what is no NameValueCollection")
    for name, values in list(other.entries.values()):
        for one in list(values):
            value.add(name, one)
    return NOTHING


def _put(value: NameValues, arguments: Sequence[object]) -> object:
    value.put(arguments[0], arguments[1])
    return NOTHING


def _removed(value: NameValues, arguments: Sequence[object]) -> object:
    value.entries.pop(_folded(arguments[0]), None)
    return NOTHING


def _asked(name: str, tell: Callable[[NameValues, object], object]) -> Callable[[NameValues, Sequence[object]], object]:
    """A method of a name, or of a place."""

    def run(value: NameValues, arguments: Sequence[object]) -> object:
        key = arguments[0]
        if type(key) is int:
            if not 0 <= key < len(value):
                call_failed(name, 1, OUTSIDE, _RANGE)
            key = value[key]
        elif type(key) is not str and key is not None:
            raise NotKnownHere(f".{name}() of a [{type_of(key)}]")
        return tell(value, key)

    return run


_RANGE: Final = "ArgumentOutOfRangeException"


def _values(value: NameValues, name: object) -> object:
    found = value.entries.get(_folded(name), (None, []))[1]
    return Array(found, "System.String") if found else None


def _names(value: NameValues) -> Array:
    return Array(list(value), "System.String")


def _property(value: NameValues, folded: str) -> object:
    if folded == "count":
        return len(value)
    if folded == "keys":
        return _Keys(value)
    return _names(value) if folded == "allkeys" else MISSING


def _parsed(_none: None, arguments: Sequence[object]) -> NameValues:
    """`[Web.HttpUtility]::ParseQueryString('a=1&b=2')`."""
    if len(arguments) > 1:
        raise NotKnownHere("[Web.HttpUtility]::ParseQueryString with an encoding")
    made, text = NameValues(query=True), to_text(arguments[0]).removeprefix("?")
    for part in text.split("&") if text else ():
        name, mark, told = part.partition("=")
        made.add(plus_unquoted(name) if mark else None, plus_unquoted(told if mark else name))
    return made


def _attribute(_none: None, arguments: Sequence[object]) -> str | None:
    """`[Web.HttpUtility]::HtmlAttributeEncode(text)`."""
    signs = {"<": "&lt;", '"': "&quot;", "&": "&amp;", "'": "&#39;"}
    return re.sub("[<\"&']", lambda found: signs[found[0]], to_text(arguments[0]))


_ESCAPED: Final = {
    "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\", "\n": "\\n", "\b": "\\b", "\f": "\\f",
    **{sign: f"\\u{ord(sign):04x}" for sign in "'<>&\x85\u2028\u2029"},
}  # fmt: skip


def _script_text(_none: None, arguments: Sequence[object]) -> str:
    """`[Web.HttpUtility]::JavaScriptStringEncode(text[, with quotes])`."""
    made = re.sub(
        "[\x00-\x1f'\"\\\\<>&\x85\u2028\u2029]",
        lambda found: _ESCAPED.get(found[0]) or f"\\u{ord(found[0]):04x}",
        to_text(arguments[0]),
    )
    return f'"{made}"' if len(arguments) > 1 and arguments[1] is True else made


def _new(_none: None, arguments: Sequence[object]) -> NameValues:
    made = NameValues()
    if arguments and type(arguments[0]) is not int:
        if not isinstance(arguments[0], NameValues):
            raise NotKnownHere(f"[{KIND}]::new() of this")
        _all_added(made, arguments[0])
    return made


own_types[NameValues] = lambda value: f"{_UTILITY}+HttpQSCollection" if getattr(value, "query", False) else KIND
own_types[_Keys] = lambda _value: "System.Collections.Specialized.NameObjectCollectionBase+KeysCollection"
own_properties[_Keys] = lambda value, folded: len(value) if folded == "count" else MISSING
keyed[_Keys] = _key_at
own_properties[NameValues] = _property
keyed[NameValues] = _by
index_setters[NameValues] = _set
own_methods[NameValues] = {
    "add": method(1, 2)(_added),
    "set": method(2)(_put),
    "remove": method(1)(_removed),
    "clear": method(0)(lambda v, a: (v.entries.clear(), NOTHING)[1]),
    "get": method(1)(_asked("Get", lambda value, name: value.found(name))),
    "getvalues": method(1)(_asked("GetValues", _values)),
    "getkey": method(1)(_asked("GetKey", lambda _value, name: name)),
    "item": method(1)(lambda v, a: _by(v, a[0])),
    "haskeys": method(0)(lambda v, a: any(name is not None for name in v)),
    "tostring": method(0)(lambda v, a: str(v)),
}
own_statics[KIND] = {"new": method(0, 1)(_new)}, {}
own_statics[_UTILITY][0].update(
    {
        "parsequerystring": method(1, 2)(_parsed),
        "htmlattributeencode": method(1)(_attribute),
        "javascriptstringencode": method(1, 2)(_script_text),
    }
)
