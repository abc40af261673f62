"""The records of the warning, verbose, debug and information streams, as objects of the output.

Rule of this file: their text is what they say when it is asked for, since a script may change that.
"""

from __future__ import annotations

import os
import socket
import threading
from datetime import datetime
from getpass import getuser
from typing import Final

from lync_magic.clixml import PSObject, UInt32
from lync_magic.language.values.collections import GenericList
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.members import setters
from lync_magic.language.values.text import net_text, to_text

_AUTOMATION: Final = "System.Management.Automation."
INFORMATION: Final = f"{_AUTOMATION}InformationRecord"
_READ_ONLY: Final = ("invocationinfo", "pipelineiterationinfo", "fullyqualifiedwarningid", "messagedata", "tags")
_TEXTS: Final = ("message", "source", "user", "computer")


class StreamRecord(PSObject):
    """A WarningRecord, VerboseRecord or DebugRecord, or the HostInformationMessage of Write-Host.

    merged: it went into the output, so that the screen takes it for what it was.
    """

    __slots__ = ("merged",)

    def __init__(self, content: dict[str, object], type_names: tuple[str, ...]) -> None:
        super().__init__(content, type_names)
        self.merged = False

    @property
    def text(self) -> str:
        """What it says."""
        return to_text(self.properties["Message"])

    @text.setter
    def text(self, _told: object) -> None:
        """It has no other."""


class InformationValue(StreamRecord):
    """An InformationRecord."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """What .NET says of its data."""
        data = self.properties["MessageData"]
        return INFORMATION if data is None else net_text(data)

    @text.setter
    def text(self, _told: object) -> None:
        """It has no other."""


def said_record(name: str, message: str, by: object = None) -> StreamRecord:
    """A record of a stream. name: its class.  by: its InvocationInfo, None where that is not known."""
    content: dict[str, object] = {"Message": message}
    if name == "WarningRecord":
        content = {"FullyQualifiedWarningId": "", **content}
    if by is not None:
        content["InvocationInfo"] = by
    return StreamRecord(content, (f"{_AUTOMATION}{name}", "System.Object"))


def information_record(data: object, tags: tuple[str, ...], source: str) -> InformationValue:
    """What Write-Information and Write-Host make. source: the command that did."""
    content = {
        "MessageData": data, "Source": source, "TimeGenerated": datetime.now().astimezone(),
        "Tags": GenericList(tags, "System.String"), "User": _user(), "Computer": socket.gethostname(),
        "ProcessId": UInt32(os.getpid()), "NativeThreadId": UInt32(threading.get_native_id()),
        "ManagedThreadId": UInt32(1),
    }  # fmt: skip
    return InformationValue(content, (INFORMATION, "System.Object"))


def host_message(text: str, foreground: object, background: object, *, newline: bool) -> StreamRecord:
    """The data of what Write-Host says."""
    content = {
        "Message": text, "NoNewLine": not newline, "ForegroundColor": foreground, "BackgroundColor": background,
    }  # fmt: skip
    return StreamRecord(content, (f"{_AUTOMATION}HostInformationMessage", "System.Object"))


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a number without a name, in a container
        return ""


def _set(value: StreamRecord, name: str, new: object) -> None:
    actual = next((one for one in value.properties if one.lower() == name.lower()), name)
    if name.lower() in _READ_ONLY:
        message = f"'{actual}' is a ReadOnly property."
        raise ScriptError(message, "PropertyAssignmentException", inner="SetValueException")
    if name.lower() not in _TEXTS or actual not in value.properties:
        raise NotKnownHere(f"setting .{name} of a [{value.type_names[0]}]")
    value.properties[actual] = to_text(new)


setters[StreamRecord] = setters[InformationValue] = _set
