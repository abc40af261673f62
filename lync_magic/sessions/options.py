"""Options of a session that is to be opened: what PowerShell keeps in a PSSessionOption.

Rules: there is no option to verify less; times are seconds here and milliseconds in PowerShell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.errors import UsageError

OPTION_TYPES: Final = ("System.Management.Automation.Remoting.PSSessionOption", "System.Object")
SHORTEST_IDLE_TIMEOUT: Final = 60.0
"""What a server accepts at least (MS-WSMV 2.2.4.38)."""
_MILLISECONDS: Final = 1000


@dataclass(frozen=True)
class SessionOption:
    """How a session is opened. Times in seconds, None for the usual.

    locale: of messages (`fr-FR`).  idle_timeout: after which the server may end an unused session.
    open_timeout: how long opening may take at most.  no_profile: without the machine's profile.
    """

    locale: str | None = None
    idle_timeout: float | None = None
    open_timeout: float | None = None
    no_profile: bool = False

    def check(self) -> None:
        """Raise UsageError for times that no server takes."""
        if self.idle_timeout is not None and self.idle_timeout < SHORTEST_IDLE_TIMEOUT:
            raise UsageError(
                f"An idle time-out of {self.idle_timeout:g} s is too short.",
                f"The least is {SHORTEST_IDLE_TIMEOUT * _MILLISECONDS:g} milliseconds.",
            )
        if self.open_timeout is not None and self.open_timeout <= 0:
            raise UsageError("A session cannot be opened in no time.", "-OpenTimeout takes milliseconds.")

    def __psobject__(self) -> PSObject:
        """As PowerShell shows one."""
        return PSObject(
            {
                "Culture": self.locale,
                "IdleTimeout": _milliseconds(self.idle_timeout),
                "OpenTimeout": _milliseconds(self.open_timeout),
                "NoMachineProfile": self.no_profile,
            },
            OPTION_TYPES,
            text=OPTION_TYPES[0],
        )


def seconds_of(milliseconds: object) -> float | None:
    """PowerShell's milliseconds as seconds; None stays None."""
    return float(str(milliseconds)) / _MILLISECONDS if milliseconds is not None else None


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds * _MILLISECONDS)
