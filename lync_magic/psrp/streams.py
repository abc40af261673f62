"""The streams of a pipeline besides its output: each thing that is said is reported once.

With a host attached a server says everything twice: as a record, and as a call to the host. Which comes
first, and whether both come, is the server's affair; a command may also call the host alone. So each thing
said from one side waits a while for its twin from the other, and what has met its twin is not reported again.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Final

from lync_magic.errors import CommandNotFound, RemoteError
from lync_magic.messages import spoken
from lync_magic.psrp.events import (
    DebugRecord,
    ErrorRecord,
    Event,
    HostLine,
    InformationRecord,
    Report,
    VerboseRecord,
    WarningRecord,
)
from lync_magic.psrp.salvage import plain_text
from lync_magic.psrp.wire import Message, MessageType

WRITTEN_TO_HOST: Final = "PSHOST"
"""The tag of an information record that Write-Host made."""

_REMEMBERED: Final = 64
_NO_NEW_LINE: Final = b'<B N="NoNewLine">true</B>'
_COLOUR: Final = re.compile(rb'<S N="(Fore|Back)groundColor">(\w+)</S>')
_COLOURS: Final = (
    *("Black", "DarkBlue", "DarkGreen", "DarkCyan", "DarkRed", "DarkMagenta", "DarkYellow", "Gray"),
    *("DarkGray", "Blue", "Green", "Cyan", "Red", "Magenta", "Yellow", "White"),
)
"""System.ConsoleColor, by number."""
_NOT_FOUND: Final = "CommandNotFoundException"


class Side(Enum):
    """Where a thing was said: as a record of a stream, or to the host."""

    RECORD = "record"
    HOST = "host"

    @property
    def other(self) -> Side:
        return Side.HOST if self is Side.RECORD else Side.RECORD


class Streams:
    """Reports the events of one pipeline.

    host_speaks: only what is said to the host counts, for a host that sees all of it. A record also comes of what a
    script redirected to $null, which a console would not show.
    """

    def __init__(self, report: Report, *, host_speaks: bool = False) -> None:
        self._report = report
        self._host_speaks = host_speaks
        self._said: dict[Side, deque[object]] = {side: deque(maxlen=_REMEMBERED) for side in Side}

    def record(self, event: Event) -> None:
        """Report a record. An error has no twin."""
        if isinstance(event, ErrorRecord):
            self._report(event)
        elif self._host_speaks:
            return
        elif isinstance(event, InformationRecord):
            shown = _written(event) if WRITTEN_TO_HOST in event.tags else event
            self._once(Side.RECORD, event.text, shown)
        else:
            self._once(Side.RECORD, event, event)

    def host(self, event: Event) -> None:
        """Report what was said to the host."""
        if isinstance(event, HostLine):
            self._once(Side.HOST, event.text, event)
        else:
            self._once(Side.HOST, event, event)

    def alone(self, event: Event) -> None:
        """Report what has no twin."""
        self._report(event)

    def unreadable(self, message: Message, reason: str) -> None:
        """Report what can be said of a message that cannot be read: its text, or that it was left out."""
        maker = _PLAIN.get(message.type)
        text = plain_text(message.data)
        if maker is not None and text is not None:
            self.record(maker(text))
        else:
            self._report(
                WarningRecord(spoken(f"One message of the server could not be read and was left out: {reason}."))
            )

    def _once(self, side: Side, key: object, event: Event) -> None:
        waiting = self._said[side.other]
        if key in waiting:
            waiting.remove(key)
            return
        self._said[side].append(key)
        self._report(event)


def _written(record: InformationRecord) -> HostLine:
    """What Write-Host wrote, with the colours and the line end that its record tells (MS-PSRP 2.2.3.30)."""
    named = {found[1]: found[2].decode() for found in _COLOUR.finditer(record.raw)}
    colours = {place: _COLOURS.index(name) for place, name in named.items() if name in _COLOURS}
    newline = _NO_NEW_LINE not in record.raw
    return HostLine(record.text, newline, foreground=colours.get(b"Fore"), background=colours.get(b"Back"))


def remote_error(record: ErrorRecord | None, fallback: str) -> RemoteError:
    """The exception for a pipeline that failed as a whole."""
    if record is None:
        return RemoteError(fallback)
    kind = CommandNotFound if record.error_id.startswith(_NOT_FOUND) else RemoteError
    error = kind(
        record.message or fallback,
        record.recommended_action or None,
        error_id=record.error_id,
        category=record.category,
        command=record.activity,
    )
    error.raw = record.raw
    error.target = record.target or None
    error.reason = record.reason
    return error


_PLAIN: dict[int, Callable[[str], Event]] = {
    MessageType.ERROR_RECORD: ErrorRecord,
    MessageType.WARNING_RECORD: WarningRecord,
    MessageType.VERBOSE_RECORD: VerboseRecord,
    MessageType.DEBUG_RECORD: DebugRecord,
}
