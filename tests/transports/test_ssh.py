"""The process transport over a real ssh, to a real sshd on a port of this machine whose subsystem is the sandbox."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import pytest

from lync_magic.errors import AccessDenied, AnswerLost, EndpointUnreachable, LyncError, SessionBroken
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.transports import ProcessTransport

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
SHELL = UUID(int=1)
DEADLINE = 30.0

pytestmark = pytest.mark.skipif(
    None in (SSHD, shutil.which("ssh"), shutil.which("ssh-keygen")), reason="needs OpenSSH's client and server"
)


@dataclass(frozen=True)
class Server:
    """An sshd, and the files of a person who may come in."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def command_line(self, *options: str, key: str = "key", known: str = "known_hosts", ask: str = "") -> list[str]:
        settings = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(self.folder / known),
            "GlobalKnownHostsFile": "/dev/null",
        }
        words = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
        words += ["-F", "/dev/null", "-i", str(self.folder / key), "-p", str(self.port), *options]
        return ["ssh", *words, "-s", f"{getpass.getuser()}@127.0.0.1", ask or "powershell"]


def make_key(path: Path) -> str:
    """A new key without a phrase; its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path.with_suffix(".pub").read_text()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sshd")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    host_key = make_key(folder / "host_key")
    (folder / "authorized_keys").write_text(make_key(folder / "key"))
    make_key(folder / "another_key")
    name = f"[127.0.0.1]:{port}"
    (folder / "known_hosts").write_text(f"{name} {host_key}")
    (folder / "known_otherwise").write_text(f"{name} {(folder / 'another_key.pub').read_text()}")
    (folder / "known_not").write_text("")
    (folder / "powershell").write_text(
        f"#!/bin/sh\nPYTHONPATH={':'.join(sys.path)} exec {sys.executable} -m lync_magic.sandbox --stdio --delay 0.01\n"
    )
    (folder / "powershell").chmod(0o700)
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host_key'}\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder / 'authorized_keys'}\nStrictModes no\nPasswordAuthentication no\n"
        f"PermitRootLogin yes\nSubsystem powershell {folder / 'powershell'}\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd does not start without it
    assert SSHD is not None
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "config")], stderr=log)
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    if process.poll() is not None:
        pytest.skip(f"sshd does not start here: {(folder / 'log').read_text()[-300:]}")
    yield Server(folder, port, process)
    process.terminate()
    process.wait(DEADLINE)


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


def test_a_session_works_over_ssh(server: Server, connect: Connect) -> None:
    pool = RunspacePool(connect(server.command_line()))
    pool.open(DEADLINE)
    assert sum(len(batch) for batch in pool.run(Pipeline.of("Get-CsTenant"), timeout=DEADLINE)) == 1
    assert pool.transport.computer_name == "127.0.0.1"
    pool.close(5)


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        ({"key": "another_key"}, AccessDenied, "Permission denied"),
        ({"known": "known_not"}, EndpointUnreachable, "compare the fingerprint"),
        ({"known": "known_otherwise"}, EndpointUnreachable, "ssh-keygen -R HOST"),
        ({"ask": "nothing"}, EndpointUnreachable, "sshd_config"),
    ],
    ids=["wrong key", "unknown host key", "changed host key", "no subsystem"],
)
def test_what_keeps_ssh_from_a_session_is_told(
    server: Server, connect: Connect, change: dict[str, str], kind: type[LyncError], told: str
) -> None:
    with pytest.raises(kind, match=r"ssh to 127\.0\.0\.1 ended \(exit code \d+\)") as caught:
        connect(server.command_line(**change)).open(SHELL, b"creation", timeout=DEADLINE)
    assert told in str(caught.value)


def test_a_port_where_nobody_listens_is_told(server: Server, connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = [str(port) if word == str(server.port) else word for word in server.command_line()]
    with pytest.raises(EndpointUnreachable, match="Connection refused"):
        connect(line).open(SHELL, b"creation", timeout=DEADLINE)


def test_a_host_that_accepts_and_says_nothing_is_told_at_the_deadline(server: Server, connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        line = [port if word == str(server.port) else word for word in server.command_line()]
        with pytest.raises(AnswerLost, match=r"ssh to 127\.0\.0\.1 has not begun to speak .* within 0\.5 seconds"):
            connect(line).open(SHELL, b"creation", timeout=0.5)


@pytest.fixture
def running(server: Server, connect: Connect) -> tuple[RunspacePool, psutil.Process]:
    """A session, and the process of the server's that serves its connection."""
    before = set(psutil.Process(server.process.pid).children())
    pool = RunspacePool(connect(server.command_line("-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1")))
    pool.open(DEADLINE)
    (serving,) = set(psutil.Process(server.process.pid).children()) - before
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


def test_a_stopped_ssh_holds_nobody_longer_than_the_deadline(server: Server, connect: Connect) -> None:
    transport = connect(server.command_line())
    transport.open(SHELL, b"", timeout=DEADLINE)
    assert transport._keeper is not None
    assert transport._keeper.pid is not None
    os.kill(transport._keeper.pid, signal.SIGSTOP)
    with pytest.raises(AnswerLost):
        transport.command(uuid4(), bytes(1 << 20), timeout=0.5)
