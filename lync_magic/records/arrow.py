"""Records as Arrow data: what pyarrow, polars, DuckDB and Parquet take as it is.

Rules of this file: a schema is settled from objects that are at hand (`Layout`) and kept for those that follow; a
value that does not fit it is an error that names the column.
"""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lync_magic.errors import DependencyMissing, UsageError
from lync_magic.records.columns import Column, listed, named_columns, value_name_of
from lync_magic.records.forms import Form, Text, form_of
from lync_magic.records.sequence import Records

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]


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
        self._pa = pa = pyarrow_for(purpose)
        forced = {name.lower() for name in listed(text)}
        self._value_name = value_name_of(records)
        self._columns: dict[str, Form] = {
            name: Text(pa) if name.lower() in forced else form_of(pa, column)
            for name, column in named_columns(records).items()
        }
        self.schema = pa.schema([(name, form.type) for name, form in self._columns.items()])

    def batch(self, records: Records) -> tuple[pyarrow.RecordBatch, list[str]]:
        """The objects as one record batch, and the names of columns that the layout does not have.

        Raises UsageError where a value does not fit its column.
        """
        columns = named_columns(records, self._value_name)
        given = {name.lower(): (name, column) for name, column in columns.items()}
        arrays = []
        for name, form in self._columns.items():
            _, column = given.pop(name.lower(), ("", None))
            if column is None:
                arrays.append(self._pa.nulls(len(records), form.type))
            else:
                arrays.append(self._array(name, form, column))
        if arrays:
            batch = self._pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        else:  # no columns: how many rows must be said
            rows = self._pa.array([{}] * len(records), self._pa.struct([]))
            batch = self._pa.RecordBatch.from_struct_array(rows)
        return batch, [name for name, _ in given.values()]

    def table(self, records: Records) -> pyarrow.Table:
        """The objects as a table. Raises UsageError."""
        batch, _ = self.batch(records)
        return self._pa.Table.from_batches([batch], schema=self.schema)

    def _array(self, name: str, form: Form, column: Column) -> Any:
        try:
            return form.array(column)
        except (self._pa.ArrowException, TypeError, ValueError, OverflowError):
            raise UsageError(
                f"The column {name} was settled as {form.type} by the first objects, and a later value does not fit.",
                f"Name it as text: text=[{name!r}].",
            ) from None


def to_arrow(records: Records, text: Collection[str] = ()) -> pyarrow.Table:
    """The result as an Arrow table. Raises DependencyMissing, UsageError."""
    return Layout(records, text).table(records)
