"""Thousands of generated cells answer as PowerShell 7.6.9 did, or are refused: all but a list that is kept."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

Verdict = Callable[[dict[str, Any]], tuple[str, list[str]]]
DATA = Path(__file__).parent / "data"
PARTS = 8
"""The cells are judged in so many tests, that they can run beside each other."""
MEMORY = "/dev/shm"
KINDS = (
    "judged",
    "constructs",
    "breadth",
    "exact",
    "reporting",
    "binding",
    "administrators",
    "erring",
    "siblings",
)


@contextmanager
def folder_in_memory() -> Iterator[str]:
    """A cell's folder, of a path as long as those in /tmp: PowerShell cuts what an error is about at 40 characters."""
    folder = Path(MEMORY, f"{os.getpid():07}")
    folder.mkdir()
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def judge(verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """The verdict, in a folder in memory: there are 33 000 cells, and a disk makes one wait some milliseconds for each.

    What walks through folders meets them in the order of a disk; and what cells ask about temporary files was answered
    where these go to /tmp.
    """
    import ours

    def in_memory(one: dict[str, Any]) -> tuple[str, list[str]]:
        with monkeypatch.context() as patch:
            patch.setattr(tempfile, "tempdir", "/tmp")
            if os.access(MEMORY, os.W_OK) and "-rec" not in one["code"].lower():
                patch.setattr(ours, "tempfile", SimpleNamespace(TemporaryDirectory=folder_in_memory))
            return verdict(one)

    return in_memory


def lines_of(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from lines


def judged(part: int, *names: str) -> Iterator[dict[str, Any]]:
    """What is kept of one part of the cells; the others' is not even read."""
    return (json.loads(line) for number, line in enumerate(lines_of(names or KINDS)) if number % PARTS == part)


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
def test_a_cell_answers_as_powershell_did_or_is_refused(part: int, judge: Verdict) -> None:
    known = differing()
    wrong = {}
    for one in judged(part):
        if (one["culture"], one["code"]) in known:
            continue
        kind, found = judge(one)
        if kind not in ("equal", "refused"):
            wrong[one["code"]] = (kind, found)
    assert wrong == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_an_operator_or_conversion_does_with_any_operand_what_powershell_does(part: int, judge: Verdict) -> None:
    wrong = {}
    for one in judged(part, "operands"):
        if (found := judge(one))[0] not in ("equal", "refused"):
            wrong[one["code"]] = found
    assert wrong == {}


def test_none_of_the_kept_cells_ends_in_an_error_of_python() -> None:
    lines = (DATA / "differing.jsonl").read_text(encoding="utf-8").splitlines()
    assert [one for one in map(json.loads, lines) if one[0] == "crash"] == []
