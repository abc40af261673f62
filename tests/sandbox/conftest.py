"""Shared by the sandbox's tests: a server process, with the tiny engine or with the real one, and where it answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import what they share

from raw_client import Client

USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"
TINY_SERVER = Path(__file__).with_name("tiny_server.py")
END_SECONDS = 30
"""How long a server may take to end, on a machine that is busy."""


@dataclass(frozen=True)
class RunningSandbox:
    """A sandbox process: where it answers, and what makes its certificate good."""

    https: str
    http: str
    ca: str
    domains: tuple[str, ...]
    process: subprocess.Popen[str]

    def tell(self, line: str) -> dict[str, Any]:
        """Say something to the server as whoever started it may; what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    @property
    def seats(self) -> list[str]:
        """The sessions that hold a seat."""
        return [one["shell"] for one in self.tell("seats")["seats"]]

    @property
    def journal(self) -> list[dict[str, Any]]:
        """The commands that began, in order."""
        return list(self.tell("journal")["journal"])

    @property
    def https_port(self) -> int:
        return int(urlsplit(self.https).port or 0)

    @property
    def http_port(self) -> int:
        return int(urlsplit(self.http).port or 0)


@contextmanager
def running(program: Sequence[str], *options: str) -> Iterator[RunningSandbox]:
    process = subprocess.Popen(
        [sys.executable, *program, "--announce", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, "the sandbox did not start"
        said = json.loads(line)
        yield RunningSandbox(said["https"], said["http"], said["ca"], tuple(said["domains"]), process)
    finally:
        process.stdin.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            process.stdout.close()


@pytest.fixture(scope="session")
def tiny_sandbox() -> Iterator[RunningSandbox]:
    """One tiny sandbox for all tests that leave no session behind."""
    with running([str(TINY_SERVER)], "--seats-administrator", "100", "--seats-tenant", "100") as sandbox:
        yield sandbox


@pytest.fixture
def start_tiny() -> Iterator[Callable[..., RunningSandbox]]:
    """Starts tiny sandboxes with options of the test's own; they end with the test."""
    with ExitStack() as stack:
        yield lambda *options: stack.enter_context(running([str(TINY_SERVER)], *options))


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., RunningSandbox]]:
    """Starts real sandboxes with options of the test's own; they end with the test."""
    with ExitStack() as stack:
        yield lambda *options: stack.enter_context(running(["-m", "lync_magic.sandbox"], *options))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """One real sandbox, with its tenant, for all tests that leave no session behind."""
    with running(["-m", "lync_magic.sandbox"], "--seats-administrator", "100", "--seats-tenant", "100") as one:
        yield one


@pytest.fixture
def client(tiny_sandbox: RunningSandbox) -> Iterator[Client]:
    """Sends envelopes to the tiny sandbox; what it opened is closed."""
    one = Client(tiny_sandbox)
    yield one
    if one.shell_id:
        one.delete()
