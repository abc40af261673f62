"""An interrupt at any moment, and at any line, costs no seat, leaves nothing, and the session goes on: `interrupts.py`.

A few hundred are tried; `LYNC_MAGIC_INTERRUPTS=all` tries 500 moments and every line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

ALL = os.environ.get("LYNC_MAGIC_INTERRUPTS") == "all"
MOMENTS = 500 if ALL else 40
PARTS = 1 if ALL else 40
"""One line of so many is tried."""
PROCESSES = 4
"""Most of an interrupt is waiting for what comes after it."""
PROGRAM = Path(__file__).with_name("interrupts.py")

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the signals are POSIX's"),
    pytest.mark.timeout(3600 if ALL else 300),
]


def verdicts(*shares: tuple[str, int, int]) -> list[dict[str, Any]]:
    """What came of each interrupt. shares: what each process is asked for."""
    with ExitStack() as started:
        running = [
            started.enter_context(
                subprocess.Popen(
                    [sys.executable, str(PROGRAM), *map(str, share)],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            for share in shares
        ]
        for one in running:
            started.callback(one.kill)
        said = [one.communicate() for one in running]
        assert not any(one.returncode for one in running), "\n".join(errors[-2000:] for _, errors in said)
    return [json.loads(line) for output, _ in said for line in output.splitlines()]


def test_at_random_moments_of_every_phase() -> None:
    share = MOMENTS // PROCESSES
    found = verdicts(*(("moments", first, share) for first in range(0, MOMENTS, share)))
    assert len(found) == MOMENTS
    assert sum(verdict["raised"] == "KeyboardInterrupt" for verdict in found) > MOMENTS / 3
    assert not [verdict for verdict in found if verdict["wrong"]]


def test_at_every_line_that_the_caller_comes_to() -> None:
    found = verdicts(*(("lines", part * PARTS, PARTS * PROCESSES) for part in range(PROCESSES)))
    assert len({verdict["phase"] for verdict in found}) == 5
    assert not [verdict for verdict in found if verdict["wrong"]]
