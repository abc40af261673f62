"""Objects while they still come: batches that can be looped over once, or sent to a file or a tool as they arrive.

Rules of this file: no more than the batches that settle the columns are held; the sender waits while nobody asks for
more. The columns of a table are settled by the first `SETTLE` objects; a property that shows up only later is named in
a warning. What takes the whole stream closes it, also where it fails: the session is free again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any

from lync_magic.errors import ColumnWarning, UsageError, warn
from lync_magic.records.arrow import Layout, pyarrow_for
from lync_magic.records.columns import listed, named_columns, value_name_of
from lync_magic.records.files import Target, write_csv, write_json, written
from lync_magic.records.frame import to_pandas
from lync_magic.records.record import names_near
from lync_magic.records.sequence import Records
from lync_magic.safe_text import one_line
from lync_magic.threads import in_thread

if TYPE_CHECKING:
    import pandas
    import pyarrow  # type: ignore[import-untyped]

SETTLE = 2_000
"""How many objects settle the columns of a table."""


ROW_GROUP = 5_000
"""How many objects make a row group of a Parquet file; the file describes each group, so small ones cost memory."""


class RecordStream:
    """Batches of records as they arrive, by `for` or `async for`; each can be had once.

    stop: ends the sender while another thread waits for it.
    """

    def __init__(self, batches: Iterable[Records], stop: Callable[[], None] = lambda: None) -> None:
        self._source = batches
        self._stop = stop
        self._batches = iter(batches)
        self._given = False  # to its end, or to a reader that has begun

    def __repr__(self) -> str:
        return "<a stream of records: for batch in it, or .to_parquet(path), .to_csv(path), .to_records()>"

    def __iter__(self) -> Iterator[Records]:
        return self

    def __next__(self) -> Records:
        try:
            return next(self._batches)
        except BaseException:  # its end too
            self._given = True
            raise

    def __aiter__(self) -> RecordStream:
        return self

    async def __anext__(self) -> Records:
        """The next batch, for asyncio: waited for on a thread. A task that is cancelled has the sender stopped."""
        return await in_thread(self.__next__, self._give_up)

    def _give_up(self) -> None:
        """Nobody waits any more for what is being read."""
        self._given = True
        self._stop()

    def close(self) -> None:
        """Want no more: the sender is told where it listens (a generator's `close`)."""
        self._given = True
        self._batches = iter(())
        if isinstance(self._source, Generator):
            self._source.close()

    def __enter__(self) -> RecordStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> str:
        raise TypeError("A stream can be had once, so it cannot be copied or pickled; its to_records() can.")

    # --- all at once -------------------------------------------------------------------------------------------

    def to_records(self) -> Records:
        """All that still comes, as one result."""
        with self._to_its_end():
            return Records.concat(self)

    def to_pandas(self) -> pandas.DataFrame:
        """All that still comes, as a DataFrame. Raises DependencyMissing."""
        return to_pandas(self.to_records())

    # --- as it comes -------------------------------------------------------------------------------------------

    def to_csv(self, path: Target, columns: Collection[str] = ()) -> int:
        """Write CSV as the objects come; how many. columns: which, in which order; else those of the first objects."""
        with self._to_its_end():
            first = self._first()
            value_name = value_name_of(first)
            there = list(named_columns(first))
            chosen = listed(columns)
            count, late, empty = write_csv(self, path, chosen or there, value_name)
        for name in empty if count else ():
            known = names_near(name, there)
            warn(f"No object has a property {one_line(name)!r}; its column is empty. {known}", ColumnWarning)
        if not chosen:
            _warn_of(late)
        return count

    def to_json(self, path: Target) -> int:
        """Write a JSON list (JSON lines where the name ends in .jsonl or .ndjson) as the objects come; how many."""
        with self._to_its_end():
            return write_json(self, path)

    def to_parquet(self, path: Target, text: Collection[str] = ()) -> int:
        """Write Parquet as the objects come; how many. text: columns to keep as text. Raises DependencyMissing."""
        pa = pyarrow_for("to_parquet()")
        parquet = import_module("pyarrow.parquet")
        count = 0
        group: list[Any] = []
        with self._to_its_end(), written(path) as beside:
            reader = self.to_arrow(text)
            with parquet.ParquetWriter(beside, reader.schema) as writer:
                for batch in reader:
                    group.append(batch)
                    count += len(batch)
                    if sum(map(len, group)) >= ROW_GROUP:
                        writer.write_table(pa.Table.from_batches(group))
                        group.clear()
                if group or not count:
                    writer.write_table(pa.Table.from_batches(group, reader.schema))
        return count

    def to_arrow(self, text: Collection[str] = ()) -> pyarrow.RecordBatchReader:
        """A reader of Arrow record batches that takes objects as it is read. Raises DependencyMissing."""
        pa = pyarrow_for("to_arrow()")
        self._refuse_if_given()
        try:
            layout = Layout(self._first(), text)
        except BaseException:
            self.close()
            raise
        return pa.RecordBatchReader.from_batches(layout.schema, self._arrow_batches(layout))

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The Arrow PyCapsule interface: `polars.DataFrame(stream)`, `duckdb.sql("select * from stream")`."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def _arrow_batches(self, layout: Layout) -> Iterator[Any]:
        late: dict[str, None] = {}
        self._refuse_if_given()
        self._given = True
        with self:
            for records in self:
                batch, unknown = layout.batch(records)
                late.update(dict.fromkeys(unknown))
                yield batch
        _warn_of(list(late))

    @contextmanager
    def _to_its_end(self) -> Iterator[None]:
        self._refuse_if_given()
        with self:
            yield

    def _refuse_if_given(self) -> None:
        if self._given:
            raise UsageError(
                "This stream was read or closed before, and each object can be had once.",
                "Ask for it again: run the command's .stream() once more.",
            )

    def _first(self) -> Records:
        """The objects that settle the columns; they still stand first in the stream."""
        parts: list[Records] = []
        count = 0
        for batch in self._batches:
            parts.append(batch)
            count += len(batch)
            if count >= SETTLE:
                break
        first = parts[0] if len(parts) == 1 else Records.concat(parts)
        self._batches = chain((first,), self._batches)
        return first


def _warn_of(late: list[str]) -> None:
    if late:
        names = ", ".join(map(one_line, late))
        warn(f"Left out, as the first {SETTLE:,} objects did not have them: {names}.", ColumnWarning)
