"""Programs and kernels that hold a session and end in every way; the server's own list of seats is the witness."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

DEADLINE = 30.0
"""Far below the lease: what is free within it was given back, and did not run out."""
LEASE = 60
CONNECT = """
import os, signal, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)
import lync_magic
session = lync_magic.connect("kenmyer@litwareinc.com", password="p@ssw0rd!", uri={uri!r}, ca={ca!r}, auth="basic")
print("READY", os.getpid(), flush=True)
"""


class Tenant:
    """A sandbox in a process of its own."""

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lync_magic.sandbox", "--announce", "--delay", "0.01", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        self.connect = CONNECT.format(uri=f"{said['https']}/OcsPowershellLiveId", ca=said["ca"])
        """Python that opens a session, called `session`, and says READY and its process number."""

    def tell(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))

    @property
    def seats(self) -> list[dict[str, Any]]:
        """The sessions that hold a seat."""
        return list(self.tell("seats")["seats"])

    def is_empty_soon(self, seconds: float = DEADLINE) -> bool:
        """Whether the last seat is given back."""
        end = time.monotonic() + seconds
        while self.seats and time.monotonic() < end:
            time.sleep(0.05)
        return not self.seats

    def is_empty_after_the_lease(self) -> bool:
        """Whether the server frees the last seat by itself, when nobody speaks for it any more."""
        assert self.seats, "the seat was given back, which this end cannot do"
        self.tell(f"pass {LEASE}")
        return not self.seats

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(DEADLINE)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def one_tenant() -> Iterator[Tenant]:
    tenant = Tenant()
    yield tenant
    tenant.close()


@pytest.fixture
def tenant(one_tenant: Tenant) -> Iterator[Tenant]:
    """A tenant in which nobody holds a seat."""
    assert not one_tenant.seats
    yield one_tenant
    one_tenant.tell("pass 10000")  # for the next test, whatever became of this one


@pytest.fixture
def script(tenant: Tenant, tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a script that has a session by now: `script("raise ValueError")`."""
    started: list[subprocess.Popen[str]] = []

    def start(body: str) -> subprocess.Popen[str]:
        path = tmp_path / "script.py"
        path.write_text(tenant.connect + body)
        process = subprocess.Popen(
            [sys.executable, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        line = b""
        while not line.endswith(b"\n") and (byte := os.read(process.stdout.fileno(), 1)):
            line += byte  # not by readline: `communicate` does not give what that has read ahead
        assert line.startswith(b"READY"), process.communicate()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


class Kernel:
    """A real kernel with a session."""

    def __init__(self, connect: str) -> None:
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        said = self.run("%load_ext lync_magic\n" + connect)
        assert "READY" in said, said
        self.pid = int(said.split()[said.split().index("READY") + 1])

    def send(self, code: str) -> str:
        """Start a cell."""
        return self.client.execute(code, stop_on_error=False)

    def run(self, code: str, seconds: float = 60) -> str:
        """Run a cell to its end; what it said, its error too."""
        cell, said, end = self.send(code), "", time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=0.5)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != cell:
                continue
            content = message["content"]
            said += content.get("text", "") + "\n".join(content.get("traceback", []))
            if content.get("execution_state") == "idle":
                return said
        raise TimeoutError(f"The cell did not end: {said}")

    def is_busy(self) -> None:
        """Wait until the cell that was sent last has begun, and for a moment."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            message = self.client.get_iopub_msg(timeout=DEADLINE)
            if "NOW" in message["content"].get("text", ""):
                return

    def stop(self) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def kernel(tenant: Tenant) -> Iterator[Kernel]:
    """A kernel that holds the tenant's one seat."""
    kernel = Kernel(tenant.connect)
    assert len(tenant.seats) == 1
    yield kernel
    kernel.stop()


@pytest.fixture
def bare_kernel() -> Iterator[Kernel]:
    """A kernel without a session."""
    kernel = Kernel("import os\nprint('READY', os.getpid())")
    yield kernel
    kernel.stop()


@dataclass(frozen=True)
class ShortLease:
    """A tenant that frees a seat after a few seconds of silence, in real time."""

    tenant: Tenant
    seconds: int

    def kernel(self) -> Kernel:
        """A new kernel with a session there."""
        return Kernel(self.tenant.connect)


@pytest.fixture
def short_lease() -> Iterator[ShortLease]:
    seconds = 3
    tenant = Tenant("--idle-timeout", str(seconds), "--min-idle", str(seconds))
    yield ShortLease(tenant, seconds)
    tenant.close()


def is_gone(pid: int, seconds: float = DEADLINE) -> bool:
    """Whether this process ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def ended() -> Callable[[int], bool]:
    """Whether a process ends soon."""
    return is_gone


if sys.platform == "win32":
    collect_ignore_glob = ["*"]
else:
    SIGNALS = (signal.SIGTERM, signal.SIGHUP)
