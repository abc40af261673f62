"""pywinrm's transport with our adapter and ways to sign in.

Rules of this file: no redirect is followed, nor seen by what signs in; without TLS every message is encrypted, both
ways, and none is sent before the connection is signed in; a password or token is asked for when a request needs it, and
not kept where that can be helped (NTLM keeps its hash, CredSSP the password, for as long as the connection lives).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, cast
from urllib.parse import urlsplit

import requests
import winrm.transport
from requests.auth import AuthBase, _basic_auth_str
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from lync_magic.errors import InsecureEndpoint
from lync_magic.transports.base import nothing
from lync_magic.transports.failures import host_of
from lync_magic.transports.http import ClientCertificate, RequestCount, TrustingAdapter
from lync_magic.transports.proxies import proxy_for
from lync_magic.transports.wsman.endpoint import Authentication, Endpoint
from lync_magic.transports.wsman.negotiate import SCHEMES, Handshake, NotProven
from lync_magic.transports.wsman.sealing import Sealing

_PIECE: Final = 1024 * 1024
"""Bytes of an answer that are read at once, at most."""

_NOBODY: Final = "-"
"""pywinrm wants a user name and a password, where we have another way."""


class _Answer(requests.Response):
    """An answer that is read in larger pieces than requests' own 10 KiB; in one, where it says how long it is."""

    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        length = self.raw.length_remaining or _PIECE
        return super().iter_content(min(length, _PIECE), decode_unicode)


class _Waiting(HTTPConnection):
    """A connection that says when a request is out. waiting: is told."""

    def __init__(self, *given: Any, waiting: Callable[[], None], **named: Any) -> None:
        super().__init__(*given, **named)
        self._waiting = waiting

    def getresponse(self) -> Any:
        self._waiting()
        return super().getresponse()


class _WaitingWithTLS(_Waiting, HTTPSConnection):
    """The same with TLS."""


class _ShellAdapter(TrustingAdapter):
    """Stops at a redirect, before anything that signs in can answer it, and does something else while it waits."""

    meanwhile: Callable[[], None] = staticmethod(nothing)

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> HTTPConnectionPool:
        pool: HTTPConnectionPool = super().get_connection_with_tls_context(*args, **options)
        kind = _WaitingWithTLS if isinstance(pool, HTTPSConnectionPool) else _Waiting
        pool.ConnectionCls = cast(Any, partial(kind, waiting=lambda: self.meanwhile()))
        return pool

    def build_response(self, *args: Any) -> requests.Response:
        response: requests.Response = super().build_response(*args)
        response.__class__ = _Answer
        return response

    def send(self, *args: Any, **options: Any) -> requests.Response:
        response = super().send(*args, **options)
        if response.is_redirect:
            response.close()
            raise requests.TooManyRedirects(response=response)
        return response


class Connection(winrm.transport.Transport):
    """pywinrm's transport with our adapter, no redirects, and a password that is asked for, not kept."""

    def __init__(self, uri: str, endpoint: Endpoint, authentication: Authentication, count: RequestCount) -> None:
        self._authentication = authentication
        self._adapter = _ShellAdapter(count, endpoint.ca, _client_certificate(authentication))
        self._seals = urlsplit(uri).scheme != "https"
        self._handshake: Handshake | None = None
        if authentication.method in SCHEMES:
            self._handshake = Handshake(authentication, host_of(uri), seals=self._seals)
        self._sealing: Sealing | None = None
        super().__init__(
            uri,
            username=_NOBODY,
            password=_NOBODY,
            ca_trust_path=cast(str, None),  # none beyond requests' own: the adapter brings the rest
            cert_pem=authentication.certificate,
            cert_key_pem=authentication.certificate_key,
            auth_method="certificate" if authentication.method == "certificate" else "basic",
            message_encryption="never",  # what pywinrm knows of it; ours is `Sealing`
            proxy=proxy_for(uri, endpoint.proxy),
        )

    def prepare(self, connecting: float, reading: float, meanwhile: Callable[[], None]) -> None:
        """How many seconds the next request may take to connect, and between two pieces of its answer; what is done
        while it waits for the first.
        """
        self._adapter.meanwhile = meanwhile
        self.read_timeout_sec = cast(int, (connecting, reading))  # requests takes both, as a pair

    @property
    def lost_connection(self) -> bool:
        """Whether a log-on that belongs to its connection has lost it."""
        return self._handshake is not None and self._adapter.lost_connection

    @property
    def refusal(self) -> str:
        """What the server wrote when it refused us last."""
        return self._adapter.refusal

    @property
    def offered(self) -> frozenset[str]:
        """The ways to sign in that the server offered when it refused us last."""
        return self._adapter.offered

    def build_session(self) -> requests.Session:
        known = self.session
        session: requests.Session = super().build_session()
        if known is None:
            self._prepare(session)
        return session

    def send_message(self, message: str | bytes) -> bytes:
        """The answer to a message. Without TLS none goes out before it can be encrypted."""
        session = self.build_session()
        if self._seals and self._sealing is None:
            self._sealing = self._sign_in(session)
            self.encryption = cast(Any, self._sealing)
        return bytes(super().send_message(message))

    def _sign_in(self, session: requests.Session) -> Sealing:
        """Sign the connection in with a request that says nothing."""
        self._send_message_request(session, session.prepare_request(requests.Request("POST", self.endpoint)))
        if self._handshake is None or self._handshake.context is None:
            raise NotProven
        return Sealing(self._handshake.context, self._handshake.scheme)

    def _get_message_response_text(self, response: requests.Response) -> bytes:
        """The answer, decrypted; pywinrm would take one in clear too, whoever on the way wrote it."""
        if self._sealing is None or self._sealing.sealed(response):
            return bytes(super()._get_message_response_text(response))
        if response.ok and response.content:
            raise InsecureEndpoint(
                f"{host_of(self.endpoint)} answered without encryption, where it has to encrypt. The answer was not "
                "used.",
                "Somebody between you and the server may have written it. Use the https address.",
            )
        return b""

    def _prepare(self, session: requests.Session) -> None:
        session.max_redirects = 0
        session.trust_env = False
        session.headers["Accept-Encoding"] = "identity"
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._adapter)
        session.cert = None  # the adapter shows it
        session.auth = self._handshake
        if self._authentication.method == "basic":
            session.auth = _Basic(self._authentication)
        elif self._authentication.method == "bearer":
            session.auth = _Bearer(self._authentication)


class _Basic(AuthBase):
    """Basic with a password that is revealed for each request and not kept."""

    def __init__(self, authentication: Authentication) -> None:
        self._authentication = authentication

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        user, password = self._authentication.user_name, self._authentication.reveal()
        request.headers["Authorization"] = _basic_auth_str(user.encode("utf-8"), password.encode("utf-8"))
        return request


class _Bearer(AuthBase):
    """A token, asked for each request, so that a new one is used as soon as there is one."""

    def __init__(self, authentication: Authentication) -> None:
        self._authentication = authentication

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        token = self._authentication.token
        request.headers["Authorization"] = f"Bearer {token() if token is not None else ''}"
        return request


def _client_certificate(authentication: Authentication) -> ClientCertificate | None:
    certificate, key = authentication.certificate, authentication.certificate_key
    if authentication.method != "certificate" or certificate is None or key is None:
        return None
    return ClientCertificate(certificate, key, authentication.password)
