"""An error that leaves a sealed function tells where it happened, and holds nothing of what was there."""

from __future__ import annotations

import gc
import inspect
import traceback
import weakref
from collections.abc import Callable, Iterator

import pytest
import requests

from lync_magic.errors import SessionBroken
from lync_magic.transports import sealed


class Held:
    """Stands for what a frame holds: it can be seen to be gone."""


made: list[weakref.ref[Held]] = []


def hold() -> Held:
    one = Held()
    made.append(weakref.ref(one))
    return one


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    made.clear()


def below(failing: type[BaseException]) -> None:
    held = hold()
    raise failing(type(held).__name__)


@sealed
def defect(given: Held) -> None:
    kept = [given, hold()]
    below(ZeroDivisionError)
    kept.clear()


@sealed
def translated() -> None:
    try:
        below(requests.ConnectionError)
    except requests.ConnectionError:
        raise SessionBroken("The connection was lost.") from None


@sealed
def chained() -> None:
    try:
        below(KeyError)
    except KeyError as error:
        raise SessionBroken("The connection was lost.") from error


@sealed
def refused() -> None:
    request = requests.Request("GET", "https://host/", headers={"Authorization": "Basic c2VjcmV0"}).prepare()
    raise requests.ConnectionError(request=request)


def test_a_defect_lets_go_of_arguments_and_variables_and_still_says_where_it_was() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        defect(hold())
    gc.collect()
    assert len(made) == 3
    assert [one() for one in made] == [None, None, None]
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-2:] == ["defect", "below"]


@pytest.mark.parametrize("call", [translated, chained])
def test_what_led_to_the_error_lets_go_too(call: Callable[[], None]) -> None:
    with pytest.raises(SessionBroken) as caught:
        call()
    gc.collect()
    assert [one() for one in made] == [None]
    assert caught.value.__context__ is None


def test_an_error_of_requests_lets_go_of_the_request() -> None:
    with pytest.raises(requests.ConnectionError) as caught:
        refused()
    assert caught.value.request is None


def test_an_error_that_somebody_else_is_handling_keeps_its_own() -> None:
    def theirs() -> None:
        mine = "a variable that is looked at"
        raise KeyError(mine)

    try:
        theirs()
    except KeyError as error:
        first = error
        with pytest.raises(SessionBroken):
            translated()
    innermost = [frame for frame, _line in traceback.walk_tb(first.__traceback__)][-1]
    assert innermost.f_locals == {"mine": "a variable that is looked at"}


def test_a_sealed_function_looks_like_itself_and_returns_what_it_returns() -> None:
    @sealed
    def doubled(number: int, *, times: int = 2) -> Iterator[int]:
        """Help."""
        return iter([number] * times)

    assert list(doubled(3)) == [3, 3]
    assert str(inspect.signature(doubled)).startswith("(number: 'int', *, times: 'int' = 2)")
    assert doubled.__doc__ == "Help."
