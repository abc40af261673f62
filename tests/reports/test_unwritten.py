"""Runs that cannot begin or cannot be written: an exit code of their own, and nothing left that looks like success."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_magic.reports import CODES
from tests.reports.conftest import Make, Run


def test_a_notebook_is_not_written_over(make: Make, run: Run) -> None:
    report = make("1")
    before = report.read_bytes()
    assert run(report, "--to", ".") == CODES["usage"]
    assert report.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_no_success(make: Make, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(make("1"), "--html", "/dev/full") == CODES["could not"]
    assert "No space left on device" in capsys.readouterr().out
