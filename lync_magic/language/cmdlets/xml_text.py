"""Select-Xml and ConvertTo-Xml."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from lync_magic.clixml import MISSING, EnumValue, ObjectLike, PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import absolute, expanded, paths_of, real, whole_of
from lync_magic.language.cmdlets.globbing import lost_folder
from lync_magic.language.cmdlets.stream import all_of, objects
from lync_magic.language.values.bare_objects import BareObject
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import (
    CUSTOM_OBJECT,
    NOTHING,
    Wrapped,
    is_collection,
    is_table,
    items_of,
    pairs,
)
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import local_text, net_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.xml_nodes import XmlNode
from lync_magic.language.values.xml_values import NamespaceManager, document_of

_STREAM: Final = "InputStream"


def _select(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    pattern = to_text(call.get("XPath"))
    for path, document in _documents(call, input):
        told = call.get("Namespace")
        names = (NamespaceManager({to_text(key): to_text(one) for key, one in told.items()}),) if is_table(told) else ()
        for node in _found(document, (pattern, *names)):
            text = node.value if node.kind not in ("element", "document") else node.inner_xml.strip()
            text = text if path == _STREAM else f"{text}:{path}"
            content = {"Node": node, "Path": path, "Pattern": pattern}
            yield PSObject(content, ("Microsoft.PowerShell.Commands.SelectXmlInfo", "System.Object"), text)


def _found(document: XmlNode, arguments: Sequence[object]) -> list[XmlNode]:
    """The nodes of an XPath. Raises the cmdlet's error for what is none."""
    try:
        found = call_method(document, "SelectNodes", arguments)
    except ScriptError as bad:
        if bad.inner != _BAD_PATH:
            raise
        error_id = f"System.Xml.XPath.{_BAD_PATH},Microsoft.PowerShell.Commands.SelectXmlCommand"
        raise ScriptError(bad.inner_message, error_id, "NotSpecified", exception=_BAD_PATH) from None
    assert isinstance(found, list)
    return found


_BAD_PATH: Final = "XPathException"


def _file(path: str) -> tuple[str, XmlNode]:
    return absolute(path), document_of(whole_of(path).decode("utf-8-sig", "replace"))


def _documents(call: BoundCall, input: Iterator[object] | None) -> Iterator[tuple[str, XmlNode]]:
    if call.given("Path") or call.given("LiteralPath"):
        names, literal = paths_of(call)
        paths: list[str] = []
        for name in all_of(names):
            found = list(expanded(call, [name], literal=literal))
            is_lost = lost_folder(real(name)) if has_wildcard(to_text(name)) else not found
            if is_lost and not literal:
                return  # PowerShell looks no further, and reads none
            paths += found
        yield from map(_file, paths)
        return
    told = call.get("Xml", call.get("Content"))
    for one in all_of(told) if input is None else input:
        if type_of(one) == "System.IO.FileInfo":
            yield _file(to_text(get_property(one, "FullName")))
            continue
        try:
            document = one if isinstance(one, XmlNode) else document_of(to_text(one))
        except ScriptError as bad:
            bad.error_id = f"{bad.error_id},{call.error_suffix}"
            bad.activity = call.command_name
            if call.given("Xml"):
                raise
            call.services.error(bad)
            continue
        yield _STREAM, document


def _convert(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if to_text(call.get("As", "")).lower() == "stream":
        yield from ('<?xml version="1.0" encoding="utf-8"?>', "<Objects>")
        for item in objects(call, input):
            yield os.linesep.join(_lines(_object(item, typed=not call.switch("NoTypeInformation"))))
        yield "</Objects>"
        return
    document = XmlNode("document", "#document")
    document.add(XmlNode("xml", value='version="1.0" encoding="utf-8"'))
    root = XmlNode("element", "Objects")
    document.add(root)
    typed = not call.switch("NoTypeInformation")
    for item in objects(call, input):
        root.add(_object(item, typed=typed))
    yield document if to_text(call.get("As", "Document")).lower() == "document" else os.linesep.join(_lines(document))


def _object(item: object, *, typed: bool) -> XmlNode:
    made = XmlNode("element", "Object")
    is_bare = isinstance(item, ObjectLike) and isinstance(item.base, BareObject)
    if not isinstance(item, ObjectLike) or (item.base is not MISSING and not is_bare):
        return _filled(made, item, typed=typed)
    if not is_bare and "System.Management.Automation.PSCustomObject" not in [
        one.removeprefix("Deserialized.") for one in item.type_names
    ]:
        raise NotKnownHere(f"ConvertTo-Xml of a [{item.type_names[0]}]")
    if typed:
        made.put("Type", "System.Object" if is_bare else CUSTOM_OBJECT[0])
    for name in item:
        value = get_property(item, name)
        held = XmlNode("element", "Property")
        held.put("Name", name)
        made.add(_filled(held, value, typed=typed, named=True))
    return made


def _filled(made: XmlNode, value: object, *, typed: bool, named: bool = False) -> XmlNode:
    """A property or object with a plain value, or a list of those."""
    if value is NOTHING:  # an object without properties to .NET, whose text is empty
        if typed:
            made.put("Type", CUSTOM_OBJECT[0])
        made.add(_filled(XmlNode("element", "Property"), "", typed=typed))
        return made
    if typed and (value is not None or named):
        made.put("Type", NetType(type_of(value) or "System.Object").name)
    if value is None:
        return made
    if is_collection(value):
        if not type_of(value).startswith(_LISTS) and not type_of(value).endswith("[]"):  # whose own properties show too
            raise NotKnownHere(f"ConvertTo-Xml of a [{type_of(value)}]")
        for item in items_of(value):
            made.add(_filled(XmlNode("element", "Property"), item, typed=typed))
        return made
    if is_table(value):
        for pair in pairs(value):
            if any(map(_is_object, pair)):  # which are gone into there
                raise NotKnownHere("ConvertTo-Xml of objects in a table")
            for name, one in zip(("Key", "Value"), pair, strict=True):
                held = XmlNode("element", "Property")
                held.put("Name", name)
                made.add(_filled(held, one, typed=typed, named=True))
        return made
    if isinstance(value, ObjectLike) and _is_object(value):
        return _told(made, value, typed=typed)
    if not isinstance(value, _PLAIN) or isinstance(value, EnumValue):
        raise NotKnownHere(f"ConvertTo-Xml of a [{type_of(value)}]")
    return _text_in(made, net_text(unspelled(value)))


def _is_object(value: object) -> bool:
    return isinstance(value, ObjectLike) and value.base is MISSING


def _told(made: XmlNode, value: ObjectLike, *, typed: bool) -> XmlNode:
    """An object as deep as -Depth goes: its text, and the texts of its properties."""
    if not len(value):
        return _text_in(made, "")
    made.add(_filled(XmlNode("element", "Property"), local_text(value), typed=typed))
    for name in value:
        item = get_property(value, name)
        if item is None:  # PowerShell fails there
            raise NotKnownHere("ConvertTo-Xml of an object within another that has a property without a value")
        held = XmlNode("element", "Property")
        held.put("Name", name)
        if typed:
            held.put("Type", "System.Management.Automation.PSNoteProperty")
        is_named = is_table(item) or (is_collection(item) and not isinstance(item, Wrapped))
        made.add(_text_in(held, type_of(item) if is_named else local_text(item)))
    return made


def _text_in(made: XmlNode, text: str) -> XmlNode:
    made.ended = True
    if text := _written(text):
        made.add(XmlNode("#text", value=text))
    return made


def _written(text: str) -> str:
    """A text as it is read again from XML: each break a line feed. Raises ScriptError for what XML cannot have."""
    bad = _NOT_IN_XML.search(text)
    if bad is not None:
        char = "." if bad[0] == "\0" else bad[0]
        message = f"'{char}', hexadecimal value 0x{ord(bad[0]):02X}, is an invalid character."
        error_id = "System.ArgumentException,Microsoft.PowerShell.Commands.ConvertToXmlCommand"
        raise ScriptError(message, error_id, "NotSpecified", exception="ArgumentException")
    return text.replace("\r\n", "\n").replace("\r", "\n")


_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LISTS: Final = ("System.Collections.ArrayList", "System.Collections.Generic.List`1", "System.Collections.ObjectModel.")
_PLAIN: Final = (str, int, float, Decimal, datetime, timedelta, UUID)
"""What a value is that is one text in XML."""


def _lines(node: XmlNode, depth: int = 0) -> Iterator[str]:
    """An indented document, line by line."""
    blank = "  " * depth
    if node.kind == "document":
        for one in node.children:
            yield from _lines(one, depth)
    elif node.kind == "element" and any(one.kind == "element" for one in node.children):
        yield blank + node.outer_xml[: node.outer_xml.index(">") + 1]
        for one in node.children:
            yield from _lines(one, depth + 1)
        yield f"{blank}</{node.name}>"
    else:
        yield blank + node.outer_xml


CMDLETS: Final = (
    ClientCommand(
        "Select-Xml",
        (
            ParameterSpec("XPath", "string", position=0, mandatory=True),
            ParameterSpec("Xml", "object", ("Node",), 1, mandatory=True, by_value=True, sets=("Xml",)),
            ParameterSpec("Path", "string[]", position=1, mandatory=True, sets=("Path",)),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), mandatory=True, sets=("LiteralPath",)),
            ParameterSpec("Content", "string[]", mandatory=True, sets=("Content",)),
            ParameterSpec("Namespace", "hashtable"),
        ),
        _select,
        (),
        "SelectXmlCommand",
        "Xml",
        own=True,
    ),
    ClientCommand(
        "ConvertTo-Xml",
        (
            ParameterSpec("InputObject", "object", position=0, mandatory=True, by_value=True),
            ParameterSpec("Depth", "int", unsupported=True),
            ParameterSpec("NoTypeInformation", "switch"),
            ParameterSpec("As", "string", allowed=("Document", "String", "Stream")),
        ),
        _convert,
        (),
        "ConvertToXmlCommand",
        own=True,
    ),
)
