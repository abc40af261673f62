"""Errors as a cell shows them: in their place, with line, command and target, and equal ones told once.

Rule of this file: errors of one command in one line with one id are of one kind. The first is shown whole, the next few
by their message, the others are counted and said in one line when something else comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from lync_magic.messages import spoken
from lync_magic.psrp import ErrorRecord
from lync_magic.safe_text import visible
from lync_magic.ui import error_head

SHOWN: Final = 3
"""How many of a kind are shown."""
_LINE = re.compile(r"At (line|.+\.ps1):(\d+) char:", re.I)


class Folding:
    """The errors of one cell. write: takes text for the error stream."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._kind: tuple[str, str, str] | None = None
        self._messages: set[str] = set()
        self._shown = 0
        self._more = 0

    def show(self, error: ErrorRecord) -> None:
        """Show an error, or count it."""
        kind = (error.error_id, error.activity, error.position)
        if kind != self._kind:
            self.end()
            self._kind, self._messages, self._shown = kind, {error.message}, 1
            self._write(_whole(error) + "\n")
        elif error.message in self._messages or self._shown >= SHOWN:
            self._more += 1
        else:
            self._messages.add(error.message)
            self._shown += 1
            self._write(_first_line(error) + "\n")

    def end(self) -> None:
        """Say how many more there were."""
        if self._more:
            self._write(spoken(f"    … and {self._more} more like it.") + "\n")
        self._kind, self._more = None, 0


def _first_line(error: ErrorRecord) -> str:
    return f"{visible(error_head(error))}: {visible(error.message)}"


def _whole(error: ErrorRecord) -> str:
    lines = [_first_line(error)]
    line = _LINE.match(error.position)
    about = [spoken(f"line {line[2]}")] if line is not None else []
    if line is not None and line[1] != "line":
        about.insert(0, visible(line[1]))
    if error.target and error.target not in error.message:
        about.append(spoken(f"target {visible(error.target)}"))
    if about:
        lines.append(f"    {', '.join(about)}")
    if error.recommended_action:
        lines.append(visible(spoken(error.recommended_action)))
    return "\n".join(lines)
