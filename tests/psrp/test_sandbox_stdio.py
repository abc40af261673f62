"""The sandbox tenant on standard streams, through the process transport: the whole way without a network."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from lync_magic.errors import CommandNotFound, PromptRefused, RemoteError
from lync_magic.psrp import (
    Argument,
    Choice,
    Command,
    ErrorRecord,
    Event,
    Pipeline,
    ProgressRecord,
    RefusingHost,
    RunspacePool,
    State,
)
from lync_magic.transports import ProcessTransport

DEADLINE = 30.0


@pytest.fixture
def pool() -> Iterator[RunspacePool]:
    """An open pool of the tenant."""
    transport = ProcessTransport([sys.executable, "-m", "lync_magic.sandbox", "--stdio"])
    pool = RunspacePool(transport)
    pool.open(DEADLINE)
    yield pool
    pool.close(5)
    assert pool.state is State.CLOSED


def everything(pool: RunspacePool, pipeline: Pipeline) -> list[bytes]:
    return [one for batch in pool.run(pipeline, timeout=DEADLINE) for one in batch]


def test_a_command_with_bound_parameters_runs(pool: RunspacePool) -> None:
    (user,) = everything(pool, Pipeline.of("Get-CsOnlineUser", {"Identity": "kenmyer@litwareinc.com"}))
    assert b"kenmyer@litwareinc.com" in user


def test_words_are_bound_by_the_server(pool: RunspacePool) -> None:
    words = (Argument("-Ident"), Argument(None, "kenmyer@litwareinc.com"))
    (user,) = everything(pool, Pipeline((Command("Get-CsOnlineUser", words),)))
    assert b"kenmyer@litwareinc.com" in user


def test_input_flows_into_a_command(pool: RunspacePool) -> None:
    named = ["kenmyer@litwareinc.com"] * 2
    got = [one for batch in pool.run(Pipeline.of("Get-CsUserAcp"), input=named, timeout=DEADLINE) for one in batch]
    assert len(got) == 2


def test_a_script_is_refused(pool: RunspacePool) -> None:
    with pytest.raises(RemoteError, match="no-language mode") as caught:
        everything(pool, Pipeline.script("1 + 1"))
    assert caught.value.error_id == "ScriptsNotAllowed"


def test_an_unknown_command_is_refused(pool: RunspacePool) -> None:
    with pytest.raises(CommandNotFound, match="Get-Nothing"):
        everything(pool, Pipeline.of("Get-Nothing"))


def test_an_object_that_is_not_there_is_an_error_record(pool: RunspacePool) -> None:
    events: list[Event] = []
    asked = Pipeline.of("Get-CsOnlineUser", {"Identity": "nobody@litwareinc.com"})
    assert list(pool.run(asked, report=events.append, timeout=DEADLINE)) == []
    (record,) = events
    assert isinstance(record, ErrorRecord)
    assert "nobody@litwareinc.com" in record.message


def test_a_confirmation_is_asked_and_obeyed(pool: RunspacePool) -> None:
    class Yes(RefusingHost):
        def choose(self, caption: str, message: str, choices: object, default: int) -> int:
            assert isinstance(choices, list)
            asked.append((caption, [choice.label for choice in choices if isinstance(choice, Choice)]))
            return 0

    asked: list[tuple[str, list[str]]] = []
    events: list[Event] = []
    for _ in pool.run(Pipeline.of("Update-CsTenantMeetingUrl"), host=Yes(), report=events.append, timeout=DEADLINE):
        pass
    assert asked
    assert asked[0][1][0] == "&Yes"
    assert [event for event in events if isinstance(event, ProgressRecord) and event.completed]


def test_a_confirmation_that_nobody_can_give_ends_the_command(pool: RunspacePool) -> None:
    with pytest.raises(PromptRefused):
        everything(pool, Pipeline.of("Update-CsTenantMeetingUrl"))
    assert everything(pool, Pipeline.of("Get-CsTenant"))


def test_a_command_is_stopped_and_the_tenant_goes_on(pool: RunspacePool) -> None:
    def leave(_event: Event) -> None:
        raise KeyboardInterrupt

    asked = Pipeline.of("Update-CsTenantMeetingUrl", {"Confirm": False})
    with pytest.raises(KeyboardInterrupt):
        list(pool.run(asked, report=leave, timeout=DEADLINE))
    assert everything(pool, Pipeline.of("Get-CsTenant"))


def test_metadata_of_named_commands_comes_with_its_count(pool: RunspacePool) -> None:
    objects = [one for batch in pool.metadata(["Get-CsTenant", "Get-CsOnlineUser"], timeout=DEADLINE) for one in batch]
    assert len(objects) == 3
    assert b'<I32 N="Count">2</I32>' in objects[0]
