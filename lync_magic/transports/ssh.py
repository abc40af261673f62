"""Command lines of OpenSSH's client: made of what a person says, and what is known of one that a person wrote.

Rule of this file: what a person wrote counts; only what is not said there is added. ssh itself does all else: its
configuration, agent, jumps, known hosts and security keys are the person's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final, NamedTuple

from lync_magic.errors import UsageError

SUBSYSTEM: Final = "powershell"
"""The subsystem of PowerShell's own SSH remoting, where none is named."""

_WITH_A_VALUE: Final = frozenset("BbcDEeFIiJLlmOoPpQRSWw")
"""The options that are followed by a value."""
_ALIVE: Final = ("ServerAliveInterval=10", "ServerAliveCountMax=2")
"""A server that is not heard of for some 30 seconds is gone: ssh asks it that often, and ends then."""
_OURS: Final = (
    "ForwardX11=no",
    "PermitLocalCommand=no",
    "ClearAllForwardings=yes",
    "RemoteCommand=none",
    "RequestTTY=no",
    "ControlMaster=no",
    "LogLevel=INFO",
)
"""What a person's configuration may say for their own shells, and what would be in the way of a subsystem; OpenSSH's
own sftp and scp set most of it too. Without the last one ssh may fail without a word."""
_LOOKS: Final = "It looks like user@host, user@host:2222, or a name of your ssh configuration."


class SshPlace(NamedTuple):
    """Where ssh goes. user, port: "" and None where ssh's own configuration says."""

    host: str
    user: str = ""
    port: int | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{user}{host}{port}"


def ssh_place(text: str) -> SshPlace:
    """What `user@host[:port]` says. Raises UsageError for what is no such thing."""
    user, _, host = text.strip().removeprefix("ssh://").rstrip("/").rpartition("@")
    port = ""
    if host.startswith("["):
        host, _, rest = host[1:].partition("]")
        port = rest.removeprefix(":")
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    if ":" in user:
        raise UsageError(
            "A password does not belong into the name of a host.", "Leave it out: it is asked for when it is needed."
        )
    is_odd = any(not sign.isprintable() or sign in " /?#" for sign in host)
    if not host or is_odd or host.startswith("-") or user.startswith("-"):
        raise UsageError(f"{text!r} is no host for ssh.", _LOOKS)
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"{port!r} is no port.", _LOOKS)
    return SshPlace(host, user, int(port) if port else None)


def ssh_command(
    place: SshPlace,
    *,
    subsystem: str | None = None,
    key_file: str | None = None,
    options: Sequence[str] = (),
    connect_timeout: float,
    asks: bool,
) -> list[str]:
    """The command line of the system's ssh to a subsystem. options: `Name=Value`, as ssh_config has them.

    connect_timeout: seconds until the host has answered.  asks: whether somebody answers what ssh asks.
    """
    said = {option.replace("=", " ").split()[0].lower() for option in options}
    ours = [*_OURS, f"ConnectTimeout={max(1, round(connect_timeout))}"]
    ours += [] if asks else ["BatchMode=yes"]
    settings = [*options, *(one for one in ours if one.partition("=")[0].lower() not in said)]
    words = ["ssh", *(("-i", key_file) if key_file else ())]
    words += ["-p", str(place.port)] if place.port else []
    words += [word for setting in settings for word in ("-o", setting)]
    host = f"{place.user}@{place.host}" if place.user else place.host
    return with_keep_alive([*words, "-s", "--", host, subsystem or SUBSYSTEM])


class _Destination(NamedTuple):
    """Where the destination stands among the words, and what it says."""

    at: int
    text: str


def ssh_host(command_line: Sequence[str]) -> str | None:
    """The host that an ssh command line connects to; None for another program, or where none is named."""
    found = _destination(command_line)
    if found is None:
        return None
    host = found.text.removeprefix("ssh://").rpartition("@")[2]
    return (host.rpartition(":")[0] or host) if found.text.startswith("ssh://") else host


def with_keep_alive(command_line: Sequence[str]) -> list[str]:
    """The same for another program; for ssh, with a way to notice a dead network where the line names none."""
    words = list(command_line)
    found = _destination(words)
    said = " ".join(words).lower()
    if found is None or "serveralive" in said:
        return words
    at = found.at - 1 if words[found.at - 1] == "--" else found.at
    return [*words[:at], *(word for setting in _ALIVE for word in ("-o", setting)), *words[at:]]


def _destination(words: Sequence[str]) -> _Destination | None:
    """The first word that is neither an option nor an option's value."""
    if PurePath(words[0]).name.lower() not in ("ssh", "ssh.exe"):
        return None
    at = 1
    while at < len(words):
        word = words[at]
        if word == "--":
            at += 1
            break
        if not word.startswith("-"):
            break
        at += 2 if _takes_next(word) else 1
    return _Destination(at, words[at]) if at < len(words) and words[at] else None


def _takes_next(options: str) -> bool:
    """Whether the value of these short options is the word after them, and does not stick to one of them."""
    first = next((at for at, letter in enumerate(options) if at and letter in _WITH_A_VALUE), None)
    return first == len(options) - 1
