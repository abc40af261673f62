"""Interrupts that Python loses: what comes in a finalizer, or in the callback of a weak reference, is dropped there.

Rule of this file: the handler that was there does what it did; it is only noticed that it was called.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Interrupts:
    """Notices the interrupts of this process while something runs in its main thread. A context manager."""

    def __init__(self) -> None:
        self._before = signal.getsignal(signal.SIGINT)
        self._notices = callable(self._before) and threading.current_thread() is threading.main_thread()
        self._came = False

    def __enter__(self) -> Interrupts:
        if self._notices:
            signal.signal(signal.SIGINT, self._take)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._notices:
            signal.signal(signal.SIGINT, self._before)

    def raise_lost(self) -> None:
        """Raise KeyboardInterrupt where one came and did not end what runs. For who runs it, between two steps."""
        if self._came:
            self._came = False
            raise KeyboardInterrupt

    def _take(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        if callable(self._before):
            self._before(number, frame)
