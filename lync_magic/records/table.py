"""Tables: objects of one .NET type, kept by column. What `Record` and `Records` are views on.

Rules of this file: every column is as long as the table; `MISSING` stands where an object has no such
property. Each row keeps the order in which its object named its properties, so that nothing is lost when
objects of a type differ. Tables only grow; a row changes only where a cell changes its object.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, repeat
from typing import Any

from lync_magic.clixml import MISSING

MANY_COLUMNS = 256
"""Up to so many columns a table is never too wide."""

SCATTERED = 8
"""A wider one is when it has more than so many cells for each that is filled."""

Order = tuple[int, ...]
"""Which columns an object has, in its own order."""


class Table:
    """Objects of one type.

    type_names: what the type is called, most derived first.  names, columns: the union of the objects'
    properties.
    orders: each row's own properties.  texts, bases: each row's ToString() and plain value, or None where no
    row has one.  origin: where the objects are from, "" for a live server's.  sample: the first object as it came.
    selected: the rows that Select-Object gave on as they are, which PowerShell notes in their type names.
    noted: the names of what a cell has added to rows.  changed: whether a cell has changed a row.
    within: whether they are known to have come inside a server's objects.
    """

    __slots__ = (
        "_cells_seen",
        "_exact",
        "_folded",
        "_interned",
        "_named",
        "bases",
        "changed",
        "columns",
        "names",
        "natural",
        "noted",
        "orders",
        "origin",
        "sample",
        "selected",
        "texts",
        "type_names",
        "within",
    )

    def __init__(self, type_names: tuple[str, ...] = ()) -> None:
        self.type_names = type_names
        self.origin = ""
        self.sample: bytes | str | None = None
        self.noted: frozenset[str] = frozenset()
        self.changed = False
        self.within = False
        self.selected: set[int] = set()
        self.names: list[str] = []
        self.columns: list[list[Any]] = []
        self.orders: list[Order] = []
        self.texts: list[str | None] | None = None
        self.bases: list[Any] | None = None
        self._exact: dict[str, int] = {}
        self._folded: dict[str, int] = {}
        self._interned: dict[Order, Order] = {}
        self._named: dict[int, list[str]] = {}
        self._cells_seen = 0
        self.natural: Order | None = None
        """The order of rows that have all columns, in the columns' order."""

    def __len__(self) -> int:
        return len(self.orders)

    def __getstate__(self) -> tuple[Any, ...]:
        return self.type_names, self.names, self.columns, self.orders, self.texts, self.bases, self.origin

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.type_names, self.names, self.columns, self.orders, self.texts, self.bases, self.origin = state
        self.sample = None
        self.noted = frozenset()
        self.changed = False
        self.within = False
        self.selected = set()
        self._interned = {}
        self._named = {}
        self._cells_seen = 0
        self.natural = None
        self.orders = [self._interned.setdefault(order, order) for order in self.orders]
        self._exact = {name: place for place, name in enumerate(self.names)}
        self._folded = {}
        for place, name in enumerate(self.names):
            self._folded.setdefault(name.lower(), place)

    def place(self, name: str) -> int | None:
        """The column called `name`, in whatever case."""
        found = self._exact.get(name)
        return self._folded.get(name.lower()) if found is None else found

    @property
    def uniform(self) -> bool:
        """Whether every row has all columns, in the columns' order."""
        return bool(self.names) and self.natural is not None and self.orders.count(self.natural) == len(self.orders)

    @property
    def has_bare_rows(self) -> bool:
        """Whether there was a row without properties."""
        return () in self._interned

    def plain_value(self, row: int) -> Any:
        """What a row is besides its properties; what it says of itself where that is all; else MISSING."""
        base = MISSING if self.bases is None else self.bases[row]
        if base is MISSING and not self.orders[row] and self.texts is not None and self.texts[row] is not None:
            return self.texts[row]
        return base

    def names_at(self, row: int) -> list[str]:
        """The names of a row's properties, in its own order. Not to be changed."""
        order = self.orders[row]
        names = self._named.get(id(order))  # orders are interned: each stays where it is
        if names is None:
            names = self._named[id(order)] = [self.names[place] for place in order]
        return names

    def values_of(self, name: str, rows: Sequence[int]) -> list[Any]:
        """The values of that property in the rows that have it."""
        place = self.place(name)
        if place is None:
            return []
        column = self.columns[place]
        whole = isinstance(rows, range) and len(rows) == len(column)
        values = column.copy() if whole and rows.step == 1 else [column[row] for row in rows]  # type: ignore[attr-defined]
        if MISSING not in values:
            return values
        return [value for value in map(self._spelled_otherwise, repeat(name), rows) if value is not MISSING]

    def column(self, name: str) -> list[Any]:
        """The values of the column that is spelled so, one a row. Not to be changed."""
        return self.columns[self._exact[name]]

    def _spelled_otherwise(self, name: str, row: int) -> Any:
        folded = name.lower()
        for place in self.orders[row]:
            if self.names[place].lower() == folded:
                return self.columns[place][row]
        return MISSING

    def order_of(self, names: Collection[str]) -> Order:
        """The columns of `names`, in that order; a column is made where there is none."""
        try:
            order = tuple(map(self._exact.__getitem__, names))
        except KeyError:
            order = tuple([self._column(name) for name in names])
        known = self._interned.get(order)
        if known is not None:
            return known
        if len(order) == len(self.columns) and order == tuple(range(len(order))):
            self.natural = order
        self._interned[order] = order
        return order

    def _column(self, name: str) -> int:
        place = self._exact.get(name)
        if place is None:
            place = self._exact[name] = len(self.names)
            self._folded.setdefault(name.lower(), place)
            self.names.append(name)
            self.columns.append([MISSING] * len(self.orders))
            self.natural = None
        return place

    def add(self, properties: dict[str, Any], text: str | None, base: Any) -> int:
        """A new row of an object that holds no other objects."""
        row = len(self.orders)
        order = self.order_of(properties)
        cells = map(properties.get, self.names, repeat(MISSING))
        deque(map(list.append, self.columns, cells), maxlen=0)
        self.orders.append(order)
        self._say(row, text, base)
        return row

    def reserve(self, text: str | None = None, base: Any = MISSING) -> int:
        """A new row without properties.

        They come with `fill`, and a base with `put_base`, which may be after rows that this one refers to.
        """
        row = len(self.orders)
        for column in self.columns:
            column.append(MISSING)
        self.orders.append(())
        self._say(row, text, base)
        return row

    def put_base(self, row: int, base: Any) -> None:
        """Give a row its plain value."""
        if self.bases is None:
            self.bases = [MISSING] * len(self.orders)
        self.bases[row] = base

    def cut(self, count: int) -> None:
        """Keep the first `count` rows."""
        for column in (*self.columns, self.orders, self.texts, self.bases):
            if column is not None:
                del column[count:]

    def is_scattered(self) -> bool:
        """Whether its rows have few of very many columns: names that are data. More rows would cost their product."""
        cells = len(self.columns) * len(self.orders)
        if len(self.columns) <= MANY_COLUMNS or cells < 2 * self._cells_seen:
            return False
        self._cells_seen = cells
        return cells > SCATTERED * sum(map(len, self.orders))

    def _say(self, row: int, text: str | None, base: Any) -> None:
        if text is not None or self.texts is not None:
            if self.texts is None:
                self.texts = [None] * row
            self.texts.append(text)
        if base is not MISSING or self.bases is not None:
            if self.bases is None:
                self.bases = [MISSING] * row
            self.bases.append(base)

    def fill(self, row: int, names: Collection[str], values: Iterable[Any]) -> None:
        """Give a reserved row its properties."""
        order = self.order_of(names)
        columns = self.columns
        for place, value in zip(order, values, strict=True):
            columns[place][row] = value
        self.orders[row] = order

    def replace(self, row: int, name: str, value: Any) -> bool:
        """Give a row's property another value; whether it has that property."""
        place = self.place(name)
        if place is None or self.columns[place][row] is MISSING:
            return False
        self.columns[place][row] = value
        self.changed = True
        return True

    def change(self, row: int, properties: dict[str, Any]) -> None:
        """Give a row these properties in place of its own."""
        for place in self.orders[row]:
            self.columns[place][row] = MISSING
        self.fill(row, properties.keys(), properties.values())
        self.changed = True

    def extend(
        self,
        names: Sequence[str],
        columns: Sequence[list[Any]],
        orders: Sequence[Order] | None,
        count: int,
        texts: Sequence[str | None] | None = None,
        bases: Sequence[Any] | None = None,
    ) -> int:
        """Add `count` rows given by column; returns the first one's number.

        orders: each row's columns as places in `names`; None where every row has them all in that order.
        """
        first = len(self.orders)
        places = self.order_of(names)
        for place, column in zip(places, columns, strict=True):
            self.columns[place].extend(column)
        for column in self.columns:
            if len(column) == first:
                column.extend([MISSING] * count)
        if orders is None:
            self.orders.extend([places] * count)
        else:
            translated: dict[Order, Order] = {}
            for order in set(orders):
                own = tuple([places[place] for place in order])
                translated[order] = self._interned.setdefault(own, own)
            self.orders.extend([translated[order] for order in orders])
        self.texts = _joined(self.texts, texts, first, count, None)
        self.bases = _joined(self.bases, bases, first, count, MISSING)
        return first

    def extend_from(self, other: Table, rows: Sequence[int]) -> int:
        """Add rows of another table; returns the first one's number. The values are shared, not copied."""
        whole = len(rows) == len(other) and isinstance(rows, range) and rows.step == 1
        if whole:
            orders = other.orders
            return self.extend(other.names, other.columns, orders, len(orders), other.texts, other.bases)
        used, orders = other.places_in(rows)
        number = {place: at for at, place in enumerate(used)}
        moved = {id(order): tuple([number[place] for place in order]) for order in orders}
        columns = [other.columns[place] for place in used]
        return self.extend(
            [other.names[place] for place in used],
            [[column[row] for row in rows] for column in columns],
            [moved[id(order)] for order in map(other.orders.__getitem__, rows)],
            len(rows),
            None if other.texts is None else [other.texts[row] for row in rows],
            None if other.bases is None else [other.bases[row] for row in rows],
        )

    def places_in(self, rows: Sequence[int]) -> tuple[list[int], list[Order]]:
        """The columns that at least one of `rows` has, as they first appear, and the different orders there are."""
        orders = list(map(self.orders.__getitem__, rows))
        distinct = list(dict(zip(map(id, orders), orders, strict=True)).values())  # interned: each has its own id
        return list(dict.fromkeys(chain.from_iterable(distinct))), distinct

    def present(self, rows: Sequence[int]) -> list[str]:
        """The names that at least one of `rows` has, in the order in which they first appear."""
        return list(dict.fromkeys([self.names[place] for place in self.places_in(rows)[0]]))


def _joined(own: list[Any] | None, new: Sequence[Any] | None, first: int, count: int, empty: Any) -> list[Any] | None:
    if own is None and new is None:
        return None
    joined = [empty] * first if own is None else own
    joined.extend([empty] * count if new is None else new)
    return joined
