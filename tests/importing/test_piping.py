"""One command for many objects: how far it is, and what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from lync_magic.errors import NotSent, RemoteError
from lync_magic.importing import import_session
from lync_magic.importing.piping import FIRST, Piped
from lync_magic.psrp import Event, Pipeline, ProgressRecord, Report, WarningRecord
from lync_magic.records import Records
from lync_magic.sessions import Answer, Lane, Session, cell_rules

from .conftest import command

POLICY = "ClientPolicyNoIMURL"


@pytest.fixture(scope="module")
def shared(session_with: Callable[..., Session]) -> Session:
    session = session_with(command("Get-Echo", {"Value": {"by_value": True}}))
    import_session(session)
    return session


@pytest.fixture
def told(shared: Session) -> Iterator[list[Event]]:
    """What was reported."""
    told: list[Event] = []

    def reporting() -> AbstractContextManager[Report]:
        return nullcontext(told.append)

    shared.tell(reporting)
    yield told
    shared.tell(lambda: nullcontext(lambda _event: None))


@pytest.fixture
def pipelines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many objects each pipeline got."""
    sizes: list[int] = []
    streamed = Session.stream

    def stream(self: Session, pipeline: Pipeline | str, **how: Any) -> Any:
        given = how.get("input")
        sizes.append(len(given) if isinstance(given, (list, Records)) else 0)
        return streamed(self, pipeline, **how)

    monkeypatch.setattr(Session, "stream", stream)
    return sizes


def users(session: Session) -> Records:
    made: Records = session.Get_CsOnlineUser()
    return made


def test_it_says_how_far_it_is_and_how_long_it_takes(shared: Session, told: list[Event], pipelines: list[int]) -> None:
    everybody = users(shared)
    pipelines.clear()
    result = shared.Grant_CsClientPolicy.pipe(everybody, PolicyName=POLICY)
    assert sum(pipelines) == len(everybody)
    assert pipelines[0] == FIRST
    progress = [one for one in told if isinstance(one, ProgressRecord) and one.activity == "Grant-CsClientPolicy"]
    assert progress[0].status == f"0 of {len(everybody)}"
    assert progress[1].status.startswith(f"{FIRST} of {len(everybody)}, 0:")
    assert [(one.status, one.completed) for one in progress[-2:]] == [
        (f"{len(everybody)} of {len(everybody)}", False),  # what stays of the bar
        (f"{len(everybody)} of {len(everybody)}", True),
    ]
    assert isinstance(result, Piped)
    assert len(result.failed) == 0
    assert {str(user.ClientPolicy) for user in users(shared)} == {POLICY}


def test_what_failed_is_a_record_each_and_one_warning(shared: Session, told: list[Event]) -> None:
    names = [user.UserPrincipalName for user in users(shared)[:40]]
    names[3], names[30] = "nobody@litwareinc.com", "no one"
    result = shared.Grant_CsClientPolicy.pipe(names, PolicyName=POLICY, PassThru=True)
    assert len(result) == 38
    assert len(result.failed) == 2
    assert "nobody@litwareinc.com" in result.failed[0].Message
    assert result.failed.names == ["Target", "Message", "ErrorId", "Category"]
    (warning,) = [one.message for one in told if isinstance(one, WarningRecord)]
    assert warning.startswith("2 of 40 failed; .failed of the result has them.")


def test_where_all_fail_the_first_error_is_raised(shared: Session) -> None:
    with pytest.raises(RemoteError, match=r"nobody1.*3 such errors"):
        shared.Grant_CsClientPolicy.pipe([f"nobody{n}" for n in (1, 2, 3)], PolicyName=POLICY)


def test_a_command_that_may_look_at_all_gets_all_in_one_pipeline(shared: Session, pipelines: list[int]) -> None:
    everybody = users(shared)
    pipelines.clear()
    assert len(shared.Get_Echo.pipe(everybody)) == len(everybody)
    assert pipelines == [len(everybody)]


def test_a_person_may_say_how_many(shared: Session, pipelines: list[int]) -> None:
    everybody = users(shared)[:25]
    pipelines.clear()
    shared.Grant_CsClientPolicy.pipe(everybody, PolicyName=POLICY, at_once=10)
    assert pipelines == [10, 10, 5]


def test_objects_may_come_one_by_one(shared: Session, told: list[Event]) -> None:
    shared.Grant_CsClientPolicy.pipe((user for user in users(shared)[:20]), PolicyName=POLICY)
    progress = [
        one.status for one in told if isinstance(one, ProgressRecord) and one.activity == "Grant-CsClientPolicy"
    ]
    assert progress[-1] == "20"


@pytest.mark.parametrize(
    ("made", "count"),
    [(lambda one: one, "40 calls on "), (iter, "calls on ")],
    ids=["a list", "one by one"],
)
def test_a_session_that_confirms_asks_once_for_all_of_them_and_says_how_many(
    made: Callable[[Any], Any], count: str, shared: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = users(shared)[:40]
    asked: list[str] = []
    answers = [Answer.YES, Answer.NO, Answer.YES_TO_ALL]
    monkeypatch.setattr(shared, "lane", Lane.CONFIRM)
    monkeypatch.setattr(shared, "ask", lambda call: asked.append(call) or answers.pop(0))
    shared.Grant_CsClientPolicy.pipe(made(everybody), PolicyName=POLICY)
    assert len(asked) == 1
    assert asked[0].startswith(count)
    assert f"\n    Grant-CsClientPolicy -PolicyName {POLICY}   (once for each " in asked[0]
    with pytest.raises(NotSent):
        shared.Grant_CsClientPolicy.pipe(made(everybody), PolicyName=POLICY)
    with cell_rules(confirm=True):
        shared.Grant_CsClientPolicy.pipe(made(everybody), PolicyName=POLICY)
        shared.Grant_CsClientPolicy.pipe(made(everybody), PolicyName=POLICY)
    assert len(asked) == 3
