"""Records to files, batch by batch: CSV, JSON, JSON lines.

Rules of this file: UTF-8, `\\n`, one pass, no more than a batch in memory. A file has its name only when it is whole:
it is written beside its place and moved there at the end.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from lync_magic.records.columns import named_columns
from lync_magic.records.plainer import encodable, file_text, to_plain
from lync_magic.records.sequence import Records

Target = str | os.PathLike[str]

LINES_SUFFIXES = (".jsonl", ".ndjson")


@contextmanager
def written(path: Target) -> Iterator[Path]:
    """A new file beside `path`, which takes its place when the block ends well and vanishes when it does not."""
    target = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        if target.exists():
            os.chmod(beside, target.stat().st_mode & 0o777)
        else:
            os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_csv(batches: Iterable[Records], path: Target, columns: list[str]) -> tuple[int, list[str]]:
    """Write the objects' cells as CSV with a head; how many, and the names of properties that had no column."""
    count = 0
    left: dict[str, None] = {}
    places = {name.lower() for name in columns}
    with written(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([encodable(name) for name in columns])
        for batch in batches:
            given = {name.lower(): (name, values) for name, values in named_columns(batch).items()}
            left.update({name: None for key, (name, _) in given.items() if key not in places})
            nothing = [None] * len(batch)
            cells = [map(file_text, given.get(name.lower(), ("", nothing))[1]) for name in columns]
            writer.writerows(zip(*cells, strict=True) if cells else ())
            count += len(batch)
    return count, list(left)


def write_json(batches: Iterable[Records], path: Target) -> int:
    """Write the objects as a JSON list, or one a line where the name ends in .jsonl or .ndjson; how many."""
    lines = Path(path).suffix.lower() in LINES_SUFFIXES
    with written(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        return _write_lines(batches, file) if lines else _write_list(batches, file)


def _write_lines(batches: Iterable[Records], file: TextIO) -> int:
    count = 0
    for batch in batches:
        for item in batch:
            file.write(json.dumps(to_plain(item), ensure_ascii=False) + "\n")
        count += len(batch)
    return count


def _write_list(batches: Iterable[Records], file: TextIO) -> int:
    count = 0
    file.write("[")
    for batch in batches:
        for item in batch:
            file.write(",\n" if count else "\n")
            file.write(json.dumps(to_plain(item), ensure_ascii=False))
            count += 1
    file.write("\n]\n" if count else "]\n")
    return count
