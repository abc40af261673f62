"""Input on its way to a pipeline."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import pytest

from lync_magic.errors import SessionBroken
from lync_magic.psrp import feeding
from lync_magic.psrp.feeding import Feeder

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
def feeder(line: Line) -> Iterator[Make]:
    """Feeders of texts that have been started."""
    made: list[Feeder] = []

    def make(values: Iterable[object], size: int = 8, **options: object) -> Feeder:
        one = Feeder(values, lambda value: [str(value).encode()], [END], line.send, size, **options)  # type: ignore[arg-type]
        made.append(one)
        one.start()
        return one

    yield make
    line.gate.set()
    for one in made:
        one.stop(PATIENCE)


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


def test_everything_arrives_in_its_order_and_no_piece_is_larger_than_allowed(feeder: Make, line: Line) -> None:
    one = feeder((f"{number} " for number in range(5_000)), size=1_000)
    feed(one)
    one._thread.join(PATIENCE)
    assert b"".join(line.pieces) == b"".join(b"%d " % number for number in range(5_000)) + END
    assert max(map(len, line.pieces)) <= 1_000


def test_values_that_are_all_at_hand_fill_each_piece(feeder: Make, line: Line) -> None:
    one = feeder(list("abcdefghij"), size=4, whole=True)
    feed(one)
    one._thread.join(PATIENCE)
    assert line.pieces == [b"abcd", b"efgh", b"ij."]


def test_a_generator_runs_in_the_callers_thread_and_sending_does_not(feeder: Make, line: Line) -> None:
    seen = []

    def values() -> Iterator[str]:
        seen.append(threading.current_thread())
        yield "a"

    feed(feeder(values()))
    line.wait_for(1)
    assert seen == [threading.current_thread()]
    assert line.threads == {"lync_magic input"}


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


def test_what_sending_failed_with_is_raised_at_the_next_value(line: Line) -> None:
    woken = threading.Event()

    def send(_piece: bytes) -> None:
        raise SessionBroken("gone")

    one = Feeder("abc", lambda value: [str(value).encode()], [END], send, 8, has_room=woken.set)
    one.start()
    one.step()
    assert woken.wait(PATIENCE)
    with pytest.raises(SessionBroken, match="gone"):
        one.step()
    assert not one.wants


def test_a_stop_sends_nothing_more_and_says_whether_something_still_is_under_way(feeder: Make, line: Line) -> None:
    line.gate.clear()
    one = feeder(iter("abc"))
    one.step()
    line.wait_for(1)
    one.step()
    assert one.stop(0) is False
    line.gate.set()
    assert one.stop(PATIENCE) is True
    assert line.pieces == [b"a"]


def test_a_stop_ends_a_feeder_that_has_nothing_to_send(feeder: Make) -> None:
    assert feeder(iter(())).stop(PATIENCE) is True
