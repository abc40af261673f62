"""What the evaluator needs of the world: the notebook's variables, the server, the commands of this side, the screen.

The rooms above implement `Runtime`; the evaluator holds no session and draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from typing import Protocol

from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.psrp import Choice, Event, Pipeline


class Runtime(Protocol):
    """The world of one cell."""

    @property
    def variables(self) -> MutableMapping[str, object]:
        """The notebook's names: `$users` is `users`. The evaluator looks a name up exactly, then whatever its case."""

    @property
    def width(self) -> int:
        """How many columns a text has that is formatted to be read."""

    @property
    def supplies(self) -> bool:
        """Whether a person is asked for the mandatory parameters that a call leaves out."""

    def is_remote(self, name: str) -> bool:
        """Whether a command is one of the server's (imported, or known to be there)."""

    def invoke(
        self, pipeline: Pipeline, input: Iterable[object] | None, report: Callable[[Event], None]
    ) -> Iterator[object]:
        """Run a pipeline on the server and give its output, decoded, as it comes; closing the iterator stops it.
        Another may begin while one is still being read. report: takes what the server says beside the output.

        Raises CommandNotFound for a command that is not there or where no session is connected, RemoteError for a
        pipeline that failed.
        """

    def client_command(self, name: str) -> ClientCommand | None:
        """A command that runs on this side and that the evaluator does not bring (session cmdlets), by name or
        alias."""

    def client_commands(self) -> Iterable[ClientCommand]:
        """All of them."""

    def remote_names(self) -> Iterable[str]:
        """The server's commands that are there without being a module's, by name in their order."""

    def ask_line(self, prompt: str, *, secret: bool) -> str:
        """Ask the person for a line (Read-Host). Raises PromptRefused where nobody can be asked."""

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        """Ask the person for one of several answers ($Host.UI.PromptForChoice), as `Host.choose` does."""

    def report(self, event: Event) -> None:
        """Show a record of a stream: an error, a warning, a line."""

    def emit(self, items: Sequence[object]) -> None:
        """Show one statement's output, as one result."""
