"""Input on its way to a pipeline: values are made in the caller's thread and sent by the pool's hand.

Rules of this file: an iterator is advanced, and its values are encoded, by who calls `step`, so that a generator runs
where it was written for and an interrupt breaks it. What is there goes together and at once: while one piece is sent
the next one fills, and no value waits for another that may never come. Only where all values are at hand anyway
(`whole`) a piece waits until it is full. Nothing here waits.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final

WAITING: Final = 1024 * 1024
"""Bytes that may wait to be sent before no more values are asked for."""


def nothing() -> None:
    """What happens where nobody waits for room."""


class Feeder:
    """Sends values to one pipeline.

    encode: a value as fragments, each no larger than `size`.  end: the fragments that say that no more will come.
    post: has something done by the thread that sends.  send: sends one piece of at most `size` bytes, in that thread.
    whole: all values are at hand.  has_room: called by that thread when more values are wanted again.
    """

    def __init__(
        self,
        values: Iterable[object],
        encode: Callable[[object], Iterable[bytes]],
        end: Iterable[bytes],
        post: Callable[[Callable[[], None]], object],
        send: Callable[[bytes], None],
        size: int,
        *,
        whole: bool = False,
        has_room: Callable[[], None] = nothing,
    ) -> None:
        self._values: Iterator[object] | None = iter(values)
        self._encode = encode
        self._end = end
        self._post = post
        self._send = send
        self._size = size
        self._whole = whole
        self._has_room = has_room
        self._lock = threading.Lock()
        self._waiting: deque[bytes] = deque()
        self._held = 0
        self._sending = False
        self._error: Exception | None = None

    @property
    def wants(self) -> bool:
        """Whether `step` would take a value now."""
        return self._values is not None and self._held < WAITING

    @property
    def error(self) -> Exception | None:
        """What sending failed with; nothing more is sent then."""
        return self._error

    def step(self) -> None:
        """Take the next value, however long that takes, and have it sent. Raises what the values raise.

        Raises TypeError for a value that has no form in PowerShell, and what sending failed with before.
        """
        if self._error is not None:
            raise self._error
        if self._values is None:
            return
        for value in self._values:
            self._put(self._encode(value))
            return
        self._values = None
        self._put(self._end)

    def stop(self) -> None:
        """Send nothing more than what is being sent."""
        with self._lock:
            self._values = None
            self._waiting.clear()
            self._held = 0

    def _put(self, fragments: Iterable[bytes]) -> None:
        new = list(fragments)
        with self._lock:
            self._waiting.extend(new)
            self._held += sum(map(len, new))
            if self._sending or not self._is_due():
                return
            self._sending = True
        self._post(self._work)

    def _work(self) -> None:
        while piece := self._next_piece():
            try:
                self._send(piece)
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets it
                self._error = error
                self.stop()
                self._has_room()
                return

    def _next_piece(self) -> bytes:
        """What goes next, as much as a piece may hold; empty where nothing is due."""
        with self._lock:
            if not self._is_due():
                self._sending = False
                return b""
            parts = [self._waiting.popleft()]
            size = len(parts[0])
            while self._waiting and size + len(self._waiting[0]) <= self._size:
                size += len(self._waiting[0])
                parts.append(self._waiting.popleft())
            was_full = self._held >= WAITING
            self._held -= size
        if was_full and self._held < WAITING:
            self._has_room()
        return b"".join(parts)

    def _is_due(self) -> bool:
        if not self._waiting:
            return False
        return self._values is None or self._held >= self._size or not self._whole
