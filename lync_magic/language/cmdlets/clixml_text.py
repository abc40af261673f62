"""Values as CLIXML in a file, as Export-Clixml writes and Import-Clixml reads them: .NET's types stay.

Rules of this file: a secret is neither written nor read (only Windows would encrypt it); what has more to it than its
properties here (a file, a group, a regular expression) is refused; objects that are met again are references.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from lync_magic.clixml import (
    MISSING,
    SCALARS,
    Byte,
    Credential,
    EnumValue,
    Int16,
    Int64,
    ObjectLike,
    PSObject,
    SByte,
    SecureString,
    Single,
    UInt16,
    UInt32,
    UInt64,
    Xml,
    describe,
    deserialized,
    unescape,
)
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.adapted import Adapted, is_adapted, is_own
from lync_magic.language.values.bare_objects import BareObject
from lync_magic.language.values.collections import (
    NOTHING,
    Array,
    ArrayList,
    Hashtable,
    Ordered,
    RemoteList,
    SwitchParameter,
    custom_object,
    is_collection,
    pairs,
    plain,
)
from lync_magic.language.values.enums import LocalEnum, remote_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.full_names import qualified
from lync_magic.language.values.moments import HintedDate
from lync_magic.language.values.net_objects import HashSet, Queue, Stack
from lync_magic.language.values.noted import Noted
from lync_magic.language.values.number_text import real_text
from lync_magic.language.values.spelled import RemoteEnum, Spelled, unspelled
from lync_magic.language.values.typed_lines import TypedQueue, TypedStack
from lync_magic.language.values.types import NetType, have_come, type_of
from lync_magic.psrp import Encoder, escape
from lync_magic.records import Record

_NAMESPACE: Final = "http://schemas.microsoft.com/powershell/2004/04"
_DEEPEST: Final = 50
"""Levels of objects within each other: PowerShell's own limit."""
_CUSTOM: Final = "System.Management.Automation.PSCustomObject"
_ENUM: Final = ("System.Enum", "System.ValueType", "System.Object")
_LISTS: Final = {"LST": RemoteList, "IE": ArrayList, "QUE": Queue}


def document(items: Iterable[object]) -> Iterator[str]:
    """The values as a document, indented as PowerShell writes it: a piece for each."""
    writer = _Writer()
    head = f'<Objs Version="1.1.0.1" xmlns="{_NAMESPACE}"'
    start = f"{head}>{os.linesep}"
    for item in items:
        writer.value(plain(item), "", 1)
        yield start + os.linesep.join(writer.lines)
        writer.lines.clear()
        start = os.linesep
    yield f"{head} />" if start != os.linesep else f"{os.linesep}</Objs>"


class _Came:
    """A list or table of a server's object, with the type names that it had there."""

    __slots__ = ("type_names", "value")

    def __init__(self, value: list[object] | dict[object, object], type_names: tuple[str, ...]) -> None:
        self.value = value
        self.type_names = type_names


_OF_CMDLETS: Final = ("MeasureInfo", ".GroupInfo", ".GroupInfoNoElement")
"""Objects of this side's cmdlets whose types are those of PowerShell whole."""


class _Writer:
    """One document that grows line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._encoder = Encoder(_no_secret)
        self._seen: dict[int, tuple[int, object]] = {}
        self._types: dict[tuple[str, ...], int] = {}
        self._described: dict[int, tuple[object, dict[str, tuple[str, ...]]]] = {}
        self._objects = 0

    def value(self, value: Any, name: str, level: int) -> None:
        """The element of a value. name: its `N`."""
        named = f' N="{escape(name)}"' if name else ""
        value = custom_object({}) if value is NOTHING else value
        short = self._short(value, named)
        if short is not None:
            self._line(level, short)
            return
        if level > _DEEPEST:
            raise NotKnownHere(f"CLIXML of objects deeper than {_DEEPEST} levels")
        known = self._seen.get(id(value))
        if known is not None:
            self._line(level, f'<Ref{named} RefId="{known[0]}" />')
            return
        number = self._objects
        self._objects += 1
        if not isinstance(value, EnumValue | Spelled):
            self._seen[id(value)] = (number, value)  # held, so that its identity stays its own
        self._line(level, f'<Obj{named} RefId="{number}">')
        self._inside(value, level + 1)
        self._line(level, "</Obj>")

    def _short(self, value: Any, named: str) -> str | None:
        """The element of a value that consists of its text."""
        if value is None:
            return f"<Nil{named} />"
        if isinstance(value, _Came) or (isinstance(value, HintedDate) and value.hint is not MISSING):
            return None
        if isinstance(value, Spelled):
            return None
        if isinstance(value, Block):
            return _element("SBK", named, value.text)
        if isinstance(value, Xml):
            return _element("XD", named, str(value))
        if isinstance(value, EnumValue) or (isinstance(value, ObjectLike) and value.base is MISSING):
            return None
        if isinstance(value, ObjectLike):
            return None if len(value) else self._short(value.base, named)
        if isinstance(value, Noted):
            raise NotKnownHere("what Get-Content read, with its notes, in a file of objects")
        if type(value) is str:
            return _element("S", named, value)
        if isinstance(value, float):
            tag, number = "Sg" if isinstance(value, Single) else "Db", real_text(value)
            return _element(tag, named, number.replace("∞", "INF").replace("Infinity", "INF"))
        if isinstance(value, Credential | SecureString):
            raise NotKnownHere("a secret in a file")
        if (is_collection(value) and type_of(value) != "System.Byte[]") or isinstance(value, dict):
            return None
        if type_of(value) == "System.Byte[]":
            value = bytes(value)
        if isinstance(value, int | str | Decimal | bytes) or type_of(value) in _BY_TEXT:
            made = self._encoder.value(value)
            tag = made[1:].partition(">")[0].partition(" ")[0]
            return f"<{tag}{named}{made[1 + len(tag) :]}"
        raise NotKnownHere(f"CLIXML of a [{NetType(type_of(value)).shown}]")

    def _inside(self, value: Any, level: int) -> None:
        if isinstance(value, SwitchParameter):
            self._names((SwitchParameter.NAME, "System.ValueType", "System.Object"), level)
            self._line(level, f"<ToString>{value.on}</ToString>")
            self._members("Props", {"IsPresent": value.on}, level)
        elif isinstance(value, RemoteEnum):
            self._inside(value.origin, level)
        elif isinstance(value, Spelled):
            self._line(level, _element("ToString", "", value.spelling))
            self._line(level, self._short(unspelled(value), "") or "")
        elif isinstance(value, EnumValue):
            names = (value.type_name, *_ENUM)
            self._names(names if isinstance(value, LocalEnum) else tuple(map(deserialized, names)), level)
            self._line(level, _element("ToString", "", str(value)))
            self._line(level, f"<I32>{value.value}</I32>")
        elif isinstance(value, HintedDate):
            self.value(value.plain(), "", level)
            self._members("MS", {"DisplayHint": value.hint}, level)
        elif isinstance(value, ObjectLike):
            self._object(value, level)
        elif isinstance(value, dict):
            self._names((qualified(type_of(value)), "System.Object"), level)
            self._entries(value, level)
        elif isinstance(value, _Came):
            self._names(value.type_names, level)
            if isinstance(value.value, dict):
                self._entries(value.value, level)
            else:
                self._list("LST", value.value, level)
        elif isinstance(value, HashSet | TypedQueue | TypedStack):
            raise NotKnownHere(f"CLIXML of a [{type_of(value).partition('`')[0]}]")
        else:
            kind = type_of(value)
            parents = ("System.Array", "System.Object") if kind.endswith("[]") else ("System.Object",)
            self._names((qualified(kind), *parents), level)
            tag = "QUE" if isinstance(value, Queue) else "STK" if isinstance(value, Stack) else "LST"
            self._list(tag, value, level)

    def _object(self, value: ObjectLike, level: int) -> None:
        names = value.type_names or (_CUSTOM, "System.Object")
        came = have_come(names) or type(value) is not PSObject
        if isinstance(value.base, BareObject):
            self._names(names, level)
            self._line(level, _element("ToString", "", str(value.base)))
            self._members("MS", dict(pairs(value)), level)
            return
        if value.base is not MISSING:
            self.value(value.base, "", level)
            self._members("MS", dict(pairs(value)), level)
            return
        of_cmdlet = not came and names[0].endswith(_OF_CMDLETS)
        if not came and not of_cmdlet and _CUSTOM not in names:
            raise NotKnownHere(f"CLIXML of a [{names[0]}]")
        self._names(tuple(map(deserialized, names)) if came else names, level)
        if value.text is not None:
            self._line(level, _element("ToString", "", value.text))
        own = of_cmdlet or (came and _CUSTOM not in names and f"Deserialized.{_CUSTOM}" not in names)
        members = dict(pairs(value))
        if came:
            members = {
                name: _Came(item, self._types_at(value, name)) if isinstance(item, list | dict) else item
                for name, item in members.items()
            }
        notes = {name: item for name, item in members.items() if is_adapted(value) and not is_own(value, name)}
        self._members("Props" if own else "MS", {name: members[name] for name in members if name not in notes}, level)
        self._members("MS", notes, level)

    def _types_at(self, owner: ObjectLike, name: str) -> tuple[str, ...]:
        """The type names of a list or table in an object that came: values do not keep them, the first object of a
        result's table does."""
        if not isinstance(owner, Record):
            raise NotKnownHere(f"CLIXML of {name} of an object that came: what type it had is not kept")
        table, _row = owner.place
        known = self._described.get(id(table))
        if known is None:
            told = describe(table.sample) if table.sample is not None else None
            types = {} if told is None else {one.name: one.type_names for one in told.properties}
            known = self._described[id(table)] = (table, types)
        found = known[1].get(name, ())
        if not found:
            raise NotKnownHere(
                f"CLIXML of {name} of a server's object: the first one has none, that would tell its type"
            )
        return found

    def _members(self, tag: str, members: dict[str, object], level: int) -> None:
        if not members:
            return
        self._line(level, f"<{tag}>")
        for name, item in members.items():
            self.value(item, name, level + 1)
        self._line(level, f"</{tag}>")

    def _list(self, tag: str, items: Iterable[object], level: int) -> None:
        held = list(items)
        self._line(level, f"<{tag}>" if held else f"<{tag} />")
        for item in held:
            self.value(item, "", level + 1)
        if held:
            self._line(level, f"</{tag}>")

    def _entries(self, table: dict[object, object], level: int) -> None:
        self._line(level, "<DCT>" if table else "<DCT />")
        for key, item in pairs(table):
            self._line(level + 1, "<En>")
            self.value(key, "Key", level + 2)
            self.value(item, "Value", level + 2)
            self._line(level + 1, "</En>")
        if table:
            self._line(level, "</DCT>")

    def _names(self, names: tuple[str, ...], level: int) -> None:
        known = self._types.get(names)
        if known is not None:
            self._line(level, f'<TNRef RefId="{known}" />')
            return
        self._types[names] = len(self._types)
        self._line(level, f'<TN RefId="{self._types[names]}">')
        for name in names:
            self._line(level + 1, _element("T", "", name))
        self._line(level, "</TN>")

    def _line(self, level: int, text: str) -> None:
        self.lines.append("  " * level + text)


_BY_TEXT: Final = frozenset(f"System.{name}" for name in ("DateTime", "TimeSpan", "Guid"))


def _no_secret(_secret: SecureString) -> str:
    raise NotKnownHere("a secret in a file")


def _element(tag: str, named: str, text: str) -> str:
    return f"<{tag}{named}>{escape(text).replace('&quot;', chr(34))}</{tag}>"


# --- reading ---------------------------------------------------------------------------------------------------------


def values_in(text: str) -> Iterator[object]:
    """The values of a document. Raises ScriptError for a text that is none, NotKnownHere for what is not read here."""
    if "<!DOCTYPE" in text:
        raise NotKnownHere("a document type in CLIXML")
    try:
        root = fromstring(text)
    except ParseError as bad:
        if not text.strip():
            raise _no_document("Root element is missing.") from None
        line, column = bad.position
        if column == 0 and not text.lstrip().startswith("<"):
            raise _no_document(f"Data at the root level is invalid. Line {line}, position 1.") from None
        raise NotKnownHere(f"CLIXML that is not well-formed (line {line})") from None
    if root.tag != f"{{{_NAMESPACE}}}Objs":
        message = f"Element 'Objs' with namespace name '{_NAMESPACE}' was not found. Line 1, position 2."
        raise _no_document(message)
    reader = _Reader()
    for child in root:
        found = reader.value(child, 0)
        yield remote_value(found) if isinstance(found, EnumValue) else found


def _no_document(message: str) -> ScriptError:
    error_id = "System.Xml.XmlException,Microsoft.PowerShell.Commands.ImportClixmlCommand"
    return ScriptError(message, error_id, "NotSpecified", exception="System.Xml.XmlException")


class _Reader:
    """One document: the objects and type names that references in it may name."""

    def __init__(self) -> None:
        self._objects: dict[str, object] = {}
        self._types: dict[str, tuple[str, ...]] = {}

    def value(self, element: Element, depth: int) -> object:
        """The value of an element."""
        tag, text = _tag(element), element.text or ""
        if depth > _DEEPEST:
            raise NotKnownHere(f"CLIXML deeper than {_DEEPEST} levels")
        if tag == "Nil":
            return None
        if tag == "Ref":
            return self._objects.get(element.get("RefId", ""))
        if tag == "Obj":
            return self._object(element, depth)
        if tag == "SS":
            raise NotKnownHere("Import-Clixml of a file that holds a secret")
        kind = _SIZED.get(tag)
        try:
            if tag == "SBK":
                return unescape(text)
            if tag == "BA":
                return Array(map(Byte, SCALARS[tag](text)), "System.Byte")
            return kind(SCALARS["Db" if tag == "Sg" else "I32"](text)) if kind is not None else SCALARS[tag](text)
        except (KeyError, ValueError):
            raise NotKnownHere(f"the element <{tag}> of this CLIXML") from None

    def _object(self, element: Element, depth: int) -> object:
        """An object: its names, what it is a container or a value of, and its members."""
        names: tuple[str, ...] = ()
        for one in element:
            if _tag(one) == "TN":
                names = self._types[one.get("RefId", "")] = tuple(unescape(name.text or "") for name in one)
            elif _tag(one) == "TNRef":
                names = self._types.get(one.get("RefId", ""), ())
        number = element.get("RefId", "")
        shown, held = None, PSObject({}, tuple(map(deserialized, names)), None)
        base: object = MISSING
        notes: dict[str, Any] = {}
        own: dict[str, Any] | None = None
        self._objects[number] = held
        for one in element:
            tag = _tag(one)
            if tag in ("TN", "TNRef"):
                continue
            if tag == "ToString":
                shown = unescape(one.text or "")
            elif tag in ("Props", "MS"):
                members = {unescape(item.get("N", "")): self.value(item, depth + 1) for item in one}
                notes, own = (members, own) if tag == "MS" else (notes, members)
                held.properties = notes if own is None else Adapted(notes, own)
            else:
                base = self._container(one, tag, names, number, depth)
        held.text = shown
        if base is MISSING:
            on = held.properties.get("IsPresent")
            return SwitchParameter(on) if names[:1] == (SwitchParameter.NAME,) and isinstance(on, bool) else held
        if deserialized(_ENUM[0]) in map(deserialized, names) and isinstance(base, int):
            return EnumValue(shown or str(base), base, names[0].removeprefix("Deserialized."))
        if list(held.properties) == ["DisplayHint"] and isinstance(base, datetime):
            hint = held.properties["DisplayHint"]
            return HintedDate.hinting(base, remote_value(hint) if isinstance(hint, EnumValue) else hint)
        if held.properties and not isinstance(base, list | dict):
            held.base, held.type_names = base, ()
            return held
        self._objects[number] = base
        return base

    def _item(self, element: Element, depth: int) -> object:
        """What is in a list or a table, as a cell sees it there."""
        found = self.value(element, depth + 1)
        return remote_value(found) if isinstance(found, EnumValue) else found

    def _container(self, element: Element, tag: str, names: tuple[str, ...], number: str, depth: int) -> object:
        if tag == "STK":
            return Stack(self._item(item, depth) for item in element)
        if tag in _LISTS:
            made = self._objects[number] = _LISTS[tag]()
            made.extend(self._item(item, depth) for item in element)
            return made
        if tag == "DCT":
            table = Ordered() if names[:1] == ("System.Collections.Specialized.OrderedDictionary",) else Hashtable()
            self._objects[number] = table
            for entry in element:
                parts = {part.get("N"): self._item(part, depth) for part in entry}
                table[parts.get("Key")] = parts.get("Value")
            return table
        return self.value(element, depth + 1)


_SIZED: Final[dict[str, Callable[[Any], object]]] = {
    "I64": Int64, "I16": Int16, "By": Byte, "SB": SByte, "U16": UInt16, "U32": UInt32, "U64": UInt64, "Sg": Single,
}  # fmt: skip


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def text_of_file(data: bytes) -> str:
    """A file's text; its mark tells the encoding."""
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
