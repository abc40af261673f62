"""How a child process is begun: with pipes, in a session of its own. Small: one can be begun before all else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence

_WINDOWS = sys.platform == "win32"


def begin(command_line: Sequence[str], environment: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    """Start a command line. environment: its variables, or None for ours. Raises OSError, ValueError."""
    return subprocess.Popen(
        list(command_line),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment) if environment is not None else None,
        bufsize=0,
        start_new_session=not _WINDOWS,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) if _WINDOWS else 0,
    )
