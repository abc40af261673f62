"""Damaged and hostile answers: whatever bytes come, only errors of our hierarchy come of them, and soon.

Recorded answers are damaged at random, from seeds, so that each case can be had again (`run_case`).
`LYNC_MAGIC_FUZZ=100000` runs so many cases instead of a few thousand.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lync_magic.clixml import SecureString, Undecoded, decode_or_undecoded
from lync_magic.errors import LyncError
from lync_magic.psrp import Event, RefusingHost, remote_error
from lync_magic.psrp.arrivals import Arrivals
from lync_magic.psrp.core import Core, Unreadable
from lync_magic.psrp.hostcalls import HostCalls
from lync_magic.psrp.reading import read
from lync_magic.psrp.said import HostCall, PipelineMoved
from lync_magic.psrp.salvage import host_call, pipeline_state, plain_text
from lync_magic.psrp.streams import Streams
from lync_magic.psrp.wire import Message, MessageType
from lync_magic.records import Reader
from lync_magic.transports import Kind, LineReader

CASES = int(os.environ.get("LYNC_MAGIC_FUZZ", "3000"))
BATCH = 250
NAMES = ("types", "streams", "streams_with_invocation_info", "errors", "host_prompts", "restricted", "import_names")
FROM_SERVER = struct.Struct(">QQBI")
MAX_PIECE = 40_000

Chunk = tuple[UUID | None, bytes]
Conversation = tuple[UUID, list[Chunk]]


@pytest.fixture(scope="module")
def conversations(recording: Callable[[str], list[Any]]) -> list[Conversation]:
    """What servers sent in each recording, and the pool's identity."""
    return [_conversation(recording(name)) for name in NAMES]


def _conversation(recorded: list[Any]) -> Conversation:
    lines = {"client": LineReader(), "server": LineReader()}
    pool: UUID | None = None
    chunks: list[Chunk] = []
    for said in recorded:
        for packet in lines[said.sender].feed(said.line + b"\n"):
            if packet.kind is Kind.DATA and packet.data:
                pool = pool or UUID(bytes_le=packet.data[29:45])
                if said.sender == "server":
                    chunks.append((packet.target if packet.target.int else None, packet.data))
    assert pool is not None
    return pool, chunks


# --- damage ----------------------------------------------------------------------------------------------------------

ELEMENTS = (
    *(
        b"<S>x</S>",
        b"<S />",
        b"<Nil />",
        b"<B>true</B>",
        b"<B>maybe</B>",
        b"<I32>-7</I32>",
        b"<I64>9223372036854775807</I64>",
    ),
    *(
        b"<U32>4294967295</U32>",
        b"<Db>NaN</Db>",
        b"<D>1e5</D>",
        b"<C>65</C>",
        b"<DT>2013-12-13T10:11:12Z</DT>",
        b"<TS>P1D</TS>",
    ),
    *(b"<G>1</G>", b"<BA>!</BA>", b"<Version>1.2</Version>", b"<SS>AQID</SS>", b"<PR><AV>a</AV><PC>x</PC></PR>"),
    *(
        b'<Ref RefId="0" />',
        b'<Ref RefId="3" />',
        b'<Obj RefId="7"><LST><S>x</S></LST></Obj>',
        b'<Obj RefId="7"><LST /></Obj>',
    ),
    *(b'<Obj RefId="7"><MS><S N="label">x</S></MS></Obj>', b'<Obj RefId="7"><DCT /></Obj>', b'<Obj RefId="7" />'),
)
TOKENS = (
    *(b"<S>", b"</S>", b"<Obj>", b"</Obj>", b"<MS>", b"</MS>", b"<LST>", b"</LST>", b"<DCT>", b"<En>", b"<ToString>"),
    *(
        b"&#xFFFE;",
        b"&#99999999999;",
        b"&lt",
        b"_x000",
        b"_xD83D_",
        b"\xff\xfe",
        b"\x00",
        b"<!DOCTYPE a>",
        b"<![CDATA[",
    ),
    *(b'N="ci"', b'N="mi"', b'N="mp"', b'RefId="0"', b"99999999999999999999999", b"-1", b"NaN", b"true", b"P1D", b""),
)
_TAG = re.compile(rb"<[^<>]{1,80}>")
_ELEMENT = re.compile(rb"<([A-Za-z0-9]+)([^<>]{0,80})>[^<>]{0,200}</\1>")


def damaged(data: bytes, random: Random) -> bytes:
    """`data` with one to four damages."""
    for _ in range(random.randint(1, 4)):
        data = random.choice(DAMAGES)(data, random)
    return data


def _flip(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data) or 1)
    return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]


def _cut(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) or 1)
    return data[:start] + data[start + random.choice((1, 2, 21, 40, 100, 5_000)) :]


def _repeat(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) or 1)
    piece = data[start : start + random.choice((1, 8, 61, 300))]
    return data[:start] + piece * random.choice((2, 3, 50)) + data[start:]


def _insert(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data) or 1)
    return data[:place] + random.choice(TOKENS + ELEMENTS) * random.choice((1, 1, 1, 40)) + data[place:]


def _exchange(data: bytes, random: Random) -> bytes:
    tags = list(_TAG.finditer(data))
    if len(tags) < 2:
        return data
    one, other = sorted(random.sample(tags, 2), key=lambda tag: tag.start())
    return data[: one.start()] + other[0] + data[one.end() : other.start()] + one[0] + data[other.end() :]


def _replace(data: bytes, random: Random) -> bytes:
    tags = list(_TAG.finditer(data))
    if not tags:
        return data
    tag = random.choice(tags)
    return data[: tag.start()] + random.choice(TOKENS) + data[tag.end() :]


def _confuse(data: bytes, random: Random) -> bytes:
    """Another value under the same name, so that what comes can be read and is not what it should be."""
    found = list(_ELEMENT.finditer(data))
    if not found:
        return data
    one = random.choice(found)
    name = re.search(rb' N="[^"]*"', one[2])
    other = random.choice(ELEMENTS)
    if name is not None:
        place = min(other.find(end) for end in (b" ", b"/", b">") if end in other)
        other = other[:place] + name[0] + other[place:]
    return data[: one.start()] + other + data[one.end() :]


DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(_flip, _cut, _repeat, _insert, _exchange, _replace),
    *(_confuse, _confuse, _confuse, _confuse),
)


# --- what is done with what came -------------------------------------------------------------------------------------


class Receiver:
    """Does with messages what a pool does, in one place."""

    def __init__(self) -> None:
        self.core = Core()
        self.events: list[Event] = []
        self.streams = Streams(self.events.append)
        self.calls = HostCalls(RefusingHost(), self.streams, _no_secret)
        self.reader = Reader(self.core.decrypt)
        self.outputs: list[bytes] = []

    def take(self, message: Message) -> None:
        if message.type == MessageType.PIPELINE_OUTPUT:
            self.outputs.append(message.data)
            return
        try:
            said = read(self.core, message)
        except Unreadable as why:
            self.streams.unreadable(message, str(why))
            plain_text(message.data)
            pipeline_state(message.data)
            said = host_call(message.data)
        if isinstance(said, HostCall):
            self.calls.take(said)
        elif isinstance(said, PipelineMoved):
            str(remote_error(said.reason, "failed"))
        elif isinstance(said, Event):
            self.streams.record(said)

    def finish(self) -> None:
        """Read the output as a table, and look at it."""
        records = self.reader.feed(self.outputs)
        assert len(records) == len(self.outputs)
        repr(records)


def _no_secret(_secret: SecureString) -> str:
    raise AssertionError("nobody types a secret here")


def run_case(seed: int, conversations: Sequence[Conversation]) -> str:
    """One case; the name of the error that it ended with, or ""."""
    random = Random(seed)
    pool, chunks = random.choice(conversations)
    start = random.randrange(len(chunks))
    some = chunks[start : start + random.choice((1, 3, 10))]
    victim = random.randrange(len(some))
    arrivals, receiver = Arrivals(pool), Receiver()
    try:
        for number, (channel, data) in enumerate(some):
            if number == victim:
                data = _damaged_chunk(data[:MAX_PIECE], random)
            for message in arrivals.feed(channel, data):
                receiver.take(message)
        receiver.finish()
    except LyncError as error:
        str(error)
        return type(error).__name__
    return ""


def _damaged_chunk(data: bytes, random: Random) -> bytes:
    """Damage anywhere, or in the content of the first message alone, with its frame made to fit."""
    if random.random() < 0.3 or len(data) < 61:
        return damaged(data, random)
    number, fragment, flags, length = FROM_SERVER.unpack_from(data)
    content = damaged(data[61 : 21 + length], random)
    message_type = random.choice(list(MessageType)).to_bytes(4, "little") if random.random() < 0.1 else data[25:29]
    blob = data[21:25] + message_type + data[29:61] + content
    return FROM_SERVER.pack(number, fragment, flags, len(blob)) + blob + data[21 + length :]


@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_damaged_answers_end_in_our_errors_alone(first: int, conversations: list[Conversation]) -> None:
    ends = [run_case(seed, conversations) for seed in range(first, min(first + BATCH, CASES))]
    assert len(set(ends)) > 1  # some are broken, some are only dented


# --- made up ---------------------------------------------------------------------------------------------------------

NUMBERS = [str(number) for number in (0, 1, -1, 2**31, 2**63, 10**30)]
TEXTS = st.sampled_from(
    ["", "x", "true", "NaN", "&#xFFFE;", "_xD83D_", "1.2", "P1D", "2013-12-13T00:00:00Z", "AQID", *NUMBERS]
)
TAGS = st.sampled_from(
    [
        *("S", "B", "I32", "I64", "U32", "Db", "D", "C", "DT", "TS", "G", "BA", "Version", "URI", "XD", "SBK", "SS"),
        *("Nil", "Ref", "ToString", "TN", "TNRef", "T", "PR", "AV", "PC", "LST", "DCT", "En", "IE", "QUE", "STK"),
        *("Obj", "Obj", "Obj", "MS", "MS", "Props"),
    ]
)
PROPERTIES = st.sampled_from(
    [
        *("Key", "Value", "ci", "mi", "mp", "PipelineState", "RunspaceState", "ExceptionAsErrorRecord", "Exception"),
        *("Message", "TargetObject", "ErrorCategory_Category", "FullyQualifiedErrorId", "InformationalRecord_Message"),
        *("MessageData", "Tags", "Activity", "ActivityId", "PercentComplete", "Type", "label", "helpMessage", "name"),
        *("parameterTypeFullName", "protocolversion", "ApplicationPrivateData", "EncryptedSessionKey", "MaxRunspaces"),
    ]
)
MADE_UP = st.recursive(
    st.tuples(TAGS, st.none() | PROPERTIES, st.integers(0, 3), TEXTS),
    lambda inner: st.tuples(TAGS, st.none() | PROPERTIES, st.integers(0, 3), st.lists(inner, max_size=5)),
    max_leaves=25,
)


def written(element: Any) -> str:
    tag, name, reference, content = element
    attributes = (f' N="{name}"' if name else "") + (
        f' RefId="{reference}"' if tag in ("Obj", "Ref", "TN", "TNRef") else ""
    )
    return f"<{tag}{attributes}>{content if isinstance(content, str) else ''.join(map(written, content))}</{tag}>"


@given(MADE_UP, st.sampled_from(list(MessageType)))
@settings(max_examples=max(CASES // 10, 200))
def test_made_up_messages_end_in_our_errors_alone(element: Any, message_type: MessageType) -> None:
    data = written(element).encode()
    receiver = Receiver()
    receiver.take(Message(message_type, None, data))
    receiver.take(Message(MessageType.PIPELINE_OUTPUT, None, data))
    receiver.finish()
    value = decode_or_undecoded(data)
    assert isinstance(value, Undecoded) or repr(value)
