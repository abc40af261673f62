"""The life of a pool as one table."""

from __future__ import annotations

import pytest

from lync_magic.errors import SessionBroken, SessionClosed, SessionError
from lync_magic.psrp import PoolState
from lync_magic.psrp.state import FOLLOWS, PoolLife


def test_every_state_has_its_row_and_leads_to_the_end() -> None:
    assert set(FOLLOWS) == set(PoolState)
    for state in PoolState:
        reached, waiting = set(), [state]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting += FOLLOWS[one]
        assert PoolState.CLOSED in reached


def test_a_step_that_the_table_does_not_have_is_refused_with_both_states() -> None:
    life = PoolLife()
    with pytest.raises(SessionError, match="BeforeOpen.*Opened"):
        life.go(PoolState.OPENED)
    assert life.state is PoolState.BEFORE_OPEN


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ([], SessionError),
        ([PoolState.OPENING, PoolState.BROKEN], SessionBroken),
        ([PoolState.CLOSED], SessionClosed),
        ([PoolState.OPENING, PoolState.OPENED, PoolState.CLOSING], SessionClosed),
    ],
)
def test_what_cannot_be_done_says_why(path: list[PoolState], error: type[SessionError]) -> None:
    life = PoolLife()
    for state in path:
        life.go(state)
    with pytest.raises(error, match="cannot run a command"):
        life.need(PoolState.OPENED, "run a command")
