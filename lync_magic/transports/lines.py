"""The line protocol of `pwsh -s` and of PowerShell over SSH: bytes to packets and back.

One XML element a line: `<Data Stream='Default' PSGuid='…'>base64</Data>`, `<Command|Close|Signal PSGuid='…'
/>` and their `…Ack`. The all-zero GUID is the session itself. Rules of this file: no input or output here, so
that a recording can be replayed through it; a line that is no packet is kept as noise, never raised, because
a banner is no error.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from lync_magic.errors import SessionBroken
from lync_magic.transports.encoding import a2b_base64

SESSION = UUID(int=0)
"""The GUID that stands for the shell itself."""

MAX_LINE = 64 * 1024 * 1024
"""Bytes of one line; a fragment takes some 44 KB, so a longer line is not this protocol."""

_ERROR_PREFIX = b"__NamedPipeError__:"
_PACKET = re.compile(rb"<(\w+)((?:\s+\w+=(?:'[^']*'|\"[^\"]*\"))*)\s*(?:/>|>([A-Za-z0-9+/=\s]*)</\1>)")
_ATTRIBUTE = re.compile(rb"(\w+)=['\"]([^'\"]*)['\"]")


class Kind(Enum):
    """What one line says."""

    DATA = "Data"
    DATA_ACK = "DataAck"
    COMMAND = "Command"
    COMMAND_ACK = "CommandAck"
    CLOSE = "Close"
    CLOSE_ACK = "CloseAck"
    SIGNAL = "Signal"
    SIGNAL_ACK = "SignalAck"
    NOISE = "noise"
    """Not of the protocol; its text is in `data`."""
    FAILURE = "failure"
    """What a server over SSH says when it gives up; its text is in `data`."""


class Packet(NamedTuple):
    """One line. target: the shell (`SESSION`) or a pipeline.  stream: `Default` or `PromptResponse`."""

    kind: Kind
    target: UUID = SESSION
    data: bytes = b""
    stream: str = "Default"


_KINDS = {kind.value.encode(): kind for kind in Kind if kind.value[0].isupper()}


class LineReader:
    """Takes bytes as they come and gives the packets of the whole lines among them."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Packet]:
        """The packets that `data` completes. Raises SessionBroken when a line never ends."""
        self._rest += data
        if b"\n" not in data:
            if len(self._rest) > MAX_LINE:
                raise SessionBroken("The remote process does not speak the PowerShell remoting protocol.")
            return
        *lines, rest = self._rest.split(b"\n")
        self._rest = bytearray(rest)
        for line in lines:
            text = bytes(line).strip()
            if text:
                yield _parse(text)

    def end(self) -> Iterator[Packet]:
        """The packet of a last line without its end, once the sender has closed."""
        text = bytes(self._rest).strip()
        self._rest.clear()
        if text:
            yield _parse(text)


def _parse(line: bytes) -> Packet:
    if line.startswith(_ERROR_PREFIX):
        return Packet(Kind.FAILURE, data=line[len(_ERROR_PREFIX) :])
    match = _PACKET.fullmatch(line)
    kind = _KINDS.get(match[1]) if match else None
    if match is None or kind is None:
        return Packet(Kind.NOISE, data=line)
    attributes = dict(_ATTRIBUTE.findall(match[2]))
    try:
        target = UUID(attributes[b"PSGuid"].decode("ascii"))
        data = a2b_base64(match[3] or b"")
    except (KeyError, ValueError):
        return Packet(Kind.NOISE, data=line)
    return Packet(kind, target, data, attributes.get(b"Stream", b"Default").decode("ascii", "replace"))


def write_line(packet: Packet) -> bytes:
    """The line that says `packet`, with its end."""
    head = f"<{packet.kind.value}"
    if packet.kind is Kind.DATA:
        body = base64.b64encode(packet.data).decode("ascii")
        return f"{head} Stream='{packet.stream}' PSGuid='{packet.target}'>{body}</Data>\n".encode("ascii")
    return f"{head} PSGuid='{packet.target}' />\n".encode("ascii")
