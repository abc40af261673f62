"""A document's commands in the machine's own PowerShell, where that was asked for.

Rule: the engine can reach all of the machine. What names a file, a program or a service is still held back before it is
run, unless it was allowed; what hides it is not, and so the engine is never used by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lync_magic.documents.checking.world import World
from lync_magic.errors import CommandNotFound
from lync_magic.importing import RemoteCommand
from lync_magic.language import find_cmdlet, run_alone
from lync_magic.powershell import Cells, Display, Engine
from lync_magic.psrp import ErrorRecord, Event, HostLine, VerboseRecord
from lync_magic.records import Records

_ANSI: Final = re.compile(r"\x1b\[[0-9;]*m")


class EngineRunner:
    """Runs commands in one PowerShell; it ends with `close`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._engine = Engine()
        self._cells = Cells(self._engine, world.variables)

    def run(self, code: str) -> None:
        """Run a command; what comes of it is the world's. Raises LyncError where the engine is not there or ends."""
        end = self._cells.run(code, _Around(self._world), _Taking(self._world))
        if end.failure is not None:
            self._world.report(end.failure)

    def close(self) -> None:
        """End the PowerShell."""
        self._engine.close()


class _Around:
    """What the engine asks of the document's world."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def host(self) -> World:
        return self._world

    def find(self, name: str) -> RemoteCommand | None:
        return self._world.find(name)

    def cmdlet(self, name: str, bound: Mapping[str, Any], piped: Sequence[Any] | None) -> Iterable[object]:
        command = self._world.client_command(name) or find_cmdlet(name)
        if command is None:
            raise CommandNotFound(f"{name} is not known here.", command=name)
        return run_alone(command, name, bound, piped, self._world.report)


class _Taking:
    """Takes what the engine shows."""

    def __init__(self, world: World) -> None:
        self._world = world

    def text(self, text: str) -> None:
        for line in _ANSI.sub("", text).splitlines():
            stream, _, said = line.partition(": ")
            self._world.report(VerboseRecord(said) if stream == "VERBOSE" else HostLine(line))

    def objects(self, records: Records, text: str, view: object) -> None:
        self._world.emit(records)

    def display(self, shown: Display) -> None:
        self.text(str(shown.bundle["text/plain"]))

    def clear(self) -> None:
        """What a document printed before stays to be compared."""

    def error(self, error: ErrorRecord, text: str) -> None:
        self._world.report(error)

    def program_error(self, text: str) -> None:
        self.text(text)

    def report(self, event: Event) -> None:
        self._world.report(event)
