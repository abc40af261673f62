"""Moments by which something has to be over, as wall-clock time: each wait below one gets what is left of it."""

from __future__ import annotations

import time


class Deadline:
    """`seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def __str__(self) -> str:
        return f"{round(self.seconds, 1):g} s"

    @property
    def left(self) -> float:
        """Seconds, never below nothing."""
        return max(0.0, self._end - time.monotonic())

    def wait(self) -> float:
        """Seconds that one more wait may take. Raises TimeoutError when there are none."""
        left = self.left
        if not left:
            raise TimeoutError
        return left

    def at_most(self, seconds: float) -> Deadline:
        """The same moment, or the one in `seconds` where that comes first."""
        return self if self.left <= seconds else Deadline(seconds)

    def forgive(self, seconds: float) -> None:
        """These seconds were somebody else's."""
        self._end += seconds
