"""The process transport over a real ssh, to a real sshd on a port of this machine whose subsystem is the sandbox."""

from __future__ import annotations

import getpass
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import psutil
import pytest
from sshd import SshServer, needs

from lync_magic.errors import (
    AccessDenied,
    AnswerLost,
    EndpointUnreachable,
    LyncError,
    OperationTimedOut,
    SessionBroken,
    SessionClosed,
    UsageError,
)
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.transports import ProcessTransport, SshPlace, ssh_command, ssh_place

SHELL = UUID(int=1)
DEADLINE = 30.0

pytestmark = pytest.mark.skipif(not needs(), reason="needs OpenSSH's client and server")


def command_line(
    sshd: SshServer, *options: str, key: str = "key", known: str = "known_hosts", ask: str = ""
) -> list[str]:
    """As a person writes one for --process."""
    settings = ["BatchMode=yes", *sshd.options(known, key)]
    words = [word for setting in settings for word in ("-o", setting)]
    words += ["-F", "/dev/null", "-p", str(sshd.port), *options]
    return ["ssh", *words, "-s", f"{getpass.getuser()}@127.0.0.1", ask or "powershell"]


@pytest.fixture
def connect() -> Iterator[Callable[[list[str]], ProcessTransport]]:
    made: list[ProcessTransport] = []

    def make(command_line: list[str]) -> ProcessTransport:
        made.append(ProcessTransport(command_line))
        return made[-1]

    yield make
    for transport in made:
        transport.close(timeout=2)


Connect = Callable[[list[str]], ProcessTransport]


def test_a_session_works_over_ssh(sshd: SshServer, connect: Connect) -> None:
    pool = RunspacePool(connect(command_line(sshd)))
    pool.open(DEADLINE)
    assert sum(len(batch) for batch in pool.run(Pipeline.of("Get-CsTenant"), timeout=DEADLINE)) == 1
    assert pool.transport.computer_name == "127.0.0.1"
    pool.close(5)


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        ({"key": "another_key"}, AccessDenied, "Permission denied"),
        ({"known": "known_not"}, EndpointUnreachable, "compare the fingerprint"),
        ({"known": "known_otherwise"}, EndpointUnreachable, 'known_otherwise" -R'),
        ({"ask": "nothing"}, EndpointUnreachable, "sshd_config"),
    ],
    ids=["wrong key", "unknown host key", "changed host key", "no subsystem"],
)
def test_what_keeps_ssh_from_a_session_is_told(
    sshd: SshServer, connect: Connect, change: dict[str, str], kind: type[LyncError], told: str
) -> None:
    with pytest.raises(kind, match=r"ssh to 127\.0\.0\.1 ended \(exit code \d+\)") as caught:
        connect(command_line(sshd, **change)).open(SHELL, b"creation", timeout=DEADLINE)
    assert told in str(caught.value)


def test_a_port_where_nobody_listens_is_told(sshd: SshServer, connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = [str(port) if word == str(sshd.port) else word for word in command_line(sshd)]
    with pytest.raises(EndpointUnreachable, match="Connection refused"):
        connect(line).open(SHELL, b"creation", timeout=DEADLINE)


def test_a_host_that_accepts_and_says_nothing_is_told_at_the_deadline(sshd: SshServer, connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        line = [port if word == str(sshd.port) else word for word in command_line(sshd)]
        told = (AnswerLost, OperationTimedOut)  # as ssh was slower to start than that, or was not
        with pytest.raises(told, match=r"ssh to 127\.0\.0\.1 has not begun to speak .* within 0\.5 seconds"):
            connect(line).open(SHELL, b"creation", timeout=0.5)


@pytest.fixture
def running(sshd: SshServer, connect: Connect) -> tuple[RunspacePool, psutil.Process]:
    """A session, and the process of the server's that serves its connection."""
    before = set(psutil.Process(sshd.process.pid).children())
    pool = RunspacePool(connect(command_line(sshd, "-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1")))
    pool.open(DEADLINE)
    (serving,) = set(psutil.Process(sshd.process.pid).children()) - before
    return pool, serving


def read_all(pool: RunspacePool) -> None:
    for _ in pool.run(Pipeline.of("Get-CsOnlineUser"), timeout=DEADLINE):
        pass


def test_a_server_that_is_killed_during_a_command_is_told(running: tuple[RunspacePool, psutil.Process]) -> None:
    pool, serving = running
    batches = pool.run(Pipeline.of("Get-CsOnlineUser"), timeout=DEADLINE)
    next(batches)
    serving.kill()
    with pytest.raises(SessionBroken, match=r"ssh to 127\.0\.0\.1 ended"):
        for _ in batches:
            pass


def test_a_network_that_is_suspended_is_noticed(running: tuple[RunspacePool, psutil.Process]) -> None:
    pool, serving = running
    serving.suspend()
    try:
        with pytest.raises(SessionBroken, match="not responding"):
            read_all(pool)
    finally:
        serving.resume()


def test_a_stopped_ssh_holds_nobody_longer_than_the_deadline(sshd: SshServer, connect: Connect) -> None:
    transport = connect(command_line(sshd))
    transport.open(SHELL, b"", timeout=DEADLINE)
    assert transport._keeper is not None
    assert transport._keeper.pid is not None
    os.kill(transport._keeper.pid, signal.SIGSTOP)
    with pytest.raises(AnswerLost):
        transport.command(uuid4(), bytes(1 << 20), timeout=0.5)


def test_a_host_that_is_opened_in_vain_is_given_up_at_once(sshd: SshServer, connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        line = [port if word == str(sshd.port) else word for word in command_line(sshd)]
        pool = RunspacePool(connect(line))
        threading.Timer(0.5, pool.close, (5,)).start()
        with pytest.raises(SessionClosed, match="given up"):
            pool.open(DEADLINE)


# --- the command line that is made --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("web", SshPlace("web")),
        ("ken@web:2222", SshPlace("web", "ken", 2222)),
        ("ssh://ken@web:22/", SshPlace("web", "ken", 22)),
        ("ken@contoso.com@web", SshPlace("web", "ken@contoso.com")),
        ("CONTOSO\\ken@web", SshPlace("web", "CONTOSO\\ken")),
        ("[::1]:2222", SshPlace("::1", "", 2222)),
        ("ken@fe80::1%eth0", SshPlace("fe80::1%eth0", "ken")),
    ],
)
def test_a_place_is_read_as_people_write_it(text: str, place: SshPlace) -> None:
    assert ssh_place(text) == place


@pytest.mark.parametrize(
    "text", ["", "ken@", "-oProxyCommand=x", "ken@-x", "-ken@web", "web:0", "web:x", "a b", "ken:secret@web", "we\nb"]
)
def test_what_is_no_place_is_refused_without_repeating_a_password(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        ssh_place(text)
    assert "secret" not in str(caught.value)


def test_a_command_line_adds_only_what_is_not_said() -> None:
    place = SshPlace("web", "ken", 2222)
    said = ssh_command(place, options=["controlmaster auto", "ServerAliveInterval=60"], connect_timeout=7, asks=True)
    assert said[:3] == ["ssh", "-p", "2222"]
    assert said[-4:] == ["-s", "--", "ken@web", "powershell"]
    assert "ControlMaster=no" not in said
    assert "ServerAliveInterval=10" not in said
    assert "ConnectTimeout=7" in said
    assert "BatchMode=yes" not in said


def test_ssh_asks_nothing_where_nobody_answers() -> None:
    said = ssh_command(SshPlace("web"), subsystem="pwsh7", key_file="~/k", connect_timeout=1, asks=False)
    assert "BatchMode=yes" in said
    assert said[-1] == "pwsh7"
    assert said[1:3] == ["-i", "~/k"]
