"""What every part of the evaluator stands on. Like the parser it is one class in layers; a lower layer names what it
needs of a higher one as an abstract method here."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.errors import LyncError, RemoteError
from lync_magic.language.evaluate import streams
from lync_magic.language.evaluate.automatic import Automatic
from lync_magic.language.evaluate.blocks import Block, sets_ok
from lync_magic.language.evaluate.error_values import (
    ErrorValue,
    ExceptionValue,
    exception_of,
    is_servers,
    locate,
    record_of,
    was_thrown,
)
from lync_magic.language.evaluate.first_point import FirstPoint
from lync_magic.language.evaluate.flow import Flow, Return
from lync_magic.language.evaluate.frames import keep_frames
from lync_magic.language.evaluate.scope import GlobalScope, Scope
from lync_magic.language.evaluate.streams import Sink
from lync_magic.language.evaluate.strict import unset
from lync_magic.language.runtime import Runtime
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import NOTHING, SINGLE, collapse, lookup, plain
from lync_magic.language.values.culture import INVARIANT
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping, error_of, is_halt, stop_message
from lync_magic.language.values.net_random import NetRandom
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.preferences import ASKING, SILENT, action_of
from lync_magic.language.values.surroundings import environment
from lync_magic.language.values.text import separator_of, to_text

Code = Callable[[Scope], object]
"""An expression made ready to run: its value in a scope."""
Put = Callable[[Scope, object], None]
"""Where an assignment puts a value, made ready to run."""
Turn = Callable[[Scope], Iterable[object]]
"""Statements made ready to run again and again: the output of one turn."""
_USING: Final = (
    "A Using variable cannot be retrieved. A Using variable can be used only with Invoke-Command, Start-Job, or "
    "InlineScript in the script workflow. When it is used with Invoke-Command, the Using variable is valid only if the "
    "script block is invoked on a remote computer."
)
CONSTANTS: Final[dict[str, object]] = {"null": None, "true": True, "false": False}


def _ending_of(raised: LyncError | Stopping, *, wraps: bool, of_throw: bool) -> ExceptionValue | None:
    """The exception that a command ends with; None for a `throw` whose exception is not told."""
    error = error_of(raised)
    exception = exception_of(error)
    if isinstance(raised, Stopping) and raised.preferred:
        if raised.again and not of_throw:
            return None
        said = stop_message("ErrorActionPreference", error.message)
        return ExceptionValue(said, "ActionPreferenceStopException", error=error)
    if is_halt(error):
        return exception
    if was_thrown(exception) or getattr(error, "was_thrown", False):
        return ExceptionValue(error.message, "RuntimeException", exception.inner, error) if of_throw else None
    return of_cmdlet(error) if wraps else exception


def of_cmdlet(error: LyncError) -> ExceptionValue:
    """The exception that a cmdlet puts an error in which ends it."""
    by_provider = isinstance(error, ScriptError) and error.by_provider
    kind = "CmdletProviderInvocationException" if by_provider else "CmdletInvocationException"
    return ExceptionValue(error.message, kind, exception_of(error), error)


def said_within(error: LyncError, name: str) -> None:
    """Keep with an error which function, or block, it came up in; the innermost one is said first."""
    if name and not getattr(error, "within", ""):
        error.within = name  # type: ignore[attr-defined]


@dataclass
class Course:
    """A pipeline that is put together and runs. failed: a command of it wrote an error.  halted: what a command failed
    with, though what gives it objects went on.  naming: sets the variables that its commands name (-OutVariable), in
    their order, when all have their arguments.  leaving: what is to be done when it has ended."""

    failed: bool = False
    halted: LyncError | Stopping | None = None
    unknown: Callable[[], None] | None = None
    naming: list[Callable[[], object]] = field(default_factory=list)
    leaving: list[Callable[[], None]] = field(default_factory=list)


class EvaluatorCore(ABC):
    """The state of one notebook's evaluator.

    errors: those of the cell that runs.  ok: `$?`.  course: that of the pipeline that is being put together.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.scope = GlobalScope(runtime.variables)
        self.scope.sink = Sink(lambda event: self.runtime.report(event))
        self.automatic = Automatic()
        self.groups: object = None
        """What `-match` has found, until `$Matches` of its scope is that."""
        self.errors: list[LyncError] = []
        self.ok = True
        self.course = Course()
        self.random: NetRandom | None = None
        """What Get-Random draws from since -SetSeed."""
        self.script_methods: set[str] = set()
        """Those that objects were given (Add-Member), each with a dot before its lower-case name."""
        self.files: dict[str, Block] = {}
        """The script files that ran, by path."""
        self.untold: set[int] = set()
        """The calls, by identity, that may be seen outside unless they come to a file that is not known."""
        self.may_be_wrapped: Callable[[e.Binary, bool], bool] = lambda _node, _nested: True
        """Whether a list among the arguments of a `-f` may have come of a pipeline as one value; with whether any is
        within what it formats."""
        self.said: set[str] = set()
        """What was said once and need not be said again."""
        self.codes: dict[int, tuple[e.Node, Code]] = {}
        """The code of expressions and assignments, by the identity of their nodes, which are held here too."""
        self.turns: dict[int, tuple[tuple[s.Statement, ...], Turn]] = {}
        """The same for bodies that run again and again."""
        self.emitting = ""
        """What the object that is worked with has come out of: a "try" (or statements beside a `trap`), the "finally"
        of a pipeline that is halted, or neither."""
        self.within = ""
        """The innermost such thing that runs."""
        self.began = INVARIANT
        """The culture that the cell began in."""
        self.first: FirstPoint | None = None
        """That of the cell that runs."""
        self.errors_to: Mapping[int, streams.Put | None] | None = None
        """Where the object that is worked with came out of a command whose errors are redirected: to where."""
        """The files that redirections have open, as the cell names them."""
        self.climbing: BaseException | None = None
        """What failed behind an object and is not raised yet where that was given; see `upwards`."""
        self.guards = 0
        """How many `try`, `trap` and `switch` there are around what runs; of loops the root scope tells it."""
        self.sending = 0
        """How many blocks for a session are being made words of; `$using:name` is the cell's variable there."""
        self.unwinding = False
        """Whether a pipeline is being closed because something in it failed or was left."""

    def use(self, runtime: Runtime) -> None:
        """Run against another runtime of the same notebook."""
        self.runtime = runtime
        self.scope.variables = runtime.variables

    def forget_code(self) -> None:
        """Of what has run; it is made anew where it runs again."""
        self.codes.clear()
        self.turns.clear()

    def known_functions(self) -> frozenset[str]:
        """Functions and aliases that earlier cells made, in lower case; methods with a dot before them."""
        return frozenset(self.scope.functions) | frozenset(self.scope.aliases) | self.script_methods

    def takers(self) -> int:
        """How many statements around what runs may take what is raised there."""
        return self.guards + self.scope.loops

    # --- variables -------------------------------------------------------------------------------------------------

    def variable(self, node: e.Variable, scope: Scope) -> object:
        """The value of a variable; `$null` where there is none."""
        found = self.lookup(node, scope)
        if found is MISSING and scope.strict and node.drive != "env":
            raise unset(f"{node.drive}:{node.name}" if node.drive else node.name)
        return None if found is MISSING else found

    def lookup(self, node: e.Variable, scope: Scope) -> object:
        """The value of a variable, MISSING where there is none."""
        folded = node.name.lower()
        if node.drive == "env":
            return _environment(node.name)
        if not node.drive or node.drive == "variable":
            if folded in CONSTANTS:
                return CONSTANTS[folded]
            found = scope.get(node.name)
            return found if found is not MISSING else self.automatic_value(folded)
        if node.drive in ("global", "script"):
            owner = scope.root if node.drive == "global" else scope.script
            found = owner.find(node.name, folded)
            return found if found is not MISSING else self.automatic_value(folded)
        if node.drive == "function":
            return self.function_variable(node.name, scope)
        if node.drive in ("local", "private"):
            return scope.holder.find(node.name, folded)
        if node.drive == "using" and not self.sending:
            raise ScriptError(_USING, "UsingWithoutInvokeCommand", "InvalidOperation")
        return scope.get(node.name)

    def function_variable(self, name: str, scope: Scope) -> object:
        """`$function:name`: what a function does; `$null` where there is none."""
        found = scope.function(name.lower())
        if found is None and self.runtime.is_remote(name):
            raise NotKnownHere(f"the function {name}, which is a server's command")
        return None if found is None else found.unnamed()

    def automatic_value(self, folded: str) -> object:
        """A variable that PowerShell sets, MISSING for another."""
        if folded == "?":
            return self.ok
        return self.automatic.get(folded)

    def keep_matches(self, scope: Scope) -> None:
        """`$Matches` of the level that assignments made here belong to is what `-match` has found, if it has."""
        found, self.groups = self.groups, None
        if found is None:
            return
        holder = scope.holder
        if holder.constraints or holder.locks:
            holder.unlocked("matches")
            found = holder.taken("matches", found)
        holder.own["matches"] = found

    def default_values(self, scope: Scope) -> Mapping[object, object]:
        """What `$PSDefaultParameterValues` says in a scope; nothing while it is disabled."""
        held = scope.get("PSDefaultParameterValues")
        defaults: Mapping[object, object] = held if isinstance(held, Mapping) else self.automatic.defaults
        if any(":" not in key and key.lower() != "disabled" for key in map(to_text, defaults)):
            raise NotKnownHere("a key of $PSDefaultParameterValues that is none")
        off = lookup(defaults, "Disabled") if defaults else MISSING
        return {} if off is not MISSING and to_bool(plain(off)) else defaults

    def separator(self, scope: Scope) -> str:
        """`$OFS`: what stands between the items of a list in a string."""
        return separator_of(scope.get("OFS"))

    # --- errors ----------------------------------------------------------------------------------------------------

    def failed(self, error: LyncError, scope: Scope) -> None:
        """A statement ended with an error: raise it to a `try`, or report it and go on with the next statement."""
        if scope.trying:
            self.keep_thrown(error, scope.sink)
            raise error
        preference = self.error_action(scope)
        if preference == "stop":
            self.keep_thrown(error, scope.sink)
            raise Stopping(error)
        self.record(error, scope, silent=preference in SILENT)

    def preference(self, name: str, scope: Scope) -> str:
        """What a preference variable says to do, in lower case."""
        return action_of(name.lower(), scope.get(name))

    def error_action(self, scope: Scope, told: str = "") -> str:
        """What to do with an error that came up. told: what -ErrorAction says, in lower case, or "". Raises
        NotKnownHere for what a person has part in."""
        action = told or self.preference("ErrorActionPreference", scope)
        if action in ASKING:
            raise NotKnownHere(f"an error under ErrorAction {action.title()}")
        return action

    def record(self, error: LyncError, scope: Scope, *, silent: bool = False, kept: bool = True) -> None:
        """Keep an error in `$Error` and show it unless it is silent."""
        said_within(error, scope.caller)
        keep_frames(error, scope)
        value = ErrorValue(error, came=is_servers(error))
        if kept:
            self.automatic.remember(value)
        if not silent:
            self.errors.append(error)
            scope.sink.report(record_of(error), value)
        elif kept:
            scope.sink.keep(record_of(error), value)

    def written(self, error: LyncError, scope: Scope) -> None:
        """A function's cmdlet writes an error: no `try` has it but where a preference of Stop raises it."""
        action = self.error_action(scope)
        if action == "stop":
            raise Stopping(error, preferred=True)
        self.record(error, scope, silent=action in SILENT, kept=action != "ignore")

    def remember(self, raised: LyncError | Stopping) -> None:
        """An error that a `catch` took stands in `$Error` too."""
        preferred = isinstance(raised, Stopping) and raised.preferred
        error = error_of(raised)
        self.automatic.remember(ErrorValue(error, preferred=preferred, came=is_servers(error), raised=True))

    @staticmethod
    def keep_thrown(raised: LyncError | Stopping, sink: Sink) -> None:
        """What leaves statements, and is not shown as an error, is in the -ErrorVariable of the function around them
        all the same: once for all statements that it leaves."""
        if sink.takes_objects:
            error = error_of(raised)
            sink.keep(record_of(error), ErrorValue(error))

    @staticmethod
    def keep_ending(raised: LyncError | Stopping, sink: Sink, *, wraps: bool, of_throw: bool = False) -> None:
        """What ended a command of a pipeline is in an -ErrorVariable as an exception, too, once. wraps: the command
        puts another's error into one of its own.  of_throw: what a `throw` raised is told as well."""
        if getattr(raised, "is_told", False):
            return
        raised.is_told = True  # type: ignore[union-attr]
        error = error_of(raised)
        ended = _ending_of(raised, wraps=wraps, of_throw=of_throw) if sink.takes_objects else None
        if ended is not None:
            sink.keep(record_of(error), ended)

    def placed(self, error: LyncError, node: e.Node) -> LyncError:
        """An error with the place of the statement or command it came from, where it has none yet."""
        first = self.first
        locate(error, node.extent if first is None or first.node is not node else first.around or node.extent)
        return error

    # --- what lower layers need of higher ones ---------------------------------------------------------------------

    @abstractmethod
    def evaluate(self, node: e.Expression, scope: Scope) -> object:
        """The value of an expression."""

    @abstractmethod
    def code(self, node: e.Expression) -> Code:
        """An expression as a function of the scope, made once."""

    @abstractmethod
    def value_code(self, node: s.Statement) -> Code:
        """`value_of` as a function of the scope."""

    @abstractmethod
    def assignment(self, node: s.Assignment) -> Code:
        """An assignment as a function of the scope, made once; its value."""

    @abstractmethod
    def statement(self, node: s.Statement, scope: Scope) -> Iterator[object]:
        """Run one statement: its output."""

    @abstractmethod
    def value_of(self, node: s.Statement, scope: Scope) -> object:
        """The value of a statement where one is wanted: an expression's as it is, else the collapsed output."""

    @abstractmethod
    def run_statements(self, statements: Iterable[s.Statement], scope: Scope) -> Iterator[object]:
        """Run statements one after the other; one that fails is reported and the next one runs."""

    @abstractmethod
    def put_code(self, target: e.Expression) -> Put:
        """How a value is put where an expression points."""

    @abstractmethod
    def step_code(self, operand: e.Expression, operator: str, *, after: bool) -> Code:
        """`++` or `--`, which is put back: the value before or `after` it."""

    @abstractmethod
    def call_block(
        self, block: Block, arguments: list[object], scope: Scope, input: Iterable[object] | None = None
    ) -> Iterator[object]:
        """Run a script block with positional arguments in a scope of its own."""

    @abstractmethod
    def enumerated(self, value: object) -> Iterator[object]:
        """What a value puts into the pipeline."""

    @abstractmethod
    def written_out(self, node: e.Expression, scope: Scope) -> Iterator[object] | None:
        """The output of `$( … )`, or of a command in brackets, which is all of a statement; None for all else."""

    @abstractmethod
    def enumerated_at_end(self, output: Iterator[object]) -> Iterator[object]:
        """What is gathered first; what there was before it was left or failed is written too."""

    @abstractmethod
    def turn(self, statements: tuple[s.Statement, ...]) -> Turn:
        """Statements that run again and again, made ready: the output of one turn."""

    def runner(self, block: Block, scope: Scope) -> Callable[[object], Iterable[object]]:
        """A script block made ready to run for item after item as `$_`, in the scope around it: its output. For MISSING
        it has the `$_` of what is around it."""
        if not block.is_simple:
            return lambda item: self.call_block(block, [], scope.for_item(item) if item is not MISSING else scope, None)
        alone = block.alone
        if alone is None:
            inner = scope.child(transparent=True)
            inner.dotted, own = not scope.fresh, inner.own
            turn = self.turn(block.node.statements)

            def run(item: object) -> Iterable[object]:
                own["_"] = item
                if item is MISSING:
                    del own["_"]
                return _until_return(turn(inner))

            return run
        value_of = self._raw(block, alone, scope)

        def value(item: object) -> Iterable[object]:
            found = value_of(item)
            return (found,) if type(found) in SINGLE else self.enumerated(found)

        return value

    def _raw(self, block: Block, alone: e.Expression, scope: Scope) -> Callable[[object], object]:
        """The value of the one expression that a block consists of, not gone through yet."""
        inner = scope.child(transparent=True)
        inner.dotted = not scope.fresh
        own, code, statement = inner.own, self.code(alone), block.node.statements[0]
        sets = sets_ok(statement)

        def value(item: object) -> object:
            own["_"] = item
            if item is MISSING:
                del own["_"]
            try:
                found = code(inner)
                if sets:
                    self.ok = True
                return found
            except RemoteError as error:
                self.placed(error, statement)
                self.ok = False
                self.failed(error, inner)
            except Return as returned:
                return collapse(returned.items)
            return NOTHING

        return value

    def valuer(self, block: Block, scope: Scope) -> Callable[[object], object]:
        """The same: the value of its output for an item."""
        alone = block.alone if block.is_simple else None
        if alone is None:
            run = self.runner(block, scope)
            return lambda item: collapse(list(run(item)))
        value_of = self._raw(block, alone, scope)

        def value(item: object) -> object:
            found = value_of(item)
            return found if type(found) in SINGLE else collapse(list(self.enumerated(found)))

        return value

    def tester(self, block: Block, scope: Scope) -> Callable[[object], bool]:
        """The same: whether its output for an item counts as true."""
        value_of = self.valuer(block, scope)

        def holds(item: object) -> bool:
            found = value_of(item)
            return found if type(found) is bool else to_bool(found)

        return holds


def _until_return(output: Iterable[object]) -> Iterable[object]:
    """The output of a block, which `return` ends."""
    return output if type(output) is list else _ending(output)


def _ending(output: Iterable[object]) -> Iterator[object]:
    try:
        yield from output
    except Return as returned:
        yield from returned.items


def gather(output: Iterable[object]) -> list[object]:
    """The output where it is wanted as one value. What leaves it takes along what had come."""
    made: list[object] = []
    try:
        made.extend(output)
    except Flow as left:
        left.items[:0] = made
        raise
    return made


def dropping(code: Code) -> Code:
    """The same where what was gathered is gone when something leaves it."""

    def value(scope: Scope) -> object:
        try:
            return code(scope)
        except Flow as left:
            left.items.clear()
            raise

    return value


def block_statements(block: Block) -> tuple[s.Statement, ...]:
    """The statements of a block without named parts. Raises NotKnownHere for one with them."""
    if block.node.parameters or any(not part.unnamed for part in block.node.blocks):
        raise NotKnownHere("a script block with parameters or named parts here")
    return block.node.statements


def _environment(name: str) -> object:
    known = environment(name)
    if name in known:
        return known[name]
    if os.name == "nt":
        return next((value for key, value in known.items() if key.lower() == name.lower()), None)
    return None
