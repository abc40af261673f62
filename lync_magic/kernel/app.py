"""How the kernel starts: PowerShell first, and beside it all the rest.

Rule of this file: nothing that takes time in Python is imported before PowerShell's process has begun. One thread
imports: two that import packages with circles among their modules get in each other's way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from lync_magic.local_powershell import begin_server

WHAT_IS_LOST: Final = (
    "Its variables, functions, classes, modules and objects are gone; what Python holds is kept. The next cell starts "
    "a new one."
)


def main() -> None:
    """Run a kernel until its front end ends it. Its arguments are ipykernel's: `-f CONNECTION_FILE`."""
    begun = begin_server()

    from lync_magic.powershell import Engine

    engine = Engine(folder=Path.cwd(), lost=WHAT_IS_LOST, begun=begun)
    engine.start_soon()

    from ipykernel.kernelapp import IPKernelApp

    from lync_magic.kernel.kernel import PowerShellKernel

    class Kernel(PowerShellKernel):
        """The kernel of this process, with the engine that is starting."""

        started = engine

    IPKernelApp.launch_instance(kernel_class=Kernel)
