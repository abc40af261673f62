"""`.PSObject` of values that are no objects of properties: numbers, texts, lists, tables, .NET's own objects.

Rule of this file: of their properties the names are known, in PowerShell's order, and the values; what else PowerShell
says of a property (its member type, what sets it) is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.calls import call_method, has_method
from lync_magic.language.values.collections import Array, is_collection
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.methods import method
from lync_magic.language.values.moment_members import date_names
from lync_magic.language.values.noted import Noted, notes_of
from lync_magic.language.values.properties import (
    VIEW_TEXT,
    PropertyList,
    base_of,
    get_property,
    own_methods,
    own_properties,
    table_property,
)
from lync_magic.language.values.spelled import GivenReal, RemoteEnum, unspelled
from lync_magic.language.values.text import local_text
from lync_magic.language.values.types import NetType, own_types, type_of

_ARRAY: Final = "Length LongLength Rank SyncRoot IsReadOnly IsFixedSize IsSynchronized Count"
_NAMES: Final = {
    "System.String": "Length",
    "System.Decimal": "Scale",
    "System.TimeSpan": (
        "Ticks Days Hours Milliseconds Microseconds Nanoseconds Minutes Seconds TotalDays TotalHours TotalMilliseconds "
        "TotalMicroseconds TotalNanoseconds TotalMinutes TotalSeconds"
    ),
    "System.Guid": "Guid Variant Version",
    "System.Management.Automation.SemanticVersion": "Major Minor Patch PreReleaseLabel BuildLabel",
    "System.Version": "Major Minor Build Revision MajorRevision MinorRevision",
    "System.Uri": (
        "AbsolutePath AbsoluteUri LocalPath Authority HostNameType IsDefaultPort IsFile IsLoopback PathAndQuery "
        "Segments IsUnc Host Port Query Fragment Scheme OriginalString DnsSafeHost IdnHost IsAbsoluteUri "
        "UserEscaped UserInfo"
    ),
    "System.Globalization.CultureInfo": (
        "Parent LCID KeyboardLayoutId Name IetfLanguageTag DisplayName NativeName EnglishName TwoLetterISOLanguageName "
        "ThreeLetterISOLanguageName ThreeLetterWindowsLanguageName CompareInfo TextInfo IsNeutralCulture CultureTypes "
        "NumberFormat DateTimeFormat Calendar OptionalCalendars UseUserOverride IsReadOnly"
    ),
    "System.Text.RegularExpressions.Regex": "Options RightToLeft MatchTimeout",
    "System.Text.StringBuilder": "Capacity MaxCapacity Length",
    **dict.fromkeys(
        ("System.Net.IPAddress", "System.Net.IPAddress+ReadOnlyIPAddress"),
        "IPAddressToString AddressFamily ScopeId IsIPv6Multicast IsIPv6LinkLocal IsIPv6SiteLocal IsIPv6Teredo "
        "IsIPv6UniqueLocal IsIPv4MappedToIPv6 Address",
    ),
    "System.Net.Mail.MailAddress": "DisplayName User Host Address",
    "System.Management.Automation.ScriptBlock": (
        "Attributes File IsFilter IsConfiguration Module StartPosition DebuggerHidden Id Ast"
    ),
    "System.Collections.Hashtable": "IsReadOnly IsFixedSize IsSynchronized Keys Values SyncRoot Count",
    "System.Collections.Specialized.OrderedDictionary": (
        "Count IsReadOnly Keys Values IsFixedSize SyncRoot IsSynchronized"
    ),
    "System.Collections.ArrayList": "Capacity Count IsFixedSize IsReadOnly IsSynchronized SyncRoot",
    "System.Collections.Generic.List": "Capacity Count IsReadOnly IsFixedSize SyncRoot IsSynchronized",
    "System.Collections.Generic.Dictionary": (
        "Comparer Count Capacity Keys Values IsReadOnly IsFixedSize SyncRoot IsSynchronized"
    ),
    "System.Collections.Generic.HashSet": "Count Capacity Comparer IsReadOnly",
    "System.Collections.Queue": "Count IsSynchronized SyncRoot",
    "System.Collections.Stack": "Count IsSynchronized SyncRoot",
    "System.Numerics.BigInteger": "IsPowerOfTwo IsZero IsOne IsEven Sign",
    "System.Management.Automation.SwitchParameter": "IsPresent",
    **{
        f"System.{name}": ""
        for name in (
            "Boolean", "Char", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single",
            "Double",
        )
    },
}  # fmt: skip
"""By type, without what it holds: the names, with blanks between them."""


class ValueView:
    """`$value.PSObject`."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __str__(self) -> str:
        return VIEW_TEXT


class ValueProperty:
    """One of `$value.PSObject.Properties`."""

    __slots__ = ("name", "value")

    def __init__(self, value: object, name: str) -> None:
        self.value = value
        self.name = name


class Base:
    """`$table.PSBase`: its own members, which its keys do not hide. Nothing but a member of it is known."""

    __slots__ = ("table",)

    def __init__(self, table: Mapping[Any, Any]) -> None:
        self.table = table


def _base_type(_value: object) -> str:
    raise NotKnownHere("$table.PSBase as a value (.PSBase.Count and such are)")


def view_of_value(value: object) -> ValueView:
    """`$value.PSObject`. Raises NotKnownHere for a type of which the properties are not known."""
    value_names(value)
    return ValueView(value)


def value_names(value: object) -> list[str]:
    """The names of a value's properties. Raises NotKnownHere for a type of which they are not known."""
    if isinstance(value, datetime):
        return date_names(value)
    kind = type_of(value)
    known = _ARRAY if kind.endswith("[]") else _NAMES.get(kind.partition("`")[0])
    if known is None and is_enum(kind):
        known = "value__"
    if known is None:
        raise NotKnownHere(f"the property .PSObject of [{NetType(kind).shown}]")
    return [*notes_of(value), *known.split()] if isinstance(value, Noted) else known.split()


_ABOVE: Final = {"System.Enum": "System.ValueType", "System.ValueType": "System.Object"}


def names_of_types(value: object) -> Array:
    """`$value.PSTypeNames`: its type and what that derives from; of what came, what it was there."""
    if isinstance(value, RemoteEnum):
        came = (value.origin.type_name, "System.Enum", "System.ValueType", "System.Object")
        return Array([f"Deserialized.{one}" for one in came], "System.String")
    names = [type_of(value)]
    while names[-1] != "System.Object":
        names.append(_ABOVE.get(names[-1]) or base_of(names[-1]))
    return Array(names, "System.String")


def _of_view(view: ValueView, folded: str) -> object:
    if folded == "properties":
        made = [ValueProperty(view.value, name) for name in value_names(view.value)]
        return PropertyList(view.value, made)  # type: ignore[arg-type]
    if folded == "baseobject":
        return unspelled(view.value) if isinstance(view.value, GivenReal) else view.value
    if folded == "typenames":
        return names_of_types(view.value)
    raise NotKnownHere(f"$x.PSObject.{folded} of a [{NetType(type_of(view.value)).shown}]")


def _copied(view: ValueView, _arguments: Sequence[object]) -> object:
    """`.Copy()`: what .NET clones is another one, all else the same."""
    value = view.value
    if isinstance(value, str) or not has_method(value, "Clone") or "`" in type_of(value):
        return value
    return call_method(value, "Clone", ())


def _of_property(told: ValueProperty, folded: str) -> object:
    if folded == "name":
        return told.name
    if folded == "value" and not is_collection(told.value):
        found = get_property(told.value, told.name)
        if found is not MISSING:
            return found
    raise NotKnownHere(f"the .{folded} of a property of a [{NetType(type_of(told.value)).shown}]")


own_properties[ValueView] = _of_view
own_properties[ValueProperty] = _of_property
own_types[ValueView] = lambda value: "System.Management.Automation.PSObject"
own_types[ValueProperty] = lambda value: "System.Management.Automation.PSProperty"
own_methods[ValueView] = {"copy": method(0)(_copied), "tostring": method(0)(lambda v, _a: local_text(v.value))}
own_types[Base] = _base_type
own_properties[Base] = lambda value, folded: table_property(value.table, folded)
