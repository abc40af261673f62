"""Cells that run in the engine: what goes in before, the cell's text whole, what comes out after.

Rules: the text goes as it is to the engine's one runspace. A cell fails when it ended by an error, by `throw`, or by
`exit` with another code than 0; an error after which it went on is shown and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lync_magic.errors import EngineLost, LyncError, RemoteError
from lync_magic.messages import spoken
from lync_magic.powershell.bridge import Bridge, World
from lync_magic.powershell.commands import blocks, item_cmdlets, named_in, stands_alone
from lync_magic.powershell.earlier import Earlier
from lync_magic.powershell.engine import Engine, EngineState
from lync_magic.powershell.interrupts import Interrupts
from lync_magic.powershell.output import CellOutput, Sink, error_of, error_text
from lync_magic.powershell.place import Place
from lync_magic.powershell.synced import Synced
from lync_magic.powershell.travelling import Travelling
from lync_magic.powershell.variables import Exchange, may_assign
from lync_magic.psrp import Command, ErrorRecord, Pipeline, Report, WarningRecord, ignore
from lync_magic.records import Records

OWN_COMMAND: Final = (
    "{0} is PowerShell's own command here, not the one of {1}. That one: %lync {0}, or import it with --prefix or "
    "--allow-clobber."
)

if TYPE_CHECKING:
    from lync_magic.language import Interpreter, Left


@dataclass(frozen=True)
class CellEnd:
    """How a cell ended.

    failure, text: the error that ended it, and PowerShell's concise view of it.  exit_code: what it gave to `exit`.
    errors: how many errors it showed before its end.  objects: all that it gave.
    """

    failure: ErrorRecord | None
    text: str
    exit_code: int | None
    errors: int
    objects: Records

    @property
    def failed(self) -> bool:
        """Whether the cell counts as failed."""
        return self.failure is not None or bool(self.exit_code)


class Cells:
    """The cells of one notebook in one engine. variables: the notebook's, by name.

    eager: what a cell assigns comes to them when it ends; else when somebody calls `bring`, so that what nobody asks
    for stays in PowerShell as it is. The folder and the environment of this process are those of PowerShell's cells,
    from its last change on; where nobody is eager, PowerShell's are this process's too.
    other: the embedded evaluator, where it has run cells of the same notebook.
    """

    def __init__(
        self,
        engine: Engine,
        variables: MutableMapping[str, Any],
        *,
        eager: bool = True,
        other: Callable[[], Interpreter | None] = lambda: None,
    ) -> None:
        self.engine = engine
        self._exchange = Exchange(variables, lambda name, value: _own_value(other(), name, value))
        self._earlier = Earlier(engine, lambda: _left_by(other()))
        self._eager = eager
        self._place = Place()
        self._changed: set[str] = set()
        """What may have changed in place since it was brought."""
        self._unasked: set[str] = set()
        """What a cell may have assigned or changed, and Python has not asked for since."""
        self._synced = Synced()
        self._starts = 0
        self._is_halfway = False
        """Whether not all that changed in the engine has arrived, of what was asked for last."""
        self._has_run = False
        """Whether the engine ran a cell."""
        self._also: list[str] = []

    def send_with_next(self, name: str) -> None:
        """Let a variable go to the engine with the next cell, whether the cell names it or not."""
        self._also.append(name)

    def run(self, text: str, world: World, sink: Sink) -> CellEnd:
        """Run a cell and show what it gives as it comes.

        Raises EngineLost when the engine ended, PromptRefused when a question could not be asked, KeyboardInterrupt
        once the script and its remote command have stopped.
        """
        has_run = bool(self._starts)
        if has_run and not self.engine.still_lives():
            self._say_ended(sink)
        try:
            return self._run_once(text, world, sink)
        except EngineLost as lost:
            if not has_run or lost.cell_ran or self._starts:
                raise
        self._say_ended(sink)  # it was found to have ended when the cell was to go there
        return self._run_once(text, world, sink)

    def _say_ended(self, sink: Sink) -> None:
        sink.report(WarningRecord(spoken(f"The PowerShell of this notebook had ended. {self.engine.lost}")))

    def _run_once(self, text: str, world: World, sink: Sink) -> CellEnd:
        self.engine.start()
        if self.engine.starts != self._starts:
            self._starts = self.engine.starts
            self._forget()
        bridge = Bridge(self.engine, world, self._synced)
        output = CellOutput(sink, self.engine.decrypt, self.engine.programs_lines)
        failure: RemoteError | None = None
        try:
            self._before(text, sink)
        except EngineLost as lost:
            self._starts, lost.cell_ran = 0, False
            raise
        try:
            failure = self._run(text, bridge, output)
        except EngineLost:
            self._starts = 0  # that it is lost is said here
            raise
        finally:
            bridge.close()
            self._after(text, output.report)
        ended, shown = self._described(failure, text)
        return CellEnd(ended, shown, bridge.exit_code, output.errors, output.objects())

    def bring(self, names: Iterable[str]) -> None:
        """Bring what PowerShell changed in the variables of these names, as they are spelled here.

        Does nothing where there is nothing to bring. Raises LyncError.
        """
        spelled = {name.lower(): name for name in names}
        if spelled:
            self._bring(self._changed & set(spelled), spelled)

    def follow(self) -> None:
        """Go to the folder, and take the environment, that PowerShell changed. Raises LyncError."""
        if not self._eager and self._is_ours:
            self._place.to_python(self.engine)

    def bring_all(self) -> None:
        """Bring every variable that PowerShell changed. Raises LyncError."""
        self._bring(self._changed, {})

    def _bring(self, in_place: set[str], spelled: Mapping[str, str]) -> None:
        if not self._is_ours:
            return
        self._take(sorted(in_place), spelled, ignore)
        self._changed -= set(in_place)
        self._unasked -= set(map(str.lower, spelled.values())) if spelled else self._unasked

    @property
    def _is_ours(self) -> bool:
        """Whether the engine is there, free, and the one in which the last cell ran."""
        return self.engine.state is EngineState.READY and self.engine.starts == self._starts

    def end(self) -> None:
        """End the engine; the next cell starts another one, and nothing needs to be said of it then."""
        self.engine.close()
        self._starts = 0

    def _forget(self) -> None:
        """The engine is a new one. What the old one had changed, and Python had not asked for, is lost with it."""
        self._exchange.drop(self._unasked)
        self._exchange.forget()
        self._earlier.forget()
        self._unasked.clear()
        self._has_run = self._is_halfway = False
        self._synced.forget()
        self._changed.clear()
        self._place.begin_again(self.engine.folder)

    def prepare_to_complete(self, text: str) -> None:
        """Give the imported commands that a text names their parameters, where the engine and the session are free."""
        if not self._is_ours:
            return
        with suppress(LyncError):
            self.engine.complete()
            self._tell_modules()
        named = [command for command in named_in(text) if command.session.availability == "Available"]
        commands = self._synced.undefined(named)
        if commands:
            self.engine.ask_if_free("Add-LyncDefinition", 2.0, Blocks=blocks(commands))

    def _tell_modules(self) -> None:
        """Have the imports that came, and none that went; a first cell that names nothing of them does not wait."""
        for module in self._synced.module_changes():
            self._synced.leave(map(str, self.engine.ask("Update-LyncModule", Module=module)))

    def _run(self, text: str, bridge: Bridge, output: CellOutput) -> RemoteError | None:
        commands = (Command(text, is_script=True, merge_errors=True), Command("LyncMagic\\Out-LyncCell"))
        pipeline = Pipeline(commands, history=text.strip())
        interrupts = Interrupts()

        def meanwhile() -> float:
            interrupts.raise_lost()
            output.take_programs()
            return bridge.meanwhile()

        try:
            with interrupts:
                for batch in self.engine.run(pipeline, host=bridge, report=output.report, meanwhile=meanwhile):
                    output.feed(batch)
                output.take_programs()
        except RemoteError as error:
            return error
        finally:
            output.flush()
        return None

    def _before(self, text: str, sink: Sink) -> None:
        """Tell the engine what the cell needs: sessions and imports, commands that it names, variables that changed."""
        engine = self.engine
        self._place.to_engine(engine)
        named = named_in(text)
        needs_all = bool(self._has_run or named or not stands_alone(text) or self._earlier.is_there)
        if needs_all:
            engine.complete()
            self._tell_modules()
            sessions = self._synced.session_changes()
            if sessions is not None:
                engine.ask("Update-LyncSession", Sessions=sessions)
        for command in self._synced.take_left(named):
            sink.report(WarningRecord(spoken(OWN_COMMAND.format(command.alias, command.session.name))))
        commands = self._synced.undefined(named)
        if commands:
            engine.ask("Add-LyncDefinition", Blocks=blocks(commands))
        verbs = item_cmdlets(text)
        if verbs:
            engine.ask("Add-LyncItemCmdlet", Verbs=verbs)
        self._has_run = True
        self._earlier.bring()
        also = "".join(f" ${{{name}}}" for name in self._also)
        self._also.clear()
        going, anew, refused = self._exchange.outgoing(text + also, engine.encrypt)
        if going:
            travelling = Travelling("PowerShell", sink.report)
            try:
                refused += engine.give(going, anew, travelling.add)
            except BaseException:
                self._exchange.did_not_go(going)
                raise
            finally:
                travelling.end()
        if refused and not self._eager:  # its own may be there
            refused = [str(name) for name in engine.ask("Get-LyncMissing", Names=refused)]
        elif refused:
            engine.give(dict.fromkeys(refused), ())
        for name in refused:
            sink.report(
                WarningRecord(
                    spoken(f"${name} is $null in this cell: what Python holds there has no form in PowerShell.")
                )
            )

    def _after(self, text: str, report: Report) -> None:
        """Take what the cell assigned. An engine that has ended gives nothing."""
        if not self._eager:
            self._changed |= {name.lower() for name in self._exchange.changed_in_place(text)}
            self._unasked |= {name.lower() for name in may_assign(text)} | self._changed
            return
        with suppress(EngineLost):
            self._take(self._exchange.changed_in_place(text), {}, report)

    def _take(self, in_place: Sequence[str], spelled: Mapping[str, str], report: Report) -> None:
        """Take what changed, of the names in `spelled` alone where there are any. What an interrupt keeps from arriving
        comes the next time."""
        engine, anew = self.engine, self._is_halfway
        self._is_halfway = True
        travelling = Travelling("Python", report)
        try:
            only = list(spelled.values())
            with closing(engine.changes(in_place, only, anew=anew, came=travelling.add, report=report)) as changed:
                self._exchange.incoming(changed, engine.decrypt, engine.encrypt, self._synced.sessions, spelled)
        finally:
            travelling.end()
        self._is_halfway = anew and bool(spelled)

    def _described(self, failure: RemoteError | None, text: str) -> tuple[ErrorRecord | None, str]:
        """The error that ended a cell, as PowerShell shows it."""
        if failure is None:
            return None, ""
        try:
            asked = self.engine.ask("Get-LyncFailure", Text=text if failure.category == "ParserError" else "")
        except LyncError:
            asked = []
        if not asked:
            return ErrorRecord(failure.message, failure.error_id, failure.category), failure.message
        return error_of(asked[0]), error_text(asked[0])


def _own_value(other: Interpreter | None, name: str, value: object) -> object:
    return value if other is None else other.own_value(name, value)


def _left_by(other: Interpreter | None) -> Left | None:
    return None if other is None else other.left()
