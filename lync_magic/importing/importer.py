"""Import a session's commands: names first, in one pipeline; everything else when it is needed.

`Get-Command | Select-Object Name, CommandType` is answered in under a second for 1,499 commands, where asking for all
parameters takes a server three quarters of a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lync_magic.errors import UsageError
from lync_magic.importing.command import RemoteCommand
from lync_magic.importing.details import CommandDetails
from lync_magic.importing.module import Module, Namespace, modules, temporary_name
from lync_magic.importing.names import RemoteName, choose, python_name, to_skip, with_prefix
from lync_magic.psrp import Argument, Command, Pipeline, ProgressRecord, Report, WarningRecord, ignore
from lync_magic.sessions import Session, require_opened

IMPORT_SECONDS: Final = 300.0
ACTIVITY: Final = "Creating implicit remoting module ..."
PROGRESS_ID: Final = 1

SHADOWED: Final = (
    "Proxy creation has been skipped for the following command: '{0}', because it would shadow an existing local "
    "command.  Use the AllowClobber parameter if you want to shadow existing local commands."
)


def import_session(
    session: Session,
    names: Sequence[str] = ("*",),
    *,
    prefix: str = "",
    allow_clobber: bool = False,
    replace_imported: bool = False,
    namespace: Namespace | None = None,
    report: Report = ignore,
    timeout: float = IMPORT_SECONDS,
) -> Module:
    """Import the commands of a session whose names match, as functions on the session and in `namespace`.

    names: wildcard patterns.  prefix: put before each noun.  allow_clobber: take names that mean something already.
    replace_imported: take names that mean a command of another session, but nothing else.  timeout: seconds.
    Raises SessionClosed (`State of runspace is not valid for this operation.`) for a removed session, UsageError when
    nothing matches, and what a remote command raises.
    """
    require_opened(session.state, session.name)
    patterns = tuple(names) or ("*",)
    chosen = choose(
        _remote_names(session, patterns, report, timeout), patterns, to_skip(session.application_private_data)
    )
    if not chosen:
        raise UsageError(
            f"{session.name} has no command that matches {', '.join(patterns)}.",
            "See what there is: %lync commands.",
        )
    details = CommandDetails(session)
    name = temporary_name()
    shadowed: list[str] = []

    def functions(names: Iterable[RemoteName]) -> dict[str, RemoteCommand]:
        commands: dict[str, RemoteCommand] = {}
        shadowed.clear()
        for remote in names:
            alias = with_prefix(remote.name, prefix) if prefix else remote.name
            if namespace is not None and not allow_clobber and _is_taken(alias, namespace, replace_imported):
                shadowed.append(alias)
                continue
            commands[alias.lower()] = RemoteCommand(session, remote.name, alias, details, name)
        return commands

    module = Module(name, session, functions(chosen.values()))
    if shadowed:
        report(WarningRecord(SHADOWED.format(", ".join(shadowed))))
    session.commands = {**(session.commands or {}), **module.functions}
    known = _Known(_told_hash(session), frozenset(chosen))
    session.on_return(lambda _session, say: _import_again(module, known, patterns, functions, say))
    if namespace is not None:
        modules.add(module)
        module.publish(namespace)
        session.on_end(lambda _session: module.remove())
    return module


def _is_taken(alias: str, namespace: Namespace, replace_imported: bool) -> bool:
    known = namespace.get(python_name(alias))
    if isinstance(known, RemoteCommand):
        return not replace_imported
    return known is not None or (modules.find(alias) is not None and not replace_imported)


@dataclass
class _Known:
    """What was known of a server's commands: its own hash of them (MS-PSRP has none; PowerShell's servers may send one
    in their private data), and the names that were imported.
    """

    told_hash: object
    names: frozenset[str]


def _told_hash(session: Session) -> object:
    implicit = session.application_private_data.get("ImplicitRemoting")
    return implicit.get("Hash") if isinstance(implicit, Mapping) else None


def _import_again(
    module: Module,
    known: _Known,
    patterns: Sequence[str],
    functions: Callable[[Iterable[RemoteName]], dict[str, RemoteCommand]],
    report: Report,
) -> None:
    """A session has a new shell: import again only where the server's commands have changed."""
    session = module.session
    told_hash = _told_hash(session)
    if told_hash is not None and told_hash == known.told_hash:
        return
    answer = session.run_in_turn(_asking_names(patterns), report)
    chosen = choose(map(_remote_name, answer), patterns, to_skip(session.application_private_data))
    known.told_hash = told_hash
    if frozenset(chosen) == known.names:
        return
    gone, new = sorted(known.names - frozenset(chosen)), sorted(frozenset(chosen) - known.names)
    known.names = frozenset(chosen)
    module.replace(lambda: functions(chosen.values()))
    changes = [f"{len(names)} {word}" for names, word in ((new, "new"), (gone, "gone")) if names]
    report(WarningRecord(f"The commands of {session.name} have changed: {', '.join(changes)}."))


def _asking_names(patterns: Sequence[str]) -> Pipeline:
    asked = () if patterns == ("*",) else (Argument("Name", list(patterns)),)
    return Pipeline(
        (
            Command("Get-Command", asked),
            Command("Select-Object", (Argument("Property", ["Name", "CommandType"]),)),
        )
    )


def _remote_names(session: Session, patterns: Sequence[str], report: Report, timeout: float) -> Iterator[RemoteName]:
    received = 0
    report(_progress(received))
    try:
        for batch in session.stream(_asking_names(patterns), report=report, timeout=timeout):
            received += len(batch)
            report(_progress(received))
            for item in batch:
                yield _remote_name(item)
    finally:
        report(_progress(received, completed=True))


def _remote_name(item: Any) -> RemoteName:
    return RemoteName(str(item["Name"]), str(item["CommandType"]))


def _progress(received: int, *, completed: bool = False) -> ProgressRecord:
    return ProgressRecord(
        ACTIVITY,
        f"Getting command information from remote session ... {received} commands received",
        activity_id=PROGRESS_ID,
        completed=completed,
    )
