"""One HTTP connection: a request goes out, its answer comes back, as the standard library reads it.

Rules of this file: a link is used by one thread at a time; only `abort` and `drop` come from others. It knows at each
moment whether bytes of the request have left (`began`). Every wait ends at the deadline, however slowly bytes come; an
answer's size is limited, also once it is unpacked. What is not a whole answer is `NoAnswer`, which says what came
instead, and the link is closed.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.client import BadStatusLine, HTTPException, HTTPResponse, IncompleteRead, LineTooLong
from typing import Final, NamedTuple, cast
from urllib.parse import SplitResult, quote, urlsplit

from lync_magic.transports.base import nothing
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.dialing import Reading, Way, dial
from lync_magic.transports.failures import refuses_certificate
from lync_magic.transports.proxies import Relay
from lync_magic.transports.proxy_log_on import basic_header

MAX_ANSWER: Final = 16 * 1024 * 1024
"""Bytes: thirty times what a server may send that keeps to our MaxEnvelopeSize."""
_PIECE: Final = 1024 * 1024
_AS_IT_IS: Final = "%/:=&?~#+!$,;'@()*[]"
"""What stands in an address as it is; the rest is written as `%20` is."""
_MOST_MEMBERS: Final = 16
"""How many packed pieces one answer may be made of (RFC 1952 2.2)."""
_RECORD: Final = 16 * 1024
"""Bytes that are sent at once: a record of TLS, which has the whole time of one wait."""
_TLS_BEGINS: Final = (b"\x15\x03", b"\x16\x03")
"""How an alert or a handshake of TLS begins."""


class Answer(NamedTuple):
    """What came back. body: unpacked."""

    status: int
    reason: str
    headers: Message
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, its repetitions joined as HTTP does; empty where it is not there."""
        return ", ".join(str(value) for value in self.headers.get_all(name, []))


class RequestCount:
    """How many HTTP requests were sent, by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value = 0

    @property
    def value(self) -> int:
        """The count so far."""
        return self._value

    def add(self) -> None:
        """One more was sent."""
        with self._lock:
            self._value += 1


class NoAnswer(Exception):
    """No whole answer came. what: what happened instead, as a sentence with `{host}` where the host is named.

    refused: the server does not take the certificate that we show, or wants one.  timed_out: it was our deadline.
    """

    def __init__(self, what: str, *, refused: bool = False, timed_out: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.refused = refused
        self.timed_out = timed_out

    def said(self, host: str) -> str:
        """The sentence."""
        return self.what.replace("{host}", host)


class Link:
    """A connection to the server of `uri`, made by the first `open`. count: of the requests that are sent.

    limit: bytes of an answer, packed or not.
    """

    def __init__(self, uri: str, way: Way, count: RequestCount, limit: int = MAX_ANSWER) -> None:
        self.began = False
        """Whether bytes of the last request have left, or may have."""
        self._place = urlsplit(uri)
        self._uri = uri
        self._way = way
        self._count = count
        self._limit = limit
        self._sock: socket.socket | None = None
        self._relay = _relay(self._place, way.relay(uri))

    @property
    def is_open(self) -> bool:
        """Whether it is connected, as far as can be known without sending: the server has neither closed it nor said
        anything that nobody asked for.
        """
        sock = self._sock
        if sock is None or sock.fileno() < 0 or getattr(sock, "pending", int)():
            return False
        if not _readable(sock):
            return True
        sock.settimeout(0)
        try:
            sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True  # it was TLS's own, a ticket
        except OSError:
            pass
        return False

    @property
    def certificate(self) -> bytes | None:
        """The server's, in DER; None without TLS."""
        shown = getattr(self._sock, "getpeercert", None)
        return cast("bytes | None", shown(True)) if shown is not None else None

    def open(self, deadline: Deadline) -> None:
        """Connect. Raises what `dial` raises."""
        self.close()
        self.began = False
        self._sock = dial(self._uri, self._way, deadline)

    def post(
        self, headers: Mapping[str, str], body: bytes, deadline: Deadline, meanwhile: Callable[[], None] = nothing
    ) -> Answer:
        """Send a message and read its answer. meanwhile: is done when the message is out, before the wait.

        Raises NoAnswer, and what `meanwhile` raises.
        """
        return self._exchange(
            "POST", self._place, {"Content-Length": str(len(body)), **headers}, body, deadline, meanwhile
        )

    def get(self, uri: str, headers: Mapping[str, str], deadline: Deadline) -> Answer:
        """What is at an address of the same server. Raises NoAnswer."""
        return self._exchange("GET", urlsplit(uri), headers, b"", deadline, nothing)

    def _exchange(
        self,
        method: str,
        place: SplitResult,
        headers: Mapping[str, str],
        body: bytes,
        deadline: Deadline,
        meanwhile: Callable[[], None],
    ) -> Answer:
        sock = self._sock
        self.began = False
        if sock is None:
            raise NoAnswer("The connection to {host} was lost.")
        try:
            with _told(deadline):
                self._send(sock, self._head(method, place, headers) + body, deadline)
            began = time.monotonic()
            meanwhile()
            deadline = deadline.later(time.monotonic() - began)
            with _told(deadline):
                return self._read(sock, method, deadline)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the connection go."""
        sock, self._sock = self._sock, None
        if sock is not None:
            sock.close()

    def abort(self) -> None:
        """End the connection under whoever waits on it in another thread."""
        inner = _inner(self._sock)
        if inner is not None:
            try:
                socket.socket.shutdown(inner, socket.SHUT_RDWR)  # TCP's, without a word of TLS
            except OSError:
                pass

    def drop(self) -> None:
        """Free the descriptor, which another process has too, without a word to the server."""
        inner, self._sock = _inner(self._sock), None
        if inner is not None:
            try:
                socket.close(inner.detach())
            except OSError:
                pass

    def _head(self, method: str, place: SplitResult, headers: Mapping[str, str]) -> bytes:
        target, authorization = self._relay
        target += quote(place.path or "/", safe=_AS_IT_IS)
        target += f"?{quote(place.query, safe=_AS_IT_IS)}" if place.query else ""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return (
            f"{method} {target} HTTP/1.1\r\nHost: {_in_ascii(place)}\r\nUser-Agent: lync_magic\r\n"
            f"Accept-Encoding: identity\r\nConnection: keep-alive\r\n{authorization}{lines}\r\n"
        ).encode("latin-1")

    def _send(self, sock: socket.socket, whole: bytes, deadline: Deadline) -> None:
        self._count.add()
        message = memoryview(whole)
        self.began = True
        try:
            for start in range(0, len(message), _RECORD):
                sock.settimeout(deadline.wait())
                sock.sendall(message[start : start + _RECORD])
        except (BrokenPipeError, ConnectionResetError):
            if not _readable(sock):  # a server may answer before it has read all
                raise

    def _read(self, sock: socket.socket, method: str, deadline: Deadline) -> Answer:
        response = HTTPResponse(cast(socket.socket, Reading(sock, deadline)), method=method)
        response.begin()
        if (response.length or 0) > self._limit:
            raise _TooLarge(self._limit)
        body = bytearray()
        while piece := response.read(min(response.length or _PIECE, self._limit)):
            body += piece
            if len(body) > self._limit:
                raise _TooLarge(self._limit)
        if response.length:
            raise IncompleteRead(b"", response.length)
        if response.will_close:
            self.close()
        return Answer(response.status, response.reason, response.headers, _unpacked(bytes(body), response, self._limit))


class _TooLarge(HTTPException):
    """An answer is larger than the limit, which is this error's argument."""


class _Packed(HTTPException):
    """An answer is packed in a way that nobody asked for."""


@contextmanager
def _told(deadline: Deadline) -> Iterator[None]:
    """Tell what goes wrong as NoAnswer."""
    try:
        yield
    except TimeoutError as error:
        if error.errno is not None:  # TCP's own: nobody at the other end
            raise NoAnswer("The connection to {host} was lost: nobody answers at the other end.") from None
        raise NoAnswer(f"{{host}} has not answered within {deadline}.", timed_out=True) from None
    except OSError as error:
        raise NoAnswer("The connection to {host} was lost.", refused=refuses_certificate(error)) from None
    except (HTTPException, ValueError, zlib.error) as error:
        raise NoAnswer(_unreadable(error)) from None


def _inner(sock: socket.socket | None) -> socket.socket | None:
    """The system's socket; TLS within a proxy's TLS is none itself."""
    return cast("socket.socket | None", getattr(sock, "socket", sock))


def _readable(sock: socket.socket) -> bool:
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(0))
    return bool(select.select([sock.fileno()], [], [], 0)[0])


def _in_ascii(place: SplitResult) -> str:
    """Host and port, for a header."""
    return place.netloc if place.netloc.isascii() else place.netloc.encode("idna").decode("ascii")


def _relay(place: SplitResult, relay: Relay | None) -> tuple[str, str]:
    """What stands before a request's path, and the header, for a proxy that is not asked to connect us: the address of
    the server, and the proxy's own credential.
    """
    if relay is None or relay.is_socks or relay.connects_to(place.scheme):
        return "", ""
    return f"http://{_in_ascii(place)}", basic_header(relay.log_on) if relay.log_on is not None else ""


def _unpacked(body: bytes, response: HTTPResponse, limit: int) -> bytes:
    how = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if how == "identity":
        return body
    if how not in ("gzip", "x-gzip", "deflate"):
        raise _Packed(how)
    content = b""
    for _ in range(_MOST_MEMBERS):
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
        content += unpacking.decompress(body, limit + 1 - len(content))
        if len(content) > limit:
            raise _TooLarge(limit)
        if not unpacking.eof:
            raise IncompleteRead(b"")
        body = unpacking.unused_data
        if not body:
            return content
    raise _Packed(how)


def _unreadable(error: Exception) -> str:
    """What came in place of an answer."""
    if isinstance(error, _TooLarge):
        return f"{{host}} sends an answer of more than {error.args[0] / 1024 / 1024:.3g} MB; the rest was not read."
    if isinstance(error, IncompleteRead):
        return "The connection to {host} was lost in the middle of an answer."
    if isinstance(error, (_Packed, zlib.error)):
        return "{host} packs its answer in a way that nobody asked for, and that cannot be read."
    if isinstance(error, LineTooLong) or "headers" in str(error):
        return "{host} sends more headers than are read (100, of 64 KB)."
    if isinstance(error, BadStatusLine):
        said = str(error.args[0]).encode("latin-1", "replace")
        if said.startswith(_TLS_BEGINS):
            return "{host} speaks TLS on this port, where http has none."
    return "{host} answers with something that is no HTTP."
