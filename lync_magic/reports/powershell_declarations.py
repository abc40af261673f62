"""The declarations of a cell of PowerShell: typed variables with their defaults, or the parameters of `param(…)`.

Rules of this file: the text is parsed, never run. What it declares is what PowerShell would hold a value to: its type,
and the attributes that validate. What is no PowerShell declares nothing: the run says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from lync_magic import language
from lync_magic.errors import CellSyntaxError
from lync_magic.language import expressions, statements
from lync_magic.reports.declared import Declared, Kind

_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("int", "int16", "int32", "int64", "long", "short", "byte", "sbyte", "bigint"), Kind.INTEGER),
    **dict.fromkeys(("uint", "uint16", "uint32", "uint64", "ulong", "ushort"), Kind.INTEGER),
    **dict.fromkeys(("double", "single", "float", "decimal"), Kind.NUMBER),
    **dict.fromkeys(("bool", "boolean", "switch", "switchparameter"), Kind.SWITCH),
    **dict.fromkeys(("string", "guid", "uri", "mailaddress", "version", "timespan"), Kind.TEXT),
    **dict.fromkeys(("datetime", "datetimeoffset"), Kind.MOMENT),
    **dict.fromkeys(("hashtable", "ordered", "ordereddictionary"), Kind.TABLE),
    "array": Kind.LIST,
}
_LITERALS: Final = ((bool, Kind.SWITCH), (int, Kind.INTEGER), (float, Kind.NUMBER))
_COMMENT: Final = re.compile(r"[ \t;,]*#[#: ]*(.*)")
_ASSIGN: Final = "="


class _Written(NamedTuple):
    """A parameter as it is written. end: where in the text a comment about it may follow."""

    name: str
    types: tuple[expressions.TypeName, ...]
    attributes: tuple[expressions.Attribute, ...]
    default: expressions.Node | None
    end: int


def declared_by_powershell(source: str) -> Iterator[Declared]:
    """What a cell declares."""
    try:
        script = language.parse(source)
    except CellSyntaxError:
        return
    for written in (*_parameters(script), *_variables(script)):
        default = written.default
        base = Declared(
            written.name,
            _kind_of(default),
            default=source[default.extent.start : default.extent.end].strip() if default is not None else "",
            help=_comment(source, written.end),
            optional=True,
            typed=False,
        )
        for attribute in written.attributes:
            base = _narrowed(base, attribute)
        yield _typed(base, written.types)


def _parameters(script: statements.Script) -> Iterator[_Written]:
    for each in script.parameters or ():
        end = each.extent.end
        yield _Written(each.variable.name, each.types, each.attributes, each.default, end)


def _variables(script: statements.Script) -> Iterator[_Written]:
    for each in script.statements:
        if not isinstance(each, statements.Assignment) or each.operator != _ASSIGN:
            continue
        types: list[expressions.TypeName] = []
        attributes: list[expressions.Attribute] = []
        target = each.target
        while isinstance(target, expressions.Cast | expressions.Attributed):
            if isinstance(target, expressions.Cast):
                types.append(target.type)
            else:
                attributes.append(target.attribute)
            target = target.operand
        if isinstance(target, expressions.Variable) and not target.drive:
            yield _Written(target.name, tuple(types), tuple(attributes), each.value, each.extent.end)


def _comment(source: str, end: int) -> str:
    """The comment that follows on the same line: nothing else may stand there but what ends a statement."""
    found = _COMMENT.match(source, end)
    return found[1].strip() if found else ""


# --- types ---------------------------------------------------------------------------------------------------------


def _typed(declared: Declared, types: tuple[expressions.TypeName, ...]) -> Declared:
    for name in types:
        optional = _short(name) == "nullable" and bool(name.arguments)
        inner = name.arguments[0] if optional else name
        kind = Kind.LIST if inner.ranks else _KINDS.get(_short(inner))
        if kind is None:
            continue
        items = _KINDS.get(_short(inner)) if inner.ranks else None
        return replace(declared, kind=kind, items=items, optional=optional, typed=True)
    return declared


def _short(name: expressions.TypeName) -> str:
    return name.name.rpartition(".")[2].lower()


def _kind_of(value: expressions.Node | None) -> Kind:
    """By how the default is written."""
    match _bare(value):
        case expressions.Constant(value=constant):
            return next((kind for type, kind in _LITERALS if isinstance(constant, type)), Kind.ANY)
        case expressions.Variable(name=name) if name.lower() in ("true", "false"):
            return Kind.SWITCH
        case expressions.String() | expressions.ExpandableString():
            return Kind.TEXT
        case expressions.ArrayExpression() | expressions.ArrayLiteral():
            return Kind.LIST
        case expressions.Hashtable():
            return Kind.TABLE
        case expressions.Cast(type=type, operand=expressions.Hashtable()) if _short(type) == "ordered":
            return Kind.TABLE
    return Kind.ANY


def _bare(value: expressions.Node | None) -> expressions.Node | None:
    """The expression that a statement is nothing but."""
    if isinstance(value, statements.Pipeline) and len(value.elements) == 1:
        element = value.elements[0]
        return element.expression if isinstance(element, statements.CommandExpression) else None
    return value


# --- attributes ----------------------------------------------------------------------------------------------------


def _narrowed(declared: Declared, attribute: expressions.Attribute) -> Declared:
    """With what one attribute demands."""
    narrow = _ATTRIBUTES.get(_short(attribute.type).removesuffix("attribute"))
    return declared if narrow is None else narrow(declared, attribute)


def _set(declared: Declared, attribute: expressions.Attribute) -> Declared:
    return replace(declared, choices=tuple(map(str, _literals(attribute))), typed=True)


def _range(declared: Declared, attribute: expressions.Attribute) -> Declared:
    bounds = [float(each) for each in _literals(attribute) if isinstance(each, int | float)]
    if len(bounds) != 2:
        return declared
    return replace(declared, limits=replace(declared.limits, ge=bounds[0], le=bounds[1]), typed=True)


def _length(declared: Declared, attribute: expressions.Attribute) -> Declared:
    bounds = [each for each in _literals(attribute) if isinstance(each, int)]
    if len(bounds) != 2:
        return declared
    limits = replace(declared.limits, min_length=bounds[0], max_length=bounds[1])
    return replace(declared, limits=limits, typed=True)


def _not_empty(declared: Declared, attribute: expressions.Attribute) -> Declared:
    return replace(declared, limits=replace(declared.limits, min_length=1), typed=True)


def _parameter(declared: Declared, attribute: expressions.Attribute) -> Declared:
    """`[Parameter(Mandatory, HelpMessage = '…')]`."""
    named = {each.name.lower(): _bare(each.value) for each in attribute.named}
    message = named.get("helpmessage")
    help = message.value if isinstance(message, expressions.String) else declared.help
    wanted = "mandatory" in named
    stated = named.get("mandatory")
    if isinstance(stated, expressions.Variable) and stated.name.lower() == "false":
        wanted = False
    return replace(declared, help=help, required=wanted and not declared.default)


def _literals(attribute: expressions.Attribute) -> list[object]:
    values = map(_bare, attribute.positional)
    return [each.value for each in values if isinstance(each, expressions.Constant | expressions.String)]


_ATTRIBUTES: Final[Mapping[str, Callable[[Declared, expressions.Attribute], Declared]]] = {
    "validateset": _set,
    "validaterange": _range,
    "validatelength": _length,
    "validatecount": _length,
    "validatenotnullorempty": _not_empty,
    "parameter": _parameter,
}
