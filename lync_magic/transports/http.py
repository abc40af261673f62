"""What WSMan and discovery have in common over HTTP: trust, and the count of requests.

Rules of this file: a certificate is always verified, against the system's authorities and the one that the
user named; TLS is 1.2 or later; no header, body or query of a request goes into a log; a proxy that asks for a
credential never gets the one that is meant for the server.
"""

from __future__ import annotations

import logging
import os
import re
import ssl
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.connection import is_connection_dropped

from lync_magic.errors import CertificateNotTrusted, UsageError
from lync_magic.transports.failures import ProxyAsksToSignIn

logging.getLogger("spnego").setLevel(logging.WARNING)  # its debug log holds the tokens of a log-on

_CA_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_KEPT_TEXT: Final = 64 * 1024
_SCHEME: Final = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s|,|$)")
"""A way to sign in, at the head of a challenge; a parameter is followed by `=`."""


class ClientCertificate(NamedTuple):
    """What a client shows in the TLS handshake: paths of PEM files, and what reveals the key's password."""

    certificate: str
    key: str
    password: Callable[[], str] | None = None


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
    """requests' adapter with the system's trust, a count, and knowledge of its connection.

    ca: path of a PEM file, or of a folder of hashed ones, with further authorities to trust, or None.
    shown: the client's own certificate, or None.  Raises CertificateNotTrusted, UsageError for unreadable files.
    """

    def __init__(self, count: RequestCount, ca: str | None, shown: ClientCertificate | None = None) -> None:
        self._count = count
        self._context = _trust(ca, shared=shown is None)
        if shown is not None:
            _show(self._context, shown)
        self._pool: Any = None
        self._refused: requests.Response | None = None
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._context, **options)

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        self._pool = super().get_connection_with_tls_context(*args, **options)
        return self._pool

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
        self._refused = response if response.status_code in (401, 403) else None
        return response

    def close(self) -> None:
        """Let the connections go, and with the last refusal the headers of its request."""
        self._refused = None
        super().close()

    @property
    def offered(self) -> frozenset[str]:
        """The ways to sign in that a refusal offered, in lower case."""
        challenge = self._refused.headers.get("WWW-Authenticate", "") if self._refused is not None else ""
        return frozenset(found.lower() for found in _SCHEME.findall(challenge))

    @property
    def refusal(self) -> str:
        """What the server wrote with a refusal. Read late: a log-on needs it unread."""
        try:
            content = self._refused.content if self._refused is not None else b""
        except (requests.RequestException, RuntimeError):
            return ""
        return content[:_KEPT_TEXT].decode("utf-8", "replace")

    @property
    def lost_connection(self) -> bool:
        """Whether a connection that was kept has been closed by the server since."""
        if self._pool is None:
            return False
        kept = [connection for connection in self._pool.pool.queue if connection is not None]
        return any(is_connection_dropped(connection) for connection in kept)


def _trust(ca: str | None, *, shared: bool) -> ssl.SSLContext:
    """The system's authorities, requests' own, those of its environment variables, and `ca`."""
    named = (DEFAULT_CA_BUNDLE_PATH, ca, *(os.environ.get(name) for name in _CA_VARIABLES))
    files = tuple((path, _changed(path)) for path in named if path)
    return _shared_context(files) if shared else _context(files)


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        raise _unreadable(path) from None


def _context(files: tuple[tuple[str, float], ...]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path, _ in files:
        try:
            context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
        except (OSError, ssl.SSLError):
            raise _unreadable(path) from None
    return context


_shared_context = lru_cache(maxsize=4)(_context)
"""Reading the authorities takes longer than connecting; kept for as long as their files do not change."""


def _unreadable(path: str) -> CertificateNotTrusted:
    return CertificateNotTrusted(f"The certificate authority {path} cannot be read.", "Give the path of a PEM file.")


def _show(context: ssl.SSLContext, shown: ClientCertificate) -> None:
    reveal = shown.password
    try:
        # Without a password OpenSSL would ask for one on the terminal.
        context.load_cert_chain(shown.certificate, shown.key, password=reveal if reveal is not None else lambda: "")
    except (OSError, ssl.SSLError):
        raise UsageError(
            f"The certificate {shown.certificate} cannot be used with the key {shown.key}.",
            "Both are PEM files and belong together; a key with a password needs that password.",
        ) from None
