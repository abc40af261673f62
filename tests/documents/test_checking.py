"""Documents are checked: true ones pass, and one that is not true any more is told with its place."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import lync_magic
from lync_magic.documents import read, read_text
from lync_magic.documents.checking import Checking, DocumentResult, as_html, as_junit, as_text, check_document
from lync_magic.documents.checking.tolerances import RULES, same

CONNECTING = """# Connecting

Type the following command and press ENTER:

    $credential = Get-Credential

To see that it is there, type the variable's name:

    $credential

PowerShell shows something similar to this:

    UserName                            Password
    --------                            --------
    kenmyer@litwareinc.com              System.Security.SecureString

Run this command:

    $session = New-CsOnlineSession -Credential $credential

You will see messages similar to this:

    VERBOSE: Determining domain to admin
    VERBOSE: AdminDomain = litwareinc.com
    VERBOSE: Discovering PowerShell endpoint URI
    VERBOSE: TargetUri = https://webdir0d.litwareinc.com/OcsPowerShellLiveId
    VERBOSE: Requesting authentication token
    VERBOSE: Success
    Id Name       ComputerName    State        ConfigurationName     Availability
    -- ----       ------------    -----        -----------------     ------------
    7  Session7   litwarein...    Opened       Microsoft.PowerShell  Available

Import it by running this command:

    Import-PSSession $session

You will see a meter similar to this:

    Creating implicit remoting module . . .
         Getting command information from remote session . . . 16 commands
         [oooooo
         00:00:33 remaining

When it is done, information similar to this appears:

    ModuleType Name                 ExportedCommands
    ---------- ----                 ----------------
    Script     tmp_5astd3uh.m5v     {Disable-CsMeetingRoom, Enable-Cs ...}

Look at one user. Run this command:

    Get-CsOnlineUser -Identity "Ken Myer" | Select-Object DisplayName, Enabled, ObjectId

You will see:

    DisplayName Enabled ObjectId
    ----------- ------- --------
    Ken Myer    True    7c3c0b2a-6d34-4f3a-9f55-0d3a2b1c4d5e

Remove the session when you are done. Run this command:

    Remove-PSSession $session

If you run the Import-PSSession cmdlet again, you will get the following error message:

    Import-PSSession : State of runspace is not valid for this operation.
"""


@pytest.fixture(scope="module")
def checking() -> Iterator[Checking]:
    made = Checking()
    yield made
    made.keeper.stop()


def checked(text: str, checking: Checking) -> DocumentResult:
    return check_document(read_text(text, "page.md", "en"), checking)


def command(line: str, printed: str = "", sentence: str = "You will see:") -> str:
    """A document of one command. Its line is 5; what it prints begins in line 9."""
    told = f"\n{sentence}\n\n" + "\n".join(f"    {one}" for one in printed.split("\n")) if printed else ""
    return f"# Page\n\nRun this command:\n\n    {line}\n{told}\n"


def test_a_document_that_is_true_passes_from_its_first_line_to_its_last(checking: Checking) -> None:
    result = checked(CONNECTING, checking)
    assert [
        (step.line, [one.message for one in step.differences]) for step in result.steps if step.status != "passed"
    ] == []
    assert len(result.steps) == 7


AS_TOLD = {
    "an error that comes where something is so": (
        "Get-CsTenant", "Get-CsTenant : Access denied.", "If you are not signed in, you will see this error message:"
    ),
    "text over several lines": (
        "Get-CsTenant | Select-Object DisplayName | ConvertTo-Json",
        '{\n    "DisplayName":  "Litware, Inc."\n}',
        "It returns:",
    ),
    "how many there are": ("(Get-CsOnlineUser).Count", "3", "The answer is:"),
    "what another parameter prints": (
        "Get-CsTenant", "VERBOSE: Nothing of the kind", "With -Verbose you will see more messages:"
    ),
    "a session that is taken for granted": ("Remove-PSSession $session", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", AS_TOLD)
def test_what_a_document_supposes_or_leaves_open_is_no_mistake(name: str, checking: Checking) -> None:
    (step,) = checked(command(*AS_TOLD[name]), checking).steps
    assert (step.status, step.differences) == ("passed", ())


BROKEN = {
    "a cmdlet that was renamed": ("Get-CsOnlineUser -Id", "Get-CsOnlineUsers -Id", "no command Get-CsOnlineUsers"),
    "a parameter that is gone": ("-Identity", "-IdentityName", "no parameter IdentityName"),
    "a column that is gone": ("DisplayName Enabled ObjectId", "DisplayNo_e Enabled ObjectId", "no column DisplayNo_e"),
    "another value": ("Ken Myer    True ", "Ken Myer    False", "Enabled is True"),
    "another user": ("Ken Myer    True", "Ken Mayer   True", "DisplayName is Ken Myer"),
    "another error": ("State of runspace is not valid", "The session has ended", "Another error"),
    "a line that does not come": ("Requesting authentication token", "Requesting a ticket", "did not come"),
    "another credential": ("kenmyer@litwareinc.com     ", "ada@contoso.com            ", "UserName is kenmyer@"),
    "another state": ("Opened       Micro", "Busy         Micro", "State is Opened"),
    "other commands": ("{Disable-CsMeetingRoom, Ena", "{Approve-CsMeetingRoom, Ena", "ExportedCommands is"),
    "a command of this side that was renamed": ("New-CsOnlineSession -C", "New-CsOnlineSesion -C", "command New-CsOn"),
    "a parameter of this side that is gone": (" -Credential $c", " -LogonCredential $c", "no parameter LogonCred"),
    "another column of sessions": ("ConfigurationName     Av", "ConfigurationName     Re", "no column Reailability"),
    "another kind of module": ("Script     tmp_5astd3uh", "Binary     tmp_5astd3uh", "ModuleType is Script"),
    "another meter": ("Creating implicit remoting module", "Creating implicit remoting modules at once", "No progress"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_document_that_was_broken_names_the_place(checking: Checking, what: str) -> None:
    true, wrong, said = BROKEN[what]
    assert CONNECTING.count(true) == 1
    broken = CONNECTING.replace(true, wrong)
    line = next(number for number, one in enumerate(broken.split("\n"), 1) if wrong in one)
    found = [one for step in checked(broken, checking).steps for one in step.differences]
    assert [one.line for one in found] == [line], found
    assert said in found[0].message


def test_what_a_command_prints_that_does_not_run_is_nobodys(checking: Checking) -> None:
    text = (
        "# Page\n\nRun this command:\n\n    Get-CsTenant\n\nRun this command:\n\n    notepad.exe x\n\n"
        "You will see:\n\n    Name  Id\n    ----  --\n    x     1\n"
    )
    assert [step.status for step in checked(text, checking).steps] == ["passed"]


def test_a_renamed_command_is_advised(checking: Checking) -> None:
    (step,) = checked(command("Get-CsTenants"), checking).steps
    assert step.differences[0].advice == "Is it Get-CsTenant now?"


def test_a_command_that_another_service_has_is_not_gone(checking: Checking) -> None:
    (step,) = checked(command("Get-CsMobilityPolicy -Identity Global"), checking).steps
    assert (step.status, "is documented" in step.reason) == ("not checked", True)


def test_its_parameters_are_checked_all_the_same(checking: Checking) -> None:
    (step,) = checked(command("Get-CsTeamsMeetingPolicy -Identety Global"), checking).steps
    assert [(one.kind, one.advice) for one in step.differences] == [("parameter", "Is it -Identity now?")]


def test_a_command_that_nobody_documents_is_advised_from_the_catalog(checking: Checking) -> None:
    (step,) = checked(command("Get-CsTeamsMeetingPolicys"), checking).steps
    assert step.differences[0].advice == "Is it Get-CsTeamsMeetingPolicy now?"


AFTER_REMOVING = CONNECTING.replace(
    "If you run the Import", "Run this command:\n\n    Get-CsTenant\n\nIf you run the Import"
)


def test_a_command_after_the_session_was_removed_needs_one(checking: Checking) -> None:
    wrong = [one for step in checked(AFTER_REMOVING, checking).steps for one in step.differences]
    assert [one.kind for one in wrong] == ["session"]


def test_a_renamed_column_is_advised(checking: Checking) -> None:
    (step,) = checked(command("Get-CsTenant", "DisplayNam : Litware, Inc."), checking).steps
    assert step.differences[0].advice == "Is it DisplayName now?"


@pytest.mark.parametrize("choosing", ["Select-Object DisplayName, SipAdress", "Format-Table SipAdress -AutoSize"])
def test_a_column_that_a_command_asks_for_in_vain_is_told(checking: Checking, choosing: str) -> None:
    (step,) = checked(command(f"Get-CsOnlineUser -ResultSize 2 | {choosing}"), checking).steps
    assert [(one.line, one.advice) for one in step.differences] == [(5, "Is it SipAddress now?")]


def test_an_error_that_the_document_does_not_show_is_told(checking: Checking) -> None:
    (step,) = checked(command("Get-CsOnlineUser -Filter 'nonsense'"), checking).steps
    assert "It fails" in step.differences[0].message


def test_an_object_that_the_tenant_has_not_is_no_mistake_of_the_document(checking: Checking) -> None:
    (step,) = checked(command("Get-CsOnlineUser -Identity nobody"), checking).steps
    assert step.status == "not checked"
    assert "--setup" in step.reason


def test_a_question_that_the_document_shows_is_asked(checking: Checking) -> None:
    printed = (
        "cmdlet Remove-CsUserAcp at command pipeline position 1\nSupply values for the following parameters:\nIdentity:"
    )
    (step,) = checked(command("Remove-CsUserAcp", printed), checking).steps
    assert step.status == "passed"


def test_a_question_that_is_not_asked_is_told(checking: Checking) -> None:
    printed = (
        "cmdlet Get-CsTenant at command pipeline position 1\nSupply values for the following parameters:\nIdentity:"
    )
    (step,) = checked(command("Get-CsTenant", printed), checking).steps
    assert step.differences[0].kind == "prompt"


def test_documents_do_not_see_each_others_changes(checking: Checking) -> None:
    change = command("Set-CsMeetingConfiguration -AdmitAnonymousUsersByDefault $False")
    assert not checked(change, checking).failed
    shown = command("Get-CsMeetingConfiguration", "AdmitAnonymousUsersByDefault : True")
    assert not checked(shown, checking).failed


@pytest.mark.parametrize(
    "line",
    [
        "Get-CsTenant | Out-File -FilePath {0}",
        "Get-CsTenant > {0}",
        "Get-Content {0}",
        "Get-Service",
        "Invoke-WebRequest http://127.0.0.1:9/",
        "& ('Out' + '-File') {0}",
        "Set-ExecutionPolicy RemoteSigned",
        "Get-CsTenant | Export-Csv {0}",
        "notepad.exe {0}",
        "'a' > (Join-Path '' {0})",
        "1 | ForEach-Object {{ 'a' *> {0} }}",
        "Set-Alias zz Set-Content; 'a' | zz {0}",
        "& (Get-Command Set-Content) {0} a",
        "Invoke-Expression \"'a' > {0}\"",
        "function f {{ 'a' | Out-File {0} }}; f",
        "New-Item {0}",
        "'a' | Tee-Object -FilePath {0}",
        "New-TemporaryFile",
    ],
)
def test_a_document_reaches_nothing_of_this_machine(checking: Checking, tmp_path: Path, line: str) -> None:
    place = tmp_path / "touched.txt"
    for step in checked(command(line.format(place)), checking).steps:
        assert step.status in ("held back", "not checked", "failed")
        assert step.status != "failed" or "no command" in step.differences[0].message
    assert not place.exists()


@pytest.mark.parametrize(
    "line",
    [
        "$env:A_TOKEN",
        'Write-Output "a $env:A_TOKEN"',
        "[Environment]::GetEnvironmentVariable('A_TOKEN')",
        "$env:A_TOKEN = 'b'",
    ],
)
def test_what_stands_in_the_environment_reaches_no_report(
    checking: Checking, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("A_TOKEN", "not-to-be-seen")
    result = checked(command(line, "something else"), checking)
    assert result.steps[0].status == "held back"
    assert "not-to-be-seen" not in as_text([result], verbose=True) + as_html([result])
    assert os.environ["A_TOKEN"] == "not-to-be-seen"


def test_a_document_does_not_learn_which_files_there_are(checking: Checking) -> None:
    (step,) = checked(command(f"[IO.File]::Exists('{sys.executable}')", "False"), checking).steps
    assert step.status == "held back"


def test_a_command_that_does_not_end_is_ended_whatever_it_is_at(checking: Checking) -> None:
    text = command("('a' * 40 + '!') -match '^(a+)+$'")
    (step,) = checked(text, replace(checking, seconds=0.2)).steps
    assert (step.status, step.differences[0].kind) == ("failed", "time")


def test_a_command_that_is_gone_is_named_where_the_line_is_held_back(checking: Checking) -> None:
    text = command("Get-CsTenant") + "\nRun this command:\n\n    Get-Tenant | Out-File -FilePath x.txt\n"
    first, second = checked(text, checking).steps
    assert (first.status, second.status) == ("passed", "failed")
    assert (second.differences[0].message, second.differences[0].advice) == (
        "There is no command Get-Tenant.",
        "Is it Get-CsTenant now?",
    )


def test_a_command_that_is_gone_is_named_where_the_line_cannot_run_here(checking: Checking) -> None:
    line = "Get-Tenant | Out-File -FilePath 'C:\\Logs\\x.txt'"
    (step,) = checked(command(line), replace(checking, machine=True)).steps
    assert step.differences[0].message == "There is no command Get-Tenant."


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are there on Windows")
@pytest.mark.parametrize("line", ["Get-Service msoidsvc", "Start-Service msoidsvc", "Get-CsTenant | Out-Printer"])
def test_a_command_of_windows_alone_is_answered_elsewhere(checking: Checking, line: str) -> None:
    (step,) = checked(command(line), replace(checking, machine=True)).steps
    assert step.status == "held back"
    assert step.reason.endswith("is there on Windows alone.")


def test_a_document_without_commands_is_not_called_true(checking: Checking) -> None:
    assert as_text([checked("# Page\n\nWords.\n", checking)]).startswith("page.md: nothing to check (commands: 0)")


def test_a_document_of_which_nothing_ran_is_not_called_true(checking: Checking) -> None:
    told = as_text([checked(command("Get-Service msoidsvc"), checking)])
    assert told.startswith("page.md: not checked (commands: 1)")


def test_two_ways_to_remove_the_same_are_both_checked(checking: Checking) -> None:
    text = command('Remove-CsUserAcp -Identity "Ken Myer"') + (
        '\nRun this command:\n\n    Remove-CsUserAcp -Identity "Ken Myer" -Name "Fabrikam ACP"\n'
    )
    assert [step.status for step in checked(text, checking).steps] == ["passed", "passed"]


def test_a_list_of_allowed_domains_that_a_document_takes_for_granted_is_there(checking: Checking) -> None:
    text = "".join(
        command(line)
        for line in (
            "$x = (Get-CsTenantFederationConfiguration).AllowedDomains",
            "$x.AllowedDomain.RemoveAt(0)",
            "Set-CsTenantFederationConfiguration -AllowedDomains $x",
        )
    )
    assert [(step.status, step.differences) for step in checked(text, checking).steps] == [("passed", ())] * 3


def test_a_question_of_a_local_command_is_told(checking: Checking) -> None:
    (step,) = checked(command("Read-Host"), checking).steps
    assert step.differences[0].kind == "prompt"


PWSH = os.environ.get("LYNC_MAGIC_PWSH") or shutil.which("pwsh")


@pytest.mark.skipif(PWSH is None, reason="no PowerShell is installed here (PATH, LYNC_MAGIC_PWSH)")
def test_the_machines_own_powershell_runs_a_document_where_that_is_asked_for() -> None:
    checking = Checking(engine=True)
    try:
        assert [step.status for step in checked(CONNECTING, checking).steps] == ["passed"] * 7
        told = command("[System.Text.StringBuilder]::new('a').Append('b').ToString()", "ab")
        assert not checked(told, checking).failed
    finally:
        checking.keeper.stop()


def test_a_document_connects_to_the_tenant_it_is_checked_against_wherever_it_says(checking: Checking) -> None:
    line = "$s = New-PSSession -ConnectionUri http://127.0.0.1:9/PowerShell -Credential (Get-Credential)"
    (step,) = checked(command(line), checking).steps
    assert step.status == "passed"


def test_lync_and_exchange_are_managed_in_one_document(checking: Checking) -> None:
    text = """# Both

Run these commands:

    $credential = Get-Credential
    $lync = New-CsOnlineSession -Credential $credential
    Import-PSSession $lync

Then Exchange:

    $exchange = New-PSSession -ConfigurationName Microsoft.Exchange -ConnectionUri https://outlook.office365.com/powershell-liveid/ -Credential $credential -Authentication Basic
    Import-PSSession $exchange

Run this command:

    Get-CsOnlineUser -Identity "Ken Myer" | ForEach-Object { $_.UserPrincipalName }
    Get-Mailbox -Identity kenmyer | Select-Object DisplayName, PrimarySmtpAddress

You will see:

    DisplayName  PrimarySmtpAddress
    -----------  ------------------
    Ken Myer     kenmyer@litwareinc.com
"""  # noqa: E501
    result = checked(text, checking)
    assert not result.failed, as_text([result])
    assert result.count("passed") == 3


def test_a_document_of_todays_modules_connects_to_the_tenant(checking: Checking) -> None:
    text = """# Teams

Run these commands:

```powershell
Import-Module MicrosoftTeams
Connect-MicrosoftTeams -UseDeviceAuthentication
Get-CsTenant | Select-Object DisplayName
```

```output
DisplayName
-----------
Litware, Inc.
```

```powershell
Connect-ExchangeOnline -UserPrincipalName admin@contoso.com -ShowBanner:$false
Get-Mailbox -Identity kenmyer | Select-Object Alias
Disconnect-ExchangeOnline -Confirm:$false
```
"""
    result = checked(text, checking)
    assert [step.status for step in result.steps] == ["passed", "passed"], as_text([result])


def test_a_command_that_does_not_end_is_ended() -> None:
    checking = Checking(seconds=2)
    (step,) = checked(command("$x = while ($true) { 1 }").replace("    $x", "    $x"), checking).steps
    assert step.differences[0].kind == "time"


def test_a_setup_runs_before_the_document(tmp_path: Path) -> None:
    setup = tmp_path / "setup.ps1"
    setup.write_text("Set-CsMeetingConfiguration -AdmitAnonymousUsersByDefault $False\n", "utf-8")
    checking = Checking(setup=read(setup))
    try:
        shown = command("Get-CsMeetingConfiguration", "AdmitAnonymousUsersByDefault : False")
        assert not checked(shown, checking).failed
    finally:
        checking.keeper.stop()


SAME = [
    ("guid", "Id 7c3c0b2a-6d34-4f3a-9f55-0d3a2b1c4d5e", "Id 00000000-6d34-4f3a-9f55-0d3a2b1c4d5e"),
    ("date", "since 12/13/2013 10:20:30 AM", "since 1/2/2026 1:02:03 PM"),
    ("module name", "in tmp_5astd3uh.m5v", "in tmp_abcdefgh.xyz"),
    ("address", "TargetUri = https://a.example.com/Ocs", "TargetUri = https://127.0.0.1:4711/Ocs"),
    ("shortened", "Microsoft.PowerS...", "Microsoft.PowerShell.Utility"),
    ("dots", "Wait . . .", "Wait…"),
    (
        "older words",
        "State of runspace is not valid for this operation.",
        "The runspace state is not valid for this operation.",
    ),
    ("space", "a   'b'", "a b"),
]


@pytest.mark.parametrize(("rule", "told", "came"), SAME)
def test_a_tolerance_lets_pass_what_it_says_and_is_named(rule: str, told: str, came: str) -> None:
    equal, rules = same(told, came)
    assert equal
    assert rule in rules


@pytest.mark.parametrize(
    ("told", "came"), [("True", "False"), ("Ken Myer", "Ken Mayer"), ("...", "x"), ("", "x"), ("a", "ab")]
)
def test_what_no_tolerance_lets_pass_differs(told: str, came: str) -> None:
    assert not same(told, came)[0]


def test_every_tolerance_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.meaning.endswith(".") for rule in RULES)


def test_reports_escape_what_a_document_says() -> None:
    result = DocumentResult("<b>.md", "<script>alert(1)</script>", (), problem="\x1b[31m<i>&\x00")
    assert "<script" not in as_html([result])
    assert "<i>" not in as_junit([result])
    assert "\x1b" not in as_text([result]) + as_html([result]) + as_junit([result])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_familys_own_connecting_document_is_true(family: Any, checking: Checking, language: str) -> None:
    name = "connecting-to-skype-for-business-online-by-using-windows-powershell.md"
    result = check_document(read(family.path(language, name)), checking)
    assert not result.failed, as_text([result])
    assert result.count("passed") == 9


def test_a_session_that_is_open_besides_is_none_of_the_documents(checking: Checking) -> None:
    with lync_magic.connect(process=[sys.executable, "-m", "lync_magic.sandbox", "--stdio"]):
        wrong = [one for step in checked(AFTER_REMOVING, checking).steps for one in step.differences]
        assert [one.kind for one in wrong] == ["session"]
