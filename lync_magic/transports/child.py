"""A child process in a session of its own: started, watched, and ended with all that it started.

Rule of this file: a process is reaped last, because until then its group cannot become another's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import IO

from lync_magic.errors import EndpointUnreachable

_EXIT_POLL = 0.01


class Child:
    """A running command line. environment: its variables, or None for ours. Raises EndpointUnreachable."""

    def __init__(self, command_line: Sequence[str], environment: Mapping[str, str] | None) -> None:
        program = PurePath(command_line[0]).name
        windows = sys.platform == "win32"
        try:
            self._process = subprocess.Popen(
                list(command_line),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(environment) if environment is not None else None,
                bufsize=0,
                start_new_session=not windows,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) if windows else 0,
            )
        except FileNotFoundError:
            raise EndpointUnreachable(
                f"There is no program {program} here.",
                f"Install it, or name its whole path ({program} was looked for on PATH).",
            ) from None
        except OSError as error:
            raise EndpointUnreachable(f"The program {program} does not start: {error.strerror}.") from None

    @property
    def stdin(self) -> IO[bytes]:
        """The end to write to, unbuffered."""
        return _pipe(self._process.stdin)

    @property
    def stdout(self) -> IO[bytes]:
        """The end to read its output from, unbuffered."""
        return _pipe(self._process.stdout)

    @property
    def stderr(self) -> IO[bytes]:
        """The end to read its errors from, unbuffered."""
        return _pipe(self._process.stderr)

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
            time.sleep(min(_EXIT_POLL, left))
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
        except (ProcessLookupError, PermissionError):
            return

    def reap(self, deadline: float) -> None:
        """Let go of it, once it has ended."""
        try:
            self._process.wait(max(_EXIT_POLL, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # each is a PIPE
    return pipe
