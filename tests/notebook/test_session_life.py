"""The life of a session as a person at the notebook sees it: kept, lost, taken up again, and its seat."""

from __future__ import annotations

from typing import Any

import pytest

from lync_magic.sessions import find_powershell

pytestmark = pytest.mark.timeout(180)

CONNECT = "\n".join(
    (
        "import os",
        "os.environ['LYNC_PASSWORD'] = 'p@ssw0rd!'",
        "%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD",
    )
)
GRANT = "%lync Grant-CsVoicePolicy -Identity 'Ken Myer' -PolicyName $null"


@pytest.fixture(scope="module")
def powershell() -> str:
    """The machine's own."""
    return ""


def test_connecting_where_a_session_is_open_takes_that_one_and_says_so(connected: Any) -> None:
    again = connected.run(CONNECT)
    assert "Session1 is open on localhost already; commands go to it (--new opens another)." in again.stdout
    another = connected.run(f"{CONNECT} --new --no-import")
    assert another.status == "ok", another.error_text
    sessions = connected.run("%lync sessions").text
    assert "Session1" in sessions
    assert "Session2" in sessions


def test_the_status_names_the_server_and_says_when_the_seat_is_free(connected: Any) -> None:
    shown = connected.run("%lync status").text
    assert "Microsoft Corporation" in shown
    assert "free 60 s after this program dies" in shown
    assert "ends after 15 min without a command" in shown


def test_a_command_in_doubt_is_told_in_two_lines_and_the_next_one_goes_on(connected: Any) -> None:
    connected.run("%lync sandbox --fault command@1:502")
    doubtful = connected.run(GRANT)
    assert doubtful.error_name == "CommandInDoubt"
    assert len(doubtful.error_text.strip().splitlines()) == 2
    assert "nobody knows whether it ran" in doubtful.error_text
    assert "Look first (Get-CsVoicePolicy)" in doubtful.error_text
    goes_on = connected.run("print(Get_CsTenant().DisplayName)")
    assert "Connecting again." in goes_on.stdout
    assert goes_on.stdout.endswith("Litware, Inc.\n")


def test_an_idle_end_is_told_where_the_person_is_and_the_functions_stay(kernel: Any) -> None:
    kernel.run("%config LyncMagic.idle = 0.01")
    kernel.run(CONNECT)
    kernel.run("import time\ntime.sleep(1.5)")
    shown = kernel.run("%lync sessions").text
    assert "Disconnected" in shown
    back = kernel.run("print(Get_CsTenant().DisplayName)")
    assert "without a command" in back.stdout
    assert back.stdout.endswith("Litware, Inc.\n")


def test_an_interrupt_keeps_what_had_come(connected: Any) -> None:
    connected.run("%lync sandbox --fault receive-command@2+:before:stall=60")
    cell = connected.send("Get_CsOnlineUser(ResultSize=200)")
    connected.drain(2.0)
    connected.interrupt()
    connected.wait(lambda: connected.outcome(cell).status == "idle", 30)
    connected._reply(cell, 10)
    stopped = connected.outcome(cell)
    assert stopped.error_name == "KeyboardInterrupt"
    assert "Stopped; Session1 is" in stopped.error_text
    assert len(stopped.error_text.strip().splitlines()) <= 2


def test_all_seats_taken_says_who_has_them_and_what_to_do(connected: Any) -> None:
    for _ in range(2):
        connected.run(f"{CONNECT} --new --no-import")
    full = connected.run(f"{CONNECT} --new --no-import")
    assert full.error_name == "QuotaExceeded"
    assert "3 of kenmyer@litwareinc.com are taken" in full.error_text
    assert "Session2 of this program, since" in full.error_text
    freed = connected.run("%lync remove --all")
    assert "The seats are free." in freed.stdout


@pytest.mark.parametrize("engine", ["embedded", "powershell"])
def test_a_cell_removes_a_session_by_its_number(connected: Any, engine: str) -> None:
    if engine == "powershell" and find_powershell() is None:
        pytest.skip("no PowerShell: none on PATH, and LYNC_MAGIC_PWSH names none")
    outcome = connected.run(f"%%lync --engine {engine}\nRemove-PSSession 1")
    assert outcome.status == "ok", outcome.error_text
    assert "There is no session" in connected.run("%lync sessions").text


def test_the_sandboxs_sessions_end_with_it(connected: Any) -> None:
    stopped = connected.run("%lync sandbox stop").stdout
    assert stopped == "Removed: Session1. The seat is free.\nThe sandbox tenant has stopped.\n"
    assert "There is no session." in connected.run("%lync sessions").stdout
