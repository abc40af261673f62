"""Parameters in PowerShell: a real PowerShell reads back what was written."""

from __future__ import annotations

import json
import subprocess
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("papermill")

from papermill.translators import papermill_translators

from lync_magic.reports.engine import ReportEngine
from lync_magic.reports.translator import PowerShellTranslator
from lync_magic.sessions import find_powershell, powershell_environment

VALUES: list[Any] = [
    *("", "plain", "é à ç œ 你好 🎉", "it's", "‘curly’ ‚low‛", 'a "b"', "$x $(Get-Date) `n", "a\nb\r\n\tc\x00d\u2028e"),
    *("@{}", "{0}", "-1", "# no comment", "'; Remove-Item x; '", "\\", "%"),
    *(0, -1, 2**31, -(2**63), 1.5, -0.25, 1e300, True, False, None),
    [],
    [1],
    [1, "a", None, [2, 3]],
    {},
    {"a b": 1, "it's": ["x", {"deep": "é"}]},
]
TEXTS = {
    datetime(2026, 11, 20, 10, 30, tzinfo=timezone.utc): "2026-11-20T10:30:00.0000000Z",
    datetime(2026, 11, 20, 10, 30, 0, 5): "2026-11-20T10:30:00.0000050",
    date(2026, 1, 2): "2026-01-02T00:00:00.0000000",
    timedelta(days=1, microseconds=7): "1.00:00:00.0000070",
    float("inf"): "Infinity",
    float("nan"): "NaN",
    2**70: str(2**70),
}


def powershell(script: str, folder: Path) -> str:
    program = find_powershell()
    if program is None:
        pytest.skip("there is no PowerShell here (LYNC_MAGIC_PWSH, or pwsh on PATH)")
    path = folder / "script.ps1"
    path.write_text(f"[Console]::OutputEncoding = [Text.Encoding]::UTF8\n{script}\n", "utf-8-sig")
    command = [str(program), "-NoProfile", "-NoLogo", "-NonInteractive", "-File", str(path)]
    done = subprocess.run(command, env=powershell_environment(program), capture_output=True, timeout=100, check=True)
    return done.stdout.decode("utf-8-sig")


def test_a_powershell_reads_what_was_written(tmp_path: Path) -> None:
    script = "\n".join(
        f"{PowerShellTranslator.assign('value', PowerShellTranslator.translate(value))}\n"
        "ConvertTo-Json -InputObject $value -Depth 9 -Compress -EscapeHandling EscapeNonAscii"
        for value in VALUES
    )
    assert [json.loads(line) for line in powershell(script, tmp_path).split("\n") if line.strip()] == VALUES


def test_dates_and_numbers_without_a_form_in_json(tmp_path: Path) -> None:
    script = "\n".join(
        f"$value = {PowerShellTranslator.translate(value)}\n"
        "if ($value -is [datetime]) { $value.ToString('o') } else { \"$value\" }"
        for value in TEXTS
    )
    assert powershell(script, tmp_path).replace("∞", "Infinity").split() == list(TEXTS.values())


def test_no_value_is_run() -> None:
    for value in VALUES:
        text = PowerShellTranslator.translate(value)
        assert "\n" not in text
        assert '"' not in text or "'" in text


def test_papermill_knows_it_by_the_kernel_and_refuses_what_is_no_name() -> None:
    assert papermill_translators.find_translator("lync_magic", "powershell") is PowerShellTranslator
    assert ReportEngine.__name__ == "ReportEngine"
    with pytest.raises(ValueError, match="no name"):
        PowerShellTranslator.assign("a; b", "1")
    assert PowerShellTranslator.comment("one\ntwo") == "# one two"


def test_papermill_is_told_what_a_cell_of_powershell_declares() -> None:
    source = "[int] $count = 50 # how many\n$list = @('é')\n$nothing = $null"
    found = [tuple(each) for each in PowerShellTranslator.inspect({"source": source})]
    assert found == [
        ("count", "INTEGER", "50", "how many"),
        ("list", "[…]", "@('é')", ""),
        ("nothing", "None", "$null", ""),
    ]
