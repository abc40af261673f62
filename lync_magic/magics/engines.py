"""Which engine runs a cell, and how a cell runs in PowerShell: its world, its screen.

Rules: `auto` gives a cell to the embedded evaluator where that knows it exactly; the first cell that it refuses goes to
PowerShell, where there is one, with one line that says why, and so do all cells after it. A cell that may ask by a form
runs on a thread of its own, as in `cells`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from lync_magic import language
from lync_magic.clixml import Credential, ObjectLike, SecureString
from lync_magic.errors import (
    CellError,
    CellFailed,
    CellNotSupported,
    CellSyntaxError,
    LyncError,
    PowerShellMissing,
    SessionError,
    UsageError,
)
from lync_magic.importing import RemoteCommand, modules
from lync_magic.magics import cells
from lync_magic.magics import display as show
from lync_magic.magics.cells import CellEnded
from lync_magic.magics.counting import Counting
from lync_magic.magics.keeping import SHOWN, Keeping, keep
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.result import Result
from lync_magic.magics.runtime import NotebookRuntime
from lync_magic.magics.screen import Screen, ShownError
from lync_magic.magics.script import in_session, session_cmdlet
from lync_magic.magics.settings import AUTO, EMBEDDED, POWERSHELL, forget_settings, settings
from lync_magic.messages import say
from lync_magic.powershell import CellEnd, Cells, Engine, EngineState, Whole, item_cmdlets, whole
from lync_magic.psrp import Choice, ErrorRecord, Host
from lync_magic.sessions import Person, how_to_install_powershell, preferences

TO_CHOOSE: Final = 'To have it run the cells: %config LyncMagic.engine = "powershell"'

_BEGINS: Final[dict[str, object]] = {"WhatIfPreference": False, "ConfirmPreference": "High"}
"""What PowerShell's preferences are where nobody sets them."""


class Engines:
    """The engines of one notebook."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self._config = settings(notebook.shell)
        notebook.adopted = lambda _session: self.start_soon()
        self._moved = False
        started = started_by(notebook)
        self.engine = started or Engine(folder=Path.cwd())
        self.cells = Cells(
            self.engine,
            notebook.variables,
            eager=started is None,
            other=lambda: cells.interpreter_of(notebook),
        )

    @property
    def choice(self) -> str:
        """What cells run in from here on, unless they say otherwise."""
        return POWERSHELL if self._moved and self._config.engine == AUTO else str(self._config.engine)

    def runs_in_powershell(self, first_line: str) -> bool:
        """Whether a cell with this first line would run in PowerShell, which is there already."""
        chosen = POWERSHELL if f"--engine {POWERSHELL}" in first_line else self.choice
        return chosen == POWERSHELL and self.engine.state is EngineState.READY

    def run(self, text: str, told: argparse.Namespace) -> None:
        """Run a cell where it belongs. told: the options of its first line."""
        keeping = Keeping.told(told, self._config.result, quiet=self._config.quiet)
        text = language.without_prompts(text)
        if told.remote:
            with Screen(self.notebook, quiet=not keeping.shows_as_it_comes) as screen:
                end = in_session(self.notebook, text, screen)
            _keep(self.notebook, keeping, end)
            return
        choice = told.engine or self.choice
        if choice == EMBEDDED:
            cells.run_cell(self.notebook, text, keeping)
            return
        if choice == AUTO:
            refused = self._refusal(text) or self._run_here(text, keeping)
            if refused is None:
                return
            self._check_moves(refused, text)
            self._move(refused)
        cells.refuse_in_lanes(self.notebook, text)
        self.run_in_powershell(text, keeping)

    def run_file(self, file: str, line: str, told: argparse.Namespace) -> None:
        """Run a script file in PowerShell, and where there is none as a cell with these options that calls it.

        line: its name, and behind it the words for PowerShell. Raises UsageError where there is no such file.
        """
        if self._config.engine != EMBEDDED and self.engine.find() is not None:
            self.run_in_powershell(file_call(file, line))
            return
        path = Path(file).expanduser().absolute()
        if not path.is_file():
            raise UsageError(f"There is no file {path}.", "Usage: %lync run FILE.ps1 [-Name value …]")
        call = f"$global:LASTEXITCODE = 0; & {_quoted(path)} {_words_of(line)}"
        self.run(f"{call}\nif ($LASTEXITCODE) {{ exit $LASTEXITCODE }}", told)

    def run_in_powershell(self, text: str, keeping: Keeping = SHOWN) -> None:
        """Run a cell in the engine. Raises CellEnded when it ended by an error."""
        world = EngineWorld(self.notebook, self)
        if self.notebook.can_show_forms and cells.may_ask_by_form(text):
            others = partial(cells.letting_others, self.notebook)
            cells.CellThread(world, lambda: self._run(text, keeping, world), others).run()
        else:
            self._run(text, keeping, world)

    def _run(self, text: str, keeping: Keeping, world: EngineWorld) -> None:
        with cells.turn_of(self.notebook):
            if self.notebook.asks and self.engine.state is EngineState.BUSY:
                raise SessionError(
                    "PowerShell is in a cell that waits for its form.",
                    "Answer the form, or cancel it, and run this again.",
                )
            end = self._ended(text, keeping, world)
        _keep(self.notebook, keeping, end)
        if end.failure is not None:
            raise CellEnded(end.failure, end.text)
        cells.raise_exit(end.exit_code)

    def _ended(self, text: str, keeping: Keeping, world: EngineWorld) -> CellEnd:
        """Run a cell, showing what it gives, to its end."""
        with self._screen(world, quiet=not keeping.shows_as_it_comes) as screen:
            if keeping.shown:
                world.counting = Counting(screen.report)
            try:
                with self._preferring(preferences()):
                    return self.cells.run(text, world, screen)
            finally:
                world.finish()

    @contextmanager
    def _preferring(self, values: Mapping[str, object]) -> Iterator[None]:
        """Have PowerShell's preferences be these while a cell runs, and what they were, or begin with, afterwards."""
        variables = self.notebook.variables
        before = {name: variables.get(name, _BEGINS[name]) for name in values}
        variables.update(values)
        try:
            yield
        finally:
            variables.update(before)

    def _screen(self, world: EngineWorld, *, holds: bool = False, quiet: bool = False) -> Screen:
        """Where a cell shows its output, as wide as the settings say."""
        if self.engine.width != self._config.width:
            self.engine.set_width(int(self._config.width))
        return Screen(self.notebook, holds=holds, quiet=quiet, noted=world.note)

    # --- a kernel of PowerShell --------------------------------------------------------------------------------------

    def run_whole(self, text: str) -> Result | None:
        """Run a cell of a kernel whose cells are PowerShell; what it gave, where that is anything.

        Raises CellEnded for an error that nothing caught or silenced, when all else has run and was shown.
        """
        text = language.without_prompts(text)
        choice = self._config.engine
        if choice == AUTO:
            choice = POWERSHELL if self.engine.find() is not None else EMBEDDED
        if choice == EMBEDDED:
            self._run_embedded(text)
            return None
        return self._run_whole(text, EngineWorld(self.notebook, self, leaves=False))

    def may_ask_by_form(self, text: str) -> bool:
        """Whether a cell of such a kernel is one for `run_asking`."""
        if not cells.may_ask_by_form(text) or self._config.engine == EMBEDDED or self.engine.find() is None:
            return False
        return self.notebook.can_show_forms and self.notebook.hears_clicks

    async def run_asking(self, text: str) -> Result | None:
        """Run such a cell as `run_whole` does; what it asks stands in forms, and it waits for them."""
        text = language.without_prompts(text)
        world = EngineWorld(self.notebook, self, leaves=False)
        gave: list[Result | None] = []
        try:
            await cells.CellThread(world, lambda: gave.append(self._run_whole(text, world))).waited()
        except KeyboardInterrupt:
            self.engine.end_what_runs()
            raise
        return gave[0]

    def _run_whole(self, text: str, world: EngineWorld) -> Result | None:
        with self._screen(world, holds=True, quiet=bool(self._config.quiet)) as screen:
            try:
                end = self.cells.run(text, world, screen)
            finally:
                world.finish()
            if end.failure is not None:
                screen.release()
                raise CellEnded(end.failure, end.text)
            held = screen.take_error()
            if screen.errors:
                raise _failed(screen.errors, held)
            looks = screen.take_looks()
        if end.exit_code is not None:
            self._exit(end.exit_code)
        if not len(end.objects):
            return None
        return Result(_value_of(end), looks.bundle if looks is not None else {})

    def _run_embedded(self, text: str) -> None:
        """Run a kernel's cell in the embedded evaluator."""
        cells.run_cell(self.notebook, text)
        interpreter = cells.interpreter_of(self.notebook)
        if interpreter is not None and interpreter.exit_code is not None:
            show.say(say("exit ended this cell. There is no PowerShell session here to end: its variables are kept."))

    def _exit(self, code: int) -> None:
        """`exit` ends the session, as it ends a console; the next one begins in the folder where it was.

        Raises CellEnded for another code than 0.
        """
        with suppress(LyncError):
            self.cells.follow()
        self.cells.end()
        text = f"exit ended this PowerShell session (exit code {code}). The next cell starts a new one."
        if code:
            raise CellEnded(ErrorRecord(text, "Exit"), text)
        show.say(text)

    # --- moving from one engine to the other -----------------------------------------------------------------------

    def _refusal(self, text: str) -> CellError | None:
        """Why the embedded evaluator does not take a cell, or None."""
        try:
            language.check(language.parse(text), NotebookRuntime(self.notebook))
        except CellError as refused:
            return refused
        return None

    def _run_here(self, text: str, keeping: Keeping) -> CellNotSupported | None:
        """Run a cell in the embedded evaluator; why it is as if it had not begun, where that came out in its run."""
        try:
            cells.run_cell(self.notebook, text, keeping)
        except CellNotSupported as refused:
            return refused
        return None

    def _check_moves(self, refused: CellError, text: str) -> None:
        """Raise a cell's refusal where no PowerShell takes it: there is none, or it does not read the cell either."""
        if self.engine.find() is None:
            raise refused
        if isinstance(refused, CellSyntaxError):
            self.engine.start()
            if whole(self.cells, text) in (Whole.INVALID, Whole.INCOMPLETE):
                raise refused

    def _move(self, refused: CellError) -> None:
        self.engine.start()
        what = refused.said()[0].strip().rstrip(".").splitlines()[0]
        version = f"PowerShell {self.engine.version}"
        show.say(f"Line {refused.line}: {what}. This notebook's cells run in {version} from here on.")
        self._moved = True

    # --- the engine itself -----------------------------------------------------------------------------------------

    def start_soon(self) -> None:
        """Start PowerShell in the background where cells may need it: in a kernel, whose person reads meanwhile."""
        if self._config.engine != EMBEDDED and hasattr(self.notebook.shell, "kernel"):
            self.engine.start_soon()

    def about(self) -> str:
        """What `%lync engine` shows."""
        try:
            program = self.engine.find()
        except PowerShellMissing as missing:
            return " ".join(missing.said())
        lines = [f"Cells run in: {self.choice}"]
        if program is None:
            return "\n".join([*lines, f"PowerShell: none found. {how_to_install_powershell()}"])
        lines += [f"PowerShell: {self.engine.version or 'not started yet'}", f"Program: {program}"]
        state = self.engine.state.value
        lines.append(f"State: {state}" + (f" (process {self.engine.pid})" if self.engine.pid else ""))
        if self.choice == EMBEDDED:
            lines.append(TO_CHOOSE)
        return "\n".join(lines)

    def restart(self) -> None:
        """End the engine and start another one."""
        lost = self.engine.state in (EngineState.READY, EngineState.BUSY)
        self.engine.restart()
        show.say("PowerShell was started anew." + (" What lived in it is gone." if lost else ""))

    def close(self) -> None:
        """End the engine; the next cell that needs it starts another one."""
        self.engine.close()

    def leave(self) -> None:
        """The extension goes: end the engine and take its setting away."""
        self.close()
        forget_settings(self.notebook.shell)


def file_call(file: str, line: str) -> str:
    """The cell that runs a script file. line: the file's name and, after it, the words for PowerShell."""
    named = Path(file).expanduser()
    path = _quoted(named)
    try:
        verbs = item_cmdlets(named.read_text("utf-8", "replace"))
    except OSError:
        verbs = []  # PowerShell says what is wrong with it
    return (f"LyncMagic\\Add-LyncItemCmdlet {', '.join(verbs)}\n" if verbs else "") + (
        "$global:LASTEXITCODE = 0\n"
        f"& (Resolve-Path -LiteralPath {path} -ErrorAction Stop).ProviderPath {_words_of(line)}\n"
        # it gave a code to `exit`, or it never began, as it takes no such parameter
        "if (-not $?) { if ($LASTEXITCODE) { exit $LASTEXITCODE } elseif ($Error[0].Exception -is "
        "[System.Management.Automation.ParameterBindingException] -and $Error[0].InvocationInfo.MyCommand.Path -eq "
        f"(Resolve-Path -LiteralPath {path}).ProviderPath) {{ exit 1 }} }}"
    )


def _words_of(line: str) -> str:
    """The words for PowerShell behind the name of a file."""
    words = line.strip()
    quote = words[0] if words[:1] in ("'", '"') else ""
    return (words[1:].partition(quote)[2] if quote else words.partition(" ")[2]).strip()


def _quoted(path: Path) -> str:
    """A path as text in a cell."""
    return "'" + str(path).replace("'", "''") + "'"


class EngineWorld:
    """The world of one cell in the engine: the notebook's sessions, and its person. leaves: bars leave a line."""

    def __init__(self, notebook: Notebook, engines: Engines, *, leaves: bool = True) -> None:
        self.notebook = notebook
        self._engines = engines
        self._runtime = NotebookRuntime(notebook, leaves=leaves)
        self._asks_by_form = False
        self.counting: Counting | None = None
        """Says how many calls there were, where anything is said."""

    @property
    def host(self) -> Host:
        """Who answers questions."""
        return self

    @property
    def ask(self) -> Any:
        """How a person is asked for a credential."""
        return self._runtime.ask

    @ask.setter
    def ask(self, way: Any) -> None:
        self._runtime.ask = way
        self._asks_by_form = True

    @property
    def person(self) -> Person | None:
        """Who is asked what ssh asks."""
        return self._runtime.person

    @person.setter
    def person(self, person: Person | None) -> None:
        self._runtime.person = person

    def stop(self) -> bool:
        """End the cell soon. For another thread."""
        self._runtime.stop()
        current = self.notebook.current
        if current is not None:
            current.stop()
        self._engines.engine.stop()
        return True

    def interrupted(self, stop: KeyboardInterrupt) -> KeyboardInterrupt:
        """What to raise for an interrupt."""
        return self._runtime.interrupted(stop)

    def note(self, error: ErrorRecord) -> None:
        """An error that the cell shows."""
        self._runtime.note(error)

    def finish(self) -> None:
        """The cell has ended: what was counted is said, bars go."""
        if self.counting is not None:
            self.counting.end()
        self._runtime.finish()

    def find(self, name: str) -> RemoteCommand | None:
        """The imported command that the cell calls now."""
        if self.counting is not None:
            self.counting.call(name)
        return modules.find(name, self.notebook.current)

    def cmdlet(self, name: str, bound: Mapping[str, Any], piped: Sequence[Any] | None) -> Iterator[object]:
        return session_cmdlet(self._runtime, name, bound, piped)

    # --- questions -------------------------------------------------------------------------------------------------

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        return self.notebook.host.choose(caption, message, choices, default)

    def read_line(self, prompt: str) -> str:
        return self.notebook.host.read_line(prompt)

    def read_masked(self, prompt: str) -> SecureString:
        return self.notebook.host.read_masked(prompt)

    def credential(self, caption: str, message: str, user_name: str, target: str) -> Credential:
        if self.notebook.can_ask and not self._asks_by_form:
            return self.notebook.host.credential("", message, user_name, target)
        return self._runtime.get_credential(user_name, message)


def started_by(notebook: Notebook) -> Engine | None:
    """The engine that a kernel of PowerShell started for its cells; None in another one."""
    started = getattr(getattr(notebook.shell, "kernel", None), "started", None)
    return started if isinstance(started, Engine) else None


def _failed(errors: Sequence[ShownError], held: ShownError | None) -> CellEnded:
    """How a cell ends that went on after errors. held: the one that has not been shown."""
    if held is not None:
        return CellEnded(held.record, held.text)
    first = errors[0]
    return CellEnded(first.record, f"{CellFailed(len(errors)).message}\n{first.text}")


def _value_of(end: CellEnd) -> object:
    """What a cell gave: its objects, or the one plain value."""
    if len(end.objects) == 1 and not isinstance(end.objects[0], ObjectLike):
        return end.objects[0]
    return end.objects


def _keep(notebook: Notebook, keeping: Keeping, end: CellEnd) -> None:
    """`-o NAME`, `--as KIND`, and `_`."""
    keep(notebook, keeping, end.objects)
    if len(end.objects):
        notebook.shell.user_ns["_"] = _value_of(end)
