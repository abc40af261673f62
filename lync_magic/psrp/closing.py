"""Removing a shell, however often it takes: its seat is ours until the server has said that it is free.

Rules of this file: it is carried out by the pool's hand, after what is being sent; who asks for it waits as long as
they like. What failed is tried again, by itself, until the server has surely given the shell up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from lync_magic.errors import LyncError, OperationTimedOut
from lync_magic.psrp.hand import SLICE, Hand
from lync_magic.psrp.lease import Lease
from lync_magic.transports import Transport

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 15.0
"""Seconds between two tries."""
TRY_SECONDS: Final = 5.0
"""How long one try by itself may take."""


class Closing:
    """closed: is called once the seat is free, in the hand's thread."""

    def __init__(self, transport: Transport, hand: Hand, lease: Lease, closed: Callable[[], None]) -> None:
        self._transport = transport
        self._hand = hand
        self._lease = lease
        self._closed = closed
        self._changed = threading.Condition()
        self._posted = False
        self._asked = 0
        """How many tries were asked for, and how many were made."""
        self._made = 0
        self._seconds = TRY_SECONDS
        self._over = False
        self._forgone = False
        self._error: LyncError | None = None

    def attempt(self, timeout: float) -> None:
        """Try now, and wait for it at most `timeout` seconds. Raises why it failed; it is tried again by itself."""
        with self._changed:
            if self._over:
                return
            self._asked += 1
            mine = self._asked
            self._seconds = timeout or TRY_SECONDS
            if not self._posted:
                self._hand.post(self._work)
                self._posted = True  # not before: an interrupt in between has it posted twice, and never not at all
            self._changed.notify_all()
        left = timeout
        while left > 0:
            with self._changed:
                if self._over:
                    return
                if self._made >= mine:
                    break
                self._changed.wait(min(SLICE, left))
            left -= SLICE
        if timeout and not self._over and not self._lease.over:
            name = self._transport.computer_name
            raise self._error or OperationTimedOut(
                f"{name} has not said within {timeout:g} seconds that the session is removed.",
                f"It is tried again by itself; the seat is free in {self._lease.left:.0f} s at the latest.",
            )

    def forgo(self) -> None:
        """Try no more: the server does not take us, and frees the seat by its own rule."""
        self._forgone = True
        self.attempt(TRY_SECONDS)

    def _work(self) -> None:
        """In the hand's thread, until the seat is free."""
        if self._over:
            return
        pause = FIRST_PAUSE
        while not self._try():
            with self._changed:
                if self._made >= self._asked:
                    self._changed.wait(min(pause, max(SLICE, self._lease.left)))
            pause = min(LONGEST_PAUSE, pause * 2)
        self._closed()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _try(self) -> bool:
        """Try once; whether the seat is free."""
        with self._changed:
            asked, seconds = self._asked, self._seconds
            self._seconds = TRY_SECONDS
        error: LyncError | None = None
        if (
            self._forgone or self._lease.left <= 0
        ):  # the server has removed it by its own rule; there is nobody to talk to
            self._transport.drop()
        else:
            try:
                self._transport.close(timeout=seconds)
            except LyncError as failure:
                error = failure
        if error is None:
            return True  # who waits is told when all is over, not when this try is
        with self._changed:
            self._made = asked
            self._error = error
            self._changed.notify_all()
        return False
