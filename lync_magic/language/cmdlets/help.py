"""Get-Help: of imported commands, of the language's own cmdlets, and of several at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.importing import Details, Parameter, Use, matches, modules
from lync_magic.language.cmdlets import help_text
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.own_commands import own_command, own_commands
from lync_magic.language.cmdlets.session_host import texts
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.declared import advanced, as_command, asks, declared_in
from lync_magic.language.evaluate.parameter_sets import ALL, Declared, Place
from lync_magic.language.evaluate.validation import named_type
from lync_magic.language.layout.shapes import Formatted
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.types import NetType
from lync_magic.safe_text import visible

CLASS: Final = "Microsoft.PowerShell.Commands.GetHelpCommand"
NOT_FOUND: Final = (
    "Get-Help could not find {0} in a help file in this session. To download updated help topics type: "
    '"Update-Help". To get help online, search for the help topic in the TechNet library at '
    "https://go.microsoft.com/fwlink/?LinkID=107116."
)
SHORT_TYPES: Final = ("HelpInfoShort", "System.Object")
_WILD: Final = "*?["


def _get_help(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name = str(call.get("Name") or "")
    if any(sign in name for sign in _WILD):
        found = _several(call, name)
        if len(found) != 1:
            yield from (_short(details, module) for details, module in found)
            return
        details: Details | None = found[0][0]
    else:
        details = _one(call, name)
    if details is None:
        failure = ScriptError(NOT_FOUND.format(name), f"HelpNotFound,{CLASS}", "ResourceUnavailable")
        near = modules.near(name)
        failure.advice = f"Did you mean {near}?" if near else "List the imported commands: %lync commands"
        call.services.error(failure)
        return
    yield Formatted(visible(_told(call, details)))


def _told(call: BoundCall, details: Details) -> str:
    wanted = texts(call.get("Parameter"))
    if wanted:
        found = [one for one in details.parameters if matches(one.name, wanted)]
        if not found:
            message = f"No parameter matches criteria {', '.join(wanted)}."
            raise ScriptError(message, f"NoParmsFound,{CLASS}", "InvalidArgument", exception="PSArgumentException")
        return help_text.parameters(found, details)
    for word, told in (("Examples", help_text.examples), ("Full", help_text.full), ("Detailed", help_text.detailed)):
        if call.switch(word):
            return told(details)
    return help_text.plain(details)


def _one(call: BoundCall, name: str) -> Details | None:
    """What is known of the command of this name; an imported one is asked for."""
    remote = modules.find(name)
    own = own_command(call, name)
    if remote is not None and not (own is not None and own.own):
        return remote.details() or Details(remote.name, ())
    return details_of_own(own) if own is not None else None


def _several(call: BoundCall, pattern: str) -> list[tuple[Details, str]]:
    """What is known of the commands of a pattern, without asking, and their modules."""
    remote = [
        (command.known() or Details(command.alias, ()), module.name)
        for module in modules
        for command in module.commands.values()
        if matches(command.alias, (pattern,))
    ]
    return remote + [(details_of_own(one), "") for one in own_commands(call) if matches(one.name, (pattern,))]


def _short(details: Details, module: str) -> PSObject:
    synopsis = details.synopsis or (details.syntax or (details.name,))[0]
    content = {"Name": details.name, "Category": "Function", "Module": module, "Synopsis": synopsis}
    return PSObject(content, SHORT_TYPES, text=details.name)


def details_of_own(command: ClientCommand) -> Details:
    """A cmdlet of this side, as what is known of one."""
    known = [one for one in command.parameters if not one.unsupported]
    names = dict.fromkeys(name for one in known for name in one.sets) or {"": None}
    ordered = sorted(names, key=lambda name: name != command.default_set)
    sets = [[one for one in known if not one.sets or name in one.sets] for name in ordered]
    made = tuple(
        Parameter(
            one.name,
            "SwitchParameter" if one.is_switch else one.type,
            one.aliases,
            one.is_switch,
            one.position,
            one.mandatory,
            one.allowed,
            ("ByValue",) if one.by_value else (),
        )
        for one in known
    )
    return Details(
        command.name,
        made,
        sets=tuple(tuple(Use(one.name, one.mandatory, one.position) for one in uses) for uses in sets),
        syntax=tuple(_syntax_line(command.name, uses) for uses in sets),
        cmdlet=True,
        helped=True,
    )


def details_of_function(block: Block) -> Details:
    """A function of the cell's own, as what is known of one."""
    declared = declared_in(block)
    command = as_command(block, declared)
    names = dict.fromkeys(name for one in declared for name in one.places if name != ALL) or {ALL: None}
    lines = []
    named = {one.variable.name: named_type(one) for one in block.declared}
    for name in sorted(names, key=lambda each: each != command.default_set):
        uses = [
            _used(one, place, named.get(one.spec.name, ""))
            for one in declared
            if (place := one.places.get(name) or one.places.get(ALL))
        ]
        asking = [spec for spec in command.parameters if all(spec.name != one.name for one in uses) and asks(block)]
        line = _syntax_line(command.name, [*uses, *(one for one in asking if one.name in ("WhatIf", "Confirm"))])
        lines.append(line if line != command.name or advanced(block) else f"{line} ")
    return replace(details_of_own(command), syntax=tuple(lines), advanced=advanced(block), cmdlet=False)


_SHOWN: Final = {"System.Object": "Object", "System.Management.Automation.PSCustomObject": "psobject"}
"""Types that a syntax names in a way of its own."""


def _used(one: Declared, place: Place, named: str) -> ParameterSpec:
    """A parameter as it is in one set, of the type that PowerShell names. named: by its objects' own, "" without."""
    kind = NetType(one.spec.type_name or "System.Object")
    shown = _SHOWN.get(kind.name) or kind.spoken.rpartition(".")[2]
    if named:
        shown = named.rpartition(".")[2] + ("[]" if kind.name.endswith("[]") and not named.endswith("[]") else "")
    told = one.spec.type if one.spec.is_switch else shown
    return replace(one.spec, position=place.position, mandatory=place.mandatory, type=told)


def _syntax_line(name: str, uses: list[ParameterSpec]) -> str:
    words = [name]
    for one in sorted(uses, key=lambda each: (each.position is None, each.position or 0, not each.mandatory)):
        label = f"[-{one.name}]" if one.position is not None else f"-{one.name}"
        word = label if one.is_switch else f"{label} <{one.type}>"
        words.append(word if one.mandatory else f"[{word}]")
    return " ".join(words)


GET_HELP: Final = ClientCommand(
    "Get-Help",
    (
        ParameterSpec("Name", "string", position=0, mandatory=True),
        ParameterSpec("Full", "switch", sets=("AllUsersView",)),
        ParameterSpec("Detailed", "switch", sets=("DetailedView",), mandatory=True),
        ParameterSpec("Examples", "switch", sets=("Examples",), mandatory=True),
        ParameterSpec("Parameter", "string[]", sets=("Parameters",), mandatory=True),
        ParameterSpec("Category", "string[]", unsupported=True),
        ParameterSpec("Component", "string[]", unsupported=True),
        ParameterSpec("Functionality", "string[]", unsupported=True),
        ParameterSpec("Role", "string[]", unsupported=True),
        ParameterSpec("Path", "string", unsupported=True),
        ParameterSpec("Online", "switch", unsupported=True),
        ParameterSpec("ShowWindow", "switch", unsupported=True),
    ),
    _get_help,
    ("help", "man"),
    "GetHelpCommand",
    default_set="AllUsersView",
)
