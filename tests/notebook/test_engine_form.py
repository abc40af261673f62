"""The documents' cell in the PowerShell engine, in a real kernel: it goes on by itself when its form is submitted."""

from __future__ import annotations

from typing import Any

import pytest

from lync_magic.sessions import find_powershell

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(find_powershell() is None, reason="no PowerShell: none on PATH, and LYNC_MAGIC_PWSH names none"),
]


@pytest.fixture(scope="module")
def powershell() -> str:
    """The machine's own."""
    return ""


def test_a_cell_of_the_engine_continues_by_itself_when_the_form_is_submitted(kernel: Any) -> None:
    cell = kernel.send(
        "%%lync --engine powershell\n"
        "$credential = Get-Credential\n"
        "$session = New-CsOnlineSession -Credential $credential -Verbose\n"
        "Import-PSSession $session\n"
        "Get-CsTenant | Select-Object DisplayName\n"
        "Remove-PSSession $session\n"
    )
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 30)
    kernel.type_user_name("kenmyer@litwareinc.com")
    kernel.submit_form("p@ssw0rd!")
    kernel.wait(lambda: "Litware, Inc." in kernel.outcome(cell).text)
    assert "VERBOSE: TargetUri = https://" in kernel.outcome(cell).stdout
    kernel.wait(lambda: kernel.run("print(session.state.value)").stdout.strip() == "Closed")
    assert "p@ssw0rd!" not in str(kernel.everything)


def test_while_its_form_waits_another_cell_is_told_so_and_afterwards_it_waits_its_turn(kernel: Any) -> None:
    first = kernel.run(
        "%%lync --engine powershell\n$c = Get-Credential ken@example.com\n"
        "'begun'\nStart-Sleep 2\n$done = 'done'\n'ended'"
    )
    refused = kernel.run("%%lync --engine powershell\n'x'").error_text
    assert "PowerShell is in a cell that waits for its form." in refused
    kernel.submit_form("secret")
    kernel.wait(lambda: "begun" in first.stdout)
    assert kernel.run('%%lync --engine powershell\n"then $done"').stdout == "then done\n"
    assert first.stdout == "begun\nended\n"
