"""The commands of a session as a stub file, for editors: `lync_magic.stubs(session, "lync_commands.pyi")`.

Rule of this file: what a person's editor reads is Python, whatever a server's texts hold: names are identifiers, texts
are literals.
"""

from __future__ import annotations

import inspect
from os import PathLike
from pathlib import Path
from typing import Final

from lync_magic.errors import UsageError
from lync_magic.importing.command import RemoteCommand
from lync_magic.psrp import ProgressRecord, Report, ignore
from lync_magic.safe_text import visible
from lync_magic.sessions import Session

ACTIVITY: Final = "Writing stubs ..."
HEAD: Final = '''"""The commands of {0}, for editors. Made by lync_magic.stubs."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from lync_magic import Credential, Records, SecureString
from lync_magic.importing import RemoteCommand
'''


def stubs(session: Session, path: str | PathLike[str], *, report: Report = ignore) -> int:
    """Write the types of a session's commands; how many. What is not known of them yet is asked for, with progress.

    report: told how far it is.  Raises UsageError where nothing is imported, and what a remote command raises.
    """
    commands = {name: one for name, one in (session.commands or {}).items() if isinstance(one, RemoteCommand)}
    if not commands:
        raise UsageError(f"No command of {session.name} is imported.", "Import them first: %lync import")

    def told(known: int) -> None:
        status = f"{known:,} of {len(commands):,} commands"
        report(ProgressRecord(ACTIVITY, status, percent=100 * known // len(commands)))

    next(iter(commands.values())).ask_all([one.name for one in commands.values()], told)
    report(ProgressRecord(ACTIVITY, completed=True))
    parts = [HEAD.format(_one_line(session.computer_name))]
    parts += [_stub(name, command) for name, command in sorted(commands.items())]
    Path(path).write_text("\n".join(parts), encoding="utf-8")
    return len(commands)


def _stub(name: str, command: RemoteCommand) -> str:
    details = command.known()
    parameters = "*arguments: object, **parameters: object"
    said = f"The remote command {command.name}."
    if details is not None:
        said = details.synopsis or said
        listed = [_parameter(one) for one in details.signature().parameters.values()]
        keyword = next(
            (at for at, one in enumerate(details.signature().parameters.values()) if one.kind is one.KEYWORD_ONLY), None
        )
        if keyword is not None:
            listed.insert(keyword, "*")
        parameters = ", ".join(listed)
    separator = ", " if parameters else ""
    return (
        f"\nclass _{name}(RemoteCommand):\n"
        f"    def __call__(self{separator}{parameters}) -> Records:  # type: ignore[override]\n"
        f"        {_literal(said)}\n\n"
        f"{name}: _{name}\n"
    )


def _parameter(one: inspect.Parameter) -> str:
    default = "" if one.default is inspect.Parameter.empty else " = ..."
    return f"{one.name}: {one.annotation}{default}"


def _literal(text: str) -> str:
    """A text as a literal on one line."""
    return repr(_one_line(text))


def _one_line(text: str) -> str:
    return " ".join(visible(text).split()).replace('"""', "'''").replace("\\", "/")
