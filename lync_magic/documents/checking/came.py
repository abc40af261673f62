"""What really came when a command of a document ran: objects, lines of streams, progress, errors, questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lync_magic.clixml import Credential, invariant_text
from lync_magic.errors import CommandNotFound, LyncError, PromptRefused
from lync_magic.importing import MODULE_COLUMNS, Module
from lync_magic.psrp import DebugRecord, ErrorRecord, Event, HostLine, InformationRecord, ProgressRecord, VerboseRecord
from lync_magic.psrp import WarningRecord as Warned
from lync_magic.records import property_of, row_names, show
from lync_magic.sessions import TABLE_COLUMNS, Session

_MODULE: Final = "System.Management.Automation.PSModuleInfo"


@dataclass(frozen=True)
class Fault:
    """An error. name: of the command that failed, or ""."""

    message: str
    error_id: str = ""
    name: str = ""
    category: str = ""

    @property
    def kind(self) -> str:
        """The first part of the error's id (`NamedParameterNotFound`)."""
        return self.error_id.partition(",")[0]

    @property
    def is_absence(self) -> bool:
        """Whether the server has no object of the name that was given; the command itself is as told."""
        return self.category == "ObjectNotFound" and self.kind != "CommandNotFoundException"


@dataclass
class Came:
    """All that one command gave."""

    items: list[object] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    """Lines of the streams: which, and the text."""
    progress: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """The properties of the objects that the server gave."""

    def report(self, event: Event) -> None:
        """Take an event in."""
        if isinstance(event, ErrorRecord):
            self.faults.append(Fault(event.message, event.error_id, event.activity, event.category))
        elif isinstance(event, VerboseRecord):
            self.lines.append(("verbose", event.message))
        elif isinstance(event, Warned):
            self.lines.append(("warning", event.message))
        elif isinstance(event, DebugRecord):
            self.lines.append(("debug", event.message))
        elif isinstance(event, (InformationRecord, HostLine)):
            self.lines.append(("", event.text))
        elif isinstance(event, ProgressRecord):
            self.progress += [text for text in (event.activity, event.status) if text not in self.progress[-8:]]

    def fail(self, error: LyncError) -> None:
        """Take an error in that ended the command."""
        if isinstance(error, PromptRefused):
            self.questions.append(error.message)
            return
        error_id = str(getattr(error, "error_id", ""))
        if isinstance(error, CommandNotFound):
            error_id = error_id or "CommandNotFoundException"
        fault = Fault(error.message, error_id, str(getattr(error, "command", "")), str(getattr(error, "category", "")))
        if all(one.message != fault.message for one in self.faults):
            self.faults.append(fault)

    def rows(self) -> Iterator[Mapping[str, str]]:
        """The objects as rows: each one's properties, as a console writes them."""
        for item in self.items:
            row = row_of(item)
            if row:
                yield row

    def texts(self) -> list[str]:
        """The lines that came as they are: plain values, and what was written to the screen."""
        plain = [line for item in self.items if not row_of(item) for line in _text(item).splitlines() or [""]]
        return [*plain, *(text for stream, text in self.lines if not stream)]


def row_of(item: object) -> Mapping[str, str]:
    """An object's properties and their texts; empty for a plain value."""
    if isinstance(item, Session):
        return dict(zip(TABLE_COLUMNS, map(str, item.row()), strict=True))
    if isinstance(item, Module):
        return dict(zip(MODULE_COLUMNS, item.row(), strict=True))
    if isinstance(item, Credential):
        return {"UserName": item.user_name, "Password": "System.Security.SecureString"}
    names: Sequence[str] = row_names(item) or ()
    if _MODULE in getattr(item, "type_names", ()):
        commands = property_of(item, "ExportedCommands")
        told = ", ".join(map(str, commands)) if isinstance(commands, Mapping) else str(commands)
        *before, _ = MODULE_COLUMNS
        return {column: str(property_of(item, column)) for column in before} | {"ExportedCommands": f"{{{told}}}"}
    # An enumeration's value that came over the wire is a number to a cell, and a name to whoever looks at it.
    values = ((name, property_of(item, name)) for name in names)
    return {name: show(getattr(value, "origin", value)).text for name, value in values}


def _text(item: Any) -> str:
    return invariant_text(item) if not isinstance(item, str) else item
