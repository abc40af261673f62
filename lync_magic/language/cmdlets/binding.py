"""How PowerShell's cmdlets bind: their parameter sets, positions, types and the words that a parameter takes.

Rules of this file: `binding.txt` beside it is written by PowerShell itself (tests/language/judge/binding.ps1); the
binder and the checker ask here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from lync_magic.language.values.enums import OF_PARAMETERS

ALL: Final = "*"


class Place(NamedTuple):
    """What a parameter is in one set. position: None for a name alone.  letters: see binding.ps1."""

    position: int | None
    letters: str


class Parameter(NamedTuple):
    """One parameter. kind: its type's short name.  places: by set, `*` for all.

    words: those that it takes, where they are known.  enumeration: the full name of the type that has them, or "".
    """

    name: str
    kind: str
    words: tuple[str, ...]
    enumeration: str
    aliases: tuple[str, ...]
    places: Mapping[str, Place]

    def within(self, name: str) -> Place | None:
        """What it is in a set; None where it does not belong to it."""
        return self.places.get(ALL) or self.places.get(name)


class Binding(NamedTuple):
    """How a cmdlet binds. default: its default set, or ""."""

    default: str
    sets: tuple[str, ...]
    parameters: dict[str, Parameter]


@cache
def _bindings() -> dict[str, Binding]:
    text = files("lync_magic.language.cmdlets").joinpath("binding.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines()]
    made = {line[0]: _read(line[1], line[2:]) for line in lines}
    known = (one for binding in made.values() for one in binding.parameters.values())
    OF_PARAMETERS.update((one.enumeration, one.words) for one in known if one.enumeration)
    return made


def _read(default: str, words: Sequence[str]) -> Binding:
    parameters: dict[str, Parameter] = {}
    for word in words:
        told, _, sets = word.partition(":")
        name, kind, *aliases = told.split("/")
        places: dict[str, Place] = {}
        for one in sets.split(","):
            key, _, rest = one.partition("/")
            letters = rest.lstrip("0123456789")
            digits = rest.removesuffix(letters)
            places[key] = Place(int(digits) if digits else None, letters)
        kind, _, rest = kind.partition("=")
        enumeration, *known = rest.split("|")
        parameters[name] = Parameter(name, kind, tuple(known), enumeration, tuple(aliases), places)
    chosen = "" if default == "-" else default
    named = (key for one in parameters.values() for key in one.places if key != ALL)
    chosen_from = dict.fromkeys((*named, *filter(None, [chosen])))  # a default set may have no parameters of its own
    return Binding(chosen, tuple(chosen_from) or (ALL,), parameters)


def binding_of(name: str) -> Binding | None:
    """How a cmdlet of PowerShell binds, or None for what is none."""
    return _bindings().get(name)


def parameter_of(command: str, name: str) -> Parameter | None:
    """One parameter of a cmdlet, by its full name; None for what is not PowerShell's."""
    binding = binding_of(command)
    return None if binding is None else binding.parameters.get(name)
