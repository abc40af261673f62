"""Hears the shell itself: what it says beside its pipelines, its end, and, by asking again and again, its lease.

Rules of this file: one thread a pool, which alone receives for the shell once the pool is open. Where listening costs
requests it begins when the server has not heard of us for a beat, or when something is awaited; then a Receive is
always under way (as Microsoft's client has one), and each is the heartbeat that keeps the shell alive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from lync_magic.errors import AnswerLost, EndpointUnreachable, LyncError, SessionBroken, SessionClosed
from lync_magic.psrp.lease import Lease
from lync_magic.psrp.wire import Message
from lync_magic.transports import Transport

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 5.0
"""Seconds between two tries to reach a server that was lost."""


class Listener:
    """read: makes messages of what comes.  take: is given each.  lost: is told once why nothing more will come.

    beat: is called after each answer.  at_once: listening costs nothing here, so begin with the thread.
    """

    def __init__(
        self,
        transport: Transport,
        lease: Lease,
        read: Callable[[bytes], list[Message]],
        *,
        take: Callable[[Message], None],
        lost: Callable[[LyncError], None],
        beat: Callable[[], None],
        at_once: bool,
    ) -> None:
        self._transport = transport
        self._lease = lease
        self._read = read
        self._take = take
        self._lost = lost
        self._beat = beat
        self._awaited = threading.Event()
        self._over = threading.Event()
        self._paused = threading.Event()
        if at_once:
            self._awaited.set()
        self._thread = threading.Thread(target=self._work, name="lync_magic listener", daemon=True)

    def start(self) -> None:
        """Be there. Once."""
        self._thread.start()

    def begin(self) -> None:
        """Something is awaited: listen from now on."""
        self._awaited.set()

    def end(self) -> None:
        """Ask for nothing more. What is under way is not waited for."""
        self._over.set()
        self._awaited.set()

    def pause(self, pausing: bool) -> None:
        """Ask for nothing while the shell is left."""
        (self._paused.set if pausing else self._paused.clear)()

    def _work(self) -> None:
        self._wait_for_a_beat()
        try:
            while not self._over.is_set():
                if self._paused.is_set():
                    self._over.wait(FIRST_PAUSE)
                else:
                    self._listen()
                    self._beat()
        except SessionClosed:
            pass  # it was closed on this side
        except LyncError as error:
            if not self._over.is_set():
                self._lost(error)

    def _wait_for_a_beat(self) -> None:
        while not self._awaited.wait(max(0.0, self._lease.beat - self._lease.silence)):
            if self._lease.silence >= self._lease.beat:
                return

    def _listen(self) -> None:
        pause = FIRST_PAUSE
        while not self._over.is_set():
            if self._lease.over:
                raise SessionBroken(
                    f"Nothing was heard of {self._transport.computer_name} for {self._lease.silence:.0f} seconds.",
                    "Connect again.",
                )
            sent = self._lease.begin()
            try:
                received = self._transport.receive(timeout=self._lease.beat)
            except (AnswerLost, EndpointUnreachable) as error:
                if self._lease.seconds is None or self._paused.is_set():
                    raise SessionBroken(error.message, error.advice) from error
                self._over.wait(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
                continue
            self._lease.renew(sent)
            for chunk in received.chunks:
                for message in self._read(chunk):
                    self._take(message)
            if received.done:
                raise SessionBroken(f"{self._transport.computer_name} closed the session.", "Connect again.")
            return
