"""A learnt shape: matches objects of one structure in one pass, and turns what was matched into columns.

Rule of this file: where a pattern cannot be sure (a number out of range, a date that is none) reading raises
ValueError, and the walk decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any, NamedTuple, Protocol

from lync_magic.clixml.columns import Column, CopyingColumn, FreshColumn, boxed, scalar_column
from lync_magic.clixml.naming import TYPES_KEPT, KnownTypes, Naming, TypeNames, Types
from lync_magic.clixml.patterns import Alternative, Compiler, MemberPlan, Plan, compiled
from lync_magic.clixml.structure import Structure
from lync_magic.clixml.values import MISSING
from lync_magic.clixml.walk import decode_held

Order = tuple[int, ...]
Groups = Sequence[list["bytes | None"]]
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


class Nest(Protocol):
    """Makes the values that stand for objects inside other objects."""

    def objects(self, block: Block) -> list[Any]:
        """For the objects of a block, in order."""

    def held(self, value: Any) -> Any:
        """For a list or dictionary that holds PSObjects."""

    def mark(self) -> Any:
        """What has been made so far, for `undo`."""

    def undo(self, mark: Any) -> None:
        """Forget what was made since then: it is made again, by another way."""


class Shape:
    """Reads objects of one structure."""

    def __init__(self, structure: Structure, *, lenient: bool = False) -> None:
        """lenient: any property may be null, seen so or not; it costs a little."""
        compiler = Compiler(lenient)
        source, self._plan = compiler.top(structure)
        pattern = compiled(f"(?:\ufeff)?{source}()")
        self.match = pattern.fullmatch
        self.width = pattern.groups
        """How many groups a match has, the last one empty: never none."""
        self.objects = 0
        """How many objects were read; for who decides on learning more."""
        self.seen = 0
        """The number of the last batch that had such objects; likewise."""
        self._naming = Naming(compiler.slots)
        self._boxed: dict[TypeNames, Column] = {}
        self._holders: dict[tuple[KnownTypes, bool], Column] = {}
        self._text = scalar_column("S")

    def read(self, texts: list[bytes | None], nest: Nest) -> Block:
        """The objects whose groups have these texts, one object's after another's.

        Raises ValueError where one of them is not what it seems.
        """
        count = len(texts) // self.width
        self.objects += count
        groups = [texts[group :: self.width] for group in range(self.width)]
        types = self._naming.types(groups)
        return self._block(self._plan, groups, types, count, nest)[0][1]

    def _block(
        self, plan: Plan, groups: Groups, types: Types, count: int, nest: Nest
    ) -> list[tuple[list[int] | None, Block]]:
        """The objects by type: which rows, and the block. Rows of None are all of them."""
        names = types[plan.slot]
        if len(set(names)) > 1:
            return self._blocks_by_type(plan, groups, types, count, nest)
        columns = [self._values(member, groups, types, count, nest) for member in plan.members]
        texts = None if plan.text is None else self._text.read(groups[plan.text])
        block = Block(names[0], plan.names, columns, _orders(plan, groups), texts, count)
        return [(None, block)]

    def _blocks_by_type(
        self, plan: Plan, groups: Groups, types: Types, count: int, nest: Nest
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

    def _values(self, member: MemberPlan, groups: Groups, types: Types, count: int, nest: Nest) -> list[Any]:
        values: list[Any] | None = None
        for alternative in member.alternatives:
            texts = groups[alternative.group]
            if values is not None and texts == [None] * count:
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
            if flags.count(b"") < count:
                values = [MISSING if flag is None else value for flag, value in zip(flags, values, strict=True)]
        return values

    def _read(
        self,
        alternative: Alternative,
        groups: Groups,
        types: Types,
        count: int,
        nest: Nest,
    ) -> list[Any]:
        texts = groups[alternative.group]
        if alternative.column is not None:
            return alternative.column.read(texts)
        assert alternative.slot is not None
        if alternative.nested is not None:
            return self._nested(alternative.nested, texts, groups, types, count, nest)
        if alternative.holds:
            return self._held(alternative, types[alternative.slot], texts, nest)
        names = types[alternative.slot]
        if len(names) == 1:
            return self._boxed_column(names[0]).read(texts)
        return [
            self._boxed_column(own).read([text])[0] for own, text in zip(names, texts, strict=True)
        ]  # fmt: skip

    def _held(
        self, alternative: Alternative, known: list[KnownTypes], texts: Sequence[bytes | None], nest: Nest
    ) -> list[Any]:
        """Lists and dictionaries with objects in them."""
        plain = alternative.plain
        if len(known) == 1:
            values = self._holder_column(known[0], plain).read(texts)
        else:
            values = [
                self._holder_column(own, plain).read([text])[0] for own, text in zip(known, texts, strict=True)
            ]  # fmt: skip
        return values if plain else list(map(nest.held, values))

    def _holder_column(self, known: KnownTypes, plain: bool) -> Column:
        column = self._holders.get((known, plain))
        if column is None:
            if len(self._holders) > TYPES_KEPT:
                self._holders.clear()
            kind = CopyingColumn if plain else FreshColumn
            types = dict(known)
            column = self._holders[known, plain] = kind(lambda text: decode_held(text, types))
        return column

    def _boxed_column(self, names: tuple[str, ...]) -> Column:
        column = self._boxed.get(names)
        if column is None:
            if len(self._boxed) > TYPES_KEPT:
                self._boxed.clear()
            column = self._boxed[names] = Column(lambda text: boxed(text, names))
        return column

    def _nested(
        self,
        plan: Plan,
        marks: Sequence[bytes | None],
        groups: Groups,
        types: Types,
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
            for row, value in zip(range(within) if rows is None else rows, nest.objects(block), strict=True):
                made[row] = value
        if within == count:
            return made
        values = iter(made)
        return [next(values) if mark else None for mark in chosen]


def _chosen(plan: Plan, groups: Groups, types: Types, chosen: list[bool]) -> tuple[Groups, Types]:
    """The groups of a plan, and all types, in the chosen rows alone."""
    first, end = plan.groups
    part = list(groups)
    for group in range(first, end):
        part[group] = list(compress(groups[group], chosen))
    return part, [names if len(names) == 1 else list(compress(names, chosen)) for names in types]


def _orders(plan: Plan, groups: Groups) -> list[Order] | None:
    optional = [(place, member.present) for place, member in enumerate(plan.members) if member.present is not None]
    if not optional:
        return None
    flags = list(zip(*[groups[present] for _, present in optional], strict=True))
    orders: dict[tuple[bytes | None, ...], Order] = {}
    for flag in set(flags):
        missing = {place for (place, _), mark in zip(optional, flag, strict=True) if mark is None}
        orders[flag] = tuple([place for place in range(len(plan.members)) if place not in missing])
    return [orders[flag] for flag in flags]
