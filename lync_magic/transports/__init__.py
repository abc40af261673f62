"""Bytes there and back: the transports that carry a remote shell, and the HTTP client of discovery."""

from lync_magic.transports.base import (
    Growing,
    Identified,
    Leased,
    Listing,
    Received,
    Resumable,
    Shell,
    Signal,
    Stream,
    Transport,
    nothing,
)
from lync_magic.transports.dialing import CONNECT_TIMEOUT
from lync_magic.transports.frames import sealed
from lync_magic.transports.lines import Kind, LineReader, Packet
from lync_magic.transports.process import ProcessTransport
from lync_magic.transports.waiting import within
from lync_magic.transports.web import Response, WebClient
from lync_magic.transports.wsman import METHODS, Authentication, Endpoint, Identity, WSManTransport, look, named_error

__all__ = [
    "CONNECT_TIMEOUT",
    "METHODS",
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
    "ProcessTransport",
    "Received",
    "Response",
    "Resumable",
    "Shell",
    "Signal",
    "Stream",
    "Transport",
    "WSManTransport",
    "WebClient",
    "look",
    "named_error",
    "nothing",
    "sealed",
    "within",
]
