"""Pipelines and statements: streams, errors that go on and errors that end, what-if, confirm, stop, input,
sessions at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from lync_magic.sandbox.engine import Tenant, accounts, make_engine
from lync_magic.sandbox.model import Call, PipelineStopped, PSObject, Raw, Word

YES, YES_TO_ALL, NO, NO_TO_ALL, SUSPEND = range(5)


def test_a_pipeline_hands_objects_from_command_to_command(lync: Any) -> None:
    ran = lync("Get-CsOnlineUser -ResultSize 3 | Grant-CsClientPolicy -PolicyName SalesPolicy")
    assert (ran.outputs, ran.errors, ran.failure) == ([], [], None)
    policies = [one["ClientPolicy"] for one in lync("Get-CsOnlineUser -ResultSize 4").objects]
    assert policies == ["SalesPolicy", "SalesPolicy", "SalesPolicy", None]


def test_an_error_that_ends_a_pipeline_is_its_failure(lync: Any) -> None:
    ran = lync("Get-CsOnlineUser -Nosuch x")
    assert ran.failure.error_id == "NamedParameterNotFound,Get-CsOnlineUser"
    assert ran.errors == []


def test_a_wrong_later_command_keeps_the_earlier_one_from_running(lync: Any) -> None:
    ran = lync("Remove-CsVoicePolicy UserVoicePolicy1 | Get-CsVoicePolicy -Nosuch x")
    assert ran.failure.error_id == "NamedParameterNotFound,Get-CsVoicePolicy"
    assert len(lync("Get-CsVoicePolicy UserVoicePolicy1").outputs) == 1


def test_in_a_text_of_several_statements_a_failed_one_is_an_error_and_the_next_runs(lync: Any) -> None:
    ran = lync("Get-CsNosuch\nGet-CsTenant")
    assert [one.error_id for one in ran.errors] == ["CommandNotFoundException"]
    assert len(ran.outputs) == 1
    assert ran.failure is None


def test_an_unknown_identity_is_an_error_and_the_next_object_is_treated(lync: Any) -> None:
    ran = lync("Set-CsUser -EnterpriseVoiceEnabled $true", input=["nobody", "kenmyer"])
    assert [one.message for one in ran.errors] == ['Management object not found for identity "nobody".']
    assert ran.errors[0].category == "ObjectNotFound"
    assert ran.errors[0].target == "nobody"
    assert lync("Get-CsOnlineUser kenmyer").objects[0]["EnterpriseVoiceEnabled"] == "true"


def test_error_action_stop_turns_an_error_into_the_failure(lync: Any) -> None:
    ran = lync("Get-CsOnlineUser nobody -ErrorAction Stop")
    assert ran.failure.message == 'Management object not found for identity "nobody".'
    assert ran.errors == []


def test_error_action_silently_continue_says_nothing(lync: Any) -> None:
    ran = lync("Get-CsOnlineUser nobody -ErrorAction SilentlyContinue")
    assert (ran.outputs, ran.errors, ran.failure) == ([], [], None)


def test_merged_errors_come_among_the_output_in_their_order(lync: Any) -> None:
    calls = [Call("Get-CsMeetingRoom", merge_errors=True)]
    ran = lync(calls, input=["RedmondMeetingRoom", "nobody", "ParisSalle"])
    assert ran.errors == []
    assert [one.type_names[0].rpartition(".")[2] for one in ran.outputs] == [
        "OCSADMeetingRoom",
        "ErrorRecord",
        "OCSADMeetingRoom",
    ]
    assert ran.outputs[1].text == 'Management object not found for identity "nobody".'


def test_client_input_of_objects_binds_by_their_identity(lync: Any) -> None:
    came_back = PSObject(("Deserialized.X",), {"Identity": "kenmyer@litwareinc.com"})
    ran = lync("Get-CsUserAcp", input=iter([came_back]))
    assert [one["DisplayName"] for one in ran.objects] == ["Ken Myer"]


def test_what_if_says_what_it_would_do_and_does_nothing(lync: Any) -> None:
    ran = lync("Remove-CsVoicePolicy UserVoicePolicy1 -WhatIf")
    assert ran.host_lines == [
        'What if: Performing the operation "Remove-CsVoicePolicy" on target "Tag:UserVoicePolicy1".'
    ]
    assert len(lync("Get-CsVoicePolicy UserVoicePolicy1").outputs) == 1


def test_confirm_asks_and_no_leaves_it(lync: Any) -> None:
    ran = lync("Remove-CsVoicePolicy UserVoicePolicy1 -Confirm", answers=[NO])
    assert ran.questions == [
        "Are you sure you want to perform this action?\n"
        'Performing the operation "Remove-CsVoicePolicy" on target "Tag:UserVoicePolicy1".'
    ]
    assert len(lync("Get-CsVoicePolicy UserVoicePolicy1").outputs) == 1


def test_yes_to_all_asks_once_for_all_objects(lync: Any) -> None:
    ran = lync("Get-CsMeetingRoom | Disable-CsMeetingRoom -Confirm", answers=[YES, YES_TO_ALL])
    assert len(ran.questions) == 2
    assert lync("Get-CsMeetingRoom").outputs == []


def test_no_to_all_leaves_all_the_rest(lync: Any) -> None:
    ran = lync("Get-CsMeetingRoom | Disable-CsMeetingRoom -Confirm", answers=[YES, NO_TO_ALL])
    assert len(ran.questions) == 2
    assert len(lync("Get-CsMeetingRoom").outputs) == 4


def test_suspend_is_not_possible_from_afar(lync: Any) -> None:
    ran = lync("Remove-CsVoicePolicy UserVoicePolicy1 -Confirm", answers=[SUSPEND])
    assert ran.failure.message == "A remote pipeline cannot be suspended."


def test_updating_the_meeting_url_asks_by_itself_and_reports_progress(lync: Any) -> None:
    before = lync("Get-CsTenant").objects[0]["DomainUrlMap"]
    ran = lync("Update-CsTenantMeetingUrl", answers=[YES])
    assert len(ran.questions) == 1
    assert [percent for _, percent, _ in ran.progress_texts] == [0, 25, 50, 75, -1]
    assert ran.progress_texts[-1] == ("Completed", -1, True)
    assert lync("Get-CsTenant").objects[0]["DomainUrlMap"] != before
    assert lync("Update-CsTenantMeetingUrl -Confirm: $false").questions == []


def test_verbose_says_what_is_done(lync: Any) -> None:
    ran = lync("Remove-CsVoicePolicy UserVoicePolicy1 -Verbose")
    assert ran.verbose_lines == ['Performing the operation "Remove-CsVoicePolicy" on target "Tag:UserVoicePolicy1".']


def test_setting_nothing_warns_and_the_warning_can_be_silenced(lync: Any) -> None:
    assert lync("Set-CsPrivacyConfiguration").warnings == [
        "The command completed successfully but no settings of 'Global' have been modified."
    ]
    assert lync("Set-CsPrivacyConfiguration -WarningAction SilentlyContinue").warnings == []


def test_a_stop_ends_a_listing_at_the_next_object(lync: Any, shell_on: Callable[[Tenant], Any]) -> None:
    shell = shell_on(Tenant(5000))
    with pytest.raises(PipelineStopped):
        shell("Get-CsOnlineUser", stop_after=3)
    assert len(shell("Get-CsTenant").outputs) == 1


def test_a_tenant_can_be_made_slow_object_by_object(shell_on: Callable[[Tenant], Any]) -> None:
    ran = shell_on(Tenant(20, delay_per_object=0.25))("Get-CsOnlineUser -ResultSize 4")
    assert ran.sleeps == [0.25] * 4
    assert ran.progress_texts[-1][2]


def test_a_large_listing_reports_its_progress_and_ends_it(shell_on: Callable[[Tenant], Any]) -> None:
    ran = shell_on(Tenant(2000))("Get-CsOnlineUser")
    percents = [percent for _, percent, _ in ran.progress_texts[:-1]]
    assert percents == sorted(percents)
    assert len(percents) == 20
    assert ran.progress_texts[-1][2]


def test_users_leave_as_ready_clixml_and_policies_as_objects(lync: Any) -> None:
    assert all(isinstance(one, Raw) for one in lync("Get-CsOnlineUser").outputs)
    assert all(isinstance(one, PSObject) for one in lync("Get-CsClientPolicy").outputs)


def test_measure_object_counts_what_passes(lync: Any) -> None:
    assert lync("Get-CsOnlineUser | Measure-Object").objects[0]["Count"] == 200


def test_get_command_finds_by_pattern_and_says_what_is_unknown(lync: Any) -> None:
    names = [one["Name"] for one in lync("Get-Command Get-CsTenant*").objects]
    assert names == sorted(names)
    assert "Get-CsTenantFederationConfiguration" in names
    ran = lync("Get-Command Get-CsNosuch")
    assert ran.errors[0].error_id == ("CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand")
    assert lync("Get-Command -CommandType Alias").objects[0]["Name"] == "cls"


def test_get_help_of_an_unknown_name_is_an_error(lync: Any) -> None:
    assert lync("Get-Help Get-CsNosuch").errors[0].category == "ObjectNotFound"


def test_an_alias_runs_its_command(lync: Any) -> None:
    assert len(lync([Call("gcm", (Word("-Name", None), Word(None, "Get-CsTenant")))]).outputs) == 1


def test_sessions_at_once_lose_no_change() -> None:
    tenant = Tenant(40)
    failures: list[BaseException] = []

    def session(number: int) -> None:
        engine = make_engine(tenant, accounts[0])
        try:
            for round_ in range(10):
                words = (
                    Word("Identity", "kenmyer"),
                    Word("Name", f"ACP {number}-{round_}"),
                    Word("Domain", "fabrikam.com"),
                    Word("TollNumber", "1"),
                    Word("ParticipantPasscode", "2"),
                )
                engine.run([Call("Set-CsUserAcp", words)], (), Silent())
        except BaseException as error:  # noqa: BLE001 - a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=session, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert failures == []
    found = tenant.find_users("kenmyer")[0].changes["AcpInfo"]
    assert isinstance(found, tuple)
    assert len(found) == 81


class Silent:
    """Streams that nobody listens to; anything but quiet work is a failure."""

    def began(self, command: str, parameters: object) -> None:
        """No word to anybody."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"The command said something: {name}")
