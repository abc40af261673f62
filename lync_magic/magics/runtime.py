"""The world of one cell of PowerShell: the notebook's variables, its sessions, its screen.

Rules: a command goes to the session it was imported from, of the current one first. Every error of a cell is counted,
so that the cell can end failed. Whatever takes time looks whether the cell was stopped.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final

from lync_magic import language
from lync_magic.clixml import Credential, Page
from lync_magic.errors import (
    CellFailed,
    CommandNotFound,
    CredentialNeeded,
    LyncError,
    PipelineStopped,
    PromptRefused,
    RemoteError,
    interrupted,
)
from lync_magic.importing import Module, Wanted, modules, sightings
from lync_magic.magics import display as show
from lync_magic.magics.asking import LinePerson
from lync_magic.magics.counting import Counting
from lync_magic.magics.folding import Folding
from lync_magic.magics.lines import Lines
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.settings import settings
from lync_magic.powershell import run_block
from lync_magic.psrp import Choice, Command, ErrorRecord, Event, Pipeline, ProgressRecord, Report, remote_error
from lync_magic.records import Reader, Records
from lync_magic.sessions import (
    DEFAULT_TIMEOUT,
    OTHER_WAYS,
    Item,
    Person,
    ReadAhead,
    Session,
    State,
    Target,
    connect,
    from_terminal,
)
from lync_magic.ui import ProgressBars, line_of

NOT_RECOGNIZED: Final = (
    "The term '{0}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the "
    "spelling of the name, or if a path was included, verify that the path is correct and try again."
)
"""The documents' own words, which are Windows PowerShell's."""


class NotebookRuntime:
    """The world of one cell, in a notebook.

    collect: keep output and errors instead of showing them.  in_place: show what was kept as soon as something is said
    after it.  keeps: keep the output.  shows: show it as it comes.
    draws: draw progress.  leaves: a bar leaves its last line.
    """

    def __init__(
        self,
        notebook: Notebook,
        *,
        collect: bool = False,
        in_place: bool = False,
        keeps: bool = False,
        shows: bool = True,
        draws: bool = True,
        leaves: bool = True,
    ) -> None:
        self.notebook = notebook
        self.ask: Callable[[str, str], Credential] = self._ask_on_terminal
        in_kernel = hasattr(notebook.shell, "kernel")
        self.person: Person | None = LinePerson() if notebook.can_ask or not in_kernel else None
        """Who is asked what ssh asks."""
        self._collect = collect
        self._in_place = in_place
        self.showed_some = False
        """Whether some of the output of a line that collects it has been shown."""
        self._keeps = keeps or collect
        self._shows = shows and not collect
        self._draws = draws
        self._leaves = leaves
        self._items: list[Sequence[object]] = []
        self._errors: list[ErrorRecord] = []
        self._came: list[Sequence[object] | ErrorRecord] = []
        """Output and errors of a line that collects them, in their order."""
        self._stopped = False
        self._running: Session | None = None
        self._opening: list[Session] = []
        self._asked: Session | None = None
        """The session that was asked last."""
        self._ahead = ReadAhead()
        self._open = ExitStack()
        self._bars: ProgressBars | None = None
        self._folding = Folding(show.STREAMS.err)
        self._lines = Lines(settings(notebook.shell), show.STREAMS.out)
        self._write = show.writer(self._lines.write)
        self._counting = Counting(self._progress)

    # --- what the evaluator asks -----------------------------------------------------------------------------------

    @property
    def variables(self) -> MutableMapping[str, object]:
        return self.notebook.variables

    def is_remote(self, name: str) -> bool:
        return modules.find(name) is not None

    @cached_property
    def _commands(self) -> dict[str, language.ClientCommand]:
        commands = language.session_commands(self)
        return {name.lower(): command for command in commands for name in (command.name, *command.aliases)}

    def client_command(self, name: str) -> language.ClientCommand | None:
        return self._commands.get(name.lower())

    def client_commands(self) -> Iterable[language.ClientCommand]:
        return self._commands.values()

    def remote_names(self) -> Iterable[str]:
        return ()

    def invoke(self, pipeline: Pipeline, input: Iterable[object] | None, report: Report) -> Iterator[object]:
        self._check()
        session, sent = self._route(pipeline)
        try:
            yield from self._invoke(session, sent, input, report)
        except RemoteError as error:
            for imported, one in zip(pipeline.commands, sent.commands, strict=True):
                command = modules.find(imported.name, session)
                if command is not None:
                    command.advise(error, one)
            raise

    def _invoke(
        self, session: Session, sent: Pipeline, input: Iterable[object] | None, report: Report
    ) -> Iterator[object]:
        if input is not None:  # it may need the session itself, which runs one command at a time
            input = self._counting.input(str(sent), list(self._checked(input)))
        reader = Reader(decrypt=session.decrypt, origin=session.origin)
        before = self._running
        result = self._ahead.open(session, sent, input=input, host=self.notebook.host)
        self._running = self._asked = session
        self._counting.call(str(sent))
        try:
            seen = False
            for batch in result:
                self._check()
                for records in _decoded(batch, reader, report):
                    if not seen:
                        seen = True
                        sightings.note(sent.commands[-1].name, records)
                    yield from records
        except PipelineStopped:
            self._check()
            raise
        finally:
            self._running = before
            result.close()
            reader.finish()

    def _checked(self, items: Iterable[object]) -> Iterator[object]:
        for item in items:
            self._check()
            yield item

    @property
    def width(self) -> int:
        return int(settings(self.notebook.shell).width)

    @property
    def supplies(self) -> bool:
        """Whether a person is there to be asked for mandatory parameters."""
        return self.notebook.can_ask

    def ask_line(self, prompt: str, *, secret: bool) -> str:
        if hasattr(self.notebook.shell, "kernel") and not self.notebook.can_ask:
            raise PromptRefused(prompt)
        try:
            return getpass.getpass(prompt) if secret else input(prompt)
        except (EOFError, RuntimeError, OSError) as error:
            # ipykernel raises StdinNotImplementedError, a RuntimeError, where no frontend answers.
            raise PromptRefused(prompt) from error

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        if hasattr(self.notebook.shell, "kernel") and not self.notebook.can_ask:
            raise PromptRefused(" ".join(part for part in (caption, message) if part))
        return self.notebook.host.choose(caption, message, choices, default)

    def report(self, event: Event) -> None:
        if self._held(event):
            return
        if isinstance(event, ErrorRecord):
            self._folding.show(event)
        elif isinstance(event, ProgressRecord):
            self._progress(event)
        else:
            self._say(event)

    def _say(self, event: Event) -> None:
        """Write what is neither an error nor progress."""
        if self._in_place and line_of(event) is not None:
            self.show_what_came()
        self._folding.end()
        self._write(event)

    def note(self, error: ErrorRecord) -> None:
        """An error that somebody else shows, which is how PowerShell's are."""
        self._held(error)

    def _held(self, event: Event) -> bool:
        """Count an event that is an error; whether it is one that is kept and not shown here."""
        if not isinstance(event, ErrorRecord):
            return False
        self._errors.append(event)
        self._came.append(event)
        return self._collect

    def _progress(self, event: Event) -> None:
        """A bar that stays while the cell runs."""
        if not self._draws:
            return
        if self._bars is None:
            self._bars = self._open.enter_context(show.progress_bars(leaves=self._leaves))
        self._bars.report(event)

    def emit(self, items: Sequence[object]) -> None:
        self._folding.end()
        if self._keeps:
            self._items.append(_in_python(items))
            self._came.append(items)
        if self._shows:
            self._show(items)

    def _show(self, items: Sequence[object]) -> None:
        show.show_output(items, self._lines.write, language.look_of, self.width)

    # --- what the session cmdlets ask ------------------------------------------------------------------------------

    def get_credential(self, user_name: str, message: str) -> Credential:
        return self.ask(user_name, message)

    def open_session(self, target: Target, credential: Credential | None, report: Report) -> Session:
        return connect(
            target,
            credential,
            timeout=target.options.open_timeout or DEFAULT_TIMEOUT,
            report=report,
            host=self.notebook.host,
            person=self.person,
            began=self._opening.append,
        )

    def adopt(self, session: Session) -> None:
        self.notebook.adopt(session)

    def enter_session(self, session: Session, *, opened: bool) -> None:
        self.notebook.enter(session, opened=opened)

    def leave_session(self) -> None:
        self.notebook.leave()

    def run_block(self, session: Session, block: language.SentBlock, report: Report) -> Iterator[object]:
        return run_block(session, block, report, self.notebook.host)

    def import_session(self, session: Session, wanted: Wanted, report: Report) -> Module:

        def told(event: Event) -> None:
            if not isinstance(event, ErrorRecord):  # a name that is not there: PowerShell says nothing of it
                report(event)

        return self.notebook.import_commands(session, wanted, told, drawn=True)  # by the cell's own bars

    # --- from another thread ---------------------------------------------------------------------------------------

    def stop(self) -> bool:
        """End the cell soon: its remote command is stopped, and no other one starts. Whether there was one, or a
        session that was being opened."""
        self._stopped = True
        session = self._running
        if session is not None:
            session.stop()
        opening = [one for one in self._opening if one.state is State.OPENING]
        for one in opening:
            one.close(0)
        return session is not None or bool(opening)

    def _check(self) -> None:
        if self._stopped:
            raise KeyboardInterrupt

    def interrupted(self, stop: KeyboardInterrupt) -> KeyboardInterrupt:
        """What to raise for an interrupt: says what became of the session, and keeps what a line had come to."""
        self.finish()
        came = [item for part in self._items for item in part]
        partial = Records.from_values(came) if came else None
        if self._asked is None:
            kept = f" {len(partial):,} objects had come: _.partial has them." if partial is not None else ""
            return interrupted(stop, f"Stopped.{kept}", partial)
        return self._asked.interrupted(stop, partial)

    # --- afterwards ------------------------------------------------------------------------------------------------

    def collected(self) -> Any:
        """All output, as a caller wants it: objects as `Records`, one plain value or page as itself; no output is empty
        `Records`, an empty statement None."""
        items = [item for part in self._items for item in part]
        if len(self._items) == 1 and isinstance(self._items[0], Records):
            return self._items[0]
        if len(items) == 1 and (isinstance(items[0], Page) or not hasattr(items[0], "type_names")):
            return items[0]
        return Records.from_values(items)

    def output(self) -> Sequence[object]:
        """All output that was kept, statement after statement."""
        if len(self._items) == 1 and isinstance(self._items[0], Records):
            return self._items[0]
        return [item for part in self._items for item in part]

    def finish(self) -> None:
        """The cell has ended: what was counted is said, bars go. Idempotent."""
        self._folding.end()
        self._lines.end()
        self._counting.end()
        self._ahead.close()
        self._bars = None
        self._open.close()

    def raise_errors(self) -> None:
        """Raise CellFailed when any statement failed."""
        self.finish()
        if self._errors:
            raise CellFailed(len(self._errors), of_commands=any(map(_is_of_a_command, self._errors)))

    def raise_line(self, failures: Sequence[LyncError], output: object) -> None:
        """A line fails when anything in it failed: with the error itself where that is all there is, else with their
        number, after what came was shown."""
        if not self._errors:
            return
        nothing_else = not self.showed_some and (output is None or (isinstance(output, Records) and not len(output)))
        if nothing_else and len(self._errors) == 1:
            raise failures[0] if failures else remote_error(self._errors[0], "The command failed.")
        self.show_what_came()
        self.finish()
        raise CellFailed(len(self._errors), of_commands=any(map(_is_of_a_command, self._errors)))

    def show_what_came(self) -> None:
        """Show what was collected and has not been shown."""
        came, self._came = self._came, []
        self.showed_some = self.showed_some or bool(came)
        for one in came:
            if isinstance(one, ErrorRecord):
                self._folding.show(one)
            else:
                self._folding.end()
                self._show(one)

    def _route(self, pipeline: Pipeline) -> tuple[Session, Pipeline]:
        """The session a pipeline goes to, and the pipeline in the server's own names."""
        session: Session | None = None
        commands = []
        for command in pipeline.commands:
            found = modules.find(command.name, self.notebook.current)
            if found is None:
                raise CommandNotFound(
                    NOT_RECOGNIZED.format(command.name),
                    self._advice_on(command),
                    command=command.name,
                )
            session = session or found.session
            commands.append(replace(command, name=found.name))
        assert session is not None
        return session, Pipeline(tuple(commands))

    def _advice_on(self, command: Command) -> str:
        words = [one.value for one in command.arguments if one.name is None]
        meant = language.command_meant(command.name, words, self.notebook.variables)
        return meant or advice_on(command.name, self.notebook.current)

    def _ask_on_terminal(self, user_name: str, message: str) -> Credential:
        if hasattr(self.notebook.shell, "kernel") and not self.notebook.can_ask:
            raise CredentialNeeded("Nobody can be asked for a credential here.", OTHER_WAYS)
        return from_terminal(user_name, message)


_NEARLY: Final = 0.85
"""How near a name must be to one of PowerShell's own, of which the person has not thought then."""
_OF_CALLS: Final = (
    *("CommandNotFound", "NamedParameter", "PositionalParameter", "MissingArgument", "MissingMandatory"),
    *("AmbiguousParameter", "ParameterArgument", "CannotConvertArgument", "ParameterAlreadyBound"),
)
"""Errors of how a command was called, which it must not be told to keep to itself."""


def _in_python(items: Sequence[object]) -> Sequence[object]:
    """Output as Python keeps it: a switch is a truth value."""
    if not any(isinstance(one, language.SwitchParameter) for one in items):
        return items
    return [one.on if isinstance(one, language.SwitchParameter) else one for one in items]


def _is_of_a_command(error: ErrorRecord) -> bool:
    return bool(error.activity) and not error.error_id.startswith(_OF_CALLS)


def advice_on(name: str, current: Session | None) -> str:
    """What to do about a command that is not there."""
    own = get_close_matches(name.lower(), (one.name.lower() for one in language.CMDLETS), n=1, cutoff=_NEARLY)
    if own:
        return next(f"Did you mean {one.name}?" for one in language.CMDLETS if one.name.lower() == own[0])
    if name.lower() == "out-display":
        return "It is there where PowerShell 7 runs the cells. In Python: display(HTML(…))"
    if current is not None and not modules.of(current):
        return f"{current.name} is open, but its commands are not imported: %lync import"
    removed = modules.last_had(name)
    if removed is not None:
        return f"{name} was imported from {removed}, which was removed. Connect again: %lync connect USER"
    if current is None:
        return "No session is connected. Connect: %lync connect USER"
    near = modules.near(name)
    return f"Did you mean {near}?" if near else "List the imported commands: %lync commands"


def _decoded(batch: Sequence[Item], reader: Reader, report: Report) -> Iterator[Records]:
    """The objects of a batch; what was said between them is reported in its place."""
    raw: list[bytes] = []
    for item in batch:
        if isinstance(item, Event):
            if raw:
                yield reader.feed(raw)
                raw = []
            report(item)
        else:
            raw.append(item)
    if raw:
        yield reader.feed(raw)
