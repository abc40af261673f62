"""Which arguments of a cmdlet go together, and which of its parameters take what is piped to it.

Rules of this file: the checker asks here before a cell runs, and refuses a call whose arguments do not go together:
which of several errors PowerShell would tell is not worked out. The evaluator asks here what becomes of each object
that is piped to a call.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.cmdlets.binding import Parameter, Place, binding_of
from lync_magic.language.cmdlets.binding_errors import failure
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.cmdlets.demands import demands_of, unmet
from lync_magic.language.values.collections import NOTHING, is_bare, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.noted import Noted
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import argument_text
from lync_magic.language.values.types import type_of

_OF_POWERSHELL: Final = ("System.Management.Automation.", "Microsoft.PowerShell.")
_PATHS: Final = ("Path", "LiteralPath")


_NEEDING: Final = {("Group-Object", "AsString"): "AsHashTable"}
"""Parameters that need another one, though no set says so."""
_NEVER_WITH: Final = {
    ("Remove-Item", "Recurse"): ("Include", "Exclude"), ("Format-Wide", "GroupBy"): ("AutoSize",),
}  # fmt: skip
"""Parameters that PowerShell takes together, in ways that are not known here."""


def apart(command: ClientCommand, given: Collection[str], loose: int, *, piped: bool) -> str:
    """Why the arguments of a call do not go together, as a refusal names it; "" where they do.

    given: names of parameters, in full.  loose: how many values stand without a name.  piped: whether objects come to
    it.  A call that names nothing and lacks what the binder demands itself is left to it: that error is exact.
    """
    binding = binding_of(command.name)
    if binding is None:
        return ""
    named = [binding.parameters[one] for one in given if one in binding.parameters]
    for one in given:
        if (needed := _NEEDING.get((command.name, one))) is not None and needed not in given:
            return f"{command.name} -{one} without -{needed}"
        if not_with := [other for other in _NEVER_WITH.get((command.name, one), ()) if other in given]:
            return f"{command.name} -{one} with -{not_with[0]}"
    left = [one for one in binding.sets if all(spec.within(one) for spec in named)]
    if not left:
        return f"{command.name} with {' and '.join(f'-{spec.name}' for spec in named)}"
    named, left = _placed(command.name, named, left, loose)
    missing = {one: _missing(command.name, named, one, piped=piped) for one in left}
    chosen = binding.default if binding.default in left else left[0]
    if all(missing.values()) or (not piped and chosen == binding.default and missing[chosen]):
        lacking = missing[chosen]
        demanded = {spec.name for spec in command.parameters if spec.mandatory}
        if not given and demanded.issuperset(lacking):
            return ""
        return f"{command.name} without {' and '.join(f'-{one}' for one in lacking)}"
    if piped:
        others = [spec for spec in binding.parameters.values() if spec not in named]
        ways = [(spec, "vp" if spec.name in _PATHS else "v") for spec in others]
        fed_by = any(_takes(spec, one, how) for spec, how in ways for one in left if not missing[one])
        return "" if fed_by else f"{command.name} with pipeline input here"
    idle = not command.class_name  # it does nothing, whichever set it is
    settled = idle or chosen == binding.default or sum(not lacking for lacking in missing.values()) == 1
    return "" if settled else f"{command.name} with so few of its arguments"


def _placed(name: str, named: list[Parameter], left: list[str], loose: int) -> tuple[list[Parameter], list[str]]:
    """The parameters that hold once values without a name have their places, and the sets that remain."""
    for _value in range(loose):
        free = [(position, spec) for one in left for position, spec in _positional(name, one) if spec not in named]
        if not free:
            break
        first = min(position for position, _spec in free)
        there = [spec for position, spec in free if position == first]
        left = [one for one in left if any(spec.within(one) for spec in there)]
        named = [*named, *there]
    return named, left


def _missing(name: str, named: Sequence[Parameter], chosen: str, *, piped: bool) -> list[str]:
    demanded = _demanded(name, chosen)
    return [spec.name for spec in demanded if spec not in named and not (piped and _takes(spec, chosen))]


@cache
def _positional(name: str, chosen: str) -> tuple[tuple[int, Parameter], ...]:
    """The parameters of a cmdlet that have a place in a set, each behind it."""
    there = [(place.position, spec) for place, spec in _within(name, chosen)]
    return tuple((position, spec) for position, spec in there if position is not None)


@cache
def _demanded(name: str, chosen: str) -> tuple[Parameter, ...]:
    """The parameters of a cmdlet that a set demands."""
    return tuple(spec for place, spec in _within(name, chosen) if "m" in place.letters)


def _within(name: str, chosen: str) -> list[tuple[Place, Parameter]]:
    """What is in a set of a cmdlet's, and as what."""
    binding = binding_of(name)
    parameters = binding.parameters.values() if binding is not None else ()
    return [(place, spec) for spec in parameters if (place := spec.within(chosen)) is not None]


def _takes(spec: Parameter, chosen: str, how: str = "vp") -> bool:
    place = spec.within(chosen)
    return place is not None and any(letter in place.letters for letter in how)


# --- what is piped ----------------------------------------------------------------------------------------------


def fed(
    command: ClientCommand, given: Collection[str], input: Iterator[object] | None, tell: Callable[[Exception], None]
) -> Iterator[object] | None:
    """The objects that a call takes of those that are piped to it; the others are told as PowerShell's errors.

    given: the parameters that the call binds itself.  tell: reports an error that does not end the call.
    """
    binding = binding_of(command.name)
    if input is None or binding is None:
        return input
    named = [binding.parameters[one] for one in given if one in binding.parameters]
    left = [one for one in binding.sets if all(spec.within(one) for spec in named)]
    others = [spec for spec in binding.parameters.values() if spec not in named]
    whole = [spec for spec in others if any(_takes(spec, one, "v") for one in left)]
    if whole and not demands_of(command.name, whole[0].name) and not whole[0].kind.startswith("System.String"):
        return input
    parts = [spec for spec in others if any(_takes(spec, one, "p") for one in left)]
    return _taken(command, whole, parts, input, tell)


def _taken(
    command: ClientCommand,
    whole: list[Parameter],
    parts: list[Parameter],
    input: Iterator[object],
    tell: Callable[[Exception], None],
) -> Iterator[object]:
    is_text = bool(whole) and whole[0].kind.startswith("System.String")
    takes_all = any(one.kind in ("System.Object", "System.Management.Automation.PSObject") for one in whole)
    try:
        for one in input:
            item = None if one is NOTHING else one
            if isinstance(item, Noted) and not whole:
                yield _path_noted(command, item, parts)
                continue
            if not takes_all and (told := _told_by_name(command, item, whole, parts)) is not None:
                yield told
                continue
            problem = _problem(command, whole, parts, item)
            if problem is None and is_text and is_collection(one) and (items_of(one) or command.name != "Test-Path"):
                yield from map(argument_text, items_of(one))
            elif problem is None:
                yield argument_text(one) if is_text and (isinstance(one, datetime) or is_bare(one)) else one
            else:
                tell(problem)
    finally:
        closer = getattr(input, "close", None)
        if callable(closer):
            closer()


def _told_by_name(command: ClientCommand, item: object, whole: list[Parameter], parts: list[Parameter]) -> str | None:
    """What an object made by a script tells in the property that is named as the parameter. Raises NotKnownHere where
    it tells another one, or what is no text."""
    if type(item) is not PSObject or type_of(item).startswith("System.IO."):
        return None
    is_own = not type_of(item).startswith(_OF_POWERSHELL) or type_of(item).endswith("PSCustomObject")
    told = {
        spec.name: found
        for spec in parts
        if is_own or spec.name in _PATHS
        for name in (spec.name, *spec.aliases)
        if (found := get_property(item, name)) is not MISSING
    }
    own = [name for name in told if name in _PATHS or any(spec.name == name for spec in whole)]
    if not told or (not own and not any(spec.kind.startswith("System.String") for spec in whole)):
        return None
    found = told[own[0]] if len(told) == len(own) == 1 else None
    is_lost = isinstance(found, str) and not os.path.lexists(found) and ":" not in found
    if not isinstance(found, str) or (own[0] == "LiteralPath" and (has_wildcard(found) or is_lost)):
        raise NotKnownHere(f"{command.name} of an object with {' and '.join(told)}")
    return found


def _path_noted(command: ClientCommand, item: Noted, parts: list[Parameter]) -> str:
    """The path of the file that a line came from, where the line itself is none."""
    path = item.source.path
    if has_wildcard(path) or (item.read != 1 and any(one.name == "ReadCount" for one in parts)):
        raise NotKnownHere(f"{command.name} of what Get-Content read")
    return path


def _first_for_none(command: ClientCommand, whole: list[Parameter]) -> Parameter:
    """Which of the parameters nothing is bound to: that of the default set, where what is none of its values goes on to
    the others."""
    binding = binding_of(command.name)
    default = binding.default if binding is not None else ""
    return next((one for one in whole if one.within(default) is not None), whole[0])


def _is_too_deep(kind: str, item: object) -> bool:
    """Whether a list stands where a text is wanted, or a list within a list where texts are."""
    if not is_collection(item):
        return False
    return kind == "System.String" or (kind == "System.String[]" and any(map(is_collection, items_of(item))))


def _problem(
    command: ClientCommand, whole: list[Parameter], parts: list[Parameter], item: object
) -> ScriptError | None:
    if whole and not _is_too_deep(whole[0].kind, item):
        spec = whole[0] if item is not None else _first_for_none(command, whole)
        text, many = spec.kind.startswith("System.String"), spec.kind.endswith("[]") and item is not None
        why = unmet(command.name, spec.name, item, item, many=many, text=text) if text or item != "" else None
        return None if why is None else failure(command, why.error_id, why.message, "InvalidData", target=item)
    names = (name for spec in parts for name in (spec.name, *spec.aliases))
    has_properties = item is not None and (isinstance(item, ObjectLike) or not isinstance(item, Mapping))
    if has_properties and any(get_property(item, name) is not MISSING for name in names):
        return None
    message = (
        "The input object cannot be bound to any parameters for the command either because the command does not take "
        "pipeline input or the input and its properties do not match any of the parameters that take pipeline input."
    )
    return failure(command, "InputObjectNotBound", message, target=unspelled(item))
