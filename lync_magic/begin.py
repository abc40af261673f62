"""How a child process is begun: with pipes, in a session of its own. Small: one can be begun before all else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

if sys.platform == "linux":
    from fcntl import F_SETPIPE_SZ, fcntl

_WINDOWS = sys.platform == "win32"
_PIPE_SIZE = 1024 * 1024
"""Bytes that a pipe may hold, where the system lets it be told: the fewer changes of processes, the faster."""


def begin(
    command_line: Sequence[str], environment: Mapping[str, str] | None, inherited: Collection[int] = ()
) -> subprocess.Popen[bytes]:
    """Start a command line. environment: its variables, or None for ours.  inherited: descriptors that it gets, under
    the same numbers (not on Windows).

    Raises OSError, ValueError.
    """
    return subprocess.Popen(
        list(command_line),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment) if environment is not None else None,
        bufsize=0,
        pass_fds=tuple(inherited),
        start_new_session=not _WINDOWS,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) if _WINDOWS else 0,
    )


def widen(descriptor: int) -> None:
    """Let a pipe hold more, where the system can."""
    if sys.platform == "linux":
        with suppress(OSError):  # the user has many already
            fcntl(descriptor, F_SETPIPE_SZ, _PIPE_SIZE)
