"""Several sessions that are opened at the same time, and given out one after the other.

Rules: each is opened on a daemon thread, at most so many at once; what is said of one is reported where it is given
out, in the caller's thread. A session that nobody takes any more (the caller was interrupted, or wants no more) is
closed as soon as it is there.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Generic, TypeVar

from lync_magic.errors import LyncError
from lync_magic.psrp import Event, Report
from lync_magic.sessions.session import Session

AT_ONCE: Final = 32
"""How many are opened at once where nobody says so, as PowerShell has it."""
SLICE_SECONDS: Final = 0.1
"""How long a wait lasts before it looks again, so that an interrupt is seen soon."""

T = TypeVar("T")
Open = Callable[[T, Report], Session]


def open_several(
    targets: Sequence[T], open_one: Open[T], report: Report, at_once: int = AT_ONCE
) -> Iterator[Session | LyncError]:
    """A session for each target, in their order, or the error that it ended with. open_one: for any thread."""
    opening = _Opening(targets, open_one)
    for _ in range(min(max(1, at_once), len(targets))):
        threading.Thread(target=opening.work, name="lync_magic opening", daemon=True).start()
    try:
        for one in opening.tries:
            while not one.done.wait(SLICE_SECONDS):
                continue
            for event in one.events:
                report(event)
            if one.error is not None and not isinstance(one.error, LyncError):
                raise one.error
            session = one.take()
            yield session if session is not None else one.error or LyncError("It was not opened.")
    finally:
        opening.give_up()


class _Try(Generic[T]):
    """One session that is to be opened. events: what was said of it."""

    def __init__(self, target: T) -> None:
        self.target = target
        self.events: list[Event] = []
        self.done = threading.Event()
        self.session: Session | None = None
        self.error: BaseException | None = None

    def take(self) -> Session | None:
        """The session, which is the caller's from here on."""
        session, self.session = self.session, None
        return session


class _Opening(Generic[T]):
    """What is still to be opened, and what is open and not taken yet."""

    def __init__(self, targets: Sequence[T], open_one: Open[T]) -> None:
        self.tries = [_Try(target) for target in targets]
        self._waiting = deque(self.tries)
        self._open = open_one
        self._given_up = False
        self._lock = threading.Lock()

    def work(self) -> None:
        """Open one after the other until none is left. In a thread of its own."""
        while True:
            with self._lock:
                if self._given_up or not self._waiting:
                    return
                one = self._waiting.popleft()
            try:
                session = self._open(one.target, one.events.append)
            except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for the session
                one.error = error
            else:
                with self._lock:
                    nobody_waits = self._given_up
                    one.session = None if nobody_waits else session
                if nobody_waits:
                    session.close()
            one.done.set()

    def give_up(self) -> None:
        """Nobody takes what is not taken yet."""
        with self._lock:
            self._given_up = True
        for one in self.tries:
            session = one.take()
            if session is not None:
                session.close(0)
