"""What waits to be received: one queue for a shell and one for each of its commands.

Rules of this file: engines put bytes in from their threads; the event loop takes them out, so many as fit one answer.
A taker that finds bytes waits for more as long as they keep coming, but not for long, so that a short pipeline is one
answer: its output, its state, its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

ROOM: Final = 4 * 1024 * 1024
"""How many bytes may wait before the engine has to."""
GRACE: Final = 0.012
"""How long, in seconds, an answer that is not complete waits for more after the last bytes that came."""
LONGEST_GRACE: Final = 0.1
"""How long it waits in all, while more keeps coming."""
_NEVER: Final = 1 << 62
"""More bytes than ever come: a taker that was woken once need not be woken again before it looks."""
STOP_POLL: Final = 0.2
"""How often, in seconds, an engine that waits for room looks whether it was stopped."""


class Taken(NamedTuple):
    """Chunks in order, and whether the sender has ended and everything was taken."""

    chunks: list[bytes]
    finished: bool


class Interrupted(Exception):
    """The wait was ended from outside: `reason` says by what."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _Waiter:
    """Who waits now: how to wake it, and why it was interrupted, if it was."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.reason: Exception | None = None
        self.wanted = 1


class OutputQueue:
    """Bytes from an engine's thread to the event loop.

    grace: how long an incomplete answer waits for more, in seconds.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, grace: float = GRACE) -> None:
        self._loop = loop
        self._grace = grace
        self._lock = threading.Condition()
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._finished = False
        self._urgent = False
        self._waiter: _Waiter | None = None
        self._emptied = asyncio.Event()
        self._end_taken = False

    @property
    def _is_complete(self) -> bool:
        """Whether nothing more is worth waiting for."""
        return self._finished or self._urgent

    @property
    def size(self) -> int:
        """How many bytes wait to be taken."""
        return self._size

    def put(self, data: bytes, urgent: bool = False) -> None:
        """From any thread: more bytes. urgent: whoever takes should not wait for more."""
        with self._lock:
            self._chunks.append(data)
            self._size += len(data)
            self._urgent = self._urgent or urgent
            self._notify()

    def finish(self) -> None:
        """From any thread: nothing more comes."""
        with self._lock:
            self._finished = True
            self._notify()

    def wait_for_room(self, stopped: Callable[[], bool]) -> None:
        """Block while too much waits, until it was taken or `stopped` says so."""
        with self._lock:
            while self._size > ROOM and not self._finished and not stopped():
                self._lock.wait(STOP_POLL)

    async def all_taken(self, *, finished: bool = False) -> None:
        """On the loop: until nothing waits to be taken, and with `finished`, until the end was taken too."""
        while True:
            with self._lock:
                if not self._chunks and (self._end_taken or not finished):
                    return
                self._emptied.clear()
            await self._emptied.wait()

    def interrupt(self, reason: Exception) -> None:
        """On the loop: whoever waits now gets `Interrupted`."""
        if self._waiter is not None:
            self._waiter.reason = reason
            self._waiter.wake.set()

    async def take(self, limit: int, timeout: float) -> Taken:
        """On the loop: up to `limit` bytes (at least one chunk), waiting at most `timeout` seconds for the first.

        Empty and not finished when the time passed in silence. Raises `Interrupted`. A second taker interrupts the
        first.
        """
        self.interrupt(ConnectionAbortedError())
        waiter = self._waiter = _Waiter()
        try:
            if await self._wait(waiter, 1, timeout) and self._grace:
                until = self._loop.time() + LONGEST_GRACE
                while self._size < limit and self._loop.time() < until:
                    if not await self._wait(waiter, min(limit, self._size + 1), self._grace) or self._is_complete:
                        break
            return self._take(limit)
        finally:
            if self._waiter is waiter:
                self._waiter = None

    async def _wait(self, waiter: _Waiter, wanted: int, timeout: float) -> bool:
        """Until `wanted` bytes are there, the sender ended, or it asks for an answer. False when the time passed."""
        deadline = self._loop.time() + timeout
        while True:
            if waiter.reason is not None:
                raise Interrupted(waiter.reason)
            with self._lock:
                if self._size >= wanted or self._is_complete:
                    return True
                waiter.wanted = wanted
                waiter.wake.clear()
            try:
                await asyncio.wait_for(waiter.wake.wait(), deadline - self._loop.time())
            except (asyncio.TimeoutError, TimeoutError):
                return False

    def _take(self, limit: int) -> Taken:
        with self._lock:
            chunks: list[bytes] = []
            while self._chunks and (not chunks or len(self._chunks[0]) <= limit):
                chunk = self._chunks.popleft()
                chunks.append(chunk)
                limit -= len(chunk)
                self._size -= len(chunk)
            if not self._chunks:
                self._urgent = False
                self._end_taken = self._finished
                self._emptied.set()
            # Engines wake when the answer is made, not before: they would work on while the client waits for it.
            self._loop.call_soon(self._tell_of_room)
            return Taken(chunks, self._finished and not self._chunks)

    def _tell_of_room(self) -> None:
        with self._lock:
            self._lock.notify_all()

    def _notify(self) -> None:
        """Wake a taker when there is what it waits for. Called with the lock held."""
        waiter = self._waiter
        if waiter is None or waiter.wake.is_set():
            return
        if self._size >= waiter.wanted or self._finished or self._urgent:
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
                self._loop.call_soon_threadsafe(waiter.wake.set)
            waiter.wanted = _NEVER
