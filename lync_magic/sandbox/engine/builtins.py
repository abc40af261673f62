"""The commands that every restricted endpoint exposes: Get-Command, Get-Help, Select-Object, Measure-Object
and the like.

Rules of this file: each behaves as the restricted function of that name in the recordings; nothing here knows
the tenant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.compiling import FREE
from lync_magic.sandbox.engine.context import Cmdlet, Context, Parameters, per_record
from lync_magic.sandbox.engine.describe import (
    ALIAS,
    FUNCTION,
    FUNCTION_TYPES,
    alias_object,
    command_type,
    function_object,
    has_wildcard,
    measured,
    selected,
    wildcard,
)
from lync_magic.sandbox.engine.helptext import help_object
from lync_magic.sandbox.engine.signatures import ALIASES, Command
from lync_magic.sandbox.engine.views import Later
from lync_magic.sandbox.model import EnumValue, ErrorRecord, PSObject

_GET_COMMAND: Final = "Microsoft.PowerShell.Commands.GetCommandCommand"
_HELP_NOT_FOUND: Final = "Microsoft.PowerShell.Commands.HelpNotFoundException"


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


class CommandView(Later):
    """A command as Get-Command returns it; who wants no more than its name and kind gets them without the rest."""

    def __init__(self, command: Command) -> None:
        super().__init__(partial(function_object, command))
        self._command = command

    def with_properties(self, names: Sequence[str]) -> PSObject:
        """The object, with at least these properties."""
        if names and FREE.issuperset(name.lower() for name in names):
            properties: dict[str, object] = {"Name": self._command.name, "CommandType": command_type(FUNCTION)}
            return PSObject(FUNCTION_TYPES, properties, text=self._command.name)
        return self.whole()


def get_command(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-Command: functions, and aliases where they are asked for or named."""
    names = _texts(parameters.get("Name"))
    modules = [wildcard(one) for one in _texts(parameters.get("Module"))]
    kind = parameters.get("CommandType")
    flags = kind.value if isinstance(kind, EnumValue) else 0

    def wanted(command: Command) -> bool:
        in_module = not modules or any(one.match(command.module) for one in modules)
        return in_module and (not flags or bool(flags & FUNCTION))

    if not names:
        yield from _aliases("*", flags)
        yield from (CommandView(one) for one in context.catalog.commands.values() if wanted(one))
        return
    for name in names:
        found: list[object] = list(_aliases(name, flags or ALIAS)) if not modules else []
        pattern = wildcard(name)
        found += [
            CommandView(one) for one in context.catalog.commands.values() if wanted(one) and pattern.match(one.name)
        ]
        yield from found
        if not found and not has_wildcard(name):
            context.error(failures.unknown_command(name, "Get-Command", _GET_COMMAND))


def _aliases(name: str, flags: int) -> Iterator[PSObject]:
    if flags & ALIAS:
        pattern = wildcard(name)
        yield from (alias_object(one) for one in ALIASES if pattern.match(one))


def get_help(context: Context, parameters: Parameters) -> Iterable[object]:
    """Get-Help: one command's help, or a line for each that a pattern finds."""
    name = str(parameters.get("Name") or "*")
    exact = context.catalog.find(name)
    if exact is not None:
        context.compiling.compile(exact.name, context.streams.sleep)
        yield help_object(exact)
        context.streams.progress("Get-Help", "Completed", completed=True)
        return
    pattern = wildcard(name)
    found = [one for one in context.catalog.commands.values() if pattern.match(one.name)]
    for command in found:
        yield help_object(command)
    if not found:
        context.error(_no_help(name))


def _no_help(name: str) -> ErrorRecord:
    return failures.record(
        f"Get-Help could not find {name} in a help file in this session. To download updated help "
        "topics type: "
        '"Update-Help". To get help online, search for the help topic in the TechNet library at '
        "https://go.microsoft.com/fwlink/?LinkID=107116.",
        f"HelpNotFound,{_HELP_NOT_FOUND}",
        _HELP_NOT_FOUND,
        "ObjectNotFound",
        activity="Get-Help",
        target=name,
    )


def select_object(context: Context, calls: Iterator[Parameters]) -> Iterator[object]:
    """Select-Object with its fixed list of property names; without one, the objects as they are."""
    for parameters in calls:
        value = parameters["InputObject"]
        names = _texts(parameters.get("Property"))
        if isinstance(value, Later):
            value = value.with_properties(names) if isinstance(value, CommandView) else value.whole()
        context.compiling.before_showing(value, context.streams.sleep, names)
        yield selected(value, names) if names else value


def measure_object(_: Context, calls: Iterator[Parameters]) -> Iterator[object]:
    """Measure-Object: how many."""
    yield measured(sum(1 for _ in calls))


def out_default(_: Context, calls: Iterator[Parameters]) -> Iterator[object]:
    """Out-Default: hands on what it gets; the client shows it."""
    for parameters in calls:
        yield parameters["InputObject"]


def nothing(_: Context, parameters: Parameters) -> Iterable[object]:
    """A command that does nothing here:

    Get-FormatData (the tenant brings no views), Exit-PSSession, Clear-Host.
    """
    del parameters
    return ()


BUILTINS: Final[Mapping[str, Cmdlet]] = MappingProxyType(
    {
        "Clear-Host": per_record(nothing),
        "Exit-PSSession": per_record(nothing),
        "Get-Command": per_record(get_command),
        "Get-FormatData": per_record(nothing),
        "Get-Help": per_record(get_help),
        "Measure-Object": measure_object,
        "Out-Default": out_default,
        "Select-Object": select_object,
    }
)
"""Their work by name."""
