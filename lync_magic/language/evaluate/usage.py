"""How a function is called: the parameters of each of its sets, and the line that tells them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from lync_magic.language.cmdlets.declare import ParameterSpec
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.declared import as_command, asks, declared_in
from lync_magic.language.evaluate.parameter_sets import ALL, Declared, Place
from lync_magic.language.evaluate.validation import named_type
from lync_magic.language.values.types import NetType

_SHOWN: Final = {"System.Object": "Object", "System.Management.Automation.PSCustomObject": "psobject"}
"""Types that a syntax names in a way of its own."""


class Usage(NamedTuple):
    """One set: its name, what its parameters are in it in the order of their declaration, and how it is told."""

    name: str
    uses: list[tuple[Declared, Place]]
    words: str


def usages_of(block: Block) -> list[Usage]:
    """Those of a function, its default set first."""
    declared = declared_in(block)
    command = as_command(block, declared)
    names = dict.fromkeys(name for one in declared for name in one.places if name != ALL) or {ALL: None}
    named = {one.variable.name: named_type(one) for one in block.declared}
    found = []
    for name in sorted(names, key=lambda each: each != command.default_set):
        uses = [(one, place) for one in declared if (place := one.places.get(name) or one.places.get(ALL))]
        told = [used_in(one, place, named.get(one.spec.name, "")) for one, place in uses]
        own = {one.name for one in told}
        asking = [spec for spec in command.parameters if spec.name not in own and asks(block)]
        told += [one for one in asking if one.name in ("WhatIf", "Confirm")]
        found.append(Usage(name, uses, usage_words(told)))
    return found


def usage_words(uses: list[ParameterSpec]) -> str:
    """What a syntax says of these parameters."""
    words = []
    for one in sorted(uses, key=lambda each: (each.position is None, each.position or 0, not each.mandatory)):
        label = f"[-{one.name}]" if one.position is not None else f"-{one.name}"
        word = label if one.is_switch else f"{label} <{one.type}>"
        words.append(word if one.mandatory else f"[{word}]")
    return " ".join(words)


def used_in(one: Declared, place: Place, named: str) -> ParameterSpec:
    """A parameter as it is in one set, of the type that PowerShell names. named: by its objects' own, "" without."""
    kind = NetType(one.spec.type_name or "System.Object")
    shown = _SHOWN.get(kind.name) or kind.spoken.rpartition(".")[2]
    if named:
        shown = named.rpartition(".")[2] + ("[]" if kind.name.endswith("[]") and not named.endswith("[]") else "")
    told = one.spec.type if one.spec.is_switch else shown
    return replace(one.spec, position=place.position, mandatory=place.mandatory, type=told)
