"""How long one command of a document may take."""

from __future__ import annotations

import _thread
import contextlib
import threading
from collections.abc import Iterator


class TimedOut(Exception):
    """A step did not end in time."""


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Interrupt what runs here after so many seconds. Raises TimedOut; elsewhere than in the main thread it waits."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    late = threading.Event()

    def interrupt() -> None:
        late.set()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if late.is_set():
            raise TimedOut from None
        raise
    finally:
        timer.cancel()
