"""Taps: who listens in on what a pool is asked and what it answers, message by message, as it came.

Rules of this file: a tap is called in the threads that send and receive, so it must be quick and must never raise. It
sees CLIXML, secrets and all: who keeps what it sees takes them out first. What it gives back is read in the place of
what came: the same messages, or the same without secrets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lync_magic.psrp.wire import Message


class Heard(Protocol):
    """One pipeline as a tap hears it."""

    def fed(self, message: Message) -> None:
        """An object of its input was sent."""

    def took(self, messages: list[Message]) -> list[Message]:
        """These messages came for it, in their order; what is to be read of them."""

    def ended(self, state: int | None) -> None:
        """Nothing more is read of it. state: how the server said that it ended (MS-PSRP 2.2.3.5), None: it did not."""


class Tap(Protocol):
    """Listens in on one pool after another of a session."""

    def pool(self, messages: Sequence[Message]) -> None:
        """These messages came for the pool itself while it was opened."""

    def begin(self, request: Message) -> Heard:
        """A pipeline begins with this message."""


class NotHeard:
    """A pipeline that nobody listens in on."""

    def fed(self, message: Message) -> None:
        """Nobody hears it."""

    def took(self, messages: list[Message]) -> list[Message]:
        """Nobody hears it."""
        return messages

    def ended(self, state: int | None) -> None:
        """Nobody hears it."""


NOT_HEARD = NotHeard()
