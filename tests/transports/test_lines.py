"""The line protocol, replayed from what a real PowerShell said and heard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.errors import SessionBroken
from lync_magic.transports import Kind, LineReader, Packet
from lync_magic.transports.lines import MAX_LINE, SESSION, write_line

RECORDINGS = Path(__file__).parent.parent / "recordings"
NAMES = sorted(path.name.removesuffix(".jsonl.gz") for path in RECORDINGS.glob("*.jsonl.gz"))
CONVERSATIONS = [name for name in NAMES if name != "tokens"]
Recorded = Callable[[str], list[tuple[str, bytes]]]


def test_there_are_twenty_conversations_to_replay() -> None:
    assert len(CONVERSATIONS) >= 20


@pytest.mark.parametrize("name", CONVERSATIONS)
@pytest.mark.parametrize("sender", ["client", "server"])
def test_every_recorded_line_is_a_packet(recorded_lines: Recorded, name: str, sender: str) -> None:
    lines = [line for who, line in recorded_lines(name) if who == sender]
    packets = list(LineReader().feed(b"\n".join(lines) + b"\n"))
    assert len(packets) == len([line for line in lines if line.strip()])
    assert Kind.NOISE not in {packet.kind for packet in packets}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_what_is_written_is_what_the_recorded_client_wrote(recorded_lines: Recorded, name: str) -> None:
    lines = [line for who, line in recorded_lines(name) if who == "client" and line.strip()]
    for line in lines:
        (packet,) = LineReader().feed(line + b"\n")
        (again,) = LineReader().feed(write_line(packet))
        assert again == packet
        assert write_line(packet).rstrip(b"\n") == line.strip()


@given(st.integers(1, 50))
def test_lines_may_be_cut_anywhere(cut: int) -> None:
    stream = b"".join(write_line(Packet(Kind.DATA, UUID(int=number), bytes(number))) for number in range(5))
    reader = LineReader()
    packets = [packet for at in range(0, len(stream), cut) for packet in reader.feed(stream[at : at + cut])]
    assert [packet.data for packet in packets] == [bytes(number) for number in range(5)]


def test_a_line_that_is_no_packet_is_noise() -> None:
    (packet,) = LineReader().feed(b"Welcome to Ubuntu 22.04\r\n")
    assert packet == Packet(Kind.NOISE, SESSION, b"Welcome to Ubuntu 22.04")


@pytest.mark.parametrize(
    "line",
    [
        b"<Data Stream='Default' PSGuid='not a guid'>AAAA</Data>",
        b"<Data Stream='Default'>AAAA</Data>",
        b"<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>A</Data>",
        b"<Nonsense PSGuid='00000000-0000-0000-0000-000000000000' />",
        b"<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>AAAA",
        b"<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>AA==AAAA</Data>",
        b"<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>AA AA</Data>",
        b"<Data PSGuid='00000000-0000-0000-0000-000000000000'>AAAA</Data>\x1aJ<DataAck PSGuid='"
        b"00000000-0000-0000-0000-000000000000' />",
    ],
)
def test_a_line_that_was_a_packet_and_cannot_be_read_is_damaged(line: bytes) -> None:
    assert [packet.kind for packet in LineReader().feed(line + b"\n")] == [Kind.DAMAGED]


def test_what_a_program_left_without_a_line_end_stands_before_a_packet() -> None:
    text, packet = LineReader().feed(b"50 % <b>done</b> " + write_line(Packet(Kind.DATA, UUID(int=1), b"data")))
    assert text == Packet(Kind.NOISE, SESSION, b"50 % <b>done</b> ")
    assert packet == Packet(Kind.DATA, UUID(int=1), b"data")


@given(st.binary(max_size=200), st.integers(0, 300), st.integers(1, 255))
def test_no_single_byte_that_is_changed_makes_a_packet_pass_unseen(data: bytes, at: int, change: int) -> None:
    line = bytearray(write_line(Packet(Kind.DATA, UUID(int=1), data)).rstrip())
    line[at % len(line)] ^= change
    kinds = [packet.kind for packet in LineReader().feed(bytes(line) + b"\n")]
    assert kinds.count(Kind.NOISE) < len(kinds)


def test_what_a_server_over_ssh_says_when_it_gives_up_is_a_failure() -> None:
    (packet,) = LineReader().feed(b"__NamedPipeError__:the pipe is gone\n")
    assert packet == Packet(Kind.FAILURE, SESSION, b"the pipe is gone")


def test_double_quotes_are_read_too() -> None:
    (packet,) = LineReader().feed(b'<CommandAck PSGuid="00000000-0000-0000-0000-000000000001" />\n')
    assert packet == Packet(Kind.COMMAND_ACK, UUID(int=1))


def test_the_last_line_counts_without_its_end() -> None:
    reader = LineReader()
    assert list(reader.feed(b"<CloseAck PSGuid='00000000-0000-0000-0000-000000000000' />")) == []
    assert [packet.kind for packet in reader.end()] == [Kind.CLOSE_ACK]


def test_a_line_that_never_ends_is_given_up() -> None:
    reader = LineReader()
    assert list(reader.feed(bytes(MAX_LINE))) == []
    with pytest.raises(SessionBroken, match="does not speak"):
        list(reader.feed(b"x"))
