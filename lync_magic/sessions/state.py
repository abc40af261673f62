"""The states of a session, and which may follow which. Nobody else decides that.

Names are PowerShell's (RunspaceState as a session shows it).
"""

from __future__ import annotations

from enum import Enum

from lync_magic.errors import SessionBroken, SessionClosed, SessionError


class State(Enum):
    """Where a session stands."""

    OPENING = "Opening"
    OPENED = "Opened"
    DISCONNECTED = "Disconnected"
    BROKEN = "Broken"
    CLOSED = "Closed"


MAY_FOLLOW: dict[State, frozenset[State]] = {
    State.OPENING: frozenset({State.OPENED, State.BROKEN, State.CLOSED}),
    State.OPENED: frozenset({State.DISCONNECTED, State.BROKEN, State.CLOSED}),
    State.DISCONNECTED: frozenset({State.OPENED, State.BROKEN, State.CLOSED}),
    State.BROKEN: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}

INVALID_STATE = "State of runspace is not valid for this operation."
"""What PowerShell says of a command on a session that was removed."""


def require_opened(state: State, name: str) -> None:
    """Raise unless `state` is Opened. name: the session's name, for the message.

    Raises SessionClosed, SessionBroken or SessionError with PowerShell's words.
    """
    if state is State.OPENED:
        return
    again = "Connect again: %lync connect, or lync_magic.connect(...)."
    if state is State.CLOSED:
        raise SessionClosed(INVALID_STATE, f"{name} was removed. {again}")
    if state is State.BROKEN:
        raise SessionBroken(INVALID_STATE, f"The connection of {name} is broken. {again}")
    raise SessionError(INVALID_STATE, f"{name} is {state.value}.")
