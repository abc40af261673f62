"""Which proxy a request goes through: the one that was named, else the environment's.

Rules of this file: a proxy's address may hold a user name and a password; only its host and port are ever shown.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from lync_magic.errors import UsageError

_SCHEMES: Final = ("http", "https")
_SOCKS: Final = ("socks4", "socks4a", "socks5", "socks5h")


def proxy_for(uri: str, named: str | None) -> str | None:
    """The proxy's whole address for a request to `uri`, or None to go there directly.

    named: what the user named; None asks the environment (`HTTPS_PROXY`, `NO_PROXY`, …); "" means none at all.
    Raises UsageError for an address that is none.
    """
    chosen = named if named is not None else select_proxy(uri, get_environ_proxies(uri, no_proxy=None))
    return _checked(chosen if "://" in chosen else f"http://{chosen}") if chosen else None


def shown(proxy: str) -> str:
    """Host and port, for messages."""
    place = urlsplit(proxy)
    return f"{place.hostname}:{place.port}" if place.port else f"{place.hostname}"


def _checked(proxy: str) -> str:
    try:
        place = urlsplit(proxy)
        is_address = bool(place.hostname) and place.port != 0
    except ValueError:
        is_address = False
    if not is_address or place.scheme.lower() not in (*_SCHEMES, *_SOCKS):
        raise UsageError("The proxy's address is no address of a proxy.", "It looks like http://proxy.example:8080.")
    if place.scheme.lower() in _SOCKS and find_spec("socks") is None:
        raise UsageError("A SOCKS proxy needs the package PySocks.", "Run: %pip install PySocks")
    return proxy
