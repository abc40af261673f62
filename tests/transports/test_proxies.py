"""Proxies: named and from the environment, wrong ones, and ones that want a credential of their own."""

from __future__ import annotations

import base64
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from lync_magic.errors import EndpointUnreachable, LyncError, UsageError
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.transports import Authentication, Endpoint, WebClient, WSManTransport

Start = Callable[..., Any]
ENVELOPE = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body/></s:Envelope>'
PASSWORD = "p@ssw0rd!"
SECRET = "pr0xy"
AMBIENT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_ambient_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the proxies of the test."""
    for name in AMBIENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def fine(_asked: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, ENVELOPE


@pytest.fixture
def connect(authority: Any) -> Callable[..., None]:
    """Open a shell at a server."""

    def open_at(address: str, proxy: str | None = None, method: str = "basic") -> None:
        endpoint = Endpoint(f"{address}/OcsPowershell", ca=str(authority.ca), proxy=proxy)
        transport = WSManTransport(endpoint, Authentication(method, "ken", lambda: PASSWORD))
        transport.open(UUID(int=1), b"creation", timeout=5)

    return open_at


@pytest.fixture
def get(authority: Any) -> Callable[..., None]:
    """Get a page with discovery's client."""

    def get_from(address: str, proxy: str | None = None) -> None:
        with WebClient(ca=str(authority.ca), proxy=proxy) as web:
            assert web.get(address, timeout=5).status == 200

    return get_from


@pytest.fixture(params=["connect", "get"])
def reach(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Both clients."""
    given: Callable[..., None] = request.getfixturevalue(request.param)
    return given


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{unused.getsockname()[1]}"


def test_a_proxy_that_was_named_connects_us(reach: Start, web_server: Start, start_proxy: Start) -> None:
    server, proxy = web_server(fine), start_proxy()
    reach(server.address, proxy.address)
    assert len(server.asked) == 1
    assert [head.split(" ")[0] for head in proxy.heads] == ["CONNECT"]


def test_what_goes_through_a_proxy_is_under_tls(connect: Start, web_server: Start, start_proxy: Start) -> None:
    server, proxy = web_server(fine), start_proxy()
    connect(server.address, proxy.address)
    assert len(proxy.carried) > 1000
    for clear in (b"Envelope", b"Authorization", PASSWORD.encode()):
        assert clear not in proxy.carried


def test_a_proxys_address_needs_no_scheme(reach: Start, web_server: Start, start_proxy: Start) -> None:
    server, proxy = web_server(fine), start_proxy()
    reach(server.address, proxy.place)
    assert len(proxy.heads) == 1


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_the_environment_names_a_proxy(
    reach: Start, web_server: Start, start_proxy: Start, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    server, proxy = web_server(fine), start_proxy()
    monkeypatch.setenv(variable, proxy.address)
    reach(server.address)
    assert len(proxy.heads) == len(server.asked) == 1


def test_the_environment_names_hosts_that_need_no_proxy(
    reach: Start, web_server: Start, start_proxy: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, proxy = web_server(fine), start_proxy()
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    monkeypatch.setenv("NO_PROXY", "localhost")
    reach(server.address)
    assert proxy.heads == []


def test_what_was_named_goes_before_the_environment(
    reach: Start, web_server: Start, start_proxy: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, named, ambient = web_server(fine), start_proxy(), start_proxy()
    monkeypatch.setenv("HTTPS_PROXY", ambient.address)
    reach(server.address, named.address)
    reach(server.address, "")
    assert (len(named.heads), ambient.heads, len(server.asked)) == (1, [], 2)


def test_a_proxy_where_nobody_listens_is_named(reach: Start, web_server: Start) -> None:
    server, place = web_server(fine), nobody()
    with pytest.raises(EndpointUnreachable, match=f"The proxy {place} on the way to localhost does not answer"):
        reach(server.address, f"http://ken:{SECRET}@{place}")
    assert server.asked == []


def test_a_proxy_whose_name_does_not_exist_is_named(reach: Start) -> None:
    with pytest.raises(EndpointUnreachable, match=r"The proxy proxy\.invalid:8080 .* cannot be found"):
        reach("https://localhost:1", "http://proxy.invalid:8080")


def test_a_proxy_on_the_way_to_plain_http_is_named_too(get: Start) -> None:
    with pytest.raises(EndpointUnreachable, match=r"The proxy proxy\.invalid:8080 on the way to lyncdiscover"):
        get("http://lyncdiscover.litwareinc.com/", "http://proxy.invalid:8080")


@pytest.mark.parametrize("proxy", ["http://", "http://host:port", "ftp://host:1", "http://[::1"])
def test_what_is_no_proxys_address_is_refused(reach: Start, proxy: str) -> None:
    with pytest.raises(UsageError, match="no address of a proxy"):
        reach("https://localhost:1", proxy)


def test_a_proxy_that_refuses_to_connect_us_says_why(reach: Start, start_proxy: Start) -> None:
    proxy = start_proxy(refusal="403 Forbidden")
    with pytest.raises(EndpointUnreachable, match="does not connect us to localhost: it says 403 Forbidden"):
        reach("https://localhost:1", proxy.address)


def test_a_proxys_credential_goes_to_the_proxy_alone(reach: Start, web_server: Start, start_proxy: Start) -> None:
    server, proxy = web_server(fine), start_proxy(credential=f"ken:{SECRET}")
    reach(server.address, proxy.address)
    assert "Proxy-Authorization" in proxy.heads[0]
    assert "Proxy-Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_proxy_that_wants_a_credential_never_gets_the_one_of_the_server(
    connect: Start, web_server: Start, start_proxy: Start, scheme: str
) -> None:
    server, proxy = web_server(fine, tls=scheme == "https"), start_proxy(credential=f"ken:{SECRET}")
    with pytest.raises(EndpointUnreachable, match=f"The proxy {proxy.place} .* a user name and a password of its own"):
        connect(server.address, f"http://{proxy.place}", "ntlm")
    assert server.asked == []
    assert not any("proxy-authorization" in head.lower() or "Basic" in head for head in proxy.heads)


def test_ntlm_goes_through_a_proxy_that_has_its_own_credential(sandbox_server: Start, start_proxy: Start) -> None:
    place, proxy = sandbox_server(), start_proxy(credential=f"ken:{SECRET}")
    endpoint = Endpoint(f"{place['http']}/OcsPowershell", proxy=proxy.address)
    transport = WSManTransport(endpoint, Authentication("ntlm", "kenmyer@litwareinc.com", lambda: PASSWORD))
    with pytest.raises(LyncError, match="creationXml"):  # signed in: the server reads what we send
        transport.open(UUID(int=1), b"", timeout=10)
    assert len(proxy.heads) > 1


@pytest.mark.parametrize("proxy_says", [None, "502 Bad Gateway", "407 Proxy Authentication Required"])
def test_a_proxys_credential_is_never_shown(
    reach: Start, start_proxy: Start, caplog: pytest.LogCaptureFixture, proxy_says: str | None
) -> None:
    caplog.set_level(logging.DEBUG)
    proxy = start_proxy(credential=f"ken:{SECRET}", refusal=proxy_says)
    address = proxy.address if proxy_says else f"http://ken:{SECRET}@{nobody()}"
    with pytest.raises(EndpointUnreachable) as caught:
        reach("https://localhost:1", address)
    encoded = base64.b64encode(f"ken:{SECRET}".encode()).decode()
    for text in (str(caught.value), repr(caught.value), repr(caught.value.__context__), caplog.text):
        assert SECRET not in text
        assert encoded not in text
    assert SECRET not in repr(WSManTransport(Endpoint("https://h/x", proxy=address), Authentication("kerberos")))


def test_an_endpoint_does_not_show_its_proxys_credential() -> None:
    assert SECRET not in repr(Endpoint("https://host/x", proxy=f"http://ken:{SECRET}@proxy:8080"))


# --- a proxy that has TLS itself ------------------------------------------------------------------------------------


@pytest.fixture
def under_tls() -> Iterator[Callable[[str, Path], str]]:
    """Put TLS before a proxy: `under_tls(proxy.place, chain)` gives the address of what is then an https proxy."""
    opened: list[socket.socket] = []

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def start(place: str, chain: Path) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        front = socket.create_server(("127.0.0.1", 0))
        opened.append(front)

        def serve() -> None:
            while True:
                try:
                    near = context.wrap_socket(front.accept()[0], server_side=True)
                except ssl.SSLError:
                    continue
                except OSError:
                    return
                far = socket.create_connection(("127.0.0.1", int(place.rpartition(":")[2])))
                opened.extend((near, far))
                threading.Thread(target=carry, args=(near, far), daemon=True).start()
                threading.Thread(target=carry, args=(far, near), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        return f"https://localhost:{front.getsockname()[1]}"

    yield start
    for one in opened:
        one.close()


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_session_goes_through_a_proxy_that_has_tls_itself(
    sandbox_server: Start, start_proxy: Start, under_tls: Start, authority: Any, tmp_path: Path, scheme: str
) -> None:
    """TLS within TLS, where the server has it too."""
    place, proxy = sandbox_server(), start_proxy(credential=f"ken:{SECRET}")
    both = tmp_path / "authorities.pem"
    both.write_bytes(authority.ca.read_bytes() + Path(place["ca"]).read_bytes())
    front = under_tls(proxy.place, authority.chain)
    address = front.replace("https://", f"https://ken:{SECRET}@")
    endpoint = Endpoint(f"{place[scheme]}/OcsPowershell", ca=str(both), proxy=address, idle_timeout=60)
    authentication = Authentication("ntlm", "kenmyer@litwareinc.com", lambda: PASSWORD)
    pool = RunspacePool(WSManTransport(endpoint, authentication))
    pool.open(20)
    users = [one for batch in pool.run(Pipeline.of("Get-CsOnlineUser", {}), timeout=20) for one in batch]
    pool.close(20)
    assert len(users) == 200
    assert len(proxy.heads) > 0


def test_a_proxy_with_tls_is_not_trusted_by_a_pin_of_the_server(
    web_server: Start, start_proxy: Start, under_tls: Start, authority: Any
) -> None:
    server, proxy = web_server(fine), start_proxy()
    front = under_tls(proxy.place, authority.chain)
    pin = "SHA256:" + x509.load_pem_x509_certificate(authority.chain.read_bytes()).fingerprint(hashes.SHA256()).hex()
    transport = WSManTransport(
        Endpoint(server.address, proxy=front, pin=pin), Authentication("basic", "ken", lambda: PASSWORD)
    )
    with pytest.raises(EndpointUnreachable, match="The proxy localhost:.* does not agree on TLS with us") as caught:
        transport.open(UUID(int=1), b"creation", timeout=5)
    assert "--ca FILE" in caught.value.advice
    assert proxy.heads == []


# --- SOCKS ----------------------------------------------------------------------------------------------------------


class Socks:
    """A SOCKS 5 proxy on this machine (RFC 1928). asked: the hosts that it was asked to connect to."""

    def __init__(self, refuses: bool) -> None:
        self.asked: list[str] = []
        self._refuses = refuses
        self._opened = [socket.create_server(("127.0.0.1", 0))]
        self.place = f"127.0.0.1:{self._opened[0].getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        for one in self._opened:
            one.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._opened[0].accept()
                self._opened.append(near)
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        near.recv(near.recv(2)[1])  # the ways to sign in; the first is enough
        near.sendall(b"\5\0")
        kind = near.recv(4)[3]
        host = near.recv(near.recv(1)[0]).decode() if kind == 3 else socket.inet_ntoa(near.recv(4))
        port = int.from_bytes(near.recv(2), "big")
        self.asked.append(host)
        near.sendall(bytes([5, 2 if self._refuses else 0, 0, 1]) + bytes(6))
        if self._refuses:
            return
        far = socket.create_connection(("127.0.0.1", port))
        self._opened.append(far)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)


@pytest.fixture
def start_socks() -> Iterator[Callable[..., Socks]]:
    pytest.importorskip("socks", reason="SOCKS needs PySocks")
    started: list[Socks] = []

    def start(refuses: bool = False) -> Socks:
        started.append(Socks(refuses))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.mark.parametrize(("scheme", "asked"), [("socks5h", "localhost"), ("socks5", "127.0.0.1")])
def test_socks_connects_us_and_finds_the_name_there_or_here(
    reach: Start, web_server: Start, start_socks: Start, scheme: str, asked: str
) -> None:
    server, proxy = web_server(fine), start_socks()
    reach(server.address, f"{scheme}://{proxy.place}")
    assert len(server.asked) == 1
    assert proxy.asked == [asked]


def test_socks_that_refuses_is_named(reach: Start, start_socks: Start) -> None:
    proxy = start_socks(refuses=True)
    with pytest.raises(EndpointUnreachable, match=f"The proxy {proxy.place} on the way to localhost does not"):
        reach("https://localhost:1", f"socks5h://{proxy.place}")
