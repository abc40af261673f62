"""Signing in to a proxy that connects us (RFC 9110 11.7): Basic in one request, Negotiate in a few on one connection.

Rules of this file: text and tokens in, text and tokens out. A proxy gets the password itself only where Basic was
chosen; by Negotiate it gets what proves that we know it (NTLM, or a Kerberos ticket for the proxy).
"""

from __future__ import annotations

import base64
import re
import struct
from typing import TYPE_CHECKING, Final

from lync_magic.errors import OperationTimedOut
from lync_magic.transports.proxies import ProxyLogOn, Relay
from lync_magic.transports.waiting import within

if TYPE_CHECKING:
    import spnego

MAX_ROUNDS: Final = 5
"""How often tokens go back and forth; NTLM, the longest, takes two."""
KERBEROS_SECONDS: Final = 5.0
"""How long Kerberos' own servers are asked for a ticket for the proxy, before NTLM."""
_SERVICE: Final = "HTTP"
_SILENT: Final = "Kerberos' own servers (KDC) are silent."
_LONGEST_CHALLENGE: Final = 64 * 1024
_TOKEN: Final = re.compile(r"(?:^|,)\s*(?:Negotiate|NTLM)\s+([A-Za-z0-9+/]+=*)\s*(?=,|$)", re.IGNORECASE)


class ProxySignIn:
    """What is said to one proxy on one connection."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._context: spnego.ContextProxy | None = None
        self._rounds = 0

    def first(self, seconds: float) -> str | None:
        """The header to begin with, "" for none; None where no log-on can be begun. seconds: how long it may take."""
        log_on = self._relay.log_on
        if log_on is None:
            return ""
        return basic_header(log_on) if log_on.method == "basic" else self._begun(log_on, seconds)

    def next(self, challenges: str) -> str | None:
        """The header that answers a refusal; None when that is final. challenges: its `Proxy-Authenticate`."""
        self._rounds += 1
        found = _TOKEN.search(challenges[:_LONGEST_CHALLENGE])
        if self._context is None or found is None or self._rounds > MAX_ROUNDS:
            return None
        return _header(self._context, found[1])

    def _begun(self, log_on: ProxyLogOn, seconds: float) -> str | None:
        def begin(protocol: str) -> str | None:
            import spnego

            host = self._relay.place.hostname or ""
            self._context = spnego.client(
                log_on.user_name, log_on.password(), hostname=host, service=_SERVICE, protocol=protocol
            )
            return _header(self._context, None)

        try:
            return within(min(KERBEROS_SECONDS, seconds / 2), lambda: begin("negotiate"), _SILENT)
        except OperationTimedOut:
            return begin("ntlm")


def _header(context: spnego.ContextProxy, given: str | None) -> str | None:
    """What to say next; None where there is nothing, or where what was given cannot be read."""
    from spnego.exceptions import SpnegoError

    try:
        token = context.step(None if given is None else base64.b64decode(given, validate=True))
    except (SpnegoError, TypeError, ValueError, LookupError, AttributeError, struct.error):
        return None
    return f"Proxy-Authorization: Negotiate {base64.b64encode(token).decode('ascii')}\r\n" if token else None


def basic_header(log_on: ProxyLogOn) -> str:
    """The header that says user name and password."""
    credential = f"{log_on.user_name}:{log_on.password()}".encode()
    return f"Proxy-Authorization: Basic {base64.b64encode(credential).decode('ascii')}\r\n"
