"""A seeded fault at every stage of a session costs no more than it must: see `cases.py` for what is promised.

There are 40 cases; `LYNC_MAGIC_FAULT_CASES=1000` runs a thousand. One again: `python tests/faults/cases.py SEED 1`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CASES = int(os.environ.get("LYNC_MAGIC_FAULT_CASES", "40"))
PROCESSES = 4
"""Most of a case is waiting."""
PROGRAM = Path(__file__).with_name("cases.py")

pytestmark = [
    pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="descriptors are counted in /proc"),
    pytest.mark.timeout(60 + 20 * CASES),
]


@pytest.fixture(scope="session")
def verdicts() -> Iterator[dict[int, dict[str, Any]]]:
    """What came of every case, by its seed."""
    share = -(-CASES // PROCESSES)
    running = [
        subprocess.Popen(
            [sys.executable, str(PROGRAM), str(first), str(min(share, CASES - first))],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in range(0, CASES, share)
    ]
    try:
        said = [process.communicate() for process in running]
        lines = [json.loads(line) for output, _ in said for line in output.splitlines()]
        assert len(lines) == CASES, "\n".join(errors[-2000:] for _, errors in said)
        yield {line["seed"]: line for line in lines}
    finally:
        for process in running:
            process.kill()
            process.wait()


@pytest.mark.parametrize("seed", range(CASES))
def test_a_fault_costs_no_more_than_it_must(verdicts: dict[int, dict[str, Any]], seed: int) -> None:
    verdict = verdicts[seed]
    assert not verdict["wrong"], json.dumps(verdict, indent=1)


def test_nearly_every_fault_was_met(verdicts: dict[int, dict[str, Any]]) -> None:
    met = sum(verdict["met"] is not None for verdict in verdicts.values())
    assert met > 0.8 * CASES
