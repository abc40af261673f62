"""The registry: every session of this process, their numbers, and what removes them when the process ends.

Rules: a session is here from before its seat is asked for until the server has said that the seat is free. At the end
of the process the sessions close side by side, each by a thread that it had from the start, and that takes at most
`EXIT_SECONDS` in all. It never raises. Nothing here waits for a lock that an interrupted thread may hold.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Final

from lync_magic.psrp import State

if TYPE_CHECKING:
    from lync_magic.sessions.session import Session

EXIT_SECONDS: Final = 1.5
"""How long the end of the process may be held up, for all sessions together."""
SLICE_SECONDS: Final = 0.02


class Registry:
    """The sessions of one process. Thread-safe: what changes is replaced as a whole.

    on_change: is called when a session comes, goes or changes; on_beat: now and then while one lives.
    """

    def __init__(self) -> None:
        self._sessions: dict[int, Session] = {}
        self._numbers = count(1)
        self.on_first: Callable[[], None] = lambda: None
        """Called before the first session asks for its seat."""
        self.on_change: Callable[[], None] = lambda: None
        self.on_beat: Callable[[], None] = lambda: None

    def next_number(self) -> int:
        """A number that no session had before: PowerShell's Id."""
        return next(self._numbers)

    def add(self, session: Session) -> None:
        """Hold a session until `discard`, and close it at exit."""
        self._sessions[id(session)] = session
        self.on_first()
        self.on_change()

    def discard(self, session: Session) -> None:
        """Forget a session that holds no seat."""
        if self._sessions.pop(id(session), None) is not None:
            self.on_change()

    def changed(self, _session: Session) -> None:
        """A session is in another state."""
        self.on_change()

    def alive(self) -> None:
        """A session's server has heard of us."""
        self.on_beat()

    def get(self, number: int) -> Session | None:
        """The session with this Id, or None."""
        return next((session for session in self if session.id == number), None)

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


registry: Final = Registry()
"""The one of this process."""
