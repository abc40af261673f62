"""Runs pipelines: statement by statement, each a chain of commands through which objects stream.

Rules of this file: all commands of a statement are found and bound before the first one runs, so a wrong
parameter sends nothing; a statement that fails ends the pipeline when it stands alone, else it is an error
and the next one runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.binder import Binding, InputNotBoundError, bind
from lync_magic.sandbox.engine.builtins import select_object
from lync_magic.sandbox.engine.compiling import Compiling
from lync_magic.sandbox.engine.context import Cmdlet, Context, Parameters, per_record
from lync_magic.sandbox.engine.describe import error_object, metadata_objects
from lync_magic.sandbox.engine.entries import Account
from lync_magic.sandbox.engine.exposing import echo
from lync_magic.sandbox.engine.failures import CommandError
from lync_magic.sandbox.engine.nettypes import full_name
from lync_magic.sandbox.engine.registry import cmdlet_for
from lync_magic.sandbox.engine.signatures import Catalog, Command, Parameter, catalog
from lync_magic.sandbox.engine.tenant import Tenant
from lync_magic.sandbox.engine.views import Later
from lync_magic.sandbox.model import NO_INPUT, Call, ErrorRecord, PipelineFailed, PSObject, Streams, Version

_VERSIONS: Final = ("1.0", "2.0", "3.0", "4.0", "5.0", "5.1", "6.0", "7.0")

APPLICATION_PRIVATE_DATA: Final[Mapping[str, object]] = MappingProxyType(
    {
        "PSVersionTable": {
            "PSVersion": Version("7.6.5"),
            "PSEdition": "Core",
            "PSSemanticVersion": "7.6.5",
            "PSCompatibleVersions": [Version(one) for one in _VERSIONS],
            "PSRemotingProtocolVersion": Version("2.3"),
            "SerializationVersion": Version("1.1.0.1"),
            "WSManStackVersion": Version("3.0"),
        }
    }
)
"""What a session says of itself when it opens (MS-PSRP 2.2.2.13)."""


class LyncEngine:
    """The engine of one runspace pool: a restricted endpoint of the tenant, for one signed-in account.

    exposed: the commands of the endpoint, Lync Online's by default.  metadata_delay: seconds to describe a command.
    """

    def __init__(
        self, tenant: Tenant, account: Account, exposed: Catalog | None = None, metadata_delay: float = 0.0
    ) -> None:
        self._compiling = Compiling(metadata_delay)
        self._tenant = tenant
        self._account = account
        self._catalog = exposed or catalog()
        self.application_private_data: Mapping[str, object] = {
            **APPLICATION_PRIVATE_DATA,
            "ImplicitRemoting": {"Hash": self._catalog.hash},
        }

    def run(self, calls: Sequence[Call], pipeline_input: Iterable[object], streams: Streams) -> None:
        """Run to the end. Raises PipelineFailed, PipelineStopped."""
        statements = _statements(calls)
        if not statements:
            raise PipelineFailed(failures.empty_pipeline())
        source = _opened(pipeline_input)
        for statement in statements:
            try:
                self._run_statement(statement, source, streams)
            except CommandError as failure:
                if len(statements) == 1:
                    raise PipelineFailed(failure.record) from None
                streams.error(failure.record)
            source = None

    def metadata(self, names: Sequence[str], command_type: int) -> Iterator[object]:
        """The answer to GET_COMMAND_METADATA: the count object, then one object per command."""
        for value in metadata_objects(names, command_type, self._catalog):
            if isinstance(value, PSObject) and "Parameters" in value.properties:
                self._compiling.compile(str(value.properties["Name"]), time.sleep)
            yield value

    def _run_statement(self, calls: Sequence[Call], source: Iterator[object] | None, streams: Streams) -> None:
        stages = [
            self._stage(call, index, index > 0 or source is not None, streams) for index, call in enumerate(calls)
        ]
        upstream = source
        for stage in stages:
            streams.began(stage.name, stage.parameters)
            upstream = stage.run(upstream)
        for value in upstream or ():
            made = value.sent() if isinstance(value, Later) else value
            self._compiling.before_showing(made, streams.sleep)
            streams.output(made)

    def _stage(self, call: Call, index: int, expecting_input: bool, streams: Streams) -> _Stage:
        if call.is_script:
            raise CommandError(failures.scripts_not_allowed(call.name))
        command = self._catalog.find(call.name)
        if command is None:
            raise CommandError(failures.unknown_command(call.name))

        def ask(missing: Sequence[Parameter]) -> Mapping[str, object] | None:
            caption = f"cmdlet {command.name} at command pipeline position {index + 1}"
            fields = [(one.name, full_name(one.type)) for one in missing]
            return streams.fill(caption, "Supply values for the following parameters:", fields)

        binding = bind(command, call.words, expecting_input=expecting_input, ask=ask)
        merged: list[ErrorRecord] | None = [] if call.merge_errors else None
        context = Context(
            command, self._tenant, self._account, streams, binding.values, merged, self._catalog, self._compiling
        )
        work = per_record(echo) if command.echoes else cmdlet_for(command.name)
        return _Stage(command, work, binding, context)


class _Stage:
    """One command of a statement, bound."""

    def __init__(self, command: Command, work: Cmdlet, binding: Binding, context: Context) -> None:
        self._command = command
        self._work = work
        self._binding = binding
        self._context = context

    @property
    def name(self) -> str:
        """The command's name."""
        return self._command.name

    @property
    def parameters(self) -> Parameters:
        """What was bound, except what comes through the pipeline."""
        return self._binding.values

    def run(self, upstream: Iterator[object] | None) -> Iterator[object]:
        """Its objects, as they come. upstream: the objects before it, None when it has no input."""
        calls = iter([self._binding.values]) if upstream is None else self._calls(upstream)
        objects = self._work(self._context, calls)
        merged = self._context.merged_errors
        return objects if merged is None else _with_errors(objects, merged)

    def _calls(self, upstream: Iterator[object]) -> Iterator[Parameters]:
        selects = self._work is select_object  # which looks itself at what it needs of an object
        for value in upstream:
            whole = value.whole() if isinstance(value, Later) and not selects else value
            try:
                yield self._binding.for_input(whole)
            except InputNotBoundError as failure:
                self._context.error(failure.record)


def _with_errors(objects: Iterator[object], merged: list[ErrorRecord]) -> Iterator[object]:
    """Objects with the error records among them, each where it happened (`2>&1`)."""
    for value in objects:
        yield from map(error_object, merged)
        merged.clear()
        yield value
    yield from map(error_object, merged)
    merged.clear()


def _statements(calls: Sequence[Call]) -> list[list[Call]]:
    statements: list[list[Call]] = []
    current: list[Call] = []
    for call in calls:
        current.append(call)
        if call.end_of_statement:
            statements.append(current)
            current = []
    if current:
        statements.append(current)
    return statements


def _opened(pipeline_input: Iterable[object]) -> Iterator[object] | None:
    """The client's input, None when it has none. With an empty one the first command runs for no object: not at all."""
    return None if pipeline_input == NO_INPUT else iter(pipeline_input)
