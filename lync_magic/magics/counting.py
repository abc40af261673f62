"""Progress of what says nothing of its own: how many calls a cell has made, how many objects a command has taken.

Rules: nothing is said of what is over in `AFTER_SECONDS`; afterwards at most every `PAUSE_SECONDS`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from typing import Final

from lync_magic.messages import say
from lync_magic.psrp import ProgressRecord, Report

AFTER_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.2
COUNT_ID: Final = 0x1F7C
"""An activity number that no server's progress has: bars of different numbers stand beside each other."""


class Counted(Sized, Iterable[object]):
    """Objects whose number is known, and that are counted as they are taken."""

    def __init__(self, objects: Sized, taken: Callable[[], Iterator[object]]) -> None:
        self._objects = objects
        self._taken = taken

    def __len__(self) -> int:
        return len(self._objects)

    def __iter__(self) -> Iterator[object]:
        return self._taken()


class Counting:
    """Counts the calls of one cell. report: draws progress."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._began = time.monotonic()
        self._said = 0.0
        self._calls: dict[str, int] = {}
        self._last: ProgressRecord | None = None

    def call(self, name: str) -> None:
        """One more call of this command; the first is none to speak of."""
        self._calls[name] = count = self._calls.get(name, 0) + 1
        if count > 1:
            self._tell(name, say("{count} calls", count=f"{count:,}"), None, -1)

    def input(self, name: str, objects: Sequence[object]) -> Counted:
        """The same objects, counting them as they are taken."""
        return Counted(objects, lambda: self._taken(name, objects))

    def _taken(self, name: str, objects: Sequence[object]) -> Iterator[object]:
        total = len(objects)
        began = time.monotonic()
        for count, item in enumerate(objects, 1):
            yield item
            if total > 1:
                left = (time.monotonic() - began) / count * (total - count)
                status = say("{count} of {total}", count=f"{count:,}", total=f"{total:,}")
                self._tell(name, status, count * 100 // total, round(left))

    def end(self) -> None:
        """It is over: what was said last is made true, where anything was said."""
        if self._said and self._last is not None:
            self._report(self._last)
        self._last = None

    def _tell(self, activity: str, status: str, percent: int | None, seconds: int) -> None:
        self._last = ProgressRecord(activity, status, activity_id=COUNT_ID, percent=percent, seconds_remaining=seconds)
        now = time.monotonic()
        if now - self._began < AFTER_SECONDS or now - self._said < PAUSE_SECONDS:
            return
        self._said = now
        self._report(self._last)
