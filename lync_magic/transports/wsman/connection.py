"""pywinrm's transport with our adapter and ways to sign in.

Rules of this file: no redirect is followed, nor seen by what signs in; without TLS every message is encrypted, both
ways; a password or token is asked for when a request needs it, and not
kept where that can be helped (NTLM's library keeps its own for as long as the connection lives).
"""

from __future__ import annotations

from typing import Any, Final, Literal, cast
from urllib.parse import urlsplit

import requests
import winrm.transport
from requests.auth import AuthBase, _basic_auth_str

from lync_magic.errors import DependencyMissing, InsecureEndpoint, SessionClosed
from lync_magic.transports.failures import host_of
from lync_magic.transports.http import ClientCertificate, RequestCount, TrustingAdapter
from lync_magic.transports.proxies import proxy_for
from lync_magic.transports.wsman.endpoint import Authentication, Endpoint
from lync_magic.transports.wsman.kerberos import SERVICE, principal

_CONNECTION_BOUND: Final = frozenset({"ntlm", "kerberos", "credssp"})
"""Methods that sign a connection in, not a request."""

_NOBODY: Final = "-"
"""pywinrm wants a user name and a password, where we have another way."""


_Method = Literal["basic", "certificate", "ntlm", "kerberos", "credssp"]


class _ShellAdapter(TrustingAdapter):
    """Stops at a redirect, before anything that signs in can answer it."""

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
        method, user_name = authentication.method, authentication.user_name
        super().__init__(
            uri,
            username=cast(str, principal(user_name) if method == "kerberos" else user_name or _NOBODY),
            password=_NOBODY,
            service=SERVICE,
            ca_trust_path=cast(str, None),  # none beyond requests' own: the adapter brings the rest
            cert_pem=authentication.certificate,
            cert_key_pem=authentication.certificate_key,
            auth_method=cast(_Method, "basic" if method == "bearer" else method),
            message_encryption="never" if urlsplit(uri).scheme == "https" else "always",
            proxy=proxy_for(uri, endpoint.proxy),
        )

    @property
    def password(self) -> str:
        """The password, revealed for whoever below needs it."""
        return _revealed(self._authentication)

    @password.setter
    def password(self, _value: str) -> None:
        """pywinrm's constructor sets one; none is kept."""

    def limit(self, connecting: float, reading: float) -> None:
        """How many seconds the next request may take to connect, and between two pieces of its answer."""
        self.read_timeout_sec = cast(int, (connecting, reading))  # requests takes both, as a pair

    @property
    def lost_connection(self) -> bool:
        """Whether a log-on that belongs to its connection has lost it."""
        return self._authentication.method in _CONNECTION_BOUND and self._adapter.lost_connection

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

    def setup_encryption(self, session: requests.Session) -> None:
        """pywinrm logs on here, within build_session, so the session must be ours before."""
        self._prepare(session)
        super().setup_encryption(session)

    def _get_message_response_text(self, response: requests.Response) -> bytes:
        """The answer, decrypted; pywinrm would take one in clear too, whoever on the way wrote it."""
        if self.encryption is None or _is_sealed(response, self.encryption.protocol_string):
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
        if self._authentication.method == "basic":
            session.auth = _Basic(self._authentication)
        elif self._authentication.method == "bearer":
            session.auth = _Bearer(self._authentication)


class _Basic(AuthBase):
    """Basic with a password that is revealed for each request and not kept."""

    def __init__(self, authentication: Authentication) -> None:
        self._authentication = authentication

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        user, password = self._authentication.user_name, _revealed(self._authentication)
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


def _is_sealed(response: requests.Response, protocol: bytes) -> bool:
    return f'protocol="{protocol.decode()}"' in response.headers.get("Content-Type", "")


def _client_certificate(authentication: Authentication) -> ClientCertificate | None:
    certificate, key = authentication.certificate, authentication.certificate_key
    if authentication.method != "certificate" or certificate is None or key is None:
        return None
    return ClientCertificate(certificate, key, authentication.password)


def _revealed(authentication: Authentication) -> str:
    try:
        return authentication.password() if authentication.password is not None else ""
    except ValueError:
        raise SessionClosed("The password was wiped when its session was closed.", "Connect again.") from None


def need_extra(method: str) -> None:
    """Raise DependencyMissing when a way to sign in needs a package that is not there."""
    if method == "kerberos" and not winrm.transport.HAVE_KERBEROS:
        raise DependencyMissing("pykerberos", "Signing in with kerberos", "kerberos")
    if method == "credssp" and not winrm.transport.HAVE_CREDSSP:
        raise DependencyMissing("requests-credssp", "Signing in with credssp", "credssp")
