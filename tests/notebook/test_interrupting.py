"""Interrupts in a real kernel: what a person reads, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import PASSWORD, connect, load, running

BATCHES = 4


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], tuple[Any, Any]]]:
    """Call it with a cell: what it showed when it was interrupted while its output came, and its kernel."""
    log = tmp_path_factory.mktemp("tenant") / "requests.log"
    with running(LYNC_PASSWORD=PASSWORD) as kernel:
        load(kernel)
        options = ["--users", "3000", "--delay", "0.1", "--log", str(log)]
        kernel.run(f"from lync_magic.sessions import sandbox\nsandbox.start({options})")
        connect(kernel)

        def run(code: str) -> tuple[Any, Any]:
            before = _received(log)
            cell = kernel.send(code)
            kernel.wait(lambda: _received(log) >= before + BATCHES)
            kernel.interrupt()
            kernel.wait(lambda: kernel.outcome(cell).status == "idle")
            kernel._reply(cell, 10)
            return kernel.outcome(cell), kernel

        yield run


def _received(log: Path) -> int:
    return log.read_text().count(" Receive ")


@pytest.mark.parametrize("code", ["Get_CsOnlineUser()", "%lync Get-CsOnlineUser", "users = %lync Get-CsOnlineUser"])
def test_what_had_come_of_a_command_is_kept(interrupted: Any, code: str) -> None:
    outcome, kernel = interrupted(code)
    assert outcome.error_text.startswith("Stopped; Session1 is usable. ")
    assert len(outcome.error_text.splitlines()) == 1
    kept = int(kernel.run("print(len(_.partial))").stdout)
    assert 0 < kept < 3000
    assert f"{kept:,} objects had come: _.partial has them." in outcome.error_text


@pytest.mark.parametrize(
    "code", ["%%lync\nGet-CsOnlineUser", "%%lync\n$u = Get-CsOnlineUser", "for user in Get_CsOnlineUser.stream(): pass"]
)
def test_a_cell_or_a_stream_ends_with_a_line_that_says_what_became_of_the_session(interrupted: Any, code: str) -> None:
    outcome, kernel = interrupted(code)
    assert outcome.error_text == "Stopped; Session1 is usable."
    assert kernel.run("print(Get_CsTenant().DisplayName)").stdout == "Litware, Inc.\n"


def test_a_command_has_one_bar_and_one_table(interrupted: Any) -> None:
    shown = [one.get("text/plain", "") for one in interrupted("%%lync\nGet-CsOnlineUser")[0].displays]
    assert len([one for one in shown if " of 3000" in one]) == 1
    assert len([one for one in shown if "objects of" in one]) == 1


def test_a_line_that_only_fails_says_so_once(interrupted: Any) -> None:
    kernel = interrupted("Get_CsOnlineUser()")[1]
    outcome = kernel.run("%lync Get-CsOnlineUser nobody@litwareinc.com")
    assert outcome.stderr == ""
    assert outcome.error_name == "RemoteError"
    assert len(outcome.error) == 1


@pytest.mark.parametrize("into", ["Set-Content", "Out-File", "Export-Csv", "Tee-Object"])
def test_what_had_come_is_in_the_file_when_a_cell_is_stopped(interrupted: Any, tmp_path: Path, into: str) -> None:
    kernel = interrupted("Get_CsOnlineUser()")[1]
    seen, made = tmp_path / "seen", tmp_path / "made"
    each = f"Add-Content '{seen}' $_; [pscustomobject]@{{ a = $_; b = 'longer'; c = 1; d = 2; e = 3 }}"
    cell = kernel.send(f"%%lync\n1..1000 | ForEach-Object {{ {each}; Start-Sleep -Milliseconds 20 }} | {into} '{made}'")
    kernel.wait(lambda: seen.exists() and len(seen.read_text().splitlines()) > 3)
    kernel.interrupt()
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    assert made.read_text().count("longer") >= 3
    assert kernel.outcome(cell).error_text == "Stopped."


def test_what_had_come_of_a_line_that_asked_no_server_is_kept_too(interrupted: Any) -> None:
    _outcome, kernel = interrupted("%lync Get-CsOnlineUser")
    cell = kernel.send("%lync 1..100 | ForEach-Object { if ($_ -gt 3) { Write-Host 'now'; Start-Sleep 60 }; $_ }")
    kernel.wait(lambda: "now" in kernel.outcome(cell).stdout)
    kernel.interrupt()
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    assert kernel.outcome(cell).error_text == "Stopped. 3 objects had come: _.partial has them."
    assert kernel.run("print(list(_.partial))").stdout == "[1, 2, 3]\n"


@pytest.mark.parametrize("goes_on", ["Start-Sleep 120", "while ($true) { $turns++ }"])
def test_a_cell_that_goes_on_after_its_form_is_interrupted_and_the_next_one_runs(kernel: Any, goes_on: str) -> None:
    cell = kernel.run(f"%%lync\n$c = Get-Credential ken@example.com\n'begun'\n{goes_on}\n'ended'")
    kernel.submit_form("secret")
    kernel.wait(lambda: "begun" in cell.stdout)
    kernel.interrupt()
    kernel.wait(lambda: "Stopped." in cell.stderr)
    assert kernel.run("%%lync\n'next'").stdout == "next\n"
    assert cell.stdout == "begun\n"
    assert kernel.run("import signal; signal.getsignal(signal.SIGINT).__name__").result["text/plain"] == (
        "'default_int_handler'"
    )


def test_the_server_is_told_too_where_such_a_cell_waits_for_a_command(kernel: Any) -> None:
    cell = kernel.run(
        "%%lync\n$c = Get-Credential kenmyer@litwareinc.com\n$s = New-CsOnlineSession -Credential $c\n"
        "Import-PSSession $s | Out-Null\n'begun'\nwhile ($true) { $null = Get-CsOnlineUser }"
    )
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: "begun" in cell.stdout)
    kernel.interrupt()
    kernel.wait(lambda: "Stopped; Session1 is usable." in cell.stderr)
    assert kernel.run("print(Get_CsTenant().DisplayName)").stdout == "Litware, Inc.\n"


def test_an_interrupt_leaves_a_form_that_waits_as_it_is(kernel: Any) -> None:
    cell = kernel.run("%%lync\n$c = Get-Credential ken@example.com\n'got'")
    kernel.run("1")
    kernel.interrupt()
    kernel.submit_form("secret")
    kernel.wait(lambda: "got" in cell.stdout)
