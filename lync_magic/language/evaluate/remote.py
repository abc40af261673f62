"""Remote commands of a pipeline: put together as words, sent, and closed when nobody wants more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.errors import CommandNotFound, LyncError, RemoteError
from lync_magic.importing import Details, details_of, modules
from lync_magic.language.cmdlets.binder import COMMON, Bound
from lync_magic.language.cmdlets.declare import BEGUN
from lync_magic.language.cmdlets.stream import Source
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.common import Common, common_of
from lync_magic.language.evaluate.core import Course
from lync_magic.language.evaluate.error_values import ErrorValue, is_servers, locate
from lync_magic.language.evaluate.expressions import ExpressionEvaluator
from lync_magic.language.evaluate.placing import place_in_call
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.upwards import END, close
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent, place_words
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.collections import collapse
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.preferences import SILENT
from lync_magic.language.values.text import to_text
from lync_magic.language.words import outgoing, to_command
from lync_magic.psrp import Argument, Command, ErrorRecord, Event, Pipeline
from lync_magic.sessions import Rehearsed

_LOCAL = {
    "outvariable": "OutVariable", "ov": "OutVariable", "errorvariable": "ErrorVariable", "ev": "ErrorVariable",
    "warningvariable": "WarningVariable", "wv": "WarningVariable", "informationvariable": "InformationVariable",
    "iv": "InformationVariable", "pipelinevariable": "PipelineVariable", "pv": "PipelineVariable",
}  # fmt: skip
_ERROR_ACTION = ("erroraction", "ea")
_COMMON: Final = frozenset(name.lower() for spec in COMMON for name in (spec.name, *spec.aliases))
Stage = Callable[["Iterator[object] | None"], Iterator[object]]


class Preparing:
    """A stage that takes its arguments before any stage of its pipeline begins, in the order of the stages.

    ready: takes them, told whether something is piped, and makes what runs.  alone: all of it, where it is the one
    stage.
    """

    def __init__(self, ready: Callable[[bool], Stage], alone: Stage | None = None) -> None:
        self.ready = ready
        self.alone: Stage = alone or (lambda input: ready(input is not None)(input))

    def __call__(self, input: Iterator[object] | None) -> Iterator[object]:
        return self.alone(input)


@dataclass
class Awaited:
    """What a stage is told when it begins, where its arguments were taken before. piped: whether there is input."""

    piped: bool
    input: Iterator[object] | None = None
    apart: bool = False


class Beginning:
    """A stage with a `begin`, which PowerShell runs before anything comes, those of a pipeline in their order.

    run: makes the output; asked for it, with BEGUN behind what `begin` gave.
    """

    def __init__(self, run: Callable[[Iterator[object] | None, bool], Iterator[object]]) -> None:
        self._run = run

    def __call__(self, input: Iterator[object] | None) -> Iterator[object]:
        return self._run(input, False)

    def apart(self, input: Iterator[object] | None) -> Iterator[object]:
        """Its output, with BEGUN behind what `begin` gave."""
        return self._run(input, True)


class Begun(Source):
    """The output of a stage with a `begin`, whose objects the stages behind take before they begin themselves.

    passed: told when they have had all that `begin` gave.
    """

    passed: Callable[[object], None] | None = None

    def __next__(self) -> object:
        return self._behind(super().__next__())

    def throw(self, raised: BaseException) -> object:
        """The next object after this was raised where the last one was given."""
        return self._behind(super().throw(raised))

    def _behind(self, item: object) -> object:
        if item is not BEGUN:
            return item
        if self.passed is not None:
            self.passed(BEGUN)
        return super().__next__()


class Led(Source):
    """An iterator whose first object was taken already; that BEGUN, or END, stands for none."""

    def __init__(self, first: object, output: Iterator[object]) -> None:
        super().__init__(output)
        self._first = first

    def __next__(self) -> object:
        first, self._first = self._first, END
        return super().__next__() if first is BEGUN or first is END else first


@dataclass(frozen=True)
class RemoteCall:
    """A remote command of a pipeline that is being put together. common: what is asked of this side.  call: how it
    stands in the cell."""

    command: Command
    common: Common
    call: s.CommandCall

    @property
    def ends_pipeline(self) -> bool:
        """Whether what follows cannot go to the server with it."""
        common = self.common
        return bool(common.streams) or common.output is not None or bool(common.pipeline_variable)


_BEFORE_SENDING: Final = frozenset({"MissingArgument", "ParameterAlreadyBound", "AmbiguousParameter"})
"""Binding errors of the function that PowerShell's import makes of a command: they end the statement, as any command's
do; a server's others are told, and the cell goes on."""


_LAYERS: Final = 3
"""How many lists of statements an error leaves in the function that PowerShell's import makes of a command."""


class RemoteEvaluator(ExpressionEvaluator):
    """Puts neighbouring remote commands together and runs them on the server."""

    def remote_call(self, name: str, call: s.CommandCall, scope: Scope, *, first: bool) -> Stage | RemoteCall:
        if not first and any(_wants_item(element) for element in call.elements):
            course = self.course
            return lambda input: self._each(name, call, scope, input, course)
        elements, named = self._local_parameters(call.elements, scope)
        call = replace(call, elements=elements)
        command = to_command(name, call, lambda node: self.evaluate(node, scope))
        given = [(one, _LOCAL.get((one.name or "").strip("-: ").lower())) for one in command.arguments]
        named |= {known: one.value for one, known in given if known is not None and one.value is not None}
        sent = tuple(one for one, known in given if known is None or one.value is None)
        command = self._with_defaults(replace(command, arguments=sent), scope)
        common = common_of(Bound({}, named, ""), scope, keeps=False)
        action = _error_action(command) or self._preferred(scope)
        return RemoteCall(command, replace(common, action=action), call)

    def _with_defaults(self, command: Command, scope: Scope) -> Command:
        """A command with what `$PSDefaultParameterValues` says of it, where it has such parameters. Of one that is not
        imported nothing is known but what names it in full, and no position may be its."""
        more: list[Argument] = []
        given = [one.name.strip("-: ").lower() for one in command.arguments if one.name is not None]
        for key, value in self.default_values(scope).items():
            pattern, _, told = map(str.strip, to_text(key).partition(":"))
            if not matches_wildcard(pattern, command.name):
                continue
            name = told.lower()
            is_own, by_place = name not in _COMMON, _has_positions(command)
            if is_own and not has_wildcard(name) and (known := _details_of(command)) is not None:
                told_of = _parameter_of(known, name)
                if told_of is None:
                    continue
                pattern, by_place = command.name, by_place and not _has_no_place(known, told_of)
            if name in _LOCAL or has_wildcard(name) or (is_own and (has_wildcard(pattern) or by_place)):
                raise NotKnownHere(f"the default {to_text(key)} for a command of the server's")
            if any(one and name.startswith(one) for one in given):
                continue
            if isinstance(value, Block):
                value = collapse(list(self.call_block(value, [], self.scope)))
            more.append(Argument(f"-{told}:", outgoing(value)))
        return replace(command, arguments=(*command.arguments, *more)) if more else command

    def _preferred(self, scope: Scope) -> str:
        """`$ErrorActionPreference` in lower case, "" where it is not set: that of the notebook, for imported commands
        see no other. It holds on this side and does not go along."""
        preference = scope.root.find("ErrorActionPreference", "erroractionpreference")
        return "" if preference is MISSING else to_text(preference).lower()

    def _local_parameters(
        self, elements: Sequence[s.Parameter | e.Expression], scope: Scope
    ) -> tuple[tuple[s.Parameter | e.Expression, ...], dict[str, object]]:
        """`-OutVariable`, `-ErrorVariable` and their like name variables of this side; those of a splatted table are
        taken out of the command."""
        kept: list[s.Parameter | e.Expression] = []
        found: dict[str, object] = {}
        items = iter(elements)
        for item in items:
            known = _LOCAL.get(item.name.lower()) if isinstance(item, s.Parameter) else None
            if known is None or not isinstance(item, s.Parameter):
                kept.append(item)
                continue
            argument = item.argument or next(items, None)
            if isinstance(argument, e.Expression):
                found[known] = self.evaluate(argument, scope)
        return tuple(kept), found

    def remote_stage(self, remote: list[RemoteCall], scope: Scope) -> Stage:
        """The stage of neighbouring remote commands."""
        commands = tuple(one.command for one in remote)
        pipeline = Pipeline((*commands[:-1], replace(commands[-1], end_of_statement=True)))
        common = remote[-1].common
        stops = any(one.common.action == "stop" for one in remote)
        calls, course = [one.call for one in remote], self.course
        return lambda input: self._send(pipeline, input, scope, common, course, stops=stops, calls=calls)

    def _send(
        self,
        pipeline: Pipeline,
        input: Iterable[object] | None,
        scope: Scope,
        common: Common,
        course: Course,
        *,
        stops: bool,
        calls: Sequence[s.CommandCall],
    ) -> Iterator[object]:
        """Run a pipeline on the server. What the server says of it ends it alone, except under -ErrorAction Stop."""
        scope.root.settle_held()
        sink = common.sink if common.streams and common.uncaptured is scope.sink else scope.sink
        extent = calls[0].extent
        running: Iterator[object] | None = None
        halted: list[RemoteError] = []

        def hear(event: Event) -> None:
            if isinstance(event, ErrorRecord):
                course.failed = True
                error = _of_record(event, extent)
                if stops:
                    halted.append(error)
                    return
                value = ErrorValue(error, came=True)
                if common.action != "ignore":
                    self.automatic.remember(value)
                if common.action in SILENT:
                    return
                sink.report(replace(event, position=place_words(extent)), value)
                return
            sink.report(event)

        try:
            took = common.taking(scope, course.leaving)
            running = self.runtime.invoke(pipeline, input, hear)
            for item in running:
                if halted:
                    break
                if took is not None:
                    took(item)
                yield item
            if halted:
                raise self._stopping(halted[0], scope)
        except Rehearsed:
            return
        except RemoteError as error:
            unsent = error.error_id.partition(",")[0] in _BEFORE_SENDING
            if stops and not unsent and not isinstance(error, ScriptError | CommandNotFound):
                raise self._stopping(error, scope) from error
            if unsent or not is_servers(error):
                self._place_missing(error, calls)
                if not isinstance(error, CommandNotFound):
                    self.keep_ending(error, scope.sink, wraps=False)
                raise
            course.failed = True
            inner = scope.child(transparent=True)
            inner.sink = sink
            locate(error, extent)
            self.record(error, inner, silent=common.action in SILENT, kept=common.action != "ignore")
        finally:
            if running is not None:
                close(running)
            common.finish_remote(scope)

    def _stopping(self, error: RemoteError, scope: Scope) -> Stopping:
        """What ends a command under Stop; an -ErrorVariable of the function around it has what each layer of the
        function that PowerShell's import makes of the command leaves there."""
        stopping = Stopping(error, preferred=True)
        self.keep_ending(stopping, scope.sink, wraps=False)
        for _ in range(_LAYERS):
            self.keep_thrown(stopping, scope.sink)
        stopping.again = True
        return stopping

    @staticmethod
    def _place_missing(error: LyncError, calls: Sequence[s.CommandCall]) -> None:
        """Place the error of a command that is not there at its name."""
        missing = error.command.lower() if isinstance(error, CommandNotFound) else None
        for call in calls:
            if isinstance(call.name, e.String) and call.name.value.lower() == missing:
                place_in_call(error, call)

    def _each(
        self, name: str, call: s.CommandCall, scope: Scope, input: Iterator[object] | None, course: Course
    ) -> Iterator[object]:
        """A remote command whose script blocks are worked out for each object that comes in."""
        for item in input if input is not None else iter(()):
            inner = scope.for_item(item)

            def value(node: e.Expression, inner: Scope = inner) -> object:
                if _wants_item(node) and isinstance(node, e.ScriptBlockExpression):
                    return self._collapsed_block(node, inner)
                return self.evaluate(node, inner)

            command = replace(self._with_defaults(to_command(name, call, value), scope), end_of_statement=True)
            action = _error_action(command) or self._preferred(scope)
            common = Common(action, scope.sink)
            sent, stops = Pipeline((command,)), action == "stop"
            yield from self._send(sent, [item], scope, common, course, stops=stops, calls=[call])

    def _collapsed_block(self, node: e.ScriptBlockExpression, scope: Scope) -> object:
        items = list(self.run_statements(node.block.statements, scope))
        return items[0] if len(items) == 1 else items


def _details_of(command: Command) -> Details | None:
    """What is known of an imported command."""
    imported = modules.find(command.name)
    return None if imported is None else details_of([imported]).get(command.name.lower())


def _parameter_of(details: Details, name: str) -> str | None:
    """The parameter that a name or an alias in lower case means in full."""
    named = (one.name for one in details.parameters if name in map(str.lower, (one.name, *one.aliases)))
    return next(named, None)


def _has_no_place(details: Details, parameter: str) -> bool:
    """Whether it is known that a value goes to a parameter by its name alone."""
    uses = [use for one in details.sets for use in one if use.name == parameter]
    return bool(uses) and all(use.position is None for use in uses)


def _has_positions(command: Command) -> bool:
    """Whether some of a command's values have neither a name nor a word before them that may be theirs."""
    words = command.arguments
    return any(
        one.name is None and (place == 0 or words[place - 1].name is None or words[place - 1].value is not None)
        for place, one in enumerate(words)
    )


def _wants_item(element: s.Parameter | e.Expression) -> bool:
    """Whether an argument is a script block that reads `$_`: it is worked out for each object of the pipeline."""
    node = element.argument if isinstance(element, s.Parameter) else element
    if not isinstance(node, e.ScriptBlockExpression):
        return False
    return any(isinstance(one, e.Variable) and one.name.lower() in ("_", "psitem") for one in walk(node))


def _error_action(command: Command) -> str:
    """What a command's words say on errors, in lower case, "" where nothing."""
    arguments = iter(command.arguments)
    for argument in arguments:
        if argument.name is None:
            continue
        name = argument.name.strip("-: ").lower()
        if name in _ERROR_ACTION:
            value = (
                argument.value if argument.name.endswith((":", ": ")) else getattr(next(arguments, None), "value", "")
            )
            return to_text(value).lower().replace("1", "stop")
    return ""


def _of_record(event: ErrorRecord, extent: Extent) -> RemoteError:
    """An error record of the server as the error it stands for."""
    error = RemoteError(event.message, error_id=event.error_id, category=event.category, command=event.activity)
    locate(error, extent)
    error.target = event.target or None
    error.reason = event.reason
    return error
