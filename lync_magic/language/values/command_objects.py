"""Commands as objects: a System.Management.Automation.CommandInfo of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.language.values.enums import LocalEnum

_AUTOMATION: Final = "System.Management.Automation."
_TYPES: Final = {"Alias": 1, "Function": 2, "Filter": 4, "Cmdlet": 8, "Script": 64}
"""The CommandTypes that there are here."""


def command_object(kind: str, content: Mapping[str, object], text: str) -> PSObject:
    """A command of one of the CommandTypes, with its properties."""
    told = {"CommandType": LocalEnum(kind, _TYPES[kind], f"{_AUTOMATION}CommandTypes"), **content}
    derived = (f"{_AUTOMATION}FunctionInfo",) if kind == "Filter" else ()
    names = (f"{_AUTOMATION}{kind}Info", *derived, f"{_AUTOMATION}CommandInfo", "System.Object")
    return PSObject(told, names, text)
