"""What it costs to show a result in a notebook, against pandas' own table: `python benchmarks/display.py [OBJECTS]`.

The same objects (30 properties, 2.1 KB each) as `Records` and as the DataFrame that `to_pandas()` makes of them. Rounds
of the two alternate; the median of each counts. What a cell pays the first time (style sheets, the packed table library
of `show()`) is told apart from what every further cell pays.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from decode_objects import users

from lync_magic.records import Reader, Records
from lync_magic.ui import interactive_html, result_html

OBJECTS = 100_000
DIFFERENT = 5_000
"""So many users are made; the result holds them over and over."""
ROUNDS = 25
SHOW_ROUNDS = 3


def main() -> None:
    objects = int(sys.argv[1]) if len(sys.argv) > 1 else OBJECTS
    some = Reader().feed(users(DIFFERENT))
    records = Records.concat([some] * (objects // DIFFERENT))
    frame = records.to_pandas()
    firsts = {name: milliseconds(draw) for name, draw in ways(records, frame).items()}
    usual = {name: [firsts[name]] for name in firsts}
    for _ in range(ROUNDS):
        for name, draw in ways(records, frame).items():
            if name != SHOW or len(usual[name]) < SHOW_ROUNDS:
                usual[name].append(milliseconds(draw))
    reference = statistics.median(usual[PANDAS][1:])
    print(f"{len(records):,} objects of 30 properties:\n")
    print("| what | first time, ms | after that, ms | times pandas | KB of output |")
    print("|---|---:|---:|---:|---:|")
    for name, draw in ways(records, frame).items():
        median = statistics.median(usual[name][1:])
        size = len(draw().encode()) / 1000
        print(f"| {name} | {firsts[name]:.1f} | {median:.1f} | {median / reference:.2f} | {size:,.0f} |")


PANDAS = "pandas `DataFrame._repr_html_`"
SHOW = "`records.show()`, interactive"


def ways(records: Records, frame: object) -> dict[str, Callable[[], str]]:
    """Each way to show the objects."""
    return {
        "**HTML of the result**": lambda: result_html(records),
        "plain text of the result": lambda: repr(records),
        PANDAS: lambda: str(frame._repr_html_()),  # type: ignore[attr-defined]
        SHOW: lambda: interactive_html(records),
    }


def milliseconds(draw: Callable[[], object]) -> float:
    start = time.perf_counter()
    draw()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
