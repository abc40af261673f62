"""Random cells answer as the machine's PowerShell does, or are refused: none is wrong in silence, none loud alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import broken
import compound
import crossed
import declared
import grammar
import nested
import pytest
from real import RealPowerShell, find_pwsh

CELLS = 60
"""Of each; `python tests/language/judge/compound.py COUNT SEED`, and its like, run any number of others."""


@pytest.fixture(scope="module")
def real() -> Iterator[RealPowerShell]:
    """One PowerShell that answers all of them."""
    program = find_pwsh()
    if program is None:
        pytest.skip("there is no PowerShell on this machine (LYNC_MAGIC_PWSH, PATH)")
    judge = RealPowerShell(program)
    yield judge
    judge.close()


@pytest.mark.parametrize(
    ("cells", "seed"),
    [(compound.cells, 2), (declared.cells, 9001), (crossed.cells, 2), (nested.cells, 2), (broken.cells, 2)],
)
def test_random_cells_answer_as_powershell_does(
    cells: Callable[[int], Iterator[str]], seed: int, real: RealPowerShell
) -> None:
    from ours import verdict

    wrong = {}
    for code in islice(cells(seed), CELLS):
        for _again in range(4):  # how wide PowerShell's own table is hangs on how soon its rows come
            kind, found = verdict({"code": code, **real.ask(code)})
            if kind not in ("silent", "loud", "crash"):
                break
        else:
            wrong[code.removeprefix(grammar.PEOPLE)] = (kind, found)
    assert wrong == {}
