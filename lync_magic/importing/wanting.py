"""Which of a server's commands are wanted, and their names, asked for in one pipeline.

`Get-Command | Select-Object Name` is answered in under a second for 1,499 commands, where asking for all parameters
takes a server three quarters of a minute. Whether one is a function, a cmdlet or an alias is in the type of what
Select-Object gives (`Selected.System.Management.Automation.FunctionInfo`): asking for CommandType too would double
the answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lync_magic.errors import EvaluationError
from lync_magic.importing.names import RemoteName, choose, to_skip
from lync_magic.psrp import Argument, Command, Pipeline, ProgressRecord, Report
from lync_magic.sessions import Session, require_opened

IMPORT: Final = "ImportPSSessionCommand"
NO_RESULTS: Final = "Running the Get-Command command in a remote session returned no results."
IMPORT_SECONDS: Final = 300.0
ACTIVITY: Final = "Creating implicit remoting module ..."
PROGRESS_ID: Final = 1
USUAL_KIND: Final = "Function"
_KIND: Final = re.compile(r"Selected\.System\.Management\.Automation\.(\w+)Info")
PROGRESS_SECONDS: Final = 0.2
"""How often progress is told at most."""


@dataclass(frozen=True)
class Wanted:
    """What of a session is imported, and how: the parameters of Import-PSSession.

    names: wildcard patterns.  types: CommandTypes (Cmdlet, Function, Alias).  modules: of these alone.
    qualified: the same, each a name or a table with its version (-FullyQualifiedModule).
    arguments: what Get-Command is given to tell dynamic parameters.  prefix: put before each noun.
    allow_clobber: take names that mean something already.  replace_imported: take names that mean a command of another
    session, but nothing else.  check_names: warn of verbs that PowerShell does not know.
    eager: ask for the parameters and help of all of them at once, which may take long.
    """

    names: tuple[str, ...] = ("*",)
    types: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    arguments: tuple[object, ...] = ()
    prefix: str = ""
    allow_clobber: bool = False
    replace_imported: bool = False
    check_names: bool = True
    eager: bool = False
    qualified: tuple[object, ...] = ()


def chosen_names(
    session: Session, wanted: Wanted, report: Report, timeout: float, cmdlet: str = IMPORT
) -> dict[str, RemoteName]:
    """The commands of a session that are wanted, by lower-case name. timeout: seconds.

    cmdlet: PowerShell's class for who asks, for the error id.
    Raises SessionClosed for a removed session, EvaluationError when nothing matches, and what a remote command raises.
    """
    require_opened(session.state, session.name)
    found = _chosen(session, wanted, _remote_names(session, wanted, report, timeout))
    if not found:
        raise EvaluationError(
            NO_RESULTS,
            f"{session.name} has no command that matches {', '.join(wanted.names)}.",
            error_id=f"ErrorNoResultsFromRemoteEnd,Microsoft.PowerShell.Commands.{cmdlet}",
            category="InvalidResult",
        )
    return found


def chosen_again(session: Session, wanted: Wanted, report: Report) -> dict[str, RemoteName]:
    """The same of a session that has a new shell, whose turn it is."""
    return _chosen(session, wanted, map(_remote_name, session.run_in_turn(_asking_names(wanted), report)))


def _chosen(session: Session, wanted: Wanted, names: Iterable[RemoteName]) -> dict[str, RemoteName]:
    return choose(names, wanted.names, to_skip(session.application_private_data), wanted.types)


def _asking_names(wanted: Wanted) -> Pipeline:
    asked = {
        "Name": () if wanted.names == ("*",) else wanted.names,
        "CommandType": (", ".join(wanted.types),) if wanted.types else (),
        "Module": wanted.modules,
        "FullyQualifiedModule": wanted.qualified,
        "ArgumentList": wanted.arguments,
    }
    arguments = [Argument(name, list(values)) for name, values in asked.items() if values]
    return Pipeline(
        (
            Command("Get-Command", tuple(arguments)),
            Command("Select-Object", (Argument("Property", ["Name"]),)),
        )
    )


def _remote_names(session: Session, wanted: Wanted, report: Report, timeout: float) -> Iterator[RemoteName]:
    received, told = 0, time.monotonic()
    report(_progress(received))
    try:
        for batch in session.stream(_asking_names(wanted), report=report, timeout=timeout):
            received += len(batch)
            if time.monotonic() - told >= PROGRESS_SECONDS:
                told = time.monotonic()
                report(_progress(received))
            for item in batch:
                yield _remote_name(item)
        report(_progress(received))
    finally:
        report(_progress(received, completed=True))


def _remote_name(item: Any) -> RemoteName:
    kind = _KIND.fullmatch(next(iter(item.type_names), ""))
    return RemoteName(str(item["Name"]), kind[1] if kind is not None else USUAL_KIND)


def _progress(received: int, *, completed: bool = False) -> ProgressRecord:
    return ProgressRecord(
        ACTIVITY,
        f"Getting command information from remote session ... {received} commands received",
        activity_id=PROGRESS_ID,
        completed=completed,
    )
