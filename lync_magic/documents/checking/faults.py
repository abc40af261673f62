"""What an error means for a document: a command or a parameter that is gone, and what to write instead.

Rule: only what the session knows is advised, or what is a fact about the service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from lync_magic.documents.catalog import documented, nearest, unknown_parameters
from lync_magic.documents.checking.came import Fault
from lync_magic.documents.checking.comparing import Difference
from lync_magic.importing import RemoteCommand
from lync_magic.language import ClientCommand
from lync_magic.messages import say

_QUOTED: Final = re.compile(r"['\"‘“]([^'\"’”]+)['\"’”]")
_REPLACED: Final = {
    "new-csonlinesession": "Connect-MicrosoftTeams",
    "get-csonlineuser -ldapfilter": "Get-CsOnlineUser -Filter",
    "connect-msolservice": "Connect-MgGraph",
    "connect-azuread": "Connect-MgGraph",
    "get-msoluser": "Get-MgUser",
    "get-azureaduser": "Get-MgUser",
    "set-csuserpstn": "Set-CsPhoneNumberAssignment",
    "set-csonlinevoiceuser": "Set-CsPhoneNumberAssignment",
    "get-csonlinevoiceuser": "Get-CsOnlineUser",
    "enable-csonlinedialinconferencinguser": "Grant-CsTeamsAudioConferencingPolicy",
}
"""Commands that the service took away, and those that took their place."""


Commands = Mapping[str, RemoteCommand]
"""Imported commands, by name in lower case."""
Known = Mapping[str, ClientCommand]
"""Commands of this side (New-CsOnlineSession, Import-PSSession), by name in lower case."""


def difference_of(fault: Fault, line: int, commands: Commands, known: Known = MappingProxyType({})) -> Difference:
    """What an error that the document does not show says about it. commands: those that are imported.  known: this
    side's."""
    quoted = _QUOTED.search(fault.message)
    name = quoted[1] if quoted is not None else fault.name
    if fault.kind == "CommandNotFoundException" and not commands and documented(name) is not None:
        return Difference(line, "session", say("{name} needs a session, and none is connected here.", name=name))
    if fault.kind == "CommandNotFoundException":
        return Difference(
            line, "command", say("There is no command {name}.", name=name), _instead_of(name, commands, known)
        )
    if fault.kind == "NamedParameterNotFound":
        command = commands.get((fault.name or fault.error_id.rpartition(",")[2]).lower())
        own = known.get(fault.name.lower())
        parameters = [one.name for one in own.parameters] if own is not None else ()
        return Difference(
            line,
            "parameter",
            say(
                "{command} has no parameter {name}.", command=fault.name or fault.error_id.rpartition(",")[2], name=name
            ),
            _near_parameter(name, command.parameters() if command is not None else parameters),
        )
    message = " ".join(fault.message.split())
    return Difference(line, "error", say("It fails: {text}", text=message[:300]))


def _instead_of(name: str, commands: Commands, own: Known) -> str:
    replaced = _REPLACED.get(name.lower())
    if replaced is not None:
        return say("Write {name} instead.", name=replaced)
    known = {alias: command.alias for alias, command in commands.items()}
    known |= {alias: command.name for alias, command in own.items() if "-" in alias}
    near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.75)
    found = known[near[0]] if near else nearest(name)
    return say("Is it {name} now?", name=found) if found else ""


def elsewhere(fault: Fault, code: str, line: int, commands: Commands) -> tuple[str, list[Difference]] | None:
    """Whether a command that is not here is documented: in which module, and what of its parameters is not.

    None where nobody documents it: then it is gone.
    """
    if fault.kind != "CommandNotFoundException" or not commands:
        return None
    quoted = _QUOTED.search(fault.message)
    cmdlet = documented(quoted[1] if quoted is not None else fault.name)
    if cmdlet is None:
        return None
    differences = [
        Difference(
            line,
            "parameter",
            say("{command} has no parameter {name}.", command=cmdlet.name, name=name),
            _near_parameter(name, cmdlet.parameters),
        )
        for name in unknown_parameters(code, cmdlet)
    ]
    told = say(
        "{name} is documented ({module}); this tenant does not have it.", name=cmdlet.name, module=cmdlet.modules[-1]
    )
    return told, differences


def _near_parameter(name: str, parameters: Iterable[str]) -> str:
    known = {parameter.lower(): parameter for parameter in parameters}
    near = get_close_matches(name.lower().lstrip("-"), list(known), n=1, cutoff=0.65)
    return say("Is it {name} now?", name=f"-{known[near[0]]}") if near else ""
