"""What several rooms' tests need: a sandbox tenant in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest


def pytest_configure() -> None:
    """A shell that starts the tests in the background has them ignore interrupts; tests of interrupts need them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def sandbox_server() -> Iterator[Callable[..., dict[str, Any]]]:
    """Start sandbox servers that end with the test: `sandbox_server("--hang")` gives what it announced."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> dict[str, Any]:
        process = subprocess.Popen(
            [sys.executable, "-m", "lync_magic.sandbox", "--announce", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the sandbox did not start"
        announced: dict[str, Any] = json.loads(line)
        return announced

    yield start
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            assert process.stdout is not None
            process.stdout.close()
