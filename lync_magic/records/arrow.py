"""Records as Arrow data: what pyarrow, polars, DuckDB and Parquet take as it is.

Rules of this file: a schema is settled from objects that are at hand (`Layout`) and kept for those that follow; a
value that does not fit it is an error that names the column, never a silent null. Text takes everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import timezone
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lync_magic.clixml import DateTime, ObjectLike, TimeSpan, ticks_of
from lync_magic.errors import DependencyMissing, UsageError
from lync_magic.records.columns import Kind, kind_of, named_columns
from lync_magic.records.plainer import encodable, file_text, to_plain
from lync_magic.records.sequence import Records

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]

Convert = Callable[[Any], Any]

MAX_DEPTH = 4
"""How deep objects in objects become structures; what is deeper becomes JSON."""

_INT64_END, _UINT64_END = 2**63, 2**64
_FIRST_NS, _LAST_NS = 1678, 2261
_MAX_TICKS_IN_NS = 2**63 // 100 - 1
_NS_PER_TICK = 100
_EPOCH = DateTime(1970, 1, 1, tzinfo=timezone.utc)


def pyarrow_for(purpose: str) -> Any:
    """The module pyarrow. Raises DependencyMissing."""
    try:
        return import_module("pyarrow")
    except ImportError:
        raise DependencyMissing("pyarrow", purpose, "arrow") from None


class Layout:
    """The columns of a table: their names, Arrow types, and how values become what those take."""

    def __init__(self, records: Records, text: Collection[str] = (), purpose: str = "to_arrow()") -> None:
        """records: objects that show what there is.  text: columns to keep as text whatever they hold."""
        self._pa = pyarrow_for(purpose)
        forced = {name.lower() for name in text}
        self._columns: dict[str, tuple[Any, Convert | None]] = {}
        for name, values in named_columns(records).items():
            made = (self._pa.string(), _text) if name.lower() in forced else _arrow_type(self._pa, values, 0)
            self._columns[name] = made
        self.schema = self._pa.schema([(name, type_) for name, (type_, _) in self._columns.items()])

    def batch(self, records: Records) -> tuple[pyarrow.RecordBatch, list[str]]:
        """The objects as one record batch, and the names of columns that the layout does not have.

        Raises UsageError where a value does not fit its column.
        """
        given = {name.lower(): (name, values) for name, values in named_columns(records).items()}
        arrays = []
        for name, (type_, convert) in self._columns.items():
            _, values = given.pop(name.lower(), ("", None))
            if values is None:
                arrays.append(self._pa.nulls(len(records), type_))
            else:
                arrays.append(self._array(name, values, type_, convert))
        batch = self._pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        return batch, [name for name, _ in given.values()]

    def table(self, records: Records) -> pyarrow.Table:
        """The objects as a table. Raises UsageError."""
        batch, _ = self.batch(records)
        return self._pa.Table.from_batches([batch], schema=self.schema)

    def _array(self, name: str, values: list[Any], type_: Any, convert: Convert | None) -> Any:
        pa = self._pa
        try:
            if convert is not None:
                values = [None if value is None else convert(value) for value in values]
            return pa.array(values, type=type_)
        except UnicodeEncodeError:  # half of a surrogate pair
            return pa.array([None if value is None else encodable(value) for value in values], type=type_)
        except (pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError):
            raise UsageError(
                f"The column {name} was settled as {type_} by the first objects, and a later value does not fit.",
                f"Name it as text: text=[{name!r}].",
            ) from None


def to_arrow(records: Records, text: Collection[str] = ()) -> pyarrow.Table:
    """The result as an Arrow table. Raises DependencyMissing, UsageError."""
    return Layout(records, text).table(records)


def _text(value: Any) -> str:
    return file_text(value)


def _json(value: Any) -> str:
    return json.dumps(to_plain(value), ensure_ascii=False)


def _arrow_type(pa: Any, values: list[Any], depth: int) -> tuple[Any, Convert | None]:
    """The type for these values, and what to do with each; None where pyarrow takes them as they are."""
    kind = kind_of(values)
    present = [value for value in values if value is not None]
    simple = {Kind.NULL: pa.string(), Kind.BOOL: pa.bool_(), Kind.FLOAT: pa.float64(), Kind.BYTES: pa.binary()}
    if kind in simple:
        return simple[kind], _text if kind is Kind.NULL else None
    if kind is Kind.TEXT:
        return pa.string(), None if all(type(value) is str for value in present) else _text
    if kind is Kind.INT:
        return _integers(pa, present)
    if kind in (Kind.AWARE, Kind.NAIVE):
        return _moments(pa, present, "UTC" if kind is Kind.AWARE else None)
    if kind is Kind.DURATION:
        return _durations(pa, present)
    if kind is Kind.DECIMAL:
        return _decimals(pa, present)
    if kind is Kind.LIST:
        return _lists(pa, present, depth)
    if kind is Kind.OBJECT:
        return _structures(pa, present, depth)
    return pa.string(), _text


def _integers(pa: Any, present: list[int]) -> tuple[Any, Convert | None]:
    low, high = min(present), max(present)
    if low >= -_INT64_END and high < _INT64_END:
        return pa.int64(), int
    if low >= 0 and high < _UINT64_END:
        return pa.uint64(), int
    return pa.string(), _text


def _moments(pa: Any, present: list[Any], zone: str | None) -> tuple[Any, Convert | None]:
    if not any(isinstance(value, DateTime) and value.ticks_rest for value in present):
        return pa.timestamp("us", zone), None
    if not all(_FIRST_NS <= value.year <= _LAST_NS for value in present):
        return pa.string(), _text

    def nanoseconds(value: Any) -> int:
        since = value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value
        rest = value.ticks_rest if isinstance(value, DateTime) else 0
        return (ticks_of(since - _EPOCH) + rest) * _NS_PER_TICK

    return pa.timestamp("ns", zone), nanoseconds


def _durations(pa: Any, present: list[Any]) -> tuple[Any, Convert | None]:
    if not any(isinstance(value, TimeSpan) for value in present):
        return pa.duration("us"), None
    if any(abs(ticks_of(value)) > _MAX_TICKS_IN_NS for value in present):
        return pa.string(), _text
    return pa.duration("ns"), lambda value: ticks_of(value) * _NS_PER_TICK


def _decimals(pa: Any, present: list[Any]) -> tuple[Any, Convert | None]:
    try:
        return pa.array(present).type, None
    except pa.ArrowException:
        return pa.string(), _text


def _lists(pa: Any, present: list[Any], depth: int) -> tuple[Any, Convert | None]:
    if depth >= MAX_DEPTH:
        return pa.string(), _json
    item_type, convert = _arrow_type(pa, [item for value in present for item in value], depth + 1)
    if convert is None:
        return pa.list_(item_type), list
    return pa.list_(item_type), lambda value: [None if item is None else convert(item) for item in value]


def _structures(pa: Any, present: list[ObjectLike], depth: int) -> tuple[Any, Convert | None]:
    if all(value.text is not None for value in present):
        return pa.string(), _text  # what the object says of itself: an IP address, a culture
    columns = named_columns(Records(present))
    if depth >= MAX_DEPTH or not columns:
        return pa.string(), _json
    fields = {name: _arrow_type(pa, values, depth + 1) for name, values in columns.items()}

    def fill(value: Any) -> dict[str, Any]:
        row = {name: column[0] for name, column in named_columns(Records([value])).items()}
        if not row.keys() <= fields.keys():
            raise ValueError("a property that the first objects did not have")
        return {
            name: None if row.get(name) is None else (row[name] if convert is None else convert(row[name]))
            for name, (_, convert) in fields.items()
        }

    return pa.struct([(name, type_) for name, (type_, _) in fields.items()]), fill
