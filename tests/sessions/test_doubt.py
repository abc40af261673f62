"""Answers that are lost: nothing is sent twice, and no result is given that is not whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lync_magic.clixml import Null
from lync_magic.errors import CommandInDoubt, EndpointUnreachable, SessionBroken
from lync_magic.psrp import Command, Event, Pipeline, State, WarningRecord, pump
from lync_magic.sessions.doubt import in_doubt, may_run_again

LOST = ["502", "503", "504", "500", "empty", "html", "redirect", "cut", "reset", "swallow", "wrong-relates"]


@pytest.mark.parametrize("kind", LOST)
def test_a_command_that_changes_something_is_in_doubt_when_its_answer_is_lost(tenant: Any, kind: str) -> None:
    session = tenant.connect()
    before = tenant.ran("Grant-CsVoicePolicy")
    tenant.tell(f"fault command@1:{kind}")
    with pytest.raises(CommandInDoubt, match="nobody knows whether it ran") as caught:
        session.Grant_CsVoicePolicy(Identity="Ken Myer", PolicyName=Null)
    assert tenant.ran("Grant-CsVoicePolicy") <= before + 1
    assert "Get-CsVoicePolicy" in caught.value.advice
    assert caught.value.command == "Grant-CsVoicePolicy"
    assert caught.value.sent_at is not None
    assert session.state is State.BROKEN


@pytest.mark.parametrize("kind", LOST)
def test_a_command_that_only_reads_is_asked_again_by_itself_once(tenant: Any, kind: str) -> None:
    told: list[Event] = []
    session = tenant.connect()
    tenant.tell(f"fault command@1:{kind}")
    assert session.run("Get-CsTenant", report=told.append)[0].DisplayName == "Litware, Inc."
    assert any(isinstance(event, WarningRecord) and "asked again" in event.message for event in told)


@pytest.mark.parametrize("kind", LOST)
def test_an_answer_to_receive_that_is_lost_gives_a_whole_result_or_an_error(tenant: Any, kind: str) -> None:
    session = tenant.connect()
    tenant.tell(f"fault receive-command@1:{kind}")
    assert len(session.Get_CsOnlineUser(ResultSize=50)) == 50


def test_what_is_lost_again_and_again_is_an_error_and_not_a_part(tenant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pump, "REPAIR_SECONDS", 1.0)
    session = tenant.connect()
    tenant.tell("fault receive-command@1+:swallow")
    with pytest.raises(SessionBroken):
        session.Get_CsOnlineUser(ResultSize=50)


def test_after_a_doubt_the_next_command_goes_on_with_a_new_shell(tenant: Any) -> None:
    session = tenant.connect()
    tenant.tell("fault command@1:502")
    with pytest.raises(CommandInDoubt):
        session.Grant_CsVoicePolicy(Identity="Ken Myer", PolicyName=Null)
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."
    assert session.state is State.OPENED
    session.close()
    assert tenant.seats == 0


def test_a_script_is_never_run_again() -> None:
    assert not may_run_again(Pipeline.script("Get-CsTenant"))
    assert not may_run_again(Pipeline((Command("Get-CsUser"), Command("Set-CsUser"))))
    assert may_run_again(Pipeline((Command("get-csuser"), Command("Select-Object"))))


def test_what_could_not_be_sent_says_so(tenant_with: Any, tmp_path: Path) -> None:
    tenant = tenant_with()
    authority = shutil.copy(tenant.process.address.ca, tmp_path / "its own goes with the server.pem")
    session = tenant.connect(ca=str(authority))
    tenant.stop()
    with pytest.raises(EndpointUnreachable, match="Grant-CsVoicePolicy was not sent"):
        session.Grant_CsVoicePolicy(Identity="Ken Myer", PolicyName=Null)


@pytest.mark.parametrize(
    ("command", "look"),
    [
        ("Grant-CsVoicePolicy", "Look first (Get-CsVoicePolicy)"),
        ("Set-CsUser", "Look first (Get-CsOnlineUser)"),
        ("New-CsEdgeDomainPattern", "Look at what it would have changed"),
    ],
)
def test_who_is_in_doubt_is_told_the_command_that_reads_what_was_to_change(command: str, look: str) -> None:
    known = ["Get-CsUserAcp", "Get-CsOnlineUser", "Get-CsVoicePolicy", "Get-CsTenant"]
    error = in_doubt(Pipeline((Command(command),)), "it was cut off", None, "Session1", known)
    assert look in error.advice
