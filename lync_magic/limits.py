"""What is taken from a server at most, and why: a broken or hostile one must not take this side's memory or time.

Rules of this file: a limit is far above what PowerShell sends, and whoever refuses something names it with `too_much`.
"""

from __future__ import annotations

from typing import Final

from lync_magic.errors import SessionBroken

MAX_FRAGMENT: Final = 16 * 1024 * 1024
"""Bytes of one fragment: twice the largest envelope that WinRM can be set to; PowerShell cuts at 32 KB over a pipe and
at the envelope's size over WSMan."""

MAX_MESSAGE: Final = 256 * 1024 * 1024
"""Bytes of one message. PowerShell's own client takes 10 MB unless it is told otherwise; scripts that use Exchange tell
it 200."""

MAX_NESTING: Final = 100
"""How deep objects may nest. PowerShell's own reader stops at 50."""

MAX_EXPANSION: Final = 100_000
"""How many values the server may make of one of its own messages, where one is referred to from several places. The
largest that was met, the private data of an Exchange endpoint, has some hundreds."""


def too_much(what: str, limit: int, unit: str) -> SessionBroken:
    """The error for what is over a limit. what: `a message`.  unit: what the limit counts, `bytes`."""
    shown = f"{limit // 1024 // 1024} MB" if unit == "bytes" else f"{limit:,} {unit}"
    return SessionBroken(f"The server sent {what} of more than {shown}.", "Ask for less at once, or connect again.")
