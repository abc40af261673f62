"""One object as a view on a row of a table.

Rules of this file: a Record is what the server said and cannot be changed; its properties are reached by name
in any case. Lower-case names of its own (`text`, `base`, `names`, `type_names`, `items`, …) come first as
attributes; a property with such a name is reached by `record["text"]`.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator
from difflib import get_close_matches
from keyword import iskeyword
from operator import itemgetter
from threading import local
from typing import Any, ClassVar

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.records.grid import WIDEST_NAME
from lync_magic.records.shown import object_line, object_text
from lync_magic.records.table import Table
from lync_magic.safe_text import one_line

_MANY_NAMES = 12


_comparing = local()


class UnknownPropertyError(AttributeError, KeyError):
    """No such property on an object; the message names those that are spelled nearly so.

    what: `This object has no`, `None of these objects has a`.  names: the properties that there are.
    """

    def __init__(self, what: str, name: str, names: list[str]) -> None:
        super().__init__(what, name, names)

    def __str__(self) -> str:
        what, name, names = self.args  # only now: who asks with a default wants no message
        return f"{what} property {one_line(repr(name), WIDEST_NAME)}. {names_near(name, names)}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class NoSuchObjectError(IndexError):
    """A result has no object at this place."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def names_near(name: str, names: Iterable[str]) -> str:
    """What to say of `name`, which is none of these names: those that are spelled nearly so, else which there are."""
    known = [one_line(each, WIDEST_NAME) for each in names]
    lower = {each.lower(): each for each in known}
    close = [lower[each] for each in get_close_matches(str(name).lower(), lower, n=3, cutoff=0.6)]
    if close:
        return f"Did you mean {' or '.join(close)}?"
    if not known:
        return "There are no properties here."
    more = f" and {len(known) - _MANY_NAMES} more" if len(known) > _MANY_NAMES else ""
    return f"There are {', '.join(known[:_MANY_NAMES])}{more}."


class Record(ObjectLike):
    """One object: `record.DisplayName`, `record["displayname"]`, `dict(record)`, `record.type_names`."""

    __slots__ = ("_row", "_table", "_values")

    renderer: ClassVar[Callable[[Record], str] | None] = None
    """Makes the HTML that a notebook shows; set by the rooms above."""

    def __init__(self, table: Table, row: int, values: tuple[Any, ...] | None = None) -> None:
        """values: the row's, where they are at hand."""
        self._table = table
        self._row = row
        self._values = values

    # --- what it is -----------------------------------------------------------------------------------------

    @property
    def type_names(self) -> tuple[str, ...]:
        """.NET type names, most derived first, as they came."""
        return self._table.type_names

    @property
    def text(self) -> str | None:
        """Its ToString(), or None."""
        texts = self._table.texts
        return None if texts is None else texts[self._row]

    @property
    def base(self) -> Any:
        """The plain value that it is besides its properties, or `MISSING`."""
        bases = self._table.bases
        return MISSING if bases is None else bases[self._row]

    @property
    def names(self) -> list[str]:
        """The names of its properties, in its own order."""
        return self._table.names_at(self._row).copy()

    @property
    def lync_origin(self) -> str:
        """Where it is from, `from the tape of 20 November 2026`; "" for a live server's."""
        return self._table.origin

    @property
    def place(self) -> tuple[Table, int]:
        """The table and the row that it is a view on."""
        return self._table, self._row

    def properties(self) -> dict[str, Any]:
        """Its properties by name, in order: a new dict."""
        return dict(zip(self._table.names_at(self._row), self.values(), strict=True))

    def values(self) -> tuple[Any, ...]:  # type: ignore[override] # read in one go, it is faster than a view
        """The values of its properties, in its own order."""
        if self._values is not None and not self._table.changed:
            return self._values
        table, row = self._table, self._row
        order = table.orders[row]
        if order is table.natural:
            return tuple(map(itemgetter(row), table.columns))
        columns = table.columns
        return tuple([columns[place][row] for place in order])

    # --- as a mapping ---------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Any:
        value = self._find(name)
        if value is MISSING:
            raise UnknownPropertyError("This object has no", name, self.names)
        return value

    def _find(self, name: object) -> Any:
        table = self._table
        place = table.place(name) if isinstance(name, str) else None
        if place is None:
            return MISSING
        value = table.columns[place][self._row]
        if value is MISSING:
            folded = str(name).lower()  # another object of the type may spell it in another case
            for other in table.orders[self._row]:
                if table.names[other].lower() == folded:
                    return table.columns[other][self._row]
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a property, or `default` where there is none of that name."""
        value = self._find(name)
        return default if value is MISSING else value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.names_at(self._row))

    def __len__(self) -> int:
        return len(self._table.orders[self._row])

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return self._find(name) is not MISSING

    def items(self) -> ItemsView[str, Any]:
        """Its properties as pairs."""
        return _Items(self)

    # --- as a value -----------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if isinstance(other, dict):
            return self.properties() == other
        if isinstance(other, Record):
            pair = (id(self._table), self._row, id(other._table), other._row)
            if pair[:2] == pair[2:]:
                return True
        elif isinstance(other, PSObject):
            pair = (id(self._table), self._row, id(other), 0)
        else:
            return NotImplemented
        # Objects may hold themselves (System.Type does): a pair being compared further up counts as equal.
        pairs: set[tuple[int, int, int, int]] = _comparing.__dict__.setdefault("pairs", set())
        if pair in pairs:
            return True
        pairs.add(pair)
        try:
            return (
                self.type_names == other.type_names
                and self.text == other.text
                and self.base == other.base
                and self.properties() == dict(other.items())
            )
        finally:
            pairs.discard(pair)

    __hash__ = None  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        own = [name for name in super().__dir__() if not name.startswith("_") or name.endswith("_")]
        return [*own, *(name for name in self.names if name.isidentifier() and not iskeyword(name) and name not in own)]

    def _ipython_key_completions_(self) -> list[str]:
        return self.names

    def __copy__(self) -> Record:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        # Its values go as state, after the empty Record: an object may hold itself.
        state = (self.type_names, self.names, self.values(), self.text, self.base, self.lync_origin)
        return _blank, (), state

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        type_names, names, values, text, base, origin = state
        table = Table(type_names)
        table.origin = origin
        self._table, self._row, self._values = table, table.reserve(text, base), None
        table.fill(self._row, names, values)

    def __repr__(self) -> str:
        return object_line(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        bundle = {"text/plain": object_text(self)}
        renderer = type(self).renderer
        if renderer is not None:
            bundle["text/html"] = renderer(self)
        return bundle

    def __str__(self) -> str:
        return object_text(self) if self.text is None else self.text


class _Items(ItemsView[str, Any]):
    """The properties of a record, read in one go."""

    def __init__(self, record: Record) -> None:
        self._mapping: Record = record

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._mapping.properties().items())


def _blank() -> Record:
    table = Table()
    return Record(table, table.reserve())
