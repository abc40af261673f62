"""The line protocol of `pwsh -s` and of PowerShell over SSH: bytes to packets and back.

One XML element a line: `<Data Stream='Default' PSGuid='…'>base64</Data>`, `<Command|Close|Signal PSGuid='…'
/>` and their `…Ack`. The all-zero GUID is the session itself. Rules of this file: no input or output here, so
that a recording can be replayed through it; a line that is no packet is kept as noise, never raised, because
a banner is no error. What a server program writes without ending its line stands before a packet: both are read. A
line in which a packet can be told but not read is `DAMAGED`, and never passed over: what it carried is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from lync_magic.errors import SessionBroken
from lync_magic.transports.encoding import a2b_base64, b64encode

SESSION = UUID(int=0)
"""The GUID that stands for the shell itself."""

MAX_LINE = 64 * 1024 * 1024
"""Bytes of one line; a fragment takes some 44 KB, so a longer line is not this protocol."""

_LOOK = "See what it says when it is started by hand."
_SHOWN = 200
"""Bytes of a damaged line that are kept."""
_ERROR_PREFIX = b"__NamedPipeError__:"
_PACKET = re.compile(rb"<(\w+)((?:\s+\w+=(?:'[^']*'|\"[^\"]*\"))*)\s*(?:/>|>([A-Za-z0-9+/]*={0,2})</\1>)")
_TRACES = (b"PSGuid", b"</Data>", b"<Data")
"""What no text but a packet's holds: a line with one of these that cannot be read was a packet."""
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
    DAMAGED = "damaged"
    """Was a packet once; as much of it as a message can show is in `data`."""
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
        """The packets that `data` completes. Raises SessionBroken, about who wrote them, when a line never ends."""
        self._rest += data
        if b"\n" not in data:
            if len(self._rest) > MAX_LINE:
                raise SessionBroken(
                    f"does not speak as a PowerShell server: a line of it is longer than {MAX_LINE:,} bytes.", _LOOK
                )
            return
        *lines, rest = self._rest.split(b"\n")
        self._rest = bytearray(rest)
        for line in lines:
            yield from _parse(bytes(line).rstrip())

    def end(self) -> Iterator[Packet]:
        """The packet of a last line without its end, once the sender has closed."""
        text = bytes(self._rest).strip()
        self._rest.clear()
        yield from _parse(text)


def _parse(line: bytes) -> Iterator[Packet]:
    if not line:
        return
    if line.startswith(_ERROR_PREFIX):
        yield Packet(Kind.FAILURE, data=line[len(_ERROR_PREFIX) :])
        return
    start = _start_of_last_element(line)
    packet = _packet(line, start)
    text = line if packet is None else line[:start]
    if any(trace in text for trace in _TRACES):
        yield Packet(Kind.DAMAGED, data=line[:_SHOWN])
        return
    if text.strip():
        yield Packet(Kind.NOISE, data=text)
    if packet is not None:
        yield packet


def _start_of_last_element(line: bytes) -> int:
    """Where a packet at the end of the line would begin: no packet holds a `<` but its own two."""
    start = line.rfind(b"<")
    if line.startswith(b"</", start):
        start = line.rfind(b"<", 0, start)
    return max(0, start)


def _packet(line: bytes, start: int) -> Packet | None:
    match = _PACKET.fullmatch(line, start)
    kind = _KINDS.get(match[1]) if match else None
    if match is None or kind is None:
        return None
    attributes = dict(_ATTRIBUTE.findall(match[2]))
    try:
        target = UUID(attributes[b"PSGuid"].decode("ascii"))
        data = a2b_base64(match[3] or b"")
    except (KeyError, ValueError):
        return None
    return Packet(kind, target, data, attributes.get(b"Stream", b"Default").decode("ascii", "replace"))


def write_line(packet: Packet) -> bytes:
    """The line that says `packet`, with its end."""
    kind = packet.kind.value
    if packet.kind is Kind.DATA:
        head = f"<{kind} Stream='{packet.stream}' PSGuid='{packet.target}'>".encode("ascii")
        return b"".join((head, b64encode(packet.data), b"</Data>\n"))
    return f"<{kind} PSGuid='{packet.target}' />\n".encode("ascii")
