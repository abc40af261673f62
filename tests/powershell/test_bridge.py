"""Imported commands in the engine: functions that a session of the kernel carries out."""

from __future__ import annotations

import pytest

from lync_magic.clixml import Credential
from lync_magic.sessions import Session
from tests.powershell.conftest import Notebook, without_colours


@pytest.fixture
def lync(notebook: Notebook, tenant: Session) -> Notebook:
    """A notebook whose engine has the commands of the sandbox."""
    return notebook


def test_a_command_gives_objects_to_powershells_own_cmdlets(lync: Notebook) -> None:
    text = 'Get-CsOnlineUser | Group-Object UsageLocation | Sort-Object Count -Descending | Select-Object -First 1 | ForEach-Object { "$($_.Name) $($_.Count)" }'
    assert lync.output(text) == "US 35\n"


def test_objects_are_as_remoting_makes_them(lync: Notebook) -> None:
    text = (
        "$u = Get-CsOnlineUser -ResultSize 1; $u.PSTypeNames[0]; $u.ProxyAddresses.GetType().Name; "
        "$u.WhenCreated.GetType().Name"
    )
    assert lync.output(text).split() == [
        *("Deserialized.Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser", "ArrayList", "DateTime"),
    ]


def test_only_what_is_asked_for_comes_from_the_server(lync: Notebook, tenant: Session) -> None:
    assert lync.output("(Get-CsOnlineUser | Select-Object -First 2).Count") == "2\n"
    assert tenant.availability == "Available"


@pytest.mark.parametrize(
    "text",
    [
        "Get-CsOnlineUser -ResultSize 3 | ForEach-Object { Grant-CsVoicePolicy -Identity $_.Identity -PolicyName $null; $_.DisplayName }",
        "Get-CsOnlineUser -ResultSize 3 | Grant-CsVoicePolicy -PolicyName $null -PassThru | ForEach-Object DisplayName",
        "Get-CsOnlineUser -ResultSize 3 | Where-Object { (Get-CsTenant).DisplayName -eq 'Litware, Inc.' } | ForEach-Object DisplayName",
    ],
)
def test_a_command_runs_while_anothers_output_is_still_coming(lync: Notebook, text: str) -> None:
    assert lync.output(text) == "Ken Myer\nPilar Ackerman\nJane Clayton\n"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (
            "$n = 0; (Get-CsOnlineUser | ForEach-Object { if (++$n -in 3, 150) { (Get-CsOnlineUser).Count }; $_ }).Count",
            "202",
        ),
        (
            "1..3 | ForEach-Object { (Get-CsOnlineUser | Select-Object -First 2).Count }; (Get-CsOnlineUser).Count",
            "2 2 2 200",
        ),
        ("try { Get-CsOnlineUser | ForEach-Object { throw 'no more' } } catch { (Get-CsOnlineUser).Count }", "200"),
        ("$u = Get-CsOnlineUser -ErrorVariable e; $e.Count; $u[0].PSTypeNames[0] -eq $u[199].PSTypeNames[0]", "0 True"),
    ],
    ids=["within another", "left early", "left by an error", "at once"],
)
def test_a_large_result_is_whole_and_leaves_nothing_for_the_next(lync: Notebook, text: str, seen: str) -> None:
    assert lync.output(text).split() == seen.split()


def test_positions_aliases_and_abbreviations_are_bound_by_the_server(lync: Notebook) -> None:
    assert (
        lync.output(
            "(Get-CsOnlineUser kenmyer@litwareinc.com).DisplayName; (Get-CsOnlineUser -Ident kenmyer@litwareinc.com).DisplayName"
        )
        == "Ken Myer\nKen Myer\n"
    )


def test_a_command_whose_name_is_computed_is_found(lync: Notebook) -> None:
    assert lync.output("& ('Get-Cs' + 'Tenant') | ForEach-Object DisplayName") == "Litware, Inc.\n"


def test_imported_commands_are_functions_with_the_servers_parameters(lync: Notebook) -> None:
    text = (
        "Get-CsTenant | Out-Null; $c = Get-Command Get-CsTenant; $c.CommandType; "
        "$c.Parameters.ContainsKey('ResultSize'); (Get-Command -Module tmp_* Get-Cs*).Count -gt 10"
    )
    assert lync.output(text).split() == ["Function", "True", "True"]


def test_an_error_keeps_its_id_category_and_target(lync: Notebook) -> None:
    shown = lync.run("Get-CsOnlineUser -Identity nobody@litwareinc.com")
    error, text = shown.all("error")[0]
    assert (
        error.error_id
        == "Microsoft.Rtc.Management.AD.ManagementException,Microsoft.Rtc.Management.AD.Cmdlets.GetOcsOnlineUserCmdlet"
    )
    assert (error.category, error.target) == ("ObjectNotFound", "nobody@litwareinc.com")
    assert (
        without_colours(text) == 'Get-CsOnlineUser: Management object not found for identity "nobody@litwareinc.com".'
    )


def test_error_action_stop_and_catch_work(lync: Notebook) -> None:
    text = (
        "try { Get-CsOnlineUser -Identity nobody@x -ErrorAction Stop; "
        "'no' } catch { $_.CategoryInfo.Category; $_.TargetObject; "
        "$_.FullyQualifiedErrorId.Split(',')[0] }"
    )
    assert lync.output(text).split() == [
        "ObjectNotFound",
        "nobody@x",
        "Microsoft.Rtc.Management.AD.ManagementException",
    ]


def test_error_variable_question_mark_and_redirection_work(lync: Notebook) -> None:
    text = 'Get-CsOnlineUser -Identity nobody@x -ErrorVariable oops 2>$null; "$? $($oops.Count) $($Error[0].TargetObject)"; (Get-CsOnlineUser -Identity nobody@x 2>&1).GetType().Name'
    assert lync.output(text) == "False 1 nobody@x\nRemotingErrorRecord\n"


@pytest.mark.parametrize("kind", ["ErrorVariable", "WarningVariable", "InformationVariable"])
def test_a_variable_in_which_nothing_came_is_what_it_was_but_tells_of_no_earlier_call(
    lync: Notebook, kind: str
) -> None:
    text = f"""
    $one = 5; $null = Get-CsTenant -{kind} unset; $null = Get-CsTenant -{kind} one; "$($null -eq $unset) $one"
    $many = @(1); $null = Get-CsTenant -{kind} +many; $null = Get-CsTenant -{kind} +none; "$($many.GetType()) $($null -eq $none)"
    $null = Get-CsOnlineUser nobody@x -{kind} seen -ErrorAction SilentlyContinue; "$($null -eq $seen)"
    $seen = [System.Collections.ArrayList]@('of before'); $null = Get-CsTenant -{kind} seen; "$($null -eq $seen)"
    """
    assert lync.output(text).splitlines() == ["True 5", "System.Object[] True", "True", "True"]


def test_a_parameter_that_the_command_has_not_is_the_servers_error(lync: Notebook) -> None:
    shown = lync.run("Get-CsTenant -Nonsense; 'after'")
    assert shown.kinds == ["error", "text"]
    assert shown.all("error")[0][0].error_id == "NamedParameterNotFound,Get-CsTenant"


def test_whatif_reaches_the_server(lync: Notebook) -> None:
    lines = lync.run("Set-CsUser -Identity kenmyer@litwareinc.com -AudioVideoDisabled $true -WhatIf").lines
    assert "What if" in lines[0].text


def test_a_confirmation_of_the_server_is_asked_of_the_person(lync: Notebook) -> None:
    lync.person.answers = [0]
    lync.output("Set-CsUser -Identity kenmyer@litwareinc.com -AudioVideoDisabled $false -Confirm")
    assert "Set-CsUser" in lync.person.asked[0]


def test_as_job_gives_a_job_that_holds_the_result_and_says_what_it_runs(lync: Notebook) -> None:
    text = (
        "$job = Get-CsTenant -AsJob; $job.Command, $job.PSJobTypeName -join ' '; ($job | Receive-Job -Wait).DisplayName"
    )
    assert lync.output(text) == "Get-CsTenant RemoteJob\nLitware, Inc.\n"


IN_A_SESSION = {
    "$one = Invoke-Command -Session $s { Get-CsTenant }; $one.DisplayName, $one.PSComputerName -join ' '": "Litware, Inc. localhost\n",
    "(Invoke-Command -Session $s { Get-CsOnlineUser } | Select-Object -First 2).Count": "2\n",
    "Get-CsOnlineUser -ResultSize 2 | ForEach-Object { (Invoke-Command $s { Get-CsTenant }).DisplayName }": "Litware, Inc.\n"
    * 2,
    "Invoke-Command $s { Get-CsNothing } -ErrorAction SilentlyContinue -ErrorVariable e; $?, $e.Count -join ' '": "False 1\n",
    "try { Invoke-Command $s { Get-CsTenant | ForEach-Object { 1 } } -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }": "ScriptsNotAllowed\n",
    "try { Invoke-Command $s { Get-CsTenant 2>$null } -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }": "ScriptsNotAllowed\n",
    "@(Invoke-Command $s { Get-CsOnlineUser -Identity nobody 2>&1 }).Count": "1\n",
    "(Invoke-Command $s { Get-CsTenant } -AsJob).Command": " Get-CsTenant \n",
    "Get-PSSession -Id 990 -ErrorAction SilentlyContinue -ErrorVariable e; $e.Count, $e[0].TargetObject -join ' '": "1 990\n",
    "try { Invoke-Command -Session 'no' { 1 } } catch { $_.FullyQualifiedErrorId }": "CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.InvokeCommandCommand\n",
}
"""Cells with a session in `$s`, and what a PowerShell that opened it by itself prints for them."""


def test_the_session_cmdlets_stream_and_fail_as_powershells_own(lync: Notebook, tenant: Session) -> None:
    lync.output(f"$s = Get-PSSession -Id {tenant.id}")
    assert {text: lync.output(text) for text in IN_A_SESSION} == IN_A_SESSION


def test_an_error_upstream_leaves_what_was_fed_before_it_done(lync: Notebook) -> None:
    lync.output("Grant-CsVoicePolicy -Identity kenmyer@litwareinc.com -PolicyName $null")
    lync.run(
        "& { 'kenmyer@litwareinc.com'; throw 'stop' } | ForEach-Object { [pscustomobject]@{ Identity = $_ } } | Grant-CsVoicePolicy -PolicyName RedmondVoicePolicy"
    )
    assert lync.end is not None
    assert lync.end.failed
    assert "Redmond" in lync.output('"$((Get-CsOnlineUser kenmyer@litwareinc.com).VoicePolicy)"')


def test_a_credential_goes_through_and_is_never_text(lync: Notebook) -> None:
    lync.person.answers = [Credential("me@litwareinc.com", "s3cret!")]
    text = "$c = Get-Credential; $c.UserName; $c.GetNetworkCredential().Password.Length; $c.Password.GetType().Name"
    assert lync.output(text) == "me@litwareinc.com\n7\nSecureString\n"
    assert isinstance(lync.variables["c"], Credential)
    assert lync.output("$c.GetNetworkCredential().Password -eq 's3cret!'") == "True\n"


def test_a_secret_in_an_object_goes_there_and_comes_back_in_an_error_about_it(lync: Notebook) -> None:
    text = (
        "$asked = [pscustomobject]@{ Key = (ConvertTo-SecureString s3cret! -AsPlainText -Force) }\n"
        "$asked | Get-CsOnlineUser -ErrorVariable failed 2>$null; $asked = $null\n"
        "$failed.TargetObject.Key | ConvertFrom-SecureString -AsPlainText; $failed = $null"
    )
    assert lync.output(text) == "s3cret!\n"


def test_a_message_of_many_objects_is_read_once_and_whole(lync: Notebook) -> None:
    assert (
        lync.output("$all = Get-CsOnlineUser; $all.Count; ($all.UserPrincipalName | Sort-Object -Unique).Count")
        == "200\n200\n"
    )
    assert len(lync.variables["all"]) == 200


@pytest.mark.parametrize(
    "text",
    [
        "1 | ForEach-Object -Parallel { Get-CsTenant }",
        "Start-ThreadJob { Get-CsTenant } | Receive-Job -Wait -AutoRemoveJob",
        "Start-Job { Get-CsTenant } | Receive-Job -Wait -AutoRemoveJob",
    ],
)
def test_a_block_that_runs_elsewhere_is_told_why_it_has_no_imported_commands(lync: Notebook, text: str) -> None:
    (_, said), *others = lync.run(text).all("error")
    assert not others
    assert "Get-CsTenant was not sent." in said
    assert "ForEach-Object -Parallel" in said


def test_a_command_that_nobody_knows_is_not_said_to_be_elsewhere(lync: Notebook) -> None:
    ((_, said),) = lync.run("Get-CsNothing").all("error")
    assert "was not sent" not in said


def test_help_on_an_imported_command_is_its_servers(lync: Notebook) -> None:
    assert "Get-CsTenant [[-Identity] <OUIdParameter>]" in lync.output("(Get-Help Get-CsTenant).Synopsis")
    assert "[[-Identity] <UserIdParameter>]" in lync.output("Get-CsOnlineUser -?")
    assert lync.output("(Get-Help Get-CsOnlineUser -Parameter Identity).position") == "0\n"
    assert "PARAMETERS" in lync.output("Get-Help Get-CsOnlineUser -Full | Out-String")


def test_help_on_powershells_own_commands_is_powershells(lync: Notebook) -> None:
    assert lync.output("(Get-Help Get-ChildItem).Name") == "Get-ChildItem\n"
    ((error, _),) = lync.run("Get-Help Nothing-OfTheKind").all("error")
    assert error.error_id.startswith("HelpNotFound")


def test_a_session_has_its_state_as_powershells_own_have(lync: Notebook) -> None:
    text = "$s = @(Get-PSSession)[0]; $s.State -eq 'Opened'; $s.Availability -eq 1; $s.State.GetType().Name"
    assert lync.output(text).split() == ["True", "True", "RunspaceState"]


def test_a_session_is_one_after_a_pipeline_and_in_a_parameter_of_its_type(lync: Notebook, tenant: Session) -> None:
    text = (
        "function Pass([System.Management.Automation.Runspaces.PSSession]$One) { $One }\n"
        f"$passed = Pass (Get-PSSession | Where-Object Id -eq {tenant.id} | Sort-Object Name | Select-Object -First 1)\n"
        f"$held = @{{ Session = $passed }}\n$passed.Name; $passed -eq (Get-PSSession -Id {tenant.id})"
    )
    assert lync.output(text).split() == [tenant.name, "True"]
    assert lync.variables["passed"] is tenant
    assert lync.output("$passed.State; $held.Session.Id") == f"Opened\n{tenant.id}\n"


def test_a_property_that_calls_a_command_is_shown_and_said_not_to_have_gone_to_python(
    lync: Notebook,
) -> None:
    text = "[pscustomobject]@{ A = 1 } | Add-Member ScriptProperty Tenant { (Get-CsTenant).DisplayName } -PassThru"
    shown = lync.run(text)
    assert "Litware, Inc." in shown.printed
    assert [said.split(" did not go")[0] for said in shown.warnings] == ["A property that calls Get-CsTenant"]


def test_an_enumeration_of_the_servers_is_shown_and_comes_to_python_by_its_name(lync: Notebook) -> None:
    shown = lync.run("$user = Get-CsOnlineUser -ResultSize 1; $policy = $user.ExchangeArchivingPolicy; $policy; 'end'")
    assert shown.printed.split() == ["Value", "-----", "Uninitialized", "end"]
    assert [lync.variables["policy"], lync.variables["user"].ExchangeArchivingPolicy] == ["Uninitialized"] * 2
    lync.variables["again"] = lync.variables["policy"]
    assert lync.output("$again.ToString(); $again -eq $policy") == "Uninitialized\nTrue\n"


def test_a_property_that_asks_something_while_its_object_leaves_is_refused(lync: Notebook) -> None:
    lync.person.answers = ["for the text"] * 3  # whoever formats it looks more than once
    shown = lync.run("$asks = [pscustomobject]@{ a = 1 }; $asks | Add-Member ScriptProperty b { Read-Host 'b' }; $asks")
    (records, text), (told,) = shown.all("objects")[0], shown.warnings
    assert "for the text" in text
    assert list(records[0].keys()) == ["a"]
    assert (
        told
        == "A property that asks something did not go to Python with its object. Ask first, and give the object the answer."
    )


@pytest.mark.parametrize("way", ["-ToSession", "-FromSession"])
def test_no_files_go_through_a_session(lync: Notebook, way: str) -> None:
    ((error, _),) = lync.run(f"Copy-Item here there {way} @(Get-PSSession)[0]").all("error")
    assert error.message.startswith("No files go through a session here")
