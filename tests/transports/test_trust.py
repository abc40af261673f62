"""Certificates that do not verify, and TLS that is too old: each is said in one line, and nothing is sent."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from lync_magic.errors import CertificateNotTrusted, EndpointUnreachable, InsecureEndpoint, LyncError, UsageError
from lync_magic.transports import Authentication, Endpoint, WebClient, WSManTransport

Start = Callable[..., Any]
PASSWORD = "p@ssw0rd!"
ENVELOPE = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body/></s:Envelope>'


def fine(_asked: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, ENVELOPE


def connect(address: str, ca: Path | None) -> None:
    endpoint = Endpoint(f"{address}/OcsPowershell", ca=str(ca) if ca else None, proxy="")
    transport = WSManTransport(endpoint, Authentication("basic", "ken", lambda: PASSWORD))
    transport.open(UUID(int=1), b"creation", timeout=5)


def get(address: str, ca: Path | None) -> None:
    with WebClient(ca=str(ca) if ca else None, proxy="") as web:
        web.get(address, timeout=5)


def refused(server: Any, ca: Path | None, kind: type[LyncError], why: str) -> None:
    """Both clients refuse this server in one line that says why, and it gets no request."""
    for reach in (connect, get):
        with pytest.raises(kind) as caught:
            reach(server.address, ca)
        assert why in caught.value.message
        assert "localhost" in caught.value.message
        assert "Nothing was sent." in caught.value.message
        assert "\n" not in caught.value.message
        assert caught.value.advice
    assert server.asked == []


def test_the_right_certificate_is_taken_by_the_authority_that_was_named(authority: Any, web_server: Start) -> None:
    server = web_server(fine)
    connect(server.address, authority.ca)
    get(server.address, authority.ca)
    assert len(server.asked) == 2


def test_an_authority_that_nobody_trusts(web_server: Start) -> None:
    refused(web_server(fine), None, CertificateNotTrusted, "signed by an authority that is not trusted here")


def test_another_authority_than_the_one_that_was_named(authority: Any, web_server: Start) -> None:
    other = authority.sign("Another authority", self_signed=True)
    refused(web_server(fine), other, CertificateNotTrusted, "signed by an authority that is not trusted here")


def test_a_certificate_for_another_name(authority: Any, web_server: Start) -> None:
    server = web_server(fine, chain=authority.sign("other", hosts=["pool.litwareinc.com"]))
    refused(server, authority.ca, CertificateNotTrusted, "it is for another name")


def test_a_certificate_for_another_name_whose_subject_is_the_right_one(authority: Any, web_server: Start) -> None:
    server = web_server(fine, chain=authority.sign("localhost", hosts=["pool.litwareinc.com"]))
    refused(server, authority.ca, CertificateNotTrusted, "it is for another name")


def test_a_certificate_for_another_address(authority: Any, web_server: Start) -> None:
    server = web_server(fine, chain=authority.sign("other", hosts=["192.0.2.1"]))
    with pytest.raises(CertificateNotTrusted, match="it is for another address"):
        connect(server.address.replace("localhost", "127.0.0.1"), authority.ca)
    assert server.asked == []


def test_a_certificate_that_has_expired(authority: Any, web_server: Start) -> None:
    server = web_server(fine, chain=authority.sign("localhost", days=(-3, -1)))
    refused(server, authority.ca, CertificateNotTrusted, "it has expired")


def test_a_certificate_that_is_not_valid_yet(authority: Any, web_server: Start) -> None:
    server = web_server(fine, chain=authority.sign("localhost", days=(1, 3)))
    refused(server, authority.ca, CertificateNotTrusted, "it is not valid yet")


def test_a_self_signed_certificate(authority: Any, web_server: Start) -> None:
    server = web_server(fine, chain=authority.sign("localhost", self_signed=True))
    refused(server, authority.ca, CertificateNotTrusted, "it is self-signed")


def test_a_self_signed_certificate_that_was_named_is_taken(authority: Any, web_server: Start) -> None:
    chain = authority.sign("localhost", self_signed=True)
    server = web_server(fine, chain=chain)
    connect(server.address, chain)
    assert len(server.asked) == 1


def only_old_tls(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_that_is_too_old(authority: Any, web_server: Start) -> None:
    refused(web_server(fine, prepare=only_old_tls), authority.ca, InsecureEndpoint, "too old to be safe")


def test_no_tls_where_tls_should_be(authority: Any, web_server: Start) -> None:
    server = web_server(fine, tls=False)
    with pytest.raises(EndpointUnreachable, match="localhost does not speak TLS"):
        connect(server.address.replace("http:", "https:"), authority.ca)
    assert server.asked == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_names_an_authority_too(
    authority: Any, web_server: Start, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(authority.ca))
    server = web_server(fine)
    connect(server.address, None)
    assert len(server.asked) == 1


# --- one certificate, by its fingerprint ----------------------------------------------------------------------------


def digest(chain: Path) -> bytes:
    return x509.load_pem_x509_certificate(chain.read_bytes()).fingerprint(hashes.SHA256())


def connect_pinned(address: str, pin: str) -> None:
    endpoint = Endpoint(f"{address}/OcsPowershell", proxy="", pin=pin)
    transport = WSManTransport(endpoint, Authentication("basic", "ken", lambda: PASSWORD))
    transport.open(UUID(int=1), b"creation", timeout=5)


@pytest.mark.parametrize(
    "written",
    [
        lambda seen: f"SHA256:{seen.hex()}",
        lambda seen: f"sha256:{seen.hex(':').upper()}",
        lambda seen: f"SHA256:{base64.b64encode(seen).decode().rstrip('=')}",
    ],
)
def test_a_certificate_that_was_pinned_is_taken_whatever_it_says(
    authority: Any, web_server: Start, written: Callable[[bytes], str]
) -> None:
    chain = authority.sign("other", hosts=["pool.litwareinc.com"], days=(-3, -1), self_signed=True)
    server = web_server(fine, chain=chain)
    connect_pinned(server.address, written(digest(chain)))
    assert len(server.asked) == 1


def test_a_certificate_that_is_not_the_pinned_one_is_refused_also_where_it_is_trusted(
    authority: Any, web_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca))
    server = web_server(fine)
    with pytest.raises(CertificateNotTrusted) as caught:
        connect_pinned(server.address, "SHA256:" + "00" * 32)
    shown = digest(authority.chain).hex().upper()
    assert "is not the one that was pinned: it is subject CN=localhost, issuer CN=Test" in caught.value.message
    assert f"SHA256:{shown}. Nothing was sent." in caught.value.message
    assert server.asked == []


def test_the_fingerprint_in_a_refusal_is_the_pin_that_is_taken(authority: Any, web_server: Start) -> None:
    server = web_server(fine)
    with pytest.raises(CertificateNotTrusted) as caught:
        connect(server.address, None)
    found = re.search(r"SHA256:[0-9A-F]{64}", caught.value.message)
    assert found is not None
    connect_pinned(server.address, found[0])
    assert len(server.asked) == 1


def test_a_pin_is_for_https_alone() -> None:
    endpoint = Endpoint("http://localhost/OcsPowershell", pin="SHA256:" + "00" * 32)
    with pytest.raises(UsageError, match="only https has"):
        WSManTransport(endpoint, Authentication("ntlm", "ken", lambda: PASSWORD))
