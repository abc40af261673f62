"""How the kernel starts: PowerShell first, and beside it all the rest.

Rule of this file: nothing that takes time in Python is imported before PowerShell's process has begun. One thread
imports: two that import packages with circles among their modules get in each other's way.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from lync_magic.local_powershell import begin_server

WHAT_IS_LOST: Final = (
    "Its variables, functions, classes, modules and objects are gone; what Python holds is kept. The next cell starts "
    "a new one."
)

STREAM: Final = "lync_magic.kernel.streams.Stream"


def main() -> None:
    """Run a kernel until its front end ends it. Its arguments are ipykernel's: `-f CONNECTION_FILE`."""
    begun = begin_server()

    from lync_magic.powershell import Engine

    engine = Engine(folder=Path.cwd(), lost=WHAT_IS_LOST, begun=begun)
    engine.start_soon()

    _leave_out_debugger()
    from ipykernel.kernelapp import IPKernelApp

    from lync_magic.kernel.kernel import PowerShellKernel

    class Kernel(PowerShellKernel):
        """The kernel of this process, with the engine that is starting."""

        started = engine

    IPKernelApp.launch_instance(kernel_class=Kernel, outstream_class=STREAM)


def _leave_out_debugger() -> None:
    """Have ipykernel find no debugger: Python's stops at no line of PowerShell, and front ends would offer it."""
    modules: dict[str, Any] = sys.modules
    modules["debugpy"] = None
    try:
        import ipykernel.debugger  # noqa: F401
    finally:
        del modules["debugpy"]  # who wants it in a cell of Python has it
