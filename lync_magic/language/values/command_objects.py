"""Commands as objects: a System.Management.Automation.CommandInfo of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.net_members import net_property
from lync_magic.language.values.properties import late_properties

_AUTOMATION: Final = "System.Management.Automation."
_TYPES: Final = {"Alias": 1, "Function": 2, "Filter": 4, "Cmdlet": 8, "ExternalScript": 16, "Script": 64}
"""The CommandTypes that there are here."""


def command_object(kind: str, content: Mapping[str, object], text: str) -> PSObject:
    """A command of one of the CommandTypes, with its properties."""
    told = {"CommandType": LocalEnum(kind, _TYPES[kind], f"{_AUTOMATION}CommandTypes"), **content}
    derived = (f"{_AUTOMATION}FunctionInfo",) if kind == "Filter" else ()
    names = (f"{_AUTOMATION}{kind}Info", *derived, f"{_AUTOMATION}CommandInfo", "System.Object")
    return PSObject(told, names, text)


def _not_told(command: ObjectLike, folded: str) -> object:
    """A property of a command beside those that are told of it."""
    kind = command.type_names[0]
    if net_property(kind, folded):
        raise NotKnownHere(f"the property .{folded} of [{kind}]")
    return MISSING


late_properties.update({f"{_AUTOMATION}{kind}Info": _not_told for kind in _TYPES})
