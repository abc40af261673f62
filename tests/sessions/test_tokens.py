"""Tokens that are asked for again before they expire."""

from __future__ import annotations

import base64
import json
import threading
import time

import pytest

from lync_magic.errors import OperationTimedOut, SessionClosed, SignInFailed
from lync_magic.sessions import tokens
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


def test_while_somebody_is_asked_a_token_that_is_still_good_is_used() -> None:
    clock, release, entered = Clock(), threading.Event(), threading.Event()

    def slow() -> str:
        if clock.given:
            entered.set()
            assert release.wait(10)
        return clock.give()

    keeper = TokenKeeper(slow, clock=clock.time)
    first = keeper()
    clock.now += 3600 - RENEW_BEFORE + 1
    renewing = threading.Thread(target=keeper)
    renewing.start()
    assert entered.wait(10)
    assert keeper() == first
    release.set()
    renewing.join(10)
    assert keeper() != first


def test_who_waits_for_somebody_else_who_is_asked_does_not_wait_for_ever() -> None:
    release, entered = threading.Event(), threading.Event()

    def slow() -> str:
        entered.set()
        assert release.wait(20)
        return "token"

    keeper = TokenKeeper(slow)
    asking = threading.Thread(target=keeper)
    asking.start()
    assert entered.wait(10)
    with pytest.raises(OperationTimedOut, match="has not come yet"):
        keeper()
    release.set()
    asking.join(10)


def test_a_person_who_did_not_sign_in_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "PATIENCE", 0.5)
    asked: list[int] = []

    def nobody() -> str:
        asked.append(1)
        raise OperationTimedOut("Nobody entered the code.")

    keeper = TokenKeeper(nobody, asks_person=True)
    with pytest.raises(OperationTimedOut):
        keeper()
    with pytest.raises(SignInFailed, match="Nobody entered the code"):
        keeper()
    assert len(asked) == 1
    time.sleep(0.6)
    with pytest.raises(OperationTimedOut):
        keeper()
    assert len(asked) == 2


def test_a_program_is_asked_again_at_once() -> None:
    answers = iter([SignInFailed("not now"), SignInFailed("not now"), None])

    def give() -> str:
        error = next(answers)
        if error is not None:
            raise error
        return "token"

    keeper = TokenKeeper(give)
    for _ in range(2):
        with pytest.raises(SignInFailed):
            keeper()
    assert keeper() == "token"


def test_a_token_is_used_to_its_end_where_no_new_one_comes() -> None:
    clock = Clock()

    def give() -> str:
        if clock.given:
            raise SignInFailed("The token service is down.")
        return clock.give()

    keeper = TokenKeeper(give, clock=clock.time)
    first = keeper()
    clock.now += 3600 - 10
    assert keeper() == first
    clock.now += 11
    with pytest.raises(SignInFailed):
        keeper()


def test_a_token_that_the_server_refuses_is_not_used_again() -> None:
    clock = Clock()
    keeper = TokenKeeper(clock.give, clock=clock.time)
    first = keeper()
    keeper.refused()
    assert keeper() != first


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
