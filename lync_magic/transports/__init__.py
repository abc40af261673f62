"""Bytes there and back: the transports that carry a remote shell, and the HTTP client of discovery.

What speaks HTTP is loaded when it is first named: a session over a process needs nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lync_magic.doors import door
from lync_magic.transports.asking import CAN_ASK, NOBODY_ASKS, Answer, Question
from lync_magic.transports.asking import Kind as Asked
from lync_magic.transports.base import (
    Growing,
    Identified,
    Leased,
    Listing,
    Patient,
    Received,
    Resumable,
    Shell,
    Signal,
    Stream,
    Transport,
    nothing,
)
from lync_magic.transports.frames import sealed
from lync_magic.transports.lines import Kind, LineReader, Packet
from lync_magic.transports.process import ProcessTransport
from lync_magic.transports.proxies import PROXY_METHODS, ProxyLogOn
from lync_magic.transports.ssh import SshPlace, ssh_command, ssh_place
from lync_magic.transports.waiting import within

if TYPE_CHECKING:
    from lync_magic.transports.dialing import CONNECT_TIMEOUT
    from lync_magic.transports.web import Response, WebClient
    from lync_magic.transports.wsman import (
        MAX_REDIRECTS,
        METHODS,
        Authentication,
        Endpoint,
        Identity,
        WSManTransport,
        look,
        named_error,
    )

__all__ = [
    "CAN_ASK",
    "CONNECT_TIMEOUT",
    "MAX_REDIRECTS",
    "METHODS",
    "NOBODY_ASKS",
    "PROXY_METHODS",
    "Answer",
    "Asked",
    "Authentication",
    "Endpoint",
    "Growing",
    "Identified",
    "Identity",
    "Kind",
    "Leased",
    "LineReader",
    "Listing",
    "Packet",
    "Patient",
    "ProcessTransport",
    "ProxyLogOn",
    "Question",
    "Received",
    "Response",
    "Resumable",
    "Shell",
    "Signal",
    "SshPlace",
    "Stream",
    "Transport",
    "WSManTransport",
    "WebClient",
    "look",
    "named_error",
    "nothing",
    "sealed",
    "ssh_command",
    "ssh_place",
    "within",
]

_ROOMS: Final = {
    "Authentication": "wsman",
    "CONNECT_TIMEOUT": "dialing",
    "Endpoint": "wsman",
    "Identity": "wsman",
    "MAX_REDIRECTS": "wsman",
    "METHODS": "wsman",
    "Response": "web",
    "WSManTransport": "wsman",
    "WebClient": "web",
    "look": "wsman",
    "named_error": "wsman",
}

__getattr__ = door(__name__, _ROOMS)
