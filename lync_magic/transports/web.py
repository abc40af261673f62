"""A small HTTP client for what is read before anybody signs in: the discovery chain, a challenge.

Rules of this file: no credential ever goes out; a redirect is an answer like another and is not followed; an
answer is read up to a limit.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Final, NamedTuple

import requests
import urllib3.exceptions

from lync_magic.errors import EndpointUnreachable, OperationTimedOut
from lync_magic.transports.failures import host_of, network_error
from lync_magic.transports.frames import sealed
from lync_magic.transports.http import RequestCount, TrustingAdapter
from lync_magic.transports.proxies import proxy_for

MAX_BODY: Final = 4 * 1024 * 1024
_PIECE: Final = 64 * 1024


class Response(NamedTuple):
    """What came back. headers: names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WebClient:
    """GETs over kept connections; a context manager, for one thread. ca, proxy: as for an `Endpoint`."""

    def __init__(self, ca: str | None = None, proxy: str | None = None) -> None:
        self._count = RequestCount()
        self._proxy = proxy
        self._session = requests.Session()
        self._session.trust_env = False  # it would look for a password in .netrc
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, TrustingAdapter(self._count, ca))

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
        deadline = time.monotonic() + timeout
        proxy = proxy_for(url, self._proxy)
        try:
            with self._session.get(
                url,
                headers={"Accept": accept},
                timeout=timeout,
                allow_redirects=False,
                stream=True,
                proxies={"all": proxy} if proxy else {},
            ) as answer:
                return Response(answer.status_code, answer.headers, _read(answer, url, deadline))
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise network_error(error, url, proxy) from None

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def __enter__(self) -> WebClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _read(answer: requests.Response, url: str, deadline: float) -> bytes:
    body = bytearray()
    for piece in answer.iter_content(_PIECE):
        body += piece
        if len(body) > MAX_BODY:
            raise EndpointUnreachable(f"{host_of(url)} answers with more than {MAX_BODY // 1024 // 1024} MB.")
        if time.monotonic() > deadline:
            raise OperationTimedOut(f"{host_of(url)} did not answer in time.", "Try again, or give it more time.")
    return bytes(body)
