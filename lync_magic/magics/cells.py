"""A cell of PowerShell: read it, refuse it whole or run it, and go on after a form.

Rules: nothing is sent before the whole cell is understood. A cell that asks for a credential by a form runs on a
thread of its own, with the cell's output context: the kernel gets its answer when the form is shown, and the thread
goes on when the form is submitted. No statement is run twice. A cell without such a question runs in the caller's
thread.
"""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import replace
from enum import Enum
from queue import Empty, SimpleQueue
from typing import Any, Final

from lync_magic.clixml import Credential
from lync_magic.errors import CellFailed, CommandNotFound, CredentialNeeded, LyncError, PipelineStopped
from lync_magic.importing import Module, modules
from lync_magic.language import (
    ClientCommand,
    Interpreter,
    Script,
    check,
    commands_in,
    parse,
    session_commands,
)
from lync_magic.magics import display as show
from lync_magic.magics.notebook import Importing, Notebook
from lync_magic.psrp import ErrorRecord, Event, Pipeline, Report, remote_error
from lync_magic.records import Records
from lync_magic.sessions import DEFAULT_TIMEOUT, OTHER_WAYS, Session, Target, connect, from_terminal
from lync_magic.ui import SignInForm

SLICE_SECONDS: Final = 0.2
INTERRUPT_SECONDS: Final = 5.0
ASKS: Final = frozenset({"get-credential", "new-csonlinesession", "new-pssession"})
"""Commands that may ask for a credential."""

NOT_RECOGNIZED: Final = (
    "The term '{0}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the "
    "spelling of the name, or if a path was included, verify that the path is correct and try again."
)


def run_line(notebook: Notebook, text: str) -> Any:
    """Run one line and return its output: the objects, a single plain value as itself, nothing as None.

    Errors are shown; when they are all that came, the first is raised.
    """
    script = parse(text)
    world = NotebookRuntime(notebook, collect=True)
    check(script, world)
    failures = Interpreter(world).run(script)
    output = world.collected()
    if output is None:
        world.raise_first(failures)
    world.show_held()
    return output


def run_cell(notebook: Notebook, text: str) -> None:
    """Run a cell, showing each statement's output as it comes.

    A statement that fails is shown and the next one runs, as in PowerShell; then the cell ends in CellFailed, so that a
    report that failed does not look like one that succeeded.
    """
    script = parse(text)
    world = NotebookRuntime(notebook)
    check(script, world)
    asks = any(name.lower() in ASKS for name in commands_in(script))
    if asks and notebook.can_show_forms:
        CellThread(world, script).run()
        return
    Interpreter(world).run(script)
    world.raise_errors()


class NotebookRuntime:
    """The world of one cell, in a notebook. collect: keep the output instead of showing it."""

    def __init__(self, notebook: Notebook, *, collect: bool = False) -> None:
        self.notebook = notebook
        self.ask: Callable[[str, str], Credential] = self._ask_on_terminal
        self._collect = collect
        self._items: list[Sequence[object]] = []
        self._errors: list[ErrorRecord] = []
        self._stopped = False
        self._running: Session | None = None
        self._commands: dict[str, ClientCommand] = {}
        for command in session_commands(self):
            for name in (command.name, *command.aliases):
                self._commands[name.lower()] = command

    # --- what the evaluator asks -----------------------------------------------------------------------------------

    @property
    def variables(self) -> MutableMapping[str, object]:
        return self.notebook.variables

    def is_remote(self, name: str) -> bool:
        return modules.find(name) is not None

    def client_command(self, name: str) -> ClientCommand | None:
        return self._commands.get(name.lower())

    def invoke(self, pipeline: Pipeline, input: Iterable[object] | None) -> Iterator[object]:
        self._check()
        session, sent = self._route(pipeline)
        with show.reporting() as say:

            def report(event: Event) -> None:
                if not self._held(event):
                    say(event)

            self._running = session
            try:
                for batch in session.stream(sent, input=input, report=report, host=self.notebook.host):
                    self._check()
                    yield from batch
            except PipelineStopped:
                self._check()
                raise
            finally:
                self._running = None

    def report(self, event: Event) -> None:
        if not self._held(event):
            show.writer()(event)

    def emit(self, items: Sequence[object]) -> None:
        if self._collect:
            self._items.append(items)
        else:
            show.show_output(items)

    # --- what the session cmdlets ask ------------------------------------------------------------------------------

    def get_credential(self, user_name: str, message: str) -> Credential:
        return self.ask(user_name, message)

    def open_session(self, target: Target, credential: Credential | None, report: Report) -> Session:
        session = connect(target, credential, timeout=DEFAULT_TIMEOUT, report=report, host=self.notebook.host)
        self.notebook.adopt(session)
        return session

    def import_session(
        self, session: Session, patterns: Sequence[str], prefix: str, allow_clobber: bool, report: Report
    ) -> Module:
        importing = Importing(patterns=tuple(patterns), prefix=prefix, allow_clobber=allow_clobber)
        return self.notebook.import_commands(session, importing, report)

    # --- from another thread ---------------------------------------------------------------------------------------

    def stop(self) -> None:
        """End the cell soon: its remote command is stopped, and no other one starts."""
        self._stopped = True
        session = self._running
        if session is not None:
            session.stop()

    def _check(self) -> None:
        if self._stopped:
            raise KeyboardInterrupt

    # --- afterwards ------------------------------------------------------------------------------------------------

    def collected(self) -> Any:
        """All output, as a caller wants it."""
        if len(self._items) == 1 and isinstance(self._items[0], Records):
            return self._items[0]
        items = [item for part in self._items for item in part]
        if not items:
            return None
        if len(items) == 1 and not hasattr(items[0], "type_names"):
            return items[0]
        return Records.from_values(items)

    def raise_errors(self) -> None:
        """Raise CellFailed when any statement failed."""
        if self._errors:
            raise CellFailed(len(self._errors))

    def raise_first(self, failures: Sequence[LyncError]) -> None:
        """Raise the first error, if there is one. failures: those that ended a statement."""
        if failures:
            raise failures[0]
        if self._errors:
            raise remote_error(self._errors[0], "The command failed.")

    def show_held(self) -> None:
        """Show the errors that were kept back."""
        for error in self._errors:
            show.writer()(error)

    def _held(self, event: Event) -> bool:
        """Whether an event is an error that is kept back until the line has ended; all errors are counted."""
        if not isinstance(event, ErrorRecord):
            return False
        self._errors.append(event)
        return self._collect

    def _route(self, pipeline: Pipeline) -> tuple[Session, Pipeline]:
        """The session a pipeline goes to, and the pipeline in the server's own names."""
        session: Session | None = None
        commands = []
        for command in pipeline.commands:
            found = modules.find(command.name, self.notebook.current)
            if found is None:
                raise CommandNotFound(NOT_RECOGNIZED.format(command.name), self._advice(), command=command.name)
            session = session or found.session
            commands.append(replace(command, name=found.name))
        assert session is not None
        return session, Pipeline(tuple(commands))

    def _advice(self) -> str:
        current = self.notebook.current
        if current is None:
            return "No session is connected. Connect: %lync connect USER"
        if not len(modules):
            return f"{current.name} is open, but its commands are not imported: %lync import"
        return "List the imported commands: %lync commands"

    def _ask_on_terminal(self, user_name: str, message: str) -> Credential:
        if hasattr(self.notebook.shell, "kernel") and not self.notebook.can_show_forms:
            raise CredentialNeeded("Nobody can be asked for a credential here.", OTHER_WAYS)
        return from_terminal(user_name, message)


class _Told(Enum):
    """What the cell's thread tells the kernel's."""

    FORM_SHOWN = "form shown"
    ENDED = "ended"


class CellThread:
    """A cell that may ask by a form: it runs beside the kernel's thread, which is free once the form is shown."""

    def __init__(self, world: NotebookRuntime, script: Script) -> None:
        self._world = world
        self._script = script
        self._told: SimpleQueue[_Told] = SimpleQueue()
        self._answer: SimpleQueue[Credential | None] = SimpleQueue()
        self._form: SignInForm | None = None
        self._failure: BaseException | None = None
        self._detached = False
        world.ask = self._ask

    def run(self) -> None:
        """Run until the cell ends or shows a form. An interrupt stops the cell and is passed on."""
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(self._work,), name="lync_magic cell", daemon=True)
        thread.start()
        try:
            told = self._wait()
        except KeyboardInterrupt:
            self._world.stop()
            thread.join(INTERRUPT_SECONDS)
            raise
        if told is _Told.ENDED and self._failure is not None:
            raise self._failure.with_traceback(None)

    def _wait(self) -> _Told:
        while True:
            try:
                return self._told.get(timeout=SLICE_SECONDS)
            except Empty:
                continue

    def _work(self) -> None:
        try:
            Interpreter(self._world).run(self._script)
            self._world.raise_errors()
        except BaseException as error:  # noqa: BLE001 - it is raised in the kernel's thread, or shown
            self._failure = error
        self._end_form()
        if self._detached and isinstance(self._failure, LyncError):
            show.show_error(self._failure)
        elif self._detached and self._failure is not None and not isinstance(self._failure, KeyboardInterrupt):
            sys.stderr.write(f"{type(self._failure).__name__}: {self._failure}\n")
        self._told.put(_Told.ENDED)

    def _ask(self, user_name: str, message: str) -> Credential:
        self._end_form()
        self._form = self._world.notebook.show_form(
            user_name,
            message or "The cell goes on by itself when you have signed in.",
            on_submit=self._answer.put,
            on_cancel=self._cancelled,
            submit_label="OK",
            busy_label="Running…",
        )
        self._detached = True
        self._told.put(_Told.FORM_SHOWN)
        credential = self._answer.get()
        if credential is None:
            raise CredentialNeeded("The form was cancelled; the rest of the cell did not run.", "Run the cell again.")
        return credential

    def _cancelled(self) -> None:
        self._world.stop()
        self._answer.put(None)

    def _end_form(self) -> None:
        form, self._form = self._form, None
        if form is None:
            return
        if isinstance(self._failure, LyncError):
            form.cancel(self._failure.message.splitlines()[0])
        else:
            form.succeed("Signed in.")
