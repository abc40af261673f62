"""What a command returned: a sequence of records and plain values, in the order in which they came.

Rules of this file: a `Records` is a view (slices and `+` share the values), never changes, and hides nothing:
objects of several types, plain values and `Undecoded` stand side by side.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from keyword import iskeyword
from operator import eq, index
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, overload

from lync_magic.clixml import ObjectLike, PSObject, Undecoded
from lync_magic.records.build import Builder, Source, Values
from lync_magic.records.record import NoSuchObjectError, Record, UnknownPropertyError
from lync_magic.records.shown import result_text
from lync_magic.records.table import Table

if TYPE_CHECKING:
    import pandas
    import pyarrow  # type: ignore[import-untyped]

    from lync_magic.records.analysis import Groups
    from lync_magic.records.differences import Differences
    from lync_magic.records.looks import Conditions


if TYPE_CHECKING:
    _Base = Sequence[Any]
else:
    _Base = object  # no `Sequence` to isinstance: polars takes those row by row and never asks for their Arrow data


_PLACES = ("_sources", "_kinds", "_rows")


class Records(_Base):
    """Objects as rows: `records[0].DisplayName`, `records.DisplayName`, `records[:10]`, `for record in
    records`.

    An item is a `Record` (an object with properties), a plain Python value, or an `Undecoded`. A property's
    name gives its value where there is one object, else the list of the values of those that have it
    (PowerShell's member enumeration).
    """

    __slots__ = ("__weakref__", "_kinds", "_later", "_rows", "_sources")
    _sources: list[Source]
    _kinds: array[int] | None
    _rows: Sequence[int]
    _later: Sequence[Any]

    renderer: ClassVar[Callable[[Records], str] | None] = None
    """Makes the HTML that a notebook shows; set by the rooms above."""

    viewer: ClassVar[Callable[[Records], object] | None] = None
    """Shows an interactive table; set by the rooms above."""

    def __init__(self, items: Iterable[Any] = ()) -> None:
        if isinstance(items, Records):
            self._sources, self._kinds, self._rows = items._sources, items._kinds, items._rows
            return
        builder = Builder()
        builder.add_all(items)
        self._sources = builder.sources
        self._kinds, self._rows = builder.places()

    @classmethod
    def from_values(cls, values: Iterable[Any]) -> Records:
        """The result that holds these decoded values (`PSObject`, plain values, other records), in order."""
        return cls(values)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Records:
        """A table of one's own: `Records.from_rows([{"Check": "Enabled", "Users": 12}])`, each row an object."""
        return cls(PSObject(dict(row)) for row in rows)

    @classmethod
    def later(cls, values: Sequence[Any]) -> Records:
        """The same, made into columns when somebody first looks; `values` is not changed before."""
        self = cls.__new__(cls)
        self._later = values
        return self

    @classmethod
    def from_raw(cls, raw: Iterable[bytes | str]) -> Records:
        """The result that holds these objects, each one CLIXML element.

        Warns once of those that cannot be read.
        """
        from lync_magic.records.reader import Reader

        reader = Reader()
        records = reader.feed(raw)
        reader.finish()
        return records

    @classmethod
    def viewing(cls, records: Sequence[Record]) -> Records:
        """The result of these records on the very tables that they are views on: nothing is copied."""
        tables: dict[int, int] = {}
        sources: list[Source] = []
        kinds: array[int] = array("q")
        rows: array[int] = array("q")
        for record in records:
            table, row = record.place
            kind = tables.get(id(table))
            if kind is None:
                kind = tables[id(table)] = len(sources)
                sources.append(table)
            kinds.append(kind)
            rows.append(row)
        return cls._view(sources, kinds if len(sources) > 1 else None, rows)

    @classmethod
    def concat(cls, parts: Iterable[Records]) -> Records:
        """One result of several, in order; the objects of one type end up in one table.

        The values are shared.
        """
        some = [part for part in parts if len(part)]
        return some[0][:] if len(some) == 1 else cls._copied(some)

    @classmethod
    def _copied(cls, parts: Iterable[Records]) -> Records:
        builder = Builder()
        for part in parts:
            part._append_to(builder)
        return cls.built(builder)

    @classmethod
    def built(cls, builder: Builder) -> Records:
        """The result that a builder has collected; for this room alone."""
        if not builder.sources and builder.origin:
            return cls._view([Values(builder.origin)], None, ())
        return cls._view(builder.sources, *builder.places())

    @classmethod
    def _view(cls, sources: list[Source], kinds: array[int] | None, rows: Sequence[int]) -> Records:
        self = cls.__new__(cls)
        self._sources, self._kinds, self._rows = sources, kinds, rows
        return self

    def _append_to(self, builder: Builder) -> None:
        if self._kinds is None:
            for source in self._sources[:1]:
                kind, first = builder.extend(source, self._rows)
                builder.put_places(repeat(kind, len(self)), range(first, first + len(self)))
            return
        taken: list[array[int]] = [array("q") for _ in self._sources]
        for kind, row in zip(self._kinds, self._rows, strict=True):
            taken[kind].append(row)
        sources = [(kind, source) for kind, source in enumerate(self._sources) if taken[kind]]
        moved = {kind: builder.extend(source, taken[kind]) for kind, source in sources}
        following = {kind: first for kind, (_, first) in moved.items()}
        for kind in self._kinds:
            builder.put_places((moved[kind][0],), (following[kind],))
            following[kind] += 1

    # --- as a sequence --------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Any]:
        if self._kinds is None:
            source = self._sources[0] if self._sources else None
            if isinstance(source, Table):
                if self._rows == range(len(source)) and source.uniform:
                    return map(Record, repeat(source), self._rows, zip(*source.columns, strict=True))
                return map(Record, repeat(source), self._rows)
            return iter([] if source is None else [source.items[row] for row in self._rows])
        return map(self._item, self._kinds, self._rows)

    def _item(self, kind: int, row: int) -> Any:
        source = self._sources[kind]
        return Record(source, row) if isinstance(source, Table) else source.items[row]

    @overload
    def __getitem__(self, key: int) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> Records: ...
    @overload
    def __getitem__(self, key: list[str]) -> Records: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...
    def __getitem__(self, key: int | slice | str | list[str]) -> Any:
        if isinstance(key, str):
            return self._member(key) if len(self) else []
        if isinstance(key, list):
            if any(isinstance(name, bool) for name in key):
                _place(True)
            return self.select(*key)
        if isinstance(key, slice):
            kinds = None if self._kinds is None else self._kinds[key]
            return self._view(self._sources, kinds, self._rows[key])
        place = _place(key)
        if not -len(self) <= place < len(self):
            raise NoSuchObjectError(f"There is no object {place}: the result holds {len(self):,}.")
        return self._item(0 if self._kinds is None else self._kinds[place], self._rows[place])

    def tolist(self) -> list[Any]:
        """The items as a list."""
        return list(self)

    def __contains__(self, item: object) -> bool:
        return any(each is item or each == item for each in self)

    def __reversed__(self) -> Iterator[Any]:
        return iter(self[::-1])

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """The place of the first item equal to `value`. Raises ValueError."""
        for place in range(len(self))[start:stop]:
            if self[place] == value:
                return place
        raise ValueError("no such item")

    def count(self, value: Any) -> int:
        """How many items are equal to `value`."""
        return sum(1 for each in self if each == value)

    def __add__(self, other: object) -> Records:
        if isinstance(other, Records | list | tuple):
            return self.concat([self, Records(other)])
        return NotImplemented

    def __radd__(self, other: object) -> Records:
        if isinstance(other, list | tuple):
            return self.concat([Records(other), self])
        return NotImplemented

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, Records | list | tuple):
            return len(self) == len(other) and all(map(eq, self, other))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def at(self, places: Sequence[int]) -> Records:
        """The items at these places, in this order."""
        kinds = None if self._kinds is None else array("q", [self._kinds[place] for place in places])
        return self._view(self._sources, kinds, array("q", [self._rows[place] for place in places]))

    def head(self, count: int = 5) -> Records:
        """The first items."""
        return self[: max(0, count)]

    def filter(self, keep: Callable[[Any], object] | None = None, /, **wanted: object) -> Records:
        """The items for which `keep` is true, or whose properties have these values, in order.

        `users.filter(lambda user: user.Enabled)`, `users.filter(Department="Sales", Enabled=True)`. A value may be a
        list of those that will do, or a callable that says whether a value does; texts are compared exactly.
        Raises UnknownPropertyError for a property that no object has.
        """
        from lync_magic.records.analysis import where

        return where(self, keep, wanted)

    def select(self, *names: str) -> Records:
        """The objects with these properties alone, in this order; `users[["A", "B"]]` is the same.

        None where an object has none. Raises UnknownPropertyError for a property that no object has.
        """
        from lync_magic.records.analysis import names_in, select

        return select(self, names_in(names))

    def sort_by(self, *names: str, descending: bool = False) -> Records:
        """The objects by the values of properties, those that have none last. Raises UnknownPropertyError."""
        from lync_magic.records.analysis import names_in, ordered

        return ordered(self, names_in(names), descending=descending)

    def group_by(self, *names: str) -> Groups:
        """The objects by the values of properties: `users.group_by("Department").count()`.

        Raises UnknownPropertyError.
        """
        from lync_magic.records.analysis import Groups, names_in

        return Groups(self, names_in(names))

    def sorted(self, key: Callable[[Any], Any], *, reverse: bool = False) -> Records:
        """The items ordered by `key`, as Python's `sorted` orders them."""
        return Records(sorted(self, key=key, reverse=reverse))

    def diff(
        self, other: Records, key: str | Sequence[str] | None = "Identity", *, ignore: Iterable[str] = ()
    ) -> Differences:
        """What changed from this result to a later one: `last_week.diff(today)`.

        key: the property, or several, that tell which objects are the same; None: their places do.
        ignore: properties that do not count.
        Raises UnknownPropertyError where no object has the key.
        """
        from lync_magic.records.differences import difference

        return difference(self, Records(other), key, ignore)

    def describe(self, top: int = 5) -> Records:
        """A row for each column: Type, Count, Nulls, Distinct, the `top` most usual values, Min and Max."""
        from lync_magic.records.describing import description

        return description(self, top)

    # --- by name --------------------------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """The names of all properties that an object here has, in the order in which they first appear."""
        names: dict[str, None] = {}
        for source, rows in self.by_source():
            if isinstance(source, Table):
                names.update(dict.fromkeys(source.present(rows)))
        return list(names)

    @property
    def columns(self) -> list[str]:
        """The same as `names`, as pandas calls it."""
        return self.names

    @property
    def type_names(self) -> tuple[str, ...]:
        """The .NET type names of the first object, most derived first; empty where there is none."""
        first = next((item for item in self if isinstance(item, ObjectLike)), None)
        return () if first is None else first.type_names

    @property
    def lync_origin(self) -> str:
        """Where the objects are from, `from the tape of 20 November 2026`; "" for a live server's."""
        return "; ".join(dict.fromkeys(source.origin for source, _ in self.by_source() if source.origin))

    @property
    def undecoded(self) -> list[Undecoded]:
        """The objects that could not be read."""
        plain = {kind: source for kind, source in enumerate(self._sources) if not isinstance(source, Table)}
        if not plain:  # the usual case, and no time to be lost in a table of millions
            return []
        kinds = repeat(0) if self._kinds is None else self._kinds
        items = (plain[kind].items[row] for kind, row in zip(kinds, self._rows, strict=False) if kind in plain)
        return [item for item in items if isinstance(item, Undecoded)]

    def by_source(self) -> list[tuple[Source, Sequence[int]]]:
        """Where the items are kept: each table and its rows here, in order of appearance."""
        return [(source, rows) for source, rows, _ in self.placed()]

    def placed(self) -> list[tuple[Source, Sequence[int], Sequence[int]]]:
        """`by_source` with the place in the result of each row."""
        if self._kinds is None:
            return [(source, self._rows, range(len(self))) for source in self._sources[:1]]
        taken: dict[int, tuple[array[int], array[int]]] = {}
        for place, (kind, row) in enumerate(zip(self._kinds, self._rows, strict=True)):
            found = taken.get(kind)
            if found is None:
                found = taken[kind] = (array("q"), array("q"))
            found[0].append(row)
            found[1].append(place)
        return [(self._sources[kind], rows, places) for kind, (rows, places) in taken.items()]

    def _member(self, name: str) -> Any:
        values: list[Any] = []
        if self._kinds is None:
            for source, rows in self.by_source():
                values = source.values_of(name, rows) if isinstance(source, Table) else []
        else:
            values = [item[name] for item in self if isinstance(item, Record) and name in item]
        if not values and not (len(self) == 0 and name[:1].isupper()):
            if name in ("Count", "Length"):  # what an array says of itself in PowerShell
                return len(self)
            what = "This object has no" if len(self) == 1 else "None of these objects has a"
            raise UnknownPropertyError(what, name, self.names)
        return values[0] if len(self) == 1 else values

    def __getattr__(self, name: str) -> Any:
        if name in _PLACES:  # one that is made later
            values, self._later = self._later, ()
            Records.__init__(self, values)
            return getattr(self, name)
        if name.startswith("_"):
            raise AttributeError(name)
        return self._member(name)

    def __dir__(self) -> list[str]:
        own = [name for name in super().__dir__() if not name.startswith("_") or name.endswith("_")]
        return [*own, *(name for name in self.names if name.isidentifier() and not iskeyword(name) and name not in own)]

    def _ipython_key_completions_(self) -> list[str]:
        return self.names

    # --- out to the tools ------------------------------------------------------------------------------------

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame: dates with zone, nullable integers and booleans, categories; lists and objects as they are.

        | property | dtype |
        |---|---|
        | Boolean; with nulls | `bool`; `boolean` |
        | integers; with nulls; beyond 64 bits | `int64` (`uint64`); `Int64` (`UInt64`); `object` |
        | Single, Double | `float64` |
        | text; that repeats (each four times on average, 64 rows or more), enumerations | `str`; `category` |
        | GUID | as text |
        | DateTime with, without a zone | `datetime64[us, zone]` (UTC where several), `datetime64[us]`; ns for ticks |
        | TimeSpan | `timedelta64[us]`, `timedelta64[ns]` for ticks |
        | Decimal, lists, objects, mixed, nothing but null | `object` |

        Raises DependencyMissing.
        """
        from lync_magic.records.frame import to_pandas

        return to_pandas(self)

    def to_arrow(self, text: Collection[str] = ()) -> pyarrow.Table:
        """An Arrow table. text: columns to keep as text whatever they hold. Raises DependencyMissing."""
        from lync_magic.records.arrow import to_arrow

        return to_arrow(self, text)

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The Arrow PyCapsule interface: `polars.DataFrame(records)`, `duckdb.sql("select * from records")`."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    @overload
    def to_csv(self, path: None = None, columns: Collection[str] = ()) -> str: ...
    @overload
    def to_csv(self, path: str | PathLike[str], columns: Collection[str] = ()) -> int: ...
    def to_csv(self, path: str | PathLike[str] | None = None, columns: Collection[str] = ()) -> int | str:
        """Write CSV (UTF-8, ISO 8601, `;` between a list's items); how many. Without a path, give it as text.

        columns: which, in which order. Texts go out as they came, also those that a spreadsheet takes for a formula
        (`=…`, `+…`, `-…`, `@…`; a telephone number is one): whoever opens it in one imports these columns as text.
        """
        from lync_magic.records.stream import RecordStream

        if path is not None:
            return RecordStream([self]).to_csv(path, columns)
        from lync_magic.records.files import csv_text

        return csv_text(self, columns)

    def to_parquet(self, path: str | PathLike[str], text: Collection[str] = ()) -> int:
        """Write Parquet; how many. text: columns to keep as text whatever they hold. Raises DependencyMissing."""
        from lync_magic.records.stream import RecordStream

        return RecordStream([self]).to_parquet(path, text)

    def to_json(self, path: str | PathLike[str]) -> int:
        """Write a JSON list, or JSON lines where the name ends in .jsonl or .ndjson; how many."""
        from lync_magic.records.stream import RecordStream

        return RecordStream([self]).to_json(path)

    def to_excel(self, path: str | PathLike[str], sheet: str = "Result", columns: Collection[str] = ()) -> int:
        """Write a sheet of an Excel workbook with typed columns; how many rows. Dates are in UTC.

        A workbook that is there gets one sheet more.  columns: which, in which order.  Raises DependencyMissing.
        """
        from lync_magic.records.excel import to_excel

        return to_excel(self, path, sheet, columns)

    # --- as a value -----------------------------------------------------------------------------------------

    def __copy__(self) -> Records:
        return self[:]

    def __reduce__(self) -> tuple[Any, ...]:
        own = self._copied([self])  # only the rows that are seen here
        return _blank, (), (own._sources, own._kinds, own._rows)

    def __setstate__(self, state: Any) -> None:
        self._sources, self._kinds, self._rows = state

    # --- shown ----------------------------------------------------------------------------------------------

    @property
    def plot(self) -> Any:
        """Charts, as pandas has them: `users.plot.bar(x="Department", y="Count")`. Raises DependencyMissing."""
        from lync_magic.records.plotting import plot

        return plot(self)

    def show(
        self, mark: Conditions | None = None, *, format: str | bool | None = None, rows: int | None = None
    ) -> object:
        """An interactive table in a notebook: sort, search, page. In a terminal, the objects as text.

        All properties are columns; of a large result the first rows are in it, and it says how many. Works without a
        network. Raises DependencyMissing where itables is not installed.

        With any of these, a still table instead, which a report prints and sends as well:
        mark: what to mark, `{"Enabled": False, "Age": lambda days: days > 90 and "warn"}`, or a function of the object
        for its whole row; a function says true (bad), `bad`, `warn` or `good`, a value or a list says what is bad.
        format: `en` or `fr` writes numbers and dates as that language does, True as the one that is spoken.
        rows: how many at most.
        """
        if mark is not None or format is not None or rows is not None:
            from lync_magic.records.looks import look

            return look(self, mark, format, rows)
        viewer = type(self).viewer
        if viewer is not None:
            return viewer(self)
        return self

    def __repr__(self) -> str:
        return result_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        renderer = type(self).renderer
        bundle = {"text/plain": repr(self)}
        if renderer is not None:
            bundle["text/html"] = renderer(self)
        return bundle


def _blank() -> Records:
    return Records()


def _place(key: object) -> int:
    """The place that a number says. Raises TypeError: what a comparison gave (`users.City == "Redmond"`) is none."""
    try:
        if not isinstance(key, bool):
            return index(key)  # type: ignore[arg-type]
    except TypeError:
        pass
    raise TypeError(
        f"A result is asked for a number, a slice or names, not {type(key).__name__}. To choose objects: "
        'users.filter(Department="Sales"), or users.filter(lambda user: user.Enabled)'
    )
