"""The states of a runspace pool, and what may follow what: the one table that decides.

Rule of this file: nobody else compares states to find out whether something may be done.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType

from lync_magic.errors import SessionBroken, SessionClosed, SessionError


class PoolState(Enum):
    """Where a pool is in its life (MS-PSRP 3.1.1.2)."""

    BEFORE_OPEN = "BeforeOpen"
    OPENING = "Opening"
    OPENED = "Opened"
    CLOSING = "Closing"
    CLOSED = "Closed"
    BROKEN = "Broken"


FOLLOWS = MappingProxyType(
    {
        PoolState.BEFORE_OPEN: frozenset({PoolState.OPENING, PoolState.CLOSED}),
        PoolState.OPENING: frozenset({PoolState.OPENED, PoolState.CLOSING, PoolState.BROKEN}),
        PoolState.OPENED: frozenset({PoolState.CLOSING, PoolState.BROKEN}),
        PoolState.CLOSING: frozenset({PoolState.CLOSED}),
        PoolState.BROKEN: frozenset({PoolState.CLOSING}),
        PoolState.CLOSED: frozenset[PoolState](),
    }
)
"""State to the states that may come next."""


class PoolLife:
    """Holds a pool's state. Raises when it should go where it cannot."""

    def __init__(self) -> None:
        self._state = PoolState.BEFORE_OPEN

    @property
    def state(self) -> PoolState:
        """Where the pool is now."""
        return self._state

    def can(self, state: PoolState) -> bool:
        """Whether `state` may come next."""
        return state in FOLLOWS[self._state]

    def go(self, state: PoolState) -> None:
        """Go to `state`. Raises a SessionError that names both states."""
        if not self.can(state):
            raise self.refusal(f"become {state.value}")
        self._state = state

    def need(self, state: PoolState, action: str) -> None:
        """Raise unless the pool is in `state`. action: what was wanted, `run a command`."""
        if self._state is not state:
            raise self.refusal(action)

    def refusal(self, action: str) -> SessionError:
        """Why `action` cannot be done in this state."""
        text = f"The runspace pool is {self._state.value}; it cannot {action}."
        if self._state is PoolState.BROKEN:
            return SessionBroken(text, "Connect again.")
        if self._state in (PoolState.CLOSED, PoolState.CLOSING):
            return SessionClosed(text, "Connect again.")
        return SessionError(text)
