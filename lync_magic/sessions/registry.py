"""The registry: every session of this process, their numbers, and what removes them when the process ends.

Rules: a session is here from before its seat is asked for until the server has said that the seat is free. At the end
of the process the sessions close side by side, each by a thread that it had from the start, and that takes at most
`EXIT_SECONDS` in all. It never raises. Nothing here waits for a lock that an interrupted thread may hold.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Final

from lync_magic.psrp import State
from lync_magic.sessions.seats import SeatFile
from lync_magic.sessions.way import Taped

if TYPE_CHECKING:
    from lync_magic.sessions.session import Session

EXIT_SECONDS: Final = 1.5
"""How long the end of the process may be held up, for all sessions together."""
SLICE_SECONDS: Final = 0.02
WRITE_SECONDS: Final = 0.5


class Registry:
    """The sessions of one process. Thread-safe: what changes is replaced as a whole.

    seats: the file that tells other programs of them, or None.
    """

    def __init__(self, seats: SeatFile | None = None) -> None:
        self.seats = seats
        self._sessions: dict[int, Session] = {}
        self._numbers = count(1)
        self.newest = 0
        """The number of the last session that came to be; 0 before the first one."""
        self._removed: dict[int, str] = {}
        self._writing = threading.Lock()
        self.taping: Callable[[], Taped | None] = lambda: None
        """Gives what a session is recorded on, or replayed from, when nobody says otherwise."""
        self.on_add: Callable[[], None] = lambda: None
        """Called before a session asks for its seat."""

    def next_number(self) -> int:
        """A number that no session had before: PowerShell's Id."""
        self.newest = next(self._numbers)
        return self.newest

    def add(self, session: Session) -> None:
        """Hold a session until `discard`, and close it at exit."""
        self._sessions[id(session)] = session
        self.on_add()
        self._write()

    def discard(self, session: Session) -> None:
        """Forget a session that holds no seat."""
        if self._sessions.pop(id(session), None) is not None:
            if session.id:
                self._removed[session.id] = session.name
            self._write()

    def removed(self, word: str) -> str | None:
        """The name of the session that had this name or Id and is no more, or None."""
        folded = word.lower()
        return next((name for number, name in self._removed.items() if folded in (str(number), name.lower())), None)

    def changed(self) -> None:
        """A session is in another state."""
        self._write()

    def alive(self) -> None:
        """A session's server has heard of us."""
        if self.seats is not None:
            self.seats.beat()

    def get(self, number: int) -> Session | None:
        """The session with this Id, or None."""
        return next((session for session in self if session.id == number), None)

    def named(self, word: str) -> Session | None:
        """The session of this name, in any case, or of this number; None where there is none."""
        folded = word.lower()
        by_name = next((session for session in self if session.name.lower() == folded), None)
        number = folded.removeprefix("session")
        return by_name or (self.get(int(number)) if number.isascii() and number.isdecimal() else None)

    def held(self) -> list[Session]:
        """All of them, those that are still being opened too."""
        return list(self._sessions.values())

    def __iter__(self) -> Iterator[Session]:
        """Those that came to be, by number."""
        return iter(sorted((session for session in self.held() if session.id), key=lambda session: session.id))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def forget_all(self) -> None:
        """This is a forked process: every session is the parent's."""
        held, self._sessions = self.held(), {}
        self._writing = threading.Lock()
        if self.seats is not None:
            self.seats.drop()
        for session in held:
            session.drop()

    def close_all_at_exit(self, seconds: float = EXIT_SECONDS) -> None:
        """Close every session, side by side, in at most `seconds`; never raises."""
        held = self.held()
        deadline = time.monotonic() + seconds
        for session in held:
            session.close_at_exit(0)
        while any(session.state is not State.CLOSED for session in held) and time.monotonic() < deadline:
            time.sleep(SLICE_SECONDS)
        if all(session.state is State.CLOSED for session in held):
            self._with_seats(SeatFile.remove)

    def _write(self) -> None:
        self._with_seats(
            lambda file: file.write(seat for session in self.held() for seat in session.seats(file.known_as))
        )

    def _with_seats(self, act: Callable[[SeatFile], None]) -> None:
        """Do this to the file; one thread at a time, and not at all where another takes too long."""
        if self.seats is None or not self._writing.acquire(timeout=WRITE_SECONDS):
            return
        try:
            act(self.seats)
        finally:
            self._writing.release()


registry: Final = Registry(SeatFile())
"""The one of this process."""
