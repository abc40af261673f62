"""Forty whole scripts in the manner of administrators: in the engine each gives what it gives in PowerShell's own session.

The answers were written down by `judge.py` with the real PowerShell, connected by itself to the sandbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lync_magic.importing import import_session
from lync_magic.psrp import HostLine, WarningRecord
from lync_magic.sessions import Target, connect
from tests.powershell import judge
from tests.powershell.conftest import Names, Notebook, Shown, without_colours

ANSWERS: dict[str, Any] = json.loads(judge.ANSWERS.read_text())
WIDTH = 79
"""Columns that the judge formats for: its output goes into a pipe, and it leaves the last one free."""
SETTLED = "[cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = [cultureinfo]'en-US'; $Error.Clear()"


def printed(shown: Shown) -> str:
    """What a console would have printed."""
    parts = []
    for kind, what in shown.log:
        if kind == "text":
            parts.append(what)
        elif kind == "objects":
            parts.append(f"{what[1]}\n")
        elif isinstance(what, HostLine):
            parts.append(what.text + ("\n" if what.newline else ""))
        elif isinstance(what, WarningRecord):
            parts.append(f"WARNING: {what.message}\n")
        elif kind == "VerboseRecord":
            parts.append(f"VERBOSE: {what.message}\n")
        elif kind == "InformationRecord":
            parts.append(f"{what.text}\n")
    return without_colours("".join(parts))


FRESH = """
Set-Variable -Name ErrorActionPreference -Value Continue -Scope Global
Get-Variable -Scope Global | Where-Object { $_.Name -notin $__there -and $_.Name -ne '__there' } | Remove-Variable -Scope Global -Force -ErrorAction Ignore
"""


@pytest.fixture(scope="module")
def judged(made_notebook: Callable[..., Notebook]) -> Notebook:
    """One engine for all scripts; `FRESH` takes away what the last one left."""
    notebook = made_notebook(WIDTH)
    notebook.run("$__there = (Get-Variable -Scope Global).Name")
    return notebook


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_script_gives_what_it_gives_in_powershells_own_session(name: str, judged: Notebook) -> None:
    script = judge.SCRIPTS / f"{name}.ps1"
    with judge.workplace(script) as (folder, result, journal):
        with connect(Target(process=tuple(judge.sandbox(journal))), None, timeout=60) as session:
            # Another file's session may be open in this process, with the same commands.
            import_session(session, namespace=Names(), allow_clobber=True, replace_imported=True)
            judged.run(f"{FRESH}; Set-Location '{folder}'; {SETTLED}")
            shown = judged.run(script.read_text())
            judged.run(judge.describing(script, result))
        came = judge.outcome(folder, result, journal, printed(shown))
        judged.run(f"Set-Location '{judge.HERE}'")
    assert came == ANSWERS[name]


def test_there_are_forty_scripts_and_an_answer_for_each() -> None:
    assert len(ANSWERS) == 40
    assert set(ANSWERS) == {Path(one).stem for one in judge.SCRIPTS.glob("*.ps1")}
