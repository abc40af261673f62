"""WSMan faults: what the server refused, by number and by text, as the errors that people meet.

A fault of a quota, or of who may do what, sometimes comes without its number: then its text decides, or SOAP's own
word for it (its Subcode), which is all that servers have that are not Windows.
Reference: MS-WSMV 2.2.4.43, WinRM's error numbers, and the texts that users of the service have met.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from xml.etree.ElementTree import Element

from lync_magic.errors import (
    AccessDenied,
    LyncError,
    NotAnAdministrator,
    ProtocolFault,
    QuotaExceeded,
    RedirectRefused,
    RemoteSessionsDisabled,
    SessionBroken,
    SignInFailed,
)
from lync_magic.transports.wsman.answers import SOAP, Unreadable, read_reply

_WSMAN_FAULT: Final = "{http://schemas.microsoft.com/wbem/wsman/1/wsmanfault}"


_NUMBER: Final = re.compile(r"[0-9]{1,10}")
MAX_TEXT: Final = 64 * 1024
"""Characters of a fault's text that are looked at."""


class FaultCode(IntEnum):
    """WinRM's numbers (HRESULT, or a plain Win32 error) that mean something here."""

    ACCESS_DENIED = 5
    INVALID_PARAMETER = 87
    OPERATION_ABORTED = 995
    CANCELLED = 1223
    INVALID_HEADER = 0x8033800F
    OPERATION_TIMED_OUT = 0x80338029
    INVALID_RESOURCE_URI = 0x8033803B
    SHELL_GONE = 0x8033805B
    COMMAND_EXISTS = 0x803381D6
    SHELL_EXISTS = 0x803381D7
    REDIRECT = 0x80338199
    SHELL_DISCONNECTED = 0x803381C4
    STREAM_DISCONNECTED = 0x803381DE
    IDLE_TIMEOUT_OUT_OF_BOUNDS = 0x803381F2


QUOTAS: Final = frozenset((*range(2150859173, 2150859177), *range(2150859236, 2150859242)))
"""Shells of a user, operations, users, the system, the plug-in."""

QUIET_AT_CLOSE: Final = frozenset(
    {FaultCode.OPERATION_ABORTED, FaultCode.CANCELLED, FaultCode.SHELL_GONE, FaultCode.SHELL_DISCONNECTED}
)
"""What a server may say to a Terminate or a Delete of something that is over."""

QUOTA_ADVICE: Final = (
    "Remove a session that you no longer need (%lync sessions, %lync remove); the server itself ends those "
    "of closed programs when their idle time is over."
)
_CONNECT_AGAIN: Final = "Connect again."


_BY_SUBCODE: Final = {
    "AccessDenied": FaultCode.ACCESS_DENIED,
    "DestinationUnreachable": FaultCode.SHELL_GONE,
    "TimedOut": FaultCode.OPERATION_TIMED_OUT,
}
"""What SOAP's words mean where no number comes with them."""
_IDLE: Final = re.compile(r"(?i)idle\s?time-?\s?out")


@dataclass(frozen=True)
class Fault:
    """A SOAP fault. code: WinRM's number, or that of the subcode's meaning, or None.  message: its text in one line.

    subcode: SOAP's word for it, without its prefix.
    """

    code: int | None
    message: str
    subcode: str = ""

    @property
    def is_of_idle_time(self) -> bool:
        """Whether a Create was refused for the idle time that it asked for."""
        return self.code == FaultCode.IDLE_TIMEOUT_OUT_OF_BOUNDS or _IDLE.search(self.message) is not None


def parse_fault(envelope: bytes | str) -> Fault | None:
    """The fault in an answer, or None when the answer is no envelope with a fault."""
    try:
        reply = read_reply(envelope.encode() if isinstance(envelope, str) else envelope)
    except Unreadable:
        return None
    return fault_in(reply.body)


def fault_in(body: Element) -> Fault | None:
    """The fault in an envelope's body, or None."""
    found = body.find(f"{SOAP}Fault")
    if found is None:
        return None
    detail = found.find(f"{SOAP}Detail/{_WSMAN_FAULT}WSManFault")
    subcode = (found.findtext(f"{SOAP}Code/{SOAP}Subcode/{SOAP}Value") or "").strip().rpartition(":")[2]
    code: int | None = None
    text = ""
    if detail is not None:
        number = detail.get("Code", "")
        code = int(number) if _NUMBER.fullmatch(number) else None
        message = detail.find(f"{_WSMAN_FAULT}Message")
        text = "".join(message.itertext()) if message is not None else ""
    text = text or (found.findtext(f"{SOAP}Reason/{SOAP}Text") or "")
    text = " ".join(text[:MAX_TEXT].split())
    return Fault(_BY_SUBCODE.get(subcode) if code is None else code, text, subcode)


def fault_error(fault: Fault, host: str) -> LyncError:
    """The error for a fault."""
    named = named_error(fault.message)
    if named is not None:
        return named
    why = f": {fault.subcode}" if fault.subcode else " without saying why"
    text = fault.message or f"{host} refused the request{why}."
    if fault.code in QUOTAS:
        return QuotaExceeded(text, QUOTA_ADVICE)
    if fault.code == FaultCode.ACCESS_DENIED:
        return AccessDenied(text, "Ask who runs this server whether you may use this endpoint.")
    if fault.code in (FaultCode.SHELL_GONE, FaultCode.OPERATION_ABORTED, FaultCode.CANCELLED):
        return SessionBroken(text, _CONNECT_AGAIN)
    if fault.code in (FaultCode.SHELL_DISCONNECTED, FaultCode.STREAM_DISCONNECTED):
        return SessionBroken(text, "The session was taken over or disconnected elsewhere. " + _CONNECT_AGAIN)
    if fault.code == FaultCode.REDIRECT:
        return RedirectRefused(text, "Connect to the address that the server names, if you trust it.")
    if fault.code == FaultCode.INVALID_RESOURCE_URI:
        return ProtocolFault(text, "Check the name of the session configuration.", fault.code)
    return ProtocolFault(text, None, fault.code)


def named_error(text: str) -> LyncError | None:
    """The error for a text that is known whatever number it comes with, or None."""
    text = text[:MAX_TEXT]
    for pattern, kind, advice in _TEXTS:
        if pattern.search(text):
            return kind(" ".join(text.split()), advice)
    return None


def _known(pattern: str, kind: type[LyncError], advice: str) -> tuple[re.Pattern[str], type[LyncError], str]:
    return re.compile(pattern, re.IGNORECASE), kind, advice


_TEXTS: Final = (
    _known(r"maximum number of concurrent shells for this (user|tenant)", QuotaExceeded, QUOTA_ADVICE),
    _known(r"Fail to create a runspace because you have exceeded", QuotaExceeded, QUOTA_ADVICE),
    _known(r"Logon failed for the user", SignInFailed, "Check the user name and the password, and sign in again."),
    _known(
        r"does not have permission to manage this tenant",
        NotAnAdministrator,
        "Sign in as an administrator of the tenant.",
    ),
    _known(
        r"ability to connect to this tenant by using a remote PowerShell session has been disabled",
        RemoteSessionsDisabled,
        "Ask an administrator of the tenant to allow remote PowerShell sessions.",
    ),
)
