"""Which remote commands are imported, and what they are called in Python.

The rules are Import-PSSession's, in its order (FACTS of implicit remoting): the request, a safe name, the exclusions,
then what would shadow something. An alias beats a function beats a cmdlet of the same name.
"""

from __future__ import annotations

import builtins
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

LEAST_RANK: Final = 512
"""Of two commands of one name a kind that is imported only when it is asked for comes last."""

_VERBS: Final = (
    "add approve assert backup block build checkpoint clear close compare complete compress confirm connect "
    "convert convertfrom convertto copy debug deny deploy disable disconnect dismount edit enable enter exit "
    "expand export find format get grant group hide import initialize install invoke join limit lock measure "
    "merge mount move new open optimize out ping pop protect publish push read receive redo register remove "
    "rename repair request reset resize resolve restart restore resume revoke save search select send set show "
    "skip split start step stop submit suspend switch sync test trace unblock undo uninstall unlock unprotect "
    "unpublish unregister update use wait watch write"
)
APPROVED_VERBS: Final = frozenset(_VERBS.split())
"""`Get-Verb` of PowerShell 7."""

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


def choose(
    commands: Iterable[RemoteName], patterns: Sequence[str], skipped: frozenset[str], kinds: Sequence[str] = ()
) -> dict[str, RemoteName]:
    """The commands to import, by lower-case name, in the order of their names. kinds: of these alone."""
    wanted = {kind.lower() for kind in kinds or IMPORTED_TYPES}
    chosen: dict[str, RemoteName] = {}
    for command in commands:
        folded = command.name.lower()
        if not matches(command.name, patterns) or not is_safe(command.name):
            continue
        if command.kind.lower() not in wanted:
            continue
        asked_by_name = any(pattern.lower() == folded for pattern in patterns)
        if folded in skipped and not asked_by_name:
            continue
        known = chosen.get(folded)
        if known is None or _rank(command.kind) < _rank(known.kind):
            chosen[folded] = command
    return dict(sorted(chosen.items()))


def _rank(kind: str) -> int:
    return IMPORTED_TYPES.get(kind, LEAST_RANK)


def with_prefix(name: str, prefix: str) -> str:
    """`Get-CsTenant` with the prefix `Remote` is `Get-RemoteCsTenant`; a name without a verb gets it in front."""
    verb, dash, noun = name.partition("-")
    return f"{verb}-{prefix}{noun}" if dash else f"{prefix}{name}"


def unapproved(names: Iterable[str]) -> list[str]:
    """Those of `Verb-Noun` names whose verb is none of PowerShell's (`Get-Verb`)."""
    return [name for name in names if "-" in name and name.partition("-")[0].lower() not in APPROVED_VERBS]


def is_pythons(name: str) -> bool:
    """Whether a name means something in Python by itself: a keyword, or a built-in such as `print`, `type`, `set`."""
    return keyword.iskeyword(name) or keyword.issoftkeyword(name) or hasattr(builtins, name)


def plain_name(name: str) -> str:
    """The command's name as a Python identifier, whatever that means there: `Get-CsTenant` is `Get_CsTenant`."""
    text = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))
    return text if text.isidentifier() else f"_{text}"


def python_name(name: str) -> str:
    """The command's name as a Python identifier; one that is Python's own gets an underscore: `type` is `type_`."""
    text = plain_name(name)
    return f"{text}_" if is_pythons(text) else text


def python_names(names: Iterable[str], *, pythons_too: bool = False) -> dict[str, str]:
    """The Python name of each command, each another one: of those that meet after the first (`Get-Odd`, `Get_Odd`)
    each gets one underscore more. pythons_too: names of Python's built-ins may be taken, those of keywords never.
    """
    named: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = plain_name(name)
        text = plain if pythons_too and not keyword.iskeyword(plain) else python_name(name)
        while text in taken:
            text += "_"
        taken.add(text)
        named[name] = text
    return named
