"""What the PowerShell engine costs, against PowerShell's own client on the same sandbox, in one run.

    python benchmarks/powershell.py [--users 20000] [--calls 200] [--commands 1499]

PowerShell's client is connected by its SSH remoting; a program called `ssh`, first on PATH, starts the sandbox
directly. Each part is taken in turn on both sides. Needs a PowerShell (LYNC_MAGIC_PWSH, or on PATH).
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from lync_magic.importing import RemoteCommand, import_session, modules
from lync_magic.powershell import Cells, Engine
from lync_magic.psrp import ErrorRecord, Event, Pipeline, RefusingHost
from lync_magic.records import Records
from lync_magic.sessions import Session, Target, connect, find_powershell, powershell_environment

ROUNDS = 5
"""How often variables go each way, and PowerShell's serializer does the same; the best of them counts."""
THEIRS = """
$ProgressPreference = 'SilentlyContinue'
$s = New-PSSession -HostName 127.0.0.1 -UserName me
$null = Import-PSSession $s -DisableNameChecking -WarningAction SilentlyContinue
$told = @{}
foreach ($i in 1..20) { $null = Get-CsTenant }
$told.call = (Measure-Command { foreach ($i in 1..CALLS) { $null = Get-CsTenant } }).TotalSeconds / CALLS
$told.users = @(foreach ($i in 1..3) {
  (Measure-Command { $n = (Get-CsOnlineUser -ResultSize Unlimited | Measure-Object).Count }).TotalSeconds
})
$told.count = $n
$all = Get-CsOnlineUser -ResultSize 2000
$serializer = [System.Management.Automation.PSSerializer]
$text = $serializer::Serialize($all)
$told.serialize = @(foreach ($i in 1..ROUNDS) {
  (Measure-Command { $null = $serializer::Serialize($all) }).TotalSeconds
})
$told.deserialize = @(foreach ($i in 1..ROUNDS) {
  (Measure-Command { $null = $serializer::Deserialize($text) }).TotalSeconds
})
Remove-PSSession $s
$many = New-PSSession -HostName many -UserName me
$quietly = @{ DisableNameChecking = $true; WarningAction = 'SilentlyContinue' }
$told.import = (Measure-Command { $null = Import-PSSession $many @quietly }).TotalSeconds
Remove-PSSession $many
$told | ConvertTo-Json -Compress
"""


class Quiet:
    """A screen that shows nothing but errors."""

    def text(self, text: str) -> None: ...

    def objects(self, records: Records, text: str, view: object) -> None: ...

    def error(self, error: ErrorRecord, text: str) -> None:
        sys.stderr.write(f"{text}\n")

    def program_error(self, text: str) -> None: ...

    def display(self, shown: object) -> None: ...

    def clear(self) -> None: ...

    def report(self, event: Event) -> None: ...


class World:
    """A notebook without a person."""

    host = RefusingHost()

    def find(self, name: str) -> RemoteCommand | None:
        return modules.find(name)

    def cmdlet(self, name: str, bound: object, piped: object) -> list[object]:
        return []


class Names(dict[str, Any]):
    """A namespace."""

    push = dict.update

    def drop(self, names: dict[str, object]) -> None:
        for name in names:
            self.pop(name, None)


def sandbox(users: int) -> list[str]:
    return [sys.executable, "-m", "lync_magic.sandbox", "--stdio", "--users", str(users)]


def with_many(folder: Path, count: int) -> list[str]:
    """A sandbox with about so many commands: its own, and copies of them by other names."""
    own = json.loads((files("lync_magic.sandbox.engine") / "data" / "cmdlets.json").read_text("utf-8"))
    copies = [{**one, "name": f"{one['name']}{number:03d}"} for number in range(count) for one in own]
    (folder / "commands.json").write_text(json.dumps(copies[: count - len(own)]))
    return [*sandbox(200), "--commands", str(folder / "commands.json")]


def import_of_many(folder: Path, count: int) -> float:
    with connect(Target(process=with_many(folder, count)), None, timeout=60) as session:
        return timed(lambda: import_session(session, namespace=Names()))


def theirs(program: Path, users: int, calls: int, commands: int) -> dict[str, Any]:
    """The same, by PowerShell's own client."""
    with tempfile.TemporaryDirectory() as folder:
        shim = Path(folder) / "ssh"
        many = shlex.join(with_many(Path(folder), commands))
        shim.write_text(f'#!/bin/sh\ncase "$*" in *many*) exec {many};; esac\nexec {shlex.join(sandbox(users))}\n')
        shim.chmod(0o755)
        script = Path(folder) / "theirs.ps1"
        script.write_text(THEIRS.replace("CALLS", str(calls)).replace("ROUNDS", str(ROUNDS)))
        environment = {**powershell_environment(program), "PATH": f"{folder}:{os.environ['PATH']}", "TERM": "dumb"}
        done = subprocess.run(
            [str(program), "-NoProfile", "-NonInteractive", "-File", str(script)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def start_alone(program: Path) -> None:
    """`pwsh -c 1`."""
    command = [str(program), "-NoProfile", "-NoLogo", "-c", "1"]
    subprocess.run(command, env=powershell_environment(program), check=True, stdout=subprocess.DEVNULL)


def ours(program: Path, users: int, calls: int) -> dict[str, Any]:
    bare = [timed(lambda: start_alone(program)) for _ in range(3)]
    with connect(Target(process=sandbox(users)), None, timeout=60) as session:
        import_session(session, namespace=Names())
        engine = Engine(program)
        variables: dict[str, Any] = {}
        cells = Cells(engine, variables)

        def run(text: str) -> None:
            end = cells.run(text, World(), Quiet())
            assert not end.failed, end.text

        found = {"start": statistics.median(bare), "first": timed(lambda: run("1"))}
        run("1")
        found["trivial"] = statistics.median(timed(lambda: run("1")) for _ in range(50))
        run("foreach ($i in 1..20) { $null = Get-CsTenant }")
        found["call"] = timed(lambda: run(f"foreach ($i in 1..{calls}) {{ $null = Get-CsTenant }}")) / calls
        count = "(Get-CsOnlineUser -ResultSize Unlimited | Measure-Object).Count"
        found["users"] = [timed(lambda: run(count)) for _ in range(3)]
        found["straight"] = [timed(lambda: everything(session)) for _ in range(2)]
        found |= variables_both_ways(run, variables)
        found["lines"] = timed(lambda: run('1..20000 | ForEach-Object { "line $_" }'))
        engine.close()
    return found


def variables_both_ways(run: Callable[[str], None], variables: dict[str, Any]) -> dict[str, Any]:
    """2,000 objects of 84 properties out of the engine, and into it."""
    run("$all = Get-CsOnlineUser -ResultSize 2000")
    out, into = [], []
    for _ in range(ROUNDS):
        run("$copy = $null")
        out.append(timed(lambda: run("$copy = $all.ForEach{ $_ }")))
        variables["back"] = Records.from_values(list(variables["all"]))
        into.append(timed(lambda: run("$null = $back")))
    return {"out": min(out), "in": min(into)}


def everything(session: Session) -> None:
    assert len(session.run(Pipeline.of("Get-CsOnlineUser", {"ResultSize": "Unlimited"})))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--commands", type=int, default=1_499)
    told = parser.parse_args()
    program = find_powershell()
    if program is None:
        sys.exit("There is no PowerShell here.")
    with tempfile.TemporaryDirectory() as folder:
        importing = import_of_many(Path(folder), told.commands)
    mine, other = ours(program, told.users, told.calls), theirs(program, told.users, told.calls, told.commands)
    best = [f"{min(one['users']):.2f}" for one in (mine, other)]
    first = [f"{one['users'][0]:.2f}" for one in (mine, other)]
    out, into = min(other["serialize"]), min(other["deserialize"])
    rows = [
        ("a bridged call (ms)", f"{mine['call'] * 1e3:.1f}", f"{other['call'] * 1e3:.1f}"),
        (f"{told.users:,} users of 84 properties through the bridge, best of 3 (s)", *best),
        ("the same, the first time (s)", *first),
        ("the same, straight into Python (s)", f"{min(mine['straight']):.2f}", "–"),
        ("first cell, PowerShell's start in it (s); `pwsh -c 1`", f"{mine['first']:.2f}", f"{mine['start']:.2f}"),
        ("a trivial cell (ms)", f"{mine['trivial'] * 1e3:.1f}", "–"),
        (
            "2,000 users out of a cell; PSSerializer.Serialize (s)",
            f"{mine['out']:.2f}",
            f"{out:.2f}",
        ),
        (
            "2,000 users into a cell; PSSerializer.Deserialize (s)",
            f"{mine['in']:.2f}",
            f"{into:.2f}",
        ),
        (f"import of {told.commands:,} commands (s)", f"{importing:.2f}", f"{other['import']:.2f}"),
        ("20,000 lines of text out of a cell (s)", f"{mine['lines']:.2f}", "–"),
    ]
    print("| what | lync_magic | PowerShell |\n|---|---:|---:|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
