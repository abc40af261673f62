"""Imported commands as functions of the engine, with the parameters that Import-PSSession gives its proxies.

Rules: nothing is known here of positions, sets or types but that a parameter is a switch: what is not bound by name
goes to the server as words, and the server binds. Unlike those proxies they are advanced functions, so that the
variables of -ErrorVariable and -OutVariable come to be where the caller sees them, once there is something in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lync_magic.errors import LyncError
from lync_magic.importing import Details, Module, Parameter, RemoteCommand, details_of, modules
from lync_magic.sessions import ReadAhead

_TAKEN: Final = frozenset(
    ("vb", "db", "ea", "wa", "infa", "proga", "ev", "wv", "iv", "ov", "ob", "pv", "asjob", "lyncinput", "lyncrest")
)
"""Names that every function here has already."""
_CONSTANT: Final = frozenset(
    """? enabledexperimentalfeatures error executioncontext false home host iscoreclr islinux ismacos iswindows pid
    psculture psedition pshome psstyle psuiculture psversiontable shellid true""".split()  # noqa: SIM905 - a list of words
)
"""Variables that PowerShell lets no function have as a parameter: what is given by these names goes as words."""
_OURS: Final = (
    "[switch]$AsJob",
    "[Parameter(ValueFromPipeline, DontShow)][AllowNull()][psobject]$LyncInput",
    "[Parameter(ValueFromRemainingArguments, DontShow)][object[]]$LyncRest",
)
_COPIES: Final = re.compile(r"-(?:to|from)s\w*|\b(?:to|from)session\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z]\w*-\w+|[A-Za-z]\w+")
_ALONE: Final = re.compile(
    r"""(?: \s | \#[^\n]* | [+*/%,;(){}|=<>!@] | -(?![a-z]) | -[a-z]+(?![\w:])
    | \d+(?!\d)(?:\.\.?\d+(?!\d))? | '[^']*' | "[^"$`]*" | \$(?!host\b|executioncontext\b)\w+(?!\w)
    | (?:if|else|for|foreach|while|in|get-date|get-process|write-(?:output|host)|start-sleep
        |(?:select|sort|where|foreach|group|measure)-object|format-(?:table|list))(?![\w:.\\-]) )*""",
    re.IGNORECASE | re.VERBOSE,
)
"""Texts of words whose meaning is known, and of nothing that calls, finds or makes anything by another name."""


def block(details: Details | None) -> str:
    """The `param(…)` of a proxy; without details only what every command has."""
    known = details.parameters if details is not None else ()
    lines = [_parameter(one) for one in known if one.name.lower() not in _TAKEN | _CONSTANT]
    return "[CmdletBinding(PositionalBinding = $false)]\nparam(\n" + ",\n".join([*lines, *_OURS]) + "\n)"


def _parameter(parameter: Parameter) -> str:
    aliases = (alias for alias in parameter.aliases if alias.lower() not in _TAKEN)
    quoted = ", ".join("'" + alias.replace("'", "''") + "'" for alias in aliases)
    spelled = parameter.name.replace("`", "``").replace("{", "`{").replace("}", "`}")
    return (f"[Alias({quoted})]" if quoted else "") + ("[switch]" if parameter.switch else "") + f"${{{spelled}}}"


def item_cmdlets(text: str) -> list[str]:
    """The verbs of the Item cmdlets that are ours for a text (`Add-LyncItemCmdlet`): where it names the drive of
    Windows' remoting settings, or files that go from or to a session.
    """
    verbs = ["Get", "Set"] if "wsman:" in text.lower() else []
    return [*verbs, "Copy"] if _COPIES.search(text) else verbs


def stands_alone(text: str) -> bool:
    """Whether a text surely looks at nothing of the host, of the console, or of the names of commands, and calls no
    command without naming it."""
    return _ALONE.fullmatch(text) is not None


def named_in(text: str) -> list[RemoteCommand]:
    """The imported commands that a text names, each once."""
    found: dict[str, RemoteCommand] = {}
    for word in _WORD.findall(text):
        command = modules.find(word)
        if command is not None:
            found[command.alias.lower()] = command
    return list(found.values())


def blocks(commands: Iterable[RemoteCommand], ahead: ReadAhead | None = None) -> dict[str, str]:
    """The parameter blocks of commands, in one request for each session; what is known needs none.

    ahead: reads to their ends the results that hold a session. A server that does not tell is no error.
    """
    by_session: dict[int, list[RemoteCommand]] = {}
    for command in commands:
        by_session.setdefault(id(command.session), []).append(command)
    made: dict[str, str] = {}
    for group in by_session.values():
        if ahead is not None:
            ahead.settle(group[0].session)
        try:
            found = details_of(group)
        except LyncError:
            found = {}
        for command in group:
            made[command.alias] = block(found.get(command.name.lower()))
    return made


def exported(module: Module) -> list[str]:
    """The names that a module of the engine exports for an import."""
    return [command.alias for command in module.commands.values()]
