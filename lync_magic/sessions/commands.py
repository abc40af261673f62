"""The commands of one session: whose turn it is, and what is done when an answer is lost on the way.

Rules of this file: one pipeline at a time, in the order in which they came; who comes second waits, can be interrupted,
and is told what it waits for. Nothing is sent twice but what only reads, and that once.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final
from weakref import WeakSet, ref

from lync_magic.errors import (
    EndpointUnreachable,
    LyncError,
    OperationTimedOut,
    PipelineStopped,
    SessionBroken,
    SessionError,
    SignInFailed,
    interrupted,
)
from lync_magic.messages import spoken
from lync_magic.psrp import (
    CommandState,
    ErrorRecord,
    Event,
    Host,
    Pipeline,
    Report,
    RunspacePool,
    Sink,
    State,
    WarningRecord,
    ignore,
    remote_error,
)
from lync_magic.records import Gathering, Reader, Records
from lync_magic.sessions.doubt import in_doubt, may_run_again
from lync_magic.sessions.events import Step
from lync_magic.sessions.hold import ENDS, OPEN_AGAIN_SECONDS, Hold
from lync_magic.sessions.journal import noted
from lync_magic.sessions.log import DONE, Entry
from lync_magic.sessions.turn import Owner, Turns
from lync_magic.sessions.workers import need_own
from lync_magic.threads import in_thread

SAY_SO_AFTER_SECONDS: Final = 1.0
FORSAKEN_SECONDS: Final = 0.5
FREE_SECONDS: Final = 8.0
"""How long the end of what was stopped is waited for before its shell is given up."""

Reporting = Callable[[], AbstractContextManager[Report]]
"""Makes the report of one command, and ends what it drew."""
Raw = Generator[list[bytes], None, None]
"""Output as it comes, each object as CLIXML."""


class _AskAgain(Exception):
    """The answer to a command that only reads was lost, and nothing of it was given out: it may run again."""


@dataclass(frozen=True)
class Asked:
    """What a session is asked to run. input, host: see `Session.stream`.  report: None for the session's own.

    until: when it has to be over, by `time.monotonic`.  sink: takes the output in the caller's place.
    may_ask_again: whether it can be asked once more where its answer was lost.
    """

    work: Pipeline
    input: Iterable[object] | None = None
    report: Report | None = None
    host: Host | None = None
    until: float | None = None
    sink: Sink | None = None
    may_ask_again: bool = False

    @property
    def left(self) -> float | None:
        """Seconds that are left, None for no limit."""
        return None if self.until is None else max(0.0, self.until - time.monotonic())


def until(timeout: float | None) -> float | None:
    """When a time-out that begins now has passed, by `time.monotonic`."""
    return None if timeout is None else time.monotonic() + timeout


class Commands:
    """Runs commands on what a session holds. known: the names of the session's commands, for advice.

    begin_entry: begins what the log says of a pipeline.
    """

    def __init__(
        self,
        hold: Hold,
        host: Host | None,
        report: Report,
        known: Callable[[], list[str]],
        begin_entry: Callable[[Pipeline], Entry],
    ) -> None:
        self.reporting: Reporting = lambda: nullcontext(report)
        """Where commands report to that are not told."""
        self.reader = Reader(decrypt=lambda sealed: hold.pool.decrypt(sealed), origin=hold.way.origin)
        self._hold = hold
        self._host = host
        self._known = known
        self._begin_entry = begin_entry
        self._turns = Turns(self._end_forsaken)
        self._streamed: Callable[[], Raw | None] = lambda: None
        """The output of the stream that has its turn, as long as somebody holds it."""
        self._stopped: WeakSet[Raw] = WeakSet()
        """The outputs that were stopped before their end."""
        hold.turn_for_end = self._end_where_free

    @property
    def busy(self) -> bool:
        """Whether a command has the turn."""
        return self._turns.holder is not None

    def drop(self) -> None:
        """This is a copy in a forked process."""
        self._turns = Turns(self._end_forsaken)

    # --- run -------------------------------------------------------------------------------------------------------

    def run(self, asked: Asked) -> Records:
        """Run it to its end; see `Session.run`."""
        errors: list[ErrorRecord] = []
        with self._told(asked.report) as say:

            def hold_errors(event: Event) -> None:
                if isinstance(event, ErrorRecord):
                    errors.append(event)
                else:
                    say(event)

            can_repeat = asked.input is None or isinstance(asked.input, Sized)
            asked = replace(asked, report=hold_errors, may_ask_again=can_repeat)
            try:
                output = self._gathered(asked)
            except _AskAgain as lost:
                say(WarningRecord(spoken(f"{lost} It only reads, so it is asked again.")))
                errors.clear()
                output = self._gathered(replace(asked, may_ask_again=False))
            failed = bool(errors) and not len(output)
            for error in errors[1:] if failed else errors:
                say(error)
        if failed:
            raise remote_error(errors[0], "The command failed.")
        return output

    def _gathered(self, asked: Asked) -> Records:
        owner = Owner(sys._getframe())
        gathering: Gathering | None = None
        try:
            with self.reader.gathering() as gathering:
                rest = self.output(replace(asked, sink=gathering.add), owner)
                with closing(rest):
                    for _ in rest:
                        pass
                return gathering.records()
        except KeyboardInterrupt as stop:
            raise self.interrupted(gathering.records() if gathering is not None else None, stop) from None

    async def arun(self, asked: Asked) -> Records:
        """Run it for asyncio; it is stopped on the server when the task is cancelled."""
        worker: list[int] = []

        def work() -> Records:
            worker.append(threading.get_ident())
            return self.run(asked)

        def give_up() -> None:
            holder = self._turns.holder
            if holder is not None and [holder.thread] == worker:
                self.stop()

        return await in_thread(work, give_up)

    def batches(self, asked: Asked) -> Iterator[Records]:
        """Its output in batches, as it comes."""
        output = self.output(asked)
        with closing(output):
            try:
                for raw in output:
                    self._streamed = ref(output)
                    yield self.reader.feed(raw)
            except KeyboardInterrupt as stop:
                output.close()
                raise self.interrupted(None, stop) from None
            if output in self._stopped:
                raise PipelineStopped(f"The stream from {self._hold.name} was stopped before its end.")

    def metadata(self, names: Iterable[str], timeout: float | None) -> Records:
        """What the server says of commands; see `Session.metadata`."""
        wanted = tuple(names)
        owner = Owner(sys._getframe())
        asked = self._in_turn(owner, ignore, lambda: self._hold.pool.metadata(wanted, timeout=timeout))
        owner.drives(asked)
        with closing(asked):
            return self.reader.gather(asked)

    def within(self, pipeline: Pipeline, report: Report) -> Records:
        """Run a pipeline where the turn is ours already: when a session has come back."""
        return self.reader.gather(self._hold.pool.run(pipeline, report=report))

    def come_back(self, timeout: float = OPEN_AGAIN_SECONDS) -> None:
        """Have the session open, when it is our turn."""
        owner = Owner(sys._getframe())
        with self._told(None) as say:

            def be_open() -> Raw:
                self._hold.be_open(say, timeout)
                yield from ()

            coming = self._in_turn(owner, say, be_open, opened=False)
            owner.drives(coming)
            with closing(coming):
                for _ in coming:
                    pass

    def stop(self) -> None:
        """Stop the pipeline that runs in another thread, or the stream that nobody reads just now."""
        output = self._streamed()
        if output is not None:
            self._stopped.add(output)
            try:
                output.close()
            except ValueError:  # it is being read: this is called from within, or from another thread
                pass
            else:
                return
        self._hold.pool.stop()

    # --- one command -----------------------------------------------------------------------------------------------

    def output(self, asked: Asked, owner: Owner | None = None) -> Raw:
        """The output of a pipeline as it comes; or none, where the sink takes it. owner: None for a stream's."""
        need_own(self._hold.name)
        owner = owner or Owner()
        driven = self._output(asked, owner)
        owner.drives(driven)
        return driven

    def _output(self, asked: Asked, owner: Owner) -> Raw:
        if not self._hold.comes_back:
            self._hold.require_opened()
        with self._told(asked.report) as say, self._turns.taken(owner, self._waiting(owner, say)):
            self._hold.used = time.monotonic()
            entry = self._begin_entry(asked.work)
            try:
                counted, told = _counted(asked, say, entry)
                yield from noted(asked.work, self._hold.name, told, lambda heard: self._attempts(counted, heard, entry))
                entry.end(DONE)
            except BaseException as end:
                entry.end(_outcome(end))
                raise
            finally:
                self._streamed = lambda: None
                self._hold.used = time.monotonic()
                self.reader.finish()

    def _in_turn(self, owner: Owner, say: Report, work: Callable[[], Raw], *, opened: bool = True) -> Raw:
        if opened:
            self._hold.require_opened()
        with self._turns.taken(owner, self._waiting(owner, say)):
            if opened:
                self._hold.require_opened()
            with closing(work()) as batches:
                yield from batches

    def _attempts(self, asked: Asked, say: Report, entry: Entry) -> Raw:
        """Run it; once more after the session was found gone before the command could be sent."""
        hold, work = self._hold, asked.work
        for last in (False, True):
            hold.be_open(say)
            self._be_free(say, asked)
            pool, tokens, given = hold.pool, hold.way.tokens, False
            pool.last = None
            try:
                if tokens is not None and tokens.asks_person:
                    tokens()  # here, where an interrupt is heard
                batches = pool.run(
                    work,
                    input=asked.input,
                    report=say,
                    host=asked.host or self._host,
                    timeout=asked.left,
                    sink=asked.sink,
                )
                with closing(batches):
                    for raw in batches:
                        given = True
                        entry.objects += len(raw)
                        yield raw
            except SessionBroken as error:
                state = pool.last.state if pool.last is not None else CommandState.PREPARED
                if state in (CommandState.DONE, CommandState.IN_DOUBT):
                    again = asked.may_ask_again and not given
                    raise self._lost(work, error, pool, ran=state is CommandState.DONE, again=again) from error
                if last or given or pool.state is State.OPENED or not hold.comes_back:
                    raise
                continue
            except OperationTimedOut as error:
                if pool.last is not None and pool.last.ended_unseen and not may_run_again(work):
                    raise self._lost(work, error, pool, ran=False, again=False) from error
                raise
            except EndpointUnreachable as error:
                raise type(error)(f"{work} was not sent: {error.message}", error.advice) from error
            except SignInFailed:
                if tokens is not None:
                    tokens.refused()
                raise
            return

    def _lost(self, work: Pipeline, error: LyncError, pool: RunspacePool, *, ran: bool, again: bool) -> Exception:
        """What to raise when an answer was lost. ran: the command is known to have ended.  again: it may be asked."""
        if again and may_run_again(work):
            return _AskAgain(error.message)
        if ran:
            return error
        if may_run_again(work):
            text = f"The result of {work} did not come whole: {error.message}"
            return type(error)(text, "Run it again; it only reads.")
        pool.give_up(error.message)
        sent_at = pool.last.sent_at if pool.last is not None else None
        return in_doubt(work, error.message, sent_at, self._hold.name, self._known())

    def _be_free(self, say: Report, asked: Asked) -> None:
        """Wait until the server has ended what ran before. One that does not is given up. The turn is ours."""
        pool, since = self._hold.pool, time.monotonic()
        while not pool.abandon(FORSAKEN_SECONDS):
            if asked.left == 0:
                raise OperationTimedOut(
                    f"{self._hold.name} was still ending {pool.running}; nothing was sent.", "Try again."
                )
            if time.monotonic() - since > FREE_SECONDS:
                pool.give_up(f"{pool.running} was stopped, and does not end on the server")
                self._hold.be_open(say)
                return

    # --- turns -----------------------------------------------------------------------------------------------------

    def _told(self, report: Report | None) -> AbstractContextManager[Report]:
        return self.reporting() if report is None else nullcontext(report)

    def _waiting(self, owner: Owner, say: Report) -> Callable[[], None]:
        """What is done while another command has the turn."""
        holder, hold = self._turns.holder, self._hold
        if holder is not None and holder.thread == owner.thread:
            raise SessionError(
                f"A result of {hold.name} is still being read, and a session runs one command at a time.",
                "Read it to its end, or stop it (stream.close() or session.stop()), and run this command then.",
            )
        since = time.monotonic()
        told = False

        def waiting() -> None:
            nonlocal told
            if hold.state in ENDS:
                hold.require_opened()
            if not told and time.monotonic() - since > SAY_SO_AFTER_SECONDS:
                say(Step(spoken(f"Waiting for the command that runs on {hold.name}")))
                told = True

        return waiting

    def _end_forsaken(self) -> bool:
        """End what nobody reads any more; whether the server has nothing of it."""
        pool = self._hold.pool
        return pool.state is not State.OPENED or pool.abandon(FORSAKEN_SECONDS)

    def _end_where_free(self, end: Callable[[], None]) -> None:
        """End an idle session, where no command has the turn or waits for it."""
        owner = Owner()
        if self._turns.try_now(owner):
            try:
                end()
            finally:
                self._turns.give_back(owner)

    def interrupted(self, partial: Records | None, stop: KeyboardInterrupt) -> KeyboardInterrupt:
        """What to raise where a command of this session was interrupted. partial: what had come of it."""
        name, running = self._hold.name, self._hold.pool.running
        usable = f"{name} is still ending what ran" if running else f"{name} is usable"
        kept = f" {len(partial):,} objects had come: _.partial has them." if partial is not None and partial else ""
        return interrupted(stop, f"Stopped; {usable}.{kept}", partial)


def _counted(asked: Asked, say: Report, entry: Entry) -> tuple[Asked, Report]:
    """The same, counting in the log what comes."""
    sink = asked.sink

    def count_errors(event: Event) -> None:
        entry.errors += isinstance(event, ErrorRecord)
        say(event)

    def count_objects(objects: list[bytes]) -> None:
        entry.objects += len(objects)
        assert sink is not None
        sink(objects)

    return (asked if sink is None else replace(asked, sink=count_objects)), count_errors


def _outcome(end: BaseException) -> str:
    """How the log calls an end that was none."""
    if isinstance(end, GeneratorExit | KeyboardInterrupt | PipelineStopped):
        return "stopped"
    return type(end).__name__.lstrip("_")


def asked(pipeline: Pipeline | str, timeout: float | None, **how: Any) -> Asked:
    """What a session is asked, from what its caller says. timeout: seconds for the whole, from now."""
    work = Pipeline.of(pipeline) if isinstance(pipeline, str) else pipeline
    return Asked(work, until=until(timeout), **how)
