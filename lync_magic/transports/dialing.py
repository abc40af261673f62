"""A connection to a server: its name, TCP, a proxy on the way, TLS; and what a person is told where one of them fails.

Rules of this file: nothing is said to the server before its certificate is trusted; each step has its share of one
deadline, and an error names the step that it came in and guesses nothing else. A connection is looked after by TCP
itself, so that a peer that is gone is noticed while nobody says anything.
"""

from __future__ import annotations

import io
import socket
import ssl
import sys
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, NamedTuple, cast
from urllib.parse import SplitResult, urlsplit

from lync_magic.errors import EndpointUnreachable, LyncError, OperationTimedOut
from lync_magic.transports import failures
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.proxies import ProxyLogOn, Relay, proxy_for
from lync_magic.transports.proxy_log_on import ProxySignIn
from lync_magic.transports.trust import ClientCertificate, described, is_pinned, looking, trusting
from lync_magic.transports.waiting import within

CONNECT_TIMEOUT: Final = 10.0
"""Seconds for a connection, its TLS in it."""
PORTS: Final = {"http": 80, "https": 443}
QUIET_SECONDS: Final = 10
"""How long a connection is quiet before TCP asks whether the other end is still there."""
ASK_SECONDS: Final = 5
ASK_TIMES: Final = 3
_MOST_OF_A_PAGE: Final = 64 * 1024
"""Bytes that are read of what a proxy says besides its refusal."""
UNHEARD_MILLISECONDS: Final = 25_000
"""How long what was sent may go without an acknowledgement: with the above, a dead peer is known within 25 s."""


class Way(NamedTuple):
    """How to get to servers. ca, pin, proxy, proxy_log_on: as for an `Endpoint`.  certificate: what we show.

    seconds: for a connection, its TLS in it.
    """

    ca: str | None = None
    pin: str | None = None
    proxy: str | None = None
    certificate: ClientCertificate | None = None
    seconds: float = CONNECT_TIMEOUT
    proxy_log_on: ProxyLogOn | None = None

    def relay(self, uri: str) -> Relay | None:
        """The proxy on the way to an address, or None. Raises UsageError for what is none."""
        return proxy_for(uri, self.proxy, self.proxy_log_on)


def dial(uri: str, way: Way, deadline: Deadline) -> socket.socket:
    """A connection to the server of `uri`, under TLS where it is https.

    Raises EndpointUnreachable, CertificateNotTrusted, InsecureEndpoint, SignInFailed, UsageError: nothing was said to
    the server.
    """
    context = looking(way.certificate) if way.pin else trusting(way.ca, way.certificate)
    sock, step = _line(uri, way, context, deadline.at_most(way.seconds))
    if way.pin and step.certificate is not None and not is_pinned(step.certificate, way.pin):
        sock.close()
        raise failures.not_the_pinned(failures.host_of(uri), described(step.certificate))
    return sock


def port_of(place: SplitResult) -> int:
    """The port that an address means."""
    return place.port or PORTS.get(place.scheme, 80)


class _Step:
    """How far a connection got. what: the step that is being taken.  certificate: of the server, in DER."""

    def __init__(self) -> None:
        self.what = ""
        self.certificate: bytes | None = None


def _line(uri: str, way: Way, context: ssl.SSLContext, deadline: Deadline) -> tuple[socket.socket, _Step]:
    place = urlsplit(uri)
    relay = way.relay(uri)
    step = _Step()
    sock: socket.socket | None = None
    try:
        sock = _reach(place, relay, way.ca, step, deadline)
        if place.scheme == "https":
            step.what = "tls"
            sock = _under_tls(sock, context, place.hostname or "", deadline)
            step.certificate = cast(ssl.SSLSocket, sock).getpeercert(True)
    except BaseException as error:
        if sock is not None:
            sock.close()
        if isinstance(error, ssl.SSLCertVerificationError) and step.what == "tls":
            raise _not_trusted(error, uri, way, deadline) from None
        if isinstance(error, (OSError, HTTPException, UnicodeError)):
            raise _said(error, step.what, uri, relay, deadline) from None
        raise
    return sock, step


def _reach(place: SplitResult, relay: Relay | None, ca: str | None, step: _Step, deadline: Deadline) -> socket.socket:
    """A connection to the server, or to a proxy that connects us to it where that is needed.

    A proxy with TLS has to be trusted by itself, whatever is pinned: a pin is of the server's certificate.
    """
    host, port = place.hostname or "", port_of(place)
    if relay is None:
        return _tcp(host, port, step, deadline)
    if relay.is_socks:
        step.what = "proxy"
        return _through_socks(relay, host, port, deadline)
    sock = _tcp(relay.place.hostname or "", port_of(relay.place), step, deadline, "proxy ")
    try:
        step.what = "proxy"
        if relay.place.scheme == "https":
            sock = _under_tls(sock, trusting(ca), relay.place.hostname or "", deadline)
        if relay.connects_to(place.scheme):
            _ask_to_connect(sock, relay, host, port, deadline)
    except BaseException:
        sock.close()
        raise
    return sock


def _tcp(host: str, port: int, step: _Step, deadline: Deadline, whose: str = "") -> socket.socket:
    step.what = f"{whose}name"
    try:
        found = within(deadline.wait(), lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), "")
    except OperationTimedOut:
        raise EndpointUnreachable(
            f"{host} was not found within {deadline}: the name service is silent.", "Check DNS, network and VPN."
        ) from None
    step.what = f"{whose}tcp"
    error: OSError = OSError()
    for rest, (family, kind, protocol, _, address) in zip(range(len(found), 0, -1), found, strict=True):
        sock = socket.socket(family, kind, protocol)
        try:
            _look_after(sock)
            sock.settimeout(deadline.wait() / rest)  # an address that is silent leaves time for the others
            sock.connect(address)
            return sock
        except OSError as failed:
            sock.close()
            error = failed
        except BaseException:
            sock.close()
            raise
    raise error


def _look_after(sock: socket.socket) -> None:
    """Have TCP notice a peer that is gone; where a system lacks an option, with its own patience."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    quiet = "TCP_KEEPALIVE" if sys.platform == "darwin" else "TCP_KEEPIDLE"
    for name, value in (
        (quiet, QUIET_SECONDS),
        ("TCP_KEEPINTVL", ASK_SECONDS),
        ("TCP_KEEPCNT", ASK_TIMES),
        ("TCP_USER_TIMEOUT", UNHEARD_MILLISECONDS),
    ):
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)


def _under_tls(sock: socket.socket, context: ssl.SSLContext, host: str, deadline: Deadline) -> socket.socket:
    sock.settimeout(deadline.wait())  # the handshake as a whole
    if isinstance(sock, ssl.SSLSocket):
        from urllib3.util.ssltransport import SSLTransport  # TLS within the proxy's

        return cast(socket.socket, SSLTransport(sock, context, server_hostname=host))
    return context.wrap_socket(sock, server_hostname=host)


class Reading(io.RawIOBase):
    """What comes on a socket, until a deadline; for `HTTPResponse`."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.wait())
        return self._sock.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        """As a socket's own."""
        return io.BufferedReader(self, 64 * 1024)


def _ask_to_connect(sock: socket.socket, relay: Relay, host: str, port: int, deadline: Deadline) -> None:
    name = f"[{host}]" if ":" in host else host
    signing_in = ProxySignIn(relay)
    header = signing_in.first(deadline.wait())
    refusal = failures.NotConnected(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, "")
    while header is not None:
        sock.settimeout(deadline.wait())
        head = f"CONNECT {name}:{port} HTTP/1.1\r\nHost: {name}:{port}\r\n{header}\r\n"
        sock.sendall(head.encode("latin-1"))
        answer = HTTPResponse(cast(socket.socket, Reading(sock, deadline)), method="CONNECT")
        answer.begin()
        if answer.status == HTTPStatus.OK:
            return
        challenges = ", ".join(answer.headers.get_all("Proxy-Authenticate", ()))
        refusal = failures.NotConnected(answer.status, answer.reason, challenges)
        goes_on = answer.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED and not answer.will_close
        header = signing_in.next(challenges) if goes_on else None
        if header is not None:
            answer.read(_MOST_OF_A_PAGE)
    raise refusal


def _through_socks(relay: Relay, host: str, port: int, deadline: Deadline) -> socket.socket:
    import socks  # type: ignore[import-untyped,import-not-found,unused-ignore]  # `proxy_for` saw to it that it is there

    place, log_on = relay
    kind = socks.SOCKS4 if place.scheme.startswith("socks4") else socks.SOCKS5

    def connect() -> socket.socket:
        made: socket.socket = socks.create_connection(
            (host, port),
            timeout=deadline.left,
            proxy_type=kind,
            proxy_addr=place.hostname,
            proxy_port=place.port or 1080,
            proxy_rdns=place.scheme in ("socks4a", "socks5h"),
            proxy_username=log_on.user_name if log_on is not None else None,
            proxy_password=log_on.password() if log_on is not None else None,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        _look_after(made)
        return made

    return within(deadline.wait(), connect, "The proxy is silent.")


def _said(error: Exception, step: str, uri: str, relay: Relay | None, deadline: Deadline) -> LyncError:
    """The error that a person meets, for one of the system's in a step."""
    place = urlsplit(uri)
    host, seconds = place.hostname or uri, str(deadline)
    if step.startswith("proxy"):
        return failures.proxy_error(error, host, relay)
    if isinstance(error, TimeoutError) and step == "tls":
        return EndpointUnreachable(
            f"{host} took the connection on port {port_of(place)}, but did not agree on TLS within {seconds}.",
            failures.SCHEME_AND_PORT,
        )
    if isinstance(error, TimeoutError):
        return EndpointUnreachable(
            f"{host} does not answer on port {port_of(place)}: no connection within {seconds}.", failures.CHECK_NETWORK
        )
    return failures.dialing_error(error, host, port_of(place))


def _not_trusted(error: ssl.SSLCertVerificationError, uri: str, way: Way, deadline: Deadline) -> LyncError:
    """Why a certificate is not trusted, and which it is: another connection, on which nothing is said, looks at it."""
    seen = ""
    try:
        sock, step = _line(uri, way, looking(), deadline)
        sock.close()
        seen = described(step.certificate) if step.certificate else ""
    except (LyncError, OSError):
        pass  # the refusal stands without it
    return failures.certificate_error(error, failures.host_of(uri), seen)
