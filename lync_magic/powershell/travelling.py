"""What is said while variables go from one side to the other, once that takes a person's time.

Rule of this file: what is over within a second says nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sized
from typing import Final

from lync_magic.messages import say
from lync_magic.psrp import ProgressRecord, Report

QUIET_SECONDS: Final = 1.0
STEP_SECONDS: Final = 0.2
"""How often it is said anew, at most."""
MANY: Final = 5_000
"""Objects of which it is known before that they take longer than a second."""
_ACTIVITY: Final = 720_184_903
"""Number of its bar; PowerShell's scripts count theirs from 0."""


class Travelling:
    """One way of variables. to: "PowerShell" or "Python", as it is said."""

    def __init__(self, to: str, report: Report) -> None:
        self._activity = say("Variables to {to}", to=to)
        self._report = report
        self._next = time.monotonic() + QUIET_SECONDS
        self._said = False

    def counted(self, items: Iterable[bytes]) -> Iterator[bytes]:
        """The items, with a word of how many there were."""
        for count, item in enumerate(items, 1):
            if time.monotonic() >= self._next:
                self._say(count)
            yield item
        self.end()

    def begin(self, values: Iterable[object]) -> None:
        """Say how much goes, where it is much."""
        count = sum(len(value) for value in values if isinstance(value, Sized))
        if count >= MANY:
            self._say(count)

    def end(self) -> None:
        """It is over."""
        if self._said:
            self._report(ProgressRecord(self._activity, activity_id=_ACTIVITY, completed=True))

    def _say(self, count: int) -> None:
        self._said = True
        self._next = time.monotonic() + STEP_SECONDS
        self._report(ProgressRecord(self._activity, say("{count} objects", count=count), activity_id=_ACTIVITY))
