"""The commands of a session as a stub file, for editors: `lync_magic.stubs(session, "lync_commands.pyi")`."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Final

from lync_magic.errors import UsageError
from lync_magic.importing.command import RemoteCommand
from lync_magic.importing.written import IMPORTS, ask_all, literal, one_line, parameters_of
from lync_magic.psrp import Report, ignore
from lync_magic.sessions import Session

ACTIVITY: Final = "Writing stubs ..."
HEAD: Final = f'"""The commands of {{0}}, for editors. Made by lync_magic.stubs."""\n{IMPORTS}'
IMPORTED: Final = "from lync_magic.importing import RemoteCommand\n"


def stubs(session: Session, path: str | PathLike[str], *, report: Report = ignore) -> int:
    """Write the types of a session's commands; how many. What is not known of them yet is asked for, with progress.

    report: told how far it is.  Raises UsageError where nothing is imported, and what a remote command raises.
    """
    commands = {name: one for name, one in (session.commands or {}).items() if isinstance(one, RemoteCommand)}
    if not commands:
        raise UsageError(f"No command of {session.name} is imported.", "Import them first: %lync import")
    ask_all(list(commands.values()), ACTIVITY, report)
    parts = [HEAD.format(one_line(session.computer_name)) + IMPORTED]
    parts += [_stub(name, command) for name, command in sorted(commands.items())]
    Path(path).write_text("\n".join(parts), encoding="utf-8")
    return len(commands)


def _stub(name: str, command: RemoteCommand) -> str:
    details = command.known()
    said = (details.synopsis if details is not None else "") or f"The remote command {command.name}."
    parameters = ", ".join(["self", *parameters_of(details)])
    return (
        f"\nclass _{name}(RemoteCommand):\n"
        f"    def __call__({parameters}) -> Records:  # type: ignore[override]\n"
        f"        {literal(said)}\n\n"
        f"{name}: _{name}\n"
    )
