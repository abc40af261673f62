"""Dialects: how servers of the same protocol differ, each difference a name.

`windows` is WinRM with its lenience. `omi` is Microsoft's Open Management Infrastructure hosting PowerShell 7, as it
was met; each of its ways can be had by itself (`--omi name,poll`). `strict` refuses all that MS-WSMV allows a server
to refuse (`strictness` has the list).

  name     a shell without a `Name` attribute is refused: status 500 and no body
  pending  Delete and a Send to the shell are answered when what they make the shell say has been received
  done     a stop is answered when somebody has received `CommandState/Done`
  poll     OperationTimeout is ignored: a Receive in silence ends after 30 seconds, without a Stream
  faults   no WSManFault and no number, a Code and a Subcode only, and often an empty Reason; status 400 and no body
           for what is no request
  mute     who does not begin to sign in gets status 400 and no body, not 401
  mime     encrypted messages have no TABs, here and there, and end in one more line; others are refused unread
  single   one object, or a fragment of one, for each Receive
  crash    an envelope of 256 KB or more ends the connection
  linger   a signed-in connection that was idle for a minute ends at its next request
  nil      `<Nil />` among the input breaks the session (null is a message without data)
  vendor   Identify says who it is
  made     a Create is answered by where the shell is, and by nothing about it: no IdleTimeOut
  prefixes answers have other namespace prefixes (SOAP-ENV, wsa, wsman, wxf, wsen)

Rules of this file: names only; each way is where it is acted on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

OMI_WAYS: Final = (
    *("name", "pending", "done", "poll", "faults", "mute", "mime", "single", "crash", "linger", "nil", "vendor"),
    *("made", "prefixes"),
)
POLL_SECONDS: Final = 30.0
"""How long a Receive of OMI's waits in silence, by the sandbox's clock."""
CRASH_BYTES: Final = 256 * 1024
"""The size of envelope that OMI does not survive."""
LINGER_SECONDS: Final = 60.0
"""After how long OMI takes an idle connection for gone, by the sandbox's clock."""


@dataclass(frozen=True)
class Dialect:
    """The ways in which this server differs from WinRM. strict: whether it refuses all that it may."""

    ways: frozenset[str] = frozenset()
    strict: bool = False

    def has(self, way: str) -> bool:
        """Whether the server has this way of OMI's."""
        return way in self.ways


WINDOWS: Final = Dialect()
DIALECTS: Final = {"windows": WINDOWS, "omi": Dialect(frozenset(OMI_WAYS)), "strict": Dialect(strict=True)}


def named(name: str, ways: Iterable[str] = ()) -> Dialect:
    """A dialect by its name, with further ways of OMI's. Raises ValueError for a name that there is not."""
    more = frozenset(one for one in ways if one)
    unknown = sorted(more - set(OMI_WAYS))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(OMI_WAYS)}.")
    dialect = DIALECTS[name]
    return Dialect(dialect.ways | more, dialect.strict)
