"""What a function's parameters demand of a value: `[Parameter(Mandatory)]`, `[ValidateSet(…)]` and its like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lync_magic.errors import LyncError
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import NOTHING, SwitchParameter, is_collection, items_of
from lync_magic.language.values.compare import order
from lync_magic.language.values.failures import ScriptError, Stopping
from lync_magic.language.values.numeric import as_number, to_bool, to_int
from lync_magic.language.values.patterns import first_match, regex
from lync_magic.language.values.text import same_text, to_text
from lync_magic.language.values.types import NetType, type_of

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
    return next(
        (one for one in declaration.attributes if one.type.name.lower().removesuffix("attribute") == name), None
    )


def invalid(function: str, error_id: str, message: str) -> ScriptError:
    """A binding error of a function's parameter."""
    suffix = f",{function}" if function else ""
    exception = "ParameterBindingValidationException"
    return ScriptError(message, error_id + suffix, "InvalidData", exception=exception, activity=function)


def check_mandatory(declaration: s.ParameterDeclaration, value: object, function: str) -> None:
    """A mandatory parameter takes no `$null`, no empty text and no empty list. Raises ScriptError."""
    allowed = {one.type.name.lower() for one in declaration.attributes}
    kind = declaration.types[-1].name.lower() if declaration.types else ""
    why = ""
    if value is None or value is NOTHING:
        if "allownull" not in allowed:
            why = "Null" if kind not in ("string", "system.string") else "EmptyString"
        if kind in ("string", "system.string") and "allowemptystring" in allowed:
            why = ""
    elif isinstance(value, str) and value == "" and type_of(value) == "System.String":
        why = "" if "allowemptystring" in allowed else "EmptyString"
    elif is_collection(value):
        items = items_of(value)
        if not len(items):
            why = "" if "allowemptycollection" in allowed else "EmptyArray"
        elif declaration.types and declaration.types[-1].ranks:
            if any(one is None for one in items) and "allownull" not in allowed:
                why = "NullElement" if kind not in ("string",) else "EmptyString"
            elif any(isinstance(one, str) and one == "" for one in items) and "allowemptystring" not in allowed:
                why = "EmptyString"
    if why:
        name = declaration.variable.name
        words = {
            "Null": "it is null", "EmptyString": "it is an empty string", "EmptyArray": "it is an empty array",
            "NullElement": "it is null",
        }[why]  # fmt: skip
        error_id = f"ParameterArgumentValidationError{why.removesuffix('Element')}NotAllowed"
        raise invalid(function, error_id, f"Cannot bind argument to parameter '{name}' because {words}.")


def validate(
    declaration: s.ParameterDeclaration, value: object, function: str, evaluate: Evaluate, run: RunBlock
) -> None:
    """The validations of a parameter. Raises ScriptError in PowerShell's words."""
    for one in declaration.attributes:
        name = one.type.name.lower().removesuffix("attribute")
        if name not in VALIDATIONS:
            continue
        arguments = [evaluate(item) for item in one.positional]
        inner = ""
        try:
            why = _of_nothing(name, value) or _TESTS[name](value, arguments, one, run)
        except (LyncError, Stopping) as raised:  # of a [ValidateScript]
            failed = raised.error if isinstance(raised, Stopping) else raised
            why = failed.message
            inner = getattr(failed, "exception", "") or "RuntimeException"
        if why:
            message = f"Cannot validate argument on parameter '{declaration.variable.name}'. {why}"
            found = invalid(function, "ParameterArgumentValidationError", message)
            if inner:
                found.inner, found.inner_message = inner, why
            raise found


_EACH: Final = frozenset({"validateset", "validaterange", "validatepattern", "validatelength", "validatescript"})
"""Validations that look at each item of a list."""


def _of_nothing(name: str, value: object) -> str:
    """What those that look at each item say of `$null`, alone or among others."""
    if name not in _EACH:
        return ""
    if value is None or value is NOTHING:
        return (
            "The argument is null, empty, or an element of the argument collection contains a null value. Supply a "
            "collection that does not contain any null values and then try the command again."
        )
    if is_collection(value) and any(one is None for one in items_of(value)):
        return "The argument is null. Provide a valid value for the argument, and then try running the command again."
    return ""


def _each(value: object) -> Sequence[object]:
    return items_of(value) if is_collection(value) else [value]


def _set(value: object, arguments: list[object], node: e.Attribute, _run: RunBlock) -> str:
    case = any(one.name.lower() == "ignorecase" and _is_false(one.value) for one in node.named)
    allowed = [to_text(one) for item in arguments for one in _each(item)]
    for one in _each(value):
        if not any(same_text(to_text(one), known, case=case) for known in allowed):
            return (
                f'The argument "{to_text(one)}" does not belong to the set "{",".join(allowed)}" specified by the '
                "ValidateSet attribute. Supply an argument that is in the set and then try the command again."
            )
    return ""


def _is_false(node: e.Expression | None) -> bool:
    return isinstance(node, e.Variable) and node.name.lower() == "false"


def _range(value: object, arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    low, high = arguments
    for one in _each(value):
        if type_of(one) != type_of(low):
            given, wanted = NetType(type_of(one)).short, NetType(type_of(low)).short
            return (
                f'The argument cannot be validated because its type "{given}" is not the same type ({wanted}) as the '
                f"maximum and minimum limits of the parameter. Make sure the argument is of type {wanted} and then try "
                "the command again."
            )
        if order(one, low) < 0:
            return (
                f"The {to_text(one)} argument is less than the minimum allowed range of {to_text(low)}. Supply an "
                f"argument that is greater than or equal to {to_text(low)} and then try the command again."
            )
        if order(one, high) > 0:
            return (
                f"The {to_text(one)} argument is greater than the maximum allowed range of {to_text(high)}. Supply an "
                f"argument that is less than or equal to {to_text(high)} and then try the command again."
            )
    return ""


def _pattern(value: object, arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    pattern = to_text(arguments[0])
    for one in _each(value):
        if first_match(regex(pattern, case=False), to_text(one)) is None:
            return (
                f'The argument "{to_text(one)}" does not match the "{pattern}" pattern. Supply an argument that '
                f"matches "
                f'"{pattern}" and try the command again.'
            )
    return ""


def _length(value: object, arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    low, high = (to_int(one) for one in arguments)
    for one in _each(value):
        count = len(to_text(one))
        if count < low:
            return (
                f"The character length ({count}) of the argument is too short. Specify an argument with a length "
                f"that is "
                f'greater than or equal to "{low}", and then try the command again.'
            )
        if count > high:
            return (
                f"The character length of the {count} argument is too long. Shorten the character length of the "
                f"argument "
                f'so it is fewer than or equal to "{high}" characters, and then try the command again.'
            )
    return ""


def _count(value: object, arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    low, high = (to_int(one) for one in arguments)
    if not is_collection(value) and value is not None:
        return (
            "The ValidateCount attribute cannot be applied to a non-array parameter. Either remove the attribute from "
            "the parameter or make the parameter an array parameter."
        )
    count = 0 if value is None else len(_each(value))
    if low <= count <= high:
        return ""
    return (
        f"The parameter requires at least {low} value(s) and no more than {high} value(s) - {count} value(s) were "
        "provided."
    )


def _script(value: object, arguments: list[object], _node: e.Attribute, run: RunBlock) -> str:
    block = arguments[0]
    assert isinstance(block, Block)
    for one in _each(value):
        if not to_bool(run(block, one)):
            return (
                f'The "{block.text}" validation script for the argument with value "{to_text(one)}" did not return a '
                "result of True. Determine why the validation script failed, and then try the command again."
            )
    return ""


def _not_null(value: object, _arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    if value is None or value is NOTHING:
        return "The argument is null. Provide a valid value for the argument, and then try running the command again."
    return ""


def _not_empty(value: object, _arguments: list[object], _node: e.Attribute, _run: RunBlock) -> str:
    text = (
        "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again."
    )
    if value is None or value is NOTHING or (isinstance(value, str) and not value):
        return text
    if is_collection(value):
        items = items_of(value)
        if not len(items):
            return (
                "The argument is null, empty, or an element of the argument collection contains a null value. Supply a "
                "collection that does not contain any null values and then try the command again."
            )
        if any(one is None or (isinstance(one, str) and not one) for one in items):
            return text
    return ""


_TESTS: Final[dict[str, Callable[[object, list[object], e.Attribute, RunBlock], str]]] = {
    "validateset": _set, "validaterange": _range, "validatepattern": _pattern, "validatelength": _length,
    "validatecount": _count, "validatescript": _script, "validatenotnull": _not_null,
    "validatenotnullorempty": _not_empty,
    "validatenotnullorwhitespace": lambda v, a, n, r: _not_empty(v.strip() if isinstance(v, str) else v, a, n, r),
}  # fmt: skip


def is_parameter_bool(kind: NetType | None, value: object, *, switch: bool = False) -> ScriptError | None:
    """A `[bool]` parameter takes truth values and numbers alone: the error for anything else. switch: so does the
    default of a `[switch]`."""
    kinds = ("System.Boolean", SwitchParameter.NAME) if switch else ("System.Boolean",)
    if kind is None or kind.name not in kinds or as_number(value) is not None or isinstance(value, SwitchParameter):
        return None
    shown = to_text(value) if value is None else type_of(value)
    message = (
        f'Cannot convert value "{shown}" to type "{kind.name}". Boolean parameters accept only Boolean values and '
        "numbers, such as $True, $False, 1 or 0."
    )
    return ScriptError(message, "", "InvalidData")
