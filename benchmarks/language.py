"""How fast cells run, beside PowerShell and beside Python: `python benchmarks/language.py [OBJECTS] [PWSH]`.

The same statements over the same numbers and objects, in the cells' interpreter and, where the second argument (or
LYNC_MAGIC_PWSH) names it, in PowerShell itself, in one process each; seconds of the best of three. And how fast text is
parsed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "language" / "judge"))
from world import TenantRuntime

from lync_magic.language import Interpreter, parse

OBJECTS = 100_000
ROUNDS = 3
MAKE = '$o = 1..{0} | ForEach-Object {{ [pscustomobject]@{{ n = $_; s = "u$($_ % 977)" }} }}'
STATEMENTS = (
    "$r = $o | Where-Object { $_.n % 2 -eq 0 }",
    "$r = $o | ForEach-Object { $_.n + 1 }",
    "$r = $o | Group-Object s",
    "$r = $o | Sort-Object s",
    "$r = $o | Select-Object n, @{ Name = 't'; Expression = { $_.n * 2 } }",
    "$r = foreach ($i in $o) { if ($i.n % 2) { $i.s } }",
)


def best(run: Callable[[], object]) -> float:
    """The seconds of the fastest of a few runs."""
    taken = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def in_powershell(executable: str, objects: int) -> list[float]:
    """The seconds that PowerShell takes for each statement."""
    lines = [MAKE.format(objects)]
    for code in STATEMENTS:
        timed = f"[math]::Min($best, (Measure-Command {{ {code} }}).TotalSeconds)"
        lines.append(f"$best = 1e9; foreach ($k in 1..{ROUNDS}) {{ $best = {timed} }}; $best")
    environment = {"DOTNET_ROOT": str(Path(executable).parent / "dotnet"), **os.environ}
    words = [executable, "-NoProfile", "-NonInteractive", "-Command", "\n".join(lines)]
    run = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    return [float(line) for line in run.stdout.split()]


def main() -> None:
    objects = int(sys.argv[1]) if len(sys.argv) > 1 else OBJECTS
    executable = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("LYNC_MAGIC_PWSH", "")
    theirs = in_powershell(executable, objects) if executable else []
    interpreter = Interpreter(TenantRuntime())
    interpreter.run(parse(MAKE.format(objects)))
    for place, code in enumerate(STATEMENTS):
        script = parse(code)
        ours = best(lambda script=script: interpreter.run(script))  # type: ignore[misc]
        beside = f"  PowerShell {theirs[place]:7.3f} s" if theirs else ""
        print(f"{ours:8.3f} s{beside}  {code}")
    text = "\n".join([*STATEMENTS, ""]) * 200
    seconds = best(lambda: parse(text))
    print(f"parsing: {len(text) / seconds / 1e6:.2f} MB/s")


if __name__ == "__main__":
    main()
