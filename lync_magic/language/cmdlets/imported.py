"""What is imported: Get-Module, Get-Command, Get-Help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.errors import EvaluationError
from lync_magic.importing import Details, Parameter, matches, modules
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.session_host import texts
from lync_magic.language.layout.shapes import Formatted
from lync_magic.language.values.failures import ScriptError
from lync_magic.safe_text import visible

FUNCTION_TYPES: Final = (
    "System.Management.Automation.FunctionInfo",
    "System.Management.Automation.CommandInfo",
    "System.Object",
)


def _get_module(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    if call.switch("ListAvailable"):
        return  # modules on disk have no place in a cell: the session brings the commands
    patterns = texts(call.get("Name")) or ("*",)
    for module in modules:
        if matches(module.name, patterns):
            yield module


def _info(kind: str, name: str, source: str, definition: str = "") -> PSObject:
    content = {
        "CommandType": kind, "Name": name, "Version": "1.0", "Source": source, "ModuleName": source,
        "Definition": definition,
    }  # fmt: skip
    return PSObject(content, FUNCTION_TYPES, text=name)


def _get_command(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    names = texts(call.get("Name")) or ("*",)
    places = texts(call.get("Module"))
    verbs, nouns = texts(call.get("Verb")) or ("*",), texts(call.get("Noun")) or ("*",)
    found: set[str] = set()
    for module in modules:
        if places and not matches(module.name, places):
            continue
        for command in module.commands.values():
            verb, _, noun = command.alias.partition("-")
            if matches(command.alias, names) and matches(verb, verbs) and matches(noun, nouns):
                found.add(command.alias.lower())
                if call.switch("Syntax"):
                    yield Formatted(f"\n{command.__doc__ or command.alias}\n".split("\n\n")[0] + "\n")
                else:
                    yield _info("Function", command.alias, module.name)
    if not places:
        yield from _own(call, names, verbs, nouns, found)
    for name in names:
        if not any(sign in name for sign in "*?[") and name.lower() not in found:
            call.services.error(_not_found(name))


def _own(
    call: BoundCall, names: tuple[str, ...], verbs: tuple[str, ...], nouns: tuple[str, ...], found: set[str]
) -> Iterator[object]:
    """The language's own cmdlets and the notebook's functions, by name."""
    from lync_magic.language.cmdlets.registry import CMDLETS as ALL

    exact = [name for name in names if not any(sign in name for sign in "*?[")]
    scope = call.services.scope
    for name in exact:
        block = scope.function(name.lower()) if scope is not None else None
        if block is not None:
            found.add(name.lower())
            yield _info("Function", block.name, "", block.text)
            continue
        for command in ALL:
            verb, _, noun = command.name.partition("-")
            meant = name.lower() in (command.name.lower(), *command.folded_aliases) and name.lower() not in found
            if meant and matches(verb, verbs) and matches(noun, nouns):
                found.add(name.lower())
                kind = "Cmdlet" if name.lower() == command.name.lower() else "Alias"
                yield _info(kind, command.name if kind == "Cmdlet" else name, "Microsoft.PowerShell", command.name)


def _not_found(name: str) -> ScriptError:
    message = (
        f"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.\n"
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
    )
    error_id = "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand"
    return ScriptError(message, error_id, "ObjectNotFound", exception="CommandNotFoundException", target=name)


def _get_help(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name = str(call.get("Name") or "")
    command = modules.find(name)
    if command is None:
        raise EvaluationError(
            f"Get-Help could not find {name} in the imported commands.",
            "List them: Get-Command -Module tmp_*",
            error_id="HelpNotFound,Microsoft.PowerShell.Commands.GetHelpCommand",
            category="ResourceUnavailable",
        )
    details = command.details()
    wanted = texts(call.get("Parameter"))
    if details is None or not (wanted or call.switch("Examples")):
        yield Formatted(f"{command.__doc__}\n")
    elif wanted:
        found = [one for one in details.parameters if matches(one.name, wanted)]
        if not found:
            raise EvaluationError(
                f"No parameter matches criteria {', '.join(wanted)}.",
                f"Those that there are: Get-Help {name}",
                error_id="NoMatchFound,Microsoft.PowerShell.Commands.GetHelpCommand",
            )
        yield Formatted("".join(visible(_parameter_help(details, one)) for one in found))
    else:
        yield Formatted(visible(_examples(details)))


def _parameter_help(details: Details, parameter: Parameter) -> str:
    """What Get-Help -Parameter prints."""
    kind = "" if parameter.switch else f" <{parameter.type_name.rpartition('.')[2]}>"
    rows = {
        "Required?": str(parameter.required).lower(),
        "Position?": "Named" if parameter.position is None else str(parameter.position),
        "Accept pipeline input?": f"true ({', '.join(parameter.pipeline)})" if parameter.pipeline else "false",
        "Aliases": ", ".join(parameter.aliases) or "None",
    }
    if parameter.values:
        rows["Accepted values"] = ", ".join(parameter.values)
    said = "".join(f"    {line}\n" for line in parameter.description.splitlines())
    listed = "".join(f"    {label:<28} {value}\n" for label, value in rows.items())
    return f"\n-{parameter.name}{kind}\n{said}\n{listed}\n"


def _examples(details: Details) -> str:
    """What Get-Help -Examples prints."""
    told = [f"\nNAME\n    {details.name}\n\nSYNOPSIS\n    {details.synopsis or details.name}\n"]
    for number, example in enumerate(details.examples, 1):
        lines = [*example.code.splitlines(), *example.remarks.splitlines()]
        body = "".join(f"    {line}\n" for line in lines)
        told.append(f"\n    -------------------------- EXAMPLE {number} --------------------------\n{body}")
    return "".join(told) + ("" if details.examples else "\n    The server has no examples of it.\n")


GET_MODULE: Final = ClientCommand(
    "Get-Module",
    (
        ParameterSpec("Name", "string[]", position=0),
        ParameterSpec("ListAvailable", "switch"),
        ParameterSpec("Refresh", "switch"),
        ParameterSpec("All", "switch", unsupported=True),
        ParameterSpec("FullyQualifiedName", "object", unsupported=True),
    ),
    _get_module,
    ("gmo",),
    "GetModuleCommand",
)
GET_COMMAND: Final = ClientCommand(
    "Get-Command",
    (
        ParameterSpec("Name", "string[]", position=0),
        ParameterSpec("Module", "string[]", aliases=("PSSnapin",)),
        ParameterSpec("Verb", "string[]"),
        ParameterSpec("Noun", "string[]"),
        ParameterSpec("CommandType", "object", aliases=("Type",), unsupported=True),
        ParameterSpec("Syntax", "switch"),
    ),
    _get_command,
    ("gcm",),
    "GetCommandCommand",
)
COMMANDS: Final = (
    GET_MODULE,
    GET_COMMAND,
    ClientCommand(
        "Get-Help",
        (
            ParameterSpec("Name", "string", position=0, mandatory=True),
            ParameterSpec("Full", "switch"),
            ParameterSpec("Detailed", "switch"),
            ParameterSpec("Examples", "switch"),
            ParameterSpec("Online", "switch", unsupported=True),
            ParameterSpec("Parameter", "string[]"),
        ),
        _get_help,
        ("help", "man"),
        "GetHelpCommand",
    ),
)
