"""What another PowerShell needs to go on where the evaluator's cells left off: their values, and what else they made.

Rules: a value that CLIXML carries as it is has no description; one that it would carry as something else (a list that
grows, an ordered table, a script block) is described by its .NET type and what it is made of. Nothing is run here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from lync_magic.clixml import EnumValue, ObjectLike, PSObject, ScriptBlock, Single, SizedInt
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.error_values import ErrorValue, ExceptionValue
from lync_magic.language.values.addresses import MailAddress, NetAddress
from lync_magic.language.values.collections import (
    Array,
    ArrayList,
    Dictionary,
    GenericList,
    Ordered,
    SwitchParameter,
)
from lync_magic.language.values.culture import CultureValue
from lync_magic.language.values.exceptions import kind_of
from lync_magic.language.values.net_objects import HashSet, Queue, Stack, StringBuilder
from lync_magic.language.values.regex_values import RegexValue
from lync_magic.language.values.screens import ChoiceDescription
from lync_magic.language.values.types import GENERIC_LIST, NetType, type_of
from lync_magic.language.values.xml_nodes import XmlNode

_SIZED: Final = {f"System.{kind.net}": kind for kind in SizedInt.__subclasses__()}
_FILES: Final = (("System.IO.FileInfo",), ("System.IO.DirectoryInfo",))
_CUSTOM: Final = "System.Management.Automation.PSCustomObject"


class Description(NamedTuple):
    """How a value is made anew.

    kind: `new` (a constructor with these arguments), `cast` (content as the type), `enum` (its number and name), `list`
    (its items, in the order in which they are added), `table` (its keys and values in turn; the type of either may end
    with a `~` and the name of a StringComparer), `object` (names and values
    in turn; its type names in type_name, parted by spaces), `block` (a script block's text), `type`, `error` (content
    an ErrorRecord).
    """

    kind: str
    type_name: str
    content: object


def describe(value: object) -> Description | None:
    """How another PowerShell makes a value anew; None for one that goes as it is."""
    match value:
        case Block() | ScriptBlock():
            return Description("block", "", str(value))
        case ErrorValue():
            return Description("error", "", value.record())
        case ExceptionValue():
            return Description("new", kind_of(value.name).name, [value.message])
        case NetType():
            return Description("type", value.name, "")
        case EnumValue():
            return Description("enum", value.type_name, [value.value, str(value)])
        case XmlNode() if value.kind == "document":
            return Description("cast", type_of(value), value.outer_xml)
        case CultureValue() | NetAddress() | MailAddress():
            return Description("cast", type_of(value), str(value))
        case SwitchParameter():
            return Description("cast", type_of(value), value.on)
        case Single():
            return Description("cast", "System.Single", float(value))
        case ChoiceDescription():
            return Description("new", type_of(value), [value.label, value.help])
        case StringBuilder():
            return Description("new", type_of(value), [value.text])
        case RegexValue():
            return Description("new", type_of(value), [value.text, value.options])
        case Stack():
            return Description("list", type_of(value), list(reversed(value)))
        case Array() | ArrayList() | HashSet() | Queue():
            return Description("list", _told(value), list(value))
        case Ordered() | Dictionary():
            return Description("table", _told(value), [part for pair in value.items() for part in pair])
        case ObjectLike() if value.type_names[:1] in _FILES:
            return Description("new", value.type_names[0], [value["FullName"]])
        case PSObject() if _CUSTOM in value.type_names:
            return Description("object", " ".join(value.type_names), [part for pair in value.items() for part in pair])
    return None


def _told(value: object) -> str:
    """A collection's type, and behind a `~` the comparer of its texts where it has one of its own."""
    comparer = getattr(value, "comparer", None)
    return type_of(value) + (f"~{comparer.name}" if comparer is not None else "")


def made_as(type_name: str, value: object) -> object:
    """A value that another PowerShell made, as a cell here would have made it. type_name: its .NET type, `ToString()`
    of it.
    """
    sized = _SIZED.get(type_name)
    if sized is not None:
        return sized(value) if isinstance(value, int) else value
    if type_name == "System.Single" and isinstance(value, float):
        return Single(value)
    if isinstance(value, list):
        return _list_as(type_name, value)
    if type(value) is dict:
        if type_name == "System.Collections.Specialized.OrderedDictionary":
            return Ordered(value.items())
        if type_name.startswith("System.Collections.Generic.Dictionary`2["):
            key, item = _inner(type_name)[:2]
            return Dictionary(value.items(), key, item)
    return value


def _list_as(type_name: str, items: list[object]) -> object:
    if type_name == "System.Collections.ArrayList":
        return ArrayList(items)
    if type_name.startswith(GENERIC_LIST):
        return GenericList(items, _inner(type_name)[0])
    if type_name.endswith("[]") and type_name != "System.Object[]":
        return Array(items, type_name.removesuffix("[]"))
    return items


def _inner(type_name: str) -> list[str]:
    return type_name.partition("[")[2].removesuffix("]").split(",")


@dataclass(frozen=True)
class Left:
    """What cells made besides the notebook's variables.

    functions: their whole definitions, by name.  aliases: what they stand for, by name.  errors: of `$Error`, the
    newest first.  variables: those of PowerShell's own that are no variables of the notebook.
    """

    functions: Mapping[str, str]
    aliases: Mapping[str, str]
    errors: Sequence[object]
    variables: Mapping[str, object]
