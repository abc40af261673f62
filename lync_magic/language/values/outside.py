"""The moment before something outside of a notebook changes: a file, a folder, what programs inherit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _nobody() -> None:
    """Nobody waits for it."""


_waiting: ContextVar[Callable[[], None]] = ContextVar("waiting", default=_nobody)


def changes() -> None:
    """Say that something is about to change."""
    _waiting.get()()


@contextmanager
def waiting_for_changes(told: Callable[[], None]) -> Iterator[None]:
    """While this is told of each of them."""
    token = _waiting.set(told)
    try:
        yield
    finally:
        _waiting.reset(token)
