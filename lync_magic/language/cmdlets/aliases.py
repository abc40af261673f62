"""Aliases: Get-, Set- and New-Alias."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from lync_magic.clixml import EnumValue, PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.variables import scope_of
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.values.enums import LocalEnum, enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Written
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.text import collation_key, to_text


def _alias(call: BoundCall, name: str, definition: str) -> PSObject:
    content = {
        "CommandType": LocalEnum("Alias", 1, "System.Management.Automation.CommandTypes"),
        "Name": name,
        "Definition": definition,
        "ResolvedCommand": definition,
        "Source": "",
    }
    content["DisplayName"] = f"{name} -> {definition}"
    if name.lower() not in call.services.evaluator.aliases:  # one of PowerShell's own
        content["ResolvedCommandName"] = definition
        content["Options"] = _options(name.lower())
    text = name
    return PSObject(
        content, ("System.Management.Automation.AliasInfo", "System.Management.Automation.CommandInfo"), text
    )


def _options(name: str) -> EnumValue:
    told = [one for one, names in (("ReadOnly", _READ_ONLY), ("AllScope", _ALL_SCOPE)) if name in names]
    return enum_value("System.Management.Automation.ScopedItemOptions", ", ".join(told) or "None")


def _known_aliases(call: BoundCall) -> dict[str, tuple[str, str]]:
    made = {alias.lower(): (alias, command) for alias, command in _of_powershell()}
    made |= {name: (name, target) for name, target in call.services.evaluator.aliases.items()}
    return dict(sorted(made.items(), key=lambda one: collation_key(one[0], case=False)))


@cache
def _of_powershell() -> list[tuple[str, str]]:
    """Every alias that PowerShell starts with: `aliases.txt`, as Get-Alias lists them."""
    text = files("lync_magic.language.cmdlets").joinpath("aliases.txt").read_text(encoding="utf-8")
    return [(alias, command) for alias, command in map(str.split, text.splitlines())]


def _get_alias(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    scope_of(call)  # aliases are the cell's, whichever is named; a bad one is an error
    known = _known_aliases(call)
    if call.given("Definition"):
        for wanted in map(to_text, all_of(call.get("Definition"))):
            if has_wildcard(wanted):
                raise NotKnownHere("Get-Alias -Definition with a wildcard")
            found = [pair for pair in known.values() if pair[1].lower() == wanted.lower()]
            if not found:
                call.services.error(_no_alias("definition", wanted))
            yield from (_alias(call, *pair) for pair in found)
        return
    for one in all_of(call.get("Name")) or ["*"]:
        name = to_text(one)
        found = [
            pair
            for key, pair in known.items()
            if key == name.lower() or (has_wildcard(name) and name != "?" and matches_wildcard(name, key))
        ]
        if not found and not has_wildcard(name):
            call.services.error(_no_alias("name", name))
        yield from (_alias(call, *pair) for pair in found)


def _no_alias(what: str, told: str) -> ScriptError:
    message = f"This command cannot find a matching alias because an alias with the {what} '{told}' does not exist."
    error_id = "ItemNotFoundException,Microsoft.PowerShell.Commands.GetAliasCommand"
    return ScriptError(message, error_id, "ObjectNotFound", exception="ItemNotFoundException", target=told)


def _writable(call: BoundCall, name: str) -> None:
    """Raises Written for an alias of PowerShell's own that is not to be changed."""
    if name.lower() in _READ_ONLY and not call.switch("Force"):
        error_id = f"AliasNotWritable,{call.error_suffix}"
        message = f"Alias is not writeable because alias {name} is read-only or constant and cannot be written to."
    elif name.lower() in _ALL_SCOPE:
        error_id = f"AliasAllScopeOptionCannotBeRemoved,{call.error_suffix}"
        message = f"The AllScope option cannot be removed from the alias '{name}'."
    else:
        return
    kind = "SessionStateUnauthorizedAccessException"
    raise Written(ScriptError(message, error_id, "WriteError", exception=kind, target=name))


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
    scope_of(call)
    name, target = to_text(call.get("Name")), to_text(call.get("Value"))
    aliases = call.services.evaluator.aliases
    if to_text(call.get("Option", "None")).lower() not in ("none", "allscope"):
        raise NotKnownHere(f"{call.command_name} -Option {to_text(call.get('Option'))}")
    if call.command_name == "New-Alias" and name.lower() in _known_aliases(call) and not call.switch("Force"):
        message = f"The alias is not allowed, because an alias with the name '{name}' already exists."
        error_id = "AliasAlreadyExists,Microsoft.PowerShell.Commands.NewAliasCommand"
        raise Written(ScriptError(message, error_id, "ResourceExists", exception="SessionStateException", target=name))
    if name.lower() not in aliases:
        _writable(call, name)
    if not goes_on(call, f"{call.command_name[:3]} Alias", f"Name: {name} Value: {target}"):
        return
    aliases[name.lower()] = target
    if call.switch("PassThru"):
        yield _alias(call, name, target)


_SCOPE: Final = ParameterSpec("Scope", "string")
_ALIASING: Final = (
    ParameterSpec("Name", "string", position=0, mandatory=True),
    ParameterSpec("Value", "string", position=1, mandatory=True),
    ParameterSpec("Description", "string"),
    ParameterSpec("Option", "string", allowed=("None", "AllScope")),
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
)  # fmt: skip
