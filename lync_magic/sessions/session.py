"""A session: one remote shell with one runspace, held until it is closed.

Rules: one pipeline at a time, in the order in which they came; who comes second waits, can be interrupted, and is told
what it waits for. Its seat is its own until the server has said that it is free. What was lost or ended by itself is
taken up again by the next command, where a way to sign in is still known. Nothing is sent twice but what only reads.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sized
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import datetime, timezone
from types import TracebackType
from typing import Any, Final
from weakref import WeakSet, ref

from lync_magic.clixml import Credential, PSObject
from lync_magic.errors import (
    EndpointUnreachable,
    LyncError,
    OperationTimedOut,
    PipelineStopped,
    SessionBroken,
    SessionError,
    SignInFailed,
    interrupted,
    warn,
)
from lync_magic.psrp import (
    CommandState,
    ErrorRecord,
    Event,
    Host,
    Pipeline,
    ProgressRecord,
    Report,
    RunspacePool,
    Sink,
    State,
    WarningRecord,
    ignore,
    remote_error,
    require_opened,
    session_life,
)
from lync_magic.records import Reader, Records, RecordStream
from lync_magic.sessions.doubt import in_doubt, may_run_again
from lync_magic.sessions.events import Step
from lync_magic.sessions.registry import Registry
from lync_magic.sessions.seats import Seat
from lync_magic.sessions.target import Target
from lync_magic.sessions.turn import Owner, Turns
from lync_magic.sessions.way import Finder, Way
from lync_magic.threads import in_thread

CLOSE_SECONDS: Final = 5.0
OPEN_AGAIN_SECONDS: Final = 60.0
SAY_SO_AFTER_SECONDS: Final = 1.0
COUNT_DOWN_AFTER_SECONDS: Final = 3.0
IDLE_SECONDS: Final = 900.0
"""After how long without a command a session ends by itself, as the service's own did."""
IDLE_LOOKS: Final = 4
"""How often in that time it is looked at, at least."""
FORSAKEN_SECONDS: Final = 0.5
FREE_SECONDS: Final = 8.0
"""How long the end of what was stopped is waited for before its shell is given up."""
COUNT_DOWN_ID: Final = 2

SEAT_LATER: Final = (
    "The token of {0} has ended, so the server could not be told that the session is over. Its seat is free when the "
    "server's idle time is over."
)

PSSESSION_TYPES: Final = ("System.Management.Automation.Runspaces.PSSession", "System.Object")
TABLE_COLUMNS: Final = ("Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability")
_ENDS: Final = frozenset({State.CLOSING, State.CLOSED})


Reporting = Callable[[], AbstractContextManager[Report]]
"""Makes the report of one command, and ends what it drew."""


class _AskAgain(Exception):
    """The answer to a command that only reads was lost, and nothing of it was given out: it may run again."""


class Session:
    """One remote PowerShell session. Made by `connect`; a context manager that closes itself.

    Imported commands are its attributes: `session.Get_CsTenant()`.
    way: to the endpoint.  find_way: finds it again, for a session that ended by itself; None where it cannot be.
    idle: seconds without a command after which it ends by itself; None for never.
    """

    def __init__(
        self,
        way: Way,
        *,
        registry: Registry,
        configuration_name: str,
        host: Host | None = None,
        report: Report = ignore,
        find_way: Finder | None = None,
        target: Target | None = None,
        idle: float | None = IDLE_SECONDS,
    ) -> None:
        self.id = 0
        self.name = "Session"
        self.computer_name = way.transport.computer_name
        self.configuration_name = configuration_name
        self.connection_uri = way.uri
        self.since = datetime.now(timezone.utc)
        self.idle = idle
        self.target = target
        """Where it was to connect, for who wants the same again; None where it was not made by `connect`."""
        self.commands: Mapping[str, Callable[..., Any]] | None = None
        """The Python functions of this session, by Python name; set by whoever imports."""
        self._registry = registry
        self._credential: Credential | None = None
        self._host = host
        self._find_way = find_way
        self._reporting: Reporting = lambda: nullcontext(report)
        self._report = report
        self._life = session_life(self._changed)
        self._turns = Turns(self._end_forsaken)
        self._used_at = time.monotonic()
        self._why = ""
        """Why it is not open, in one sentence, where that is known."""
        self._left = False
        """Whether the shell was left on the server, to be taken up again."""
        self._lock = threading.Lock()
        self._pools: tuple[RunspacePool, ...] = ()
        """Those that may hold a seat."""
        self._take(way)
        self._reader = Reader(decrypt=lambda sealed: self._pool.decrypt(sealed))
        self._streamed: Callable[[], Generator[list[bytes], None, None] | None] = lambda: None
        """The output of the stream that has its turn, as long as somebody holds it."""
        self._stopped: WeakSet[Generator[list[bytes], None, None]] = WeakSet()
        """The outputs that were stopped before their end."""
        self._on_end: list[Callable[[Session], None]] = []
        self._on_return: list[Callable[[Session, Report], None]] = []
        self._on_idle: list[Callable[[Session], None]] = []

    # --- what it is ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._life.state

    @property
    def availability(self) -> str:
        """`Available`, `Busy` while a pipeline runs, `None` when nothing can run."""
        if self.state is not State.OPENED:
            return "None"
        return "Busy" if self._turns.holder is not None else "Available"

    @property
    def comes_back(self) -> bool:
        """Whether the next command takes it up again, though it is not open."""
        return self.state in (State.DISCONNECTED, State.BROKEN) and (self._left or self._find_way is not None)

    @property
    def why(self) -> str:
        """Why it is not open, in one sentence, where that is known; else an empty string."""
        return self._why

    @property
    def user_name(self) -> str:
        """Who signed in, or an empty string."""
        return self._credential.user_name if self._credential is not None else ""

    @property
    def http_requests(self) -> int:
        """How many HTTP requests were sent for it, the discovery's among them."""
        return self._way.requests()

    @property
    def lease(self) -> float | None:
        """Seconds of silence after which the server frees its seat, as the server said; None where it did not."""
        return self._pool.lease.seconds

    @property
    def shell_id(self) -> str:
        """The identifier of its shell on the server."""
        return str(self._pool.pool_id)

    @property
    def application_private_data(self) -> Mapping[str, Any]:
        """What the server said of itself when the session opened."""
        return self._pool.application_private_data

    def row(self) -> tuple[str, ...]:
        """Its row of PowerShell's session table; see `TABLE_COLUMNS`."""
        return (
            str(self.id),
            self.name,
            self.computer_name,
            self.state.value,
            self.configuration_name,
            self.availability,
        )

    def seats(self, program: str) -> list[Seat]:
        """The seats that it may hold on the server. program: what holds them, as a person knows it."""
        return [
            Seat(
                session=self.name,
                shell_id=str(pool.pool_id),
                uri=self.connection_uri,
                computer=self.computer_name,
                configuration=self.configuration_name,
                user=self.user_name,
                since=self.since.isoformat(timespec="seconds"),
                lease=pool.lease.seconds,
                program=program,
                pid=os.getpid(),
            )
            for pool in self._pools
        ]

    def __psobject__(self) -> PSObject:
        """The session as PowerShell shows one."""
        values: tuple[Any, ...] = (self.id, *self.row()[1:])
        return PSObject(dict(zip(TABLE_COLUMNS, values, strict=True)), PSSESSION_TYPES, text=f"[PSSession]{self.name}")

    def __repr__(self) -> str:
        return f"<{self.name} {self.state.value} on {self.computer_name} ({self.configuration_name})>"

    def __reduce__(self) -> str:
        raise TypeError(
            "A session cannot be copied or sent to another process; connect there: lync_magic.connect(...)."
        )

    def __getattr__(self, name: str) -> Any:
        # Only names that are no attribute come here; dunder names never mean a command.
        if not name.startswith("_") and self.commands is not None:
            found = self.commands.get(name)
            if found is not None:
                return found
        raise AttributeError(f"{type(self).__name__} has no command or attribute {name!r}.")

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *(self.commands or ())]

    def tell(self, reporting: Reporting) -> None:
        """Where commands report to from now on, when they are not told: makes a context for each command."""
        self._reporting = reporting

    # --- opening ---------------------------------------------------------------------------------------------------

    def open(self, timeout: float) -> None:
        """Take the seat, in at most `timeout` seconds. Called once, by `connect`."""
        try:
            self._registry.add(self)
            self._life.go(State.OPENING)
            self._pool.open(timeout, self._report, self._counting_down(self._report))
            # A number only for a session that came to be: a wrong password does not count.
            self.id = self._registry.next_number()
            self.name = f"Session{self.id}"
            self._life.go(State.OPENED)
            self._registry.changed()
        except BaseException:
            self.close(0)
            raise

    def _take(self, way: Way) -> None:
        """Have a pool of one's own on a way."""
        pool = RunspacePool(
            way.transport,
            host=self._host,
            on_change=lambda state: self._pool_changed(pool, state),
            on_beat=self._beat,
            longest_beat=None if self.idle is None else self.idle / IDLE_LOOKS,
        )
        with self._lock:
            self._way, self._pool = way, pool
            self._credential = way.credential
            self._pools = (*self._pools, pool)

    def _counting_down(self, report: Report) -> Callable[[float], None]:
        """Says how long a server that does not answer is still waited for."""
        began = time.monotonic()
        told = -1

        def waiting(left: float) -> None:
            nonlocal told
            seconds = int(left) + 1
            if time.monotonic() - began > COUNT_DOWN_AFTER_SECONDS and seconds != told:
                told = seconds
                status = f"No answer for {time.monotonic() - began:.0f} s; given up in {seconds} s. Interrupt to stop."
                report(ProgressRecord(f"Waiting for {self.computer_name}", status, activity_id=COUNT_DOWN_ID))

        return waiting

    # --- working ---------------------------------------------------------------------------------------------------

    def stream(
        self,
        pipeline: Pipeline | str,
        *,
        input: Iterable[object] | None = None,
        report: Report | None = None,
        host: Host | None = None,
        timeout: float | None = None,
    ) -> RecordStream:
        """Run a pipeline and give its output in batches, as it comes; the server waits while nobody asks for more.

        pipeline: commands, or one command's name.  input: objects for its first command, sent as it runs.
        timeout: seconds for the whole, None for no limit.  Closing the stream stops the remote pipeline.
        Raises, as it is read, RemoteError when the pipeline fails as a whole, SessionClosed, SessionBroken,
        CommandInDoubt, OperationTimedOut. Can be read by `for` and, in asyncio, by `async for`.
        """
        owner = Owner()
        output = self._output(pipeline, input, report, host, _until(timeout), None, owner, may_ask_again=False)
        owner.drives(output)
        return RecordStream(self._batches(output))

    def stream_raw(
        self,
        pipeline: Pipeline,
        *,
        input: Iterable[object] | None = None,
        report: Report | None = None,
        host: Host | None = None,
        timeout: float | None = None,
    ) -> Generator[list[bytes], None, None]:
        """Like `stream`, but each object as CLIXML, as it came: for who hands it on. `$null` is b""."""
        owner = Owner()
        output = self._output(pipeline, input, report, host, _until(timeout), None, owner, may_ask_again=False)
        owner.drives(output)
        return output

    def decrypt(self, sealed: bytes) -> bytes:
        """The clear text (UTF-16-LE) of a SecureString in an object as CLIXML, for `clixml.decode`."""
        return self._pool.decrypt(sealed)

    def _batches(self, output: Generator[list[bytes], None, None]) -> Iterator[Records]:
        with closing(output):
            try:
                for raw in output:
                    self._streamed = ref(output)
                    yield self._reader.feed(raw)
            except KeyboardInterrupt as stop:
                output.close()
                raise self._interrupted(None, stop) from None
            if output in self._stopped:
                raise PipelineStopped(f"The stream from {self.name} was stopped before its end.")

    def run(
        self,
        pipeline: Pipeline | str,
        *,
        input: Iterable[object] | None = None,
        report: Report | None = None,
        host: Host | None = None,
        timeout: float | None = None,
    ) -> Records:
        """Run a pipeline to its end and return all its output; see `stream`.

        Records of the error stream are reported. When they are all that came, with no output, the first is raised as
        RemoteError: a command that did nothing but fail must not look like one that found nothing. An interrupt raises
        Interrupted, which keeps what came.
        """
        errors: list[ErrorRecord] = []
        once_more = input is None or isinstance(input, Sized)
        until = _until(timeout)
        with self._told(report) as say:

            def hold_errors(event: Event) -> None:
                if isinstance(event, ErrorRecord):
                    errors.append(event)
                else:
                    say(event)

            while True:
                owner = Owner(sys._getframe())
                with self._reader.gathering() as gathering:
                    rest = self._output(
                        pipeline, input, hold_errors, host, until, gathering.add, owner, may_ask_again=once_more
                    )
                    owner.drives(rest)
                    try:
                        with closing(rest):
                            for _ in rest:
                                pass
                    except _AskAgain as lost:
                        say(WarningRecord(f"{lost} It only reads, so it is asked again."))
                        once_more = False
                        errors.clear()
                        continue
                    except KeyboardInterrupt as stop:
                        raise self._interrupted(gathering.records(), stop) from None
                    output = gathering.records()
                    break
            failed = bool(errors) and not len(output)
            for error in errors[1:] if failed else errors:
                say(error)
        if failed:
            raise remote_error(errors[0], "The command failed.")
        return output

    async def arun(self, pipeline: Pipeline | str, **how: Any) -> Records:
        """Like `run`, for asyncio: awaited, and stopped on the server when the task is cancelled."""
        worker: list[int] = []

        def work() -> Records:
            worker.append(threading.get_ident())
            return self.run(pipeline, **how)

        def give_up() -> None:
            holder = self._turns.holder
            if holder is not None and [holder.thread] == worker:
                self.stop()

        return await in_thread(work, give_up)

    def _output(
        self,
        pipeline: Pipeline | str,
        input: Iterable[object] | None,
        report: Report | None,
        host: Host | None,
        until: float | None,
        sink: Sink | None,
        owner: Owner,
        *,
        may_ask_again: bool,
    ) -> Generator[list[bytes], None, None]:
        """The output of a pipeline as it comes, each object as CLIXML; or none, where the sink takes it.

        until: when it has to be over, by `time.monotonic`.
        """
        work = Pipeline.of(pipeline) if isinstance(pipeline, str) else pipeline
        if not self.comes_back:
            require_opened(self.state, self.name, self._why)
        with self._told(report) as say, self._turns.taken(owner, self._waiting(owner, say)):
            self._used_at = time.monotonic()
            try:
                yield from self._attempts(work, input, say, host, until, sink, may_ask_again=may_ask_again)
            finally:
                self._streamed = lambda: None
                self._used_at = time.monotonic()
                self._reader.finish()

    def _attempts(
        self,
        work: Pipeline,
        input: Iterable[object] | None,
        say: Report,
        host: Host | None,
        until: float | None,
        sink: Sink | None,
        *,
        may_ask_again: bool,
    ) -> Generator[list[bytes], None, None]:
        """Run it; once more after the session was found gone before the command could be sent."""
        for last in (False, True):
            self._be_open(say)
            self._be_free(say, until)
            pool, given = self._pool, False
            pool.last = None
            tokens = self._way.tokens
            try:
                if tokens is not None and tokens.asks_person:
                    tokens()  # here, where an interrupt is heard
                batches = pool.run(
                    work, input=input, report=say, host=host or self._host, timeout=_left(until), sink=sink
                )
                with closing(batches):
                    for raw in batches:
                        given = True
                        yield raw
            except SessionBroken as error:
                state = pool.last.state if pool.last is not None else CommandState.PREPARED
                if state is CommandState.DONE:  # it ran, and not all of its result came
                    if may_ask_again and not given and may_run_again(work):
                        raise _AskAgain(error.message) from error
                    raise
                if state is CommandState.IN_DOUBT:
                    raise self._doubt(work, error, pool, may_ask_again=may_ask_again and not given) from error
                if last or given or pool.state is State.OPENED or not self.comes_back:
                    raise
                continue
            except OperationTimedOut as error:
                if pool.last is not None and pool.last.ended_unseen and not may_run_again(work):
                    raise self._doubt(work, error, pool, may_ask_again=False) from error
                raise
            except EndpointUnreachable as error:
                raise type(error)(f"{work} was not sent: {error.message}", error.advice) from error
            except SignInFailed:
                if tokens is not None:
                    tokens.refused()
                raise
            return

    def _doubt(self, work: Pipeline, error: LyncError, pool: RunspacePool, *, may_ask_again: bool) -> Exception:
        """What to raise when the answer to a command was lost."""
        if not may_run_again(work):
            pool.give_up(error.message)
            sent_at = pool.last.sent_at if pool.last is not None else None
            known = [getattr(command, "name", "") for command in (self.commands or {}).values()]
            return in_doubt(work, error.message, sent_at, self.name, known)
        if may_ask_again:
            return _AskAgain(error.message)
        return type(error)(f"The result of {work} did not come whole: {error.message}", "Run it again; it only reads.")

    def stop(self) -> None:
        """Stop the pipeline that runs in another thread, or the stream that nobody reads just now.

        Who reads it sees PipelineStopped. Nothing running is no error.
        """
        output = self._streamed()
        if output is not None:
            self._stopped.add(output)
            try:
                output.close()
            except ValueError:  # it is being read: this is called from within, or from another thread
                pass
            else:
                return
        self._pool.stop()

    def metadata(self, names: Iterable[str], *, timeout: float | None = None) -> Records:
        """What the server says of commands (GET_COMMAND_METADATA, MS-PSRP 2.2.2.14): one record a command."""
        owner = Owner(sys._getframe())
        asked = self._metadata(tuple(names), timeout, owner)
        owner.drives(asked)
        with closing(asked):
            return self._reader.gather(asked)

    def _metadata(
        self, names: tuple[str, ...], timeout: float | None, owner: Owner
    ) -> Generator[list[bytes], None, None]:
        require_opened(self.state, self.name, self._why)
        with self._turns.taken(owner, self._waiting(owner, self._report)):
            require_opened(self.state, self.name, self._why)
            with closing(self._pool.metadata(names, timeout=timeout)) as batches:
                yield from batches

    def forget_credential(self) -> None:
        """Wipe the password now. The session goes on, but a lost connection cannot be signed in again.

        Only for a way to sign in that needs the password once a connection (NTLM, CredSSP, Kerberos): with Basic the
        next command fails. The library that signs in with NTLM keeps a copy of its own while its connection lives.
        """
        if self._credential is not None:
            self._credential.wipe()

    # --- leaving and coming back -----------------------------------------------------------------------------------

    def disconnect(self, idle: float | None = None, timeout: float = CLOSE_SECONDS) -> None:
        """Leave the session on the server, where what runs goes on; `reconnect`, or the next command, takes it up.

        idle: seconds that the server is asked to keep it; its seat is taken for as long.
        Raises SessionError where the server cannot do that.
        """
        require_opened(self.state, self.name, self._why)
        self._pool.disconnect(idle, timeout)
        self._left, self._why = True, f"{self.name} was left on the server."
        self._life.go(State.DISCONNECTED)

    def reconnect(self, timeout: float = OPEN_AGAIN_SECONDS) -> None:
        """Take up a session that was left, or that ended by itself. Nothing to do for one that is open."""
        if self.state is State.OPENED:
            return
        owner = Owner(sys._getframe())
        coming = self._coming_back(timeout, owner)
        owner.drives(coming)
        with closing(coming):
            for _ in coming:
                pass

    def _coming_back(self, timeout: float, owner: Owner) -> Generator[None, None, None]:
        with self._told(None) as say, self._turns.taken(owner, self._waiting(owner, say)):
            self._be_open(say, timeout)
            yield

    def on_return(self, callback: Callable[[Session, Report], None]) -> None:
        """Be told each time when a session has a new shell, once it is open again."""
        self._on_return.append(callback)

    def on_idle(self, callback: Callable[[Session], None]) -> None:
        """Be told when the session has ended by itself because nobody used it. In a thread of its own."""
        self._on_idle.append(callback)

    def run_in_turn(self, pipeline: Pipeline, report: Report) -> Records:
        """Run a pipeline from within `on_return`, where the turn is ours already."""
        return self._reader.gather(self._pool.run(pipeline, report=report))

    def _be_open(self, say: Report, timeout: float = OPEN_AGAIN_SECONDS) -> None:
        """Be open, or take it up again. The turn is ours."""
        if self.state is State.OPENED:
            return
        if self._left and self.state is State.DISCONNECTED:
            self._left = False
            self._pool.reconnect(timeout)
            self._life.go(State.OPENED)
            return
        if not self.comes_back or self._find_way is None:
            require_opened(self.state, self.name, self._why)
            return
        say(WarningRecord(f"{self._why or f'{self.name} has ended.'} Connecting again."))
        deadline = time.monotonic() + timeout
        way = self._find_way(timeout, say)
        self._life.go(State.OPENING)
        try:
            self._take(way)
            self._pool.open(max(1.0, deadline - time.monotonic()), say, self._counting_down(say))
        except BaseException:
            self._life.try_to(State.BROKEN)
            raise
        self._why = ""
        self._life.go(State.OPENED)
        for callback in self._on_return:
            callback(self, say)

    def _be_free(self, say: Report, until: float | None) -> None:
        """Wait until the server has ended what ran before. One that does not is given up. The turn is ours."""
        pool, since = self._pool, time.monotonic()
        while not pool.abandon(FORSAKEN_SECONDS):
            if until is not None and time.monotonic() > until:
                raise OperationTimedOut(f"{self.name} was still ending {pool.running}; nothing was sent.", "Try again.")
            if time.monotonic() - since < FREE_SECONDS:
                continue
            pool.give_up(f"{pool.running} was stopped, and does not end on the server")
            self._be_open(say)
            return

    def _beat(self) -> None:
        """Some times a minute, in the listener's thread: end what nobody uses."""
        self._registry.alive()
        if self.idle is None or time.monotonic() - self._used_at < self.idle or self.state is not State.OPENED:
            return
        owner = Owner()
        if not self._turns.try_now(owner):
            return
        try:
            minutes = f"{self.idle / 60:.0f} minutes" if self.idle >= 60 else f"{self.idle:g} seconds"
            self._why = f"{self.name} was ended after {minutes} without a command, so that its seat is free."
            if not self._life.try_to(State.DISCONNECTED):
                return
        finally:
            self._turns.give_back(owner)
        try:
            self._pool.close(0)
        finally:
            for callback in self._on_idle:
                callback(self)

    # --- ending ----------------------------------------------------------------------------------------------------

    def on_end(self, callback: Callable[[Session], None]) -> None:
        """Be told once when the session is removed, or lost without a way back."""
        with self._lock:
            if self.state not in _ENDS and not (self.state is State.BROKEN and not self.comes_back):
                self._on_end.append(callback)
                return
        callback(self)

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Remove the session and give its seat back, in at most `timeout` seconds. Idempotent.

        A pipeline that runs in another thread is stopped. Where the server does not say in time that the session is
        gone, this raises why: the session is Closing then, its removal is tried again by itself, at exit, and by
        calling this again. What does not take a token that has ended frees the seat by the server's idle time-out.
        """
        if self._life.state is State.BEFORE_OPEN:
            self._life.go(State.CLOSED)
        elif self._life.state is not State.CLOSED:
            self._life.try_to(State.CLOSING)
            if self._way.tokens is not None:
                self._way.tokens.close()
            self._close_pools(timeout)
        self._forget_if_over()

    def _close_pools(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        for pool in self._pools:
            try:
                pool.close(max(0.0, deadline - time.monotonic()))
            except SignInFailed as error:
                if self._way.tokens is None:
                    raise self._not_removed(error, pool) from error
                self._report(WarningRecord(SEAT_LATER.format(self.name)))
                pool.forgo()
            except LyncError as error:
                raise self._not_removed(error, pool) from error
            except KeyboardInterrupt as stop:
                raise interrupted(stop, f"Stopped waiting; {self.name} is still being removed, by itself.") from None

    def _not_removed(self, error: LyncError, pool: RunspacePool) -> LyncError:
        return SessionError(
            f"{self.name} is not removed yet: {error.message}",
            "It is tried again by itself, and when this program ends; "
            f"its seat is free in {pool.lease.left:.0f} s at the latest.",
        )

    def close_at_exit(self, seconds: float) -> None:
        """One best effort when the process ends; never raises."""
        try:
            self.close(seconds)
        except (LyncError, OSError):
            pass

    def drop(self) -> None:
        """This is a copy in a forked process: the session is the parent's."""
        self._why = f"{self.name} belongs to the process that this one was forked from."
        self._find_way = None
        self._life = session_life()
        self._life.go(State.OPENING)
        self._life.go(State.BROKEN)
        self._turns = Turns(self._end_forsaken)
        self._lock = threading.Lock()
        pools, self._pools = self._pools, ()
        for pool in pools:
            pool.drop()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove it. A block's own error is never replaced, and that the seat is not free yet is no error of it."""
        try:
            self.close()
        except LyncError as failure:
            warn(f"{failure.message} {failure.advice}", UserWarning)

    # --- inside ----------------------------------------------------------------------------------------------------

    def _pool_changed(self, pool: RunspacePool, state: State) -> None:
        if state is State.BROKEN and pool is self._pool and self.state is not State.BROKEN:
            self._why = f"{self.name} was lost: {pool.why_broken.rstrip('.')}." if pool.why_broken else ""
            self._life.try_to(State.BROKEN)
            pool.close(0)  # it may hold a seat all the same
        elif state is State.CLOSED:
            with self._lock:
                self._pools = tuple(one for one in self._pools if one is not pool)
            self._forget_if_over()

    def _forget_if_over(self) -> None:
        """Forget a session that is removed, once no seat is held any more."""
        if self.state in _ENDS and not self._pools:
            self._life.try_to(State.CLOSED)
            self.forget_credential()
            if self._way.tokens is not None:
                self._way.tokens.wipe()
            self._registry.discard(self)
        elif self.state is not State.OPENING:
            self._registry.changed()

    def _changed(self, state: State) -> None:
        if state not in _ENDS and not (state is State.BROKEN and not self.comes_back):
            return
        with self._lock:
            callbacks, self._on_end = self._on_end, []
        for callback in callbacks:
            callback(self)

    def _told(self, report: Report | None) -> AbstractContextManager[Report]:
        return self._reporting() if report is None else nullcontext(report)

    def _waiting(self, owner: Owner, say: Report) -> Callable[[], None]:
        """What is done while another command has the turn."""
        holder = self._turns.holder
        if holder is not None and holder.thread == owner.thread:
            raise SessionError(
                f"A result of {self.name} is still being read, and a session runs one command at a time.",
                "Read it to its end, or stop it (stream.close() or session.stop()), and run this command then.",
            )
        since = time.monotonic()
        told = False

        def waiting() -> None:
            nonlocal told
            if self.state in _ENDS:
                require_opened(self.state, self.name, self._why)
            if not told and time.monotonic() - since > SAY_SO_AFTER_SECONDS:
                say(Step(f"Waiting for the command that runs on {self.name}"))
                told = True

        return waiting

    def _end_forsaken(self) -> bool:
        """End what nobody reads any more; whether the server has nothing of it."""
        return self._pool.state is not State.OPENED or self._pool.abandon(FORSAKEN_SECONDS)

    def _interrupted(self, partial: Records | None, stop: KeyboardInterrupt) -> KeyboardInterrupt:
        usable = f"{self.name} is usable" if self._pool.running == "" else f"{self.name} is still ending what ran"
        kept = f" {len(partial):,} objects had come: _.partial has them." if partial is not None and partial else ""
        return interrupted(stop, f"Stopped; {usable}.{kept}", partial)


def _until(timeout: float | None) -> float | None:
    return None if timeout is None else time.monotonic() + timeout


def _left(until: float | None) -> float | None:
    return None if until is None else max(0.0, until - time.monotonic())
