"""A remote shell over WSMan (MS-WSMV), as PowerShell uses it (MS-PSRP 3.1.5.3).

A request goes over a connection that is free: requests that follow each other share one, which is signed in once; a
second one is made when something is sent while a long poll waits. What is sent twice: nothing but Signal and Delete,
which say the same when they are repeated. A Receive whose answer is lost is not repeated, because the server has given
its bytes away: the session is broken. A Receive that the server ends in silence (its OperationTimeout) is no loss; the
caller asks again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

from lync_magic.errors import LyncError, OperationTimedOut, SessionBroken, SessionClosed
from lync_magic.transports.base import Received, Signal, Stream, nothing
from lync_magic.transports.http import RequestCount
from lync_magic.transports.wsman.carrier import FaultReceived
from lync_magic.transports.wsman.carriers import Carriers
from lync_magic.transports.wsman.endpoint import Authentication, Endpoint
from lync_magic.transports.wsman.envelopes import (
    ENVELOPE_OVERHEAD,
    LARGE_ENVELOPE,
    Envelopes,
    read_delivery,
    read_shell_id,
)
from lync_magic.transports.wsman.faults import QUIET_AT_CLOSE, FaultCode, fault_error

POLL_GRACE: Final = 5.0
"""Seconds by which the connection outlasts a poll, so that the server's own time-out comes first."""

_NO_SEAT: Final = (
    "Some services leave a new session waiting while all that you may hold are taken: remove one that you no "
    "longer need (%lync sessions, %lync remove), or wait until the server ends it."
)


class WSManTransport:
    """A shell on `endpoint`, signed in by `authentication`. Nothing is sent before `open`.

    Raises UsageError and InsecureEndpoint at once for what cannot work or must not be sent.
    """

    def __init__(self, endpoint: Endpoint, authentication: Authentication) -> None:
        authentication.check(endpoint)
        self._endpoint = endpoint
        self._count = RequestCount()
        self._carriers = Carriers(endpoint, authentication, self._count)
        self._envelopes = Envelopes(endpoint.uri, endpoint.resource_uri, endpoint.locale)
        self._may_exist = False
        self._closed = False

    @property
    def computer_name(self) -> str:
        return self._endpoint.host

    @property
    def fragment_size(self) -> int:
        return (self._envelopes.max_size - ENVELOPE_OVERHEAD) // 4 * 3

    @property
    def http_requests(self) -> int:
        """How many HTTP requests were sent, those of the log-on included."""
        return self._count.value

    def __repr__(self) -> str:
        return f"<WSManTransport {self._endpoint.host} {self._endpoint.configuration}>"

    def allow_large_messages(self) -> None:
        """The server speaks PSRP 2.2 or later."""
        self._envelopes.max_size = LARGE_ENVELOPE

    def open(self, shell_id: UUID, creation: bytes, *, timeout: float) -> None:
        if self._may_exist or self._closed:
            raise SessionClosed("This connection was used before; make a new one.")
        envelope = self._envelopes.create(
            shell_id,
            creation,
            timeout=timeout,
            idle_timeout=self._endpoint.idle_timeout,
            no_profile=self._endpoint.no_profile,
        )
        self._may_exist = True
        try:
            answer = self._ask(envelope, timeout)
        except SessionBroken:
            raise  # the answer was lost: the shell may be there, and hold a seat
        except OperationTimedOut as error:
            raise OperationTimedOut(error.message, _NO_SEAT) from None
        except LyncError:
            self._may_exist = False
            raise
        self._envelopes.to = self._carriers.uri
        self._envelopes.shell_id = read_shell_id(answer) or self._envelopes.shell_id

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> None:
        self._ask(self._envelopes.command(pipeline_id, first, timeout=timeout), timeout)

    def send(
        self, data: bytes, pipeline_id: UUID | None = None, stream: Stream = Stream.INPUT, *, timeout: float
    ) -> None:
        self._ask(self._envelopes.send(data, pipeline_id, stream, timeout=timeout), timeout)

    def receive(
        self, pipeline_id: UUID | None = None, *, timeout: float, meanwhile: Callable[[], None] = nothing
    ) -> Received:
        """Waits `timeout` seconds on the server's side, and up to `POLL_GRACE` more for its answer."""
        envelope = self._envelopes.receive(pipeline_id, timeout=timeout)
        try:
            with self._carriers.one() as carrier:
                answer = carrier.send(envelope, timeout + POLL_GRACE, meanwhile)
        except FaultReceived as received:
            if received.fault.code == FaultCode.OPERATION_TIMED_OUT:
                return Received([], False)
            raise fault_error(received.fault, self.computer_name) from None
        delivery = read_delivery(answer)
        return Received(delivery.chunks, delivery.done)

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> None:
        self._say_at_least_once(self._envelopes.signal(pipeline_id, signal, timeout=timeout), timeout)

    def close(self, *, timeout: float) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            if self._may_exist:
                self._say_at_least_once(self._envelopes.delete(timeout=timeout), timeout)
        finally:
            self._carriers.close()

    def drop(self) -> None:
        self._closed = True
        self._carriers.close()

    def _ask(self, envelope: bytes, timeout: float) -> bytes:
        try:
            with self._carriers.one() as carrier:
                return carrier.send(envelope, timeout)
        except FaultReceived as received:
            raise fault_error(received.fault, self.computer_name) from None

    def _say_at_least_once(self, envelope: bytes, timeout: float) -> None:
        """Say what may be said twice; that it is about something which is over already is no error."""
        deadline = time.monotonic() + timeout
        try:
            with self._carriers.one() as carrier:
                try:
                    carrier.send(envelope, timeout)
                except SessionBroken:
                    carrier.send(envelope, max(0.1, deadline - time.monotonic()))
        except FaultReceived as received:
            if received.fault.code not in QUIET_AT_CLOSE:
                raise fault_error(received.fault, self.computer_name) from None
