"""From decoded values to tables: where each item of a result is kept.

Rule of this file: nested objects become records too, on tables of their own; an object that is met twice
inside one item is one record.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from lync_magic.clixml import MISSING, PSObject
from lync_magic.records.record import Record
from lync_magic.records.table import Table


class Values:
    """Items of a result that are no objects with properties: plain values, `Undecoded`."""

    __slots__ = ("items", "origin")

    def __init__(self, origin: str = "") -> None:
        self.items: list[Any] = []
        self.origin = origin
        """Where the items are from, "" for a live server's."""

    def __len__(self) -> int:
        return len(self.items)


Source = Table | Values


class Builder:
    """Collects items in order. `sources` holds them; `places` says which item stands where.

    origin: where they are from.
    """

    def __init__(self, origin: str = "") -> None:
        self.origin = origin
        self.sources: list[Source] = []
        self._kinds = array("L")
        self._rows = array("q")
        self._kind_of: dict[int, int] = {}
        self._tables: dict[tuple[str, ...], Table] = {}
        self._nested: dict[tuple[str, ...], Table] = {}
        self._values: Values | None = None
        self._met: dict[int, Any] = {}  # what holds others, by its id: as it is kept

    def table(self, type_names: tuple[str, ...]) -> Table:
        """The table of the items of that type."""
        return self._table(self._tables, type_names)

    def nested_table(self, type_names: tuple[str, ...]) -> Table:
        """The table of the objects of that type inside items."""
        return self._table(self._nested, type_names)

    def add_all(self, items: Iterable[Any]) -> None:
        """Add items in order: PSObjects, Records, plain values."""
        for item in items:
            self.add(item)

    def add(self, item: Any) -> None:
        """Add one item."""
        kind, row = self.store(item)
        self._kinds.append(kind)
        self._rows.append(row)

    def store(self, item: Any) -> tuple[int, int]:
        """Keep an item without saying where it stands; the number of its source, and its row there."""
        if (
            type(item) is PSObject
            and item.base is MISSING
            and not (item.holds_more and _holds_more(item.properties.values()))
        ):
            table = self._table(self._tables, item.type_names)
            return self.kind(table), table.add(item.properties, item.text, MISSING)
        try:
            item = self._record(item, self._tables) if isinstance(item, PSObject) else self.held(item)
        finally:
            self._met.clear()
        if isinstance(item, Record):
            table, row = item.place
            return self.kind(table), row
        values = self._own_values()
        values.items.append(item)
        return self.kind(values), len(values) - 1

    def keep_sample(self, kind: int, raw: bytes | str) -> None:
        """Keep the first object of a source as it came, where the source is a table."""
        source = self.sources[kind]
        if isinstance(source, Table):
            source.sample = raw

    def put_places(self, kinds: Iterable[int], rows: Iterable[int]) -> None:
        """Say where the next items are, by their sources' numbers."""
        self._kinds.extend(kinds)
        self._rows.extend(rows)

    def kind(self, source: Source) -> int:
        """The number of a source in `sources`."""
        kind = self._kind_of.setdefault(id(source), len(self.sources))
        if kind == len(self.sources):
            self.sources.append(source)
        return kind

    def extend(self, source: Source, rows: Sequence[int]) -> tuple[int, int]:
        """Take rows of another result over; the number of the own source they are in now, and their first row."""
        if isinstance(source, Table):
            table = self.table(source.type_names)
            table.origin = _both(table.origin, source.origin)
            if not len(table) and rows and rows[0] == 0:
                table.sample = source.sample
            return self.kind(table), table.extend_from(source, rows)
        values = self._own_values()
        values.origin = _both(values.origin, source.origin)
        first = len(values)
        values.items.extend([source.items[row] for row in rows])
        return self.kind(values), first

    def _own_values(self) -> Values:
        if self._values is None:
            self._values = Values(self.origin)
        return self._values

    def places(self) -> tuple[array[int] | None, Sequence[int]]:
        """For each item the number of its source (None: all in the first) and its row there."""
        if len(self.sources) > 1:
            return self._kinds, self._rows
        count = len(self._rows)
        in_order = count == 0 or (self._rows[0] == 0 and self._rows[-1] == count - 1)
        if in_order and all(map(int.__eq__, self._rows, range(count))):
            return None, range(count)
        return None, self._rows

    def nested_rows(self) -> dict[tuple[str, ...], int]:
        """How many objects inside items there are of each type."""
        return {type_names: len(table) for type_names, table in self._nested.items()}

    def cut_nested(self, rows: dict[tuple[str, ...], int]) -> None:
        """Keep only so many of them: nothing refers to the others."""
        for type_names, table in self._nested.items():
            table.cut(rows.get(type_names, 0))

    def held_alone(self, value: Any) -> Any:
        """`held` for a value that shares no objects with others."""
        try:
            return self.held(value)
        finally:
            self._met.clear()

    def held(self, value: Any) -> Any:
        """`value` as it is kept: objects in it are records. What it holds twice, or in itself, stays one thing."""
        kind = type(value)
        if kind not in _HOLDING:
            return value
        met = self._met.get(id(value))
        if met is not None:
            return met
        if kind is PSObject:
            return self._record(value, self._nested)
        if kind is list:
            if not _holds_more(value):
                return value
            items: list[Any] = []
            self._met[id(value)] = items
            items += self._held_all(value)
            return items
        if not _holds_more(value.values()):
            return value
        entries: dict[Any, Any] = {}
        self._met[id(value)] = entries
        entries.update(zip(value, self._held_all(value.values()), strict=True))
        return entries

    def _held_all(self, values: Iterable[Any]) -> list[Any]:
        return [self.held(item) if type(item) in _HOLDING else item for item in values]

    def _record(self, value: PSObject, tables: dict[tuple[str, ...], Table]) -> Record:
        table = self._table(tables, value.type_names)
        values = value.properties.values()
        if value.base is MISSING and not _holds_more(values):
            record = self._met[id(value)] = Record(table, table.add(value.properties, value.text, MISSING))
            return record
        row = table.reserve(value.text)
        record = self._met[id(value)] = Record(table, row)
        if value.base is not MISSING:
            table.put_base(row, self.held(value.base))
        table.fill(row, value.properties, self._held_all(values))
        return record

    def _table(self, tables: dict[tuple[str, ...], Table], type_names: tuple[str, ...]) -> Table:
        table = tables.get(type_names)
        if table is None or table.is_scattered():  # what is in the old one stays there
            table = tables[type_names] = Table(type_names)
            table.origin = self.origin
        return table


_HOLDING = frozenset((PSObject, list, dict))


def _holds_more(values: Iterable[Any]) -> bool:
    return not _HOLDING.isdisjoint(map(type, values))


def _both(one: str, other: str) -> str:
    return one if other in ("", *one.split("; ")) else f"{one}; {other}".removeprefix("; ")
