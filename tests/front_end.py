"""A kernel in a process of its own and its one front end, spoken to as a notebook speaks to it.

What each room's tests keep of a cell is theirs: they say it in `_take`.
"""

from __future__ import annotations

import os
import queue
import re
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from lync_magic.reports.sockets import use_files
from tests.forked import ForkedProvisioner

SPECS = Path(__file__).parents[1] / "kernelspecs"
_AT_THE_START = re.compile("PYTHON|LANG|LC_|PATH$|TMPDIR$")
"""What a program looks for in its environment when it starts, and not again."""
SECONDS = 90.0
"""Far more than anything takes here, on a machine that is busy."""


class FrontEnd(ABC):
    """A running kernel and its one front end."""

    def __init__(self, name: str, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> None:
        specs = KernelSpecManager() if name == "python3" else KernelSpecManager(kernel_dirs=[str(SPECS)])
        self.manager = KernelManager(kernel_name=name, kernel_spec_manager=specs)
        self.sockets = tempfile.TemporaryDirectory()  # of one's own: a port that was free may be taken when it is used
        use_files(self.manager, Path(self.sockets.name))
        spec = self.manager.kernel_spec
        assert spec is not None
        if spec.argv[0] in ("python", sys.executable) and not any(map(_AT_THE_START.match, environment or {})):
            self.manager.provisioner = ForkedProvisioner(kernel_id=name, kernel_spec=spec, parent=self.manager)
        where = {} if folder is None else {"cwd": str(folder)}
        self.manager.start_kernel(env={**os.environ, **(environment or {})}, **where)
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=SECONDS)
        except RuntimeError:
            self.stop()
            raise
        self.name = name

    @abstractmethod
    def _take(self, message: dict[str, Any]) -> None:
        """Keep what a message of the iopub channel says."""

    def drain(self, timeout: float = 0.02, enough: Callable[[], bool] = lambda: False) -> None:
        """Read the messages that are there, or until it is enough."""
        while not enough():
            try:
                message = self.client.get_iopub_msg(timeout=timeout)
            except queue.Empty:
                return
            self._take(message)

    def question(self) -> dict[str, Any] | None:
        """What the kernel asks on the input line, if it does."""
        try:
            return self.client.get_stdin_msg(timeout=0)
        except queue.Empty:
            return None

    def wait(
        self,
        done: Callable[[], bool],
        timeout: float = SECONDS,
        asked: Callable[[dict[str, Any]], None] | None = None,
        *,
        at_once: bool = False,
    ) -> None:
        """Read messages until `done`, and until none comes for a moment.

        asked: called with each question.  at_once: read on only what is there by then, as at the end of a cell.
        """
        end = time.monotonic() + timeout
        enough = done if at_once else lambda: False
        while not done():
            if time.monotonic() > end:
                raise TimeoutError("The kernel did not do it in time.")
            self.drain(0.05, enough)
            message = self.question() if asked is not None else None
            if asked is not None and message is not None:
                asked(message)
        if at_once:
            self.drain(0)

    def stop(self) -> None:
        """End the kernel, if it has not ended."""
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.sockets.cleanup()
