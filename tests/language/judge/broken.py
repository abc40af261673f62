"""Random pipelines that fail, are left or are stopped midway, within functions, loops, `try`, `trap` and assignments:
what had come by then, where errors go, what goes on. `cells(seed)` gives the same ones for a seed.

python tests/language/judge/broken.py COUNT [SEED]   # asks PowerShell and the evaluator, prints what differs
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from grammar import endless, report

ITEMS = (
    "1..4",
    "1, 2, 3",
    "'a', 'b2', 'c'",
    "$d",
    "(Get-CsVoicePolicy)",
    "@(3, $null, 1)",
    "$h.Keys",
    "(1..3 | % { $_ * 2 })",
)
FAILS = (
    "throw 'x'", "[int]'q'", "Get-Item nosuch", "Get-Item nosuch -ErrorAction Stop", "Write-Error e", "Write-Error e -ErrorAction Stop",
    "break", "continue", "return", "nosuchcmd", "$nothing.ToString()", "1 / $zero", "Get-CsOnlineUser nobody", "Get-CsOnlineUser nobody -ErrorAction Stop",
    "throw [System.IO.IOException]::new('io')", "Write-Warning w", "'q' | ConvertFrom-Json", "[void]$nothing[0]", "exit",
)  # fmt: skip
WHEN = (
    "if ($n -eq 2) { § }",
    "if ($_ -eq 2) { § }",
    "if ($n++ -gt 0) { § }",
    "§",
    "if ($_.Length -gt 1) { § }",
    "$n += 1; if ($n -ge 3) { § }",
)
GIVES = (
    "$_",
    '"<$_>"',
    "$_; 'more'",
    '[pscustomobject]@{ N = $n; V = "$_" }',
    "$x = $_; $x",
    "@($_, 0)",
    '@{ V = "$_" }',
    'Write-Host "h $_"; $_',
    "Write-Output $_",
)
SINKS = (
    "", "", "", "", " | Out-Null", " > o.txt", " >> o.txt", " | Set-Content o.txt", " | Add-Content o.txt", " | Out-File o.txt", " | Export-Csv o.csv",
    " | Export-Csv o.csv -Append", " | Out-String", " | Out-String -Stream", " | ConvertTo-Json -Compress", " | ConvertTo-Csv", " | Format-Table", " | Format-List",
    " | Export-Clixml o.xml", " | ConvertTo-Html -Fragment", " | Tee-Object o.txt", " | Out-Host", " 2>&1", " 2>$null", " *>&1",
)  # fmt: skip
STAGES = (
    "Sort-Object", "Select-Object -First 1", "Select-Object -First 2", "Select-Object -Skip 1", "Select-Object -Last 1", "Write-Output", "Tee-Object -Variable t",
    "Tee-Object t.txt", "Measure-Object", "Get-Unique", "Group-Object -NoElement", "Select-Object Length", "Where-Object { $_ }", "ForEach-Object { $_ }",
    "Select-Object @{ n = 'v'; e = { § } }", "Sort-Object { § }", "Where-Object { § }", "Select-Object -Unique", "ForEach-Object ToString", "Select-Object -First 0",
)  # fmt: skip


class Broken:
    """What makes them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def cell(self) -> str:
        chance = self.chance
        head = ["$n = 0; $zero = 0; $h = [ordered]@{ a = 1; b = 2 }"]
        head += chance.sample(
            [
                "$ErrorActionPreference = 'Stop'",
                "$ErrorActionPreference = 'SilentlyContinue'",
                "Set-StrictMode -Version 1.0",
            ],
            chance.choice((0, 0, 0, 1)),
        )
        if chance.random() < 0.1:
            head.append(f'trap {{ "trapped $_"; {chance.choice(("continue", "break", "$n = 9"))} }}')
        body = [self.function("f"), self.function("g", process=True)]
        body += [self.statement() for _ in range(chance.choice((1, 1, 2)))]
        tail = ["'e'", '"n=$n x=$x t=$t $?"', "$Error.Count"]
        tail += [f"if (Test-Path {name}) {{ Get-Content {name} }}" for name in ("o.txt", "o.csv", "t.txt")]
        return "\n".join([*head, *body, *tail])

    def function(self, name: str, *, process: bool = False) -> str:
        """A function that gives something, guarded or not, from which a pipeline may begin or go on."""
        chance = self.chance
        attribute = chance.choice(
            (
                "",
                "",
                "[CmdletBinding()] param([Parameter(ValueFromPipeline)]$i) "
                if process
                else "[CmdletBinding()] param() ",
            )
        )
        inside = self.guarded(self.steps() if process or chance.random() < 0.4 else self.loop())
        if not process:
            return f"function {name} {{ {attribute}{inside} }}"
        begin = chance.choice(("", "", "begin { 'b' } ", "begin { $n = 0 } "))
        end = chance.choice(("", "", "end { 'z' } ", "end { $n } "))
        return f"function {name} {{ {attribute}{begin}process {{ {inside} }} {end}}}"

    def steps(self) -> str:
        """What is done with an item."""
        chance = self.chance
        steps = [chance.choice(GIVES)]
        if chance.random() < 0.6:
            steps.insert(chance.choice((0, 1)), self.fail())
        return "; ".join(steps)

    def loop(self) -> str:
        chance = self.chance
        items, steps = chance.choice(ITEMS), self.steps()
        return chance.choice(
            (
                f"foreach ($_ in {items}) {{ {steps} }}".replace("$_", "$i"), f"{items} | ForEach-Object {{ {steps} }}",
                f"switch ({items}) {{ default {{ {steps} }} }}", f"for ($n = 0; $n -lt 3; $n++) {{ {steps} }}".replace("$_", "$n"),
                f"foreach ($i in {items}) {{ {self.guarded(steps)} }}".replace("$_", "$i"),
            )
        )  # fmt: skip

    def fail(self) -> str:
        return self.chance.choice(WHEN).replace("§", self.chance.choice(FAILS))

    def guarded(self, inside: str) -> str:
        chance = self.chance
        if chance.random() < 0.45:
            return inside
        caught = chance.choice(
            (
                '"c $_"',
                "'c'",
                "",
                "throw",
                "throw 'y'",
                '"c $_"; return',
                "'c'; continue",
                "$n = 5",
                'Write-Error "w $_"',
                "[int]'z'; 'd'",
            )
        )
        kept = chance.choice(("'f'", "$n++", "", "Write-Host fin", "'f'; $n"))
        kind = chance.choice(("", "", "", "[System.IO.IOException] ", "[System.InvalidCastException] "))
        catch, final = f" catch {kind}{{ {caught} }}", f" finally {{ {kept} }}"
        return f"try {{ {inside} }}" + chance.choice((catch, catch, final, catch + final))

    def pipeline(self) -> str:
        chance = self.chance
        head = chance.choice(
            (
                "f",
                "f",
                "f",
                "(f)",
                "@(f)",
                "$(f)",
                "& { f }",
                ". { f }",
                chance.choice(ITEMS),
                f"& {{ {self.guarded(self.loop())} }}",
            )
        )
        parts = [head]
        for _ in range(chance.choice((0, 1, 1, 2))):
            parts.append(self.stage())
        return " | ".join(parts) + chance.choice(SINKS)

    def stage(self) -> str:
        chance = self.chance
        kind = chance.randrange(8)
        if kind < 3:
            return f"ForEach-Object {{ {self.guarded(self.steps()) if chance.random() < 0.4 else self.steps()} }}"
        if kind == 3:
            return "g"
        if kind == 4:
            return f"ForEach-Object -Begin {{ 'B' }} -Process {{ {self.steps()} }} -End {{ {chance.choice(('$n', self.fail()))} }}"
        if kind == 5:
            return f"& {{ process {{ {self.steps()} }} }}"
        return chance.choice(STAGES).replace("§", f"{self.fail()}; $_")

    def statement(self) -> str:
        chance = self.chance
        inner = self.pipeline()
        kind = chance.randrange(12)
        plain = inner.split(" > ")[0].split(" >> ")[0]
        if kind == 0:
            return f"$x = {inner}"
        if kind == 1:
            return f"({plain})"
        if kind == 2:
            return f"foreach ($k in 1, 2) {{ {self.guarded(inner)} }}"
        if kind == 3:
            return f"$x = @({plain}); $x.Count"
        if kind == 4:
            return f'foreach ($k in {plain}) {{ "k$k" }}'
        if kind == 5:
            return f"& {{ {inner}; 'in' }}"
        if kind == 6:
            return f"$x = & {{ {self.guarded(inner)} }}"
        if kind == 7:
            return f"if ({plain}) {{ 'yes' }}"
        return self.guarded(inner)


def cells(seed: int) -> Iterator[str]:
    """Cells without end."""
    return endless(Broken(seed).cell)


if __name__ == "__main__":
    report(cells)
