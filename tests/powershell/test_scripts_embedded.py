"""The forty whole scripts in the embedded evaluator: each gives what it gives in PowerShell's own session, or is refused
as a whole, and then nothing of it was sent.

The answers are those of `judge.py`. Variables are compared as PowerShell sees them: they go to an engine for that. What
is printed is compared without the spaces between columns and the count below a table, which are the notebook's own.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lync_magic.errors import CellError
from tests.powershell import judge
from tests.powershell.cells import EitherShell, either_shell
from tests.powershell.test_scripts import ANSWERS, WIDTH

REFUSED = ("07", "13", "36", "37", "38")
"""Classes, XML, programs and jobs: PowerShell's alone."""
NAMED_VALUES = ("18",)
"""Has enumerations of the server, which are their names when Python hands them to an engine."""
LAID_OUT_HERE = ("10", "35")
"""One hashtable alone is a list in a notebook, and each statement's objects are a table of their own."""
_COUNT = re.compile(r"\(\d+ objects? of .*\)")


@pytest.fixture(scope="module")
def shell(powershell: str) -> Iterator[EitherShell]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LYNC_MAGIC_PWSH", powershell)
        patch.setenv("LC_ALL", "en_US.UTF-8")
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(Path.cwd()), os.environ.get("PYTHONPATH")))))
        with either_shell() as made:
            made.configure(f"width = {WIDTH}")
            yield made


def as_numbers(value: object) -> object:
    """Numbers of Python are an Int32 where they fit in one, whatever they were on the server."""
    return json.loads(re.sub(r'"Int64 (-?\d{1,9})"', r'"Int32 \1"', json.dumps(value)))


def printed(lines: list[str]) -> list[str]:
    """What was printed, as words."""
    return [" ".join(line.split()) for line in lines if not _COUNT.fullmatch(line)]


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_script_gives_what_it_gives_in_powershells_own_session_or_is_refused(name: str, shell: EitherShell) -> None:
    script = judge.SCRIPTS / f"{name}.ps1"
    text, answer = script.read_text(), ANSWERS[name]
    there = set(shell.names)
    home = Path.cwd()
    with judge.workplace(script) as (folder, result, journal):
        shell.line(f"connect --process {shlex.quote(shlex.join(judge.sandbox(journal)))}")
        os.chdir(folder)
        try:
            ran = shell.run(text, "embedded")
            if name[:2] in REFUSED:
                assert isinstance(ran.error, CellError)
                assert not judge.calls(journal)
                return
            assert ran.error is None
            named = " ".join(f"$null = ${one};" for one in judge.compared(script))
            shell.run(f"{named}\n{judge.describing(script, result)}", "powershell")
            came: dict[str, Any] = judge.outcome(folder, result, journal, ran.printed)
        finally:
            os.chdir(home)
            shell.disconnect()
            for one in set(shell.names) - there:
                del shell.names[one]
    assert came["calls"] == answer["calls"]
    assert came["files"] == answer["files"]
    if name[:2] not in NAMED_VALUES:
        assert as_numbers(came["variables"]) == as_numbers(answer["variables"])
    if name[:2] not in LAID_OUT_HERE:
        assert printed(came["printed"]) == printed(answer["printed"])
