"""Signing a connection in with tokens that go back and forth: Negotiate, NTLM, Kerberos, CredSSP (MS-NTHT, RFC 4559).

    negotiate   SPNEGO: Kerberos where the password gets a ticket, else NTLM
    kerberos    the ticket that is there
    ntlm        NTLM alone
    credssp     Negotiate inside TLS of its own, which then carries the password to the server (MS-CSSP)

It begins by itself, as Microsoft's client does, with a request that says nothing: a server need not ask, and nothing
is sent in vain.

Rules of this file: text and tokens in, text and tokens out; the tokens are pyspnego's; who signs in is bound to the
server's certificate where there is one; the password is forgotten here as soon as the connection is signed in; a
password that was refused is not tried again; asking Kerberos' own servers has an end.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
import struct
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Final

import spnego
import spnego.channel_bindings
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from spnego.exceptions import InvalidTokenError

from lync_magic.errors import DependencyMissing, OperationTimedOut
from lync_magic.transports.waiting import within
from lync_magic.transports.wsman.endpoint import Authentication
from lync_magic.transports.wsman.kerberos import SERVICE, principal, ticket_seconds

logging.getLogger("spnego").setLevel(logging.WARNING)  # its debug log holds the tokens of a log-on

SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "negotiate": ("negotiate", "ntlm"),
    "ntlm": ("ntlm", "negotiate"),
    "kerberos": ("negotiate", "kerberos"),
    "credssp": ("credssp",),
}
"""What a server has to offer for a way to sign in, in HTTP's words, best first."""
PREEMPTIVE_SCHEME: Final = "Negotiate"
"""How we begin before the server has offered anything: WinRM, IIS and OMI know it, NTLM's tokens included."""

KERBEROS_SECONDS: Final = 10.0
"""How long Kerberos' own servers are asked for a ticket."""
RENEWAL_SECONDS: Final = 300.0
RENEWAL_PART: Final = 0.1
"""How long before a ticket's end a connection is signed in anew: an answer that comes after it cannot be read."""
CREDSSP_VERSION: Final = 5
"""The least that a server has to speak: before it, whoever is on the way can use the password (CVE-2018-0886)."""
_SILENT: Final = "Kerberos' own servers (KDC) are silent."
MAX_ROUNDS: Final = 12
"""How often tokens go back and forth; CredSSP, the longest, takes seven."""

_LONGEST_CHALLENGE: Final = 64 * 1024
_BEGINS: Final = {"credssp": "CredSSP"}
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


class Handshake:
    """Signs one connection in. host: the server's name.  seals: whether messages will be encrypted by it."""

    def __init__(self, authentication: Authentication, host: str, *, seals: bool) -> None:
        self._authentication = authentication
        self._host = host
        self._seals = seals
        self._context: spnego.ContextProxy | None = None
        self._scheme = _BEGINS.get(authentication.method, PREEMPTIVE_SCHEME)
        self._tried: set[str] = set()
        self._rounds = 0
        self._passwords: list[spnego.Password] = []
        self._good_until: float | None = None

    @property
    def has_run_out(self) -> bool:
        """Whether the ticket is at its end, and with it what it signs and encrypts."""
        return self._good_until is not None and time.monotonic() >= self._good_until

    @property
    def context(self) -> spnego.ContextProxy | None:
        """What signs and encrypts, once the connection is signed in."""
        return self._context if self._context is not None and self._context.complete else None

    @property
    def scheme(self) -> str:
        """As which it goes, in HTTP's words."""
        return self._scheme

    @property
    def carries_message(self) -> bool:
        """Whether the next token may be the last, so that the message can go along where it needs no encryption."""
        if self._seals or self._context is None:
            return False
        method = self._authentication.method
        return self._context.complete if method == "credssp" else method == "kerberos" or bool(self._rounds)

    def begin(self, certificate: bytes | None, seconds: float) -> str:
        """The first header. certificate: of the server, in DER, to which the log-on is bound; None without TLS.

        seconds: how long it may take. Raises SpnegoError, OperationTimedOut.
        """
        return self._begin(self._scheme, certificate, seconds)

    def answer(self, challenge: str, certificate: bytes | None, seconds: float) -> str | None:
        """The header that answers a refusal; None when that is final. challenge: its `WWW-Authenticate`."""
        offered = _offered(challenge)
        given = offered.get(self._scheme.lower())
        if given and self._context is not None:
            self._rounds += 1
            token = self._step(self._context, given, seconds)
            return self._header(token) if token else None
        if self._rounds:
            return None  # it knows this way, and has looked at what we said
        known = (one for one in SCHEMES[self._authentication.method] if one in offered and one not in self._tried)
        scheme = next(known, None)
        return self._begin(scheme, certificate, seconds) if scheme is not None else None

    def finish(self, challenge: str, seconds: float, *, let_in: bool) -> None:
        """The server has answered something else than a refusal. let_in: it took us.

        Raises NotProven where it did not prove that it knows who we are, and that matters.
        """
        context = self._context
        token = _offered(challenge).get(self._scheme.lower())
        if context is not None and token and not context.complete:
            self._step(context, token, seconds)
        if self.context is not None:
            for one in self._passwords:
                one.password = ""
        elif let_in and (self._seals or self._authentication.method == "kerberos" or self._rounds):
            raise NotProven

    # --- the first token --------------------------------------------------------------------------------------------

    def _begin(self, scheme: str, certificate: bytes | None, seconds: float) -> str:
        self._scheme = _SPELLED.get(scheme.lower(), scheme)
        self._tried.add(scheme.lower())
        self._rounds = 0
        bindings = _bindings(certificate)
        method = "ntlm" if scheme == "ntlm" else self._authentication.method
        patience = min(KERBEROS_SECONDS, seconds / 2)
        try:
            context, token = within(patience, lambda: self._first(method, bindings), _SILENT)
        except OperationTimedOut:
            if method != "negotiate":
                raise
            context, token = self._first("ntlm", bindings)
        self._context = context
        return self._header(token)

    def _header(self, token: bytes) -> str:
        return f"{self._scheme} {base64.b64encode(token).decode('ascii')}"

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
        try:
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
        except _UNEXPECTED as error:
            raise InvalidTokenError(context_msg="No log-on can be begun") from error

    def _step(self, context: spnego.ContextProxy, token: bytes, seconds: float) -> bytes | None:
        """What to answer to a token. Raises SpnegoError, also for what pyspnego did not expect; OperationTimedOut."""

        def step() -> bytes | None:
            answer: bytes | None = context.step(token)
            return answer

        try:
            return within(min(KERBEROS_SECONDS, seconds), step, _SILENT)
        except _UNEXPECTED as error:
            raise InvalidTokenError(context_msg="The server's token cannot be read") from error

    def _credentials(self, method: str) -> list[spnego.Credential]:
        user_name = self._authentication.user_name
        if method == "kerberos":
            left = ticket_seconds(user_name)
            if left is not None:
                self._good_until = time.monotonic() + left - min(RENEWAL_SECONDS, left * RENEWAL_PART)
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


def _offered(challenge: str) -> dict[str, bytes]:
    """The ways to sign in that a server offers, in lower case, each with its token or nothing."""
    offered: dict[str, bytes] = {}
    for scheme, token in _CHALLENGE.findall(challenge[:_LONGEST_CHALLENGE]):
        try:
            offered.setdefault(scheme.lower(), base64.b64decode(token, validate=True))
        except binascii.Error:
            continue
    return offered


def _bindings(certificate: bytes | None) -> spnego.channel_bindings.GssChannelBindings | None:
    """What ties a log-on to the certificate of the server that answered (RFC 5929 4.1); None without TLS."""
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
