"""A session: one remote shell with one runspace, held until it is closed.

Rules: one pipeline at a time; who comes second waits, can be interrupted, and is told what it waits for. A session
never closes by itself while it works. `close` is idempotent and gives the seat back; a broken connection marks the
session Broken and tells those who listen (`on_end`), so that imported commands vanish.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from types import TracebackType
from typing import Any, Final
from weakref import WeakSet, ref

from lync_magic.clixml import Credential, PSObject
from lync_magic.errors import LyncError, PipelineStopped, SessionBroken, SessionError, SignInFailed
from lync_magic.psrp import (
    ErrorRecord,
    Event,
    Host,
    Pipeline,
    Report,
    RunspacePool,
    Sink,
    WarningRecord,
    ignore,
    remote_error,
)
from lync_magic.records import Reader, Records, RecordStream
from lync_magic.sessions.events import Step
from lync_magic.sessions.registry import Registry
from lync_magic.sessions.state import MAY_FOLLOW, State, require_opened
from lync_magic.sessions.tokens import TokenKeeper

CLOSE_SECONDS: Final = 10.0
SLICE_SECONDS: Final = 0.2
"""How long a wait lasts before it looks again, so that an interrupt is seen soon."""
SAY_SO_AFTER_SECONDS: Final = 1.0

SEAT_LATER: Final = (
    "The token of {0} has ended, so the server could not be told that the session is over. Its seat is free when the "
    "server's idle time is over."
)

PSSESSION_TYPES: Final = ("System.Management.Automation.Runspaces.PSSession", "System.Object")
TABLE_COLUMNS: Final = ("Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability")


Reporting = Callable[[], AbstractContextManager[Report]]
"""Makes the report of one command, and ends what it drew."""


class Session:
    """One remote PowerShell session. Made by `connect`; a context manager that closes itself.

    Imported commands are its attributes: `session.Get_CsTenant()`.
    """

    def __init__(
        self,
        pool: RunspacePool,
        *,
        registry: Registry,
        computer_name: str,
        configuration_name: str,
        connection_uri: str,
        credential: Credential | None = None,
        tokens: TokenKeeper | None = None,
        host: Host | None = None,
        report: Report = ignore,
        http_requests: Callable[[], int] = lambda: 0,
    ) -> None:
        self.id = 0
        self.name = "Session"
        self.computer_name = computer_name
        self.configuration_name = configuration_name
        self.connection_uri = connection_uri
        self.commands: Mapping[str, Callable[..., Any]] | None = None
        """The Python functions of this session, by Python name; set by whoever imports."""
        self._pool = pool
        self._registry = registry
        self._credential = credential
        self._tokens = tokens
        self._host = host
        self._http_requests = http_requests
        self._reporting: Reporting = lambda: nullcontext(report)
        self._report = report
        self._reader = Reader(decrypt=pool.decrypt)
        self._state = State.OPENING
        self._state_lock = threading.Lock()
        self._turn = threading.Lock()
        self._turn_of: int | None = None
        self._streamed: Callable[[], Generator[list[bytes], None, None] | None] = lambda: None
        """The output of the stream that has its turn, as long as somebody holds it."""
        self._stopped: WeakSet[Generator[list[bytes], None, None]] = WeakSet()
        """The outputs that were stopped before their end."""
        self._on_end: list[Callable[[Session], None]] = []

    # --- what it is ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._state

    @property
    def availability(self) -> str:
        """`Available`, `Busy` while a pipeline runs, `None` when nothing can run."""
        if self._state is not State.OPENED:
            return "None"
        return "Busy" if self._turn.locked() else "Available"

    @property
    def user_name(self) -> str:
        """Who signed in, or an empty string."""
        return self._credential.user_name if self._credential is not None else ""

    @property
    def http_requests(self) -> int:
        """How many HTTP requests were sent for it, the discovery's among them."""
        return self._http_requests()

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

    def __psobject__(self) -> PSObject:
        """The session as PowerShell shows one."""
        values: tuple[Any, ...] = (self.id, *self.row()[1:])
        return PSObject(dict(zip(TABLE_COLUMNS, values, strict=True)), PSSESSION_TYPES, text=f"[PSSession]{self.name}")

    def __repr__(self) -> str:
        return f"<{self.name} {self.state.value} on {self.computer_name} ({self.configuration_name})>"

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

    # --- working ---------------------------------------------------------------------------------------------------

    def open(self, timeout: float) -> None:
        """Take the seat, in at most `timeout` seconds. Called once, by `connect`."""
        try:
            self._pool.open(timeout=timeout, report=self._report)
        except BaseException:
            self._move(State.CLOSED)
            try:
                self._pool.close(timeout=CLOSE_SECONDS)
            finally:
                self._wipe()
            raise
        # A number only for a session that came to be: a wrong password does not count.
        self.id = self._registry.next_number()
        self.name = f"Session{self.id}"
        self._move(State.OPENED)
        self._registry.add(self)

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
        OperationTimedOut.
        """
        return RecordStream(self._batches(self._output(pipeline, input, report, host, timeout, None)))

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
        return self._output(pipeline, input, report, host, timeout, None)

    def decrypt(self, sealed: bytes) -> bytes:
        """The clear text (UTF-16-LE) of a SecureString in an object as CLIXML, for `clixml.decode`."""
        return self._pool.decrypt(sealed)

    def _batches(self, output: Generator[list[bytes], None, None]) -> Iterator[Records]:
        with closing(output):
            for raw in output:
                self._streamed = ref(output)
                yield self._reader.feed(raw)
            if output in self._stopped:
                raise PipelineStopped(f"The stream from {self.name} was stopped before its end.")

    def _output(
        self,
        pipeline: Pipeline | str,
        input: Iterable[object] | None,
        report: Report | None,
        host: Host | None,
        timeout: float | None,
        sink: Sink | None,
    ) -> Generator[list[bytes], None, None]:
        """The output of a pipeline as it comes, each object as CLIXML; or none, where the sink takes it."""
        work = Pipeline.of(pipeline) if isinstance(pipeline, str) else pipeline
        require_opened(self._state, self.name)
        with self._told(report) as say, self._my_turn(say), self._watching():
            batches = self._pool.run(work, input=input, report=say, host=host or self._host, timeout=timeout, sink=sink)
            try:
                yield from batches
            finally:
                batches.close()
                self._reader.finish()

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
        RemoteError: a command that did nothing but fail must not look like one that found nothing.
        """
        errors: list[ErrorRecord] = []
        with self._told(report) as say:

            def hold_errors(event: Event) -> None:
                if isinstance(event, ErrorRecord):
                    errors.append(event)
                else:
                    say(event)

            with (
                self._reader.gathering() as gathering,
                closing(self._output(pipeline, input, hold_errors, host, timeout, gathering.add)) as rest,
            ):
                for _ in rest:
                    pass
            output = gathering.records()
            failed = bool(errors) and not len(output)
            for error in errors[1:] if failed else errors:
                say(error)
        if failed:
            raise remote_error(errors[0], "The command failed.")
        return output

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
        require_opened(self._state, self.name)
        with self._my_turn(self._report), self._watching():
            batches = self._pool.metadata(tuple(names), timeout=timeout)
            return self._reader.gather(batches)

    def forget_credential(self) -> None:
        """Wipe the password now. The session goes on, but a lost connection cannot be signed in again.

        Only for a way to sign in that needs the password once a connection (NTLM, CredSSP, Kerberos): with Basic the
        next command fails. The library that signs in with NTLM keeps a copy of its own while its connection lives.
        """
        if self._credential is not None:
            self._credential.wipe()

    # --- ending ----------------------------------------------------------------------------------------------------

    def on_end(self, callback: Callable[[Session], None]) -> None:
        """Be told once when the session is closed or broken."""
        with self._state_lock:
            if self._state not in (State.CLOSED, State.BROKEN):
                self._on_end.append(callback)
                return
        callback(self)

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Remove the session and give its seat back, in at most `timeout` seconds. Idempotent.

        A pipeline that runs in another thread is stopped. The seat is the server's to free: where it does not answer in
        time, or does not take a token that has ended, the session is closed here all the same, and the server's idle
        time-out frees the seat.
        """
        if not self._move(State.CLOSED):
            return
        if self._tokens is not None:
            self._tokens.close()
        try:
            self._pool.close(timeout=timeout)
        except SignInFailed:
            if self._tokens is None:
                raise
            self._report(WarningRecord(SEAT_LATER.format(self.name)))
        finally:
            self._registry.discard(self)
            self._wipe()

    def close_at_exit(self, seconds: float) -> None:
        """One best effort when the process ends; never raises."""
        try:
            self.close(seconds)
        except (LyncError, OSError):
            pass

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- inside ----------------------------------------------------------------------------------------------------

    def _wipe(self) -> None:
        self.forget_credential()
        if self._tokens is not None:
            self._tokens.wipe()

    def _move(self, state: State) -> bool:
        with self._state_lock:
            if state not in MAY_FOLLOW[self._state]:
                return False
            self._state = state
            ended = state in (State.CLOSED, State.BROKEN)
            callbacks = self._on_end if ended else []
            if ended:
                self._on_end = []
        for callback in callbacks:
            callback(self)
        return True

    def _told(self, report: Report | None) -> AbstractContextManager[Report]:
        return self._reporting() if report is None else nullcontext(report)

    @contextmanager
    def _my_turn(self, say: Report) -> Iterator[None]:
        if self._turn_of == threading.get_ident():
            raise SessionError(
                f"A result of {self.name} is still being read, and a session runs one command at a time.",
                "Read it to its end, or stop it (stream.close() or session.stop()), and run this command then.",
            )
        since = time.monotonic()
        told = False
        while not self._turn.acquire(timeout=SLICE_SECONDS):
            require_opened(self._state, self.name)
            if not told and time.monotonic() - since > SAY_SO_AFTER_SECONDS:
                say(Step(f"Waiting for the command that runs on {self.name}"))
                told = True
        self._turn_of = threading.get_ident()
        try:
            require_opened(self._state, self.name)
            yield
        finally:
            self._turn_of = None
            self._streamed = lambda: None
            self._turn.release()

    @contextmanager
    def _watching(self) -> Iterator[None]:
        try:
            yield
        except SessionBroken:
            self._move(State.BROKEN)
            raise
        except SignInFailed:
            if self._tokens is not None:
                self._tokens.refused()
            raise
