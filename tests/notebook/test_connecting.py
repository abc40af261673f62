"""The main job in a real kernel: connect, import, call, complete, interrupt, remove, and leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(180)


def test_connecting_without_a_form_shows_the_session_and_the_module(kernel: Any) -> None:
    outcome = kernel.run("%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD")
    assert outcome.status == "ok", outcome.error_text
    for line in (
        "Determining domain to admin",
        "AdminDomain = litwareinc.com",
        "Discovering PowerShell endpoint URI",
        "TargetUri = https://",
        "Requesting authentication token",
        "Initializing remote session",
        "Success",
    ):
        assert f"VERBOSE: {line}" in outcome.stdout
    assert "Opened" in outcome.text
    assert "Microsoft.PowerShell" in outcome.text
    assert "tmp_" in outcome.text
    assert "45 commands imported" in outcome.stdout


def test_the_password_leaves_the_environment_once_it_was_read(shared: Any) -> None:
    assert shared.run("import os; print('LYNC_PASSWORD' in os.environ)").stdout == "False\n"


def test_a_command_is_a_python_function(shared: Any) -> None:
    outcome = shared.run("print(Get_CsTenant().DisplayName)")
    assert outcome.stdout.strip() == "Litware, Inc."


def test_a_line_of_powershell_keeps_its_result(shared: Any) -> None:
    outcome = shared.run("users = %lync Get-CsOnlineUser -ResultSize 10\nprint(len(users), users[0].DisplayName)")
    assert outcome.status == "ok", outcome.error_text
    assert outcome.stdout.startswith("10 ")


def test_a_result_is_shown_as_a_table(shared: Any) -> None:
    outcome = shared.run("%lync Get-CsOnlineUser -ResultSize 3")
    assert "<table" in outcome.html
    assert "OnlineUser" in outcome.html or "ADUser" in outcome.html


def test_parameters_of_a_function_are_completed(connected: Any) -> None:
    code = "Get_CsOnlineUser(Res"
    reply = connected.client.complete(code, len(code), reply=True, timeout=30)
    assert "ResultSize=" in reply["content"]["matches"]


def test_commands_and_parameters_are_completed_in_a_line(connected: Any) -> None:
    for code, wanted in (
        ("%lync con", "connect"),
        ("%lync Get-CsOnl", "Get-CsOnlineUser"),
        ("%lync Get-CsOnlineUser -Res", "-ResultSize"),
        ("%%lync\nGet-CsTen", "Get-CsTenant"),
    ):
        reply = connected.client.complete(code, len(code), reply=True, timeout=30)
        assert wanted in reply["content"]["matches"], code


def test_help_on_a_function_shows_its_parameters(connected: Any) -> None:
    reply = connected.client.inspect("Get_CsOnlineUser", 5, reply=True, timeout=30)
    assert "ResultSize" in reply["content"]["data"]["text/plain"]


def test_an_imported_function_is_gone_with_its_session_and_a_rebound_name_stays(connected: Any) -> None:
    connected.run("Get_CsTenant = 'mine'")
    outcome = connected.run("%lync remove\nprint(Get_CsTenant, 'Get_CsOnlineUser' in dir())")
    assert outcome.stdout.endswith("mine False\n")


def test_without_a_session_a_documented_command_says_so(kernel: Any) -> None:
    outcome = kernel.run("%lync Get-CsTenant")
    assert outcome.error[0] == (
        "CommandNotFound: The term 'Get-CsTenant' is not recognized as the name of a cmdlet, function, script file, "
        "or operable program. Check the spelling of the name, or if a path was included, verify that the path is "
        "correct and try again."
    )
    assert "%lync connect" in outcome.error[1]
    assert len(outcome.error) == 2


def test_a_wrong_password_is_one_clear_error(start_kernel: Any) -> None:
    kernel = start_kernel(WRONG="not it")
    outcome = kernel.run("%load_ext lync_magic\n%lync connect kenmyer@litwareinc.com --env WRONG")
    assert outcome.error_name == "SignInFailed"
    assert "Logon failed for the user 'kenmyer@litwareinc.com'" in outcome.error[0]
    assert "not it" not in str(kernel.everything)


def test_where_nobody_can_be_asked_the_error_names_the_ways(kernel: Any) -> None:
    outcome = kernel.run("%lync connect kenmyer@litwareinc.com", stdin=False)
    assert outcome.error_name == "CredentialNeeded"
    assert "--env" in outcome.error_text
    assert "lync_magic.connect(" in outcome.error_text


def test_a_password_on_the_line_is_refused_and_not_repeated(kernel: Any) -> None:
    for line in (
        "%lync connect kenmyer@litwareinc.com Secret123",
        "%lync connect kenmyer@litwareinc.com --password Secret123",
    ):
        outcome = kernel.run(line)
        assert outcome.error_name == "UsageError"
        assert "Secret123" not in outcome.error_text


def test_an_interrupt_stops_the_remote_command_and_leaves_the_session_usable(kernel: Any, tmp_path: Path) -> None:
    log = tmp_path / "requests.log"

    def commands() -> int:
        return log.read_text().count(" Command ")

    kernel.run(f"from lync_magic.sessions import sandbox\nsandbox.start(['--delay', '0.2', '--log', {str(log)!r}])")
    outcome = kernel.run("%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD")
    assert outcome.status == "ok", outcome.error_text
    before = commands()
    cell = kernel.send("Get_CsOnlineUser()")
    kernel.wait(lambda: commands() > before)
    kernel.interrupt()
    kernel.wait(lambda: kernel.outcome(cell).status == "idle", 20)
    assert kernel.outcome(cell).error_name == "KeyboardInterrupt"
    kernel._reply(cell, 10)
    after = kernel.run("print(Get_CsTenant().DisplayName)")
    assert after.stdout.strip() == "Litware, Inc."


def test_shutting_the_kernel_down_frees_the_seat(start_kernel: Any, sandbox_server: Any) -> None:
    address = sandbox_server("--seats-administrator", "1")
    for _ in range(2):  # one more than an administrator may hold
        kernel = start_kernel(LYNC_PASSWORD="p@ssw0rd!")
        connect = (
            "%load_ext lync_magic\n"
            f"%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD --ca {address['ca']} "
            f"--override-discovery-uri {address['http']}"
        )
        outcome = kernel.run(connect)
        assert outcome.status == "ok", outcome.error_text
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=False)


def test_help_on_a_verb_with_a_question_mark(kernel: Any) -> None:
    outcome = kernel.run("%lync connect?")
    assert "--uri" in outcome.stdout
    assert "Sign in, open a session" in outcome.stdout


def test_a_confirmation_is_asked_on_the_input_line(shared: Any) -> None:
    change = "%lync Set-CsUser -Identity kenmyer@litwareinc.com -AudioVideoDisabled $true -Confirm"
    show = "print(Get_CsOnlineUser('kenmyer@litwareinc.com').AudioVideoDisabled)"
    assert shared.run(change, answers=["n"]).status == "ok"
    assert shared.run(show).stdout == "False\n"
    assert shared.run(change, answers=["y"]).status == "ok"
    assert shared.run(show).stdout == "True\n"


def test_a_confirmation_that_nobody_can_answer_is_refused_and_the_session_goes_on(shared: Any) -> None:
    outcome = shared.run(
        "Set_CsUser(Identity='kenmyer@litwareinc.com', AudioVideoDisabled=True, Confirm=True)", stdin=False
    )
    assert outcome.error_name == "PromptRefused"
    assert "Confirm=False" in outcome.error_text
    assert shared.run("print(Get_CsTenant().DisplayName)").stdout.strip() == "Litware, Inc."


def test_what_if_says_what_would_be_done(shared: Any) -> None:
    outcome = shared.run("Set_CsUser(Identity='kenmyer@litwareinc.com', AudioVideoDisabled=True, WhatIf=True)")
    assert outcome.stdout.startswith("What if: ")


def test_the_newest_connection_is_the_current_one_and_use_goes_back(connected: Any) -> None:
    second = "%env LYNC_PASSWORD=p@ssw0rd!\n%lync connect dlongmuir@litwareinc.com --env LYNC_PASSWORD"
    assert connected.run(second).status == "ok"
    assert connected.run("print(Get_CsTenant.session.user_name)").stdout.strip() == "dlongmuir@litwareinc.com"
    connected.run("%lync use 1")
    assert connected.run("print(Get_CsTenant.session.user_name)").stdout.strip() == "kenmyer@litwareinc.com"
    connected.run("%lync remove 1")
    assert connected.run("print(Get_CsTenant.session.user_name)").stdout.strip() == "dlongmuir@litwareinc.com"


def test_import_pssession_does_not_take_names_that_mean_something(connected: Any) -> None:
    outcome = connected.run("Get_CsTenant = 1\n%lync import --session 1 Get-CsTenant")
    assert outcome.error_name == "EvaluationError"
    assert "No command proxies have been created" in outcome.error_text
    assert connected.run("print(Get_CsTenant)").stdout == "1\n"
    assert connected.run("%lync import Get-CsTenant --prefix L").status == "ok"
    assert connected.run("print(Get_LCsTenant().DisplayName)").stdout.strip() == "Litware, Inc."


def test_unloading_removes_sessions_names_and_magics(connected: Any) -> None:
    connected.run("held = Get_CsTenant.session")
    connected.run("%unload_ext lync_magic")
    outcome = connected.run("print(held.state.value, 'Get_CsTenant' in dir())\n%lync sessions")
    assert outcome.stdout == "Closed False\n"
    assert "not found" in outcome.stderr + outcome.error_text
    assert connected.run("%load_ext lync_magic\n%lync sessions").stdout.startswith("There is no session.")
