"""What the engine's tests share: a recording `Streams`, a way to run commands, a splitter of simple command
lines, recordings.

The splitter knows just enough of PowerShell's command mode for plain examples, and says None to anything
else: it stands for a client without being ours, so that the client's mistakes cannot hide the engine's.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from lync_magic.sandbox.engine import Tenant, accounts, make_engine
from lync_magic.sandbox.model import Call, Engine, ErrorRecord, PipelineFailed, PipelineStopped, PSObject, Word

RECORDINGS = Path(__file__).parents[2] / "recordings"


@dataclass
class Recorder:
    """Streams that keep what is said.

    answers: what to choose when asked.  stop_after: objects until a stop comes.
    """

    outputs: list[object] = field(default_factory=list)
    errors: list[ErrorRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    verbose_lines: list[str] = field(default_factory=list)
    host_lines: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    progress_texts: list[tuple[str, int, bool]] = field(default_factory=list)
    sleeps: list[float] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    stop_after: int | None = None
    failure: ErrorRecord | None = None

    def began(self, command: str, parameters: Mapping[str, object]) -> None:
        self.ran.append(command)

    def output(self, value: object) -> None:
        if self.stop_after is not None and len(self.outputs) >= self.stop_after:
            raise PipelineStopped
        self.outputs.append(value)

    def error(self, record: ErrorRecord) -> None:
        self.errors.append(record)

    def warning(self, message: str) -> None:
        self.warnings.append(message)

    def verbose(self, message: str) -> None:
        self.verbose_lines.append(message)

    def debug(self, message: str) -> None:
        raise AssertionError(f"No command says this: {message}")

    def information(self, text: str, tags: Sequence[str] = ()) -> None:
        raise AssertionError(f"No command says this: {text} {tags}")

    def host_line(self, text: str) -> None:
        self.host_lines.append(text)

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
        self.progress_texts.append((status, percent, completed))

    def choose(self, caption: str, message: str, choices: Sequence[tuple[str, str]], default: int) -> int:
        self.questions.append(message)
        return self.answers.pop(0)

    def fill(self, caption: str, message: str, fields: Sequence[tuple[str, str]]) -> None:
        """Nobody answers."""

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)

    @property
    def objects(self) -> list[dict[str, object]]:
        """The properties of the objects that came, whether as objects or as CLIXML."""
        return [properties_of(one) for one in self.outputs]


def properties_of(value: object) -> dict[str, object]:
    if isinstance(value, PSObject):
        return value.properties
    assert isinstance(value, str), value
    root = ElementTree.fromstring(value)
    group = next(one for one in root if one.tag in ("Props", "MS"))
    return {one.get("N", ""): one.text if one.tag not in ("Nil", "Obj") else None for one in group}


class Shell:
    """One signed-in administrator's engine, driven by simple command lines or by calls."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __call__(self, line: str | Sequence[Call], input: Iterable[object] = (), **settings: object) -> Recorder:
        streams = Recorder(**settings)  # type: ignore[arg-type]
        calls = simple_calls(line) if isinstance(line, str) else line
        assert calls is not None, line
        try:
            self.engine.run(calls, input, streams)
        except PipelineFailed as failure:
            streams.failure = failure.record
        return streams


@pytest.fixture
def tenant() -> Tenant:
    return Tenant()


@pytest.fixture
def lync(tenant: Tenant) -> Shell:
    """The first administrator's session on a fresh tenant."""
    return Shell(make_engine(tenant, accounts[0]))


@pytest.fixture
def shell_on() -> Callable[[Tenant], Shell]:
    """Another session, on a tenant of one's own."""
    return lambda tenant: Shell(make_engine(tenant, accounts[0]))


@pytest.fixture
def calls_of() -> Callable[[str], list[Call] | None]:
    """The calls of a simple text; None when it is not simple."""
    return simple_calls


# --- a splitter of simple command lines -----------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*("(?:[^"`$]|"")*"|'(?:[^']|'')*'|[^\s'"|;,(){}@$`&#][^\s'"|;,(){}$`]*|\$(?:true|false|null)\b|[|;,])""", re.I
)
_WHERE = re.compile(r"\|\s*(?:Where-Object|\?)\s*\{[^}]*\}\s*", re.I)
_CONSTANTS = {"$true": True, "$false": False, "$null": None}


def simple_calls(text: str) -> list[Call] | None:
    """A text's remote commands; filters that a client runs itself are left out.

    None when the text is not simple.
    """
    calls: list[Call] = []
    for line in filter(str.strip, text.splitlines()):
        statement = _statement(_WHERE.sub("", line))
        if statement is None:
            return None
        calls += statement
    return calls


def _statement(line: str) -> list[Call] | None:
    tokens: list[str] = []
    position, line = 0, line.rstrip()
    while position < len(line):
        match = _TOKEN.match(line, position)
        if match is None:
            return None
        tokens.append(match[1])
        position = match.end()
    if ";" in tokens or not tokens:
        return None
    stages: list[list[str]] = [[]]
    for token in tokens:
        if token == "|":
            stages.append([])
        else:
            stages[-1].append(token)
    if any(not stage or "-" not in stage[0] for stage in stages):
        return None
    calls = [Call(stage[0], tuple(_words(stage[1:]))) for stage in stages]
    calls[-1] = calls[-1]._replace(end_of_statement=True)
    return calls


def _words(tokens: Sequence[str]) -> Iterator[Word]:
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.startswith("-") and len(token) > 1:
            if token.endswith(":"):
                yield Word(token, _value(tokens[index]))
                index += 1
            else:
                yield Word(token, None)
            continue
        values = [_value(token)]
        while index < len(tokens) and tokens[index] == ",":
            values.append(_value(tokens[index + 1]))
            index += 2
        yield Word(None, values if len(values) > 1 else values[0])


def _value(token: str) -> object:
    if token[0] in "\"'":
        return token[1:-1].replace(token[0] * 2, token[0])
    if token.lower() in _CONSTANTS:
        return _CONSTANTS[token.lower()]
    return int(token) if re.fullmatch(r"\d{1,18}", token) else token


# --- recordings -----------------------------------------------------------------------------------


class Message(NamedTuple):
    """One message of a recorded conversation."""

    sender: str
    pipeline: str
    type: int
    xml: ElementTree.Element


class Recording(NamedTuple):
    """A recorded conversation: what was asked, and the messages in their order."""

    request: dict[str, object]
    messages: list[Message]

    def of_pipeline(self, message: Message) -> list[Message]:
        """The answers to the message that made a pipeline."""
        return [one for one in self.messages if one.pipeline == message.pipeline and one.sender == "server"]


_LINE = re.compile(r"<Data[^>]*PSGuid='([^']*)'\s*>(.*?)</Data>")
_FRAGMENT = struct.Struct(">QQBI")
_HEADER = 40


@pytest.fixture(scope="session")
def recording() -> Callable[[str], Recording]:
    """Reads a recording by its name."""
    return _read_recording


def _read_recording(name: str) -> Recording:
    with gzip.open(RECORDINGS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        first, *rows = [json.loads(line) for line in file]
    parts: dict[tuple[str, str, int], bytes] = {}
    messages = []
    for row in rows:
        match = _LINE.match(row.get("line") or "")
        if match is None:
            continue
        data = base64.b64decode(match[2])
        while data:
            number, _, flags, size = _FRAGMENT.unpack(data[: _FRAGMENT.size])
            blob, data = data[_FRAGMENT.size : _FRAGMENT.size + size], data[_FRAGMENT.size + size :]
            key = (row["from"], match[1], number)
            parts[key] = parts.get(key, b"") + blob
            if flags & 2:
                whole = parts.pop(key)
                xml = ElementTree.fromstring(whole[_HEADER:].decode("utf-8").lstrip("\ufeff"))
                messages.append(Message(row["from"], match[1], struct.unpack("<I", whole[4:8])[0], xml))
    return Recording(first["request"], messages)
