"""The lease on a shell: how long the server keeps it without a word, kept as a deadline on this side too.

Rules of this file: the clock goes on while the machine sleeps and while the process is stopped. A request counts from
when it was sent, since nobody knows when it arrived.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

BEATS: Final = 4
"""How often in the time of a lease the server hears of us at least."""
LONGEST_BEAT: Final = 20.0
"""Seconds; also where the server keeps a shell for long, this is how soon its end is noticed."""
LEASE_ASSUMED: Final = 900.0
"""Seconds that a server keeps a silent shell, where it has not said so."""


def clock() -> float:
    """Seconds that pass also while the machine sleeps."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot) if boot is not None else time.time()


class Lease:
    """The server's promise to keep a shell for `seconds` after each request; None where it gave none.

    longest_beat: seconds, None for the usual.  now: the clock.
    """

    def __init__(self, longest_beat: float | None = None, now: Callable[[], float] = clock) -> None:
        self.seconds: float | None = None
        self._longest_beat = LONGEST_BEAT if longest_beat is None else min(LONGEST_BEAT, longest_beat)
        self._now = now
        self._since = now()

    @property
    def beat(self) -> float:
        """Seconds between two requests that keep it alive."""
        return self._longest_beat if self.seconds is None else min(self._longest_beat, self.seconds / BEATS)

    def begin(self) -> float:
        """When a request is sent; for `renew`, once it was answered."""
        return self._now()

    def renew(self, sent: float) -> None:
        """The server has answered what was sent then."""
        self._since = max(self._since, sent)

    @property
    def silence(self) -> float:
        """Seconds since the server is known to have heard of us."""
        return self._now() - self._since

    @property
    def over(self) -> bool:
        """Whether the server has given the shell up by now."""
        return self.seconds is not None and self.silence > self.seconds

    @property
    def left(self) -> float:
        """Seconds until the server has surely given the shell up, by what it said or by what is usual."""
        return max(0.0, (LEASE_ASSUMED if self.seconds is None else self.seconds) - self.silence)
