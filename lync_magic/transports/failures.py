"""What people are told when the network, TLS or a proxy fails.

Rules of this file: one line says what happened and why, one what to do; no header, body, query or password of a
proxy is in them.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from lync_magic.errors import (
    CertificateNotTrusted,
    EndpointUnreachable,
    InsecureEndpoint,
    LyncError,
    OperationTimedOut,
    SessionBroken,
    SignInFailed,
)
from lync_magic.transports.proxies import shown

_CHECK_NETWORK: Final = "Check the address, and that a firewall or VPN lets you reach it."
_NAME_AUTHORITY: Final = (
    "If you know this server, name the authority that signed its certificate (a PEM file, --ca FILE)."
)
_TELL_OWNER: Final = "Whoever runs the server has to renew it; check this machine's clock too."
_USE_ITS_NAME: Final = "Connect by the name that the certificate is for."
_ANOTHER_AUTHORITY: Final = "it is signed by an authority that is not trusted here"
_TOO_WEAK: Final = "its key or its signature is too weak"
_REASONS: Final = {
    9: ("it is not valid yet", _TELL_OWNER),
    10: ("it has expired", _TELL_OWNER),
    18: ("it is self-signed", _NAME_AUTHORITY),
    19: (_ANOTHER_AUTHORITY, _NAME_AUTHORITY),
    20: (_ANOTHER_AUTHORITY, _NAME_AUTHORITY),
    21: (_ANOTHER_AUTHORITY, _NAME_AUTHORITY),
    62: ("it is for another name", _USE_ITS_NAME),
    64: ("it is for another address", _USE_ITS_NAME),
    66: (_TOO_WEAK, _TELL_OWNER),
    67: (_TOO_WEAK, _TELL_OWNER),
    68: (_TOO_WEAK, _TELL_OWNER),
}
"""Why a certificate does not verify, by OpenSSL's number (X509_V_ERR_…), and what to do."""
_TOO_OLD: Final = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "VERSION_TOO_LOW"})
_CLIENT_REFUSED: Final = re.compile(r"ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+)$")
"""What a server says in the handshake when it wants a certificate of the client's, or another one."""
_TUNNEL: Final = re.compile(r"Tunnel connection failed: (\d{3}) ?(.*)")


class ProxyAsksToSignIn(requests.exceptions.ProxyError):
    """A proxy answered 407. Raised before anything below can answer it with the user's credential."""


def host_of(uri: str) -> str:
    """The host's name, for messages."""
    return urlsplit(uri).hostname or uri


def network_error(error: BaseException, uri: str, proxy: str | None = None) -> LyncError:
    """The error that a person meets, for one of requests'. proxy: what the request went through."""
    host = host_of(uri)
    causes = list(_causes(error))
    if isinstance(error, requests.exceptions.ProxyError):
        return _proxy_error(error, causes, host, proxy)
    if isinstance(error, requests.exceptions.SSLError) or any(isinstance(cause, ssl.SSLError) for cause in causes):
        return _tls_error(causes, host)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return EndpointUnreachable(f"{host} does not answer.", _CHECK_NETWORK)
    if isinstance(error, requests.exceptions.Timeout):
        return OperationTimedOut(f"{host} did not answer in time.", "Try again, or give it more time.")
    if _is_name_unknown(causes):
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


def _tls_error(causes: list[BaseException], host: str) -> LyncError:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            said = (cause.verify_message or "").rstrip(".")
            reason, advice = _REASONS.get(cause.verify_code, (said, _NAME_AUTHORITY))
            return CertificateNotTrusted(
                f"The certificate of {host} does not verify: {reason}. Nothing was sent.", advice
            )
        if isinstance(cause, ssl.SSLError) and cause.reason in _TOO_OLD:
            return InsecureEndpoint(
                f"{host} speaks only a TLS that is too old to be safe (before 1.2). Nothing was sent.",
                "Whoever runs the server has to turn on TLS 1.2 or later.",
            )
        if isinstance(cause, ssl.SSLEOFError):  # under way: what was sent may have arrived
            return SessionBroken(
                f"{host} ended the TLS connection.",
                "Connect again; if you sign in with a certificate, the server may not take it.",
            )
        if isinstance(cause, ssl.SSLError) and _CLIENT_REFUSED.search(cause.reason or ""):
            return SignInFailed(
                f"{host} does not take the certificate that we show, or wants one and got none.",
                "Check that it is valid, and signed by an authority that the server trusts.",
            )
    return EndpointUnreachable(
        f"{host} does not speak TLS as it should.", "Check that the address and its port are right."
    )


def _proxy_error(error: BaseException, causes: list[BaseException], host: str, proxy: str | None) -> LyncError:
    name = f"The proxy {shown(proxy)}" if proxy else "The proxy"
    refused = next((found for cause in causes if (found := _TUNNEL.search(str(cause)))), None)
    if isinstance(error, ProxyAsksToSignIn) or (refused and int(refused[1]) == requests.codes.proxy_authentication):
        return EndpointUnreachable(
            f"{name} on the way to {host} wants a user name and a password of its own. Nothing was sent to {host}.",
            "Put them into the proxy's address (http://user:password@proxy.example:8080), and that into HTTPS_PROXY.",
        )
    if refused:
        said = " ".join(f"{refused[1]} {refused[2]}".split())
        return EndpointUnreachable(
            f"{name} does not connect us to {host}: it says {said}.", "Ask who runs the proxy to allow this host."
        )
    if _is_name_unknown(causes):
        return EndpointUnreachable(
            f"{name} on the way to {host} cannot be found.", "Check the spelling of the proxy's name."
        )
    return EndpointUnreachable(f"{name} on the way to {host} does not answer.", "Check the proxy's address.")


def _is_name_unknown(causes: list[BaseException]) -> bool:
    return any(isinstance(cause, (urllib3.exceptions.NameResolutionError, socket.gaierror)) for cause in causes)


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
