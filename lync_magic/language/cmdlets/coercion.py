"""An argument as the type of a cmdlet's parameter takes it, by PowerShell's rules and with its errors.

Rules of this file: what the binder itself does stands here (a switch takes truth values and numbers, a list is no
single thing, a list's items become the parameter's one by one), everything else is a conversion of the language. The
types are PowerShell's own where `binding.txt` has the cmdlet; those of `ParameterSpec` where it is ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from lync_magic.language.cmdlets.binding import Parameter, parameter_of
from lync_magic.language.cmdlets.binding_errors import failure
from lync_magic.language.cmdlets.declare import ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.demands import OF_NOTHING, demands_of
from lync_magic.language.cmdlets.encodings import why_none
from lync_magic.language.syntax.expressions import TypeName
from lync_magic.language.syntax.source import Source
from lync_magic.language.values.collections import (
    Array,
    Ordered,
    SwitchParameter,
    Unlisted,
    is_collection,
    is_table,
    items_of,
)
from lync_magic.language.values.convert import convert, convert_by_culture, to_nullable
from lync_magic.language.values.culture import named
from lync_magic.language.values.enums import NO_SUSPEND, is_enum
from lync_magic.language.values.failures import NotKnownHere, ScriptError, cannot_convert, not_in_set
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.shapes import final, refuse_shape
from lync_magic.language.values.text import argument_text, to_text
from lync_magic.language.values.types import NULLABLE, NetType, resolve, type_of
from lync_magic.language.values.xml_nodes import XmlNode

_SWITCH: Final = SwitchParameter.NAME
_TEXT: Final = "System.String"
_ACTION: Final = "System.Management.Automation.ActionPreference"
_BLOCK: Final = "System.Management.Automation.ScriptBlock"
_ENCODING: Final = "System.Text.Encoding"
_AS_IT_IS: Final = frozenset({"System.Object", "System.Management.Automation.PSObject"})
_TYPE_NAMES: Final = frozenset({("Update-TypeData", "TypeName"), ("Remove-TypeData", "TypeName")})
_EXPRESSION: Final = "Microsoft.PowerShell.Commands.PSPropertyExpression"
_LEFT_TO_CMDLETS: Final = frozenset(
    {
        "System.Exception", "System.Management.Automation.ErrorRecord", "System.Version",
        "Microsoft.PowerShell.ExecutionPolicy", "System.Management.Automation.CommandTypes",
    }
)  # fmt: skip
"""Types whose cmdlets look at the argument themselves."""
_NEVER_NULL: Final = frozenset(
    f"System.{name}" for name in ("Int32", "Int64", "UInt32", "UInt64", "Double", "Char", "DateTime", "TimeSpan")
)
_OPAQUE: Final[Mapping[str, Callable[[object], bool]]] = {
    _BLOCK: lambda value: type_of(value) == _BLOCK,
    "System.Xml.XmlNode": lambda value: isinstance(value, XmlNode),
    "System.Collections.IDictionary": lambda value: is_table(value),
}
"""Types that nothing is converted to: which values are theirs."""


def kind_of(command: ClientCommand, spec: ParameterSpec) -> str:
    """The full name of the type of a parameter."""
    known = known_of(command, spec)
    if known is not None:
        return known.kind
    if spec.type_name:
        return spec.type_name
    if spec.type in ("object", "object[]"):
        return spec.type.replace("object", "System.Object")
    base = spec.type.removesuffix("[]")
    named = resolve(TypeName(Source(""), 0, 0, base, (), (1,) if base != spec.type else ()))
    return named.name if named is not None else spec.type


def is_text(command: ClientCommand, spec: ParameterSpec) -> bool:
    """Whether an argument is empty where its text is."""
    if known_of(command, spec) is None:
        return spec.is_text
    return kind_of(command, spec).removesuffix("[]") in (_TEXT, _EXPRESSION)


def known_of(command: ClientCommand, spec: ParameterSpec) -> Parameter | None:
    """What PowerShell says of a parameter; None where the command is none of its cmdlets."""
    return parameter_of(command.name, spec.name) if command.class_name else None


def coerced(command: ClientCommand, spec: ParameterSpec, value: object) -> object:
    """An argument of the parameter's type. Raises ScriptError in PowerShell's words where it does not become one."""
    kind = kind_of(command, spec)
    known = known_of(command, spec)
    if spec.type_name and not spec.is_switch:
        return value  # of an own function, which converts it itself
    made = _coerced(command, spec, kind, value)
    if known is not None and known.words and not known.enumeration:
        _check_words(command, spec, known, value)
    return made


def _coerced(command: ClientCommand, spec: ParameterSpec, kind: str, value: object) -> object:
    if (command.name, spec.name) in _TYPE_NAMES:
        return _type_name(command, spec, value)
    if spec.is_switch or kind == _SWITCH:
        return _switch(command, spec, value)
    if kind in _AS_IT_IS or kind in _LEFT_TO_CMDLETS or (command.name, spec.name) == ("Write-Error", "Message"):
        return value
    if kind.endswith("[]"):
        return _each(command, spec, kind.removesuffix("[]"), value)
    if is_collection(value) and not isinstance(value, Unlisted) and not is_enum(kind):
        raise not_one(command, spec, type_of(value), kind)
    if value is None:
        return convert(None, NetType(kind)) if kind == _TEXT else None
    try:
        return _converted(command, spec, kind, value)
    except ScriptError as bad:
        if bad.error_id.startswith("Parameter"):
            raise
        message = f"Cannot bind parameter '{spec.name}'. {bad.message}"
        raise failure(command, "CannotConvertArgumentNoMessage", message) from None


def _each(command: ClientCommand, spec: ParameterSpec, element: str, value: object) -> object:
    """The items of a list, or the one value, as a list of the parameter's."""
    if value is None:
        return None
    items = items_of(value) if is_collection(value) else [value]
    if element in _NEVER_NULL:
        items = [convert(None, NetType(element)) if item is None else item for item in items]
    made = [None if item is None else _coerced(command, spec, element, item) for item in items]
    return made if element in _AS_IT_IS or element in _OPAQUE or element == _EXPRESSION else Array(made, element)


def _converted(command: ClientCommand, spec: ParameterSpec, kind: str, value: object) -> object:
    if kind in _OPAQUE:
        if not _OPAQUE[kind](value):
            raise opaque(value, kind)
        return value
    if kind == _EXPRESSION:
        return _expression(value)
    if kind == _ENCODING:
        return _encoding(command, spec, value)
    if kind.startswith(NULLABLE):
        return to_nullable(value, kind, convert_by_culture)
    if kind == _TEXT:
        return argument_text(value)
    if spec.name == "Meta" and isinstance(value, Ordered) and len(value) > 1:
        raise NotKnownHere("-Meta of an ordered table, which PowerShell brings into another order each time")
    return convert_by_culture(value, NetType(kind))


def opaque(value: object, kind: str) -> ScriptError:
    """The error of a value for a type that nothing is converted to."""
    try:
        refuse_shape(value, kind)
    except ScriptError as bad:
        return bad
    return final(value, kind)


def _expression(value: object) -> object:
    """What Measure-Object and Join-String take as a property: a text, a number for one, a script block."""
    if value == "" and type_of(value) == _TEXT:
        why = 'Cannot process argument because the value of argument "s" is null. Change the value of argument "s" to a'
        raise cannot_convert("", _EXPRESSION, f"{why} non-null value.", "")
    if type_of(value) in (_TEXT, _BLOCK) or (as_number(value) is not None and not _is_word(value)):
        return value
    raise opaque(value, _EXPRESSION)


def _is_word(value: object) -> bool:
    """Whether .NET has it as a number that PowerShell counts as none: a truth value, a character, an enumeration's."""
    return isinstance(value, bool) or type_of(value) == "System.Char" or is_enum(type_of(value))


def _encoding(command: ClientCommand, spec: ParameterSpec, value: object) -> object:
    if type_of(value) not in (_TEXT, "System.Int32") or not isinstance(value, str | int):
        raise opaque(value, _ENCODING)
    why = why_none(value)
    if why:
        raise _not_transformed(command, spec, why, "ArgumentTransformationMetadataException")
    return value


def _type_name(command: ClientCommand, spec: ParameterSpec, value: object) -> str:
    """A text or a type as it is; of any other value its type is meant."""
    if value is None:
        raise _not_transformed(
            command, spec, "Object reference not set to an instance of an object.", "NullReferenceException"
        )
    return to_text(value) if isinstance(value, str | NetType) else type_of(value)


def _not_transformed(command: ClientCommand, spec: ParameterSpec, why: str, inner: str) -> ScriptError:
    message = f"Cannot process argument transformation on parameter '{spec.name}'. {why}"
    bad = failure(command, "ParameterArgumentTransformationError", message, "InvalidData")
    bad.exception = "ParameterBindingArgumentTransformationException"
    bad.inner, bad.inner_message = inner, why
    return bad


def settled(command: ClientCommand, spec: ParameterSpec, made: object) -> object:
    """The value as it is set at last. Raises ScriptError for nothing where the type has no such value."""
    kind = kind_of(command, spec)
    if kind == _ACTION and to_text(made) == "Suspend":
        raise _unsettled(command, spec, NO_SUSPEND)
    if made is not None or spec.type_name or not (kind in _NEVER_NULL or is_enum(kind)):
        return made
    try:
        why = f'Cannot convert null to type "{kind}".' if kind in _NEVER_NULL else str(convert(None, NetType(kind)))
    except ScriptError as bad:
        why = bad.message
    raise _unsettled(command, spec, why)


def _unsettled(command: ClientCommand, spec: ParameterSpec, why: str) -> ScriptError:
    message = f'Cannot bind parameter \'{spec.name}\' to the target. Exception setting "{spec.name}": "{why}"'
    return failure(command, "ParameterBindingFailed", message, "WriteError")


def _switch(command: ClientCommand, spec: ParameterSpec, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, SwitchParameter):
        return value.on
    if value is None:
        return not spec.type_name
    if spec.type_name:
        raise _no_switch_of_function(command, spec, value)
    number = None if type_of(value) == "System.Char" else as_number(value)
    if number is not None:
        return bool(number)
    message = f"Cannot convert '{type_of(value)}' to the type '{_SWITCH}' required by parameter '{spec.name}'. "
    raise failure(command, "CannotConvertArgument", message)


def _no_switch_of_function(command: ClientCommand, spec: ParameterSpec, value: object) -> ScriptError:
    """A function's takes no numbers, for all that it says."""
    message = f'Cannot convert the "{to_text(value)}" value of type "{type_of(value)}" to type "{spec.type_name}".'
    if as_number(value) is None:
        message = (
            f'Cannot convert value "{type_of(value)}" to type "{spec.type_name}". Boolean parameters accept only '
            "Boolean values and numbers, such as $True, $False, 1 or 0."
        )
    told = f"Cannot process argument transformation on parameter '{spec.name}'. {message}"
    return failure(command, "ParameterArgumentTransformationError", told, "InvalidData")


BY_CULTURE: Final = ("Compare-Object", "Group-Object", "Sort-Object")
"""Cmdlets that compare as a culture does which -Culture tells."""


def need_culture(command: ClientCommand, name: str) -> None:
    """Raises ScriptError for what is no culture's name, NotKnownHere for a culture that is not known here."""
    if named(name) is not None:
        return
    if re.fullmatch(r"\s*(?:0x)?[0-9a-f]+\s*|[a-z0-9-]{2,}", name, re.IGNORECASE) and name[0] != "-":
        raise NotKnownHere(f"the culture {name}")
    why = f"Culture is not supported. (Parameter 'name')\n{name} is an invalid culture identifier."
    message = f'Exception setting "Culture": "{why}"'
    raise ScriptError(
        f"Cannot bind parameter 'Culture' to the target. {message}", f"ParameterBindingFailed,{command.error_suffix}",
        "WriteError", exception="ParameterBindingException", inner="SetValueInvocationException", inner_message=message,
        activity=command.name,
    )  # fmt: skip


def not_one(command: ClientCommand, spec: ParameterSpec, given: str, wanted: str) -> ScriptError:
    """The error of a list where one thing belongs."""
    message = (
        f"Cannot convert '{given}' to the type '{wanted}' required by parameter '{spec.name}'. "
        "Specified method is not supported."
    )
    return failure(command, "CannotConvertArgument", message)


def _check_words(command: ClientCommand, spec: ParameterSpec, known: Parameter, value: object) -> None:
    """Raise PowerShell's error where an argument is none of the words that a parameter allows; one that is nothing
    may be told by a demand."""
    if not to_text(value) and "V" in demands_of(command.name, spec.name):
        return
    allowed = [*map(str.lower, known.words)]
    words = [to_text(one) for one in (items_of(value) if is_collection(value) else [value])]
    wrong = next((one for one in words if one.lower() not in allowed), None)
    if wrong is not None:
        why = OF_NOTHING if value is None else not_in_set(wrong, known.words)
        message = f"Cannot validate argument on parameter '{spec.name}'. {why}"
        raise failure(command, "ParameterArgumentValidationError", message, "InvalidData")
