"""A session: one remote shell with one runspace, held until it is removed.

Rule of this file: it is the session's face; what is held is in `hold.py`, how commands run in `commands.py`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timezone
from difflib import get_close_matches
from types import TracebackType
from typing import Any, Final

from lync_magic.clixml import Credential, PSObject
from lync_magic.errors import LyncError, NoSuchNameError, TapeError, warn
from lync_magic.psrp import Host, Pipeline, Report, State, ignore
from lync_magic.records import Records, RecordStream
from lync_magic.sessions.commands import Asked, Commands, Reporting, asked
from lync_magic.sessions.hold import OPEN_AGAIN_SECONDS, Hold
from lync_magic.sessions.lanes import Ask, Lane, passed
from lync_magic.sessions.log import Entry, log
from lync_magic.sessions.registry import Registry
from lync_magic.sessions.seats import Seat
from lync_magic.sessions.target import Target
from lync_magic.sessions.way import Finder, Way
from lync_magic.sessions.wording import call_text

CLOSE_SECONDS: Final = 5.0
IDLE_SECONDS: Final = 900.0
"""After how long without a command a session ends by itself, as the service's own did."""

PSSESSION_TYPES: Final = ("System.Management.Automation.Runspaces.PSSession", "System.Object")
TABLE_COLUMNS: Final = ("Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability")


class Session:
    """One remote PowerShell session. Made by `connect`; a context manager that removes itself.

    Imported commands are its attributes: `session.Get_CsTenant()`.
    way: to the endpoint.  find_way: finds it again, for a session that ended by itself; None where it cannot be.
    sign_in: has that use another credential, of which it keeps a copy.
    target: where it was to connect, for who wants the same again.  idle: seconds without a command after which it ends
    by itself; None for never.
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
        sign_in: Callable[[Credential], None] | None = None,
        target: Target | None = None,
        idle: float | None = IDLE_SECONDS,
    ) -> None:
        self.id = 0
        self.computer_name = way.transport.computer_name
        self.configuration_name = configuration_name
        self.connection_uri = way.uri
        self.since = datetime.now(timezone.utc)
        self.target = target
        self.commands: Mapping[str, Callable[..., Any]] | None = None
        """The Python functions of this session, by Python name; set by whoever imports."""
        self._registry = registry
        self._sign_in = sign_in
        self._finish: Callable[[], None] | None = None
        self._hold = Hold(way, registry, host, report, find_way, idle)
        self._hold.on_gone = lambda: registry.discard(self)
        self._commands = Commands(self._hold, host, report, self._known, self._begin_entry)
        self.lane = Lane.OPEN
        """What it lets through; see `lanes`."""
        self.ask: Ask | None = None
        """How its person is asked, in the confirm lane; None where nobody can be."""

    # --- what it is ------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """`Session1`, or what it was named: what it is called in messages and tables."""
        return self._hold.name

    @name.setter
    def name(self, name: str) -> None:
        self._hold.name = name

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._hold.state

    @property
    def availability(self) -> str:
        """`Available`, `Busy` while a pipeline runs, `None` when nothing can run."""
        if self.state is not State.OPENED:
            return "None"
        return "Busy" if self._commands.busy else "Available"

    @property
    def comes_back(self) -> bool:
        """Whether the next command takes it up again, though it is not open."""
        return self._hold.comes_back

    @property
    def why(self) -> str:
        """Why it is not open, in one sentence, where that is known; else an empty string."""
        return self._hold.why

    @property
    def user_name(self) -> str:
        """Who signed in, or an empty string."""
        credential = self._hold.credential
        if credential is not None:
            return credential.user_name
        place = self.target.ssh_place if self.target is not None else None
        return place.user if place is not None else ""

    @property
    def tenant(self) -> str:
        """The domain that is administered: as it was said, or that of the user; else the computer."""
        said = self.target.override_admin_domain if self.target is not None else None
        domain = self.user_name.rpartition("@")[2] if "@" in self.user_name else ""
        return said or domain or self.computer_name

    @property
    def http_requests(self) -> int:
        """How many HTTP requests were sent for it, the discovery's among them."""
        return self._hold.way.requests()

    @property
    def origin(self) -> str:
        """Where its answers are from, `from the tape of 20 November 2026`; "" for a live server."""
        return self._hold.way.origin

    @property
    def lease(self) -> float | None:
        """Seconds of silence after which the server frees its seat, as the server said; None where it did not."""
        return self._hold.pool.lease.seconds

    def server(self) -> str:
        """What its server says it is, by vendor and version, or an empty string. The first time costs a request."""
        return self._hold.pool.server()

    @property
    def idle(self) -> float | None:
        """Seconds without a command after which it ends by itself; None for never."""
        return self._hold.idle

    @property
    def unused_for(self) -> float:
        """Seconds since its last command, or since it was opened."""
        return 0.0 if self._commands.busy else time.monotonic() - self._hold.used

    @property
    def shell_id(self) -> str:
        """The identifier of its shell on the server."""
        return str(self._hold.pool.pool_id)

    @property
    def application_private_data(self) -> Mapping[str, Any]:
        """What the server said of itself when the session opened."""
        return self._hold.pool.application_private_data

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
            for pool in self._hold.pools
        ]

    def __psobject__(self) -> PSObject:
        """The session as PowerShell shows one."""
        values: tuple[Any, ...] = (self.id, *self.row()[1:])
        return PSObject(dict(zip(TABLE_COLUMNS, values, strict=True)), PSSESSION_TYPES, text=f"[PSSession]{self.name}")

    def __repr__(self) -> str:
        return f"<{self.name} {self.state.value} on {self.computer_name} ({self.configuration_name})>"

    def __reduce__(self) -> str:
        raise TypeError(
            "A session cannot be copied or sent to another process; connect there: lync_magic.connect(...), "
            "or have it done for you: lync_magic.fan_out(...)."
        )

    def __getattr__(self, name: str) -> Any:
        # Only names that are no attribute come here; dunder names never mean a command.
        commands = vars(self).get("commands") or {} if not name.startswith("__") else {}
        if name in commands:
            return commands[name]
        near = get_close_matches(name, commands, n=1, cutoff=0.75) if name[:1].isupper() else []
        hint = f" Did you mean {near[0]}?" if near else ""
        raise NoSuchNameError(f"{type(self).__name__} has no command or attribute {name!r}.{hint}")

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *(self.commands or ())]

    def tell(self, reporting: Reporting) -> None:
        """Where commands report to from now on, when they are not told: makes a context for each command."""
        self._commands.reporting = reporting

    def reporting(self) -> AbstractContextManager[Report]:
        """Where commands report to that are not told, for as long as the context lasts."""
        return self._commands.reporting()

    def _known(self) -> list[str]:
        return [getattr(command, "name", "") for command in (self.commands or {}).values()]

    def _asked(
        self,
        pipeline: Pipeline | str,
        timeout: float | None,
        given: Iterable[object] | None,
        report: Report | None,
        host: Host | None,
    ) -> Asked:
        """What is asked, as the lane lets it through. Raises NotSent."""
        told = asked(pipeline, timeout, input=given, report=report, host=host)
        where = f"{self.user_name} in {self.tenant}" if self.user_name else self.tenant
        return replace(told, work=passed(told.work, given, self.lane, self.name, where, self.ask))

    def _begin_entry(self, pipeline: Pipeline) -> Entry:
        return log.begin(self.name, self.user_name, self.tenant, call_text(pipeline))

    # --- opening ---------------------------------------------------------------------------------------------------

    def open(self, timeout: float) -> None:
        """Take the seat, in at most `timeout` seconds. Called once, by `connect`."""
        try:
            self._registry.add(self)
            self._hold.open(timeout, self._number)
        except BaseException:
            self.close(0)
            raise

    def _number(self) -> None:
        """A number only for a session that came to be: a wrong password does not count."""
        self.id = self._registry.next_number()
        self._hold.name = f"Session{self.id}"

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
        batches = self._commands.batches(self._asked(pipeline, timeout, input, report, host))
        return RecordStream(batches, self._commands.stop)

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
        return self._commands.output(self._asked(pipeline, timeout, input, report, host))

    @property
    def has_arrivals(self) -> bool:
        """Whether who reads a stream of it need not wait for the server just now."""
        return self._hold.pool.has_arrivals

    def decrypt(self, sealed: bytes) -> bytes:
        """The clear text (UTF-16-LE) of a SecureString in an object as CLIXML, for `clixml.decode`."""
        return self._hold.pool.decrypt(sealed)

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
        return self._commands.run(self._asked(pipeline, timeout, input, report, host))

    async def arun(
        self,
        pipeline: Pipeline | str,
        *,
        input: Iterable[object] | None = None,
        report: Report | None = None,
        host: Host | None = None,
        timeout: float | None = None,
    ) -> Records:
        """Like `run`, for asyncio: awaited, and stopped on the server when the task is cancelled."""
        return await self._commands.arun(self._asked(pipeline, timeout, input, report, host))

    def stop(self) -> None:
        """Stop the pipeline that runs in another thread, or the stream that nobody reads just now.

        Who reads it sees PipelineStopped. Nothing running is no error.
        """
        self._commands.stop()

    def interrupted(self, stop: KeyboardInterrupt, partial: Records | None = None) -> KeyboardInterrupt:
        """What to raise for an interrupt that met a command of this session. partial: what had come of it."""
        return self._commands.interrupted(partial, stop)

    def metadata(self, names: Iterable[str], *, timeout: float | None = None) -> Records:
        """What the server says of commands (GET_COMMAND_METADATA, MS-PSRP 2.2.2.14): one record a command."""
        return self._commands.metadata(names, timeout)

    def run_in_turn(self, pipeline: Pipeline, report: Report) -> Records:
        """Run a pipeline from within `on_return`, where the turn is ours already."""
        return self._commands.within(pipeline, report)

    def forget_credential(self) -> None:
        """Wipe the password now. The session goes on, but a lost connection cannot be signed in again.

        Only for a way to sign in that needs the password once a connection (NTLM, CredSSP, Kerberos): with Basic the
        next command fails. The library that signs in with NTLM keeps a copy of its own while its connection lives.
        A session that ended by itself just now gives its seat back first, which may need the password once more.
        """
        self._hold.settle(CLOSE_SECONDS)
        if self._hold.credential is not None:
            self._hold.credential.wipe()
        if self._hold.way.answers is not None:
            self._hold.way.answers.wipe()

    # --- leaving and coming back -----------------------------------------------------------------------------------

    def disconnect(self, idle: float | None = None, timeout: float = CLOSE_SECONDS) -> None:
        """Leave the session on the server, where what runs goes on; `reconnect`, or the next command, takes it up.

        idle: seconds that the server is asked to keep it; its seat is taken for as long.
        Raises SessionError where the server cannot do that.
        """
        self._hold.leave(idle, timeout)

    def reconnect(self, timeout: float = OPEN_AGAIN_SECONDS) -> None:
        """Take up a session that was left, or that ended by itself. Nothing to do for one that is open."""
        if self.state is not State.OPENED and not self._hold.take_up(timeout):
            self._commands.come_back(timeout)

    def sign_in_again(self, credential: Credential) -> None:
        """Take it up again with this credential, where its own was forgotten or is no longer good."""
        if self._sign_in is not None:
            self._sign_in(credential)
        self.reconnect()

    def on_locked(self, callback: Callable[[Session], None]) -> None:
        """Be told when it cannot be taken up again for want of a credential, in the thread of who needs it."""
        self._hold.on_locked.append(lambda: callback(self))

    def on_return(self, callback: Callable[[Session, Report], None]) -> None:
        """Be told each time when a session has a new shell, once it is open again."""
        self._hold.on_return.append(lambda report: callback(self, report))

    def on_idle(self, callback: Callable[[Session], None]) -> None:
        """Be told when the session has ended by itself because nobody used it. In a thread of its own."""
        self._hold.on_idle.append(lambda: callback(self))

    # --- ending ----------------------------------------------------------------------------------------------------

    def on_end(self, callback: Callable[[Session], None]) -> None:
        """Be told once when the session is removed, or lost without a way back."""
        self._hold.tell_end(lambda: callback(self))

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Remove the session and give its seat back, in at most `timeout` seconds. Idempotent.

        A pipeline that runs in another thread is stopped. Where the server does not say in time that the session is
        gone, this raises why: the session is Closing then, its removal is tried again by itself, at exit, and by
        calling this again. What does not take a token that has ended frees the seat by the server's idle time-out.
        """
        self._hold.close(timeout)
        finish, self._finish = self._finish, None
        if finish is not None:
            finish()

    def finish_with(self, finish: Callable[[], None]) -> None:
        """Call this once when it was closed; what that raises, `close` raises."""
        self._finish = finish

    def close_at_exit(self, seconds: float) -> None:
        """One best effort when the process ends; never raises."""
        try:
            self._hold.close(seconds)
        except (LyncError, OSError):
            pass

    def drop(self) -> None:
        """This is a copy in a forked process: the session is the parent's."""
        self._hold.drop()
        self._commands.drop()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove it. A block's own error is never replaced, and that the seat is not free yet is no error of it.

        That a tape and what was run differ, or that it could not be written, is one.
        """
        try:
            self.close()
        except TapeError:
            if kind is None:
                raise
        except LyncError as failure:
            warn(f"{failure.message} {failure.advice}", UserWarning)
