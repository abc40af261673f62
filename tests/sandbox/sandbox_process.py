"""A sandbox in a process of its own: started, told things, ended."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
