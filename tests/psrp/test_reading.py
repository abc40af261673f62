"""Messages of a server: read as psrpcore reads them where it can, bounded where a server is broken or hostile."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import psrpcore
import pytest
from psrpcore.types import PSRPMessageType, deserialize

from lync_magic.psrp import Choice, DebugRecord, ErrorRecord, InformationRecord, ProgressRecord, WarningRecord
from lync_magic.psrp.core import Core, Unreadable
from lync_magic.psrp.events import VerboseRecord
from lync_magic.psrp.reading import read
from lync_magic.psrp.said import HostCall, PipelineMoved, PoolEnded, PoolOpened
from lync_magic.psrp.salvage import host_call, pipeline_state, plain_text
from lync_magic.psrp.wire import Message, MessageType
from lync_magic.transports import Kind, LineReader

MB = 1024 * 1024


def said(message_type: int, data: bytes) -> Any:
    """What one message says."""
    return read(Core(), Message(message_type, None, data))


@pytest.fixture
def messages(recording: Callable[[str], list[Any]]) -> Callable[[str], Iterator[tuple[int, bytes]]]:
    """The messages of the server in a recording, but its output: types and CLIXML."""

    def of(name: str) -> Iterator[tuple[int, bytes]]:
        lines, parts = LineReader(), b""
        for line in (said.line for said in recording(name) if said.sender == "server"):
            for packet in lines.feed(line + b"\n"):
                data = packet.data if packet.kind is Kind.DATA else b""
                while data:
                    flags, length = struct.unpack(">BI", data[16:21])
                    parts, data = parts + data[21 : 21 + length], data[21 + length :]
                    if flags & 2:
                        message_type = int.from_bytes(parts[4:8], "little")
                        if message_type != MessageType.PIPELINE_OUTPUT:
                            yield message_type, parts[40:].removeprefix(b"\xef\xbb\xbf")
                        parts = b""

    return of


def oracle(message_type: int, data: bytes) -> Any:
    """psrpcore's event of a message."""
    value = deserialize(ElementTree.fromstring(data), psrpcore.PSRemotingCrypto())
    return psrpcore.PSRPEvent.create(PSRPMessageType(message_type), value, UUID(int=1), UUID(int=2))


COMPARED = ("streams", "streams_with_invocation_info", "errors", "host_prompts", "restricted", "import_names")


@pytest.mark.parametrize("name", COMPARED)
def test_recorded_messages_say_what_psrpcore_reads(
    messages: Callable[[str], Iterator[tuple[int, bytes]]], name: str
) -> None:
    compared = 0
    for message_type, data in messages(name):
        ours, theirs = said(message_type, data), oracle(message_type, data)
        compared += 1
        if isinstance(ours, ErrorRecord):
            assert_error(ours, theirs.record)
        elif isinstance(ours, WarningRecord | VerboseRecord | DebugRecord):
            assert ours.message == str(theirs.record.Message)
        elif isinstance(ours, InformationRecord):
            assert ours.tags == tuple(map(str, theirs.record.Tags))
        elif isinstance(ours, ProgressRecord):
            assert (ours.activity, ours.activity_id) == (str(theirs.record.Activity), int(theirs.record.ActivityId))
            assert (ours.percent if ours.percent is not None else -1) == int(theirs.record.PercentComplete)
            assert ours.completed == (theirs.record.RecordType.name == "Completed")
        elif isinstance(ours, HostCall):
            assert (ours.call_id, ours.number) == (int(theirs.ci), int(theirs.method_identifier.value))
            assert ours.method == theirs.method_identifier.name
            assert len(ours.parameters) == len(theirs.method_parameters)
        elif isinstance(ours, PipelineMoved):
            assert ours.state == int(theirs.state)
            if ours.reason is not None:
                assert_error(ours.reason, theirs.reason)
        else:
            compared -= 1
    assert compared > 2


def assert_error(ours: ErrorRecord, theirs: Any) -> None:
    details = theirs.ErrorDetails.Message if theirs.ErrorDetails is not None else None
    assert ours.message == str(details or theirs.Exception.Message)
    assert ours.error_id == str(theirs.FullyQualifiedErrorId)
    assert ours.category == theirs.CategoryInfo.Category.name
    assert ours.exception == theirs.Exception.PSTypeNames[0].removeprefix("Deserialized.")


def obj(*properties: str) -> bytes:
    return f'<Obj RefId="0"><MS>{"".join(properties)}</MS></Obj>'.encode()


def test_a_pool_opens_and_ends() -> None:
    assert said(MessageType.RUNSPACEPOOL_STATE, obj('<I32 N="RunspaceState">2</I32>')) == PoolOpened()
    assert said(MessageType.RUNSPACEPOOL_STATE, obj('<I32 N="RunspaceState">3</I32>')) == PoolEnded("")
    assert said(MessageType.RUNSPACEPOOL_STATE, obj('<I32 N="RunspaceState">4</I32>')) is None


def test_a_debug_line_of_powershell_2_has_its_text() -> None:
    assert said(MessageType.DEBUG_RECORD, obj('<S N="Message">old</S>')) == DebugRecord("old")


def test_choices_and_numbers_of_a_host_call_are_what_they_are() -> None:
    call = said(
        MessageType.PIPELINE_HOST_CALL,
        obj(
            '<I64 N="ci">7</I64><Obj N="mi" RefId="1"><ToString>PromptForChoice</ToString><I32>26</I32></Obj>',
            '<Obj N="mp" RefId="2"><LST><S>c</S><Nil /><Obj RefId="3"><LST><Obj RefId="4"><MS>',
            '<S N="label">&amp;Yes</S><S N="helpMessage">h</S></MS></Obj></LST></Obj><I32>1</I32></LST></Obj>',
        ),
    )
    assert call == HostCall(7, "PromptForChoice", 26, ("c", "", [Choice("&Yes", "h")], 1))


@pytest.mark.parametrize(
    ("message_type", "data"),
    [
        (MessageType.PIPELINE_STATE, b"<S>x</S>"),
        (MessageType.PIPELINE_STATE, obj('<S N="PipelineState">4</S>')),
        (MessageType.PIPELINE_STATE, b""),
        (MessageType.PIPELINE_HOST_CALL, obj('<I64 N="ci">1</I64>')),
        (MessageType.PIPELINE_HOST_CALL, obj('<I64 N="ci">1</I64><I32 N="mi">3</I32><I32 N="mp">3</I32>')),
        (MessageType.PROGRESS_RECORD, obj('<S N="PercentComplete">many</S>')),
        (MessageType.SESSION_CAPABILITY, b"<Nil />"),
        (MessageType.ENCRYPTED_SESSION_KEY, obj('<S N="EncryptedSessionKey">AQID</S>')),
        (MessageType.RUNSPACEPOOL_INIT_DATA, obj('<B N="MaxRunspaces">true</B>')),
        (0x00041FFF, b"<S>x</S>"),
    ],
)
def test_what_is_not_as_the_protocol_has_it_is_unreadable(message_type: int, data: bytes) -> None:
    with pytest.raises(Unreadable):
        said(message_type, data)


def test_why_a_message_cannot_be_read_is_told_without_its_content() -> None:
    with pytest.raises(Unreadable) as caught:
        said(MessageType.ERROR_RECORD, b'<Obj RefId="0"><MS><B N="a">p@ssw0rd</B></MS></Obj>')
    assert "p@ssw0rd" not in str(caught.value)


def test_nesting_without_end_is_refused_by_name() -> None:
    with pytest.raises(Unreadable, match="nest deeper than 100"):
        said(MessageType.ERROR_RECORD, b'<Obj RefId="0"><MS>' + b'<Obj N="a"><MS>' * 200 + b"</MS></Obj>" * 201)


def test_what_a_server_says_of_itself_cannot_expand_without_end() -> None:
    def entry(number: int, items: str) -> str:
        return f'<En><S N="Key">{number}</S><Obj N="Value" RefId="{number}"><LST>{items}</LST></Obj></En>'

    doubled = [entry(number, f'<Ref RefId="{number - 1}" />' * 2) for number in range(11, 60)]
    data = f'<Obj N="ApplicationPrivateData" RefId="1"><DCT>{entry(10, "")}{"".join(doubled)}</DCT></Obj>'
    with pytest.raises(Unreadable, match="more than 1,000,000 values"):
        said(MessageType.APPLICATION_PRIVATE_DATA, obj(data))


# --- time ----------------------------------------------------------------------------------------------------------

UNITS = [
    b"<ToString>",
    b'<S N="Message">',
    b'<I64 N="ci">1</I64>',
    b'<I64 N="ci">1</I64>N="mi"',
    b'N="mi"<I32>',
    b"&#x",
    b"&#1",
    b"_x00",
    b"&#xFFFE;",
    b'<Obj RefId="0"><MS>',
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", UNITS, ids=[unit.decode() for unit in UNITS])
def test_megabytes_that_cannot_be_read_do_not_hang(unit: bytes) -> None:
    """Patterns that look again from each place would take minutes here."""
    data = unit * (4 * MB // len(unit)) + b"&bad"
    plain_text(data)
    host_call(data)
    pipeline_state(data)
    with pytest.raises(Unreadable):
        said(MessageType.PIPELINE_HOST_CALL, data[-MB:])


def test_numbers_without_end_are_no_numbers() -> None:
    digits = b"9" * 10_000
    assert pipeline_state(b'<I32 N="PipelineState">' + digits + b"</I32>") is None
    assert host_call(b'<I64 N="ci">' + digits + b'</I64>N="mi"<I32>1</I32>') is None
    assert plain_text(b"<ToString>a&#" + digits + b";</ToString>") == f"a&#{digits.decode()};"
