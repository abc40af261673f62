"""Random cells of what administrators write answer as the machine's PowerShell does, or are refused."""

from __future__ import annotations

from itertools import islice

import pytest
from grammar import PEOPLE, cells
from real import RealPowerShell, find_pwsh

SEEDS = (11, 21)
CELLS = 80
"""In all; `python tests/language/judge/grammar.py COUNT SEED` runs any number of others."""


@pytest.mark.skipif(find_pwsh() is None, reason="there is no PowerShell on this machine (LYNC_MAGIC_PWSH, PATH)")
@pytest.mark.parametrize("seed", SEEDS)
def test_random_cells_answer_as_powershell_does(seed: int) -> None:
    from ours import verdict

    program = find_pwsh()
    assert program is not None
    real = RealPowerShell(program)
    wrong = {}
    try:
        for code in islice(cells(seed), CELLS // len(SEEDS)):
            kind, found = verdict({"code": code, **real.ask(code)})
            if kind not in ("equal", "refused"):
                wrong[code.removeprefix(PEOPLE)] = (kind, found)
    finally:
        real.close()
    assert wrong == {}
