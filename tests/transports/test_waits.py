"""Waits have an end however slowly bytes come, and what was held is given back: descriptors, threads, other waits."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
import pytest

from lync_magic.errors import AnswerLost, EndpointUnreachable, LyncError, SessionClosed
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.transports import Authentication, Endpoint, Signal, WSManTransport
from lync_magic.transports.wsman import transport as transport_module

Start = Callable[..., Any]
USER = "kenmyer@litwareinc.com"
SHELL = UUID(int=1)
DEADLINE = 20.0
DESCRIPTORS = Path("/proc/self/fd")
needs_proc = pytest.mark.skipif(not DESCRIPTORS.exists(), reason="this system does not list descriptors")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    running = SandboxProcess(("--seats-administrator", "1000", "--seats-tenant", "1000"))
    yield running
    running.stop()


def transport_to(sandbox: SandboxProcess, method: str = "basic", scheme: str = "https") -> WSManTransport:
    address = {"https": sandbox.address.https, "http": sandbox.address.http}[scheme]
    endpoint = Endpoint(f"{address}/OcsPowershell", ca=sandbox.address.ca, proxy="", idle_timeout=60)
    return WSManTransport(endpoint, Authentication(method, USER, lambda: "p@ssw0rd!"))


@pytest.fixture
def opened(sandbox: SandboxProcess) -> Iterator[WSManTransport]:
    """A shell that is open."""
    pool = RunspacePool(transport_to(sandbox))
    pool.open(DEADLINE)
    yield pool.transport  # type: ignore[misc]
    sandbox.tell("clear")
    pool.close(DEADLINE)


# --- bytes that come slowly -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["drip=0.05", "black-hole", "stall=3"])
@pytest.mark.parametrize("what", ["command", "send", "terminate"])
def test_a_request_ends_within_its_time(sandbox: SandboxProcess, opened: WSManTransport, what: str, how: str) -> None:
    sandbox.tell(f"fault {what}:{how}")
    calls: dict[str, Callable[[], None]] = {
        "command": lambda: opened.command(uuid4(), b"", timeout=0.4),
        "send": lambda: opened.send(b"", timeout=0.4),
        "terminate": lambda: opened.signal(uuid4(), Signal.TERMINATE, timeout=0.4),
    }
    with pytest.raises(AnswerLost, match=r"localhost has not answered within 0\.4 s"):
        calls[what]()


def test_a_session_is_given_up_in_its_time_however_slowly_it_is_made(sandbox: SandboxProcess) -> None:
    sandbox.tell("fault create:drip=0.05")
    transport = transport_to(sandbox)
    try:
        with pytest.raises(AnswerLost, match=r"has not answered within (1|0\.\d) s"):  # what is left of the second
            RunspacePool(transport).open(1.0)
    finally:
        sandbox.tell("clear")


def test_closing_ends_in_its_time_and_can_be_tried_again(sandbox: SandboxProcess) -> None:
    pool = RunspacePool(transport_to(sandbox))
    pool.open(DEADLINE)
    sandbox.tell("fault delete:drip=0.05")
    with pytest.raises(AnswerLost):
        pool.transport.close(timeout=0.5)
    sandbox.tell("clear")
    pool.transport.close(timeout=DEADLINE)
    pool.close(DEADLINE)


def test_a_poll_is_outlasted_by_a_minute_and_not_longer(
    sandbox: SandboxProcess, opened: WSManTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert transport_module.POLL_GRACE >= 60
    monkeypatch.setattr(transport_module, "POLL_GRACE", 0.3)
    sandbox.tell("fault receive:black-hole")
    with pytest.raises(AnswerLost, match=r"has not answered within 0\.8 s"):
        opened.receive(timeout=0.5)


def test_a_listener_that_never_agrees_on_tls_is_told_apart_from_a_server_without_seats() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        endpoint = Endpoint(f"https://127.0.0.1:{port}/OcsPowershell", proxy="", connect_timeout=0.4)
        transport = WSManTransport(endpoint, Authentication("basic", USER, lambda: "x"))
        with pytest.raises(EndpointUnreachable) as caught:
            transport.open(SHELL, b"", timeout=DEADLINE)
        assert f"on port {port}, but did not agree on TLS within 0.4 s" in caught.value.message
        assert "remove" not in caught.value.advice
        transport.close(timeout=DEADLINE)  # there is nothing to take back: it asks nobody


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system leaves it to itself")
def test_a_peer_that_is_gone_is_noticed_by_tcp_within_half_a_minute(opened: WSManTransport) -> None:
    with opened._carriers.one() as carrier:
        assert carrier._connection is not None
        sock = carrier._connection.link._sock
    assert sock is not None
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    quiet, pause, times = (sock.getsockopt(socket.IPPROTO_TCP, name) for name in names)
    assert quiet + pause * times <= 30
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 30_000


# --- three lanes ----------------------------------------------------------------------------------------------------


def test_a_poll_of_the_shell_and_one_of_a_pipeline_do_not_disturb_each_other(sandbox: SandboxProcess) -> None:
    pool = RunspacePool(transport_to(sandbox, "ntlm", "http"))
    pool.open(DEADLINE)
    ended: list[object] = []

    def listen() -> None:
        try:
            ended.append(pool.transport.receive(timeout=DEADLINE))
        except LyncError as error:
            ended.append(error)

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    for _ in range(3):
        found = [one for batch in pool.run(Pipeline.of("Get-CsTenant", {}), timeout=DEADLINE) for one in batch]
        assert len(found) == 1
    assert not ended
    pool.close(DEADLINE)
    listening.join(DEADLINE)
    assert not listening.is_alive()


def test_who_still_waits_when_the_shell_is_closed_is_woken(sandbox: SandboxProcess) -> None:
    """Whether by the server, which ends the Receive of a shell that goes, or by us."""
    transport = transport_to(sandbox)
    pool = RunspacePool(transport)
    pool.open(DEADLINE)
    sandbox.tell("fault receive:black-hole")
    ended: list[LyncError] = []

    def listen() -> None:
        try:
            transport.receive(timeout=DEADLINE)
        except LyncError as error:
            ended.append(error)

    listening = threading.Thread(target=listen, daemon=True)
    before = transport.http_requests
    listening.start()
    while transport.http_requests == before:
        time.sleep(0.01)
    transport.close(timeout=DEADLINE)
    listening.join(DEADLINE)
    sandbox.tell("clear")
    assert [type(one) for one in ended] == [SessionClosed]
    pool.close(DEADLINE)


# --- what is given back ---------------------------------------------------------------------------------------------


def connections(sandbox: SandboxProcess) -> int:
    """How many connections this process has to a server."""
    ports = {int(address.rpartition(":")[2]) for address in (sandbox.address.https, sandbox.address.http)}
    held = psutil.Process().net_connections("tcp")
    return sum(bool(one.raddr) and one.raddr.port in ports for one in held)


def test_a_closed_session_holds_no_connection_without_the_garbage_collector(sandbox: SandboxProcess) -> None:
    gc.collect()
    gc.disable()
    try:
        for method, scheme in (("basic", "https"), ("ntlm", "http"), ("ntlm", "https")):
            transport = transport_to(sandbox, method, scheme)
            pool = RunspacePool(transport)
            pool.open(DEADLINE)
            assert connections(sandbox) > 0
            transport.close(timeout=DEADLINE)
            assert connections(sandbox) == 0
            pool.close(DEADLINE)
    finally:
        gc.enable()


@pytest.mark.parametrize("mishap", ["create:502", "create:reset", "create:truncate", "create:before:fault=87"])
def test_a_session_that_was_never_opened_holds_none_either(sandbox: SandboxProcess, mishap: str) -> None:
    transport = transport_to(sandbox)
    sandbox.tell(f"fault {mishap}")
    with pytest.raises(LyncError):
        transport.open(uuid4(), b"", timeout=DEADLINE)
    sandbox.tell("clear")
    transport.close(timeout=DEADLINE)
    assert connections(sandbox) == 0


FORK = """
import os, sys
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.transports import Authentication, Endpoint, WSManTransport
def fds(): return sum(os.readlink(f"/proc/self/fd/{n}").startswith("socket:") for n in os.listdir("/proc/self/fd")
                      if os.path.exists(f"/proc/self/fd/{n}") or os.path.islink(f"/proc/self/fd/{n}"))
address, ca, method = sys.argv[1:]
transport = WSManTransport(Endpoint(address, ca=ca, proxy="", idle_timeout=60),
                           Authentication(method, "kenmyer@litwareinc.com", lambda: "p@ssw0rd!"))
before = fds()
pool = RunspacePool(transport)
pool.open(20)
child = os.fork()
if child == 0:
    transport.drop()
    held = fds()
    transport.close(timeout=5)
    os._exit(held != before)
print("the child held nothing", os.waitpid(child, 0)[1] == 0)
print("the parent's shell works", sum(map(len, pool.run(Pipeline.of("Get-CsTenant", {}), timeout=20))))
print("over the same connection", transport.http_requests)
pool.close(20)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@needs_proc
@pytest.mark.parametrize(("method", "scheme"), [("basic", "https"), ("ntlm", "http")])
def test_a_forked_copy_is_dropped_and_the_parent_goes_on_over_the_same_connection(
    sandbox: SandboxProcess, method: str, scheme: str
) -> None:
    address = {"https": sandbox.address.https, "http": sandbox.address.http}[scheme]
    words = [f"{address}/OcsPowershell", sandbox.address.ca, method]
    ended = subprocess.run(
        [sys.executable, "-c", FORK, *words], capture_output=True, text=True, timeout=60, check=False
    )
    log_on = 2 if method == "ntlm" else 0
    assert ended.stdout.splitlines() == [
        "the child held nothing True",
        "the parent's shell works 1",
        f"over the same connection {5 + log_on}",
    ], ended.stderr
