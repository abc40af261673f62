"""Records to files, batch by batch: CSV, JSON, JSON lines.

Rules of this file: UTF-8, `\\n`, one pass, no more than a part of a batch made text at once. A file has its name only
when it is whole: it is written beside its place and moved there at the end.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from errno import EISDIR, ENOENT
from pathlib import Path

from lync_magic.records.columns import listed, named_columns
from lync_magic.records.lines import csv_head, csv_lines, json_lines
from lync_magic.records.plainer import encoded
from lync_magic.records.sequence import Records

Target = str | os.PathLike[str]

LINES_SUFFIXES = (".jsonl", ".ndjson")

MAX_PREFIX = 32
"""How much of a file's name the name of the one beside it holds: a long name leaves room for no more."""

PART = 1_000
"""How many objects are made text at once."""


@contextmanager
def written(path: Target) -> Iterator[Path]:
    """A new file beside `path`, which takes its place when the block ends well and vanishes when it does not.

    What is there and is no plain file (a pipe, a device) is written to as it is. Raises FileNotFoundError and
    IsADirectoryError at once.
    """
    target = Path(os.path.realpath(Path(path).expanduser()))
    if target.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(target.parent))
    if target.exists() and not target.is_file():
        yield target
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:MAX_PREFIX]}.", dir=target.parent)
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


def write_csv(
    batches: Iterable[Records], path: Target, columns: list[str], value_name: str
) -> tuple[int, list[str], list[str]]:
    """Write the objects' cells as CSV with a head; how many, the names of properties that had no column, and those of
    columns that no object had. value_name: as `named_columns` takes it.
    """
    count = 0
    late: dict[str, str] = {}
    empty = {name.lower(): name for name in columns}
    taken = set(empty)
    with written(path) as beside, beside.open("wb") as file:
        file.write(encoded(csv_head(columns)))
        for part in _parts(batches):
            lines, found = csv_lines(part, columns, value_name)
            file.write(encoded(lines))
            count += len(part)
            for name in found:
                key = name.lower()
                empty.pop(key, None)
                if key not in taken:
                    late.setdefault(key, name)
    return count, list(late.values()), list(empty.values())


def csv_text(records: Records, columns: Collection[str] = ()) -> str:
    """The objects' cells as CSV with a head. columns: which, in which order."""
    names = listed(columns) or list(named_columns(records))
    return csv_head(names) + "".join(csv_lines(part, names)[0] for part in _parts([records]))


def write_json(batches: Iterable[Records], path: Target) -> int:
    """Write the objects as a JSON list, or one a line where the name ends in .jsonl or .ndjson; how many."""
    as_lines = Path(path).suffix.lower() in LINES_SUFFIXES
    count = 0
    with written(path) as beside, beside.open("wb") as file:
        file.write(b"" if as_lines else b"[")
        for part in _parts(batches):
            lines = json_lines(part)
            if as_lines:
                file.write(encoded("".join([f"{line}\n" for line in lines])))
            else:
                file.write(encoded((",\n" if count else "\n") + ",\n".join(lines)))
            count += len(part)
        if not as_lines:
            file.write(b"\n]\n" if count else b"]\n")
    return count


def _parts(batches: Iterable[Records]) -> Iterator[Records]:
    """The batches, large ones in parts, without those that hold nothing."""
    for batch in batches:
        for start in range(0, len(batch), PART):
            yield batch[start : start + PART]
