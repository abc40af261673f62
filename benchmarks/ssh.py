"""A session over SSH: ours, and PowerShell's own client, to the same PowerShell behind a real sshd, in one run.

    python benchmarks/ssh.py [--objects 20000] [--calls 200]

The sshd is this machine's, on a port of its own, with `pwsh -sshs` as its subsystem. Opening and reading are taken five
and three times on each side, an import in each of three new sessions, and the best counts; calls are a mean. Needs a
PowerShell (LYNC_MAGIC_PWSH, or on PATH) and OpenSSH's client and server.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sshd import SshServer, ssh_server

from lync_magic.importing import import_session
from lync_magic.psrp import Pipeline
from lync_magic.sessions import Session, Target, connect, find_powershell, powershell_environment

OBJECTS = "foreach ($i in 1..COUNT) { [pscustomobject]@{ PROPERTIES } }"
THEIRS = """
$ProgressPreference = 'SilentlyContinue'
function Best($times, $do) {
    (1..$times | ForEach-Object { (Measure-Command $do).TotalSeconds } | Measure-Object -Minimum).Minimum
}
$way = @{ HostName = '127.0.0.1'; UserName = 'USER'; Port = PORT; Options = @{ OPTIONS } }
$told = @{}
$told.open = Best 5 { Remove-PSSession (New-PSSession @way) }
$what = @{ CommandType = 'Cmdlet', 'Function'; AllowClobber = $true; Prefix = 'X' }
$quiet = @{ DisableNameChecking = $true; WarningAction = 'Ignore' }
$told.import = (1..3 | ForEach-Object {
    if ($s) { Remove-PSSession $s }
    $s = New-PSSession @way
    (Measure-Command { $script:module = Import-PSSession $s @what @quiet }).TotalSeconds
} | Measure-Object -Minimum).Minimum
foreach ($i in 1..20) { $null = Get-XCulture }
$told.call = (Measure-Command { foreach ($i in 1..CALLS) { $null = Get-XCulture } }).TotalSeconds / CALLS
$told.read = Best 3 { $script:n = @(Invoke-Command -Session $s { SCRIPT }).Count }
$told.commands = $module.ExportedCommands.Count
$told.count = $n
Remove-PSSession $s
$told | ConvertTo-Json -Compress
"""
PARTS = {
    "open": "opening and removing",
    "import": "import of a full session",
    "call": "a proxied call",
    "read": "reading",
}


def best(times: int, do: Callable[[], object]) -> float:
    """The least seconds of several."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        do()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def ours(server: SshServer, script: str, calls: int) -> dict[str, float]:
    """Seconds of each part."""
    target = Target(ssh=server.place, ssh_options=tuple(server.options()))

    def opened() -> Session:
        return connect(target, idle=None)

    told = {"open": best(5, lambda: opened().close())}
    imports = []
    for _ in range(3):
        with opened() as session:
            imports.append(best(1, lambda session=session: import_session(session)))
    told["import"] = min(imports)
    with opened() as session:
        import_session(session)
        told["commands"] = len(session.commands or ())
        for _ in range(20):
            session.Get_Culture()
        told["call"] = best(1, lambda: [session.Get_Culture() for _ in range(calls)]) / calls
        told["read"] = best(3, lambda: told.update(count=len(session.run(Pipeline.script(script)))))
    return told


def theirs(program: Path, server: SshServer, script: str, calls: int, folder: Path) -> dict[str, float]:
    """The same, as PowerShell's own client has them."""
    options = "; ".join(f"{name} = '{value}'" for name, _, value in (one.partition("=") for one in server.options()))
    text = THEIRS.replace("OPTIONS", options).replace("PORT", str(server.port)).replace("CALLS", str(calls))
    path = folder / "theirs.ps1"
    path.write_text(text.replace("SCRIPT", script).replace("USER", server.place.partition("@")[0]))
    words = [str(program), "-NoProfile", "-NonInteractive", "-File", str(path)]
    ran = subprocess.run(words, env=powershell_environment(program), capture_output=True, text=True, check=True)
    return dict(json.loads(ran.stdout.strip().splitlines()[-1]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=20_000)
    parser.add_argument("--calls", type=int, default=200)
    given = parser.parse_args()
    program = find_powershell()
    if program is None:
        sys.exit("There is no PowerShell here.")
    runtime = powershell_environment(program).get("DOTNET_ROOT", "")
    serving = shlex.join(["env", f"DOTNET_ROOT={runtime}", str(program), "-sshs", "-NoLogo", "-NoProfile"])
    properties = "; ".join(f'P{number} = "value $i of {number}"' for number in range(30))
    script = OBJECTS.replace("COUNT", str(given.objects)).replace("PROPERTIES", properties)
    with tempfile.TemporaryDirectory() as folder, ssh_server(Path(folder), serving) as server:
        their = theirs(program, server, script, given.calls, Path(folder))
        our = ours(server, script, given.calls)
    assert our["count"] == their["count"] == given.objects
    print(f"commands imported: {our['commands']} (all), {their['commands']} (cmdlets and functions)")
    print(f"| {'part':<26} | lync_magic | PowerShell | times as fast |")
    for part, name in PARTS.items():
        print(f"| {name:<26} | {our[part]:10.4f} | {their[part]:10.4f} | {their[part] / our[part]:13.2f} |")


if __name__ == "__main__":
    main()
