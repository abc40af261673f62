"""The server side of PSRP for one runspace pool: psrpcore's state machine between a byte channel and an engine.

Rules of this file: bytes come in with `receive` and go out through a `Channel`; WSMan and the out-of-process protocol
both use it so. One lock guards psrpcore and the order of what goes out; engines run in one worker thread of the pool,
one pipeline after another, and never hold the lock while they compute.
"""

from __future__ import annotations

import logging
import queue
import struct
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol
from uuid import UUID

from psrpcore import (
    CreatePipelineEvent,
    EndOfPipelineInputEvent,
    GetAvailableRunspacesEvent,
    GetCommandMetadataEvent,
    PipelineHostResponseEvent,
    PipelineInputEvent,
    PSRPEvent,
    PSRPPayload,
    ResetRunspaceStateEvent,
    ServerPipeline,
    SetMaxRunspacesEvent,
    SetMinRunspacesEvent,
    StreamType,
)
from psrpcore import types as ps

from lync_magic.sandbox import records
from lync_magic.sandbox.deserialize import to_model
from lync_magic.sandbox.fragments import FRAGMENT_SIZE, cut, end_of_messages, whole
from lync_magic.sandbox.journal import Journal
from lync_magic.sandbox.model import Engine
from lync_magic.sandbox.pipelines import PipelineRun
from lync_magic.sandbox.reading import NilRefused, TolerantPool, calls, private_data

log = logging.getLogger(__name__)

_MESSAGE_HEADER: Final = struct.Struct("<II16s16s")
_TO_CLIENT: Final = 1
_OUTPUT: Final = ps.PSRPMessageType.PipelineOutput
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""Real servers put it before each message's text."""

_MESSAGES_OF_A_CONNECT_ANSWER: Final = 2


class ConnectRefused(ValueError):
    """What a client sent to take a pool over cannot be read, or is for another pool."""


class Channel(Protocol):
    """Where a pool's bytes go. `pipeline_id` None is the pool itself."""

    def write(self, pipeline_id: UUID | None, data: bytes, urgent: bool) -> None:
        """Take whole fragments, in order; never blocks. urgent: the server now waits for the client's answer."""

    def finished(self, pipeline_id: UUID) -> None:
        """The pipeline has nothing more to say."""

    def wait_for_room(self, pipeline_id: UUID | None, stopped: Callable[[], bool]) -> None:
        """Block the engine while too much waits to be received, or until it was stopped."""


class RunspacePool:
    """One client's runspace pool on the server."""

    def __init__(
        self, engine: Engine, channel: Channel, journal: Journal | None = None, *, breaks_on_nil: bool = False
    ) -> None:
        self.engine = engine
        self.channel = channel
        self.journal = journal or Journal()
        self._core = TolerantPool(private_data(engine.application_private_data), breaks_on_nil=breaks_on_nil)
        self._lock = threading.RLock()
        self._runs: dict[UUID, PipelineRun] = {}
        self._partial: dict[tuple[UUID | None, bool], bytes] = {}
        self._queue: queue.SimpleQueue[PipelineRun | None] = queue.SimpleQueue()
        self._worker: threading.Thread | None = None
        self._closed = False

    @property
    def id(self) -> UUID:
        """The pool's id, as the client chose it."""
        return self._core.runspace_pool_id

    @property
    def is_open(self) -> bool:
        """Whether the client has opened the pool and nothing has broken or closed it."""
        return bool(self._core.state == ps.RunspacePoolState.Opened)

    @property
    def client_version(self) -> ps.PSVersion | None:
        """The protocol version that the client declared, once it has."""
        theirs = self._core.their_capability
        return None if theirs is None else theirs.protocolversion

    def encrypt(self, clear: str) -> str:
        """A secret with the session key (MS-PSRP 2.2.5.1.24)."""
        return str(self._core._cipher.encrypt(clear))

    # --- bytes in ---------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, pipeline_id: UUID | None = None, *, prompt: bool = False) -> None:
        """Take bytes of the pool or of a pipeline; `prompt`: of the stream that carries answers to host calls."""
        with self._lock:
            fragments = self._whole(data, (pipeline_id, prompt))
            if not fragments or self._closed:
                return
            stream = StreamType.prompt_response if prompt else StreamType.default
            self._core.receive_data(PSRPPayload(fragments, stream, pipeline_id))
            while self._handle_next(pipeline_id):
                self._flush()
            self._flush()

    def _whole(self, data: bytes, key: tuple[UUID | None, bool]) -> bytes:
        """psrpcore cuts a partial fragment silently, so the rest waits here."""
        data, rest = whole(self._partial.pop(key, b"") + data)
        if rest:
            self._partial[key] = rest
        return data

    def _handle_next(self, pipeline_id: UUID | None) -> bool:
        """Handle one message; False when there is none. What cannot be read fails its pipeline, or breaks the pool."""
        try:
            event = self._core.next_event()
            if event is not None:
                self._handle(event)
        except Exception as error:  # noqa: BLE001 - any bytes may come: psrpcore raises all sorts
            log.warning("A message could not be read: %s", type(error).__name__)
            self._answer_unreadable(pipeline_id, error)
            return True
        return event is not None

    def _answer_unreadable(self, pipeline_id: UUID | None, error: Exception) -> None:
        run = self._runs.get(pipeline_id) if pipeline_id is not None else None
        if run is not None and not isinstance(error, NilRefused):
            run.finish(ps.PSInvocationState.Failed, records.defect(error))
            return
        record = records.to_psrpcore(records.defect(error))
        self._core.state = ps.RunspacePoolState.Opened
        self._core.set_broken(record)

    def _handle(self, event: PSRPEvent[Any, Any]) -> None:
        if isinstance(event, CreatePipelineEvent):
            self._start(event)
        elif isinstance(event, GetCommandMetadataEvent):
            run = self._runs[event.pipeline_id]
            names = [str(name) for name in event.pipeline.name or ["*"]]
            run.start_metadata(names, int(event.pipeline.command_type or ps.CommandTypes.All))
            self._enqueue(run)
        elif isinstance(event, PipelineInputEvent):
            self._runs[event.pipeline_id].add_input(to_model(event.data))
        elif isinstance(event, EndOfPipelineInputEvent):
            self._runs[event.pipeline_id].end_input()
        elif isinstance(event, PipelineHostResponseEvent):
            error = None if event.error is None else records.message_of(event.error)
            self._runs[event.pipeline_id].answer(int(event.ci), to_model(event.result), error)
        elif isinstance(event, GetAvailableRunspacesEvent):
            busy = sum(not run.done for run in self._runs.values())
            self._core.runspace_availability_response(event.ci, max(self._core.max_runspaces - busy, 0))
        elif isinstance(event, (SetMaxRunspacesEvent, SetMinRunspacesEvent)):
            self._core.runspace_availability_response(event.ci, event.count > 0)
        elif isinstance(event, ResetRunspaceStateEvent):
            self._core.runspace_availability_response(event.ci, True)

    def _start(self, event: CreatePipelineEvent) -> None:
        run = self._runs[event.pipeline_id]
        powershell = event.pipeline
        host = self._core.host if powershell.host.UseRunspaceHost else powershell.host
        has_host = host is not None and not host.IsHostNull and not host.IsHostUINull
        run.start_commands(calls(powershell.commands), bool(powershell.no_input), has_host)
        self._enqueue(run)

    # --- pipelines --------------------------------------------------------------------------------------------------

    def open_pipeline(self, pipeline_id: UUID) -> None:
        """A pipeline was announced; its commands follow as bytes."""
        with self._lock:
            self._runs[pipeline_id] = PipelineRun(self, ServerPipeline(self._core, pipeline_id))

    def stop_pipeline(self, pipeline_id: UUID, then: Callable[[], None] | None = None) -> None:
        """Stop it; `then` is called when its last message was sent."""
        run = self._runs.get(pipeline_id)
        if run is not None:
            run.stop()
            if then is not None:
                run.when_done(then)
        elif then is not None:
            then()

    def close_pipeline(self, pipeline_id: UUID) -> None:
        """Forget it; stop it first if it still runs."""
        with self._lock:
            run = self._runs.pop(pipeline_id, None)
            self._core.pipeline_table.pop(pipeline_id, None)
            self._partial = {key: rest for key, rest in self._partial.items() if key[0] != pipeline_id}
        if run is not None:
            run.stop()

    def _enqueue(self, run: PipelineRun) -> None:
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="sandbox engine", daemon=True)
            self._worker.start()
        self._queue.put(run)

    def _work(self) -> None:
        while (run := self._queue.get()) is not None:
            run.execute()

    def pipeline_finished(self, run: PipelineRun) -> None:
        """The run's last message was sent."""
        self.channel.finished(run.id)

    # --- bytes out --------------------------------------------------------------------------------------------------

    def send(self, prepare: Callable[[], object], *, urgent: bool = False) -> None:
        """Let psrpcore make messages and write them."""
        with self._lock:
            prepare()
            self._flush(urgent=urgent)

    def send_clixml(self, pipeline_id: UUID, clixml: str, message_type: ps.PSRPMessageType = _OUTPUT) -> None:
        """Write one message of a pipeline that was made without psrpcore's serializer (MS-PSRP 2.2.1).

        Without text it is null. Its object id is the next of psrpcore's: they count up by one over all that the pool
        says.
        """
        header = _MESSAGE_HEADER.pack(
            _TO_CLIENT,
            message_type.value,
            self._core.runspace_pool_id.bytes_le,
            pipeline_id.bytes_le,
        )
        message = header + (_BYTE_ORDER_MARK + clixml.encode("utf-8") if clixml else b"")
        with self._lock:
            self._flush()  # what psrpcore has made already has the lower numbers
            for fragment in cut(self._core._fragment_counter, message):
                self.channel.write(pipeline_id, fragment, False)

    def _flush(self, *, urgent: bool = False) -> None:
        while (payload := self._core.data_to_send(FRAGMENT_SIZE)) is not None:
            self.channel.write(payload.pipeline_id, payload.data, urgent)

    # --- the pool's life --------------------------------------------------------------------------------------------

    def disconnect(self) -> None:
        """The client goes away for a while; pipelines run on until their output has no more room.

        For psrpcore the pool stays open: it makes no messages for one that is left, and here they wait.
        """

    def reconnect(self) -> None:
        """The same client is back. A reconnect says nothing on the wire, so no state message is made."""

    def connect(self, data: bytes) -> bytes:
        """Another client takes the disconnected pool over (MS-PSRP 3.2.5.4.27); `data` are its first messages.

        The answer's own bytes come back (capability, pool data); what else there is to say waits to be received.
        Raises `ConnectRefused`, and the pool stays disconnected.
        """
        with self._lock:
            self._core.state = ps.RunspacePoolState.Disconnected
            self._core.connect()
            self._core.prepare_message(self._core.our_capability)
            self._core.receive_data(PSRPPayload(self._whole(data, (None, False)), StreamType.default, None))
            try:
                while self._core.next_event() is not None:
                    pass
            except Exception as error:  # any bytes may come, as in `_handle_next`
                raise self._refused() from error
            if not self.is_open:
                raise self._refused()
            said = b""
            while (payload := self._core.data_to_send(FRAGMENT_SIZE)) is not None:
                said += payload.data
            end = end_of_messages(said, _MESSAGES_OF_A_CONNECT_ANSWER)
            self.channel.write(None, said[end:], False)
            return said[:end]

    def _refused(self) -> ConnectRefused:
        while self._core.data_to_send(FRAGMENT_SIZE) is not None:
            pass
        self._core.state = ps.RunspacePoolState.Opened
        return ConnectRefused("These are not the messages of a client that takes this pool over.")

    def close(self) -> None:
        """End everything. States Closing and Closed go out where the pool was open; then nothing more does."""
        for pipeline_id in list(self._runs):
            self.close_pipeline(pipeline_id)
        with self._lock:
            if self._closed:
                return
            if self.is_open:
                self._core.begin_close()
                self._core.pipeline_table.clear()
                self._core.close()
                self._flush()
            self._closed = True
            self._queue.put(None)
