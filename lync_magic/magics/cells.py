"""A cell of PowerShell: read it, refuse it whole or run it, and go on after a form.

Rules: nothing is sent before the whole cell is understood. A cell that asks for a credential by a form runs on a
thread of its own, with the cell's output context, and goes on when the form is submitted. The kernel gets its answer
when the form is shown, or, where it hears clicks meanwhile (`waited`), when the thread has ended. An interrupt ends
such a cell too, but for one that waits for its form, which has a button for that. No statement is run
twice. A cell without such a question runs in the caller's thread. One cell runs at a time: while a form waits others
run, and while its cell goes on they wait.
"""

from __future__ import annotations

import asyncio
import contextvars
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum
from queue import Empty, SimpleQueue
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

from lync_magic import language, ui
from lync_magic.clixml import Credential
from lync_magic.errors import CellError, CredentialNeeded, Interrupted, LyncError, RemoteError
from lync_magic.importing import Details, modules
from lync_magic.magics import display as show
from lync_magic.magics.asking import FormPerson
from lync_magic.magics.interrupting import Listening, raise_in
from lync_magic.magics.keeping import SHOWN, Keeping, keep
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.placing import keep_as_shown
from lync_magic.magics.runtime import NotebookRuntime
from lync_magic.messages import say
from lync_magic.psrp import ErrorRecord
from lync_magic.sessions import Person, preferences, refuse_in, registry

SLICE_SECONDS: Final = 0.2
POLL_SECONDS: Final = 0.02
INTERRUPT_SECONDS: Final = 5.0
STACK_BYTES: Final = 8 * 2**20
"""Of a cell's own thread, as the first thread of a process has it: some systems give others a sixteenth of that."""
ASKS: Final = frozenset({"get-credential", "new-csonlinesession", "new-pssession"})
"""Commands that may ask for a credential."""
_ASKS: Final = re.compile(rf"{'|'.join(sorted(ASKS))}|-hostname\b|-sshconnection\b|\bhostname\s*=", re.IGNORECASE)
"""The same, and the words that have ssh ask, as parameters or in a table of them."""


def run_line(notebook: Notebook, text: str, *, quiet: bool = False, in_place: bool = False) -> Any:
    """Run one line and return its output: the objects (none of them too), a single plain value as itself.

    quiet: draw no progress.  in_place: the output is to be shown: where something is said after some of it, it is shown
    here, in the order in which it came; nothing is returned then, and the output is `_` all the same.
    A line that did nothing but fail raises its error; otherwise errors are shown, and the line fails at its end.
    """
    script = language.parse(text)
    refuse_in_lanes(notebook, script)
    world = NotebookRuntime(notebook, collect=True, in_place=in_place, draws=not quiet)
    try:
        with turn_of(notebook):
            failures = interpreter_for(world).run(script, preferences=preferences())
        output = world.collected()
        world.raise_line(failures, output)
        if world.showed_some:
            world.show_what_came()
            keep_as_shown(notebook.shell, output)
            return None
    except KeyboardInterrupt as stop:
        raise world.interrupted(stop) from None
    finally:
        world.finish()
    return output if _gives(script) else None


def may_ask_by_form(text: str) -> bool:
    """Whether a cell of PowerShell may ask for a credential, or have ssh ask."""
    return _ASKS.search(text) is not None


def _gives(script: language.Script) -> bool:
    """Whether a line has a value: an assignment or a definition has none."""
    return any(
        not isinstance(one, language.statements.Assignment | language.statements.Function) for one in script.statements
    )


def refuse_in_lanes(notebook: Notebook, cell: language.Script | str) -> None:
    """Raise NotSent where a cell names a command that its session's lane refuses: nothing of the cell runs then."""
    try:
        script = language.parse(cell) if isinstance(cell, str) else cell
    except CellError:
        return  # PowerShell's alone: each call is looked at when it is sent
    found = (modules.find(name, notebook.current) for name in language.commands_in(script))
    for command in filter(None, found):
        refuse_in(command.session.lane, command.session.name, [command.name])


def run_cell(notebook: Notebook, text: str, keeping: Keeping = SHOWN) -> None:
    """Run a cell, showing each statement's output as it comes, unless `keeping` says otherwise.

    A statement that fails is shown and the next one runs, as in PowerShell; then the cell ends in CellFailed, so that a
    report that failed does not look like one that succeeded.
    """
    script = language.parse(text)
    refuse_in_lanes(notebook, script)
    world = NotebookRuntime(notebook, keeps=keeping.gathers, shows=keeping.shows_as_it_comes, draws=keeping.shown)
    with turn_of(notebook):
        interpreter_for(world).check(script)
    asks = any(name.lower() in ASKS for name in language.commands_in(script))
    try:
        if asks and notebook.can_show_forms:
            CellThread(world, lambda: _run(world, script, keeping), lambda: _suspended(notebook)).run()
        else:
            _run(world, script, keeping)
    except KeyboardInterrupt as stop:
        raise world.interrupted(stop) from None


def _run(world: NotebookRuntime, script: language.Script, keeping: Keeping) -> None:
    with turn_of(world.notebook):
        interpreter = interpreter_for(world)
        try:
            interpreter.run(script, preferences=preferences())
        finally:
            world.finish()
        exit_code = interpreter.exit_code
    keep(world.notebook, keeping, world.output())
    raise_exit(exit_code)
    world.raise_errors()


class CellEnded(RemoteError):
    """The cell ended by this error; the rest of it did not run. Shown as PowerShell shows it."""

    is_remote = False

    def __init__(self, record: ErrorRecord, text: str) -> None:
        super().__init__(record.message, "", error_id=record.error_id, category=record.category)
        self.text = text

    def _render_traceback_(self) -> list[str]:
        return show.painted(self.text or self.message).splitlines()


def raise_exit(code: int | None) -> None:
    """Raise CellEnded where a cell gave another code than 0 to `exit`."""
    if code:
        raise CellEnded(ErrorRecord(f"The cell ended with exit code {code}."), "")


_interpreters: WeakKeyDictionary[Notebook, language.Interpreter] = WeakKeyDictionary()
_turns: WeakKeyDictionary[Notebook, threading.Lock] = WeakKeyDictionary()


@contextmanager
def turn_of(notebook: Notebook) -> Iterator[None]:
    """Within it no other cell runs in the notebook's interpreter: one that runs beside this one, on a thread of its
    own, is waited for. An interrupt ends the wait. The turn is a cell's, not a thread's: who asks for it gives it on.
    """
    turn = _turns.setdefault(notebook, threading.Lock())
    _take(turn)
    try:
        yield
    finally:
        turn.release()


@contextmanager
def letting_others(notebook: Notebook) -> Iterator[None]:
    """Within it others have the turn of the cell that waits for its form."""
    turn = _turns[notebook]
    turn.release()
    try:
        yield
    finally:
        _take(turn)


@contextmanager
def _suspended(notebook: Notebook) -> Iterator[None]:
    """The same, and the interpreter is at nothing meanwhile."""
    resume = _interpreters[notebook].suspended()
    try:
        with letting_others(notebook):
            yield
    finally:
        resume()


def _take(turn: threading.Lock) -> None:
    while not turn.acquire(timeout=SLICE_SECONDS):
        continue


def interpreter_for(world: NotebookRuntime) -> language.Interpreter:
    """The notebook's interpreter, for this world: functions and `$Error` live on from cell to cell."""
    found = _interpreters.get(world.notebook)
    if found is None:
        found = _interpreters[world.notebook] = language.Interpreter(world)
    found.use(world)
    return found


def interpreter_of(notebook: Notebook) -> language.Interpreter | None:
    """The notebook's interpreter; None where none of its cells ran in it."""
    return _interpreters.get(notebook)


def function_details(notebook: Notebook, name: str) -> Details | None:
    """What is known of a function of this notebook's cells, or of a script file."""
    found = _interpreters.get(notebook)
    return found.function_details(name) if found is not None else None


def known_functions(notebook: Notebook) -> list[str]:
    """The functions and aliases that cells of this notebook made."""
    found = _interpreters.get(notebook)
    return found.function_names() if found is not None else []


class _Told(Enum):
    """What the cell's thread tells the kernel's."""

    FORM_SHOWN = "form shown"
    ENDED = "ended"


class World(Protocol):
    """A cell that runs: where it asks, and how it is ended."""

    notebook: Notebook
    ask: Callable[[str, str], Credential]
    person: Person | None

    def stop(self) -> bool:
        """End what the cell waits for, and with it the cell: whether it waits for something that can be ended. Called
        from another thread."""

    def interrupted(self, stop: KeyboardInterrupt) -> KeyboardInterrupt:
        """What to raise for an interrupt: says what became of the session."""


class CellThread:
    """A cell that may ask by a form: it runs beside the kernel's thread.

    work: runs the cell.  waiting: what is around the wait for an answer.
    """

    def __init__(
        self,
        world: World,
        work: Callable[[], None],
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._world = world
        self._cell = work
        self._waiting = waiting
        self._told: SimpleQueue[_Told] = SimpleQueue()
        self._answer: SimpleQueue[Credential | None] = SimpleQueue()
        self._form: ui.SignInForm | None = None
        self._failure: BaseException | None = None
        self._detached = False
        self._hears = False
        self._thread: threading.Thread | None = None
        self._over = False
        self._waits_for_person = False
        self._listening = Listening(getattr(world.notebook.shell, "kernel", None), self._interrupted)
        self._before = registry.newest
        """The last session before this cell."""
        world.ask = self._ask
        world.person = self._person = FormPerson(world.notebook, self._form_shown, self._give_up, self._for_person)

    def run(self) -> None:
        """Run until the cell ends or shows a form. An interrupt stops the cell and is passed on."""
        thread = self._begin()
        try:
            told = self._wait()
        except KeyboardInterrupt:
            self._stop(thread)
            raise
        if told is _Told.ENDED:
            self._raise_failure()
        else:
            self._listening.begin()

    async def waited(self) -> None:
        """The same until the cell has ended, for who hears the form's clicks while a cell awaits (`hears_clicks`)."""
        self._hears = True
        thread = self._begin()
        try:
            while thread.is_alive():
                await asyncio.sleep(POLL_SECONDS)
        except asyncio.CancelledError:  # so an interrupt comes to a cell that awaits
            self._stop(thread)
            raise KeyboardInterrupt from None
        self._raise_failure()

    def _begin(self) -> threading.Thread:
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(self._work,), name="lync_magic cell", daemon=True)
        usual = threading.stack_size(STACK_BYTES)
        try:
            thread.start()
        finally:
            threading.stack_size(usual)
        self._thread = thread
        return thread

    def _stop(self, thread: threading.Thread) -> None:
        forms: tuple[ui.Card[Any] | None, ...] = (self._form, self._person.form)
        for form in filter(None, forms):
            form.cancel(ui.INTERRUPTED)
        self._cancelled()
        self._person.leave()
        thread.join(INTERRUPT_SECONDS)
        self._give_up()

    def _give_up(self) -> None:
        """End the cell soon, wherever it is. Called from another thread."""
        if not self._world.stop() and self._thread is not None and not (self._waits_for_person or self._over):
            raise_in(self._thread)

    def _interrupted(self) -> None:
        """The kernel was interrupted while the cell goes on beside it."""
        if not self._waits_for_person:
            self._give_up()

    @contextmanager
    def _for_person(self) -> Iterator[None]:
        """Around a wait for the person."""
        self._waits_for_person = True
        try:
            with self._waiting():
                yield
        finally:
            self._waits_for_person = False

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    def _wait(self) -> _Told:
        while True:
            try:
                return self._told.get(timeout=SLICE_SECONDS)
            except Empty:
                continue

    def _work(self) -> None:
        try:
            self._cell()
        except KeyboardInterrupt as stop:
            self._failure = self._world.interrupted(stop)
        except BaseException as error:  # noqa: BLE001 - it is raised in the kernel's thread, or shown
            self._failure = error
        self._over = True
        try:
            self._end_form()
            if self._detached and self._failure is not None:
                self._show_failure(self._failure)
        finally:
            self._listening.end()
            self._told.put(_Told.ENDED)

    def _show_failure(self, failure: BaseException) -> None:
        if isinstance(failure, LyncError | Interrupted):
            show.show_error(failure)
        else:
            sys.stderr.write(f"{type(failure).__name__}: {failure}\n")

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
        self._form_shown()
        with self._for_person():
            credential = self._answer.get()
        if credential is None:
            raise CredentialNeeded("The form was cancelled; the rest of the cell did not run.", "Run the cell again.")
        return credential

    def _form_shown(self) -> None:
        if not self._hears:
            self._detached = True
            self._told.put(_Told.FORM_SHOWN)

    def _cancelled(self) -> None:
        self._give_up()
        self._answer.put(None)

    def _end_form(self) -> None:
        done = say("Signed in.") if registry.newest > self._before else say("The credential is there.")
        self._person.end(self._failure, done)
        form, self._form = self._form, None
        if form is None:
            return
        if isinstance(self._failure, LyncError):
            form.cancel(self._failure.said()[0].splitlines()[0])
        else:
            form.succeed(done)
