"""How methods are declared: how many arguments each takes, and its arguments converted with PowerShell's errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lync_magic.language.values.collections import NOTHING, is_bare, is_collection
from lync_magic.language.values.convert import OF_OBJECTS, convert
from lync_magic.language.values.culture import CultureValue, in_told
from lync_magic.language.values.failures import ScriptError, cannot_convert, no_overload, not_got
from lync_magic.language.values.numeric import to_number
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, type_of

T = TypeVar("T")


@dataclass(frozen=True)
class Method(Generic[T]):
    """A method of values of one type: what it does, and the least and most arguments it takes."""

    call: Callable[[T, Sequence[object]], object]
    least: int
    most: int


def method(least: int, most: int | None = None) -> Callable[[Callable[[T, Sequence[object]], object]], Method[T]]:
    """Declare a method that takes `least` to `most` arguments."""

    def declared(call: Callable[[T, Sequence[object]], object]) -> Method[T]:
        return Method(call, least, least if most is None else most)

    return declared


def cultured(call: Callable[[T, Sequence[object]], object]) -> Callable[[T, Sequence[object]], object]:
    """A method that takes a culture behind its other arguments, and does without in the cell's own."""

    def run(value: T, arguments: Sequence[object]) -> object:
        last = arguments[-1] if arguments else None
        of_cell = last is None and len(arguments) == 2
        if not of_cell and not isinstance(last, CultureValue):
            return call(value, arguments)
        with in_told(last):
            try:
                return call(value, arguments[:-1])
            except ScriptError as bad:
                told = f'with "{len(arguments) - 1}" argument(s)'
                bad.args = (bad.message.replace(told, f'with "{len(arguments)}" argument(s)', 1),)
                bad.message = bad.args[0]
                raise

    return run


def argument(arguments: Sequence[object], place: int, default: str) -> str:
    """An argument as text."""
    return to_text(arguments[place]) if len(arguments) > place else default


def argument_failed(parameter: str, value: object, name: str, type_name: str, bad: ScriptError) -> ScriptError:
    """PowerShell's error for an argument that cannot be converted."""
    message = (
        f'Cannot convert argument "{parameter}", with value: "{net_text(value)}", for "{name}" to type "{type_name}": '
        f'"{bad.message}"'
    )
    error_id = "MethodArgumentConversionInvalidCastArgument"
    return ScriptError(
        message, error_id, "NotSpecified", exception="MethodException", inner=bad.inner, inner_message=bad.message
    )


def indexed_by(value: object, kind: str, parameter: str, name: str) -> object:
    """What an indexer that is asked by its name (`.Item('x')`) is given, as it takes it. Raises PowerShell's error."""
    if is_bare(value) or (is_collection(value) and kind != "System.String"):
        raise no_overload(name, 1)
    try:
        return argument_as(0 if value is None and kind == "System.Int32" else value, kind, parameter, f"get_{name}")
    except ScriptError as bad:
        raise not_got(name, bad.message, "ArgumentException") from None


def no_cast_argument(parameter: str, value: object, name: str, kind: str) -> ScriptError:
    """The same for one of a plain type that .NET does not even try to make what the method takes."""
    why = f"Invalid cast from '{type_of(value)}' to '{kind}'."
    bad = cannot_convert(to_text(value), kind, why, "InvalidCastIConvertible")
    return argument_failed(parameter, value, name, kind, bad)


def as_item(value: object, kind: str, name: str, parameter: str = "item", count: int = 1) -> object:
    """An argument as what a collection's method takes, of which .NET has several by that name: what is never converted
    fits none of them. Raises PowerShell's error for it, and for what cannot be converted."""
    if kind in OF_OBJECTS:
        return None if value is NOTHING else value
    if is_bare(value):
        raise no_overload(name, count)
    if value is NOTHING and kind == "System.String":
        return None
    is_null = value is None or value is NOTHING
    try:
        made = convert(None if is_null else value, NetType(kind))
    except ScriptError as bad:
        if is_null or bad.error_id == "ConvertToFinalInvalidCastException":
            raise no_overload(name, count) from None
        raise argument_failed(parameter, value, name, kind, bad) from None
    if value is NOTHING and made is not None:
        raise mismatched()
    return made


def mismatched() -> ScriptError:
    """What .NET's linker of expressions says of what gave no output where a value of a plain type is wanted."""
    message, kind = "Argument types do not match", "ArgumentException"
    return ScriptError(message, f"System.{kind}", "OperationStopped", exception=kind)


def whole(value: object, parameter: str, name: str) -> int:
    """An argument as an Int64. Raises PowerShell's error for a method's argument."""
    return int(_number(value, "System.Int64", parameter, name))


def int32(value: object, parameter: str, name: str) -> int:
    """An argument as an Int32. Raises PowerShell's error for a method's argument."""
    return _number(value, "System.Int32", parameter, name)


def _number(value: object, kind: str, parameter: str, name: str) -> int:
    made = argument_as(0 if value is None else value, kind, parameter, name)
    assert isinstance(made, int)
    return made


def character(value: object, parameter: str, name: str) -> object:
    """An argument as a character. Raises PowerShell's error for a method's argument."""
    return argument_as(value, "System.Char", parameter, name)


def argument_as(value: object, kind: str, parameter: str, name: str) -> object:
    """An argument as a type has it. Raises PowerShell's error for a method's argument."""
    if value is NOTHING and kind != "System.String":
        raise mismatched()
    try:
        return convert(value, NetType(kind))
    except ScriptError as bad:
        raise argument_failed(parameter, value, name, kind, bad) from None


def real(value: object, parameter: str, name: str, type_name: str = "System.Double") -> float:
    """An argument as a number. Raises PowerShell's error for a method's argument."""
    try:
        return float(to_number(value, type_name))
    except ScriptError as bad:
        raise argument_failed(parameter, value, name, type_name, bad) from None
