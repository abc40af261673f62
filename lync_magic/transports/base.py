"""What every transport is: bytes there and back, for one remote shell.

Rules of this room: no transport knows PSRP. It carries opaque bytes for the shell itself (`pipeline_id is
None`) and for each pipeline, in order, and it never interprets, repeats or drops them. Every call blocks for
at most its `timeout` (seconds of wall-clock time, however slowly bytes come) and raises an error of
`lync_magic.errors`, never one of the library below.

What an error says of the request: `AnswerLost` when bytes of it left and no whole answer of our server's came back
(connection lost, no answer in time, a gateway's or a page's answer, an answer to something else); any other error
means that the server did not take it: nothing left, or the server itself refused.

Three lanes: one thread may call `receive(pipeline_id)`, one `receive()` for the shell, one anything else, all at
once; no other two calls overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple, Protocol, runtime_checkable
from uuid import UUID


class Stream(Enum):
    """Which of the two input streams of a shell bytes go to (MS-WSMV 2.2.4.38, `stdin` and `pr`)."""

    INPUT = "stdin"
    PROMPT_RESPONSE = "pr"


class Signal(Enum):
    """What can be said to a running pipeline."""

    STOP = "stop"
    """End early; what it still says must be received to the end (`powershell/signal/ctrl_c`)."""
    TERMINATE = "terminate"
    """The pipeline is over and read: the server may forget it. Owed for every pipeline."""


class Received(NamedTuple):
    """What one `receive` brought: chunks in order, and whether the sender has nothing more to say.

    `chunks` is empty when the timeout passed in silence, which is no error: ask again.
    """

    chunks: list[bytes]
    done: bool


def nothing() -> None:
    """What is done meanwhile when there is nothing to do."""


@runtime_checkable
class Transport(Protocol):
    """Carries bytes to one remote shell and back."""

    @property
    def computer_name(self) -> str:
        """The host as a person names it, for the session table and for error texts."""

    @property
    def fragment_size(self) -> int:
        """How many bytes of PSRP one message of this transport can carry."""

    def open(self, shell_id: UUID, creation: bytes, *, timeout: float) -> None:
        """Make the shell; `creation` is the first bytes it reads. After any error `close` takes back what was made."""

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> None:
        """Make a pipeline in the shell; `first` is the first bytes it reads."""

    def send(
        self, data: bytes, pipeline_id: UUID | None = None, stream: Stream = Stream.INPUT, *, timeout: float
    ) -> None:
        """Send more bytes to the shell or to one of its pipelines."""

    def receive(
        self, pipeline_id: UUID | None = None, *, timeout: float, meanwhile: Callable[[], None] = nothing
    ) -> Received:
        """Wait for bytes from the shell or from one of its pipelines, at most `timeout` seconds.

        After `AnswerLost` it may be called again; what the lost answer carried is lost, and the reader must notice.
        meanwhile: called when the server has been asked, before the wait: what it does takes no time of its own. It may
        be called more than once, and is not called where asking fails.
        """

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> None:
        """Stop or finish a pipeline."""

    def close(self, *, timeout: float) -> None:
        """Remove the shell. It returns when the server said so, or when there is no shell (any more).

        After an error the shell may still be there: call it again. Once it has returned it does nothing.
        What is held here (connections, threads, descriptors) is freed either way.
        """

    def drop(self) -> None:
        """Free what is held here without a word to the server: for a copy in a forked process. Never raises."""


@runtime_checkable
class Growing(Protocol):
    """A transport whose messages may be larger once the server is known to be a newer one."""

    def allow_large_messages(self) -> None:
        """The server takes large messages (MS-PSRP 2.2 and later): `fragment_size` may grow."""


@runtime_checkable
class Leased(Protocol):
    """A transport whose server frees a shell that it has not heard of for a while."""

    @property
    def granted_idle(self) -> float | None:
        """Seconds of silence after which the server removes the shell, as it said when it made it; None: not said."""


@runtime_checkable
class Patient(Protocol):
    """A transport whose opening may have to wait for a person."""

    @property
    def waited(self) -> float:
        """Seconds of the opening that a person took so far: they do not count."""

    def give_up(self) -> None:
        """Nobody waits for the opening any more: it ends now, in whatever thread it is. Never raises."""


@runtime_checkable
class Identified(Protocol):
    """A transport whose server says what it is."""

    @property
    def server(self) -> str:
        """The vendor and version, as the server says them, "" where it does not. The first time costs a request."""


@runtime_checkable
class Resumable(Protocol):
    """A transport whose shell can be left and taken up again (MS-WSMV 3.1.4.15, 3.1.4.16)."""

    def disconnect(self, *, idle: float | None = None, timeout: float) -> None:
        """Leave the shell running, for at most `idle` seconds (the server's own time where None)."""

    def reconnect(self, *, timeout: float) -> None:
        """Take up the shell that was left. Raises SessionBroken when it is gone."""


class Shell(NamedTuple):
    """A shell that the server lists. age, idle: seconds, None where it does not say.  client: an address, or ""."""

    shell_id: UUID
    owner: str
    state: str
    client: str
    age: float | None
    idle: float | None


@runtime_checkable
class Listing(Protocol):
    """A transport whose server can be asked which shells there are."""

    def shells(self, *, timeout: float) -> list[Shell]:
        """The shells that this user may see. Usable without a shell of one's own. Raises where the server refuses."""

    def remove(self, shell_id: UUID, *, timeout: float) -> None:
        """Remove a shell of this user's that is not this transport's own; one that is gone is no error."""
