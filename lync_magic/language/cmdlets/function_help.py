"""Get-Help of a function of the cells: the object that PowerShell makes of its comments, and how that looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.comment_help import CommentHelp, comment_help, example_parts
from lync_magic.language.evaluate.declared import as_command, asks, declared_in
from lync_magic.language.evaluate.parameter_sets import ALL, Declared, Place
from lync_magic.language.layout.shapes import own_lines
from lync_magic.language.layout.tables import WIDTH
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import Array
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types

_HELP: Final = "MamlCommandHelpInfo"
_ITEM: Final = "System.Management.Automation.PSObject"
_INDENT: Final = "    "
_LAST_OF_EXAMPLE: Final = 4
_NUMBERS: Final = frozenset(f"System.{one}" for one in ("Int32", "Int64", "Double", "Single", "Decimal", "Byte"))
_NAMESPACES: Final = {
    "xmlns:maml": "http://schemas.microsoft.com/maml/2004/10",
    "xmlns:command": "http://schemas.microsoft.com/maml/dev/command/2004/10",
    "xmlns:dev": "http://schemas.microsoft.com/maml/dev/2004/10",
}


class HelpPart(PSObject):
    """A part of a help, which is an object of properties whatever its names of types are."""


class FunctionHelp(HelpPart):
    """What Get-Help gives of a function that has help in comments."""


own_types[HelpPart] = own_types[FunctionHelp] = lambda _value: "System.Management.Automation.PSCustomObject"


def function_help(block: Block) -> FunctionHelp:
    """That of a function. Raises NotKnownHere where it has no help of its own."""
    told = comment_help(block)
    if told is None:
        raise NotKnownHere("Get-Help of a function without help in a comment")
    declared = declared_in(block)
    content = {
        **_examples(told), **_notes(told), "syntax": _syntax(block, declared, told),
        **({"description": _paragraphs(told.sections["DESCRIPTION"])} if "DESCRIPTION" in told.sections else {}),
        "details": _details(block, told), **_links(told), **_types(told, "INPUTS", "inputType"),
        **_parameters(block, declared, told), **_types(told, "OUTPUTS", "returnValue"), **_NAMESPACES,
        "Name": block.name, "Category": "Filter" if block.is_filter else "Function",
        "Synopsis": told.sections.get("SYNOPSIS", ""), "Component": told.sections.get("COMPONENT"),
        "Role": told.sections.get("ROLE"), "Functionality": told.sections.get("FUNCTIONALITY"), "ModuleName": "",
    }  # fmt: skip
    return FunctionHelp(content, (_HELP, "HelpInfo"))


def _part(name: str, content: dict[str, object]) -> PSObject:
    return HelpPart(content, (f"{_HELP}#{name}",))


def _paragraphs(*texts: str) -> Array:
    return Array([HelpPart({"Text": one}, ("MamlParaTextItem",)) for one in texts], _ITEM)


def _several(items: Sequence[PSObject]) -> object:
    """One of them stands alone."""
    return items[0] if len(items) == 1 else Array(list(items), _ITEM)


def _details(block: Block, told: CommentHelp) -> PSObject:
    content: dict[str, object] = {"name": block.name}
    if "SYNOPSIS" in told.sections:
        content["description"] = _paragraphs(told.sections["SYNOPSIS"])
    return _part("details", content)


def _examples(told: CommentHelp) -> dict[str, object]:
    made = []
    for number, text in enumerate(told.lists.get("EXAMPLE", ()), 1):
        prompt, code, remarks = example_parts(text)
        title = f"-------------------------- EXAMPLE {number} --------------------------"
        made.append(_part("example", {
            "title": title, "code": code, "introduction": _paragraphs(prompt),
            "remarks": _paragraphs(remarks, *("",) * _LAST_OF_EXAMPLE),
        }))  # fmt: skip
    return {"examples": _part("examples", {"example": _several(made)})} if made else {}


def _notes(told: CommentHelp) -> dict[str, object]:
    notes = told.sections.get("NOTES")
    return {} if notes is None else {"alertSet": _part("alertSet", {"alert": _paragraphs(notes)})}


def _links(told: CommentHelp) -> dict[str, object]:
    links = told.lists.get("LINK", ())
    if any("://" in one for one in links):
        raise NotKnownHere("a link to the web in a function's help")
    made = [_part("navigationLink", {"linkText": one}) for one in links]
    return {"relatedLinks": _part("relatedLinks", {"navigationLink": _several(made)})} if made else {}


def _types(told: CommentHelp, section: str, name: str) -> dict[str, object]:
    made = [_part(name, {"type": _part("type", {"name": one})}) for one in told.lists.get(section, ())]
    return {f"{name}s": _part(f"{name}s", {name: _several(made)})} if made else {}


def _type_name(one: Declared) -> str:
    if one.spec.is_switch:
        return "SwitchParameter"
    name = NetType(one.spec.type_name or "System.Object").name
    if "`" in name or "<" in name or "[[" in name or name == "System.Management.Automation.PSCustomObject":
        raise NotKnownHere(f"Get-Help of a parameter of the type {name}")
    return name.rpartition(".")[2]


def _facts(place: Place, one: Declared) -> dict[str, object]:
    told = [name for name, on in (("ByValue", place.by_value), ("ByPropertyName", place.by_name)) if on]
    if one.spec.remaining:
        told.append("FromRemainingArguments")
    return {
        "required": "true" if place.mandatory else "false", "globbing": "false",
        "pipelineInput": f"true ({', '.join(told)})" if told else "false",
        "position": "named" if place.position is None else str(place.position + 1),
    }  # fmt: skip


_ASKING: Final = ("WhatIf", "Confirm")
_NAMED: Final = {"required": "false", "globbing": "false", "pipelineInput": "false", "position": "named"}


def _sets(block: Block, declared: Sequence[Declared]) -> list[list[tuple[Declared, Place]]]:
    """The parameters of each set in their order there, the default set first."""
    names = dict.fromkeys(name for one in declared for name in one.places if name != ALL) or {ALL: None}
    default = as_command(block, declared).default_set
    found = []
    for name in sorted(names, key=lambda each: each != default):
        uses = [(one, place) for one in declared if (place := one.places.get(name) or one.places.get(ALL))]
        found.append(sorted(uses, key=lambda use: _order(use[1])))
    return found


def _order(place: Place) -> tuple[bool, int, bool]:
    return place.position is None, place.position or 0, not place.mandatory


def _described(one: Declared, told: CommentHelp) -> dict[str, object]:
    text = told.parameters.get(one.spec.name.upper())
    return {} if text is None else {"description": _paragraphs(text)}


def _syntax(block: Block, declared: Sequence[Declared], told: CommentHelp) -> PSObject:
    items = []
    for uses in _sets(block, declared):
        made = [
            _part("parameter", {
                **({} if one.spec.is_switch else {"parameterValue": _type_name(one)}), **_described(one, told),
                "name": one.spec.name, **_facts(place, one),
            })
            for one, place in uses
        ]  # fmt: skip
        made += [_part("parameter", {"name": name, **_NAMED}) for name in _ASKING if asks(block)]
        content: dict[str, object] = {"name": block.name}
        items.append(_part("syntaxItem", {**content, "parameter": _several(made)} if made else content))
    return _part("syntax", {"syntaxItem": _several(items)})


def _parameters(block: Block, declared: Sequence[Declared], told: CommentHelp) -> dict[str, object]:
    own = {one.variable.name: one for one in block.declared}
    made = []
    for one in declared:
        kind, place = _type_name(one), next(iter(one.places.values()))
        made.append(_part("parameter", {
            "type": _part("type", {"name": kind}), "parameterValue": kind, **_described(one, told),
            "defaultValue": _default(one, own[one.spec.name]), "name": one.spec.name, **_facts(place, one),
        }))  # fmt: skip
    for name in _ASKING if asks(block) else ():
        kind = "SwitchParameter"
        content = {"type": _part("type", {"name": kind}), "parameterValue": kind, "defaultValue": "", "name": name}
        made.append(_part("parameter", {**content, **_NAMED}))
    return {"parameters": _part("parameters", {"parameter": _several(made)}) if made else ""}


def _default(one: Declared, declaration: s.ParameterDeclaration) -> str:
    """What a parameter is where it is not given, as it is written."""
    if declaration.default is not None:
        is_constant = isinstance(declaration.default, e.Constant | e.String)
        if one.spec.is_switch or not is_constant:
            return declaration.default.extent.text
        return to_text(declaration.default.value) if isinstance(declaration.default, e.Constant | e.String) else ""
    if one.spec.is_switch or one.spec.type_name == "System.Boolean":
        return "False"
    return "0" if one.spec.type_name in _NUMBERS else ""


def _lines(text: str, indent: str = _INDENT) -> list[str]:
    found = [indent + line for line in text.split("\n")]
    if any(len(line) >= WIDTH for line in found):
        raise NotKnownHere("Get-Help with a line that is longer than the screen is wide")
    return found


def _usage(item: PSObject) -> str:
    words = [to_text(item["name"])]
    for one in _each(item.get("parameter")):
        label = f"[-{one['name']}]" if one["position"] != "named" else f"-{one['name']}"
        word = f"{label} <{one['parameterValue']}>" if one.get("parameterValue") else label
        word = f"-{one['name']}" if not one.get("parameterValue") else word
        words.append(word if one["required"] == "true" else f"[{word}]")
    return " ".join([*words, "[<CommonParameters>]"])


def _each(value: object) -> Iterable[PSObject]:
    return () if value is None else (value,) if isinstance(value, PSObject) else value  # type: ignore[return-value]


def _shown(help: FunctionHelp) -> str:
    """What Get-Help alone prints."""
    name, details = to_text(help["Name"]), help["details"]
    lines = ["", "NAME", f"{_INDENT}{name}", _INDENT, "SYNOPSIS"]
    lines += [line for one in _each_text(details.get("description")) for line in _lines(one)]
    lines += [_INDENT, _INDENT, "SYNTAX"]
    for item in _each(help["syntax"]["syntaxItem"]):
        lines += [*_lines(_usage(item)), _INDENT]
    lines += [_INDENT, "DESCRIPTION"]
    lines += [line for one in _each_text(help.get("description")) for line in _lines(one)]
    lines += [_INDENT, "", "RELATED LINKS"]
    links = help.get("relatedLinks")
    lines += [f"{_INDENT}{one['linkText']} " for one in _each(links["navigationLink"])] if links is not None else []
    lines += ["", "REMARKS", f'{_INDENT}To see the examples, type: "Get-Help {name} -Examples"']
    lines += [f'{_INDENT}For more information, type: "Get-Help {name} -Detailed"']
    lines += [f'{_INDENT}For technical information, type: "Get-Help {name} -Full"', "", ""]
    return "\n".join(lines)


def _each_text(value: object) -> list[str]:
    return [to_text(one["Text"]) for one in _each(value)]


own_lines[FunctionHelp] = _shown


def _get_help(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name = to_text(call.get("Name"))
    block = call.services.scope.function(call.services.scope.named_by(name).lower())
    if block is None:
        raise NotKnownHere(f"Get-Help {name}")
    yield function_help(block)


CMDLETS: Final = (
    ClientCommand(
        "Get-Help",
        (
            ParameterSpec("Name", "string", position=0, mandatory=True),
            *(
                ParameterSpec(name, "switch", unsupported=True)
                for name in ("Full", "Detailed", "Examples", "Online", "ShowWindow")
            ),
            *(
                ParameterSpec(name, "string[]", unsupported=True)
                for name in ("Parameter", "Category", "Component", "Functionality", "Role", "Path")
            ),
        ),
        _get_help,
        (),
        "GetHelpCommand",
        own=True,
    ),
)
