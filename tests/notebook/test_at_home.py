"""The magic as people expect one: help everywhere, the version, near words, and what a removed session says."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def powershell() -> str:
    """The machine's own."""
    return ""


@pytest.mark.parametrize("line", ["%lync --help", "%lync -h", "%lync"])
def test_the_magic_alone_lists_its_verbs(shared: Any, line: str) -> None:
    assert "%lync connect " in shared.run(line).stdout


@pytest.mark.parametrize(
    "line",
    [
        "%lync connect --help",
        "%lync connect ken@litwareinc.com -h",
        "%%lync --help\n1",
        "%%lync --help",
        "%%lync -o x -?",
    ],
)
def test_help_shows_options_and_does_nothing(shared: Any, line: str) -> None:
    outcome = shared.run(line)
    assert outcome.status == "ok"
    assert outcome.stdout.startswith("usage: %")


@pytest.mark.parametrize(
    "cell", ["%lync Get-CsTenant --help", "%lync Get-CsTenant -?", "%lync help Get-CsTenant", "%%lync\nGet-CsTenant -?"]
)
def test_a_command_that_is_asked_for_help_shows_its_syntax_and_does_not_run(shared: Any, cell: str) -> None:
    outcome = shared.run(cell)
    assert "Get-CsTenant [[-Identity] <OUIdParameter>]" in outcome.text
    assert "Litware" not in outcome.text


def test_help_on_a_cmdlet_of_this_side_is_its_own(shared: Any) -> None:
    assert "Where-Object [-FilterScript] <scriptblock>" in shared.run("%lync help Where-Object").text


def test_the_version_says_what_runs_here(shared: Any) -> None:
    assert shared.run("%lync --version").stdout.startswith("lync_magic 0.")


@pytest.mark.parametrize("cell", ["%lync Get-CsOnlineUsr", "%%lync\nGet-CsOnlineUsr", "%lync help Get-CsOnlineUsr"])
def test_a_command_that_is_not_there_is_answered_with_the_nearest_one(shared: Any, cell: str) -> None:
    outcome = shared.run(cell)
    assert "Did you mean Get-CsOnlineUser?" in outcome.stderr + outcome.error_text


def test_a_second_import_of_all_says_that_they_are_there_already(shared: Any) -> None:
    assert "imported already, from this session" in shared.run("%lync import").error_text


@pytest.mark.parametrize(
    ("cell", "near"),
    [
        ("Get_CsOnlineUsr()", "Get_CsOnlineUser"),
        ("import lync_magic\nnext(iter(lync_magic.sessions)).Get_CsOnlineUsr()", "Get_CsOnlineUser"),
        ("%lync Get-CsClientPolicy -Identty Global", "Identity"),
        ("%%lync\nGet-CsConferencingPolicy -Identty Global", "Identity"),
        ("Get_CsVoicePolicy(Identty='Global')", "Identity"),
        ("%lync --hlep", "--help"),
        ("%lync login", "%lync connect"),
        ("%lync exit", "%lync remove"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_the_nearest_one(shared: Any, cell: str, near: str) -> None:
    outcome = shared.run(cell)
    assert f"Did you mean {near}?" in outcome.stderr + outcome.error_text


@pytest.mark.parametrize(
    "cell",
    [
        "Get-CsTenant",
        "Get-CsOnlineUser -ResultSize 3",
        "$users = Get-CsOnlineUser | Select-Object DisplayName",
        "users = Get-CsOnlineUser",
    ],
)
def test_powershell_in_a_cell_of_python_is_told_where_it_goes(shared: Any, cell: str) -> None:
    outcome = shared.run(cell)
    assert outcome.error_name in ("NameError", "SyntaxError")
    assert "goes after %lync, or in a cell that begins with %%lync: %lync Get-Cs" in outcome.error_text


def test_options_behind_a_command_are_not_sent_with_it(shared: Any) -> None:
    told = shared.run("%lync Get-CsTenant --as pandas").error_text
    assert "%lync --as pandas Get-CsTenant" in told
    assert shared.run("%lync 'a --as b'.Length").text.split()[-1] == "8"


def test_none_for_a_mandatory_parameter_is_told_what_sends_null(shared: Any) -> None:
    shared.run("Grant_CsVoicePolicy?")
    assert "lync_magic.Null sends $null" in shared.run("Grant_CsVoicePolicy(PolicyName=None)").error_text


def test_what_a_comparison_gave_chooses_no_object(shared: Any) -> None:
    shared.run("users = Get_CsOnlineUser(ResultSize=2)")
    assert "users.filter(Department=" in shared.run("users[users.Department == 'Sales']").error_text


@pytest.mark.parametrize("cell", ["Get", "a - b c", "if x:\npass", "import re; re.match(r'(', 'Get-Item')"])
def test_other_errors_of_python_are_as_they_were(shared: Any, cell: str) -> None:
    assert "%lync" not in shared.run(cell).error_text


def test_a_command_of_a_removed_session_says_whose_it_was(connected: Any) -> None:
    connected.run("%lync remove")
    assert "which was removed" in connected.run("%lync Get-CsTenant").error_text
    assert "imported from Session1, which was removed" in connected.run("Get_CsTenant()").error_text
    assert "Session1 was removed." in connected.run("%lync use 1").error_text


def test_connecting_nobody_where_nobody_can_be_asked_names_no_empty_name(shared: Any) -> None:
    assert "asked for a user name and password here" in shared.run("%lync connect", stdin=False).error_text


def test_a_password_in_the_place_of_the_user_name_goes_nowhere(kernel: Any) -> None:
    kernel.send("%lync connect")
    kernel.type_user_name("S3cret@no!")
    kernel.submit_form("whatever")
    kernel.wait(lambda: any("holds no domain" in str(state.get("value", "")) for state in kernel.widgets.values()))
    shown = [one for one in kernel.everything if one["msg_type"] in ("stream", "display_data", "error")]
    troubles = [state["value"] for state in kernel.widgets.values() if "holds no domain" in str(state.get("value", ""))]
    assert "S3cret" not in str(shown) + str(troubles)


FAN = "import lync_magic\nlync_magic.fan_out('Get-CsTenant', [{'user_name': 'ken@contoso.com', 'env': 'NOT_SET'}])"


def test_the_table_of_a_fan_out_ends_with_what_came_of_each_target(shared: Any) -> None:
    shared.run(FAN)
    updates = [one["content"]["data"] for one in shared.everything if one["msg_type"] == "update_display_data"]
    shown = updates[-1]
    assert "⚠ CredentialNeeded" in shown["text/plain"]
    assert "1 of 1 targets have answered, 1 failed" in shown["text/html"]
