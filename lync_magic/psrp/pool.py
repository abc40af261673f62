"""Runspace pools: a remote PowerShell that was opened, runs pipelines one at a time, and is closed.

Rules of this file: one caller at a time; a second pipeline is refused with the name of the first, never
queued; the state is `state.py`'s. What is sent goes through the hand, what comes for the shell itself through the
listener. A pool does not try again by itself: what is lost is `SessionBroken`, and the rooms above decide. Its seat is
its own until the server has said that it is free: a close that failed is tried again for as long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import NoKey, SecureString
from lync_magic.errors import LyncError, OperationTimedOut, SessionBroken, SessionClosed, SessionError
from lync_magic.psrp.arrivals import Arrivals
from lync_magic.psrp.closing import Closing
from lync_magic.psrp.core import Core
from lync_magic.psrp.events import Report, ignore
from lync_magic.psrp.hand import SLICE, Hand
from lync_magic.psrp.host import Host, RawHost, RefusingHost
from lync_magic.psrp.hostcalls import HostCalls
from lync_magic.psrp.lease import Lease
from lync_magic.psrp.listener import Listener
from lync_magic.psrp.own import OwnMessages
from lync_magic.psrp.pipeline import Pipeline
from lync_magic.psrp.pump import Sink
from lync_magic.psrp.requests import IMPORTABLE, CommandType, create_pipeline, get_command_metadata
from lync_magic.psrp.running import STOP_TIMEOUT, Meanwhile, Running, no_hurry
from lync_magic.psrp.state import State, session_life
from lync_magic.psrp.streams import Streams
from lync_magic.psrp.tap import Tap
from lync_magic.psrp.wire import FragmentWriter, MessageType
from lync_magic.transports import Identified, Leased, Patient, Resumable, Transport, sealed

OPERATION_TIMEOUT = 30.0
"""Seconds for one request that should be answered at once."""

PREFETCH = 8 * 1024 * 1024
"""Bytes of results that may wait for a caller who is busy with the last ones."""

_OWN_WORDS: Final = 1.0
"""Seconds after the deadline in which the transport may still say by itself what kept it."""

_GIVE_UP_TIMEOUT: Final = 5.0
"""Seconds to take back a shell whose opening failed."""


class RunspacePool:
    """A remote PowerShell over any transport.

    host: who answers questions; none are answered by default.  application_arguments: for the server's
    `$PSSenderInfo.ApplicationArguments`.  operation_timeout: seconds for one request that should be answered
    at once.  stop_timeout: for a stop, after which the pipeline is not waited for any more.  on_change: told each new
    state, in the thread where it changed.  on_beat: called some times a minute while the pool is open, in a thread of
    its own, every `longest_beat` seconds at least.  tap: listens in.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        host: Host | None = None,
        application_arguments: Mapping[str, Any] | None = None,
        operation_timeout: float = OPERATION_TIMEOUT,
        stop_timeout: float = STOP_TIMEOUT,
        on_change: Callable[[State], None] | None = None,
        on_beat: Callable[[], None] = lambda: None,
        longest_beat: float | None = None,
        tap: Tap | None = None,
    ) -> None:
        self.transport = transport
        self.core = Core(application_arguments)
        self.writer = FragmentWriter(self.core.pool_id)
        self.operation_timeout = operation_timeout
        self.stop_timeout = stop_timeout
        self.hand = Hand(f"lync_magic hand of {transport.computer_name}")
        self.lease = Lease(longest_beat)
        self.tap = tap
        self.why_broken = ""
        """What is known of how it broke, in one line, or ""."""
        self._host: Host = host if host is not None else RefusingHost()
        self._life = session_life(on_change)
        self._on_beat = on_beat
        self.arrivals = Arrivals(self.core.pool_id)
        self._listener: Listener | None = None
        self._closing = Closing(transport, self.hand, self.lease, self._closed)
        self._lock = threading.Lock()
        self._running: Running | None = None
        self.last: Running | None = None
        """The pipeline that was run last, for who wants to know how far it came."""
        self._own = OwnMessages(
            transport, self.core, self.writer, self.arrivals, self.hand, self._life, operation_timeout, tap
        )
        self._own.host_calls = HostCalls(self._host, Streams(ignore), self.encrypt)

    # --- what it is -----------------------------------------------------------------------------------------

    @property
    def pool_id(self) -> UUID:
        """The pool's identity, also the shell's."""
        return self.core.pool_id

    @property
    def state(self) -> State:
        """Where the pool is in its life."""
        return self._life.state

    @property
    def running(self) -> str:
        """What runs now, as a message may name it, or ""."""
        running = self._running
        return running.name if running is not None else ""

    @property
    def has_arrivals(self) -> bool:
        """Whether who reads the pipeline that runs need not wait for the server just now."""
        running = self._running
        return running is None or running.has_arrivals

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
        """The clear text (UTF-16-LE) of a SecureString in a result, for `clixml.decode`.

        The key is exchanged first where there is none: the server sealed it with that key already. Raises NoKey where
        that fails, and ValueError for what is not sealed with it.
        """
        try:
            self._need_key()
        except LyncError as error:
            raise NoKey(error.message) from None
        return self.core.decrypt(sealed)

    def server(self) -> str:
        """What the server says it is, by vendor and version, or ""; the first time costs a request."""
        transport = self.transport
        return self.hand.do(lambda: transport.server) if isinstance(transport, Identified) else ""

    # --- open and close -------------------------------------------------------------------------------------

    def open(self, timeout: float, report: Report = ignore, waiting: Callable[[float], None] | None = None) -> None:
        """Make the shell and wait until the server says that the pool is open, at most `timeout` seconds.

        waiting: is told now and then how many seconds are left.
        Raises what the transport raises; OperationTimedOut; SessionBroken when the server opens and gives up.
        The shell of an opening that failed, or that was interrupted, is taken back, so that it holds no seat.
        """
        self._life.go(State.OPENING)
        deadline = time.monotonic() + timeout
        self._own.host_calls = HostCalls(self._host, Streams(report), self.encrypt)
        asked = False
        try:
            self.hand.start()
            asked = True
            job = self.hand.post(lambda: self._open(deadline))
            thought = 0.0
            while not job.wait(SLICE):
                thought, before = _waited(self.transport), thought
                left = deadline + thought - time.monotonic()
                if waiting is not None and thought == before:  # a person who is asked is given all the time
                    waiting(left)
                if left < -_OWN_WORDS:
                    raise OperationTimedOut(
                        f"{self.transport.computer_name} did not open a session within {timeout:.0f} s.", "Try again."
                    )
            job.result()
        except BaseException as error:
            self._give_up_opening()
            if not asked:
                self._life.go(State.CLOSING)
                self._closed()
                raise
            self._take_back(deadline - time.monotonic() if isinstance(error, LyncError) else 0)
            raise
        self._own.host_calls = HostCalls(self._host, Streams(ignore), self.encrypt)

    def _open(self, deadline: float) -> None:
        """In the hand's thread."""
        sent = self.lease.begin()
        self._own.create(deadline)
        deadline += _waited(self.transport)
        while self._life.state is State.OPENING:
            self._own.read(deadline)
        if isinstance(self.transport, Leased):
            self.lease.seconds = self.transport.granted_idle
        self.lease.renew(sent)
        if self._life.state is State.OPENED:
            self._listener = Listener(
                self.transport,
                self.lease,
                self._own.messages,
                take=self._own.take,
                lost=self._lost,
                beat=self._on_beat,
                at_once=not isinstance(self.transport, Leased),
            )
            self._listener.start()

    def close(self, timeout: float) -> None:
        """Close the pool and its shell within `timeout` seconds. Idempotent; one that is gone is no error.

        Raises what kept it from being closed: then its state is Closing, it is tried again by itself, and by calling
        this again.
        """
        running = self._running
        if running is not None:
            running.ask_to_stop(SessionBroken(self.why_broken, "Connect again.") if self.why_broken else None)
        if self._life.state is State.BEFORE_OPEN:
            self._life.go(State.CLOSED)
            return
        if self._life.state is State.OPENING:
            self._give_up_opening()
        if self._life.try_to(State.CLOSING) and self._listener is not None:
            self._listener.end()
        if self._life.state is State.CLOSING and not self.hand.started:  # an interrupt came before anything was sent
            self._closed()
        elif self._life.state is State.CLOSING:
            self._closing.attempt(timeout)

    def forgo(self) -> None:
        """Try no more to close it: the server does not take us any more, and frees the seat by its own rule."""
        self._closing.forgo()

    def give_up(self, why: str) -> None:
        """Do not use it any more, though it may be there: nobody knows what it did."""
        self._break(why)

    def drop(self) -> None:
        """Forget the shell without a word to the server: this is a copy in a forked process."""
        self._life.try_to(State.BROKEN)
        self.transport.drop()

    def stop(self) -> None:
        """Stop the pipeline that runs, if any. For another thread than the one that reads the results."""
        running = self._running
        if running is not None:
            running.ask_to_stop()

    def abandon(self, wait: float) -> bool:
        """End the pipeline that nobody reads any more; whether nothing runs, after at most `wait` seconds."""
        running = self._running
        if running is not None:
            running.finish(wait)
        return self._running is None

    # --- leave and take up ----------------------------------------------------------------------------------

    def disconnect(self, idle: float | None, timeout: float) -> None:
        """Leave the shell on the server, where it goes on. Raises SessionError where it cannot be left."""
        transport = self._resumable()
        self._life.go(State.DISCONNECTED)
        if self._listener is not None:
            self._listener.pause(True)
        try:
            self.hand.do(lambda: transport.disconnect(idle=idle, timeout=timeout))
        except BaseException:
            self._life.try_to(State.OPENED)
            raise
        if idle is not None:
            self.lease.seconds = idle

    def reconnect(self, timeout: float) -> None:
        """Take up the shell that was left. Raises SessionBroken when it is gone."""
        transport = self._resumable()
        try:
            sent = self.lease.begin()
            self.hand.do(lambda: transport.reconnect(timeout=timeout))
        except SessionBroken as error:
            self._lost(error)
            raise
        self.lease.renew(sent)
        self.lease.seconds = transport.granted_idle if isinstance(transport, Leased) else None
        self._life.go(State.OPENED)
        if self._listener is not None:
            self._listener.pause(False)
            self._listener.begin()

    def _resumable(self) -> Resumable:
        if not isinstance(self.transport, Resumable):
            raise SessionError("This session's connection cannot be left and taken up again.", "It works over WSMan.")
        return self.transport

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
        meanwhile: Meanwhile = no_hurry,
    ) -> Generator[list[bytes], None, None]:
        """Run a pipeline and give its output records as they come, in batches of raw CLIXML.

        input: objects for the first command; a list or tuple is sent in large pieces, another iterable one at
        a time. report: is told every other stream, each thing once, in order, between the outputs around it.
        host: who answers this pipeline's questions, in place of the pool's.  timeout: seconds for all of it
        without the time a person takes to answer, or None.  prefetch: bytes that may be received ahead.
        sink: takes the output instead, in the thread that receives, while the server is asked for more; what it
        raises ends the run.  meanwhile: other work of the caller's thread, a piece of it done before each wait for the
        server; it says how many seconds that wait may take.

        Nothing is sent before the first batch is asked for; arguments are checked at once. Closing the
        iterator, or an interrupt inside it, stops the remote pipeline within 2 seconds and leaves the session
        usable.

        Raises TypeError for a value that has no form in PowerShell; CommandNotFound and RemoteError when the
        pipeline fails as a whole (errors of single objects are reported as ErrorRecord); PromptRefused;
        PipelineStopped; OperationTimedOut; SessionBroken; SessionError when another pipeline runs.
        """
        self.need_opened("run a command")
        first = create_pipeline(
            pipeline, has_input=input is not None, encrypt=self.encrypt, protocol=self.core.protocol_numbers
        )
        made = (MessageType.CREATE_PIPELINE, first)
        return self._go(made, str(pipeline), input, report, host, timeout, prefetch, sink, meanwhile)

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
        self.need_opened("tell its commands")
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
        meanwhile: Meanwhile = no_hurry,
    ) -> Generator[list[bytes], None, None]:
        """The generator of `run` and `metadata`: holds the pool from its first step to its end."""
        self.need_opened("run a command")
        answering = host if host is not None else self._host
        streams = Streams(report, host_speaks=isinstance(answering, RawHost))
        calls = HostCalls(answering, streams, self.encrypt)
        running = Running(self, first, name, streams, calls, values, timeout, prefetch, sink, meanwhile)
        before, why = self._running, ""
        if before is not None and before.ending:
            before.finish()  # an interrupt broke the wait for its end
        try:
            with self._lock:
                if self._running is not None:
                    raise SessionError(
                        f"The session is busy with {self.running or 'another command'}.",
                        "Read its results to the end, or interrupt it, then run the next command.",
                    )
                self._running = running
            self.last = running
            yield from running.batches()
        except SessionBroken as error:
            why = error.message
            raise
        finally:
            if self._running is running:
                running.finish()
            if running.broke:
                self._break(why)

    def listen(self) -> None:
        """Something for the shell itself may be waiting at the server: ask for it from now on."""
        if self._listener is not None:
            self._listener.begin()

    def released(self, running: Running) -> None:
        """The server has nothing of a pipeline any more. In the hand's thread."""
        with self._lock:
            if self._running is running:
                self._running = None

    def ask(self, request: Callable[[], None], seconds: float | None = None) -> bool:
        """Have the hand send a request, and wait for its answer, at most `seconds`; whether it came.

        Raises what the request raises, and SessionBroken where the lease is over, sending nothing.
        """
        job = self.hand.begin(lambda: self.checked(request))
        try:
            if not job.wait(seconds):
                return False
        except BaseException:
            job.cancel()
            raise
        if job.passed_over:
            self.need_opened("send")
        job.result()
        return True

    def checked(self, request: Callable[[], None]) -> None:
        """Send a request, in the hand's thread. Raises as `ask` does."""
        self._need_lease()
        self.need_opened("send")
        sent = self.lease.begin()
        request()
        self.lease.renew(sent)

    def _need_lease(self) -> None:
        if self.lease.over:
            self._break(
                f"The session was silent for {self.lease.silence:.0f} seconds, longer than "
                f"{self.transport.computer_name} keeps one ({self.lease.seconds:.0f} s), so it has removed it. "
                "Nothing was sent."
            )

    # --- the session key ------------------------------------------------------------------------------------

    @sealed
    def encrypt(self, secret: SecureString) -> str:
        """A secret under the session's key; the key is exchanged first where there is none.

        It is revealed after that, since a wait for the server may be interrupted and shown with its variables.
        """
        self._need_key()
        return self.core.encrypt(secret.reveal())

    def _need_key(self) -> None:
        """Exchange a key where there is none yet (MS-PSRP 2.2.2.3)."""
        if self._own.has_key.is_set():
            return
        self.need_opened("exchange a key")
        deadline = time.monotonic() + self.operation_timeout
        self.listen()  # a server that keeps nothing waits for somebody who receives
        self.ask(lambda: self._own.ask_for_key(deadline))
        while not self._own.has_key.wait(SLICE):
            self.need_opened("exchange a key")
            if self._own.key_is_unreadable:
                raise SessionError("The server's session key cannot be read; no secret can be sent.")
            if time.monotonic() > deadline:
                raise OperationTimedOut(
                    f"{self.transport.computer_name} did not exchange a key within {self.operation_timeout:g} s.",
                    "Try again.",
                )

    # --- its end --------------------------------------------------------------------------------------------

    def need_opened(self, action: str) -> None:
        """Raise unless the pool is open. action: what was wanted, `run a command`."""
        state = self._life.state
        if state is State.OPENED:
            return
        text = f"The runspace pool is {state.value}; it cannot {action}."
        if state is State.BROKEN or self.why_broken:
            raise SessionBroken(self.why_broken or text, "Connect again.")
        if state in (State.CLOSED, State.CLOSING):
            raise SessionClosed(text, "Connect again.")
        raise SessionError(text)

    def _lost(self, error: LyncError) -> None:
        """The shell is gone, or cannot be reached any more."""
        self._break(error.message)

    def _break(self, why: str) -> None:
        self.why_broken = self.why_broken or why
        if self._life.try_to(State.BROKEN) and self._listener is not None:
            self._listener.end()

    def _closed(self) -> None:
        """The seat is free. In the hand's thread."""
        self._life.try_to(State.CLOSED)
        if self._listener is not None:  # where an interrupt kept it from being told before
            self._listener.end()
        self.hand.end()

    def _give_up_opening(self) -> None:
        """Keep the hand no longer with an opening that a person has to answer for."""
        if isinstance(self.transport, Patient):
            self.transport.give_up()

    def _take_back(self, seconds: float) -> None:
        """Have the shell of a failed opening removed; wait for it at most `seconds`, and not for long."""
        self._life.try_to(State.CLOSING)
        try:
            self._closing.attempt(max(0.0, min(seconds, _GIVE_UP_TIMEOUT)))
        except LyncError:
            return


def _waited(transport: Transport) -> float:
    """Seconds of its opening that a person took so far."""
    return transport.waited if isinstance(transport, Patient) else 0.0
