"""Workers: code that works for one tenant among several, and must not reach another's session.

Rule of this file: while a worker runs, only its own session sends; whoever else is asked in the same context refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from lync_magic.errors import SessionError

_own: ContextVar[str | None] = ContextVar("lync_magic worker", default=None)
ADVICE: Final = "A function that is fanned out gets its session as its argument: lambda lync: lync.Get_CsTenant()"


@contextmanager
def working(session: str) -> Iterator[None]:
    """Within the block only the session with this name may send."""
    token = _own.set(session)
    try:
        yield
    finally:
        _own.reset(token)


def need_own(session: str) -> None:
    """Raise SessionError where another session's worker asks."""
    own = _own.get()
    if own is not None and own != session:
        raise SessionError(f"A worker of {own} asked {session}, which is another one's; nothing was sent.", ADVICE)
