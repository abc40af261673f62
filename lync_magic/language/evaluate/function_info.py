"""A function as a command: the `MyCommand` of `$MyInvocation`, and what Get-Command gives of a cell's own.

Rule of this file: what is said of a function stands in its text; it is made once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final
from weakref import WeakKeyDictionary

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.cmdlets.binder import COMMON
from lync_magic.language.cmdlets.declare import ParameterSpec
from lync_magic.language.evaluate.attribute_objects import attributes_of, common_attributes
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.declared import advanced, as_command, asks, declared_in, declared_type, help_message
from lync_magic.language.evaluate.expressions import known_type
from lync_magic.language.evaluate.parameter_sets import ALL, Place
from lync_magic.language.evaluate.usage import usages_of
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import Collection, GenericList, SwitchParameter, net_object
from lync_magic.language.values.command_objects import command_object
from lync_magic.language.values.comparers import ByName
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import LocalEnum, enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.net_objects import HashSet
from lync_magic.language.values.properties import late_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
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


def renew(before: Block | None, after: Block) -> None:
    """A function takes the place of another: the object that told of that one tells of this from now on."""
    told = None if before is None else _made.get(before)
    if told is None or before is None or before.is_filter != after.is_filter:
        return
    told.properties = _info(after).properties
    _made[after] = told


def _info(block: Block) -> PSObject:
    content: dict[str, object] = {"ScriptBlock": block.unnamed(), "Definition": block.text}
    if not block.name:
        return command_object("Script", {**content, "Name": "", "Path": None, **_OF_NO_MODULE}, block.text)
    if block.is_file:
        return _script_info(block)
    verb, dash, noun = block.name.partition("-")
    command = as_command(block, declared_in(block))
    content |= {
        "CmdletBinding": advanced(block), "DefaultParameterSet": command.default_set or None,
        "Options": enum_value(f"{_AUTOMATION}ScopedItemOptions", "None"), "Description": None,
        "Verb": verb if dash else "", "Noun": noun if dash else "", "HelpFile": None, "HelpUri": "",
        "Name": block.name, **_OF_NO_MODULE, "Parameters": _parameters(block, command.parameters),
        "ParameterSets": _sets(block, command.parameters, command.default_set), "OutputType": _output_types(block),
    }  # fmt: skip
    return command_object("Filter" if block.is_filter else "Function", content, block.name)


def _script_info(block: Block) -> PSObject:
    """That of a script file."""
    path, command = block.node.within.path, as_command(block, declared_in(block))
    content = {
        "ScriptBlock": block.unnamed(), "Definition": path, "Path": path, "ScriptContents": block.text,
        "Name": block.name, **_OF_NO_MODULE, "Source": path, "Parameters": _parameters(block, command.parameters),
        "ParameterSets": _sets(block, command.parameters, command.default_set), "OutputType": _output_types(block),
    }  # fmt: skip
    return command_object("ExternalScript", content, block.name)


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
            with suppress(NotKnownHere):
                told["Attributes"] = Collection(_attributes(own.get(spec.name), spec), "System.Attribute")
            yield spec.name, net_object(_PARAMETER, told)

    return ByName(each(), _PARAMETER)


def _attributes(declaration: s.ParameterDeclaration | None, spec: ParameterSpec) -> list[object]:
    return common_attributes(spec.aliases) if declaration is None else attributes_of(declaration, spec.position)


class Listed(Collection):
    """What is told of a command, which nobody adds to."""

    __slots__ = ()

    @property
    def type_name(self) -> str:
        """Its .NET type."""
        return f"System.Collections.ObjectModel.ReadOnlyCollection`1[{self.element}]"

    def __reduce__(self) -> tuple[type[GenericList], tuple[list[object], str]]:
        return Listed, (list(self), self.element)


def _sets(block: Block, specs: Sequence[ParameterSpec], default: str) -> Listed:
    """Its parameter sets."""
    asking = [spec for spec in specs if spec.name in ("WhatIf", "Confirm")] if asks(block) else []
    made = []
    for usage in usages_of(block):
        name = "__AllParameterSets" if usage.name == ALL else usage.name
        own = [_parameter_info(block, one.spec, place, of_its_own=True) for one, place in usage.uses]
        more = [_parameter_info(block, spec, None) for spec in (*(COMMON if advanced(block) else ()), *asking)]
        told = {
            "Name": name, "IsDefault": bool(default) and name == default,
            "Parameters": Listed([*own, *more], f"{_AUTOMATION}CommandParameterInfo"),
        }  # fmt: skip
        words = f"{usage.words} {'[<CommonParameters>]' if advanced(block) else ''}".strip()
        kind = f"{_AUTOMATION}CommandParameterSetInfo"
        made.append(PSObject(told, (kind, "System.Object"), words))
    return Listed(made, f"{_AUTOMATION}CommandParameterSetInfo")


def _parameter_info(block: Block, spec: ParameterSpec, place: Place | None, *, of_its_own: bool = False) -> PSObject:
    declaration = next((one for one in block.declared if one.variable.name == spec.name), None) if of_its_own else None
    held = NetType(_TYPES.get(spec.type, spec.type)) if declaration is None else declared_type(declaration)
    position = None if place is None else place.position
    told = {
        "Name": spec.name, "ParameterType": held or NetType("System.Object"),
        "IsMandatory": place is not None and place.mandatory, "IsDynamic": False,
        "Position": _NAMED if position is None else position,
        "ValueFromPipeline": place is not None and place.by_value,
        "ValueFromPipelineByPropertyName": place is not None and place.by_name,
        "ValueFromRemainingArguments": spec.remaining,
        "HelpMessage": (help_message(declaration) or None) if declaration is not None else None,
        "Aliases": Collection(spec.aliases, "System.String"),
    }  # fmt: skip
    return net_object(f"{_AUTOMATION}CommandParameterInfo", told)


def _output_types(block: Block) -> Listed:
    """The types that `[OutputType(…)]` says: as texts, which need not be types, where the first is one."""
    made = []
    for attribute in block.node.attributes:
        told = attribute.positional if attribute.name == "outputtype" else ()
        for one in told:
            kind: NetType | None = known_type(one.name) if isinstance(one, e.Type) else None
            if isinstance(told[0], e.String):
                name = to_text(kind) if kind is not None else _text_of(one)
                kind = kind or _type_called(name)
            else:
                kind = kind or _told_type(one)
                name = kind.name
            made.append(PSObject({"Name": name, "Type": kind}, (_TYPE_NAME, "System.Object"), name))
    return Listed(made, _TYPE_NAME)


def _text_of(one: e.Expression) -> str:
    if not isinstance(one, e.String):
        raise NotKnownHere(f"the type {one.extent.text} of an output")
    return one.value


def _type_called(name: str) -> NetType | None:
    try:
        found = convert(name, NetType("System.Type"))
    except ScriptError:
        return None
    return found if isinstance(found, NetType) else None


def _told_type(one: e.Expression) -> NetType:
    """A type that is told as a text. Raises NotKnownHere for one that is not known."""
    found = convert(one.value, NetType("System.Type")) if isinstance(one, e.String) else None
    if not isinstance(found, NetType):
        raise NotKnownHere(f"the type {one.extent.text} of an output")
    return found


def _attributes_of(_value: ObjectLike, folded: str) -> object:
    if folded == "attributes":
        raise NotKnownHere("the attributes of a command's parameter")
    return MISSING


_NAMED: Final = -(2**31)
_TYPE_NAME: Final = f"{_AUTOMATION}PSTypeName"
late_properties[f"{_AUTOMATION}CommandParameterInfo"] = _attributes_of
_PARAMETER: Final = f"{_AUTOMATION}ParameterMetadata"
_COMMON: Final = (*(spec.name for spec in COMMON if spec.name != "InformationVariable"), "InformationVariable")
own_statics[f"{_AUTOMATION}Cmdlet"] = own_statics[f"{_AUTOMATION}PSCmdlet"] = (
    {},
    {
        "commonparameters": lambda: HashSet(_COMMON, "System.String"),
        "optionalcommonparameters": lambda: HashSet(("WhatIf", "Confirm", "UseTransaction"), "System.String"),
    },
)
