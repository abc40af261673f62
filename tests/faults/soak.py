"""Sessions with one random fault after the other for a long time, in one process: does it stay as small as it was?

    python soak.py [--minutes 20] [--seed 1000000]

prints every half minute how many cases there were, what was wrong in them, and memory, threads and descriptors; at the
end whether they were flat: no thread and no descriptor more, and a tenth more memory at most than after a quarter of
the time, when everything that is kept for good has been loaded. Exit code 1 when they were not, or a case was wrong.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from dataclasses import dataclass
from itertools import count

from cases import Bench, Case

SECONDS_BETWEEN = 30.0
MEMORY_GROWTH = 1.1


@dataclass(frozen=True)
class Sample:
    """How large this process is. memory: bytes that are resident."""

    memory: int
    threads: int
    descriptors: int


def sample(bench: Bench) -> Sample:
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[1])
    return Sample(pages * 4096, threading.active_count(), bench.held()[1])


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1_000_000)
    given = parser.parse_args()
    bench = Bench()
    bench.begin()
    begin = told = time.monotonic()
    early: Sample | None = None
    wrong = done = 0
    for seed in count(given.seed):
        verdict = Case(bench, seed).run()
        done += 1
        if verdict.wrong:
            wrong += 1
            say(f"seed {seed}: {verdict.phase}, {verdict.fault}: {verdict.wrong}")
        now = time.monotonic()
        if early is None and now - begin > given.minutes * 15:
            early = sample(bench)
        if now - told > SECONDS_BETWEEN:
            told, one = now, sample(bench)
            minutes, megabytes = (now - begin) / 60, one.memory / 2**20
            say(
                f"{minutes:5.1f} min  {done} cases, {wrong} wrong  {megabytes:.1f} MiB, {one.threads} threads, "
                f"{one.descriptors} descriptors"
            )
        if now - begin > given.minutes * 60:
            break
    late = sample(bench)
    bench.close()
    assert early is not None
    flat = (
        late.memory <= early.memory * MEMORY_GROWTH
        and late.threads <= early.threads
        and late.descriptors <= early.descriptors
    )
    say(f"{done} cases, {wrong} wrong; {'flat' if flat else 'NOT flat'}: {early} -> {late}")
    return 0 if flat and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
