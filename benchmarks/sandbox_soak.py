"""Does the sandbox stand a long day? Many requests in a row, nine sessions at once, and its memory on the way.

`python benchmarks/sandbox_soak.py [--requests 10000] [--sessions 9]`: three minutes. A foreign client (pypsrp) works
against a server process of its own; printed are requests a second and the resident memory of the server, sampled ten
times in each part. It fails when an answer is wrong or when the server is gone at the end.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import psutil
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
REQUESTS_A_COMMAND = 3
SAMPLES = 10
MEBIBYTE = 1024 * 1024


def connected(announced: dict[str, Any]) -> WSMan:
    return WSMan(
        "localhost",
        port=int(urlsplit(announced["https"]).port or 0),
        auth="basic",
        username=USER,
        password=PASSWORD,
        path="OcsPowershellLiveId",
        cert_validation=announced["ca"],
    )


def run_command(pool: RunspacePool) -> None:
    """One command: three requests."""
    shell = PowerShell(pool)
    shell.add_cmdlet("Get-CsTenant")
    output = shell.invoke()
    shell.close()
    if len(output) != 1:
        raise SystemExit(f"Get-CsTenant answered {len(output)} objects")


def in_a_row(announced: dict[str, Any], commands: int, sample: Callable[[], None]) -> None:
    """One session, one command after another."""
    with connected(announced) as wsman, RunspacePool(wsman) as pool:
        for number in range(commands):
            run_command(pool)
            if number % max(commands // SAMPLES, 1) == 0:
                sample()


def at_once(announced: dict[str, Any], sessions: int, commands: int, sample: Callable[[], None]) -> None:
    """Many sessions, each in a thread of its own; the first one takes the samples."""

    def work(number: int) -> None:
        in_a_row(announced, commands, sample if number == 0 else lambda: None)

    with ThreadPoolExecutor(sessions) as workers:
        for _ in workers.map(work, range(sessions)):
            pass


def open_and_close(announced: dict[str, Any], times: int, sample: Callable[[], None]) -> None:
    """Sessions that come and go."""
    for number in range(times):
        with connected(announced) as wsman, RunspacePool(wsman):
            pass
        if number % max(times // SAMPLES, 1) == 0:
            sample()


def measure(name: str, requests: int, process: psutil.Process, work: Callable[[Callable[[], None]], None]) -> None:
    memory: list[float] = []

    def sample() -> None:
        memory.append(process.memory_info().rss / MEBIBYTE)

    started = time.perf_counter()
    work(sample)
    seconds = time.perf_counter() - started
    sample()
    line = " ".join(f"{one:.0f}" for one in memory)
    print(f"{name}: {requests} requests in {seconds:.1f} s, {requests / seconds:.0f} a second")
    print(f"  memory (MiB): {line}; threads {process.num_threads()}, open files {process.num_fds()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=9)
    given = parser.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-m", "lync_magic.sandbox", "--announce", "--seats-administrator", str(given.sessions)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    announced = json.loads(server.stdout.readline())
    process = psutil.Process(server.pid)
    commands = given.requests // REQUESTS_A_COMMAND
    each = commands // given.sessions
    measure("in a row", commands * REQUESTS_A_COMMAND, process, lambda sample: in_a_row(announced, commands, sample))
    measure(
        f"{given.sessions} sessions at once",
        each * given.sessions * REQUESTS_A_COMMAND,
        process,
        lambda sample: at_once(announced, given.sessions, each, sample),
    )
    measure("sessions that come and go", 300 * 3, process, lambda sample: open_and_close(announced, 300, sample))
    if server.poll() is not None:
        raise SystemExit("the server is gone")
    server.stdin.close()
    server.wait(timeout=30)


if __name__ == "__main__":
    main()
