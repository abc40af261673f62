"""A small HTTP client for what is read before anybody signs in: the discovery chain, a challenge.

Rules of this file: no credential ever goes out; a redirect is an answer like another and is not followed; an answer is
read up to a limit, and within its time however slowly it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Final, NamedTuple, cast
from urllib.parse import urlsplit

from lync_magic.errors import EndpointUnreachable, OperationTimedOut, SessionBroken
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.dialing import Way
from lync_magic.transports.failures import NotConnected, client_refused, host_of, proxy_error
from lync_magic.transports.frames import sealed
from lync_magic.transports.link import Answer, Link, NoAnswer, RequestCount
from lync_magic.transports.proxies import ProxyLogOn
from lync_magic.transports.trust import trusting

MAX_BODY: Final = 4 * 1024 * 1024
_PROXY_ASKS: Final = 407


class Response(NamedTuple):
    """What came back. headers: names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WebClient:
    """GETs over kept connections; a context manager, for one thread. ca, proxy, proxy_log_on: as for an
    `Endpoint`.

    Raises CertificateNotTrusted for an authority that cannot be read.
    """

    def __init__(self, ca: str | None = None, proxy: str | None = None, proxy_log_on: ProxyLogOn | None = None) -> None:
        trusting(ca)
        self._count = RequestCount()
        self._way = Way(ca, proxy=proxy, proxy_log_on=proxy_log_on)
        self._links: dict[tuple[str, str], Link] = {}

    @property
    def http_requests(self) -> int:
        """How many requests were sent."""
        return self._count.value

    @sealed  # the frames below hold the proxy's password
    def get(self, url: str, *, accept: str = "*/*", timeout: float = 30.0) -> Response:
        """GET `url`, in at most `timeout` seconds, without following a redirect.

        Raises EndpointUnreachable, CertificateNotTrusted, InsecureEndpoint, OperationTimedOut, SessionBroken, and
        UsageError for a proxy that is none.
        """
        return self._asked(url, {"Accept": accept}, None, timeout)

    @sealed
    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = 30.0) -> Response:
        """POST what holds nothing private; else as `get`."""
        return self._asked(url, headers, body, timeout)

    def _asked(self, url: str, headers: Mapping[str, str], body: bytes | None, timeout: float) -> Response:
        answer = self._answer(url, headers, body, Deadline.after(timeout))
        if answer.status == _PROXY_ASKS:
            asks = NotConnected(answer.status, answer.reason, answer.header("Proxy-Authenticate"))
            raise proxy_error(asks, host_of(url), self._way.relay(url))
        return Response(answer.status, cast(Mapping[str, str], answer.headers), answer.body)

    def close(self) -> None:
        """Let the connections go."""
        for link in self._links.values():
            link.close()

    def __enter__(self) -> WebClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answer(self, url: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline) -> Answer:
        try:
            place = urlsplit(url)
            is_address = place.scheme in ("http", "https") and bool(place.hostname) and place.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise EndpointUnreachable("The address is no address of a server.", "It looks like https://host/path.")
        link = self._links.setdefault((place.scheme, place.netloc), Link(url, self._way, self._count, MAX_BODY))
        try:
            if not link.is_open:
                link.open(deadline)
            return link.get(url, headers, deadline) if body is None else link.post(headers, body, deadline)
        except NoAnswer as error:
            if error.refused:
                raise client_refused(host_of(url)) from None
            if error.timed_out:
                raise OperationTimedOut(error.said(host_of(url)), "Try again, or give it more time.") from None
            raise SessionBroken(error.said(host_of(url)), "Connect again.") from None
