"""What servers ask for, and what they get: other ways to sign in than ours, messages in clear, certificates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509

from lync_magic.errors import (
    AnswerLost,
    InsecureEndpoint,
    LyncError,
    NotAnAdministrator,
    SessionBroken,
    SignInFailed,
    UsageError,
)
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.transports import Authentication, Endpoint, WSManTransport

Start = Callable[..., Any]
Answer = tuple[int, dict[str, str], bytes]
USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"
SHELL = UUID(int=1)
DEADLINE = 20.0
ENVELOPE = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body/></s:Envelope>'
FORGED = {"Content-Type": "application/soap+xml", "Connection": "close"}
FAULT = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Reason>'
    b"<s:Text>Not now.</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
)
UPN = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")


def asking_for(challenge: str) -> Callable[[Any], Answer]:
    return lambda asked: (401, {"WWW-Authenticate": challenge}, b"")


@pytest.fixture
def transport_to(authority: Any) -> Callable[..., WSManTransport]:
    """A transport to a server, not opened."""

    def make(address: str, method: str, **options: Any) -> WSManTransport:
        endpoint = Endpoint(f"{address}/OcsPowershell", ca=str(authority.ca), proxy="", **options)
        return WSManTransport(endpoint, Authentication(method, USER, lambda: PASSWORD))

    return make


# --- servers that ask for something else ----------------------------------------------------------------------------


def test_a_server_that_asks_for_basic_without_tls_does_not_get_it(transport_to: Start, web_server: Start) -> None:
    server = web_server(asking_for('Basic realm="WSMAN"'), tls=False)
    with pytest.raises(InsecureEndpoint, match=r"localhost asks for basic without TLS.*It was not sent"):
        transport_to(server.address, "ntlm").open(SHELL, b"creation", timeout=5)
    assert not any("Basic" in asked.headers["Authorization"] or asked.body for asked in server.asked)


@pytest.mark.parametrize("method", ["basic", "bearer", "certificate"])
def test_what_goes_in_clear_is_not_even_tried_without_tls(web_server: Start, method: str) -> None:
    server = web_server(asking_for("Basic"), tls=False)
    authentication = Authentication(method, USER, lambda: PASSWORD, lambda: "token", "c.pem", "k.pem")
    with pytest.raises(InsecureEndpoint, match="Nothing was sent"):
        WSManTransport(Endpoint(server.address), authentication).open(SHELL, b"", timeout=5)
    assert server.asked == []


@pytest.mark.parametrize(
    ("method", "challenge", "offered"),
    [
        ("ntlm", 'Basic realm="NTLM, Negotiate"', "basic"),
        ("ntlm", 'Bearer client_id="x", authorization_uri="https://x/y"', "bearer"),
        ("basic", "Negotiate, NTLM", "negotiate, ntlm"),
        ("basic", "Kerberos", "kerberos"),
    ],
)
def test_a_server_that_knows_only_other_ways_says_which(
    transport_to: Start, web_server: Start, method: str, challenge: str, offered: str
) -> None:
    server = web_server(asking_for(challenge))
    with pytest.raises(SignInFailed, match=f"localhost does not know {method}; it offers {offered}") as caught:
        transport_to(server.address, method).open(SHELL, b"", timeout=5)
    assert "--auth" in caught.value.advice


def test_a_server_that_knows_our_way_refuses_the_password(transport_to: Start, web_server: Start) -> None:
    server = web_server(asking_for('Negotiate, Basic realm="x, NTLM"'))
    with pytest.raises(SignInFailed, match="Logon failed for the user"):
        transport_to(server.address, "basic").open(SHELL, b"", timeout=5)


# --- messages without TLS -------------------------------------------------------------------------------------------


def test_a_server_that_lets_everybody_in_gets_no_message_in_clear(transport_to: Start, web_server: Start) -> None:
    server = web_server(lambda asked: (200, {}, ENVELOPE), tls=False)
    with pytest.raises(SignInFailed, match="localhost did not prove who it is"):
        transport_to(server.address, "ntlm").open(SHELL, b"creation", timeout=5)
    assert not any(asked.body for asked in server.asked)


def test_a_server_that_fails_while_we_sign_in_gets_no_message_in_clear(transport_to: Start, web_server: Start) -> None:
    """A fault in clear must not leave a connection behind that is used as if it were signed in."""
    server = web_server(lambda asked: (500, {"Content-Type": "application/soap+xml"}, FAULT), tls=False)
    transport = transport_to(server.address, "ntlm")
    for _ in range(2):
        with pytest.raises(LyncError):
            transport.command(SHELL, b"what it says", timeout=5)
    assert len(server.asked) == 2
    assert not any(asked.body for asked in server.asked)


@pytest.mark.parametrize(
    ("method", "sealed"),
    [
        ("ntlm", b"HTTP-SPNEGO-session-encrypted"),
        ("negotiate", b"HTTP-SPNEGO-session-encrypted"),
        ("credssp", b"HTTP-CredSSP-session-encrypted"),
    ],
)
def test_without_tls_nothing_that_is_said_is_seen_on_the_way(
    transport_to: Start, sandbox_server: Start, start_proxy: Start, method: str, sealed: bytes
) -> None:
    proxy = start_proxy()
    endpoint = Endpoint(f"{sandbox_server('--credssp')['http']}/OcsPowershell", proxy=proxy.address)
    pool = RunspacePool(WSManTransport(endpoint, Authentication(method, USER, lambda: PASSWORD)))
    pool.open(DEADLINE)
    (tenant,) = [one for batch in pool.run(Pipeline.of("Get-CsTenant", {}), timeout=DEADLINE) for one in batch]
    pool.close(5)
    assert b"litwareinc" in tenant
    assert proxy.carried.count(sealed) > 8
    for clear in (b"Envelope", b"litwareinc.com", b"CsTenant", PASSWORD.encode(), PASSWORD.encode("utf-16-le")):
        assert clear not in proxy.carried


def test_an_answer_that_somebody_wrote_in_clear_is_not_used(
    transport_to: Start, sandbox_server: Start, web_server: Start, start_proxy: Start
) -> None:
    """The server's own log-on, and then an answer in its place that is not encrypted."""
    forger = web_server(lambda asked: (200, FORGED, ENVELOPE), tls=False)
    proxy = start_proxy(forge=int(forger.address.rpartition(":")[2]))
    endpoint = Endpoint(f"{sandbox_server()['http']}/OcsPowershell", proxy=proxy.address)
    transport = WSManTransport(endpoint, Authentication("ntlm", USER, lambda: PASSWORD))
    with pytest.raises(AnswerLost, match="answered without encryption"):
        transport.open(SHELL, b"creation", timeout=10)
    assert len(forger.asked) == 1


# --- a certificate of the user's ------------------------------------------------------------------------------------


def upn(name: str) -> x509.OtherName:
    return x509.OtherName(UPN, bytes([0x0C, len(name)]) + name.encode())


@pytest.fixture
def with_certificate(authority: Any, sandbox_server: Start) -> Callable[..., RunspacePool]:
    """A pool at a sandbox that takes certificates of the test's authority, not opened."""
    place = sandbox_server("--client-ca", str(authority.ca))

    def make(chain: Path, password: Callable[[], str] | None = None, method: str = "certificate") -> RunspacePool:
        authentication = Authentication(
            method, password=password, certificate=str(chain), certificate_key=str(chain), token=lambda: "none"
        )
        return RunspacePool(
            WSManTransport(Endpoint(f"{place['https']}/OcsPowershell", ca=place["ca"], proxy=""), authentication)
        )

    return make


def owner(pool: RunspacePool) -> bytes:
    """Open, ask something, close."""
    pool.open(DEADLINE)
    try:
        return b"".join(one for batch in pool.run(Pipeline.of("Get-CsTenant", {}), timeout=DEADLINE) for one in batch)
    finally:
        pool.close(5)


def test_a_certificate_with_the_users_principal_name_signs_in(authority: Any, with_certificate: Start) -> None:
    assert b"litwareinc" in owner(with_certificate(authority.sign("Ken", hosts=(), others=[upn(USER)])))


def test_a_certificate_with_the_users_name_as_subject_signs_in(authority: Any, with_certificate: Start) -> None:
    assert b"litwareinc" in owner(with_certificate(authority.sign(USER, hosts=())))


def test_a_certificates_key_may_have_a_password(authority: Any, with_certificate: Start) -> None:
    chain = authority.sign(USER, hosts=(), password=b"key secret")
    assert b"litwareinc" in owner(with_certificate(chain, lambda: "key secret"))


def test_who_a_certificate_names_may_not_be_an_administrator(authority: Any, with_certificate: Start) -> None:
    with pytest.raises(NotAnAdministrator, match="packerman"):
        owner(with_certificate(authority.sign("packerman@litwareinc.com", hosts=())))


def test_a_certificate_of_nobody_here_is_refused(authority: Any, with_certificate: Start) -> None:
    with pytest.raises(SignInFailed, match="does not take the certificate"):
        owner(with_certificate(authority.sign("nobody@litwareinc.com", hosts=())))


def test_a_certificate_of_another_authority_is_refused(authority: Any, with_certificate: Start) -> None:
    chain = authority.sign(USER, hosts=(), self_signed=True)
    with pytest.raises(
        (SignInFailed, SessionBroken), match="does not take the certificate|ended the TLS connection|was lost"
    ):
        owner(with_certificate(chain))


def test_a_sandbox_that_knows_no_authority_takes_no_certificate(authority: Any, sandbox_server: Start) -> None:
    place = sandbox_server()
    chain = str(authority.sign(USER, hosts=()))
    transport = WSManTransport(
        Endpoint(f"{place['https']}/OcsPowershell", ca=place["ca"], proxy=""),
        Authentication("certificate", certificate=chain, certificate_key=chain),
    )
    with pytest.raises(SignInFailed, match="does not take the certificate"):
        transport.open(SHELL, b"", timeout=10)


@pytest.mark.parametrize("password", [None, lambda: "wrong"])
def test_a_key_that_cannot_be_opened_is_said_and_nobody_is_asked_on_the_terminal(
    authority: Any, with_certificate: Start, password: Callable[[], str] | None
) -> None:
    chain = authority.sign(USER, hosts=(), password=b"key secret")
    with pytest.raises(UsageError, match="cannot be used with the key") as caught:
        owner(with_certificate(chain, password))
    assert "wrong" not in str(caught.value)


def test_a_certificate_that_is_not_there_is_named(with_certificate: Start, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.pem"):
        owner(with_certificate(tmp_path / "missing.pem"))


# --- what a log-on costs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "method", "logon"),
    [
        ("https", "basic", 0),
        ("https", "ntlm", 1),
        ("http", "ntlm", 2),
        ("https", "negotiate", 1),
        ("http", "negotiate", 2),
    ],
)
def test_requests_that_follow_each_other_sign_in_once(
    sandbox_server: Start, scheme: str, method: str, logon: int
) -> None:
    place = sandbox_server()
    endpoint = Endpoint(f"{place[scheme]}/OcsPowershell", ca=place["ca"], proxy="")
    transport = WSManTransport(endpoint, Authentication(method, USER, lambda: PASSWORD))
    pool = RunspacePool(transport)
    pool.open(DEADLINE)
    counted = [transport.http_requests]
    for _ in range(2):
        assert list(pool.run(Pipeline.of("Get-CsTenant", {}), timeout=DEADLINE))
        counted.append(transport.http_requests)
    pool.close(5)
    assert counted == [2 + logon, 5 + logon, 8 + logon]
