"""Get-Member: what objects consist of.

Rule: an object that came from a server is described from how it came, since its values no longer tell .NET's types.
What is not known exactly ends the statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from lync_magic.clixml import MISSING, Description, ObjectLike, PSObject, describe, deserialized
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of, objects
from lync_magic.language.layout.cells import shown
from lync_magic.language.values.bare_objects import BareObject
from lync_magic.language.values.collections import CUSTOM_OBJECT, NOTHING, is_collection, items_of
from lync_magic.language.values.enums import FLAGS, flags_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.moments import HintedDate
from lync_magic.language.values.noted import Noted, notes_of
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.scripted import Scripted, scripts_of, unworked
from lync_magic.language.values.spelled import RemoteEnum
from lync_magic.language.values.stream_records import StreamRecord
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.records import Record

_KINDS: Final = "System.Management.Automation.PSMemberTypes"
_CUSTOM: Final = "System.Management.Automation.PSCustomObject"
_METHODS: Final = (
    ("Equals", "bool Equals(System.Object obj)"), ("GetHashCode", "int GetHashCode()"), ("GetType", "type GetType()"),
)  # fmt: skip
_TO_STRING: Final = ("ToString", "string ToString()")
_FORMATS: Final = "string format, System.IFormatProvider formatProvider"
_TO_TEXT: Final = (
    "ToString",
    f"{_TO_STRING[1]}, string ToString({_FORMATS}), string IFormattable.ToString({_FORMATS})",
)
"""The same of an object whose text came with it."""


class Member(NamedTuple):
    """A line of what Get-Member says."""

    name: str
    kind: str
    definition: str


def _get_member(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    names = [to_text(one) for one in all_of(call.get("Name"))] or ["*"]
    wanted = call.get("MemberType").value if call.given("MemberType") else FLAGS[_KINDS]["All"]
    seen: set[str] = set()
    none = True
    for item in objects(call, input):
        if item is None:
            continue
        none = False
        is_static = call.switch("Static")
        type_name = _static_type(item) if is_static else _type_name(item)
        if type_name in seen:
            continue
        seen.add(type_name)
        told = _statics(type_name) if is_static else _members(item)
        members = [one for one in told if wanted & FLAGS[_KINDS][one.kind]]
        for name in names:
            yield from (_row(type_name, one) for one in members if matches_wildcard(name, one.name))
    if none:
        message = "You must specify an object for the Get-Member cmdlet."
        error_id = "NoObjectInGetMember,Microsoft.PowerShell.Commands.GetMemberCommand"
        call.services.error(ScriptError(message, error_id, "CloseError", exception="InvalidOperationException"))


def _members(item: object) -> Sequence[Member]:
    """By kind and name, as PowerShell has them."""
    if isinstance(item, ObjectLike) and isinstance(item.base, BareObject):
        return sorted(_of_own(item), key=lambda one: (one.kind, one.name.lower()))
    if not isinstance(item, ObjectLike) or item.base is not MISSING:
        found = _definitions().get(type_of(item))
        if found is None or isinstance(item, RemoteEnum) or (isinstance(item, ObjectLike) and len(item)):
            raise NotKnownHere(f"Get-Member of a [{NetType(type_of(item)).shown}]")
        if isinstance(item, Noted):
            noted = [Member(name, "NoteProperty", _definition(name, value)) for name, value in notes_of(item).items()]
            return sorted([*found, *noted], key=lambda one: (one.kind, one.name.lower()))
        return _with_hint(found, item) if isinstance(item, HintedDate) and item.hint is not MISSING else found
    if isinstance(item, StreamRecord):
        found = _definitions()[type_of(item)]
        if set(item) <= {one.name for one in found}:
            return found
    if not isinstance(item, Record) and _CUSTOM not in item.type_names:
        raise NotKnownHere(f"Get-Member of a [{_type_name(item)}]")
    members = _of_record(item) if isinstance(item, Record) else _of_own(item)
    return sorted(members, key=lambda one: (one.kind, one.name.lower()))


def _with_hint(members: Sequence[Member], item: HintedDate) -> Sequence[Member]:
    note = Member("DisplayHint", "NoteProperty", _definition("DisplayHint", item.hint))
    return sorted((*members, note), key=lambda one: one.kind)


def _static_type(item: object) -> str:
    """The type whose static members -Static tells: that of a value, or the one that it is."""
    if isinstance(item, NetType):
        return item.name
    return type_of(item)


def _statics(type_name: str) -> Sequence[Member]:
    found = _definitions("net_static_definitions.txt").get(type_name)
    if found is None:
        raise NotKnownHere(f"Get-Member -Static of a [{NetType(type_name).shown}]")
    return found


@cache
def _definitions(name: str = "net_definitions.txt") -> dict[str, list[Member]]:
    """By type: what PowerShell says of .NET's own types (`net_definitions.txt` and another, written by it)."""
    text = files("lync_magic.language.values").joinpath(name).read_text(encoding="utf-8")
    made: dict[str, list[Member]] = {}
    for line in text.split("\n")[:-1]:
        if line.startswith("= "):
            members = made[line[2:]] = []
        else:
            kind, name, definition = line.split(" ", 2)
            members.append(Member(name, kind, definition.replace("\u2028", "\n")))
    return made


def _type_name(item: object) -> str:
    if not isinstance(item, ObjectLike) or item.base is not MISSING:
        return type_of(item)
    name = (item.type_names or ("System.Management.Automation.PSCustomObject",))[0]
    return deserialized(name) if isinstance(item, Record) else name


def _row(type_name: str, member: Member) -> PSObject:
    kind = flags_of(_KINDS, FLAGS[_KINDS][member.kind])
    return PSObject(
        {"TypeName": type_name, "Name": member.name, "MemberType": kind, "Definition": member.definition},
        ("Microsoft.PowerShell.Commands.MemberDefinition", "System.Object"),
        member.definition,
    )


def _of_own(item: object) -> Iterator[Member]:
    """The members of an object that a cell made."""
    assert isinstance(item, ObjectLike)
    yield from (Member(name, "Method", text) for name, text in (*_METHODS, _TO_STRING))
    scripts = scripts_of(item)
    for name, value in unworked(item):
        script = scripts.get(name)
        if script is not None:
            yield Member(name, script.kind, script.definition(name))
        else:
            as_object = name in getattr(item, "worked_out", ())
            yield Member(name, "NoteProperty", (_of_object if as_object else _definition)(name, value))
    if isinstance(item, PSObject) and isinstance(item.properties, Scripted):
        yield from (
            Member(name, "ScriptMethod", f"System.Object {name}();") for name, _call in item.properties.methods.values()
        )


def _definition(name: str, value: object) -> str:
    if value is None:
        return f"object {name}=null"
    if value is NOTHING:
        return f"{CUSTOM_OBJECT[0]} {name}="
    kind = NetType(type_of(value))
    text = (
        kind.shown
        if (is_collection(value) or isinstance(value, dict)) and not isinstance(value, ObjectLike)
        else shown(value)
    )
    if is_collection(value) and len(items_of(value)) and kind.name.endswith("[]"):
        text = kind.shown
    return f"{kind.noted} {name}={text}"


def _of_object(name: str, value: object) -> str:
    """The same of a value that came out of a script block: by its type's full name."""
    if value is None or value is NOTHING or isinstance(value, ObjectLike):
        return _definition(name, value)
    kind = type_of(value)
    if "`" in kind:
        raise NotKnownHere(f"Get-Member of a [{kind}] that was worked out")
    whole = is_collection(value) or isinstance(value, dict)
    return f"{kind} {name}={to_text(value) if whole else shown(value)}"


# --- objects of a server --------------------------------------------------------------------------------------------


def _of_record(item: Record) -> Iterator[Member]:
    told = _description(item)
    methods = (_METHODS[-1],) if told.has_own else _METHODS
    last = (_TO_TEXT,) if told.has_text else () if told.has_own else (_TO_STRING,)
    yield from (Member(name, "Method", text) for name, text in (*methods, *last))
    values = item.properties()
    for one in told.properties:
        if not one.is_note:
            yield Member(one.name, "Property", f"{one.type_name} {{get;set;}}")
        elif not one.type_name:
            yield Member(one.name, "NoteProperty", f"object {one.name}=null")
        else:
            text = one.type_name if one.type_name == "System.Byte[]" else shown(values[one.name])
            yield Member(one.name, "NoteProperty", f"{NetType(one.type_name).spoken} {one.name}={text}")
    for name in item.place[0].noted & values.keys():
        yield Member(name, "NoteProperty", _definition(name, values[name]))


def _description(item: Record) -> Description:
    """How an object came; of one that is not the first of its type, where it is like that one."""
    table, row = item.place
    told = describe(table.sample) if table.sample is not None else None
    first = Record(table, 0).properties() if told is not None else {}
    if told is None or [one for one in first if one not in table.noted] != [one.name for one in told.properties]:
        raise NotKnownHere("Get-Member of a server's object of which it is not known how it came")
    if row:
        values = item.properties()
        if list(values) != list(first) or any(type(values[name]) is not type(first[name]) for name in values):
            raise NotKnownHere("Get-Member of a server's object that is not like the first of its type")
    return told


CMDLETS: Final = (
    ClientCommand(
        "Get-Member",
        (
            ParameterSpec("InputObject", "object", by_value=True),
            ParameterSpec("Name", "string[]", position=0),
            ParameterSpec("MemberType", "object[]", ("Type",)),
            ParameterSpec("View", "object", unsupported=True),
            ParameterSpec("Static", "switch"),
            ParameterSpec("Force", "switch", unsupported=True),
        ),
        _get_member,
        ("gm",),
        "GetMemberCommand",
        own=True,
    ),
)
