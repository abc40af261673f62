"""Random cells of what administrators write answer as the machine's PowerShell does, or are refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from grammar import PEOPLE, cells
from real import RealPowerShell, find_pwsh

SEEDS = (11, 21)
CELLS = 300
"""In all; `python tests/language/judge/grammar.py COUNT SEED` runs any number of others."""


@pytest.fixture(scope="module")
def real() -> Iterator[RealPowerShell]:
    """One PowerShell that answers all of them."""
    program = find_pwsh()
    if program is None:
        pytest.skip("there is no PowerShell on this machine (LYNC_MAGIC_PWSH, PATH)")
    judge = RealPowerShell(program)
    yield judge
    judge.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_cells_answer_as_powershell_does(seed: int, real: RealPowerShell) -> None:
    from ours import verdict

    wrong = {}
    for code in islice(cells(seed), CELLS // len(SEEDS)):
        kind, found = verdict({"code": code, **real.ask(code)})
        if kind not in ("equal", "refused"):
            wrong[code.removeprefix(PEOPLE)] = (kind, found)
    assert wrong == {}
