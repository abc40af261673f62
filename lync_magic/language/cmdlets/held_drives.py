"""What is no file and has a path (`env:NAME`, `variable:name`, `function:name`, `alias:name`), as the cmdlets of items
see it.

Rule of this file: what PowerShell itself has there, and nobody listed, is not made up: a pattern that may take it in is
not known here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from lync_magic.clixml import PSObject
from lync_magic.language.cmdlets.aliases import alias_object, known_aliases, take_alias
from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.language.cmdlets.known import OWN_FUNCTIONS, is_own_function
from lync_magic.language.cmdlets.variables import UNSEEN, stays, takes_in_others
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.function_info import function_info
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.variable_object import VariableObject
from lync_magic.language.values.collections import PAIRS, is_collection, plain
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.members import setters
from lync_magic.language.values.outside import changes
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.surroundings import environment
from lync_magic.language.values.text import to_text

_PATH: Final = re.compile(
    r"(?i)(?:(env|variable|function|alias):[\\/]?|(?:Microsoft\.PowerShell\.Core\\)?(env|variable|function|alias)(?:ironment)?::)(.*)",
    re.DOTALL,
)
_AUTOMATION: Final = "System.Management.Automation."
_TAKEN: Final = ("Path", "LiteralPath", "Name", "Force", "Raw")


class HeldPath(NamedTuple):
    """A path on such a drive. name: what stands behind it, which may be a pattern."""

    drive: str
    name: str
    literal: bool = False

    @property
    def is_pattern(self) -> bool:
        """Whether it means what it matches."""
        return not self.literal and has_wildcard(self.name)

    def matches(self, name: str) -> bool:
        """Whether a name is meant."""
        return matches_wildcard(self.name, name)


def held_path(path: object, *, literal: bool = False) -> HeldPath | None:
    """A path on one of these drives; None for any other."""
    found = _PATH.fullmatch(to_text(path))
    return None if found is None else HeldPath((found[1] or found[2]).lower(), found[3], literal)


def held_items(call: BoundCall, path: HeldPath) -> Iterator[object]:
    """What Get-Item and Get-ChildItem give for such a path; what is not there is an error."""
    if any(name not in _TAKEN for name in call.arguments):
        raise NotKnownHere(f"{call.command_name} on the drive {path.drive}: with such parameters")
    below = call.command_name == "Get-ChildItem"
    if not path.name and not below:
        raise NotKnownHere(f"Get-Item of the drive {path.drive}:")
    names = _names(call, path) if path.is_pattern or not path.name else [path.name]
    for name in names:
        found = _item(call, path.drive, name)
        if found is None:
            call.services.error(not_held(call, path))
        else:
            yield name if call.switch("Name") else found


def take_off(call: BoundCall, path: HeldPath) -> None:
    """What Remove-Item does with such a path; what is not there is an error."""
    if not path.name or any(name not in _TAKEN for name in call.arguments):
        raise NotKnownHere(f"Remove-Item on the drive {path.drive}: in this way")
    for name in _names(call, path) if path.is_pattern else [path.name]:
        scope: Scope = call.services.scope
        if path.drive == "env":
            changes()
        if path.drive == "variable" and stays(call, scope, name):
            continue
        removed = (
            environment(name).pop(name, None) is not None
            if path.drive == "env"
            else _take_variable(scope, name)
            if path.drive == "variable"
            else take_alias(call, name)
            if path.drive == "alias"
            else scope.take_function(name)
        )
        if not removed:
            call.services.error(not_held(call, path))


def _take_variable(scope: Scope, name: str) -> bool:
    holder = scope.holding(name)
    if holder is None and name.lower() in UNSEEN:
        raise NotKnownHere(f"Remove-Item of the variable {name}")
    if holder is not None and holder.parent is not None and not holder.dotted:
        raise NotKnownHere("Remove-Item of a variable of a function (Remove-Variable takes it)")
    if holder is None:
        return False
    holder.locks.pop(name.lower(), None)
    return holder.remove(name)


def held_content(call: BoundCall, path: HeldPath | None) -> Iterator[object]:
    """What Get-Content gives for such a path, beside which no other stands."""
    if path is None:
        raise NotKnownHere("Get-Content of a file and of what is none")
    if path.is_pattern or not path.name or any(name not in _TAKEN for name in call.arguments):
        raise NotKnownHere(f"Get-Content on the drive {path.drive}: in this way")
    found = _item(call, path.drive, path.name)
    if found is None:
        call.services.error(not_held(call, path))
        return
    content = found[{"function": "ScriptBlock", "alias": "Definition"}.get(path.drive, "Value")]
    if is_collection(content):
        raise NotKnownHere("Get-Content of a variable with several values")
    yield content


def is_held(call: BoundCall, path: HeldPath) -> bool:
    """Whether something is at such a path."""
    if not path.name:
        return True
    if path.is_pattern:
        return bool(_names(call, path))
    if path.drive == "function" and is_own_function(path.name):
        return True
    if path.drive == "function" and _is_remote(call, path.name):
        return True
    if path.drive == "variable" and (
        path.name.lower().removeprefix("global:") in UNSEEN or call.services.get_variable(path.name) is not None
    ):
        return True
    return _item(call, path.drive, path.name) is not None


def not_held(call: BoundCall, path: HeldPath) -> ScriptError:
    """The error for a path with nothing there."""
    shown = path.name if call.command_name == "Get-ChildItem" else f"{path.drive.title()}:{os.sep}{path.name}"
    message = f"Cannot find path '{shown}' because it does not exist."
    error_id = f"PathNotFound,{call.error_suffix.replace('-', '')}"
    return ScriptError(message, error_id, "ObjectNotFound", exception="ItemNotFoundException", target=shown)


def held_item(call: BoundCall, path: HeldPath) -> PSObject | None:
    """What is at such a path that is no pattern; None where nothing is."""
    return _item(call, path.drive, path.name)


def _names(call: BoundCall, path: HeldPath) -> list[str]:
    """The names that a pattern, or a whole drive, means, in their order."""
    if path.drive == "env":
        found = sorted((one for one in environment("") if not path.name or path.matches(one)), key=str.lower)
        if path.name and len(found) > 1 and call.command_name.startswith("Get-"):
            raise NotKnownHere("the order of several variables of the environment")
        return found
    if path.drive == "alias":
        known = [one.name for one in known_aliases(call).values() if not path.name or path.matches(one.name)]
        if path.name and len(known) > 1 and call.command_name.startswith("Get-"):
            raise NotKnownHere("the order of several aliases")
        return known
    if not path.name:
        raise NotKnownHere(f"all of the drive {path.drive}:")
    if path.drive == "variable":
        if takes_in_others(path.name):
            raise NotKnownHere("several variables, of PowerShell's own among them")
        held = (one for level in call.services.scope.outwards() for one in level.visible())
        return sorted({one.lower(): one for one in held if path.matches(one)}.values())
    if any(path.matches(one) for one in OWN_FUNCTIONS):
        raise NotKnownHere("several functions, of PowerShell's own among them")
    return [one.name for one in call.services.scope.all_functions() if path.matches(one.name)]


def _item(call: BoundCall, drive: str, name: str) -> PSObject | None:
    scope: Scope = call.services.scope
    if drive == "env":
        value = environment(name).get(name)
        return None if value is None else _entry(name, value)
    if drive == "alias":
        alias = known_aliases(call).get(name.lower())
        return None if alias is None else _with_place(alias_object(call, alias), alias.name, "Alias")
    if drive == "function":
        block = function_at(scope, name)
        if block is None and _is_remote(call, name):
            raise NotKnownHere(f"the function {name}, which is a server's command")
        return None if block is None else _with_place(function_info(block), name)
    level = scope.holding(name)
    if level is None:
        if name.lower() in UNSEEN or call.services.get_variable(name) is not None:
            raise NotKnownHere(f"the variable {name}, which is PowerShell's own")
        return None
    return _HeldVariable(level, name, plain(level.find(name, name.lower())))


def function_at(scope: Scope, name: str) -> Block | None:
    """The function at a path. Raises NotKnownHere for one of PowerShell's own."""
    found = scope.function(name.lower())
    if found is None and is_own_function(name):
        raise NotKnownHere(f"PowerShell's function {name}")
    return found


def _is_remote(call: BoundCall, name: str) -> bool:
    evaluator = call.services.evaluator
    return evaluator is not None and bool(evaluator.runtime.is_remote(name))


def _with_place(info: PSObject, name: str, drive: str = "Function") -> PSObject:
    return PSObject({**_notes(drive, drive, name), **dict(info.items())}, info.type_names, info.text)


def _entry(name: str, value: str) -> PSObject:
    """A variable of the environment."""
    return PSObject({**_notes("Env", "Environment", name), "Name": name, "Key": name, "Value": value}, PAIRS[:1])


class _HeldVariable(VariableObject):
    """A variable that its path gave."""

    __slots__ = ()

    @property
    def properties(self) -> dict[str, Any]:
        """Its properties, behind those that tell its place."""
        return {**_notes("Variable", "Variable", self.name), **super().properties}

    @properties.setter
    def properties(self, made: dict[str, Any]) -> None:
        """Nobody gives it others."""


setters[_HeldVariable] = setters[VariableObject]


def _notes(drive: str, provider: str, name: str) -> dict[str, object]:
    """What an item tells of its place."""
    whole = f"Microsoft.PowerShell.Core\\{provider}"
    return {
        "PSPath": f"{whole}::{name}",
        "PSDrive": PSObject({"Name": drive}, (f"{_AUTOMATION}PSDriveInfo", "System.Object"), drive),
        "PSProvider": PSObject({"Name": provider}, (f"{_AUTOMATION}ProviderInfo", "System.Object"), whole),
        "PSIsContainer": False,
    }
