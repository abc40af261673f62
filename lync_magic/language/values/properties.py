"""Properties that values have of their own: dates, durations, versions, tables, objects, and `$x.PSObject`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import (
    MISSING,
    Byte,
    Char,
    Credential,
    EnumValue,
    Int16,
    ObjectLike,
    PSObject,
    Uri,
    Version,
    deserialized,
)
from lync_magic.language.values.adapted import Adapted, is_adapted, is_own, remove_note, type_told
from lync_magic.language.values.collections import (
    CUSTOM_OBJECT,
    NOTHING,
    Array,
    Dictionary,
    KeyCollection,
    Ordered,
    Properties,
    RemoteList,
    held_properties,
    is_collection,
    items_of,
    lookup,
    pairs,
)
from lync_magic.language.values.enums import LocalEnum, enum_member, is_enum, remote_value
from lync_magic.language.values.exceptions import kind_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.moment_members import (
    DATE_PROPERTIES,
    SPAN_PROPERTIES,
)
from lync_magic.language.values.noted import Noted, NotedList, NotedText, note_of, notes_of, without_notes
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.scripted import Script, Scripted, script_method, scripted, scripts_of, unworked
from lync_magic.language.values.spelled import RemoteEnum
from lync_magic.language.values.text import local_text, net_text, to_text
from lync_magic.language.values.typed_members import is_of_type, look_at_types, name_types
from lync_magic.language.values.types import NetType, from_server, have_come, own_types, type_of
from lync_magic.language.values.uris import Address, address_of, escaped, local
from lync_magic.records import Record

_BASES: Final = {
    "System.Object[]": "System.Array", "System.Xml.XmlDocument": "System.Xml.XmlNode", "System.RuntimeType":
    "System.Reflection.TypeInfo", "System.Object": "", "System.Management.Automation.PSObject": "System.Object",
}  # fmt: skip
OF_VALUES: Final = frozenset(
    f"System.{name}" for name in (
        "Boolean", "Char", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single", "Double",
        "Decimal", "DateTime", "DateTimeOffset", "TimeSpan", "Guid", "Numerics.BigInteger", "Void",
        "Collections.DictionaryEntry", "Management.Automation.SwitchParameter",
    )
)  # fmt: skip
"""Types that derive from System.ValueType."""
_OF_OBJECTS: Final = (
    "System.String", "System.Collections.Hashtable", "System.Collections.ArrayList", "System.Version", "System.Uri",
    "System.Management.Automation.ScriptBlock", "System.Text.StringBuilder", "System.Text.RegularExpressions.Regex",
    "System.Collections.Generic.", "System.Collections.Specialized.OrderedDictionary", "System.Exception",
    "System.Management.Automation.PSCustomObject", "System.Management.Automation.PSCredential", "System.Array",
)  # fmt: skip


def base_of(name: str) -> str:
    """What a type derives from."""
    if name.endswith("[]"):
        return "System.Array"
    if is_enum(name):
        return "System.Enum"
    if name in OF_VALUES:
        return "System.ValueType"
    if name in _BASES:
        return _BASES[name]
    if name.endswith("Exception") and name != "System.Exception":
        return kind_of(name).parent
    if name.startswith(_OF_OBJECTS):
        return "System.Object"
    if name in _DERIVED:
        return _DERIVED[name][0]
    raise NotKnownHere(f"the base type of [{name}]")


def _version_part(index: int) -> Callable[[Any], object]:
    return lambda version: version.parts[index] if len(version.parts) > index else -1


def _half(number: int) -> Int16:
    return Int16((number + 2**15) % 2**16 - 2**15)


_PROPERTIES: Final[tuple[tuple[type | tuple[type, ...], dict[str, Callable[[Any], object]]], ...]] = (
    (datetime, DATE_PROPERTIES),  # type: ignore[list-item, unused-ignore]
    (timedelta, SPAN_PROPERTIES),  # type: ignore[list-item, unused-ignore]
    (Version, {
        **{name: _version_part(i) for i, name in enumerate(("major", "minor", "build", "revision"))},
        "majorrevision": lambda v: _half(v.parts[3] >> 16) if len(v.parts) > 3 else Int16(-1),
        "minorrevision": lambda v: _half(v.parts[3]) if len(v.parts) > 3 else Int16(-1),
    }),
    (UUID, {"guid": str, "variant": lambda v: v.bytes[8] >> 4, "version": lambda v: v.bytes[6] >> 4}),
    (EnumValue, {"value__": lambda v: v.value}),
    (
        Credential,
        {"username": lambda v: v.user_name or None, "password": lambda v: v.password if v.user_name else None},
    ),
)  # fmt: skip

own_names: Final[dict[type, Callable[[Any], list[str]]]] = {}
"""The names of the properties of values that list them in a way of their own."""
own_properties: Final[dict[type, Callable[[Any, str], object]]] = {}
"""Classes of the evaluator's own values and how each gives a property (MISSING where it has none)."""
late_properties: Final[dict[str, Callable[[ObjectLike, str], object]]] = {}
"""By an object's type name, properties that are worked out when they are asked for."""
own_methods: Final[dict[type, Mapping[str, Method[Any]]]] = {}
"""The same for methods."""


def get_property(value: object, name: str) -> object:
    """A value's own property, MISSING where it has none."""
    folded = name.lower()
    if isinstance(value, ObjectLike):
        if type(value) is PropertyNote:
            value.look()
        found = value.get(name, MISSING)
        if found is None:
            held = value.properties if isinstance(value, PSObject) else None
            return NOTHING if type(held) is Properties and held.gave_nothing(name) else None
        if found is not MISSING:
            kind = type(found)
            if kind is EnumValue:
                return remote_value(found)
            if kind in _INNER and came(value):
                return _remote_list(value, name, found) if kind is list else _as_come(found, value)
            return found
        if folded == "psobject":
            return ObjectView(value)
        if folded in _OF_ORIGIN and isinstance(value, Record):
            raise NotKnownHere("the computer and the session that an object came from")
        late = late_properties.get(value.type_names[0]) if value.type_names else None
        if late is not None:
            return late(value, folded)
        if script_method(value, folded) is not None:
            raise NotKnownHere(f"the script method .{name} without parentheses")
        return MISSING if value.base is MISSING else get_property(value.base, name)
    if isinstance(value, Mapping):
        return _of_table(value, name, folded)
    if value is None or value is NOTHING:
        return MISSING
    own = own_properties.get(type(value))
    if own is not None:
        return own(value, folded)
    if folded in ("length", "count") and is_collection(value) and type(value) is not PropertyList:
        if folded == "count" or type_of(value).endswith("[]"):  # of other lists `.Length` is that of each item
            return len(items_of(value))
        return MISSING
    if folded == "length" and isinstance(value, str) and not isinstance(value, Char | EnumValue | Uri | Version):
        return len(value.encode("utf-16-le", "surrogatepass")) // 2
    if folded == "scale" and isinstance(value, Decimal):
        return Byte(max(-int(value.as_tuple().exponent), 0))
    if isinstance(value, Uri):
        return _of_uri(value, folded)
    for known, properties in _PROPERTIES:
        if isinstance(value, known):
            getter = properties.get(folded)
            return MISSING if getter is None else getter(value)
    return of_foreign(value, folded)


_OF_ORIGIN: Final = frozenset(("pscomputername", "psshowcomputername", "runspaceid"))
"""What PowerShell's client puts on each object of a server's."""


def is_of_net(value: ObjectLike) -> bool:
    """Whether an object is one of .NET's, made here, not one that is only its properties or came over the wire."""
    return bool(value.type_names) and not came(value) and CUSTOM_OBJECT[0] not in value.type_names


def came(value: ObjectLike) -> bool:
    """Whether an object came over the wire."""
    if isinstance(value, Record):
        return True
    return have_come(value.type_names)


def _remote_list(value: ObjectLike, name: str, found: list[object]) -> RemoteList:
    """A list of an object that came is an ArrayList, the same at each look."""
    made = RemoteList(_as_come(one, value) for one in found)
    replace_property(value, name, made)
    return made


_INNER: Final = frozenset({list, PSObject, Record})
"""What an object that came over the wire holds that came as an object too."""


def _as_come(value: object, holder: ObjectLike) -> object:
    """What is inside an object that came over the wire, which came with it."""
    if type(value) is Record and from_server(holder):
        value.place[0].within = True
    if type(value) is EnumValue:
        return remote_value(value)
    if type(value) is PSObject and value.type_names and not came(value):
        value.type_names = tuple(f"Deserialized.{name}" for name in value.type_names)
    return value


_AUTOMATION: Final = "System.Management.Automation."
_DERIVED: Final[dict[str, tuple[str, ...]]] = {
    f"{_AUTOMATION}SwitchParameter": ("System.ValueType",), "System.Collections.DictionaryEntry": ("System.ValueType",),
    **dict.fromkeys(
        (f"{_AUTOMATION}{name}Record" for name in ("Warning", "Verbose", "Debug")),
        (f"{_AUTOMATION}InformationalRecord",),
    ),
    **dict.fromkeys(
        (f"{_AUTOMATION}{name}Info" for name in ("Alias", "Cmdlet", "Function", "Script")),
        (f"{_AUTOMATION}CommandInfo",),
    ),
    f"{_AUTOMATION}DefaultParameterDictionary": ("System.Collections.Hashtable",),
    f"{_AUTOMATION}FilterInfo": (f"{_AUTOMATION}FunctionInfo", f"{_AUTOMATION}CommandInfo"),
    **dict.fromkeys(
        (f"{_AUTOMATION}PSNoteProperty", f"{_AUTOMATION}PSProperty"),
        (f"{_AUTOMATION}PSPropertyInfo", f"{_AUTOMATION}PSMemberInfo"),
    ),
    "Microsoft.PowerShell.Commands.GenericMeasureInfo": ("Microsoft.PowerShell.Commands.MeasureInfo",),
}  # fmt: skip
"""What some types that are made here derive from."""


SELECTED: Final = "Selected.System.Management.Automation.PSCustomObject"
"""What Select-Object puts before the type names of an object of properties that it gives on."""


class TypeNames(list[object]):
    """`$value.PSTypeNames`: what is put into it or taken out is so of the object."""

    def __init__(self, owner: ObjectLike) -> None:
        names = owner.type_names
        if names[:1] and names[0] in _DERIVED:
            names = (names[0], *_DERIVED[names[0]], "System.Object")
        if len(names) > 1 and names[1] == f"CSV:{names[0]}":  # a table's own type says nothing of what it derives from
            names = names[:2]
        super().__init__(deserialized(name) if from_server(owner) else name for name in names)
        if isinstance(owner, Record) and owner.place[1] in owner.place[0].selected and SELECTED not in self:
            self.insert(0, SELECTED)
        self.owner = owner


IN_PART: Final = frozenset(
    {
        "System.IO.FileInfo", "System.IO.DirectoryInfo",
        *(
            f"System.Management.Automation.{name}"
            for name in (
                "InvocationInfo", "AliasInfo", "CmdletInfo", "FunctionInfo", "FilterInfo", "ScriptInfo",
                "WarningRecord", "VerboseRecord", "DebugRecord", "ParameterMetadata",
                "CommandParameterInfo", "PSTypeName", "Internal.Host.InternalHost",
            )
        ),
    }
)  # fmt: skip
"""Objects of .NET's that are made here with the properties that scripts ask for, which are not all."""


def _is_in_part(kind: str) -> bool:
    return kind in IN_PART or (kind.startswith(_AUTOMATION) and kind.endswith("Attribute"))


def need_all_known(kind: str) -> None:
    """Raises NotKnownHere for a kind of object of which not all properties are known here, where all are asked for."""
    if _is_in_part(kind):
        raise NotKnownHere(f"all properties of a [{kind}] at once (Select-Object takes some by name)")


def type_names_of(value: ObjectLike) -> TypeNames:
    """`$value.PSTypeNames`; those of an object of the server say that it came from there."""
    return TypeNames(value)


def _changing(change: Callable[[TypeNames, Sequence[object]], object], count: int) -> Method[Any]:
    def run(value: TypeNames, arguments: Sequence[object]) -> object:
        if not isinstance(value.owner, PSObject):
            raise NotKnownHere("other type names for a result")
        given = change(value, arguments)
        name_types(value.owner, tuple(map(to_text, value)))
        return given

    return method(count)(run)


def _inserted_name(value: TypeNames, arguments: Sequence[object]) -> object:
    place = to_int(arguments[0])
    if not 0 <= place <= len(value):
        raise NotKnownHere("a type name at a place that is none")
    value.insert(place, to_text(arguments[1]))
    return NOTHING


def _removed_place(value: TypeNames, arguments: Sequence[object]) -> object:
    place = to_int(arguments[0])
    if not 0 <= place < len(value):
        raise NotKnownHere("a type name at a place that is none")
    del value[place]
    return NOTHING


def _cleared_names(value: TypeNames, _arguments: Sequence[object]) -> object:
    value.clear()
    return NOTHING


def _removed_name(value: TypeNames, arguments: Sequence[object]) -> object:
    name = to_text(arguments[0])
    if name not in value:
        return False
    value.remove(name)
    return True


def replace_property(value: ObjectLike, name: str, new: object) -> bool:
    """Give an object's property another value; whether it has that property."""
    if isinstance(value, Record):
        table, row = value.place
        return table.replace(row, name, new)
    if isinstance(value, PSObject):
        actual = next((key for key in value.properties if key.lower() == name.lower()), None)
        if actual is None:
            return False
        value.properties[actual] = new
        return True
    return False


def _of_table(value: Mapping[Any, Any], name: str, folded: str) -> object:
    is_named = not isinstance(value, Dictionary) or value.key in _TEXT_KEYS
    if not is_named and name[:1].isdecimal():
        raise NotKnownHere(f"the member .{name} of a dictionary whose keys are no texts")
    found = lookup(value, name) if is_named else MISSING
    return table_property(value, folded) if found is MISSING else found


def table_property(value: Mapping[Any, Any], folded: str) -> object:
    """A table's own property, whatever its keys are; MISSING where it has none."""
    if folded == "count":
        return len(value)
    if folded == "keys":
        return KeyCollection(value, keys=True)
    if folded == "values":
        return KeyCollection(value, keys=False)
    if folded == "syncroot":
        if isinstance(value, Ordered):
            return value
        raise NotKnownHere("the SyncRoot of a table")
    if folded == "comparer" and isinstance(value, Dictionary):
        if value.comparer is None:
            raise NotKnownHere("the Comparer of a dictionary that was given none")
        return value.comparer
    return _TABLE_FLAGS.get(folded, MISSING)


_TEXT_KEYS: Final = frozenset({"System.String", "System.Object"})
_TABLE_FLAGS: Final[dict[str, object]] = {"isreadonly": False, "isfixedsize": False, "issynchronized": False}


URI_NAMES: Final = (
    "AbsolutePath", "AbsoluteUri", "LocalPath", "Authority", "HostNameType", "IsDefaultPort", "IsFile", "IsLoopback",
    "PathAndQuery", "Segments", "IsUnc", "Host", "Port", "Query", "Fragment", "Scheme", "OriginalString", "DnsSafeHost",
    "IdnHost", "IsAbsoluteUri", "UserEscaped", "UserInfo",
)  # fmt: skip
"""The properties of an address, in the order in which they are shown."""


def _uri_names(value: Uri) -> list[str]:
    if get_property(value, "IsAbsoluteUri") is not True:
        raise NotKnownHere("the properties of a [System.Uri] that is a part of one")
    return list(URI_NAMES)


own_names[Uri] = _uri_names


def _of_noted(value: Noted, folded: str) -> object:
    """A property of what Get-Content read: its notes come before its own."""
    found = note_of(value, folded)
    if found is not None:
        return found
    return get_property(without_notes(value), folded)


own_properties[NotedText] = own_properties[NotedList] = _of_noted
own_names[NotedText] = lambda value: [*notes_of(value), "Length"]


def _of_uri(value: Uri, folded: str) -> object:
    if folded == "originalstring":
        return str(value)
    found = address_of(value)
    if folded == "isabsoluteuri":
        return found is not None
    if folded == "userescaped":
        return False
    if found is None:
        return MISSING if folded not in _URI_PROPERTIES else None
    path, query, fragment = escaped(found.path), escaped(found.query), escaped(found.fragment)
    bare = found.host.strip("[]")
    user = "" if found.user is None else found.user
    place = found.authority if found.user is None else f"{found.user}@{found.authority}"
    match folded:
        case "host":
            return found.host
        case "dnssafehost":
            return bare
        case "idnhost":
            return bare if bare.isascii() else bare.encode("idna").decode("ascii")
        case "scheme":
            return found.scheme
        case "absolutepath":
            return path
        case "localpath":
            return local(found.path)
        case "query":
            return query
        case "pathandquery":
            return path + query
        case "fragment":
            return fragment
        case "authority":
            return found.authority
        case "absoluteuri":
            return f"{found.start}{place}{path}{query}{fragment}"
        case "port":
            return found.usual_port if found.port is None else found.port
        case "isdefaultport":
            return found.port is None
        case "userinfo":
            return user
        case "isfile":
            return found.scheme == "file"
        case "isunc":
            return False
        case "segments":
            return Array(re.findall(r"[^/]*/|[^/]+$", path) or [""], "System.String")
        case "hostnametype":
            return enum_member("System.UriHostNameType", _host_kind(found))
        case "isloopback":
            return found.scheme == "file" or bare in ("localhost", "::1") or bool(_LOOPBACK.fullmatch(bare))
    return MISSING


_LOOPBACK: Final = re.compile(r"127(?:\.\d+){3}")


def _host_kind(found: Address) -> int:
    """The number of what a host is in .NET's UriHostNameType."""
    host = found.host
    if not host:
        return 1 if found.scheme == "file" else 0
    if host.startswith("["):
        return 4
    parts = host.split(".")
    return 3 if len(parts) == 4 and all(one.isdecimal() and int(one) < 256 for one in parts) else 2


_URI_PROPERTIES: Final = frozenset({"host", "port", "scheme", "absoluteuri", "absolutepath", "query", "authority"})


SESSION_ENUMS: Final[dict[str, Callable[[str], tuple[int, str]]]] = {
    "state": lambda text: (
        {"Opening": 1, "Opened": 2, "Closed": 3, "Closing": 4, "Broken": 5, "Disconnecting": 6, "Disconnected": 7}.get(
            text, 0
        ),
        "System.Management.Automation.Runspaces.RunspaceState",
    ),
    "availability": lambda text: (
        {"None": 0, "Available": 1, "AvailableForNestedCommand": 2, "Busy": 3}.get(text, 0),
        "System.Management.Automation.Runspaces.RunspaceAvailability",
    ),
}
_PLAIN = (str, bytes, int, float, Decimal, UUID, list, tuple)


def of_foreign(value: object, folded: str) -> object:
    """A public attribute of a Python object that a notebook holds; its methods are not for a cell."""
    if isinstance(value, _PLAIN) or is_collection(value):
        return MISSING
    shown = getattr(type(value), "__psobject__", None)
    if shown is not None:
        found = shown(value).get(folded, MISSING)
        if found is not MISSING:
            kind = SESSION_ENUMS.get(folded)
            return found if kind is None or not isinstance(found, str) else LocalEnum(found, *kind(found))
    for name in dir(type(value)) + list(getattr(value, "__dict__", ())):
        if not name.startswith("_") and name.replace("_", "").lower() == folded.replace("_", ""):
            found = _attribute(value, name)
            return MISSING if callable(found) else found
    return MISSING


def _attribute(value: object, name: str) -> object:
    """A Python object's attribute. Raises ScriptError where working it out fails."""
    try:
        return getattr(value, name)
    except Exception as failed:  # noqa: BLE001 - it is the notebook's own code
        message = f'Exception getting "{name}": "{type(failed).__name__}: {failed}"'
        raise ScriptError(message, "GetValueInvocationException", "NotSpecified") from None


class ObjectView:
    """`$x.PSObject`: an object's properties and type names."""

    __slots__ = ("value",)

    def __init__(self, value: ObjectLike) -> None:
        self.value = value

    def __str__(self) -> str:
        return VIEW_TEXT


VIEW_TEXT: Final = (
    "psobject {Members, Properties, Methods, ImmediateBaseObject, BaseObject, TypeNames, get_Members, get_Properties, "
    "get_Methods, get_ImmediateBaseObject, get_BaseObject, get_TypeNames, ToString, Copy, CompareTo, Equals, "
    "GetHashCode, GetObjectData, GetType, GetMetaObject}"
)
"""What `"$($x.PSObject)"` is."""


class PropertyList(list[object]):
    """`$x.PSObject.Properties`."""

    def __init__(self, owner: ObjectLike, items: Iterable[object]) -> None:
        super().__init__(items)
        self.owner = owner


def _remove_property(value: PropertyList, arguments: Sequence[object]) -> object:
    name = to_text(arguments[0]).lower()
    if isinstance(value.owner, Record):
        remove_note(value.owner, name)
        return NOTHING
    if not isinstance(value.owner, PSObject):
        raise NotKnownHere("removing a property of a result")
    if is_of_type(value.owner, name):
        return NOTHING
    for known in [one for one in value.owner.properties if one.lower() == name and not is_own(value.owner, one)]:
        del value.owner.properties[known]
        look_at_types(value.owner)
    return NOTHING


def _add_property(value: PropertyList, arguments: Sequence[object]) -> object:
    added = arguments[0]
    kind = "System.Management.Automation.PSNoteProperty"
    if not isinstance(value.owner, PSObject) or not isinstance(added, PSObject) or type_of(added) != kind:
        raise NotKnownHere("adding this member to this object")
    name = to_text(added["Name"])
    held = value.owner.properties
    if isinstance(held, Adapted):
        held.note(name, added["Value"])
        return NOTHING
    known = next((one for one in held if one.lower() == name.lower()), name)
    if known != name:  # it is spelled anew, where it stands
        for one in list(held):
            kept = held.pop(one)
            held[name if one == known else one] = kept
    held[name] = added["Value"]
    return NOTHING


def _not_copied() -> ScriptError:
    """The error of `.PSObject.Copy()` on an object with properties of its own type that came."""
    why = "A PSProperty or PSMethod object cannot be added to this collection."
    return ScriptError(
        f'Exception calling "Copy" with "0" argument(s): "{why}"', "DotNetMethodException", "NotSpecified",
        exception="MethodInvocationException", inner="ExtendedTypeSystemException", inner_message=why,
    )  # fmt: skip


def _copied(view: ObjectView, _arguments: Sequence[object]) -> object:
    value = view.value
    if is_adapted(value):
        raise _not_copied()
    made = PSObject(held_properties(dict(pairs(value))), value.type_names, value.text, value.base)
    if isinstance(value, PSObject) and isinstance(value.properties, Scripted):
        made.properties = value.properties.copied(made)
        name_types(made, value.type_names)
    return made


def _scripted_note(owner: PSObject, name: str, script: Script) -> PSObject:
    """One property that is worked out, as an object: a script's value only when it is asked for."""
    number = 16 if script.kind == "ScriptProperty" else 1
    value = None if number == 16 else script.work(owner)
    kind = "System.Object" if number == 16 else type_of(value)
    content = {
        "MemberType": LocalEnum(script.kind, number, "System.Management.Automation.PSMemberTypes"),
        "IsSettable": number == 1 or script.put is not None, "IsGettable": True, "Value": value,
        "TypeNameOfValue": kind, "Name": name, "IsInstance": True,
    }  # fmt: skip
    if number > 1:
        content = {"GetterScript": script.getter, "SetterScript": script.setter, **content}
    made = PSObject(
        content, (f"System.Management.Automation.PS{script.kind}", "System.Object"), script.definition(name)
    )
    if number == 16:
        put = script.put
        sets = None if put is None else lambda _note, new: put(owner, new)
        scripted(made).put_script("Value", Script(lambda _note: script.work(owner), "Property", "", sets))
    return made


class PropertyNote(PSObject):
    """A property of an object: its value is what the object has, and is set there."""

    __slots__ = ("owner",)
    owner: ObjectLike

    @classmethod
    def of(cls, owner: ObjectLike, name: str, value: object) -> PropertyNote:
        """The note of an owner's property."""
        plain = _noted(owner, name, value)
        made = cls(plain.properties, plain.type_names, plain.text)
        made.owner = owner
        return made

    def look(self) -> None:
        """See what the owner has now."""
        name = self.properties["Name"]
        scripted_here = name in scripts_of(self.owner)
        fresh = _noted(self.owner, name, None if scripted_here else get_property(self.owner, name))
        self.properties, self.text = fresh.properties, fresh.text


def _noted(owner: ObjectLike, name: str, value: object) -> PSObject:
    if is_own(owner, name):
        return _adapted(name, value, type_told(owner, name))
    script = scripts_of(owner).get(name)
    if script is None:
        made = note(name, value)
    else:
        assert isinstance(owner, PSObject)
        made = _scripted_note(owner, name, script)
    if is_of_type(owner, name):
        made.properties["IsInstance"] = False
        made.properties["IsSettable"] = script is not None and made.properties["IsSettable"]
    return made


def _adapted(name: str, value: object, told: str) -> PSObject:
    """One property of the own type of an object that came. told: what is known of its type."""
    kind = "" if value is None else told or _kind(value)
    content = {
        "MemberType": LocalEnum("Property", 4, "System.Management.Automation.PSMemberTypes"), "Value": value,
        "IsSettable": True, "IsGettable": True, "TypeNameOfValue": kind, "Name": name, "IsInstance": True,
    }  # fmt: skip
    return PSObject(content, ("System.Management.Automation.PSProperty", "System.Object"), f"{kind} {{get;set;}}")


def _kind(value: object) -> str:
    if isinstance(value, RemoteEnum):
        return deserialized(value.origin.type_name)
    return value.type_names[0] if type(value) is PSObject and came(value) else type_of(value)


def note(name: str, value: object) -> PSObject:
    """One property as an object."""
    if value is None:
        kind, text = "System.Object", f"object {name}=null"
    elif value is NOTHING:
        kind, text = CUSTOM_OBJECT[0], f"{CUSTOM_OBJECT[0]} {name}="
    else:
        kind = _kind(value)
        said = net_text if isinstance(value, float) else local_text
        shown = NetType(kind).shown if is_collection(value) else said(value)
        label = kind if kind.startswith("Deserialized.") else NetType(kind).noted
        text = f"{label} {name}={shown}"
    content = {
        "MemberType": LocalEnum("NoteProperty", 8, "System.Management.Automation.PSMemberTypes"), "IsSettable": True,
        "IsGettable": True, "Value": value, "TypeNameOfValue": kind, "Name": name, "IsInstance": True,
    }  # fmt: skip
    return PSObject(held_properties(content), ("System.Management.Automation.PSNoteProperty", "System.Object"), text)


def _members(view: ObjectView) -> Iterator[object]:
    """The properties of an object that is only that, and the methods that each has. Raises NotKnownHere for another."""
    value = view.value
    held = value.properties if isinstance(value, PSObject) else None
    is_plain = value.base is MISSING and not is_adapted(value) and not is_of_net(value)
    if not is_plain or (isinstance(held, Scripted) and held.methods):
        raise NotKnownHere(f"all members of a [{type_of(value)}]")
    properties = _of_view(view, "properties")
    assert isinstance(properties, PropertyList)
    return chain(properties, (_method_note(name, told) for name, told in _OF_EACH_OBJECT))


_OF_EACH_OBJECT: Final = (
    ("ToString", "string ToString()"), ("GetType", "type GetType()"), ("Equals", "bool Equals(System.Object obj)"),
    ("GetHashCode", "int GetHashCode()"),
)  # fmt: skip


def _method_note(name: str, told: str) -> PSObject:
    """One method as an object."""
    kind = "System.Management.Automation.PSMethod"
    content = {
        "OverloadDefinitions": Array([told], "System.String"), "TypeNameOfValue": kind, "Value": told, "Name": name,
        "MemberType": LocalEnum("Method", 64, "System.Management.Automation.PSMemberTypes"), "IsInstance": True,
    }  # fmt: skip
    return PSObject(content, (kind, "System.Object"), told)


def _of_view(view: ObjectView, folded: str) -> object:
    if folded == "typenames":
        return type_names_of(view.value)
    if folded == "properties":
        if view.value.type_names[:1] and _is_in_part(view.value.type_names[0]):
            raise NotKnownHere(f"all properties of a [{view.value.type_names[0]}]")
        if isinstance(view.value.base, str) and not isinstance(view.value.base, EnumValue):
            raise NotKnownHere("all properties of a text that has some of its own")
        made = (PropertyNote.of(view.value, name, item) for name, item in unworked(view.value))
        return PropertyList(view.value, made)
    if folded == "members":
        return PropertyList(view.value, _members(view))
    if folded in ("methods", "immediatebaseobject"):
        raise NotKnownHere(f"$x.PSObject.{folded}")
    if folded == "baseobject" and is_adapted(view.value):
        return PSObject({}, CUSTOM_OBJECT)
    return view.value if folded == "baseobject" else MISSING


own_properties[RemoteEnum] = lambda value, folded: value.spelling if folded == "value" else MISSING
own_names[RemoteEnum] = lambda _value: ["Value"]
own_properties[ObjectView] = _of_view
own_methods[ObjectView] = {"copy": method(0)(_copied), "tostring": method(0)(lambda v, _a: local_text(v.value))}
own_types[TypeNames] = lambda value: "System.Collections.ObjectModel.Collection`1[System.String]"
own_methods[TypeNames] = {
    "insert": _changing(_inserted_name, 2),
    "add": _changing(lambda v, a: _inserted_name(v, (len(v), a[0])), 1),
    "remove": _changing(_removed_name, 1),
    "removeat": _changing(_removed_place, 1),
    "clear": _changing(_cleared_names, 0),
    "contains": method(1)(lambda v, a: to_text(a[0]) in v),
    "indexof": method(1)(lambda v, a: v.index(to_text(a[0])) if to_text(a[0]) in v else -1),
}
own_methods[PropertyList] = {
    "item": method(1)(
        lambda v, a: next((one for one in v if str(get_property(one, "Name")).lower() == to_text(a[0]).lower()), None)
    ),
    "remove": method(1)(_remove_property),
    "add": method(1)(_add_property),
    "match": method(1)(
        lambda v, a: [one for one in v if matches_wildcard(to_text(a[0]), to_text(get_property(one, "Name")))]
    ),
}
