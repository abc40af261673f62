"""The sandbox's own time: what idle time-outs, the age of a shell and tokens are counted by.

Rules of this file: it may run faster than the world's clock and be put forward, so that a test of fifteen minutes takes
a second. How long a client asks the server to wait (OperationTimeout) is the network's business, in real seconds, and
so is the time that a command takes.
"""

from __future__ import annotations

import time


class Clock:
    """Time that runs `speed` times as fast as the world's, from the world's time on."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._started = time.time()
        self._reference = time.monotonic()
        self._skipped = 0.0

    def now(self) -> float:
        """Seconds since the clock was made; never goes back."""
        return (time.monotonic() - self._reference) * self.speed + self._skipped

    def epoch(self) -> float:
        """Seconds since 1970, as this clock has it."""
        return self._started + self.now()

    def real(self, seconds: float) -> float:
        """How many of the world's seconds this many of the clock's take."""
        return seconds / self.speed

    def skip(self, seconds: float) -> None:
        """Put the clock forward."""
        self._skipped += seconds
