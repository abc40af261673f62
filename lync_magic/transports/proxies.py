"""Which proxy a request goes through: the one that was named, else the environment's; and who signs in there.

Rules of this file: a proxy's address may hold a user name and a password; only its host and port are ever shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from lync_magic.errors import UsageError

PROXY_METHODS: Final = ("basic", "negotiate")
"""How a proxy can be signed in to: with the password itself, or with NTLM or Kerberos in SPNEGO."""
_SCHEMES: Final = ("http", "https")
_SOCKS: Final = ("socks4", "socks4a", "socks5", "socks5h")


@dataclass(frozen=True)
class ProxyLogOn:
    """How to sign in to a proxy that asks for it. method: one of `PROXY_METHODS`.  password: reveals it when needed."""

    method: str
    user_name: str
    password: Callable[[], str] = field(repr=False)


class Relay(NamedTuple):
    """A proxy on the way. log_on: how to sign in there, None where it asks for nothing that we know of."""

    place: SplitResult
    log_on: ProxyLogOn | None = None

    @property
    def shown(self) -> str:
        """Host and port, for messages."""
        return f"{self.place.hostname}:{self.place.port}" if self.place.port else f"{self.place.hostname}"

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS, and not HTTP."""
        return self.place.scheme.startswith("socks")

    def connects_to(self, scheme: str) -> bool:
        """Whether it is asked to connect us, so that it carries bytes; else it is told each request.

        A log-on by Negotiate belongs to its connection, which other requests would share.
        """
        return scheme == "https" or (self.log_on is not None and self.log_on.method == "negotiate")


def proxy_for(uri: str, named: str | None, log_on: ProxyLogOn | None = None) -> Relay | None:
    """The proxy for a request to `uri`, or None to go there directly.

    named: its address as the user named it; None asks the environment (`HTTPS_PROXY`, `NO_PROXY`, …); "" means none at
    all.  log_on: goes before what an address holds.  Raises UsageError for an address that is none.
    """
    chosen = named if named is not None else _of_the_environment(uri)
    if not chosen:
        return None
    place = _checked(chosen if "://" in chosen else f"http://{chosen}")
    return Relay(place, log_on or _held(place))


def _of_the_environment(uri: str) -> str | None:
    from requests.utils import get_environ_proxies, select_proxy

    return select_proxy(uri, get_environ_proxies(uri, no_proxy=None))


def _held(place: SplitResult) -> ProxyLogOn | None:
    """The log-on that an address holds."""
    if place.username is None:
        return None
    password = unquote(place.password or "")
    return ProxyLogOn("basic", unquote(place.username), lambda: password)


def _checked(proxy: str) -> SplitResult:
    try:
        place = urlsplit(proxy)
        is_address = bool(place.hostname) and place.port != 0
    except ValueError:
        is_address = False
    if not is_address or place.scheme.lower() not in (*_SCHEMES, *_SOCKS):
        raise UsageError("The proxy's address is no address of a proxy.", "It looks like http://proxy.example:8080.")
    if place.scheme.lower() in _SOCKS and find_spec("socks") is None:
        raise UsageError("A SOCKS proxy needs the package PySocks.", "Run: %pip install PySocks")
    return place
