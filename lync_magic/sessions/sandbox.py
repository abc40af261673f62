"""The embedded tenant, seen from outside: start its process, know where it listens, stop it.

Rules: it is another program, `python -m lync_magic.sandbox`; nothing of it is imported here. It runs in a process
group of its own (an interrupt of the kernel is not for it) and ends by itself when this process does, however that
ends: it reads from a pipe that only we hold.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lync_magic.errors import OperationTimedOut, SessionError

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 10.0

BUILT_IN_DOMAINS: Final = frozenset({"litwareinc.com", "litwareinc.onmicrosoft.com"})
"""Microsoft's fictional company, which the sandbox hosts: a name here starts it."""


@dataclass(frozen=True)
class SandboxAddress:
    """Where a sandbox listens. https, http: base addresses.  ca: path of its authority's certificate (PEM)."""

    https: str
    http: str
    ca: str
    domains: tuple[str, ...]

    def hosts(self, domain: str) -> bool:
        """Whether it answers for an administrator's domain."""
        return domain.lower() in self.domains

    def serves(self, uri: str) -> bool:
        """Whether an address is one of this sandbox's."""
        place = urlsplit(uri)
        return any(
            (place.scheme, place.netloc) == (own.scheme, own.netloc)
            for own in (urlsplit(self.https), urlsplit(self.http))
        )


class SandboxProcess:
    """A sandbox that this process started. `address` says where it is."""

    def __init__(self, options: Sequence[str] = ()) -> None:
        """options: further words for `python -m lync_magic.sandbox`. Raises SessionError when it does not start."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lync_magic.sandbox", "--announce", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._complaint = bytearray()
        threading.Thread(target=self._drain_errors, name="lync_magic sandbox errors", daemon=True).start()
        self.address = self._read_address()
        self._telling = threading.Lock()
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._take_answers, name="lync_magic sandbox answers", daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def tell(self, line: str) -> dict[str, object]:
        """Say a line to the running sandbox, as `lync_magic.sandbox.control` lists them; what it answers.

        Raises SessionError, with its words, for what it does not understand, and when it does not run any more.
        """
        with self._telling:
            try:
                assert self._process.stdin is not None
                self._process.stdin.write(line.encode() + b"\n")
                self._process.stdin.flush()
                answer = self._answers.get(timeout=ANSWER_SECONDS)
            except (OSError, ValueError, queue.Empty):
                answer = b""
        if not answer:
            raise SessionError("The sandbox tenant does not answer.", "Start it again: %lync sandbox")
        told: dict[str, object] = json.loads(answer)
        if "error" in told:
            raise SessionError(f"The sandbox tenant does not understand this: {told['error']}")
        return told

    def stop(self) -> None:
        """End it, waiting for at most a few seconds. Idempotent."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)

    def _read_address(self) -> SandboxAddress:
        timer = threading.Timer(START_SECONDS, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
        except KeyboardInterrupt:
            self._process.kill()
            raise
        finally:
            timer.cancel()
        if not line:
            self._process.wait(STOP_SECONDS)
            said = self._complaint.decode("utf-8", "replace").strip().splitlines()
            raise SessionError("The sandbox tenant did not start.", said[-1] if said else None)
        told = json.loads(line)
        return SandboxAddress(told["https"], told["http"], told["ca"], tuple(told["domains"]))

    def _take_answers(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(b"")

    def _drain_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._complaint += line
            del self._complaint[:-4096]


class SandboxKeeper:
    """Holds the one sandbox of this process. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: SandboxProcess | None = None

    @property
    def address(self) -> SandboxAddress | None:
        """Where it is, or None when none runs."""
        process = self._process
        return process.address if process is not None and process.running else None

    def start(self, options: Sequence[str] = ()) -> SandboxAddress:
        """The running one, or a new one. Raises SessionError."""
        if not self._lock.acquire(timeout=START_SECONDS):
            raise OperationTimedOut("The sandbox tenant is being started elsewhere and does not answer.")
        try:
            if self.address is None:
                self._process = SandboxProcess(options)
            assert self._process is not None
            return self._process.address
        finally:
            self._lock.release()

    def tell(self, line: str) -> dict[str, object]:
        """Say a line to the running one, for instance `fault command@1:502` or `pass 900`. Raises SessionError."""
        process = self._process
        if process is None:
            raise SessionError("No sandbox tenant runs here.", "Start it: %lync sandbox")
        return process.tell(line)

    def stop(self) -> bool:
        """End it. Whether one was running."""
        process, self._process = self._process, None
        if process is None:
            return False
        was_running = process.running
        process.stop()
        return was_running


sandbox: Final = SandboxKeeper()
"""The one of this process."""
