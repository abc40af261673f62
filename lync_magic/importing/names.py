"""Which remote commands are imported, and what they are called in Python.

The rules are Import-PSSession's, in its order (FACTS of implicit remoting): the request, a safe name, the exclusions,
then what would shadow something. An alias beats a function beats a cmdlet of the same name.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

ALWAYS_SKIPPED: Final = (
    "Get-Command",
    "Get-FormatData",
    "Get-Help",
    "Select-Object",
    "Measure-Object",
    "Exit-PSSession",
    "Out-Default",
)
"""What an endpoint exposes for the sake of remoting itself; imported only when asked for by name."""

ALREADY_HERE: Final = ("Clear-Host",)
"""What restricted endpoints expose and every PowerShell has itself, so that Import-PSSession never takes it."""

ALIAS, FUNCTION, CMDLET = 1, 2, 8
"""System.Management.Automation.CommandTypes."""
IMPORTED_TYPES: Final = {
    "Alias": ALIAS,
    "Function": FUNCTION,
    "Filter": 4,
    "Cmdlet": CMDLET,
    "Configuration": 256,
}
"""Everything but Application, Script and ExternalScript."""

LONGEST_NAME: Final = 100
_PUNCTUATION: Final = frozenset("-._:\\")
_LETTERS: Final = frozenset({"Ll", "Lu", "Lt", "Lo", "Nd", "Lm"})


class RemoteName(NamedTuple):
    """A command as the server names it, and its kind (`Function`, `Cmdlet`, `Alias`, …)."""

    name: str
    kind: str


def is_safe(name: str) -> bool:
    """Whether a name may be imported: `^[-._:\\\\\\p{Ll}\\p{Lu}\\p{Lt}\\p{Lo}\\p{Nd}\\p{Lm}]{1,100}$`."""
    return 0 < len(name) <= LONGEST_NAME and all(
        character in _PUNCTUATION or unicodedata.category(character) in _LETTERS for character in name
    )


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether a name matches one of PowerShell's wildcard patterns, in any case."""
    folded = name.lower()
    return any(fnmatchcase(folded, pattern.lower()) for pattern in patterns)


def to_skip(private_data: Mapping[str, Any]) -> frozenset[str]:
    """The exclusions: the server's own, else the usual ones; in lower case."""
    implicit = private_data.get("ImplicitRemoting")
    told = implicit.get("CommandsToSkip") if isinstance(implicit, Mapping) else None
    return frozenset(str(name).lower() for name in (*(told or ALWAYS_SKIPPED), *ALREADY_HERE))


def choose(commands: Iterable[RemoteName], patterns: Sequence[str], skipped: frozenset[str]) -> dict[str, RemoteName]:
    """The commands to import, by lower-case name, in the order of their names."""
    chosen: dict[str, RemoteName] = {}
    for command in commands:
        folded = command.name.lower()
        if not matches(command.name, patterns) or not is_safe(command.name):
            continue
        if command.kind not in IMPORTED_TYPES:
            continue
        asked_by_name = any(pattern.lower() == folded for pattern in patterns)
        if folded in skipped and not asked_by_name:
            continue
        known = chosen.get(folded)
        if known is None or IMPORTED_TYPES[command.kind] < IMPORTED_TYPES[known.kind]:
            chosen[folded] = command
    return dict(sorted(chosen.items()))


def with_prefix(name: str, prefix: str) -> str:
    """`Get-CsTenant` with the prefix `Remote` is `Get-RemoteCsTenant`; a name without a verb gets it in front."""
    verb, dash, noun = name.partition("-")
    return f"{verb}-{prefix}{noun}" if dash else f"{prefix}{name}"


def python_name(name: str) -> str:
    """The command's name as a Python identifier: `Get-CsTenant` is `Get_CsTenant`."""
    text = re.sub(r"\W", "_", name)
    if not text.isidentifier() or keyword.iskeyword(text):
        text = f"_{text}"
    return text
