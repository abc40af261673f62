"""Notebooks of the kernel, run without a front end: nbclient and nbconvert; and where it listens."""

from __future__ import annotations

from typing import Any

import nbformat
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert.exporters import HTMLExporter, ScriptExporter

from tests.front_end import SPECS
from tests.kernel.conftest import Kernel

pytestmark = pytest.mark.usefixtures("powershell")


def notebook(*cells: str) -> Any:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    made.metadata["kernelspec"] = {"name": "lync_magic", "language": "powershell", "display_name": "PowerShell"}
    return made


def run(made: Any) -> Any:
    manager = AsyncKernelManager(
        kernel_name="lync_magic", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(SPECS)])
    )
    return NotebookClient(made, km=manager, timeout=90).execute()


def test_nbclient_runs_a_notebook_and_nbconvert_exports_it_as_powershell() -> None:
    made = run(notebook("$x = 20", "$x + 1", "[pscustomobject]@{ A = $x }"))
    assert made.cells[1].outputs[0].text == "21\n"
    assert made.metadata.language_info.name == "powershell"
    html, _ = HTMLExporter().from_notebook_node(made)
    assert "highlight-powershell" in html or "language-powershell" in html or 'class="nv"' in html
    script, told = ScriptExporter().from_notebook_node(made)
    assert told["output_extension"] == ".ps1"
    assert "$x + 1" in script


def test_a_cell_that_fails_stops_a_run() -> None:
    with pytest.raises(CellExecutionError, match="no such file"):
        run(notebook("throw 'no such file'", "'never'"))


def listening(process: psutil.Process) -> list[Any]:
    """The sockets on which a process listens; none where it has ended."""
    try:
        return [c for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
    except psutil.NoSuchProcess:
        return []


def test_it_listens_on_jupyters_sockets_alone(own_kernel: Kernel) -> None:
    kernel = own_kernel  # one in which no sandbox tenant was started, which is a server
    kernel.run("1")
    process = psutil.Process(kernel.manager.provisioner.pid)  # type: ignore[union-attr]
    assert kernel.manager.transport == "ipc"  # so that those are files
    assert [c.laddr.ip for c in listening(process)] == ["127.0.0.1"]  # ipykernel's own, for what forked processes print
    for one in process.children(recursive=True):
        assert not listening(one)
