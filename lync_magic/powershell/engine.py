"""The engine: the machine's own PowerShell beside the kernel, started when it is needed, ended with the kernel.

Rules: one process, one runspace, one caller at a time; it has a process group of its own, so that the kernel's
interrupt does not reach it, and ends by itself, with all that it started, when the kernel does, however that ends. A
script that does not stop when it is told to is ended with its process, and what was lost is said.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from enum import Enum
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from lync_magic.clixml import SecureString, decode
from lync_magic.errors import (
    EngineLost,
    LyncError,
    OperationTimedOut,
    PowerShellMissing,
    RemoteError,
    SessionBroken,
    SessionClosed,
)
from lync_magic.local_powershell import RUNTIME, Begun, begin_server, guarded_environment, guarded_server
from lync_magic.powershell.arriving import Arriving
from lync_magic.powershell.changes import Change, changes_in
from lync_magic.powershell.channel import Channel
from lync_magic.powershell.giving import Giving, Went, all_written, nobody_asks
from lync_magic.powershell.prelude import ROOM, prelude, rest
from lync_magic.psrp import (
    Argument,
    Command,
    CommandState,
    Exact,
    Host,
    Meanwhile,
    Pipeline,
    Report,
    RunspacePool,
    State,
    ignore,
    no_hurry,
)
from lync_magic.records import Records
from lync_magic.sessions import find_powershell, how_to_install_powershell
from lync_magic.transports import ProcessTransport

START_SECONDS: Final = 60.0
ASK_SECONDS: Final = 30.0
STOP_SECONDS: Final = 5.0
"""How long a script that was told to stop may still go on before its process is ended."""
CLOSE_SECONDS: Final = 5.0
EXIT_SECONDS: Final = 1.5
SLICE_SECONDS: Final = 0.1
MOST_LINES: Final = 20_000
"""Of what programs write that nobody has looked at, the last ones are kept."""
FRAGMENT_SIZE: Final = 384 * 1024
_FIRST: Final = ("Get", "[Fi")
"""The beginnings of a command and of a type."""
WHAT_IS_LOST: Final = (
    "Its functions, classes, modules and live objects are gone; the variables that the notebook holds are kept, and "
    "cells run in another one from here on."
)


class _Pipe(ProcessTransport):
    """The pipe to the engine. Each fragment waits for its acknowledgement, so one holds an answer of the bridge."""

    @property
    def fragment_size(self) -> int:
        return FRAGMENT_SIZE


class EngineState(Enum):
    """Where it stands."""

    NOT_STARTED = "not started"
    STARTING = "starting"
    READY = "ready"
    BUSY = "running a cell"
    ENDED = "ended"


class Engine:
    """One PowerShell. program: which one, or None to look for it.  folder: where its cells start; None for this one's.

    width: columns of the text that it formats.  lost: what to say is lost when it ends unasked.
    begun: its first process, where that was begun before (`local_powershell.begin_server`).
    """

    def __init__(
        self,
        program: Path | str | None = None,
        *,
        folder: Path | None = None,
        width: int = 120,
        lost: str = WHAT_IS_LOST,
        begun: Begun | None = None,
    ) -> None:
        self.lost = lost
        self._begun = begun
        self._inherited = frozenset(os.environ)
        """The names of the environment variables that its process began with, and that it was not told to remove."""
        self._named = str(program) if program is not None else None
        self._folder = folder
        self.width = width
        """Columns of the text that it formats; `set_width` changes it."""
        self._turn = _Turn()
        self._is_complete = False
        self._pool: RunspacePool | None = None
        self._programs: deque[tuple[str, bool]] = deque()
        self.channel: Channel | None = None
        """The way of many objects to it, where it has one."""
        self.arriving: Arriving | None = None
        """Their way out of it."""
        self._state = EngineState.NOT_STARTED
        self.program: Path | None = None
        self.version = ""
        self.pid = 0
        self.starts = 0
        """How often one was started; who keeps what it was told asks whether this changed."""

    # --- what it is ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> EngineState:
        """Where it stands; a process that has ended shows when it is next used."""
        if self._state is EngineState.READY and self._pool is not None and self._pool.running:
            return EngineState.BUSY
        return self._state

    @property
    def folder(self) -> str:
        """Where one that starts begins."""
        return str(self._folder or Path.cwd())

    def find(self) -> Path | None:
        """The program that it would start, or None. Raises PowerShellMissing when the one that was named is none."""
        return self.program or find_powershell(self._named)

    def __repr__(self) -> str:
        name = f"PowerShell {self.version}" if self.version else "PowerShell"
        return f"<{name} {self.state.value}>"

    # --- starting and ending ---------------------------------------------------------------------------------------

    def start_soon(self) -> None:
        """Start it in the background, where there is one; what goes wrong shows when it is needed."""
        if self._state in (EngineState.NOT_STARTED, EngineState.ENDED):
            threading.Thread(target=self._start_quietly, name="lync_magic engine", daemon=True).start()

    def _start_quietly(self) -> None:
        with suppress(LyncError, OSError), self._turn:
            if self._state in (EngineState.NOT_STARTED, EngineState.ENDED):  # else a cell may be running
                self.start()
                for step in (self.complete, *self.loads):
                    if not self._turn.waiting:
                        step()

    def start(self) -> None:
        """Have it ready. Raises PowerShellMissing, EndpointUnreachable, OperationTimedOut, EngineLost."""
        with self._turn:
            if self._state in (EngineState.READY, EngineState.BUSY):
                return
            self.program = self.find()
            if self.program is None:
                raise PowerShellMissing("There is no PowerShell on this machine.", how_to_install_powershell())
            self._state, self._is_complete = EngineState.STARTING, False
            try:
                self._pool = self._opened(self.program)
                self._prepare()
            except BaseException as error:
                self._end(CLOSE_SECONDS)
                if isinstance(error, SessionBroken):
                    raise EngineLost(f"{self.program} does not start as a server: {_how(error)}", "") from None
                if isinstance(error, RemoteError) and error.category == "ParserError":
                    raise PowerShellMissing(
                        f"{self.program} is older than PowerShell 7.3, which cells need.", how_to_install_powershell()
                    ) from None
                raise
            self._state = EngineState.READY
            self.starts += 1

    def complete(self) -> None:
        """Have what only few first cells need, which the others do not wait for. Starts the engine when need be."""
        self.start()
        if not self._is_complete:
            self.ask("Complete-LyncEngine", Rest=rest())
            self._is_complete = True

    @property
    def loads(self) -> Iterable[Callable[[], object]]:
        """What PowerShell loads with its first completions, in steps for idle moments, each of a third of a second."""
        return [partial(self.ask_if_free, "Get-LyncCompletion", ASK_SECONDS, Text=text, Position=3) for text in _FIRST]

    def _opened(self, program: Path) -> RunspacePool:
        begun, self._begun = self._begun, None
        if begun is None:
            self._inherited = frozenset(os.environ)
        begun = begun or begin_server(program)
        process = begun.process if begun is not None else None
        environment, self._programs = guarded_environment(program), deque(maxlen=MOST_LINES)
        pipe = _Pipe(guarded_server(program), environment=environment, begun=process, overheard=self._hear)
        if begun is not None and begun.ways is not None:
            ways = begun.ways
            self.channel, self.arriving = Channel(ways.into, ways.into_number), Arriving(ways.out, ways.out_number)
        pool = RunspacePool(pipe)
        pool.open(START_SECONDS)
        atexit.register(self.close_at_exit)
        return pool

    def _hear(self, line: bytes, error: bool) -> None:
        self._programs.append((line.decode("utf-8", "replace"), error))

    def programs_lines(self) -> Iterator[tuple[str, bool]]:
        """What programs wrote that PowerShell does not read (Start-Process), since the last time: lines, and whether
        each is one of errors.
        """
        while self._programs:
            yield self._programs.popleft()

    def _prepare(self) -> None:
        told = self._told(
            prelude(),
            Argument("Folder", self.folder),
            Argument("Modules", str(ROOM / "modules")),
            Argument("Width", self.width),
            Argument("Kernel", os.getpid()),
            Argument("Channel", self.channel.number if self.channel is not None else -1),
            Argument("Out", self.arriving.number if self.arriving is not None else -1),
            Argument("Runtime", [name for name in RUNTIME if name not in os.environ]),
        )
        self.version, self.pid = str(told[0]), int(told[1])

    def _told(self, text: str, *arguments: Argument) -> list[Any]:
        pipeline = Pipeline((Command(text, arguments, is_script=True),))
        return self._ask(pipeline, START_SECONDS)

    def still_lives(self) -> bool:
        """Whether it is there; one that has ended unseen since it was last used is ENDED now."""
        if self._pool is not None and self._pool.state is State.BROKEN:  # its pipe has ended
            self._end(CLOSE_SECONDS)
        return self._state is EngineState.READY

    def restart(self) -> None:
        """End it and start another one."""
        self.close()
        self.start()

    def close(self) -> None:
        """End it, with everything that it started. Idempotent."""
        self._end(CLOSE_SECONDS)

    def close_at_exit(self) -> None:
        """One best effort when the process ends."""
        with suppress(LyncError, OSError):
            self._end(EXIT_SECONDS)

    def _end(self, seconds: float) -> None:
        pool, self._pool = self._pool, None
        channel, self.channel = self.channel, None
        arriving, self.arriving = self.arriving, None
        if channel is not None:
            channel.close()
        if self._state is not EngineState.NOT_STARTED:
            self._state = EngineState.ENDED
        atexit.unregister(self.close_at_exit)
        if pool is not None:
            with suppress(SessionBroken, SessionClosed, OperationTimedOut):
                pool.close(seconds)
        if arriving is not None:
            arriving.close()

    # --- working ---------------------------------------------------------------------------------------------------

    def run(
        self,
        pipeline: Pipeline,
        *,
        input: Iterable[object] | None = None,
        host: Host | None = None,
        report: Report = ignore,
        timeout: float | None = None,
        meanwhile: Meanwhile = no_hurry,
    ) -> Generator[list[bytes], None, None]:
        """Run a pipeline, starting the engine when need be; its output in batches, each object as CLIXML.

        An interrupt stops the script; one that does not stop within `STOP_SECONDS` is ended with the engine. Raises
        EngineLost when it ends meanwhile, and what the script ended with as RemoteError.
        """
        self.start()
        self._remove_what_was_removed()
        pool = self._need_pool()
        output = pool.run(pipeline, input=input, host=host, report=report, timeout=timeout, meanwhile=meanwhile)
        try:
            with closing(output):
                yield from output
        except SessionBroken as error:
            lost = self._lost(error)
            lost.cell_ran = pool.last is None or pool.last.state not in (CommandState.PREPARED, CommandState.FAILED)
            raise lost from None
        except (KeyboardInterrupt, GeneratorExit, OperationTimedOut):
            self._see_that_it_stopped(pool)
            raise

    def _remove_what_was_removed(self) -> None:
        """What this process took out of its environment since, such as a password that it read, goes there too."""
        gone = self._inherited.difference(os.environ)
        if gone:
            self.ask("Remove-LyncEnvironment", Names=sorted(gone))
            self._inherited -= gone

    def ask(self, command: str, **parameters: object) -> list[Any]:
        """What one of the engine's own commands answers, as Python values. Starts the engine when need be."""
        self.start()
        return self._ask(Pipeline.of(f"LyncMagic\\{command}", parameters), ASK_SECONDS)

    def give(self, values: Mapping[str, object], anew: Sequence[str], went: Went = nobody_asks) -> list[str]:
        """Set variables, however long that takes; the names of those that cannot go, and stay what they are there.

        values: in forms that the encoder takes; Records go by column.  anew: names of those that are made anew there.
        went: is told of each piece of many objects how many they are.
        """
        if anew:
            self.complete()
        self.start()
        many = {name: one for name, one in values.items() if isinstance(one, Records)}
        others = {name: one for name, one in values.items() if name not in many}
        if self.channel is None:
            whole, refused = all_written(many, self.encrypt)
            self._set(others | whole, anew, {})
            return refused
        giving = Giving(many, self.channel, self.encrypt, went)
        try:
            unread = self._set(others, anew, giving.numbers, giving.meanwhile)
        except KeyboardInterrupt:
            giving.close()
            self._see_that_it_stopped(self._need_pool())
            raise
        finally:
            giving.close()
        if unread:  # a PowerShell that is built otherwise has nothing that reads it
            self.channel.close()
            self.channel = None
            return self.give({name: many[name] for name in unread}, (), went)
        return giving.refused

    def _set(
        self,
        values: Mapping[str, object],
        anew: Sequence[str],
        following: Mapping[str, int],
        meanwhile: Meanwhile = no_hurry,
    ) -> list[str]:
        told = {"Values": Exact(values), "Anew": list(anew), "Following": following}
        return self._ask(Pipeline.of("LyncMagic\\Set-LyncVariable", told), None, meanwhile)

    def changes(
        self,
        named: Sequence[str],
        only: Sequence[str] = (),
        *,
        anew: bool = False,
        came: Went = nobody_asks,
        report: Report = ignore,
    ) -> Generator[Change, None, None]:
        """The variables that changed since the last time, as `Get-LyncChange` gives them; its parameters: see there.

        came: is told how many more objects have come.
        """
        pool, arriving = self._need_pool(), self.arriving
        asked = {"Named": list(named), "Only": list(only), "Anew": anew}
        asked["Transfer"] = arriving.begin() if arriving is not None else 0
        pipeline = Pipeline.of("LyncMagic\\Get-LyncChange", asked)
        try:
            with closing(pool.run(pipeline, report=report)) as output:
                yield from changes_in(chain.from_iterable(output), arriving, came)
        except SessionBroken as error:
            raise self._lost(error) from None
        except (KeyboardInterrupt, GeneratorExit):
            self._see_that_it_stopped(pool)
            raise

    def set_width(self, width: int) -> None:
        """Format text to so many columns from now on."""
        self.width = width
        if self._state is EngineState.READY:
            self.ask("Set-LyncWidth", Width=width)

    def ask_if_free(self, command: str, timeout: float, **parameters: object) -> list[Any] | None:
        """The same for who must not wait: None where it is not ready, runs a cell, or fails."""
        if self.state is not EngineState.READY:
            return None
        try:
            self.complete()
            return self._ask(Pipeline.of(f"LyncMagic\\{command}", parameters), timeout)
        except LyncError:
            return None

    def _ask(self, pipeline: Pipeline, timeout: float | None, meanwhile: Meanwhile = no_hurry) -> list[Any]:
        pool = self._need_pool()
        try:
            with closing(pool.run(pipeline, timeout=timeout, meanwhile=meanwhile)) as output:
                return [decode(raw, decrypt=pool.decrypt) if raw else None for batch in output for raw in batch]
        except SessionBroken as error:
            raise self._lost(error) from None

    def _lost(self, error: SessionBroken) -> EngineLost:
        self._end(CLOSE_SECONDS)
        return EngineLost(f"The PowerShell of this notebook has ended: {_how(error)}", self.lost)

    def stop(self) -> None:
        """Stop what runs. For another thread."""
        pool = self._pool
        if pool is not None:
            pool.stop()

    def end_what_runs(self) -> None:
        """After `stop`: see that it did. Raises EngineLost where the engine had to be ended for that."""
        pool = self._pool
        if pool is not None and pool.running:
            self._see_that_it_stopped(pool)

    def encrypt(self, secret: SecureString) -> str:
        """A secret under the engine's key."""
        return self._need_pool().encrypt(secret)

    def decrypt(self, sealed: bytes) -> bytes:
        """The clear text (UTF-16-LE) of a secret that the engine sent."""
        return self._need_pool().decrypt(sealed)

    def _need_pool(self) -> RunspacePool:
        if self._pool is None:
            raise EngineLost("The PowerShell of this notebook has ended.", self.lost)
        return self._pool

    def _see_that_it_stopped(self, pool: RunspacePool) -> None:
        """After a stop: an engine that does not answer soon is ended; at once, where it is told to stop again."""
        until = time.monotonic() + STOP_SECONDS
        try:
            pool.abandon(STOP_SECONDS)
            while not _answers(pool, until):
                time.sleep(SLICE_SECONDS)
        except (LyncError, KeyboardInterrupt):
            self._end(SLICE_SECONDS)  # it answers nobody
            raise EngineLost("The script did not stop, so its PowerShell was ended.", self.lost) from None


def _answers(pool: RunspacePool, until: float) -> bool:
    """Whether it runs something; else what was stopped has not quite ended. Raises LyncError once it is too late."""
    try:
        with closing(pool.run(Pipeline.script("1"), timeout=STOP_SECONDS)) as output:
            for _ in output:
                pass
    except RemoteError:
        if time.monotonic() > until:
            raise
        return False
    return True


def _how(error: LyncError) -> str:
    """How the process ended, without the name of what guards it."""
    return error.message.replace("The process sh ended", "it ended", 1)


class _Turn:
    """A lock that an interrupt can break while somebody waits for it. waiting: how many do."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.waiting = 0

    def __enter__(self) -> None:
        self.waiting += 1
        try:
            while not self._lock.acquire(timeout=SLICE_SECONDS):
                continue
        finally:
            self.waiting -= 1

    def __exit__(self, *_error: object) -> None:
        self._lock.release()
