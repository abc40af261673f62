"""The lives of sessions and commands as tables."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest

from lync_magic.errors import SessionBroken, SessionClosed, SessionError
from lync_magic.psrp import CommandState, State, require_opened
from lync_magic.psrp.state import COMMAND_FOLLOWS, FOLLOWS, command_life, session_life

ENDS = {
    "session": (FOLLOWS, {State.CLOSED}),
    "command": (COMMAND_FOLLOWS, {CommandState.DONE, CommandState.FAILED, CommandState.IN_DOUBT}),
}


@pytest.mark.parametrize("table", ENDS)
def test_every_state_has_its_row_and_leads_to_an_end(table: str) -> None:
    follows: Mapping[Any, frozenset[Any]] = ENDS[table][0]
    assert set(follows) == set(type(next(iter(follows))))
    for state in follows:
        reached: set[Enum] = set()
        waiting = [state]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting += follows[one]
        assert reached & ENDS[table][1]
    assert {state for state, after in follows.items() if not after} == ENDS[table][1]


def test_a_step_that_the_table_does_not_have_is_refused_with_both_states() -> None:
    life = session_life()
    with pytest.raises(SessionError, match="BeforeOpen.*Opened"):
        life.go(State.OPENED)
    assert not life.try_to(State.OPENED)
    assert life.state is State.BEFORE_OPEN


def test_who_wants_to_know_is_told_each_change_once() -> None:
    told: list[State] = []
    life = session_life(told.append)
    life.go(State.OPENING)
    life.try_to(State.CLOSED)
    life.go(State.OPENED)
    assert told == [State.OPENING, State.OPENED]


def test_a_command_that_was_never_sent_is_not_in_doubt() -> None:
    life = command_life()
    assert not life.can(CommandState.IN_DOUBT)
    life.go(CommandState.SENT)
    assert life.can(CommandState.IN_DOUBT)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (State.BEFORE_OPEN, SessionError),
        (State.BROKEN, SessionBroken),
        (State.CLOSED, SessionClosed),
        (State.CLOSING, SessionClosed),
    ],
)
def test_what_cannot_be_done_says_why(state: State, error: type[SessionError]) -> None:
    with pytest.raises(error, match="State of runspace is not valid") as caught:
        require_opened(state, "Session1")
    assert "Session1" in caught.value.advice


def test_a_broken_session_says_what_is_known_of_how_it_broke() -> None:
    with pytest.raises(SessionBroken) as caught:
        require_opened(State.BROKEN, "Session1", "The server ended it.")
    assert caught.value.advice.startswith("The server ended it. Connect again")
