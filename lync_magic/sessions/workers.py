"""Workers: code that works for one tenant among several, and must not reach another's session.

Rules of this file: while a worker runs, only its own session sends; whoever else is asked in the same context refuses.
Once its work was stopped, nothing more is sent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from lync_magic.errors import SessionError

_own: ContextVar[tuple[str, threading.Event] | None] = ContextVar("lync_magic worker", default=None)
ADVICE: Final = "A function that is fanned out gets its session as its argument: lambda lync: lync.Get_CsTenant()"


@contextmanager
def working(session: str, stopped: threading.Event) -> Iterator[None]:
    """Within the block only the session with this name may send, and not even it once the work is stopped."""
    token = _own.set((session, stopped))
    try:
        yield
    finally:
        _own.reset(token)


def need_own(session: str) -> None:
    """Raise SessionError where another session's worker asks, or one whose work was stopped."""
    own, stopped = _own.get() or (session, None)
    if own != session:
        raise SessionError(f"A worker of {own} asked {session}, which is another one's; nothing was sent.", ADVICE)
    if stopped is not None and stopped.is_set():
        raise SessionError("The work was stopped; nothing more was sent.")
