"""Whoever started a sandbox from Python can tell it things while it runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from lync_magic.errors import SessionError
from lync_magic.sessions.sandbox import SandboxKeeper


@pytest.fixture
def keeper() -> Iterator[SandboxKeeper]:
    one = SandboxKeeper()
    yield one
    one.stop()


def test_a_fault_is_set_in_a_sandbox_that_runs(keeper: SandboxKeeper) -> None:
    address = keeper.start(["--fault", "discovery@1:502"])
    keeper.tell("fault discovery@1:504")
    where = f"{address.http}/?Domain=litwareinc.com"
    assert [requests.get(where, timeout=10).status_code for _ in range(3)] == [502, 200, 200]
    assert keeper.tell("clear")["faults"] == [
        {"spec": "discovery@1:502", "seen": 3, "happened": 1},
        {"spec": "discovery@1:504", "seen": 3, "happened": 0},
    ]


def test_what_a_sandbox_does_not_understand_is_an_error_with_its_words(keeper: SandboxKeeper) -> None:
    keeper.start()
    with pytest.raises(SessionError, match="'explode' is no mishap"):
        keeper.tell("fault get:explode")


def test_a_sandbox_that_does_not_run_is_told_nothing(keeper: SandboxKeeper) -> None:
    with pytest.raises(SessionError, match="No sandbox tenant runs here"):
        keeper.tell("seats")
    keeper.start()
    process = keeper._process
    assert process is not None
    keeper.stop()
    with pytest.raises(SessionError, match="does not answer"):
        process.tell("seats")
