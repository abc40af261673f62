"""Runspace pools: a remote PowerShell that was opened, runs pipelines one at a time, and is closed.

Rules of this file: one caller at a time; a second pipeline is refused with the name of the first, never
queued; the state is `state.py`'s. A pool does not try again by itself: what is lost is `SessionBroken`, and
the rooms above decide.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from lync_magic.clixml import SecureString
from lync_magic.errors import LyncError, OperationTimedOut, SessionBroken, SessionError
from lync_magic.psrp.core import Core, Unreadable
from lync_magic.psrp.events import Report, ignore
from lync_magic.psrp.host import Host, RefusingHost
from lync_magic.psrp.hostcalls import HostCalls
from lync_magic.psrp.pipeline import Pipeline
from lync_magic.psrp.pump import POLL, Sink
from lync_magic.psrp.reading import HostCall, KeyArrived, KeyAsked, PoolEnded, PoolOpened, read
from lync_magic.psrp.requests import IMPORTABLE, CommandType, create_pipeline, get_command_metadata
from lync_magic.psrp.running import Running
from lync_magic.psrp.state import PoolLife, PoolState
from lync_magic.psrp.streams import Streams
from lync_magic.psrp.wire import FragmentReader, FragmentWriter, Message, MessageType
from lync_magic.transports import Growing, Stream, Transport, named_error, sealed

OPERATION_TIMEOUT = 60.0
"""Seconds for one request that should be answered at once."""

PREFETCH = 8 * 1024 * 1024
"""Bytes of results that may wait for a caller who is busy with the last ones."""

_LARGE_MESSAGES_SINCE = (2, 2)
"""The protocol version whose servers take large messages (MS-PSRP 2.2.3)."""

_GIVE_UP_TIMEOUT = 5.0
"""Seconds to take back a shell whose opening failed."""


class RunspacePool:
    """A remote PowerShell over any transport.

    host: who answers questions; none are answered by default.  application_arguments: for the server's
    `$PSSenderInfo.ApplicationArguments`.  operation_timeout: seconds for one request that should be answered
    at once.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        host: Host | None = None,
        application_arguments: Mapping[str, Any] | None = None,
        operation_timeout: float = OPERATION_TIMEOUT,
    ) -> None:
        self.transport = transport
        self.core = Core(application_arguments)
        self.writer = FragmentWriter(self.core.pool_id)
        self.operation_timeout = operation_timeout
        self._host: Host = host if host is not None else RefusingHost()
        self._life = PoolLife()
        self._reader = FragmentReader()
        self._busy = threading.Lock()
        self._running: Running | None = None
        self._has_key = False
        self._host_calls = HostCalls(self._host, Streams(ignore), self.encrypt)

    # --- what it is -----------------------------------------------------------------------------------------

    @property
    def pool_id(self) -> UUID:
        """The pool's identity, also the shell's."""
        return self.core.pool_id

    @property
    def state(self) -> PoolState:
        """Where the pool is in its life."""
        return self._life.state

    @property
    def running(self) -> str:
        """What runs now, as a message may name it, or ""."""
        running = self._running
        return running.name if running is not None else ""

    @property
    def application_private_data(self) -> dict[str, Any]:
        """What the server told about itself when the pool was opened (MS-PSRP 2.2.2.13), in plain Python."""
        return self.core.application_private_data

    @property
    def protocol_version(self) -> str:
        """The protocol version that the server speaks, `2.3`."""
        return self.core.protocol_version

    @property
    def max_runspaces(self) -> int:
        """How many pipelines the server would run at once for this pool."""
        return self.core.max_runspaces

    def decrypt(self, sealed: bytes) -> bytes:
        """The clear text (UTF-16-LE) of a SecureString in a result, for `clixml.decode`. May raise ValueError."""
        return self.core.decrypt(sealed)

    # --- open and close -------------------------------------------------------------------------------------

    def open(self, timeout: float, report: Report = ignore) -> None:
        """Make the shell and wait until the server says that the pool is open, at most `timeout` seconds.

        Raises what the transport raises; OperationTimedOut; SessionBroken when the server opens and gives up.
        The shell of a failed opening is taken back, so that it holds no seat.
        """
        self._life.go(PoolState.OPENING)
        deadline = time.monotonic() + timeout
        self._host_calls = HostCalls(self._host, Streams(report), self.encrypt)
        try:
            self._create(deadline)
            self._read_until(lambda: self._life.state is not PoolState.OPENING, deadline, "open")
        except BaseException:
            self._break()
            self._take_back()
            raise
        self._host_calls = HostCalls(self._host, Streams(ignore), self.encrypt)

    def close(self, timeout: float) -> None:
        """Close the pool and its shell within `timeout` seconds. Idempotent; one that is gone is no error."""
        running = self._running
        if running is not None:
            running.ask_to_stop()
        if self._life.can(PoolState.CLOSING):
            self._life.go(PoolState.CLOSING)
            try:
                self.transport.close(timeout=timeout)
            finally:
                self._life.go(PoolState.CLOSED)
        elif self._life.can(PoolState.CLOSED):
            self._life.go(PoolState.CLOSED)

    def stop(self) -> None:
        """Stop the pipeline that runs, if any. For another thread than the one that reads the results."""
        running = self._running
        if running is not None:
            running.ask_to_stop()

    # --- run ------------------------------------------------------------------------------------------------

    def run(
        self,
        pipeline: Pipeline,
        *,
        input: Iterable[object] | None = None,
        report: Report = ignore,
        host: Host | None = None,
        timeout: float | None = None,
        prefetch: int = PREFETCH,
        sink: Sink | None = None,
    ) -> Generator[list[bytes], None, None]:
        """Run a pipeline and give its output records as they come, in batches of raw CLIXML.

        input: objects for the first command; a list or tuple is sent in large pieces, another iterable one at
        a time. report: is told every other stream, each thing once, in order, between the outputs around it.
        host: who answers this pipeline's questions, in place of the pool's.  timeout: seconds for all of it
        without the time a person takes to answer, or None.  prefetch: bytes that may be received ahead.
        sink: takes the output instead, in the thread that receives, while the server is asked for more; what it
        raises ends the run.

        Nothing is sent before the first batch is asked for; arguments are checked at once. Closing the
        iterator, or an interrupt inside it, stops the remote pipeline within 2 seconds and leaves the session
        usable.

        Raises TypeError for a value that has no form in PowerShell; CommandNotFound and RemoteError when the
        pipeline fails as a whole (errors of single objects are reported as ErrorRecord); PromptRefused;
        PipelineStopped; OperationTimedOut; SessionBroken; SessionError when another pipeline runs.
        """
        self._life.need(PoolState.OPENED, "run a command")
        first = create_pipeline(
            pipeline, has_input=input is not None, encrypt=self.encrypt, protocol=self._protocol_numbers()
        )
        made = (MessageType.CREATE_PIPELINE, first)
        return self._go(made, str(pipeline), input, report, host, timeout, prefetch, sink)

    def metadata(
        self,
        names: Sequence[str] = ("*",),
        command_type: CommandType = IMPORTABLE,
        namespaces: Sequence[str] = (),
        *,
        report: Report = ignore,
        timeout: float | None = None,
        prefetch: int = PREFETCH,
    ) -> Generator[list[bytes], None, None]:
        """GET_COMMAND_METADATA (MS-PSRP 2.2.2.14): an object with `Count`, then one object for each command.

        names, namespaces: wildcard patterns. Otherwise like `run`.
        """
        self._life.need(PoolState.OPENED, "tell its commands")
        first = get_command_metadata(list(names), command_type, list(namespaces))
        return self._go((MessageType.GET_COMMAND_METADATA, first), "Get-Command", None, report, None, timeout, prefetch)

    def _go(
        self,
        first: tuple[MessageType, bytes],
        name: str,
        values: Iterable[object] | None,
        report: Report,
        host: Host | None,
        timeout: float | None,
        prefetch: int,
        sink: Sink | None = None,
    ) -> Generator[list[bytes], None, None]:
        """The generator of `run` and `metadata`: holds the pool from its first step to its end."""
        self._life.need(PoolState.OPENED, "run a command")
        if not self._busy.acquire(blocking=False):
            raise SessionError(
                f"The session is busy with {self.running or 'another command'}.",
                "Read its results to the end, or interrupt it, then run the next command.",
            )
        try:
            streams = Streams(report)
            calls = HostCalls(host if host is not None else self._host, streams, self.encrypt)
            running = Running(self, first, name, streams, calls, values, timeout, prefetch, sink)
            self._running = running
            try:
                yield from running.batches()
            except SessionBroken:
                self._break()
                raise
            finally:
                running.finish()
                if running.broke:
                    self._break()
        finally:
            self._running = None
            self._busy.release()

    # --- the session key ------------------------------------------------------------------------------------

    @sealed
    def encrypt(self, secret: SecureString) -> str:
        """A secret under the session's key; the key is exchanged first where there is none (MS-PSRP 2.2.2.3).

        It is revealed after that, since a wait for the server may be interrupted and shown with its variables.
        """
        if not self._has_key:
            self._life.need(PoolState.OPENED, "exchange a key")
            deadline = time.monotonic() + self.operation_timeout
            for message in self.core.request_key():
                self._send(message, deadline)
            self._read_until(lambda: self._has_key, deadline, "exchange a key")
        return self.core.encrypt(secret.reveal())

    # --- messages of the pool itself ------------------------------------------------------------------------

    def _create(self, deadline: float) -> None:
        size = self.transport.fragment_size
        pieces = [b""]
        for message in self.core.open():
            for fragment in self.writer.write(message, size):
                if pieces[-1] and len(pieces[-1]) + len(fragment) > size:
                    pieces.append(b"")
                pieces[-1] += fragment
        self.transport.open(self.pool_id, pieces[0], timeout=_left(deadline))
        for piece in pieces[1:]:
            self.transport.send(piece, timeout=_left(deadline))

    def _send(self, message: Message, deadline: float, stream: Stream = Stream.INPUT) -> None:
        for fragment in self.writer.write(message, self.transport.fragment_size):
            self.transport.send(fragment, None, stream, timeout=_left(deadline))

    def _read_until(self, reached: Callable[[], bool], deadline: float, action: str) -> None:
        while not reached():
            left = deadline - time.monotonic()
            if left <= 0:
                raise OperationTimedOut(f"{self.transport.computer_name} did not {action} in time.", "Try again.")
            received = self.transport.receive(timeout=min(POLL, left))
            for chunk in received.chunks:
                for message in self._reader.feed(chunk):
                    self._take(message, deadline)
            if received.done and not reached():
                raise SessionBroken(f"{self.transport.computer_name} closed the session.", "Connect again.")

    def _take(self, message: Message, deadline: float) -> None:
        try:
            said = read(self.core, message)
        except Unreadable:
            if message.type == MessageType.ENCRYPTED_SESSION_KEY:
                raise SessionError("The server's session key cannot be read; no secret can be sent.") from None
            return  # nobody waits for another message of the pool
        if isinstance(said, PoolOpened) and self._life.state is PoolState.OPENING:
            self._life.go(PoolState.OPENED)
            if isinstance(self.transport, Growing) and self._protocol_numbers() >= _LARGE_MESSAGES_SINCE:
                self.transport.allow_large_messages()
        elif isinstance(said, PoolEnded):
            text = f"{self.transport.computer_name} ended the session"
            named = named_error(said.reason)
            if named is not None:
                raise named
            raise SessionBroken(f"{text}: {said.reason}" if said.reason else f"{text}.", "Connect again.")
        elif isinstance(said, KeyArrived):
            self._has_key = True
        elif isinstance(said, KeyAsked):
            for asked in self.core.request_key():
                self._send(asked, deadline)
        elif isinstance(said, HostCall):
            self._answer(said, deadline)

    def _answer(self, call: HostCall, deadline: float) -> None:
        answer = self._host_calls.take(call)
        if answer is None:
            return
        message = Message(MessageType.RUNSPACEPOOL_HOST_RESPONSE, None, answer.data)
        self._send(message, deadline, Stream.PROMPT_RESPONSE)
        if answer.refused is not None:
            raise answer.refused

    def _protocol_numbers(self) -> tuple[int, int]:
        major, _, minor = self.protocol_version.partition(".")
        return (int(major), int(minor or 0)) if major.isdigit() else (2, 3)

    def _break(self) -> None:
        if self._life.can(PoolState.BROKEN):
            self._life.go(PoolState.BROKEN)

    def _take_back(self) -> None:
        try:
            self.transport.close(timeout=_GIVE_UP_TIMEOUT)
        except LyncError:
            return


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
