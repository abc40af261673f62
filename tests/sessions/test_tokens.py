"""Tokens that are asked for again before they expire."""

from __future__ import annotations

import base64
import json
import threading

import pytest

from lync_magic.errors import SessionClosed
from lync_magic.sessions.tokens import RENEW_BEFORE, TokenKeeper, expiry


def jwt(**claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{body}.c2lnbmF0dXJl"


class Clock:
    """A clock that is set by hand, and tokens of an hour that it stamps."""

    def __init__(self, lifetime: float = 3600.0) -> None:
        self.now = 1_000_000.0
        self.given = 0
        self.lifetime = lifetime

    def time(self) -> float:
        return self.now

    def give(self) -> str:
        self.given += 1
        return jwt(exp=self.now + self.lifetime, number=self.given)


def test_a_token_is_used_until_shortly_before_its_end() -> None:
    clock = Clock()
    keeper = TokenKeeper(clock.give, clock=clock.time)
    first = keeper()
    clock.now += 3600 - RENEW_BEFORE - 1
    assert keeper() == first
    clock.now += 2
    assert keeper() != first
    assert clock.given == 2


def test_a_short_lived_token_is_used_for_most_of_its_life() -> None:
    clock = Clock(lifetime=8.0)
    keeper = TokenKeeper(clock.give, clock=clock.time)
    keeper()
    clock.now += 5.9
    keeper()
    assert clock.given == 1
    clock.now += 0.2
    keeper()
    assert clock.given == 2


def test_a_token_that_does_not_say_when_it_ends_is_asked_for_each_time() -> None:
    given = iter(["one", "two"])
    keeper = TokenKeeper(lambda: next(given))
    assert [keeper(), keeper()] == ["one", "two"]


@pytest.mark.parametrize(
    "token", ["", "opaque", "a.b", "a.!!!.c", "a.bm90IGpzb24.c", jwt(), jwt(exp="soon"), jwt(exp=True), "a.W10.c"]
)
def test_what_is_no_token_with_an_end_has_none(token: str) -> None:
    assert expiry(token) is None


def test_two_threads_that_need_a_new_token_ask_once() -> None:
    clock = Clock()
    entered = threading.Event()
    release = threading.Event()

    def slow() -> str:
        entered.set()
        assert release.wait(10)
        return clock.give()

    keeper = TokenKeeper(slow, clock=clock.time)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(keeper())) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert entered.wait(10)
    release.set()
    for thread in threads:
        thread.join(10)
    assert clock.given == 1
    assert len(found) == 4
    assert len(set(found)) == 1


def test_at_the_end_the_token_that_is_held_says_good_bye_and_nobody_is_asked() -> None:
    clock = Clock()
    keeper = TokenKeeper(clock.give, clock=clock.time)
    token = keeper()
    keeper.close()
    clock.now += 7200
    assert keeper() == token
    keeper.wipe()
    with pytest.raises(SessionClosed):
        keeper()
    assert clock.given == 1


def test_a_keeper_shows_no_token() -> None:
    clock = Clock()
    keeper = TokenKeeper(clock.give, clock=clock.time)
    token = keeper()
    assert token not in repr(keeper)
    assert token not in repr(vars(keeper))
