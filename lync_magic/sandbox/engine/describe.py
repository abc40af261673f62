"""Commands described as objects: what Get-Command returns, command metadata, error records among the output.

Rules of this file: property names, their order and the type names are those of the recordings `import_names`,
`restricted` and `get_command`. It describes signatures; it runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import translate
from re import IGNORECASE, Pattern, compile
from typing import Final

from lync_magic.sandbox.engine.nettypes import ENUMERATIONS, full_name
from lync_magic.sandbox.engine.signatures import ALIASES, ALL_SETS, Catalog, Command, Parameter, catalog, find
from lync_magic.sandbox.model import EnumValue, ErrorRecord, PSObject

ALIAS, FUNCTION = 1, 2
"""Values of System.Management.Automation.CommandTypes."""

FUNCTION_TYPES: Final = (
    "System.Management.Automation.FunctionInfo",
    "System.Management.Automation.CommandInfo",
    "System.Object",
)
ALIAS_TYPES: Final = (
    "System.Management.Automation.AliasInfo",
    "System.Management.Automation.CommandInfo",
    "System.Object",
)
CUSTOM_TYPES: Final = ("System.Management.Automation.PSCustomObject", "System.Object")
_PARAMETER_TYPES: Final = ("System.Management.Automation.ParameterMetadata", "System.Object")
_MEASURE_TYPE: Final = "Microsoft.PowerShell.Commands.GenericMeasureInfo"
_COMMAND_TYPES: Final = "System.Management.Automation.CommandTypes"

SHORT_NAMES: Final = {
    "String": "string",
    "String[]": "string[]",
    "Int32": "int",
    "Boolean": "bool",
    "Guid": "guid",
    "Version": "version",
    "SwitchParameter": "switch",
    "PSCredential": "pscredential",
    "PSObject": "psobject",
    "AcpInfo[]": "MultiValuedProperty[AcpInfo]",
    "List": "List[Object]",
    "Unlimited": "Unlimited[uint]",
}
"""Type names as PowerShell prints them in a syntax line, where they differ from the signature's."""


def wildcard(pattern: str) -> Pattern[str]:
    """A PowerShell wildcard pattern, in any case. Matches whole names."""
    return compile(translate(pattern), IGNORECASE)


def has_wildcard(text: str) -> bool:
    """Whether a text is a pattern."""
    return any(one in text for one in "*?[")


def command_type(value: int) -> EnumValue:
    """A member of CommandTypes."""
    names = {number: name for name, number in ENUMERATIONS["CommandTypes"].items()}
    return EnumValue(_COMMAND_TYPES, names[value], value)


def parameters_object(command: Command) -> dict[str, PSObject]:
    """The dictionary of its parameters, each a ParameterMetadata."""
    return {one.name: _parameter_object(one) for one in command.parameters}


def _parameter_object(parameter: Parameter) -> PSObject:
    properties: dict[str, object] = {
        "Name": parameter.name,
        "ParameterType": full_name(parameter.type),
        "Aliases": list(parameter.aliases),
        "IsDynamic": False,
        "SwitchParameter": parameter.is_switch,
    }
    return PSObject(_PARAMETER_TYPES, properties, text=_PARAMETER_TYPES[0])


def syntax_line(command: Command, set_name: str) -> str:
    """One parameter set as Get-Command -Syntax prints it, without the command's name."""
    return " ".join([*(_syntax_item(one, set_name) for one in in_syntax_order(command, set_name)), *_common(command)])


def _common(command: Command) -> list[str]:
    return ["[<CommonParameters>]"] if command.advanced else []


def in_syntax_order(command: Command, set_name: str) -> list[Parameter]:
    """The own parameters of a set: positional ones first, then those that must be named, then the rest."""

    def rank(parameter: Parameter) -> tuple[int, int]:
        use = parameter.use_in(set_name)
        if use is not None and use.position is not None:
            return (0, use.position)
        return (1 if use is not None and use.mandatory else 2, 0)

    return sorted((one for one in command.own_parameters if one.use_in(set_name) is not None), key=rank)


def _syntax_item(parameter: Parameter, set_name: str) -> str:
    use = parameter.use_in(set_name)
    name = f"-{parameter.name}"
    if use is not None and use.position is not None:
        name = f"[{name}]"
    if not parameter.is_switch:
        name = f"{name} <{short_name(parameter)}>"
    return name if use is not None and use.mandatory else f"[{name}]"


def short_name(parameter: Parameter) -> str:
    """The parameter's type as a syntax line names it."""
    return SHORT_NAMES.get(parameter.type, parameter.type)


def function_object(command: Command) -> PSObject:
    """A command as Get-Command returns it."""
    verb, _, noun = command.name.partition("-")
    sets = [syntax_line(command, name) for name in command.sets]
    properties: dict[str, object] = {
        "CmdletBinding": command.advanced,
        "DefaultParameterSet": command.default_set,
        "Definition": "",
        "Options": "None",
        "Description": None,
        "Verb": verb,
        "Noun": noun,
        "HelpFile": None,
        "OutputType": list(command.outputs),
        "Name": command.name,
        "CommandType": command_type(FUNCTION),
        "Source": command.module,
        "Version": None,
        "Visibility": "Public",
        "ModuleName": command.module,
        "Module": None,
        "RemotingCapability": "PowerShell",
        "Parameters": parameters_object(command),
        "ParameterSets": sets,
        "Namespace": command.module,
        "HelpUri": command.help_uri,
        "ResolvedCommandName": None,
    }
    return PSObject(FUNCTION_TYPES, properties, text=command.name)


def alias_object(alias: str) -> PSObject:
    """An alias as Get-Command returns it."""
    command = find(alias)
    properties: dict[str, object] = {
        "DisplayName": f"{alias} -> {ALIASES[alias]}",
        "ResolvedCommandName": ALIASES[alias],
        "Definition": ALIASES[alias],
        "OutputType": [],
        "Name": alias,
        "CommandType": command_type(ALIAS),
        "Source": "",
        "Visibility": "Public",
        "ModuleName": "",
        "Parameters": parameters_object(command) if command is not None else {},
        "Namespace": "",
        "HelpUri": command.help_uri if command is not None else "",
    }
    return PSObject(ALIAS_TYPES, properties, text=alias)


def selected(value: object, names: Sequence[str]) -> PSObject:
    """What Select-Object makes of an object: the named properties, absent ones null."""
    whole = value if isinstance(value, PSObject) else PSObject(("System.Object",), {})
    known = {name.lower(): one for name, one in whole.properties.items()}
    types = (f"Selected.{whole.type_names[0]}", *CUSTOM_TYPES)
    return PSObject(types, {name: known.get(name.lower()) for name in names}, adapted=False)


def measured(count: int) -> PSObject:
    """What Measure-Object returns."""
    names = ("Average", "Sum", "Maximum", "Minimum", "StandardDeviation", "Property")
    properties: dict[str, object] = {"Count": count, **dict.fromkeys(names)}
    types = (_MEASURE_TYPE, "Microsoft.PowerShell.Commands.MeasureInfo", "System.Object")
    return PSObject(types, properties, text=_MEASURE_TYPE)


_METADATA: Final = (
    "Name",
    "Namespace",
    "HelpUri",
    "CommandType",
    "ResolvedCommandName",
    "OutputType",
    "Parameters",
)


def metadata_objects(names: Sequence[str], command_type: int, exposed: Catalog | None = None) -> Iterator[object]:
    """The answer to GET_COMMAND_METADATA: the count, then one object per command (MS-PSRP 2.2.3.22).

    names: patterns; none means every command.  command_type: flags of CommandTypes; 0 means every type.
    exposed: the endpoint's commands, Lync Online's by default.
    """
    patterns = [wildcard(one) for one in names] or [wildcard("*")]
    found: list[PSObject] = []
    if not command_type or command_type & ALIAS:
        found += [alias_object(one) for one in ALIASES if _matches(one, patterns)]
    if not command_type or command_type & FUNCTION:
        found += [
            function_object(one) for one in (exposed or catalog()).commands.values() if _matches(one.name, patterns)
        ]
    yield selected(measured(len(found)), ("Count",))
    for one in found:
        yield selected(one, _METADATA)


def _matches(name: str, patterns: Sequence[Pattern[str]]) -> bool:
    return any(pattern.match(name) for pattern in patterns)


def error_object(error: ErrorRecord) -> PSObject:
    """An error record among the output (`2>&1`; MS-PSRP 2.2.3.15)."""
    exception = PSObject(
        (error.exception, "System.Exception", "System.Object"),
        {"Message": error.message},
        text=f"{error.exception}: {error.message}",
    )
    target = f"({error.target_name}:{error.target_type})"
    properties: dict[str, object] = {
        "Exception": exception,
        "TargetObject": error.target,
        "FullyQualifiedErrorId": error.error_id,
        "InvocationInfo": None,
        "ErrorCategory_Category": error.category_number,
        "ErrorCategory_Activity": error.activity,
        "ErrorCategory_Reason": error.reason,
        "ErrorCategory_TargetName": error.target_name,
        "ErrorCategory_TargetType": error.target_type,
        "ErrorCategory_Message": f"{error.category}: {target} [{error.activity}], {error.reason}",
        "SerializeExtendedInfo": False,
    }
    types = ("System.Management.Automation.ErrorRecord", "System.Object")
    return PSObject(types, properties, text=error.message, adapted=False)


def set_label(name: str) -> str:
    """A parameter set's name as help prints it."""
    return "(All)" if name == ALL_SETS else name
