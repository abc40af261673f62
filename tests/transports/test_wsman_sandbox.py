"""WSMan against the sandbox: a server that other clients use too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from lync_magic.errors import (
    LyncError,
    NotAnAdministrator,
    QuotaExceeded,
    RemoteSessionsDisabled,
    SessionBroken,
    SignInFailed,
)
from lync_magic.psrp import ErrorRecord, Event, Pipeline, RunspacePool, State
from lync_magic.transports import Authentication, Endpoint, Signal, WebClient, WSManTransport

Start = Callable[..., dict[str, Any]]
USER = "kenmyer@litwareinc.com"
PATH = "/OcsPowershell"
DEADLINE = 20.0


def password() -> str:
    return "p@ssw0rd!"


@pytest.fixture
def reach(sandbox_server: Start) -> Callable[..., WSManTransport]:
    """Transports to a sandbox: `reach(method="ntlm", scheme="http")`."""
    place = sandbox_server()

    def make(
        method: str = "basic",
        scheme: str = "https",
        user: str = USER,
        secret: Callable[[], str] = password,
        **options: Any,
    ) -> WSManTransport:
        endpoint = Endpoint(place[scheme] + PATH, ca=place["ca"], **options)
        return WSManTransport(endpoint, Authentication(method, user, secret))

    return make


@pytest.fixture
def opened() -> Any:
    """Open pools that are closed with the test."""
    pools: list[RunspacePool] = []

    def make(transport: WSManTransport) -> RunspacePool:
        pool = RunspacePool(transport)
        pools.append(pool)
        pool.open(DEADLINE)
        return pool

    yield make
    for pool in pools:
        pool.close(5)


Reach = Callable[..., WSManTransport]
Opened = Callable[[WSManTransport], RunspacePool]


def everything(pool: RunspacePool, name: str, **parameters: object) -> list[bytes]:
    return [one for batch in pool.run(Pipeline.of(name, parameters), timeout=DEADLINE) for one in batch]


@pytest.mark.parametrize(("method", "scheme"), [("basic", "https"), ("ntlm", "https"), ("ntlm", "http")])
def test_a_command_runs_however_we_sign_in(reach: Reach, opened: Opened, method: str, scheme: str) -> None:
    pool = opened(reach(method, scheme))
    for _ in range(2):
        (tenant,) = everything(pool, "Get-CsTenant")
        assert b"litwareinc" in tenant


@pytest.mark.not_with("omi", "it gives one object an answer, and keeps a poll under way")
def test_opening_is_two_requests_a_command_three_and_closing_one(reach: Reach, opened: Opened) -> None:
    transport = reach()
    pool = opened(transport)
    assert transport.http_requests == 2
    everything(pool, "Get-CsTenant")
    assert transport.http_requests == 5
    everything(pool, "Get-CsTenant")
    assert transport.http_requests == 8
    pool.close(5)
    assert transport.http_requests == 9


def test_many_objects_come_in_several_answers(reach: Reach, opened: Opened) -> None:
    users = everything(opened(reach()), "Get-CsOnlineUser")
    assert len(users) >= 200
    assert all(user.startswith(b"<Obj") for user in users)


def test_an_error_in_reading_is_not_taken_for_one_of_the_connection(reach: Reach, opened: Opened) -> None:
    pool = opened(reach())

    def refuse(output: list[bytes]) -> None:
        raise ValueError("not that")

    with pytest.raises(ValueError, match="not that"):
        list(pool.run(Pipeline.of("Get-CsOnlineUser", {}), sink=refuse, timeout=DEADLINE))
    assert len(everything(pool, "Get-CsTenant")) == 1


def test_a_large_argument_goes_in_several_requests(reach: Reach, opened: Opened) -> None:
    transport = reach()
    pool = opened(transport)
    name = "x" * (2 * transport.fragment_size)
    events: list[Event] = []
    asked = Pipeline.of("Get-CsTenant", {"Identity": name})
    assert list(pool.run(asked, report=events.append, timeout=DEADLINE)) == []
    (record,) = events
    assert isinstance(record, ErrorRecord)
    assert name in record.message


def test_a_client_without_input_runs_a_command_once_and_one_with_empty_input_not_at_all(
    reach: Reach, opened: Opened
) -> None:
    pool = opened(reach())

    def answers(given: list[object] | None) -> int:
        return sum(map(len, pool.run(Pipeline.of("Get-CsTenant", {}), input=given, timeout=DEADLINE)))

    assert (answers(None), answers([])) == (1, 0)


def test_a_command_that_changes_something_changes_nothing_for_empty_input(reach: Reach, opened: Opened) -> None:
    pool = opened(reach())
    before = everything(pool, "Get-CsTenantFederationConfiguration")
    changing = Pipeline.of("Set-CsTenantFederationConfiguration", {"AllowFederatedUsers": False})
    list(pool.run(changing, input=[], timeout=DEADLINE))
    assert everything(pool, "Get-CsTenantFederationConfiguration") == before
    list(pool.run(changing, timeout=DEADLINE))
    assert everything(pool, "Get-CsTenantFederationConfiguration") != before


@pytest.mark.not_with("omi", "it does not survive them")
def test_a_newer_server_gets_larger_messages(reach: Reach, opened: Opened) -> None:
    transport = reach()
    before = transport.fragment_size
    opened(transport)
    assert transport.fragment_size > before


@pytest.mark.parametrize(("method", "scheme"), [("basic", "https"), ("ntlm", "https"), ("ntlm", "http")])
def test_a_wrong_password_is_refused_in_the_services_words(reach: Reach, method: str, scheme: str) -> None:
    with pytest.raises(SignInFailed, match=f"Logon failed for the user '{USER}'"):
        RunspacePool(reach(method, scheme, secret=lambda: "wrong")).open(DEADLINE)


@pytest.mark.parametrize(
    ("user", "kind"),
    [("packerman@litwareinc.com", NotAnAdministrator), ("admin@fabrikam.com", RemoteSessionsDisabled)],
)
@pytest.mark.not_with("omi", "its faults do not say why")
def test_who_may_not_have_a_session_is_told_why(reach: Reach, user: str, kind: type[LyncError]) -> None:
    with pytest.raises(kind) as caught:
        RunspacePool(reach(user=user)).open(DEADLINE)
    assert type(caught.value) is kind


@pytest.mark.not_with("omi", "its faults do not say why")
def test_the_fourth_session_is_refused_for_want_of_a_seat_and_a_seat_given_back_is_taken(
    reach: Reach, opened: Opened
) -> None:
    pools = [opened(reach()) for _ in range(3)]
    with pytest.raises(QuotaExceeded, match="maximum number of concurrent shells for this user"):
        RunspacePool(reach()).open(DEADLINE)
    pools[0].close(5)
    opened(reach())


def test_a_session_that_hangs_for_want_of_a_seat_is_given_up_and_leaves_none_behind(
    sandbox_server: Start, opened: Opened
) -> None:
    place = sandbox_server("--hang", "--seats-administrator", "1")
    endpoint = Endpoint(place["https"] + PATH, ca=place["ca"])
    authentication = Authentication("basic", USER, password)
    first = opened(WSManTransport(endpoint, authentication))
    with pytest.raises(LyncError, match="has not answered within 1 s"):
        RunspacePool(WSManTransport(endpoint, authentication)).open(1.0)
    first.close(5)
    opened(WSManTransport(endpoint, authentication))


@pytest.mark.not_with("omi", "it answers a Delete only while somebody receives")
def test_a_session_that_the_server_has_ended_is_broken(reach: Reach, opened: Opened) -> None:
    first = reach()
    pool = opened(first)
    other = reach()
    other._envelopes.shell_id = first._envelopes.shell_id
    other._may_exist = True
    other.close(timeout=5)
    with pytest.raises(SessionBroken):
        everything(pool, "Get-CsTenant")
    assert pool.state is State.BROKEN
    pool.close(5)


def test_a_long_command_is_stopped_when_its_reader_goes_away(reach: Reach, opened: Opened) -> None:
    pool = opened(reach())
    told: list[Any] = []
    asking = Pipeline.of("Update-CsTenantMeetingUrl", {"Confirm": False})
    with pytest.raises(KeyboardInterrupt):
        for _ in pool.run(asking, report=interrupt_at_first(told), timeout=DEADLINE):
            pass
    assert told
    assert pool.state is State.OPENED
    assert everything(pool, "Get-CsTenant")


def interrupt_at_first(told: list[Any]) -> Callable[[Any], None]:
    def report(event: Any) -> None:
        told.append(event)
        raise KeyboardInterrupt

    return report


@pytest.mark.not_with("omi", "it gives one object an answer, and keeps a poll under way")
def test_a_connection_that_the_server_dropped_is_made_again(reach: Reach, opened: Opened) -> None:
    """NTLM belongs to its connection: a new one must sign in again."""
    transport = reach("ntlm", "http")
    pool = opened(transport)
    everything(pool, "Get-CsTenant")
    for carrier in transport._carriers._idle:
        assert carrier._connection is not None
        carrier._connection.link.abort()
    before = transport.http_requests
    assert everything(pool, "Get-CsTenant")
    assert transport.http_requests == before + 3 + 2


def test_the_shell_can_be_asked_directly_for_what_it_says(reach: Reach) -> None:
    transport = reach()
    shell = uuid4()
    pool = RunspacePool(transport)
    pieces = list(pool.core.open())
    first = b"".join(piece for message in pieces for piece in pool.writer.write(message, transport.fragment_size))
    transport.open(shell, first, timeout=DEADLINE)
    assert transport.receive(timeout=DEADLINE).chunks
    transport.signal(uuid4(), Signal.TERMINATE, timeout=DEADLINE)
    transport.close(timeout=DEADLINE)


def test_discovery_begins_on_plain_http_and_leads_to_https(sandbox_server: Start) -> None:
    place = sandbox_server()
    with WebClient(ca=place["ca"]) as web:
        answer = web.get(
            f"{place['http']}/?Domain=litwareinc.com",
            accept="application/vnd.microsoft.rtc.autodiscover+xml;v=1",
        )
    assert answer.status == 200
    assert place["https"].encode() in answer.body
