"""What is taken from a server at most, and why: a broken or hostile one must not take this side's memory or time.

Rules of this file: a limit is far above what PowerShell sends, and whoever refuses something names it with `too_much`.
"""

from __future__ import annotations

from typing import Final

from lync_magic.errors import SessionBroken

MB: Final = 1024 * 1024

MAX_FRAGMENT: Final = 16 * MB
"""Bytes of one fragment: twice the largest envelope that WinRM can be set to; PowerShell cuts at 32 KB over a pipe and
at the envelope's size over WSMan."""

MAX_MESSAGE: Final = 256 * MB
"""Bytes of one message. PowerShell's own client takes 10 MB unless it is told otherwise; scripts that use Exchange tell
it 200."""

MAX_NESTING: Final = 100
"""How deep objects may nest. PowerShell's own reader stops at 50."""

MAX_VALUES: Final = 4_000_000
"""How many elements an object may have: each takes this side a hundred bytes or more. PowerShell's own reader stops at
10 MB, which is some hundred thousand."""

MAX_ALIKE: Final = 100
"""How many keys of one dictionary may have the same hash: Python looks through all of them for each. Numbers and GUIDs
can be chosen so; no two of a real server's were met."""

MAX_EXPANSION: Final = 1_000_000
"""How many values an object may be beyond those that were sent, where it holds the same ones in several places: whoever
prints, compares or saves it goes through all of them. PowerShell refers back a few times in an object."""


def too_much(what: str, limit: int, unit: str) -> SessionBroken:
    """The error for what is over a limit. what: `a message`.  unit: what the limit counts, `bytes`."""
    shown = f"{limit // MB} MB" if unit == "bytes" else f"{limit:,} {unit}"
    return SessionBroken(f"The server sent {what} of more than {shown}.", "Ask for less at once, or connect again.")
