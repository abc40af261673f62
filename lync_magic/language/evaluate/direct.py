"""Bodies of loops and blocks whose statements only compute: a whole turn in one go, without a generator a statement.

Rule of this file: nothing in such a body calls a command or a script block, so that nothing is said while it runs but
errors, and those stand after the output that came before them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lync_magic.errors import LyncError, RemoteError
from lync_magic.language.evaluate.blocks import alone_in, is_silent, sets_ok
from lync_magic.language.evaluate.flow import Break, Continue, Flow
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.unassigned import leave_empty
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.calls import BLOCK_METHODS
from lync_magic.language.values.collections import SINGLE
from lync_magic.language.values.failures import NotKnownHere, Stopping, error_of
from lync_magic.language.values.numeric import to_bool

if TYPE_CHECKING:
    from lync_magic.language.evaluate.core import EvaluatorCore

_Step = Callable[[Scope, list[object]], None]
_CALLING: Final = (s.CommandCall, e.ScriptBlockExpression, e.SubExpression, e.ArrayExpression)
_SPEAKING: Final = ("?", "error", "host", "executioncontext", "pscmdlet")


@dataclass(frozen=True)
class _Failed:
    """An error that is reported once the output before it has gone out."""

    error: RemoteError
    scope: Scope


class Direct:
    """Makes such bodies ready to run."""

    def __init__(self, evaluator: EvaluatorCore) -> None:
        self._evaluator = evaluator
        self._late = False
        """Whether an error waits among the output of the turn."""

    def turn(self, statements: tuple[s.Statement, ...]) -> Callable[[Scope], Iterable[object]] | None:
        """The output of the statements as a list, or None where they do more than compute."""
        if any(_does_more(one) for one in statements):
            return None
        if _goes_on(statements):
            return None
        steps = self._steps(statements)
        if steps is None:
            return None
        run = self._list(steps)

        def turn(scope: Scope) -> Iterable[object]:
            made: list[object] = []
            try:
                run(scope, made)
            except (Flow, LyncError, Stopping, NotKnownHere) as raised:
                return self._delivered(made, raised)
            if self._late:
                return self._delivered(made, None)
            return made

        return turn

    def _delivered(self, output: list[object], raised: BaseException | None) -> Iterator[object]:
        """What came, errors in their places, and then how it ended."""
        self._late = False
        for item in output:
            if type(item) is _Failed:
                self._evaluator.failed(item.error, item.scope)
            else:
                yield item
        if raised is not None:
            raise raised

    def _steps(self, statements: tuple[s.Statement, ...]) -> list[tuple[_Step, s.Statement]] | None:
        made = []
        for one in statements:
            step = self._step(one)
            if step is None:
                return None
            made.append((step, one))
        return made

    def _list(self, steps: list[tuple[_Step, s.Statement]]) -> _Step:
        """Statements one after the other; one that fails is reported and the next one runs."""
        evaluator = self._evaluator
        told = [(step, statement, sets_ok(statement)) for step, statement in steps]

        def run(scope: Scope, output: list[object]) -> None:
            known: tuple[str, ...] | None = None
            try:
                for step, statement, sets in told:
                    try:
                        step(scope, output)
                        if sets:
                            evaluator.ok = True
                    except RemoteError as error:
                        evaluator.placed(error, statement)
                        evaluator.ok = False
                        stops = scope.trying or evaluator.preference("ErrorActionPreference", scope) == "stop"
                        if stops or not output:
                            evaluator.failed(error, scope)
                        else:
                            self._late = True
                            output.append(_Failed(error, scope))
                        known = tuple(scope.holder.empty) if known is None else known
                        leave_empty(statement, scope)
                    except Stopping as stopping:
                        evaluator.placed(stopping.error, statement)
                        evaluator.keep_thrown(stopping, scope.sink)
                        evaluator.ok = False
                        raise
            finally:
                if known is not None:
                    scope.holder.fill(known)

        return run

    def _step(self, node: s.Statement) -> _Step | None:
        alone = alone_in(node)
        if alone is not None:
            return self._value(alone)
        if isinstance(node, s.Assignment):
            return _unheard(self._evaluator.assignment(node))
        if isinstance(node, s.If):
            return self._if(node)
        if isinstance(node, s.Flow) and node.keyword in ("break", "continue") and node.value is None:
            flow = Break if node.keyword == "break" else Continue

            def leave(scope: Scope, output: list[object]) -> None:
                raise flow("")

            return leave
        return None

    def _value(self, node: e.Expression) -> _Step:
        code, enumerated = self._evaluator.code(node), self._evaluator.enumerated
        if is_silent(node):
            return _unheard(code)

        def step(scope: Scope, output: list[object]) -> None:
            value = code(scope)
            if type(value) in SINGLE:
                output.append(value)
            else:
                output.extend(enumerated(value))

        return step

    def _if(self, node: s.If) -> _Step | None:
        clauses: list[tuple[Callable[[Scope], object], _Step]] = []
        for clause in node.clauses:
            steps = self._steps(clause.body.statements)
            if steps is None:
                return None
            clauses.append((self._evaluator.value_code(clause.condition), self._list(steps)))
        last = self._steps(node.otherwise.statements) if node.otherwise is not None else []
        if last is None:
            return None
        otherwise, evaluator = self._list(last), self._evaluator

        def choose(scope: Scope, output: list[object]) -> None:
            for place, (condition, body) in enumerate(clauses):
                try:
                    found = condition(scope)
                except (RemoteError, Stopping) as raised:
                    evaluator.placed(error_of(raised), node.clauses[place].condition)
                    raise
                kind = type(found)
                if found if kind is bool or kind is int else to_bool(found):
                    body(scope, output)
                    return
            if last:
                otherwise(scope, output)

        return choose


def _unheard(code: Callable[[Scope], object]) -> _Step:
    """What is done without putting anything out."""

    def step(scope: Scope, output: list[object]) -> None:
        code(scope)

    return step


def _goes_on(statements: tuple[s.Statement, ...]) -> bool:
    """Whether something is done behind what puts something out: what takes that in a pipeline runs before it, and it is
    not done where the pipeline is stopped there."""
    for place, one in enumerate(statements):
        alone = alone_in(one)
        silent = isinstance(one, s.Assignment | s.Flow) or (alone is not None and is_silent(alone))
        if not silent and place < len(statements) - 1:
            return True
        if isinstance(one, s.If) and any(map(_goes_on, [clause.body.statements for clause in one.clauses])):
            return True
        if isinstance(one, s.If) and one.otherwise is not None and _goes_on(one.otherwise.statements):
            return True
    return False


def _does_more(node: e.Node) -> bool:
    """Whether something in it calls a command or a script block, may speak, or depends on what errors left behind."""
    if isinstance(node, _CALLING):
        return True
    if isinstance(node, e.Invoke):
        known = isinstance(node.name, e.String) and node.name.value.lower() not in BLOCK_METHODS
        if not known or any(isinstance(one, e.ScriptBlockExpression) for one in node.arguments):
            return True
    if isinstance(node, e.Variable):
        folded = node.name.lower()
        return folded in _SPEAKING or folded.endswith("preference")
    return any(_does_more(child) for child in node.children())
