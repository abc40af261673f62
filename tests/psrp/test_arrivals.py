"""Whether all that a server sent has come."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from lync_magic.errors import SessionBroken
from lync_magic.psrp.arrivals import Arrivals
from lync_magic.transports import Kind, LineReader

POOL = UUID(int=7)
FIRST, SECOND = UUID(int=9), UUID(int=10)


def sent(*numbers: int, by: UUID | None = None) -> bytes:
    """Messages with these numbers, of a pipeline or of the pool."""
    message = struct.pack("<II16s16s", 1, 0x41004, POOL.bytes_le, by.bytes_le if by else bytes(16)) + b"<Nil />"
    return b"".join(struct.pack(">QQBI", number, 0, 3, len(message)) + message for number in numbers)


@pytest.fixture
def arrivals() -> Arrivals:
    """A shell that was opened, and has said its first three messages."""
    made = Arrivals(POOL)
    made.feed(None, sent(1, 2, 3))
    return made


def test_nothing_is_missing_where_numbers_count_up_over_the_channels(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(4, 5, by=FIRST))
    arrivals.feed(SECOND, sent(6, by=SECOND))
    assert arrivals.missing() == 0


def test_what_an_intermediary_took_is_missing(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(4, 5, 9, by=FIRST))
    assert arrivals.missing() == 3


def test_what_came_on_another_channel_later_is_not_missing(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(4, 7, by=FIRST))
    arrivals.feed(None, sent(5, 6))
    assert arrivals.missing() == 0


def test_a_gap_is_filled_from_its_middle(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(4, 10, by=FIRST))
    arrivals.feed(None, sent(7))
    assert arrivals.missing() == 4


@pytest.mark.parametrize("replayed", [(5,), (4, 5), (4,)])
def test_an_answer_that_comes_twice_breaks_the_session(arrivals: Arrivals, replayed: tuple[int, ...]) -> None:
    arrivals.feed(FIRST, sent(4, 5, by=FIRST))
    with pytest.raises(SessionBroken, match="twice or out of order"):
        arrivals.feed(FIRST, sent(*replayed, by=FIRST))


def test_answers_in_the_wrong_order_break_the_session(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(6, by=FIRST))
    with pytest.raises(SessionBroken, match="twice or out of order"):
        arrivals.feed(FIRST, sent(4, 5, by=FIRST))


def test_a_pipeline_that_was_left_early_is_not_missed(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(4, by=FIRST))
    arrivals.leave(FIRST, read_to_end=False)
    assert arrivals.missing() == 0
    arrivals.feed(SECOND, sent(20, 21, by=SECOND))
    assert arrivals.missing() == 0


def test_a_channel_that_says_nothing_at_first_is_no_next_one_yet(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(4, by=FIRST))
    arrivals.leave(FIRST, read_to_end=False)
    first, rest = sent(20, by=SECOND)[:30], sent(20, by=SECOND)[30:]
    arrivals.feed(SECOND, first[:10])
    arrivals.feed(SECOND, first[10:] + rest)
    assert arrivals.missing() == 0


def test_what_still_comes_of_a_pipeline_that_was_left_is_nothing(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(4, by=FIRST))
    arrivals.leave(FIRST, read_to_end=False)
    assert arrivals.feed(FIRST, sent(5, 7, by=FIRST)) == []
    arrivals.feed(SECOND, sent(8, by=SECOND))
    assert arrivals.missing() == 0


def test_after_it_the_next_one_must_come_whole(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(4, by=FIRST))
    arrivals.leave(FIRST, read_to_end=False)
    arrivals.feed(SECOND, sent(20, 22, by=SECOND))
    assert arrivals.missing() == 1


def test_a_server_that_counted_for_others_before_is_not_believed() -> None:
    arrivals = Arrivals(POOL)
    arrivals.feed(None, sent(40, 43))
    arrivals.feed(FIRST, sent(50, by=FIRST))
    assert arrivals.missing() == 0


def run(arrivals: Arrivals, command: str, *, gap: int) -> int:
    """One run of a command before which so many numbers went to somebody else, or were lost; what is told of it."""
    pipeline = uuid4()
    first = arrivals._next + gap
    arrivals.feed(pipeline, sent(first, first + 1, by=pipeline))
    told = arrivals.settle(command)
    arrivals.leave(pipeline, read_to_end=True)
    return told


def test_what_was_told_is_not_missed_again(arrivals: Arrivals) -> None:
    assert run(arrivals, "Get-X", gap=4) == 4
    assert arrivals.missing() == 0
    assert run(arrivals, "Get-X", gap=0) == 0
    assert run(arrivals, "Get-X", gap=1) == 1


def test_a_command_that_always_lacks_something_is_believed_the_third_time(arrivals: Arrivals) -> None:
    told = [run(arrivals, command, gap=3 * (command == "Invoke-Job")) for command in ["Invoke-Job", "Get-X"] * 4]
    assert told == [3, 0, 3, 0, 0, 0, 0, 0]
    assert run(arrivals, "Get-X", gap=5) == 5


def test_a_whole_run_of_it_begins_anew(arrivals: Arrivals) -> None:
    assert [run(arrivals, "Get-X", gap=gap) for gap in (2, 2, 0, 2, 2, 2)] == [2, 2, 0, 2, 2, 0]


def test_a_server_whose_numbers_always_lack_something_is_not_believed(arrivals: Arrivals) -> None:
    assert [run(arrivals, f"Get-{number}", gap=2) for number in range(6)] == [2, 2, 2, 0, 0, 0]


def test_a_server_that_counts_each_channel_by_itself_is_not_believed(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(1, 2, by=FIRST))
    arrivals.feed(SECOND, sent(1, 2, 9, by=SECOND))
    assert arrivals.missing() == 0


def test_bytes_may_be_cut_anywhere(arrivals: Arrivals) -> None:
    for byte in sent(4, 5, by=FIRST):
        arrivals.feed(FIRST, bytes([byte]))
    assert arrivals.missing() == 0


def test_gaps_without_end_take_no_memory(arrivals: Arrivals) -> None:
    arrivals.feed(FIRST, sent(*range(5, 5_000, 2), by=FIRST))
    assert not arrivals._gaps


@pytest.mark.parametrize("name", ["many_objects", "streams", "runspaces", "stop", "restricted", "large_object"])
def test_nothing_is_missing_in_what_a_real_powershell_sent(recording: Callable[[str], list[Any]], name: str) -> None:
    lines = {"client": LineReader(), "server": LineReader()}
    arrivals: Arrivals | None = None
    count = 0
    for said in recording(name):
        for packet in lines[said.sender].feed(said.line + b"\n"):
            if packet.kind is not Kind.DATA:
                continue
            if arrivals is None:  # the client's first message names the pool
                arrivals = Arrivals(UUID(bytes_le=packet.data[29:45]))
            elif said.sender == "server":
                count += len(arrivals.feed(packet.target if packet.target.int else None, packet.data))
    assert arrivals is not None
    assert count > 3
    assert arrivals.missing() == 0
