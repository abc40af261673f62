"""A client that others wrote (pypsrp), told where a sandbox of the tests is."""

from __future__ import annotations

from typing import Any

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from raw_client import PASSWORD, USER
from sandbox_process import RunningSandbox


def connect(sandbox: RunningSandbox, *, auth: str = "basic", ssl: bool = True, user: str = USER, **more: Any) -> WSMan:
    """Where it connects to. more: options of its own."""
    return WSMan(
        "localhost",
        port=sandbox.https_port if ssl else sandbox.http_port,
        ssl=ssl,
        auth=auth,
        username=user,
        password=PASSWORD,
        path="OcsPowershellLiveId",
        cert_validation=sandbox.ca,
        **more,
    )


def run(pool: RunspacePool, command: str, *arguments: Any, given: Any = None) -> PowerShell:
    """A command that has run, with all that it said."""
    shell = PowerShell(pool)
    shell.add_cmdlet(command)
    for argument in arguments:
        shell.add_argument(argument)
    shell.invoke(given)
    return shell
