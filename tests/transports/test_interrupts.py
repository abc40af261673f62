"""An interrupt at any line of the WSMan transport leaves one that can be closed, and no seat behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import psutil
import pytest
from interrupting import Interrupt

from lync_magic.errors import LyncError
from lync_magic.psrp import RunspacePool
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.transports import Authentication, Endpoint, Signal, WSManTransport

USER = "kenmyer@litwareinc.com"
DEADLINE = 20.0
EVERY = int(os.environ.get("INTERRUPT_EVERY", "5"))
"""Which lines are tried: each fifth. A slow run, with 1, tries all."""
FILES = (
    *("link.py", "dialing.py"),
    *(f"wsman/{name}.py" for name in ("pywinrm", "carrier", "carriers", "connection", "transport", "verdicts")),
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    running = SandboxProcess(("--seats-administrator", "1000", "--seats-tenant", "1000"))
    yield running
    running.stop()


class Shell:
    """A shell that is opened without the rooms above."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        endpoint = Endpoint(f"{sandbox.address.https}/OcsPowershell", ca=sandbox.address.ca, proxy="")
        self.transport = WSManTransport(endpoint, Authentication("basic", USER, lambda: "p@ssw0rd!"))
        pool = RunspacePool(self.transport)
        self.id = pool.pool_id
        pieces = [piece for message in pool.core.open() for piece in pool.writer.write(message, 32768)]
        self._creation = b"".join(pieces)

    def begin(self) -> None:
        self.transport.open(self.id, self._creation, timeout=DEADLINE)

    def work(self) -> None:
        self.transport.receive(timeout=DEADLINE)
        self.transport.signal(uuid4(), Signal.TERMINATE, timeout=DEADLINE)
        with suppress(LyncError):
            self.transport.command(uuid4(), b"", timeout=DEADLINE)

    def end(self) -> None:
        self.transport.close(timeout=DEADLINE)


def connections(sandbox: SandboxProcess) -> int:
    port = int(sandbox.address.https.rpartition(":")[2])
    found = psutil.Process().net_connections("tcp")
    return sum(bool(one.raddr) and one.raddr.port == port for one in found)


def held(sandbox: SandboxProcess) -> set[UUID]:
    seats: Any = sandbox.tell("seats")["seats"]
    return {UUID(str(seat["shell"])) for seat in seats}


@pytest.mark.parametrize("phase", [Shell.begin, Shell.work, Shell.end])
def test_an_interrupt_at_any_line_leaves_a_session_that_can_be_closed(
    sandbox: SandboxProcess, phase: Callable[[Shell], None]
) -> None:
    def run(interrupt: Interrupt) -> UUID:
        shell = Shell(sandbox)
        if phase is not Shell.begin:
            shell.begin()
        with suppress(KeyboardInterrupt), interrupt:
            phase(shell)
        shell.end()
        return shell.id

    notes = Interrupt(FILES)
    run(notes)
    assert len(notes.seen) > 20
    for where in list(notes.seen)[::EVERY]:
        shell = run(Interrupt(FILES, where))
        assert shell not in held(sandbox), where
        assert connections(sandbox) == 0, where
