"""The connections of one shell: as many as there are requests under way at once, and no more.

Rules of this file: a carrier is with one thread at a time; the one that was used last goes first, so that a shell
whose requests follow each other signs in once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from lync_magic.transports.http import RequestCount
from lync_magic.transports.wsman.carrier import Carrier
from lync_magic.transports.wsman.endpoint import Authentication, Endpoint


class Carriers:
    """Gives out carriers to `endpoint`; `count` counts what all of them send."""

    def __init__(self, endpoint: Endpoint, authentication: Authentication, count: RequestCount) -> None:
        self._endpoint = endpoint
        self._authentication = authentication
        self._count = count
        self._lock = threading.Lock()
        self._idle: list[Carrier] = []
        self._closed = False

    @property
    def uri(self) -> str:
        """Where new ones send to: the endpoint's address, or where that sent us."""
        return self._endpoint.uri

    @contextmanager
    def one(self) -> Iterator[Carrier]:
        """A carrier for one request."""
        with self._lock:
            carrier = self._idle.pop() if self._idle else None
        if carrier is None:
            carrier = Carrier(self._endpoint, self._authentication, self._count)
        try:
            yield carrier
        finally:
            self._give_back(carrier)

    def close(self) -> None:
        """Let all connections go; one that is still in use goes when its request is over."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for carrier in idle:
            carrier.reset()

    def _give_back(self, carrier: Carrier) -> None:
        with self._lock:
            if not self._closed:
                self._endpoint = replace(self._endpoint, uri=carrier.uri)
                self._idle.append(carrier)
                return
        carrier.reset()
