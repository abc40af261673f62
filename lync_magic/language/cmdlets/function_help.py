"""Get-Help of a function of the cells: the object that PowerShell makes of its comments, and how that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from lync_magic.clixml import Page, PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.function_help_text import (
    detailed_view,
    examples_view,
    full_view,
    parameter_view,
    parameters_of,
    plain_view,
)
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.comment_help import CommentHelp, comment_help, example_parts
from lync_magic.language.evaluate.declared import as_command, asks, declared_in
from lync_magic.language.evaluate.parameter_sets import ALL, Declared, Place
from lync_magic.language.layout.shapes import own_lines, run_lines
from lync_magic.language.layout.tables import WIDTH
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import Array
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types

_HELP: Final = "MamlCommandHelpInfo"
_ITEM: Final = "System.Management.Automation.PSObject"
_LAST_OF_EXAMPLE: Final = 4
_NUMBERS: Final = frozenset(f"System.{one}" for one in ("Int32", "Int64", "Double", "Single", "Decimal", "Byte"))
_NAMESPACES: Final = {
    "xmlns:maml": "http://schemas.microsoft.com/maml/2004/10",
    "xmlns:command": "http://schemas.microsoft.com/maml/dev/command/2004/10",
    "xmlns:dev": "http://schemas.microsoft.com/maml/dev/2004/10",
}


class HelpPart(PSObject):
    """A part of a help, which is an object of properties whatever its names of types are."""


class HelpParameter(HelpPart, Page):
    """That of a parameter, which looks as Get-Help -Parameter shows it."""

    @property
    def page(self) -> str:
        return parameter_view(self)


class FunctionHelp(HelpPart, Page):
    """What Get-Help gives of a function that has help in comments."""

    @property
    def page(self) -> str:
        return _look(self)


own_types[HelpPart] = own_types[HelpParameter] = own_types[FunctionHelp] = lambda _value: (
    "System.Management.Automation.PSCustomObject"
)


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
    kind = HelpParameter if name == "parameter" else HelpPart
    return kind(content, (f"{_HELP}#{name}",))


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
    made = [_part("navigationLink", {"uri" if _is_address(one) else "linkText": one}) for one in links]
    return {"relatedLinks": _part("relatedLinks", {"navigationLink": _several(made)})} if made else {}


def _is_address(text: str) -> bool:
    """Whether a link is one to the web."""
    if "://" in text and not text.lower().startswith(("http://", "https://")):
        raise NotKnownHere(f"the link {text} in a function's help")
    return "://" in text


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


def _look(help: FunctionHelp, width: int = WIDTH) -> str:
    return _LOOKS[help.type_names[0].partition("#")[2]](help, width)


own_lines[FunctionHelp], run_lines[FunctionHelp] = _look, (_look, ())
own_lines[HelpParameter], run_lines[HelpParameter] = parameter_view, (parameter_view, ("", ""))
_LOOKS: Final[dict[str, Callable[[PSObject, int], str]]] = {
    "": plain_view, "FullView": full_view, "DetailedView": detailed_view, "ExamplesView": examples_view,
}  # fmt: skip
_VIEWS: Final = ("Full", "Detailed", "Examples")


def helped(call: BoundCall, block: Block) -> Iterator[PSObject]:
    """What a call of Get-Help gives of a function. Raises NotKnownHere where it has no help of its own."""
    help = function_help(block)
    if call.given("Parameter"):
        patterns = [to_text(one) for one in all_of(call.get("Parameter"))]
        known = parameters_of(help)
        found = [one for one in known if any(matches_wildcard(p, to_text(one["name"])) for p in patterns)]
        if not found:
            raise NotKnownHere("Get-Help of a parameter that is not there")
        yield from found
        return
    view = next((f"{one}View" for one in _VIEWS if call.switch(one)), "")
    if view:
        help.type_names = (f"{_HELP}#{view}", f"HelpInfo#{view}", *help.type_names)
    yield help


def _get_help(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    name = to_text(call.get("Name"))
    block = call.services.scope.function(call.services.scope.named_by(name).lower())
    if block is None:
        raise NotKnownHere(f"Get-Help {name}")
    yield from helped(call, block)


CMDLETS: Final = (
    ClientCommand(
        "Get-Help",
        (
            ParameterSpec("Name", "string", position=0, mandatory=True),
            *(
                ParameterSpec(name, "switch", mandatory=name != "Full", sets=(kind,))
                for name, kind in (("Full", "AllUsersView"), ("Detailed", "DetailedView"), ("Examples", "Examples"))
            ),
            ParameterSpec("Parameter", "string[]", mandatory=True, sets=("Parameters",)),
            *(ParameterSpec(name, "switch", unsupported=True) for name in ("Online", "ShowWindow")),
            *(
                ParameterSpec(name, "string[]", unsupported=True)
                for name in ("Category", "Component", "Functionality", "Role", "Path")
            ),
        ),
        _get_help,
        (),
        "GetHelpCommand",
        "AllUsersView",
        own=True,
    ),
)
