"""What every transport is: bytes there and back, for one remote shell.

Rules of this room: no transport knows PSRP. It carries opaque bytes for the shell itself (`pipeline_id is
None`) and for each pipeline, in order, and it never interprets, repeats or drops them. Every call blocks for
at most its `timeout` (seconds) and raises an error of `lync_magic.errors`, never one of the library below.
One thread may call `receive(pipeline_id)` while another calls anything else, `receive()` for the shell
included; no other two calls overlap.
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
        """Make the shell; `creation` is the first bytes it reads."""

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

        meanwhile: called when the server has been asked, before the wait: what it does takes no time of its own. It may
        be called more than once, and is not called where asking fails.
        """

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> None:
        """Stop or finish a pipeline."""

    def close(self, *, timeout: float) -> None:
        """Remove the shell and free what is held here. Idempotent; a shell that is gone is no error."""


@runtime_checkable
class Growing(Protocol):
    """A transport whose messages may be larger once the server is known to be a newer one."""

    def allow_large_messages(self) -> None:
        """The server takes large messages (MS-PSRP 2.2 and later): `fragment_size` may grow."""
