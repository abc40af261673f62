"""Where a redirect may lead: the same server, its https, or a host that the user named; never to less security."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from lync_magic.errors import RedirectRefused

_PORTS: Final = {"http": 80, "https": 443}


def redirected(here: str, location: str, allowed: Sequence[str]) -> str:
    """The address to go on with. location: as the server gave it, relative or whole.

    allowed: other hosts that the user named. Raises RedirectRefused.
    """
    target = urljoin(here, location)
    start, end = urlsplit(here), urlsplit(target)
    host = start.hostname
    port = _port(end)
    if end.scheme not in _PORTS or not end.hostname or port is None or "@" in end.netloc:
        raise RedirectRefused(f"{host} sends us to something that is no web address.")
    if start.scheme == "https" and end.scheme != "https":
        raise RedirectRefused(f"{host} sends us to an address without TLS. Nothing was sent there.")
    if end.hostname not in {one.lower() for one in allowed} and not _is_same_server(start, end):
        place = end.hostname if end.hostname != host else f"{end.hostname}:{port}"
        raise RedirectRefused(
            f"{host} sends us to {place}. Nothing was sent there.",
            f"If you trust {place}: --allow-host {end.hostname}; or connect to it by its own address.",
        )
    return target


def _is_same_server(start: SplitResult, end: SplitResult) -> bool:
    """Host and port are the same, or it is the same host's https, whose certificate proves it."""
    if end.hostname != start.hostname:
        return False
    return _port(end) == _port(start) or (start.scheme, end.scheme) == ("http", "https")


def _port(place: SplitResult) -> int | None:
    try:
        return place.port or _PORTS.get(place.scheme)
    except ValueError:
        return None
