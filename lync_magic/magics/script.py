"""What a session cmdlet does that a cell of the engine calls, and script text where a session takes it.

Rules: the session cmdlets are the embedded language's, called with what PowerShell bound. A session whose endpoint
takes no script gets a block's commands as words; what cannot be said in words goes as it is, and the server refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from lync_magic.errors import CellError, CommandNotFound, UsageError
from lync_magic.language import expressions as e
from lync_magic.language import find_cmdlet, parse, run_alone, to_command
from lync_magic.language import statements as s
from lync_magic.magics import display as show
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.runtime import NotebookRuntime
from lync_magic.powershell import CellEnd, Sink, as_powershell
from lync_magic.psrp import Argument, Command, ErrorRecord, Event, Pipeline
from lync_magic.records import Records
from lync_magic.sessions import Session
from lync_magic.ui import error_text


def session_cmdlet(
    runtime: NotebookRuntime, name: str, bound: Mapping[str, Any], piped: Sequence[Any] | None
) -> Iterator[object]:
    """Carry out one session cmdlet of a cell. Raises LyncError."""
    if name == "Invoke-Command":
        return _invoke(runtime.notebook, bound, piped)
    command = runtime.client_command(name) or find_cmdlet(name)
    if command is None:
        raise CommandNotFound(f"{name} is not known here.", command=name)
    return run_alone(command, name, bound, piped, runtime.report)


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


def script(text: str, values: Mapping[str, object]) -> Pipeline:
    """Script text as a pipeline, with the values of its `$using:` variables given by name."""
    for name in values:
        text = _using(name).sub(lambda _found, name=name: "${" + _STANDS_FOR + name + "}", text)  # type: ignore[misc]
    if not values:
        return Pipeline.script(text)
    named = ", ".join("${" + _STANDS_FOR + name + "}" for name in values)
    arguments = tuple(Argument(_STANDS_FOR + name, as_powershell(value)) for name, value in values.items())
    return Pipeline((Command(f"param({named})\n{text}", arguments, is_script=True),))


def using_names(text: str) -> list[str]:
    """The variables that a text names by `$using:`."""
    return list(dict.fromkeys(_USING.findall(text)))


class RemoteOutput:
    """Gathers what a session's own script gives; the last batch is shown at the end. A context manager."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._parts: list[Records] = []
        self.errors = 0

    def __enter__(self) -> RemoteOutput:
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        if kind is None and self._parts:
            self._sink.objects(self.records(), "", None)

    def take(self, batch: Records) -> None:
        """The next objects."""
        self._parts.append(batch)

    def report(self, event: Event) -> None:
        """What is said between them."""
        if isinstance(event, ErrorRecord):
            self.errors += 1
            self._sink.error(event, error_text(event))
        else:
            self._sink.report(event)

    def records(self) -> Records:
        """All objects."""
        return Records.concat(self._parts)


def _value(notebook: Notebook, name: str) -> object:
    if name not in notebook.variables:
        raise UsageError(f"$using:{name} names no variable of this notebook.", f"Set it first: {name} = …")
    return notebook.variables[name]


def _invoke(notebook: Notebook, bound: Mapping[str, Any], piped: Sequence[Any] | None) -> Iterator[object]:
    """Invoke-Command -Session: as words where the endpoint takes no script, else as script."""
    session = bound["Session"]
    if not isinstance(session, Session):
        raise UsageError("This is no session of the notebook.", "Make one: $session = New-PSSession …")
    text, given = str(bound["Text"]), bound.get("ArgumentList") or ()
    sent = in_words(text, bound.get("Using") or {}, given) or _as_block(text, bound.get("Using") or {}, given)
    failed: list[ErrorRecord] = []

    def report(event: Event) -> None:
        if isinstance(event, ErrorRecord):
            failed.append(event)
        else:
            show.writer()(event)

    for batch in session.stream(sent, input=piped, report=report, host=notebook.host):
        yield from batch
    yield from failed


def _as_block(text: str, using: Mapping[str, object], given: Sequence[object]) -> Pipeline:
    """A block with its arguments, as script."""
    made = script(text, using)
    (command,) = made.commands
    return Pipeline((replace(command, arguments=(*command.arguments, *(Argument(None, one) for one in given))),))


def in_words(text: str, using: Mapping[str, object], given: Sequence[object]) -> Pipeline | None:
    """A block's one pipeline as words, where all that it says are commands with plain values; else None."""
    try:
        parsed = parse(text)
    except CellError:
        return None
    declared = parsed.parameters or ()
    if len(given) != len(declared) or any(one.types or one.attributes for one in declared):
        return None
    if len(parsed.statements) != 1:
        return None
    (statement,) = parsed.statements
    if not isinstance(statement, s.Pipeline) or statement.background:
        return None
    arguments = {one.variable.name.lower(): value for one, value in zip(declared, given, strict=True)}
    try:
        return Pipeline(tuple(_in_words(one, using, arguments) for one in statement.elements))
    except _NotPlain:
        return None


class _NotPlain(Exception):
    """A part of a block has no value that can be told without running it."""


def _in_words(element: s.Element, using: Mapping[str, object], arguments: Mapping[str, object]) -> Command:
    if not isinstance(element, s.CommandCall) or not isinstance(element.name, e.String) or element.invocation == ".":
        raise _NotPlain
    return to_command(element.name.value, element, lambda node: _plain(node, using, arguments))


def _plain(node: e.Expression, using: Mapping[str, object], arguments: Mapping[str, object]) -> object:
    if isinstance(node, e.Constant | e.String):
        return node.value
    if isinstance(node, e.Variable) and not node.drive and node.name.lower() in arguments:
        return arguments[node.name.lower()]
    if isinstance(node, e.Variable) and node.name.lower() in _FIXED and not node.drive:
        return _FIXED[node.name.lower()]
    if isinstance(node, e.Variable) and node.drive == "using":
        folded = {name.lower(): value for name, value in using.items()}
        if node.name.lower() in folded:
            return folded[node.name.lower()]
    raise _NotPlain


def _using(name: str) -> re.Pattern[str]:
    return re.compile(r"\$using:" + re.escape(name) + r"\b", re.IGNORECASE)


_USING: Final = re.compile(r"\$using:(\w+)", re.IGNORECASE)
_STANDS_FOR: Final = "__using_"
_FIXED: Final = {"true": True, "false": False, "null": None}
