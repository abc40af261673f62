"""A remote shell over WSMan (MS-WSMV), as PowerShell uses it (MS-PSRP 3.1.5.3).

A request goes over a connection that is free: requests that follow each other share one, which is signed in once; a
second one is made when something is sent while a long poll waits. What is sent twice: nothing but Signal and Delete,
which say the same when they are repeated. A Receive whose answer is lost is not repeated, because the server has given
its bytes away. A Receive that the server ends in silence (its OperationTimeout) is no loss; the caller asks again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar
from uuid import UUID

from lync_magic.errors import AnswerLost, LyncError, SessionClosed
from lync_magic.transports.base import Received, Shell, Signal, Stream, nothing
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.link import RequestCount
from lync_magic.transports.wsman import answers
from lync_magic.transports.wsman.answers import Reply, Unreadable
from lync_magic.transports.wsman.carriers import Carriers
from lync_magic.transports.wsman.endpoint import Authentication, Endpoint
from lync_magic.transports.wsman.envelopes import (
    ENVELOPE_OVERHEAD,
    LARGE_ENVELOPE,
    SMALL_ENVELOPE,
    Envelopes,
    Request,
    identify,
)
from lync_magic.transports.wsman.faults import QUIET_AT_CLOSE, FaultCode, fault_error
from lync_magic.transports.wsman.verdicts import FaultReceived, lost

POLL_GRACE: Final = 60.0
"""Seconds by which we outlast a poll: some servers answer when they like (OMI after 30 s, whatever is asked). What
tells that nobody is there any more is the connection, not the poll.
"""
IDENTIFY_TIMEOUT: Final = 5.0
MOST_PULLS: Final = 50
"""How often a server is asked for the rest of a list."""

_LAST_TRY: Final = 0.1
"""Seconds that must be left for saying something once more."""
_NEW_SESSION_LOST: Final = "Try again later; what may have been made there is taken back."
_LEFT_WAITING: Final = (
    " Some services leave a new session waiting while all that you may hold are taken (%lync sessions, %lync remove)."
)
DELETE_PATIENCE: Final = 0.5
"""Seconds after which a Delete is late."""

T = TypeVar("T")


class WSManTransport:
    """A shell on `endpoint`, signed in by `authentication`. Nothing is sent before `open`.

    Raises UsageError and InsecureEndpoint at once for what cannot work or must not be sent.
    """

    def __init__(self, endpoint: Endpoint, authentication: Authentication) -> None:
        authentication.check(endpoint)
        self._endpoint = endpoint
        self._count = RequestCount()
        self._authentication = authentication
        self._carriers = self._new_carriers()
        self._envelopes = Envelopes(endpoint.uri, endpoint.resource_uri, endpoint.locale)
        self._may_be_large = False
        self._was_used = False
        self._may_exist = False
        self._was_made = False
        self._closed = False
        self._polls = 0
        """Receives of the shell's own that are under way."""
        self._granted_idle: float | None = None
        self._server: str | None = None

    @property
    def computer_name(self) -> str:
        return self._endpoint.host

    @property
    def fragment_size(self) -> int:
        is_large = self._may_be_large and self._carriers.takes_large
        return ((LARGE_ENVELOPE if is_large else SMALL_ENVELOPE) - ENVELOPE_OVERHEAD) // 4 * 3

    @property
    def granted_idle(self) -> float | None:
        return self._granted_idle

    @property
    def http_requests(self) -> int:
        """How many HTTP requests were sent, those of the log-on included."""
        return self._count.value

    @property
    def server(self) -> str:
        """Vendor and version as the server tells them, "" where it does not. The first time it is asked (a request)."""
        if self._server is None:
            try:
                with self._carriers.one() as carrier:
                    self._server = answers.read_identity(carrier.identify(identify(), IDENTIFY_TIMEOUT))
            except (LyncError, FaultReceived):
                self._server = ""
        return self._server

    def __repr__(self) -> str:
        return f"<WSManTransport {self._endpoint.host} {self._endpoint.configuration}>"

    def allow_large_messages(self) -> None:
        """The server speaks PSRP 2.2 or later. Ours grow where it is Windows: OMI dies of what is larger."""
        self._may_be_large = True
        self._envelopes.max_size = LARGE_ENVELOPE

    # --- the shell ----------------------------------------------------------------------------------------------------

    def open(self, shell_id: UUID, creation: bytes, *, timeout: float) -> None:
        """A server that refuses the idle time-out that was asked for is asked once more, for its own."""
        if self._was_used or self._closed:
            raise SessionClosed("This connection was used before; make a new one.", "Connect again.")
        self._was_used = True
        deadline = Deadline.after(timeout)
        try:
            reply = self._create(shell_id, creation, self._endpoint.idle_timeout, deadline)
        except FaultReceived as received:
            if self._endpoint.idle_timeout is None or not received.fault.is_of_idle_time:
                raise fault_error(received.fault, self.computer_name) from None
            try:
                reply = self._create(shell_id, creation, None, deadline)
            except FaultReceived as again:
                raise fault_error(again.fault, self.computer_name) from None
        made = self._understood(answers.read_made, reply)
        self._was_made = True
        self._envelopes.to = self._carriers.uri
        self._envelopes.shell_id = made.shell_id or self._envelopes.shell_id
        self._granted_idle = made.idle

    def close(self, *, timeout: float) -> None:
        try:
            if self._may_exist and not self._closed:
                self._delete(timeout)
            self._closed = True
        finally:
            self._carriers.release()

    def drop(self) -> None:
        self._closed = True
        held, self._carriers = self._carriers, self._new_carriers()
        held.drop()

    def disconnect(self, *, idle: float | None = None, timeout: float) -> None:
        self._ask(self._envelopes.disconnect(idle, timeout=timeout), timeout)

    def reconnect(self, *, timeout: float) -> None:
        self._ask(self._envelopes.reconnect(timeout=timeout), timeout)

    # --- its pipelines ------------------------------------------------------------------------------------------------

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> None:
        try:
            reply = self._carried(self._envelopes.command(pipeline_id, first, timeout=timeout), timeout)
        except FaultReceived as received:
            if received.fault.code == FaultCode.COMMAND_EXISTS:  # the number is new: somebody asked again in our place
                raise AnswerLost(f"{self.computer_name} had the command already; an answer was lost.") from None
            raise fault_error(received.fault, self.computer_name) from None
        made = self._understood(answers.read_command_id, reply)
        if made not in (None, pipeline_id):
            raise self._of_another()

    def send(
        self, data: bytes, pipeline_id: UUID | None = None, stream: Stream = Stream.INPUT, *, timeout: float
    ) -> None:
        self._ask(self._envelopes.send(data, pipeline_id, stream, timeout=timeout), timeout)

    def receive(
        self, pipeline_id: UUID | None = None, *, timeout: float, meanwhile: Callable[[], None] = nothing
    ) -> Received:
        """Waits `timeout` seconds on the server's side, and up to `POLL_GRACE` more for its answer."""
        self._polls += pipeline_id is None
        try:
            request = self._envelopes.receive(pipeline_id, timeout=timeout)
            reply = self._carried(request, timeout + POLL_GRACE, meanwhile)
        except FaultReceived as received:
            if received.fault.code == FaultCode.OPERATION_TIMED_OUT:
                return Received([], False)
            raise fault_error(received.fault, self.computer_name) from None
        finally:
            self._polls -= pipeline_id is None
        delivery = self._understood(answers.read_delivery, reply)
        if delivery.commands - {pipeline_id}:
            raise self._of_another()
        return Received(delivery.chunks, delivery.done)

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> None:
        if self._closed:
            return  # with the shell all of its pipelines are over
        self._say_at_least_once(self._envelopes.signal(pipeline_id, signal, timeout=timeout), timeout)

    # --- other shells -------------------------------------------------------------------------------------------------

    def shells(self, *, timeout: float) -> list[Shell]:
        deadline = Deadline.after(timeout)
        found, context = answers.read_shells(self._ask(self._envelopes.enumerate(timeout=timeout), timeout))
        for _ in range(MOST_PULLS):
            if context is None:
                break
            left = deadline.left
            more, context = answers.read_shells(self._ask(self._envelopes.pull(context, timeout=left), left))
            found += more
        return found

    def remove(self, shell_id: UUID, *, timeout: float) -> None:
        """Remove a shell that `shells` listed; that it is gone already is no error."""
        self._say_at_least_once(self._envelopes.delete(timeout=timeout, shell_id=str(shell_id).upper()), timeout)

    # --- how it is said -----------------------------------------------------------------------------------------------

    def _create(self, shell_id: UUID, creation: bytes, idle: float | None, deadline: Deadline) -> Reply:
        """Raises FaultReceived."""
        left = max(deadline.left, _LAST_TRY)
        request = self._envelopes.create(
            shell_id, creation, timeout=left, idle_timeout=idle, no_profile=self._endpoint.no_profile
        )
        self._may_exist = True
        try:
            with self._carriers.one() as carrier:
                return carrier.send(request, left, is_first=True)
        except AnswerLost as error:
            waited = deadline.left <= 0
            raise AnswerLost(error.message, _NEW_SESSION_LOST + (_LEFT_WAITING if waited else "")) from None
        except (LyncError, FaultReceived):
            # The server said no, or was not asked; unless the one that said no may have been asked twice.
            self._may_exist = self._carriers.fell_back
            raise

    def _ask(self, request: Request, timeout: float) -> Reply:
        try:
            return self._carried(request, timeout)
        except FaultReceived as received:
            raise fault_error(received.fault, self.computer_name) from None

    def _carried(self, request: Request, timeout: float, meanwhile: Callable[[], None] = nothing) -> Reply:
        """Raises FaultReceived."""
        if self._closed:
            raise SessionClosed("The session was closed.", "Connect again.")
        try:
            with self._carriers.one() as carrier:
                return carrier.send(request, timeout, meanwhile)
        except AnswerLost:
            if self._closed:  # by another thread, which ended the connection
                raise SessionClosed("The session was closed meanwhile.", "Connect again.") from None
            raise

    def _say_at_least_once(self, request: Request, timeout: float) -> None:
        """Say what may be said twice; that it is about something which is over already is no error."""
        deadline = Deadline.after(timeout)
        try:
            try:
                self._carried(request, timeout)
            except AnswerLost:
                if deadline.left < _LAST_TRY:
                    raise
                self._carried(request, deadline.left)
        except FaultReceived as received:
            if received.fault.code not in QUIET_AT_CLOSE:
                raise fault_error(received.fault, self.computer_name) from None

    def _understood(self, read: Callable[[Reply], T], reply: Reply) -> T:
        """What an answer holds; what it should and does not is as good as no answer."""
        try:
            return read(reply)
        except Unreadable as why:
            raise lost(f"{self.computer_name} answered with something else: {why}.") from None

    def _of_another(self) -> AnswerLost:
        return lost(f"{self.computer_name} answered for another command than ours.")

    def _delete(self, timeout: float) -> None:
        """Some servers (OMI) answer a Delete only while somebody receives for the shell: one that is late gets that."""
        late = threading.Timer(DELETE_PATIENCE, self._receive_quietly, (timeout,))
        late.daemon = True
        try:
            with suppress(RuntimeError):  # no thread can be had when the interpreter ends
                late.start()
            self._say_at_least_once(self._envelopes.delete(timeout=timeout), timeout)
        finally:
            late.cancel()

    def _receive_quietly(self, timeout: float) -> None:
        """Receive what the shell says while it goes away, for servers that wait until somebody has."""
        with suppress(LyncError):
            while self._was_made and not self._polls and not self._closed:
                self.receive(timeout=timeout)

    def _new_carriers(self) -> Carriers:
        return Carriers(self._endpoint, self._authentication, self._count)
