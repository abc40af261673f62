"""What types derive from and implement, as far as a cell can ask for it: `-is`.

Rule of this file: it goes by the full names of types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lync_magic.language.values.collections import Wrapped
from lync_magic.language.values.default_parameters import DEFAULT_PARAMETERS, VERSION_TABLE
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.exceptions import is_a
from lync_magic.language.values.shapes import is_value_type
from lync_magic.language.values.types import HASH_SET, WRAPPERS, NetType, type_of

_LISTS: Final = (
    "System.Collections.ArrayList", "System.Collections.Generic.List`1", "System.Collections.ObjectModel.Collection`1",
    "System.Text.RegularExpressions.MatchCollection",
    "System.Collections.Specialized.OrderedDictionary+OrderedDictionaryKeyValueCollection",
)  # fmt: skip
_TABLES: Final = (
    "System.Collections.Hashtable", "System.Collections.Specialized.OrderedDictionary",
    "System.Collections.Generic.Dictionary`2", "System.Management.Automation.OrderedHashtable",
    "System.Collections.SortedList", "System.Collections.Generic.SortedDictionary`2",
    "System.Collections.Generic.SortedList`2",
    "System.Management.Automation.PSBoundParametersDictionary",
    DEFAULT_PARAMETERS, VERSION_TABLE,
)  # fmt: skip
_LINES: Final = tuple(
    f"System.Collections.{within}{name}" for within in ("", "Generic.") for name in ("Queue", "Stack")
)
_SORTED: Final = "System.Collections.Generic.SortedSet"
_NAMED: Final = "System.Collections.Specialized.NameValueCollection"
_OF_QUERIES: Final = "System.Web.HttpUtility+"
_WALKED: Final = (*_LISTS, *_TABLES, HASH_SET, *_LINES, _SORTED, _NAMED, _OF_QUERIES)
_KEPT: Final = ("+Implementation", "Sealed", "+ReadOnlyIPAddress")
"""The ends of names of classes that .NET keeps within the one that they derive from."""


_NODE_LISTS: Final = ("XPathNodeList", "XmlChildNodes", "XmlElementList")


def _is_walked(name: str) -> bool:
    return name.endswith("[]") or name.startswith(_WALKED)


_BASES: Final[dict[str, Callable[[str], bool]]] = {
    "System.Array": lambda name: name.endswith("[]"),
    "System.Object": lambda name: bool(name),
    "System.Object[]": lambda name: name.endswith("[]") and not is_value_type(name[:-2]),
    "System.Collections.Hashtable": lambda name: name in (DEFAULT_PARAMETERS, VERSION_TABLE),
    "System.Management.Automation.PSObject": lambda name: name.endswith("PSCustomObject"),
    "System.Management.Automation.PSReference": lambda name: name.startswith(
        "System.Management.Automation.PSReference`1"
    ),
    "System.Enum": is_enum,
    "System.Management.Automation.ErrorRecord": lambda name: name.endswith(".RemotingErrorRecord"),
    "System.ValueType": is_value_type,
    "System.Collections.IEnumerable": lambda name: (
        name == "System.String" or name.startswith(("System.Xml.", "System.Linq.")) or _is_walked(name)
    ),
    "System.Collections.ICollection": lambda name: _is_walked(name) and not name.startswith(HASH_SET),
    _NAMED: lambda name: name.startswith(_OF_QUERIES),
    "System.Collections.IList": lambda name: name.endswith("[]") or name.startswith(_LISTS),
    "System.Collections.IDictionary": lambda name: name.startswith(_TABLES) and "+" not in name,
    "System.Xml.XmlNodeList": lambda name: name.startswith("System.Xml.") and name.endswith(_NODE_LISTS),
    "System.Text.Encoding": lambda name: name.partition("+")[0].endswith("Encoding"),
    "System.StringComparer": lambda name: name.startswith("System.") and name.endswith("Comparer"),
    "System.Management.Automation.InformationalRecord": lambda name: name.endswith(
        (".WarningRecord", ".VerboseRecord", ".DebugRecord")
    ),
}


def is_instance(value: object, kind: NetType) -> bool:
    """`value -is [kind]`."""
    if isinstance(value, NetType) and kind.name == "System.Type":
        return True
    if kind.name == "System.Object[]":  # PowerShell's, for which an array of texts is none
        return type_of(value) == kind.name
    return derives(type_of(value), kind.name) or (isinstance(value, Wrapped) and kind.name in WRAPPERS)


def derives(name: str, wanted: str) -> bool:
    """Whether a type is the wanted one or derives from it, or has its interface."""
    if name == wanted or (name.endswith(_KEPT) and name.partition("+")[0] == wanted):
        return True
    if wanted.endswith("Exception"):
        return name.endswith("Exception") and is_a(name, wanted)
    base = _BASES.get(wanted)
    return base is not None and base(name)
