"""What is asked of a runspace: a pipeline of commands with arguments.

An argument is a **word** as PowerShell's own client sends it (`Argument("-Identity")`, then
`Argument(None, "x")`; the server binds) or a bound parameter (`Argument("Identity", "x")`). Values are Python
values as `lync_magic.clixml` names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: a name, a value, or both. A word such as `-Switch` is a name with value None."""

    name: str | None
    value: object = None


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a pipeline.

    name: the command's name, or the script's text when `is_script`.
    end_of_statement: the next command starts a new statement (`Get-A; Get-B`).
    merge_errors: its error stream goes to the output stream (`2>&1`).
    """

    name: str
    arguments: tuple[Argument, ...] = ()
    is_script: bool = False
    end_of_statement: bool = False
    merge_errors: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands in order; each one's output is the next one's input, up to an end of statement.

    history: the line that the endpoint's `Get-History` has of it; None for none.
    """

    commands: tuple[Command, ...]
    history: str | None = None

    @classmethod
    def of(cls, name: str, parameters: Mapping[str, object] | None = None) -> Pipeline:
        """One command with bound parameters, by their full names."""
        return cls((Command(name, tuple(Argument(n, v) for n, v in (parameters or {}).items())),))

    @classmethod
    def script(cls, text: str) -> Pipeline:
        """Script text; only an endpoint in full language mode takes it."""
        return cls((Command(text, is_script=True),))

    def __str__(self) -> str:
        """The names alone, for messages: arguments may hold what nobody should read."""
        return _joined(self.commands)


def _joined(commands: Iterable[Command]) -> str:
    text = ""
    for command in commands:
        text += "script" if command.is_script else command.name
        text += "; " if command.end_of_statement else " | "
    return text[:-3] if text.endswith(" | ") else text.removesuffix("; ")
