"""Inputs of every kind: the kinds of messages as the table says, and the text that PowerShell itself prints."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.kernel.conftest import Cell, Kernel
from tests.kernel.inputs import CLEAR, DISPLAY, INPUTS
from tests.powershell.conftest import without_colours

MARK = "<<<input {}>>>"
UNCOMPARED = ("Out-Display", "Clear-Host", "cat; ", "}; throw", "3>&1")
"""What PowerShell itself does not have, does with a screen, reads the input of, or loses with Out-String."""


@pytest.fixture(scope="module")
def answers(powershell: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a console of PowerShell prints for each input, its errors left out."""
    folder = tmp_path_factory.mktemp("judge")
    lines = ["$PSStyle.OutputRendering = 'Ansi'"]
    for number, (text, _) in enumerate(INPUTS):
        compared = not any(word in text for word in UNCOMPARED)
        (folder / f"{number}.ps1").write_text(text if compared else "", "utf-8")
        lines.append(f"[Console]::WriteLine('{MARK.format(number)}')")
        lines.append(f". '{folder / f'{number}.ps1'}' 2>$null | Out-String -Stream -Width 120")
    done = subprocess.run(
        [powershell, "-NoProfile", "-NonInteractive", "-Command", "-"],
        input="\n\n".join([*lines, ""]),
        env={**os.environ, **_runtime(powershell), "COLUMNS": "120", "TERM": "dumb"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    return re.split(r"<<<input \d+>>>\n", done.stdout)[1:]


def _runtime(powershell: str) -> dict[str, str]:
    beside = Path(powershell).resolve().parent / "dotnet"
    return {"DOTNET_ROOT": str(beside)} if beside.is_dir() else {}


@pytest.fixture(scope="module")
def cells(kernel: Kernel) -> list[Cell]:
    """What our cells give, each after the other."""
    return [kernel.run(text) for text, _ in INPUTS]


def words(text: str) -> list[str]:
    """The lines of a text that hold anything, without colours and the space at their ends."""
    return [line.rstrip() for line in without_colours(text).splitlines() if line.strip()]


@pytest.mark.parametrize("number", range(len(INPUTS)), ids=[text[:40] for text, _ in INPUTS])
def test_an_input_gives_what_powershell_gives(cells: list[Cell], answers: list[str], number: int) -> None:
    cell, (text, kinds) = cells[number], INPUTS[number]
    assert tuple(cell.kinds) == kinds
    assert cell.status == ("error" if "error" in kinds else "ok")
    if not any(word in text for word in UNCOMPARED):
        assert words(cell.printed) == words(answers[number])
    for bundle in cell.bundles:
        assert "text/plain" in bundle
        assert CLEAR in kinds or DISPLAY in kinds or "text/html" in bundle
