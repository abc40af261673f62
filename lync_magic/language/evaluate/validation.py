"""What a function's parameters demand of a value: `[Parameter(Mandatory)]`, `[ValidateSet(…)]` and its like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from lync_magic.clixml import Char, EnumValue, ObjectLike, ticks_of
from lync_magic.errors import LyncError
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import NOTHING, SwitchParameter, is_bare, is_collection, is_table, items_of
from lync_magic.language.values.compare import order
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    Stopping,
    greater_than,
    less_than,
    not_in_set,
    stop_message,
)
from lync_magic.language.values.formatting import format_composite
from lync_magic.language.values.numeric import as_number, to_bool, to_int
from lync_magic.language.values.patterns import first_match, regex
from lync_magic.language.values.properties import type_names_of
from lync_magic.language.values.text import local_text, net_text, same_text, to_text
from lync_magic.language.values.types import NetType, named_or_custom, type_of
from lync_magic.language.values.units import length
from lync_magic.language.values.value_views import names_of_types
from lync_magic.language.values.xml_nodes import XmlNode

Evaluate = Callable[[e.Expression], object]
RunBlock = Callable[[Block, object], object]
VALIDATIONS: Final = frozenset(
    {
        "validateset", "validaterange", "validatepattern", "validatelength", "validatecount", "validatescript",
        "validatenotnull", "validatenotnullorempty", "validatenotnullorwhitespace",
    }
)  # fmt: skip


def attribute(declaration: s.ParameterDeclaration, name: str) -> e.Attribute | None:
    """A parameter's attribute of that name."""
    return next((one for one in declaration.attributes if one.name == name), None)


def invalid(function: str, error_id: str, message: str) -> ScriptError:
    """A binding error of a function's parameter."""
    suffix = f",{function}" if function else ""
    exception = "ParameterBindingValidationException"
    return ScriptError(message, error_id + suffix, "InvalidData", exception=exception, activity=function)


def check_mandatory(declaration: s.ParameterDeclaration, kind: NetType | None, value: object, function: str) -> None:
    """A mandatory parameter takes no `$null`; one of texts no empty text, one of a list no empty list, nor either as
    an item. kind: the parameter's type. Raises ScriptError."""
    allowed = {one.name for one in declaration.attributes}
    name = kind.name if kind is not None else "System.Object"
    why = _lacking(value, name, allowed)
    element = _element_of(name)
    if not why and element and value is not None and value is not NOTHING:
        items = items_of(value) if is_collection(value) else [value]
        why = next((found for one in items if (found := _lacking(one, "" if one is None else element, allowed))), "")
        if not len(items) and "allowemptycollection" not in allowed:
            why = "EmptyArray" if name.endswith("[]") else "EmptyCollection"
    if why:
        message = f"Cannot bind argument to parameter '{declaration.variable.name}' because it is {_LACKS[why]}."
        raise invalid(function, f"ParameterArgumentValidationError{why}NotAllowed", message)


_LACKS: Final = {
    "Null": "null", "EmptyString": "an empty string", "EmptyArray": "an empty array",
    "EmptyCollection": "an empty collection",
}  # fmt: skip


TYPE_NAME: Final = "pstypename"
"""The attribute of a parameter that takes objects by a name of their types."""
MISMATCHED: Final = "MismatchedPSTypeName"


def check_type_name(declaration: s.ParameterDeclaration, value: object, function: str) -> None:
    """A parameter with `[PSTypeName("Name")]` takes objects with that name among those of their types, and nothing.
    Raises ScriptError."""
    wanted = named_type(declaration)
    if not is_named(value, wanted):
        message = (
            f"Cannot bind argument to parameter '{declaration.variable.name}', because PSTypeNames of the argument do "
            f"not match the PSTypeName required by the parameter: {wanted}."
        )
        raise ScriptError(
            message, f"{MISMATCHED},{function}".rstrip(","), "InvalidArgument", activity=function,
            exception="ParameterBindingArgumentTransformationException", inner="PSInvalidCastException",
            inner_message=message,
        )  # fmt: skip


def named_type(declaration: s.ParameterDeclaration) -> str:
    """The name of its objects' types that a parameter asks for; "" where it asks for none."""
    told = attribute(declaration, TYPE_NAME)
    return "" if told is None else next(one.value for one in told.positional if isinstance(one, e.String))


def is_named(value: object, wanted: str) -> bool:
    """Whether all objects have a name among those of their types; nothing has any."""
    return not wanted or all(
        one is None or one is NOTHING or any(to_text(name).lower() == wanted.lower() for name in _names_of(one))
        for one in _each(value)
    )


def _names_of(value: object) -> Sequence[object]:
    return type_names_of(value) if isinstance(value, ObjectLike) else names_of_types(value)


def _lacking(value: object, kind: str, allowed: set[str]) -> str:
    """What a mandatory value of a type lacks."""
    if kind == "System.String" and (value is None or value is NOTHING or (isinstance(value, str) and value == "")):
        return "" if "allowemptystring" in allowed else "EmptyString"
    if value is None or value is NOTHING:
        return "" if "allownull" in allowed else "Null"
    return ""


def _element_of(kind: str) -> str:
    """The type of the items that PowerShell looks at in a mandatory list; "" of what is no list to it."""
    if kind.endswith("[]"):
        return kind[:-2]
    if kind in ("System.Array", "System.Collections.ArrayList"):
        return "System.Object"
    return kind.partition("`1[")[2].removesuffix("]") if kind.startswith(_GENERIC_LISTS) else ""


_GENERIC_LISTS: Final = ("System.Collections.Generic.List`1", "System.Collections.Generic.HashSet`1")


def need_plain_defaults(block: Block) -> None:
    """Raises NotKnownHere for a block with a default that a `[Validate…]` looks at: it does where .NET calls the block,
    and not where a cell does."""
    if any(one.default is not None and any(map(is_validation, one.attributes)) for one in block.declared):
        raise NotKnownHere("a default that is validated, of a block that .NET calls")


def is_validation(node: e.Attribute) -> bool:
    """Whether an attribute looks at values."""
    return node.name in VALIDATIONS


def fault(
    attributes: Sequence[e.Attribute], value: object, evaluate: Evaluate, run: RunBlock, *, wrapped: bool = False
) -> str:
    """What the validation that a value fails says of it; "" where it passes all. PowerShell begins with the last one.
    wrapped: its type is PowerShell's wrapper of any value, into which only the validations that go through a list
    look. Raises what a block of `[ValidateScript]` raises."""
    for one in filter(is_validation, reversed(attributes)):
        arguments = [evaluate(item) for item in one.positional]
        test = _TESTS[one.name]
        if one.name in _EACH and (value is None or value is NOTHING):
            why = _NULL_OR_EMPTY_ELEMENT
        elif one.name in _EACH and is_collection(value):
            looked = (
                _NULL if item is None and test is not _length else test([item], arguments, one, run)
                for item in items_of(value)
            )
            why = next(filter(None, looked), "")
        elif wrapped and one.name not in _EACH and value is not None and value is not NOTHING:
            why = _NOT_COUNTED if one.name == "validatecount" else ""
        else:
            why = test(value, arguments, one, run)
        if why:
            return why
    return ""


def validate(
    declaration: s.ParameterDeclaration,
    value: object,
    function: str,
    evaluate: Evaluate,
    run: RunBlock,
    *,
    wrapped: bool = False,
) -> None:
    """The validations of a parameter; wrapped: as in `fault`. Raises ScriptError in PowerShell's words."""
    inner = "ValidationMetadataException"
    try:
        why = fault(declaration.attributes, value, evaluate, run, wrapped=wrapped)
    except NotKnownHere:
        raise
    except (LyncError, Stopping) as bad:
        failed = bad.error if isinstance(bad, Stopping) else bad
        why, inner = failed.message, getattr(failed, "exception", "") or "RuntimeException"
        if isinstance(bad, Stopping) and bad.preferred:
            why, inner = stop_message("ErrorActionPreference", why), "ActionPreferenceStopException"
    if why:
        message = f"Cannot validate argument on parameter '{declaration.variable.name}'. {why}"
        raised = invalid(function, "ParameterArgumentValidationError", message)
        raised.inner, raised.inner_message = inner, why
        raise raised


_EACH: Final = frozenset({"validateset", "validaterange", "validatepattern", "validatelength", "validatescript"})
"""Validations that look at each item of a list."""


_NULL: Final = "The argument is null. Provide a valid value for the argument, and then try running the command again."


def _each(value: object) -> Sequence[object]:
    return items_of(value) if is_collection(value) else [value]


def _set(value: object, arguments: list[object], node: e.Attribute, _run: RunBlock) -> str:
    case = any(one.name.lower() == "ignorecase" and _is_false(one.value) for one in node.named)
    allowed = [to_text(one) for item in arguments for one in _each(item)]
    for one in _each(value):
        if not any(same_text(net_text(one), known, case=case) for known in allowed):
            given = net_text(one)
            return _own_words(node, given, ",".join(allowed)) or not_in_set(given, allowed)
    return ""


def _is_false(node: e.Expression | None) -> bool:
    return isinstance(node, e.Variable) and node.name.lower() == "false"


def _own_words(node: e.Attribute, *arguments: object) -> str:
    """The words that an attribute brings for its error (`ErrorMessage`); "" where it brings none."""
    told = next((one.value for one in node.named if one.name.lower() == "errormessage"), None)
    return format_composite(to_text(told.value), arguments) if isinstance(told, e.String) else ""


def _range(value: object, arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    if len(arguments) == 1:
        return next((why for one in _each(value) if (why := _beside_zero(one, to_text(arguments[0])))), "")
    low, high = arguments
    kind = promoted(low, high)
    if kind is None:
        raise NotKnownHere("[ValidateRange] of these limits")
    for one in _each(value):
        try:
            made = one if type_of(one) == kind else "" if _is_text_of(one, kind) else convert(one, NetType(kind))
        except ScriptError:
            return _not_of(one, kind)
        if order(made, low, case=True) < 0:
            return less_than(local_text(made), local_text(low))
        if order(made, high, case=True) > 0:
            return greater_than(local_text(made), local_text(high))
    return ""


def _is_text_of(value: object, kind: str) -> bool:
    """Whether a text is made of an object that is only its properties, which .NET finds empty."""
    return kind == "System.String" and is_bare(value)


def _not_of(value: object, kind: str) -> str:
    given, wanted = NetType(type_of(value)).short, NetType(kind).short
    return (
        f'The argument cannot be validated because its type "{given}" is not the same type ({wanted}) as the maximum '
        f"and minimum limits of the parameter. Make sure the argument is of type {wanted} and then try the command "
        "again."
    )


_WIDTHS: Final = ("Int32", "UInt32", "Int64", "UInt64", "Decimal", "Single", "Double")


def promoted(low: object, high: object) -> str | None:
    """The type that the limits of a `[ValidateRange]` are compared as; None where they are of types that are not
    compared."""
    first, second = type_of(low), type_of(high)
    if first == second:
        return first
    widths = [_WIDTHS.index(name) for one in (first, second) if (name := NetType(one).short) in _WIDTHS]
    return f"System.{_WIDTHS[max(widths)]}" if len(widths) == 2 else None


RANGE_KINDS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "positive": (lambda n: n > 0, "greater than zero"),
    "nonnegative": (lambda n: n >= 0, "greater than or equal to zero"),
    "negative": (lambda n: n < 0, "less than zero"),
    "nonpositive": (lambda n: n <= 0, "less than or equal to zero"),
}
"""The kinds of `[ValidateRange('Positive')]`."""


def _beside_zero(value: object, kind: str) -> str:
    number = ord(value) if isinstance(value, Char) else as_number(value)
    compared = ticks_of(value) if isinstance(value, timedelta) else number
    if compared is None:
        return _not_of(value, "System.Int32")
    holds, words = RANGE_KINDS[kind.lower()]
    if holds(compared):
        return ""
    given = number if isinstance(value, bool | Char | EnumValue) else value
    return f'The argument "{net_text(given)}" cannot be validated because its value is not {words}.'


def _pattern(value: object, arguments: list[object], node: e.Attribute, _run: RunBlock) -> str:
    pattern = to_text(arguments[0])
    for one in _each(value):
        if first_match(regex(pattern, case=False), net_text(one)) is None:
            given = net_text(one)
            return _own_words(node, given, pattern) or (
                f'The argument "{given}" does not match the "{pattern}" pattern. Supply an argument that matches '
                f'"{pattern}" and try the command again.'
            )
    return ""


def _length(value: object, arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    low, high = (to_int(one) for one in arguments)
    for one in _each(value):
        if type_of(one) != "System.String":
            return (
                "The ValidateLength attribute cannot be applied to a parameter that is not a string or string[] "
                "parameter. Make the parameter a string or string[] parameter."
            )
        count = length(str(one))
        if count < low:
            return (
                f"The character length ({count}) of the argument is too short. Specify an argument with a length "
                f'that is greater than or equal to "{low}", and then try the command again.'
            )
        if count > high:
            return (
                f"The character length of the {count} argument is too long. Shorten the character length of the "
                f'argument so it is fewer than or equal to "{high}" characters, and then try the command again.'
            )
    return ""


def _count(value: object, arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    low, high = (to_int(one) for one in arguments)
    if value is None or value is NOTHING:
        count = 0
    elif type_of(value) == "System.String":  # .NET's texts are lists of characters
        count = length(str(value))
    elif isinstance(value, XmlNode):
        count = len(value.children)
    elif is_table(value):
        count = len(value)
    elif is_collection(value):
        count = len(items_of(value))
    else:
        return _NOT_COUNTED
    if low <= count <= high:
        return ""
    return (
        f"The parameter requires at least {low} value(s) and no more than {high} value(s) - {count} value(s) were "
        "provided."
    )


_NOT_COUNTED: Final = (
    "The ValidateCount attribute cannot be applied to a non-array parameter. Either remove the attribute from the "
    "parameter or make the parameter an array parameter."
)


def _script(value: object, arguments: list[object], node: e.Attribute, run: RunBlock) -> str:
    block = arguments[0]
    assert isinstance(block, Block)
    for one in _each(value):
        if not to_bool(run(block, one)):
            told = local_text(one)
            return _own_words(node, told, block.text) or (
                f'The "{block.text}" validation script for the argument with value "{told}" did not return a '
                "result of True. Determine why the validation script failed, and then try the command again."
            )
    return ""


def _not_null(value: object, _arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    if value is None or value is NOTHING:
        return _NULL
    if is_collection(value) and any(one is None for one in items_of(value)):
        return (
            "The argument has a null value, or an element of the argument collection contains a null value. Provide a "
            "collection that does not contain any null values, and then try the command again."
        )
    return ""


def _not_empty(value: object, _arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    return _not_without(
        value,
        lambda text: not text,
        "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.",
        _NULL_OR_EMPTY_ELEMENT,
    )


def _not_blank(value: object, _arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    return _not_without(
        value,
        lambda text: not text.strip(),
        "The argument is null, empty, or consists of only white-space characters. Provide an argument that contains "
        "non white-space characters, and then try the command again.",
        "An element of the argument collection is null, empty, or consists of only white-space characters. Supply a "
        "collection that does not contain any those values and then try the command again.",
    )


_NULL_OR_EMPTY_ELEMENT: Final = (
    "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection "
    "that does not contain any null values and then try the command again."
)


def _not_without(value: object, bare: Callable[[str], bool], words: str, words_of_items: str) -> str:
    """What there is to say of `$null`, a bare text, an empty list or table, and a list with a bare item."""
    if value is None or value is NOTHING:
        return (
            "The argument is null or empty. Provide an argument that is not null or empty, and then try the command "
            "again."
        )
    if isinstance(value, str):
        return words if bare(value) else ""
    if is_table(value):
        return "" if value else _NULL_OR_EMPTY_ELEMENT
    if is_collection(value):
        items = items_of(value)
        if not len(items) or any(one is None for one in items):
            return _NULL_OR_EMPTY_ELEMENT
        if any(isinstance(one, str) and bare(one) for one in items):
            return words_of_items
    return ""


_TESTS: Final[dict[str, Callable[[object, list[object], e.Attribute, RunBlock], str]]] = {
    "validateset": _set, "validaterange": _range, "validatepattern": _pattern, "validatelength": _length,
    "validatecount": _count, "validatescript": _script, "validatenotnull": _not_null,
    "validatenotnullorempty": _not_empty,
    "validatenotnullorwhitespace": _not_blank,
}  # fmt: skip


def is_parameter_bool(kind: NetType | None, value: object, *, switch: bool = False) -> ScriptError | None:
    """A `[bool]` parameter takes truth values and numbers alone: the error for anything else. switch: so does the
    default of a `[switch]`."""
    kinds = ("System.Boolean", SwitchParameter.NAME) if switch else ("System.Boolean",)
    if kind is None or kind.name not in kinds or as_number(value) is not None or isinstance(value, SwitchParameter):
        return None
    shown = to_text(value) if value is None else named_or_custom(value)
    message = (
        f'Cannot convert value "{shown}" to type "{kind.name}". Boolean parameters accept only Boolean values and '
        "numbers, such as $True, $False, 1 or 0."
    )
    return ScriptError(message, "", "InvalidData")
