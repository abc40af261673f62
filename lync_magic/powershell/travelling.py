"""What is said while variables go from one side to the other, once that takes a person's time.

Rule of this file: what is over within a second says nothing.
"""

from __future__ import annotations

import time
from typing import Final

from lync_magic.messages import say
from lync_magic.psrp import ProgressRecord, Report

QUIET_SECONDS: Final = 1.0
STEP_SECONDS: Final = 0.2
"""How often it is said anew, at most."""
_ACTIVITY: Final = 720_184_903
"""Number of its bar; PowerShell's scripts count theirs from 0."""


class Travelling:
    """One way of variables. to: "PowerShell" or "Python", as it is said."""

    def __init__(self, to: str, report: Report) -> None:
        self._activity = say("Variables to {to}", to=to)
        self._report = report
        self._next = time.monotonic() + QUIET_SECONDS
        self._said = False
        self._count = 0

    def add(self, count: int) -> None:
        """So many more have gone."""
        self._count += count
        if time.monotonic() >= self._next:
            self._said = True
            self._next = time.monotonic() + STEP_SECONDS
            told = say("{count} objects", count=self._count)
            self._report(ProgressRecord(self._activity, told, activity_id=_ACTIVITY))

    def end(self) -> None:
        """It is over."""
        if self._said:
            self._report(ProgressRecord(self._activity, activity_id=_ACTIVITY, completed=True))
