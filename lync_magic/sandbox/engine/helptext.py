"""Get-Help's objects: syntax, required, position, pipeline input of every parameter.

Rules of this file: the shape is that of the recording `import_names` (ExtendedCmdletHelpInfo: help that
PowerShell makes itself for a command without a help file). There is no prose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lync_magic.sandbox.engine.describe import in_syntax_order, set_label, short_name, syntax_line
from lync_magic.sandbox.engine.nettypes import ENUMERATIONS
from lync_magic.sandbox.engine.signatures import Command, Parameter, Use
from lync_magic.sandbox.model import PSObject

_HELP: Final = "ExtendedCmdletHelpInfo"
_NAMESPACES: Final = {
    "xmlns:command": "http://schemas.microsoft.com/maml/dev/command/2004/10",
    "xmlns:dev": "http://schemas.microsoft.com/maml/dev/2004/10",
    "xmlns:maml": "http://schemas.microsoft.com/maml/2004/10",
}


def _part(kind: str, properties: Mapping[str, object]) -> PSObject:
    return PSObject((f"{_HELP}#{kind}",), dict(properties), adapted=False)


def help_object(command: Command) -> PSObject:
    """A command's help."""
    lines = [f"{command.name} {syntax_line(command, name)}".rstrip() for name in command.sets]
    outputs = list(command.outputs) or ["System.Object"]
    aliases = "None\n"
    properties: dict[str, object] = {
        "CommonParameters": command.advanced,
        "details": _part("details", {"name": command.name, "noun": "", "verb": ""}),
        "Syntax": _part("syntax", {"syntaxItem": [_syntax_item(command, name) for name in command.sets]}),
        "parameters": _part("parameters", {"parameter": [_documented(one) for one in _by_name(command)]}),
        "inputTypes": _part("inputTypes", {"inputType": _typed("inputType", _inputs(command))}),
        "returnValues": _part("returnValues", {"returnValue": _typed("returnValue", "\n".join(outputs))}),
        "aliases": aliases,
        "remarks": "None",
        "alertSet": None,
        "description": None,
        "examples": None,
        "Synopsis": "\n" + "\n\n".join(lines) + "\n",
        "ModuleName": command.module,
        "nonTerminatingErrors": "",
        **_NAMESPACES,
        "Name": command.name,
        "Category": "Function",
        "Component": None,
        "Role": None,
        "Functionality": None,
    }
    return PSObject((_HELP, "CmdletHelpInfo", "HelpInfo"), properties, adapted=False)


def _by_name(command: Command) -> list[Parameter]:
    return sorted(command.own_parameters, key=lambda one: one.name.lower())


def _syntax_item(command: Command, set_name: str) -> PSObject:
    parameters = [_parameter(one, set_name) for one in in_syntax_order(command, set_name)]
    common = command.advanced
    return _part("syntaxItem", {"name": command.name, "CommonParameters": common, "parameter": parameters})


def _documented(parameter: Parameter) -> PSObject:
    return _parameter(parameter, next(iter(parameter.uses)))


def _parameter(parameter: Parameter, set_name: str) -> PSObject:
    use = parameter.use_in(set_name) or Use()
    properties: dict[str, object] = {
        "name": parameter.name,
        "required": _yes(use.mandatory),
        "pipelineInput": _pipeline_input(parameter),
        "isDynamic": "false",
        "globbing": "false",
        "parameterSetName": ", ".join(set_label(one) for one in parameter.uses),
    }
    if not parameter.is_switch:
        properties["parameterValue"] = short_name(parameter)
    properties["type"] = _part("type", {"name": short_name(parameter)})
    properties["position"] = "Named" if use.position is None else str(use.position)
    properties["aliases"] = ", ".join(parameter.aliases) or "None"
    values = parameter.values or tuple(ENUMERATIONS.get(parameter.type, ()))
    if values:
        properties["parameterValueGroup"] = _part("parameterValueGroup", {"parameterValue": list(values)})
    return _part("parameter", properties)


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _pipeline_input(parameter: Parameter) -> str:
    ways = ["ByValue"] * parameter.by_value + ["ByPropertyName"] * parameter.by_property_name
    return f"true ({', '.join(ways)})" if ways else "false"


def _inputs(command: Command) -> str:
    names = [short_name(one) for one in command.own_parameters if one.by_value or one.by_property_name]
    return "\n".join(names or ["None"]) + "\n"


def _typed(kind: str, name: str) -> PSObject:
    return _part(kind, {"type": _part("type", {"name": name})})
