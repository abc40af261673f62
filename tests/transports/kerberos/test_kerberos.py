"""Signing in with Kerberos, against a real KDC."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from pypsrp.powershell import PowerShell
from pypsrp.powershell import RunspacePool as ForeignPool
from pypsrp.wsman import WSMan
from spnego.exceptions import NativeError, SpnegoError

from lync_magic.errors import CredentialNeeded, NotAnAdministrator, RedirectRefused, SignInFailed
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.transports import Authentication, Endpoint, WSManTransport
from lync_magic.transports.wsman import negotiate
from lync_magic.transports.wsman.kerberos import kerberos_error

USER = "kenmyer@litwareinc.com"
DEADLINE = 20.0
SHELL = UUID(int=1)


def transport_to(place: dict[str, str], scheme: str, user: str = "", **options: Any) -> WSManTransport:
    endpoint = Endpoint(f"{place[scheme]}/OcsPowershell", ca=place["ca"], **{"proxy": "", **options})
    return WSManTransport(endpoint, Authentication("kerberos", user))


def run(transport: WSManTransport, name: str = "Get-CsTenant") -> bytes:
    """Open, run a command twice, close."""
    pool = RunspacePool(transport)
    pool.open(DEADLINE)
    try:
        twice = [list(pool.run(Pipeline.of(name, {}), timeout=DEADLINE)) for _ in range(2)]
        return b"".join(one for answer in twice for batch in answer for one in batch)
    finally:
        pool.close(5)


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("user", ["", USER, "kenmyer", "kenmyer@LITWAREINC.COM", "LITWAREINC\\kenmyer"])
def test_a_ticket_signs_in(realm: Any, kerberos_sandbox: dict[str, str], scheme: str, user: str) -> None:
    realm.sign_in("kenmyer")
    assert b"litwareinc" in run(transport_to(kerberos_sandbox, scheme, user))


def test_a_log_on_costs_one_request_without_tls_and_none_with_it(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    realm.sign_in("kenmyer")
    counted = []
    for scheme in ("https", "http"):
        transport = transport_to(kerberos_sandbox, scheme)
        run(transport)
        counted.append(transport.http_requests)
    assert counted == [9, 10]


def test_without_tls_nothing_that_is_said_is_seen_on_the_way(
    realm: Any, kerberos_sandbox: dict[str, str], start_proxy: Callable[..., Any]
) -> None:
    realm.sign_in("kenmyer")
    proxy = start_proxy()
    assert b"litwareinc" in run(transport_to(kerberos_sandbox, "http", proxy=proxy.address))
    assert proxy.carried.count(b"HTTP-SPNEGO-session-encrypted") > 8
    for clear in (b"Envelope", b"litwareinc.com", b"CsTenant"):
        assert clear not in proxy.carried


def test_many_objects_come_encrypted(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    realm.sign_in("kenmyer")
    assert run(transport_to(kerberos_sandbox, "http"), "Get-CsOnlineUser").count(b'<Obj RefId="0"') >= 400


def test_who_the_ticket_is_for_may_not_be_an_administrator(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    realm.sign_in("packerman")
    with pytest.raises(NotAnAdministrator, match="packerman"):
        run(transport_to(kerberos_sandbox, "http"))


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_who_has_a_ticket_and_no_account_is_refused(realm: Any, kerberos_sandbox: dict[str, str], scheme: str) -> None:
    realm.sign_in("stranger")
    with pytest.raises(SignInFailed):
        run(transport_to(kerberos_sandbox, scheme))


def test_without_a_ticket_we_say_how_to_get_one(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    with pytest.raises(CredentialNeeded, match="There is no Kerberos ticket") as caught:
        run(transport_to(kerberos_sandbox, "http", USER))
    assert "kinit kenmyer@LITWAREINC.COM" in caught.value.advice


def test_a_ticket_for_somebody_else_is_not_used(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    realm.sign_in("packerman")
    with pytest.raises(CredentialNeeded, match=f"no Kerberos ticket for {USER}"):
        run(transport_to(kerberos_sandbox, "http", USER))


def test_a_host_that_kerberos_does_not_know_is_named(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    realm.sign_in("kenmyer")
    place = {"http": kerberos_sandbox["http"].replace("localhost", "127.0.0.1"), "ca": kerberos_sandbox["ca"]}
    with pytest.raises(SignInFailed, match=r"Kerberos knows no service HTTP/127\.0\.0\.1"):
        run(transport_to(place, "http"))


def test_a_server_that_does_not_prove_who_it_is_gets_no_message(
    realm: Any, authority: Any, web_server: Callable[..., Any]
) -> None:
    realm.sign_in("kenmyer")
    server = web_server(lambda asked: (200, {}, b"<x/>"), tls=False)
    with pytest.raises(SignInFailed, match="localhost did not prove who it is"):
        transport_to({"http": server.address, "ca": str(authority.ca)}, "http").open(SHELL, b"creation", timeout=5)
    assert not any(asked.body for asked in server.asked)


def test_a_redirect_to_another_host_gets_no_ticket(realm: Any, authority: Any, web_server: Callable[..., Any]) -> None:
    realm.sign_in("kenmyer")
    other = web_server(lambda asked: (401, {"WWW-Authenticate": "Negotiate"}, b""))
    there = other.address.replace("localhost", "127.0.0.1")
    server = web_server(lambda asked: (307, {"Location": there}, b""))
    with pytest.raises(RedirectRefused, match=r"127\.0\.0\.1"):
        transport_to({"https": server.address, "ca": str(authority.ca)}, "https").open(SHELL, b"", timeout=5)
    assert other.asked == []


def test_an_endpoint_like_exchanges_is_reached(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    """Its address and its configuration, with Kerberos and without TLS."""
    realm.sign_in("kenmyer")
    endpoint = Endpoint(f"{kerberos_sandbox['http']}/PowerShell/", "Microsoft.Exchange", proxy="")
    assert b"litwareinc" in run(WSManTransport(endpoint, Authentication("kerberos", USER)), "Get-Mailbox")


# --- negotiate: Kerberos where the password gets a ticket, else NTLM ------------------------------------------------


def with_password(place: dict[str, str], scheme: str, method: str, user: str = USER) -> WSManTransport:
    endpoint = Endpoint(f"{place[scheme]}/OcsPowershell", ca=place["ca"], proxy="")
    return WSManTransport(endpoint, Authentication(method, user, lambda: "p@ssw0rd!"))


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("method", ["negotiate", "credssp"])
@pytest.mark.parametrize("user", [USER, "LITWAREINC\\kenmyer"])
def test_negotiate_gets_a_ticket_with_the_password(
    realm: Any, kerberos_sandbox: dict[str, str], scheme: str, method: str, user: str
) -> None:
    before = realm.tickets_given("kenmyer", "HTTP/localhost")
    assert b"litwareinc" in run(with_password(kerberos_sandbox, scheme, method, user))
    assert realm.tickets_given("kenmyer", "HTTP/localhost") > before


def test_ntlm_asks_for_no_ticket(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    before = realm.tickets_given("kenmyer", "HTTP/localhost")
    assert b"litwareinc" in run(with_password(kerberos_sandbox, "http", "ntlm"))
    assert realm.tickets_given("kenmyer", "HTTP/localhost") == before


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_negotiate_is_ntlm_where_kerberos_does_not_know_the_host(
    realm: Any, kerberos_sandbox: dict[str, str], scheme: str
) -> None:
    place = {**kerberos_sandbox, scheme: kerberos_sandbox[scheme].replace("localhost", "127.0.0.1")}
    assert b"litwareinc" in run(with_password(place, scheme, "negotiate"))


def test_negotiate_is_ntlm_where_kerberos_does_not_know_the_user(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    assert b"litwareinc" in run(with_password(kerberos_sandbox, "http", "negotiate", "dlongmuir@litwareinc.com"))


def test_negotiate_is_ntlm_where_kerberos_does_not_answer(
    realm: Any, kerberos_sandbox: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A server that takes connections and says nothing; other threads go on while it is waited for."""
    monkeypatch.setattr(negotiate, "KERBEROS_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = tmp_path / "krb5.conf"
        config.write_text(realm.configuration(silent.getsockname()[1]))
        monkeypatch.setenv("KRB5_CONFIG", str(config))
        assert b"litwareinc" in run(with_password(kerberos_sandbox, "https", "negotiate"))


@pytest.mark.parametrize("method", ["negotiate", "credssp"])
def test_a_wrong_password_gets_no_ticket_and_is_refused(
    realm: Any, kerberos_sandbox: dict[str, str], method: str
) -> None:
    endpoint = Endpoint(f"{kerberos_sandbox['http']}/OcsPowershell", ca=kerberos_sandbox["ca"], proxy="")
    with pytest.raises(SignInFailed):
        WSManTransport(endpoint, Authentication(method, USER, lambda: "wrong")).open(SHELL, b"", timeout=10)


@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
def test_another_client_signs_in_with_its_ticket_too(realm: Any, kerberos_sandbox: dict[str, str], auth: str) -> None:
    realm.sign_in("kenmyer")
    place = urlsplit(kerberos_sandbox["http"])
    wsman = WSMan(
        "localhost",
        port=place.port or 0,
        path="OcsPowershell",
        ssl=False,
        auth=auth,
        encryption="always",
        negotiate_service="HTTP",
        no_proxy=True,
    )
    with ForeignPool(wsman, configuration_name="Microsoft.PowerShell") as pool:
        shell = PowerShell(pool).add_cmdlet("Get-CsTenant")
        assert len(shell.invoke()) == 1


def test_ntlm_and_basic_work_beside_it(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    for method, scheme in (("ntlm", "http"), ("ntlm", "https"), ("basic", "https")):
        endpoint = Endpoint(f"{kerberos_sandbox[scheme]}/OcsPowershell", ca=kerberos_sandbox["ca"], proxy="")
        assert b"litwareinc" in run(WSManTransport(endpoint, Authentication(method, USER, lambda: "p@ssw0rd!")))


def test_no_log_holds_a_ticket(
    realm: Any, kerberos_sandbox: dict[str, str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    realm.sign_in("kenmyer")
    run(transport_to(kerberos_sandbox, "http"))
    realm.sign_out()
    with pytest.raises(CredentialNeeded):
        run(transport_to(kerberos_sandbox, "http"))
    assert "Negotiate" not in caplog.text
    assert "requests_kerberos" not in caplog.text
    assert capfd.readouterr().err == ""


# --- a ticket that runs out, clocks that differ ---------------------------------------------------------------------


def test_a_session_goes_on_with_a_new_ticket_when_its_own_has_run_out(
    realm: Any, kerberos_sandbox: dict[str, str]
) -> None:
    """The log-on of a connection ends with its ticket; nothing has left then, and a new one is made with the new."""
    realm.sign_in("kenmyer", "-l", "2s")
    pool = RunspacePool(transport_to(kerberos_sandbox, "http"))
    pool.open(DEADLINE)
    time.sleep(2.5)
    realm.sign_in("kenmyer")
    assert len(list(pool.run(Pipeline.of("Get-CsTenant", {}), timeout=DEADLINE))) == 1
    pool.close(5)


def test_a_session_whose_ticket_has_run_out_says_how_to_get_one(realm: Any, kerberos_sandbox: dict[str, str]) -> None:
    realm.sign_in("kenmyer", "-l", "2s")
    transport = transport_to(kerberos_sandbox, "http", USER)
    pool = RunspacePool(transport)
    pool.open(DEADLINE)
    time.sleep(2.5)
    with pytest.raises(CredentialNeeded, match="ticket on this machine has expired") as caught:
        transport.send(b"", timeout=DEADLINE)
    assert "kinit kenmyer@LITWAREINC.COM" in caught.value.advice
    realm.sign_in("kenmyer")
    pool.close(5)


def test_clocks_that_differ_are_said() -> None:
    below = NativeError("gssapi's", maj_code=0xD0000)
    below.min_code = -1765328347  # type: ignore[attr-defined]  # KRB5KRB_AP_ERR_SKEW
    error = kerberos_error(SpnegoError(base_error=below), "pool.litwareinc.com", USER)
    assert "clock and that of Kerberos (KDC) or pool.litwareinc.com differ" in error.message
    assert "clock right" in error.advice
