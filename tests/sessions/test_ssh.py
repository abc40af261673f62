"""Sessions over ssh from plain Python, to a real sshd: all that a session is, and what ssh asks without a person."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sshd import PASSWORD, PHRASE, SshServer, needs

import lync_magic
from lync_magic.errors import (
    AccessDenied,
    CredentialNeeded,
    EndpointUnreachable,
    LyncError,
    SessionBroken,
    UsageError,
)
from lync_magic.psrp import Event, WarningRecord
from lync_magic.sessions import Session, State, Target, plan
from lync_magic.sessions import connect as open_session

pytestmark = pytest.mark.skipif(not needs(), reason="needs OpenSSH's client and server")

SECONDS = 30.0


@pytest.fixture
def connect(sshd: SshServer) -> Iterator[Callable[..., Session]]:
    """Connect with these options of ssh; the sessions end with the test."""
    opened: list[Session] = []

    def go(options: list[str] | None = None, **rest: Any) -> Session:
        given = sshd.options() if options is None else options
        opened.append(lync_magic.connect(ssh=sshd.place, ssh_options=given, timeout=SECONDS, **rest))
        return opened[-1]

    yield go
    for session in opened:
        session.close()
    assert sshd.is_idle_soon()


def test_a_session_is_like_any_other(connect: Callable[..., Session], sshd: SshServer) -> None:
    session = connect()
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."
    assert session.row()[2:] == ("127.0.0.1", "Opened", "DefaultShell", "Available")
    assert (session.connection_uri, session.user_name) == (f"ssh://{sshd.place}", sshd.place.partition("@")[0])
    assert session.lease is None


def test_a_command_that_runs_can_be_stopped(connect: Callable[..., Session]) -> None:
    session = connect()
    stream = session.stream("Get-CsOnlineUser")
    next(stream)
    session.stop()
    with pytest.raises(LyncError):
        for _ in stream:
            pass
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_server_that_is_killed_during_a_command_is_told_with_the_hosts_name(
    connect: Callable[..., Session], sshd: SshServer
) -> None:
    stream = connect().stream("Get-CsOnlineUser")
    next(stream)
    for one in sshd.serving:
        one.kill()
    with pytest.raises(SessionBroken, match=r"127\.0\.0\.1 ended"):
        for _ in stream:
            pass


def test_a_network_that_is_suspended_is_noticed_and_the_session_comes_back(
    connect: Callable[..., Session], sshd: SshServer
) -> None:
    session = connect([*sshd.options(), "ServerAliveInterval=1", "ServerAliveCountMax=1"])
    (serving,) = sshd.serving
    serving.suspend()
    try:
        end = time.monotonic() + SECONDS
        while session.state is State.OPENED and time.monotonic() < end:
            time.sleep(0.1)
        assert "not responding" in session.why
        told: list[Event] = []
        assert len(session.run("Get-CsTenant", report=told.append)) == 1
        assert any(isinstance(one, WarningRecord) and "Connecting again" in one.message for one in told)
    finally:
        serving.resume()


def test_a_session_that_nobody_uses_ends_and_comes_back_with_the_same_phrase(
    connect: Callable[..., Session], sshd: SshServer
) -> None:
    asked: list[int] = []

    def phrase() -> str:
        asked.append(1)
        return PHRASE

    session = connect(sshd.options(key="locked_key"), password=phrase, idle=0.5)
    end = time.monotonic() + SECONDS
    while session.state is State.OPENED and time.monotonic() < end:
        time.sleep(0.1)
    assert "without a command" in session.why
    assert sshd.is_idle_soon()
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."
    assert len(asked) == 1


def test_a_phrase_that_was_to_be_forgotten_is_not_known_any_more(
    connect: Callable[..., Session], sshd: SshServer
) -> None:
    session = connect(sshd.options(key="locked_key"), password=PHRASE, forget=True)
    for one in sshd.serving:
        one.kill()
    with pytest.raises(LyncError):  # ssh has nobody to ask then
        session.run("Set-CsUser")
    with pytest.raises((CredentialNeeded, AccessDenied)):
        session.run("Get-CsTenant")


# --- what ssh asks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", [PHRASE, lambda: PHRASE, lync_magic.SecureString(PHRASE)], ids=type)
def test_a_phrase_is_given_in_every_form(connect: Callable[..., Session], sshd: SshServer, password: Any) -> None:
    assert connect(sshd.options(key="locked_key"), password=password).state is State.OPENED


def test_a_password_is_given(connect: Callable[..., Session], sshd: SshServer) -> None:
    if not sshd.takes_password:
        pytest.skip("this sshd takes no password: the tests do not run as root")
    assert connect(sshd.password_only(), password=PASSWORD).state is State.OPENED


def test_a_password_that_nobody_asks_for_is_not_called(connect: Callable[..., Session]) -> None:
    def never() -> str:
        raise AssertionError

    assert connect(password=never).state is State.OPENED


def test_a_wrong_phrase_is_given_once(connect: Callable[..., Session], sshd: SshServer) -> None:
    with pytest.raises(
        AccessDenied, match=r"127\.0\.0\.1 does not take what was given for: Enter passphrase"
    ) as caught:
        connect(sshd.options(key="locked_key"), password="wr0ng-phrase")
    assert "wr0ng-phrase" not in str(caught.value)


def test_what_gives_the_password_may_fail(connect: Callable[..., Session], sshd: SshServer) -> None:
    def fails() -> str:
        raise ValueError("the safe says s3cret")

    with pytest.raises(CredentialNeeded, match="ValueError") as caught:
        connect(sshd.options(key="locked_key"), password=fails)
    assert "s3cret" not in str(caught.value)


def test_a_host_key_is_taken_by_its_fingerprint_and_kept_by_ssh(
    connect: Callable[..., Session], sshd: SshServer
) -> None:
    known = sshd.fresh_known_hosts("known_by_pin")
    assert connect(sshd.options(known=known), pin=sshd.fingerprint).state is State.OPENED
    assert sshd.knows(known)


def test_another_fingerprint_is_refused(connect: Callable[..., Session], sshd: SshServer) -> None:
    with pytest.raises(EndpointUnreachable, match="another host key than the one that was named"):
        connect(sshd.options(known="known_not"), pin=f"SHA256:{'A' * 43}")
    assert not sshd.knows("known_not")


def test_an_unknown_host_key_is_named_where_nobody_can_accept_it(
    connect: Callable[..., Session], sshd: SshServer
) -> None:
    with pytest.raises(EndpointUnreachable) as caught:
        connect(sshd.options(known="known_not"), password="never sent")
    assert f"127.0.0.1 is not known here: ED25519 {sshd.fingerprint}" in caught.value.message
    assert not sshd.knows("known_not")


@pytest.mark.parametrize(
    ("known", "key", "kind", "told"),
    [
        ("known_hosts", "another_key", AccessDenied, "Permission denied"),
        ("known_not", "key", EndpointUnreachable, "compare the fingerprint"),
        ("known_otherwise", "key", EndpointUnreachable, "ssh-keygen -f"),
    ],
    ids=["wrong key", "unknown host key", "changed host key"],
)
def test_what_keeps_ssh_out_is_told(
    connect: Callable[..., Session], sshd: SshServer, known: str, key: str, kind: type[LyncError], told: str
) -> None:
    with pytest.raises(kind, match=r"ssh to 127\.0\.0\.1") as caught:
        connect(sshd.options(known, key))
    assert told in str(caught.value)


# --- hosts that do not answer -----------------------------------------------------------------------------------


def test_a_host_that_says_nothing_is_given_up_in_sshs_own_words(sshd: SshServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        options = lync_magic.sessions.SessionOption(connect_timeout=1)
        with pytest.raises(EndpointUnreachable, match="timed out"):
            lync_magic.connect(ssh=f"127.0.0.1:{port}", ssh_options=sshd.options(), options=options, password="x")


def test_an_opening_that_is_interrupted_leaves_no_ssh(sshd: SshServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            lync_magic.connect(ssh=f"127.0.0.1:{port}", ssh_options=sshd.options(), password="x")
        silent.settimeout(SECONDS)
        connection, _ = silent.accept()
        connection.settimeout(SECONDS)
        with connection:
            while connection.recv(4096):  # until ssh is gone
                pass


# --- what is said -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (Target(ssh="web", uri="https://web/x"), "Give one of them"),
        (Target(ssh="web", process="pwsh -s"), "Give one of them"),
        (Target(ssh="ken@web", user_name="pilar"), "Two users"),
        (Target(ssh="web", auth="kerberos"), "not ssh's"),
        (Target(ssh="web", configuration="JEA"), "not ssh's"),
        (Target(ssh="web", key_file="/nowhere/key"), "There is no key file /nowhere/key"),
        (Target(ssh="web", ssh_options=("-J bastion",)), "no option of ssh"),
        (Target(user_name="a@b", subsystem="x"), "no"),
        (Target(ssh="ken:s3cret@web"), "password does not belong"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_is_sent(target: Target, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_session(target)
    assert told in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_profile_names_an_ssh_host(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(
        '[web]\nssh = "ken@web:2222"\nkey_file = "~/k"\nsubsystem = "pwsh7"\nssh_options = ["ProxyJump=b"]\n'
    )
    found = plan({"user": "web"}, file=str(file)).target
    assert found == Target(
        user_name="ken", ssh="ken@web:2222", key_file="~/k", subsystem="pwsh7", ssh_options=("ProxyJump=b",)
    )


def test_what_is_said_of_the_host_goes_before_the_profile(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text('[web]\nssh = "web"\nsubsystem = "pwsh7"\n')
    found = plan({"user": "web", "subsystem": "other"}, file=str(file)).target
    assert (found.ssh, found.subsystem) == ("web", "other")


def test_a_session_over_ssh_is_recorded_and_replayed_without_the_host(
    connect: Callable[..., Session], sshd: SshServer, tmp_path: Path
) -> None:
    tape = str(tmp_path / "tape.lync")
    with connect(sshd.options(key="locked_key"), password=PHRASE, record=tape, mode="once") as session:
        live = session.Get_CsTenant().DisplayName
    with lync_magic.connect(ssh="127.0.0.1", replay=tape) as session:
        assert session.Get_CsTenant().DisplayName == live
    assert PHRASE not in Path(tape).read_text(errors="replace")
