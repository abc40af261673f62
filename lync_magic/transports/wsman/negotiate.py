"""Signing a connection in with tokens that go back and forth: Negotiate, NTLM, Kerberos, CredSSP (MS-NTHT, RFC 4559).

    negotiate   SPNEGO: Kerberos where the password gets a ticket, else NTLM
    kerberos    the ticket that is there; the first token goes out with the first request
    ntlm        NTLM alone
    credssp     Negotiate inside TLS of its own, which then carries the password to the server (MS-CSSP)

Rules of this file: the tokens are pyspnego's; who signs in is bound to the server's certificate where there is one; the
password is forgotten here as soon as the connection is signed in; asking Kerberos' own servers has an end.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Final

import requests
import spnego
import spnego.channel_bindings
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from requests.auth import AuthBase
from spnego.exceptions import InvalidTokenError

from lync_magic.errors import DependencyMissing, OperationTimedOut
from lync_magic.transports.waiting import within
from lync_magic.transports.wsman.endpoint import Authentication
from lync_magic.transports.wsman.kerberos import SERVICE, principal

SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "negotiate": ("negotiate", "ntlm"),
    "ntlm": ("ntlm", "negotiate"),
    "kerberos": ("negotiate", "kerberos"),
    "credssp": ("credssp",),
}
"""What a server has to offer for a way to sign in, in HTTP's words; the first one that it offers is used."""
PREEMPTIVE_SCHEME: Final = "Negotiate"

KERBEROS_SECONDS: Final = 10.0
"""How long Kerberos' own servers are asked for a ticket."""
CREDSSP_VERSION: Final = 5
"""The least that a server has to speak: before it, whoever is on the way can use the password (CVE-2018-0886)."""
MAX_ROUNDS: Final = 12
"""How often tokens go back and forth; CredSSP, the longest, takes seven."""

_CHALLENGE: Final = re.compile(r"(?:^|,)\s*([A-Za-z]+)(?:\s+([A-Za-z0-9+/]+=*))?\s*(?=,|$)")
"""A way to sign in and its token, as a server offers them; one with parameters is none of ours."""
_BINDING: Final = b"tls-server-end-point:"
_TOO_WEAK_TO_BIND: Final = (hashes.MD5, hashes.SHA1)
_UNEXPECTED: Final = (TypeError, ValueError, LookupError, AttributeError, struct.error)


class NotProven(Exception):
    """The server let us in without proving who it is."""


class _ForKerberos(spnego.Password):
    """A password under the name that Kerberos knows its user by."""

    @property
    def supported_protocols(self) -> list[str]:
        return ["kerberos"]


class Handshake(AuthBase):
    """Signs one connection in. host: the server's name.  seals: whether messages will be encrypted by it."""

    def __init__(self, authentication: Authentication, host: str, *, seals: bool) -> None:
        self._authentication = authentication
        self._host = host
        self._seals = seals
        self._context: spnego.ContextProxy | None = None
        self._scheme = PREEMPTIVE_SCHEME
        self._was_asked = False
        self._passwords: list[spnego.Password] = []

    @property
    def context(self) -> spnego.ContextProxy | None:
        """What signs and encrypts, once the connection is signed in."""
        return self._context if self._context is not None and self._context.complete else None

    @property
    def scheme(self) -> str:
        """As which it goes, in HTTP's words."""
        return self._scheme

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.context is None and self._authentication.method == "kerberos":
            self._was_asked = False
            request.headers["Authorization"] = f"{PREEMPTIVE_SCHEME} {_encoded(self._begin(PREEMPTIVE_SCHEME, None))}"
        request.register_hook("response", self._answered)  # type: ignore[no-untyped-call]
        return request

    def _answered(self, response: requests.Response, **options: Any) -> requests.Response:
        """requests calls this with each answer: go on until the server has let us in, or has not."""
        if self.context is not None:
            if response.status_code != requests.codes.unauthorized or self._seals:
                return response
            self._context = None  # the server has forgotten us; it did not carry the request out
        for _ in range(MAX_ROUNDS):
            offered = _offered(response)
            if response.status_code != requests.codes.unauthorized:
                self._finish(response, offered.get(self._scheme.lower()))
                break
            token = self._next_token(response, offered)
            if not token:
                break
            response = self._again(response, token, options)
        return response

    def _next_token(self, response: requests.Response, offered: Mapping[str, bytes]) -> bytes | None:
        """What to say to a refusal; None when it is final."""
        given = offered.get(self._scheme.lower())
        if given and self._context is not None:
            return _step(self._context, given)
        scheme = next((one for one in SCHEMES[self._authentication.method] if one in offered), None)
        if scheme is None or (self._context is not None and self._was_asked):
            return None
        self._was_asked = True
        return self._begin(scheme, _bindings(response))

    def _again(self, response: requests.Response, token: bytes, options: Mapping[str, Any]) -> requests.Response:
        """Send the request once more, with a token; it was not carried out before."""
        _ = response.content  # read, so that its connection can be used again
        response.raw.release_conn()
        request = response.request.copy()
        request.headers["Authorization"] = f"{self._scheme} {_encoded(token)}"
        adapter: Any = getattr(response, "connection")  # noqa: B009 - requests sets it, its types do not know it
        answer: requests.Response = adapter.send(request, **options)
        return answer

    def _finish(self, response: requests.Response, token: bytes | None) -> None:
        context = self._context
        if context is None:
            return  # nobody asked us to sign in
        if token and not context.complete:
            _step(context, token)
        if context.complete:
            for one in self._passwords:
                one.password = ""
        elif response.ok:
            raise NotProven

    # --- the first token --------------------------------------------------------------------------------------------

    def _begin(self, scheme: str, bindings: spnego.channel_bindings.GssChannelBindings | None) -> bytes:
        """The first token. bindings: what ties the log-on to the server's certificate."""
        self._scheme = _SPELLED.get(scheme.lower(), scheme)
        method = "ntlm" if scheme == "ntlm" else self._authentication.method
        try:
            context, token = within(KERBEROS_SECONDS, lambda: self._first(method, bindings), "Kerberos is silent.")
        except OperationTimedOut:
            if method != "negotiate":
                raise
            context, token = self._first("ntlm", bindings)
        self._context = context
        return token

    def _first(
        self, method: str, bindings: spnego.channel_bindings.GssChannelBindings | None
    ) -> tuple[spnego.ContextProxy, bytes]:
        credentials = self._credentials(method)
        more: dict[str, Any] = {}
        if method == "credssp":
            inner = spnego.client(self._credentials("negotiate"), hostname=self._host, service=SERVICE)
            more = {"credssp_negotiate_context": inner, "credssp_min_protocol": CREDSSP_VERSION}
        options = spnego.NegotiateOptions.use_ntlm if method == "ntlm" else spnego.NegotiateOptions.none
        if self._seals:
            options |= spnego.NegotiateOptions.wrapping_winrm
        context = spnego.client(
            credentials,
            hostname=self._host,
            service=SERVICE,
            channel_bindings=bindings,
            protocol=method,
            options=options,
            **more,
        )
        return context, context.step() or b""

    def _credentials(self, method: str) -> list[spnego.Credential]:
        user_name = self._authentication.user_name
        if method == "kerberos":
            return [spnego.CredentialCache(principal(user_name))]
        found = [spnego.Password(user_name, self._authentication.reveal())]
        if method == "negotiate":
            found.insert(0, _ForKerberos(principal(user_name) or user_name, found[0].password))
        self._passwords += found
        return list(found)


_SPELLED: Final = {"negotiate": "Negotiate", "ntlm": "NTLM", "kerberos": "Kerberos", "credssp": "CredSSP"}


def need_extra(method: str) -> None:
    """Raise DependencyMissing when a way to sign in needs packages that are not there."""
    if method == "kerberos" and sys.platform != "win32":
        for package in ("gssapi", "krb5"):
            if find_spec(package) is None:
                raise DependencyMissing(package, "Signing in with kerberos", "kerberos")


def _offered(response: requests.Response) -> dict[str, bytes]:
    """The ways to sign in that a server offers, in lower case, each with its token or nothing."""
    offered: dict[str, bytes] = {}
    for scheme, token in _CHALLENGE.findall(response.headers.get("WWW-Authenticate", "")):
        try:
            offered.setdefault(scheme.lower(), base64.b64decode(token, validate=True))
        except binascii.Error:
            continue
    return offered


def _bindings(response: requests.Response) -> spnego.channel_bindings.GssChannelBindings | None:
    """What ties a log-on to the certificate of the server that answered (RFC 5929 4.1); None without TLS."""
    connection = getattr(response.raw, "connection", None)
    certificate = getattr(getattr(connection, "sock", None), "getpeercert", lambda _binary: None)(True)
    if not certificate:
        return None
    try:
        algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        algorithm = None
    digest = hashes.Hash(
        algorithm if algorithm is not None and not isinstance(algorithm, _TOO_WEAK_TO_BIND) else hashes.SHA256()
    )
    digest.update(certificate)
    return spnego.channel_bindings.GssChannelBindings(application_data=_BINDING + digest.finalize())


def _step(context: spnego.ContextProxy, token: bytes) -> bytes | None:
    """What to answer to a token. Raises SpnegoError, also for what pyspnego did not expect."""
    try:
        answer: bytes | None = context.step(token)
        return answer
    except _UNEXPECTED as error:
        raise InvalidTokenError(context_msg="The server's token cannot be read") from error


def _encoded(token: bytes) -> str:
    return base64.b64encode(token).decode("ascii")
