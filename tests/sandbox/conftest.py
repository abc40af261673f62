"""Shared by the sandbox's tests: a server process, with the tiny engine or with the real one, and a client for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import what they share

from raw_client import Client
from sandbox_process import TINY_SERVER, RunningSandbox, running


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
