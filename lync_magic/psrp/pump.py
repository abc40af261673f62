"""The thread that receives for one pipeline while it runs, and the bounded queue between it and the caller.

Rules of this file: the thread receives and puts messages together; it never reports or sends. What it has received it
hands over when it has asked for more, so that it is read while the server answers. When `limit` bytes wait for the
caller it stops asking, and so does the server sooner or later. It ends by itself after the message that tells the
pipeline's end, so that no request is sent that nobody needs; when the pipeline is being stopped it goes on until the
server has nothing more to say, since some servers answer the stop only then. Where an answer is lost it asks again:
whether something was in it is told by the numbers of the fragments.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from uuid import UUID

from lync_magic.errors import AnswerLost, EndpointUnreachable, LyncError, SessionBroken
from lync_magic.psrp.lease import Lease
from lync_magic.psrp.salvage import pipeline_state
from lync_magic.psrp.wire import Message, MessageType
from lync_magic.transports import Leased, Received, Transport

POLL = 20.0
"""Seconds that one receive may wait in silence."""

REPAIR_SECONDS = 20.0
"""How long a server whose answer was lost is asked again."""
_PAUSES = (0.1, 0.3, 1.0, 2.0)
"""Seconds between two tries; the last one from then on."""

FINAL_STATES = frozenset({3, 4, 5})
"""Stopped, completed, failed (MS-PSRP 2.2.3.5)."""

SLICE = 0.1
"""Seconds of one wait of the caller; an interrupt is seen between two."""


Sink = Callable[[list[bytes]], None]
"""Takes objects of the output, each as CLIXML."""


class Pump:
    """Receives for one pipeline. read: makes messages of what comes.  limit: bytes that may wait for the caller.

    is_left: whether the shell is left at the moment: then nothing is asked until it is taken up again.
    sink: takes the output in the caller's place, in this thread. Where both work in turn on the same bytes, one thread
    is faster than two.
    """

    def __init__(
        self,
        transport: Transport,
        lease: Lease,
        read: Callable[[bytes], list[Message]],
        pipeline_id: UUID,
        limit: int,
        sink: Sink | None = None,
        is_left: Callable[[], bool] = lambda: False,
    ) -> None:
        self._transport = transport
        self._lease = lease
        self._read = read
        self._pipeline_id = pipeline_id
        self._limit = limit
        self._sink = sink
        self._is_left = is_left
        self._changed = threading.Condition()
        self._received: list[Message] = []
        """What the thread has not handed over yet."""
        self._waiting: list[Message] = []
        """What the caller has not taken yet, and how many bytes that is."""
        self._held = 0
        self._discarding = False
        self._stopping = False
        self._woken = False
        self.told_end = False
        """Whether the server has said how the pipeline ended."""
        self._abandoned = False
        self._begun = False
        self._ended = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._work, name=f"lync_magic pipeline {pipeline_id}", daemon=True)

    def start(self) -> None:
        """Begin to receive. An interrupt of this does not keep the thread from coming to be."""
        self._begun = True
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether everything has been received, or nothing more can be."""
        return self._ended

    @property
    def awaits_end(self) -> bool:
        """Whether it receives, and the pipeline's end has not been told."""
        return self._begun and not self.told_end and not self._ended

    @property
    def has_arrivals(self) -> bool:
        """Whether `take` gives something, or never will again."""
        return self._ended or bool(self._waiting)

    @property
    def error(self) -> Exception | None:
        """Why receiving ended early, if it did: a LyncError, or what the sink raised."""
        return self._error

    def take(self, timeout: float) -> list[Message] | None:
        """All messages that wait; None when none came within `timeout` seconds, or none will come."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not self._waiting and not self._ended:
                left = deadline - time.monotonic()
                if left <= 0 or self._woken:
                    self._woken = False
                    return None
                self._changed.wait(min(SLICE, left))
            if not self._waiting:
                return None
            messages, self._waiting = self._waiting, []
            self._held = 0
            self._changed.notify_all()
            return messages

    def stop(self) -> None:
        """The pipeline is being stopped: drop what waits, and what comes but questions, and receive to the very end."""
        self._stopping = True
        self.discard()

    def wake(self) -> None:
        """Have the caller look again."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def discard(self) -> None:
        """Drop what waits and what comes, but keep receiving to the end."""
        with self._changed:
            self._discarding = True
            self._waiting = []
            self._held = 0
            self._changed.notify_all()

    def wait_for_end(self, timeout: float) -> bool:
        """Whether receiving ends within `timeout` seconds; at once where it never began."""
        deadline = time.monotonic() + (timeout if self._thread.is_alive() else 0)
        with self._changed:
            while not self._ended and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(min(SLICE, left))
            return self._ended

    def abandon(self, timeout: float) -> None:
        """Ask the thread to end, and wait for it at most `timeout` seconds."""
        self._abandoned = True
        self.discard()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _work(self) -> None:
        try:
            while not self._abandoned and self._receive():
                pass
        except LyncError as error:
            self._error = self._error or error
        finally:
            self._hand_over()
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _receive(self) -> bool:
        """Receive once; whether there is more to come."""
        with self._changed:
            while self._held > self._limit and not self._discarding:
                self._changed.wait(SLICE)
        received = self._ask()
        messages = [message for chunk in received.chunks for message in self._read(chunk)]
        self._hand_over()
        self._received = messages
        if received.done:
            return False
        if any(_is_final(message) for message in messages):
            with self._changed:
                self.told_end = True
                self._changed.notify_all()
        return not self.told_end or self._stopping

    def _ask(self) -> Received:
        """One answer of the server; where one is lost, the next, for a while."""
        tries, since = 0, self._lease.begin()
        while True:
            while self._is_left() and not self._abandoned:
                self._pause(SLICE)
            sent = self._lease.begin()
            try:
                received = self._transport.receive(self._pipeline_id, timeout=POLL, meanwhile=self._hand_over)
            except (AnswerLost, EndpointUnreachable) as error:
                gone_on = self._lease.begin() - (since if tries else sent)
                if not isinstance(self._transport, Leased) or self._abandoned or gone_on > REPAIR_SECONDS:
                    raise AnswerLost(error.message, error.advice) from error
                since = since if tries else self._lease.begin()
                self._pause(_PAUSES[min(tries, len(_PAUSES) - 1)])
                tries += 1
            except SessionBroken:
                if not self._is_left():
                    raise  # it was not left meanwhile, which ends what is asked as well
            else:
                self._lease.renew(sent)
                return received

    def _pause(self, seconds: float) -> None:
        self._hand_over()
        with self._changed:
            if not self._abandoned:
                self._changed.wait(seconds)

    def _hand_over(self) -> None:
        messages, self._received = self._received, []
        if self._sink is not None:
            messages = self._without_output(messages, self._sink)
        if not messages or self._abandoned:
            return
        with self._changed:
            if self._discarding:
                messages = [message for message in messages if message.type in self._still_wanted()]
            self._waiting += messages
            self._held += _size(messages)
            self._changed.notify_all()

    def _still_wanted(self) -> Collection[MessageType]:
        stopping = (MessageType.PIPELINE_STATE, MessageType.PIPELINE_HOST_CALL)
        return stopping if self._stopping else stopping[:1]

    def _without_output(self, messages: list[Message], sink: Sink) -> list[Message]:
        """The other messages, once the sink has the output. Its error is not that of the request under way."""
        output = [message.data for message in messages if message.type == MessageType.PIPELINE_OUTPUT]
        if output and not self._discarding:
            try:
                sink(output)
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets it
                self._abandoned = self._discarding = True
                with self._changed:
                    self._error = error
                    self._ended = True
                    self._changed.notify_all()
        return [message for message in messages if message.type != MessageType.PIPELINE_OUTPUT]


def _is_final(message: Message) -> bool:
    return message.type == MessageType.PIPELINE_STATE and pipeline_state(message.data) in FINAL_STATES


def _size(messages: list[Message]) -> int:
    return sum(len(message.data) for message in messages)
