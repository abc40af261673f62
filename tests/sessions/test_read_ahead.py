"""Several commands of one session open at once: what is still coming is read ahead, in order, to its end."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from lync_magic.errors import RemoteError
from lync_magic.psrp import ErrorRecord, Pipeline
from lync_magic.sessions import ReadAhead, Session, connect
from lync_magic.sessions.target import Target


@pytest.fixture
def session() -> Iterator[Session]:
    target = Target(process=(sys.executable, "-m", "lync_magic.sandbox", "--stdio"))
    with connect(target, None, timeout=30) as opened:
        yield opened


def test_a_command_begun_while_another_ones_result_is_coming_takes_nothing_of_it_away(session: Session) -> None:
    ahead = ReadAhead()
    users = ahead.open(session, Pipeline.of("Get-CsOnlineUser"))
    first = next(users)
    tenant = [item for batch in ahead.open(session, Pipeline.of("Get-CsTenant")) for item in batch]
    rest = [item for batch in users for item in batch]
    assert len(tenant) == 1
    assert [*first, *rest] == [item for batch in session.stream_raw(Pipeline.of("Get-CsOnlineUser")) for item in batch]


def test_a_result_that_is_closed_leaves_the_session_free(session: Session) -> None:
    users = ReadAhead().open(session, Pipeline.of("Get-CsOnlineUser"))
    next(users)
    users.close()
    assert session.availability == "Available"
    assert len(session.run("Get-CsTenant")) == 1


def test_an_error_that_was_read_ahead_keeps_its_place(session: Session) -> None:
    ahead = ReadAhead()
    missing = ahead.open(session, Pipeline.of("Get-CsOnlineUser", {"Identity": "nobody@litwareinc.com"}))
    ahead.settle(session)
    items = [item for batch in missing for item in batch]
    assert len(items) == 1
    assert isinstance(items[0], ErrorRecord)
    assert b"FullyQualifiedErrorId" in items[0].raw


def test_a_failure_that_was_read_ahead_is_raised_at_its_end(session: Session) -> None:
    ahead = ReadAhead()
    failing = ahead.open(session, Pipeline.of("Get-CsTenant", {"Nonsense": 1}))
    ahead.settle(session)
    with pytest.raises(RemoteError, match="Nonsense"):
        list(failing)
