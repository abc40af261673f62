"""A function as a command: the `MyCommand` of `$MyInvocation`, and what Get-Command gives of a cell's own.

Rule of this file: what is said of a function stands in its text; it is made once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from weakref import WeakKeyDictionary

from lync_magic.clixml import PSObject
from lync_magic.language.cmdlets.binder import COMMON
from lync_magic.language.cmdlets.declare import ParameterSpec
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.declared import advanced, as_command, declared_in, declared_type
from lync_magic.language.values.collections import Collection, SwitchParameter, net_object
from lync_magic.language.values.command_objects import command_object
from lync_magic.language.values.comparers import ByName
from lync_magic.language.values.enums import LocalEnum, enum_value
from lync_magic.language.values.net_objects import HashSet
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.types import NetType

_AUTOMATION: Final = "System.Management.Automation."
_TYPES: Final = {"string": "System.String", "int": "System.Int32", "switch": SwitchParameter.NAME}
_made: WeakKeyDictionary[Block, PSObject] = WeakKeyDictionary()


def function_info(block: Block) -> PSObject:
    """That of a function, filter or script block."""
    found = _made.get(block)
    if found is None:
        found = _made[block] = _info(block)
    return found


def _info(block: Block) -> PSObject:
    content: dict[str, object] = {"ScriptBlock": block.unnamed(), "Definition": block.text}
    if not block.name:
        return command_object("Script", {**content, "Name": "", "Path": None, **_OF_NO_MODULE}, block.text)
    verb, dash, noun = block.name.partition("-")
    command = as_command(block, declared_in(block))
    content |= {
        "CmdletBinding": advanced(block), "DefaultParameterSet": command.default_set or None,
        "Options": enum_value(f"{_AUTOMATION}ScopedItemOptions", "None"), "Description": None,
        "Verb": verb if dash else "", "Noun": noun if dash else "", "HelpFile": None, "HelpUri": "",
        "Name": block.name, **_OF_NO_MODULE, "Parameters": _parameters(block, command.parameters),
    }  # fmt: skip
    return command_object("Filter" if block.is_filter else "Function", content, block.name)


_OF_NO_MODULE: Final = {
    "Source": "", "Version": None, "Visibility": LocalEnum("Public", 0, f"{_AUTOMATION}SessionStateEntryVisibility"),
    "ModuleName": "", "Module": None,
    "RemotingCapability": LocalEnum("PowerShell", 1, f"{_AUTOMATION}RemotingCapability"),
}  # fmt: skip


def _parameters(block: Block, specs: Sequence[ParameterSpec]) -> ByName:
    """Its parameters by name, an advanced function's common ones behind them."""
    own = {one.variable.name: one for one in block.declared}

    def each() -> Iterator[tuple[object, object]]:
        declared = [spec for spec in specs if spec.name in own]
        asking = [spec for spec in specs if spec.name not in own]
        for spec in (*declared, *(COMMON if advanced(block) else ()), *asking):
            held = declared_type(own[spec.name]) if spec.name in own else NetType(_TYPES.get(spec.type, spec.type))
            told = {
                "Name": spec.name, "ParameterType": held or NetType("System.Object"), "IsDynamic": False,
                "Aliases": Collection(spec.aliases, "System.String"), "SwitchParameter": spec.is_switch,
            }  # fmt: skip
            yield spec.name, net_object(_PARAMETER, told)

    return ByName(each(), _PARAMETER)


_PARAMETER: Final = f"{_AUTOMATION}ParameterMetadata"
_COMMON: Final = (*(spec.name for spec in COMMON if spec.name != "InformationVariable"), "InformationVariable")
own_statics[f"{_AUTOMATION}Cmdlet"] = own_statics[f"{_AUTOMATION}PSCmdlet"] = (
    {},
    {
        "commonparameters": lambda: HashSet(_COMMON, "System.String"),
        "optionalcommonparameters": lambda: HashSet(("WhatIf", "Confirm", "UseTransaction"), "System.String"),
    },
)
