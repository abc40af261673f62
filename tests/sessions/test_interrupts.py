"""An interrupt that comes where Python lets nobody catch it."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable
from weakref import finalize

import pytest

from lync_magic.interrupts import kept


class Ring:
    """Only the garbage collector ends it, and then there is an interrupt."""

    def __init__(self) -> None:
        self.myself = self
        finalize(self, signal.raise_signal, signal.SIGINT)


class Ending:
    """There is an interrupt while it ends."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def doing(*work: Callable[[], object]) -> list[str]:
    """The names of what was done to its end before the interrupt was raised."""
    done = []

    def do_all() -> None:
        with kept():
            for one in work:
                one()
                done.append(one.__name__)

    with pytest.raises(KeyboardInterrupt):
        do_all()
    return done


def test_an_interrupt_of_the_garbage_collector_is_raised_when_it_has_ended() -> None:
    assert doing(Ring, gc.collect) == ["Ring", "collect"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_of_a_finalizer_is_raised_at_the_end() -> None:
    assert doing(Ending) == ["Ending"]


def test_any_other_interrupt_is_raised_where_it_comes() -> None:
    assert doing(interrupt, gc.collect) == []


def test_the_handler_that_was_there_is_there_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    watching = len(gc.callbacks)
    doing(interrupt)
    assert signal.getsignal(signal.SIGINT) is before
    assert len(gc.callbacks) == watching
