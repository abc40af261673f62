"""Whose turn it is: one command at a time, in order, and no turn outlives its owner."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Generator
from typing import Any

import pytest

from lync_magic.errors import SessionError
from lync_magic.sessions.turn import Owner, Turns

PATIENCE = 20.0


def nothing() -> None:
    return


def driver(turns: Turns, owner: Owner) -> Generator[int, None, None]:
    with turns.taken(owner, nothing):
        yield 1


def started(turns: Turns, owner: Owner) -> Generator[int, None, None]:
    generator = driver(turns, owner)
    owner.drives(generator)
    next(generator)
    return generator


def test_a_generator_holds_the_turn_until_it_ends() -> None:
    turns = Turns(lambda: True)
    generator = started(turns, Owner())
    assert turns.holder is not None
    generator.close()
    assert turns.holder is None


def test_a_turn_whose_generator_is_gone_is_free() -> None:
    turns, forsaken = Turns(lambda: True), []
    owner = Owner()
    generator = started(turns, owner)
    turns._holder = owner
    generator.close()
    turns._holder = owner  # as if an interrupt had cut the giving back off
    turns._forsaken = lambda: bool(forsaken.append(1)) or True
    assert turns.holder is None
    next(started_later := driver(turns, second := Owner()))
    second.drives(started_later)
    assert forsaken == [1]


def test_a_turn_whose_call_has_returned_is_free_though_its_generator_lives() -> None:
    turns = Turns(lambda: True)

    def call() -> Any:
        return started(turns, Owner(sys._getframe()))

    left_behind = call()
    assert turns.holder is None
    left_behind.close()


def test_a_stream_that_waits_in_between_keeps_its_turn() -> None:
    turns = Turns(lambda: True)
    generator = started(turns, Owner())
    gc.collect()
    assert turns.holder is not None
    generator.close()


def test_who_came_first_goes_first() -> None:
    turns, order = Turns(lambda: True), []
    first = started(turns, Owner())

    def wait_for_it(number: int) -> None:
        owner = Owner()
        generator = driver(turns, owner)
        owner.drives(generator)
        next(generator)
        order.append(number)
        generator.close()

    waiting = []
    for number in range(5):
        thread = threading.Thread(target=wait_for_it, args=(number,))
        thread.start()
        waiting.append(thread)
        end = time.monotonic() + PATIENCE
        while len(turns._waiting) <= number and time.monotonic() < end:
            time.sleep(0.005)
    first.close()
    for thread in waiting:
        thread.join(PATIENCE)
    assert order == list(range(5))


def test_two_threads_are_queued_and_both_get_their_answer(tenant: Any) -> None:
    session = tenant.connect()
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(session.Get_CsTenant().DisplayName)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert answers == ["Litware, Inc."] * 6


def test_a_thread_that_still_reads_a_stream_is_told_so(tenant: Any) -> None:
    session = tenant.connect()
    reading = session.Get_CsOnlineUser.stream()
    next(reading)
    with pytest.raises(SessionError, match="still being read"):
        session.Get_CsTenant()
    reading.close()
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."
