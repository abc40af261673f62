"""Shells: a runspace pool each, their commands, what waits to be received, and how long they may lie idle.

Rules of this file: all of it runs on the event loop, except `write`, `finished` and `wait_for_room`, which a pool
calls from its worker. A shell ends in one way, `ShellTable.remove`, whoever asks: the client, the clock, the server's
own end.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lync_magic.sandbox import faults
from lync_magic.sandbox.clock import Clock
from lync_magic.sandbox.dialect import Dialect
from lync_magic.sandbox.fragments import each
from lync_magic.sandbox.journal import Journal
from lync_magic.sandbox.model import Account, Engine
from lync_magic.sandbox.psrp import ConnectRefused, RunspacePool
from lync_magic.sandbox.receiving import OutputQueue
from lync_magic.sandbox.seats import Seats

MAX_COMMANDS: Final = 1000
"""How many commands a shell may hold that were not terminated."""
SWEEP: Final = 1.0
"""How often, in seconds of the sandbox's clock, idle shells are looked for."""


@dataclass(frozen=True)
class Surroundings:
    """What all shells share."""

    loop: asyncio.AbstractEventLoop
    clock: Clock
    journal: Journal
    dialect: Dialect


@dataclass
class ShellRequest:
    """What a client asks for when it makes a shell."""

    shell_id: UUID
    account: Account
    resource_uri: str
    idle_timeout: float
    client_address: str
    name: str = ""


class Shell:
    """One shell. It is its pool's `Channel`."""

    def __init__(self, request: ShellRequest, engine: Engine, around: Surroundings) -> None:
        self.request = request
        self.idle_timeout = request.idle_timeout
        self.disconnected = False
        self.created = self.last_used = around.clock.now()
        self.pool = RunspacePool(engine, self, around.journal, breaks_on_nil=around.dialect.has("nil"))
        self._loop = around.loop
        self._clock = around.clock
        self._in_pieces = around.dialect.has("single")
        self._operations = 0
        self._output = OutputQueue(around.loop, grace=0)
        self._commands: dict[UUID, OutputQueue] = {}

    @property
    def id(self) -> UUID:
        """The shell's id."""
        return self.request.shell_id

    @property
    def command_ids(self) -> list[UUID]:
        """The commands that were not terminated."""
        return list(self._commands)

    @property
    def age(self) -> float:
        """Seconds since it was made."""
        return self._clock.now() - self.created

    @property
    def inactivity(self) -> float:
        """Seconds since the last operation on it ended; none while one lasts."""
        return 0.0 if self._operations else self._clock.now() - self.last_used

    @property
    def waiting(self) -> int:
        """How many bytes of output wait to be received."""
        return sum(queue.size for queue in (self._output, *self._commands.values()))

    @property
    def is_in_use(self) -> bool:
        """Whether an operation on it is under way: a client that waits for output, for instance."""
        return bool(self._operations)

    @property
    def is_idle(self) -> bool:
        """Whether nobody has used it for as long as it may lie."""
        return not self._operations and self.inactivity >= self.idle_timeout

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """An operation restarts the clock, and holds it while it lasts."""
        self._operations += 1
        try:
            yield
        finally:
            self._operations -= 1
            self.last_used = self._clock.now()

    def output(self, command_id: UUID | None) -> OutputQueue:
        """What waits to be received. Raises the fault of an unknown command."""
        if command_id is None:
            return self._output
        queue = self._commands.get(command_id)
        if queue is None:
            raise faults.command_not_found(command_id)
        return queue

    def add_command(self, command_id: UUID) -> None:
        """A new command. Raises the quota's fault when too many were never terminated."""
        if command_id in self._commands:
            raise faults.command_exists()
        if len(self._commands) >= MAX_COMMANDS:
            raise faults.too_many_commands()
        self._commands[command_id] = OutputQueue(self._loop)
        self.pool.open_pipeline(command_id)

    def remove_command(self, command_id: UUID) -> None:
        """Forget a command; what it has not said is lost."""
        queue = self._commands.pop(command_id, None)
        self.pool.close_pipeline(command_id)
        if queue is not None:
            queue.finish()

    def interrupt(self, reason: Exception) -> None:
        """End every wait for output with this fault."""
        for queue in (self._output, *self._commands.values()):
            queue.interrupt(reason)

    def disconnect(self) -> None:
        """The client goes away; commands run on until their output has no more room."""
        self.pool.disconnect()
        self.disconnected = True
        self.interrupt(faults.stream_disconnected())

    def reconnect(self) -> None:
        """The client is back."""
        self.pool.reconnect()
        self.disconnected = False

    def connect(self, first: bytes) -> bytes:
        """Another client takes over, with its first messages; the answer's bytes. Raises `ConnectRefused`."""
        was_disconnected = self.disconnected
        if not was_disconnected:
            self.disconnect()
        try:
            said = self.pool.connect(first)
        except ConnectRefused:
            if not was_disconnected:
                self.reconnect()
            raise
        self.disconnected = False
        return said

    def end(self) -> None:
        """Stop everything. Whoever waits for output is told that the shell is gone."""
        self.interrupt(faults.shell_not_found(self.id))
        commands, self._commands = self._commands, {}
        for queue in commands.values():
            queue.finish()
        self.pool.close()

    # --- the pool's channel, called from its worker ------------------------------------------------------------------

    def write(self, pipeline_id: UUID | None, data: bytes, urgent: bool) -> None:
        """More bytes to be received. A command that was terminated has nobody to read them."""
        queue = self._output if pipeline_id is None else self._commands.get(pipeline_id)
        if queue is None:
            return
        for piece in each(data) if self._in_pieces else (data,):
            queue.put(piece, urgent)

    def finished(self, pipeline_id: UUID) -> None:
        """The command has ended."""
        queue = self._commands.get(pipeline_id)
        if queue is not None:
            queue.finish()

    def wait_for_room(self, pipeline_id: UUID | None, stopped: Callable[[], bool]) -> None:
        """Block the engine while too much waits to be received."""
        queue = self._output if pipeline_id is None else self._commands.get(pipeline_id)
        if queue is not None:
            queue.wait_for_room(stopped)


class ShellTable:
    """All shells, and the seats they hold."""

    def __init__(self, seats: Seats, around: Surroundings) -> None:
        self._seats = seats
        self._around = around
        self._shells: dict[UUID, Shell] = {}

    def add(self, request: ShellRequest, make_engine: Callable[[Account], Engine]) -> Shell:
        """Make a shell. Raises the quota's fault, or the one for an id that is taken."""
        if request.shell_id in self._shells:
            raise faults.shell_exists()
        self._seats.take(request.shell_id, request.account)
        shell = Shell(request, make_engine(request.account), self._around)
        self._shells[shell.id] = shell
        return shell

    def find(self, shell_id: UUID, account: Account) -> Shell:
        """The account's shell. Raises the fault of a shell that is not there: another's is not."""
        shell = self._shells.get(shell_id)
        if shell is None or shell.request.account.user_name != account.user_name:
            raise faults.shell_not_found(shell_id)
        return shell

    def visible_to(self, account: Account) -> list[Shell]:
        """Oldest first: an administrator's whole tenant, or one's own."""
        return [
            one
            for one in self._shells.values()
            if one.request.account.user_name == account.user_name
            or (account.is_administrator and one.request.account.domain == account.domain)
        ]

    def all(self) -> list[Shell]:
        """All shells, oldest first."""
        return list(self._shells.values())

    async def say_goodbye(self, shell: Shell) -> None:
        """Have a shell say its last words, and wait until somebody has heard them."""
        shell.pool.close()
        await shell.output(None).all_taken()

    def remove(self, shell: Shell) -> None:
        """End a shell and free its seat."""
        if self._shells.pop(shell.id, None) is not None:
            self._seats.free(shell.id)
            shell.end()

    async def sweep(self) -> None:
        """For ever: end shells that lie idle."""
        while True:
            await asyncio.sleep(self._around.clock.real(SWEEP))
            self.end_idle()

    def end_idle(self) -> None:
        """End shells that lie idle now."""
        for shell in [one for one in self._shells.values() if one.is_idle]:
            self.remove(shell)

    def close(self) -> None:
        """End all."""
        for shell in list(self._shells.values()):
            self.remove(shell)
