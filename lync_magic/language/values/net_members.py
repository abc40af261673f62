"""What .NET's own types have, so that a member which a cell cannot use here is refused, never said not to exist.

Rules of this file: `net_surface.txt` beside it is written by .NET itself (tests/language/judge/surface.ps1) and read
when it is first needed; `calls`, `statics` and `properties` declare what of it there is here.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lync_magic.language.values.exceptions import has_property

_ACCESSORS = ("get_", "set_", "add_", "remove_")


class _Counts(NamedTuple):
    """How many arguments a method takes: these numbers, or any from `more` on."""

    exact: frozenset[int]
    more: int | None

    def take(self, count: int) -> bool:
        return count in self.exact or (self.more is not None and count >= self.more)


@cache
def _lines() -> list[list[str]]:
    text = files("lync_magic.language.values").joinpath("net_surface.txt").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines()]


@cache
def _surface() -> dict[str, dict[str, _Counts]]:
    """By type: its members as `m.substring`, `s.join`, `p.length`, `q.empty`, each with its counts."""
    made: dict[str, dict[str, _Counts]] = {}
    for name, *words in _lines():
        made[name] = {}
        for word in words:
            member, _, told = word.partition(":")
            numbers = told.split(",") if told else []
            exact = frozenset(int(one) for one in numbers if not one.endswith("+"))
            more = min((int(one[:-1]) for one in numbers if one.endswith("+")), default=None)
            made[name][member.lower()] = _Counts(exact, more)
    return made


@cache
def _written() -> dict[str, str]:
    """Members as the surface has them, by their names in lower case: .NET writes one name the same way everywhere."""
    words = (word.partition(":")[0] for _name, *told in _lines() for word in told)
    return {word.lower(): word[2:] for word in words}


def _members(type_name: str) -> dict[str, _Counts]:
    base = type_name.partition("`")[0]
    surface = _surface()
    found = surface.get("System.Object[]" if base.endswith("[]") else base)
    if found is None and base.endswith("Exception"):
        found = surface["System.Exception"]
    return found or {}


def is_surface(type_name: str) -> bool:
    """Whether it is known what a type of .NET has."""
    return bool(_members(type_name))


def net_method(type_name: str, name: str, count: int | None = None, *, static: bool = False) -> bool:
    """Whether a type of .NET has a method of that name that takes so many arguments (None: any number of them)."""
    folded = name.lower()
    if not static and folded.startswith(_ACCESSORS):
        return True
    found = _members(type_name).get(("s." if static else "m.") + folded)
    return found is not None and (count is None or found.take(count))


def net_name(type_name: str, name: str) -> str:
    """How a type of .NET writes its property or method of that name; "" where it has none."""
    found = _members(type_name)
    folded = next((one for kind in "pm" if (one := f"{kind}.{name.lower()}") in found), "")
    return _written()[folded] if folded else ""


def net_property(type_name: str, name: str, *, static: bool = False) -> bool:
    """Whether a type of .NET has a property, or a static field, of that name."""
    if ("q." if static else "p.") + name.lower() in _members(type_name):
        return True
    return not static and type_name.endswith("Exception") and has_property(type_name, name)


@cache
def some_type_takes(name: str, count: int) -> bool:
    """Whether any type has a method of that name that takes so many arguments."""
    return any(net_method(one, name, count) for one in _surface())
