"""Thousands of generated cells answer as PowerShell 7.6.9 did, or are refused: all but a list that is kept.

Of the cells that combine each cmdlet and parameter with what it does not take, and of those that were asked beside
others of their kind, which are more than all others, every sixth is judged; all with LYNC_MAGIC_WHOLE_LANGUAGE=1.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest
import time_machine

DATA = Path(__file__).parent / "data"
PARTS = 24
"""The cells are judged in so many tests, that they can run beside each other."""
KINDS = (
    "judged",
    "constructs",
    "breadth",
    "exact",
    "reporting",
    "binding",
    "administrators",
    "contexts",
)
MANY = ("siblings", "erring")
EACH = 1 if os.environ.get("LYNC_MAGIC_WHOLE_LANGUAGE") else 6


@pytest.fixture(autouse=True)
def another_day() -> Iterator[None]:
    """No kept answer hangs on the day it was asked for: one that does fails when it is kept, not a day later."""
    with time_machine.travel(datetime(2033, 5, 17, 3, 33, 20, tzinfo=timezone.utc)):
        yield


def lines_of(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from lines


def judged(part: int, *names: str) -> Iterator[dict[str, Any]]:
    """What is kept of one part of the cells; the others' is not even read."""
    lines = lines_of(names) if names else chain(lines_of(KINDS), islice(lines_of(MANY), 0, None, EACH))
    return (json.loads(line) for number, line in enumerate(lines) if number % PARTS == part)


def differing() -> set[tuple[str, str]]:
    """Cells that are known to answer otherwise, each with its reason."""
    lines = (DATA / "differing.jsonl").read_text(encoding="utf-8").splitlines()
    known = {(culture, code): reason for _kind, culture, code, reason in map(json.loads, lines)}
    assert all(known.values())
    return set(known)


def test_thousands_of_answers_are_kept_and_few_differ() -> None:
    assert sum(1 for _line in lines_of(KINDS)) > 5500
    assert len(differing()) < 20


@pytest.mark.parametrize("part", range(PARTS))
def test_a_cell_answers_as_powershell_did_or_is_refused(part: int) -> None:
    from ours import verdict

    known = differing()
    wrong = {}
    for one in judged(part):
        if (one["culture"], one["code"]) in known:
            continue
        kind, found = verdict(one)
        if kind not in ("equal", "refused"):
            wrong[one["code"]] = (kind, found)
    assert wrong == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_an_operator_or_conversion_does_with_any_operand_what_powershell_does(part: int) -> None:
    from ours import verdict

    wrong = {}
    for one in judged(part, "operands"):
        if (found := verdict(one))[0] not in ("equal", "refused"):
            wrong[one["code"]] = found
    assert wrong == {}


def test_none_of_the_kept_cells_ends_in_an_error_of_python() -> None:
    lines = (DATA / "differing.jsonl").read_text(encoding="utf-8").splitlines()
    assert [one for one in map(json.loads, lines) if one[0] == "crash"] == []
