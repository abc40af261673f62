"""What a message of the server says: the only file that looks inside psrpcore's objects.

Rules of this file: whatever psrpcore cannot read, or reads into something unexpected, becomes `Unreadable`;
nothing happens here, so that a message that fails costs nothing else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psrpcore
from psrpcore.types import HostMethodIdentifier, ProgressRecordType, PSObject, RunspacePoolState

from lync_magic.psrp.core import AnyEvent, Core, guarded
from lync_magic.psrp.events import (
    DebugRecord,
    ErrorRecord,
    Event,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)
from lync_magic.psrp.host import Choice
from lync_magic.psrp.wire import Message

NO_ANSWER_EXPECTED: Final = -100
"""The call number of a host call that nobody waits for."""

_UNESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_STRING = re.compile(rb"<ToString>(.*?)</ToString>", re.DOTALL)
_MESSAGE = re.compile(rb'<S N="(?:InformationalRecord_)?Message">(.*?)</S>', re.DOTALL)
_STATE = re.compile(rb'<I32 N="PipelineState">(\d+)</I32>')
_REASON = b'<Obj N="ExceptionAsErrorRecord"'
_STATE_END = b"</MS></Obj>"
_CALL = re.compile(rb'<I64 N="ci">(-?\d+)</I64>.*?N="mi".*?<I32>(\d+)</I32>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class PipelineMoved:
    """PIPELINE_STATE. reason: why it failed or was stopped."""

    state: int
    reason: ErrorRecord | None


@dataclass(frozen=True, slots=True)
class PoolOpened:
    """RUNSPACEPOOL_STATE: the pool is open."""


@dataclass(frozen=True, slots=True)
class PoolEnded:
    """RUNSPACEPOOL_STATE: the pool is closed or broken; `reason` may be empty."""

    reason: str


@dataclass(frozen=True, slots=True)
class KeyArrived:
    """ENCRYPTED_SESSION_KEY."""


@dataclass(frozen=True, slots=True)
class KeyAsked:
    """PUBLIC_KEY_REQUEST, of PowerShell 2."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a prompt asks for. type_name: .NET's."""

    name: str
    label: str
    type_name: str


@dataclass(frozen=True, slots=True)
class HostCall:
    """PIPELINE_HOST_CALL or RUNSPACEPOOL_HOST_CALL. parameters: texts, numbers, Choices, Fields, a
    ProgressRecord.
    """

    call_id: int
    method: str
    number: int
    parameters: tuple[Any, ...]


Said = PipelineMoved | PoolOpened | PoolEnded | KeyArrived | KeyAsked | HostCall | Event


def read(core: Core, message: Message) -> Said | None:
    """What `message` says; None for what has no bearing here. Raises Unreadable."""
    with guarded(message):
        return _meaning(core.read(message))


def pipeline_state(data: bytes) -> int | None:
    """The state that a PIPELINE_STATE message tells (MS-PSRP 2.2.3.5), read without a parser."""
    found = _STATE.search(data)
    return int(found[1]) if found else None


def failure_record(data: bytes) -> bytes:
    """The error record in a PIPELINE_STATE message that tells a failure, as an element of its own; or b""."""
    start = data.find(_REASON)
    return b"<Obj" + data[start + len(_REASON) : -len(_STATE_END)] if start >= 0 and data.endswith(_STATE_END) else b""


def host_call(data: bytes) -> HostCall | None:
    """Number and method of a host call whose parameters cannot be read, so that it can be refused."""
    found = _CALL.search(data)
    return HostCall(int(found[1]), "", int(found[2]), ()) if found else None


def plain_text(data: bytes) -> str | None:
    """The text of a record that a strict reader refuses, or None when it has none."""
    found = _TO_STRING.search(data) or _MESSAGE.search(data)
    if found is None:
        return None
    text = html.unescape(found[1].decode("utf-8", "replace"))
    return _UNESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _meaning(event: AnyEvent) -> Said | None:
    reader = _READERS.get(type(event))
    return reader(event) if reader is not None else None


def _pipeline(event: psrpcore.PipelineStateEvent) -> PipelineMoved:
    return PipelineMoved(int(event.state), _error(event.reason) if event.reason is not None else None)


def _pool(event: psrpcore.RunspacePoolStateEvent) -> PoolOpened | PoolEnded | None:
    if event.state is RunspacePoolState.Opened:
        return PoolOpened()
    if event.state in (RunspacePoolState.Broken, RunspacePoolState.Closed):
        return PoolEnded(_error(event.reason).message if event.reason is not None else "")
    return None


def _error(record: Any) -> ErrorRecord:
    """psrpcore's ErrorRecord as ours (MS-PSRP 2.2.3.15)."""
    exception = record.Exception
    details = record.ErrorDetails
    category = record.CategoryInfo
    invocations = (record.InvocationInfo, _get(exception, "SerializedRemoteInvocationInfo"))
    positions = [_text(_get(invocation, "PositionMessage")) for invocation in invocations]
    names = getattr(exception, "PSTypeNames", None) or [""]
    return ErrorRecord(
        message=_text(_get(details, "Message")) or _text(_get(exception, "Message")) or _text(exception),
        error_id=_text(record.FullyQualifiedErrorId),
        category=getattr(_get(category, "Category"), "name", ""),
        exception=names[0].removeprefix("Deserialized."),
        target=_text(record.TargetObject),
        activity=_text(_get(category, "Activity")),
        position=next(filter(None, positions), ""),
        recommended_action=_text(_get(details, "RecommendedAction")),
    )


def _progress(record: Any) -> ProgressRecord:
    """psrpcore's ProgressRecord as ours; minus one means unknown."""
    return ProgressRecord(
        activity=_text(record.Activity),
        status=_text(record.StatusDescription),
        current_operation=_text(record.CurrentOperation),
        activity_id=int(record.ActivityId or 0),
        parent_id=_known(record.ParentActivityId),
        percent=_known(record.PercentComplete),
        seconds_remaining=_known(record.SecondsRemaining),
        completed=record.RecordType == ProgressRecordType.Completed,
    )


def _information(record: Any) -> InformationRecord:
    content = record.MessageData
    message = _get(content, "Message") if isinstance(content, PSObject) and not isinstance(content, str) else None
    tags = tuple(str(tag) for tag in record.Tags or ())
    return InformationRecord(_text(message if message is not None else content), tags, _text(record.Source))


def _host_call(event: psrpcore.PipelineHostCallEvent | psrpcore.RunspacePoolHostCallEvent) -> HostCall:
    method = event.method_identifier
    parameters = tuple(_parameter(parameter) for parameter in event.method_parameters)
    return HostCall(int(event.ci), method.name, int(method.value), parameters)


def _parameter(value: Any) -> Any:
    if isinstance(value, psrpcore.types.ProgressRecord):
        return _progress(value)
    if isinstance(value, psrpcore.types.ChoiceDescription):
        return Choice(_text(value.Label), _text(value.HelpMessage))
    if isinstance(value, psrpcore.types.FieldDescription):
        return Field(_text(value.Name), _text(value.Label), _text(value.ParameterTypeFullName))
    if isinstance(value, list):
        return [_parameter(item) for item in value]
    if isinstance(value, bool):
        return value
    return int(value) if isinstance(value, int) else _text(value)


def _text(value: Any) -> str:
    """What PowerShell would print for a value: its ToString where it came with one."""
    if value is None:
        return ""
    if isinstance(value, PSObject):
        given = value.PSObject.to_string
        if given is not None:
            return str(given)
        if not isinstance(value, str | int | float | dict | list):
            return ""
    return str(value)


def _get(value: Any, name: str) -> Any:
    """A property that may be missing: the older the server, the fewer there are."""
    return getattr(value, name, None) if value is not None else None


def _known(number: Any) -> int | None:
    return None if number is None or number < 0 else int(number)


def void_methods() -> frozenset[str]:
    """The names of the host methods that return nothing."""
    return frozenset(method.name for method in HostMethodIdentifier if method.is_void())


_READERS: dict[type[AnyEvent], Callable[[Any], Said | None]] = {
    psrpcore.PipelineStateEvent: _pipeline,
    psrpcore.RunspacePoolStateEvent: _pool,
    psrpcore.EncryptedSessionKeyEvent: lambda _event: KeyArrived(),
    psrpcore.PublicKeyRequestEvent: lambda _event: KeyAsked(),
    psrpcore.PipelineHostCallEvent: _host_call,
    psrpcore.RunspacePoolHostCallEvent: _host_call,
    psrpcore.ErrorRecordEvent: lambda event: _error(event.record),
    psrpcore.WarningRecordEvent: lambda event: WarningRecord(_text(event.record.Message)),
    psrpcore.VerboseRecordEvent: lambda event: VerboseRecord(_text(event.record.Message)),
    psrpcore.DebugRecordEvent: lambda event: DebugRecord(_text(event.record.Message)),
    psrpcore.ProgressRecordEvent: lambda event: _progress(event.record),
    psrpcore.InformationRecordEvent: lambda event: _information(event.record),
}
