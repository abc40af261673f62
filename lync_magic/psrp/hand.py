"""The hand of a pool: one thread that carries out its requests, one after the other.

Rules of this file: an interrupt breaks the wait for a request and never the request, so that what was sent is known at
every moment. The thread is there before anything is held on a server, since none can be started when Python ends, and
it ends when there is nothing left to do.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

from lync_magic.errors import SessionClosed

SLICE: Final = 0.1
"""Seconds of one wait; between two an interrupt is seen on every platform."""

T = TypeVar("T")


class Job(Generic[T]):
    """Something to do. `wait` for it, or let it be done by itself."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._context = contextvars.copy_context()
        self._over = threading.Event()
        self._result: T | None = None
        self._error: BaseException | None = None
        self._cancelled = False
        self.passed_over = False
        """Whether the hand had ended before its turn came: it was not begun."""

    @property
    def over(self) -> bool:
        """Whether it was done, or failed."""
        return self._over.is_set()

    def cancel(self) -> None:
        """Do not begin it, where it has not begun."""
        self._cancelled = True

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is over, at most `seconds`; whether it is. An interrupt breaks the wait only."""
        if seconds is not None and seconds <= SLICE:
            return self._over.wait(max(0.0, seconds))
        left = seconds
        while not self._over.wait(SLICE if left is None else min(SLICE, left)):
            if left is not None:
                left -= SLICE
                if left <= 0:
                    return False
        return True

    def result(self) -> T:
        """What came of it, once it is over: its value, or its error raised; SessionClosed where it was not begun."""
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # T may be None

    def pass_over(self) -> None:
        """It is not begun any more, and who waits for its result is told so."""
        self.passed_over = True
        self._error = SessionClosed("The session was closed meanwhile; nothing was sent.", "Connect again.")
        self._over.set()

    def carry_out(self) -> None:
        """Do it, in the thread of the hand."""
        try:
            if not self._cancelled:
                self._result = self._context.run(self._work)
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for the result
            self._error = error
        finally:
            self._over.set()


class Hand:
    """A parked daemon thread that does what it is given, until `end`. name: for the list of threads."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._ended = False
        self._gone = False
        """Whether the thread does nothing more."""

    def start(self) -> None:
        """Be there. Once."""
        self._thread.start()

    @property
    def started(self) -> bool:
        """Whether it is there, or was: whether anything can have been done."""
        return self._thread.ident is not None

    def post(self, work: Callable[[], T]) -> Job[T]:
        """Have something done when its turn comes, without waiting for it."""
        job = Job(work)
        self._jobs.put(job)
        if self._gone:  # looked at after it was put: the thread looks for what is left after it has said so
            self._pass_over_the_rest()
        return job

    def do(self, work: Callable[[], T]) -> T:
        """Have something done and wait for it. An interrupt leaves it to be done, or not begun at all."""
        job = self.begin(work)
        try:
            job.wait()
        except BaseException:
            job.cancel()
            raise
        return job.result()

    def begin(self, work: Callable[[], T]) -> Job[T]:
        """Like `post`, but done at once where the hand itself asks for it."""
        if threading.current_thread() is not self._thread:
            return self.post(work)
        job = Job(work)
        job.carry_out()
        return job

    def end(self) -> None:
        """Let the thread end, once it has done what it was given."""
        if not self._ended:
            self._ended = True
            self._jobs.put(None)
        if not self.started:
            self._gone = True
            self._pass_over_the_rest()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.carry_out()
            del job
        self._gone = True
        self._pass_over_the_rest()

    def _pass_over_the_rest(self) -> None:
        with suppress(Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None:
                    job.pass_over()
