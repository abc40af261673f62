"""What a running pipeline says besides its output: small frozen records, one for each stream.

They are given to a `report` callback, in the order they came, each once. `sessions` adds its own (`Step`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """Anything that is reported while something runs."""


@dataclass(frozen=True, slots=True)
class ErrorRecord(Event):
    """One record of the error stream (MS-PSRP 2.2.3.15).

    message: the text a console shows, without position.
    error_id: FullyQualifiedErrorId, `NamedParameterNotFound,Get-CsTenant`.
    category: `InvalidArgument`, … as PowerShell names it.  exception: .NET type name of the exception, or "".
    reason: the short name of the exception that the server met, or "".  target: the target object's text.
    position: the invocation's position message, or "".  caller: the function whose word it is (Write-Error), or "".
    raw: the record as it came, as CLIXML, for who hands it on; or b"".
    """

    message: str
    error_id: str = ""
    category: str = ""
    exception: str = ""
    target: str = ""
    activity: str = ""
    position: str = ""
    recommended_action: str = ""
    reason: str = ""
    caller: str = ""
    raw: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class WarningRecord(Event):
    """One line of the warning stream."""

    message: str


@dataclass(frozen=True, slots=True)
class VerboseRecord(Event):
    """One line of the verbose stream."""

    message: str


@dataclass(frozen=True, slots=True)
class DebugRecord(Event):
    """One line of the debug stream."""

    message: str


@dataclass(frozen=True, slots=True)
class InformationRecord(Event):
    """One record of the information stream; `text` is the message data's text. raw: as for `ErrorRecord`."""

    text: str
    tags: tuple[str, ...] = ()
    source: str = ""
    raw: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class HostLine(Event):
    """Text that a command wrote to the host's screen. newline: a line ends here.  error: written as one.

    foreground, background: a .NET ConsoleColor's number, where the command chose one.
    """

    text: str
    newline: bool = True
    error: bool = False
    foreground: int | None = None
    background: int | None = None


class ScreenLine(HostLine):
    """Text that goes to the screen itself: it is in no stream, and nothing redirects it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ProgressRecord(Event):
    """One report of progress (MS-PSRP 2.2.2.25).

    percent: 0 to 100, or None when unknown.  seconds_remaining: or None when unknown.  parent_id: or None.
    """

    activity: str
    status: str = ""
    current_operation: str = ""
    activity_id: int = 0
    parent_id: int | None = None
    percent: int | None = None
    seconds_remaining: int | None = None
    completed: bool = field(default=False)


Report = Callable[[Event], None]
"""A callback that is told each event as it comes. It must not block and must not raise."""


def ignore(_event: Event) -> None:
    """A report that nobody reads."""
