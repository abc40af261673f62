"""Objects of .NET that scripts make: StringBuilder, HashSet, Queue, Stack, exceptions, credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING, Credential, SecureString
from lync_magic.language.values.collections import NOTHING, Hashtable, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NotKnownHere, call_failed, no_overload
from lync_magic.language.values.formatting import format_composite
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types


class StringBuilder:
    """System.Text.StringBuilder."""

    __slots__ = ("text",)

    def __init__(self, text: str = "") -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def _appended(value: StringBuilder, text: str) -> StringBuilder:
    value.text += text
    return value


def _builder_insert(value: StringBuilder, arguments: Sequence[object]) -> object:
    place = to_int(arguments[0])
    value.text = value.text[:place] + to_text(arguments[1]) + value.text[place:]
    return value


def _builder_replace(value: StringBuilder, arguments: Sequence[object]) -> object:
    value.text = value.text.replace(to_text(arguments[0]), to_text(arguments[1]))
    return value


def _builder_remove(value: StringBuilder, arguments: Sequence[object]) -> object:
    start, count = to_int(arguments[0]), to_int(arguments[1])
    value.text = value.text[:start] + value.text[start + count :]
    return value


def _builder_clear(value: StringBuilder, _arguments: Sequence[object]) -> object:
    value.text = ""
    return value


_BUILDER: Final[dict[str, Method[Any]]] = {
    "append": method(1)(lambda v, a: _appended(v, to_text(a[0]))),
    "appendline": method(0, 1)(lambda v, a: _appended(v, (to_text(a[0]) if a else "") + "\n")),
    "appendformat": method(1, 8)(lambda v, a: _appended(v, format_composite(to_text(a[0]), a[1:]))),
    "clear": method(0)(_builder_clear),
    "insert": method(2)(_builder_insert),
    "remove": method(2)(_builder_remove),
    "replace": method(2)(_builder_replace),
    "tostring": method(0)(lambda v, a: v.text),
}


class HashSet(list[object]):
    """System.Collections.Generic.HashSet[T]: each once. element: the full name of T."""

    __slots__ = ("_keys", "element")

    def __init__(self, items: Iterable[object], element: str) -> None:
        super().__init__()
        self.element = element
        self._keys: set[object] = set()
        for item in items:
            self.put(item)

    def put(self, item: object) -> bool:
        """Add an item; whether it was new."""
        made = convert(item, NetType(self.element)) if self.element != "System.Object" else item
        key = _exact(made)
        if key in self._keys:
            return False
        self._keys.add(key)
        self.append(made)
        return True

    def has(self, item: object) -> bool:
        """Whether an item is there."""
        return _exact(convert(item, NetType(self.element)) if self.element != "System.Object" else item) in self._keys

    def take(self, item: object) -> bool:
        """Take an item out; whether it was there."""
        key = _exact(item)
        if key not in self._keys:
            return False
        self._keys.discard(key)
        place = next(i for i, one in enumerate(self) if _exact(one) == key)
        del self[place]
        return True

    def empty(self) -> None:
        """Take every item out."""
        self._keys.clear()
        self.clear()

    def __reduce__(self) -> tuple[type[HashSet], tuple[list[object], str]]:
        return HashSet, (list(self), self.element)


def _exact(item: object) -> object:
    return ("str", item) if isinstance(item, str) else Hashtable.folded(item)


def _set_union(value: HashSet, arguments: Sequence[object]) -> object:
    for item in items_of(arguments[0]) if is_collection(arguments[0]) else [arguments[0]]:
        value.put(item)
    return NOTHING


_SET: Final[dict[str, Method[Any]]] = {
    "add": method(1)(lambda v, a: v.put(a[0])),
    "contains": method(1)(lambda v, a: v.has(a[0])),
    "remove": method(1)(lambda v, a: v.take(a[0])),
    "clear": method(0)(lambda v, a: (v.empty(), NOTHING)[1]),
    "unionwith": method(1)(_set_union),
}


class Queue(list[object]):
    """System.Collections.Queue."""

    __slots__ = ()


class Stack(list[object]):
    """System.Collections.Stack; its top stands first."""

    __slots__ = ()


def _taken(name: str, kind: str) -> Callable[[list[object], Sequence[object]], object]:
    def take(value: list[object], _arguments: Sequence[object]) -> object:
        if not value:
            call_failed(name, 0, f"{kind} empty.", "InvalidOperationException")
        return value[0] if name == "Peek" else value.pop(0)

    return take


_QUEUE: Final[dict[str, Method[Any]]] = {
    "enqueue": method(1)(lambda v, a: (v.append(a[0]), NOTHING)[1]),
    "dequeue": method(0)(_taken("Dequeue", "Queue")),
    "peek": method(0)(_taken("Peek", "Queue")),
    "clear": method(0)(lambda v, a: (v.clear(), NOTHING)[1]),
    "contains": method(1)(lambda v, a: a[0] in v),
    "toarray": method(0)(lambda v, a: list(v)),
}
_STACK: Final[dict[str, Method[Any]]] = {
    "push": method(1)(lambda v, a: (v.insert(0, a[0]), NOTHING)[1]),
    "pop": method(0)(_taken("Pop", "Stack")),
    "peek": method(0)(_taken("Peek", "Stack")),
    "clear": method(0)(lambda v, a: (v.clear(), NOTHING)[1]),
    "contains": method(1)(lambda v, a: a[0] in v),
    "toarray": method(0)(lambda v, a: list(v)),
}


def new_credential(arguments: Sequence[object]) -> Credential:
    """`[pscredential]::new('user', $secret)`."""
    if len(arguments) != 2 or not isinstance(arguments[1], SecureString):
        raise no_overload(".ctor", len(arguments))
    return Credential(to_text(arguments[0]), arguments[1])


def _network_credential(_value: Credential, _arguments: Sequence[object]) -> object:
    raise NotKnownHere("GetNetworkCredential(): a password does not become text here")


own_types[StringBuilder] = lambda value: "System.Text.StringBuilder"
own_types[HashSet] = lambda value: f"System.Collections.Generic.HashSet`1[{getattr(value, 'element', '')}]"
own_types[Queue] = lambda value: "System.Collections.Queue"
own_types[Stack] = lambda value: "System.Collections.Stack"
own_properties[StringBuilder] = lambda value, folded: len(value.text) if folded == "length" else MISSING
own_methods[StringBuilder] = _BUILDER
own_methods[HashSet] = _SET
own_methods[Queue] = _QUEUE
own_methods[Stack] = _STACK
own_methods[Credential] = {"getnetworkcredential": method(0)(_network_credential)}
METHOD_NAMES: Final = frozenset((*_BUILDER, *_SET, *_QUEUE, *_STACK, "getnetworkcredential"))
