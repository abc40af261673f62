"""Kernels that start in a tenth of the time: forked from a process that has imported what each of them imports.

One made so is a process like any other: its own session, environment, folder and end. What it lacks is Python's start;
tests of how a kernel starts and ends start real ones.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

MODULES = [
    "ipykernel.kernelapp",
    "ipywidgets",
    "lync_magic.kernel",
    "lync_magic.magics.runner",
    "lync_magic.completing",
]
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(MODULES)


class ForkedProvisioner(LocalProvisioner):
    """Starts `python -m module words` by a fork."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        assert cmd[0] == sys.executable
        process = Forked(cmd[cmd.index("-m") + 1 :], kwargs["env"], kwargs.get("cwd") or os.getcwd())
        self.process = process  # type: ignore[assignment] # all of subprocess.Popen that is asked of it
        self.pid = self.pgid = process.pid
        return self.connection_info


class Forked:
    """A forked program, with what `jupyter_client` asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
        self._process: ForkServerProcess = _forking.Process(target=_run, args=(words, dict(environment), folder))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a forked program", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _run(words: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
    """What `python -m` does with these words, in a forked process."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv[:] = [*words, f"--IPKernelApp.parent_handle={os.getppid()}"]
    sys.path[0] = ""
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()
