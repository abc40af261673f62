"""What .NET types have for members: the names that PowerShell 7.6.9 gives for `[T]::` and for a value of the type.

Rule of this file: the names are data (`types.json`, written by PowerShell's own reflection), read when first needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from lync_magic.completing.offers import Kind, Offer

_ALSO = {"array": "System.Array", "list": "System.Collections.Generic.List`1"}


@dataclass(frozen=True)
class Members:
    """The members of one type: a method's name ends in `(`."""

    name: str
    short: str
    static: tuple[str, ...]
    instance: tuple[str, ...]


@lru_cache(maxsize=1)
def _known() -> dict[str, Members]:
    read = json.loads(files(__package__).joinpath("types.json").read_text("utf-8"))
    return {
        name: Members(
            name, one.get("short", ""), tuple(one.get("static", "").split()), tuple(one.get("instance", "").split())
        )
        for name, one in read.items()
    }


@lru_cache(maxsize=1)
def _by_word() -> dict[str, Members]:
    found: dict[str, Members] = {}
    for name, members in _known().items():
        for word in (name, name.removeprefix("System."), members.short):
            found[word.lower()] = members
    return found


def type_of_word(word: str) -> Members | None:
    """The type that a name means in brackets, in any case: `datetime`, `System.DateTime`, `int[]`."""
    base = word.strip().lower()
    if base.endswith("[]"):
        return _known()["System.Array"]
    return _by_word().get(base) or _by_word().get(base.partition("[")[0] + "`1")


def type_names() -> Iterator[Offer]:
    """What may stand in brackets: the short names, then the full ones."""
    for name, members in _known().items():
        if members.short:
            yield Offer(members.short, Kind.TYPE, name)
    for name, members in _known().items():
        yield Offer(name.partition("`")[0], Kind.TYPE, members.short)


def static_members(word: str) -> Iterator[Offer]:
    """What may follow `[word]::`."""
    members = type_of_word(word)
    yield from _offers(members.static if members else ())


def instance_members(name: str) -> Iterator[Offer]:
    """What may follow a value of this type and a dot."""
    members = type_of_word(name)
    yield from _offers(members.instance if members else ("GetType(", "ToString("))


def _offers(names: tuple[str, ...]) -> Iterator[Offer]:
    methods = (name for name in names if name.endswith("("))
    yield from (Offer(name, Kind.PROPERTY) for name in names if not name.endswith("("))
    yield from (Offer(name, Kind.METHOD) for name in methods)
