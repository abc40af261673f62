"""What `#!` lines need of the shell in which they stand: so they know nothing else of it."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Protocol

from lync_magic.powershell import Cells


class Standing(Protocol):
    """The shell of a notebook. events, user_ns, run_line_magic: IPython's."""

    events: Any
    user_ns: dict[str, Any]

    @property
    def runner(self) -> Any:
        """What carries out verbs and cells."""

    @property
    def cells(self) -> Cells:
        """Where PowerShell runs."""

    @property
    def variables(self) -> MutableMapping[str, Any]:
        """The notebook's variables, PowerShell's among them."""

    def run_powershell(self, text: str) -> object:
        """Run the parts of a cell."""

    def run_python(self, text: str) -> None:
        """Run Python that is a part of a cell."""

    def run_line_magic(self, magic_name: str, line: str) -> Any:
        """Run a `%magic`."""
