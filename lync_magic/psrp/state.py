"""The states of a session, of its runspace pool and of each command, and what may follow what: the tables that decide.

Rules of this file: nobody else compares states to find out whether something may be done, and nobody sets one but by
`Life.go` and `Life.try_to`. Names are PowerShell's (RunspaceState, as a session's table shows it); those of commands
are ours.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from lync_magic.errors import SessionBroken, SessionClosed, SessionError


class State(Enum):
    """Where a session, or the runspace pool beneath it, is in its life (MS-PSRP 3.1.1.2)."""

    BEFORE_OPEN = "BeforeOpen"
    OPENING = "Opening"
    OPENED = "Opened"
    DISCONNECTED = "Disconnected"
    """Nothing is held on this side: left for a while, or ended when it was idle. It can be taken up again."""
    BROKEN = "Broken"
    """The shell is gone, or nobody knows."""
    CLOSING = "Closing"
    """It is being removed; its seat is ours until the server has said that it is free."""
    CLOSED = "Closed"


class CommandState(Enum):
    """How far one command has come, as far as the server is concerned."""

    PREPARED = "Prepared"
    """No byte of it has left."""
    SENT = "Sent"
    """It has left; the server has not said that it has it."""
    RUNNING = "Running"
    """The server has it."""
    DONE = "Done"
    """The server has said how it ended: completed, or stopped."""
    FAILED = "Failed"
    """The server refused it, or said that it failed; or it never left."""
    IN_DOUBT = "InDoubt"
    """It left, and what became of it cannot be known."""


FOLLOWS: Final = MappingProxyType(
    {
        State.BEFORE_OPEN: frozenset({State.OPENING, State.CLOSED}),
        State.OPENING: frozenset({State.OPENED, State.BROKEN, State.CLOSING}),
        State.OPENED: frozenset({State.DISCONNECTED, State.BROKEN, State.CLOSING}),
        State.DISCONNECTED: frozenset({State.OPENING, State.OPENED, State.BROKEN, State.CLOSING}),
        State.BROKEN: frozenset({State.OPENING, State.CLOSING}),
        State.CLOSING: frozenset({State.CLOSED}),
        State.CLOSED: frozenset[State](),
    }
)
"""A session's state to the states that may come next."""

COMMAND_FOLLOWS: Final = MappingProxyType(
    {
        CommandState.PREPARED: frozenset({CommandState.SENT, CommandState.FAILED}),
        CommandState.SENT: frozenset({CommandState.RUNNING, CommandState.FAILED, CommandState.IN_DOUBT}),
        CommandState.RUNNING: frozenset({CommandState.DONE, CommandState.FAILED, CommandState.IN_DOUBT}),
        CommandState.DONE: frozenset[CommandState](),
        CommandState.FAILED: frozenset[CommandState](),
        CommandState.IN_DOUBT: frozenset[CommandState](),
    }
)
"""A command's state to the states that may come next."""

INVALID_STATE: Final = "State of runspace is not valid for this operation."
"""What PowerShell says of a command on a session that was removed."""
CONNECT_AGAIN: Final = "Connect again: %lync connect, or lync_magic.connect(...)."

S = TypeVar("S", bound=Enum)


class Life(Generic[S]):
    """Holds one thing's state, and lets it go only where its table leads. Thread-safe.

    on_change: is told the new state, in the thread that changed it, outside any lock.
    """

    def __init__(
        self, first: S, follows: Mapping[S, frozenset[S]], on_change: Callable[[S], None] | None = None
    ) -> None:
        self._state = first
        self._follows = follows
        self._lock = threading.Lock()
        self._on_change = on_change

    @property
    def state(self) -> S:
        """Where it is now."""
        return self._state

    def can(self, state: S) -> bool:
        """Whether `state` may come next."""
        return state in self._follows[self._state]

    def try_to(self, state: S) -> bool:
        """Go to `state` where it may come next; whether it did."""
        with self._lock:
            if not self.can(state):
                return False
            self._state = state
        if self._on_change is not None:
            self._on_change(state)
        return True

    def go(self, state: S) -> None:
        """Go to `state`. Raises a SessionError that names both states."""
        if not self.try_to(state):
            raise SessionError(f"What is {self._state.value} cannot become {state.value}.")


def session_life(on_change: Callable[[State], None] | None = None) -> Life[State]:
    """The life of a session or a pool."""
    return Life(State.BEFORE_OPEN, FOLLOWS, on_change)


def command_life() -> Life[CommandState]:
    """The life of a command."""
    return Life(CommandState.PREPARED, COMMAND_FOLLOWS)


def require_opened(state: State, name: str, why: str = "") -> None:
    """Raise unless `state` is Opened. name: the session's.  why: what is known of how it came there, or "".

    Raises SessionClosed, SessionBroken or SessionError with PowerShell's words.
    """
    if state is State.OPENED:
        return
    if state is State.CLOSED:
        raise SessionClosed(INVALID_STATE, f"{name} was removed. {CONNECT_AGAIN}")
    if state is State.CLOSING:
        raise SessionClosed(INVALID_STATE, f"{name} is being removed. {CONNECT_AGAIN}")
    if state is State.BROKEN:
        raise SessionBroken(INVALID_STATE, f"{why or f'The connection of {name} is broken.'} {CONNECT_AGAIN}")
    raise SessionError(INVALID_STATE, f"The state of {name} is {state.value}.")
