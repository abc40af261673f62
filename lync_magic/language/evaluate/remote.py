"""Remote commands of a pipeline: put together as words, sent, and closed when nobody wants more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lync_magic.clixml import MISSING
from lync_magic.errors import RemoteError
from lync_magic.language.evaluate.expressions import ExpressionEvaluator
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.collections import ArrayList
from lync_magic.language.values.failures import Stopping
from lync_magic.language.values.text import to_text
from lync_magic.language.words import to_command
from lync_magic.psrp import Argument, Command, Pipeline

_OUT_VARIABLE = ("outvariable", "ov")
_ERROR_ACTION = ("erroraction", "ea")
Stage = Callable[["Iterator[object] | None"], Iterator[object]]


@dataclass(frozen=True)
class RemoteCall:
    """A remote command of a pipeline that is being put together."""

    command: Command
    out_variable: str = ""


class RemoteEvaluator(ExpressionEvaluator):
    """Puts neighbouring remote commands together and runs them on the server."""

    def remote_call(self, name: str, call: s.CommandCall, scope: Scope, *, first: bool) -> Stage | RemoteCall:
        if not first and any(_wants_item(element) for element in call.elements):
            return lambda input: self._each(name, call, scope, input)
        elements, out_variable = self._without_out_variable(call.elements, scope)
        call = replace(call, elements=elements)
        command = to_command(name, call, lambda node: self.evaluate(node, scope), self._preferred(call, scope))
        return RemoteCall(command, out_variable)

    def _preferred(self, call: s.CommandCall, scope: Scope) -> list[Argument]:
        """`$ErrorActionPreference` goes along where it was set and the call says nothing of its own."""
        preference = scope.get("ErrorActionPreference")
        named = (one.name.lower() for one in call.elements if isinstance(one, s.Parameter))
        if preference is MISSING or any(name in _ERROR_ACTION for name in named):
            return []
        return [Argument("-ErrorAction:", to_text(preference))]

    def _without_out_variable(
        self, elements: Sequence[s.Parameter | e.Expression], scope: Scope
    ) -> tuple[tuple[s.Parameter | e.Expression, ...], str]:
        """`-OutVariable` names a variable of this side."""
        kept: list[s.Parameter | e.Expression] = []
        found = ""
        items = iter(elements)
        for item in items:
            if isinstance(item, s.Parameter) and item.name.lower() in _OUT_VARIABLE:
                argument = item.argument or next(items, None)
                if isinstance(argument, e.Expression):
                    found = to_text(self.evaluate(argument, scope))
                continue
            kept.append(item)
        return tuple(kept), found

    def remote_stage(self, remote: list[RemoteCall], scope: Scope) -> Stage:
        commands = tuple(one.command for one in remote)
        pipeline = Pipeline((*commands[:-1], replace(commands[-1], end_of_statement=True)))
        stops = any(_error_action(command) == "stop" for command in commands)
        return lambda input: self._send(pipeline, input, stops=stops)

    def _send(self, pipeline: Pipeline, input: Iterable[object] | None, *, stops: bool) -> Iterator[object]:
        running: Iterator[object] | None = None
        try:
            running = self.runtime.invoke(pipeline, input)
            yield from running
        except RemoteError as error:
            if stops:
                raise Stopping(error) from error
            raise
        finally:
            if running is not None:
                close(running)

    def _each(self, name: str, call: s.CommandCall, scope: Scope, input: Iterator[object] | None) -> Iterator[object]:
        """A remote command whose script blocks are worked out for each object that comes in."""
        for item in input if input is not None else iter(()):
            inner = scope.for_item(item)

            def value(node: e.Expression, inner: Scope = inner) -> object:
                if _wants_item(node) and isinstance(node, e.ScriptBlockExpression):
                    return self._collapsed_block(node, inner)
                return self.evaluate(node, inner)

            command = replace(to_command(name, call, value, self._preferred(call, scope)), end_of_statement=True)
            stops = _error_action(command) == "stop"
            yield from self._send(Pipeline((command,)), [item], stops=stops)

    def _collapsed_block(self, node: e.ScriptBlockExpression, scope: Scope) -> object:
        items = list(self.run_statements(node.block.statements, scope))
        return items[0] if len(items) == 1 else items


def close(stream: object) -> None:
    """Close an iterator that can be closed."""
    closer = getattr(stream, "close", None)
    if callable(closer):
        closer()


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


def keeper(scope: Scope, name: str) -> Stage:
    def keep(input: Iterator[object] | None) -> Iterator[object]:
        kept = ArrayList()
        try:
            for item in input if input is not None else iter(()):
                kept.append(item)
                yield item
        finally:
            scope.set(name, kept)

    return keep
