"""The out-of-process protocol: what PowerShell's own client sent in the recordings, answered by a sandbox process."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from lync_magic.sandbox import Call, Word
from lync_magic.sandbox.psrp import RunspacePool

RECORDINGS = Path(__file__).parents[1] / "recordings"
TINY_SERVER = Path(__file__).with_name("tiny_server.py")
FRAGMENT = struct.Struct(">QQBI")
LINE = re.compile(r"<(\w+)[^>]*PSGuid='([^']*)'\s*(?:/>|>(.*?)</)")
SESSION = "00000000-0000-0000-0000-000000000000"
POOL_STATE, PIPELINE_STATE, OUTPUT, METADATA = 0x21005, 0x41006, 0x41004, 0x2100A


class Process:
    """A server on pipes: lines there, elements and messages back."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(TINY_SERVER), "--stdio", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.messages: list[tuple[str, int, str]] = []

    def send(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, name: str, target: str) -> None:
        """Read up to this element; keep the messages on the way."""
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            match = LINE.match(line)
            assert match is not None, line
            if match[1] == "Data":
                self._keep(match[2], base64.b64decode(match[3]))
            elif (match[1], match[2]) == (name, target):
                return
        raise AssertionError(f"the server ended before {name}")

    def until_state(self, target: str) -> None:
        """Read up to a pipeline's state."""
        assert self.process.stdout is not None
        while not any(one[:2] == (target, PIPELINE_STATE) for one in self.messages):
            match = LINE.match(self.process.stdout.readline())
            assert match is not None
            if match[1] == "Data":
                self._keep(match[2], base64.b64decode(match[3]))

    def _keep(self, target: str, data: bytes) -> None:
        while data:
            _, _, flags, length = FRAGMENT.unpack_from(data)
            assert flags == 3, "the tests' messages are small"
            message, data = data[FRAGMENT.size : FRAGMENT.size + length], data[FRAGMENT.size + length :]
            kind = struct.unpack_from("<I", message, 4)[0]
            self.messages.append((target, kind, message[40:].decode().lstrip("\ufeff")))

    def of(self, target: str, kind: int) -> list[str]:
        return [text for one, number, text in self.messages if (one, number) == (target, kind)]

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()


@pytest.fixture
def server() -> Iterator[Process]:
    one = Process()
    yield one
    one.end()


def client_lines(recording: str) -> Iterator[tuple[str, str, str]]:
    """Each element that the client sent: its line, its name, its target."""
    with gzip.open(RECORDINGS / f"{recording}.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            match = LINE.match(row.get("line", ""))
            if row.get("from") == "client" and match is not None:
                yield row["line"], match[1], match[2]


def replay(server: Process, recording: str) -> list[str]:
    """Send what the recorded client sent, element by element; the pipelines in order."""
    pipelines = []
    for line, name, target in client_lines(recording):
        if name == "Close" and target != SESSION:
            server.until_state(target)
        server.send(line)
        server.until(f"{name}Ack", target)
        if name == "Command":
            pipelines.append(target)
    return pipelines


def test_powershells_own_client_is_answered_to_the_end(server: Process) -> None:
    # It is PowerShell 7.6 with console colours of -1 and protocol 2.4; its commands are unknown to the tiny engine.
    pipelines = replay(server, "real_client")
    assert "".join(server.of(SESSION, POOL_STATE)).count("RunspaceState") == 3
    assert len(pipelines) == 8
    assert server.of(pipelines[0], OUTPUT)[0].endswith('<MS><I32 N="Count">1</I32></MS></Obj>')
    for one in pipelines[1:]:
        (state,) = server.of(one, PIPELINE_STATE)
        assert '<I32 N="PipelineState">5</I32>' in state


def test_a_session_says_opened_then_closing_and_closed(server: Process) -> None:
    replay(server, "runspaces")
    states = [re.findall(r'"RunspaceState">(\d)<', text)[0] for text in server.of(SESSION, POOL_STATE)]
    assert states == ["2", "4", "3"]


def test_the_journal_is_kept_over_pipes_too(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    server = Process("--journal", str(file))
    pipelines = replay(server, "real_client")
    server.end()
    entries = [json.loads(line) for line in file.read_text().splitlines()]
    assert entries
    assert {one["command"].lower() for one in entries} <= set(pipelines)
    assert {one["state"] for one in entries} == {"Failed"}


def test_the_servers_versions_are_versions_and_not_texts(server: Process) -> None:
    replay(server, "runspaces")
    (data,) = server.of(SESSION, 0x21009)
    assert '<S N="Key">PSVersion</S><Version N="Value">7.6.5</Version>' in data
    assert '<S N="Key">PSRemotingProtocolVersion</S><Version N="Value">2.3</Version>' in data


def test_runspaces_are_counted_as_powershell_counts_them(server: Process) -> None:
    replay(server, "runspaces")
    recorded = []
    with gzip.open(RECORDINGS / "runspaces.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            match = LINE.match(row.get("line", ""))
            if row.get("from") == "server" and match is not None and match[1] == "Data":
                text = base64.b64decode(match[3]).decode("utf-8", "replace")
                recorded += re.findall(r"<Obj RefId=\"0\"><MS><\w+ N=\"SetMinMax.*?</Obj>", text)
    assert server.of(SESSION, 0x21004) == recorded


def test_a_script_is_refused_and_the_session_goes_on(server: Process) -> None:
    pipelines = replay(server, "errors")
    assert len(pipelines) > 1
    for one in pipelines:
        (state,) = server.of(one, PIPELINE_STATE)
        assert "ScriptsNotAllowed" in state


def test_a_key_is_exchanged(server: Process) -> None:
    replay(server, "secure_string")
    assert "EncryptedSessionKey" in server.of(SESSION, 0x10006)[0]


def test_input_reaches_the_pipeline(server: Process) -> None:
    (pipeline,) = replay(server, "pipeline_input")
    assert len(server.of(pipeline, PIPELINE_STATE)) == 1


@pytest.mark.parametrize("last", ["", "no element", "<Close PSGuid='00000000-0000-0000-0000-000000000000' />"])
def test_it_ends_with_the_session_or_with_what_it_cannot_read(server: Process, last: str) -> None:
    server.send(last)
    assert server.process.wait(timeout=20) == 0


def test_it_ends_when_its_input_ends(server: Process) -> None:
    server.end()
    assert server.process.returncode == 0


def test_what_cannot_be_read_fails_its_pipeline_and_not_the_session(server: Process) -> None:
    lines = list(client_lines("runspaces"))
    server.send(lines[0][0])
    server.until("DataAck", SESSION)
    pipeline = "11111111-1111-1111-1111-111111111111"
    server.send(f"<Command PSGuid='{pipeline}' />")
    server.until("CommandAck", pipeline)
    message = struct.pack("<II", 2, 0x21006) + bytes(32) + b"<not xml"
    fragment = FRAGMENT.pack(50, 0, 3, len(message)) + message
    server.send(f"<Data Stream='Default' PSGuid='{pipeline}'>{base64.b64encode(fragment).decode()}</Data>")
    server.until("DataAck", pipeline)
    (state,) = server.of(pipeline, PIPELINE_STATE)
    assert '<I32 N="PipelineState">5</I32>' in state
    server.send(lines[1][0])
    server.until("DataAck", SESSION)
    assert "SetMinMaxRunspacesResponse" in server.of(SESSION, 0x21004)[0]


def test_the_real_clients_words_are_what_the_engine_gets() -> None:
    kept: list[Call] = []

    class Keeping:
        application_private_data: Mapping[str, object] = MappingProxyType({})

        def run(self, calls: Any, pipeline_input: Any, streams: Any) -> None:
            kept.extend(calls)

        def metadata(self, names: Any, command_type: int) -> Any:
            return iter(())

    class Nowhere:
        def write(self, *_: Any) -> None: ...
        def finished(self, *_: Any) -> None: ...
        def wait_for_room(self, *_: Any) -> None: ...

    pool = RunspacePool(Keeping(), Nowhere())
    for line, name, target in client_lines("real_client"):
        pipeline_id = None if target == SESSION else UUID(target)
        data = LINE.match(line)
        assert data is not None
        if name == "Command" and pipeline_id is not None:
            pool.open_pipeline(pipeline_id)
        elif name == "Data":
            pool.receive(base64.b64decode(data[3]), pipeline_id)
        elif name == "Close" and pipeline_id is not None:
            ended = Event()
            pool._runs[pipeline_id].when_done(ended.set)
            assert ended.wait(20)
            pool.close_pipeline(pipeline_id)
    pool.close()
    tenant = next(call for call in kept if call.name == "Get-CsTenant")
    assert tenant.words == (Word("-Identity:", "litwareinc"),)
    federation = next(call for call in kept if call.name == "Set-CsTenantFederationConfiguration")
    assert Word("-AllowedDomains:", ["a.com", "b.com"]) in federation.words
    assert Word("-BlockedDomains:", None) in federation.words
