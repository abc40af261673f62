"""However a kernel ends that holds a session: its seat is free at once, or, where nobody can act, with the lease."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

READING = "print('NOW', flush=True)\nfor batch in session.stream('Get-CsOnlineUser'): time.sleep(0.2)"
SLEEPING = "print('NOW', flush=True)\ntime.sleep(60)"
THREAD = (
    "def read():\n    while True:\n        for batch in session.stream('Get-CsOnlineUser'): pass\n"
    "threading.Thread(target=read, daemon={daemon}).start()\ntime.sleep(0.5)"
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the ends are POSIX's")


def test_a_request_to_shut_down(tenant: Any, kernel: Any, ended: Callable[[int], bool]) -> None:
    kernel.client.shutdown()
    assert tenant.is_empty_soon()
    assert ended(kernel.pid)


@pytest.mark.parametrize("cell", [None, READING, SLEEPING], ids=["idle", "reading", "sleeping"])
def test_the_menu_shuts_down(tenant: Any, kernel: Any, cell: str | None) -> None:
    if cell is not None:
        kernel.send(cell)
        kernel.is_busy()
    kernel.manager.shutdown_kernel(now=False)
    assert tenant.is_empty_soon()


@pytest.mark.parametrize("cell", [None, READING], ids=["idle", "reading"])
def test_the_menu_restarts(tenant: Any, kernel: Any, cell: str | None) -> None:
    if cell is not None:
        kernel.send(cell)
        kernel.is_busy()
    kernel.manager.restart_kernel(now=False)
    assert tenant.is_empty_soon()


def test_an_interrupt_while_reading_then_a_shutdown(tenant: Any, kernel: Any) -> None:
    kernel.send(READING)
    kernel.is_busy()
    kernel.manager.interrupt_kernel()
    assert "True" in kernel.run("print(len(session.run('Get-CsTenant')) == 1)")
    kernel.manager.shutdown_kernel(now=False)
    assert tenant.is_empty_soon()


@pytest.mark.parametrize("daemon", [True, False], ids=["a daemon thread", "a thread that is no daemon"])
def test_a_thread_that_reads_does_not_keep_the_seat(tenant: Any, kernel: Any, daemon: bool) -> None:
    kernel.run(THREAD.format(daemon=daemon))
    kernel.manager.shutdown_kernel(now=False)
    assert tenant.is_empty_soon()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("cell", [None, READING], ids=["idle", "reading"])
def test_a_signal_that_asks_it_to_end(
    tenant: Any, kernel: Any, ended: Callable[[int], bool], number: signal.Signals, cell: str | None
) -> None:
    if cell is not None:
        kernel.send(cell)
        kernel.is_busy()
    os.kill(kernel.pid, number)
    assert tenant.is_empty_soon()
    assert ended(kernel.pid)


def test_exit_in_a_cell(tenant: Any, kernel: Any) -> None:
    kernel.send("exit()")
    assert tenant.is_empty_soon()


def test_a_restart_at_once_while_busy_leaves_it_to_the_lease(tenant: Any, kernel: Any) -> None:
    kernel.send(READING)
    kernel.is_busy()
    kernel.manager.restart_kernel(now=True)
    assert tenant.is_empty_after_the_lease()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_an_end_that_nobody_sees_leaves_it_to_the_lease(
    tenant: Any, kernel: Any, ended: Callable[[int], bool], number: signal.Signals
) -> None:
    os.kill(kernel.pid, number)
    assert ended(kernel.pid)
    assert tenant.is_empty_after_the_lease()


def test_a_cell_that_ends_the_process_leaves_it_to_the_lease(
    tenant: Any, kernel: Any, ended: Callable[[int], bool]
) -> None:
    kernel.send("os._exit(0)")
    assert ended(kernel.pid)
    assert tenant.is_empty_after_the_lease()


@pytest.fixture
def stopped(short_lease: Any) -> Iterator[Any]:
    """A kernel that was stopped for twice the lease of its session, and goes on."""
    kernel = short_lease.kernel()
    try:
        os.kill(kernel.pid, signal.SIGSTOP)
        time.sleep(2 * short_lease.seconds)
        assert not short_lease.tenant.seats
        os.kill(kernel.pid, signal.SIGCONT)
        yield kernel
    finally:
        kernel.stop()


def test_a_kernel_that_slept_longer_than_its_lease_comes_back_and_runs_a_change_once(
    short_lease: Any, stopped: Any
) -> None:
    said = stopped.run("session.New_CsEdgeDomainPattern(Domain='contoso.com')")
    ran = [entry["name"] for entry in short_lease.tenant.tell("journal")["journal"]]
    assert ran.count("New-CsEdgeDomainPattern") == 1, said


def test_a_lease_is_kept_alive_while_the_main_thread_is_busy(short_lease: Any) -> None:
    kernel = short_lease.kernel()
    try:
        kernel.run(f"time.sleep({2 * short_lease.seconds})")
        assert len(short_lease.tenant.seats) == 1
    finally:
        kernel.stop()
