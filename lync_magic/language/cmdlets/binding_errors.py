"""The errors of the binder: an argument that is none, one too many, one that has no parameter."""

from __future__ import annotations

from typing import Final

from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.values.failures import ScriptError


def failure(
    command: ClientCommand, error_id: str, message: str, category: str = "InvalidArgument", *, target: object = None
) -> ScriptError:
    """A binding error of a command. target: what was piped, where that is what does not fit."""
    whole = f"{error_id},{command.error_suffix}" if command.error_suffix else error_id
    exception = "ParameterBindingValidationException" if "Validation" in error_id else "ParameterBindingException"
    made = ScriptError(message, whole, category, exception=exception, activity=command.name, target=target)
    inside = _INSIDE.get(error_id)
    if inside is not None:
        start, made.inner = inside
        made.inner_message = message[message.index(start) + len(start) :]
    return made


_INSIDE: Final = {
    "CannotConvertArgument": ("'. ", "NotSupportedException"),
    "CannotConvertArgumentNoMessage": ("'. ", "PSInvalidCastException"),
    "ParameterArgumentTransformationError": ("'. ", "ArgumentTransformationMetadataException"),
    "ParameterArgumentValidationError": ("'. ", "ValidationMetadataException"),
}
"""What the exceptions of some errors hold: where their own words begin, and their types."""
