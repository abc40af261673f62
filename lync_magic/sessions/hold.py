"""What a session holds on its server: the shell, its seat, and the way to another one when it has ended by itself.

Rules of this file: its seat is its own until the server has said that it is free. What was lost, left, or ended because
nobody used it is taken up again when it is needed, where a way to sign in is still known; what was removed is not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from lync_magic.clixml import Credential
from lync_magic.errors import CredentialNeeded, LyncError, SessionError, SignInFailed, interrupted
from lync_magic.messages import spoken
from lync_magic.psrp import (
    OPERATION_TIMEOUT,
    STOP_TIMEOUT,
    Host,
    ProgressRecord,
    Report,
    RunspacePool,
    State,
    WarningRecord,
    require_opened,
    session_life,
)
from lync_magic.sessions.registry import Registry
from lync_magic.sessions.way import Finder, Way

OPEN_AGAIN_SECONDS: Final = 60.0
IDLE_LOOKS: Final = 4
"""How often in the time after which a session ends by itself it is looked at, at least."""
COUNT_DOWN_AFTER_SECONDS: Final = 3.0
COUNT_DOWN_ID: Final = 2
"""The activity of the progress that tells how long a server is still waited for."""
LONGEST_LEASE: Final = 90.0
"""Seconds; a server that keeps silent sessions for longer is told of."""

SEAT_LATER: Final = (
    "The token of {0} has ended, so the server could not be told that the session is over. Its seat is free when the "
    "server's idle time is over."
)
ENDS: Final = frozenset({State.CLOSING, State.CLOSED})


class Hold:
    """The hold of one session. name: for messages.  report: told what concerns no command.

    idle: seconds without a command after which it ends by itself; None for never.
    """

    def __init__(
        self,
        way: Way,
        registry: Registry,
        host: Host | None,
        report: Report,
        find_way: Finder | None,
        idle: float | None,
    ) -> None:
        self.name = "Session"
        self.why = ""
        """Why it is not open, in one sentence, where that is known."""
        self.idle = idle
        self.used = time.monotonic()
        """When a command ran last."""
        self.credential: Credential | None = None
        self.on_end: list[Callable[[], None]] = []
        """Called once when it is removed, or lost without a way back."""
        self.on_return: list[Callable[[Report], None]] = []
        """Called each time when there is a new shell, once it is open."""
        self.on_locked: list[Callable[[], None]] = []
        """Called when nobody knows the credential that it needs to be taken up again."""
        self.on_idle: list[Callable[[], None]] = []
        """Called when it has ended because nobody used it."""
        self.on_gone: Callable[[], None] = lambda: None
        """Called when it is removed and holds no seat any more."""
        self.turn_for_end: Callable[[Callable[[], None]], None] = lambda end: end()
        """Carries out the end of an idle session where no command has the turn."""
        self._registry = registry
        self._host = host
        self._report = report
        self._find_way = find_way
        self._life = session_life(self._changed)
        self._left = False
        """Whether the shell was left on the server, to be taken up again."""
        self._lock = threading.Lock()
        self.pools: tuple[RunspacePool, ...] = ()
        """Those that may hold a seat."""
        self._take(way)

    # --- what it is ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """Where the session stands."""
        return self._life.state

    @property
    def comes_back(self) -> bool:
        """Whether it is taken up again when it is needed, though it is not open."""
        return self.state in (State.DISCONNECTED, State.BROKEN) and (self._left or self._find_way is not None)

    @property
    def is_over(self) -> bool:
        """Whether it is removed, or lost without a way back."""
        return self.state in ENDS or (self.state is State.BROKEN and not self.comes_back)

    def require_opened(self) -> None:
        """Raise why it is not open, where it is not."""
        require_opened(self.state, self.name, self.why)

    # --- open ------------------------------------------------------------------------------------------------------

    def open(self, timeout: float, opened: Callable[[], None]) -> None:
        """Take the seat, in at most `timeout` seconds. opened: is called before the session is open to others."""
        self._life.go(State.OPENING)
        self.pool.open(timeout, self._report, self._counting_down(self._report))
        opened()
        self._life.go(State.OPENED)
        self._registry.changed()
        lease = self.pool.lease.seconds
        if lease is not None and lease > LONGEST_LEASE:
            name = self.pool.transport.computer_name
            kept = f"If this program dies, {name} keeps its seat for {lease / 60:.0f} minutes"
            self._report(WarningRecord(spoken(f"{kept}: it grants no shorter time.")))

    def be_open(self, say: Report, timeout: float = OPEN_AGAIN_SECONDS) -> None:
        """Be open, or be taken up again. Raises why it cannot be."""
        if self.state is State.OPENED:
            return
        if self.take_up(timeout):
            return
        if not self.comes_back or self._find_way is None:
            self.require_opened()
            return
        say(WarningRecord(spoken(f"{self.why or f'{self.name} has ended.'} Connecting again.")))
        deadline = time.monotonic() + timeout
        try:
            way = self._find_way(timeout, say)
        except CredentialNeeded:
            for asking in self.on_locked:
                asking()
            raise
        self._life.go(State.OPENING)
        try:
            self._take(way)
            self.pool.open(max(1.0, deadline - time.monotonic()), say, self._counting_down(say))
        except BaseException as error:
            self._life.try_to(State.BROKEN)
            for asking in self.on_locked if isinstance(error, CredentialNeeded) else ():
                asking()
            raise
        self.why = ""
        self._life.go(State.OPENED)
        for callback in self.on_return:
            try:
                callback(say)
            except LyncError as error:
                say(WarningRecord(spoken(f"Whether its commands have changed is not known: {error.message}")))

    def _take(self, way: Way) -> None:
        """Have a pool of one's own on a way."""
        pool = RunspacePool(
            way.transport,
            host=self._host,
            on_change=lambda state: self._pool_changed(pool, state),
            on_beat=self._beat,
            longest_beat=None if self.idle is None else self.idle / IDLE_LOOKS,
            operation_timeout=way.operation_timeout or OPERATION_TIMEOUT,
            stop_timeout=way.cancel_timeout or STOP_TIMEOUT,
            application_arguments=way.application_arguments,
            tap=way.tap,
        )
        with self._lock:
            self.way, self.pool, self.credential = way, pool, way.credential
            self.pools = (*self.pools, pool)

    def _counting_down(self, report: Report) -> Callable[[float], None]:
        """Says how long a server that does not answer is still waited for."""
        began = time.monotonic()
        told = -1

        def waiting(left: float) -> None:
            nonlocal told
            seconds, gone = int(left) + 1, time.monotonic() - began
            if gone > COUNT_DOWN_AFTER_SECONDS and seconds != told:
                told = seconds
                status = spoken(f"no answer for {gone:.0f} s; given up in {seconds} s")
                name = self.pool.transport.computer_name
                report(
                    ProgressRecord(
                        spoken(f"Waiting for {name}:"), status, spoken("interrupt to stop"), activity_id=COUNT_DOWN_ID
                    )
                )

        return waiting

    # --- leave -----------------------------------------------------------------------------------------------------

    def leave(self, idle: float | None, timeout: float) -> None:
        """Leave the shell on the server, where what runs goes on."""
        self.require_opened()
        self.pool.disconnect(idle, timeout)
        self._left, self.why = True, f"{self.name} was left on the server."
        self._life.go(State.DISCONNECTED)

    def take_up(self, timeout: float) -> bool:
        """Take up the shell that was left; whether one was. What ran goes on where it stopped, so no turn is needed."""
        with self._lock:
            left, self._left = self._left and self.state is State.DISCONNECTED, False
        if left:
            self.pool.reconnect(timeout)
            self._life.go(State.OPENED)
        return left

    def _beat(self) -> None:
        """Some times a minute, in the listener's thread: end what nobody uses."""
        self._registry.alive()
        if self._is_idle():
            self.turn_for_end(self._end_idle)

    def _is_idle(self) -> bool:
        return self.idle is not None and time.monotonic() - self.used >= self.idle and self.state is State.OPENED

    def _end_idle(self) -> None:
        assert self.idle is not None
        time_of = f"{self.idle / 60:.0f} minutes" if self.idle >= 60 else f"{self.idle:g} seconds"
        self.why = f"{self.name} was ended after {time_of} without a command, to free its seat."
        if not self._life.try_to(State.DISCONNECTED):
            return
        try:
            self.pool.close(0)
        finally:
            for callback in self.on_idle:
                callback()

    # --- end -------------------------------------------------------------------------------------------------------

    def close(self, timeout: float) -> None:
        """Remove it, in at most `timeout` seconds. Raises why the server has not said that it is gone."""
        if self.state is State.BEFORE_OPEN:
            self._life.go(State.CLOSED)
            self.pool.close(0)
        elif self.state is not State.CLOSED:
            self._life.try_to(State.CLOSING)
            if self.way.tokens is not None:
                self.way.tokens.close()
            self._close_pools(timeout)
        self._forget_if_over()

    def settle(self, timeout: float) -> None:
        """Wait at most so long for the shells that are being removed: that may need the credential they began with."""
        deadline = time.monotonic() + timeout
        ended = self.state is State.DISCONNECTED and not self._left
        for pool in self.pools:
            if pool.state is State.CLOSING or ended:
                with suppress(LyncError):  # it is tried again by itself
                    pool.close(max(0.0, deadline - time.monotonic()))

    def _close_pools(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        for pool in self.pools:
            try:
                pool.close(max(0.0, deadline - time.monotonic()))
            except SignInFailed as error:
                if self.way.tokens is None:
                    raise self._not_removed(error, pool) from error
                self._report(WarningRecord(spoken(SEAT_LATER.format(self.name))))
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

    def drop(self) -> None:
        """This is a copy in a forked process: the shell is the parent's, and so may be any lock."""
        self.why = f"{self.name} belongs to the process that this one was forked from."
        self._find_way = None
        self._life = session_life()
        self._life.go(State.OPENING)
        self._life.go(State.BROKEN)
        self._lock = threading.Lock()
        pools, self.pools = self.pools, ()
        for pool in pools:
            pool.drop()

    # --- what changes ----------------------------------------------------------------------------------------------

    def _pool_changed(self, pool: RunspacePool, state: State) -> None:
        if state is State.BROKEN and pool is self.pool and self.state is not State.BROKEN:
            self.why = f"{self.name} was lost: {pool.why_broken.rstrip('.')}." if pool.why_broken else ""
            self._life.try_to(State.BROKEN)
            pool.close(0)  # it may hold a seat all the same
        elif state is State.CLOSED:
            with self._lock:
                self.pools = tuple(one for one in self.pools if one is not pool)
            self._forget_if_over()

    def _forget_if_over(self) -> None:
        """Forget what is removed, once no seat is held any more."""
        if self.state in ENDS and all(pool.state is State.CLOSED for pool in self.pools):
            self._life.try_to(State.CLOSED)
            if self.credential is not None:
                self.credential.wipe()
            if self.way.tokens is not None:
                self.way.tokens.wipe()
            if self.way.answers is not None:
                self.way.answers.wipe()
            self.on_gone()
        elif self.state is not State.OPENING:
            self._registry.changed()

    def _changed(self, _state: State) -> None:
        if not self.is_over:
            return
        with self._lock:
            callbacks, self.on_end = self.on_end, []
        for callback in callbacks:
            callback()

    def tell_end(self, callback: Callable[[], None]) -> None:
        """Have `callback` called when it is over; now, where it is."""
        with self._lock:
            if not self.is_over:
                self.on_end.append(callback)
                return
        callback()
