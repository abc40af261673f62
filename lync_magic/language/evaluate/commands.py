"""Commands and pipelines: who runs each one, and how the objects flow.

Neighbouring remote commands go to the server as one pipeline; a command of this side, or a remote one whose script
block wants each `$_`, ends it. Objects stream: a stage pulls from the one before it, and closing the last closes all
of them, which stops what runs on the server.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from shutil import which
from typing import Final

from lync_magic.clixml import MISSING, Char, ObjectLike
from lync_magic.errors import LyncError, RemoteError
from lync_magic.language.cmdlets.arguments import fed
from lync_magic.language.cmdlets.binder import ONE_BY_ONE, Bound, Waiting, Word, bind, demanded, find_parameter
from lync_magic.language.cmdlets.declare import BEGUN, BoundCall, CallServices, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import LOST
from lync_magic.language.cmdlets.registry import find_cmdlet, with_verb
from lync_magic.language.cmdlets.sources import is_own, module_in, source_of
from lync_magic.language.cmdlets.stream import UntilBroken
from lync_magic.language.evaluate import literals
from lync_magic.language.evaluate.blocks import Block, in_brackets, traps
from lync_magic.language.evaluate.cmdlet_value import Called
from lync_magic.language.evaluate.common import Common, common_of
from lync_magic.language.evaluate.core import Course
from lync_magic.language.evaluate.declared import advanced, is_switch
from lync_magic.language.evaluate.default_values import DefaultValueEvaluator
from lync_magic.language.evaluate.error_values import invocation_of_cmdlet
from lync_magic.language.evaluate.flow import Flow
from lync_magic.language.evaluate.foretelling import foretell
from lync_magic.language.evaluate.frames import BLOCK
from lync_magic.language.evaluate.merged_pipe import MergedPipe
from lync_magic.language.evaluate.piped import is_piped
from lync_magic.language.evaluate.placing import is_binders, place_in_call
from lync_magic.language.evaluate.redirect import redirected
from lync_magic.language.evaluate.remote import (
    Awaited,
    Beginning,
    Begun,
    Led,
    Preparing,
    RemoteCall,
    Stage,
)
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.script_files import (
    file_block,
    is_path,
    not_there,
    raising,
    script_path,
    tell_of,
)
from lync_magic.language.evaluate.signing import Signing, said_by, word_of
from lync_magic.language.evaluate.streams import ALL
from lync_magic.language.evaluate.strict import refuse_as_method
from lync_magic.language.evaluate.supplying import of_cmdlet, supplied
from lync_magic.language.evaluate.upwards import END, Asked, PipelineHalted, climb, close, through
from lync_magic.language.evaluate.waiting import worked_out
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.arithmetic import is_text
from lync_magic.language.values.collections import (
    ArgumentName,
    is_collection,
    is_table,
    items_of,
    plain,
    ungapped,
)
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping, Written, not_done
from lync_magic.language.values.preferences import SILENT
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of
from lync_magic.language.values.xml_nodes import XmlNode

_NOT_WRITTEN: Final = Called()


def _goes_elsewhere(element: s.Element) -> bool:
    """Whether the output of a part of a pipeline is redirected, so that nothing behind it takes it."""
    return any(one.merge_to is None and one.from_stream in (ALL, 1) for one in element.redirections)


def _close_all(running: list[Iterator[object]]) -> None:
    for one in reversed(running):
        close(one)


def _broken(bad: ScriptError, _input: Iterator[object] | None) -> Iterator[object]:
    raise bad


def _prepared(stages: list[Stage], *, piped: bool) -> list[Stage]:
    """The stages of a pipeline with their arguments taken."""
    return [one.ready(piped or place > 0) if isinstance(one, Preparing) else one for place, one in enumerate(stages)]


def _late(made: Stage, block: Block, input: Iterator[object]) -> Iterator[object]:
    """The output of a function without [CmdletBinding] and `begin`, which takes its arguments when the first of its
    parts runs."""
    kinds = {"process" if block.is_filter and part.unnamed else part.kind for part in block.node.blocks}
    if "process" not in kinds:
        yield from made(iter(list(input)))
        return
    first = next(input, END)
    if first is not END or "end" in kinds:
        yield from made(Led(first, input))


class CommandEvaluator(DefaultValueEvaluator):
    """Runs pipelines."""

    def run_pipeline(self, node: s.Pipeline, scope: Scope, input: Iterator[object] | None = None) -> Iterator[object]:
        """The output of a pipeline, as it comes."""
        around, self.course = self.course, Course()
        course = self.course
        try:
            stages = self._stages(node.elements, scope)
        finally:
            self.course = around
        running: list[Iterator[object]] = []
        stream, early = input, None
        try:
            if course.unknown is not None:  # all commands are looked for before the first one begins
                if type(node.elements[0]) is s.CommandExpression:
                    deque(stages[0](None), maxlen=0)
                course.unknown()
            if len(stages) > 1:
                if type(node.elements[0]) is s.CommandExpression:
                    stream = stages.pop(0)(None)
                    running.append(stream)
                stages = _prepared(stages, piped=stream is not None)
                for named in course.naming:
                    named()
            for stage in stages:
                if early is not None and stream is not None:
                    stream, early = self._taking_first(early, stream)
                    running.append(stream)
                if isinstance(stage, Beginning) and stage is not stages[-1]:
                    running.append(stage.apart(stream))
                    begun = Begun(running[-1])
                    early, stream = early or begun, begun
                else:
                    stream = stage(stream)
                running.append(stream)
            if stream is not None:
                yield from stream
            if course.halted is not None:
                raise course.halted
        except (LyncError, Stopping, Flow) as raised:
            raised.is_told = False  # type: ignore[union-attr]
            unwinding, self.unwinding = self.unwinding, True
            try:
                _close_all(running)
            finally:
                self.unwinding = unwinding
            raise
        finally:
            _close_all(running)
            for leave in course.leaving:
                leave()
        self.ok = not course.failed

    def _taking_first(self, early: Begun, stream: Iterator[object]) -> tuple[Iterator[object], Begun | None]:
        """The output of the stages before one that has not begun, which come to their first object, or have had all
        that was given early, before it begins. With `early` while there may be more of that."""
        pipe = MergedPipe(self)
        output = pipe.stream(lambda: stream)
        early.passed = pipe.say
        item = next(output, END)
        early.passed = None
        return Led(item, output), None if item is BEGUN else early

    def _stages(self, elements: Sequence[s.Element], scope: Scope) -> list[Stage]:
        stages: list[Stage] = []
        remote: list[RemoteCall] = []
        ahead = sum(type(one) is not s.CommandCall for one in elements[:1])  # a value at the head is no command
        for place, element in enumerate(elements):
            spot = (place + 1 - ahead, len(elements) - ahead)
            is_own = place < ahead or place == len(elements) - 1 or _goes_elsewhere(element)
            around = scope if is_own else scope.uncaptured()
            made = self._stage(element, around, spot, first=place == 0)
            if isinstance(made, RemoteCall):
                remote.append(made)
                if made.ends_pipeline:
                    stages.append(self.remote_stage(remote, scope))
                    remote = []
                continue
            if remote:
                stages.append(self.remote_stage(remote, scope.uncaptured()))
                remote = []
            stages.append(made)
        if remote:
            stages.append(self.remote_stage(remote, scope))
        return stages

    def _stage(self, element: s.Element, scope: Scope, spot: tuple[int, int], *, first: bool) -> Stage | RemoteCall:
        told = element.redirections
        if isinstance(element, s.CommandExpression):
            value_of = self.drawn(element.expression)
            if spot[1] and not told:  # it is worked out before the arguments of the commands that take it
                value = value_of(scope)
                return lambda _input: self.enumerated(value)
            inner = scope.child(transparent=True) if told else scope
            merging = bool(told) and not in_brackets(element.expression)
            written = self.written_out(element.expression, inner) if spot[1] == 0 or merging else None
            stage: Stage
            if written is None:
                stage = lambda _input: self.enumerated(value_of(inner))  # noqa: E731
            else:
                stage = lambda _input: written if merging else self.enumerated_at_end(written)  # noqa: E731
            if told:
                stage = redirected(self, stage, told, inner)
            whole = stage if written is None or not merging else lambda input: self.enumerated_at_end(stage(input))
            if spot[1]:  # the same where its streams go elsewhere
                came = list(whole(None))
                return lambda _input: iter(came)
            return whole
        assert isinstance(element, s.CommandCall)
        if not told:
            return self._call(element, scope, spot, first=first)
        return self._redirected_call(element, told, scope, spot, first=first)

    def _redirected_call(
        self,
        call: s.CommandCall,
        told: tuple[s.Redirection, ...],
        scope: Scope,
        spot: tuple[int, int],
        *,
        first: bool,
    ) -> Stage | RemoteCall:
        inner = scope.child(transparent=True)
        made = self._call(call, inner, spot, first=first)
        is_remote = isinstance(made, RemoteCall)
        if isinstance(made, RemoteCall):
            made = self.remote_stage([made], inner)
        if not isinstance(made, Preparing):
            return redirected(self, made, told, inner, call=call, is_remote=is_remote)
        preparing, current = made, [made.alone]
        stage = redirected(self, lambda input: current[0](input), told, inner, call=call)

        def ready(piped: bool) -> Stage:
            try:
                current[0] = preparing.ready(piped)
            except ScriptError as bad:
                current[0] = partial(_broken, bad)
                deque(stage(None), maxlen=0)  # its file is there all the same
            return stage

        return Preparing(ready, stage)

    def _call(self, call: s.CommandCall, scope: Scope, spot: tuple[int, int], *, first: bool) -> Stage | RemoteCall:
        target = self.evaluate(call.name, scope)
        if self.untold and id(call) in self.untold:
            self.untold.discard(id(call))
            tell_of(self, target, scope)
        if isinstance(target, Block):
            return self._block_stage(target, call, scope, "", spot)
        if call.invocation:
            if isinstance(target, ObjectLike) and isinstance(target.get("Name"), str):
                if not type_of(target).startswith("System.IO."):  # what Get-Command gave, and no file
                    target = target["Name"]
            elif not to_text(target):
                self._words(call.elements, scope)  # they are worked out before it is looked at what to run
                message = (
                    f"The expression after '{call.invocation}' in a pipeline element produced an object "
                    f"that was not valid. It must "
                    "result in a command name, a script block, or a CommandInfo object."
                )
                raise ScriptError(message, "BadExpression", "InvalidOperation", target=target)
        text = to_text(target)
        if is_path(text) and scope.function(text.lower()) is None:
            return self._file_stage(text, call, scope, spot)
        imported = "\\" in text and self.runtime.is_remote(text)  # its module is said
        bare = text.rpartition("\\")[2] if imported else self._bare(text)
        name = scope.named_by(bare) if bare == text or imported else bare  # no alias, nor function, has its module
        client = None if imported else self.runtime.client_command(name) or find_cmdlet(name)
        function = scope.function(name.lower()) if bare == text else None
        if function is None and ":" in text:
            function = _function_of_scope(text, scope)
        if function is not None and (client is None or name.lower() not in client.folded_aliases):
            if scope.strict:
                refuse_as_method(call, scope)
            return self._block_stage(function, call, scope, text, spot)
        helping = self.runtime.client_command("Get-Help")
        if helping is not None and any(isinstance(one, s.Parameter) and one.name == "?" for one in call.elements):
            course, helped = self.course, self._bound(helping, [Word(None, name)], scope, None, piped=False)
            common = partial(common_of, helped, scope)
            return lambda _input: self._run_bound(helping, helping.name, helped, common, scope, None, course, None)
        if client is not None and (not self.runtime.is_remote(name) or client.own):
            return self._client_stage(client, name, call, scope, spot[0])
        if not self.runtime.is_remote(name):
            is_other: Callable[[str], bool] = lambda one: self._is_other(one, scope)  # noqa: E731
            if whole := with_verb(text, is_other):
                raise NotKnownHere(f"a command without its verb, {text} for {whole}")
            if which(text) is not None:
                raise NotKnownHere(f"running the file {text}")
        made = self.remote_call(name, call, scope, first=first)
        if isinstance(made, RemoteCall) and self.course.unknown is None and not self.runtime.is_remote(name):
            asked = self.remote_stage([made], scope)
            self.course.unknown = lambda: deque(asked(iter(())), maxlen=0).clear()
        return made

    def _file_stage(self, text: str, call: s.CommandCall, scope: Scope, spot: tuple[int, int]) -> Stage:
        """A call of a script file."""
        path = script_path(text)
        if path is not None:
            return self._block_stage(file_block(self, path, scope), call, scope, text, spot)
        error = not_there(text)
        place_in_call(error, call)
        self.course.unknown = self.course.unknown or partial(raising, error)
        return lambda _input: iter(())

    def _bare(self, text: str) -> str:
        """A command's name without the module of PowerShell's that it says. Raises ScriptError for a module that is
        not there."""
        module, name = module_in(text), text.partition("\\")[2]
        if not module:
            return text
        own = self.runtime.client_command(name) or find_cmdlet(name)
        if is_own(module):
            is_there = own is not None and own.name.lower() == name.lower()  # an alias has no module
            if own is not None and is_there and source_of(own.name).lower() == module.lower():
                return name
            if module.lower() != _CORE:
                return text
        elif self.runtime.is_remote(name):  # it is what would sign in to the service that the session is of
            return name
        message = f"The module '{module}' could not be loaded. For more information, run 'Import-Module {module}'."
        kind = "CommandNotFoundException"
        raise ScriptError(message, "CouldNotAutoLoadModule", "ObjectNotFound", target=text, exception=kind)

    def _is_other(self, name: str, scope: Scope) -> bool:
        return scope.function(name) is not None or self.runtime.is_remote(name)

    # --- this side -------------------------------------------------------------------------------------------------

    def _client_stage(
        self, client: ClientCommand, name: str, call: s.CommandCall, scope: Scope, position: int
    ) -> Stage:
        words, course = self._words(call.elements, scope, shown=client.name == "Write-Host"), self.course
        begins = _begins(client, call)

        def ready(piped: bool) -> Stage:
            bound = self._bound(client, words, scope, call, position, piped=piped)
            common = cache(partial(common_of, bound, scope))
            if bound.common:
                course.naming.append(common)

            def run(input: Iterator[object] | None, apart: bool) -> Iterator[object]:  # see Beginning
                return self._run_bound(client, name, bound, common, scope, input, course, call, apart=apart)

            return Beginning(run) if begins else lambda input: run(input, False)

        return Preparing(ready)

    def _words(
        self, elements: Sequence[s.Parameter | e.Expression], scope: Scope, *, shown: bool = False
    ) -> list[Word]:
        """The arguments of a call. shown: a table that came out of a pipeline is its type's name (Write-Host)."""
        made: list[Word] = []
        for element in elements:
            if isinstance(element, s.Parameter):
                if element.spelled == "--":
                    continue
                value = MISSING if element.argument is None else self._argued(element.argument, scope)
                made.append(Word(element.name, value))
            elif isinstance(element, e.Variable) and element.splatted:
                made.extend(_splatted(self.evaluate(element, scope)))
            else:
                value = self._argued(element, scope)
                if shown and is_table(value) and is_piped(element, scope.function):
                    value = type_of(value)
                made.append(Word(None, value))
        return made

    def _argued(self, node: e.Expression, scope: Scope) -> object:
        """The value of an argument."""
        value = ungapped(self.evaluate(node, scope))
        if isinstance(node, e.Constant):
            return literals.argument(node, value, self.began)
        return replace(value, piped=True) if isinstance(value, Block) and is_piped(node, scope.function) else value

    def _bound(
        self,
        client: ClientCommand,
        words: list[Word],
        scope: Scope,
        place: s.CommandCall | None,
        position: int = 1,
        *,
        piped: bool,
    ) -> Bound:
        """The words of a call, bound. position: of the call in its pipeline."""

        def supply(missing: Sequence[ParameterSpec]) -> dict[str, object] | None:
            return supplied(self.runtime, client.name, position, [of_cmdlet(client, one) for one in missing])

        try:
            action = next((one.value for one in words if (one.name or "").lower() in _WARNING_ACTION), "")
            defaults, warn = self.defaults(client, scope, action), partial(self.warn_of_default, scope)
            return bind(client, words, piped=piped, defaults=defaults, warn=warn, supply=supply)
        except ScriptError as bad:
            if place is not None:
                place_in_call(bad, place, client)
            raise

    def _run_bound(
        self,
        client: ClientCommand,
        name: str,
        bound: Bound,
        named: Callable[[], Common],
        scope: Scope,
        input: Iterator[object] | None,
        course: Course,
        place: s.CommandCall | None,
        *,
        apart: bool = False,
    ) -> Iterator[object]:
        common = named()
        inner = scope if common.sink is scope.sink else scope.child(transparent=True)
        inner.sink = common.sink
        scope.root.settle_held()
        asked = Asked(self, input, scope)
        services = self._services(client, inner, common, course, place, asked)
        call = BoundCall(name, bound.arguments, services, bound.set_name, client.name, bound.common, begun=apart)
        taken = fed(client, bound.arguments, asked.objects, services.error)
        kept = None if taken is None or not client.as_it_comes else UntilBroken(taken)
        if taken is not None and any(isinstance(one, Waiting) for one in bound.arguments.values()):
            output = self._one_by_one(client, call, taken, scope)
        else:
            output = client.run(call, kept or taken)
        try:
            took = common.taking(scope, course.leaving)
            if client.name not in _GIVE_FROM_BLOCKS:
                yield from asked.past(output, took, wraps=client.name != "Invoke-Command")
            else:
                yield from output if took is None else through(self, output, took)
            if kept is not None and kept.problem is not None:
                raise kept.problem
            deque(taken or (), maxlen=0)  # what is before a cmdlet runs to its end, even if that looks at none of it
            course.halted = course.halted or asked.halted
        except GeneratorExit:
            close(output)
            asked.leave()
            raise
        except Written as written:
            services.error(written.error)
        except OSError as failed:
            lost = _not_done(failed, client, call)
            if client.name != "Get-Content":
                self.keep_ending(lost, common.sink, wraps=True)
                raise lost from failed
            services.error(lost)
        except Stopping as thrown:
            self.keep_ending(thrown, common.sink, wraps=True)
            raise
        except LyncError as error:
            if isinstance(error, ScriptError) and error.error_id in LOST:
                error.error_id += f",{client.error_suffix}"
                if client.name not in _OPENING:
                    services.error(error)
                    return
            if isinstance(error, ScriptError) and not error.activity and _is_its_own(error, client):
                error.activity = client.name
            if place is not None and isinstance(error, ScriptError) and error.activity == client.name:
                self.placed(error, place)
            if not _is_unbound(error, client):
                error.ended_cmdlet = True  # type: ignore[attr-defined]
                self.keep_ending(error, common.sink, wraps=True)
            raise
        finally:
            close(output)

    def _one_by_one(
        self, client: ClientCommand, call: BoundCall, taken: Iterator[object], scope: Scope
    ) -> Iterator[object]:
        """Run a cmdlet for each object by itself, its script blocks worked out for it."""
        waiting = {name: value for name, value in call.arguments.items() if isinstance(value, Waiting)}
        if client.name not in ONE_BY_ONE:
            raise NotKnownHere(f"a script block for {client.name} -{next(iter(waiting))}")
        for item in taken:
            try:
                made = {name: worked_out(self, client, name, one, item, scope) for name, one in waiting.items()}
                made = {name: demanded(client, find_parameter(client, name), one) for name, one in made.items()}
            except ScriptError as bad:
                bad.target = item
                call.services.error(bad)
                continue
            yield from client.run(replace(call, arguments={**call.arguments, **made}), iter([item]))

    def _services(
        self,
        client: ClientCommand,
        scope: Scope,
        common: Common,
        course: Course,
        place: s.CommandCall | None,
        asked: Asked,
    ) -> CallServices:
        called = _NOT_WRITTEN if place is None else Called(word_of(place), place=place.extent)
        sign = Signing(client, called)

        def error(problem: Exception) -> None:
            if not isinstance(problem, LyncError):
                raise problem
            course.failed = True
            if isinstance(problem, ScriptError):
                problem.called = problem.called or called.name
                if problem.activity == "Write-Error" or client.name == "Write-Error":
                    said_by(problem, get("MyInvocation"))
                    problem.said_at = None if place is None else place.extent  # type: ignore[attr-defined]
                problem.activity = problem.activity or client.name
            if place is not None:
                self.placed(problem, place)
            action = self.error_action(scope, common.action)
            if action == "stop":
                raised = Stopping(problem, preferred=True)
                if not self.emitting or asked.objects is None:
                    raise raised
                climb(
                    self, raised, asked, of_script=False
                )  # the cmdlet goes on, as it does after an error that does not end it
                return
            self.record(problem, scope, silent=action in SILENT, kept=action != "ignore")

        def get(name: str) -> object:
            found = scope.get(name)
            return self.automatic_value(name.lower()) if found is MISSING else found

        tells = scope.trying or self.preference("ErrorActionPreference", scope) == "stop"
        told = scope
        if client.name not in _GIVE_FROM_BLOCKS:  # what a condition, a key or a calculated property says is nobody's
            told = scope.parent if common.listens and scope.parent is not None else scope
            captured = common.listens or told.sink.takes_objects
            told = told.child(transparent=True) if told.caller or captured else told
            told.sink = (common.uncaptured or told.sink).uncaptured()
            told.caller = BLOCK if told.caller else ""
        named = tells and client.name in _RUN_BLOCKS

        return CallServices(
            runner=lambda block: self._running(block, scope, sign, asked, named=named),
            tester=lambda block: self._testing(block, told, sign, asked, named=named),
            no_more=asked.no_more,
            leaving=lambda left: climb(self, left, asked),
            telling=lambda run: sign.telling(run) if named else run,
            trying=lambda block: self._apart(block, told),
            call_block=lambda block, arguments, input: self.call_block(block, list(arguments), scope, input),
            foretold=lambda blocks, items: self._foretold(blocks, items, scope),
            report=scope.sink.report,
            error=error,
            remember=self.remember,
            set_variable=lambda name, value: scope.set(name, scope.taken(name, value)),
            get_variable=lambda name: None if (found := get(name)) is MISSING else found,
            caller=scope.caller.removeprefix(BLOCK),
            invocation=lambda: invocation_of_cmdlet(client.name, called.name, called.place),
            place=called.place,
            evaluator=self,
            scope=scope,
        )

    def _running(
        self, block: Block, scope: Scope, sign: Signing, stage: Asked, *, named: bool
    ) -> Callable[[object], Iterable[object]]:
        """A block that a cmdlet runs, made ready. What fails in it behind a `try` ends it, as if it were within that;
        named: in any case."""
        run = self.runner(block, scope)
        run = sign.telling(run) if named or traps(block) else run
        return lambda item: self._run_behind(block, scope, sign, stage, item) if self.emitting else run(item)

    def _run_behind(self, block: Block, scope: Scope, sign: Signing, stage: Asked, item: object) -> Iterator[object]:
        run = sign.telling(self.runner(block, self._behind(scope)))
        try:
            yield from through(self, iter(run(item)))
        except (RemoteError, Stopping, Flow, PipelineHalted) as raised:
            climb(self, raised, stage)

    def _behind(self, scope: Scope) -> Scope:
        """Where a block runs behind a `try`: its errors end it as if it were within that."""
        return scope.child(transparent=True, trying=True) if self.emitting == "try" else scope

    def _testing(
        self, block: Block, scope: Scope, sign: Signing, stage: Asked, *, named: bool
    ) -> Callable[[object], bool]:
        """The same of a condition."""
        test = self.tester(block, scope)
        test = sign.judging(test) if named or traps(block) else test
        return lambda item: self._test_behind(block, scope, sign, stage, item) if self.emitting else test(item)

    def _test_behind(self, block: Block, scope: Scope, sign: Signing, stage: Asked, item: object) -> bool:
        try:
            return sign.judging(self.tester(block, self._behind(scope)))(item)
        except (RemoteError, Stopping, Flow) as raised:
            climb(self, raised, stage)
            return False

    def _apart(self, block: Block, scope: Scope) -> Callable[[object], object]:
        """A calculated property's block: its value for an item, each time with variables of its own."""
        inner = scope.child(unheard=True)
        inner.fresh = True
        value_of = self.valuer(block, inner)

        def value(item: object) -> object:
            if inner.own:
                inner.own.clear()
                inner.constraints.clear()
            return value_of(item)

        return value

    def _foretold(self, blocks: Sequence[object], items: Iterable[object], scope: Scope) -> Iterable[object]:
        simple = [one for one in blocks if isinstance(one, Block) and one.is_simple]

        def turn(item: object, inner: Scope) -> None:
            for block in simple:
                deque(self.runner(block, inner)(item), maxlen=0)

        if len(simple) < len(blocks):
            return items
        return foretell([block.node for block in simple], self.runtime, scope, items, turn)

    def _block_stage(self, block: Block, call: s.CommandCall, scope: Scope, name: str, spot: tuple[int, int]) -> Stage:
        words, course, shared = self._words(call.elements, scope), self.course, call.invocation == "."
        called = Called(
            call.invocation or name, *spot, call.extent, call,
            bool(block.name) and scope.parent is None and not (block.is_file and shared),
        )  # fmt: skip

        def made(
            input: Iterator[object] | None, apart: bool = False, awaited: Awaited | None = None
        ) -> Iterator[object]:
            return self.run_block(
                block, words, scope, input, shared=shared, called=called, course=course, apart=apart, awaited=awaited
            )

        def ready(piped: bool) -> Stage:
            awaited = Awaited(piped)
            output = made(None, awaited=awaited)
            next(output)

            def run(input: Iterator[object] | None, apart: bool = False) -> Iterator[object]:
                awaited.input, awaited.apart = input, apart
                return output

            return Beginning(run) if block.begins else run

        if advanced(block):
            return Preparing(ready, made)
        if block.begins:
            return Beginning(made)
        late = bool(block.declared) and (bool(words) or any(one.default for one in block.declared))
        return made if not late else lambda input: made(None) if input is None else _late(made, block, input)

    @abstractmethod
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
        """Run a script block or function with its arguments. shared: in the caller's scope (`.`).  called: how
        the cell says it.  course: that of its pipeline.  apart: see `Beginning`.  awaited: first it takes its
        arguments, with BEGUN behind them."""

    @abstractmethod
    def enumerated(self, value: object) -> Iterator[object]:
        """What a value puts into the pipeline."""

    def call_block(
        self, block: Block, arguments: list[object], scope: Scope, input: Iterable[object] | None = None
    ) -> Iterator[object]:
        """Run a script block with positional arguments in a scope of its own, as a cmdlet or a method does."""
        if block.node.has_several_parts:
            raise NotKnownHere("a block of several parts that a cmdlet or a method runs")
        switches = {place: one.variable.name for place, one in enumerate(block.declared) if is_switch(one)}
        words = [Word(switches.get(place), argument) for place, argument in enumerate(arguments)]
        return self.run_block(block, words, scope, iter(input) if input is not None else None)


_CORE: Final = "microsoft.powershell.core"
"""What is there without being a module."""
_OPENING: Final = frozenset(
    (
        "Out-File", "Export-Csv", "Import-Csv", "Export-Clixml", "Import-Clixml", "Select-String", "Tee-Object",
        "Get-FileHash",
    )
)  # fmt: skip
"""Cmdlets that a drive which is not there ends; the others write the error."""


_WARNING_ACTION: Final = ("warningaction", "wa")


def _begins(client: ClientCommand, call: s.CommandCall) -> bool:
    """Whether a cmdlet has a block to run before anything comes: ForEach-Object with -Begin, or with two blocks."""
    if client.name != "ForEach-Object":
        return False
    named = any(isinstance(one, s.Parameter) and "begin".startswith(one.name.lower()) for one in call.elements)
    return named or sum(not isinstance(one, s.Parameter) for one in call.elements) > 1


def _function_of_scope(text: str, scope: Scope) -> Block | None:
    """The function that is called with its scope, `global:Get-Them`; None where there is none."""
    drive, _, name = text.partition(":")
    owners = {"global": scope.root, "script": scope.script, "local": scope.holder, "private": scope.holder}
    owner = owners.get(drive.lower())
    return None if owner is None else owner.functions.get(name.lower())


_GIVE_FROM_BLOCKS: Final = ("ForEach-Object", "Invoke-Expression")
_RUN_BLOCKS: Final = (*_GIVE_FROM_BLOCKS, "Where-Object")


def _splatted(value: object) -> list[Word]:
    """`@p`: a table's entries by name, what .NET goes through by position: lists, a text's letters, an XML's nodes."""
    if is_table(value):
        return [Word(to_text(key), plain(item), splatted=True) for key, item in value.items()]
    if is_collection(value):
        return [
            Word(item.strip("-:"), colon=item.endswith(":")) if type(item) is ArgumentName else Word(None, plain(item))
            for item in items_of(value)
        ]
    if is_text(value):
        return [Word(None, Char(letter)) for letter in to_text(value)]
    return [Word(None, item) for item in value.children] if isinstance(value, XmlNode) else [Word(None, plain(value))]


def _not_done(failed: OSError, client: ClientCommand, call: BoundCall) -> ScriptError:
    """The error of a cmdlet whose file the system did not let it read or write."""
    named = next((call.get(one) for one in ("FilePath", "LiteralPath", "Path") if call.given(one)), "")
    path = os.path.abspath(to_text(failed.filename or (named[0] if isinstance(named, list) and named else named)))
    of_out_file = client.name == "Tee-Object"
    suffix = "Microsoft.PowerShell.Commands.OutFileCommand" if of_out_file else client.error_suffix
    error = not_done(failed, path, suffix, client.name)
    if isinstance(failed, FileNotFoundError) and client.name == "Get-Content":  # a link to nothing
        error = ScriptError(f"Could not find file '{path}'.", exception="FileNotFoundException", target=path)
        error.error_id, error.category = f"GetContentReaderFileNotFoundError,{suffix}", "ObjectNotFound"
    elif client.name == "Get-Content":
        error.error_id, error.category, error.target = f"GetContentReaderIOError,{suffix}", "ReadError", path
    return error


def _is_unbound(error: LyncError, client: ClientCommand) -> bool:
    """Whether an error is that a cmdlet could not be given its arguments, or what was piped."""
    return (
        is_binders(error) and getattr(error, "activity", "") == client.name and getattr(error, "before", None) is None
    )


def _is_its_own(error: ScriptError, client: ClientCommand) -> bool:
    """Whether an error is the cmdlet's, not one of a block that it ran."""
    return error.exception == "ParameterBindingException" or error.error_id.endswith(f",{client.error_suffix}")
