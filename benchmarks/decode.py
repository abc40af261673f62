"""How fast objects are read, as ratios in one run: `python benchmarks/decode.py [ROUNDS]`.

Every reader gets the same 5,000 objects of 30 properties, makes all of them, keeps them, and reads each value.
Rounds of the readers alternate, each works for at least a second in a round, and the best round of each counts (CPU
time of this process), so that a busy machine disturbs all alike.
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
ROUNDS = 5
LEAST_SECONDS = 1.0


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    same = users(OBJECTS)
    changing = changing_users(OBJECTS)
    size = sum(map(len, same)) / len(same)
    rates = best_rates(
        {
            "pypsrp": (lambda: read_pypsrp(same), len(same)),
            "ElementTree and a dispatch walk": (lambda: read_mappings(list(map(element_tree_walk, same))), len(same)),
            "lync_magic, exact walk": (lambda: read_mappings(list(map(decode, same))), len(same)),
            "**lync_magic, Reader**": (lambda: read_mappings(Reader().feed(same)), len(same)),
            "lync_magic, Reader, values by column": (lambda: read_columns(Reader().feed(same)), len(same)),
        },
        rounds,
    )
    print(f"{OBJECTS:,} objects of 30 properties, {size:,.0f} bytes each, every value read:\n")
    show(rates, "pypsrp", "ElementTree and a dispatch walk")
    rates = best_rates(
        {
            "exact walk alone": (lambda: list(map(decode, changing)), len(changing)),
            "**Reader**": (lambda: Reader().feed(changing), len(changing)),
        },
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


def best_rates(readers: dict[str, tuple[Callable[[], object], int]], rounds: int) -> dict[str, float]:
    """Objects a second of each reader, in its best round."""
    rates = dict.fromkeys(readers, 0.0)
    for _ in range(rounds):
        for name, (read, count) in readers.items():
            gc.collect()  # each pays for its own garbage, not for the one before
            start, taken, times = time.process_time(), 0.0, 0
            while taken < LEAST_SECONDS:
                read()
                taken, times = time.process_time() - start, times + 1
            rates[name] = max(rates[name], times * count / taken)
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
