"""What commands there are: Get-Module and Get-Command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from lync_magic.clixml import PSObject, Version
from lync_magic.importing import Details, RemoteCommand, details_of, matches, modules
from lync_magic.language.cmdlets import help_text
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.help import GET_HELP, details_of_function, details_of_own
from lync_magic.language.cmdlets.known import NOT_KNOWN, is_own_function
from lync_magic.language.cmdlets.own_commands import own_commands
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.cmdlets.session_host import texts
from lync_magic.language.cmdlets.sources import FUNCTIONS, MODULES, OWN, is_core, source_of
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.function_info import function_info
from lync_magic.language.evaluate.script_files import NOT_RECOGNIZED, is_path, script_path
from lync_magic.language.values.command_objects import command_object
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.text import to_text

CLASS: Final = "Microsoft.PowerShell.Commands.GetCommandCommand"
COMMAND_TYPES: Final = (
    "Alias", "Function", "Filter", "Cmdlet", "ExternalScript", "Application", "Script", "Configuration", "All",
)  # fmt: skip
"""System.Management.Automation.CommandTypes, in its order."""
NO_COMMAND_TYPE: Final = (
    "Cannot bind parameter 'CommandType'. Cannot convert value \"{0}\" to type "
    '"System.Management.Automation.CommandTypes". Error: "Unable to match the identifier name {0} to a valid '
    'enumerator name. Specify one of the following enumerator names and try again:\n{1}"'
)
_WILD: Final = "*?["


def _get_module(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    if call.switch("ListAvailable"):
        return  # modules on disk have no place in a cell: the session brings the commands
    patterns = texts(call.get("Name")) or ("*",)
    for module in modules:
        if matches(module.name, patterns):
            yield module


@dataclass(frozen=True)
class _Found:
    """One command. kind: its CommandType.  means: what an alias stands for.  remote, own, block: what it is, where that
    is known."""

    kind: str
    name: str
    source: str = ""
    version: str = ""
    definition: str = ""
    means: str = ""
    remote: RemoteCommand | None = None
    own: ClientCommand | None = None
    block: Block | None = None

    def shown(self) -> PSObject:
        """As Get-Command gives it."""
        if self.block is not None:
            return function_info(self.block)
        content: dict[str, object] = {
            "Name": self.name, "Version": Version(self.version) if self.version else None, "Source": self.source,
            "ModuleName": self.source, "Definition": self.definition or self.means,
        }  # fmt: skip
        if self.kind == "Cmdlet":
            content["Verb"], _, content["Noun"] = self.name.partition("-")
            if self.own is not None and help_text.has_syntax(self.own.name):
                content["Definition"] = _syntax(self)
        if self.means:
            content |= {"DisplayName": f"{self.name} -> {self.means}", "ResolvedCommandName": self.means}
        return command_object(self.kind, content, self.name)

    def details(self) -> Details | None:
        """What is known of its parameters; an imported one is asked for."""
        if self.own is not None:
            return details_of_own(self.own)
        if self.block is not None:
            return details_of_function(self.block)
        return self.remote.details() if self.remote is not None else None


def _get_command(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for names in [texts(call.get("Name"))] if input is None else ((to_text(one),) for one in input):
        yield from _named(call, names)


def _named(call: BoundCall, names: tuple[str, ...]) -> Iterator[object]:
    """The commands of these names, or all."""
    found = [one for one in _all(call) if _is_wanted(call, one, names)]
    found.sort(key=lambda one: (_place_among(one, names), _ORDER.get(one.kind, 1)))
    for name in names:
        if not any(sign in name for sign in _WILD) and not any(one.name.lower() == _bare(name) for one in found):
            if is_path(name) and script_path(name) is not None:
                raise NotKnownHere(f"Get-Command of the file {name}")
            call.services.error(_not_found(name))
    if call.given("ParameterName"):
        found = list(_with_parameter(found, texts(call.get("ParameterName"))))
    most = call.get("TotalCount")
    _need_all(call, found, names)
    for one in found[: most if most is not None and most >= 0 else None]:
        yield _syntax(one) if call.switch("Syntax") else one.shown()


_ORDER: Final = {"Alias": 0, "Cmdlet": 2}
"""The kinds of command in the order in which they are looked for; functions come between."""


def _place_among(one: _Found, names: tuple[str, ...]) -> int:
    return next((at for at, name in enumerate(names) if _is_named(one, name)), 0)


def _all(call: BoundCall) -> Iterator[_Found]:
    """Imported commands, the notebook's functions, and the cmdlets of this side with their aliases."""
    for module in modules:
        for command in module.commands.values():
            yield _Found("Function", command.alias, module.name, "1.0", remote=command)
    evaluator = call.services.evaluator
    for name in evaluator.runtime.remote_names() if evaluator is not None else ():
        if modules.find(name) is None:
            yield _Found("Function", name)
    if call.services.scope is not None:
        for block in call.services.scope.all_functions():
            yield _Found("Filter" if block.is_filter else "Function", block.name, block=block)
        for alias in call.services.scope.all_aliases().values():
            means = call.services.scope.named_by(alias.name)
            yield _Found("Alias", alias.name, definition=alias.target, means=means)
    for own in own_commands(call):
        if modules.find(own.name) is None or own.own:
            yield _of_powershell(own)
        for alias in own.aliases:
            yield _Found("Alias", alias, means=own.name, own=own)


def _need_all(call: BoundCall, found: Sequence[_Found], names: tuple[str, ...]) -> None:
    """Raises NotKnownHere where a command of PowerShell's own that is not brought here would be among those that a
    pattern finds."""
    if names and not any(sign in name for name in names for sign in _WILD):
        return
    places, there = texts(call.get("Module")), {one.name.lower() for one in found}
    if places and not any(matches(one, places) for one in MODULES):
        return
    for name in sorted(NOT_KNOWN - there):
        kind = "Function" if is_own_function(name) else "Cmdlet" if "-" in name else "Alias"
        one = _Found(kind, name, next((one for one in MODULES if matches(one, places)), ""))
        if _is_wanted(call, one, tuple(name for name in names if any(sign in name for sign in _WILD))):
            raise NotKnownHere(f"Get-Command of {', '.join(names) or 'all commands'}, which finds {name} too")


def _of_powershell(own: ClientCommand) -> _Found:
    """A cmdlet of this side, as PowerShell has it."""
    if own.name in FUNCTIONS:
        return _Found("Function", own.name, definition=own.name, own=own)
    if find_cmdlet(own.name) is None and not is_core(own.name):
        return _Found("Cmdlet", own.name, OWN, definition=own.name, own=own)
    version = ENGINE if is_core(own.name) else "7.0.0.0"
    return _Found("Cmdlet", own.name, source_of(own.name), version, definition=own.name, own=own)


ENGINE: Final = "7.6.0.500"


def _is_wanted(call: BoundCall, one: _Found, names: tuple[str, ...]) -> bool:
    verb, _, noun = one.name.partition("-")
    verbs, nouns, places = texts(call.get("Verb")), texts(call.get("Noun")), texts(call.get("Module"))
    if one.kind == "Alias" and not (names or call.given("CommandType")):
        return False
    return (
        (not names or any(_is_named(one, name) for name in names))
        and (not verbs or matches(verb, verbs))
        and (not nouns or (bool(noun) and matches(noun, nouns)))
        and (not places or matches(one.source, places))
        and _is_of_type(call, one.kind)
    )


def _is_named(one: _Found, name: str) -> bool:
    return matches(one.name, (_bare(name),)) and _place(name) in ("", one.source.lower())


def _place(name: str) -> str:
    return name.rpartition("\\")[0].lower()


def _bare(name: str) -> str:
    return name.rpartition("\\")[2].lower()


def _is_of_type(call: BoundCall, kind: str) -> bool:
    if not call.given("CommandType"):
        return True
    wanted = []
    if call.given("CommandType") and not all(texts(call.get("CommandType")) or ("",)):
        raise NotKnownHere("Get-Command -CommandType without a kind")
    for word in (part.strip() for text in texts(call.get("CommandType")) for part in text.split(",")):
        known = [one for one in COMMAND_TYPES if one.lower() == word.lower()]
        known = known or [one for one in COMMAND_TYPES if word and one.lower().startswith(word.lower())]
        if len(known) != 1:
            message = NO_COMMAND_TYPE.format(word, ", ".join(COMMAND_TYPES))
            error_id = f"CannotConvertArgumentNoMessage,{CLASS}"
            raise ScriptError(message, error_id, "InvalidArgument", exception="ParameterBindingException")
        wanted += known
    return "All" in wanted or kind in wanted


def _with_parameter(found: Iterable[_Found], patterns: tuple[str, ...]) -> Iterator[_Found]:
    """Those that have a parameter of such a name or alias; what is not known is asked for, all of a session at once."""
    for session, group in groupby(found, key=lambda one: one.remote.session if one.remote is not None else None):
        some = list(group)
        if session is not None:
            details_of([one.remote for one in some if one.remote is not None])
        for one in some:
            details = one.details()
            known = details.parameters if details is not None else ()
            if any(matches(name, patterns) for parameter in known for name in (parameter.name, *parameter.aliases)):
                yield one


def _syntax(one: _Found) -> str:
    """What -Syntax prints."""
    head = f"{one.name} (alias) -> {one.means}\n" if one.means else ""
    details = one.details()
    lines = help_text.syntax(details, one.name) if details is not None else [one.name]
    if one.own is not None and one.own.class_name:
        lines = help_text.syntax_of_powershell(one.own.name, one.name)
    told = "\n\n".join(lines)
    return f"{head}\n{told}\n"


def _not_found(name: str) -> ScriptError:
    message = NOT_RECOGNIZED.format(name)
    error_id = f"CommandNotFoundException,{CLASS}"
    return ScriptError(message, error_id, "ObjectNotFound", exception="CommandNotFoundException", target=name)


GET_MODULE: Final = ClientCommand(
    "Get-Module",
    (
        ParameterSpec("Name", "string[]", position=0),
        ParameterSpec("ListAvailable", "switch"),
        ParameterSpec("Refresh", "switch"),
        ParameterSpec("All", "switch"),
        ParameterSpec("FullyQualifiedName", "object", unsupported=True),
    ),
    _get_module,
    ("gmo",),
    "GetModuleCommand",
)
_BY_NAME: Final = ("AllCommandSet",)
_BY_PARTS: Final = ("CmdletSet",)
GET_COMMAND: Final = ClientCommand(
    "Get-Command",
    (
        ParameterSpec("Name", "string[]", position=0, sets=_BY_NAME, by_value=True),
        ParameterSpec("CommandType", "object", aliases=("Type",), sets=_BY_NAME),
        ParameterSpec("Verb", "string[]", sets=_BY_PARTS),
        ParameterSpec("Noun", "string[]", sets=_BY_PARTS),
        ParameterSpec("Module", "string[]", aliases=("PSSnapin",)),
        ParameterSpec("ParameterName", "string[]"),
        ParameterSpec("TotalCount", "int"),
        ParameterSpec("Syntax", "switch"),
        ParameterSpec("All", "switch"),
        ParameterSpec("ListImported", "switch"),
        ParameterSpec("ParameterType", "object", unsupported=True),
        ParameterSpec("ArgumentList", "object[]", aliases=("Args",), unsupported=True),
        ParameterSpec("ExcludeModule", "string[]", unsupported=True),
        ParameterSpec("FullyQualifiedModule", "object", unsupported=True),
        ParameterSpec("ShowCommandInfo", "switch", unsupported=True),
        ParameterSpec("UseFuzzyMatching", "switch", unsupported=True),
        ParameterSpec("FuzzyMinimumDistance", "int", unsupported=True),
        ParameterSpec("UseAbbreviationExpansion", "switch", unsupported=True),
    ),
    _get_command,
    ("gcm",),
    "GetCommandCommand",
    default_set="AllCommandSet",
)
COMMANDS: Final = (GET_MODULE, GET_COMMAND, GET_HELP)
