"""The sign-in form in a real kernel, submitted as a browser submits it: through its comm."""

from __future__ import annotations

from typing import Any

import ipykernel
import pytest

pytestmark = pytest.mark.timeout(180)


def test_the_form_connects_when_it_is_submitted(kernel: Any) -> None:
    cell = kernel.send("%lync connect kenmyer@litwareinc.com")
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel.submit_form("p@ssw0rd!")
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)
    assert "Opened" in kernel.outcome(cell).text
    kernel._reply(cell, 10)
    assert kernel.run("print(Get_CsTenant().DisplayName)").stdout.strip() == "Litware, Inc."
    assert "p@ssw0rd!" not in str(kernel.everything)


def test_a_wrong_password_stands_in_the_form_and_it_can_be_used_again(kernel: Any) -> None:
    cell = kernel.send("%lync connect kenmyer@litwareinc.com")
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel.submit_form("wrong")
    kernel.wait(lambda: "Logon failed" in str(kernel.widgets))
    kernel.submit_form("p@ssw0rd!")
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)


def test_a_cell_of_powershell_continues_by_itself_when_the_form_is_submitted(kernel: Any) -> None:
    cell = kernel.send(
        "%%lync\n"
        "$credential = Get-Credential\n"
        "$session = New-CsOnlineSession -Credential $credential -Verbose\n"
        "Import-PSSession $session\n"
        "Get-CsTenant\n"
        "Remove-PSSession $session\n"
    )
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    assert "VERBOSE" not in kernel.outcome(cell).stdout
    kernel.type_user_name("kenmyer@litwareinc.com")
    kernel.submit_form("p@ssw0rd!")
    kernel.wait(lambda: "Litware, Inc." in kernel.outcome(cell).text)
    assert "VERBOSE: TargetUri = https://" in kernel.outcome(cell).stdout
    kernel.wait(lambda: kernel.run("print(session.state.value)").stdout.strip() == "Closed")
    assert "p@ssw0rd!" not in str(kernel.everything)


@pytest.mark.skipif(ipykernel.version_info[:2] < (7, 4), reason="this ipykernel sees no clicks while a cell waits")
def test_signed_in_waits_for_the_form(kernel: Any) -> None:
    first = kernel.send("%lync connect kenmyer@litwareinc.com")
    kernel.wait(lambda: kernel.outcome(first).status == "idle")
    second = kernel.send("import lync_magic\nprint((await lync_magic.signed_in(timeout=60)).state.value)")
    kernel.submit_form("p@ssw0rd!")
    kernel.wait(lambda: "Opened" in kernel.outcome(second).stdout)


@pytest.mark.skipif(ipykernel.version_info[:2] >= (7, 4), reason="this ipykernel sees clicks while a cell waits")
def test_where_clicks_are_not_seen_signed_in_says_so_at_once(kernel: Any) -> None:
    kernel.run("%lync connect kenmyer@litwareinc.com")
    outcome = kernel.run("import lync_magic\nawait lync_magic.signed_in(timeout=60)")
    assert outcome.error_name == "UsageError"
    assert "run this cell again" in outcome.error_text
