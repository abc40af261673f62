"""Sessions that end by themselves, and come back when they are needed."""

from __future__ import annotations

import time
from typing import Any

import pytest

from lync_magic.clixml import Credential, Null
from lync_magic.errors import CredentialNeeded, SessionClosed
from lync_magic.importing import importer, wanting
from lync_magic.psrp import Event, State, WarningRecord

from .conftest import PASSWORD, USER, until


@pytest.mark.not_with("omi", "it does not say how long it keeps a session")
def test_the_server_is_asked_for_a_short_idle_time(tenant: Any) -> None:
    assert tenant.connect(commands=()).lease == 60


@pytest.mark.not_with("omi", "it answers a poll after half a minute, and an idle session is looked at as seldom")
def test_a_session_that_nobody_uses_gives_its_seat_back_and_the_next_command_takes_another(tenant: Any) -> None:
    told: list[Event] = []
    ended: list[str] = []
    session = tenant.connect(idle=0.4)
    session.on_idle(lambda one: ended.append(one.why))
    until(lambda: tenant.seats == 0)
    assert session.state is State.DISCONNECTED
    until(lambda: bool(ended))
    assert "without a command" in ended[0]
    assert session.run("Get-CsTenant", report=told.append)[0].DisplayName == "Litware, Inc."
    assert [event for event in told if isinstance(event, WarningRecord) and "Connecting again" in event.message]
    assert tenant.seats == 1


@pytest.mark.not_with("omi", "it answers a poll after half a minute, and an idle session is looked at as seldom")
def test_imported_commands_stay_through_an_idle_end(tenant: Any) -> None:
    session = tenant.connect(idle=0.4)
    command = session.Get_CsTenant
    until(lambda: session.state is State.DISCONNECTED)
    assert session.Get_CsTenant is command
    assert command().DisplayName == "Litware, Inc."


def test_commands_that_have_not_changed_are_not_imported_again(tenant: Any) -> None:
    told: list[Event] = []
    session = tenant.connect()
    before = dict(session.commands)
    tenant.tell("pass 900")
    session.run("Get-CsTenant", report=told.append)
    assert session.commands == before
    assert not [event for event in told if isinstance(event, WarningRecord) and "have changed" in event.message]


def test_commands_that_have_changed_are_imported_again_and_it_is_said(
    tenant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Event] = []
    session = tenant.connect()
    names = wanting._asking_names
    monkeypatch.setattr(importer, "told_hash", lambda _session: None)  # a server that says nothing of its commands
    fewer = wanting.Wanted(names=("*Tenant",))
    monkeypatch.setattr(wanting, "_asking_names", lambda _wanted: names(fewer))  # the new shell has fewer
    tenant.tell("pass 900")
    assert session.run("Get-CsTenant", report=told.append)
    assert "Get_CsTenant" in session.commands
    assert "Get_CsOnlineUser" not in session.commands
    assert [event for event in told if isinstance(event, WarningRecord) and "have changed: 44 gone" in event.message]


def test_one_that_is_used_is_not_ended(tenant: Any) -> None:
    session = tenant.connect(idle=1.5)
    for _ in range(8):
        time.sleep(0.3)
        session.Get_CsTenant()
    assert session.state is State.OPENED
    assert tenant.ran("Get-Command") >= 1


def test_a_lease_is_kept_by_a_heartbeat_while_nothing_is_asked(tenant_with: Any) -> None:
    tenant = tenant_with("--clock", "20")  # 60 s of the server are three here
    session = tenant.connect(commands=())
    session._hold.pool.lease.seconds = 3
    session._hold.pool.listen()
    time.sleep(7)
    assert session.state is State.OPENED
    assert tenant.seats == 1


def test_what_the_server_has_ended_is_taken_up_again_by_any_command(tenant: Any) -> None:
    session = tenant.connect()
    tenant.tell("pass 900")
    assert tenant.seats == 0
    session.Grant_CsVoicePolicy(Identity="Ken Myer", PolicyName=Null)
    assert session.state is State.OPENED


@pytest.mark.not_with("omi", "it does not say how long it keeps a session")
def test_after_a_pause_longer_than_the_lease_nothing_is_sent_on_the_old_shell(tenant: Any) -> None:
    told: list[Event] = []
    session = tenant.connect()
    now = [0.0]
    lease = session._hold.pool.lease
    lease._since, lease._now = 0.0, lambda: now[0]
    now[0] = 200.0
    assert session.run("Get-CsTenant", report=told.append)
    (warning,) = [event for event in told if isinstance(event, WarningRecord)]
    assert "silent for 200 seconds" in warning.message


def test_a_session_that_was_removed_does_not_come_back(tenant: Any) -> None:
    session = tenant.connect()
    command = session.Get_CsTenant
    session.close()
    with pytest.raises(SessionClosed, match="State of runspace is not valid"):
        command()


@pytest.mark.not_with("omi", "it answers a poll after half a minute, and an idle session is looked at as seldom")
def test_without_its_password_it_says_how_to_go_on(tenant: Any) -> None:
    session = tenant.connect(idle=0.4)
    until(lambda: session.state is State.DISCONNECTED)
    session.forget_credential()
    with pytest.raises(CredentialNeeded, match="was forgotten") as caught:
        session.Get_CsTenant()
    assert "%lync connect kenmyer" in caught.value.advice


@pytest.mark.not_with("omi", "it answers a poll after half a minute, and an idle session is looked at as seldom")
def test_whoever_can_ask_is_told_and_another_sign_in_takes_it_up_again(tenant: Any) -> None:
    session = tenant.connect(idle=0.4)
    asked: list[str] = []
    session.on_locked(lambda one: asked.append(one.name))
    until(lambda: session.state is State.DISCONNECTED)
    session.forget_credential()
    with pytest.raises(CredentialNeeded):
        session.Get_CsTenant()
    assert asked == [session.name]
    session.sign_in_again(Credential(USER, PASSWORD))
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_session_is_left_and_taken_up_on_the_server(tenant: Any) -> None:
    session = tenant.connect()
    session.disconnect()
    assert session.state is State.DISCONNECTED
    assert tenant.seats == 1
    shell = session.shell_id
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."
    assert session.shell_id == shell


def test_a_running_command_is_taken_up_where_it_stopped(tenant_with: Any) -> None:
    tenant = tenant_with("--users", "3000")
    session = tenant.connect()
    reading = session.Get_CsOnlineUser.stream()
    came = len(next(reading))
    session.disconnect()
    time.sleep(0.3)
    session.reconnect()
    assert came + sum(map(len, reading)) == 3000
    assert session.state is State.OPENED


def test_a_password_is_wiped_when_the_session_is_removed(tenant: Any) -> None:
    session = tenant.connect(commands=())
    credential: Credential = session._hold.way.credential
    session.close()
    assert credential.password.wiped
