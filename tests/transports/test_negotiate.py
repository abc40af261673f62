"""Log-ons of tokens that go back and forth: Negotiate, NTLM and CredSSP, against the sandbox and beside others."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import spnego
import spnego.channel_bindings
import spnego.exceptions
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pypsrp.powershell import PowerShell
from pypsrp.powershell import RunspacePool as ForeignPool
from pypsrp.wsman import WSMan
from spnego.exceptions import SpnegoError

from lync_magic.errors import LyncError, SignInFailed
from lync_magic.psrp import ErrorRecord, Event, Pipeline, RunspacePool
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.transports import Authentication, Endpoint, WSManTransport
from lync_magic.transports.wsman.verdicts import log_on_error

Start = Callable[..., Any]
USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"
DEADLINE = 20.0
SHELL = UUID(int=1)
LARGE = "x" * 40_000
"""More than CredSSP encrypts at once."""


@pytest.fixture(scope="module")
def place() -> Iterator[dict[str, Any]]:
    """A sandbox that lets CredSSP in too, for tests that leave no session behind."""
    running = SandboxProcess(("--credssp", "--seats-administrator", "100", "--seats-tenant", "100"))
    yield vars(running.address)
    running.stop()


def transport_to(
    place: dict[str, Any], method: str, scheme: str, user: str = USER, password: str = PASSWORD
) -> WSManTransport:
    endpoint = Endpoint(f"{place[scheme]}/OcsPowershell", ca=place["ca"], proxy="")
    return WSManTransport(endpoint, Authentication(method, user, lambda: password))


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("method", ["negotiate", "ntlm", "credssp"])
@pytest.mark.parametrize("user", [USER, "LITWAREINC\\kenmyer"])
def test_a_password_signs_in_and_large_messages_go_both_ways(
    place: dict[str, Any], method: str, scheme: str, user: str
) -> None:
    told: list[Event] = []
    pool = RunspacePool(transport_to(place, method, scheme, user))
    pool.open(DEADLINE)
    try:
        users = [one for batch in pool.run(Pipeline.of("Get-CsOnlineUser", {}), timeout=DEADLINE) for one in batch]
        list(pool.run(Pipeline.of("Get-CsOnlineUser", {"Identity": LARGE}), report=told.append, timeout=DEADLINE))
    finally:
        pool.close(5)
    assert len(users) == 200
    assert [LARGE in event.message for event in told if isinstance(event, ErrorRecord)] == [True]


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("method", ["negotiate", "ntlm", "credssp"])
@pytest.mark.parametrize(
    ("user", "password"), [(USER, "wrong"), ("nobody@litwareinc.com", PASSWORD), ("LITWAREINC\\nobody", "0" * 65)]
)
def test_a_wrong_name_or_password_is_refused_and_not_shown(
    place: dict[str, Any], method: str, scheme: str, user: str, password: str
) -> None:
    with pytest.raises(SignInFailed) as caught:
        transport_to(place, method, scheme, user, password).open(SHELL, b"", timeout=10)
    assert caught.value.message.startswith(f"Logon failed for the user '{user}'.")
    assert password not in str(caught.value)


def test_a_server_without_credssp_says_what_it_offers(sandbox_server: Start) -> None:
    with pytest.raises(SignInFailed, match="localhost does not know credssp; it offers basic, negotiate, ntlm"):
        transport_to(sandbox_server(), "credssp", "https").open(SHELL, b"", timeout=10)


def test_the_password_is_not_kept_once_the_connection_is_signed_in(place: dict[str, Any]) -> None:
    transport = transport_to(place, "negotiate", "http")
    pool = RunspacePool(transport)
    pool.open(DEADLINE)
    try:
        with transport._carriers.one() as carrier:
            connection = carrier._connection
            assert connection is not None
            assert connection._handshake is not None
            assert {one.password for one in connection._handshake._passwords} == {""}
    finally:
        pool.close(5)


@pytest.mark.parametrize("auth", ["negotiate", "ntlm", "credssp"])
def test_another_client_signs_in_in_the_same_ways(place: dict[str, Any], auth: str) -> None:
    if auth == "credssp":
        pytest.importorskip("requests_credssp", reason="pypsrp needs it")
    port = int(place["http"].rpartition(":")[2])
    wsman = WSMan(
        "localhost",
        port=port,
        path="OcsPowershell",
        ssl=False,
        auth=auth,
        username=USER,
        password=PASSWORD,
        encryption="always",
        no_proxy=True,
    )
    with ForeignPool(wsman, configuration_name="Microsoft.PowerShell") as pool:
        shell = PowerShell(pool).add_cmdlet("Get-CsOnlineUser").add_parameter("ResultSize", 50)
        assert len(shell.invoke()) == 50


# --- servers that do not play by the rules --------------------------------------------------------------------------


class Relay:
    """Somebody who does not know the password, and answers the first token of CredSSP with TLS of his own."""

    def __init__(self) -> None:
        self._context: Any = None
        self.heard: list[bytes] = []

    def answer(self, asked: Any) -> tuple[int, dict[str, str], bytes]:
        token = asked.headers.get("Authorization", "").partition(" ")[2]
        if not token:
            return 401, {"WWW-Authenticate": "CredSSP"}, b""
        if self._context is None:
            self._context = spnego.server(protocol="credssp", options=spnego.NegotiateOptions.use_negotiate)
        self.heard.append(base64.b64decode(token))
        said = self._context.step(self.heard[-1])
        return 401, {"WWW-Authenticate": f"CredSSP {base64.b64encode(said or b'').decode()}".strip()}, b""


def test_credssp_gives_no_password_to_who_does_not_know_it(
    web_server: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """NTLM inside it has to be answered by somebody who knows the password before the password goes out."""
    accounts = tmp_path / "accounts"
    accounts.write_text(f":{USER}:another password\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(accounts))
    relay = Relay()
    server = web_server(relay.answer, tls=False)
    with pytest.raises(SignInFailed):
        transport_to({"http": server.address, "ca": None}, "credssp", "http").open(SHELL, b"creation", timeout=10)
    assert len(relay.heard) > 2
    assert relay._context.get_extra_info("client_credential") is None
    assert not any(asked.body for asked in server.asked)


@pytest.mark.parametrize("method", ["negotiate", "ntlm", "credssp"])
@pytest.mark.parametrize(
    "token", ["", "AAAA", "!!!!", "TlRMTVNTUAACAAAA", "oQcwBaADCgEA", base64.b64encode(b"\x16\x03\x01" * 20).decode()]
)
def test_a_token_that_is_none_ends_the_log_on(web_server: Start, method: str, token: str) -> None:
    scheme = {"negotiate": "Negotiate", "ntlm": "NTLM", "credssp": "CredSSP"}[method]
    server = web_server(lambda asked: (401, {"WWW-Authenticate": f"{scheme} {token}".strip()}, b""), tls=False)
    with pytest.raises(LyncError):
        transport_to({"http": server.address, "ca": None}, method, "http").open(SHELL, b"creation", timeout=10)
    assert len(server.asked) < 15
    assert not any(asked.body for asked in server.asked)


def test_a_log_on_that_has_no_end_is_given_up(web_server: Start) -> None:
    challenge = base64.b64encode(b"\x16\x03\x03\x00\x00").decode()
    server = web_server(lambda asked: (401, {"WWW-Authenticate": f"CredSSP {challenge}"}, b""), tls=False)
    with pytest.raises(LyncError):
        transport_to({"http": server.address, "ca": None}, "credssp", "http").open(SHELL, b"creation", timeout=10)
    assert len(server.asked) < 15


# --- bound to the server's certificate ------------------------------------------------------------------------------


class Binding:
    """A server that signs in by NTLM whoever is bound to a certificate, and nobody else."""

    def __init__(self, chain: Path) -> None:
        leaf = x509.load_pem_x509_certificate(chain.read_bytes())
        bound = b"tls-server-end-point:" + leaf.fingerprint(hashes.SHA256())
        self._bindings = spnego.channel_bindings.GssChannelBindings(application_data=bound)
        self._context: Any = None

    def answer(self, asked: Any) -> tuple[int, dict[str, str], bytes]:
        token = base64.b64decode(asked.headers.get("Authorization", "").partition(" ")[2])
        if self._context is None or token.startswith(b"NTLMSSP\0\1"):
            self._context = spnego.server(protocol="ntlm", channel_bindings=self._bindings)
        try:
            said = self._context.step(token)
        except spnego.exceptions.SpnegoError:
            return 401, {"WWW-Authenticate": "Negotiate"}, b""
        if said:
            return 401, {"WWW-Authenticate": f"Negotiate {base64.b64encode(said).decode()}"}, b""
        return (
            200,
            {},
            b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body/></s:Envelope>',
        )


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_log_on_is_bound_to_the_certificate_that_the_server_shows(
    web_server: Start, authority: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_ours: bool
) -> None:
    """Who passes it on to another server has another certificate, and that server refuses it."""
    accounts = tmp_path / "accounts"
    accounts.write_text(f":{USER}:{PASSWORD}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(accounts))
    binding = Binding(authority.chain if is_ours else authority.sign("localhost"))
    server = web_server(binding.answer)
    transport = transport_to({"https": server.address, "ca": str(authority.ca)}, "ntlm", "https")
    if is_ours:
        transport.open(SHELL, b"creation", timeout=10)
    else:
        with pytest.raises(SignInFailed):
            transport.open(SHELL, b"creation", timeout=10)
    assert [bool(asked.body) for asked in server.asked] == [False, True]


@pytest.mark.parametrize("code", [0x80090345, 0x8009035E, 0x8009035F])
def test_a_policy_that_forbids_delegation_is_said(code: int) -> None:
    """The server's answer inside CredSSP, as its library gives it: a status of Windows as a signed number."""
    told = SpnegoError(base_error=ServerSaid(code - (1 << 32)))
    error = log_on_error(told, "https://pool.litwareinc.com/wsman", Authentication("credssp", USER))
    assert type(error) is SignInFailed
    assert "may not be given your password (CredSSP)" in error.message
    assert "--auth negotiate" in error.advice


def test_a_wrong_password_inside_credssp_is_a_log_on_that_failed() -> None:
    told = SpnegoError(base_error=ServerSaid(0xC000006D - (1 << 32)))
    error = log_on_error(told, "https://pool.litwareinc.com/wsman", Authentication("credssp", USER))
    assert "Logon failed for the user" in error.message


class ServerSaid(Exception):
    """As spnego carries a status that a server sent."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.winerror = code
