"""Input on its way to a pipeline: values are made in the caller's thread and sent by another one.

Rules of this file: an iterator is advanced, and its values are encoded, by who calls `step`, so that a generator runs
where it was written for and an interrupt breaks it. What is there goes together and at once: while one piece is sent
the next one fills, and no value waits for another that may never come. Only where all values are at hand anyway
(`whole`) a piece waits until it is full. Nothing here waits without a limit of time.
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
    send: sends one piece of at most `size` bytes, by the feeder's own thread.  whole: all values are at hand.
    has_room: called by that thread when more values are wanted again.
    """

    def __init__(
        self,
        values: Iterable[object],
        encode: Callable[[object], Iterable[bytes]],
        end: Iterable[bytes],
        send: Callable[[bytes], None],
        size: int,
        *,
        whole: bool = False,
        has_room: Callable[[], None] = nothing,
    ) -> None:
        self._values: Iterator[object] | None = iter(values)
        self._encode = encode
        self._end = end
        self._send = send
        self._size = size
        self._whole = whole
        self._has_room = has_room
        self._changed = threading.Condition()
        self._waiting: deque[bytes] = deque()
        self._held = 0
        self._stopped = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="lync_magic input", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

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
            self._values = None
            raise self._error
        if self._values is None:
            return
        for value in self._values:
            self._put(self._encode(value))
            return
        self._values = None
        self._put(self._end)

    def stop(self, timeout: float) -> bool:
        """Send nothing more; whether nothing is being sent any more within `timeout` seconds."""
        with self._changed:
            self._values = None
            self._stopped = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _put(self, fragments: Iterable[bytes]) -> None:
        new = list(fragments)
        with self._changed:
            self._waiting.extend(new)
            self._held += sum(map(len, new))
            self._changed.notify_all()

    def _work(self) -> None:
        while piece := self._next_piece():
            try:
                self._send(piece)
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets it
                self._error = error
                self._has_room()
                return

    def _next_piece(self) -> bytes:
        """What goes next, as much as a piece may hold; empty where nothing will."""
        with self._changed:
            while not self._stopped and not self._is_due():
                self._changed.wait()
            if self._stopped or not self._waiting:
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
        if self._values is None:
            return True
        return self._held >= self._size if self._whole else bool(self._waiting)
