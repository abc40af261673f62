"""What is known of a command line of OpenSSH's client: the host that it goes to, and how it notices a dead network.

Rule of this file: what a person wrote on the line counts; only what is not said there is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final, NamedTuple

_WITH_A_VALUE: Final = frozenset("BbcDEeFIiJLlmOoPpQRSWw")
"""The options that are followed by a value."""
_ALIVE: Final = ("ServerAliveInterval=10", "ServerAliveCountMax=2")
"""A server that is not heard of for some 30 seconds is gone: ssh asks it that often, and ends then."""


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
