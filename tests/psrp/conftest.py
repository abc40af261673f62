"""What the tests of this room share: recordings, a process that plays one, and a scripted server in this process."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psrpcore
import pytest
from psrpcore.types import PSObject

from lync_magic.errors import SessionBroken
from lync_magic.psrp import RunspacePool
from lync_magic.transports import Kind, LineReader, ProcessTransport, Received, Signal, Stream, nothing

HERE = Path(__file__).parent
RECORDINGS = HERE.parent / "recordings"
TAPE_SERVER = HERE / "tape_server.py"

Script = Callable[["Turn"], None]
"""What the scripted server does when a pipeline is made, and at each thing that comes for it afterwards."""


class Said(NamedTuple):
    """One line of a recording."""

    sender: str
    line: bytes


@pytest.fixture(scope="session")
def recording() -> Callable[[str], list[Said]]:
    """The lines of a recording, both ways, in order."""

    def read(name: str) -> list[Said]:
        with gzip.open(RECORDINGS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file][1:]
        return [Said(row["from"], row["line"].encode()) for row in rows if row.get("from") in ("client", "server")]

    return read


@pytest.fixture
def outputs(recording: Callable[[str], list[Said]]) -> Callable[[str], list[list[bytes]]]:
    """The output records of each pipeline of a recording, taken from it by other means than the code under test."""

    def read(name: str) -> list[list[bytes]]:
        order: list[UUID] = []
        found: dict[UUID, list[bytes]] = {}
        parts: dict[tuple[UUID, bytes], bytes] = {}
        reader = LineReader()
        for said in recording(name):
            for packet in reader.feed(said.line + b"\n"):
                if said.sender == "client":
                    if packet.kind is Kind.COMMAND:
                        order.append(packet.target)
                        found[packet.target] = []
                    continue
                data = packet.data if packet.kind is Kind.DATA else b""
                while data:
                    key = (packet.target, data[:8])
                    length = int.from_bytes(data[17:21], "big")
                    parts[key] = parts.get(key, b"") + data[21 : 21 + length]
                    is_end = data[16] & 2
                    data = data[21 + length :]
                    if is_end:
                        message = parts.pop(key)
                        if message[4:8] == (0x41004).to_bytes(4, "little"):
                            found[packet.target].append(message[40:].removeprefix(b"\xef\xbb\xbf"))
        return [found[target] for target in order]

    return read


@pytest.fixture
def tape() -> Iterator[Callable[[str], RunspacePool]]:
    """Open pools on processes that play recordings of a real PowerShell."""
    pools: list[RunspacePool] = []

    def play(name: str) -> RunspacePool:
        path = RECORDINGS / f"{name}.jsonl.gz"
        pool = RunspacePool(ProcessTransport([sys.executable, str(TAPE_SERVER), str(path)]))
        pools.append(pool)
        pool.open(30)
        return pool

    yield play
    for pool in pools:
        pool.close(5)


class Turn(NamedTuple):
    """The server's side of one pipeline, at one event. event: what came from the client."""

    pipeline: psrpcore.ServerPipeline
    event: Any
    server: ScriptedServer

    @property
    def starts(self) -> bool:
        """Whether the pipeline was made just now."""
        return isinstance(self.event, psrpcore.CreatePipelineEvent | psrpcore.GetCommandMetadataEvent)

    def write(self, *values: object) -> None:
        """Output objects."""
        for value in values:
            self.pipeline.write_output(value)

    def end(self) -> None:
        """The pipeline has completed."""
        self.pipeline.complete()


class ScriptedServer:
    """A transport whose other end is psrpcore's server, in this thread. script: what pipelines do.

    It keeps what was said to it: `signals` and the seconds that were given to each (`patience`), the commands that were
    made, the size of each piece that came.
    """

    computer_name = "scripted"

    def __init__(self, script: Script, fragment_size: int) -> None:
        self.fragment_size = fragment_size
        self.pool = psrpcore.ServerRunspacePool()
        self.signals: list[Signal] = []
        self.patience: list[float] = []
        self.pieces: list[int] = []
        self.created: list[Any] = []
        self.received: list[Any] = []
        self.closed = False
        self._script = script
        self._waiting: dict[UUID | None, list[bytes]] = {}

    def open(self, shell_id: UUID, creation: bytes, *, timeout: float) -> None:
        self._waiting[None] = []
        self._feed(None, creation)

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> None:
        psrpcore.ServerPipeline(self.pool, pipeline_id)
        self._waiting[pipeline_id] = []
        self._feed(pipeline_id, first)

    def send(
        self, data: bytes, pipeline_id: UUID | None = None, stream: Stream = Stream.INPUT, *, timeout: float
    ) -> None:
        self._feed(pipeline_id, data)

    def receive(
        self, pipeline_id: UUID | None = None, *, timeout: float, meanwhile: Callable[[], None] = nothing
    ) -> Received:
        meanwhile()
        if self.closed:
            raise SessionBroken("The scripted server was closed.")
        chunks = self._waiting[pipeline_id]
        self._waiting[pipeline_id] = []
        if not chunks:
            time.sleep(0.02)  # as a server does that has nothing to say; of the shell something is always asked
        return Received(chunks, False)

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> None:
        self.signals.append(signal)
        self.patience.append(timeout)
        pipeline = self.pool.pipeline_table.get(pipeline_id)
        if pipeline is None:
            return
        if signal is Signal.STOP:
            if pipeline.state is psrpcore.types.PSInvocationState.Running:
                pipeline.stop()
                self._drain()
        else:
            self.pool.pipeline_table.pop(pipeline_id)

    def close(self, *, timeout: float) -> None:
        self.closed = True

    def drop(self) -> None:
        """A scripted server holds nothing."""

    def say(self, pipeline_id: UUID | None, message_type: int, data: bytes) -> None:
        """Say something that psrpcore would not."""
        header = (1).to_bytes(4, "little") + message_type.to_bytes(4, "little") + bytes(32)
        message = header + data
        number = self.pool._fragment_counter
        fragment = number.to_bytes(8, "big") + bytes(8) + b"\x03" + len(message).to_bytes(4, "big") + message
        self._drain()
        self._waiting[pipeline_id].append(fragment)

    def _feed(self, pipeline_id: UUID | None, data: bytes) -> None:
        self.pieces.append(len(data))
        self.pool.receive_data(psrpcore.PSRPPayload(data, psrpcore.StreamType.default, pipeline_id))
        while (event := self.pool.next_event()) is not None:
            self.received.append(event)
            pipeline = self.pool.pipeline_table.get(event.pipeline_id) if event.pipeline_id else None
            if pipeline is not None:
                if isinstance(event, psrpcore.CreatePipelineEvent | psrpcore.GetCommandMetadataEvent):
                    self.created.append(event.pipeline)
                    pipeline.start()
                self._script(Turn(pipeline, event, self))
        self._drain()

    def _drain(self) -> None:
        while (payload := self.pool.data_to_send()) is not None:
            self._waiting[payload.pipeline_id].append(payload.data)


@pytest.fixture
def scripted() -> Iterator[Callable[..., tuple[RunspacePool, ScriptedServer]]]:
    """Open pools on scripted servers: `pool, server = scripted(script, host=…)`."""
    pools: list[RunspacePool] = []

    def make(script: Script, *, fragment_size: int = 32 * 1024, **options: Any) -> tuple[RunspacePool, ScriptedServer]:
        server = ScriptedServer(script, fragment_size)
        pool = RunspacePool(server, **options)
        pools.append(pool)
        pool.open(10)
        return pool, server

    yield make
    for pool in pools:
        pool.close(1)


@pytest.fixture(scope="session")
def powershell() -> Iterator[RunspacePool]:
    """A pool on this machine's own PowerShell, opened once; skips where there is none."""
    found = os.environ.get("LYNC_MAGIC_PWSH") or shutil.which("pwsh")
    if found is None:
        pytest.skip("no PowerShell: neither pwsh in PATH nor LYNC_MAGIC_PWSH")
    quiet = {"POWERSHELL_TELEMETRY_OPTOUT": "1", "POWERSHELL_UPDATECHECK": "Off"}
    runtime = Path(found).resolve().parent / "dotnet"  # some are unpacked with their own
    if runtime.is_dir():
        quiet["DOTNET_ROOT"] = str(runtime)
    command_line = [found, "-NoProfile", "-NoLogo", "-s"]
    pool = RunspacePool(ProcessTransport(command_line, environment={**os.environ, **quiet}))
    pool.open(60)
    yield pool
    pool.close(5)


@pytest.fixture
def note() -> Callable[[PSObject], dict[str, Any]]:
    """The notes of a psrpcore object, by name."""

    def read(value: PSObject) -> dict[str, Any]:
        return {one.name: one.value for one in value.PSObject.extended_properties}

    return read


@pytest.fixture
def guids() -> Callable[[bytes], set[str]]:
    """The GUIDs that a line speaks of."""
    return lambda line: set(re.findall(r"PSGuid='([^']+)'", line.decode()))


@pytest.fixture
def base64_of() -> Callable[[bytes], str]:
    """Bytes as the wire has them."""
    return lambda data: base64.b64encode(data).decode()
