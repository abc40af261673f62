"""What is told of a process that ended, that is no PowerShell server, or that says nothing: its own words, and what
to do about them.

Rules of this file: a message names the program, and for ssh the host; never its arguments. What the program wrote is
shown as far as it helps: no line of the protocol, no colours, the first line and the last ones.
"""

from __future__ import annotations

import re
import signal
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import PurePath
from typing import NamedTuple

from lync_magic.errors import AccessDenied, EndpointUnreachable, LyncError, SessionBroken
from lync_magic.safe_text import clipped
from lync_magic.transports.ssh import ssh_host

_LAST_LINES = 3
_LONGEST_LINE = 300
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SERVER = '"pwsh -NoProfile -NoLogo -s"'
_SUBSYSTEM = "Subsystem powershell /usr/bin/pwsh -sshs -NoLogo"
_WAY_TO_FORGET = re.compile(r"ssh-keygen (?:-f \S+ )?-R \S+")
_FRAME = " \t\r\n@"
"""What ssh draws around what matters most."""


class _Refusal(NamedTuple):
    """What a line holds where ssh does not come to a session, and what is told of it."""

    pattern: str
    kind: type[LyncError]
    advice: str


_REFUSALS = (
    _Refusal(
        "IDENTIFICATION HAS CHANGED",
        EndpointUnreachable,
        "If the host was set up anew, forget its old key (FORGET); if not, somebody may stand in between.",
    ),
    _Refusal(
        "Host key verification failed",
        EndpointUnreachable,
        "Log on once in a terminal (ssh HOST), compare the fingerprint that it shows, and accept it.",
    ),
    _Refusal("Permission denied", AccessDenied, "Check the user name and the key or password."),
    _Refusal("Too many authentication failures", AccessDenied, "Name the one key that fits (--key FILE)."),
    _Refusal("subsystem request failed", EndpointUnreachable, f'The host needs "{_SUBSYSTEM}" in its sshd_config.'),
    _Refusal("Could not resolve hostname", EndpointUnreachable, "Check the spelling, and DNS."),
    _Refusal("Connection refused", EndpointUnreachable, "Check that an SSH server runs there, and its port."),
    _Refusal("No route to host", EndpointUnreachable, "Check the address, and that you are in its network or VPN."),
    _Refusal("timed out", EndpointUnreachable, "Check the address, and that a firewall or VPN lets you reach it."),
)
"""The first that was met counts: the others follow from it."""


def _program(command_line: Sequence[str]) -> str:
    """What is run: `env NAME=VALUE … PROGRAM` runs the program."""
    words = iter(command_line)
    first = next(words)
    return next((one for one in words if "=" not in one), first) if first == "env" else first


class Words:
    """What one command line's process has written beside the protocol, and the errors that are made of it.

    Threads: the readers add, anybody asks.
    """

    def __init__(self, command_line: Sequence[str]) -> None:
        program = PurePath(_program(command_line)).name
        host = ssh_host(command_line)
        self.program = program
        self.who = f"The connection of ssh to {host}" if host else f"The process {program}"
        self._host = host or "HOST"
        self._over_ssh = host is not None
        self._forget = f"ssh-keygen -R {self._host}"
        """How its old key is forgotten, as ssh says it."""
        self._lock = threading.Lock()
        self._meant = len(_REFUSALS)
        """Which of the refusals it has written of."""
        self._first = ""
        self._last: deque[str] = deque(maxlen=_LAST_LINES)

    def add(self, line: bytes) -> None:
        """It wrote this, on either stream."""
        text = _ESCAPES.sub("", line[: 4 * _LONGEST_LINE].decode("utf-8", "replace")).strip(_FRAME)
        if not text or "PSGuid" in text:
            return
        way = _WAY_TO_FORGET.search(text)
        meant = next((at for at, refusal in enumerate(_REFUSALS) if refusal.pattern in text), self._meant)
        with self._lock:
            self._meant = min(meant, self._meant)
            self._forget = way[0] if way else self._forget
            if self._first:
                self._last.append(clipped(text, _LONGEST_LINE))
            self._first = self._first or clipped(text, _LONGEST_LINE)

    def ended(self, code: int | None, *, heard: bool) -> LyncError:
        """It ended. code: as `Child.exit_code`.  heard: whether it had spoken as a server does."""
        text = f"{self.who} ended{_how(code)}"
        said = self._said()
        text = f"{text}: {said}" if said else f"{text}."
        if heard:
            return SessionBroken(text, "Connect again.")
        if self._meant < len(_REFUSALS):
            refusal = _REFUSALS[self._meant]
            return refusal.kind(text, refusal.advice.replace("FORGET", self._forget).replace("HOST", self._host))
        return EndpointUnreachable(text, f"See what it says when it is started by hand. {self._way()}")

    def no_server(self) -> EndpointUnreachable:
        """What it wrote no PowerShell server writes."""
        said = self._said()
        what = f"it wrote: {said}" if said else "it sends back what it is sent."
        return EndpointUnreachable(f"{self.who} is no PowerShell remoting server: {what}", self._way())

    def silent(self, seconds: float) -> str:
        """It has said nothing of the protocol in this time."""
        said = self._said()
        text = f"{self.who} has not begun to speak as a PowerShell server within {round(seconds, 1):g} seconds"
        return f"{text}; it wrote: {said}" if said else f"{text}."

    def _way(self) -> str:
        if self._over_ssh:
            way = f"Ask for the subsystem (ssh -s {self._host} powershell)"
            return f'{way}; the host needs "{_SUBSYSTEM}" in its sshd_config.'
        return f"A command line that serves PowerShell remoting looks like this: {_SERVER}."

    def _said(self) -> str:
        with self._lock:
            return "\n".join((self._first, *self._last)).strip()


def _how(code: int | None) -> str:
    if code is None:
        return ""
    if code >= 0:
        return f" (exit code {code})"
    try:
        return f" (killed by {signal.Signals(-code).name})"
    except ValueError:
        return f" (killed by signal {-code})"
