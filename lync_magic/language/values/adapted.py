"""Objects that came with properties of their own type (`Props` of MS-PSRP 2.2.5.2.8), which PowerShell's adapter has:
what is added to such an object is a note and stands before them, and they cannot be taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from lync_magic.clixml import ObjectLike, PSObject, describe
from lync_magic.language.values.collections import CUSTOM_OBJECT
from lync_magic.records import Record
from lync_magic.records.table import Table


class Adapted(dict[str, Any]):
    """The properties of an object that was read here. own: the names of those of its own type."""

    __slots__ = ("own",)

    def __init__(self, notes: Mapping[str, Any], own: Mapping[str, Any]) -> None:
        super().__init__({**notes, **own})
        self.own = set(own)

    def __setitem__(self, name: str, value: Any) -> None:
        is_new = name not in self
        super().__setitem__(name, value)
        for known in [one for one in self if one in self.own] if is_new else ():
            super().__setitem__(known, self.pop(known))

    def note(self, name: str, value: Any) -> None:
        """A note in the place of whatever is called so."""
        for known in [one for one in self if one.lower() == name.lower()]:
            del self[known]
        self.own.discard(name)
        self[name] = value

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self.own.discard(name)

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (dict(self),)


class _Told(NamedTuple):
    """What the first object of a table tells. types: of each property's value, "" for none."""

    has_own: bool
    notes: frozenset[str]
    types: dict[str, str]


@lru_cache(maxsize=64)
def _told(sample: bytes | str) -> _Told | None:
    described = describe(sample)
    if described is None:
        return None
    notes = frozenset(one.name for one in described.properties if one.is_note)
    return _Told(described.has_own, notes, {one.name: one.type_name for one in described.properties})


def _told_of(table: Table) -> _Told | None:
    return None if table.sample is None else _told(table.sample)


def is_adapted(value: ObjectLike) -> bool:
    """Whether an object has properties of its own type that came with it."""
    if isinstance(value, Record):
        told = _told_of(value.place[0])
        return _came_inside(value) if told is None else told.has_own
    return isinstance(value, PSObject) and isinstance(value.properties, Adapted)


def is_own(value: ObjectLike, name: str) -> bool:
    """Whether that property of an object is one of its own type."""
    if isinstance(value, Record):
        table = value.place[0]
        told = _told_of(table)
        has_own = _came_inside(value) if told is None else told.has_own and name not in told.notes
        return has_own and name not in table.noted
    return isinstance(value, PSObject) and isinstance(value.properties, Adapted) and name in value.properties.own


def _came_inside(value: Record) -> bool:
    """Whether a row came inside a server's object, as one of a type of its own."""
    table, row = value.place
    return table.within and bool(table.orders[row]) and CUSTOM_OBJECT[0] not in table.type_names


def type_told(value: ObjectLike, name: str) -> str:
    """What the first object of a result tells of the type of that property's value, "" where it does not."""
    told = _told_of(value.place[0]) if isinstance(value, Record) else None
    return "" if told is None else told.types.get(name, "")


def add_note(record: Record, name: str, value: object) -> None:
    """A note more of a server's object, in the place of whatever is called so."""
    _hold(record, name, {name: value})


def remove_note(record: Record, name: str) -> None:
    """Take a note away from a server's object."""
    if any(one.lower() == name.lower() and not is_own(record, one) for one in record):
        _hold(record, name, {})


def _hold(record: Record, name: str, note: Mapping[str, object]) -> None:
    """Put a note of that name, or none, where notes stand: all that hold the object see it."""
    held = {one: item for one, item in record.properties().items() if one.lower() != name.lower()}
    own = {one: item for one, item in held.items() if is_own(record, one)}
    notes = {one: item for one, item in held.items() if one not in own}
    table, row = record.place
    table.change(row, {**notes, **note, **own})
    table.noted |= note.keys()
