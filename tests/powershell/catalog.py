"""The documented examples, run as cells here and by the real PowerShell, over the same tenant: what each has it do.

    python tests/powershell/catalog.py           # both run all of them; prints the share that agrees, and what does not
    python tests/powershell/catalog.py --keep    # the real PowerShell runs each EVERYth, and its calls are kept for the test

The tenant is the sandbox's edition with all 1,499 commands, which answers with objects and keeps what was made; the
journal that it writes is compared, with its parameters. What differs by the moment (GUIDs, times) is masked. A prompt
that was pasted with an example is taken away, as a cell does.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT.parent / "shared" / "catalog"
KEPT = Path(__file__).parent / "data" / "catalog.json"
EVERY = 16
_PROMPT = re.compile(r"^PS( [A-Za-z]:[^>]*)?> ?", re.MULTILINE)
_OF_THE_MOMENT = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|\d{8}T\d{10}Z")
_OF_THE_CLIENT = frozenset({"Get-FormatData", "Measure-Object", "Get-Command", "Select-Object", "Get-Help"})
_ELSEWHERE = frozenset({"Disconnect-MicrosoftTeams"})
"""A cell's own command, which says how a session is ended here."""
_DRIVER = """
$ProgressPreference = 'SilentlyContinue'
$__session = New-PSSession -HostName 127.0.0.1 -UserName me
$null = Import-PSSession $__session -DisableNameChecking -WarningAction SilentlyContinue -AllowClobber
foreach ($__one in ([IO.File]::ReadAllText('{texts}') | ConvertFrom-Json)) {{
  try {{ $null = & ([scriptblock]::Create($__one)) *>&1 }} catch {{ }}
  $__count = if (Test-Path '{journal}') {{ [IO.File]::ReadAllLines('{journal}').Count }} else {{ 0 }}
  "`n@@ $__count"
}}
"""


class Example(NamedTuple):
    """One example. key: its command, module and number."""

    key: str
    code: str


def examples(every: int = 1) -> list[Example]:
    """Those that a real PowerShell runs without an error, or each so manyth of them."""
    made = []
    with (CATALOG / "examples.jsonl").open(encoding="utf-8") as texts, (CATALOG / "bindings.jsonl").open() as bindings:
        for text, binding in zip(map(json.loads, texts), map(json.loads, bindings), strict=True):
            if binding["status"] == "ran" and not binding["errors"] and text["cmdlet"] not in _ELSEWHERE:
                key = f"{text['cmdlet']} {text['module']} {text['number']}"
                made.append(Example(key, _PROMPT.sub("", text["code"])))
    return made[::every]


def sandbox(journal: Path) -> list[str]:
    """The command line of the tenant."""
    return [sys.executable, "-m", "lync_magic.sandbox", "--stdio", "--edition", "all", "--journal", str(journal)]


def _calls(journal: Path, ends: Sequence[int]) -> Iterator[list[str]]:
    """What the tenant was asked for each example. ends: how many lines the journal had after each."""
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()] if journal.exists() else []
    start = 0
    for end in ends:
        yield [
            f"{one['name']} {_OF_THE_MOMENT.sub('…', json.dumps(one['parameters'], sort_keys=True))}"
            for one in lines[start:end]
            if one["name"] not in _OF_THE_CLIENT
        ]
        start = end


@contextmanager
def _workplace() -> Iterator[Path]:
    """An empty folder that one is in."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        try:
            yield Path(name)
        finally:
            os.chdir(before)


def by_powershell(program: str, asked: Sequence[Example]) -> dict[str, list[str]]:
    """The calls of each example that the real PowerShell makes, connected by itself."""
    with _workplace() as home:
        journal, texts = home / "journal.jsonl", home / "texts.json"
        texts.write_text(json.dumps([one.code for one in asked]), encoding="utf-8")
        (home / "ssh").write_text(f"#!/bin/sh\nexec {shlex.join(sandbox(journal))}\n")
        (home / "ssh").chmod(0o755)
        (home / "drive.ps1").write_text(_DRIVER.format(texts=texts, journal=journal), encoding="utf-8")
        environment = {**os.environ, "PATH": f"{home}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "TZ": "UTC"}
        done = subprocess.run(
            [program, "-NoProfile", "-NonInteractive", "-File", str(home / "drive.ps1")],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=True,
        )  # fmt: skip
        ends = [int(found) for found in re.findall(r"^@@ (\d+)$", done.stdout, re.MULTILINE)]
        return dict(zip((one.key for one in asked), _calls(journal, ends), strict=True))


def by_cells(asked: Sequence[Example]) -> dict[str, list[str]]:
    """The calls of each example as a cell of the embedded evaluator, with no PowerShell; nobody answers questions."""
    from tests.powershell.cells import either_shell

    stdin = sys.stdin
    with _workplace() as home, either_shell() as shell:
        journal, ends = home / "journal.jsonl", []
        sys.stdin = io.StringIO()
        try:
            shell.line(f"connect --process {shlex.quote(shlex.join(sandbox(journal)))}")
            there = set(shell.names)
            for one in asked:
                shell.run(one.code, "embedded")
                ends.append(len(journal.read_bytes().splitlines()) if journal.exists() else 0)
                for name in set(shell.names) - there:
                    del shell.names[name]
        finally:
            sys.stdin = stdin
        return dict(zip((one.key for one in asked), _calls(journal, ends), strict=True))


def differing(first: Mapping[str, list[str]], second: Mapping[str, list[str]]) -> dict[str, Any]:
    """The examples that ask another thing of the tenant, with both."""
    return {key: (calls, second.get(key)) for key, calls in first.items() if second.get(key) != calls}


def main() -> None:
    from lync_magic.sessions import find_powershell

    program = find_powershell()
    assert program is not None, "the judge is a PowerShell"
    if "--keep" in sys.argv:
        kept = by_powershell(str(program), examples(EVERY))
        KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        return
    asked = examples()
    real = by_powershell(str(program), asked)
    other = differing(real, by_cells(asked))
    for key, (wanted, found) in other.items():
        sys.stdout.write(f"{key}\n  PowerShell: {wanted}\n  here:       {found}\n")
    calls = sum(map(len, real.values()))
    same = len(asked) - len(other)
    sys.stdout.write(
        f"{same} of {len(asked)} examples ({same / len(asked):.1%}) send PowerShell's calls ({calls} in all)\n"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
