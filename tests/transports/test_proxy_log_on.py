"""Signing in to a proxy by Negotiate, or by a Basic log-on that is not in its address."""

from __future__ import annotations

import base64
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any
from uuid import UUID

import pytest
import spnego
from spnego.exceptions import SpnegoError

from lync_magic.errors import EndpointUnreachable, LyncError
from lync_magic.transports import Authentication, Endpoint, ProxyLogOn, WebClient, WSManTransport

Start = Callable[..., Any]
USER, SECRET = "PROXIES\\ken", "pr0xy"
SERVER_PASSWORD = "p@ssw0rd!"


class NegotiatingProxy:
    """A proxy on this machine that connects whoever signs in by Negotiate. heads: of the requests that it got."""

    def __init__(self, *, hangs_up: bool = False, nonsense: bool = False) -> None:
        self.heads: list[str] = []
        proxy = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                context = spnego.server(hostname="localhost", service="HTTP", protocol="negotiate")
                while head := self._head():
                    proxy.heads.append(head)
                    given = re.search(r"(?i)proxy-authorization: negotiate (\S+)", head)
                    answer = self._step(context, given[1]) if given else b""
                    if given and context.complete:
                        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                        self._carry(int(re.search(r":(\d+) HTTP", head)[1]))  # type: ignore[index]
                        return
                    token = base64.b64encode(answer).decode() if not nonsense else "!" + "A" * 100
                    page = b"<html>Who are you?</html>"
                    said = (
                        f"HTTP/1.1 407 Who?\r\nProxy-Authenticate: Negotiate {token}\r\nContent-Length: {len(page)}\r\n"
                    )
                    self.wfile.write(f"{said}{'Connection: close' if hangs_up else 'X: y'}\r\n\r\n".encode() + page)
                    if hangs_up:
                        return

            def _step(self, context: spnego.ContextProxy, token: str) -> bytes:
                try:
                    return context.step(base64.b64decode(token)) or b""
                except SpnegoError:
                    return b""

            def _head(self) -> str:
                lines = b""
                while (line := self.rfile.readline()) and line != b"\r\n":
                    lines += line
                return lines.decode("latin-1")

            def _carry(self, port: int) -> None:
                with socket.create_connection(("127.0.0.1", port)) as far:
                    threading.Thread(target=self._copy, args=(far, self.connection), daemon=True).start()
                    self._copy(self.connection, far)

            def _copy(self, source: socket.socket, sink: socket.socket) -> None:
                with suppress(OSError):
                    while data := source.recv(65536):
                        sink.sendall(data)
                    sink.shutdown(socket.SHUT_WR)

        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.place = f"localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def negotiating(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., NegotiatingProxy]]:
    """Start proxies that know `USER` by Negotiate."""
    users = tmp_path / "users"
    users.write_text(f"PROXIES:ken:{SECRET}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    started: list[NegotiatingProxy] = []

    def start(**manner: bool) -> NegotiatingProxy:
        started.append(NegotiatingProxy(**manner))
        return started[-1]

    yield start
    for one in started:
        one.close()


def log_on(method: str = "negotiate", password: str = SECRET) -> ProxyLogOn:
    return ProxyLogOn(method, USER if method == "negotiate" else "ken", lambda: password)


def open_at(server: str, ca: object, proxy: str, how: ProxyLogOn) -> None:
    """Sign in at the sandbox: it reads what we send, and says that it is no session."""
    endpoint = Endpoint(f"{server}/OcsPowershell", ca=str(ca), proxy=f"http://{proxy}", proxy_log_on=how)
    transport = WSManTransport(endpoint, Authentication("ntlm", "kenmyer@litwareinc.com", lambda: SERVER_PASSWORD))
    with pytest.raises(LyncError, match="creationXml"):
        transport.open(UUID(int=1), b"", timeout=20)


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_proxy_is_signed_in_to_by_negotiate(
    sandbox_server: Start, negotiating: Callable[..., NegotiatingProxy], scheme: str
) -> None:
    place, proxy = sandbox_server(), negotiating()
    open_at(place[scheme], place["ca"], proxy.place, log_on())
    assert {head.split(" ")[0] for head in proxy.heads} == {"CONNECT"}
    assert all("Negotiate" in head and "Basic" not in head for head in proxy.heads)


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_proxy_is_signed_in_to_by_a_basic_log_on(sandbox_server: Start, start_proxy: Start, scheme: str) -> None:
    place, proxy = sandbox_server(), start_proxy(credential=f"ken:{SECRET}")
    open_at(place[scheme], place["ca"], proxy.place, log_on("basic"))


def test_discovery_signs_in_to_the_proxy_too(
    sandbox_server: Start, negotiating: Callable[..., NegotiatingProxy]
) -> None:
    place, proxy = sandbox_server(), negotiating()
    with WebClient(place["ca"], f"http://{proxy.place}", log_on()) as web:
        assert web.get(f"{place['https']}/nothing", timeout=20).status == 404


def refusal(proxy: str, how: ProxyLogOn) -> str:
    endpoint = Endpoint("https://localhost:1/x", proxy=f"http://{proxy}", proxy_log_on=how)
    transport = WSManTransport(endpoint, Authentication("basic", "ken", lambda: SERVER_PASSWORD))
    with pytest.raises(EndpointUnreachable) as refused:
        transport.open(UUID(int=1), b"", timeout=20)
    assert SECRET not in repr(refused.value) + str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("manner", [{}, {"hangs_up": True}, {"nonsense": True}])
def test_a_proxy_that_does_not_take_the_log_on_is_named(
    negotiating: Callable[..., NegotiatingProxy], manner: dict[str, bool]
) -> None:
    proxy = negotiating(**manner)
    said = refusal(proxy.place, log_on(password="wrong"))
    assert f"The proxy {proxy.place} on the way to localhost does not take the log-on" in said
    assert len(proxy.heads) < 5


def test_the_password_is_not_sent_to_a_proxy_that_wants_it_itself_where_that_was_not_chosen(
    start_proxy: Start,
) -> None:
    proxy = start_proxy(credential=f"ken:{SECRET}")
    said = refusal(proxy.place, log_on())
    assert "does not take the log-on that it was given (negotiate). It offers NTLM, Basic." in said
    assert not any("Basic" in head for head in proxy.heads)


def test_a_wrong_password_in_a_proxys_address_is_said_to_be_one(start_proxy: Start) -> None:
    proxy = start_proxy(credential=f"ken:{SECRET}")
    endpoint = Endpoint("https://localhost:1/x", proxy=f"http://ken:wrong@{proxy.place}")
    transport = WSManTransport(endpoint, Authentication("basic", "ken", lambda: SERVER_PASSWORD))
    with pytest.raises(EndpointUnreachable, match=r"does not take the log-on that it was given \(basic\)"):
        transport.open(UUID(int=1), b"", timeout=20)
