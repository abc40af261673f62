"""Every way to sign in, with TLS and without, against every kind of server: the same session works in each.

(Kerberos has a folder of its own, which needs its server; a certificate's log-on is in `test_signing_in`.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from lync_magic.psrp import ErrorRecord, Event, Pipeline, RunspacePool
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.transports import Authentication, Endpoint, WSManTransport

USER = "kenmyer@litwareinc.com"
DEADLINE = 30.0
SEATS = ("--seats-administrator", "100", "--seats-tenant", "100", "--credssp")
DIALECTS = {
    "windows": ("--channel-binding",),
    "omi": ("--dialect", "omi"),
    "strict": ("--dialect", "strict", "--channel-binding"),
}
WAYS = [
    ("basic", "https"),
    *((method, scheme) for method in ("ntlm", "negotiate", "credssp") for scheme in ("https", "http")),
]
LARGE = "x" * 1_000_000


@pytest.fixture(scope="module", params=DIALECTS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    running = SandboxProcess((*SEATS, *DIALECTS[request.param]))
    yield running
    running.stop()


@pytest.mark.parametrize(("method", "scheme"), WAYS)
def test_a_session_works_from_end_to_end(sandbox: SandboxProcess, method: str, scheme: str) -> None:
    address = {"https": sandbox.address.https, "http": sandbox.address.http}[scheme]
    endpoint = Endpoint(f"{address}/OcsPowershell", ca=sandbox.address.ca, proxy="", idle_timeout=60)
    pool = RunspacePool(WSManTransport(endpoint, Authentication(method, USER, lambda: "p@ssw0rd!")))
    pool.open(DEADLINE)
    try:
        assert len(everything(pool, Pipeline.of("Get-CsOnlineUser", {"ResultSize": 20}))) == 20
        told = large_both_ways(pool)
        assert [LARGE in event.message for event in told if isinstance(event, ErrorRecord)] == [True]
        with pytest.raises(KeyboardInterrupt):
            everything(pool, Pipeline.of("Update-CsTenantMeetingUrl", {"Confirm": False}), interrupt)
        assert len(everything(pool, Pipeline.of("Get-CsTenant", {}))) == 1
    finally:
        pool.close(DEADLINE)
    seats: Any = sandbox.tell("seats")["seats"]
    assert pool.pool_id not in {UUID(str(seat["shell"])) for seat in seats}


def everything(pool: RunspacePool, pipeline: Pipeline, report: Any = lambda _: None) -> list[bytes]:
    return [one for batch in pool.run(pipeline, report=report, timeout=DEADLINE) for one in batch]


def large_both_ways(pool: RunspacePool) -> list[Event]:
    """What is told of a user who is not there, whose name comes back."""
    told: list[Event] = []
    everything(pool, Pipeline.of("Get-CsOnlineUser", {"Identity": LARGE}), told.append)
    return told


def interrupt(_: Event) -> None:
    raise KeyboardInterrupt
