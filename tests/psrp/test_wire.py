"""Messages and fragments."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.errors import SessionBroken
from lync_magic.psrp.wire import FragmentReader, FragmentWriter, Message, MessageType, whole_fragment

POOL = UUID(int=7)
PIPELINE = UUID(int=9)


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
    assert [message.data for message in read] == [body.removeprefix(b"\xef\xbb\xbf") for body in bodies]
    assert {message.pipeline_id for message in read} <= {PIPELINE}


def test_no_fragment_is_larger_than_the_transport_allows() -> None:
    assert max(len(piece) for piece in fragments(bytes(1000), size=100)) == 100


def test_two_messages_whose_fragments_are_interleaved_both_arrive() -> None:
    writer = FragmentWriter(POOL)
    first = list(writer.write(Message(MessageType.PIPELINE_OUTPUT, None, b"a" * 100), 80))
    second = list(writer.write(Message(MessageType.ERROR_RECORD, None, b"b" * 100), 80))
    mixed = b"".join(piece for pair in zip(first, second, strict=True) for piece in pair)
    read = list(FragmentReader().feed(mixed))
    assert [(message.type, message.data) for message in read] == [
        (MessageType.PIPELINE_OUTPUT, b"a" * 100),
        (MessageType.ERROR_RECORD, b"b" * 100),
    ]


def test_a_lost_fragment_breaks_the_session_instead_of_joining_what_is_left() -> None:
    pieces = fragments(bytes(200))
    with pytest.raises(SessionBroken, match="lost"):
        list(FragmentReader().feed(pieces[0] + pieces[2]))


def test_bytes_that_are_no_fragment_are_refused_before_they_are_waited_for() -> None:
    with pytest.raises(SessionBroken, match="not a PowerShell remoting fragment"):
        list(FragmentReader().feed(b"HTTP/1.1 200 OK\r\nServer: nothing of the kind\r\n\r\n"))


def test_a_message_of_a_type_without_a_name_keeps_its_number() -> None:
    stream = whole_fragment(Message(0x00041FFF, PIPELINE, b"<S>x</S>"), POOL, 1)
    assert [message.type for message in FragmentReader().feed(stream)] == [0x00041FFF]


def test_the_channel_says_whose_message_it_is_not_the_header() -> None:
    stream = whole_fragment(Message(MessageType.PIPELINE_OUTPUT, uuid4(), b"<S>x</S>"), POOL, 1)
    assert [message.pipeline_id for message in FragmentReader(PIPELINE).feed(stream)] == [PIPELINE]
