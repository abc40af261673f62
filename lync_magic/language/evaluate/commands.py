"""Commands and pipelines: who runs each one, and how the objects flow.

Neighbouring remote commands go to the server as one pipeline; a command of this side, or a remote one whose script
block wants each `$_`, ends it. Objects stream: a stage pulls from the one before it, and closing the last closes all
of them, which stops what runs on the server.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from lync_magic.clixml import MISSING
from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.binder import Word, bind
from lync_magic.language.cmdlets.declare import BoundCall, CallServices, ClientCommand
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.core import SILENT
from lync_magic.language.evaluate.remote import RemoteCall, RemoteEvaluator, Stage, close, keeper
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import ArrayList, enumerate_value, plain
from lync_magic.language.values.failures import ScriptError, Stopping
from lync_magic.language.values.text import to_text
from lync_magic.language.words import arguments_of


class CommandEvaluator(RemoteEvaluator):
    """Runs pipelines."""

    def run_pipeline(self, node: s.Pipeline, scope: Scope, input: Iterator[object] | None = None) -> Iterator[object]:
        """The output of a pipeline, as it comes."""
        stages = self._stages(node.elements, scope)
        running: list[Iterator[object]] = []
        stream = input
        try:
            for stage in stages:
                stream = stage(stream)
                running.append(stream)
            if stream is not None:
                yield from stream
        finally:
            for one in reversed(running):
                close(one)

    def _stages(self, elements: Sequence[s.Element], scope: Scope) -> list[Stage]:
        stages: list[Stage] = []
        remote: list[RemoteCall] = []
        for place, element in enumerate(elements):
            made = self._stage(element, scope, first=place == 0)
            if isinstance(made, RemoteCall):
                remote.append(made)
                if made.out_variable:
                    stages.append(self.remote_stage(remote, scope))
                    stages.append(keeper(scope, made.out_variable))
                    remote = []
                continue
            if remote:
                stages.append(self.remote_stage(remote, scope))
                remote = []
            stages.append(made)
        if remote:
            stages.append(self.remote_stage(remote, scope))
        return stages

    def _stage(self, element: s.Element, scope: Scope, *, first: bool) -> Stage | RemoteCall:
        if isinstance(element, s.CommandExpression):
            value = element.expression
            stage: Stage = lambda _input: enumerate_value(self.evaluate(value, scope))  # noqa: E731
            return _dropping(stage) if _drops_output(element) else stage
        assert isinstance(element, s.CommandCall)
        made = self._call(element, scope, first=first)
        if not isinstance(made, RemoteCall) and _drops_output(element):
            return _dropping(made)
        return made

    def _call(self, call: s.CommandCall, scope: Scope, *, first: bool) -> Stage | RemoteCall:
        target = self.evaluate(call.name, scope)
        if isinstance(target, Block):
            return self._block_stage(target, call, scope, shared=call.invocation == ".")
        if call.invocation and not isinstance(target, str):
            message = (
                f"The expression after '{call.invocation}' in a pipeline element produced an object "
                f"that was not valid. It must "
                "result in a command name, a script block, or a CommandInfo object."
            )
            raise ScriptError(message, "BadExpression", "InvalidOperation")
        name = to_text(target).rpartition("\\")[2] if "\\" in to_text(target) else to_text(target)
        function = scope.function(name.lower())
        if function is not None:
            return self._block_stage(function, call, scope, shared=call.invocation == ".")
        client = self.runtime.client_command(name) or find_cmdlet(name)
        if client is not None and not self.runtime.is_remote(name):
            return self._client_stage(client, name, call, scope)
        return self.remote_call(name, call, scope, first=first)

    # --- this side -------------------------------------------------------------------------------------------------

    def _client_stage(self, client: ClientCommand, name: str, call: s.CommandCall, scope: Scope) -> Stage:
        words = self._words(call.elements, scope)
        return lambda input: self._run_client(client, name, words, scope, input)

    def _words(self, elements: Sequence[s.Parameter | e.Expression], scope: Scope) -> list[Word]:
        made: list[Word] = []
        for element in elements:
            if isinstance(element, s.Parameter):
                if element.spelled == "--":
                    continue
                value = MISSING if element.argument is None else plain(self.evaluate(element.argument, scope))
                made.append(Word(element.name, value))
            elif isinstance(element, e.Variable) and element.splatted:
                for one in arguments_of((element,), lambda node: self.evaluate(node, scope)):
                    made.append(Word(one.name.strip("-:") if one.name else None, one.value))
            else:
                made.append(Word(None, plain(self.evaluate(element, scope))))
        return made

    def _run_client(
        self, client: ClientCommand, name: str, words: list[Word], scope: Scope, input: Iterator[object] | None
    ) -> Iterator[object]:
        bound = bind(client, words, piped=input is not None)
        action = to_text(bound.common.get("ErrorAction", "")).lower()
        services = self._services(scope, action)
        call = BoundCall(name, bound.arguments, services, bound.set_name, bound.common)
        kept = ArrayList() if "OutVariable" in bound.common else None
        output = client.run(call, input)
        try:
            for item in output:
                if kept is not None:
                    kept.append(item)
                yield item
        except LyncError as error:
            if action == "stop":
                raise Stopping(error) from error
            if action in SILENT and not scope.trying:
                self.record(error, silent=True)
                return
            raise
        finally:
            close(output)
            if kept is not None:
                scope.set(to_text(bound.common["OutVariable"]), kept)

    def _services(self, scope: Scope, action: str) -> CallServices:
        def error(problem: Exception) -> None:
            if not isinstance(problem, LyncError):
                raise problem
            if action == "stop" or (not action and self.preference("ErrorActionPreference", scope) == "stop"):
                raise Stopping(problem)
            self.record(problem, silent=(action or self.preference("ErrorActionPreference", scope)) in SILENT)

        return CallServices(
            run_block=lambda block, item: self.run_for(block, item, scope),
            try_block=lambda block, item: self.run_for(block, item, scope.child(transparent=True, trying=True)),
            report=self.runtime.report,
            error=error,
            set_variable=scope.set,
            get_variable=lambda name: None if (found := scope.get(name)) is MISSING else found,
            caller=scope.caller,
        )

    def _block_stage(self, block: Block, call: s.CommandCall, scope: Scope, *, shared: bool) -> Stage:
        words = self._words(call.elements, scope)
        return lambda input: self.run_block(block, words, scope, input, shared=shared)

    @abstractmethod
    def run_block(
        self, block: Block, words: list[Word], scope: Scope, input: Iterator[object] | None, *, shared: bool = False
    ) -> Iterator[object]:
        """Run a script block or function with its arguments; `shared`: in the caller's scope (`.`)."""

    def call_block(
        self, block: Block, arguments: list[object], scope: Scope, input: Iterable[object] | None = None
    ) -> Iterator[object]:
        """Run a script block with positional arguments in a scope of its own."""
        words = [Word(None, argument) for argument in arguments]
        return self.run_block(block, words, scope, iter(input) if input is not None else None)


def _drops_output(element: s.Element) -> bool:
    """`> $null`."""
    return any(
        one.merge_to is None
        and one.from_stream in (0, 1)
        and isinstance(one.target, e.Variable)
        and one.target.name.lower() == "null"
        for one in element.redirections
    )


def _dropping(stage: Stage) -> Stage:
    def dropped(input: Iterator[object] | None) -> Iterator[object]:
        for _item in stage(input):
            pass
        return iter(())

    return lambda input: chain((), _lazily(lambda: dropped(input)))


def _lazily(made: Callable[[], Iterator[object]]) -> Iterator[object]:
    yield from made()
