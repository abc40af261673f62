"""The end of a wait, as wall-clock time that nothing prolongs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple


def _nobody() -> float:
    return 0.0


class Deadline(NamedTuple):
    """The end of a wait. seconds: how long it was meant to be.  end: as `time.monotonic` counts.

    others: the seconds so far that were a person's, who is waited for without an end.
    """

    seconds: float
    end: float
    others: Callable[[], float] = _nobody

    @staticmethod
    def after(seconds: float) -> Deadline:
        """The one `seconds` from now."""
        return Deadline(seconds, time.monotonic() + seconds)

    def part(self, fraction: float) -> Deadline:
        """An earlier one, after this fraction of the whole time."""
        return self._replace(seconds=self.seconds * fraction, end=self.end - self.seconds * (1 - fraction))

    def at_most(self, seconds: float) -> Deadline:
        """The same, or the one in `seconds` where that comes first."""
        return self if self.left <= seconds else Deadline.after(seconds)

    def later(self, seconds: float) -> Deadline:
        """The same, where these seconds were somebody else's."""
        return self._replace(end=self.end + seconds)

    def wait(self) -> float:
        """Seconds that one more wait may take. Raises TimeoutError when there are none."""
        left = self.left
        if not left:
            raise TimeoutError
        return left

    def __str__(self) -> str:
        return f"{round(self.seconds, 1):g} s"

    @property
    def left(self) -> float:
        """Seconds until it, never less than 0."""
        return max(0.0, self.end + self.others() - time.monotonic())
