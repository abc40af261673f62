"""Errors that leave a block: the cmdlet that ran it puts its name to them, and the place where it was called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lync_magic.clixml import PSObject
from lync_magic.errors import CommandNotFound, LyncError
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.evaluate.catching import of_nobody, signed
from lync_magic.language.evaluate.cmdlet_value import Called
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.failures import ScriptError, Stopping, error_of


class Signing(NamedTuple):
    """What puts a cmdlet's name to errors. called: how the cmdlet was."""

    client: ClientCommand
    called: Called

    def telling(self, run: Callable[[object], Iterable[object]]) -> Callable[[object], Iterable[object]]:
        """A block whose errors that end it say which cmdlet ran it."""

        def go(item: object) -> Iterator[object]:
            try:
                yield from run(item)
            except (ScriptError, CommandNotFound, Stopping) as raised:
                raise self._signed(raised) from None

        return go

    def judging(self, holds: Callable[[object], bool]) -> Callable[[object], bool]:
        """A condition whose errors that end it say which cmdlet ran it."""

        def go(item: object) -> bool:
            try:
                return holds(item)
            except (ScriptError, CommandNotFound, Stopping) as raised:
                raise self._signed(raised) from None

        return go

    def _signed(self, raised: ScriptError | CommandNotFound | Stopping) -> LyncError | Stopping:
        """What leaves a block that a cmdlet ran, as the cmdlet's own."""
        error = error_of(raised)
        if (isinstance(raised, Stopping) and raised.again) or not isinstance(error, ScriptError | CommandNotFound):
            return raised
        if isinstance(error, ScriptError) and (error.was_thrown or not of_nobody(error)):
            return raised
        made = signed(error, self.client.name, self.called, self.client.error_suffix)
        if not isinstance(raised, Stopping) or raised.of_trap:
            return made
        raised.error = made
        return raised


def word_of(call: s.CommandCall) -> str:
    """How a command is called: its word, or the sign before it."""
    return call.invocation or call.name.extent.text


def said_by(error: ScriptError, invocation: object) -> None:
    """An error that a function writes stands where the function was called. invocation: its `$MyInvocation`."""
    if error.line is None and isinstance(invocation, PSObject):
        error.written_by = invocation  # type: ignore[attr-defined]
        line, column = invocation.get("ScriptLineNumber"), invocation.get("OffsetInLine")
        if isinstance(line, int) and isinstance(column, int) and line:
            error.line, error.source_line = (line, column), invocation["Line"]  # type: ignore[attr-defined]
