"""Options of a session that is to be opened: what PowerShell keeps in a PSSessionOption.

Rules: there is no option to verify less; times are seconds here and milliseconds in PowerShell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.errors import UsageError

OPTION_TYPES: Final = ("System.Management.Automation.Remoting.PSSessionOption", "System.Object")
SHORTEST_IDLE_TIMEOUT: Final = 60.0
"""What a server accepts at least (MS-WSMV 2.2.4.38)."""
LONGEST_WAIT: Final = 3600.0
_MILLISECONDS: Final = 1000


@dataclass(frozen=True)
class SessionOption:
    """How a session is opened. Times in seconds, None for the usual.

    locale: of messages (`fr-FR`).  idle_timeout: after which the server may end an unused session.
    open_timeout: how long opening may take at most.  no_profile: without the machine's profile.
    connect_timeout: for one connection, its TLS in it (10).  discovery_timeout: to find the endpoint (30).
    operation_timeout: for one request that should be answered at once (30).  cancel_timeout: for a stop, after which
    the command is not waited for any more (2).  application_arguments: plain values for the server's
    `$PSSenderInfo.ApplicationArguments`.  max_redirects: how often a new session may
    be sent elsewhere (5), to hosts that may be gone to at all.
    """

    locale: str | None = None
    idle_timeout: float | None = None
    open_timeout: float | None = None
    no_profile: bool = False
    connect_timeout: float | None = None
    discovery_timeout: float | None = None
    operation_timeout: float | None = None
    cancel_timeout: float | None = None
    max_redirects: int | None = None
    application_arguments: Mapping[str, object] | None = None

    def check(self) -> None:
        """Raise UsageError for times that no server takes."""
        if self.idle_timeout is not None and self.idle_timeout < SHORTEST_IDLE_TIMEOUT:
            raise UsageError(
                f"An idle time-out of {self.idle_timeout:g} s is too short.",
                f"The least is {SHORTEST_IDLE_TIMEOUT * _MILLISECONDS:g} milliseconds.",
            )
        if self.open_timeout is not None and self.open_timeout <= 0:
            raise UsageError("A session cannot be opened in no time.", "-OpenTimeout takes milliseconds.")
        if self.max_redirects is not None and self.max_redirects < 0:
            raise UsageError(f"A session cannot be redirected {self.max_redirects} times.", "0 follows none.")
        for name in ("connect_timeout", "discovery_timeout", "operation_timeout", "cancel_timeout"):
            seconds = getattr(self, name)
            if seconds is not None and not 0 < seconds <= LONGEST_WAIT:
                raise UsageError(
                    f"{name} cannot be {seconds:g}.", f"It is a number of seconds, up to {LONGEST_WAIT:g}."
                )

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


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds * _MILLISECONDS)
