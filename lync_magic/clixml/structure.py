"""How objects of one type are written: the structure of a sample, and one structure that covers several
samples.

Rule of this file: a structure never guesses. It says which elements may stand where; what it does not cover
(references, secrets, dictionaries with objects for keys) is `NotLearnable` and stays with the exact walk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, fromstring

from lync_magic.clixml.columns import PATTERNS
from lync_magic.clixml.scalars import INTEGERS
from lync_magic.clixml.special import SPECIAL_TYPES
from lync_magic.clixml.text import BYTE_ORDER_MARK, unescape

LISTS = ("LST", "IE", "QUE", "STK")
MAX_NESTING = 4
MAX_MEMBERS = 400
_SECTIONS = ("Props", "MS")
_WHITE = re.compile("[\t\n\r]")  # an XML parser makes spaces of these in a name, unless they are references
_EMPTY = re.compile('<([A-Za-z0-9]+) N="([^"]*)" ?/>')

Empty = frozenset[tuple[str, str]]
"""The primitives, by tag and raw name, that a sample writes as `<S N="x" />`."""


class NotLearnable(Exception):
    """An object is written in a way that a structure cannot say."""


@dataclass
class TypeNames:
    """What may name an object's type: the raw `<T>…</T>` texts that were seen, or nothing at all."""

    texts: dict[tuple[str, ...], None] = field(default_factory=dict)
    absent: bool = False
    present: bool = False

    def merge(self, other: TypeNames) -> None:
        """Allow what `other` allows, too."""
        self.texts.update(other.texts)
        self.absent |= other.absent
        self.present |= other.present


@dataclass
class Structure:
    """An object of properties alone.

    text: whether a ToString() was there, was missing.  sections: Props and MS, each with its members in
    order.
    """

    type_names: TypeNames
    text: set[bool]
    sections: dict[str, dict[str, Member]]
    reference: str = "0"
    type_reference: str | None = None

    def members(self) -> int:
        """How many properties it may have, nested ones counted."""
        count = 0
        for section in self.sections.values():
            for member in section.values():
                count += 1 + member.members()
        return count


@dataclass
class Member:
    """A property: the ways in which its value may be written.

    null: it may be `Nil`.
    scalars: tags of primitives.  empty: tags of primitives written as `<S N="x" />`.  headers: the orders of
    an Obj's attributes.  lists: containers and the tags of their items.  dicts: tags of keys, of values.
    boxed: tags of numbers that stand in an object of their own (enumerations).  nested: an object.
    items: the objects in its lists, and those that are values of its dictionaries.
    """

    optional: bool = False
    null: bool = False
    scalars: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    headers: set[tuple[str, ...]] = field(default_factory=set)
    type_names: TypeNames = field(default_factory=TypeNames)
    lists: dict[str, set[str]] = field(default_factory=dict)
    dicts: tuple[set[str], set[str]] | None = None
    boxed: set[str] = field(default_factory=set)
    boxed_text: set[bool] = field(default_factory=set)
    nested: Structure | None = None
    items: Member | None = None

    @property
    def is_object(self) -> bool:
        """Whether it may be an `Obj`."""
        return bool(self.headers)

    def members(self) -> int:
        """How many properties the objects in it may have."""
        return (self.nested.members() if self.nested else 0) + (self.items.members() if self.items else 0)


def sample_of(raw: bytes) -> Structure:
    """The structure of one object as it was written. Raises NotLearnable."""
    try:
        text = raw.decode().removeprefix(BYTE_ORDER_MARK)
        element = fromstring(text)
    except (ParseError, UnicodeDecodeError):
        raise NotLearnable from None
    structure = _structure_of(element, frozenset(_EMPTY.findall(text)), 0)
    reference, types = element.get("RefId"), element.find("TN")
    if reference is None or list(element.keys()) != ["RefId"] or element.find("TNRef") is not None:
        raise NotLearnable
    structure.reference = reference
    structure.type_reference = None if types is None else types.get("RefId")
    if (structure.type_reference is None) != structure.type_names.absent:
        raise NotLearnable
    return structure


def escaped(text: str) -> str:
    """`text` as PowerShell writes it into an element or an attribute."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _structure_of(element: Element, empty: Empty, depth: int) -> Structure:
    if element.tag != "Obj" or depth > MAX_NESTING:
        raise NotLearnable
    names, text, rest = _parts(element)
    tags = tuple(child.tag for child in rest)
    if tags not in ((), ("Props",), ("MS",), _SECTIONS):
        raise NotLearnable
    for type_names in names.texts:
        if type_names and type_names[0] in SPECIAL_TYPES:
            raise NotLearnable
    sections = {child.tag: _members(child, empty, depth) for child in rest}
    if not _all_differ(sections):
        raise NotLearnable
    made = Structure(names, {text}, sections)
    if made.members() > MAX_MEMBERS:
        raise NotLearnable
    return made


def merged(one: Structure, other: Structure) -> Structure | None:
    """A structure that covers both, or None where their properties do not go into one order.

    Changes `one`.
    """
    if tuple(one.sections) != tuple(other.sections):
        return None
    sections = {}
    for tag, members in one.sections.items():
        combined = _merged_members(members, other.sections[tag])
        if combined is None:
            return None
        sections[tag] = combined
    if not _all_differ(sections):
        return None
    one.sections = sections
    one.type_names.merge(other.type_names)
    one.text |= other.text
    return one


def _all_differ(sections: dict[str, dict[str, Member]]) -> bool:
    """Whether no property is there twice, also where it is spelled with an escape."""
    every = [unescape(name) for section in sections.values() for name in section]
    return len(set(every)) == len(every)


def _merged_members(one: dict[str, Member], other: dict[str, Member]) -> dict[str, Member] | None:
    names = _merged_order(list(one), list(other))
    if names is None or len(names) > MAX_MEMBERS:
        return None
    combined = {}
    for name in names:
        first, second = one.get(name), other.get(name)
        if first is None or second is None:
            member = first or second
            assert member is not None
            member.optional = True
        else:
            merged_member = _merged_member(first, second)
            if merged_member is None:
                return None
            member = merged_member
        combined[name] = member
    return combined


def _merged_order(one: list[str], other: list[str]) -> list[str] | None:
    """An order that both are part of, or None; None, too, where they have little in common."""
    if one == other:
        return one
    places = {name: place for place, name in enumerate(one)}
    order: list[str] = []
    done = common = 0
    for name in other:
        place = places.get(name)
        if place is None:
            order.append(name)
            continue
        if place < done:
            return None
        common += 1
        order += one[done : place + 1]
        done = place + 1
    order += one[done:]
    return order if common * 2 >= min(len(one), len(other)) else None


def _merged_member(one: Member, other: Member) -> Member | None:
    """A member that covers both, or None where the objects in them do not go together. Changes `one`."""
    if one.nested is not None and other.nested is not None and merged(one.nested, other.nested) is None:
        return None
    if one.items is not None and other.items is not None and _merged_member(one.items, other.items) is None:
        return None
    one.nested = one.nested or other.nested
    one.items = one.items or other.items
    one.optional |= other.optional
    one.null |= other.null
    one.scalars |= other.scalars
    one.empty |= other.empty
    one.headers |= other.headers
    one.type_names.merge(other.type_names)
    for tag, items in other.lists.items():
        one.lists.setdefault(tag, set()).update(items)
    if other.dicts is not None:
        keys, values = one.dicts or (set(), set())
        one.dicts = (keys | other.dicts[0], values | other.dicts[1])
    one.boxed |= other.boxed
    one.boxed_text |= other.boxed_text
    return one


def _parts(element: Element) -> tuple[TypeNames, bool, list[Element]]:
    """An Obj's type names, whether it has a ToString(), and its other children, in PowerShell's order."""
    rest = list(element)
    names = TypeNames()
    if rest and rest[0].tag == "TN":
        names.texts[tuple([child.text or "" for child in rest[0]])] = None
        names.present = True
        del rest[0]
    elif rest and rest[0].tag == "TNRef":
        names.present = True
        del rest[0]
    else:
        names.absent = True
    text = bool(rest) and rest[0].tag == "ToString"
    return names, text, rest[1:] if text else rest


def _members(section: Element, empty: Empty, depth: int) -> dict[str, Member]:
    members: dict[str, Member] = {}
    for child in section:
        name = child.get("N")
        if name is None or name in members or _WHITE.search(name):
            raise NotLearnable
        members[name] = _member(child, name, empty, depth)
    return members


def _member(element: Element, name: str, empty: Empty, depth: int) -> Member:
    member = Member()
    tag = element.tag
    if tag == "Nil":
        member.null = True
        return member
    if tag in PATTERNS:
        (member.empty if (tag, escaped(name)) in empty else member.scalars).add(tag)
        if tag == "S":
            member.scalars.add(tag)
        return member
    if tag != "Obj" or depth > MAX_NESTING:
        raise NotLearnable
    member.headers.add(tuple(element.keys()))
    names, text, rest = _parts(element)
    held = rest[0] if len(rest) == 1 else None
    if held is not None and held.tag in LISTS and not text:
        member.lists[held.tag] = {_item_tag(child) for child in held if child.tag != "Obj"}
        member.items = _items([child for child in held if child.tag == "Obj"], empty, depth)
    elif held is not None and held.tag == "DCT" and not text:
        member.dicts = _entry_tags(held)
        member.items = _items([value for _, value in held if value.tag == "Obj"], empty, depth)
    elif held is not None and held.tag in INTEGERS:
        member.boxed.add(held.tag)
        member.boxed_text.add(text)
    else:
        member.nested = _structure_of(element, empty, depth + 1)
    member.type_names.merge(names)
    return member


def _items(elements: list[Element], empty: Empty, depth: int) -> Member | None:
    items: Member | None = None
    for element in elements:
        one = _member(element, "", empty, depth + 1)
        items = one if items is None else _merged_member(items, one)
        if items is None:
            raise NotLearnable
    return items


def _item_tag(element: Element) -> str:
    if element.tag not in PATTERNS and element.tag != "Nil":
        raise NotLearnable
    return element.tag


def _entry_tags(held: Element) -> tuple[set[str], set[str]]:
    keys, values = set(), set()
    for entry in held:
        if [child.get("N") for child in entry] != ["Key", "Value"]:
            raise NotLearnable
        keys.add(_item_tag(entry[0]))
        if entry[1].tag != "Obj":
            values.add(_item_tag(entry[1]))
    return keys, values
