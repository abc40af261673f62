"""Progress of a cell that makes many calls, or whose command takes many objects."""

from __future__ import annotations

import pytest

from lync_magic.magics import counting
from lync_magic.magics.counting import Counting
from lync_magic.psrp import Event


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What is said by one that says everything at once."""
    monkeypatch.setattr(counting, "AFTER_SECONDS", 0.0)
    monkeypatch.setattr(counting, "PAUSE_SECONDS", 0.0)
    return []


def test_calls_are_counted_from_the_second_on(told: list[Event]) -> None:
    count = Counting(told.append)
    for _ in range(3):
        count.call("Grant-CsVoicePolicy")
    assert [(one.activity, one.status, one.percent) for one in told] == [  # type: ignore[attr-defined]
        ("Grant-CsVoicePolicy", "2 calls", None),
        ("Grant-CsVoicePolicy", "3 calls", None),
    ]


def test_objects_are_counted_as_they_are_taken_with_the_time_left(told: list[Event]) -> None:
    taken = list(Counting(told.append).input("Grant-CsVoicePolicy", list("abcd")))
    assert taken == list("abcd")
    assert [(one.status, one.percent) for one in told] == [  # type: ignore[attr-defined]
        ("1 of 4", 25),
        ("2 of 4", 50),
        ("3 of 4", 75),
        ("4 of 4", 100),
    ]
    assert all(one.seconds_remaining >= 0 for one in told)  # type: ignore[attr-defined]


def test_what_was_said_last_is_true_in_the_end(told: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    count = Counting(told.append)
    count.call("Get-CsTenant")
    count.call("Get-CsTenant")
    monkeypatch.setattr(counting, "PAUSE_SECONDS", 3600.0)
    for _ in range(5):
        count.call("Get-CsTenant")
    count.end()
    assert [one.status for one in told] == ["2 calls", "7 calls"]  # type: ignore[attr-defined]


def test_nothing_is_said_of_what_is_soon_over() -> None:
    told: list[Event] = []
    count = Counting(told.append)
    for _ in range(5):
        count.call("Get-CsTenant")
    assert list(count.input("Set-CsUser", [1, 2, 3])) == [1, 2, 3]
    count.end()
    assert told == []
