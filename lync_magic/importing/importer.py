"""Import a session's commands: names first, in one pipeline; everything else when it is needed.

Rule of this file: what a name means already is left alone, unless `allow_clobber` says otherwise; every command is an
attribute of its session all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lync_magic.errors import EvaluationError
from lync_magic.importing.asking import CommandDetails, details_of_session
from lync_magic.importing.cache import told_hash
from lync_magic.importing.command import RemoteCommand
from lync_magic.importing.module import Module, Namespace, is_free, temporary_name
from lync_magic.importing.module import modules as _modules
from lync_magic.importing.names import (
    RemoteName,
    is_pythons,
    plain_name,
    python_name,
    python_names,
    unapproved,
    with_prefix,
)
from lync_magic.importing.wanting import (
    ACTIVITY,
    IMPORT,
    IMPORT_SECONDS,
    PROGRESS_ID,
    Wanted,
    chosen_again,
    chosen_names,
)
from lync_magic.messages import spoken
from lync_magic.psrp import ProgressRecord, Report, WarningRecord, ignore
from lync_magic.sessions import Session

MOST_NAMED: Final = 5
"""How many of the commands that are called otherwise a warning names."""

SHADOWED: Final = (
    "Proxy creation has been skipped for the following command: '{0}', because it would shadow an existing local "
    "command.  Use the AllowClobber parameter if you want to shadow existing local commands."
)
ALL_SHADOWED: Final = (
    "No command proxies have been created, because all of the requested remote commands would shadow existing local "
    "commands.  Use the AllowClobber parameter if you want to shadow existing local commands."
)
UNAPPROVED: Final = (
    "The names of some imported commands from the module '{0}' include unapproved verbs that might make them less "
    "discoverable. To find the commands with unapproved verbs, run the Import-Module command again with the Verbose "
    "parameter. For a list of approved verbs, type Get-Verb."
)


def import_session(
    session: Session,
    names: Sequence[str] = ("*",),
    *,
    types: Sequence[str] = (),
    modules: Sequence[str] = (),
    arguments: Sequence[object] = (),
    prefix: str = "",
    allow_clobber: bool = False,
    replace_imported: bool = False,
    check_names: bool = True,
    eager: bool = False,
    namespace: Namespace | None = None,
    report: Report = ignore,
    timeout: float = IMPORT_SECONDS,
) -> Module:
    """`import_wanted`, with what is wanted said one by one."""
    wanted = Wanted(
        tuple(names) or ("*",),
        tuple(types),
        tuple(modules),
        tuple(arguments),
        prefix,
        allow_clobber,
        replace_imported,
        check_names,
        eager,
    )
    return import_wanted(session, wanted, namespace=namespace, report=report, timeout=timeout)


def import_wanted(
    session: Session,
    wanted: Wanted,
    *,
    namespace: Namespace | None = None,
    report: Report = ignore,
    timeout: float = IMPORT_SECONDS,
) -> Module:
    """Import commands of a session as functions, on the session and in `namespace`.  timeout: seconds.

    Raises SessionClosed (`State of runspace is not valid for this operation.`) for a removed session, EvaluationError
    when nothing matches or all of it means something already, and what a remote command raises.
    """
    chosen = chosen_names(session, wanted, report, timeout)
    making = _Making(session, wanted, details_of_session(session), namespace)
    making.details.keep(chosen)
    module = Module(making.name, session, making.commands(chosen), clobber=wanted.allow_clobber)
    if not module.commands:
        raise EvaluationError(
            ALL_SHADOWED,
            making.way_out(),
            error_id=f"ErrorNoCommandsImportedBecauseOfSkipping,Microsoft.PowerShell.Commands.{IMPORT}",
            category="InvalidResult",
        )
    making.warn(module, report)
    if wanted.eager:
        _ask_all(making.details, [command.name for command in module.commands.values()], report)
    known = _Known(told_hash(session), frozenset(chosen))
    session.on_return(lambda _session, say: _import_again(module, known, making, say))
    if namespace is not None:
        _modules.add(module)
        module.publish(namespace)
        session.on_end(lambda _session: module.remove())
    return module


@dataclass
class _Making:
    """Makes functions of the commands of one import. shadowed: names that another import has; set by `commands`."""

    session: Session
    wanted: Wanted
    details: CommandDetails
    namespace: Namespace | None
    name: str = field(default_factory=temporary_name)
    shadowed: list[str] = field(default_factory=list)

    def commands(self, chosen: Mapping[str, RemoteName]) -> dict[str, RemoteCommand]:
        """The functions, by lower-case alias, without those whose name another import has. All of them become
        attributes of the session.
        """
        prefix = self.wanted.prefix
        remote = {with_prefix(one.name, prefix) if prefix else one.name: one.name for one in chosen.values()}
        made = {
            alias: RemoteCommand(self.session, remote[alias], alias, self.details, self.name, python)
            for alias, python in python_names(remote, pythons_too=self.wanted.allow_clobber).items()
        }
        others = {name: it for name, it in (self.session.commands or {}).items() if it.__module__ != self.name}
        attributes = {_attribute(self.session, name): made[alias] for alias, name in python_names(remote).items()}
        self.session.commands = {**others, **attributes}
        self.shadowed = [alias for alias in made if self._is_shadowed(alias)]
        return {alias.lower(): it for alias, it in made.items() if alias not in self.shadowed}

    def _is_shadowed(self, alias: str) -> bool:
        """Whether another import has a command of this name."""
        wanted = self.wanted
        if self.namespace is None or wanted.allow_clobber or wanted.replace_imported:
            return False
        found = _modules.find(alias)
        return found is not None and found.__module__ != self.name

    def way_out(self) -> str:
        """What to do where all of it is imported already: from here, or from another session."""
        found = [_modules.find(alias) for alias in self.shadowed]
        if all(one is not None and one.session is self.session for one in found):
            return (
                "Its commands are imported already, from this session: use them, or ask anew with -AllowClobber "
                "(--allow-clobber)."
            )
        return "Give it its own names with -Prefix (--prefix), or take these with -AllowClobber (--allow-clobber)."

    def warn(self, module: Module, report: Report) -> None:
        """Say what was skipped, and how what has another name is called, in one warning."""
        space = None if self.wanted.allow_clobber else self.namespace
        made = module.commands.values()
        hidden = [
            it for it in made if space is not None and (is_pythons(plain_name(it.alias)) or not is_free(it, space))
        ]
        skipped = self.shadowed + [it.alias for it in hidden]
        said = [SHADOWED.format(", ".join(skipped))] if skipped else []
        if hidden:
            some = hidden[:MOST_NAMED]
            attributes = {id(it): name for name, it in (self.session.commands or {}).items()}
            calls = ", ".join(f"{attributes[id(it)]}()" for it in some)
            rest = ", …" if len(hidden) > len(some) else ""
            said.append(f"They stay attributes of the session: {calls}{rest}; in a line: %lync {some[0].alias}")
        met = [it for it in made if it.__name__.startswith(f"{python_name(it.alias)}_")]
        if met:
            told = ", ".join(f"{it.alias} is {it.__name__}" for it in met[:MOST_NAMED])
            said.append(f"Names that are one in Python were told apart: {told}.")
        if said:
            report(WarningRecord("\n".join(said)))
        if self.wanted.check_names and unapproved(it.alias for it in made):
            report(WarningRecord(UNAPPROVED.format(self.name)))


def _attribute(session: Session, name: str) -> str:
    """The name of a command among a session's own: `run` is `run_`."""
    return f"{name}_" if hasattr(type(session), name) or name in vars(session) else name


@dataclass
class _Known:
    """What was known of a server's commands: its own hash of them (MS-PSRP has none; PowerShell's servers may send one
    in their private data), and the names that were imported.
    """

    told_hash: object
    names: frozenset[str]


def _import_again(module: Module, known: _Known, making: _Making, report: Report) -> None:
    """A session has a new shell: import again only where the server's commands have changed."""
    session = module.session
    told = told_hash(session)
    if told is not None and told == known.told_hash:
        return
    chosen = chosen_again(session, making.wanted, report)
    known.told_hash = told
    if frozenset(chosen) == known.names:
        return
    gone, new = sorted(known.names - frozenset(chosen)), sorted(frozenset(chosen) - known.names)
    known.names = frozenset(chosen)
    module.replace(lambda: making.commands(chosen))
    changes = [f"{len(names)} {word}" for names, word in ((new, "new"), (gone, "gone")) if names]
    report(WarningRecord(spoken(f"The commands of {session.name} have changed: {', '.join(changes)}.")))


def _ask_all(details: CommandDetails, names: Sequence[str], report: Report) -> None:
    """Ask for the details of all, with progress. One that is interrupted keeps what came."""

    def told(known: int, *, completed: bool = False) -> None:
        status = f"Getting parameters and help ... {known:,} of {len(names):,} commands"
        percent = 100 * known // max(1, len(names))
        report(ProgressRecord(ACTIVITY, status, activity_id=PROGRESS_ID, percent=percent, completed=completed))

    try:
        details.ask_all(names, told)
    finally:
        told(len(names), completed=True)
