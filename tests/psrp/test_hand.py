"""The thread that carries out a pool's requests: what is given to it is done, or who waits is told that it is not."""

from __future__ import annotations

import threading

import pytest

from lync_magic.errors import SessionClosed
from lync_magic.psrp.hand import Hand, Job


def started() -> Hand:
    hand = Hand("the hand")
    hand.start()
    return hand


def test_what_was_given_before_the_end_is_done() -> None:
    hand = started()
    jobs = [hand.post(lambda number=number: number) for number in range(20)]
    hand.end()
    assert all(job.wait(10) for job in jobs)
    assert [job.result() for job in jobs] == list(range(20))


def test_a_request_that_comes_after_the_end_is_not_taken_for_one_that_was_made() -> None:
    hand = started()
    hand.end()
    with pytest.raises(SessionClosed, match="nothing was sent"):
        hand.do(lambda: "sent")


def test_a_hand_that_never_began_has_nobody_wait() -> None:
    hand = Hand("the hand")
    early = hand.post(lambda: "sent")
    hand.end()
    for job in (early, hand.post(lambda: "sent")):
        assert job.wait(10)
        assert job.passed_over


def test_nobody_waits_for_ever_where_a_request_meets_the_end() -> None:
    for _ in range(200):
        hand = started()
        ready = threading.Barrier(2)
        jobs: list[Job[str]] = []

        def ask(hand: Hand = hand, ready: threading.Barrier = ready, jobs: list[Job[str]] = jobs) -> None:
            ready.wait()
            jobs.extend(hand.post(lambda: "sent") for _ in range(5))

        asking = threading.Thread(target=ask)
        asking.start()
        ready.wait()
        hand.end()
        asking.join()
        for job in jobs:
            assert job.wait(10)
            assert job.passed_over or job.result() == "sent"
