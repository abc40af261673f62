"""The sign-in form in a real kernel, submitted as a browser submits it: through its comm."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import ipykernel
import pytest

pytestmark = pytest.mark.timeout(180)

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
WRONG = "Autumn-4711-leaves"
UPDATE = "update_display_data"
SEES_CLICKS = ipykernel.version_info[:2] >= (7, 4)
needs_clicks = pytest.mark.skipif(not SEES_CLICKS, reason="this ipykernel sees no clicks while a cell waits")


def show_form(kernel: Any, line: str = f"%lync connect {USER}") -> str:
    """Run a line that shows the form; the cell's id."""
    cell: str = kernel.send(line)
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    return cell


def type_password(kernel: Any, password: str = WRONG) -> None:
    """Type a password into the newest form, and leave the field."""
    kernel.wait(lambda: any(state.get("_model_name") == "PasswordModel" for state in kernel.widgets.values()))
    field = kernel.widget(_model_name="PasswordModel")
    kernel.comm(field, {"method": "update", "state": {"value": password}, "buffer_paths": []})


def click(kernel: Any, button: str) -> None:
    """Click a button of the newest form."""
    kernel.comm(kernel.widget(description=button), {"method": "custom", "content": {"event": "click"}})


def closed_to(kernel: Any) -> list[str]:
    """The lines to which forms have closed, the oldest first."""
    kernel.drain()
    updates = [message["content"]["data"] for message in kernel.everything if message["msg_type"] == UPDATE]
    return [data["text/plain"] for data in updates if "text/plain" in data]


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a server that takes a connection and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://localhost:{listener.getsockname()[1]}/OcsPowershell"


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


@needs_clicks
def test_signed_in_waits_for_the_form(kernel: Any) -> None:
    first = kernel.send("%lync connect kenmyer@litwareinc.com")
    kernel.wait(lambda: kernel.outcome(first).status == "idle")
    second = kernel.send("import lync_magic\nprint((await lync_magic.signed_in(timeout=60)).state.value)")
    kernel.submit_form("p@ssw0rd!")
    kernel.wait(lambda: "Opened" in kernel.outcome(second).stdout)


@needs_clicks
def test_signed_in_says_after_its_time_that_nobody_came_and_the_form_still_works(kernel: Any) -> None:
    cell = show_form(kernel)
    outcome = kernel.run("import lync_magic\nawait lync_magic.signed_in(timeout=0.5)")
    assert outcome.error_name == "OperationTimedOut"
    assert "Nobody signed in within 0.5 seconds." in outcome.error_text
    assert "run this cell again" in outcome.error_text
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)
    assert kernel.run("print((await lync_magic.signed_in(timeout=20)).state.value)").stdout == "Opened\n"


@needs_clicks
def test_signed_in_waits_no_longer_when_the_form_was_cancelled(kernel: Any) -> None:
    show_form(kernel)
    waiting = kernel.send("import lync_magic\nawait lync_magic.signed_in(timeout=100)")
    kernel.wait(lambda: any(state.get("description") == "Cancel" for state in kernel.widgets.values()))
    click(kernel, "Cancel")
    kernel.wait(lambda: kernel.outcome(waiting).status == "idle", 30)
    assert kernel.outcome(waiting).error_name == "CredentialNeeded"
    assert "closed, and no session is open" in kernel.outcome(waiting).error_text


@needs_clicks
def test_signed_in_goes_on_when_the_commands_are_there_too(kernel: Any) -> None:
    show_form(kernel)
    waiting = kernel.send(
        "import lync_magic\nawait lync_magic.signed_in(timeout=60)\nprint(Get_CsTenant().DisplayName)"
    )
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: kernel.outcome(waiting).status == "idle")
    assert kernel.outcome(waiting).stdout == "Litware, Inc.\n", kernel.outcome(waiting).error_text


@pytest.mark.skipif(SEES_CLICKS, reason="this ipykernel sees clicks while a cell waits")
def test_where_clicks_are_not_seen_signed_in_says_so_at_once(kernel: Any) -> None:
    kernel.run("%lync connect kenmyer@litwareinc.com")
    outcome = kernel.run("import lync_magic\nawait lync_magic.signed_in(timeout=60)")
    assert outcome.error_name == "UsageError"
    assert "run this cell again" in outcome.error_text


# --- one sign-in at a time ------------------------------------------------------------------------------------------


def test_two_clicks_and_an_enter_open_one_session(kernel: Any) -> None:
    cell = show_form(kernel)
    type_password(kernel, PASSWORD)
    for _ in range(2):
        click(kernel, "Sign in")
    field = kernel.widget(_model_name="PasswordModel")
    kernel.comm(field, {"method": "custom", "content": {"event": "submit"}})
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)
    assert kernel.run("import lync_magic.sessions\nprint(len(list(lync_magic.sessions.registry)))").stdout == "1\n"


def test_a_form_is_closed_by_the_next_one(kernel: Any) -> None:
    show_form(kernel)
    show_form(kernel, "%lync connect sara@litwareinc.com")
    assert closed_to(kernel) == ["Another sign-in form was opened."]
    fields = [state for state in kernel.widgets.values() if state.get("_model_name") == "PasswordModel"]
    assert len(fields) == 1
    assert kernel.widgets[kernel.widget(description="User name")]["value"] == "sara@litwareinc.com"


def test_a_cell_of_powershell_whose_form_was_closed_by_another_says_that_it_did_not_run(kernel: Any) -> None:
    cell = show_form(kernel, "%%lync\n$credential = Get-Credential\nGet-CsTenant")
    kernel.wait(lambda: "PasswordModel" in str(kernel.widgets))
    show_form(kernel)
    kernel.wait(lambda: "the rest of the cell did not run" in kernel.outcome(cell).stderr)
    assert closed_to(kernel) == ["Another sign-in form was opened."]


# --- the kernel stays free, and Cancel is heard ---------------------------------------------------------------------


def test_while_it_signs_in_cells_run_and_cancel_closes_the_form_at_once(kernel: Any, silent_server: str) -> None:
    show_form(kernel, f"%lync connect {USER} --timeout 30 --override-powershell-uri {silent_server}")
    kernel.submit_form(WRONG)
    kernel.wait(lambda: any(state.get("description") == "Signing in…" for state in kernel.widgets.values()))
    assert kernel.run("print(6 * 7)").stdout == "42\n"
    assert closed_to(kernel) == []
    click(kernel, "Cancel")
    kernel.wait(lambda: closed_to(kernel) == ["Sign-in cancelled."], 10)


def test_the_form_counts_down_while_a_server_leaves_the_new_session_waiting(kernel: Any) -> None:
    kernel.run("from lync_magic.sessions import sandbox\nsandbox.start(['--hang', '--seats-administrator', '1'])")
    kernel.run(f"%lync connect {USER} --env LYNC_PASSWORD")
    show_form(kernel, f"%lync connect {USER} --new")
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: "Waiting for localhost: no answer for 4 s; given up in " in str(kernel.widgets))
    kernel.wait(lambda: "no answer for 5 s" in str(kernel.widgets))
    assert "no answer for 4 s" not in str(kernel.widgets)


def test_a_session_that_opens_after_cancel_is_closed_and_gives_its_seat_back(kernel: Any) -> None:
    kernel.run("%lync sandbox")
    cell = show_form(kernel)
    # The two messages reach the kernel one after the other, long before a server could have answered.
    kernel.submit_form(PASSWORD)
    click(kernel, "Cancel")
    kernel.wait(lambda: closed_to(kernel) == ["Sign-in cancelled."], 10)
    alive = "import threading\nprint([one.name for one in threading.enumerate() if one.name == 'lync_magic sign-in'])"
    kernel.wait(lambda: kernel.run(alive).stdout == "[]\n")
    assert kernel.run("%lync sessions").stdout == "There is no session. Connect: %lync connect USER\n"
    assert "Opened" not in kernel.outcome(cell).text
    assert kernel.run("print('Get_CsTenant' in globals())").stdout == "False\n"


# --- what is left of the password -----------------------------------------------------------------------------------

LEFT = """
def left(numbers):
    import gc, json, ipywidgets, lync_magic
    secret = bytes(numbers).decode()
    places = {
        "the state of the widgets": json.dumps(ipywidgets.Widget.get_manager_state(), default=str),
        "Out": repr(Out),
        "In": repr(In),
        "the names": repr([each for name, each in globals().items() if name != "left"]),
    }
    held = [one for one in gc.get_objects() if isinstance(one, lync_magic.SecureString) and not one.wiped]
    return [name for name, text in places.items() if secret in text], len(held)
print(left(NUMBERS))
"""


def what_is_left(kernel: Any, secret: str = WRONG) -> str:
    """Where the kernel still shows a secret, and how many secrets it holds at all, as it prints that."""
    assert secret not in str(kernel.everything)
    # The cell holds numbers in place of the word, so that its own text is not found.
    printed: str = kernel.run(LEFT.replace("NUMBERS", repr(list(secret.encode())))).stdout.strip()
    return printed


def cancelled(kernel: Any) -> None:
    show_form(kernel)
    type_password(kernel)
    click(kernel, "Cancel")
    kernel.wait(lambda: closed_to(kernel) == ["Sign-in cancelled."])


def refused(kernel: Any) -> None:
    show_form(kernel)
    kernel.submit_form(WRONG)
    kernel.wait(lambda: "Logon failed" in str(kernel.widgets))


def ran_again(kernel: Any) -> None:
    show_form(kernel)
    type_password(kernel)
    show_form(kernel)


def nobody_came(kernel: Any) -> None:
    show_form(kernel)
    type_password(kernel)
    kernel.run("import lync_magic\nawait lync_magic.signed_in(timeout=0.5)")
    click(kernel, "Cancel")


def unloaded(kernel: Any) -> None:
    show_form(kernel)
    type_password(kernel)
    kernel.run("%unload_ext lync_magic")


@pytest.mark.parametrize("way", [cancelled, refused, ran_again, nobody_came, unloaded])
def test_nothing_of_the_password_is_left_however_the_form_ended(kernel: Any, way: Any) -> None:
    way(kernel)
    assert what_is_left(kernel) == "([], 0)"


def test_nothing_is_left_when_no_server_answers_in_time_and_the_kernel_is_interrupted(
    kernel: Any, silent_server: str
) -> None:
    show_form(kernel, f"%lync connect {USER} --timeout 1 --override-powershell-uri {silent_server}")
    kernel.submit_form(WRONG)
    kernel.wait(lambda: "Signing in…" in str(kernel.widgets))
    kernel.interrupt()
    kernel.wait(lambda: 'role="alert"' in str(kernel.widgets))
    assert what_is_left(kernel) == "([], 0)"


def test_a_session_holds_one_copy_until_it_is_removed(kernel: Any) -> None:
    cell = show_form(kernel)
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)
    assert what_is_left(kernel, PASSWORD) == "([], 1)"
    kernel.run("%lync remove")
    assert what_is_left(kernel, PASSWORD) == "([], 0)"


def test_a_password_that_is_typed_but_not_sent_is_held_once_and_shown_nowhere(kernel: Any) -> None:
    show_form(kernel)
    type_password(kernel)
    assert what_is_left(kernel) == "([], 1)"
    planted = kernel.run(f"planted = {WRONG!r}\nleft({list(WRONG.encode())})")
    assert planted.result["text/plain"] == "(['In', 'the names'], 1)"  # the search finds what is there


def test_what_runs_while_a_cell_goes_on_after_its_form_waits_for_it_and_each_shows_its_own(kernel: Any) -> None:
    first = kernel.run(
        "%%lync\n$c = Get-Credential ken@example.com\n'begun'\nStart-Sleep -Milliseconds 700\n$done = 'done'\n'ended'"
    )
    assert kernel.run('%%lync\n"meanwhile $done"').stdout == "meanwhile \n"
    kernel.submit_form("secret")
    kernel.wait(lambda: "begun" in first.stdout)
    assert kernel.run('%%lync\n"then $done"').stdout == "then done\n"
    assert first.stdout == "begun\nended\n"
    assert kernel.run("done").result["text/plain"] == "'done'"
