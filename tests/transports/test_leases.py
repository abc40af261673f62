"""What a server grants, tells and lists: idle time-outs, who it is, its shells, and shells that are left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from lync_magic.errors import LyncError, SessionBroken
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.transports import (
    Authentication,
    Endpoint,
    Leased,
    Listing,
    Resumable,
    Shell,
    WSManTransport,
)

USER = "kenmyer@litwareinc.com"
DEADLINE = 20.0
Reach = Callable[..., tuple[WSManTransport, SandboxProcess]]
SEATS = ("--seats-administrator", "100", "--seats-tenant", "100")


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[tuple[str, ...], SandboxProcess]]:
    """Those that run, by their options. Each test leaves none of its sessions behind."""
    running: dict[tuple[str, ...], SandboxProcess] = {}
    yield running
    for one in running.values():
        one.stop()


@pytest.fixture
def reach(sandboxes: dict[tuple[str, ...], SandboxProcess]) -> Iterator[Reach]:
    """A transport to a sandbox: `reach("--min-idle", "900", idle_timeout=60)`."""

    def make(*options: str, **endpoint: Any) -> tuple[WSManTransport, SandboxProcess]:
        if options not in sandboxes:
            sandboxes[options] = SandboxProcess((*SEATS, "--credssp", *options))
        return another(sandboxes[options], **endpoint), sandboxes[options]

    yield make
    for one in sandboxes.values():
        one.tell("clear")


def another(sandbox: SandboxProcess, **options: Any) -> WSManTransport:
    endpoint = Endpoint(f"{sandbox.address.https}/OcsPowershell", ca=sandbox.address.ca, proxy="", **options)
    return WSManTransport(endpoint, Authentication("basic", USER, lambda: "p@ssw0rd!"))


def opened(transport: WSManTransport) -> RunspacePool:
    pool = RunspacePool(transport)
    pool.open(DEADLINE)
    return pool


@pytest.mark.parametrize(
    ("options", "asked", "granted"),
    [
        ((), 60, 60.0),
        ((), None, 900.0),
        (("--min-idle", "600"), 60, 600.0),
        (("--min-idle", "600", "--refuse-idle"), 60, 900.0),
    ],
)
@pytest.mark.not_with("omi", "it does not say how long it keeps a session")
@pytest.mark.not_with("strict", "it refuses what it does not grant")
def test_what_the_server_grants_is_known_also_where_it_refuses_what_was_asked(
    reach: Reach, options: tuple[str, ...], asked: float | None, granted: float
) -> None:
    transport, sandbox = reach(*options, idle_timeout=asked)
    assert isinstance(transport, Leased)
    assert transport.granted_idle is None
    pool = opened(transport)
    assert transport.granted_idle == granted
    assert len(sandbox.tell("seats")["seats"]) == 1  # type: ignore[arg-type]
    pool.close(DEADLINE)


def test_who_the_server_is_is_asked_once_and_only_when_somebody_wants_to_know(reach: Reach) -> None:
    transport, _ = reach("--dialect", "omi")
    pool = opened(transport)
    before = transport.http_requests
    assert [transport.server, transport.server] == ["Open Management Infrastructure 1.9.1-0"] * 2
    assert transport.http_requests == before + 1
    pool.close(DEADLINE)


def test_a_server_that_does_not_say_who_it_is_has_no_name(reach: Reach) -> None:
    transport, sandbox = reach()
    sandbox.tell("fault identify:500")
    assert transport.server == ""


@pytest.mark.parametrize("dialect", ["windows", "strict"])
def test_shells_are_listed_and_can_be_removed_from_outside(reach: Reach, dialect: str) -> None:
    first, sandbox = reach("--dialect", dialect, idle_timeout=60)
    pools = [opened(first), opened(another(sandbox, idle_timeout=60))]
    onlooker = another(sandbox)
    assert isinstance(onlooker, Listing)
    listed = onlooker.shells(timeout=DEADLINE)
    assert {one.shell_id for one in listed} == {pool.pool_id for pool in pools}
    assert {(one.owner, one.state, one.client) for one in listed} == {(USER, "Connected", "127.0.0.1")}
    assert all(one.age is not None and one.idle is not None for one in listed)
    onlooker.remove(pools[0].pool_id, timeout=DEADLINE)
    onlooker.remove(pools[0].pool_id, timeout=DEADLINE)  # that it is gone already is no error
    assert [one.shell_id for one in onlooker.shells(timeout=DEADLINE)] == [pools[1].pool_id]
    onlooker.close(timeout=DEADLINE)
    for pool in pools:
        pool.close(DEADLINE)


def test_a_server_that_lists_nothing_says_so(reach: Reach) -> None:
    transport, sandbox = reach()
    sandbox.tell("fault enumerate:before:fault=5")
    with pytest.raises(LyncError):
        transport.shells(timeout=DEADLINE)


def test_a_shell_is_left_and_taken_up_again(reach: Reach) -> None:
    transport, sandbox = reach("--dialect", "strict", idle_timeout=60)
    assert isinstance(transport, Resumable)
    pool = opened(transport)
    transport.disconnect(idle=120, timeout=DEADLINE)
    (left,) = another(sandbox).shells(timeout=DEADLINE)
    assert left._replace(age=0, idle=0) == Shell(pool.pool_id, USER, "Disconnected", "127.0.0.1", 0, 0)
    with pytest.raises(SessionBroken, match="disconnected"):
        transport.receive(timeout=1)
    transport.reconnect(timeout=DEADLINE)
    assert [one for batch in pool.run(Pipeline.of("Get-CsTenant", {}), timeout=DEADLINE) for one in batch]
    pool.close(DEADLINE)


def test_a_shell_that_was_left_too_long_is_gone(reach: Reach) -> None:
    transport, sandbox = reach(idle_timeout=60)
    pool = opened(transport)
    transport.disconnect(timeout=DEADLINE)
    sandbox.tell("pass 1000")
    with pytest.raises(SessionBroken):
        transport.reconnect(timeout=DEADLINE)
    transport.close(timeout=DEADLINE)
    pool.close(DEADLINE)


@pytest.mark.not_with("omi", "its faults do not say why")
def test_who_listens_to_a_shell_that_is_left_hears_of_it(reach: Reach) -> None:
    transport, sandbox = reach(idle_timeout=60)
    pool = opened(transport)
    other = another(sandbox, idle_timeout=60)
    other._envelopes.shell_id = transport._envelopes.shell_id
    transport.receive(timeout=1)
    transport.disconnect(timeout=DEADLINE)
    with pytest.raises(SessionBroken, match="disconnected"):
        other.receive(timeout=1)
    transport.reconnect(timeout=DEADLINE)
    pool.close(DEADLINE)


def test_a_first_encrypted_message_that_was_refused_unread_is_written_in_the_other_form(reach: Reach) -> None:
    """And so are all that follow, over this connection and others of the session: there is one refusal, not more."""
    _, sandbox = reach("--dialect", "omi")
    endpoint = Endpoint(f"{sandbox.address.http}/OcsPowershell", proxy="", idle_timeout=60)
    transport = WSManTransport(endpoint, Authentication("ntlm", USER, lambda: "p@ssw0rd!"))
    pool = opened(transport)
    opened_with = transport.http_requests
    assert not transport._carriers._form.tabs
    list(pool.run(Pipeline.of("Get-CsTenant", {}), timeout=DEADLINE))
    pool.close(DEADLINE)
    assert opened_with == (2 + 1) + (2 + 1) + 3  # a log-on and a refusal, a log-on and Create, and what opening says


def test_what_is_no_shell_of_ours_cannot_be_received(reach: Reach) -> None:
    transport, _ = reach()
    with pytest.raises(LyncError):
        transport.receive(uuid4(), timeout=1)
