"""What a person gets for a set-up that is wrong: what happened, and advice that helps; and nothing was sent in vain.

Each case is a way to go wrong, the error, what it has to say, and what its advice has to say.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from lync_magic.errors import (
    AnswerLost,
    CertificateNotTrusted,
    EndpointUnreachable,
    InsecureEndpoint,
    LyncError,
    ProtocolFault,
    QuotaExceeded,
    RedirectRefused,
    SignInFailed,
    UsageError,
)
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.transports import Authentication, Endpoint, WSManTransport

Start = Callable[..., Any]
USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"
SHELL = UUID(int=1)
DEADLINE = 10.0
PAGE = b"<!DOCTYPE html><html><body>Welcome to the airport</body></html>"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    running = SandboxProcess(("--dialect", "strict"))
    yield running
    running.stop()


@pytest.fixture
def right(sandbox: SandboxProcess) -> Endpoint:
    """The set-up that is right."""
    return Endpoint(f"{sandbox.address.https}/OcsPowershell", ca=sandbox.address.ca, proxy="", connect_timeout=0.5)


def opening(endpoint: Endpoint, method: str = "basic", user: str = USER, password: str = PASSWORD) -> LyncError:
    """The error that a person gets."""

    def go() -> None:
        transport = WSManTransport(endpoint, Authentication(method, user, lambda: password))
        transport.open(SHELL, b"", timeout=DEADLINE)

    with pytest.raises(LyncError) as caught:
        go()
    error = caught.value
    assert PASSWORD not in str(error)
    assert "\n" not in error.message
    return error


def says(error: LyncError, kind: type[LyncError], message: str, advice: str) -> None:
    assert (type(error), bool(re.search(message, error.message))) == (kind, True), error
    assert re.search(advice, error.advice), error


# --- the address ----------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def test_a_port_where_nobody_listens(right: Endpoint) -> None:
    port = free_port()
    error = opening(replace(right, uri=f"https://localhost:{port}/OcsPowershell"))
    says(error, EndpointUnreachable, f"localhost refuses connections on port {port}", "Check the address.*firewall")


def test_a_host_that_there_is_not(right: Endpoint) -> None:
    error = opening(replace(right, uri="https://pool.litwareinc.invalid/OcsPowershell", connect_timeout=10))
    says(error, EndpointUnreachable, r"no host pool\.litwareinc\.invalid", "spelling, and DNS")


@pytest.mark.parametrize("name", ["a..b", "x" * 70, "pool_.litwareinc.invalid."])
def test_a_host_that_there_cannot_be(right: Endpoint, name: str) -> None:
    error = opening(replace(right, uri=f"https://{name}/OcsPowershell", connect_timeout=10))
    says(error, EndpointUnreachable, "There is no host", "spelling")


def test_https_where_there_is_http(right: Endpoint, sandbox: SandboxProcess) -> None:
    port = port_of(sandbox.address.http)
    error = opening(replace(right, uri=f"https://localhost:{port}/OcsPowershell"))
    says(error, EndpointUnreachable, "does not speak TLS on this port.*plain http|did not agree on TLS", "5986.*5985")


def test_http_where_there_is_https(right: Endpoint, sandbox: SandboxProcess) -> None:
    port = port_of(sandbox.address.https)
    error = opening(replace(right, uri=f"http://localhost:{port}/OcsPowershell", ca=None), "ntlm")
    says(error, EndpointUnreachable, "localhost.*Nothing but the log-on was sent", "behind https there is TLS")


def test_http_where_https_answers_that_it_is_https(right: Endpoint, web_server: Start) -> None:
    """As nginx does."""
    said = b"<html>The plain HTTP request was sent to HTTPS port</html>"
    server = web_server(lambda asked: (400, {"Content-Type": "text/html"}, said), tls=False)
    error = opening(replace(right, uri=f"{server.address}/OcsPowershell", ca=None), "ntlm")
    says(error, ProtocolFault, "refused the request with HTTP status 400", "Check the address")


def test_a_path_where_there_is_no_endpoint(right: Endpoint) -> None:
    error = opening(replace(right, uri=right.uri.replace("OcsPowershell", "ocs/powershell")))
    says(error, EndpointUnreachable, "no PowerShell endpoint at this address", "path")


def test_a_page_where_the_endpoint_should_be(right: Endpoint, web_server: Start, authority: Any) -> None:
    server = web_server(lambda asked: (405, {"Content-Type": "text/html"}, PAGE))
    error = opening(replace(right, uri=server.address, ca=str(authority.ca)))
    says(error, EndpointUnreachable, "takes no PowerShell requests at this address", "port and its path")


class Silent(NamedTuple):
    """A listener that takes connections."""

    port: int


@pytest.fixture
def listener() -> Iterator[Callable[[bytes], Silent]]:
    """Listeners: `listener(b"")` never says anything, `listener(b"SSH-2.0\\r\\n")` that."""
    opened: list[socket.socket] = []

    def start(greeting: bytes) -> Silent:
        server = socket.create_server(("127.0.0.1", 0))
        opened.append(server)

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                opened.append(connection)
                if greeting:
                    with contextlib.suppress(OSError):  # who was refused has gone
                        connection.recv(1)
                        connection.sendall(greeting)
                        connection.shutdown(socket.SHUT_WR)

        threading.Thread(target=serve, daemon=True).start()
        return Silent(server.getsockname()[1])

    yield start
    for one in opened:
        one.close()


def test_a_listener_that_says_nothing_to_tls(right: Endpoint, listener: Start) -> None:
    error = opening(replace(right, uri=f"https://127.0.0.1:{listener(b'').port}/"))
    says(error, EndpointUnreachable, "took the connection.*did not agree on TLS within 0.5 s", "scheme.*5986")


def test_a_listener_that_says_nothing_to_http(
    right: Endpoint, listener: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = replace(right, uri=f"http://127.0.0.1:{listener(b'').port}/", ca=None)
    transport = WSManTransport(endpoint, Authentication("ntlm", USER, lambda: PASSWORD))
    with pytest.raises(EndpointUnreachable, match=r"has not answered within 0\.5 s\. Nothing but the log-on") as caught:
        transport.open(SHELL, b"", timeout=0.5)
    assert "scheme" in caught.value.advice
    assert "remove" not in caught.value.advice


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-OpenSSH_9.6\r\n", b"220 mail.example ESMTP\r\n", b"\x15\x03\1\0\2\2\x32"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_of_something_else(right: Endpoint, listener: Start, scheme: str, greeting: bytes) -> None:
    error = opening(replace(right, uri=f"{scheme}://127.0.0.1:{listener(greeting).port}/", ca=None), "ntlm")
    if scheme == "https":
        says(error, EndpointUnreachable, "does not speak TLS", "port")
    else:
        says(error, EndpointUnreachable, "no HTTP|speaks TLS on this port", "scheme.*port")


# --- who is there ---------------------------------------------------------------------------------------------------


def test_an_authority_that_is_not_trusted_is_shown_with_the_safe_ways(right: Endpoint) -> None:
    error = opening(replace(right, ca=None))
    says(
        error,
        CertificateNotTrusted,
        r"signed by an authority that is not trusted here \(subject .*, issuer .*, SHA256:[0-9A-F]{64}\)\. Nothing was",
        r"--ca FILE.*--pin SHA256:",
    )


def test_another_name_than_the_certificates(right: Endpoint, web_server: Start, authority: Any) -> None:
    server = web_server(lambda asked: None, chain=authority.sign("other", hosts=["pool.litwareinc.com"]))
    error = opening(replace(right, uri=server.address, ca=str(authority.ca)))
    says(error, CertificateNotTrusted, "it is for another name.*subject CN=other", "Connect by the name")


@pytest.mark.parametrize(("days", "why"), [((1, 3), "not valid yet"), ((-3, -1), "has expired")])
def test_a_clock_that_is_off(
    right: Endpoint, web_server: Start, authority: Any, days: tuple[int, int], why: str
) -> None:
    server = web_server(lambda asked: None, chain=authority.sign("localhost", days=days))
    error = opening(replace(right, uri=server.address, ca=str(authority.ca)))
    says(error, CertificateNotTrusted, why, "this machine's clock")


def test_a_file_that_is_no_authority(right: Endpoint, tmp_path: Any) -> None:
    error = opening(replace(right, ca=str(tmp_path / "missing.pem")))
    says(error, CertificateNotTrusted, r"missing\.pem cannot be read", "PEM file")


# --- who we are -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["basic", "ntlm", "negotiate"])
@pytest.mark.parametrize(
    ("user", "password"), [(USER, "wrong"), ("CONTOSO\\kenmyer", PASSWORD), ("nobody@litwareinc.com", PASSWORD)]
)
def test_a_wrong_password_domain_or_name(right: Endpoint, method: str, user: str, password: str) -> None:
    error = opening(right, method, user, password)
    says(error, SignInFailed, f"Logon failed for the user '{re.escape(user)}'", "user name and the password")


def test_a_password_that_was_refused_is_not_tried_again(right: Endpoint) -> None:
    """An account may be locked after a few."""
    transport = WSManTransport(right, Authentication("ntlm", USER, lambda: "wrong"))
    with pytest.raises(SignInFailed):
        transport.open(SHELL, b"", timeout=DEADLINE)
    assert transport.http_requests == 2


def test_a_way_to_sign_in_that_the_server_does_not_know(right: Endpoint) -> None:
    error = opening(right, "credssp")
    says(error, SignInFailed, "localhost does not know credssp; it offers basic, negotiate, ntlm", "--auth")


def test_a_password_that_everybody_could_read(right: Endpoint, sandbox: SandboxProcess) -> None:
    error = opening(replace(right, uri=f"{sandbox.address.http}/OcsPowershell"))
    says(error, InsecureEndpoint, "without TLS.*Nothing was sent", "https address")


def test_a_configuration_that_there_is_not(right: Endpoint) -> None:
    error = opening(replace(right, configuration="http://schemas.example/nothing"))
    says(error, ProtocolFault, ".", "configuration")


@pytest.mark.parametrize("pin", ["SHA1:00", "SHA256:", "SHA256:zz", "AB" * 32, "SHA256:" + "0" * 63])
def test_a_pin_that_is_none(right: Endpoint, pin: str) -> None:
    says(opening(replace(right, pin=pin)), UsageError, "no fingerprint", "64 hexadecimal digits")


# --- what stands in the way -----------------------------------------------------------------------------------------


def test_a_proxy_where_nobody_listens(right: Endpoint) -> None:
    port = free_port()
    error = opening(replace(right, proxy=f"http://127.0.0.1:{port}"))
    says(error, EndpointUnreachable, f"proxy 127.0.0.1:{port} on the way to localhost does not answer", "proxy's")


def test_a_proxy_that_says_nothing(right: Endpoint, listener: Start) -> None:
    error = opening(replace(right, proxy=f"http://127.0.0.1:{listener(b'').port}"))
    says(error, EndpointUnreachable, "The proxy 127.0.0.1:.* does not answer", "proxy's")


def test_a_proxy_that_wants_a_credential(right: Endpoint, start_proxy: Start) -> None:
    proxy = start_proxy(credential="ken:secret")
    error = opening(replace(right, proxy=f"http://{proxy.place}"))
    says(error, EndpointUnreachable, "wants a user name and a password of its own", "HTTPS_PROXY")


def test_a_proxy_that_forbids_it(right: Endpoint, start_proxy: Start) -> None:
    proxy = start_proxy(refusal="403 Forbidden")
    error = opening(replace(right, proxy=proxy.address))
    says(error, EndpointUnreachable, "does not connect us to localhost: it says 403 Forbidden", "allow this host")


def test_a_login_page_of_the_network(right: Endpoint, web_server: Start, authority: Any) -> None:
    server = web_server(lambda asked: (200, {"Content-Type": "text/html"}, PAGE))
    error = opening(replace(right, uri=server.address, ca=str(authority.ca)))
    says(error, AnswerLost, "a web page came in place of the answer", "[Tt]ry again")


def test_a_service_that_is_down_behind_its_gateway(right: Endpoint, web_server: Start, authority: Any) -> None:
    server = web_server(lambda asked: (503, {}, b"Service Unavailable"))
    error = opening(replace(right, uri=server.address, ca=str(authority.ca)))
    says(error, AnswerLost, "localhost: a gateway answered 503 in its place", "Try again later")


def test_a_server_that_sends_us_in_a_circle(right: Endpoint, web_server: Start, authority: Any) -> None:
    server = web_server(lambda asked: (302, {"Location": asked.path + "x"}, b""))
    error = opening(replace(right, uri=f"{server.address}/a", ca=str(authority.ca)))
    says(error, RedirectRefused, "redirects in a circle", "Check the address")


def test_a_server_that_sends_us_to_somebody_else(right: Endpoint, web_server: Start, authority: Any) -> None:
    server = web_server(lambda asked: (302, {"Location": "https://login.example/"}, b""))
    error = opening(replace(right, uri=f"{server.address}/a", ca=str(authority.ca)))
    says(error, RedirectRefused, r"sends us to login\.example\. Nothing was sent there", "--allow-host")


def test_no_seat_left(right: Endpoint, web_server: Start, sandbox: SandboxProcess) -> None:
    sandbox.tell("fault create:before:fault=2150859173")
    error = opening(right)
    sandbox.tell("clear")
    says(error, QuotaExceeded, ".", "%lync sessions, %lync remove")
