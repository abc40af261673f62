"""What WSMan and discovery have in common over HTTP: trust, the count of requests, the errors people meet.

Rules of this file: a certificate is always verified, against the system's authorities and the one that the
user named; no header, body or query of a request goes into an error or a log.
"""

from __future__ import annotations

import logging
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies
from urllib3.util.connection import is_connection_dropped

from lync_magic.errors import (
    CertificateNotTrusted,
    EndpointUnreachable,
    LyncError,
    OperationTimedOut,
    SessionBroken,
)

for _name in ("spnego", "requests_ntlm", "requests_credssp", "requests_kerberos"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # their debug logs hold the tokens of a log-on

_CA_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_KEPT_TEXT: Final = 64 * 1024


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
    shared: whether the TLS context may serve other connections; not where a client's certificate goes into it.
    """

    def __init__(self, count: RequestCount, ca: str | None, *, shared: bool = True) -> None:
        self._count = count
        self._context = _trust(ca, shared=shared)
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
        self._refused = response if response.status_code in (401, 403) else None
        return response

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


def proxies_for(uri: str, proxy: str | None) -> Mapping[str, str]:
    """The proxies for requests: the one that was named, else the environment's."""
    if proxy is not None:
        return {"http": proxy, "https": proxy}
    found: Mapping[str, str] = get_environ_proxies(uri, no_proxy=None)
    return found


def host_of(uri: str) -> str:
    """The host's name, for messages."""
    return urlsplit(uri).hostname or uri


def network_error(error: BaseException, uri: str) -> LyncError:
    """The error that a person meets, for one of requests'."""
    host = host_of(uri)
    causes = list(_causes(error))
    if isinstance(error, requests.exceptions.SSLError) or any(isinstance(cause, ssl.SSLError) for cause in causes):
        return _tls_error(causes, host)
    if isinstance(error, requests.exceptions.ProxyError):
        return EndpointUnreachable(f"The proxy on the way to {host} does not answer.", "Check the proxy's address.")
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return EndpointUnreachable(f"{host} does not answer.", _CHECK_NETWORK)
    if isinstance(error, requests.exceptions.Timeout):
        return OperationTimedOut(f"{host} did not answer in time.", "Try again, or give it more time.")
    if any(isinstance(cause, (urllib3.exceptions.NameResolutionError, socket.gaierror)) for cause in causes):
        return EndpointUnreachable(
            f"There is no host {host}: its name cannot be found.", "Check the spelling, and DNS."
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return EndpointUnreachable(f"{host} refuses connections on port {_port(uri)}.", _CHECK_NETWORK)
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        return EndpointUnreachable(f"{host} cannot be reached.", _CHECK_NETWORK)
    if isinstance(error, (requests.exceptions.MissingSchema, requests.exceptions.InvalidURL)):
        return EndpointUnreachable("The address is no address of a server.", "It looks like https://host/path.")
    return SessionBroken(f"The connection to {host} was lost.", "Connect again.")


_CHECK_NETWORK: Final = "Check the address, and that a firewall or VPN lets you reach it."


def _tls_error(causes: list[BaseException], host: str) -> LyncError:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = (cause.verify_message or "").rstrip(".")
            return CertificateNotTrusted(
                f"The certificate of {host} does not verify: {reason}. Nothing was sent.",
                "If you know this server, name the authority that signed its certificate (a PEM file).",
            )
    return EndpointUnreachable(
        f"{host} does not speak TLS as it should.", "Check that the address and its port are right."
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, as far as requests and urllib3 keep it."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


def _port(uri: str) -> int:
    parts = urlsplit(uri)
    return parts.port or (443 if parts.scheme == "https" else 80)
