"""Discovery against servers that are broken in many ways, on real sockets: each ends in the documented error, with the
step that failed, and no server ever sees the password."""

from __future__ import annotations

import gzip
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lync_magic.clixml import Credential
from lync_magic.errors import CertificateNotTrusted, DiscoveryFailed, RedirectRefused
from lync_magic.sessions import Registry, Target, connect

PASSWORD = "S3cret-and-unique"
SECONDS = 30.0
"""For a server that answers, whatever it answers: a busy machine must not make it late."""
SHORT = 1.0
"""For a server whose lateness is what is seen."""
STEP = 0.4
"""Less than SHORT, as one of more steps than fit in it."""
NAMESPACE = 'xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"'
FOREVER = 10_000


def xml(inner: str) -> bytes:
    return f'<?xml version="1.0"?><AutodiscoverResponse {NAMESPACE}>{inner}</AutodiscoverResponse>'.encode()


def links(kind: str, **hrefs: str) -> bytes:
    inner = "".join(f'<Link token="{token.replace("_", "/")}" href="{href}"/>' for token, href in hrefs.items())
    return xml(f"<{kind}>{inner}</{kind}>")


def reply(body: bytes = b"", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def says(answer: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda connection, _head: connection.sendall(answer)


def drips(answer: bytes, forever: bytes) -> Callable[[socket.socket, bytes], None]:
    """Says something, and then a little more and more, without an end."""

    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(answer)
        for _ in range(FOREVER):
            connection.sendall(forever)
            time.sleep(0.05)

    return talk


def endless(connection: socket.socket, _head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for _ in range(FOREVER):
        connection.sendall(piece)


def silent(_connection: socket.socket, _head: bytes) -> None:
    time.sleep(30)


def closes(_connection: socket.socket, _head: bytes) -> None:
    return


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + xml("<Root>&b;</Root>")

BROKEN: dict[str, tuple[Any, str]] = {
    # a server's behaviour, or what it answers, and what the error says of the step
    "closes at once": (closes, "connection to localhost was lost"),
    "never answers": (silent, "in time|has not answered within|more headers than"),
    "drips its head": (
        drips(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        "in time|has not answered within|more headers than",
    ),
    "drips its body": (
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n", b" "),
        "in time|has not answered within|more headers than",
    ),
    "continues for ever": (
        drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "in time|has not answered within|more headers than",
    ),
    "speaks no HTTP": (says(b"220 mail.example ESMTP\r\n"), "no HTTP"),
    "sends rubbish": (says(bytes(range(256)) * 9), "no HTTP"),
    "has a thousand headers": (says(reply(b"", "200 OK", *["X: y"] * 1000)), "more headers than are read"),
    "not found": (says(reply(b"", "404 Not Found")), "HTTP status 404"),
    "forbidden": (says(reply(b"", "403 Forbidden")), "HTTP status 403"),
    "internal error": (says(reply(b"oops", "500 Internal Server Error")), "HTTP status 500"),
    "unavailable": (says(reply(b"", "503 Service Unavailable", "Retry-After: 3600")), "HTTP status 503"),
    "no content": (says(reply(b"", "204 No Content")), "HTTP status 204"),
    "asks for Basic": (says(reply(b"", "401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')), "HTTP status 401"),
    "asks for NTLM": (says(reply(b"", "401 Unauthorized", "WWW-Authenticate: NTLM")), "HTTP status 401"),
    "redirects by HTTP to another host": (
        says(reply(b"", "302 Found", "Location: https://evil.example/")),
        "redirects by HTTP to evil.example, which is not followed",
    ),
    "redirects by HTTP to nowhere": (says(reply(b"", "301 Moved")), "without saying where to"),
    "redirects by HTTP to itself": (says(reply(b"", "307 Moved", "Location: ?Domain=contoso.com")), "back to itself"),
    "redirects by HTTP to a file": (says(reply(b"", "302 Found", "Location: file:///etc/passwd")), "no web address"),
    "answers JSON": (says(reply(b'{"Root":{"Links":[]}}')), "it is JSON"),
    "answers a web page": (says(reply(b"<!DOCTYPE html><html><p>Sign in to WiFi")), "it is a web page"),
    "answers nothing": (says(reply(b"")), "the answer is empty"),
    "answers truncated XML": (says(reply(links("Root", Domain="https://a/")[:-30])), "no complete XML document"),
    "answers less than it promised": (
        says(reply(links("Root"), "200 OK").replace(b"Content-Length: 1", b"Content-Length: 9")),
        "lost",
    ),
    "answers bytes of an unknown encoding": (
        says(reply(b'<?xml version="1.0" encoding="klingon"?><a/>')),
        "did not answer with a discovery document",
    ),
    "answers rubbish in gzip": (says(reply(b"not gzip", "200 OK", "Content-Encoding: gzip")), "packs its answer"),
    "answers a bomb of gzip": (
        says(reply(gzip.compress(bytes(32 << 20)), "200 OK", "Content-Encoding: gzip")),
        "more than 4 MB",
    ),
    "answers without end": (endless, "more than 4 MB"),
    "answers a huge document": (says(reply(xml("<Root>" + " " * (2 << 20) + "</Root>"))), "more than any discovery"),
    "answers a bomb of entities": (says(reply(BOMB)), "declares entities of its own"),
    "answers entities in UTF-16": (
        says(reply(BOMB.decode().replace('<?xml version="1.0"?>', "").encode("utf-16"))),
        "declares entities of its own",
    ),
    "answers another XML": (says(reply(b"<feed><entry/></feed>")), "another XML document"),
    "answers a very deep XML": (says(reply(b"<a>" * 50_000 + b"</a>" * 50_000)), "another XML document"),
    "answers a root without links": (says(reply(links("Root"))), "no link to a PowerShell endpoint"),
    "answers a domain without an endpoint": (
        says(reply(links("Domain", External_Autodiscover="https://a/"))),
        "no link to a PowerShell endpoint",
    ),
    "links to a file": (says(reply(links("Root", Redirect="file:///etc/passwd"))), "no web address"),
    "links to a script": (says(reply(links("Root", Domain="javascript:alert(1)"))), "no web address"),
    "links to a broken address": (says(reply(links("Root", Domain="https://[::1/"))), "no web address"),
    "links to a port that is none": (says(reply(links("Root", Domain="https://localhost:99999/"))), "no web address"),
    "links to an address with a line end": (
        says(reply(links("Root", Domain="http://localhost/&#13;&#10;X: y"))),
        "no web address",
    ),
    "links to an address with a password": (
        says(reply(links("Root", Domain="https://user:pw@localhost/"))),
        "with a user name or password in it",
    ),
    "links to a name that is none": (says(reply(links("Root", Domain="https://a..b/"))), "https://a\\.\\.b/: "),
    "links to a host that is not there": (
        says(reply(links("Root", Domain="https://nowhere.invalid/"))),
        "https://nowhere.invalid/: There is no host nowhere.invalid",
    ),
    "links to an endpoint that is a file": (
        says(reply(links("Domain", External_RemotePowerShell="file:///bin/sh"))),
        "no web address",
    ),
}


def attempt(root: str, ca: str | None = None, seconds: float = SECONDS) -> DiscoveryFailed:
    """Connect through a broken discovery; the error it ends in."""
    registry = Registry()
    credential = Credential("kenmyer@contoso.com", PASSWORD)
    target = Target(
        "kenmyer@contoso.com", ca=ca, override_discovery_uri=root, redirect_hosts=("a..b", "nowhere.invalid")
    )
    with pytest.raises(DiscoveryFailed) as caught:
        connect(target, credential, timeout=seconds, registry=registry)
    assert caught.value.message == f"Unable to query AutoDiscover URL at: {root}?Domain=contoso.com"
    assert "--override-admin-domain" in caught.value.advice
    assert len(registry) == 0
    return caught.value


@pytest.mark.parametrize(("behaviour", "said"), BROKEN.values(), ids=list(BROKEN))
def test_a_server_that(serve: Any, behaviour: Any, said: str) -> None:
    server = serve(behaviour)
    error = attempt(server.base, seconds=SHORT if "in time" in said else SECONDS)
    assert re.search(said, error.advice), error.advice
    assert b"authorization" not in bytes(server.heard).lower()
    assert PASSWORD.encode() not in server.heard


def test_a_dead_server(serve: Any) -> None:
    server = serve(closes)
    server.stop()
    assert "refuses connections" in attempt(server.base).advice


def test_two_servers_that_lead_to_each_other(serve: Any) -> None:
    there: list[str] = []
    first = serve(lambda connection, _head: connection.sendall(reply(links("Root", Redirect=there[0]))))
    second = serve(says(reply(links("Domain", Hybrid=f"{first.base}?Domain=contoso.com"))))
    there.append(second.base)
    assert f"{first.base}?Domain=contoso.com leads back to itself" in attempt(first.base).advice


def test_a_chain_without_end(serve: Any) -> None:
    count = iter(range(FOREVER))
    server = serve(
        lambda connection, _head: connection.sendall(reply(links("Root", Redirect=f"{server.base}/{next(count)}")))
    )
    assert "There is no endpoint after 8 steps" in attempt(server.base).advice


def test_steps_that_are_each_in_time_but_not_together(serve: Any) -> None:
    count = iter(range(FOREVER))

    def slow(connection: socket.socket, _head: bytes) -> None:
        time.sleep(STEP)
        connection.sendall(reply(links("Root", Redirect=f"{server.base}/{next(count)}")))

    server = serve(slow)
    advice = attempt(server.base, seconds=SHORT).advice  # the second, where a machine is so busy that one step is late
    assert "did not answer in time" in advice or "has not answered within" in advice


def test_a_second_step_that_fails_is_named(serve: Any) -> None:
    second = serve(says(reply(b"", "404 Not Found")))
    first = serve(says(reply(links("Root", Redirect=f"{second.base}/root"))))
    assert attempt(first.base).advice.startswith(f"{second.base}/root answered with HTTP status 404.")


def test_a_host_that_somebody_on_the_way_may_have_named_hears_nothing(serve: Any, certificates: Any) -> None:
    """127.0.0.1 has a good certificate and is not of the domain; it is gone to only when the user allows it."""
    other = serve(says(reply(b"", "404 Not Found")), certificates.good)
    there = other.base.replace("localhost", "127.0.0.1")
    plain = serve(says(reply(links("Domain", Hybrid=f"{there}/root"))))
    target = Target("kenmyer@contoso.com", ca=certificates.ca, override_discovery_uri=plain.base)
    with pytest.raises(RedirectRefused, match=r"sends us to 127\.0\.0\.1, which is not of contoso\.com") as caught:
        connect(target, Credential("kenmyer@contoso.com", PASSWORD), registry=Registry())
    assert "--allow-host 127.0.0.1" in caught.value.advice
    assert not other.heard
    with pytest.raises(DiscoveryFailed, match="HTTP status 404"):
        connect(
            replace(target, redirect_hosts=("127.0.0.1",)),
            Credential("kenmyer@contoso.com", PASSWORD),
            registry=Registry(),
        )


def test_a_way_from_https_to_http(serve: Any, certificates: Any) -> None:
    plain = serve(says(reply(links("Domain", External_RemotePowerShell="http://localhost/OcsPowershell"))))
    for answer in (reply(links("Root", Domain=plain.base)), reply(b"", "302 Found", f"Location: {plain.base}/")):
        secure = serve(says(answer), certificates.good)
        assert "leads from https to http, which is not followed" in attempt(secure.base, certificates.ca).advice
    assert not plain.heard


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("self_signed", "does not verify: it is self-signed"),
        ("other_name", "does not verify: it is for another name"),
        ("expired", "does not verify: it has expired"),
    ],
)
def test_a_certificate_that_is_wrong(serve: Any, certificates: Any, kind: str, said: str) -> None:
    server = serve(says(reply(links("Root"))), getattr(certificates, kind))
    error = attempt(server.base, certificates.ca)
    assert said in error.advice
    cause = error.__cause__
    assert isinstance(cause, CertificateNotTrusted)
    assert cause.advice in error.advice
    assert not server.heard


def test_an_authority_that_nobody_trusts(serve: Any, certificates: Any) -> None:
    server = serve(says(reply(links("Root"))), certificates.good)
    assert "does not verify" in attempt(server.base).advice
    assert not server.heard


def test_a_server_without_tls_at_an_https_address(serve: Any) -> None:
    server = serve(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), handshake=False)
    assert "does not speak TLS" in attempt(server.base).advice


def test_a_handshake_that_never_ends(serve: Any) -> None:
    server = serve(silent, handshake=False)
    advice = attempt(server.base, seconds=SHORT).advice
    assert "in time" in advice or "does not answer" in advice or "did not agree on TLS within" in advice


def test_a_redirect_of_http_on_the_same_host_is_followed(serve: Any) -> None:
    def talk(connection: socket.socket, head: bytes) -> None:
        moved = head.startswith(b"GET /moved")
        connection.sendall(reply(b"", "404 Gone") if moved else reply(b"", "302 Found", "Location: /moved"))

    server = serve(talk)
    assert attempt(server.base).advice.startswith(f"{server.base}/moved answered with HTTP status 404.")
