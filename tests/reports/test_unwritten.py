"""Runs that cannot begin or cannot be written: an exit code of their own, and nothing left that looks like success."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_magic.reports import CODES
from tests.reports.conftest import Make, Run


def test_nothing_of_an_earlier_run_is_left_where_a_run_cannot_begin(make: Make, run: Run, tmp_path: Path) -> None:
    report = make("1")
    for name in ("report.run.ipynb", "report.html"):
        (tmp_path / name).write_text("of last week", "utf-8")
    assert run(report, "--kernel", "no-such-kernel") != 0
    for path in (tmp_path / "report.run.ipynb", tmp_path / "report.html"):
        assert not path.exists() or "of last week" not in path.read_text("utf-8")
    assert (
        "lync-good" not in (tmp_path / "report.html").read_text("utf-8").partition("<main>")[0].partition("<body>")[2]
    )


def test_a_notebook_is_not_written_over(make: Make, run: Run) -> None:
    report = make("1")
    before = report.read_bytes()
    assert run(report, "--to", ".") == CODES["usage"]
    assert report.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_no_success(make: Make, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(make("1"), "--html", "/dev/full") == CODES["could not"]
    assert "No space left on device" in capsys.readouterr().out


def test_a_folder_that_cannot_be_made_is_told(make: Make, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert run(make("1"), "--to", "file/below") == CODES["could not"]
