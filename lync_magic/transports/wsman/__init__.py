"""A remote shell over WSMan."""

from lync_magic.transports.wsman.endpoint import MAX_REDIRECTS, METHODS, Authentication, Endpoint
from lync_magic.transports.wsman.faults import named_error
from lync_magic.transports.wsman.looking import Identity, look
from lync_magic.transports.wsman.transport import WSManTransport

__all__ = [
    "MAX_REDIRECTS",
    "METHODS",
    "Authentication",
    "Endpoint",
    "Identity",
    "WSManTransport",
    "look",
    "named_error",
]
