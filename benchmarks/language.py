"""How fast cells run, beside PowerShell and beside Python: `python benchmarks/language.py [OBJECTS] [PWSH]`.

The same statements over the same objects, in the cells' interpreter, as a Python comprehension over the cell's own
objects, and, where the second argument (or LYNC_MAGIC_PWSH) names it, in PowerShell itself; seconds of the best of
three in one run. And how fast text is parsed: the forty scripts of the tests, and the statements below in one text.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "language" / "judge"))
from world import TenantRuntime

from lync_magic.language import Interpreter, parse

TESTS = Path(__file__).parents[1] / "tests"
OBJECTS = 100_000
ROUNDS = 3
MAKE = '$o = 1..{0} | ForEach-Object {{ [pscustomobject]@{{ n = $_; s = "u$($_ % 977)" }} }}'


def grouped(objects: list[Any]) -> dict[str, list[Any]]:
    """The objects by the text of their `s`, case aside."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in objects:
        groups[one.s.casefold()].append(one)
    return groups


STATEMENTS: dict[str, Callable[[list[Any]], object]] = {
    "$r = $o | Where-Object { $_.n % 2 -eq 0 }": lambda o: [x for x in o if x.n % 2 == 0],
    "$r = $o | ForEach-Object { $_.n + 1 }": lambda o: [x.n + 1 for x in o],
    "$r = $o | Group-Object s": grouped,
    "$r = $o | Sort-Object s": lambda o: sorted(o, key=lambda x: x.s.casefold()),
    "$r = $o | Select-Object n, @{ Name = 't'; Expression = { $_.n * 2 } }": lambda o: [
        {"n": x.n, "t": x.n * 2} for x in o
    ],
    "$r = foreach ($i in $o) { if ($i.n % 2) { $i.s } }": lambda o: [x.s for x in o if x.n % 2],
}
"""Each statement, and what a person writes in Python for it."""


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


def parsed(what: str, texts: list[str]) -> None:
    """Say how fast these texts are parsed."""
    seconds = best(lambda: [parse(text) for text in texts])
    print(f"parsing {what}: {sum(map(len, texts)) / seconds / 1e6:.2f} MB/s")


def main() -> None:
    objects = int(sys.argv[1]) if len(sys.argv) > 1 else OBJECTS
    executable = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("LYNC_MAGIC_PWSH", "")
    theirs = in_powershell(executable, objects) if executable else []
    runtime = TenantRuntime()
    interpreter = Interpreter(runtime)
    interpreter.run(parse(MAKE.format(objects)))
    values = list(runtime.variables["o"])
    for place, (code, in_python) in enumerate(STATEMENTS.items()):
        script = parse(code)
        ours = best(lambda script=script: interpreter.run(script))  # type: ignore[misc]
        python = best(lambda in_python=in_python: in_python(values))  # type: ignore[misc]
        beside = f"  PowerShell {theirs[place]:7.3f} s ({ours / theirs[place]:5.2f})" if theirs else ""
        print(f"{ours:8.3f} s{beside}  Python {python:7.3f} s ({ours / python:5.2f})  {code}")
    parsed("scripts", [path.read_text(encoding="utf-8-sig") for path in sorted(TESTS.glob("powershell/scripts/*.ps1"))])
    parsed("the statements above", ["\n".join([*STATEMENTS, ""]) * 20])


if __name__ == "__main__":
    main()
