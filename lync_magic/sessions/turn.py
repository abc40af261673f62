"""Whose turn it is on a session: one command at a time, in the order in which they came.

Rules of this file: a turn cannot outlive its owner. An owner is the generator that drives a command and, where a call
waits for it, that call's frame: when the generator has ended, or the call is on no thread's stack any more, the turn is
free, whatever an interrupt has cut off in between.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from inspect import GEN_CLOSED, getgeneratorstate
from types import FrameType
from typing import Any, Final
from weakref import ref

SLICE_SECONDS: Final = 0.1
"""How long a wait lasts before it looks again: for an interrupt, and for owners that are gone."""


class Owner:
    """Who drives a command. call: the frame of the call that waits for it; a stream has none, it waits in between."""

    def __init__(self, call: FrameType | None = None) -> None:
        self._call = call
        self._generator: Callable[[], Generator[Any, None, None] | None] = lambda: None
        self.thread = threading.get_ident()

    def drives(self, generator: Generator[Any, None, None]) -> None:
        """Name the generator, before its first step."""
        self._generator = ref(generator)

    @property
    def alive(self) -> bool:
        """Whether it can still give the turn back by itself."""
        generator = self._generator()
        if generator is None or getgeneratorstate(generator) == GEN_CLOSED:
            return False
        return self._call is None or _is_running(self._call)

    def rest(self) -> None:
        """It is over: keep no frame."""
        self._call = None


def _is_running(call: FrameType) -> bool:
    for top in sys._current_frames().values():
        frame: FrameType | None = top
        while frame is not None:
            if frame is call:
                return True
            frame = frame.f_back
    return False


class Turns:
    """The turns on one session. forsaken: is called for a turn whose owner is gone, before the next one begins."""

    def __init__(self, forsaken: Callable[[], bool]) -> None:
        self._forsaken = forsaken
        self._changed = threading.Condition()
        self._waiting: deque[Owner] = deque()
        self._holder: Owner | None = None

    @property
    def holder(self) -> Owner | None:
        """Who has the turn, and can still give it back."""
        holder = self._holder
        return holder if holder is not None and holder.alive else None

    @contextmanager
    def taken(self, owner: Owner, waiting: Callable[[], None]) -> Iterator[None]:
        """Have the turn. waiting: is called now and then while another has it; what it raises ends the wait."""
        try:
            with self._changed:
                self._waiting.append(owner)
            while not self._try(owner):
                waiting()
                with self._changed:
                    if self._holder is not None:
                        self._changed.wait(SLICE_SECONDS)
            yield
        finally:
            self._give_back(owner)

    def try_now(self, owner: Owner) -> bool:
        """Have the turn where nobody has it or waits for it; give it back with `give_back`."""
        with self._changed:
            if self._waiting or self._holder is not None:
                return False
            self._holder = owner
            return True

    def give_back(self, owner: Owner) -> None:
        """The turn is over."""
        self._give_back(owner)

    def _try(self, owner: Owner) -> bool:
        with self._changed:
            self._waiting = deque(one for one in self._waiting if one is owner or one.alive)
            holder = self._holder
            if holder is not None and holder.alive:
                return False
            if self._waiting[0] is not owner:
                return False
        if holder is not None and not self._forsaken():
            return False  # the server still has what it ran
        with self._changed:
            if self._holder is not holder:
                return False
            self._waiting.remove(owner)
            self._holder = owner
            return True

    def _give_back(self, owner: Owner) -> None:
        with self._changed:
            if self._holder is owner:
                self._holder = None
            elif owner in self._waiting:
                self._waiting.remove(owner)
            owner.rest()
            self._changed.notify_all()
