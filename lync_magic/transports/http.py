"""The HTTP of discovery: requests' adapter with our trust, and the count of requests that WSMan shares.

Rules of this file: no header, body or query of a request goes into a log; a proxy that asks for a credential never
gets the one that is meant for the server.
"""

from __future__ import annotations

import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from lync_magic.transports.failures import ProxyAsksToSignIn
from lync_magic.transports.trust import trusting


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


class TrustingAdapter(HTTPAdapter):
    """requests' adapter with our trust and a count. ca: as for `trusting`."""

    def __init__(self, count: RequestCount, ca: str | None) -> None:
        self._count = count
        self._context = trusting(ca)
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._context, **options)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """requests would load its authorities into the context for each connection; they are in it already."""
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]
        conn.ca_certs = None

    def send(self, *args: Any, **options: Any) -> requests.Response:
        self._count.add()
        response = super().send(*args, **options)
        if response.status_code == requests.codes.proxy_authentication_required:
            response.close()
            raise ProxyAsksToSignIn
        return response
