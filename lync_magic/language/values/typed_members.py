"""Members that all objects of a type name have: what Update-TypeData says of it.

Rules of this file: a member of an object itself comes before one of its types, and a name further ahead among its types
before one behind; an object has them while the name says so, whenever it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple
from weakref import WeakValueDictionary

from lync_magic.clixml import MISSING, PSObject
from lync_magic.language.values.adapted import Adapted
from lync_magic.language.values.collections import CUSTOM_OBJECT
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.scripted import Call, Script, Scripted, scripted


class TypeMember(NamedTuple):
    """One member. held: the script of a property, the call of a method, the value of a note."""

    name: str
    held: object
    script: Script | None = None
    call: Call | None = None


Types = dict[str, dict[str, TypeMember]]
"""By the type's name and the member's, both in lower case."""
_types: ContextVar[Types | None] = ContextVar("typed_members", default=None)
_named: Final[WeakValueDictionary[int, PSObject]] = WeakValueDictionary()
"""The objects that a cell gave type names of its own, by identity: objects compare as what they hold."""


@contextmanager
def typing(types: Types) -> Iterator[None]:
    """While it lasts, objects have the members that these say."""
    token = _types.set(types)
    try:
        yield
    finally:
        _types.reset(token)


def type_members() -> Types:
    """Those that hold now, to be changed by `put_member` and `drop_members`."""
    held = _types.get()
    return {} if held is None else held


def put_member(type_name: str, member: TypeMember) -> None:
    """Give the objects of a type name a member, in the place of one that they had from it."""
    type_members().setdefault(type_name.lower(), {})[member.name.lower()] = member
    _look_again()


def drop_members(type_name: str) -> bool:
    """Take away what objects have from a type name; whether it was anything."""
    found = type_members().pop(type_name.lower(), None)
    _look_again()
    return found is not None


def kept_members() -> Callable[[], None]:
    """What has everything as it is now when it is called."""
    types = type_members()
    kept = {name: dict(members) for name, members in types.items()}

    def restore() -> None:
        if types != kept:
            types.clear()
            types.update(kept)
            _look_again()

    return restore


def name_types(value: PSObject, names: Sequence[str]) -> None:
    """Give an object its type names, and the members that those have."""
    value.type_names = tuple(names)
    _named[id(value)] = value
    look_at_types(value)


def need_own(type_name: str, names: Iterable[str]) -> None:
    """Raises NotKnownHere where an object of a type would be made with a property that the type has."""
    members = type_members().get(type_name.lower(), {})
    for name in names if members else ():
        one = members.get(name.lower())
        if one is not None and one.call is None:
            raise NotKnownHere(f"an object made with the property {name} that Update-TypeData gave to its type")


def look_at_types(value: PSObject) -> None:
    """Give an object the members that its types have now, and no others of theirs."""
    members = _members(value.type_names) if type_members() else {}
    if isinstance(value.properties, Scripted):
        value.properties.untype()
    if not members:
        return
    if isinstance(value.properties, Adapted) or value.base is not MISSING or CUSTOM_OBJECT[0] not in value.type_names:
        raise NotKnownHere(f"members by Update-TypeData of a [{value.type_names[0]}]")
    held = scripted(value)
    own = {name.lower() for name in held} | held.methods.keys()
    for folded, one in members.items():
        if folded not in own:
            held.put_typed(one.name, one.held, one.script, one.call)


def is_of_type(value: object, name: str) -> bool:
    """Whether an object has the property of that name from its types."""
    held = value.properties if isinstance(value, PSObject) else None
    return type(held) is Scripted and bool(held.typed) and name.lower() in held.typed


def _look_again() -> None:
    for value in list(_named.values()):
        look_at_types(value)


def _members(names: Sequence[str]) -> dict[str, TypeMember]:
    """Those of all type names, what a type is derived from first."""
    types, found = type_members(), dict[str, TypeMember]()
    for name in reversed(names):
        for folded, one in types.get(name.lower(), {}).items():
            found.pop(folded, None)
            found[folded] = one
    return found
