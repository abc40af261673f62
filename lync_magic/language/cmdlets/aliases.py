"""Aliases: Get-, Set- and New-Alias."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.variables import scope_of
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.evaluate.scope import Alias, Scope
from lync_magic.language.values.enums import LocalEnum, enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Written
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.text import argument_text, collation_key, to_text
from lync_magic.language.values.types import type_of


def alias_object(call: BoundCall, made: Alias) -> PSObject:
    """What Get-Alias gives of an alias."""
    command = call.services.scope.named_by(made.target)
    command = command if call.services.scope.function(command.lower()) or _is_command(call, command) else None
    content: dict[str, object] = {
        "CommandType": LocalEnum("Alias", 1, "System.Management.Automation.CommandTypes"),
        "Name": made.name,
        "Definition": made.target,
        "ResolvedCommandName": command,
        "ResolvedCommand": command,
        "Source": "",
        "Version": None,
        "DisplayName": f"{made.name} -> {made.target}",
        "Options": enum_value("System.Management.Automation.ScopedItemOptions", made.options),
        "Description": made.description,
    }
    kinds = ("System.Management.Automation.AliasInfo", "System.Management.Automation.CommandInfo")
    return PSObject(content, kinds, made.name)


def _is_command(call: BoundCall, name: str) -> bool:
    """Whether a name is a cmdlet's or a command's of the session."""
    from lync_magic.language.cmdlets.registry import is_powershells

    runtime = call.services.evaluator.runtime
    return is_powershells(name) or runtime.is_remote(name) or runtime.client_command(name) is not None


def _options(name: str) -> str:
    told = [one for one, names in (("ReadOnly", _READ_ONLY), ("AllScope", _ALL_SCOPE)) if name in names]
    return ", ".join(told) or "None"


def known_aliases(call: BoundCall) -> dict[str, Alias]:
    """Those of the scope that a call names, or from its own outwards; PowerShell's own are in the outermost one, and
    some of them in every one."""
    scope, alone = scope_of(call).holder, call.given("Scope")
    own = scope.aliases if alone else scope.all_aliases()
    outermost = not alone or scope is scope.root
    made = {
        alias.lower(): Alias(alias, command, _options(alias.lower()))
        for alias, command in _of_powershell()
        if (outermost or alias.lower() in _ALL_SCOPE)
    }
    return dict(sorted({**made, **own}.items(), key=lambda one: collation_key(one[0], case=False)))


@cache
def _of_powershell() -> list[tuple[str, str]]:
    """Every alias that PowerShell starts with: `aliases.txt`, as Get-Alias lists them."""
    text = files("lync_magic.language.cmdlets").joinpath("aliases.txt").read_text(encoding="utf-8")
    return [(alias, command) for alias, command in map(str.split, text.splitlines())]


def _get_alias(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    known = known_aliases(call)
    if call.given("Definition"):
        for wanted in map(to_text, all_of(call.get("Definition"))):
            if has_wildcard(wanted):
                raise NotKnownHere("Get-Alias -Definition with a wildcard")
            found = [one for one in known.values() if one.target.lower() == wanted.lower()]
            if not found:
                call.services.error(_no_alias("definition", wanted))
            yield from (alias_object(call, one) for one in found)
        return
    for one in all_of(call.get("Name")) or ["*"]:
        name = to_text(one)
        found = [
            alias
            for key, alias in known.items()
            if key == name.lower() or (has_wildcard(name) and matches_wildcard(name, key))
        ]
        if not found and not has_wildcard(name):
            call.services.error(_no_alias("name", name))
        yield from (alias_object(call, one) for one in found)


def _no_alias(what: str, told: str, suffix: str = "Microsoft.PowerShell.Commands.GetAliasCommand") -> ScriptError:
    message = f"This command cannot find a matching alias because an alias with the {what} '{told}' does not exist."
    error_id = f"ItemNotFoundException,{suffix}"
    return ScriptError(message, error_id, "ObjectNotFound", exception="ItemNotFoundException", target=told)


def _writable(call: BoundCall, scope: Scope, made: Alias) -> ScriptError | None:
    """Why an alias is not put into a scope: it is not to be changed, or in every scope and remains so."""
    options = _options_in(scope, made.name)
    if _is_locked(call, options):
        message = f"Alias is not writeable because alias {made.name} is read-only or constant and cannot be written to."
        return _kept("AliasNotWritable", message, call, made.name)
    if "AllScope" in options and "AllScope" not in made.options:
        message = f"The AllScope option cannot be removed from the alias '{made.name}'."
        return _kept("AliasAllScopeOptionCannotBeRemoved", message, call, made.name)
    return None


def _is_locked(call: BoundCall, options: str) -> bool:
    """Whether an alias with these options stays as it is."""
    return "Constant" in options or ("ReadOnly" in options and not call.switch("Force"))


def _options_in(scope: Scope, name: str) -> str:
    """The options of the alias that a scope has of a name: its own, or one that is in every scope."""
    folded = name.lower()
    if folded in scope.aliases:
        return scope.aliases[folded].options
    around = scope.alias(folded)
    if around is not None and "AllScope" in around.options:
        return around.options
    return _options(folded) if scope is scope.root else "AllScope" if folded in _ALL_SCOPE else "None"


def _kept(error_id: str, message: str, call: BoundCall, name: str) -> ScriptError:
    kind = "SessionStateUnauthorizedAccessException"
    return ScriptError(message, f"{error_id},{call.error_suffix}", "WriteError", exception=kind, target=name)


def set_alias(call: BoundCall, scope: Scope, made: Alias) -> bool:
    """Put an alias into a scope; whether it is there."""
    kept = _writable(call, scope, made)
    if kept is not None:
        call.services.error(kept)
        return False
    scope.set_alias(made)
    return True


_EVERYWHERE = "? % cd copy del dir echo foreach md move popd pushd select where"
_UNCHANGED = """
? % clc clhy cli clp clv cpi cvpa dbp ebp epal epcsv fc fl foreach ft fw gal gbp gc gci gcm gcs gdr gerr ghy gi gl gm
gmo gp gps gpv group gu gv iex ihy ii ipal ipcsv ipmo irm iwr measure mi mp nal ndr ni nmo nv oh rbp rcsn rdr ri rmo
rni rnp rp rv rvpa sal saps sbp select si sl sp spps sv where
"""
_ALL_SCOPE: Final = frozenset(_EVERYWHERE.split())
_READ_ONLY: Final = frozenset(_UNCHANGED.split())
"""PowerShell's own aliases that are never changed, and those that are changed by force alone."""


def _set_alias(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    scope = scope_of(call).holder
    name, target = to_text(call.get("Name")), to_text(call.get("Value"))
    option = to_text(call.get("Option", "None"))
    try:
        options = str(enum_value("System.Management.Automation.ScopedItemOptions", option))
    except ScriptError:
        raise NotKnownHere(f"{call.command_name} -Option {option}") from None
    if call.command_name == "New-Alias" and name.lower() in known_aliases(call) and not call.switch("Force"):
        message = f"The alias is not allowed, because an alias with the name '{name}' already exists."
        error_id = "AliasAlreadyExists,Microsoft.PowerShell.Commands.NewAliasCommand"
        raise Written(ScriptError(message, error_id, "ResourceExists", exception="SessionStateException", target=name))
    if not goes_on(call, f"{call.command_name[:3]} Alias", f"Name: {name} Value: {target}"):
        return
    made = Alias(name, target, options, to_text(call.get("Description", "")))
    if set_alias(call, scope, made) and call.switch("PassThru"):
        yield alias_object(call, made)


def _remove_alias(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if input is not None and call.given("Name"):
        raise NotKnownHere("Remove-Alias with a name and pipeline input")
    for one in all_of(call.get("Name")) if input is None else input:
        name = argument_text(get_property(one, "Name") if type_of(one).endswith(".AliasInfo") else one)
        if not take_alias(call, name):
            call.services.error(_no_alias("name", name, call.error_suffix))
    yield from ()


def take_alias(call: BoundCall, name: str) -> bool:
    """Take an alias away, or tell why not; whether there was one. Raises NotKnownHere for PowerShell's own."""
    scope, folded = scope_of(call).holder, name.lower()
    while not call.given("Scope") and folded not in scope.aliases and scope.parent is not None:
        scope = scope.parent.holder
    if folded not in scope.aliases:
        if any(alias.lower() == folded for alias, _ in _of_powershell()):
            raise NotKnownHere(f"{call.command_name} of one of PowerShell's own aliases")
        return False
    options = scope.aliases[folded].options
    if _is_locked(call, options):
        message = f"Alias was not removed because alias {name} is constant or read-only."
        call.services.error(_kept("AliasNotRemovable", message, call, name))
    else:
        del scope.aliases[folded]
    return True


_SCOPE: Final = ParameterSpec("Scope", "string")
_ALIASING: Final = (
    ParameterSpec("Name", "string", position=0, mandatory=True),
    ParameterSpec("Value", "string", position=1, mandatory=True),
    ParameterSpec("Description", "string"),
    ParameterSpec("Option", "string", allowed=("None", "AllScope", "ReadOnly", "Constant")),
    _SCOPE,
    ParameterSpec("Force", "switch"),
    ParameterSpec("PassThru", "switch"),
)

CMDLETS: Final = (
    ClientCommand(
        "Get-Alias",
        (
            ParameterSpec("Name", "string[]", position=0, sets=("Default",)),
            ParameterSpec("Definition", "string[]", sets=("Definition",)),
            ParameterSpec("Exclude", "string[]", unsupported=True),
            _SCOPE,
        ),
        _get_alias,
        ("gal",),
        "GetAliasCommand",
        "Default",
        own=True,
    ),
    ClientCommand("Set-Alias", (*_ALIASING, *WHAT_IF), _set_alias, ("sal",), "SetAliasCommand", own=True),
    ClientCommand("New-Alias", (*_ALIASING, *WHAT_IF), _set_alias, ("nal",), "NewAliasCommand", own=True),
    ClientCommand(
        "Remove-Alias",
        (
            ParameterSpec("Name", "string[]", position=0, mandatory=True, by_value=True),
            _SCOPE,
            ParameterSpec("Force", "switch"),
        ),
        _remove_alias,
        (),
        "RemoveAliasCommand",
        own=True,
    ),
)  # fmt: skip
