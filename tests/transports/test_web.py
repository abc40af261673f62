"""The client of discovery, against real servers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from lync_magic.errors import CertificateNotTrusted, EndpointUnreachable, OperationTimedOut, SessionBroken
from lync_magic.transports import WebClient, look
from lync_magic.transports import web as web_module

Start = Callable[..., Any]
ACCEPT = "application/vnd.microsoft.rtc.autodiscover+xml;v=1"


def hello(_asked: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {"X-Kind": "test"}, b"hello"


@pytest.fixture
def client(authority: Any) -> Any:
    with WebClient(ca=str(authority.ca)) as web:
        yield web


def test_an_answer_has_status_headers_in_any_case_and_body(client: WebClient, web_server: Start) -> None:
    server = web_server(hello)
    answer = client.get(f"{server.address}/?Domain=litwareinc.com", accept=ACCEPT)
    assert (answer.status, answer.headers["x-kind"], answer.body) == (200, "test", b"hello")
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.headers["Accept"]) == ("GET", "/?Domain=litwareinc.com", ACCEPT)


def test_requests_are_counted(client: WebClient, web_server: Start) -> None:
    server = web_server(hello)
    for _ in range(3):
        client.get(server.address)
    assert client.http_requests == 3


def test_a_redirect_is_an_answer_and_is_not_followed(client: WebClient, web_server: Start) -> None:
    server = web_server(lambda asked: (302, {"Location": "/elsewhere"}, b""))
    answer = client.get(f"{server.address}/here")
    assert (answer.status, answer.headers["Location"]) == (302, "/elsewhere")
    assert [asked.path for asked in server.asked] == ["/here"]


def test_a_challenge_is_an_answer_and_no_credential_goes_out(client: WebClient, web_server: Start) -> None:
    server = web_server(lambda asked: (401, {"WWW-Authenticate": 'Bearer client_id="x"'}, b""))
    assert client.get(server.address).headers["WWW-Authenticate"] == 'Bearer client_id="x"'
    assert "Authorization" not in server.asked[0].headers


def test_a_certificate_of_an_unknown_authority_is_refused_and_nothing_is_sent(web_server: Start) -> None:
    server = web_server(hello)
    with WebClient() as web, pytest.raises(CertificateNotTrusted, match="localhost"):
        web.get(server.address)
    assert server.asked == []


def test_an_authority_that_cannot_be_read_is_named(tmp_path: Any) -> None:
    with pytest.raises(CertificateNotTrusted, match=r"missing\.pem"):
        WebClient(ca=str(tmp_path / "missing.pem"))


def test_a_name_that_does_not_exist_is_said(client: WebClient) -> None:
    with pytest.raises(EndpointUnreachable, match=r"no host lyncdiscover\.no-such-domain\.invalid"):
        client.get("http://lyncdiscover.no-such-domain.invalid")


def test_a_port_where_nobody_listens_is_said(client: WebClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(EndpointUnreachable, match=f"localhost refuses connections on port {port}"):
            client.get(f"http://localhost:{port}")


def test_a_server_that_does_not_answer_is_given_up(client: WebClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://localhost:{silent.getsockname()[1]}"
        with pytest.raises(OperationTimedOut, match=r"localhost has not answered within 0\.3 s"):
            client.get(address, timeout=0.3)


def test_a_server_that_speaks_no_tls_is_said(client: WebClient, web_server: Start) -> None:
    server = web_server(hello, tls=False)
    with pytest.raises(EndpointUnreachable, match="does not speak TLS"):
        client.get(server.address.replace("http://", "https://"))


def test_a_connection_that_is_dropped_is_said(client: WebClient, web_server: Start) -> None:
    server = web_server(lambda asked: None)
    with pytest.raises(SessionBroken, match="was lost"):
        client.get(server.address)


def test_an_answer_without_end_is_given_up(
    client: WebClient, web_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_module, "MAX_BODY", 1000)
    server = web_server(lambda asked: (200, {}, bytes(100_000)))
    with pytest.raises(SessionBroken, match="more than"):
        client.get(server.address)


def test_a_proxy_that_was_named_is_used(web_server: Start) -> None:
    proxy = web_server(hello, tls=False)
    with WebClient(proxy=proxy.address) as web:
        assert web.get("http://lyncdiscover.no-such-domain.invalid/x").body == b"hello"
    assert proxy.asked[0].path == "http://lyncdiscover.no-such-domain.invalid/x"


def test_a_server_that_is_none_of_wsman_is_said(web_server: Any) -> None:
    server = web_server(lambda asked: (200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"), tls=False)
    with pytest.raises(EndpointUnreachable, match="does not say that it is a WSMan server"):
        look(f"{server.address}/wsman", timeout=5)


def test_who_answers_is_asked_without_a_name(web_server: Any) -> None:
    server = web_server(lambda asked: (401, {}, b""), tls=False)
    with pytest.raises(EndpointUnreachable, match="HTTP status 401"):
        look(f"{server.address}/wsman", timeout=5)
    (asked,) = server.asked
    assert asked.headers["WSMANIDENTIFY"] == "unauthenticated"
    assert "Authorization" not in asked.headers
