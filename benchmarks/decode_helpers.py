"""Would a compiled package read objects much faster? `python benchmarks/decode_helpers.py [ROUNDS]`

Run `pip install lxml regex pcre2` first; what is not installed is left out. Each helper does only its own part of the
work (parsing, or matching the learnt pattern); the Reader does all of it, down to Python values. A helper that takes
little less than the Reader cannot help it much.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from decode_objects import users

from lync_magic.clixml.patterns import Compiler, compiled
from lync_magic.clixml.structure import merged, sample_of
from lync_magic.records import Reader

OBJECTS = 5_000
ROUNDS = 5
SAMPLES = 200


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    raws = users(OBJECTS)
    tasks = dict(all_tasks(raws))
    times = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for name, task in tasks.items():
            start = time.process_time()
            task()
            times[name] = min(times[name], time.process_time() - start)
    whole = times["**lync_magic, Reader: everything**"]
    print("| what | microseconds an object | times the Reader |")
    print("|---|---:|---:|")
    for name, taken in times.items():
        print(f"| {name} | {taken / OBJECTS * 1e6:.1f} | {taken / whole:.2f} |")


def all_tasks(raws: list[bytes]) -> list[tuple[str, Callable[[], object]]]:
    """What is measured, by name."""
    tasks: list[tuple[str, Callable[[], object]]] = [
        ("**lync_magic, Reader: everything**", lambda: Reader().feed(raws)),
        ("re: matching alone", lambda: list(map(compiled(learnt(raws)).fullmatch, raws))),
        ("expat without handlers", lambda: [expat.ParserCreate().Parse(raw, True) for raw in raws]),
        ("ElementTree: parsing alone", lambda: list(map(ElementTree.fromstring, raws))),
    ]
    lxml, regex, pcre2 = (optional(name) for name in ("lxml.etree", "regex", "pcre2"))
    if lxml is not None:
        tasks.append(("lxml: parsing alone", lambda: list(map(lxml.fromstring, raws))))
    for name, module in (("regex", regex), ("pcre2", pcre2)):
        if module is not None:
            fullmatch = module.compile(compiled(learnt(raws)).pattern).fullmatch
            tasks.append((f"{name}: matching alone", lambda fullmatch=fullmatch: list(map(fullmatch, raws))))
    return tasks


def learnt(raws: list[bytes]) -> str:
    """The pattern that the Reader learns from these objects."""
    structure = sample_of(raws[0])
    for raw in raws[1:SAMPLES]:
        assert merged(structure, sample_of(raw)) is not None
    pattern, _ = Compiler(lenient=False).top(structure)
    assert re.fullmatch(compiled(pattern).pattern, raws[-1]) is not None
    return pattern


def optional(name: str) -> Any:
    """A module that may not be installed."""
    try:
        return import_module(name)
    except ImportError:
        return None


if __name__ == "__main__":
    main()
