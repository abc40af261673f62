"""The error of a method in whose script block one was raised."""

from __future__ import annotations

from typing import Final, NoReturn

from lync_magic.errors import LyncError, PipelineStopped
from lync_magic.language.evaluate.blocks import Block
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
    need_taken(name, error)
    exception = exception_of(error)
    if ended_cmdlet and not was_thrown(exception) and not getattr(error, "was_thrown", False):
        exception = of_cmdlet(error)
    call_failed(name, count, error.message, exception.name)


def need_taken(name: str, error: LyncError) -> None:
    """Raise NotKnownHere for the error of a parameter that does not take its value."""
    if isinstance(error, ScriptError) and error.error_id in _OF_PARAMETERS:
        raise NotKnownHere(f".{name}() of a block one of whose parameters does not take its value")


def need_given(name: str, block: Block, count: int) -> None:
    """Raise NotKnownHere where a block that .NET calls is not given a value for a parameter that looks at what it has:
    PowerShell looks at what it begins with, and asks for no mandatory one."""
    for one in block.declared[count:] if len(block.declared) > count else ():
        for attribute in one.attributes:
            is_looking = attribute.name.startswith("validate") and one.default is None
            if is_looking or any(told.name.lower() == "mandatory" for told in attribute.named):
                raise NotKnownHere(f".{name}() without a value for ${one.variable.name}")


_OF_METHODS: Final = ("MethodInvocationException", "MethodException")
"""What already says which method was called, and goes on as it is."""
_OF_PARAMETERS: Final = ("ParameterArgumentTransformationError", "ParameterArgumentValidationError")
"""What PowerShell tells in one way when a block is new and in another when it has run some times."""
