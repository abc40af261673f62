"""Who takes secrets out of what sessions are answered, where nothing is recorded.

Rule of this file: it keeps nothing of what it sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lync_magic.psrp import Message
from lync_magic.tapes.redaction import Redaction


class Cleaning:
    """Listens in on one session. token: gives the one that it holds now."""

    def __init__(self, redaction: Redaction, token: Callable[[], str | None] | None) -> None:
        self._redaction = redaction
        self._token = token

    def pool(self, messages: Sequence[Message]) -> None:
        """What comes for the session itself is shown to nobody."""

    def begin(self, request: Message) -> Cleaning:
        """The same for each command."""
        return self

    def fed(self, message: Message) -> None:
        """What is sent is not shown."""

    def took(self, messages: list[Message]) -> list[Message]:
        """What came, without secrets."""
        token = self._token() if self._token is not None else None
        if token is not None:
            self._redaction.know(token)
        return self._redaction.messages(messages)

    def ended(self, state: int | None) -> None:
        """Nothing is kept."""
