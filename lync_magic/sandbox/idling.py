"""How long a shell may lie idle: what a client asks for, and what it gets.

Rules of this file: pure. WinRM's own bounds are the defaults; a server that grants nothing short, or that refuses
instead of granting something else, is a matter of options.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lync_magic.sandbox import refusals, wsman

IDLE_TIMEOUT: Final = 900.0
"""Seconds after which a shell that nobody uses is ended."""
SHORTEST_IDLE_TIMEOUT: Final = 60.0
"""What WinRM grants at least, whatever is asked for."""


@dataclass(frozen=True)
class IdleBounds:
    """Seconds. longest: the most that is granted, and what a client gets that asks for nothing.

    shortest: the least that is granted, where `longest` is not less.  refuses: whether a client that asks for something
    outside is refused, as WinRM's plug-ins may do, instead of given the nearest.
    """

    longest: float = IDLE_TIMEOUT
    shortest: float = SHORTEST_IDLE_TIMEOUT
    refuses: bool = False

    def granted(self, asked: str | None) -> float:
        """Seconds for an `IdleTimeOut` as it was sent. Raises `WSManFault` where it is refused."""
        wanted = wsman.duration(asked, self.longest)
        nearest = min(max(wanted, self.shortest), self.longest)
        if self.refuses and nearest != wanted:
            raise refusals.idle_timeout_out_of_bounds(self.shortest, self.longest)
        return nearest
