"""What a running command says, as lines of text: PowerShell's prefixes, safe to look at.

Rules of this file: one event is one piece of text, made once; where it is written is the caller's business.
Progress is not
text: `progress` draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lync_magic.messages import spoken
from lync_magic.psrp import (
    DebugRecord,
    ErrorRecord,
    Event,
    HostLine,
    InformationRecord,
    Report,
    VerboseRecord,
    WarningRecord,
)
from lync_magic.safe_text import visible

HOST_TAG = "PSHOST"
"""The tag of an information record that Write-Host made: the host has shown its text already."""

_NO_ACTIVITY = "Error"
_PREFIXES: tuple[tuple[type[VerboseRecord | WarningRecord | DebugRecord], str], ...] = (
    (VerboseRecord, "VERBOSE: "),
    (WarningRecord, "WARNING: "),
    (DebugRecord, "DEBUG: "),
)


class Line(NamedTuple):
    """Text to write as it is, its line end included, and whether it belongs on the error stream."""

    text: str
    error: bool = False


def line_of(event: Event) -> Line | None:
    """What `event` says, or None when it says nothing in text.

    Verbose, warning and debug records carry PowerShell's prefix; an error is `Get-CsTenant: message`,
    PowerShell 7's concise view; steps of connecting stand without prefix.
    """
    for kind, prefix in _PREFIXES:
        if isinstance(event, kind):
            return Line(f"{prefix}{visible(event.message)}\n")
    if isinstance(event, ErrorRecord):
        return Line(f"{error_text(event)}\n", error=True)
    if isinstance(event, HostLine):
        return Line(visible(event.text) + ("\n" if event.newline else ""), event.error)
    if isinstance(event, InformationRecord):
        return None if HOST_TAG in event.tags else Line(f"{visible(event.text)}\n")
    text = getattr(event, "text", None)
    return Line(f"{visible(text)}\n") if isinstance(text, str) else None


def error_text(error: ErrorRecord) -> str:
    """An error in short: the command's name and the message, and what the server recommends to do."""
    text = f"{visible(error_head(error))}: {visible(error.message)}"
    return f"{text}\n{visible(spoken(error.recommended_action))}" if error.recommended_action else text


def error_head(error: ErrorRecord) -> str:
    """What stands before an error's message: the command, also where it is the command that is not there; of an error
    that a function wrote, the function."""
    named = error.target if error.error_id.startswith("CommandNotFound") else ""
    return error.caller or error.activity or named or _NO_ACTIVITY


def written_to(write: Callable[[str], object], write_error: Callable[[str], object]) -> Report:
    """A report that writes each event's text. write, write_error: take text, like a stream's `write`."""

    def report(event: Event) -> None:
        line = line_of(event)
        if line is not None:
            (write_error if line.error else write)(line.text)

    return report
