"""A way to an endpoint, found and ready to be opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lync_magic.clixml import Credential
from lync_magic.psrp import Report, Tap
from lync_magic.sessions.answers import Answers
from lync_magic.sessions.target import Target
from lync_magic.sessions.tokens import TokenKeeper
from lync_magic.transports import Transport


@dataclass(frozen=True)
class Way:
    """How to reach an endpoint. requests: how many were sent.  credential: what signs in there, for whoever opens it to
    wipe.  waited: the seconds that a person took.  operation_timeout: for one request, None for the usual.
    cancel_timeout: for a stop, likewise.  application_arguments: for the server's `$PSSenderInfo`.
    tap: listens in on what runs, and may take secrets out of it.  origin: what results say of where they are from,
    where it is no live server.
    answers: what ssh is answered, for whoever opens it to wipe.
    """

    transport: Transport
    uri: str
    requests: Callable[[], int]
    credential: Credential | None = None
    tokens: TokenKeeper | None = None
    waited: float = 0.0
    operation_timeout: float | None = None
    cancel_timeout: float | None = None
    application_arguments: Mapping[str, object] | None = None
    tap: Tap | None = None
    origin: str = ""
    answers: Answers | None = None


Finder = Callable[[float, Report], Way]
"""Finds the way again, in at most so many seconds, and reports what it does. Raises what `connect` raises."""


class Taped(Protocol):
    """A tape as `connect` sees it: sessions are recorded on it, or replayed from it.

    replays: whether nothing is sent anywhere, so that nobody need sign in.  recorded: when its answers were given, ISO
    8601; "" where that is now.
    """

    replays: bool
    recorded: str

    def way(self, target: Target, credential: Credential | None, find: Callable[[], Way]) -> Way:
        """The way of a session. find: the way to the live endpoint."""

    def finish(self) -> None:
        """One session of it is over. Raises TapeError where the tape could not be written, or was not all asked for."""
