"""The interpreter: runs a parsed cell against a runtime, statement by statement."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from types import MappingProxyType
from typing import Final

from lync_magic.clixml import ObjectLike
from lync_magic.errors import CellNotSupported, LyncError, RemoteError
from lync_magic.importing import Details
from lync_magic.language.checked import check, refuse
from lync_magic.language.checked.harmless import Harmless
from lync_magic.language.checked.wrapping import may_format_wrapped
from lync_magic.language.cmdlets.binder import Word
from lync_magic.language.cmdlets.help import told_of_function
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.constants import unknown_constant
from lync_magic.language.evaluate.core import Course
from lync_magic.language.evaluate.error_view import viewing
from lync_magic.language.evaluate.first_point import first_point
from lync_magic.language.evaluate.flow import Exit, Flow
from lync_magic.language.evaluate.functions import FunctionEvaluator
from lync_magic.language.evaluate.kept_back import KeptBack
from lync_magic.language.evaluate.records import gathered
from lync_magic.language.evaluate.script_files import file_alone, finds_function, is_path
from lync_magic.language.evaluate.streams import Sink
from lync_magic.language.evaluate.upwards import PipelineHalted
from lync_magic.language.handing import Left
from lync_magic.language.layout.cells import listing
from lync_magic.language.layout.display_sets import Sets, displaying
from lync_magic.language.runtime import Runtime
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import items_of, ungapped
from lync_magic.language.values.culture import Culture, current, in_culture, named, of_person, speaking
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping, error_of
from lync_magic.language.values.outside import waiting_for_changes
from lync_magic.language.values.spelled import RemoteEnum
from lync_magic.language.values.text import separating
from lync_magic.language.values.time_zones import Zone
from lync_magic.language.values.typed_members import Types, typing
from lync_magic.language.ways import way, way_on
from lync_magic.psrp import Event, ProgressRecord

NO_PREFERENCES: Final[Mapping[str, object]] = MappingProxyType({})


class Interpreter:
    """Runs cells of one notebook. Variables are the runtime's; functions live as long as the interpreter.

    culture: a name (`fr-FR`, "" for the invariant one); None for the person's.
    """

    def __init__(self, runtime: Runtime, culture: str | None = None) -> None:
        self._runtime = runtime
        self._evaluator = FunctionEvaluator(runtime)
        self._culture: Culture = (of_person() if culture is None else named(culture)) or of_person()
        self._spoken = self._culture
        self._pending: list[object] = []
        self._kept_back: KeptBack | None = None
        """What is said by statements of which nothing is seen outside, while only such have run."""
        self.exit_code: int | None = None
        """What the last cell gave to `exit`, or None."""
        self._display_sets: Sets = {}
        self._types: Types = {}
        self._evaluator.scope.sink = Sink(self._report)
        self._evaluator.may_be_wrapped = self._may_be_wrapped

    def use(self, runtime: Runtime) -> None:
        """Run the next cells against another runtime: functions, `$Error` and the like stay."""
        self._runtime = runtime
        self._evaluator.use(runtime)

    def check(self, script: s.Script) -> None:
        """Refuse what is not known here. Raises CellNotSupported with the construct's name, line and column."""
        check(script, self._runtime, self._evaluator.known_functions())
        with in_culture(self._culture):
            unknown = unknown_constant(script, self._evaluator)
        if unknown is not None:
            refuse(unknown[0].extent, unknown[1])

    def _may_be_wrapped(self, node: e.Binary, nested: bool) -> bool:
        return may_format_wrapped(node, nested, self._evaluator.known_functions())

    def function_names(self) -> list[str]:
        """The functions and aliases that its cells made, as they are called."""
        made = self._evaluator.scope.functions
        return sorted([*(block.name or name for name, block in made.items()), *self._evaluator.scope.aliases])

    def function_details(self, name: str) -> Details | None:
        """What is known of a function that its cells made, by its name or alias, or of a script file that is there;
        None of all else."""
        scope = self._evaluator.scope
        try:
            block = file_alone(name) if is_path(name) else scope.function(scope.named_by(name).lower())
            return told_of_function(block) if block is not None else None
        except NotKnownHere:
            return None

    def left(self) -> Left:
        """What its cells made besides the notebook's variables."""
        evaluator = self._evaluator
        automatic = evaluator.automatic
        variables = {
            "PSDefaultParameterValues": automatic.defaults.copy() if automatic.defaults else None,
            "Matches": evaluator.scope.own.get("matches"),
            "LASTEXITCODE": automatic.exit_code,
        }
        return Left(
            {name: block.definition for name, block in evaluator.scope.functions.items() if block.definition},
            {name: one.target for name, one in evaluator.scope.aliases.items()},
            tuple(automatic.errors),
            {name: value for name, value in variables.items() if value is not None},
        )

    def own_value(self, name: str, value: object) -> object:
        """What a cell holds in a variable of the notebook whose value there is this one."""
        return self._evaluator.scope.own_value(name, value)

    def suspended(self) -> Callable[[], None]:
        """Let other cells run while this one waits for a person: what came until now is shown. What is given goes on
        with it, when no other one runs."""
        self._flush()
        evaluator = self._evaluator
        evaluator.scope.settle_held()
        kept, text, code = vars(evaluator).copy(), evaluator.automatic.text, self.exit_code
        runtime = self._runtime
        evaluator.errors, evaluator.course, evaluator.guards = [], Course(), 0

        def resume() -> None:
            self.use(runtime)
            vars(evaluator).update(kept)
            evaluator.automatic.text, self.exit_code = text, code

        return resume

    def run(
        self, script: s.Script, arguments: Sequence[Word] = (), preferences: Mapping[str, object] = NO_PREFERENCES
    ) -> tuple[LyncError, ...]:
        """Run a cell. Its output goes to `runtime.emit`, each statement's in one call where nothing is said in between;
        errors that end a statement go to `runtime.report` as they come, the next statement runs, and they are returned.
        arguments: for the parameters at the cell's head.  preferences: variables that hold these values all the while.

        Raises CellNotSupported before anything of it is seen outside, as if it had not begun; the error of `throw` or
        of `-ErrorAction Stop`; and what is no statement's fault (a session that broke, an interrupt), after the streams
        on the server are closed.
        """
        self.check(script)
        self.exit_code = None
        self._evaluator.errors.clear()
        self._evaluator.automatic.text = script.extent.source.text
        self._evaluator.first, self._evaluator.began = first_point(script), self._culture
        self._source = script.extent.source
        self._source.script = script
        self._evaluator.climbing, self._evaluator.emitting = None, ""  # an interrupt may have left them
        self._evaluator.forget_code()  # of earlier cells
        self._evaluator.scope.begin()
        try:
            limit = partial(self._evaluator.scope.get, "FormatEnumerationLimit")
            separator = partial(self._evaluator.scope.get, "OFS")
            view = partial(self._evaluator.scope.get, "ErrorView")
            held = self._evaluator.scope.holding_fast(preferences)
            shown = viewing(view, lambda: self._runtime.width, partial(finds_function, self._evaluator))
            looks = (listing(limit), displaying(self._display_sets), typing(self._types))
            with ExitStack() as stack:
                for one in (*looks, separating(separator), shown, held, _calls_within_calls()):
                    stack.enter_context(one)
                with in_culture(self._culture), speaking(self._spoken), self._keeping_culture():
                    self._run(script, arguments)
        finally:
            self._evaluator.scope.settle()
        return tuple(self._evaluator.errors)

    @contextmanager
    def _keeping_culture(self) -> Iterator[None]:
        """The culture that a cell assigns is that of the next cells too, but where the cell was refused."""
        try:
            yield
        except CellNotSupported:
            raise
        except BaseException:
            self._culture = current()
            raise
        self._culture = current()

    def _run(self, script: s.Script, arguments: Sequence[Word]) -> None:
        evaluator = self._evaluator
        if script.parameters is not None or any(not block.unnamed for block in script.blocks):
            whole = Block(script, "")
            self._drain(lambda: evaluator.run_block(whole, list(arguments), evaluator.scope, None, shared=True))
            return
        harmless = Harmless(script, self._runtime, evaluator.known_functions())
        evaluator.untold = harmless.untold
        if any(isinstance(one, s.Trap) for one in script.statements):
            with self._keeping_back(len(harmless.statements) == len(script.statements)):
                self._drain(lambda: evaluator.run_statements(script.statements, evaluator.scope))
            return
        with self._keeping_back(bool(harmless.statements)):
            for place, statement in enumerate(script.statements):
                if self._kept_back is not None and (
                    place == len(harmless.statements)
                    or (self._kept_back.holds_objects and id(statement) in harmless.changing)
                ):
                    self._let_out()
                if not self._drain(lambda one=statement: evaluator.run_statements((one,), evaluator.scope)):
                    break

    @contextmanager
    def _keeping_back(self, harmless: bool) -> Iterator[None]:
        """While statements run that are harmless, or not."""
        self._kept_back = KeptBack(self._evaluator) if harmless else None
        with waiting_for_changes(self._let_out):
            try:
                yield
            finally:
                self._let_out()

    def _let_out(self) -> None:
        """From here on something is seen outside."""
        kept, self._kept_back = self._kept_back, None
        if kept is not None:
            kept.let_out()

    def _refused(self, what: str, line: tuple[int, int] | None) -> CellNotSupported | None:
        """The error of a cell of which nothing has been seen outside: it is as if it had not begun."""
        kept = self._kept_back
        if kept is None or line is None:
            return None
        self._pending.clear()
        kept.undo()
        source = self._source.line_text(line[0])
        return CellNotSupported(f"Not known here yet: {what}", *line, way(what), source=source)

    def _drain(self, begin: object) -> bool:
        """Gather the output of a statement and show it; whether the cell goes on after it."""
        try:
            for item in begin():  # type: ignore[operator]
                self._pending.append(_for_python(item))
        except (Stopping, RemoteError) as raised:
            self._flush()
            self._evaluator.remember(raised)
            raise error_of(raised) from raised.__cause__
        except NotKnownHere as unknown:
            if (refused := self._refused(unknown.what, unknown.line)) is not None:
                raise refused from None
            message = f"This cell came to {unknown.what}, which is not known here."
            failed = ScriptError(message, "NotSupported", "NotImplemented")
            failed.line, failed.advice = unknown.line, way_on(unknown.what)
            raise failed from None
        except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, OSError, MemoryError) as failed:
            raise _unforeseen(failed) from failed
        except RecursionError:
            message = "The script failed due to call depth overflow."
            raise ScriptError(message, "CallDepthOverflow", "InvalidOperation") from None
        except PipelineHalted:
            return False
        except Flow as left:  # `return`, `break` and `continue` outside a loop end a cell as they end a script
            self._pending += map(_for_python, left.items)
            if isinstance(left, Exit):
                self.exit_code = left.code
            return False
        finally:
            self._flush()
        return True

    def _report(self, event: Event) -> None:
        """What is said stands after the output that came before it; progress has no place, and parts no table."""
        if not (isinstance(event, ProgressRecord) and self._pending and isinstance(self._pending[-1], ObjectLike)):
            self._flush()
        self._say(partial(self._runtime.report, event), ())

    def _flush(self) -> None:
        items, self._pending = self._pending, []
        if not items:
            return
        shown = items_of(gathered(items))
        self._say(partial(self._runtime.emit, shown), items)

    def _say(self, say: Callable[[], None], items: Sequence[object]) -> None:
        if self._kept_back is None:
            say()
            return
        self._kept_back.keep(say, items)
        if self._kept_back.is_long:
            self._let_out()


_FRAMES: Final = 3_000
"""Of Python's: one call of a function takes a dozen of them. They take a megabyte of the thread's stack."""


@contextmanager
def _calls_within_calls() -> Iterator[None]:
    """Let functions call themselves some 200 times deep."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _unforeseen(failed: Exception) -> ScriptError:
    """What this side did not expect of a value ends the cell with a word, as whatever is not known here does."""
    if isinstance(failed, OSError):
        reason = failed.strerror or str(failed)
        message = f"{reason}: '{failed.filename}'." if failed.filename is not None else f"{reason}."
        return ScriptError(message, "System.IO.IOException", "WriteError", exception="IOException")
    if isinstance(failed, MemoryError):
        message = "Insufficient memory to continue the execution of the program."
        return ScriptError(message, "System.OutOfMemoryException", "OperationStopped", exception="OutOfMemoryException")
    message = f"This cell came to a value that is not known here ({type(failed).__name__})."
    return ScriptError(message, "NotSupported", "NotImplemented")


def _for_python(item: object) -> object:
    if isinstance(item, Zone):
        str(item)  # of some the name is not known here, which is refused while it can be
    if type(item) is RemoteEnum:
        return item.origin
    return ungapped(item)
