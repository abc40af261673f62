"""Cells give what the engine of PowerShell 7.6.5 gave for the same text, on the same objects."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from lync_magic.errors import CellSyntaxError
from lync_magic.language import parse

FROZEN = Path(__file__).parent / "data" / "answers.jsonl.gz"
KNOWN_TO_DIFFER = Path(__file__).parent / "data" / "known_to_differ.json"
SHARED = Path(__file__).parents[3] / "shared" / "language" / "snippets.jsonl.gz"


def recorded(path: Path) -> list[dict[str, Any]]:
    """The recorded answers of a file, none where it is absent."""
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


ANSWERS = recorded(FROZEN)
AREAS = sorted({one["area"] for one in ANSWERS})


def valid(answers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in answers if not one["parse_errors"]]


def test_hundreds_of_answers_are_kept() -> None:
    assert len(valid(ANSWERS)) > 550


@pytest.mark.parametrize("area", AREAS)
def test_cells_of_an_area_answer_as_powershell_does(area: str, answer: Callable[[str], Any]) -> None:
    wrong = {}
    for one in valid(ANSWERS):
        if one["area"] != area:
            continue
        done = answer(one["code"])
        differences = [str(done.refused)] if done.refused else done.differences(one)
        if differences:
            wrong[one["code"]] = differences
    assert wrong == {}


@pytest.mark.parametrize("invalid", [one for one in ANSWERS if one["parse_errors"]], ids=lambda one: repr(one["code"]))
def test_text_that_does_not_parse_gives_powershells_error(invalid: dict[str, Any]) -> None:
    with pytest.raises(CellSyntaxError) as caught:
        parse(invalid["code"])
    assert caught.value.error_id == invalid["parse_errors"][0]
    assert caught.value.message in invalid["terminating"]["message"]


@pytest.mark.skipif(not SHARED.exists(), reason="the whole collection of answers is not here")
def test_what_is_not_answered_as_powershell_does_is_refused_before_it_runs(
    answer: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in an empty folder, as it was recorded. KNOWN_TO_DIFFER are those that cannot be the same,
    each with its reason."""
    known_to_differ = json.loads(KNOWN_TO_DIFFER.read_text(encoding="utf-8"))
    wrong = {}
    for number, one in enumerate(valid(recorded(SHARED))):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        done = answer(one["code"])
        if done.refused or done.late or one["code"] in known_to_differ:
            continue
        differences = done.differences(one)
        if differences:
            wrong[one["code"]] = differences
    assert wrong == {}
