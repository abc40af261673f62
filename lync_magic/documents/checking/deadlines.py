"""How long one command of a document may take."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator


class TimedOut(Exception):
    """A step did not end in time."""


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Interrupt what runs here after so many seconds. Raises TimedOut; elsewhere than in the main thread it waits."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    late = threading.Event()
    try:
        with _alarm(seconds, late.set) if sys.platform != "win32" else _timer(seconds, late.set):
            yield
    except KeyboardInterrupt:
        if late.is_set():
            raise TimedOut from None
        raise


if sys.platform != "win32":

    @contextlib.contextmanager
    def _alarm(seconds: float, tell: Callable[[], None]) -> Iterator[None]:
        """By a signal, which also ends a regular expression that never comes to an end: no other thread runs then."""

        def ring(_number: int, _frame: object) -> None:
            tell()
            raise KeyboardInterrupt

        began = time.monotonic()
        before = signal.signal(signal.SIGALRM, ring)
        left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if left:  # another's alarm (that of a test) goes on
                signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 0.001), interval)


@contextlib.contextmanager
def _timer(seconds: float, tell: Callable[[], None]) -> Iterator[None]:
    def interrupt() -> None:
        tell()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
