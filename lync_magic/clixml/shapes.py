"""A structure made into a pattern that reads an object in one pass, and the plan that turns its groups into
columns.

Rules of this file: what matches is what the walk would read, to the letter; where a pattern cannot be sure (a
number out of range, a type name that is not what it refers to) reading raises ValueError and the walk
decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any, NamedTuple

from lync_magic.clixml.columns import (
    PATTERNS,
    Column,
    boxed,
    dict_column,
    list_column,
    scalar_column,
)
from lync_magic.clixml.scalars import INTEGER
from lync_magic.clixml.structure import Member, Structure, TypeNames, escaped
from lync_magic.clixml.text import resolve_entities, unescape
from lync_magic.clixml.values import MISSING
from lync_magic.clixml.walk import SPECIAL_TYPES

Order = tuple[int, ...]
Groups = Sequence[Sequence["bytes | None"]]
"""The texts of each group, one a row."""


class Block(NamedTuple):
    """Objects of one type, by column.

    orders: for each object which columns it has; None where all have them all.  texts: ToString(), or None
    where none has one.
    """

    type_names: tuple[str, ...]
    names: list[str]
    columns: list[list[Any]]
    orders: list[Order] | None
    texts: list[str | None] | None
    size: int


Nest = Callable[[Block], "list[Any]"]
"""Makes the values that stand for the objects of a block inside other objects."""

_TYPES_KEPT = 256


class _Alternative(NamedTuple):
    """One way to write a value. group: its text, None in rows that write it otherwise."""

    group: int
    column: Column | None = None
    slot: int | None = None
    nested: _Plan | None = None


class _MemberPlan(NamedTuple):
    name: str
    present: int | None
    alternatives: list[_Alternative]


class _Plan(NamedTuple):
    """How the groups of an object's pattern become columns.

    Groups: the first of its groups and the one after the last.
    """

    slot: int
    text: int | None
    members: list[_MemberPlan]
    names: list[str]
    groups: tuple[int, int]


class Shape:
    """Reads objects of one structure."""

    def __init__(self, structure: Structure, *, lenient: bool = False) -> None:
        """lenient: any property may be null, seen so or not; it costs a little."""
        compiler = _Compiler(lenient)
        source, self._plan = compiler.top(structure)
        pattern = re.compile(b"(?:\xef\xbb\xbf)?" + source.encode())
        self.match = pattern.fullmatch
        self.objects = 0
        """How many objects were read; for who decides on learning more."""
        self._slots = compiler.slots
        self._layouts: dict[tuple[bytes | None, ...], list[tuple[str, ...]] | None] = {}
        self._boxed: dict[tuple[str, ...], Column] = {}

    def read(self, rows: Sequence[tuple[bytes | None, ...]], nest: Nest) -> Block:
        """The objects of these rows of groups. Raises ValueError where one of them is not what it seems."""
        self.objects += len(rows)
        groups = list(zip(*rows, strict=True))
        types = self._types(groups, len(rows))
        return self._block(self._plan, groups, types, len(rows), nest)[0][1]

    def _types(self, groups: Groups, count: int) -> list[list[tuple[str, ...]]]:
        """For each slot the type names in each row; one entry alone where all rows say the same."""
        columns = [groups[slot.group] for slot in self._slots if slot.group is not None]
        if not columns:
            return [[names] for names in self._resolved(())]
        layouts = list(zip(*columns, strict=True))
        resolved = {layout: self._resolved(layout) for layout in set(layouts)}
        if len({id(names) for names in resolved.values()}) == 1:
            return [[names] for names in next(iter(resolved.values()))]
        return [list(slot) for slot in zip(*[resolved[layout] for layout in layouts], strict=True)]

    def _resolved(self, layout: tuple[bytes | None, ...]) -> list[tuple[str, ...]]:
        """The type names of each slot, given who names a type and who refers to one. Raises ValueError."""
        if layout not in self._layouts:
            if len(self._layouts) > _TYPES_KEPT:
                self._layouts.clear()
            found = self._looked_up(layout)
            same = next((known for known in self._layouts.values() if known == found), found)
            self._layouts[layout] = same
        resolved = self._layouts[layout]
        if resolved is None:
            raise ValueError("a reference to an unknown type")
        return resolved

    def _looked_up(self, layout: tuple[bytes | None, ...]) -> list[tuple[str, ...]] | None:
        known: dict[str, tuple[str, ...]] = {}
        resolved = []
        parts = iter(layout)
        for slot in self._slots:
            names: tuple[str, ...] = ()
            if slot.own is not None:
                names = slot.own[1]
                known[slot.own[0]] = names
            elif slot.group is not None:
                head = next(parts)
                match = None if head is None else _TYPES.match(head.decode())
                if match is not None:
                    key, texts, reference = match.groups()
                    if reference is None:
                        names = known[key] = _names_in(texts)
                    elif reference in known:
                        names = known[reference]
                    else:
                        return None
            if slot.is_object and names and names[0] in SPECIAL_TYPES:
                return None
            resolved.append(names)
        return resolved

    def _block(
        self, plan: _Plan, groups: Groups, types: list[list[tuple[str, ...]]], count: int, nest: Nest
    ) -> list[tuple[list[int] | None, Block]]:
        """The objects by type: which rows, and the block. Rows of None are all of them."""
        names = types[plan.slot]
        if len(set(names)) > 1:
            return self._blocks_by_type(plan, groups, types, count, nest)
        columns = [self._values(member, groups, types, count, nest) for member in plan.members]
        texts = None if plan.text is None else _STRINGS.read(groups[plan.text])
        block = Block(names[0], plan.names, columns, _orders(plan, groups), texts, count)
        return [(None, block)]

    def _blocks_by_type(
        self, plan: _Plan, groups: Groups, types: list[list[tuple[str, ...]]], count: int, nest: Nest
    ) -> list[tuple[list[int] | None, Block]]:
        blocks: list[tuple[list[int] | None, Block]] = []
        names = types[plan.slot]
        for own in dict.fromkeys(names):
            chosen = [each == own for each in names]
            rows = list(compress(range(count), chosen))
            part, part_types = _chosen(plan, groups, types, chosen)
            ((_, block),) = self._block(plan, part, part_types, len(rows), nest)
            blocks.append((rows, block))
        return blocks

    def _values(
        self, member: _MemberPlan, groups: Groups, types: list[list[tuple[str, ...]]], count: int, nest: Nest
    ) -> list[Any]:
        values: list[Any] | None = None
        for alternative in member.alternatives:
            texts = groups[alternative.group]
            if values is not None and texts.count(None) == count:
                continue
            read = self._read(alternative, groups, types, count, nest)
            if values is None:
                values = read
            else:
                values = [old if text is None else new for old, text, new in zip(values, texts, read, strict=True)]
        if values is None:
            values = [None] * count
        if member.present is not None:
            flags = groups[member.present]
            if None in flags:
                values = [MISSING if flag is None else value for flag, value in zip(flags, values, strict=True)]
        return values

    def _read(
        self,
        alternative: _Alternative,
        groups: Groups,
        types: list[list[tuple[str, ...]]],
        count: int,
        nest: Nest,
    ) -> list[Any]:
        texts = groups[alternative.group]
        if alternative.column is not None:
            return alternative.column.read(texts)
        assert alternative.slot is not None
        if alternative.nested is not None:
            return self._nested(alternative.nested, texts, groups, types, count, nest)
        names = types[alternative.slot]
        if len(names) == 1:
            return self._boxed_column(names[0]).read(texts)
        return [
            self._boxed_column(own).read([text])[0] for own, text in zip(names, texts, strict=True)
        ]  # fmt: skip

    def _boxed_column(self, names: tuple[str, ...]) -> Column:
        column = self._boxed.get(names)
        if column is None:
            if len(self._boxed) > _TYPES_KEPT:
                self._boxed.clear()
            column = self._boxed[names] = Column(lambda text: boxed(text, names))
        return column

    def _nested(
        self,
        plan: _Plan,
        marks: Sequence[bytes | None],
        groups: Groups,
        types: list[list[tuple[str, ...]]],
        count: int,
        nest: Nest,
    ) -> list[Any]:
        chosen = [mark is not None for mark in marks]
        within = sum(chosen)
        if within == 0:
            return [None] * count
        if within < count:
            groups, types = _chosen(plan, groups, types, chosen)
        made: list[Any] = [None] * within
        for rows, block in self._block(plan, groups, types, within, nest):
            for row, value in zip(range(within) if rows is None else rows, nest(block), strict=True):
                made[row] = value
        if within == count:
            return made
        values = iter(made)
        return [next(values) if mark else None for mark in chosen]


_STRINGS = scalar_column("S")


def _chosen(
    plan: _Plan, groups: Groups, types: list[list[tuple[str, ...]]], chosen: list[bool]
) -> tuple[Groups, list[list[tuple[str, ...]]]]:
    """The groups of a plan, and all types, in the chosen rows alone."""
    first, end = plan.groups
    part = list(groups)
    for group in range(first, end):
        part[group] = list(compress(groups[group], chosen))
    return part, [names if len(names) == 1 else list(compress(names, chosen)) for names in types]


def _orders(plan: _Plan, groups: Groups) -> list[Order] | None:
    optional = [(place, member.present) for place, member in enumerate(plan.members) if member.present is not None]
    if not optional:
        return None
    flags = list(zip(*[groups[present] for _, present in optional], strict=True))
    orders: dict[tuple[bytes | None, ...], Order] = {}
    for flag in set(flags):
        missing = {place for (place, _), mark in zip(optional, flag, strict=True) if mark is None}
        orders[flag] = tuple([place for place in range(len(plan.members)) if place not in missing])
    return [orders[flag] for flag in flags]


_TYPES = re.compile('<TN RefId="([0-9]+)">(.*)</TN>|<TNRef RefId="([0-9]+)"', re.DOTALL)
_T = re.compile("<T>([^<]*)</T>")


def _names_in(texts: str) -> tuple[str, ...]:
    if "\r" in texts or "]]>" in texts:
        raise ValueError("an XML parser must read this")
    return tuple([unescape(resolve_entities(text)) for text in _T.findall(texts)])


class _Slot(NamedTuple):
    """A place where a type is named. own: the top object's key and names, known from the pattern."""

    is_object: bool
    own: tuple[str, tuple[str, ...]] | None
    group: int | None


_LITERAL_TYPES = 4
"""How many of the types that were seen at a place its pattern holds to the letter, which is faster."""


class _Compiler:
    """Writes the pattern of a structure, counting its groups."""

    def __init__(self, lenient: bool) -> None:
        self.slots: list[_Slot] = []
        self._lenient = lenient
        self._groups = 0

    def top(self, structure: Structure) -> tuple[str, _Plan]:
        """The pattern of a whole object, and its plan."""
        texts = next(iter(structure.type_names.texts), None)
        head = f'<Obj RefId="{structure.reference}">'
        own = None
        if texts is not None and structure.type_reference is not None:
            head += f'<TN RefId="{structure.type_reference}">{_type_texts(texts)}</TN>'
            own = (structure.type_reference, tuple(map(unescape, texts)))
        self.slots.append(_Slot(True, own, None))
        body, plan = self._object(structure, 0)
        return f"{re.escape(head)}{body}</Obj>", plan

    def _group(self, pattern: str = "") -> tuple[str, int]:
        self._groups += 1
        return f"({pattern})", self._groups - 1

    def _object(self, structure: Structure, slot: int) -> tuple[str, _Plan]:
        """What stands in an object after its type names."""
        first = self._groups
        body, text = "", None
        if True in structure.text:
            group, text = self._group("[^<]*")
            body = f"<ToString>{group}</ToString>"
            if False in structure.text:
                body = f"(?:{body})?"
        members: list[_MemberPlan] = []
        for tag, section in structure.sections.items():
            inner = "".join([self._member(name, member, members) for name, member in section.items()])
            body += f"<{tag}>{inner}</{tag}>" if section else f"<{tag} ?/>"
        names = [member.name for member in members]
        return body, _Plan(slot, text, members, names, (first, self._groups))

    def _member(self, raw_name: str, member: Member, members: list[_MemberPlan]) -> str:
        name = re.escape(escaped(raw_name))
        ways: list[str] = []
        alternatives: list[_Alternative] = []
        guess = set() if member.is_object or member.empty else {"S"}  # a null so far is most likely a string later
        for tag in sorted(member.scalars or guess):
            group, number = self._group(PATTERNS[tag])
            ways.append(f'{tag} N="{name}">{group}</{tag}')
            alternatives.append(_Alternative(number, scalar_column(tag)))
        for tag in sorted(member.empty):
            group, number = self._group()
            ways.append(f'{tag} N="{name}" ?/{group}')
            alternatives.append(_Alternative(number, scalar_column(tag)))
        if member.is_object:
            ways.append(self._boxes(name, member, alternatives))
        if member.null or self._lenient:
            ways.append(f'Nil N="{name}" ?/')
        pattern = f"<{ways[0]}>" if len(ways) == 1 else f"<(?:{'|'.join(ways)})>"
        present = None
        if member.optional:
            group, present = self._group()
            pattern = f"(?:{pattern}{group})?"
        members.append(_MemberPlan(unescape(raw_name), present, alternatives))
        return pattern

    def _boxes(self, name: str, member: Member, alternatives: list[_Alternative]) -> str:
        """An Obj: its head and type names, then whatever may stand in it."""
        heads = "|".join(sorted(_head(name, keys) for keys in member.headers))
        slot = len(self.slots)
        types = self._types(member.type_names, member.nested is not None)
        ways = []
        for tag, items in sorted(member.lists.items()):
            group, number = self._group(f"<{tag}>(?:{_items(items)})*</{tag}>|<{tag} ?/>")
            ways.append(group)
            alternatives.append(_Alternative(number, list_column(tag, items)))
        if member.dicts is not None:
            keys, values = (_items(tags, which) for tags, which in zip(member.dicts, _ENTRY, strict=True))
            group, number = self._group(f"<DCT>(?:<En>(?:{keys})(?:{values})</En>)*</DCT>|<DCT ?/>")
            ways.append(group)
            alternatives.append(_Alternative(number, dict_column()))
        if member.boxed:
            numbers = "|".join(f"<{tag}>{INTEGER}</{tag}>" for tag in sorted(member.boxed))
            text = "(?:<ToString>[^<]*</ToString>)" + ("?" if False in member.boxed_text else "")
            group, number = self._group(f"{text}(?:{numbers})")
            ways.append(group)
            alternatives.append(_Alternative(number, slot=slot))
        if member.nested is not None:
            group, number = self._group()
            body, plan = self._object(member.nested, slot)
            ways.append(group + body)
            alternatives.append(_Alternative(number, slot=slot, nested=plan))
        return f"Obj(?:{heads})>{types}(?:{'|'.join(ways)})</Obj"

    def _types(self, names: TypeNames, is_object: bool) -> str:
        if not names.present:
            self.slots.append(_Slot(is_object, None, None))
            return ""
        literal = "".join(f"{re.escape(_type_texts(texts))}|" for texts in list(names.texts)[:_LITERAL_TYPES])
        any_types = "(?:<T>[^<]*</T>)*"
        group, number = self._group(f'<TN RefId="[0-9]+">(?:{literal}{any_types})</TN>|<TNRef RefId="[0-9]+" ?/>')
        self.slots.append(_Slot(is_object, None, number))
        return f"(?:{group})?" if names.absent else group


_ENTRY = (' N="Key"', ' N="Value"')


def _items(tags: set[str], attribute: str = "") -> str:
    """Primitives without groups: the items of a list, the keys or the values of a dictionary."""
    ways = [f"<Nil{attribute} ?/>" if tag == "Nil" else _item(tag, attribute) for tag in sorted(tags | {"S"})]
    return "|".join(ways)


def _item(tag: str, attribute: str) -> str:
    empty = f"|<{tag}{attribute} ?/>" if tag in _MAY_BE_EMPTY else ""
    return f"<{tag}{attribute}>(?:{PATTERNS[tag]})</{tag}>{empty}"


_MAY_BE_EMPTY = frozenset(("S", "URI", "XD", "SBK", "BA"))


def _head(name: str, keys: tuple[str, ...]) -> str:
    return "".join(f' N="{name}"' if key == "N" else ' RefId="[0-9]+"' for key in keys if key in ("N", "RefId"))


def _type_texts(texts: tuple[str, ...]) -> str:
    return "".join(f"<T>{escaped(text)}</T>" for text in texts)
