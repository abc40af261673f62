"""How fast objects are read, as ratios in one run: `python benchmarks/decode.py [ROUNDS]`.

Every reader makes objects of 30 properties, keeps them, and reads each value. Rounds of the readers alternate, and the
best round of each counts (CPU time of this process). What takes long reads fewer of the 5,000 objects in a round, so
that a round is about a tenth of a second for all: in a longer one nobody would ever find a busy machine quiet. The
Reader reads all of them in each round, and learns them anew.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from decode_changing import changing_users
from decode_objects import users
from decode_walk import element_tree_walk
from pypsrp.serializer import Serializer

from lync_magic.clixml import decode
from lync_magic.records import Reader, Records

OBJECTS = 5_000
ROUNDS = 40


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    same = users(OBJECTS)
    changing = changing_users(OBJECTS)
    size = sum(map(len, same)) / len(same)
    rates = best_rates(
        {
            "pypsrp": (read_pypsrp, 125),
            "ElementTree and a dispatch walk": (lambda some: read_mappings(list(map(element_tree_walk, some))), 2_000),
            "lync_magic, exact walk": (lambda some: read_mappings(list(map(decode, some))), 1_250),
            "**lync_magic, Reader**": (lambda some: read_mappings(Reader().feed(some)), OBJECTS),
            "lync_magic, Reader, values by column": (lambda some: read_columns(Reader().feed(some)), OBJECTS),
        },
        same,
        rounds,
    )
    print(f"{OBJECTS:,} objects of 30 properties, {size:,.0f} bytes each, every value read:\n")
    show(rates, "pypsrp", "ElementTree and a dispatch walk")
    rates = best_rates(
        {
            "exact walk alone": (lambda some: list(map(decode, some)), 2_500),
            "**Reader**": (lambda some: Reader().feed(some), 2_500),
        },
        changing,
        rounds,
    )
    print("\nA stream in which every object has other properties in another order:\n")
    show(rates, "exact walk alone")


def read_pypsrp(raws: list[bytes]) -> None:
    objects = [Serializer().deserialize(raw.decode()) for raw in raws]
    for each in objects:
        deque(each.adapted_properties.values(), maxlen=0)


def read_mappings(objects: Iterable[Any]) -> None:
    for each in objects:
        deque(each.values(), maxlen=0)


def read_columns(records: Records) -> None:
    for name in records.names:
        deque(records[name], maxlen=0)


def best_rates(
    readers: dict[str, tuple[Callable[[list[bytes]], object], int]], objects: list[bytes], rounds: int
) -> dict[str, float]:
    """Objects a second of each reader, in its best round. readers: by name, with how many objects are a round."""
    rates = dict.fromkeys(readers, 0.0)
    for number in range(rounds):
        for name, (read, count) in readers.items():
            first = number * count % len(objects)
            some = objects[first : first + count]
            gc.collect()  # each pays for its own garbage, not for the one before
            start = time.process_time()
            read(some)
            rates[name] = max(rates[name], len(some) / (time.process_time() - start))
    return rates


def show(rates: dict[str, float], *references: str) -> None:
    """A table in Markdown: objects a second, and how many times each reference's rate that is."""
    heads = ["reader", "objects a second", *(f"times {reference}" for reference in references)]
    print(f"| {' | '.join(heads)} |")
    print(f"|---|{'---:|' * (len(heads) - 1)}")
    for name, rate in rates.items():
        ratios = [f"{rate / rates[reference]:.2f}" for reference in references]
        print(f"| {' | '.join([name, f'{rate:,.0f}', *ratios])} |")


if __name__ == "__main__":
    main()
