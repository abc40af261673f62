"""Where a WSMan endpoint is, and how to sign in there. Nothing here shows a secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from lync_magic.errors import InsecureEndpoint, SessionClosed, UsageError
from lync_magic.transports.dialing import CONNECT_TIMEOUT
from lync_magic.transports.proxies import ProxyLogOn, Relay, proxy_for
from lync_magic.transports.trust import pinned

METHODS: Final = ("basic", "negotiate", "ntlm", "kerberos", "certificate", "credssp", "bearer")
IN_CLEAR: Final = frozenset({"basic", "bearer", "certificate"})
"""Methods that protect neither the secret nor the messages: they need TLS."""

MAX_REDIRECTS: Final = 5
_RESOURCE: Final = "http://schemas.microsoft.com/powershell/"


@dataclass(frozen=True)
class Endpoint:
    """A PowerShell endpoint over WSMan.

    uri: `https://host/OcsPowershell`, with its query if it has one.  configuration: the session configuration's name,
    or a whole resource URI.  ca: path of a PEM file with further authorities to trust.  proxy: an address, "" for none,
    or None for the environment's.  proxy_log_on: how to sign in there.  idle_timeout: seconds after which the server
    may end an unused session, or None for its own default. no_profile: without the machine profile.  locale: of
    messages.  redirect_hosts: other hosts that the server may send us, and the credential, to.  pin: the fingerprint
    (`SHA256:…`) of the one certificate to trust, whoever signed it and whatever name it is for.  connect_timeout:
    seconds for a connection, its TLS in it.  max_redirects: how often a new session may be sent elsewhere.
    """

    uri: str
    configuration: str = "Microsoft.PowerShell"
    ca: str | None = None
    proxy: str | None = field(default=None, repr=False)
    idle_timeout: float | None = None
    no_profile: bool = False
    locale: str = "en-US"
    redirect_hosts: tuple[str, ...] = ()
    pin: str | None = None
    connect_timeout: float = CONNECT_TIMEOUT
    max_redirects: int = MAX_REDIRECTS
    proxy_log_on: ProxyLogOn | None = None

    @property
    def resource_uri(self) -> str:
        """What WSMan calls the configuration."""
        return self.configuration if "://" in self.configuration else _RESOURCE + self.configuration

    @property
    def host(self) -> str:
        """The host's name."""
        return urlsplit(self.uri).hostname or ""

    def relay(self, uri: str) -> Relay | None:
        """The proxy on the way to an address of its own, or None. Raises UsageError for what is none."""
        return proxy_for(uri, self.proxy, self.proxy_log_on)

    @property
    def is_secure(self) -> bool:
        """Whether it is behind TLS."""
        return urlsplit(self.uri).scheme == "https"


@dataclass(frozen=True)
class Authentication:
    """How to sign in.

    method: one of `METHODS`.  user_name: `kenmyer@litwareinc.com`, `LITWAREINC\\kenmyer`.  password: reveals
    the password when it is needed.  token: gives a bearer token, asked each time one is sent.  certificate,
    certificate_key: paths of PEM files (`password` then opens the key, where it has one).  renewal: what to do when the
    server does not take the token.  Never holds a secret itself.
    """

    method: str = "ntlm"
    user_name: str = ""
    password: Callable[[], str] | None = field(default=None, repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)
    certificate: str | None = None
    certificate_key: str | None = None
    renewal: str = "Sign in again."

    def reveal(self) -> str:
        """The password, empty where there is none. Raises SessionClosed when it was wiped."""
        try:
            return self.password() if self.password is not None else ""
        except ValueError:
            raise SessionClosed("The password was wiped when its session was closed.", "Connect again.") from None

    def check(self, endpoint: Endpoint) -> None:
        """Raise UsageError for what does not go together, InsecureEndpoint for what would show a secret."""
        if self.method not in METHODS:
            raise UsageError(
                f"There is no way to sign in called {self.method!r}.", f"Use one of: {', '.join(METHODS)}."
            )
        place = urlsplit(endpoint.uri)
        if place.scheme not in ("http", "https") or not place.hostname:
            raise UsageError("The address is no address of an endpoint.", "It looks like https://host/OcsPowershell.")
        if place.username is not None or place.password is not None:
            raise UsageError("The address holds a user name or password.", "Give them apart from the address.")
        if endpoint.pin is not None:
            pinned(endpoint.pin)
            if not endpoint.is_secure:
                raise UsageError("A pin is of a certificate, which only https has.", "Use the https address.")
        if self.method in IN_CLEAR and not endpoint.is_secure:
            raise InsecureEndpoint(
                f"{endpoint.host} is reached without TLS, where {self.method} would show the credential to "
                "everyone on the way. Nothing was sent.",
                "Use the https address, or sign in with negotiate, ntlm or kerberos, which encrypt.",
            )
        if self.method == "bearer" and self.token is None:
            raise UsageError("Signing in with bearer needs a token.", "Give one: --token-env NAME, or token=...")
        if self.method == "certificate" and not (self.certificate and self.certificate_key):
            raise UsageError("Signing in with a certificate needs the certificate and its key.", "Give both PEM files.")
        if self.method in ("basic", "negotiate", "ntlm", "credssp") and (self.password is None or not self.user_name):
            raise UsageError(f"Signing in with {self.method} needs a user name and a password.")
