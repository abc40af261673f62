"""Where credentials come from: the environment, a descriptor, a callable, the keyring; and how they are forgotten."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

import keyring
import pytest
from keyring.backends import fail

import lync_magic
from lync_magic.errors import CredentialNeeded, OperationTimedOut, SessionClosed, SignInFailed, UsageError
from lync_magic.sessions import (
    Target,
    as_credential,
    forget,
    from_descriptor,
    recall,
    remember,
    token_from_environment,
)

Server = Callable[..., dict[str, Any]]
ADMINISTRATOR = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"


def pipe_with(data: bytes, *, end: bool = True) -> int:
    reading, writing = os.pipe()
    os.write(writing, data)
    if end:
        os.close(writing)
    return reading


def connect(address: dict[str, Any], **options: Any) -> lync_magic.Session:
    options.setdefault("commands", ())
    if "uri" not in options:
        options["override_discovery_uri"] = address["http"]
    return lync_magic.connect(ADMINISTRATOR, ca=address["ca"], **options)


# --- a descriptor ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["pässwörd\n", "pässwörd\r\nmore\n", "pässwörd"])
def test_a_descriptor_gives_its_first_line_and_is_closed(line: str) -> None:
    descriptor = pipe_with(line.encode())
    assert from_descriptor("user@x", descriptor).password.reveal() == "pässwörd"
    with pytest.raises(OSError):
        os.fstat(descriptor)


def test_a_line_is_enough_the_other_end_may_stay_open() -> None:
    assert from_descriptor("user@x", pipe_with(b"secret\n", end=False)).password.reveal() == "secret"


def test_a_descriptor_that_gives_nothing_in_time_is_given_up() -> None:
    with pytest.raises(OperationTimedOut, match="gave no password in time"):
        from_descriptor("user@x", pipe_with(b"half", end=False), seconds=0.2)


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe\n"])
def test_a_descriptor_without_a_password_says_so_and_is_closed(data: bytes) -> None:
    descriptor = pipe_with(data)
    with pytest.raises(CredentialNeeded, match=f"file descriptor {descriptor}"):
        from_descriptor("user@x", descriptor)
    with pytest.raises(OSError):
        os.fstat(descriptor)


def test_a_socket_of_the_kernel_is_not_read() -> None:
    one, other = socket.socketpair()
    with one, other:
        other.send(b"secret\n")
        with pytest.raises(UsageError, match="neither a pipe nor a file"):
            from_descriptor("user@x", one.fileno())
        assert one.recv(100) == b"secret\n"


def test_a_descriptor_that_is_not_open_is_named() -> None:
    with pytest.raises(UsageError, match="no open file descriptor 9999"):
        from_descriptor("user@x", 9999)


# --- a callable, a token --------------------------------------------------------------------------------------------


def test_a_callable_gives_the_password_when_it_is_needed(sandbox_server: Server) -> None:
    asked: list[int] = []

    def password() -> str:
        asked.append(1)
        return PASSWORD

    with connect(sandbox_server(), password=password) as lync:
        assert lync.state.value == "Opened"
    assert asked == [1]


def test_what_is_no_password_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageError) as caught:
        as_credential("user@x", lambda: b"S3cret")  # type: ignore[arg-type, return-value]
    assert "S3cret" not in str(caught.value)


def test_a_token_leaves_the_environment_once_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "eyJ.token")
    token = token_from_environment("A_TOKEN")
    assert "A_TOKEN" not in os.environ
    assert token() == "eyJ.token"
    with pytest.raises(CredentialNeeded, match="A_TOKEN is not set"):
        token_from_environment("A_TOKEN")


# --- the keyring ----------------------------------------------------------------------------------------------------


def test_a_password_is_kept_once_it_was_good_found_again_and_forgotten(
    sandbox_server: Server, memory_keyring: Any
) -> None:
    address = sandbox_server()
    connect(address, keyring=True, password=PASSWORD).close()
    assert memory_keyring.kept == {("lync_magic", ADMINISTRATOR): PASSWORD}
    connect(address, keyring=True).close()
    assert forget(Target(ADMINISTRATOR))
    assert memory_keyring.kept == {}
    assert not forget(Target(ADMINISTRATOR))
    with pytest.raises(CredentialNeeded, match="keyring holds no password"):
        connect(address, keyring=True)


def test_a_wrong_password_is_not_kept(sandbox_server: Server, memory_keyring: Any) -> None:
    with pytest.raises(SignInFailed):
        connect(sandbox_server(), keyring=True, password="wrong")
    assert memory_keyring.kept == {}


def test_a_password_kept_for_one_server_is_not_offered_to_another(memory_keyring: Any) -> None:
    here = Target("administrator", uri="https://server/wsman")
    remember(here, lync_magic.Credential("administrator", PASSWORD))
    assert recall(here) is not None
    for other in (
        Target("administrator", uri="https://elsewhere/wsman"),
        Target("administrator", uri="https://server:8443/wsman"),
        Target("administrator"),
    ):
        assert recall(other) is None


def test_where_no_keyring_works_this_is_said() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        with pytest.raises(CredentialNeeded, match="No keyring works on this machine"):
            recall(Target(ADMINISTRATOR))
    finally:
        keyring.set_keyring(before)


# --- forgetting at once ---------------------------------------------------------------------------------------------


def test_with_ntlm_the_password_can_be_forgotten_at_once_and_the_session_goes_on(sandbox_server: Server) -> None:
    address = sandbox_server()
    for base in (address["https"], address["http"]):
        options = {"uri": f"{base}/OcsPowershell", "auth": "negotiate", "password": PASSWORD, "forget": True}
        with connect(address, commands=("*",), **options) as lync:
            held = lync._hold.credential
            assert held is not None
            assert held.password.wiped
            for _ in range(3):
                assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_password_that_was_forgotten_too_early_is_missed_in_plain_words(sandbox_server: Server) -> None:
    lync = connect(sandbox_server(), commands=("*",), password=PASSWORD)
    lync.forget_credential()
    with pytest.raises(SessionClosed, match="password was wiped"):
        lync.Get_CsTenant()


def test_basic_needs_the_password_to_the_end_and_says_so_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match="basic sends it with every request"):
        lync_magic.connect(ADMINISTRATOR, password=PASSWORD, forget=True, override_discovery_uri="http://localhost:9")
