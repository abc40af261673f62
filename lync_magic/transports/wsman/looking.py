"""Who answers at an address, asked before anybody signs in (DSP0226 11; MS-WSMV 3.1.4.1.27).

Rule: no credential goes out, and no session is opened.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lync_magic.errors import EndpointUnreachable
from lync_magic.transports.web import WebClient
from lync_magic.transports.wsman.answers import IDENTITY, Unreadable, read_reply
from lync_magic.transports.wsman.envelopes import identify

UNAUTHENTICATED: Final = {"Content-Type": "application/soap+xml;charset=UTF-8", "WSMANIDENTIFY": "unauthenticated"}
_GOOD: Final = 200


class Identity(NamedTuple):
    """What a server says of itself. version: without its operating system's, as long as nobody has signed in."""

    protocol: str
    vendor: str
    version: str


def look(uri: str, *, ca: str | None = None, proxy: str | None = None, timeout: float) -> Identity:
    """Ask. timeout: seconds. Raises what `WebClient.get` raises, and EndpointUnreachable for what is no WSMan server,
    or one that tells nobody without a name."""
    with WebClient(ca=ca, proxy=proxy) as web:
        answer = web.post(uri, identify(), UNAUTHENTICATED, timeout=timeout)
    try:
        said = read_reply(answer.body).first(f"{IDENTITY}IdentifyResponse") if answer.status == _GOOD else None
    except Unreadable:
        said = None
    if said is None:
        raise EndpointUnreachable(
            f"What answers there does not say that it is a WSMan server (HTTP status {answer.status}).",
            "Check the port and the path; some servers say so only to who signs in: New-PSSession.",
        )
    told = (said.findtext(f"{IDENTITY}{name}") or "" for name in ("ProtocolVersion", "ProductVendor", "ProductVersion"))
    return Identity(*told)
