"""What an error means for a document: a command or a parameter that is gone, and what to write instead.

Rule: only what the session knows is advised, or what is a fact about the service.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from lync_magic.documents.checking.came import Fault
from lync_magic.documents.checking.comparing import Difference
from lync_magic.importing import RemoteCommand, modules
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


def difference_of(fault: Fault, line: int) -> Difference:
    """What an error that the document does not show says about it."""
    quoted = _QUOTED.search(fault.message)
    name = quoted[1] if quoted is not None else fault.name
    if fault.kind == "CommandNotFoundException":
        return Difference(line, "command", say("There is no command {name}.", name=name), _instead_of(name))
    if fault.kind == "NamedParameterNotFound":
        command = modules.find(fault.name or fault.error_id.rpartition(",")[2])
        return Difference(
            line,
            "parameter",
            say(
                "{command} has no parameter {name}.", command=fault.name or fault.error_id.rpartition(",")[2], name=name
            ),
            _near_parameter(name, command),
        )
    message = " ".join(fault.message.split())
    return Difference(line, "error", say("It fails: {text}", text=message[:300]))


def _instead_of(name: str) -> str:
    replaced = _REPLACED.get(name.lower())
    if replaced is not None:
        return say("Write {name} instead.", name=replaced)
    known = {alias: command.alias for module in modules for alias, command in module.commands.items()}
    near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.75)
    return say("Is it {name} now?", name=known[near[0]]) if near else ""


def _near_parameter(name: str, command: RemoteCommand | None) -> str:
    known = {parameter.lower(): parameter for parameter in command.parameters()} if command is not None else {}
    near = get_close_matches(name.lower().lstrip("-"), list(known), n=1, cutoff=0.55)
    return say("Is it {name} now?", name=f"-{known[near[0]]}") if near else ""
