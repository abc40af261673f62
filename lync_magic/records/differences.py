"""What changed between two results: objects that came, objects that went, and of those in both each property.

Rules of this file: objects are the same by their identity, in any case; several of one identity are paired in their
order, and what has no such property is told by its own text. Values are compared as they came, not as they are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject, invariant_text
from lync_magic.errors import UsageError
from lync_magic.records.record import UnknownPropertyError
from lync_magic.records.sequence import Records

IDENTITY: Final = "Identity"
_VOLATILE: Final = frozenset({"pscomputername", "runspaceid", "psshowcomputername"})
"""What a session adds to objects, and says nothing of them."""
_TYPE: Final = ("LyncMagic.Difference",)

_Key = tuple[str, ...]
_Found = tuple[_Key, Any]
"""An object, and its identity as it is spelled."""


class Differences:
    """What changed. added, removed: the objects.  changed: a row for each property that another value has now.

    Shown as one table; `records` is that table.
    """

    def __init__(self, added: Records, removed: Records, changed: Records, records: Records) -> None:
        self.added = added
        self.removed = removed
        self.changed = changed
        self.records = records

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.records)

    def __repr__(self) -> str:
        return repr(self.records)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return self.records._repr_mimebundle_(include, exclude)


def difference(before: Records, after: Records, key: str | Sequence[str] | None, ignore: Iterable[str]) -> Differences:
    """See `Records.diff`."""
    keys = [key] if isinstance(key, str) else list(key or ())
    if key is not None:
        _need(keys, before, after)
    left_out = _VOLATILE | {name.lower() for name in ignore}
    old, new = _by_identity(before, keys), _by_identity(after, keys)
    added, removed, changed, rows = [], [], [], []
    for identity, items in new.items():
        known = old.get(identity, [])
        for (_, one), (spelled, other) in zip(known, items, strict=False):
            rows_of = [_row("Changed", spelled, keys, *each) for each in _changes(one, other, left_out)]
            changed += rows_of
            rows += rows_of
        for spelled, item in items[len(known) :]:
            added.append(item)
            rows.append(_row("Added", spelled, keys, "", None, None))
    for identity, items in old.items():
        for spelled, item in items[len(new.get(identity, [])) :]:
            removed.append(item)
            rows.append(_row("Removed", spelled, keys, "", None, None))
    return Differences(Records(added), Records(removed), Records(changed), Records(rows))


def _need(keys: Sequence[str], before: Records, after: Records) -> None:
    """Raise where no object has a property that should tell which is which."""
    if not keys:
        raise UsageError("Nothing says which objects are the same.", 'Name a property: diff(other, key="Identity").')
    names = [*before.names, *after.names]
    if not names:
        return
    folded = {name.lower() for name in names}
    for name in keys:
        if name.lower() not in folded:
            raise UnknownPropertyError("None of these objects has a", name, list(dict.fromkeys(names))) from None


def _by_identity(records: Records, keys: Sequence[str]) -> dict[_Key, list[_Found]]:
    found: dict[_Key, list[_Found]] = defaultdict(list)
    for place, item in enumerate(records):
        identity = _identity(item, keys) if keys else (str(place),)
        found[tuple(part.lower() for part in identity)].append((identity, item))
    return found


def _identity(item: Any, keys: Sequence[str]) -> _Key:
    if not isinstance(item, ObjectLike):
        return (invariant_text(item),)
    values = [item.get(name) for name in keys]
    if all(value is None for value in values):
        return (item.text or invariant_text(item),)
    return tuple(map(invariant_text, values))


def _changes(before: Any, after: Any, ignore: frozenset[str] | set[str]) -> Iterator[tuple[str, Any, Any]]:
    """Each property that has another value: its name, the old and the new one."""
    if not isinstance(before, ObjectLike) or not isinstance(after, ObjectLike):
        if not _equal(before, after):
            yield "", before, after
        return
    old = {name.lower(): (name, value) for name, value in before.items()}
    new = {name.lower(): (name, value) for name, value in after.items()}
    for folded in dict.fromkeys([*new, *old]):
        if folded in ignore:
            continue
        (name, was), (_, is_now) = (each.get(folded, ("", MISSING)) for each in (old, new))
        name = name or new[folded][0]
        was, is_now = (None if value is MISSING else value for value in (was, is_now))
        if not _equal(was, is_now):
            yield name, was, is_now


def _equal(before: Any, after: Any) -> bool:
    if before is after:
        return True
    if isinstance(before, float) and isinstance(after, float) and before != before and after != after:
        return True
    if isinstance(before, ObjectLike) and isinstance(after, ObjectLike):
        return before.text == after.text and not any(_changes(before, after, _VOLATILE))
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_equal, before, after))
    return type(before) is type(after) and bool(before == after)


def _row(change: str, identity: _Key, keys: Sequence[str], name: str, before: Any, after: Any) -> PSObject:
    place = {keys[0] if keys else IDENTITY: ", ".join(identity)}
    return PSObject({"Change": change, **place, "Property": name, "Before": before, "After": after}, _TYPE)
