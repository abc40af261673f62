"""The kernel: what a front end asks of it beside running cells.

Rules: every request of the protocol is answered, also while PowerShell starts or is not there; a request about a
Python cell, a magic or a `!` line is IPython's.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, ClassVar, Final

from ipykernel.ipkernel import IPythonKernel
from traitlets import Type

from lync_magic.errors import PowerShellMissing
from lync_magic.kernel.shell import PowerShellShell, error_name
from lync_magic.powershell import Engine
from lync_magic.sessions import how_to_install_powershell

MIMETYPE: Final = "text/x-powershell"


class PowerShellKernel(IPythonKernel):
    """ipykernel's kernel, with a shell to which a cell is PowerShell.

    started: its engine, which may be starting yet.
    """

    started: ClassVar[Engine]

    implementation = "lync_magic"
    implementation_version = version("lync-magic")
    language_info = {  # noqa: RUF012 - as ipykernel has it
        "name": "powershell",
        "version": "7",
        "mimetype": MIMETYPE,
        "file_extension": ".ps1",
        "codemirror_mode": "powershell",
        "pygments_lexer": "powershell",
    }
    shell_class = Type(PowerShellShell)
    shell: PowerShellShell

    @property
    def banner(self) -> str:  # type: ignore[override]  # as ipykernel has it
        """One line on what runs the cells."""
        name = f"lync_magic {self.implementation_version}"
        try:
            found = self.started.find() is not None
        except PowerShellMissing as missing:  # one is named that is not there: each cell says so
            return f"PowerShell in Jupyter, {name}. {missing}"
        if found:
            return f"PowerShell in Jupyter, {name}. %lync lists the verbs for remote sessions."
        return (
            f"PowerShell in Jupyter, {name}. There is no PowerShell on this machine: cells run in the embedded "
            f"evaluator, which refuses what it does not know exactly. {how_to_install_powershell()}"
        )

    async def do_execute(self, *given: Any, **named: Any) -> dict[str, Any]:
        self.shell.ended_by = None
        reply: dict[str, Any] = await super().do_execute(*given, **named)
        if reply["status"] == "error" and self.shell.ended_by is not None:
            reply["ename"] = error_name(self.shell.ended_by)
        return reply
