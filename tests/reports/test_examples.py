"""The example reports: each is replayed from its tape, and comes out as the page that lies beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_magic.commandline.main import _run
from lync_magic.messages import use_language
from lync_magic.tapes import Tape
from tests.reports.conftest import same_but_for_provenance

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
REPORTS = sorted(path for language in ("en", "fr") for path in (NOTEBOOKS / language / "reports").glob("*.ipynb"))


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What was chosen for one report does not stay."""
    yield
    use_language(None)


def named(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


@pytest.mark.parametrize("path", REPORTS, ids=named)
def test_an_example_report_is_replayed_to_the_page_beside_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tape in path.parent.glob("*.tape"):
        shutil.copy(tape, tmp_path)
    shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    words = ["--speak", path.parts[-3], "report", path.name, "--replay", f"{path.stem}.tape", "--html", "page.html"]
    assert _run(words) == 0
    assert same_but_for_provenance(tmp_path / "page.html", path.with_suffix(".html"))


def test_there_are_four_in_each_language_and_their_tapes_are_whole() -> None:
    assert len(REPORTS) == 8
    for path in REPORTS:
        with Tape(path.with_suffix(".tape")) as tape:
            assert tape.verify() == []
        assert path.with_suffix(".html").stat().st_size < 1_000_000
