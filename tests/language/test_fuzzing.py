"""Any text runs, is refused, or is a syntax error: never an error of Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lync_magic.errors import LyncError
from lync_magic.language import Interpreter, parse

PIECES = st.sampled_from(
    [
        "$x", "$_", "1", "'a'", '"b$x"', "2.5", "$null", "$true", "@(", ")", "{", "}", "@{", "=", ";", "|", ",", ".",
        "[int]", "[string]", "[datetime]", "[regex]", "-eq", "-replace", "-split", "-join", "-f", "-match", "+", "-",
        "*", "/", "%", "..", "Where-Object", "ForEach-Object", "Sort-Object", "Group-Object", "Select-Object", "if",
        "else", "foreach", "($i in 1..3)", "switch", "function f", "f", "param($a)", "return", "break", "try", "catch",
        "throw", "trap", "Get-CsTenant", "ConvertTo-Json", "ConvertTo-Csv", "Out-String", "Measure-Object", "$Error[0]",
        ".Length", ".ToString()", ".Split(',')", "::Now", "[math]::Round(", "[0]", "[-1]", "?", "??", "\n", " ", "2>&1",
        "-First", "-Property", "Format-Table", "Format-List", "Get-Member", "New-Object", "[pscustomobject]", "0x1F",
        "[version]'1.2'", "[timespan]'1:00'", "New-TimeSpan", "Get-Date", "[char]65", "$x++", "[array]", "in", "&",
        "@x",
    ]
)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any text may be one that writes a file (`0>name`)."""
    monkeypatch.chdir(tmp_path)


def runs(text: str) -> None:
    """Run a cell; what PowerShell can say is all that may be raised."""
    from world import TenantRuntime

    try:
        Interpreter(TenantRuntime()).run(parse(text))
    except LyncError:
        pass


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, min_size=1, max_size=12).map(" ".join))
def test_words_of_the_language_in_any_order(text: str) -> None:
    runs(text)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    runs(text)
