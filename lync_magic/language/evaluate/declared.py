"""What a function of one's own declares: its parameters, what they are in which set, and its `[CmdletBinding]`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.expressions import known_type
from lync_magic.language.evaluate.parameter_sets import ALL, Declared, Place
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import SwitchParameter
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType

_SWITCHES: Final = ("switch", "switchparameter", "system.management.automation.switchparameter")
_TEXTS: Final = ("string", "system.string")


def advanced(block: Block) -> bool:
    """Whether it has `[CmdletBinding()]` or `[Parameter()]`: unknown arguments are errors then."""
    if any(one.name == "cmdletbinding" for one in block.node.attributes):
        return True
    return any(_parameters(item) for item in block.declared)


def _parameters(declaration: s.ParameterDeclaration) -> list[e.Attribute]:
    return [one for one in declaration.attributes if one.name == "parameter"]


def _argument(attributes: Sequence[e.Attribute], name: str) -> e.NamedArgument | None:
    return next((item for one in attributes for item in one.named if item.name.lower() == name), None)


def _is_on(told: e.NamedArgument | None) -> bool:
    if told is None or told.value is None:
        return told is not None
    if isinstance(told.value, e.Constant):
        return bool(told.value.value)
    return not (isinstance(told.value, e.Variable) and told.value.name.lower() == "false")


def flag(declaration: s.ParameterDeclaration, argument: str) -> bool:
    """Whether a parameter's attributes say something of it, in whatever set."""
    return any(_is_on(_argument([one], argument)) for one in _parameters(declaration))


def _binding(block: Block, argument: str) -> e.NamedArgument | None:
    """An argument of `[CmdletBinding(…)]`."""
    return _argument([one for one in block.node.attributes if one.name == "cmdletbinding"], argument)


def asks(block: Block) -> bool:
    """Whether it has -WhatIf and -Confirm."""
    return _is_on(_binding(block, "supportsshouldprocess"))


def impact_of(block: Block) -> str:
    """How much it changes (`ConfirmImpact`)."""
    found = _binding(block, "confirmimpact")
    return to_text(found.value.value) if found is not None and isinstance(found.value, e.String) else "Medium"


def is_switch(declaration: s.ParameterDeclaration) -> bool:
    """Whether a parameter is a switch."""
    return any(kind.name.lower() in _SWITCHES for kind in declaration.types)


def help_message(declaration: s.ParameterDeclaration) -> str:
    """What a parameter says it is for (`HelpMessage`), or ""."""
    found = _argument(_parameters(declaration), "helpmessage")
    return found.value.value if found is not None and isinstance(found.value, e.String) else ""


def allowed(declaration: s.ParameterDeclaration) -> tuple[str, ...]:
    """The texts that `[ValidateSet(…)]` takes, where it names them so."""
    found = [one for one in declaration.attributes if one.name == "validateset"]
    return tuple(item.value for one in found for item in one.positional if isinstance(item, e.String))


def declared_type(declaration: s.ParameterDeclaration) -> NetType | None:
    """The type that a parameter's values have."""
    return known_type(declaration.types[-1]) if declaration.types else None


def declared_in(block: Block) -> list[Declared]:
    """Its parameters. Where none says its position or set, they stand in their order; a switch has no position."""
    told = [one for item in block.declared for one in _parameters(item)]
    by_place = (found := _binding(block, "positionalbinding")) is None or _is_on(found)
    in_order = by_place and not any(_argument([one], "position") or _set_of(one) != ALL for one in told)
    places = count()
    known: dict[str, str] = {}
    made: list[Declared] = []
    for item in block.declared:
        position = next(places) if in_order and not is_switch(item) else None
        attributes = _parameters(item)
        found_sets = {
            known.setdefault(name.lower(), name): _place(one, position)
            for one in attributes
            for name in (_set_of(one),)
        }
        made.append(Declared(_spec(item, position), found_sets or {ALL: Place(position, False, False, False)}))
    return made


def _place(told: e.Attribute, position: int | None) -> Place:
    found = _argument([told], "position")
    if found is not None and isinstance(found.value, e.Constant | e.String):
        position = to_int(found.value.value)
    names = ("mandatory", "valuefrompipeline", "valuefrompipelinebypropertyname")
    return Place(position, *(_is_on(_argument([told], name)) for name in names))


def _set_of(told: e.Attribute) -> str:
    found = _argument([told], "parametersetname")
    name = to_text(found.value.value) if found is not None and isinstance(found.value, e.String) else ""
    return ALL if name in ("", "__AllParameterSets") else name


def _spec(declaration: s.ParameterDeclaration, position: int | None) -> ParameterSpec:
    held = declared_type(declaration)
    told = (item for one in declaration.attributes if one.name == "alias" for item in one.positional)
    aliases = tuple(to_text(item.value) for item in told if isinstance(item, e.String))
    return ParameterSpec(
        declaration.variable.name,
        "switch" if is_switch(declaration) else "object",
        aliases,
        position,
        remaining=flag(declaration, "valuefromremainingarguments"),
        spelled=any(kind.name.lower() in _TEXTS for kind in declaration.types),
        type_name=SwitchParameter.NAME if is_switch(declaration) else "" if held is None else held.name,
    )


def as_command(block: Block, declared: Sequence[Declared]) -> ClientCommand:
    """A function as the binder takes a command."""
    specs = [one.spec for one in declared]
    if asks(block):
        specs += [ParameterSpec("WhatIf", "switch", ("wi",)), ParameterSpec("Confirm", "switch", ("cf",))]
    default = _binding(block, "defaultparametersetname")
    chosen = to_text(default.value.value) if default is not None and isinstance(default.value, e.String) else ""
    return ClientCommand(block.name or "", specs, _no_run, default_set=chosen)


def _no_run(_call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    """A function's body is run by the evaluator; the declaration serves the binder alone."""
    return iter(())
