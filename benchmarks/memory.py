"""How much memory objects take: `python benchmarks/memory.py [OBJECTS_STREAMED]`.

Kept: what Python's allocator holds for 5,000 objects of 30 properties once they are read, every value in place.
Streamed: how far the resident memory of the whole process grows at its peak, from where it stood with the packages
loaded and the raw objects made, while a stream of objects goes to a file. Each measurement has a process of its own.
"""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from decode_objects import users

from lync_magic.records import Reader, Records, RecordStream

OBJECTS = 5_000
STREAMED = 1_000_000
BATCH = 500
KIB, MIB = 1024, 1024**2


def main() -> None:
    if len(sys.argv) > 2:
        print(MEASURES[sys.argv[1]](int(sys.argv[2])))
        return
    streamed = int(sys.argv[1]) if len(sys.argv) > 1 else STREAMED
    kept = {name: measured(name, OBJECTS) for name in ("pypsrp", "walk", "reader")}
    print("| kept, 30 properties of 2.1 KB | KiB an object | times pypsrp |\n|---|---:|---:|")
    for name, size in kept.items():
        print(f"| {LABELS[name]} | {size / KIB:.2f} | {size / kept['pypsrp']:.2f} |")
    print(f"\n| {streamed:,} objects streamed | peak growth, MiB |\n|---|---:|")
    for name in ("parquet", "csv"):
        print(f"| {LABELS[name]} | {measured(name, streamed) / MIB:.0f} |")


def measured(name: str, count: int) -> float:
    """A measurement in a process of its own."""
    command = [sys.executable, __file__, name, str(count)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def kept_by_pypsrp(count: int) -> float:
    from pypsrp.serializer import Serializer

    return kept(count, lambda raws: [Serializer().deserialize(raw.decode()) for raw in raws])


def kept_by_walk(count: int) -> float:
    from lync_magic.clixml import decode

    return kept(count, lambda raws: list(map(decode, raws)))


def kept_by_reader(count: int) -> float:
    def read(raws: list[bytes]) -> Records:
        reader = Reader()
        return Records.concat([reader.feed(raws[start : start + BATCH]) for start in range(0, len(raws), BATCH)])

    return kept(count, read)


def kept(count: int, read: Any) -> float:
    """Bytes an object that what `read` returns holds."""
    raws = users(count)
    read(raws[:100])
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    objects = read(raws)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    assert len(objects) == count
    return (after - before) / count


def batches(raws: list[bytes], count: int) -> Iterator[Records]:
    reader = Reader()
    for number in range(count // BATCH):
        start = number * BATCH % len(raws)
        yield reader.feed(raws[start : start + BATCH])


def streamed_to_parquet(count: int) -> float:
    return streamed(count, lambda stream, folder: stream.to_parquet(folder / "users.parquet"))


def streamed_to_csv(count: int) -> float:
    return streamed(count, lambda stream, folder: stream.to_csv(folder / "users.csv"))


def streamed(count: int, write: Any) -> float:
    """Bytes by which the process grew at its peak while a stream was written."""
    import pyarrow.parquet  # noqa: F401 - its own size is not the stream's

    raws = users(20 * BATCH)
    with tempfile.TemporaryDirectory() as folder:
        start = resident()
        assert write(RecordStream(batches(raws, count)), Path(folder)) == count
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB - start


def resident() -> int:
    """The process's resident memory in bytes (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


MEASURES = {
    "pypsrp": kept_by_pypsrp,
    "walk": kept_by_walk,
    "reader": kept_by_reader,
    "parquet": streamed_to_parquet,
    "csv": streamed_to_csv,
}
LABELS = {
    "pypsrp": "pypsrp",
    "walk": "lync_magic, exact walk",
    "reader": "**lync_magic, Reader**",
    "parquet": "Parquet",
    "csv": "CSV",
}

if __name__ == "__main__":
    main()
