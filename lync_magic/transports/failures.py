"""What people are told when the network, TLS or a proxy fails.

Rules of this file: one line says what happened and why, one what to do; no header, body, query or password of a
proxy is in them.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from lync_magic.errors import (
    CertificateNotTrusted,
    EndpointUnreachable,
    InsecureEndpoint,
    LyncError,
    SignInFailed,
)
from lync_magic.transports.proxies import Relay

CHECK_NETWORK: Final = "Check the address, and that a firewall or VPN lets you reach it."
_NAME_AUTHORITY: Final = (
    "If you know this server, name the authority that signed its certificate (--ca FILE), or this very certificate by "
    "its fingerprint (--pin SHA256:…)."
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
_NO_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"})
"""What OpenSSL says of an answer that is no TLS."""
_LONGEST_CHALLENGE: Final = 64 * 1024
_OFFERED: Final = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s|,|$)")
SCHEME_AND_PORT: Final = (
    "Check the address: its scheme (behind https there is TLS, behind http none) and its port (WinRM has 5986 for "
    "https and 5985 for http)."
)


class NotConnected(OSError):
    """A proxy did not connect us. challenges: its `Proxy-Authenticate`."""

    def __init__(self, status: int, reason: str, challenges: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.offered = ", ".join(dict.fromkeys(_OFFERED.findall(challenges[:_LONGEST_CHALLENGE])))
        """The ways to sign in that it names."""


def host_of(uri: str) -> str:
    """The host's name, for messages."""
    return urlsplit(uri).hostname or uri


def dialing_error(error: Exception, host: str, port: int) -> LyncError:
    """The error for a connection that could not be made, from the system's. Nothing was sent."""
    if isinstance(error, ssl.SSLError):
        return _tls_error(error, host)
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return EndpointUnreachable(
            f"There is no host {host}: its name cannot be found.", "Check the spelling, and DNS."
        )
    if isinstance(error, ConnectionRefusedError):
        return EndpointUnreachable(f"{host} refuses connections on port {port}.", CHECK_NETWORK)
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        return EndpointUnreachable(
            f"No connection to {host} can be made: this program has as many files and connections open as it may.",
            "Remove sessions that you no longer need (%lync remove), or raise the limit (ulimit -n).",
        )
    if isinstance(error, ConnectionError):
        return EndpointUnreachable(
            f"{host} ended the connection on port {port} before anything was said.",
            "Check the port and the scheme (http or https).",
        )
    return EndpointUnreachable(f"{host} cannot be reached.", CHECK_NETWORK)


def certificate_error(error: ssl.SSLCertVerificationError, host: str, seen: str = "") -> CertificateNotTrusted:
    """The error for a certificate that does not verify. seen: whose it is, and its fingerprint."""
    said = (error.verify_message or "").rstrip(".")
    reason, advice = _REASONS.get(error.verify_code, (said, _NAME_AUTHORITY))
    which = f" ({seen})" if seen else ""
    return CertificateNotTrusted(
        f"The certificate of {host} does not verify: {reason}{which}. Nothing was sent.", advice
    )


def not_the_pinned(host: str, seen: str) -> CertificateNotTrusted:
    """The error for a certificate that is not the one that was pinned. seen: whose it is, and its fingerprint."""
    return CertificateNotTrusted(
        f"The certificate of {host} is not the one that was pinned: it is {seen}. Nothing was sent.",
        "If the server was given a new certificate, ask whoever runs it for its fingerprint, and pin that.",
    )


def _tls_error(error: ssl.SSLError, host: str) -> LyncError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_error(error, host)
    if error.reason in _TOO_OLD:
        return InsecureEndpoint(
            f"{host} speaks only a TLS that is too old to be safe (before 1.2). Nothing was sent.",
            "Whoever runs the server has to turn on TLS 1.2 or later.",
        )
    if refuses_certificate(error):
        return client_refused(host)
    if error.reason in _NO_TLS:
        return EndpointUnreachable(
            f"{host} does not speak TLS on this port; what it answers looks like plain http.", SCHEME_AND_PORT
        )
    return EndpointUnreachable(
        f"{host} does not speak TLS as it should.", "Check that the address and its port are right."
    )


def client_refused(host: str) -> SignInFailed:
    """The error where a server refuses the handshake for the certificate that we show, or do not show."""
    return SignInFailed(
        f"{host} does not take the certificate that we show, or wants one and got none.",
        "Check that it is valid, and signed by an authority that the server trusts.",
    )


def refuses_certificate(error: BaseException) -> bool:
    """Whether a server's word in TLS is about the client's certificate; in TLS 1.3 it comes after the handshake."""
    return isinstance(error, ssl.SSLError) and bool(_CLIENT_REFUSED.search(error.reason or ""))


def _asks(error: Exception) -> bool:
    return isinstance(error, NotConnected) and error.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED


def proxy_error(error: Exception, host: str, relay: Relay | None) -> LyncError:
    """The error for what went wrong at a proxy. Nothing was sent to the host."""
    name = f"The proxy {relay.shown}" if relay is not None else "The proxy"
    if _asks(error) and relay is not None and relay.log_on is not None:
        offered = f" It offers {error.offered}." if isinstance(error, NotConnected) and error.offered else ""
        return EndpointUnreachable(
            f"{name} on the way to {host} does not take the log-on that it was given ({relay.log_on.method}).{offered} "
            f"Nothing was sent to {host}.",
            "Check the user name and the password for the proxy, and how it is signed in to (-ProxyAuthentication).",
        )
    if _asks(error):
        return EndpointUnreachable(
            f"{name} on the way to {host} wants a user name and a password of its own. Nothing was sent to {host}.",
            "Put them into the proxy's address (http://user:password@proxy.example:8080), and that into HTTPS_PROXY.",
        )
    if isinstance(error, NotConnected):
        said = " ".join(f"{error.status} {error.reason}".split())
        return EndpointUnreachable(
            f"{name} does not connect us to {host}: it says {said}.", "Ask who runs the proxy to allow this host."
        )
    if isinstance(error, ssl.SSLError):
        said = getattr(error, "verify_message", "") or "it does not speak it as it should"
        return EndpointUnreachable(
            f"{name} on the way to {host} does not agree on TLS with us: {said}.",
            "Check the proxy's address (http or https); name the authority of its certificate (--ca FILE).",
        )
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return EndpointUnreachable(
            f"{name} on the way to {host} cannot be found.", "Check the spelling of the proxy's name."
        )
    return EndpointUnreachable(f"{name} on the way to {host} does not answer.", "Check the proxy's address.")
