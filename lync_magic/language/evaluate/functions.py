"""Functions and script blocks that are called: their parameters bound, their parts run over the pipeline."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.errors import CommandNotFound, LyncError, RemoteError
from lync_magic.language.cmdlets.binder import (
    Bound,
    Named,
    Waiting,
    Word,
    bind,
    bind_named,
    bound_of,
    find_parameter,
    no_input,
    nowhere,
    part,
)
from lync_magic.language.cmdlets.declare import BEGUN, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import Source
from lync_magic.language.evaluate.argument_values import empty_of, fits_plainly, placed, typed, unwrapped
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.catching import signed, unsigned
from lync_magic.language.evaluate.cmdlet_value import Called, CmdletValue, invocation
from lync_magic.language.evaluate.common import Common, common_of
from lync_magic.language.evaluate.constraints import Constraint, is_kept
from lync_magic.language.evaluate.core import Course, said_within
from lync_magic.language.evaluate.declared import (
    advanced,
    as_command,
    asks,
    declared_in,
    declared_type,
    flag,
    is_switch,
)
from lync_magic.language.evaluate.error_values import locate
from lync_magic.language.evaluate.flow import Exit, Flow, LoopFlow, Return
from lync_magic.language.evaluate.frames import BLOCK, leave_frame
from lync_magic.language.evaluate.parameter_sets import Declared, ParameterSets
from lync_magic.language.evaluate.placing import place_in_call
from lync_magic.language.evaluate.remote import Awaited
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.script_files import enter_file, exit_file
from lync_magic.language.evaluate.statements import StatementEvaluator
from lync_magic.language.evaluate.streams import Redirected
from lync_magic.language.evaluate.supplying import of_function, supplied, with_password
from lync_magic.language.evaluate.unassigned import leave_empty
from lync_magic.language.evaluate.upwards import Asked, PipelineHalted, climb, close, separated, through
from lync_magic.language.evaluate.validation import (
    MISMATCHED,
    attribute,
    check_mandatory,
    check_type_name,
    is_validation,
    validate,
)
from lync_magic.language.evaluate.waiting import worked_out
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import (
    ArgumentName,
    Enumerator,
    GenericList,
    SwitchParameter,
    is_collection,
    is_table,
    plain,
)
from lync_magic.language.values.comparers import BoundParameters
from lync_magic.language.values.enums import enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping, error_of
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.preferences import IMPACT
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import separator_here, to_text
from lync_magic.language.values.types import WRAPPERS, NetType

_NOT_WRITTEN: Final = Called()


_OF_INPUT: Final = "System.Collections.ArrayList+ArrayListEnumeratorSimple"
"""What `$input` is: a place in what came, which goes on from where it is."""


class FunctionEvaluator(StatementEvaluator):
    """Calls what a cell defined."""

    def run_block(
        self,
        block: Block,
        words: list[Word],
        scope: Scope,
        input: Iterator[object] | None,
        *,
        shared: bool = False,
        called: Called = _NOT_WRITTEN,
        course: Course | None = None,
        apart: bool = False,
        awaited: Awaited | None = None,
    ) -> Iterator[object]:
        """Run a script block or function with its arguments; `shared`: in the caller's scope (`.`)."""
        piped = input is not None if awaited is None else awaited.piped
        around = scope if block.captured is None else scope.around(block.captured)
        inner = around.child(transparent=True) if shared else around.called(block)
        inner.dotted = inner.dotted or shared or not block.keeps_places
        if self.files:
            enter_file(block, inner, shared=shared)
        if around is not scope and (item := scope.get("_")) is not MISSING:
            inner.own["_"] = item
        if around is not scope and "this" in scope.own:
            inner.own["this"] = scope.own["this"]
        common = Common("", inner.sink)
        output: Iterator[object] = iter(())
        source: Source | None = None
        asked: Asked | None = None
        fed = _Fed(None)
        lost: LyncError | Stopping | None = None
        try:
            inner.caller, inner.place = block.name or BLOCK, called.place
            bound: Bound | None = None
            sets: ParameterSets | None = None
            if not advanced(block):  # where its arguments do not fit, too
                self._clean_behind(block, inner, course)
            if block.declared or advanced(block):
                if isinstance(inner.sink, Redirected) and inner.sink.of is called.call is not None:
                    inner.sink = inner.sink.but_errors()
                try:
                    bound, rest, sets = self._bind(block, words, inner, called, piped=piped)
                except ScriptError as bad:
                    if called.call is not None:
                        place_in_call(bad, called.call, as_command(block, declared_in(block)))
                    bad.is_told = advanced(block)
                    bad.unbound = block if advanced(block) or called.length == 1 else None
                    raise
            else:
                rest = [item for word in words for item in _loose(word)]
            given = BoundParameters(_given_to(bound))
            inner.own["myinvocation"] = invocation(block, given, rest, called, piped=piped)
            if advanced(block):
                inner.own["psboundparameters"] = given
            if advanced(block) and (shared or called is not _NOT_WRITTEN):  # not where .NET calls it
                inner.own["pscmdlet"] = CmdletValue(self, block, bound, sets, inner, called)
            if bound is not None:
                try:
                    self._set_parameters(block, bound, inner)
                except (LyncError, Stopping) as bad:
                    if advanced(block):
                        error_of(bad).unbound = block  # type: ignore[attr-defined]
                    raise
                if shared:  # `.` and a cell's head: the parameters are the caller's variables
                    for declaration in block.declared:
                        name = declaration.variable.name
                        scope.set(name, inner.own.pop(name.lower()))
                _set_preferences(bound, inner)
            inner.own["args"], inner.own["psboundparameters"] = rest, given
            named = None if bound is None else cache(partial(common_of, bound, scope, keeps=not shared))
            if awaited is not None:
                if course is not None and named is not None:
                    course.naming.append(named)
                yield BEGUN
                input, apart = awaited.input, awaited.apart
            if named is not None:
                common = named()
                inner.sink = common.sink
            if block.names_separator and input is not None:
                input = separated(input, separator_here())
            source = None if input is None else Source(input)
            asked = Asked(self, source, scope, apart=advanced(block))
            fed.sets = sets
            if advanced(block):
                self._clean_behind(block, inner, course)
            output = self._parts(block, fed, inner, asked, apart=apart, called=called)
            if block.names_separator:
                output = separated(output, partial(inner.get, "OFS"))
            took = common.taking(scope, [] if course is None else course.leaving)
            yield from output if took is None else through(self, output, took)
            lost = asked.halted or getattr(inner.own.get("pscmdlet"), "halted", None)
            if lost is not None:
                raise lost
        except GeneratorExit:
            close(output)
            if asked is not None:
                asked.leave()
            raise
        except Return as returned:
            yield from returned.items
        except Exit as left_by:
            if not block.is_file:
                raise
            yield from left_by.items
            exit_file(self, left_by, course)
        except (ScriptError, CommandNotFound, Stopping) as raised:
            if source is not None and raised is source.problem:
                raise
            said_within(error_of(raised), block.name or BLOCK)
            if getattr(error_of(raised), "unbound", None) is not block:  # that comes up where it is called
                leave_frame(error_of(raised), block, called.place)
            is_cmdlet = advanced(block)
            error = unsigned(raised) if is_cmdlet else None
            left = raised if error is None else signed(error, block.name, called)
            self.keep_ending(left, scope.sink, wraps=is_cmdlet, of_throw=is_cmdlet and not fed.processes)
            if course is None or raised is not lost:
                raise left from None
            course.halted = course.halted or left
        except PipelineHalted as halted:
            ended = halted.raised
            if halted.stage is None or halted.stage is not inner.own.get("pscmdlet"):
                raise
            if isinstance(ended, LyncError | Stopping):
                said_within(error_of(ended), block.name or BLOCK)
            raise ended from None
        finally:
            close(output)
            if course is not None and getattr(inner.own.get("pscmdlet"), "failed", False):
                course.failed = True

    def _parts(
        self,
        block: Block,
        fed: _Fed,
        scope: Scope,
        asked: Asked,
        *,
        apart: bool,
        called: Called,
    ) -> Iterator[object]:
        input = asked.objects
        parts = {part.kind: part for part in block.node.blocks}
        if block.is_filter and "process" not in parts and "end" in parts:
            parts = {"process": parts["end"]}
        begin, process, end = parts.get("begin"), parts.get("process"), parts.get("end")
        gathered: list[object] = []
        scope.own["input"] = came_in = Enumerator(_OF_INPUT, lambda: iter(gathered))
        if begin is not None:
            yield from self._process(begin, scope)
        if apart:
            yield BEGUN
        if process is None and input is not None:
            gathered.extend(input)
            came_in.reset()
        if process is not None:
            fed.processes = True
            if input is None:
                if called is not _NOT_WRITTEN:
                    scope.own["_"] = None  # it runs once, with nothing
                yield from self._process(process, scope)
            else:
                begun = tuple(scope.empty)
                for item in input:
                    scope.fill(begun)
                    take = partial(self._begin_with, block, fed, scope, item, called, gathered, came_in)
                    if self.emitting:
                        yield from self._process_behind(process, take, scope, asked, catches=advanced(block))
                    elif take():
                        try:
                            yield from self._process(process, self._redirected(scope))
                        except LoopFlow as left:
                            climb(self, left, asked)
                gathered.clear()
                for statement in process.statements:  # PowerShell takes them to have run
                    leave_empty(statement, scope)
        elif fed.sets is not None:  # without `process` a parameter holds the last object
            scope.own["input"] = [item for item in gathered if self._take(block, fed, scope, item, called)]
        fed.processes = False
        if end is not None:
            yield from self.run_statements(end.statements, scope)

    def _clean_behind(self, block: Block, scope: Scope, course: Course | None) -> None:
        """Have a block's `clean` run at the end of its pipeline."""
        part = next((one for one in block.node.blocks if one.kind == "clean"), None)
        if part is not None and course is not None:
            course.leaving.append(partial(self._clean, block, part, scope))

    def _clean(self, block: Block, part: s.NamedBlock, scope: Scope) -> None:
        """Run `clean`, when the pipeline has ended in whatever way: what it puts out is nobody's."""
        for one in block.declared:
            scope.own.setdefault(one.variable.name.lower(), empty_of(declared_type(one)))
        apart = scope.child(transparent=True)
        apart.sink = scope.sink.uncaptured()
        try:
            deque(self.run_statements(part.statements, apart), maxlen=0)
        except Return:
            return
        except (ScriptError, CommandNotFound, Stopping) as raised:
            self.record(error_of(raised), apart)

    def _take(self, block: Block, fed: _Fed, scope: Scope, item: object, called: Called) -> bool:
        """Bind an object of the pipeline to the parameters that take it; whether that could be."""
        if fed.sets is None:
            return True
        held = scope.own["psboundparameters"]
        assert isinstance(held, BoundParameters)
        for name in fed.given:
            scope.own[name.lower()] = fed.before[name]
        fed.given.clear()
        declarations = {one.variable.name: one for one in block.declared}

        def give(one: Declared, value: object, *, converted: bool) -> bool:
            name = one.spec.name
            declaration = declarations[name]
            if value is MISSING or not (converted or fits_plainly(declaration, value)):
                return False
            kind = declared_type(declaration)
            as_it_is = not converted and value is not None and (kind is None or not kind.name.endswith("[]"))
            value = with_password(self.runtime, declaration, value)
            made = unwrapped(kind, value) if as_it_is else placed(declaration, value, block, converted=converted)
            self._check(declaration, made, block.name, scope)
            fed.before.setdefault(name, scope.own.get(name.lower()))
            fed.given.append(name)
            scope.own[name.lower()] = held[name] = made
            if (found := scope.constraints.get(name.lower())) is not None and found.is_kept:
                del scope.constraints[name.lower()]  # what the pipeline gives stands in a new variable
            return True

        def give_whole(one: Declared, converted: bool) -> bool:
            try:
                return give(one, item, converted=converted)
            except ScriptError as bad:
                if bad.error_id.startswith(("ParameterArgumentTransformationError", MISMATCHED)):
                    return False
                raise

        caller = scope.parent or scope
        try:
            for name, waiting in fed.sets.waiting.items():
                one = next(each for each in declared_in(block) if each.spec.name == name)
                give(one, worked_out(self, fed.sets.command, name, waiting, item, caller), converted=True)
            found = bool(fed.sets.waiting) | fed.sets.feed(
                give_whole,
                lambda one, converted: give(one, _named_value(declarations[one.spec.name], item), converted=converted),
            )
            if not found:
                raise _not_bound("InputObjectNotBound", _NO_PARAMETER, block, item)
            lacking = "".join(f" {name}" for name in fed.sets.lacking())
            if lacking:
                raise _not_bound("InputObjectMissingMandatory", f"{_NOT_ENOUGH} {lacking}", block, item)
        except ScriptError as bad:
            bad.target = unspelled(item)
            bad.called = "" if block.name else called.name
            if (cmdlet := scope.own.get("pscmdlet")) is not None:
                cmdlet.failed = True  # type: ignore[attr-defined]
            if called.place is not None:
                locate(bad, called.place)
            outside = scope.child(transparent=True)  # the call's own -ErrorVariable does not have it
            outside.sink = caller.sink
            self.written(bad, outside)
            return False
        return True

    def _begin_with(
        self,
        block: Block,
        fed: _Fed,
        scope: Scope,
        item: object,
        called: Called,
        gathered: list[object],
        came_in: Enumerator,
    ) -> bool:
        """Take an object as `$_` and in `$input`, where the parameters take it."""
        if not self._take(block, fed, scope, item, called):
            return False
        scope.own["_"], gathered[:] = item, (item,)
        came_in.reset()
        return True

    def _process(self, part: s.NamedBlock, scope: Scope) -> Iterator[object]:
        try:
            yield from self.run_statements(part.statements, scope)
        except Return as returned:
            yield from returned.items

    def _redirected(self, scope: Scope) -> Scope:
        """Where an object is worked with: its errors go where those of what gave it do."""
        if self.errors_to is None:
            return scope
        inner = scope.child(transparent=True)
        inner.sink = Redirected(scope.sink, self.errors_to)
        return inner

    def _process_behind(
        self, part: s.NamedBlock, take: Callable[[], bool], scope: Scope, stage: Asked, *, catches: bool
    ) -> Iterator[object]:
        try:
            if not take():
                return
        except (RemoteError, Stopping) as raised:
            climb(self, raised, stage, catches=catches, of_script=False)
            return
        try:
            yield from through(self, self._process(part, self._behind(self._redirected(scope))))
        except (RemoteError, Stopping, Flow, PipelineHalted) as raised:
            climb(self, raised, stage, catches=catches)

    # --- parameters ------------------------------------------------------------------------------------------------

    def _bind(
        self, block: Block, words: list[Word], scope: Scope, called: Called, *, piped: bool
    ) -> tuple[Bound, list[object], ParameterSets | None]:
        declared = declared_in(block)
        if advanced(block):
            made, sets = self._bind_advanced(block, declared, words, scope, called, piped=piped)
            return made, [], sets
        command = as_command(block, declared)
        kept: list[Word] = []
        rest: list[object] = []
        positions = sum(1 for spec in command.parameters if spec.position is not None)
        named = {find.name for word in words if word.name is not None and (find := _known(command, word.name))}
        free = positions - sum(1 for spec in command.parameters if spec.name in named and spec.position is not None)
        index = 0
        while index < len(words):
            word = words[index]
            index += 1
            spec = _known(command, word.name) if word.name is not None else None
            if word.name is not None and spec is None:
                rest.extend(_loose(word))
                if not word.splatted and index < len(words) and words[index].name is None:
                    rest.append(words[index].value)
                    index += 1
            elif spec is not None:
                kept.append(word)
                if not spec.is_switch and word.value is MISSING and index < len(words):
                    kept.append(words[index])
                    index += 1
            elif free > 0:
                free -= 1
                kept.append(word)
            else:
                rest.append(word.value)
        bound = bind(command, kept, piped=piped)
        by_name = {found.name for word in kept if word.name is not None and (found := _known(command, word.name))}
        declarations = {one.variable.name: one for one in block.declared}
        for name, value in bound.arguments.items():  # in the order that they are told, each there for the next one's
            value = self._argument(declarations[name], value, block, scope, by_name=name in by_name)
            bound.arguments[name] = scope.own[name.lower()] = value
        return bound, rest, None

    def _argument(
        self, declaration: s.ParameterDeclaration, value: object, block: Block, scope: Scope, *, by_name: bool = False
    ) -> object:
        """An argument as its parameter takes it. The blocks that look at those after it see it."""
        value = with_password(self.runtime, declaration, value)
        made = typed(declaration, value, block) if by_name else placed(declaration, value, block)
        self._check(declaration, made, block.name, scope)
        scope.own[declaration.variable.name.lower()] = made
        return made

    def _bind_advanced(
        self,
        block: Block,
        declared: Sequence[Declared],
        words: list[Word],
        scope: Scope,
        called: Called,
        *,
        piped: bool,
    ) -> tuple[Bound, ParameterSets]:
        """Bind what a call of an advanced function says, in PowerShell's order."""
        command = as_command(block, declared)
        declarations = {one.variable.name: one for one in block.declared}
        told = part(command, words)
        sets = ParameterSets(command, declared)
        found = bind_named(command, told.named)

        def bound(name: str, value: object) -> None:
            if isinstance(value, Block) and not value.piped and _waits(declarations[name], sets.unbound.get(name)):
                if not piped:
                    raise no_input(command, name)
                sets.waiting[name] = Waiting(found.pop(name))
            else:
                made = self._argument(declarations[name], value, block, scope, by_name=True)
                found[name] = scope.own[name.lower()] = made
            sets.bound(name)

        for name in [name for name in found if name in declarations]:
            bound(name, found[name])

        def give(one: Declared, word: Word, converted: bool) -> bool:
            value = word.for_parameter(one.spec)
            declaration = declarations[one.spec.name]
            if isinstance(value, Block) and not value.piped and _waits(declaration, one):
                if not piped:
                    raise no_input(command, one.spec.name)
                return False
            if not converted and not fits_plainly(declaration, word.value):
                return False
            found[one.spec.name] = scope.own[one.spec.name.lower()] = self._argument(declaration, value, block, scope)
            return True

        given = len(told.loose)
        placed = [word for word in told.loose if id(word) not in told.left_over]
        sets.place(placed, give)
        still = {id(word) for word in placed} | told.left_over
        told.loose = [word for word in told.loose if id(word) in still]
        for word in self.defaults(command, scope):
            spec = find_parameter(command, word.name or "")
            if spec.name in found or (spec.name in declarations and not sets.unbound[spec.name].among(sets.current)):
                continue
            before = dict(found)
            try:
                found |= bind_named(command, [Named(spec, word.value)])
                if spec.name in declarations:
                    bound(spec.name, found[spec.name])
            except ScriptError as bad:
                found = before
                self.warn_of_default(scope, replace(word, name=spec.name), bad, found)
        sets.settle(waiting=True, default=False)
        rest = next((one for one in sets.unbound.values() if one.spec.remaining and one.among(sets.current)), None)
        if told.loose and rest is not None:
            values = [word.for_parameter(rest.spec) for word in told.loose]
            bound(rest.spec.name, GenericList(values) if len(values) > 1 or not is_collection(values[0]) else values[0])
        elif told.loose:
            raise told.no_place(nowhere(command, told.loose[0]), given)
        elif told.unknown is not None:
            raise told.unknown

        def supply(missing: Sequence[str]) -> bool:
            asked = [of_function(declarations[name]) for name in missing]
            given = supplied(self.runtime, block.name, called.position, asked)
            for name, value in (given or {}).items():
                bound(name, value)
            return given is not None

        sets.finish(supply, piped=piped)
        made = bound_of(command, found, sets.name)
        if asks(block):
            for name in ("WhatIf", "Confirm"):
                if name in made.arguments:
                    made.common[name] = made.arguments.pop(name)
        return made, sets

    def _set_parameters(self, block: Block, bound: Bound, scope: Scope) -> None:
        """The given ones first, so that a default that is worked out sees them, then the others in their order."""
        for declaration in block.declared:
            name = declaration.variable.name
            scope.unlocked(name)
            kind = declared_type(declaration)
            holds = self.validity(declaration.attributes, scope, wrapped=_is_wrapped(kind))
            if kind is not None or holds is not None:
                told = scope.holder.parent is None or is_kept(kind) or holds is not None
                scope.constrain(name, Constraint(kind, told, holds))
            if name in bound.arguments:
                scope.own[name.lower()] = bound.arguments[name]
        for declaration in block.declared:
            name = declaration.variable.name
            if name in bound.arguments:
                continue
            if declaration.default is not None:
                value = typed(declaration, plain(self.evaluate(declaration.default, scope)), block, given=False)
                check_type_name(declaration, value, block.name)
            elif is_switch(declaration):
                value = SwitchParameter(False)
            else:
                value = empty_of(declared_type(declaration))
            scope.own[name.lower()] = value

    def _check(self, declaration: s.ParameterDeclaration, value: object, function: str, scope: Scope) -> None:
        check_type_name(declaration, value, function)
        told = attribute(declaration, "validatenotnullorempty") or attribute(declaration, "validatenotnull")
        if any(map(is_validation, declaration.attributes)):
            wrapped = _is_wrapped(declared_type(declaration))
            evaluate, run = self.checking(scope)

            def noted(block: Block, item: object) -> object:
                try:
                    return run(block, item)
                except NotKnownHere:
                    raise
                except (LyncError, Stopping) as bad:
                    self.remember(bad)  # beside the one that is made of it
                    raise

            validate(declaration, value, function, evaluate, noted, wrapped=wrapped)
        if flag(declaration, "mandatory") and told is None:
            check_mandatory(declaration, declared_type(declaration), value, function)


def _is_wrapped(kind: NetType | None) -> bool:
    return kind is not None and kind.name in WRAPPERS


def _given_to(bound: Bound | None) -> list[tuple[object, object]]:
    """`$PSBoundParameters`: what was given, the common parameters among it."""
    if bound is None:
        return []
    switches = {name: SwitchParameter(one) for name, one in bound.common.items() if isinstance(one, bool)}
    given = bound.common | switches | bound.arguments
    return [(name, given[name]) for name in dict.fromkeys((*bound.order, *bound.arguments)) if name in given]


def _set_preferences(bound: Bound, scope: Scope) -> None:
    """Common parameters of an advanced function hold for what it calls."""
    for parameter, variable in (("Verbose", "verbosepreference"), ("Debug", "debugpreference")):
        if parameter in bound.common:
            scope.own[variable] = _action("Continue" if to_bool(bound.common[parameter]) else "SilentlyContinue")
    for parameter, variable in (
        ("ErrorAction", "erroractionpreference"), ("WarningAction", "warningpreference"),
        ("InformationAction", "informationpreference"), ("WhatIf", "whatifpreference"),
        ("ProgressAction", "progresspreference"),
    ):  # fmt: skip
        if parameter in bound.common:
            value = bound.common[parameter]
            scope.own[variable] = to_bool(value) if parameter == "WhatIf" else _action(value)
    if "Confirm" in bound.common:
        scope.own["confirmpreference"] = _confirmed(bound.common["Confirm"])


def _confirmed(value: object) -> object:
    return enum_value(IMPACT, "Low" if to_bool(value) else "None")


def _action(value: object) -> object:
    return enum_value("System.Management.Automation.ActionPreference", value)


def _waits(declaration: s.ParameterDeclaration, one: Declared | None) -> bool:
    """Whether a script block stands for what the pipeline would give to a parameter."""
    kind = declared_type(declaration)
    if one is None or kind is None or kind.name.removesuffix("[]") in _TAKE_BLOCKS:
        return False
    return any(place.by_value or place.by_name for place in one.places.values())


_TAKE_BLOCKS: Final = ("System.Object", "System.Management.Automation.ScriptBlock")


def _not_bound(error_id: str, message: str, block: Block, item: object) -> ScriptError:
    return ScriptError(
        message, f"{error_id},{block.name}".rstrip(","), "InvalidArgument", target=unspelled(item),
        exception="ParameterBindingException", activity=block.name,
    )  # fmt: skip


_NO_PARAMETER: Final = (
    "The input object cannot be bound to any parameters for the command either because the command does not take "
    "pipeline input or the input and its properties do not match any of the parameters that take pipeline input."
)
_NOT_ENOUGH: Final = (
    "The input object cannot be bound because it did not contain the information required to bind all mandatory "
    "parameters:"
)


@dataclass
class _Fed:
    """What the pipeline gave the parameters of a call. before: what they were without.  processes: `process` runs."""

    sets: ParameterSets | None
    before: dict[str, object] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    processes: bool = False


def _named_value(declaration: s.ParameterDeclaration, item: object) -> object:
    if is_table(item):
        return MISSING  # a table's entries are no properties
    names = [declaration.variable.name]
    found = attribute(declaration, "alias")
    if found is not None:
        names += [to_text(one.value) for one in found.positional if isinstance(one, e.String)]
    for name in names:
        value = get_property(item, name)
        if value is not MISSING:
            return value
    return MISSING


def _loose(word: Word) -> list[object]:
    """An argument that no parameter takes, as `$args` has it."""
    if word.name is None:
        return [word.value]
    if word.value is MISSING:
        return [ArgumentName(f"-{word.name}{':' if word.colon else ''}")]
    return [ArgumentName(f"-{word.name}:"), word.value]


def _known(command: ClientCommand, name: str) -> ParameterSpec | None:
    """The parameter of a function that has no common ones; None where the name is none of them."""
    try:
        return find_parameter(command, name, ())
    except ScriptError as bad:
        if bad.error_id.startswith("AmbiguousParameter"):
            raise
        return None
