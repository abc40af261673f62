"""One pipeline while it runs: started, fed, read, stopped, and finished on the server whatever happens.

Rules of this file: everything but receiving happens in the caller's thread, so that an interrupt breaks it
anywhere; each pipeline that was started is terminated; a stop takes at most `STOP_TIMEOUT` seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sized
from dataclasses import replace
from typing import Protocol
from uuid import UUID, uuid4

from lync_magic.clixml import SecureString
from lync_magic.errors import (
    LyncError,
    OperationTimedOut,
    PipelineStopped,
    SessionBroken,
)
from lync_magic.psrp.core import Core, Unreadable
from lync_magic.psrp.events import ErrorRecord, Event, InformationRecord
from lync_magic.psrp.hostcalls import HostCalls
from lync_magic.psrp.pump import FINAL_STATES, SLICE, Pump, Sink
from lync_magic.psrp.reading import HostCall, PipelineMoved, failure_record, host_call, pipeline_state, plain_text, read
from lync_magic.psrp.requests import pipeline_input
from lync_magic.psrp.streams import Streams, remote_error
from lync_magic.psrp.wire import FragmentWriter, Message, MessageType
from lync_magic.transports import Signal, Stream, Transport

STOP_TIMEOUT = 2.0
"""Seconds from an interrupt to the end of the wait for the pipeline's last words."""

_LATE_INPUT = 1.0
"""Seconds in which a pipeline that takes no more input must say that it has ended."""

_STOPPED, _FAILED = 3, 5


class Link(Protocol):
    """What a running pipeline needs of its pool."""

    transport: Transport
    core: Core
    writer: FragmentWriter
    operation_timeout: float

    def encrypt(self, secret: SecureString) -> str:
        """A secret under the session's key, which is made when there is none."""


class Running:
    """One pipeline. first: what makes it.  name: for messages.  timeout: seconds for all of it, or None.

    sink: see `Pump`.
    """

    def __init__(
        self,
        link: Link,
        first: tuple[MessageType, bytes],
        name: str,
        streams: Streams,
        host_calls: HostCalls,
        values: Iterable[object] | None,
        timeout: float | None,
        prefetch: int,
        sink: Sink | None,
    ) -> None:
        self.name = name
        self._link = link
        self._id: UUID = uuid4()
        self._first = Message(first[0], self._id, first[1])
        self._streams = streams
        self._host_calls = host_calls
        self._values = iter(values) if values is not None else None
        self._batched = isinstance(values, Sized)
        self._timeout = timeout
        self._deadline: float | None = None
        self._pump = Pump(link.transport, self._id, prefetch, sink)
        self._started = False
        self._lost = False
        self._final: int | None = None
        self._failure: ErrorRecord | None = None
        self._stop_wanted = False

    @property
    def broke(self) -> bool:
        """Whether the session was found broken."""
        return self._lost or isinstance(self._pump.error, SessionBroken)

    def ask_to_stop(self) -> None:
        """Make the thread that iterates stop the pipeline. For another thread."""
        self._stop_wanted = True

    def batches(self) -> Iterator[list[bytes]]:
        """Run it. Raises what the pipeline failed with."""
        self._start()
        while self._final is None:
            if self._stop_wanted:
                raise PipelineStopped(f"{self.name} was stopped.")
            messages = self._pump.take(0 if self._values is not None else SLICE)
            if messages is not None:
                yield from self._read(messages)
            elif self._pump.ended:
                break
            elif self._values is not None:
                self._feed()
            elif self._deadline is not None and time.monotonic() > self._deadline:
                raise OperationTimedOut(f"{self.name} did not end within {self._timeout:g} seconds; it was stopped.")
        self._raise_failure()

    def finish(self) -> None:
        """Stop it where it has not ended, and have the server forget it. A lost connection is not raised."""
        if not self._started:
            return
        deadline = time.monotonic() + STOP_TIMEOUT
        try:
            if self._final is None and not self._pump.ended and not self._lost:
                self._link.transport.signal(self._id, Signal.STOP, timeout=STOP_TIMEOUT)
                self._pump.discard()
                self._pump.wait_for_end(max(0.0, deadline - time.monotonic()))
            if not self.broke:
                self._link.transport.signal(self._id, Signal.TERMINATE, timeout=self._terminate_timeout())
        except LyncError:
            pass  # what was asked for is over; a broken connection shows at the next use
        finally:
            self._pump.abandon(max(SLICE, deadline - time.monotonic()))
            self._link.core.forget(self._id)

    def _terminate_timeout(self) -> float:
        return self._link.operation_timeout if self._final is not None else STOP_TIMEOUT

    def _start(self) -> None:
        link = self._link
        if self._timeout is not None:
            self._deadline = time.monotonic() + self._timeout
        first, *rest = link.writer.write(self._first, link.transport.fragment_size)
        self._started = True
        try:
            link.transport.command(self._id, first, timeout=link.operation_timeout)
        except SessionBroken:
            self._lost = True
            raise
        self._pump.start()
        for fragment in rest:
            link.transport.send(fragment, self._id, timeout=link.operation_timeout)

    # --- input ----------------------------------------------------------------------------------------------

    def _feed(self) -> None:
        """Send the next input, as much as goes into one piece where it is all at hand."""
        size = self._link.transport.fragment_size
        piece = b""
        while self._values is not None:
            for fragment in self._link.writer.write(self._next_input(), size):
                if piece and len(piece) + len(fragment) > size:
                    self._send_input(piece)
                    piece = b""
                piece += fragment
            if not self._batched:
                break
        if piece:
            self._send_input(piece)

    def _next_input(self) -> Message:
        assert self._values is not None
        for value in self._values:
            return Message(MessageType.PIPELINE_INPUT, self._id, pipeline_input(value, self._link.encrypt))
        self._values = None
        return Message(MessageType.END_OF_PIPELINE_INPUT, self._id, b"")

    def _send_input(self, data: bytes) -> None:
        try:
            self._link.transport.send(data, self._id, timeout=self._link.operation_timeout)
        except LyncError:
            self._values = None
            if not self._pump.wait_for_end(_LATE_INPUT):
                raise

    # --- messages -------------------------------------------------------------------------------------------

    def _read(self, messages: list[Message]) -> Iterator[list[bytes]]:
        outputs: list[bytes] = []
        for message in messages:
            if message.type == MessageType.PIPELINE_OUTPUT:
                outputs.append(message.data)
                continue
            if outputs:
                yield outputs
                outputs = []
            self._take(message)
        if outputs:
            yield outputs

    def _take(self, message: Message) -> None:
        if message.type == MessageType.PIPELINE_HOST_CALL and self._take_raw(message.data):
            return
        try:
            said = read(self._link.core, message)
        except Unreadable as why:
            self._take_unreadable(message, str(why))
            return
        if isinstance(said, PipelineMoved):
            reason = replace(said.reason, raw=failure_record(message.data)) if said.reason is not None else None
            self._end(replace(said, reason=reason))
        elif isinstance(said, HostCall):
            self._answer(said)
        elif isinstance(said, ErrorRecord | InformationRecord):
            self._streams.record(replace(said, raw=message.data))
        elif isinstance(said, Event):
            self._streams.record(said)

    def _take_raw(self, call: bytes) -> bool:
        """Whether the host knew the call as it came. The time that it takes does not count against the deadline."""
        start = time.monotonic()
        answer = self._host_calls.take_raw(call)
        if self._deadline is not None:
            self._deadline += time.monotonic() - start
        if answer:
            self._send_answer(answer)
        return answer is not None

    def _take_unreadable(self, message: Message, why: str) -> None:
        """Make the best of it: a state still ends the pipeline, a question is refused, a record has text."""
        if message.type == MessageType.PIPELINE_STATE:
            text = plain_text(message.data)
            state = pipeline_state(message.data)
            self._end(PipelineMoved(state or 0, ErrorRecord(text) if text is not None else None))
            return
        self._streams.unreadable(message, why)
        call = host_call(message.data) if message.type == MessageType.PIPELINE_HOST_CALL else None
        if call is not None:
            self._answer(call)

    def _end(self, moved: PipelineMoved) -> None:
        if moved.state in FINAL_STATES:
            self._final = moved.state
            self._failure = moved.reason

    def _answer(self, call: HostCall) -> None:
        """Carry out a host call. The time that a person takes does not count against the deadline."""
        start = time.monotonic()
        answer = self._host_calls.take(call)
        if self._deadline is not None:
            self._deadline += time.monotonic() - start
        if answer is None:
            return
        self._send_answer(answer.data)
        if answer.refused is not None:
            raise answer.refused

    def _send_answer(self, data: bytes) -> None:
        message = Message(MessageType.PIPELINE_HOST_RESPONSE, self._id, data)
        for fragment in self._link.writer.write(message, self._link.transport.fragment_size):
            self._link.transport.send(fragment, self._id, Stream.PROMPT_RESPONSE, timeout=self._link.operation_timeout)

    def _raise_failure(self) -> None:
        if self._final is None:
            raise self._pump.error or SessionBroken(f"{self.name} ended without saying how.", "Connect again.")
        if self._final == _FAILED:
            raise remote_error(self._failure, f"{self.name} failed.")
        if self._final == _STOPPED:
            raise PipelineStopped(f"{self.name} was stopped by the server.")
