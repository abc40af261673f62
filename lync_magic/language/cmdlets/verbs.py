"""Get-Verb: the verbs that commands are named with (`verbs.txt` beside it is written by PowerShell itself)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.values.collections import net_object
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.text import to_text

_KIND: Final = "System.Management.Automation.VerbInfo"
_NAMES: Final = ("Verb", "AliasPrefix", "Group", "Description")
_GROUPS: Final = ("common", "communications", "data", "diagnostic", "lifecycle", "other", "security")


@cache
def _verbs() -> list[tuple[str, ...]]:
    text = files("lync_magic.language.cmdlets").joinpath("verbs.txt").read_text(encoding="utf-8")
    return [tuple(line.split("|")) for line in text.splitlines()]


def _get_verb(call: BoundCall, _input: Iterator[object] | None) -> Iterator[PSObject]:
    patterns = [to_text(one) for one in all_of(call.get("Verb"))] or ["*"]
    groups = [to_text(one).lower() for one in all_of(call.get("Group"))]
    if any(one not in _GROUPS for one in groups):
        raise NotKnownHere("Get-Verb -Group of a group that is none")
    for told in _verbs():
        made = dict(zip(_NAMES, told, strict=True))
        named = any(matches_wildcard(one, made["Verb"]) for one in patterns)
        if named and (not groups or made["Group"].lower() in groups):
            yield net_object(_KIND, made)


CMDLETS: Final = (
    ClientCommand(
        "Get-Verb",
        (ParameterSpec("Verb", "string[]", position=0), ParameterSpec("Group", "string[]", position=1)),
        _get_verb,
        (),
        "GetVerbCommand",
        own=True,
    ),
)
