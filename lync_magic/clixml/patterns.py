"""A structure made into the pattern that matches its objects, and the plan of what the pattern's groups are.

Rules of this file: what a pattern matches is what the walk would read, to the letter. Groups are counted here and
nowhere else; a group is the raw text between two tags, or a whole fragment that `columns` takes apart. Each choice is
final (possessive, atomic), as the tags tell which one it is: that spares the engine its way back.
"""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

from lync_magic.clixml.columns import PATTERNS, TEXT, Column, dict_column, list_column, scalar_column
from lync_magic.clixml.scalars import INTEGER
from lync_magic.clixml.structure import Member, Structure, TypeNames, escaped
from lync_magic.clixml.text import unescape


class Alternative(NamedTuple):
    """One way to write a value. group: its text, None in rows that write it otherwise.

    holds: it is a list or a dictionary with objects in it.  plain: those objects are numbers with their texts.
    """

    group: int
    column: Column | None = None
    slot: int | None = None
    nested: Plan | None = None
    holds: bool = False
    plain: bool = False


class MemberPlan(NamedTuple):
    name: str
    present: int | None
    alternatives: list[Alternative]


class Plan(NamedTuple):
    """How the groups of an object's pattern become columns.

    Groups: the first of its groups and the one after the last.
    """

    slot: int
    text: int | None
    members: list[MemberPlan]
    names: list[str]
    groups: tuple[int, int]


class Slot(NamedTuple):
    """A place where types are named. own: the top object's key and names, known from the pattern.

    holds: a list or dictionary, whose items may name types of their own.
    """

    is_object: bool
    own: tuple[str, tuple[str, ...]] | None
    group: int | None
    holds: bool = False


_FINAL = (("*+", "*"), ("++", "+"), ("?+", "?"), ("}+", "}"), ("(?>", "(?:"))
"""Final choices, and how to write the same without them."""

_FINAL_SINCE = (3, 11, 5)
"""Python 3.10 knows no final choices, and the first releases of 3.11 get some of them wrong (CPython's gh-106052)."""

_LITERAL_TYPES = 4
"""How many of the types that were seen at a place its pattern holds to the letter, which is faster. Where choices are
not final there are none: the engine would try both ways at each place, and their number doubles with each.
"""


def compiled(source: str) -> re.Pattern[bytes]:
    """The pattern of a `Compiler`, for this Python. Names in it are escaped, so that none looks like a choice."""
    if sys.version_info < _FINAL_SINCE:
        for final, open_ended in _FINAL:
            source = source.replace(final, open_ended)
    return re.compile(source.encode())


class Compiler:
    """Writes the pattern of a structure, counting its groups."""

    def __init__(self, lenient: bool) -> None:
        self.slots: list[Slot] = []
        self._lenient = lenient
        self._groups = 0
        self._quiet = False

    def top(self, structure: Structure) -> tuple[str, Plan]:
        """The pattern of a whole object, and its plan."""
        texts = next(iter(structure.type_names.texts), None)
        head = f'<Obj RefId="{structure.reference}">'
        own = None
        if texts is not None and structure.type_reference is not None:
            head += f'<TN RefId="{structure.type_reference}">{_type_texts(texts)}</TN>'
            own = (structure.type_reference, tuple(map(unescape, texts)))
        self.slots.append(Slot(True, own, None))
        body, plan = self._object(structure, 0)
        return f"{re.escape(head)}{body}</Obj>", plan

    def _group(self, pattern: str = "") -> tuple[str, int]:
        if self._quiet:
            return f"(?:{pattern})", -1
        self._groups += 1
        return f"({pattern})", self._groups - 1

    def _object(self, structure: Structure, slot: int) -> tuple[str, Plan]:
        """What stands in an object after its type names."""
        first = self._groups
        body, text = "", None
        if True in structure.text:
            group, text = self._group(TEXT)
            body = f"<ToString>{group}</ToString>"
            if False in structure.text:
                body = f"(?:{body})?"
        members: list[MemberPlan] = []
        for tag, section in structure.sections.items():
            inner = "".join([self._member(name, member, members) for name, member in section.items()])
            body += f"<{tag}>{inner}</{tag}>" if section else f"<{tag} ?+/>"
        names = [member.name for member in members]
        return body, Plan(slot, text, members, names, (first, self._groups))

    def _member(self, raw_name: str, member: Member, members: list[MemberPlan]) -> str:
        name = re.escape(escaped(raw_name))
        ways: list[str] = []
        alternatives: list[Alternative] = []
        guess = set() if member.is_object or member.empty else {"S"}  # a null so far is most likely a string later
        for tag in sorted(member.scalars or guess):
            group, number = self._group(PATTERNS[tag])
            ways.append(f'{tag} N="{name}">{group}</{tag}')
            alternatives.append(Alternative(number, scalar_column(tag)))
        for tag in sorted(member.empty):
            group, number = self._group()
            ways.append(f'{tag} N="{name}" ?+/{group}')
            alternatives.append(Alternative(number, scalar_column(tag)))
        if member.is_object:
            ways.append(self._boxes(name, member, alternatives))
        if member.null or self._lenient:
            ways.append(f'Nil N="{name}" ?+/')
        pattern = f"<{ways[0]}>" if len(ways) == 1 else f"<(?>{'|'.join(ways)})>"
        present = None
        if member.optional:
            group, present = self._group()
            pattern = f"(?:{pattern}{group})?"
        members.append(MemberPlan(unescape(raw_name), present, alternatives))
        return pattern

    def _boxes(self, name: str, member: Member, alternatives: list[Alternative]) -> str:
        """An Obj: its head and type names, then whatever may stand in it."""
        heads = "|".join(sorted(_head(name, keys) for keys in member.headers))
        slot = len(self.slots)
        types = self._types(member.type_names, member.nested is not None)
        ways = []
        for tag, items in sorted(member.lists.items()):
            item = _items(items) + self._item_objects(member, "")
            group, number = self._group(f"<{tag}>(?:{item})*+</{tag}>|<{tag} ?+/>")
            ways.append(group)
            alternatives.append(self._holder(number, member) or Alternative(number, list_column(tag, items)))
        if member.dicts is not None:
            keys, values = (_items(tags, which) for tags, which in zip(member.dicts, _ENTRY, strict=True))
            values += self._item_objects(member, "Value")
            group, number = self._group(f"<DCT>(?:<En>(?:{keys})(?:{values})</En>)*+</DCT>|<DCT ?+/>")
            ways.append(group)
            alternatives.append(self._holder(number, member) or Alternative(number, dict_column()))
        if member.boxed:
            numbers = "|".join(f"<{tag}>{INTEGER}</{tag}>" for tag in sorted(member.boxed))
            text = f"(?:<ToString>{TEXT}</ToString>)" + ("?" if False in member.boxed_text else "")
            group, number = self._group(f"{text}(?:{numbers})")
            ways.append(group)
            alternatives.append(Alternative(number, slot=slot))
        if member.nested is not None:
            group, number = self._group()
            body, plan = self._object(member.nested, slot)
            ways.append(group + body)
            alternatives.append(Alternative(number, slot=slot, nested=plan))
        return f"Obj(?>{heads})>{types}(?>{'|'.join(ways)})</Obj"

    def _item_objects(self, member: Member, name: str) -> str:
        """The objects in a list or dictionary, one more way to write an item. They have no groups of their own."""
        if member.items is None:
            return ""
        outer, slots, self._quiet = self._quiet, len(self.slots), True
        pattern = self._boxes(name, member.items, [])
        self._quiet = outer
        del self.slots[slots:]
        return f"|<{pattern}>"

    def _holder(self, number: int, member: Member) -> Alternative | None:
        items = member.items
        if items is None:
            return None
        self.slots.append(Slot(False, None, number, holds=True))
        plain = items.nested is None and not items.lists and items.dicts is None
        return Alternative(number, slot=len(self.slots) - 1, holds=True, plain=plain)

    def _types(self, names: TypeNames, is_object: bool) -> str:
        if not names.present:
            self.slots.append(Slot(is_object, None, None))
            return ""
        literals = _LITERAL_TYPES if sys.version_info >= _FINAL_SINCE else 0
        literal = "".join(f"{re.escape(_type_texts(texts))}|" for texts in list(names.texts)[:literals])
        any_types = f"(?:<T>{TEXT}</T>)*"
        group, number = self._group(f'<TN RefId="[0-9]++">(?:{literal}{any_types})</TN>|<TNRef RefId="[0-9]++" ?+/>')
        self.slots.append(Slot(is_object, None, number))
        return f"(?:{group})?+" if names.absent else f"(?>{group})"


_ENTRY = (' N="Key"', ' N="Value"')


def _items(tags: set[str], attribute: str = "") -> str:
    """Primitives without groups: the items of a list, the keys or the values of a dictionary."""
    ways = [f"<Nil{attribute} ?+/>" if tag == "Nil" else _item(tag, attribute) for tag in sorted(tags | {"S"})]
    return "|".join(ways)


def _item(tag: str, attribute: str) -> str:
    empty = f"|<{tag}{attribute} ?+/>" if tag in _MAY_BE_EMPTY else ""
    return f"<{tag}{attribute}>(?:{PATTERNS[tag]})</{tag}>{empty}"


_MAY_BE_EMPTY = frozenset(("S", "URI", "XD", "SBK", "BA"))


def _head(name: str, keys: tuple[str, ...]) -> str:
    return "".join(f' N="{name}"' if key == "N" else ' RefId="[0-9]++"' for key in keys if key in ("N", "RefId"))


def _type_texts(texts: tuple[str, ...]) -> str:
    return "".join(f"<T>{escaped(text)}</T>" for text in texts)
