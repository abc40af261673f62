"""The kernels where something else starts them, or something is not there: consoles, papermill, no PowerShell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill
import pytest

from lync_magic.sessions import find_powershell
from tests.front_end import SPECS
from tests.kernel.conftest import Kernel
from tests.kernel.test_running import notebook

PASSWORD = "p@ssw0rd!"
CONNECT = "%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD"


def test_without_a_powershell_the_evaluator_runs_the_cells_and_the_banner_says_so(
    made_kernel: Callable[..., Kernel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {"PATH": str(tmp_path), "LYNC_MAGIC_PWSH": ""}
    for name, value in without.items():
        monkeypatch.setenv(name, value)
    if find_powershell() is not None:
        pytest.skip("there is a PowerShell in one of the usual places of this system")
    kernel = made_kernel(without)
    banner = kernel.reply(kernel.client.kernel_info())["banner"]
    assert "no PowerShell on this machine" in banner
    assert "embedded evaluator" in banner
    assert kernel.run('$n = 20\n"$($n + 1)"').printed == "21\n"
    assert kernel.run("%%python\nn + 2").printed == "22\n"
    assert kernel.run("throw 'left'").status == "error"
    assert kernel.run("Start-Job { 1 }").error["ename"] == "CellNotSupported"
    assert "%lync engine tells how." in kernel.run("class A { }").traceback
    assert "variables are kept" in kernel.run("exit").printed
    _asks_for_mandatory_parameters(kernel)
    _is_asked(kernel)
    kernel.run(
        "%%python\nimport os\nos.environ['LYNC_MAGIC_PWSH'] = '/no/such/pwsh'"
    )  # one that is named and not there
    assert kernel.run("1").error["ename"] == "PowerShellMissing"
    _is_asked(kernel)


def _asks_for_mandatory_parameters(kernel: Kernel) -> None:
    """As PowerShell does, in its words; where nobody answers the call fails."""
    kernel.run(
        "function f { param([Parameter(Mandatory, HelpMessage = 'Whose.')][string] $Name, "
        "[Parameter(Mandatory)][int[]] $Count, [Parameter(Mandatory)][securestring] $Pin) "
        "\"$Name*$($Count -join '+')*$($Pin.Length)\" }"
    )
    cell = kernel.run("f", answers=["!?", "a", "3", "4", "", "abcd"])
    assert cell.printed == "a*3+4*4\n"
    above = (
        "cmdlet f at command pipeline position 1\nSupply values for the following parameters:\n(Type !? for Help.)\n"
    )
    assert [one["prompt"] for one in cell.asked] == [
        f"{above}Name: ", "Whose.\nName: ", "Count[0]: ", "Count[1]: ", "Count[2]: ", "Pin: ",
    ]  # fmt: skip
    assert [one["password"] for one in cell.asked] == [False] * 5 + [True]
    of_whom = "[System.Management.Automation.Credential()]$Of"
    kernel.run(f"function g {{ param([pscredential]{of_whom}, [pscredential]$As) $Of.UserName; $As.Password.Length }}")
    cell = kernel.run("g $null ken", answers=["pilar", "ab", "abc"])
    assert cell.printed == "pilar\n3\n"
    head = "PowerShell credential request\nEnter your credentials.\n"
    asked = [f"{head}User: ", "Password for user pilar: ", f"{head}Password for user ken: "]
    assert [one["prompt"] for one in cell.asked] == asked
    failed = kernel.run("f b -Pin (ConvertTo-SecureString x -AsPlainText)", answers=["three", ""])
    assert 'Cannot convert value "three"' in failed.stderr
    assert "missing mandatory parameters: Name Count Pin." in kernel.run("f", stdin=False).stderr


def _is_asked(kernel: Kernel) -> None:
    """What an editor asks is answered by this side."""
    client = kernel.client
    assert kernel.reply(client.is_complete("if (1) {"))["status"] == "incomplete"
    for text, offered in (("Get-Chi", ["Get-ChildItem"]), ("$n", ["$n", "$null"]), ("Get-Date -Fo", ["-Format"])):
        assert kernel.reply(client.complete(text, len(text)))["matches"] == offered
    assert "[-Format <string>]" in kernel.reply(client.inspect("Get-Date", 8))["data"]["text/plain"]
    assert "[-Format <string>]" in kernel.run("Get-Date?").reply["payload"][0]["data"]["text/plain"]


def test_the_python_kernelspec_has_the_extension_loaded(made_kernel: Callable[..., Kernel]) -> None:
    kernel = made_kernel(name="lync_magic_python")
    assert kernel.run("%%lync\n'said in PowerShell'").printed == "said in PowerShell\n"
    assert kernel.run("1 + 1").printed == "2\n"


def test_a_command_that_a_line_imported_is_there_in_the_next_cell_and_what_it_gave_is_offered(
    powershell: str, made_kernel: Callable[..., Kernel]
) -> None:
    kernel = made_kernel({"LYNC_PASSWORD": PASSWORD})
    assert kernel.run(CONNECT).status == "ok"
    assert kernel.run("(Get-CsTenant).DisplayName").stdout == "Litware, Inc.\n"
    assert kernel.run("Get-CsOnlineUser -ResultSize 3 | ForEach-Object { 1 } | Measure-Object -Sum | % Sum").stdout == (
        "3\n"
    )
    assert kernel.run("'before'; $env:LYNC_PASSWORD").stdout == "before\n"
    for begun, offered in (("| Select-Object Disp", "DisplayName"), ("-Identity ken", "kenmyer@litwareinc.com")):
        text = f"Get-CsOnlineUser {begun}"
        reply = kernel.reply(kernel.client.complete(text, len(text)))
        assert reply["matches"] == [offered]
        assert text[reply["cursor_start"] :] == begun.split()[-1]
    assert "Did you mean ResultSize?" in kernel.run("Get-CsOnlineUser -ReslutSize 3").traceback
    reply = kernel.reply(kernel.client.inspect("$us", 3))
    assert not reply["found"]  # what a search in all help finds is no help on a name


@pytest.fixture
def jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter finds the kernelspecs as they stand in this tree, and nothing of this machine's person."""
    data = tmp_path / "jupyter"
    data.mkdir()
    (data / "kernels").symlink_to(SPECS, target_is_directory=True)
    monkeypatch.setenv("JUPYTER_PATH", str(data))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))


@pytest.mark.usefixtures("powershell", "jupyter")
def test_papermill_runs_a_notebook_of_the_kernel(tmp_path: Path) -> None:
    given, made = tmp_path / "given.ipynb", tmp_path / "made.ipynb"
    nbformat.write(notebook("$x = 20", "$x + 1"), given)
    papermill.execute_notebook(given, made, progress_bar=False, cwd=tmp_path)
    assert nbformat.read(made, as_version=4).cells[1].outputs[0].text == "21\n"


@pytest.mark.usefixtures("powershell", "jupyter")
def test_jupyter_console_runs_cells(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "jupyter_console", "--kernel", "lync_magic", "--simple-prompt"],
        input='$x = 20\n"is $($x + 1)"\nfunction Add-One($n) { $n + 1 }\nAdd-One 41\nexit\n',
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=dict(os.environ),
        timeout=120,
    )
    assert "PowerShell in Jupyter" in ran.stdout
    assert "is 21" in ran.stdout
    assert "42" in ran.stdout
