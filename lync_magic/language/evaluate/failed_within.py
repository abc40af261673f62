"""The error of a method in whose script block one was raised."""

from __future__ import annotations

from typing import Final, NoReturn

from lync_magic.errors import LyncError, PipelineStopped
from lync_magic.language.evaluate.core import of_cmdlet
from lync_magic.language.evaluate.error_values import exception_of, was_thrown
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    Stopping,
    call_failed,
    error_of,
    stop_message,
)


def failed_within(name: str, count: int, raised: LyncError | Stopping) -> NoReturn:
    """The error of a method in whose block one was raised; what stops the cell goes on."""
    error = error_of(raised)
    if isinstance(raised, PipelineStopped):
        raise raised
    if isinstance(raised, Stopping) and raised.preferred:
        call_failed(name, count, stop_message("ErrorActionPreference", error.message), "ActionPreferenceStopException")
    ended_cmdlet = getattr(error, "ended_cmdlet", False)
    if isinstance(error, ScriptError) and error.exception in _OF_METHODS and not ended_cmdlet:
        raise error
    if isinstance(error, ScriptError) and error.error_id in _OF_PARAMETERS:
        raise NotKnownHere(f".{name}() of a block one of whose parameters does not take its value")
    exception = exception_of(error)
    if ended_cmdlet and not was_thrown(exception) and not getattr(error, "was_thrown", False):
        exception = of_cmdlet(error)
    call_failed(name, count, error.message, exception.name)


_OF_METHODS: Final = ("MethodInvocationException", "MethodException")
"""What already says which method was called, and goes on as it is."""
_OF_PARAMETERS: Final = ("ParameterArgumentTransformationError", "ParameterArgumentValidationError")
"""What PowerShell tells in one way when a block is new and in another when it has run some times."""
