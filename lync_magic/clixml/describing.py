"""What PowerShell's `Get-Member` says of an object that came: the types that its decoded values no longer tell.

Rule: it is asked of the CLIXML of one object (MS-PSRP 2.2.5.2), for a person who looks, never for each row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring

from lync_magic.clixml.text import parsable, unescape

PREFIX: Final = "Deserialized."
_SCALARS: Final = {
    "S": "String", "C": "Char", "B": "Boolean", "DT": "DateTime", "TS": "TimeSpan", "By": "Byte", "SB": "SByte",
    "U16": "UInt16", "I16": "Int16", "U32": "UInt32", "I32": "Int32", "U64": "UInt64", "I64": "Int64", "Sg": "Single",
    "Db": "Double", "D": "Decimal", "BA": "Byte[]", "G": "Guid", "URI": "Uri", "Version": "Version",
    "XD": "Xml.XmlDocument", "SBK": "String", "SS": "Security.SecureString",
}  # fmt: skip
"""Each primitive's element (MS-PSRP 2.2.5.1), and what it is of once it came, without `System.`."""
_CONTAINERS: Final = {
    "LST": "System.Collections.ArrayList", "IE": "System.Collections.ArrayList", "DCT": "System.Collections.Hashtable",
    "QUE": "System.Collections.Queue", "STK": "System.Collections.Stack",
}  # fmt: skip
_CUSTOM: Final = "System.Management.Automation.PSCustomObject"


class Property(NamedTuple):
    """A property. type_names: of its value, most derived first, none for `$null`.  is_note: whether it was added to the
    object (`MS`)."""

    name: str
    type_names: tuple[str, ...]
    is_note: bool

    @property
    def type_name(self) -> str:
        """Of its value, "" for `$null`."""
        return self.type_names[0] if self.type_names else ""


class Description(NamedTuple):
    """An object. has_own: whether it has properties of its own type (`Props`).  has_text: whether a ToString() came."""

    properties: tuple[Property, ...]
    has_own: bool
    has_text: bool


def describe(raw: bytes | str) -> Description | None:
    """What one object's CLIXML says of its members; None where it is no object of properties alone."""
    text = raw if isinstance(raw, str) else raw.decode("utf-8", "surrogatepass")
    try:
        element = fromstring(parsable(text.lstrip("\ufeff")))
    except (ParseError, UnicodeError):
        return None
    parts = {child.tag for child in element}
    if element.tag != "Obj" or not parts <= {"TN", "TNRef", "ToString", "Props", "MS"}:
        return None
    known = dict(_named(element))
    properties = [
        Property(unescape(member.get("N", "")), _types_of(member, known), section.tag == "MS")
        for section in element
        if section.tag in ("Props", "MS")
        for member in section
    ]
    return Description(tuple(properties), "Props" in parts, "ToString" in parts)


def deserialized(type_name: str) -> str:
    """The name that a type has once its object came."""
    return type_name if type_name.startswith(PREFIX) else PREFIX + type_name


def _named(element: Element) -> Iterator[tuple[tuple[str, str], Element]]:
    """The type names and the objects in it, by what refers to them."""
    for one in element.iter():
        key = one.get("RefId")
        if key is not None and one.tag in ("TN", "Obj"):
            yield (one.tag, key), one


def _types_of(member: Element, known: dict[tuple[str, str], Element]) -> tuple[str, ...]:
    if member.tag == "Ref":
        found = known.get(("Obj", member.get("RefId", "")))
        return _types_of(found, known) if found is not None else (_CUSTOM,)
    if member.tag != "Obj":
        return () if member.tag == "Nil" else (f"System.{_SCALARS.get(member.tag, 'Object')}",)
    names = member.find("TN")
    reference = member.find("TNRef")
    if reference is not None:
        names = known.get(("TN", reference.get("RefId", "")))
    if names is not None and len(names):
        return tuple(deserialized(unescape(one.text or "")) for one in names)
    for child in member:
        if child.tag in _CONTAINERS:
            return (_CONTAINERS[child.tag],)
        if child.tag in _SCALARS:
            return (f"System.{_SCALARS[child.tag]}",)
    return (_CUSTOM,)
