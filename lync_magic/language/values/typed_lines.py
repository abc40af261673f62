"""`[Collections.Generic.Queue[T]]` and `[Collections.Generic.Stack[T]]`: what is taken from one end, of one type.

Rule of this file: an item is made one of the type before it is taken in, with PowerShell's error where it is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from lync_magic.language.values.collections import NOTHING, Array, is_collection, items_of
from lync_magic.language.values.convert import OF_OBJECTS, convert
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.methods import Method, argument_as, method
from lync_magic.language.values.net_objects import QUEUE, STACK, Line, Queue, Stack
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.sequences import need_sequence
from lync_magic.language.values.types import NetType, own_types

GENERIC: Final = ("System.Collections.Generic.Queue`1", "System.Collections.Generic.Stack`1")


class _OfOneType(Line):
    """What is taken from one end, of one type. element: its full name."""

    __slots__ = ("element",)
    AFTER_CHANGE = "Collection was modified; enumeration operation may not execute."

    def __init__(self, items: Iterable[object], element: str) -> None:
        super().__init__(items)
        self.element = element

    def __reduce__(self) -> tuple[type[_OfOneType], tuple[list[object], str]]:
        return type(self), (list(self), self.element)


class TypedQueue(_OfOneType, Queue):
    """System.Collections.Generic.Queue[T]."""

    __slots__ = ()


class TypedStack(_OfOneType, Stack):
    """System.Collections.Generic.Stack[T]; its top stands first."""

    __slots__ = ()


def new_line(kind: NetType, arguments: Sequence[object]) -> object:
    """`[Collections.Generic.Queue[T]]::new(items or capacity)`."""
    outer, _, inner = kind.name.partition("[")
    element, made = inner[:-1], TypedQueue if outer == GENERIC[0] else TypedStack
    given = arguments[0] if arguments else 0
    if type(given) is int:
        if given < 0:
            raise NotKnownHere(f"[{kind.spoken}]::new() of less than nothing")
        return made((), element)
    if not is_collection(given):
        raise NotKnownHere(f"[{kind.spoken}]::new() with this argument")
    need_sequence(given, element, "new")
    items = [convert(one, NetType(element)) for one in items_of(given)]
    return made(items if made is TypedQueue else reversed(items), element)


def _of_item(found: Method[Any], name: str) -> Method[Any]:
    """A method for an item, which is made one of the type."""
    call: Callable[[Any, Sequence[object]], object] = found.call
    return method(1)(lambda v, a: call(v, [_made(a[0], v.element, name)]))


def _made(value: object, kind: str, name: str) -> object:
    if kind in OF_OBJECTS:
        return None if value is NOTHING else value
    return argument_as(value, kind, "item", name)


def _copied(value: TypedQueue | TypedStack, _arguments: Sequence[object]) -> object:
    return Array(value, value.element)


def _trimmed(_value: object, _arguments: Sequence[object]) -> object:
    return NOTHING


def _methods(table: dict[str, Method[Any]], puts: str) -> dict[str, Method[Any]]:
    kept = {name: one for name, one in table.items() if name != "clone"}
    folded = puts.lower()
    return {
        **kept, folded: _of_item(table[folded], puts), "contains": _of_item(table["contains"], "Contains"),
        "toarray": method(0)(_copied), "trimexcess": method(0)(_trimmed),
    }  # fmt: skip


own_types[TypedQueue] = lambda value: f"{GENERIC[0]}[{getattr(value, 'element', '')}]"
own_types[TypedStack] = lambda value: f"{GENERIC[1]}[{getattr(value, 'element', '')}]"
own_methods[TypedQueue] = _methods(QUEUE, "Enqueue")
own_methods[TypedStack] = _methods(STACK, "Push")
