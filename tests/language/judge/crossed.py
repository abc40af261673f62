"""Random cells that take one value through what the language does with values: held by a variable, given by a block or
a function, stood in lists and tables, indexed, compared, cast, joined, handed on, tested, gone through; what gave
nothing is a value too. `cells(seed)` gives the same ones for a seed.

python tests/language/judge/crossed.py COUNT [SEED]   # asks PowerShell and the evaluator, prints what differs
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from declared import FORMATS, OPERATORS, TYPES, VALUES
from grammar import endless, report

MORE = (
    "& {}", "& {}", "$d | ? { $false }", "$d.Where({ $false })", "@{}", "[pscustomobject]@{}", "(,@())", "(1,2),(3,4)",
    "-0.0", "[double]::NaN", "[int]::MaxValue", "'0x1F'", "' 7 '", "$true,$false", "{}", "Get-CsTenant", "[bigint]5",
    "Get-CsOnlineUser -ResultSize 1", "Get-CsOnlineUser | ? { $false }", "[uint64]7", "'b' * 3", "& { $null }", "& { ,@() }",
    "@($null)", "'A'", "@(& {})", "[sbyte]-3", "& { 1; 2 }", "[System.Collections.Generic.List[string]]::new()", "'é'",
    "[System.Collections.Generic.Dictionary[string,int]]::new()", "$nosuch", "[ipaddress]'10.0.0.1'", "[datetime]::MinValue",
)  # fmt: skip
TESTS = (
    "$_",
    "$_ -gt 1",
    "$_ -like 'a*'",
    "$_ -is [string]",
    "$null -eq $_",
    "$_.Length -gt 1",
    "$true",
    "$_ -in 1, 'x'",
)
INDEXES = ("0", "-1", "1", "5", "'a'", "0,1", "-1..0", "$null", "& {}", "1..9", "'1'", "1.5", "@()", "0..0", "$true")
PARTS = ("a", "Name", "Count", "Length", "Keys", "Values", "Age", "b", "x", "Year", "Days", "PSObject.Properties.Name")
WAYS = (
    "{v}", "{v}", "{v}", "({v})", "$({v})", "@({v})", "(,{v})", "{v}[0]", "{v}[-1]", "({v} | % {{ $_ }})", "(& {{ {v} }})",
    "(f {v})", "@({v}, 1)", "@{{ a = {v} }}.a", "([pscustomobject]@{{ a = {v} }}).a", "$(if ($true) {{ {v} }})",
)  # fmt: skip


class Crossed:
    """One stream of random choices."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, choices: tuple[str, ...]) -> str:
        return self._random.choice(choices)

    def value(self) -> str:
        return f"({self.one(MORE if self._random.random() < 0.35 else VALUES)})"

    def of(self, name: str) -> str:
        """A variable's value, by one of the ways in which it is given."""
        return self.one(WAYS).format(v=name)

    def told(self, item: str) -> str:
        """An expression that shows what a value is."""
        return self.one((
            item, f"@({item}).Count", f'"<{item}>"' if item.startswith("$") and item[1:].isalnum() else f'"<$({item})>"',
            f"$null -eq {item}", f"{item} -is [{self.one(TYPES)}]", f"({item}).GetType().FullName", f"{item} | % {{ \"$_;\" }}",
            f"[bool]{item}", f"({item}).Count", f"({item}).{self.one(PARTS)}",
        ))  # fmt: skip

    def use(self) -> str:
        """What the language does with `$v` and `$w`."""
        v, w = self.of("$v"), self.of("$w")
        return self._random.choice((
            lambda: f"{v} {self.one(OPERATORS)} {w}", lambda: f"{v} {self.one(OPERATORS)} {w}", lambda: f"[{self.one(TYPES)}]{v}",
            lambda: f"{v}[{self.one(INDEXES)}]", lambda: f"{v}?[{self.one(INDEXES)}]", lambda: f"({v}).{self.one(PARTS)}",
            lambda: f"{v} -as [{self.one(TYPES)}]", lambda: f"'{{0:{self.one(FORMATS)}}}|{{1}}' -f {v}, {w}", lambda: f"'{{0}}|{{1}}' -f {v}",
            lambda: f"{v}, {w} | % {{ {self.told('$_')} }}", lambda: f"@({v}; {w}).Count", lambda: f"@({v}, {w}).Count",
            lambda: f"$h = @{{ a = {v}; b = {w} }}; {self.told('$h.a')}; $h.b {self.one(OPERATORS)} $h.a",
            lambda: f"$h = @{{ a = {v} }}; $h.a += {w}; {self.told('$h.a')}", lambda: f"$o = [pscustomobject]@{{ a = {v}; b = {w} }}; {self.told('$o.a')}; $o",
            lambda: f"$a, $b = {v}; {self.told('$a')}; {self.told('$b')}", lambda: f"$a, $b = {v}, {w}; {self.told('$a')}; {self.told('$b')}",
            lambda: f"$a = $b = {v}; {self.told('$a')}; {self.told('$b')}", lambda: f"$x = {v}; $x {self.one(('+=', '-=', '*=', '/=', '??='))} {w}; {self.told('$x')}",
            lambda: f"if ({v}) {{ 'yes' }} else {{ 'no' }}", lambda: f"({v}) ? {w} : 'else'", lambda: f"{v} ?? {w}",
            lambda: f"{self.one(('!', '-not ', '-', '+', '-bnot ', '-join ', '-split ', ','))}{v}", lambda: f"$x = {v}; $x{self.one(('++', '--'))}; {self.told('$x')}",
            lambda: f"foreach ($i in {v}) {{ {self.told('$i')} }}; {self.told('$i')}", lambda: f"switch ({v}) {{ {w} {{ 'same' }} {{ {self.one(TESTS)} }} {{ 't' }} default {{ {self.told('$_')} }} }}",
            lambda: f"f {v} {w}", lambda: f"f @v {w}", lambda: f"{v} | g", lambda: f"g {v}", lambda: f"{v} | g | % {{ {self.told('$_')} }}", lambda: f"t {v}", lambda: f"{v} | t",
            lambda: f"({v}).ForEach({{ {self.told('$_')} }})", lambda: f"({v}).Where({{ {self.one(TESTS)} }}, '{self.one(('First', 'Last', 'SkipUntil', 'Until', 'Default'))}', {self.one(('0', '1', '2'))})",
            lambda: f"({v}).ForEach('{self.one(('ToString', 'Length', 'a', 'ToUpper'))}')", lambda: f"({v}).ForEach([{self.one(TYPES)}])",
            lambda: f"{v} | ? {{ {self.one(TESTS)} }} | % {{ {self.told('$_')} }}", lambda: f"& {{ {v}; {w} }} | Measure-Object | % Count",
            lambda: f"function r {{ return {v}; 'no' }}; $x = r; {self.told('$x')}", lambda: f"$x = foreach ($i in 1, 2) {{ {v} }}; {self.told('$x')}",
            lambda: f"$x = if ($true) {{ {v} }}; {self.told('$x')}", lambda: f"$x = switch (1) {{ 1 {{ {v} }} }}; {self.told('$x')}",
            lambda: f"$x = try {{ {v} }} finally {{ }}; {self.told('$x')}", lambda: f"[{self.one(TYPES)}]$x = {v}; {self.told('$x')}",
            lambda: f"$x = @(1, 'b', 3); $x[1] = {v}; {self.told('$x')}", lambda: f"$x = @{{}}; $x[{v}] = {w}; $x.Count; {self.told('$x')}",
            lambda: f"$l = [System.Collections.ArrayList]@(); [void]$l.Add({v}); $l.Count; {self.told('$l[0]')}", lambda: f"$l = [System.Collections.Generic.List[object]]::new(); $l.Add({v}); $l.Count",
            lambda: f"{v} -replace {w}, 'z'", lambda: f"'a1b' -replace '\\d', {v}", lambda: f"'a,b' -split {v}", lambda: f"1, 2 -join {v}", lambda: f"({v})..({w})",
            lambda: f"{v} && {w}; $?", lambda: f"{v} || {w}; $?", lambda: f"[string]::Join('-', {v})", lambda: f"[string]::IsNullOrEmpty({v})",
            lambda: f"& $b {v} {w}", lambda: f"$b.Invoke({v}, {w})", lambda: f"({v}).Equals({w})", lambda: f"$x = {{ {v} }}; {self.told('(& $x)')}",
            lambda: f"{v} | Select-Object -First 1 | % {{ {self.told('$_')} }}", lambda: f"$x = {v} | ForEach-Object {{ {w} }}; {self.told('$x')}",
            lambda: f"{v} | Sort-Object | % {{ {self.told('$_')} }}", lambda: f"{v} | ConvertTo-Json -Compress -Depth 1", lambda: f"ConvertTo-Json {v} -Compress -Depth 1",
            lambda: f"{v} | Out-String", lambda: f"{v} | Set-Content o.txt; Get-Content o.txt", lambda: f"Write-Output {v} {w} | % {{ {self.told('$_')} }}",
            lambda: f"Write-Host {v} {w} 6>&1", lambda: f"Set-Variable q {v}; {self.told('$q')}", lambda: f"try {{ throw {v} }} catch {{ \"$_\"; $_.TargetObject }}",
            lambda: f"$x = [ordered]@{{ k = {v} }}; {self.told('$x[0]')}; {self.told('$x.k')}", lambda: f"Compare-Object {v} {w} | % {{ \"$($_.InputObject)$($_.SideIndicator)\" }}",
            lambda: f"$script:s = {v}; & {{ {self.told('$s')}; $s = {w}; {self.told('$s')} }}; {self.told('$s')}", lambda: f"$v.{self.one(PARTS[:8])} = {w}; {self.told('$v')}",
            lambda: f"{v} | Group-Object | % {{ \"$($_.Name)=$($_.Count)\" }}", lambda: f"{v} -match {w}; $Matches.Count", lambda: f"{v} | Measure-Object -Sum -ErrorAction SilentlyContinue | % Sum",
        ))()  # fmt: skip

    def statement(self) -> str:
        made = self.use() if self._random.random() < 0.8 else f"{self.use()}; {self.use()}"
        helpers = {
            "f": "function f($a, $b) { $a; if ($b) { 'b' }; $args.Count }; ",
            "g": "function g { param([Parameter(ValueFromPipeline)]$p) process { $p; $null -eq $p } }; ",
            "t": f"function t {{ param([Parameter(ValueFromPipeline)][{self.one(TYPES)}]$p) process {{ $p }} }}; ",
            "$b": "$b = { param($x, $y) $x; $y; $args.Count }; ",
        }
        head = "".join(
            text for name, text in helpers.items() if f"{name} " in made or f"{name}." in made or f"| {name}" in made
        )
        return f"$v = {self.value()}; $w = {self.value()}; {head}{made}"


def cells(seed: int) -> Iterator[str]:
    """Cells without end."""
    return endless(Crossed(seed).statement)


if __name__ == "__main__":
    report(cells)
