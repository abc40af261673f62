"""What a message of the server may say, as small frozen records: see `reading`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lync_magic.psrp.events import ErrorRecord, Event

NO_ANSWER_EXPECTED: Final = -100
"""The call number of a host call that nobody waits for."""


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
    """One value that a prompt asks for. type_name: .NET's.  help: what it is for, or ""."""

    name: str
    label: str
    type_name: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class HostCall:
    """PIPELINE_HOST_CALL or RUNSPACEPOOL_HOST_CALL. method: "" where its number is not known here.

    parameters: texts, numbers, Choices, Fields, a ProgressRecord, lists of them.
    """

    call_id: int
    method: str
    number: int
    parameters: tuple[Any, ...]


Said = PipelineMoved | PoolOpened | PoolEnded | KeyArrived | KeyAsked | HostCall | Event
