"""Redirects of many kinds: which are followed, and that a credential never goes where it was not meant to."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from lync_magic.errors import RedirectRefused
from lync_magic.transports import Authentication, Endpoint, WSManTransport

Start = Callable[..., Any]
Answer = tuple[int, dict[str, str], bytes]
ENVELOPE = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body/></s:Envelope>'
PATH = "/OcsPowershell"
REDIRECTS = [301, 302, 303, 307, 308]


def fine(_asked: Any) -> Answer:
    return 200, {}, ENVELOPE


def sending_to(location: str, status: int = 302) -> Callable[[Any], Answer]:
    """A server that sends everybody from the endpoint to another place."""
    return lambda asked: (status, {"Location": location}, b"") if asked.path == PATH else fine(asked)


TYPE_3 = base64.b64encode(b"NTLMSSP\0\3")[:12].decode()
"""How NTLM's last message begins, the one that holds an answer made with the password; the first holds nothing."""


def authorizations(server: Any) -> list[str]:
    """What was sent that comes from the password."""
    sent = [asked.headers.get("Authorization", "") for asked in server.asked]
    return [one for one in sent if one.startswith("Basic") or TYPE_3 in one]


@pytest.fixture
def opened(authority: Any) -> Callable[..., WSManTransport]:
    """Open a shell at a server."""

    def open_at(server: Any, method: str = "basic", **options: Any) -> WSManTransport:
        endpoint = Endpoint(server.address + PATH, ca=str(authority.ca), proxy="", **options)
        transport = WSManTransport(endpoint, Authentication(method, "ken", lambda: "p@ssw0rd!"))
        transport.open(UUID(int=1), b"creation", timeout=5)
        return transport

    return open_at


Opened = Callable[..., WSManTransport]


@pytest.mark.parametrize("status", REDIRECTS)
def test_the_same_server_may_send_us_on_and_gets_the_same_message(
    opened: Opened, web_server: Start, status: int
) -> None:
    server = web_server(sending_to("/moved", status))
    opened(server)
    assert [(asked.method, asked.path) for asked in server.asked] == [("POST", PATH), ("POST", "/moved")]
    assert server.asked[0].body == server.asked[1].body != b""


@pytest.mark.parametrize(
    ("location", "path"),
    [("moved?x=1", "/moved?x=1"), ("/moved", "/moved"), ("?x=1", f"{PATH}?x=1"), ("./a/../b", "/b")],
)
def test_a_relative_location_is_read_from_the_address_that_it_answers(
    opened: Opened, web_server: Start, location: str, path: str
) -> None:
    server = web_server(sending_to(location))
    opened(server)
    assert [asked.path for asked in server.asked] == [PATH, path]


def test_the_requests_that_follow_go_to_the_new_place_at_once(opened: Opened, web_server: Start) -> None:
    server = web_server(sending_to("/moved"))
    transport = opened(server)
    transport.send(b"", timeout=5)
    assert [asked.path for asked in server.asked] == [PATH, "/moved", "/moved"]


def test_http_may_send_us_to_https_on_the_same_host(opened: Opened, web_server: Start) -> None:
    secure = web_server(fine)
    plain = web_server(sending_to(f"{secure.address}/x"), tls=False)
    opened(plain, "ntlm")
    assert [asked.path for asked in secure.asked] == ["/x", "/x"]  # the log-on, then the message
    assert authorizations(plain) == []


@pytest.mark.parametrize("status", REDIRECTS)
def test_https_may_not_send_us_to_http(opened: Opened, web_server: Start, status: int) -> None:
    plain = web_server(fine, tls=False)
    secure = web_server(sending_to(f"{plain.address}/x", status))
    with pytest.raises(RedirectRefused, match="localhost sends us to an address without TLS. Nothing was sent there"):
        opened(secure, redirect_hosts=("localhost",))
    assert plain.asked == []


@pytest.mark.parametrize("status", REDIRECTS)
def test_another_host_gets_nothing(opened: Opened, web_server: Start, status: int) -> None:
    other = web_server(fine)
    server = web_server(sending_to(other.address.replace("localhost", "127.0.0.1"), status))
    with pytest.raises(RedirectRefused, match=r"localhost sends us to 127\.0\.0\.1\. Nothing was sent there"):
        opened(server)
    assert other.asked == []
    assert len(server.asked) == 1


def test_another_port_of_the_same_host_is_another_server(opened: Opened, web_server: Start) -> None:
    other = web_server(fine)
    server = web_server(sending_to(other.address))
    port = other.address.rpartition(":")[2]
    with pytest.raises(RedirectRefused, match=f"localhost sends us to localhost:{port}"):
        opened(server)
    assert other.asked == []


def test_another_host_that_the_user_allowed_gets_the_message(opened: Opened, web_server: Start) -> None:
    other = web_server(fine)
    server = web_server(sending_to(other.address.replace("localhost", "127.0.0.1") + "/x", 307))
    opened(server, redirect_hosts=("127.0.0.1",))
    assert [asked.path for asked in other.asked] == ["/x"]
    assert len(authorizations(other)) == 1


def test_an_allowed_host_may_not_send_us_to_one_that_is_not(opened: Opened, web_server: Start) -> None:
    third = web_server(fine)
    second = web_server(lambda asked: (302, {"Location": third.address + "/x"}, b""))
    first = web_server(sending_to(second.address.replace("localhost", "127.0.0.1")))
    with pytest.raises(RedirectRefused, match=r"127\.0\.0\.1 sends us to localhost"):
        opened(first, redirect_hosts=("127.0.0.1",))
    assert third.asked == []


def test_a_circle_is_given_up(opened: Opened, web_server: Start) -> None:
    server = web_server(lambda asked: (302, {"Location": "/b" if asked.path == PATH else PATH}, b""))
    with pytest.raises(RedirectRefused, match="redirects in a circle"):
        opened(server)
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "location",
    ["ftp://localhost/x", "https://ken:secret@localhost/x", "https://localhost:x/", "mailto:x"],
)
def test_what_is_no_web_address_is_not_followed(opened: Opened, web_server: Start, location: str) -> None:
    server = web_server(sending_to(location))
    with pytest.raises(RedirectRefused, match="no web address") as caught:
        opened(server)
    assert "secret" not in str(caught.value)
    assert len(server.asked) == 1


def ntlm_wanted(_asked: Any) -> Answer:
    return 401, {"WWW-Authenticate": "NTLM"}, b""


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("status", REDIRECTS)
def test_ntlm_does_not_sign_in_at_another_host(opened: Opened, web_server: Start, tls: bool, status: int) -> None:
    thief = web_server(ntlm_wanted, tls=tls)
    server = web_server(sending_to(thief.address.replace("localhost", "127.0.0.1"), status), tls=tls)
    with pytest.raises(RedirectRefused, match=r"127\.0\.0\.1"):
        opened(server, "ntlm")
    assert thief.asked == []
    assert authorizations(server) == []


def test_ntlm_does_not_go_on_at_another_host_in_the_midst_of_a_log_on(opened: Opened, web_server: Start) -> None:
    thief = web_server(ntlm_wanted)

    def answer(asked: Any) -> Answer:
        if "Authorization" not in asked.headers:
            return ntlm_wanted(asked)
        return 307, {"Location": thief.address.replace("localhost", "127.0.0.1")}, b""

    server = web_server(answer)
    with pytest.raises(RedirectRefused, match=r"127\.0\.0\.1"):
        opened(server, "ntlm")
    assert thief.asked == []
    assert len(server.asked) == 1
