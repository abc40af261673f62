"""From raw CLIXML to records, batch by batch, with what was learnt kept for the next batch.

Rule of this file: one object that cannot be read costs one object; it is said once, at the end.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice, repeat
from typing import Any

from lync_magic.clixml import SLICE, Block, Decrypt, ShapeDecoder, Undecoded
from lync_magic.errors import UndecodedWarning, warn
from lync_magic.interrupts import kept
from lync_magic.records.build import Builder
from lync_magic.records.record import Record
from lync_magic.records.sequence import Records
from lync_magic.records.table import Table
from lync_magic.safe_text import one_line


class Reader:
    """Reads the output of one session. Not for two threads at once.

    decrypt: makes SecureStrings readable; may be set later, when the keys are there.  origin: what results say of where
    they are from.
    """

    def __init__(self, decrypt: Decrypt | None = None, origin: str = "") -> None:
        self.decrypt = decrypt
        self.origin = origin
        self._shapes = ShapeDecoder()
        self._unread = 0
        self._reason = ""

    def feed(self, batch: Iterable[bytes | str]) -> Records:
        """The records of the next objects, each given as one CLIXML element."""
        return self.gather((batch,))

    def gather(self, batches: Iterable[Iterable[bytes | str]]) -> Records:
        """The records of all objects of several batches."""
        with self.gathering() as gathering:
            for batch in batches:
                gathering.add(batch)
        return gathering.records()

    @contextmanager
    def gathering(self) -> Iterator[Gathering]:
        """A result that grows. Python's garbage collector is paused meanwhile."""
        with kept(), _collector_paused():  # its end is where the collector has most to do
            yield Gathering(self)

    def read_into(self, builder: Builder, batch: list[bytes | str]) -> None:
        """Add the records of the next objects, at most `SLICE`."""
        parts, singles = self._shapes.decode(batch, _Nest(builder), self.decrypt)
        if len(parts) == 1 and len(parts[0].positions) == len(batch):
            block = parts[0].block
            table = builder.table(block.type_names)
            first = _add(table, block)
            if first == 0:
                table.sample = batch[0]
            builder.put_places(repeat(builder.kind(table), block.size), range(first, first + block.size))
            return
        kinds = [0] * len(batch)
        rows = [0] * len(batch)
        for positions, block in parts:
            table = builder.table(block.type_names)
            kind, first = builder.kind(table), _add(table, block)
            if first == 0:
                table.sample = batch[positions[0]]
            for position, row in zip(positions, range(first, first + block.size), strict=True):
                kinds[position] = kind
                rows[position] = row
        for position, value in singles:
            try:
                kinds[position], rows[position] = builder.store(value)
            except RecursionError:
                value = Undecoded.of(batch[position], "objects hold each other too deeply")
                kinds[position], rows[position] = builder.store(value)
            if isinstance(value, Undecoded):
                self._note(value)
            elif rows[position] == 0:
                builder.keep_sample(kinds[position], batch[position])
        builder.put_places(kinds, rows)

    def finish(self) -> None:
        """Warn (`UndecodedWarning`) of objects that could not be read since the last `finish`, if there are any."""
        unread, self._unread = self._unread, 0
        if unread:
            objects = "1 object" if unread == 1 else f"{unread:,} objects"
            said = f"{objects} could not be read; the result holds the raw text as Undecoded."
            warn(f"{said} The first: {one_line(self._reason)}", UndecodedWarning)

    def _note(self, undecoded: Undecoded) -> None:
        if not self._unread:
            self._reason = undecoded.reason
        self._unread += 1


class Gathering:
    """A result that grows, batch by batch. Not for two threads at once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._builder = Builder(reader.origin)

    def add(self, batch: Iterable[bytes | str]) -> None:
        """Read the next objects, each given as one CLIXML element."""
        objects = iter(batch)
        while part := list(islice(objects, SLICE)):
            self._reader.read_into(self._builder, part)

    def records(self) -> Records:
        """What was read. To be called once, at the end."""
        return Records.built(self._builder)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare Python's garbage collector a result that still grows, and is no garbage: it would go through all of it
    again and again, a fifth of the time of reading. What else becomes garbage in cycles meanwhile waits for the end.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Nest:
    """Objects inside objects, kept on the tables of a result."""

    __slots__ = ("_builder",)

    def __init__(self, builder: Builder) -> None:
        self._builder = builder

    def objects(self, block: Block) -> list[Record]:
        table = self._builder.nested_table(block.type_names)
        first = _add(table, block)
        return list(map(Record, repeat(table), range(first, first + block.size)))

    def held(self, value: Any) -> Any:
        return self._builder.held_alone(value)

    def mark(self) -> dict[tuple[str, ...], int]:
        return self._builder.nested_rows()

    def undo(self, mark: dict[tuple[str, ...], int]) -> None:
        self._builder.cut_nested(mark)


def _add(table: Table, block: Block) -> int:
    return table.extend(block.names, block.columns, block.orders, block.size, block.texts)
