"""Stop, exit and death: what ends a cell, what ends its PowerShell, what is left of them."""

from __future__ import annotations

import time

import pytest

from tests.kernel.conftest import Kernel

BEGUN = "Write-Host begun\n"


def stop(kernel: Kernel, text: str) -> None:
    """Interrupt a cell once it has begun."""
    number = kernel.send(BEGUN + text)
    kernel.wait(lambda: "begun" in kernel.cell(number).stdout)
    time.sleep(0.2)  # into the statement that follows
    kernel.manager.interrupt_kernel()
    cell = kernel.finish(number)
    assert cell.status == "error"
    assert (cell.error["ename"], cell.traceback) == ("KeyboardInterrupt", "Stopped. The session goes on.")


@pytest.mark.parametrize(
    "text",
    [
        "Start-Sleep 100",
        "while ($true) { }",
        "while ($true) { Start-Sleep -Milliseconds 5; 'x' * 100 }",
        "sh -c 'trap \"\" INT; sleep 100'",
        "1..100 | ForEach-Object -Parallel { Start-Sleep 100 }",
        "[System.Threading.Thread]::Sleep(1500); Start-Sleep 100",
        "Read-Host",
    ],
)
def test_a_cell_stops_and_the_state_stays(kernel: Kernel, text: str) -> None:
    kernel.run("$kept = 41; function Kept { $kept + 1 }")
    if text == "Read-Host":
        number = kernel.send(text, stdin=True)
        kernel.client.get_stdin_msg(timeout=60)
        kernel.manager.interrupt_kernel()
        assert kernel.finish(number).error["ename"] == "KeyboardInterrupt"
    else:
        stop(kernel, text)
    assert kernel.run("Kept").stdout == "42\n"


def test_a_stopped_program_is_gone(kernel: Kernel) -> None:
    stop(kernel, "sleep 98.7654")
    assert (
        kernel.run("@(Get-Process sleep -ErrorAction Ignore | Where-Object CommandLine -like '*98.7654*').Count").stdout
        == "0\n"
    )


def test_what_does_not_stop_is_ended_and_said(own_kernel: Kernel) -> None:
    own_kernel.run("$lost = 1")
    number = own_kernel.send(f"{BEGUN}1..1e9")
    own_kernel.wait(lambda: "begun" in own_kernel.cell(number).stdout)
    own_kernel.manager.interrupt_kernel()
    cell = own_kernel.finish(number)
    assert cell.error["ename"] == "EngineLost"
    assert "did not stop" in cell.traceback
    assert "variables, functions" in cell.traceback
    assert own_kernel.run('"[$lost]"').printed == "[]\n"


def test_exit_ends_the_session_and_says_so(own_kernel: Kernel) -> None:
    own_kernel.run("function Gone { 1 }; $pid_before = $PID")
    cell = own_kernel.run("'before'; Set-Location /usr; exit; 'after'")
    assert cell.status == "ok"
    assert cell.stdout.startswith("before\nexit ended this PowerShell session")
    assert own_kernel.run("Gone").error["ename"] == "CommandNotFoundException"
    assert own_kernel.run("$PWD.Path").stdout == "/usr\n"


def test_exit_with_a_code_fails_the_cell(own_kernel: Kernel) -> None:
    cell = own_kernel.run("exit 3")
    assert cell.status == "error"
    assert "exit code 3" in cell.error["evalue"]
    assert own_kernel.run("1 + 1").printed == "2\n"


def test_a_powershell_that_dies_is_said_and_started_again(own_kernel: Kernel) -> None:
    cell = own_kernel.run("Stop-Process -Id $PID -Force; Start-Sleep 100")
    assert cell.error["ename"] == "EngineLost"
    assert own_kernel.run("1 + 1").printed == "2\n"


def test_a_powershell_that_died_between_cells_is_said(own_kernel: Kernel) -> None:
    process = own_kernel.run("$PID").stdout.strip()
    own_kernel.run(f"!kill -KILL {process}")
    cell = own_kernel.run("1 + 1")
    assert cell.printed.endswith("2\n")
    assert "had ended" in cell.printed


def test_what_a_dead_powershell_had_changed_is_not_an_older_value(own_kernel: Kernel) -> None:
    own_kernel.run("$kept = 5; $keep = 1")
    assert own_kernel.run("%%python\nprint(keep + kept)").stdout == "6\n"
    own_kernel.run("$keep = 2")
    own_kernel.run("Stop-Process -Id $PID -Force; Start-Sleep 100")
    assert own_kernel.run('"[$keep] [$kept]"').stdout.splitlines()[-1] == "[] [5]"
