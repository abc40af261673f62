"""Lines of text: how many of them a cell shows, and what is said of those that it leaves out."""

from __future__ import annotations

from collections.abc import Callable

from lync_magic.magics.settings import LyncMagic
from lync_magic.messages import say


class Lines:
    """The lines of one cell, of which as many are shown as the settings say.

    write: takes text.  whole: says, where it is known, what has all of it.
    """

    def __init__(self, settings: LyncMagic, write: Callable[[str], object], whole: str = "") -> None:
        self._settings = settings
        self._send = write
        self._whole = whole
        self._came = 0

    def write(self, text: str) -> None:
        """Write lines, up to as many as a cell may have."""
        count, most = text.count("\n"), self._settings.lines
        if not most or self._came + count <= most:
            self._send(text)
        elif self._came < most:
            self._send("".join(text.splitlines(keepends=True)[: most - self._came]))
        self._came += count

    def end(self) -> None:
        """Say how many more there were. Idempotent."""
        left_out = self._came - self._settings.lines
        self._came = 0
        if self._settings.lines and left_out > 0:
            more = say("… {count} more lines.", count=f"{left_out:,}")
            every = say("%config LyncMagic.lines = 0 shows all of it.")
            self._send(" ".join(part for part in (more, self._whole and say(self._whole), every) if part) + "\n")
