"""The connections of one shell: as many as there are requests under way at once, and no more.

Rules of this file: a carrier is with one thread at a time; the one that was used last goes first, so that a shell
whose requests follow each other signs in once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from lync_magic.transports.link import RequestCount
from lync_magic.transports.wsman.carrier import Carrier
from lync_magic.transports.wsman.endpoint import Authentication, Endpoint
from lync_magic.transports.wsman.sealing import Form


class Carriers:
    """Gives out carriers to `endpoint`; `count` counts what all of them send."""

    def __init__(self, endpoint: Endpoint, authentication: Authentication, count: RequestCount) -> None:
        self._endpoint = endpoint
        self._authentication = authentication
        self._count = count
        self._form = Form()
        self._lock = threading.Lock()
        self._idle: list[Carrier] = []
        self._busy: list[Carrier] = []

    @property
    def uri(self) -> str:
        """Where new ones send to: the endpoint's address, or where that sent us."""
        return self._endpoint.uri

    @property
    def fell_back(self) -> bool:
        """Whether the first encrypted message was written anew, for a server that seemed to refuse it unread."""
        return not self._form.tabs

    @property
    def takes_large(self) -> bool:
        """Whether the server is known to take large messages, if its protocol allows them."""
        return self._form.large

    @contextmanager
    def one(self) -> Iterator[Carrier]:
        """A carrier for one request."""
        carrier = None
        try:
            with self._lock:
                carrier = self._idle.pop() if self._idle else self._new()
                self._busy.append(carrier)
            yield carrier
        finally:
            if carrier is not None:
                self._give_back(carrier)

    def release(self) -> None:
        """Let all connections go; who still waits on one is woken. New ones can be had."""
        with self._lock:
            idle, self._idle = self._idle, []
            busy, self._busy = self._busy, []
        for carrier in idle:
            carrier.reset()
        for carrier in busy:
            carrier.abort()

    def drop(self) -> None:
        """Free all descriptors without a word. No lock: in a forked process nobody may be there to open it again."""
        for carrier in (*self._idle, *self._busy):
            carrier.drop()
        self._idle, self._busy = [], []

    def _give_back(self, carrier: Carrier) -> None:
        with self._lock:
            if carrier in self._busy:
                self._busy.remove(carrier)
                self._endpoint = replace(self._endpoint, uri=carrier.uri)
                self._idle.append(carrier)
                return
        carrier.reset()  # all were let go meanwhile

    def _new(self) -> Carrier:
        return Carrier(self._endpoint, self._authentication, self._count, self._form)
