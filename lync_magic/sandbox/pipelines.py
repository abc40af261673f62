"""One running pipeline on the server: its worker's view (`Streams`), its input, its questions, its end.

Rules of this file: an engine runs in the pool's worker thread and talks only through `PipelineRun`, which is its
`Streams`. The pool's other threads tell it things (`stop`, `add_input`, `answer`). Whatever happens, the run ends with
exactly one state message: Completed, Stopped or Failed.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from psrpcore import ServerHostRequestor, ServerPipeline
from psrpcore import types as ps

from lync_magic.sandbox import records
from lync_magic.sandbox.journal import Entry
from lync_magic.sandbox.model import (
    NO_INPUT,
    Call,
    ErrorRecord,
    PipelineFailed,
    PipelineStopped,
    PSObject,
)
from lync_magic.sandbox.serialize import to_clixml

if TYPE_CHECKING:
    from lync_magic.sandbox.psrp import RunspacePool

log = logging.getLogger(__name__)

HOST_TAG: Final = "PSHOST"
PROCESSING, COMPLETED = ps.ProgressRecordType.Processing, ps.ProgressRecordType.Completed
INFORMATION_STREAM: Final = ps.PSVersion("2.3")
"""The protocol version that brought the information stream."""


class PipelineRun:
    """One pipeline, from its creation to its last message; the engine's `Streams`."""

    def __init__(self, pool: RunspacePool, pipeline: ServerPipeline) -> None:
        self.id: UUID = pipeline.pipeline_id
        self.done = False
        self._begun = False
        self._pool = pool
        self._pipeline = pipeline
        self._host = ServerHostRequestor(pipeline)
        self._has_host = False
        self._work: Callable[[], None] | None = None
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        self._input: deque[object] = deque()
        self._input_ended = True
        self._answers: dict[int, tuple[object, str | None]] = {}
        self._when_done: list[Callable[[], None]] = []
        self._began: list[Entry] = []

    # --- told by the protocol ---------------------------------------------------------------------------------------

    def start_commands(self, calls: Sequence[Call], no_input: bool, has_host: bool) -> None:
        """What to run: commands."""
        self._has_host = has_host
        self._input_ended = no_input
        given: Iterable[object] = NO_INPUT if no_input else self._read_input()
        self._work = lambda: self._pool.engine.run(calls, given, self)

    def start_metadata(self, names: Sequence[str], command_type: int) -> None:
        """What to run: GET_COMMAND_METADATA (MS-PSRP 2.2.2.14)."""

        def work() -> None:
            for value in self._pool.engine.metadata(names, command_type):
                self.output(value)

        self._work = work

    def add_input(self, value: object) -> None:
        """One input object came; after the end of the input nobody reads it."""
        with self._changed:
            if not self._input_ended:
                self._input.append(value)
            self._changed.notify_all()

    def end_input(self) -> None:
        """No more input comes."""
        with self._changed:
            self._input_ended = True
            self._changed.notify_all()

    def answer(self, call_id: int, value: object, error: str | None) -> None:
        """The client's host answered a question."""
        with self._changed:
            self._answers[call_id] = (value, error)
            self._changed.notify_all()

    def stop(self) -> None:
        """End as soon as possible. A pipeline that has not begun ends here."""
        self._stopped.set()
        with self._changed:
            begun = self._begun
            self._changed.notify_all()
        if not begun:
            self.finish(ps.PSInvocationState.Stopped, records.stopped())

    def when_done(self, call: Callable[[], None]) -> None:
        """Call back when the last message was sent; at once when it was already."""
        with self._changed:
            if not self.done:
                self._when_done.append(call)
                return
        call()

    # --- the worker -------------------------------------------------------------------------------------------------

    def execute(self) -> None:
        """Run to the end and say how it ended. Called once, in the worker thread. Never raises."""
        with self._changed:
            if self.done or self._work is None:
                return
            self._begun = True
        self._pipeline.state = ps.PSInvocationState.Running
        try:
            self._work()
        except PipelineStopped:
            self.finish(ps.PSInvocationState.Stopped, records.stopped())
        except PipelineFailed as failure:
            self.finish(ps.PSInvocationState.Failed, failure.record)
        except Exception as error:  # a defect must be an answer, not a client that waits
            log.exception("The engine failed")
            self.finish(ps.PSInvocationState.Failed, records.defect(error))
        else:
            if self._stopped.is_set():
                self.finish(ps.PSInvocationState.Stopped, records.stopped())
            else:
                self.finish(ps.PSInvocationState.Completed)

    def finish(self, state: ps.PSInvocationState, record: ErrorRecord | None = None) -> None:
        """Send the state message, once (MS-PSRP 2.2.2.21)."""
        with self._changed:
            if self.done:
                return
            self.done = True
            calls, self._when_done = self._when_done, []
        self._pipeline.state = state
        for entry in self._began:
            self._pool.journal.end(entry, state.name, "" if record is None else record.error_id)
        message = to_clixml(records.state(int(state), record), self._pool.encrypt)
        self._pool.send_clixml(self.id, message, ps.PSRPMessageType.PipelineState)
        self._pool.pipeline_finished(self)
        for call in calls:
            call()

    def _read_input(self) -> Iterator[object]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._input or self._input_ended or self._stopped.is_set())
                if self._stopped.is_set():
                    raise PipelineStopped
                if not self._input:
                    return
                value = self._input.popleft()
            yield value

    # --- Streams: what the engine says ------------------------------------------------------------------------------

    def began(self, command: str, parameters: Mapping[str, object]) -> None:
        """A command runs now."""
        self._check()
        self._began.append(self._pool.journal.begin(self._pool.id, self.id, command, parameters))

    def output(self, value: object) -> None:
        """One object of the output stream."""
        self._check()
        self._pool.send_clixml(self.id, "" if value is None else to_clixml(value, self._pool.encrypt))
        self._pool.channel.wait_for_room(self.id, self._stopped.is_set)

    def error(self, record: ErrorRecord) -> None:
        """One record of the error stream."""
        self._say(ps.PSRPMessageType.ErrorRecord, records.to_object(record), None)

    def warning(self, message: str) -> None:
        """One line of the warning stream, and its host call."""
        record = records.informational("Warning", message)
        self._say(ps.PSRPMessageType.WarningRecord, record, lambda: self._host.write_warning_line(message))

    def verbose(self, message: str) -> None:
        """One line of the verbose stream, and its host call."""
        record = records.informational("Verbose", message)
        self._say(ps.PSRPMessageType.VerboseRecord, record, lambda: self._host.write_verbose_line(message))

    def debug(self, message: str) -> None:
        """One line of the debug stream, and its host call."""
        record = records.informational("Debug", message)
        self._say(ps.PSRPMessageType.DebugRecord, record, lambda: self._host.write_debug_line(message))

    def information(self, text: str, tags: Sequence[str] = ()) -> None:
        """One record of the information stream, and the line that the host shows."""
        self._tell(lambda: self._write_information(text, "Write-Information", tags), lambda: self._write_line(text))

    def host_line(self, text: str) -> None:
        """One line for the host's screen: Write-Host."""
        self._tell(lambda: self._write_information(text, "Write-Host", (HOST_TAG,)), lambda: self._write_line(text))

    def progress(
        self,
        activity: str,
        status: str,
        percent: int = -1,
        seconds_remaining: int = -1,
        *,
        completed: bool = False,
        activity_id: int = 0,
    ) -> None:
        """One report of progress, and its host call."""
        kind = COMPLETED if completed else PROCESSING
        self._tell(
            lambda: self._pipeline.write_progress(
                activity,
                activity_id,
                status,
                percent_complete=percent,
                seconds_remaining=seconds_remaining,
                record_type=kind,
            ),
            lambda: self._host.write_progress(
                0,
                activity_id,
                activity,
                status,
                percent_complete=percent,
                seconds_remaining=seconds_remaining,
                record_type=kind,
            ),
        )

    def choose(self, caption: str, message: str, choices: Sequence[tuple[str, str]], default: int) -> int:
        """Ask the client's host; wait for the index."""
        self._check()
        if not self._has_host:
            raise PipelineFailed(records.no_host(caption, message))
        described = [ps.ChoiceDescription(Label=label, HelpMessage=text) for label, text in choices]
        asked: list[int] = []
        self._pool.send(
            lambda: asked.append(self._host.prompt_for_choice(caption, message, described, default)),
            urgent=True,
        )
        value, error = self._wait_for_answer(asked[0])
        if error is not None:
            raise PipelineFailed(records.refused_by_host(error))
        return int(str(value))

    def fill(self, caption: str, message: str, fields: Sequence[tuple[str, str]]) -> Mapping[str, object] | None:
        """Ask the client's host for values; None where it has none, or does not answer."""
        self._check()
        if not self._has_host:
            return None
        described = [_field(name, type_name) for name, type_name in fields]
        asked: list[int] = []
        self._pool.send(lambda: asked.append(self._host.prompt(caption, message, described)), urgent=True)
        value, error = self._wait_for_answer(asked[0])
        if error is not None or not isinstance(value, dict):
            return None
        return {str(name): one for name, one in value.items()}

    def sleep(self, seconds: float) -> None:
        """Wait, ended early by a stop."""
        if self._stopped.wait(seconds):
            raise PipelineStopped

    def _wait_for_answer(self, call_id: int) -> tuple[object, str | None]:
        with self._changed:
            self._changed.wait_for(lambda: call_id in self._answers or self._stopped.is_set())
            if call_id not in self._answers:
                raise PipelineStopped
            return self._answers.pop(call_id)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise PipelineStopped

    def _say(self, kind: ps.PSRPMessageType, record: PSObject, host_call: Callable[[], None] | None) -> None:
        """Send a record that is made here and, where the client has a host, the host call that follows it."""
        text = to_clixml(record, self._pool.encrypt)
        self._tell(lambda: self._pool.send_clixml(self.id, text, kind), host_call)

    def _tell(self, record: Callable[[], None], host_call: Callable[[], None] | None) -> None:
        """Send a record, and the host call after it; then wait for room."""
        self._check()

        def prepare() -> None:
            record()
            if self._has_host and host_call is not None:
                host_call()

        self._pool.send(prepare)
        self._pool.channel.wait_for_room(self.id, self._stopped.is_set)

    def _write_information(self, text: str, source: str, tags: Sequence[str]) -> None:
        capability = self._pool.client_version
        if capability is not None and capability >= INFORMATION_STREAM:
            self._pipeline.write_information(text, source, tags=list(tags), user="sandbox", computer="sandbox")

    def _write_line(self, text: str) -> None:
        self._host.write_line(text)


def _field(name: str, type_name: str) -> ps.FieldDescription:
    return ps.FieldDescription(
        Name=name,
        ParameterTypeName=type_name.rpartition(".")[2],
        ParameterTypeFullName=type_name,
        ParameterAssemblyFullName="",
        Attributes=ps.PSList([]),
    )
