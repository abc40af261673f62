"""Interrupts at chosen lines of the transports: noted in a first run, raised in one run for each."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from types import FrameType

import lync_magic.transports

ROOM = Path(lync_magic.transports.__file__).parent


class Interrupt:
    """Notes the lines of some files that this thread comes to, and interrupts it at the first of one of them.

    files: relative to the room of the transports.  at: the line, or None to note only.
    """

    def __init__(self, files: Collection[str], at: tuple[Path, int] | None = None) -> None:
        self.seen: dict[tuple[Path, int], None] = {}
        self._files = {ROOM / file for file in files}
        self._at = at

    def __enter__(self) -> Interrupt:
        self._before = sys.gettrace()
        sys.settrace(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _look(self, frame: FrameType, event: str, _: object) -> object:
        path = Path(frame.f_code.co_filename)
        if path not in self._files:
            return None
        where = (path, frame.f_lineno)
        if event == "line" and where not in self.seen:
            self.seen[where] = None
            if where == self._at:
                raise KeyboardInterrupt
        return self._look
