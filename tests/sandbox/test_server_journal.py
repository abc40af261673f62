"""What really ran is written down: once for each command, with its parameters, without secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from foreign_client import connect
from pypsrp.complex_objects import ObjectMeta, PSInvocationState
from pypsrp.powershell import PowerShell, RunspacePool
from raw_client import Client


def test_a_line_is_written_for_each_command_that_ran(start_sandbox: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "journal"
    sandbox = start_sandbox("--journal", str(file))
    with connect(sandbox) as wsman, RunspacePool(wsman) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet("Get-CsOnlineUser").add_parameter("ResultSize", 2)
        shell.add_cmdlet("Select-Object").add_parameter("Property", ["Name"])
        assert len(shell.invoke()) == 2
        failing = PowerShell(pool)
        failing.add_cmdlet("Get-CsOnlineUser").add_parameter("NoSuch", 1)
        try:
            failing.invoke()
        except Exception:  # noqa: BLE001 - what it raises is not this test's business
            assert failing.state == PSInvocationState.FAILED
    first, second = [json.loads(line) for line in file.read_text().splitlines()]
    assert (first["name"], first["parameters"]) == ("Get-CsOnlineUser", {"ResultSize": 2})
    assert (second["name"], second["parameters"]) == ("Select-Object", {"Property": ["Name"]})
    assert first["shell"] == pool.id.upper()
    assert first["command"] == second["command"] == shell.id.upper()
    assert first["state"] == "Completed"
    assert first["start"] <= first["end"]


def test_a_command_that_runs_is_in_the_journal_and_says_how_it_ended(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.open()
    running, _ = client.command("Wait-Long", 60)
    client.receive(running)
    (entry,) = sandbox.journal
    assert (entry["name"], entry["state"], entry["end"]) == ("Wait-Long", "Running", None)
    client.signal(running, "powershell/signal/ctrl_c")
    failing, _ = client.command("Fail-Now")
    client.receive(failing)
    assert [(one["name"], one["state"], one["error"]) for one in sandbox.journal] == [
        ("Wait-Long", "Stopped", "PipelineStopped"),
        ("Fail-Now", "Failed", "NamedParameterNotFound,Fail-Now"),
    ]


def test_no_secret_is_written_down(start_tiny: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "journal"
    with connect(start_tiny("--journal", str(file))) as wsman, RunspacePool(wsman) as pool:
        pool.exchange_keys()
        shell = PowerShell(pool)
        shell.add_cmdlet("Get-Secret").add_parameter("Given", pool.serialize("geheim1", ObjectMeta("SS")))
        shell.add_parameter("PassCode", "geheim2").add_parameter("Table", {"token": "geheim3", "user": "ken"})
        shell.invoke()
    text = file.read_text()
    assert "geheim" not in text
    assert json.loads(text)["parameters"] == {
        "Given": "***",
        "PassCode": "***",
        "Table": {"token": "***", "user": "ken"},
    }


def test_a_command_that_is_refused_before_it_runs_is_not_in_the_journal(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.open()
    client.shell_id = "00000000-0000-0000-0000-00000000000A"
    assert client.command("Get-Text")[1].fault is not None
    assert sandbox.journal == []
