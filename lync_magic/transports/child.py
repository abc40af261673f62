"""A child process in a session of its own: started, read, written to, watched, and ended with all that it started.

Rules of this file: a process is reaped last, because until then its group cannot become another's. No read and no
write waits where `release` cannot end it: whoever holds the other end of a pipe (a stopped process, a child that it
left behind) holds nobody here. Where there are process descriptors (Linux), the end of the process is seen at once.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import IO

from lync_magic.begin import begin, widen
from lync_magic.errors import EndpointUnreachable

_READ_SIZE = 256 * 1024
_EXIT_POLL = 0.01
_LOOK_MS = 100
"""Milliseconds after which a process is looked at that has no descriptor."""
_WINDOWS = sys.platform == "win32"


class Child:
    """A running command line. environment: its variables, or None for ours.  started: where it was begun before.

    Raises EndpointUnreachable.
    """

    def __init__(
        self,
        command_line: Sequence[str],
        environment: Mapping[str, str] | None,
        started: subprocess.Popen[bytes] | None = None,
    ) -> None:
        program = PurePath(command_line[0]).name
        self._released = False
        self._descriptor: int | None = None
        self._wake: tuple[int, int] | None = None
        try:
            self._wake = os.pipe() if not _WINDOWS else None
            self._process = started if started is not None else begin(command_line, environment)
        except (OSError, ValueError) as error:
            for end in self._wake or ():
                os.close(end)
            raise _not_started(program, error) from None
        self.stdin = _pipe(self._process.stdin)
        self.stdout = _pipe(self._process.stdout)
        self.stderr = _pipe(self._process.stderr)
        if not _WINDOWS:
            os.set_blocking(self.stdin.fileno(), False)
        for pipe in (self.stdin, self.stdout):
            widen(pipe.fileno())
        self._descriptor = _descriptor_of(self._process.pid)
        self._own = [one for one in (*(self._wake or ()), self._descriptor) if one is not None]

    @property
    def pid(self) -> int:
        """Its process number, and its group's."""
        return self._process.pid

    # --- talking to it --------------------------------------------------------------------------------------

    def read(self, pipe: IO[bytes]) -> bytes:
        """What there is to read on its stdout or stderr, waited for. b"" at the end, and after `release`.

        The end of the process is the end of both, whoever else may hold them.
        """
        return os.read(pipe.fileno(), _READ_SIZE) if self._is_ready(pipe.fileno(), select.POLLIN) else b""

    def wait_for_room(self) -> bool:
        """Whether its stdin takes more, waited for; False after its end, and after `release`."""
        return self._is_ready(self.stdin.fileno(), select.POLLOUT)

    def write(self, data: memoryview) -> int:
        """How many of these bytes its stdin took, which may be none. Raises OSError when it reads no more."""
        try:
            return os.write(self.stdin.fileno(), data)
        except BlockingIOError:
            return 0

    def release(self) -> None:
        """Let nobody wait in `read` or `wait_for_room` any longer."""
        if self._wake is not None and not self._released:  # else it may be another's number by now
            os.write(self._wake[1], b"x")
        self._released = True

    def _is_ready(self, pipe: int, event: int) -> bool:
        """Whether a pipe has this event, waited for until `release`, or the end of the process."""
        if self._wake is None:
            return not self._released
        poll = select.poll()
        poll.register(pipe, event)
        poll.register(self._wake[0], select.POLLIN)
        if self._descriptor is not None:
            poll.register(self._descriptor, select.POLLIN)
        while not self._released:
            found = {one for one, _ in poll.poll(None if self._descriptor is not None else _LOOK_MS)}
            if self._wake[0] in found:
                return False
            if pipe in found:
                return True
            if self.exit_code is not None:
                return pipe in {one for one, _ in poll.poll(0)}  # what it said last may be there by now
        return False

    # --- its end --------------------------------------------------------------------------------------------

    @property
    def exit_code(self) -> int | None:
        """Its exit code, the negative number of the signal that ended it, or None while it runs."""
        process = self._process
        if process.returncode is not None:
            return process.returncode
        if sys.platform == "win32":
            return process.poll()
        try:
            state = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        except ChildProcessError:  # somebody else in this process has reaped it
            return process.poll()
        if state is None:
            return None
        return state.si_status if state.si_code == os.CLD_EXITED else -state.si_status

    def has_exited(self, deadline: float) -> bool:
        """Whether it ends before `deadline` (of time.monotonic)."""
        while self.exit_code is None:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if self._descriptor is None:
                time.sleep(min(_EXIT_POLL, left))
            else:
                poll = select.poll()
                poll.register(self._descriptor, select.POLLIN)
                poll.poll(left * 1000)
        return True

    def kill(self, *, force: bool) -> None:
        """Signal it and every child that it left behind; that they are gone is no error."""
        if self._process.returncode is not None:
            return
        try:
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL if force else signal.SIGTERM)
                os.killpg(self._process.pid, signal.SIGCONT)  # one that is stopped can end
        except (ProcessLookupError, PermissionError):
            return

    def reap(self, deadline: float) -> bool:
        """Let go of it, once it has ended; False when it has not by `deadline`."""
        try:
            self._process.wait(max(_EXIT_POLL, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def free(self) -> None:
        """Close every descriptor. When no thread uses one any more; may be called again."""
        self._released = True
        for pipe in (self.stdin, self.stdout, self.stderr):
            pipe.close()
        while self._own:
            os.close(self._own.pop())

    def disown(self) -> None:
        """`free` in a forked copy of this process: the child is the parent's, and nobody here waits for it."""
        self._process.returncode = self._process.returncode or 0
        self.free()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # each is a PIPE
    return pipe


def _not_started(program: str, error: OSError | ValueError) -> EndpointUnreachable:
    if isinstance(error, FileNotFoundError):
        return EndpointUnreachable(
            f"There is no program {program} here.",
            f"Install it, or name its whole path ({program} was looked for on PATH).",
        )
    said = error.strerror if isinstance(error, OSError) else error
    return EndpointUnreachable(f"The program {program} does not start: {said}.")


def _descriptor_of(pid: int) -> int | None:
    """A descriptor that can be waited for, where the kernel has them."""
    if sys.platform == "linux":
        try:
            return os.pidfd_open(pid)
        except OSError:
            return None
    return None
