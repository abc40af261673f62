"""The judge of the forty scripts: each run by the real PowerShell, connected by itself to the sandbox over its own SSH
remoting, and what came of it written down in `data/scripts.json`. By hand: `python tests/powershell/judge.py`.

What is compared: what it prints, the variables that it names in its first line, the errors, the files, and the commands
that reached the tenant, with their parameters. A program called `ssh`, first on PATH, starts the sandbox directly.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "scripts"
ANSWERS = HERE / "data" / "scripts.json"
OF_THE_TENANT = re.compile(r"[A-Za-z]+-Cs\w+")
START, END = "<<<BEGIN>>>", "<<<END>>>"
CONNECT = """
$PSStyle.OutputRendering = 'PlainText'; $ProgressPreference = 'SilentlyContinue'
[cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = [cultureinfo]'en-US'
$__session = New-PSSession -HostName 127.0.0.1 -UserName me
$null = Import-PSSession $__session -DisableNameChecking -WarningAction SilentlyContinue
$Error.Clear()
'<<<BEGIN>>>'
"""
DESCRIBE = """
function __plain($v, $d = 0) {
  if ($null -eq $v) { return $null }
  if ($d -gt 8) { return '...' }
  $b = $v; if ($v -is [psobject]) { $b = $v.psobject.BaseObject }
  if ($b -is [bool] -or $b -is [string]) { return $b }
  if ($b -is [enum]) { return "$b" }
  if ($b -is [datetime]) { return $b.ToString('o') }
  if ($b -is [ValueType] -and $b.GetType().IsPrimitive -or $b -is [decimal]) { return "$($b.GetType().Name) " + $b.ToString([cultureinfo]::InvariantCulture) }
  if ($b -is [ValueType] -or $b -is [scriptblock] -or $b -is [type]) { return "$b" }
  if ($b -is [System.Collections.IDictionary]) {
    $o = [ordered]@{}; foreach ($e in ($b.GetEnumerator() | Sort-Object { "$($_.Key)" })) { $o["$($e.Key)"] = __plain $e.Value ($d + 1) }; return $o }
  if ($b -is [System.Collections.IEnumerable]) { $l = [System.Collections.ArrayList]::new(); foreach ($x in $b) { $null = $l.Add((__plain $x ($d + 1))) }; return , $l.ToArray() }
  $o = [ordered]@{}
  foreach ($p in $v.psobject.Properties) { if ($p.Name -notin 'RunspaceId', 'PSComputerName', 'PSShowComputerName', 'PSSourceJobInstanceId', 'WhenChanged') { $o[$p.Name] = __plain $p.Value ($d + 1) } }
  $o
}
$__errors = @($Error); $ErrorActionPreference = 'Continue'
$__told = [ordered]@{ variables = [ordered]@{}; errors = @(foreach ($__e in $__errors) { "$($__e.FullyQualifiedErrorId)" }) }
foreach ($__v in 'NAMES' -split ',') { $__told.variables[$__v] = __plain (Get-Variable -Name $__v -Scope Global -ValueOnly -ErrorAction Ignore) }
$__told | ConvertTo-Json -Depth 30 -Compress | Set-Content -LiteralPath 'RESULT' -Encoding utf8
"""


def compared(script: Path) -> list[str]:
    """The variables that a script wants compared."""
    found = re.search(r"^# compare: (.*)$", script.read_text(), re.MULTILINE)
    return [name.strip().lstrip("$") for name in found[1].split(",")] if found else []


def describing(script: Path, result: Path) -> str:
    """PowerShell text that writes down variables and errors; the same on both sides."""
    return DESCRIBE.replace("NAMES", ",".join(compared(script))).replace("RESULT", str(result))


@contextmanager
def workplace(script: Path) -> Iterator[tuple[Path, Path, Path]]:
    """A fresh folder with the script's inputs, a place for its result, and the journal of the tenant."""
    home = Path(tempfile.mkdtemp(prefix="judge"))
    folder = home / "work"
    folder.mkdir()
    for one in SCRIPTS.glob(f"{script.stem[:3]}*"):
        if one.suffix != ".ps1":
            shutil.copy(one, folder)
    try:
        yield folder, home / "result.json", home / "journal.jsonl"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def outcome(folder: Path, result: Path, journal: Path, printed: str) -> dict[str, Any]:
    """All that came of a script."""
    told = json.loads(result.read_text("utf-8-sig")) if result.exists() else {"variables": {}, "errors": []}
    files = {
        str(one.relative_to(folder)): one.read_text("utf-8-sig", "replace").splitlines()
        for one in sorted(folder.rglob("*"))
        if one.is_file() and one.suffix != ".ps1"
    }
    lines = [line.rstrip() for line in printed.splitlines()]
    told["errors"] = [one for one in told["errors"] if one]
    return {**told, "files": files, "calls": calls(journal), "printed": [line for line in lines if line]}


def calls(journal: Path) -> list[str]:
    """The commands that reached the tenant, in order."""
    made = []
    for line in journal.read_text().splitlines() if journal.exists() else ():
        entry = json.loads(line)
        if OF_THE_TENANT.fullmatch(entry["name"]):
            made.append(f"{entry['name']} {json.dumps(entry['parameters'], sort_keys=True)}")
    return made


def sandbox(journal: Path) -> list[str]:
    """The command line of a sandbox that keeps a journal."""
    return [sys.executable, "-m", "lync_magic.sandbox", "--stdio", "--journal", str(journal)]


def by_powershell(program: str, script: Path) -> dict[str, Any]:
    """What comes of a script in the real PowerShell, connected by itself."""
    with workplace(script) as (folder, result, journal):
        shim = folder.parent / "bin"
        shim.mkdir()
        (shim / "ssh").write_text(f"#!/bin/sh\nexec {shlex.join(sandbox(journal))}\n")
        (shim / "ssh").chmod(0o755)
        shutil.copy(script, folder.parent / "script.ps1")
        text = f". '{folder.parent / 'script.ps1'}'\n'{END}'\n"
        text = f"Set-Location '{folder}'\n{CONNECT}{text}{describing(script, result)}\nRemove-PSSession $__session\n"
        environment = {**os.environ, "PATH": f"{shim}:{os.environ['PATH']}", "TERM": "dumb", "COLUMNS": "120"}
        done = subprocess.run(
            [program, "-NoProfile", "-NonInteractive", "-Command", "-"],
            input=text,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        printed = done.stdout.partition(START)[2].partition(END)[0]
        return outcome(folder, result, journal, printed)


def main() -> None:
    from lync_magic.sessions import find_powershell

    program = find_powershell()
    assert program is not None, "the judge is a PowerShell"
    wanted = sys.argv[1:]
    answers = json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
    for script in sorted(SCRIPTS.glob("*.ps1")):
        if not wanted or script.stem[:2] in wanted:
            answers[script.stem] = by_powershell(str(program), script)
            sys.stdout.write(f"{script.stem}: {len(answers[script.stem]['calls'])} calls\n")
            sys.stdout.flush()
    ANSWERS.parent.mkdir(exist_ok=True)
    ANSWERS.write_text(json.dumps(answers, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
