"""Get-Help: of imported commands, of the language's own cmdlets, and of several at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.importing import Details, Parameter, Use, matches, modules
from lync_magic.language.cmdlets import help_text
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.function_help import helped
from lync_magic.language.cmdlets.own_commands import own_command, own_commands
from lync_magic.language.cmdlets.session_host import texts
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.comment_help import comment_help
from lync_magic.language.evaluate.declared import advanced, allowed, as_command, declared_in
from lync_magic.language.evaluate.parameter_sets import ALL, Declared
from lync_magic.language.evaluate.usage import usage_words, usages_of, used_in
from lync_magic.language.evaluate.validation import named_type
from lync_magic.language.layout.shapes import Formatted
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.failures import ScriptError
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
        block = _function(call, name)
        if block is not None and comment_help(block) is not None:
            yield from helped(call, block)
            return
        details = _of_function(block) if block is not None else _one(call, name)
    if details is None:
        failure = ScriptError(NOT_FOUND.format(name), f"HelpNotFound,{CLASS}", "ResourceUnavailable")
        near = modules.near(name)
        others = "List the imported commands: %lync commands" if any(modules) else "Connect: %lync connect USER"
        failure.advice = f"Did you mean {near}?" if near else others
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


def _function(call: BoundCall, name: str) -> Block | None:
    """The function of the cell's own that has this name, or whose alias it is."""
    scope = call.services.scope
    return scope.function(scope.named_by(name).lower()) if scope is not None else None


def told_of_function(block: Block) -> Details:
    """What is known of a function or a script file, with the words that it takes and what its comments tell."""
    details, told = details_of_function(block), comment_help(block)
    known = tuple(
        replace(one, type_name=one.type_name if one.switch else _type_of(written, declared), values=allowed(written))
        for one, written, declared in zip(details.parameters, block.declared, declared_in(block), strict=True)
    )
    sections = told.sections if told is not None else {}
    return replace(
        details,
        parameters=known,
        synopsis=sections.get("SYNOPSIS", ""),
        description=sections.get("DESCRIPTION", ""),
    )


def _type_of(written: s.ParameterDeclaration, declared: Declared) -> str:
    place = next(iter(declared.places.values()))
    return used_in(declared, place, named_type(written)).type


def _of_function(block: Block) -> Details:
    """A function that brings no help, as help tells of it: a parameter that takes some words alone shows them."""
    details = details_of_function(block)
    lines, told = details.syntax, {one.name: one for one in details.parameters}
    for written, one in zip(block.declared, declared_in(block), strict=True):
        place = one.places.get(ALL) or next(iter(one.places.values()))
        used = used_in(one, place, named_type(written))
        name = one.spec.name
        told[name] = replace(told[name], required=used.mandatory, position=used.position)
        if not told[name].switch:
            told[name] = replace(told[name], type_name=used.type)
        if words := allowed(written):
            shown = f"{{{' | '.join(words)}}}".replace("\\", r"\\")
            lines = tuple(re.sub(rf"(-{name}\]?) <[^>]*>", rf"\1 {shown}", line) for line in lines)
    return replace(details, syntax=lines, parameters=tuple(told.values()))


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
    command = as_command(block, declared_in(block))
    lines = []
    for usage in usages_of(block):
        line = f"{command.name} {usage.words}".rstrip()
        lines.append(line if line != command.name or advanced(block) else f"{line} ")
    return replace(details_of_own(command), syntax=tuple(lines), advanced=advanced(block), cmdlet=False)


def _syntax_line(name: str, uses: list[ParameterSpec]) -> str:
    return f"{name} {usage_words(uses)}".rstrip()


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
