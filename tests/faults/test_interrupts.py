"""An interrupt at any moment, and at any line, costs no seat, leaves nothing, and the session goes on: `interrupts.py`.

A few hundred are tried; `LYNC_MAGIC_INTERRUPTS=all` tries 500 moments and every line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ALL = os.environ.get("LYNC_MAGIC_INTERRUPTS") == "all"
MOMENTS = 500 if ALL else 40
PARTS = 1 if ALL else 40
"""One line of so many is tried."""
PROGRAM = Path(__file__).with_name("interrupts.py")

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the signals are POSIX's"),
    pytest.mark.timeout(3600 if ALL else 300),
]


def verdicts(*arguments: str) -> list[dict[str, Any]]:
    """What came of each interrupt."""
    done = subprocess.run([sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_at_random_moments_of_every_phase() -> None:
    found = verdicts("moments", "0", str(MOMENTS))
    assert len(found) == MOMENTS
    assert sum(verdict["raised"] == "KeyboardInterrupt" for verdict in found) > MOMENTS / 3
    assert not [verdict for verdict in found if verdict["wrong"]]


def test_at_every_line_that_the_caller_comes_to() -> None:
    found = verdicts("lines", "0", str(PARTS))
    assert len({verdict["phase"] for verdict in found}) == 5
    assert not [verdict for verdict in found if verdict["wrong"]]
