"""What a session cmdlet does that a cell of the engine calls, and script text where a session takes it.

Rule of this file: the session cmdlets are the embedded language's, called with what PowerShell bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from lync_magic import language
from lync_magic.clixml import invariant_text
from lync_magic.errors import CommandNotFound, UsageError
from lync_magic.magics.display import PLAIN
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.runtime import NotebookRuntime
from lync_magic.powershell import CellEnd, Sink, script, using_names
from lync_magic.psrp import ErrorRecord, Event, ProgressRecord
from lync_magic.records import Records
from lync_magic.safe_text import visible
from lync_magic.ui import error_text


def session_cmdlet(
    runtime: NotebookRuntime, name: str, bound: Mapping[str, Any], piped: Sequence[Any] | None
) -> Iterator[object]:
    """Carry out one session cmdlet of a cell. Raises LyncError."""
    command = runtime.client_command(name) or language.find_cmdlet(name)
    if command is None:
        raise CommandNotFound(f"{name} is not known here.", command=name)
    return language.run_alone(command, name, bound, piped, runtime.report)


def in_session(notebook: Notebook, text: str, sink: Sink) -> CellEnd:
    """`%%lync --remote`: the cell's text whole, run by the current session's own PowerShell.

    `$using:name` is the notebook's variable of that name. Raises UsageError where the session takes no script.
    """
    session = notebook.session()
    values = {name: _value(notebook, name) for name in using_names(text)}
    with RemoteOutput(sink) as output:
        for batch in session.stream(script(text, values), report=output.report, host=notebook.host):
            output.take(batch)
    return CellEnd(None, "", None, output.errors, output.records())


class RemoteOutput:
    """Shows what a session's own script gives, in order: plain values as lines, as they come; the objects between them
    as one result. A context manager.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._parts: list[Records] = []
        self._held: list[Records] = []
        self.errors = 0

    def __enter__(self) -> RemoteOutput:
        return self

    def __exit__(self, *_error: object) -> None:
        self._flush()

    def take(self, batch: Records) -> None:
        """The next objects."""
        self._parts.append(batch)
        start = 0
        for is_plain, run in groupby(batch, lambda one: isinstance(one, PLAIN)):
            end = start + sum(1 for _ in run)
            if is_plain:
                self._flush()
                lines = (visible(invariant_text(one)) for one in batch[start:end] if one is not None)
                self._sink.text("".join(f"{line}\n" for line in lines))
            else:
                self._held.append(batch[start:end])
            start = end

    def report(self, event: Event) -> None:
        """What is said between them."""
        if not isinstance(event, ProgressRecord):
            self._flush()
        if isinstance(event, ErrorRecord):
            self.errors += 1
            self._sink.error(event, error_text(event))
        else:
            self._sink.report(event)

    def records(self) -> Records:
        """All objects."""
        return Records.concat(self._parts)

    def _flush(self) -> None:
        held, self._held = self._held, []
        if held:
            self._sink.objects(Records.concat(held), "", None)


def _value(notebook: Notebook, name: str) -> object:
    if name not in notebook.variables:
        raise UsageError(f"$using:{name} names no variable of this notebook.", f"Set it first: {name} = …")
    return notebook.variables[name]
