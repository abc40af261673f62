"""Statements: flow of control, lists of statements, and the errors between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final

from lync_magic.clixml import ObjectLike
from lync_magic.errors import LyncError, PipelineStopped, RemoteError
from lync_magic.language.cmdlets.files import lines_in_file
from lync_magic.language.evaluate.assign import UNUSUAL, AssignmentEvaluator
from lync_magic.language.evaluate.blocks import Block, alone_in, expression_of, gathered_in, is_silent, sets_ok
from lync_magic.language.evaluate.catching import caught_by, own_record, type_not_found
from lync_magic.language.evaluate.cmdlet_value import forget
from lync_magic.language.evaluate.core import Code, Turn, dropping, gather
from lync_magic.language.evaluate.direct import Direct
from lync_magic.language.evaluate.error_values import ErrorValue, ExceptionValue, exception_of, thrown_anew
from lync_magic.language.evaluate.flow import Break, Continue, Exit, Flow, LoopFlow, Return
from lync_magic.language.evaluate.foretelling import foretell
from lync_magic.language.evaluate.frames import keep_frames
from lync_magic.language.evaluate.function_info import renew
from lync_magic.language.evaluate.redirect import hides_messages, redirected_value
from lync_magic.language.evaluate.scope import Alias, Scope
from lync_magic.language.evaluate.script_files import place_unknown
from lync_magic.language.evaluate.streams import Redirected
from lync_magic.language.evaluate.unassigned import is_part, leave_empty, leave_place
from lync_magic.language.evaluate.upwards import OF_FINALLY, PipelineHalted, through
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import (
    NOTHING,
    SINGLE,
    ArrayList,
    Changed,
    Enumerator,
    SwitchParameter,
    collapse,
    each_of,
    is_collection,
    plain,
    watched,
)
from lync_magic.language.values.enumerators import place_in_loop
from lync_magic.language.values.exceptions import RUNTIME, is_a, kind_of
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    Stopping,
    error_of,
    is_halt,
    stop_message,
)
from lync_magic.language.values.numeric import to_bool, to_int
from lync_magic.language.values.patterns import matches_wildcard, regex_of_operator
from lync_magic.language.values.preferences import PREFERENCES, SILENT
from lync_magic.language.values.regex_values import RegexValue
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import same_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.wildcard_values import Wildcard, pattern_of

_ENDS_CELL: Final = (PipelineStopped,)
_HALTED: Final = ("The pipeline has been stopped.", "PipelineStopped", "OperationStopped")


class StatementEvaluator(AssignmentEvaluator):
    """Runs statements; each is a generator of its output."""

    def run_statements(self, statements: Iterable[s.Statement], scope: Scope) -> Iterator[object]:
        """Run statements one after the other; one that fails is reported and the next one runs."""
        traps = [one for one in statements if type(one) is s.Trap]
        inner = scope.child(transparent=True, trying=True) if traps else scope
        places = None if scope.dotted else scope.holder
        known = tuple(places.empty) if places is not None else ()
        self.guards += bool(traps)
        try:
            for statement in statements:
                kind = type(statement)
                try:
                    if kind is s.Assignment:
                        self.assignment(statement)(inner)  # type: ignore[arg-type]
                    else:
                        output = STATEMENTS[kind](self, statement, inner)
                        yield from through(self, output, emits="try") if traps else output
                    if sets_ok(statement):
                        self.ok = True
                except RemoteError as error:
                    yield from _left_behind(error)
                    self.placed(error, statement)
                    self.ok = False
                    if not traps:
                        self.failed(error, scope)
                    else:
                        yield from self._trapped(traps, error, scope)
                    leave_empty(statement, scope)
                except NotKnownHere as unknown:
                    place_unknown(unknown, statement.extent)
                    raise
                except Stopping as stopping:
                    yield from _left_behind(stopping)
                    self.placed(stopping.error, statement)
                    self.ok = False
                    if not traps:
                        self.keep_thrown(stopping, scope.sink)
                    if not traps and not stopping.climbed:
                        raise
                    if not traps:
                        self._thrown_on(stopping, scope)
                    else:
                        yield from self._trapped(traps, stopping, scope)
                except PipelineHalted as halted:
                    if not traps:
                        raise
                    yield from self._trapped(traps, halted, scope)
        finally:
            self.guards -= bool(traps)
            if places is not None and places.empty and not is_part(statements, places.block):
                places.fill(known)

    def _trapped(
        self, traps: list[s.Trap], raised: LyncError | Stopping | PipelineHalted, scope: Scope
    ) -> Iterator[object]:
        """What a `trap` does with an error: `continue` goes on, `break` hands it on, else it is reported."""
        halted = raised if isinstance(raised, PipelineHalted) else None
        if isinstance(raised, PipelineHalted):
            forget(raised.stage, scope)
            raised = ScriptError(*_HALTED, exception="PipelineStoppedException")
        error = error_of(raised)
        caught = caught_by([() if one.type is None else (one.type,) for one in traps], raised, trap=True)
        if caught is None:  # that of no trap beside it ends the block, and what is around it
            if halted is not None:
                raise halted
            self.keep_thrown(raised, scope.sink)
            raise raised if isinstance(raised, Stopping) else Stopping(error)
        keep_frames(error, scope)
        found = traps[caught[0]]
        if halted is None:
            self.remember(raised)
            self.keep_thrown(raised, scope.sink)
        inside = found.type is None and getattr(error, "before", None) is None
        preferred = isinstance(raised, Stopping) and raised.preferred
        value = ErrorValue(error, unwrapped=True, preferred=preferred) if inside else caught[1]
        value.is_copy = value.trapped = True
        inner = scope.child(trying=True)  # what it assigns is its own
        inner.dotted = True
        try:
            yield from through(self, self.run_statements(found.body.statements, inner.for_item(value)), emits="try")
        except Continue:
            self.ok = False
            return
        except Break:
            if halted is not None:
                raise PipelineHalted(error, None) from None
            handed = Stopping(error, preferred=preferred)
            handed.of_trap = not isinstance(raised, Stopping)
            raise handed from None
        preference = self.error_action(scope)
        if preference == "stop":
            raise raised if isinstance(raised, Stopping) else Stopping(error)
        self.record(error, scope.uncaptured(), silent=preference in SILENT, kept=halted is None)
        self.ok = False

    def _trap(self, node: s.Trap, scope: Scope) -> Iterator[object]:
        yield from ()

    def _chain(self, node: s.Chain, scope: Scope) -> Iterator[object]:
        try:
            yield from self._part(node.left, scope)
        except RemoteError as error:
            self.placed(error, node.left)
            self.failed(error, scope)
            self.ok = False
        else:
            if sets_ok(node.left):
                self.ok = True
        if self.ok == (node.operator == "&&"):
            yield from self._part(node.right, scope)
            if sets_ok(node.right):
                self.ok = True

    def _data(self, node: s.Data, scope: Scope) -> Iterator[object]:
        """`data {…}` is its output; `data Name {…}` gives it to a variable."""
        output = self.run_statements(node.body.statements, scope)
        if not node.name:
            yield from output
            return
        scope.set(node.name, scope.taken(node.name, collapse([plain(item) for item in output])))

    def statement(self, node: s.Statement, scope: Scope) -> Iterator[object]:
        """Run one statement: its output."""
        return STATEMENTS[type(node)](self, node, scope)

    def turn(self, statements: tuple[s.Statement, ...]) -> Turn:
        """Statements that run again and again, made ready: the output of one turn, as a list where that is at hand."""
        known = self.turns.get(id(statements))
        if known is None:
            direct = Direct(self).turn(statements)
            made = direct if direct is not None else lambda scope: self.run_statements(statements, scope)
            known = self.turns[id(statements)] = (statements, made)
        return known[1]

    def value_code(self, node: s.Statement) -> Code:
        """The value of a statement where one is wanted: an expression's as it is, else the collapsed output."""
        alone = alone_in(node)
        if alone is not None:
            code = self.code(alone)
            return code if type(alone) in _MADE else lambda scope: _whole(code(scope))
        if isinstance(node, s.Assignment):
            return self.assignment(node)
        told = redirected_value(node)
        if told is not None and all(hides_messages(one) for one in told.redirections):
            return self._hushed(told)
        return lambda scope: collapse([plain(item) for item in gather(self.statement(node, scope))])

    def _hushed(self, node: s.CommandExpression) -> Code:
        """The value of an expression, what its making says left out."""
        code = self.code(node.expression)

        def value(scope: Scope) -> object:
            inner = scope.child(transparent=True)
            inner.sink = Redirected(scope.sink, {one.from_stream: None for one in node.redirections})
            return _whole(code(inner))

        return value

    def value_of(self, node: s.Statement, scope: Scope) -> object:
        """The value of a statement where one is wanted."""
        return self.value_code(node)(scope)

    # --- pipelines -------------------------------------------------------------------------------------------------

    def _pipeline(self, node: s.Pipeline, scope: Scope) -> Iterator[object]:
        if len(node.elements) == 1:
            element = node.elements[0]
            if isinstance(element, s.CommandExpression) and not element.redirections:
                expression = element.expression
                written = self.written_out(expression, scope)
                if written is not None:
                    yield from self.enumerated_at_end(written)
                    return
                value = self.fed(expression)(scope)
                if not is_silent(expression):
                    if type(value) in SINGLE:
                        yield value
                    else:
                        yield from self.enumerated(value)
                return
        yield from self.run_pipeline(node, scope)

    def written_out(self, node: e.Expression, scope: Scope) -> Iterator[object] | None:
        """The output of `$( … )`, or of a command in brackets, which is all of a statement; None for all else."""
        inside = gathered_in(node)
        if inside is None:
            return None
        while isinstance(node, e.Paren):
            within = alone_in(node.statement)
            if within is None:
                return map(plain, self.statement(inside[0], scope))
            node = within
        return self.run_statements(inside, scope)

    def _part(self, node: s.Statement, scope: Scope) -> Iterator[object]:
        """The output of a statement within another; what is in brackets is gathered, and lost where that fails."""
        if isinstance(alone_in(node), e.Paren | e.SubExpression):
            return self.enumerated(self.value_of(node, scope))
        return self.statement(node, scope)

    def enumerated_at_end(self, output: Iterator[object]) -> Iterator[object]:
        """What is gathered first; what there was before it was left or failed is written too."""
        items: list[object] = []
        try:
            for item in output:
                items.append(item)
        except (LyncError, Stopping, Flow):
            yield from items
            raise
        yield from self.enumerated(collapse(items))

    def enumerated(self, value: object) -> Iterator[object]:
        """What a value puts into the pipeline. Raises ScriptError where it is changed meanwhile."""
        try:
            if type(value) is list or type(value) is range:
                yield from value
                return
            for item in watched(value):
                if item is not NOTHING:
                    yield item
        except Changed as changed:
            message = f"An error occurred while enumerating through a collection: {changed}."
            raise ScriptError(message, "BadEnumeration", "InvalidOperation", target=_Enumerator(value)) from None

    def _assignment(self, node: s.Assignment, scope: Scope) -> Iterator[object]:
        self.assignment(node)(scope)
        yield from ()

    # --- conditions and loops --------------------------------------------------------------------------------------

    def _if(self, node: s.If, scope: Scope) -> Iterator[object]:
        for clause in node.clauses:
            if self._holds(clause.condition, scope):
                yield from self.run_statements(clause.body.statements, scope)
                return
        if node.otherwise is not None:
            yield from self.run_statements(node.otherwise.statements, scope)

    def _holds(self, condition: s.Statement, scope: Scope) -> bool:
        found = to_bool(self._placing(condition)(scope))
        if not sets_ok(condition):
            self.ok = True
        return found

    def _placing(self, condition: s.Statement) -> Code:
        """The value of a condition; an error in it is there."""
        asked = self._asked(condition)

        def value(scope: Scope) -> object:
            try:
                return asked(scope)
            except (RemoteError, Stopping) as raised:
                self.placed(error_of(raised), condition)
                raise

        return value

    def _asked(self, condition: s.Statement) -> Code:
        """The value of a condition: what a command had given is gone where something leaves it."""
        value_of = self.value_code(condition)
        return value_of if alone_in(condition) is not None else dropping(value_of)

    def _test(self, condition: s.Statement) -> Callable[[Scope], bool]:
        """The condition of a loop, made ready."""
        value_of, resets = self._placing(condition), not sets_ok(condition)

        def holds(scope: Scope) -> bool:
            found = value_of(scope)
            if resets:
                self.ok = True
            return found if type(found) is bool else to_bool(found)

        return holds

    def _while(self, node: s.While, scope: Scope) -> Iterator[object]:
        holds = self._test(node.condition)
        with scope.root.looping():
            yield from self._repeated(node, iter(lambda: holds(scope), False), scope)

    def _do(self, node: s.DoLoop, scope: Scope) -> Iterator[object]:
        holds = self._test(node.condition)
        with scope.root.looping():
            yield from self._repeated(node, chain((True,), iter(lambda: holds(scope), node.until)), scope)

    def _for(self, node: s.For, scope: Scope) -> Iterator[object]:
        holds = self._test(node.condition) if node.condition is not None else None
        step = self._placing(node.iterator) if node.iterator is not None else None

        def turns() -> Iterator[None]:
            if node.initializer is not None:
                self._placing(node.initializer)(scope)
            while holds is None or holds(scope):
                yield
                if step is not None:
                    step(scope)

        with scope.root.looping():
            yield from self._repeated(node, turns(), scope)

    def _foreach(self, node: s.ForEach, scope: Scope) -> Iterator[object]:
        source = self._gone_through(node.source, scope)
        if "$foreach" in node.body.extent.text.lower():
            yield from self._foreach_by_place(node, source, scope)
            return
        items = iter(()) if source is None or source is NOTHING else watched(source)
        turn = self.turn(node.body.statements)
        put = self._item_put(node.variable, scope)

        def through(item: object, inner: Scope) -> None:
            put(item)
            deque(turn(inner), maxlen=0)

        items = iter(foretell([node.body], self.runtime, scope, items, through))
        with scope.root.looping():
            try:
                yield from self._repeated(node, map(put, items), scope)
            except Changed as changed:
                error_id, kind = "System.InvalidOperationException", "InvalidOperationException"
                raise ScriptError(str(changed), error_id, "OperationStopped", exception=kind) from None
        leave_place(node.variable, scope)

    def _foreach_by_place(self, node: s.ForEach, source: object, scope: Scope) -> Iterator[object]:
        """A loop whose body asks for its place, or goes on in it (`$foreach`)."""
        told, kind = alone_in(node.source), type_of(source)
        if is_collection(source) and not kind.endswith(("[]", ".ArrayList")):
            raise NotKnownHere(f"$foreach in a [{NetType(kind).spoken}]")  # an enumerator that is a value is copied
        place = place_in_loop(source, is_range=isinstance(told, e.Binary) and told.operator == "..")
        put, inner = self._item_put(node.variable, scope), scope.child(transparent=True)
        inner.own["foreach"] = place
        with scope.root.looping():
            yield from self._repeated(node, map(put, place), inner)
        leave_place(node.variable, scope)

    def _repeated(
        self, node: s.While | s.DoLoop | s.For | s.ForEach, turns: Iterable[object], scope: Scope
    ) -> Iterator[object]:
        """The body of a loop once for each of its turns, which are begun one by one: what leaves a condition leaves the
        loop around this one."""
        turn = self.turn(node.body.statements)
        for _begun in turns:
            try:
                yield from turn(scope)
            except LoopFlow as flow:
                yield from flow.ended(node.label)
                if isinstance(flow, Break):
                    return

    def _gone_through(self, node: s.Statement, scope: Scope) -> object:
        """What a loop goes through: a command's output one by one, whatever it is, or an expression's value."""
        try:
            return self._source(node, scope)
        except (RemoteError, Stopping) as raised:
            self.placed(error_of(raised), node)
            raise

    def _source(self, node: s.Statement, scope: Scope) -> object:
        told = expression_of(node)
        if isinstance(node, s.Assignment) or (told is not None and not told.redirections):
            if told is not None and isinstance(told.expression, e.Binary) and told.expression.operator == "..":
                return self.drawn(told.expression)(scope)
            return self.value_of(node, scope)
        try:
            return [plain(item) for item in gather(self.statement(node, scope))]
        except Flow as left:
            left.items.clear()
            raise

    def _item_put(self, variable: e.Variable, scope: Scope) -> Callable[[object], None]:
        """How a loop's variable gets its next item: what an assignment does, made ready."""
        holder, folded = scope.holder, variable.name.lower()
        plainly = not variable.drive and folded not in PREFERENCES and folded not in UNUSUAL
        if plainly and scope.constraint(variable.name) is None and folded not in holder.locks:
            return holder.item_put(variable.name, folded)
        put = self.put_code(variable)
        return lambda item: put(scope, item)

    def _switch(self, node: s.Switch, scope: Scope) -> Iterator[object]:
        if "file" not in node.flags:
            yield from self._switched(node, self._gone_through(node.condition, scope), scope)
            return
        lines = lines_in_file(self.value_of(node.condition, scope))
        try:
            yield from self._switched(node, lines, scope)
        except _ENDS_CELL:
            raise
        except (LyncError, Stopping) as raised:
            error = error_of(raised)
            if getattr(error, "line", None) is not None:  # it came out of a statement, which has kept it
                self.remember(raised)
            raise _not_read(raised) from None

    def _switched(self, node: s.Switch, value: object, scope: Scope) -> Iterator[object]:
        _know_item(scope)
        self.guards += 1
        try:
            asked = "$switch" in node.extent.text.lower()
            place = place_in_loop(each_of(value), is_range=False) if asked else None
            for item in map(plain, each_of(value) if place is None else place):
                inner = scope.for_item(item)
                if place is not None:
                    inner.own["switch"] = place
                try:
                    matched = False
                    for clause in node.clauses:
                        if self._clause_holds(clause.pattern, node.flags, inner):
                            matched = True
                            yield from self.run_statements(clause.body.statements, inner)
                    if not matched and node.default is not None:
                        yield from self.run_statements(node.default.statements, inner)
                except Continue as flow:
                    yield from flow.ended(node.label)
        except Break as flow:
            yield from flow.ended(node.label)
        finally:
            self.guards -= 1

    def _clause_holds(self, pattern: e.Expression, flags: frozenset[str], scope: Scope) -> bool:
        """Whether `$_`, which clauses before may have set anew, is what a clause is for."""
        wanted = self.evaluate(pattern, scope)
        if isinstance(wanted, Block):  # an error in it is the whole statement's
            if not all(part.unnamed for part in wanted.node.blocks):
                raise NotKnownHere("a switch's case with named blocks")
            return to_bool(collapse(list(self.call_block(wanted, [], scope.child(transparent=True, unheard=True)))))
        if isinstance(wanted, ObjectLike) and not isinstance(wanted, SwitchParameter):
            raise NotKnownHere("a switch's case that is an object")  # PowerShell itself does not come back from it
        case, item = "casesensitive" in flags, unspelled(plain(scope.get("_")))
        if wanted is None or wanted is NOTHING:
            return item is None
        if isinstance(wanted, RegexValue):
            mine = wanted if wanted.cased == case else RegexValue(wanted.text, None if case else "IgnoreCase")
            return self._matches("match", item, mine, scope)
        if "regex" in flags:
            regex_of_operator(wanted, case=case)
            return self._matches("cmatch" if case else "match", item, wanted, scope)
        if "wildcard" in flags:
            return matches_wildcard(pattern_of(wanted), to_text(item), case=case)
        if isinstance(wanted, Wildcard):
            raise NotKnownHere("switch without -Wildcard and a [WildcardPattern]")
        return same_text(to_text(item), to_text(wanted), case=case)

    def _matches(self, name: str, item: object, wanted: object, scope: Scope) -> bool:
        made = to_bool(self.operate(name, to_text(item), wanted))
        self.keep_matches(scope)
        return made

    # --- errors ----------------------------------------------------------------------------------------------------

    def _try(self, node: s.Try, scope: Scope) -> Iterator[object]:
        """A `try` with what belongs to it. An error in a `catch` ends that block too: it is the error of the whole
        statement. What is thrown there under a preference that hides errors is hidden then."""
        final = node.final.statements if node.final is not None else ()
        self.guards += 1
        try:
            yield from self._finished(node, final, scope)
        finally:
            self.guards -= 1

    def _finished(self, node: s.Try, final: tuple[s.Statement, ...], scope: Scope) -> Iterator[object]:
        """A `try` with its `finally`, however it ends."""
        try:
            yield from self._tried(node, scope.child(transparent=True, trying=True))
        except GeneratorExit:
            try:
                for _item in self.run_statements(final, scope):
                    if self.unwinding:
                        raise NotKnownHere(OF_FINALLY) from None
                    break  # nobody takes it: PowerShell runs no more of the block
            except (LyncError, Stopping) as raised:
                self.remember(raised)
            raise
        except (LyncError, Stopping) as raised:
            if final:
                self.remember(raised)
                leave_empty(node, scope)
            yield from self.run_statements(final, scope)
            if not isinstance(raised, Stopping):
                raise
            self._thrown_on(raised, scope)
            return
        except PipelineHalted:
            yield from self._halted_within(final, scope)
            raise
        except Flow as left:  # what was gathered where it leaves is output before what `final` gives
            items, left.items = left.items, []
            yield from items
            leave_empty(node, scope)
            yield from self.run_statements(final, scope)
            raise
        except BaseException:
            yield from self.run_statements(final, scope)
            raise
        yield from self.run_statements(final, scope)

    def _thrown_on(self, thrown: Stopping, scope: Scope) -> None:
        """Raise what was thrown, or hide it where a preference hides errors."""
        stays = scope.trying or thrown.preferred or is_halt(thrown.error)
        if stays or self.preference("ErrorActionPreference", scope) not in SILENT:
            raise thrown
        self.record(thrown.error, scope, silent=True)
        self.ok = False

    def _halted_within(self, final: tuple[s.Statement, ...], scope: Scope) -> Iterator[object]:
        """What a `finally` gives to a pipeline that was halted: what fails there is in `$Error` alone, but for a `try`
        around it."""
        try:
            yield from through(self, self.run_statements(final, scope), emits="finally")
        except GeneratorExit:  # a stage that has all it wants takes none of it, and what halted the pipeline waits
            raise NotKnownHere(OF_FINALLY) from None
        except PipelineHalted:
            return
        except Stopping as thrown:
            if scope.trying:
                raise
            self.remember(thrown)

    def _tried(self, node: s.Try, inner: Scope) -> Iterator[object]:
        if not node.catches:
            yield from through(self, self.run_statements(node.body.statements, inner), emits="try")
            return
        try:
            yield from through(self, self.run_statements(node.body.statements, inner), emits="try")
        except (LyncError, Stopping) as raised:
            error = error_of(raised)
            _know_item(inner)
            clauses = [one.types for one in node.catches]
            ends = isinstance(error, _ENDS_CELL)
            if not ends and (lost := type_not_found(clauses)) is not None:
                self.remember(raised)
                raise lost from None
            caught = None if ends else caught_by(clauses, raised)
            if caught is None:
                self.keep_thrown(raised, inner.sink)
                raise
            self.remember(raised)
            keep_frames(error, inner)
            place, value = caught
            value.is_copy = True
            behind = self.run_statements(node.catches[place].body.statements, inner.for_item(value))
            yield from through(self, behind, emits="try")

    def _flow(self, node: s.Flow, scope: Scope) -> Iterator[object]:
        if node.keyword in ("break", "continue"):
            label = to_text(self.evaluate(node.value, scope)) if isinstance(node.value, e.Expression) else ""
            raise Break(label) if node.keyword == "break" else Continue(label)
        if node.keyword == "throw":
            thrown = self._thrown(node, scope)
            if scope.trying or self.preference("ErrorActionPreference", scope) not in SILENT:
                raise thrown
            self.record(self.placed(thrown.error, node), scope, silent=True)
            self.ok = False
            return
        if node.keyword == "exit":
            raise Exit(self._exit_code(node, scope))
        if isinstance(node.value, s.Statement):
            try:
                yield from self._part(node.value, scope)
            except (RemoteError, Stopping) as raised:
                self.placed(error_of(raised), node.value)
                raise
        raise Return

    def _exit_code(self, node: s.Flow, scope: Scope) -> int:
        value = self.value_of(node.value, scope) if isinstance(node.value, s.Statement) else None
        try:
            self.automatic.exit_code = 0 if value is None else to_int(value)
        except ScriptError:  # what is no number ends the cell just so
            self.automatic.exit_code = 1
        return self.automatic.exit_code

    def _thrown(self, node: s.Flow, scope: Scope) -> Stopping:
        told = node.value if isinstance(node.value, s.Statement) else None
        value = None if told is None else unspelled(plain(self.value_of(told, scope)))
        if value is None:
            current = scope.get("_")
            if isinstance(current, ErrorValue) and told is None and not current.trapped:  # nor does `throw $null`
                error = current.first or current.error
                error.thrown_on = True  # type: ignore[attr-defined]
                thrown = Stopping(error, again=True, preferred=current.preferred)
                thrown.of_throw = True
                return thrown
            return _halted(ScriptError("ScriptHalted", "ScriptHalted", "OperationStopped"))
        if isinstance(value, ErrorValue):
            error = thrown_anew(value)
            error.thrown_on = True  # type: ignore[attr-defined]
            return Stopping(error, record=True)
        if isinstance(value, ExceptionValue):
            return _thrown_exception(value)
        text = to_text(value)
        return _halted(ScriptError(text, text, "OperationStopped", target=value))

    # --- definitions -----------------------------------------------------------------------------------------------

    def _function(self, node: s.Function, scope: Scope) -> Iterator[object]:
        name = node.name.lower()
        drive, colon, rest = name.partition(":")
        owner = {"global:": scope.root, "script:": scope.script}.get(drive + colon, scope.holder)
        plain_name = node.name.rpartition(":")[2]
        made = Block(
            node.body, node.definition, plain_name, node.parameters, node.keyword == "filter", node.extent.text
        )
        renew(owner.functions.get(rest if colon else name), made)
        owner.functions[rest if colon else name] = made
        for one in node.body.attributes:
            if one.name == "alias":
                for item in one.positional:
                    if isinstance(item, e.String):
                        owner.set_alias(Alias(to_text(item.value), plain_name))
        yield from ()


def _know_item(scope: Scope) -> None:
    """From here on there is a `$_`, for Set-StrictMode."""
    if not scope.strict:
        return
    here = scope
    while here.transparent and here.parent is not None:
        if "_" in here.own:  # a cmdlet's block has one of its own
            return
        here = here.parent
    here.own.setdefault("_", None)


def _not_read(raised: LyncError | Stopping) -> ScriptError:
    """What fails in a `switch -File` is a file that could not be read."""
    error = error_of(raised)
    kind, message = exception_of(error).name, error.message
    if isinstance(raised, Stopping) and raised.preferred:
        kind, message = _STOP, stop_message("ErrorActionPreference", message)
    inner = kind if is_a(kind, RUNTIME) else RUNTIME
    told = f"The file could not be read: {message}."
    return ScriptError(told, "FileReadError", "InvalidOperation", inner=inner, inner_message=message)


_STOP: Final = "System.Management.Automation.ActionPreferenceStopException"


_MADE: Final = (e.Constant, e.String, e.ExpandableString, e.Binary, e.Unary, e.Postfix, e.Cast, e.Hashtable)
"""Expressions that never give what is still to be gone through."""


def _whole(value: object) -> object:
    return value if type(value) in SINGLE or not isinstance(value, Iterator) else collapse(list(value))


def _left_behind(raised: LyncError | Stopping) -> Iterator[object]:
    """What a list had gathered by the time that it failed."""
    items: list[object] = raised.__dict__.pop("items", [])
    yield from items


class _Enumerator:
    """What PowerShell names as the target of an error while it goes through a collection."""

    def __init__(self, value: object) -> None:
        behind = "+ArrayListEnumeratorSimple" if type(value) is ArrayList else "+Enumerator"
        self.name = type_of(value) + ("" if isinstance(value, Enumerator) else behind)

    def __str__(self) -> str:
        return self.name


def _thrown_exception(value: ExceptionValue) -> Stopping:
    if is_a(value.name, RUNTIME):  # it brings its own record
        if value.error is not None:
            return Stopping(_own_again(value, value.error))
        kind = kind_of(value.name)
        error = ScriptError(value.message, kind.error_id, kind.category, exception=value.name, target=kind.target)
    else:
        error = ScriptError(value.message, value.message, "OperationStopped", exception=value.name)
    error.thrown = value
    return _halted(error)


def _own_again(value: ExceptionValue, error: LyncError) -> LyncError:
    """The record that an exception brings when it is thrown again; that of a statement stays where it was."""
    made = own_record(error)
    if made is not error and isinstance(made, ScriptError) and isinstance(error, ScriptError):
        made.thrown = value
        if not error.activity and not error.was_thrown:
            for name in ("line", "source_line", "extent"):
                setattr(made, name, getattr(error, name, None))
    return made


def _halted(error: ScriptError) -> Stopping:
    error.was_thrown = True
    return Stopping(error)


Execution = Callable[[StatementEvaluator, Any, Scope], Iterator[object]]

STATEMENTS: Final[dict[type[s.Statement], Execution]] = {
    s.Pipeline: StatementEvaluator._pipeline,
    s.Assignment: StatementEvaluator._assignment,
    s.If: StatementEvaluator._if,
    s.While: StatementEvaluator._while,
    s.DoLoop: StatementEvaluator._do,
    s.For: StatementEvaluator._for,
    s.ForEach: StatementEvaluator._foreach,
    s.Switch: StatementEvaluator._switch,
    s.Try: StatementEvaluator._try,
    s.Flow: StatementEvaluator._flow,
    s.Function: StatementEvaluator._function,
    s.Trap: StatementEvaluator._trap,
    s.Chain: StatementEvaluator._chain,
    s.Data: StatementEvaluator._data,
}
"""Every statement that is known; `check` refuses the rest."""
