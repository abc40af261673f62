"""What changed between two tapes: command by command, object by object, property by property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lync_magic.clixml import ObjectLike, PSObject
from lync_magic.records import IDENTITY, Differences, Records
from lync_magic.tapes.tape import Entry, Tape

KEYS: Final = (IDENTITY, "UserPrincipalName", "DistinguishedName", "Guid", "ObjectId", "TenantId", "Id", "Name")
"""What tells one object from another, where nobody says: the first that all objects have."""
_TYPE: Final = ("LyncMagic.TapeDifference",)


@dataclass(frozen=True)
class Compared:
    """One command of two tapes. state: `same`, `changed`, `added` or `removed`.  differences: where it changed."""

    target: str
    command: str
    state: str
    differences: Differences | None = None


def compare(before: Tape, after: Tape, key: str | Sequence[str] | None, ignore: Iterable[str] = ()) -> list[Compared]:
    """What changed from one tape to another. key: what tells which objects are the same; None finds it.

    Commands are paired by target, canonical form and place among equal ones; those of the session's own sake are not
    looked at. Where objects have nothing that could tell them apart, their places do.
    """
    ignored = tuple(ignore)
    found = []
    for old, new in _pairs(before, after):
        one = new or old
        assert one is not None
        if old is None or new is None:
            found.append(Compared(one.target, one.command, "added" if old is None else "removed"))
        elif old.sha256 and old.sha256 == new.sha256:
            found.append(Compared(one.target, one.command, "same"))
        else:
            changes = _differences(before.records(old), after.records(new), key, ignored)
            found.append(Compared(one.target, one.command, "changed" if len(changes) else "same", changes))
    return found


def differences_of(compared: Iterable[Compared]) -> Records:
    """All changes as one result: Target, Command, Change, Identity, Property, Before, After."""
    return Records(_rows(compared))


def _rows(compared: Iterable[Compared]) -> Iterator[PSObject]:
    for each in compared:
        head = {"Target": each.target, "Command": each.command}
        if each.state in ("added", "removed"):
            yield PSObject({**head, "Change": f"Command {each.state}"}, _TYPE)
        for row in each.differences or ():
            change, identity, name, was, is_now = row.values()
            values = {"Change": change, "Identity": identity, "Property": name, "Before": was, "After": is_now}
            yield PSObject({**head, **values}, _TYPE)


def _pairs(before: Tape, after: Tape) -> Iterator[tuple[Entry | None, Entry | None]]:
    rest = [entry for entry in before.entries if not entry.incidental]
    for new in after.entries:
        if new.incidental:
            continue
        old = next((one for one in rest if (one.target, one.key, one.input) == (new.target, new.key, new.input)), None)
        if old is not None:
            rest.remove(old)
        yield old, new
    for old in rest:
        yield old, None


def _differences(
    before: Records, after: Records, key: str | Sequence[str] | None, ignore: Iterable[str]
) -> Differences:
    names = [key] if isinstance(key, str) else list(key or ())
    objects = [item for item in (*before, *after) if isinstance(item, ObjectLike)]
    if names and any(item.get(name) is not None for item in objects for name in names):
        return before.diff(after, names, ignore=ignore)
    common = next((name for name in KEYS if objects and all(item.get(name) is not None for item in objects)), None)
    return before.diff(after, common, ignore=ignore)
