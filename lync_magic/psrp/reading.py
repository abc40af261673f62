"""What a message of the server says.

Rules of this file: a message is read by `lync_magic.clixml`, which is bounded in time and memory; whatever is not as
MS-PSRP 2.2.2 has it becomes `Unreadable` without its content, which may be secret. Nothing happens here but that the
pool's `Core` learns what its server says of itself.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any, Final

from psrpcore.types import ErrorCategory, HostMethodIdentifier, PSRPMessageType

from lync_magic.clixml import (
    MISSING,
    DecodeError,
    EnumValue,
    ObjectLike,
    TooMuch,
    decode,
    invariant_text,
)
from lync_magic.psrp.core import Core, Unreadable
from lync_magic.psrp.events import (
    DebugRecord,
    ErrorRecord,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)
from lync_magic.psrp.host import Choice
from lync_magic.psrp.said import (
    NO_ANSWER_EXPECTED,
    Field,
    HostCall,
    KeyArrived,
    KeyAsked,
    PipelineMoved,
    PoolEnded,
    PoolOpened,
    Said,
)
from lync_magic.psrp.wire import Message, MessageType

_OPENED, _CLOSED, _BROKEN = 2, 3, 5
"""States of a runspace pool (MS-PSRP 2.2.3.4)."""
_LIST = "System.Object[]"
_COMPLETED = 1
"""The type of a progress record that is the last of its activity."""
_PROTOCOL = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_CATEGORIES = {category.value: category.name for category in ErrorCategory}
_METHODS = {method.value: method.name for method in HostMethodIdentifier}


def read(core: Core, message: Message) -> Said | None:
    """What `message` says; None for what has no bearing here. Raises Unreadable."""
    reader = _READERS.get(message.type)
    if reader is None:
        if message.type in _WITHOUT_BEARING:
            return None
        raise Unreadable(f"a message of the unknown type 0x{message.type:08X}")
    try:
        return reader(core, decode(message.data, decrypt=core.decrypt))
    except TooMuch as error:
        raise Unreadable(f"{PSRPMessageType(message.type).name} ({error})") from None
    except (DecodeError, _Odd) as error:
        raise Unreadable(f"{PSRPMessageType(message.type).name} ({type(error).__name__})") from None


class _Odd(Exception):
    """A part of a message is missing, or is something else than it should be."""


def void_methods() -> frozenset[str]:
    """The names of the host methods that return nothing."""
    return frozenset(method.name for method in HostMethodIdentifier if method.is_void())


def is_question(call: bytes) -> bool:
    """Whether a host call waits for what a person answers, or for any other answer."""
    try:
        asked = decode(call)
        return _int(_get(asked, "ci")) != NO_ANSWER_EXPECTED
    except (DecodeError, _Odd):
        return True


# --- the pool ------------------------------------------------------------------------------------------------------


def _capability(core: Core, value: Any) -> None:
    version = _PROTOCOL.match(_str(_get(value, "protocolversion")))
    if version is None:
        raise _Odd
    core.learn_protocol(version[0])


def _private_data(core: Core, value: Any) -> None:
    data = _get(value, "ApplicationPrivateData")
    held = data.base if isinstance(data, ObjectLike) else data
    core.learn_private_data(held if isinstance(held, dict) else {})


def _init_data(core: Core, value: Any) -> None:
    core.learn_max_runspaces(_int(_get(value, "MaxRunspaces")))


def _pool(core: Core, value: Any) -> PoolOpened | PoolEnded | None:
    state = _int(_get(value, "RunspaceState"))
    if state == _OPENED:
        core.learn_open()
        return PoolOpened()
    if state in (_BROKEN, _CLOSED):
        reason = _get(value, "ExceptionAsErrorRecord")
        return PoolEnded(_error(reason).message if reason is not None else "")
    return None


def _key(core: Core, value: Any) -> KeyArrived:
    try:
        key = base64.b64decode(_str(_get(value, "EncryptedSessionKey")), validate=True)
    except ValueError:
        raise _Odd from None
    core.learn_key(key)
    return KeyArrived()


# --- a pipeline ----------------------------------------------------------------------------------------------------


def _pipeline(_core: Core, value: Any) -> PipelineMoved:
    reason = _get(value, "ExceptionAsErrorRecord")
    return PipelineMoved(_int(_get(value, "PipelineState")), _error(reason) if reason is not None else None)


def _error(record: Any) -> ErrorRecord:
    """An error record (MS-PSRP 2.2.3.15); the older the server, the fewer parts there are."""
    if not isinstance(record, ObjectLike):
        return ErrorRecord(_shown(record))
    exception = _get(record, "Exception")
    invocations = (_get(record, "InvocationInfo"), _get(exception, "SerializedRemoteInvocationInfo"))
    positions = [_text(invocation, "PositionMessage") for invocation in invocations]
    names = exception.type_names if isinstance(exception, ObjectLike) else ()
    return ErrorRecord(
        message=_text(record, "ErrorDetails_Message") or _text(exception, "Message") or record.text or "",
        error_id=_text(record, "FullyQualifiedErrorId"),
        category=_CATEGORIES.get(_number(record, "ErrorCategory_Category"), ""),
        exception=names[0].removeprefix("Deserialized.") if names else "",
        target=_text(record, "TargetObject"),
        activity=_text(record, "ErrorCategory_Activity"),
        position=next(filter(None, positions), ""),
        recommended_action=_text(record, "ErrorDetails_RecommendedAction"),
        reason=_text(record, "ErrorCategory_Reason"),
    )


def _message(value: Any) -> str:
    """The text of a warning, a verbose or a debug line (MS-PSRP 2.2.3.16)."""
    return _text(value, "InformationalRecord_Message") or _text(value, "Message") or _shown(value)


def _progress(value: Any) -> ProgressRecord:
    """A progress record (MS-PSRP 2.2.2.25); minus one means unknown."""
    return ProgressRecord(
        activity=_text(value, "Activity"),
        status=_text(value, "StatusDescription"),
        current_operation=_text(value, "CurrentOperation"),
        activity_id=_number(value, "ActivityId", 0),
        parent_id=_known(_number(value, "ParentActivityId")),
        percent=_known(_number(value, "PercentComplete")),
        seconds_remaining=_known(_number(value, "SecondsRemaining")),
        completed=_number(value, "Type") == _COMPLETED,
    )


def _information(value: Any) -> InformationRecord:
    content = _get(value, "MessageData")
    tags = _get(value, "Tags")
    return InformationRecord(
        _text(content, "Message") or _shown(content),
        tuple(map(_shown, tags)) if isinstance(tags, list) else (),
        _text(value, "Source"),
    )


def _host_call(_core: Core, value: Any) -> HostCall:
    number = _int(_get(value, "mi"))
    parameters = _get(value, "mp")
    if not isinstance(parameters, list):
        raise _Odd
    return HostCall(_int(_get(value, "ci")), _METHODS.get(number, ""), number, tuple(map(_parameter, parameters)))


def _parameter(value: Any) -> Any:
    """A parameter of a host call, by what it has (MS-PSRP 2.2.6): lists and arrays of values are the deepest."""
    if isinstance(value, ObjectLike) and "mae" in value:
        value = value["mae"]
    return [_single(item) for item in value] if isinstance(value, list) else _single(value)


def _single(value: Any) -> Any:
    if isinstance(value, ObjectLike):
        if "Activity" in value:
            return _progress(value)
        if "parameterTypeFullName" in value:
            named = (_text(value, one) for one in ("name", "label", "parameterTypeFullName", "helpMessage"))
            return Field(*named)
        if "label" in value:
            return Choice(_text(value, "label"), _text(value, "helpMessage"))
    return value if isinstance(value, int) else _shown(value)


# --- parts of a message --------------------------------------------------------------------------------------------


def _get(value: Any, name: str) -> Any:
    """A property that may be missing."""
    return value.get(name) if isinstance(value, ObjectLike) else None


def _text(value: Any, name: str) -> str:
    """A property as PowerShell would print it; "" where it is missing."""
    return _shown(_get(value, name))


def _shown(value: Any) -> str:
    """A value as PowerShell would print it, without what an object that has no text holds."""
    if isinstance(value, list):
        return " ".join(_LIST if isinstance(item, list) else _shown(item) for item in value)
    if isinstance(value, ObjectLike) and value.text is None:
        return "" if value.base is MISSING else _LIST if isinstance(value.base, list) else invariant_text(value.base)
    return invariant_text(value)


def _number(value: Any, name: str, default: int = -1) -> int:
    """A property that is a number, or a value of an enumeration."""
    found = _get(value, name)
    return _int(found) if found is not None else default


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | EnumValue):
        raise _Odd
    return int(value)


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise _Odd
    return str(value)


def _known(number: int) -> int | None:
    return None if number < 0 else number


_READERS: dict[int, Callable[[Core, Any], Said | None]] = {
    MessageType.SESSION_CAPABILITY: _capability,
    MessageType.APPLICATION_PRIVATE_DATA: _private_data,
    MessageType.RUNSPACEPOOL_INIT_DATA: _init_data,
    MessageType.RUNSPACEPOOL_STATE: _pool,
    MessageType.ENCRYPTED_SESSION_KEY: _key,
    MessageType.PUBLIC_KEY_REQUEST: lambda _core, _value: KeyAsked(),
    MessageType.PIPELINE_STATE: _pipeline,
    MessageType.PIPELINE_HOST_CALL: _host_call,
    MessageType.RUNSPACEPOOL_HOST_CALL: _host_call,
    MessageType.ERROR_RECORD: lambda _core, value: _error(value),
    MessageType.WARNING_RECORD: lambda _core, value: WarningRecord(_message(value)),
    MessageType.VERBOSE_RECORD: lambda _core, value: VerboseRecord(_message(value)),
    MessageType.DEBUG_RECORD: lambda _core, value: DebugRecord(_message(value)),
    MessageType.PROGRESS_RECORD: lambda _core, value: _progress(value),
    MessageType.INFORMATION_RECORD: lambda _core, value: _information(value),
}
_WITHOUT_BEARING: Final = frozenset(MessageType) - _READERS.keys()
