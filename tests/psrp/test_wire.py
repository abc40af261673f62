"""Messages and fragments."""

from __future__ import annotations

import struct
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.errors import SessionBroken
from lync_magic.psrp.wire import NULL, FragmentReader, FragmentWriter, Message, MessageType

POOL = UUID(int=7)
PIPELINE = UUID(int=9)


def said(pool: UUID, pipeline: UUID, message_type: int = MessageType.PIPELINE_OUTPUT) -> bytes:
    """A message of a server, in one fragment."""
    message = struct.pack("<II16s16s", 1, message_type, pool.bytes_le, pipeline.bytes_le) + b"<S>x</S>"
    return struct.pack(">QQBI", 1, 0, 3, len(message)) + message


def fragments(*bodies: bytes, size: int = 64) -> list[bytes]:
    writer = FragmentWriter(POOL)
    return [
        piece for body in bodies for piece in writer.write(Message(MessageType.PIPELINE_OUTPUT, PIPELINE, body), size)
    ]


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(62, 400), st.integers(1, 90))
def test_messages_survive_any_fragment_size_and_any_cut_of_the_bytes(bodies: list[bytes], size: int, cut: int) -> None:
    stream = b"".join(fragments(*bodies, size=size))
    reader = FragmentReader(PIPELINE)
    read = [message for at in range(0, len(stream), cut) for message in reader.feed(stream[at : at + cut])]
    assert [message.data for message in read] == [body.removeprefix(b"\xef\xbb\xbf") or NULL for body in bodies]
    assert {message.pipeline_id for message in read} <= {PIPELINE}


def test_no_fragment_is_larger_than_the_transport_allows() -> None:
    assert max(len(piece) for piece in fragments(bytes(1000), size=100)) == 100


def test_a_lost_fragment_breaks_the_session_instead_of_joining_what_is_left() -> None:
    pieces = fragments(bytes(200))
    with pytest.raises(SessionBroken, match="lost or came out of order"):
        FragmentReader().feed(pieces[0] + pieces[2])


def test_a_message_that_begins_before_the_last_one_ended_breaks_the_session() -> None:
    cut, whole = fragments(bytes(100), size=100), fragments(b"<Nil />", b"<Nil />", size=100)
    with pytest.raises(SessionBroken, match="lost or came out of order"):
        FragmentReader().feed(cut[0] + whole[1])


def test_bytes_that_are_no_fragment_are_refused_before_they_are_waited_for() -> None:
    with pytest.raises(SessionBroken, match="not a PowerShell remoting fragment"):
        FragmentReader().feed(b"HTTP/1.1 200 OK\r\nServer: nothing of the kind\r\n\r\n")


def test_a_message_of_a_type_without_a_name_keeps_its_number() -> None:
    assert [message.type for message in FragmentReader().feed(said(POOL, PIPELINE, 0x00041FFF))] == [0x00041FFF]


def test_the_channel_says_whose_message_it_is_where_the_message_names_nobody() -> None:
    read = FragmentReader(PIPELINE, POOL).feed(said(UUID(int=0), UUID(int=0)))
    assert [message.pipeline_id for message in read] == [PIPELINE]


@pytest.mark.parametrize(
    ("pool", "pipeline", "whose"),
    [(uuid4(), PIPELINE, "another session"), (POOL, uuid4(), "another command")],
)
def test_a_message_for_somebody_else_breaks_the_session(pool: UUID, pipeline: UUID, whose: str) -> None:
    with pytest.raises(SessionBroken, match=whose):
        FragmentReader(PIPELINE, POOL).feed(said(pool, pipeline))


def test_a_program_that_echoes_is_told_from_its_first_message() -> None:
    with pytest.raises(SessionBroken, match="sends back what it was sent"):
        FragmentReader(PIPELINE, POOL).feed(fragments(b"<S>x</S>", size=200)[0])


def test_a_message_larger_than_the_limit_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lync_magic.psrp.wire.MAX_MESSAGE", 2 * 1024 * 1024)
    pieces = fragments(bytes(3 * 1024 * 1024), size=32 * 1024)
    with pytest.raises(SessionBroken, match="a message of more than 2 MB"):
        FragmentReader().feed(b"".join(pieces))


def test_fragments_without_content_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lync_magic.psrp.wire.MAX_MESSAGE", 1024)
    empty = [struct.pack(">QQBI", 1, number, number == 0, 0) for number in range(60)]
    with pytest.raises(SessionBroken, match="a message of more than"):
        FragmentReader().feed(b"".join(empty))
