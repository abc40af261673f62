"""Input on its way to a pipeline."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import pytest

from lync_magic.errors import SessionBroken
from lync_magic.psrp import feeding
from lync_magic.psrp.feeding import Feeder
from lync_magic.psrp.hand import Hand

END = b"."
PATIENCE = 20.0
"""Seconds after which something never comes."""


class Line:
    """Where pieces go. gate: each piece waits for it, as for a server's answer."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.gate = threading.Event()
        self.gate.set()
        self.came = threading.Condition()
        self.threads: set[str] = set()

    def send(self, piece: bytes) -> None:
        with self.came:
            self.pieces.append(piece)
            self.threads.add(threading.current_thread().name)
            self.came.notify_all()
        self.gate.wait(PATIENCE)

    def wait_for(self, count: int) -> None:
        with self.came:
            assert self.came.wait_for(lambda: len(self.pieces) >= count, PATIENCE)


@pytest.fixture
def line() -> Line:
    return Line()


Make = Callable[..., Feeder]


@pytest.fixture
def hand() -> Hand:
    """The thread that sends."""
    one = Hand("the hand")
    one.start()
    return one


@pytest.fixture
def feeder(line: Line, hand: Hand) -> Iterator[Make]:
    """Feeders of texts."""
    made: list[Feeder] = []

    def make(values: Iterable[object], size: int = 8, **options: object) -> Feeder:
        encode = lambda value: [str(value).encode()]  # noqa: E731
        one = Feeder(values, encode, [END], hand.post, line.send, size, **options)  # type: ignore[arg-type]
        made.append(one)
        return one

    yield make
    for one in made:
        one.stop()
    line.gate.set()
    hand.end()


def feed(one: Feeder) -> None:
    while one.wants:
        one.step()


def test_a_value_is_sent_though_the_next_one_never_comes(feeder: Make, line: Line) -> None:
    one = feeder(iter("ab"))
    one.step()
    line.wait_for(1)
    assert line.pieces == [b"a"]


def test_values_that_come_while_one_is_sent_go_together(feeder: Make, line: Line) -> None:
    line.gate.clear()
    one = feeder(iter("abcdef"))
    one.step()
    line.wait_for(1)
    feed(one)
    line.gate.set()
    line.wait_for(2)
    assert line.pieces == [b"a", b"bcdef."]


def test_everything_arrives_in_its_order_and_no_piece_is_larger_than_allowed(
    feeder: Make, line: Line, hand: Hand
) -> None:
    one = feeder((f"{number} " for number in range(5_000)), size=1_000)
    feed(one)
    hand.do(lambda: None)
    assert b"".join(line.pieces) == b"".join(b"%d " % number for number in range(5_000)) + END
    assert max(map(len, line.pieces)) <= 1_000


def test_values_that_are_all_at_hand_fill_each_piece(feeder: Make, line: Line, hand: Hand) -> None:
    one = feeder(list("abcdefghij"), size=4, whole=True)
    feed(one)
    hand.do(lambda: None)
    assert line.pieces == [b"abcd", b"efgh", b"ij."]


def test_a_generator_runs_in_the_callers_thread_and_sending_does_not(feeder: Make, line: Line) -> None:
    seen = []

    def values() -> Iterator[str]:
        seen.append(threading.current_thread())
        yield "a"

    feed(feeder(values()))
    line.wait_for(1)
    assert seen == [threading.current_thread()]
    assert line.threads == {"the hand"}


def test_what_the_values_raise_comes_to_the_caller(feeder: Make) -> None:
    def values() -> Iterator[str]:
        yield "a"
        raise LookupError("no more users")

    one = feeder(values())
    one.step()
    with pytest.raises(LookupError, match="no more users"):
        one.step()


def test_no_more_values_are_wanted_than_may_wait(feeder: Make, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "WAITING", 100)
    room = threading.Event()
    line.gate.clear()
    one = feeder((str(number) for number in range(1000, 2000)), has_room=room.set)
    feed(one)
    assert 100 <= one._held < 110
    line.gate.set()
    assert room.wait(PATIENCE)
    assert one.wants


def test_what_sending_failed_with_is_raised_at_the_next_value(hand: Hand) -> None:
    woken = threading.Event()

    def send(_piece: bytes) -> None:
        raise SessionBroken("gone")

    one = Feeder("abc", lambda value: [str(value).encode()], [END], hand.post, send, 8, has_room=woken.set)
    one.step()
    assert woken.wait(PATIENCE)
    with pytest.raises(SessionBroken, match="gone"):
        one.step()
    assert not one.wants


def test_a_stop_sends_nothing_more_than_what_is_under_way(feeder: Make, line: Line, hand: Hand) -> None:
    line.gate.clear()
    one = feeder(iter("abc"))
    one.step()
    line.wait_for(1)
    one.step()
    one.stop()
    line.gate.set()
    hand.do(lambda: None)
    assert line.pieces == [b"a"]
