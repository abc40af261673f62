"""The output of a stage that what it says is merged into (`2>&1`, `*>&1`), each in the place where it came up.

PowerShell hands a record on by a call, from however deep it is said: what stands behind has seen it before the next
word of the block runs, and where that stops the pipeline the block ends at that word. A generator can hand on from its
own `yield` alone, so such a stage runs in a greenlet.

Rule of this file: the stage runs while it is asked for an object, in the asker's culture, and no longer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import TYPE_CHECKING

from greenlet import getcurrent, greenlet

from lync_magic.language.evaluate.upwards import END, OF_FINALLY, close, each, thrown_into
from lync_magic.language.values.failures import NotKnownHere

if TYPE_CHECKING:
    from lync_magic.language.evaluate.core import EvaluatorCore


class MergedPipe:
    """What a stage gives and says, as an iterator."""

    def __init__(self, core: EvaluatorCore) -> None:
        self._core = core
        self._waiting: deque[object] = deque()
        """What was said before the stage runs."""
        self._asking: greenlet | None = None
        """Where the next object is waited for."""
        self._paused = self._stage = greenlet()
        """Where the stage goes on; the outermost part of it."""
        self._ended: BaseException | None = None
        self._leaving = False

    def say(self, record: object) -> None:
        """Hand on a record. What fails behind it, or leaves the pipeline there, is raised."""
        core, before, ok = self._core, self._core.emitting, self._core.ok
        if self._leaving:
            if core.unwinding:
                raise NotKnownHere(OF_FINALLY)
            raise GeneratorExit  # nobody takes it: PowerShell runs no more of the block
        if self._asking is None:
            self._waiting.append(record)
            return
        core.emitting = before or core.within
        try:
            self._hand_on(record)
        finally:
            core.emitting, core.ok = before, ok
        raised, core.climbing = core.climbing, None
        if raised is not None:
            raise raised

    def stream(self, begin: Callable[[], Iterator[object]]) -> Iterator[object]:
        """What the stage gives and says, as it comes. begin: the stage's own output."""
        stage = self._paused = self._stage = greenlet(lambda: self._run(begin))
        stage.gr_context = copy_context()
        try:
            while self._waiting:
                yield self._waiting.popleft()
            yield from each(self._ask)
            if self._ended is not None:
                raise self._ended
        finally:
            if stage:  # it has begun and is not at its end
                self._leaving = True
                self._ask(GeneratorExit())
                if not isinstance(self._ended, GeneratorExit | None):
                    raise self._ended

    def _run(self, begin: Callable[[], Iterator[object]]) -> None:
        output: Iterator[object] = iter(())
        try:
            output = begin()
            item = next(output, END)
            while item is not END:
                try:
                    self._hand_on(item)
                except GeneratorExit:
                    raise
                except BaseException as raised:  # noqa: BLE001
                    item = thrown_into(output, raised)
                else:
                    item = next(output, END)
        except BaseException as ended:  # noqa: BLE001
            self._ended = ended
        try:
            close(output)
        except BaseException as ended:  # noqa: BLE001
            self._ended = ended

    def _hand_on(self, item: object) -> None:
        """Give an object to what asks for it, and wait until it is asked for another."""
        core, within = self._core, self._core.within
        assert self._asking is not None
        self._paused = getcurrent()
        self._asking.switch(item)
        core.within = within

    def _ask(self, raised: BaseException | None) -> object:
        """The next object, END for none. raised: goes up from where the last one was given."""
        core, within = self._core, self._core.within
        stage, paused = self._stage, self._paused
        asking = stage.parent = getcurrent()
        self._asking, core.within = asking, ""
        try:
            item = paused.switch() if raised is None else paused.throw(raised)
        finally:
            self._asking, core.within = None, within
        return END if stage.dead else item
