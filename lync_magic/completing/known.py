"""What the engine knows of a notebook: variables, commands of all kinds with their parameters, earlier results.

Rules: all of it is at hand; what a server must be asked for is asked once, and waited for at most `ASK_SECONDS`: the
next time it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lync_magic.completing.grammar import Grammar
from lync_magic.completing.scan import Place
from lync_magic.importing import COMMON_PARAMETERS, Details, Parameter, RemoteCommand, modules
from lync_magic.language import CMDLETS, ClientCommand
from lync_magic.sessions import Session

ASK_SECONDS: Final = 1.0
"""How long a person who pressed Tab waits for a server that was never asked about this command."""

ACTIONS: Final = ("Continue", "Ignore", "Inquire", "SilentlyContinue", "Stop")
BOOLEANS: Final = ("$true", "$false")
_COMMON_TYPES: Final = {
    "Verbose": "switch",
    "Debug": "switch",
    "ErrorAction": "ActionPreference",
    "WarningAction": "ActionPreference",
    "InformationAction": "ActionPreference",
    "ProgressAction": "ActionPreference",
    "OutBuffer": "int",
}


COMMON: Final = tuple(
    Parameter(name, _COMMON_TYPES.get(name, "string"), (), _COMMON_TYPES.get(name) == "switch")
    for name in (
        "Verbose",
        "Debug",
        "ErrorAction",
        "WarningAction",
        "InformationAction",
        "ErrorVariable",
        "WarningVariable",
        "InformationVariable",
        "OutVariable",
        "OutBuffer",
        "PipelineVariable",
    )
)


@dataclass(frozen=True)
class Surroundings:
    """What a cell stands in.

    variables: the notebook's, by Python name.  cmdlets: ours that are not in the language's own table (of sessions).
    functions: of earlier cells.  details: what is known of one of them, or of a script file.
    current: the session that commands go to.  verbs, cell: the grammar of `%lync` and of what stands after `%%lync`.
    sessions: all of them.  who: gives the names of the profiles, and of users who may be meant.
    """

    variables: Mapping[str, object]
    verbs: Mapping[str, Grammar]
    cell: Grammar
    cmdlets: Sequence[ClientCommand] = ()
    functions: Sequence[str] = ()
    details: Callable[[str], Details | None] = lambda _name: None
    current: Session | None = None
    sessions: Sequence[Session] = ()
    who: Callable[[], Sequence[str]] = tuple

    def python_variables(self) -> Iterator[tuple[str, object]]:
        """The variables that a person made and PowerShell sees: no modules, functions, classes or hidden names."""
        for name, value in self.variables.items():
            if not name.startswith("_") and not callable(value) and type(value).__name__ != "module":
                yield name, value

    def cmdlet(self, name: str) -> ClientCommand | None:
        """The cmdlet of this side with this name or alias."""
        folded = name.lower()
        for one in (*self.cmdlets, *CMDLETS):
            if one.name.lower() == folded or folded in one.folded_aliases:
                return one
        return None

    def all_cmdlets(self) -> Iterable[ClientCommand]:
        """Ours."""
        return (*self.cmdlets, *CMDLETS)

    def parameters(self, name: str, place: Place | None = None) -> tuple[Parameter, ...]:
        """The parameters of a command, the common ones last; those alone of one that nobody knows."""
        if place is not None:
            for function, names in place.functions.items():
                if function.lower() == name.lower():
                    return tuple(Parameter(one) for one in names)
        told = self.details(name)
        if told is not None:
            return (*_of_details(told), *(COMMON if told.advanced else ()))
        cmdlet = self.cmdlet(name)
        remote = modules.find(name, self.current)
        if cmdlet is not None and (remote is None or cmdlet.own or name.lower() in cmdlet.folded_aliases):
            return (*of_cmdlet(cmdlet), *COMMON)
        if remote is not None:
            details = details_of(remote)
            return (*_of_details(details), *COMMON) if details is not None else COMMON
        return (*of_cmdlet(cmdlet), *COMMON) if cmdlet is not None else COMMON


def details_of(command: RemoteCommand) -> Details | None:
    """What is known of a command, or what its server tells in time."""
    return command.details(ASK_SECONDS)


def is_common(name: str) -> bool:
    """Whether a parameter is one that every command has."""
    return name.lower() in COMMON_PARAMETERS


def of_cmdlet(cmdlet: ClientCommand) -> Iterator[Parameter]:
    """The parameters of a cmdlet of this side, without the common ones."""
    for one in cmdlet.parameters:
        yield Parameter(one.name, one.type, one.aliases, one.is_switch, one.position, one.mandatory, one.allowed)


def _of_details(details: Details) -> Iterator[Parameter]:
    for one in details.parameters:
        short = one.type_name.removeprefix("System.")
        yield replace(one, type_name=short)
