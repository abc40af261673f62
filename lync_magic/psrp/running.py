"""One pipeline while it runs: started, fed, read, stopped, and finished on the server whatever happens.

Rules of this file: what is sent goes through the pool's hand, so that an interrupt breaks the wait and never a request,
and the command's state says at every moment what the server has of it; each pipeline that was sent is terminated, by
the hand, whether or not somebody still waits for that; a stop takes at most the pool's `stop_timeout`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from typing import Protocol
from uuid import UUID, uuid4

from lync_magic.clixml import SecureString
from lync_magic.errors import (
    AnswerLost,
    LyncError,
    OperationTimedOut,
    PipelineStopped,
    SessionBroken,
)
from lync_magic.psrp.arrivals import Arrivals
from lync_magic.psrp.core import Core, Unreadable
from lync_magic.psrp.events import ErrorRecord, Event, InformationRecord
from lync_magic.psrp.feeding import Feeder
from lync_magic.psrp.hand import Hand, Job
from lync_magic.psrp.hostcalls import HostCalls
from lync_magic.psrp.lease import Lease
from lync_magic.psrp.pump import FINAL_STATES, SLICE, Pump, Sink
from lync_magic.psrp.reading import read
from lync_magic.psrp.requests import pipeline_input
from lync_magic.psrp.said import HostCall, PipelineMoved
from lync_magic.psrp.salvage import failure_record, host_call, pipeline_state, plain_text
from lync_magic.psrp.state import CommandState, State, command_life
from lync_magic.psrp.streams import Streams, remote_error
from lync_magic.psrp.tap import NOT_HEARD, Heard, Tap
from lync_magic.psrp.wire import FragmentWriter, Message, MessageType
from lync_magic.transports import Leased, Signal, Stream, Transport

STOP_TIMEOUT = 2.0
"""Seconds from an interrupt to the end of the wait for the pipeline's last words, where a pool has no other."""

_LATE = 0.5
"""Seconds after a pipeline's deadline until a request of it is given up too."""

_LATE_INPUT = 1.0
"""Seconds in which a pipeline that takes no more input must say that it has ended."""

_OTHERS_SECONDS = 0.5
"""How long messages of the shell's own are waited for, where some are missing."""

_STOPPED, _FAILED = 3, 5

Meanwhile = Callable[[], float]
"""Does a piece of other work; gives how many seconds the server may be waited for after it."""


def no_hurry() -> float:
    """No other work."""
    return SLICE


class Link(Protocol):
    """What a running pipeline needs of its pool."""

    transport: Transport
    core: Core
    writer: FragmentWriter
    operation_timeout: float
    stop_timeout: float
    hand: Hand
    lease: Lease
    arrivals: Arrivals
    tap: Tap | None

    @property
    def state(self) -> State:
        """Where the pool is in its life."""

    def ask(self, request: Callable[[], None], seconds: float | None = None) -> bool:
        """Have the hand send a request, and wait for its answer, at most `seconds`; whether it came.

        Raises what the request raises, and SessionBroken where the lease is over, sending nothing.
        """

    def checked(self, request: Callable[[], None]) -> None:
        """Send a request, in the hand's thread. Raises as `ask` does."""

    def encrypt(self, secret: SecureString) -> str:
        """A secret under the session's key, which is made when there is none."""

    def listen(self) -> None:
        """Receive for the shell itself from now on."""

    def released(self, running: Running) -> None:
        """The server has nothing of it any more: the next pipeline may run."""


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
        meanwhile: Meanwhile = no_hurry,
    ) -> None:
        self.name = name
        self._link = link
        self._id: UUID = uuid4()
        self._first = Message(first[0], self._id, first[1])
        self._streams = streams
        self._host_calls = host_calls
        self._values = values
        self._timeout = timeout
        self._meanwhile = meanwhile
        self._deadline: float | None = None
        self._pump = Pump(
            link.transport,
            link.lease,
            self._arrived,
            self._id,
            prefetch,
            sink,
            lambda: link.state is State.DISCONNECTED,
        )
        self._heard: Heard = NOT_HEARD
        self._feeding: Feeder | None = None
        self._life = command_life()
        self._ending: Job[None] | None = None
        self._gone = False
        self._final: int | None = None
        self._failure: ErrorRecord | None = None
        self._stop_wanted: LyncError | None = None
        self.sent_at: datetime | None = None
        """When it left, in UTC; None when it did not."""

    @property
    def state(self) -> CommandState:
        """How far the command has come."""
        return self._life.state

    @property
    def ended_unseen(self) -> bool:
        """Whether it was given up, and the server has not said how it ended."""
        return self.state in (CommandState.SENT, CommandState.RUNNING) and not self._pump.told_end

    @property
    def broke(self) -> bool:
        """Whether the shell was found gone, or does not answer any more."""
        return self._gone

    @property
    def ending(self) -> bool:
        """Whether it is being stopped and forgotten by the server, or was."""
        return self._ending is not None

    @property
    def has_arrivals(self) -> bool:
        """Whether there is something to do that need not wait for the server."""
        feeder = self._feeding
        return self._pump.has_arrivals or (feeder is not None and (feeder.wants or feeder.error is not None))

    def ask_to_stop(self, because: LyncError | None = None) -> None:
        """Make the thread that iterates stop the pipeline, and raise that. For another thread."""
        self._stop_wanted = because or PipelineStopped(f"{self.name} was stopped.")

    def batches(self) -> Iterator[list[bytes]]:
        """Run it. Raises what the pipeline failed with; where that is not known its state is InDoubt."""
        try:
            yield from self._batches()
        except SessionBroken as error:
            if self._final is None:
                self._life.try_to(CommandState.IN_DOUBT)
            self._gone = self._gone or not isinstance(error, AnswerLost) or self._pump.error is error
            raise

    def _batches(self) -> Iterator[list[bytes]]:
        self._start()
        feeder = self._feeding = self._feeder(self._values) if self._values is not None else None
        while self._final is None:
            if self._stop_wanted is not None:
                raise self._stop_wanted
            messages = self._pump.take(0 if feeder is not None and feeder.wants else self._meanwhile())
            if messages is not None:
                yield from self._read(messages)
            elif self._pump.ended:
                break
            elif feeder is not None and (feeder.wants or feeder.error is not None):
                self._feed(feeder)
            elif self._deadline is not None and time.monotonic() > self._deadline:
                raise self._too_late()
        self._need_all()
        self._raise_failure()

    def _need_all(self) -> None:
        """Raise where the numbers of the server's messages show that some did not come. Over a pipe nothing is lost."""
        link = self._link
        if self._final is None or not isinstance(link.transport, Leased):
            return
        if link.arrivals.missing():
            link.listen()  # they may be the shell's own
        deadline = time.monotonic() + _OTHERS_SECONDS
        while link.arrivals.missing() and time.monotonic() < deadline:
            time.sleep(SLICE / 10)
        missing = link.arrivals.settle(self.name)
        if missing:
            what = "One of the server's messages" if missing == 1 else f"{missing:,} of the server's messages"
            raise AnswerLost(
                f"{self.name} ran, but {what} did not come: its result is not whole.",
                "Something between this machine and the server loses answers.",
            )

    def _too_late(self) -> LyncError:
        text = f"{self.name} did not end within {self._timeout:.3g} seconds"
        if self.state is CommandState.SENT:
            return AnswerLost(f"{text}, and the server has not said that it has it.")
        return OperationTimedOut(f"{text}; it was stopped.")

    def finish(self, wait: float | None = None) -> None:
        """Stop it where it has not ended, and have the server forget it; wait for that at most `wait` seconds, or as
        long as a stop may take.

        What is not over by then goes on without being waited for. A lost connection is not raised.
        """
        if self._ending is None:
            self._ending = self._link.hand.post(self._finish)
        seconds = self._link.stop_timeout if wait is None else wait
        if seconds:
            self._ending.wait(seconds + SLICE)

    def _finish(self) -> None:
        """In the hand's thread, so that it is carried out whole, once what was being sent has been answered."""
        try:
            if self.state in (CommandState.PREPARED, CommandState.FAILED) and self._final is None:
                return
            deadline = time.monotonic() + self._link.stop_timeout
            transport = self._link.transport
            if self._feeding is not None:
                self._feeding.stop()
            if self._final is None and not self._pump.ended:
                self._pump.stop()
                self._try(lambda: transport.signal(self._id, Signal.STOP, timeout=self._link.stop_timeout))
                self._refuse_until_final(deadline)
            if not self._gone:
                self._try(lambda: transport.signal(self._id, Signal.TERMINATE, timeout=self._terminate_timeout()))
            self._pump.abandon(max(SLICE, deadline - time.monotonic()))
        finally:
            self._link.arrivals.leave(self._id, read_to_end=self._final is not None)
            self._heard.ended(self._final)
            self._link.released(self)

    def _refuse_until_final(self, deadline: float) -> None:
        """Wait for the pipeline's end. What is being stopped may still ask something, in a `finally` or because it did
        not know yet: it would wait for the answer for ever, and the shell with it.
        """
        while self._pump.awaits_end and (left := deadline - time.monotonic()) > 0:
            for message in self._pump.take(min(SLICE, left)) or ():
                call = host_call(message.data) if message.type == MessageType.PIPELINE_HOST_CALL else None
                answer = self._host_calls.take(call) if call is not None else None
                for fragment in self._answer_fragments(answer.data) if answer is not None else ():
                    self._try(
                        partial(self._link.transport.send, fragment, self._id, Stream.PROMPT_RESPONSE, timeout=left)
                    )

    def _try(self, say: Callable[[], None]) -> None:
        """What was asked for is over; a server that is lost shows at the next use, a shell that is gone now."""
        try:
            say()
        except AnswerLost:
            pass
        except SessionBroken:
            self._gone = True
        except LyncError:
            pass

    def _terminate_timeout(self) -> float:
        return self._link.operation_timeout if self._final is not None else self._link.stop_timeout

    def _start(self) -> None:
        link = self._link
        if self._timeout is not None:
            self._deadline = time.monotonic() + self._timeout
        if link.tap is not None:
            self._heard = link.tap.begin(self._first)
        first, *rest = link.writer.write(self._first, link.transport.fragment_size)
        self._ask(lambda: self._send_command(first))
        self._pump.start()
        for fragment in rest:
            self._send(fragment)

    def _arrived(self, chunk: bytes) -> list[Message]:
        messages = self._link.arrivals.feed(self._id, chunk)
        return self._heard.took(messages)

    def _send_command(self, first: bytes) -> None:
        """In the hand's thread. An error that is not AnswerLost says that the server did not take it."""
        self._life.go(CommandState.SENT)
        self.sent_at = datetime.now(timezone.utc)
        try:
            self._link.transport.command(self._id, first, timeout=self._request_seconds())
        except AnswerLost:
            self._life.go(CommandState.IN_DOUBT)
            raise
        except LyncError:
            self._life.go(CommandState.FAILED)
            raise
        self._life.go(CommandState.RUNNING)

    def _send(self, data: bytes, stream: Stream = Stream.INPUT) -> None:
        link = self._link
        self._ask(lambda: link.transport.send(data, self._id, stream, timeout=self._request_seconds()))

    def _request_seconds(self) -> float:
        """How long one request may hold the hand, which has what comes next to do: no longer than its pipeline may."""
        most = self._link.operation_timeout
        return most if self._deadline is None else min(most, max(0.0, self._deadline - time.monotonic()) + _LATE)

    def _ask(self, request: Callable[[], None]) -> None:
        """Have something sent, and wait for the answer as long as this pipeline may take."""
        if not self._link.ask(request, None if self._deadline is None else self._deadline - time.monotonic()):
            raise self._too_late()

    # --- input ----------------------------------------------------------------------------------------------

    def _feeder(self, values: Iterable[object]) -> Feeder:
        link = self._link
        size = link.transport.fragment_size

        def fragments(message: Message) -> list[bytes]:
            self._heard.fed(message)
            return list(link.writer.write(message, size))

        def send(piece: bytes) -> None:
            link.checked(lambda: link.transport.send(piece, self._id, timeout=self._request_seconds()))

        return Feeder(
            values,
            lambda value: fragments(Message(MessageType.PIPELINE_INPUT, self._id, pipeline_input(value, link.encrypt))),
            self._no_more_input(),
            link.hand.post,
            send,
            size,
            whole=isinstance(values, Sized),
            has_room=self._pump.wake,
        )

    def _no_more_input(self) -> Iterator[bytes]:
        message = Message(MessageType.END_OF_PIPELINE_INPUT, self._id, b"")
        yield from self._link.writer.write(message, self._link.transport.fragment_size)

    def _feed(self, feeder: Feeder) -> None:
        """Take the next value. That sending failed is no error where the pipeline takes no more and says so."""
        try:
            feeder.step()
        except LyncError:
            feeder.stop()
            if feeder.error is None or not self._pump.wait_for_end(_LATE_INPUT):
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
            if state is None:  # it may have been the last word
                raise SessionBroken(f"What became of {self.name} cannot be read: {why}.", "Connect again.")
            self._end(PipelineMoved(state, ErrorRecord(text) if text is not None else None))
            return
        self._streams.unreadable(message, why)
        call = host_call(message.data) if message.type == MessageType.PIPELINE_HOST_CALL else None
        if call is not None:
            self._answer(call)

    def _end(self, moved: PipelineMoved) -> None:
        if moved.state in FINAL_STATES:
            self._final = moved.state
            self._failure = moved.reason
            self._life.try_to(CommandState.FAILED if moved.state == _FAILED else CommandState.DONE)

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
        for fragment in self._answer_fragments(data):
            self._send(fragment, Stream.PROMPT_RESPONSE)

    def _answer_fragments(self, data: bytes) -> Iterator[bytes]:
        message = Message(MessageType.PIPELINE_HOST_RESPONSE, self._id, data)
        yield from self._link.writer.write(message, self._link.transport.fragment_size)

    def _raise_failure(self) -> None:
        if self._final is None:
            raise self._pump.error or SessionBroken(f"{self.name} ended without saying how.", "Connect again.")
        if self._final == _FAILED:
            raise remote_error(self._failure, f"{self.name} failed.")
        if self._final == _STOPPED:
            raise PipelineStopped(f"{self.name} was stopped by the server.")
