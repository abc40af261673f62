"""A session's commands as a Python module on disk, as Export-PSSession writes one: typed, and without any secret.

    lync_magic.export_session(session, "lync_commands")
    import lync_commands
    lync_commands.Get_CsTenant()            # opens a session where none is open

Rules: what it writes says where to connect and who signs in, never with what. A folder that is there is left alone
unless `force` says otherwise; of one that is written over, only the files that are written change.
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from os import PathLike
from pathlib import Path
from typing import Final

from lync_magic.errors import EvaluationError, UsageError
from lync_magic.importing.asking import details_of_session
from lync_magic.importing.command import RemoteCommand
from lync_magic.importing.exported import way_of
from lync_magic.importing.names import RemoteName, python_names
from lync_magic.importing.wanting import IMPORT_SECONDS, Wanted, chosen_names
from lync_magic.importing.written import IMPORTS, TYPES, ask_all, docstring, one_line, parameters_of, quoted
from lync_magic.psrp import Report, ignore
from lync_magic.sessions import Session, Target

ACTIVITY: Final = "Writing the module ..."
EXPORT: Final = "ExportPSSessionCommand"
EXISTS: Final = (
    "The directory '{0}' already exists.  Use the -Force parameter if you want to overwrite the directory and files "
    "within the directory."
)
NOT_CREATED: Final = (
    "Cannot create the module {0} due to the following: {1}. Use a different argument for the -OutputModule parameter "
    "and retry."
)
ENCODINGS: Final = {"utf8": "utf-8", "utf8nobom": "utf-8", "utf-8": "utf-8", "utf8bom": "utf-8-sig"}
"""Python reads source files in UTF-8."""
LONGEST_LINE: Final = 110
REMOTE: Final = "remote"
"""What a module's session is called there."""


def export_session(
    session: Session,
    module: str | PathLike[str],
    names: Sequence[str] = ("*",),
    *,
    types: Sequence[str] = (),
    modules: Sequence[str] = (),
    arguments: Sequence[object] = (),
    allow_clobber: bool = False,
    force: bool = False,
    encoding: str = "utf8",
    report: Report = ignore,
    timeout: float = IMPORT_SECONDS,
) -> list[Path]:
    """Write commands of a session as a Python module; the files that were written.

    module: its folder, whose name is the module's.  names: wildcard patterns.  types, modules, arguments: as
    `-CommandType`, `-Module` and `-ArgumentList` of Import-PSSession.  allow_clobber: names of Python's built-ins may
    be taken (`print`, which is `print_` else).  force: write over a module that is there.  encoding: `utf8` or
    `utf8BOM`.  report: told how far it is.  timeout: seconds for the names.
    Raises UsageError for what cannot be a module's name, EvaluationError with PowerShell's error ids where the folder
    is there, cannot be made, or no command matches, SessionClosed, and what a remote command raises.
    """
    folder = Path(module).expanduser()
    _check(folder, encoding)
    wanted = Wanted(tuple(names) or ("*",), tuple(types), tuple(modules), tuple(arguments), allow_clobber=allow_clobber)
    if session.target is None:
        raise UsageError(f"{session.name} does not say where it is connected to.", "Connect with lync_magic.connect.")
    if folder.exists() and not (folder.is_dir() and force):
        raise _exists(module, folder)
    chosen = chosen_names(session, wanted, report, timeout, EXPORT)
    commands = _commands(session, chosen, allow_clobber=allow_clobber)
    ask_all(list(commands.values()), ACTIVITY, report)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = {"__init__.py": _text(session, session.target, folder.name, commands), "py.typed": ""}
        for name, text in files.items():
            (folder / name).write_text(text, encoding=ENCODINGS[encoding.lower()] if text else "utf-8")
    except OSError as error:
        raise _refused(NOT_CREATED.format(module, f"{error.strerror}: '{folder}'"), _CANNOT_CREATE) from None
    return [folder / name for name in files]


_CANNOT_CREATE: Final = "ExportProxyCommand_CannotCreateOutputDirectory"


def _check(folder: Path, encoding: str) -> None:
    name = folder.name
    if not name.isidentifier() or keyword.iskeyword(name):
        raise UsageError(f"{name!r} is no name of a Python module.", "Take letters, digits and _: lync_commands")
    if encoding.lower() not in ENCODINGS:
        raise UsageError(f"Python does not read a module in {encoding!r}.", "It reads utf8, and utf8BOM.")


def _exists(module: str | PathLike[str], folder: Path) -> EvaluationError:
    where = folder.absolute()
    if folder.is_dir():
        return _refused(EXISTS.format(where), "ExportProxyCommand_OutputDirectoryExists", "In Python: force=True.")
    return _refused(NOT_CREATED.format(module, f"The file '{where}' already exists."), _CANNOT_CREATE)


def _refused(message: str, error_id: str, advice: str | None = None) -> EvaluationError:
    whole = f"{error_id},Microsoft.PowerShell.Commands.{EXPORT}"
    return EvaluationError(message, advice, error_id=whole, category="ResourceExists")


def _commands(session: Session, chosen: Mapping[str, RemoteName], *, allow_clobber: bool) -> dict[str, RemoteCommand]:
    """The commands by what they are called in the module."""
    taken = (REMOTE, *TYPES)
    named = python_names([*taken, *(one.name for one in chosen.values())], pythons_too=allow_clobber)
    details = details_of_session(session)
    return {
        named[one.name]: RemoteCommand(session, one.name, one.name, details, "", named[one.name])
        for one in chosen.values()
    }


def _text(session: Session, target: Target, name: str, commands: Mapping[str, RemoteCommand]) -> str:
    way = way_of(target)
    told = [f"    {key}={quoted(value)}," for key, value in way.items()]
    made = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    head = [
        f'"""The commands of {one_line(session.computer_name)}, written by lync_magic on {made}.',
        "",
        "The first call opens a session, unless one is open to the same place; it ends with the program.",
        f"{name}.{REMOTE}.connect(password=...) opens one before, {name}.{REMOTE}.use(session) takes another.",
        '"""',
        "",
        "from __future__ import annotations",
        IMPORTS.rstrip(),
        "from lync_magic.importing import ExportedModule",
        "",
        "__all__ = [",
        *(f'    "{one}",' for one in (REMOTE, *commands)),
        "]",
        "",
        f"{REMOTE} = ExportedModule(",
        "    __name__,",
        *told,
        ")",
    ]
    return "\n".join([*head, *(_function(one, command) for one, command in commands.items())]) + "\n"


def _function(name: str, command: RemoteCommand) -> str:
    details = command.known()
    parameters = parameters_of(details, defaults=True)
    line = f"def {name}({', '.join(parameters)}) -> Records:"
    if len(line) > LONGEST_LINE:
        line = "\n".join([f"def {name}(", *(f"    {one}," for one in parameters), ") -> Records:"])
    said = details.document() if details is not None else f"The remote command {command.name}."
    declared = [
        f"\n\n@{REMOTE}.command({quoted(command.name)})",
        line,
        docstring(said),
        "    raise NotImplementedError",
    ]
    return "\n".join(declared)
