"""A way to an endpoint, found and ready to be opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lync_magic.clixml import Credential
from lync_magic.psrp import Report
from lync_magic.sessions.tokens import TokenKeeper
from lync_magic.transports import Transport


@dataclass(frozen=True)
class Way:
    """How to reach an endpoint. requests: how many were sent.  credential: what signs in there, for whoever opens it to
    wipe.  waited: the seconds that a person took.  operation_timeout: for one request, None for the usual.
    """

    transport: Transport
    uri: str
    requests: Callable[[], int]
    credential: Credential | None = None
    tokens: TokenKeeper | None = None
    waited: float = 0.0
    operation_timeout: float | None = None


Finder = Callable[[float, Report], Way]
"""Finds the way again, in at most so many seconds, and reports what it does. Raises what `connect` raises."""
