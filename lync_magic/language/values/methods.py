"""How methods are declared: how many arguments each takes, and its arguments converted with PowerShell's errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lync_magic.language.values.collections import is_collection
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import CultureValue, in_culture
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.numeric import to_number
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType

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
        if isinstance(last, CultureValue):
            with in_culture(last.culture):
                try:
                    return call(value, arguments[:-1])
                except ScriptError as bad:
                    told = f'with "{len(arguments) - 1}" argument(s)'
                    bad.args = (bad.message.replace(told, f'with "{len(arguments)}" argument(s)', 1),)
                    bad.message = bad.args[0]
                    raise
        return call(value, arguments[:1] if len(arguments) == 2 and last is None else arguments)

    return run


def argument(arguments: Sequence[object], place: int, default: str) -> str:
    """An argument as text."""
    return to_text(arguments[place]) if len(arguments) > place else default


def argument_failed(parameter: str, value: object, name: str, type_name: str, bad: ScriptError) -> ScriptError:
    """PowerShell's error for an argument that cannot be converted."""
    told = net_text(value) if is_collection(value) else to_text(value)
    message = (
        f'Cannot convert argument "{parameter}", with value: "{told}", for "{name}" to type "{type_name}": '
        f'"{bad.message}"'
    )
    error_id = "MethodArgumentConversionInvalidCastArgument"
    return ScriptError(
        message, error_id, "NotSpecified", exception="MethodException", inner=bad.inner, inner_message=bad.message
    )


def whole(value: object, parameter: str, name: str) -> int:
    """An argument as an Int64. Raises PowerShell's error for a method's argument."""
    return int(_number(value, "System.Int64", parameter, name))


def int32(value: object, parameter: str, name: str) -> int:
    """An argument as an Int32. Raises PowerShell's error for a method's argument."""
    return _number(value, "System.Int32", parameter, name)


def _number(value: object, kind: str, parameter: str, name: str) -> int:
    made = _converted(0 if value is None else value, kind, parameter, name)
    assert isinstance(made, int)
    return made


def character(value: object, parameter: str, name: str) -> object:
    """An argument as a character. Raises PowerShell's error for a method's argument."""
    return _converted(value, "System.Char", parameter, name)


def _converted(value: object, kind: str, parameter: str, name: str) -> object:
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
