"""The messages of a pool itself: those that open it, and what comes for it beside its pipelines.

Rules of this file: what opens the pool is sent and read in the hand's thread, and later messages are taken in the
listener's; an answer goes out by the hand. What cannot be read is told of and left out, but for the two that are waited
for: the pool's state and its key.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Final

from lync_magic.errors import OperationTimedOut, SessionBroken
from lync_magic.psrp.arrivals import Arrivals
from lync_magic.psrp.core import Core, Unreadable
from lync_magic.psrp.hand import Hand
from lync_magic.psrp.hostcalls import HostCalls
from lync_magic.psrp.pump import POLL
from lync_magic.psrp.reading import read
from lync_magic.psrp.said import HostCall, KeyArrived, KeyAsked, PoolEnded, PoolOpened
from lync_magic.psrp.state import Life, State
from lync_magic.psrp.tap import Tap
from lync_magic.psrp.wire import FragmentWriter, Message, MessageType
from lync_magic.transports import Growing, Stream, Transport

_LARGE_MESSAGES_SINCE: Final = (2, 2)
"""The protocol version whose servers take large messages (MS-PSRP 2.2.3)."""


class OwnMessages:
    """Of one pool. life: its state, which the server's words change.  operation_timeout: seconds for one answer."""

    host_calls: HostCalls
    """Carries out what the server asks of the person's screen; set by the pool."""

    def __init__(
        self,
        transport: Transport,
        core: Core,
        writer: FragmentWriter,
        arrivals: Arrivals,
        hand: Hand,
        life: Life[State],
        operation_timeout: float,
        tap: Tap | None = None,
    ) -> None:
        self.has_key = threading.Event()
        self.key_is_unreadable = False
        self._transport = transport
        self._core = core
        self._writer = writer
        self._arrivals = arrivals
        self._hand = hand
        self._life = life
        self._operation_timeout = operation_timeout
        self._tap = tap

    def create(self, deadline: float) -> None:
        """Make the shell with the messages that open the pool, until `deadline` (of `time.monotonic`)."""
        size = self._transport.fragment_size
        pieces = [b""]
        for message in self._core.open():
            for fragment in self._writer.write(message, size):
                if pieces[-1] and len(pieces[-1]) + len(fragment) > size:
                    pieces.append(b"")
                pieces[-1] += fragment
        self._transport.open(self._core.pool_id, pieces[0], timeout=_left(deadline))
        for piece in pieces[1:]:
            self._transport.send(piece, timeout=_left(deadline))

    def _send_all(self, messages: Iterable[Message], deadline: float, stream: Stream = Stream.INPUT) -> None:
        for message in messages:
            for fragment in self._writer.write(message, self._transport.fragment_size):
                self._transport.send(fragment, None, stream, timeout=_left(deadline))

    def read(self, deadline: float) -> None:
        """Receive once while the pool is being opened."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise OperationTimedOut(f"{self._transport.computer_name} did not open a session in time.", "Try again.")
        received = self._transport.receive(timeout=min(POLL, left))
        for chunk in received.chunks:
            messages = self.messages(chunk)
            if self._tap is not None:
                self._tap.pool(messages)
            for message in messages:
                self.take(message)
        if received.done and self._life.state is State.OPENING:
            raise SessionBroken(f"{self._transport.computer_name} closed the session.", "Connect again.")

    def messages(self, chunk: bytes) -> list[Message]:
        """The messages that bytes for the shell itself complete."""
        return self._arrivals.feed(None, chunk)

    def take(self, message: Message) -> None:
        """One message of the pool: in the hand's thread while it is opened, then in the listener's."""
        try:
            said = read(self._core, message)
        except Unreadable as why:
            self._take_unreadable(message, str(why))
            return
        if isinstance(said, PoolOpened) and self._life.state is State.OPENING:
            if isinstance(self._transport, Growing) and self._core.protocol_numbers >= _LARGE_MESSAGES_SINCE:
                self._transport.allow_large_messages()
            self._life.try_to(State.OPENED)
        elif isinstance(said, PoolEnded):
            text = f"{self._transport.computer_name} ended the session"
            from lync_magic.transports import named_error

            named = named_error(said.reason)
            if named is not None:
                raise named
            raise SessionBroken(f"{text}: {said.reason}" if said.reason else f"{text}.", "Connect again.")
        elif isinstance(said, KeyArrived):
            self.has_key.set()
        elif isinstance(said, KeyAsked):
            self._send_later(self._core.request_key())
        elif isinstance(said, HostCall):
            self._answer(said)

    def _take_unreadable(self, message: Message, why: str) -> None:
        if message.type == MessageType.RUNSPACEPOOL_STATE:
            text = f"What {self._transport.computer_name} says of the session cannot be read: {why}."
            raise SessionBroken(text, "Connect again.")
        if message.type == MessageType.ENCRYPTED_SESSION_KEY:
            self.key_is_unreadable = True
        self.host_calls.unreadable(message, why)

    def _answer(self, call: HostCall) -> None:
        answer = self.host_calls.take(call)
        if answer is None:
            return
        message = Message(MessageType.RUNSPACEPOOL_HOST_RESPONSE, None, answer.data)
        self._send_later([message], Stream.PROMPT_RESPONSE)
        if answer.refused is not None and self._life.state is State.OPENING:
            raise answer.refused

    def _send_later(self, messages: Iterable[Message], stream: Stream = Stream.INPUT) -> None:
        self._hand.begin(lambda: self._send_all(messages, time.monotonic() + self._operation_timeout, stream))

    def ask_for_key(self, deadline: float) -> None:
        """Ask for a session key; `has_key` tells when it has come."""
        self._send_all(self._core.request_key(), deadline)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
