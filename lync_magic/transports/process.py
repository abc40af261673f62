"""A remote shell behind the standard streams of a process: `pwsh -s`, `ssh … -s powershell`, the sandbox.

Threads: one reads the process's output and sorts it by GUID, one reads its errors, one writes, so that an
interrupt of the caller can never cut a line in two. Back-pressure: when a pipeline has `MAX_BUFFERED` bytes
that nobody has taken, reading pauses, the pipe fills and the process waits; it does not pause while an
acknowledgement is awaited, which stands behind those bytes. The process has a session of its own, so that an
interrupt of the kernel does not reach it.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from uuid import UUID

from lync_magic.errors import (
    AccessDenied,
    LyncError,
    OperationTimedOut,
    SessionBroken,
    SessionClosed,
)
from lync_magic.transports.base import Received, Signal, Stream, nothing
from lync_magic.transports.child import Child
from lync_magic.transports.lines import SESSION, Kind, LineReader, Packet, write_line

FRAGMENT_SIZE = 32 * 1024
MAX_BUFFERED = 4 * 1024 * 1024
MAX_UNREAD_OF_SESSION = 16 * 1024 * 1024
"""Nobody reads the session's own messages while a pipeline runs; a server that floods them is given up."""

_READ_SIZE = 64 * 1024
_KEPT_ERROR_LINES = 12
_LAST_WORDS = 1.0
"""Seconds to wait for the errors of a process whose output has ended."""
_SLICE = 0.1
"""Seconds of one wait; between two of them an interrupt is seen on every platform."""
_STREAMS = {Stream.INPUT: "Default", Stream.PROMPT_RESPONSE: "PromptResponse"}


class _Channel:
    """What is known of one GUID: bytes that nobody has taken, and the acknowledgements that are owed."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.size = 0
        self.owed: set[Kind] = set()
        self.closed = False
        self.discarding = False


class ProcessTransport:
    """Speaks the out-of-process protocol to a command line.

    command_line: program and arguments, never shown beyond the program's name.  environment: variables for
    the process, or None for this one's.  computer_name: what the session table says.
    """

    def __init__(
        self,
        command_line: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        computer_name: str = "localhost",
    ) -> None:
        if not command_line:
            raise ValueError("command_line is empty")
        self._command_line = list(command_line)
        self._environment = dict(environment) if environment is not None else None
        self._computer_name = computer_name
        self._changed = threading.Condition()
        self._channels: dict[UUID, _Channel] = {SESSION: _Channel()}
        self._remarks: deque[str] = deque(maxlen=_KEPT_ERROR_LINES)
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._child: Child | None = None
        self._threads: list[threading.Thread] = []
        self._waiting_for_ack = 0
        self._ended = False
        self._closing = False

    @property
    def computer_name(self) -> str:
        return self._computer_name

    @property
    def fragment_size(self) -> int:
        return FRAGMENT_SIZE

    def __repr__(self) -> str:
        return f"<ProcessTransport {self._program}>"

    def open(self, shell_id: UUID, creation: bytes, *, timeout: float) -> None:
        """Start the process and send `creation`. Raises EndpointUnreachable when there is no such program."""
        if self._child is not None:
            raise SessionClosed(f"The process {self._program} was started before; make a new transport.")
        self._child = child = Child(self._command_line, self._environment)
        errors = self._thread("errors", self._read_errors, child)
        self._threads = [
            errors,
            self._thread("reader", self._read, child, errors),
            self._thread("writer", self._write, child),
        ]
        for thread in self._threads:
            thread.start()
        self.send(creation, timeout=timeout)

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        with self._changed:
            self._channels[pipeline_id] = _Channel()
        self._say(Packet(Kind.COMMAND, pipeline_id), Kind.COMMAND_ACK)
        self._await(pipeline_id, Kind.COMMAND_ACK, deadline)
        self.send(first, pipeline_id, timeout=max(0.0, deadline - time.monotonic()))

    def send(
        self, data: bytes, pipeline_id: UUID | None = None, stream: Stream = Stream.INPUT, *, timeout: float
    ) -> None:
        target = pipeline_id or SESSION
        self._await(target, Kind.DATA_ACK, time.monotonic() + timeout)
        self._say(Packet(Kind.DATA, target, data, _STREAMS[stream]), Kind.DATA_ACK)

    def receive(
        self, pipeline_id: UUID | None = None, *, timeout: float, meanwhile: Callable[[], None] = nothing
    ) -> Received:
        meanwhile()
        target = pipeline_id or SESSION
        deadline = time.monotonic() + timeout
        with self._changed:
            channel = self._channel(target)
            while not channel.chunks and not channel.closed and not self._ended and time.monotonic() < deadline:
                self._changed.wait(min(_SLICE, max(0.0, deadline - time.monotonic())))
            chunks, channel.chunks, channel.size = channel.chunks, [], 0
            self._changed.notify_all()
            if not chunks and self._ended and not channel.closed:
                raise self._broken()
            return Received(chunks, channel.closed)

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> None:
        """STOP is not waited for: its effect is received. TERMINATE waits for the server to forget it."""
        if signal is Signal.STOP:
            self._say(Packet(Kind.SIGNAL, pipeline_id), Kind.SIGNAL_ACK)
            return
        self._close_channel(pipeline_id, time.monotonic() + timeout)

    def close(self, *, timeout: float) -> None:
        """Close pipelines and session, then end the process, if need be by force, all within `timeout`."""
        child = self._child
        if child is None or self._closing:
            self._closing = True
            return
        self._closing = True
        start = time.monotonic()
        try:
            self._say_goodbye(start + timeout * 0.5)
            self._outgoing.put(None)
            if not child.has_exited(start + timeout * 0.7):
                child.kill(force=False)
                child.has_exited(start + timeout * 0.85)
        finally:
            child.kill(force=True)
            child.reap(start + timeout)
            with self._changed:
                self._ended = True
                self._changed.notify_all()
            for thread in self._threads:
                thread.join(max(0.0, start + timeout - time.monotonic()))

    def drop(self) -> None:
        self._closing = self._ended = True

    # --- the process ----------------------------------------------------------------------------------------

    @property
    def _program(self) -> str:
        return PurePath(self._command_line[0]).name

    def _say_goodbye(self, deadline: float) -> None:
        """Close pipelines, then the session. A process that is gone or stuck has heard enough."""
        with self._changed:
            pipelines = [target for target in self._channels if target != SESSION]
        try:
            for target in pipelines:
                self._close_channel(target, deadline)
            self._close_channel(SESSION, deadline)
        except LyncError:
            return

    def _close_channel(self, target: UUID, deadline: float) -> None:
        with self._changed:
            if target not in self._channels:
                return
            self._channels[target].discarding = target != SESSION
        self._say(Packet(Kind.CLOSE, target), Kind.CLOSE_ACK)
        self._await(target, Kind.CLOSE_ACK, deadline)
        with self._changed:
            if target != SESSION:
                self._channels.pop(target, None)

    # --- talking --------------------------------------------------------------------------------------------

    def _say(self, packet: Packet, owed: Kind) -> None:
        with self._changed:
            channel = self._channel(packet.target)
            if self._ended:
                raise self._broken()
            channel.owed.add(owed)
        self._outgoing.put(write_line(packet))

    def _await(self, target: UUID, owed: Kind, deadline: float) -> None:
        """Wait until `owed` has come. While anybody waits here the reader does not pause."""
        with self._changed:
            channel = self._channel(target)
            self._waiting_for_ack += 1
            self._changed.notify_all()
            try:
                while owed in channel.owed:
                    if self._ended:
                        raise self._broken()
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise OperationTimedOut(f"The process {self._program} did not answer in time.")
                    self._changed.wait(min(_SLICE, left))
            finally:
                self._waiting_for_ack -= 1

    def _channel(self, target: UUID) -> _Channel:
        channel = self._channels.get(target)
        if channel is None:
            raise SessionClosed("The pipeline was closed before.")
        return channel

    def _broken(self) -> SessionBroken | SessionClosed | AccessDenied:
        if self._closing:
            return SessionClosed(f"The process {self._program} was closed.")
        code = self._child.exit_code if self._child is not None else None
        text = f"The process {self._program} ended"
        text += f" (exit code {code})" if code is not None else ""
        said = "\n".join(self._remarks)
        if "Permission denied" in said:
            return AccessDenied(f"{text}: {said}", "Check the user name and the key or password.")
        return SessionBroken(f"{text}: {said}" if said else f"{text}.", "Connect again.")

    # --- threads --------------------------------------------------------------------------------------------

    def _thread(self, name: str, work: Callable[..., None], *given: object) -> threading.Thread:
        return threading.Thread(target=work, args=given, name=f"lync_magic {name} of {self._program}", daemon=True)

    def _write(self, child: Child) -> None:
        with child.stdin as pipe:
            try:
                while (line := self._outgoing.get()) is not None:
                    view = memoryview(line)
                    while view:
                        view = view[os.write(pipe.fileno(), view) :]
            except OSError:
                pass  # the process is gone; the reader tells

    def _read(self, child: Child, errors: threading.Thread) -> None:
        """Sort what comes, to the end. Whoever waits is told of the end once the last words are there too."""
        reader = LineReader()
        try:
            with child.stdout as pipe:
                while data := os.read(pipe.fileno(), _READ_SIZE):
                    self._take(list(reader.feed(data)))
                self._take(list(reader.end()))
        except SessionBroken as error:
            self._remarks.append(error.message)
        finally:
            errors.join(_LAST_WORDS)
            child.has_exited(time.monotonic() + _SLICE)
            with self._changed:
                self._ended = True
                self._changed.notify_all()
            self._outgoing.put(None)

    def _read_errors(self, child: Child) -> None:
        rest = b""
        with child.stderr as pipe:
            while data := os.read(pipe.fileno(), _READ_SIZE):
                *lines, rest = (rest + data).split(b"\n")
                self._remarks.extend(_text(line) for line in lines if line.strip())
                rest = rest[-_READ_SIZE:]
        if rest.strip():
            self._remarks.append(_text(rest))

    def _take(self, packets: list[Packet]) -> None:
        for packet in packets:
            with self._changed:
                _ACTIONS.get(packet.kind, ProcessTransport._take_ack)(self, packet)
                self._changed.notify_all()

    def _take_data(self, packet: Packet) -> None:
        channel = self._channels.get(packet.target)
        if channel is None:
            return
        limit = MAX_UNREAD_OF_SESSION if packet.target == SESSION else MAX_BUFFERED
        while channel.size > limit and not self._waiting_for_ack and not channel.discarding:
            if packet.target == SESSION:
                raise SessionBroken("The server sends more session messages than can be held.")
            self._changed.wait(_SLICE)
        if not channel.discarding:
            channel.chunks.append(packet.data)
            channel.size += len(packet.data)

    def _take_remark(self, packet: Packet) -> None:
        self._remarks.append(_text(packet.data))

    def _take_ack(self, packet: Packet) -> None:
        channel = self._channels.get(packet.target)
        if channel is None:
            return
        channel.owed.discard(packet.kind)
        channel.closed = channel.closed or packet.kind is Kind.CLOSE_ACK


_ACTIONS: dict[Kind, Callable[[ProcessTransport, Packet], None]] = {
    Kind.DATA: ProcessTransport._take_data,
    Kind.NOISE: ProcessTransport._take_remark,
    Kind.FAILURE: ProcessTransport._take_remark,
}


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").strip()
