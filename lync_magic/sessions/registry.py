"""The registry: every session of this process, their numbers, and the hook that removes them when Python ends.

Rules: a session is here from the moment it holds a seat until the seat is given back. At exit no thread can be
started any more, so each session brings a `Closer`, a thread that was started with it and waits; the hook wakes them
all, so that they close side by side, and waits for at most `EXIT_SECONDS` in all. It never raises.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lync_magic.sessions.session import Session

EXIT_SECONDS: Final = 1.5
"""How long the end of the process may be held up, for all sessions together."""


class Closer:
    """A parked daemon thread that closes one session when the process ends."""

    def __init__(self, close: Callable[[float], None], name: str) -> None:
        self._close = close
        self._wake = threading.Event()
        self._seconds: float | None = None
        self._thread = threading.Thread(target=self._wait, name=f"lync_magic closer of {name}", daemon=True)
        self._thread.start()

    def start(self, seconds: float) -> None:
        """Begin to close, in at most `seconds`."""
        self._seconds = seconds
        self._wake.set()

    def dismiss(self) -> None:
        """The session is closed already: let the thread end."""
        self._wake.set()

    def join(self, seconds: float) -> None:
        """Wait for the end of it, at most `seconds`."""
        self._thread.join(seconds)

    def _wait(self) -> None:
        self._wake.wait()
        if self._seconds is not None:
            self._close(self._seconds)


class Registry:
    """The sessions of one process, by number. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[int, Session] = {}
        self._closers: dict[int, Closer] = {}
        self._last_number = 0
        self._hooked = False

    def next_number(self) -> int:
        """A number that no session had before: PowerShell's Id."""
        with self._lock:
            self._last_number += 1
            return self._last_number

    def add(self, session: Session) -> None:
        """Hold a session until `discard`, and close it at exit."""
        closer = Closer(session.close_at_exit, session.name)
        with self._lock:
            self._sessions[session.id] = session
            self._closers[session.id] = closer
            if not self._hooked:
                atexit.register(self.close_all_at_exit)
                self._hooked = True

    def discard(self, session: Session) -> None:
        """Forget a session whose seat is given back."""
        with self._lock:
            self._sessions.pop(session.id, None)
            closer = self._closers.pop(session.id, None)
        if closer is not None:
            closer.dismiss()

    def get(self, number: int) -> Session | None:
        """The session with this Id, or None."""
        with self._lock:
            return self._sessions.get(number)

    def __iter__(self) -> Iterator[Session]:
        with self._lock:
            held = list(self._sessions.values())
        return iter(sorted(held, key=lambda session: session.id))

    def __len__(self) -> int:
        with self._lock:
            return len(self._sessions)

    def close_all_at_exit(self) -> None:
        """Close every session, side by side, in at most `EXIT_SECONDS`; never raises."""
        with self._lock:
            closers = list(self._closers.values())
        deadline = time.monotonic() + EXIT_SECONDS
        for closer in closers:
            closer.start(EXIT_SECONDS)
        for closer in closers:
            closer.join(max(0.0, deadline - time.monotonic()))


registry: Final = Registry()
"""The one of this process."""
