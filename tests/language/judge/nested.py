"""Random scripts of several statements that use each other's variables and functions, as an administrator writes them:
functions called from loops and pipelines, tables and lists filled on the way, jumps out of what stands within each other,
errors caught, passed on and told, reports written and read back. `cells(seed)` gives the same ones for a seed.

python tests/language/judge/nested.py COUNT [SEED]   # asks PowerShell and the evaluator, prints what differs
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from grammar import endless, report


class Kind(NamedTuple):
    """Things of one sort: where several come from, and what is asked of one of them, `§`."""

    sources: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    tests: tuple[str, ...]


PERSON = Kind(
    ("$d", "$d", "$d[0..2]", "($d | Sort-Object Name)", "$d.Where({ $_.Age })", "($d | Sort-Object Age, Name -Descending)", "(Import-Csv d.csv)"),
    ("§.Age", "§.Score", "§.Name.Length", "[int]§.Score", "§.Since.Year", "([datetime]'2024-06-01' - §.Since).Days"),
    ("§.Name", "§.City", "§.City.ToLower()", "§.Since.ToString('yyyy-MM')", "§.Name.Split(' ')[0]", "[string]§.On"),
    ("§.On", "§.Age -gt 7", "§.City -eq 'paris'", "§.Name -match '^(?<first>\\w+) (\\w)'", "-not §.Age", "§.Since -lt '2021-01-01'"),
)  # fmt: skip
USER = Kind(
    ("(Get-CsOnlineUser -ResultSize 4)", "(Get-CsOnlineUser | ? Enabled | Select-Object -First 5)", "(Get-CsOnlineUser | Sort-Object DisplayName | Select-Object -Last 3)"),
    ("§.AudioQuota", "§.Ratio", "§.ProxyAddresses.Count", "§.DisplayName.Length", "§.WhenCreated.Year"),
    ("§.DisplayName", "§.Department", "§.VoicePolicy", "§.UsageLocation", "(§.UserPrincipalName -split '@')[0]"),
    ("§.Enabled", "§.EnterpriseVoiceEnabled", "§.AudioQuota -ge 50", "§.LineURI -match 'tel:\\+(\\d{4})'", "$null -eq §.VoicePolicy", "§.Department -like 's*'"),
)  # fmt: skip
POLICY = Kind(
    ("(Get-CsVoicePolicy)", "@(Get-CsVoicePolicy | Where-Object Identity -like 'Tag:*')"), ("§.MaxRingSeconds", "§.PstnUsages.Count", "§.Identity.Length"),
    ("§.Identity", "(§.Identity -replace '^Tag:')", "§.Description", "(§.PstnUsages -join '/')"),
    ("§.EnableDelegation", "§.PstnUsages -contains 'Local'", "§.MaxRingSeconds -gt 10", "§.Identity -match '^Tag:(.+)$'"),
)  # fmt: skip
NUMBER = Kind(
    ("(1..4)", "(3, 1, 2)", "(1, 2)", "(0..3)", "@(5)"), ("§", "(§ * 2)", "(§ % 2)", "[math]::Pow(§, 2)"), ('"n§"', "[string]§", "('{0:D3}' -f [int]§)"),
    ("§ -gt 2", "§ % 2", "§ -eq 1", "§ -in 2, 3"),
)  # fmt: skip
WORD = Kind(
    ("('b', 'a', 'C')", "('ken 12', 'lyon', 'x=7')", "('a,b;c' -split '[,;]')", "(Get-Content i.txt)"), ("§.Length", "§.IndexOf('a')", "[int](§ -replace '\\D', '')"),
    ("§", "§.ToUpper()", '"<§>"', "§.Substring(0, 1)", "§.PadLeft(6, '.')"), ("§ -like '*a*'", "§ -match '(\\w)\\W?(\\d+)'", "§ -ceq 'C'", "§.Length -gt 1"),
)  # fmt: skip
KINDS = (PERSON, PERSON, USER, POLICY, NUMBER, NUMBER, WORD)
VARIABLES = {
    "$n": ("$n = 0", "[int]$n = 1"), "$s": ("$s = ''", '$s = "head`n"', "$s = @'\nhere\n'@"), "$h": ("$h = @{}", "$h = [ordered]@{}", "$h = @{ paris = 1 }"),
    "$l": ("$l = @()", "$l = [System.Collections.Generic.List[object]]::new()"), "$a": ("$a = [System.Collections.ArrayList]@()", "$a = [System.Collections.ArrayList]::new()"),
    "$g": ("$g = @{}", "$g = [ordered]@{ Lyon = @() }"), "$t": ("$t = [System.Text.StringBuilder]::new()",),
    "$p": ("$p = @{ Most = 2 }; $p.City = 'Lyon'; $p['Item'] = $d[1]", "$p = @{}; $p += @{ Item = $d[0] }; if ($d.Count -gt 3) { $p.Full = $true }", "$p = @{ Item = 1; Most = 'x' }"),
    "i.txt": ("'alpha 1', 'beta', 'k=22' | Set-Content i.txt", '"ken`nann 7" > i.txt'), "d.csv": ("$d | Export-Csv d.csv", "$d | Select-Object -First 2 | Export-Csv d.csv -NoTypeInformation"),
}  # fmt: skip
FAILS = (
    "throw 'bad'", "throw [ArgumentException]'arg'", "1/0", "Get-Item nofile", "Get-Item nofile -ErrorAction Stop", "Write-Error 'told'", "Write-Error 'ends' -ErrorAction Stop", "[int]'q'",
    "$nope.Foo()", "Get-CsOnlineUser nobody -ErrorAction SilentlyContinue", "nosuch 1", "Get-Content nofile",
    "ConvertFrom-Json '{'", "Import-Csv nofile", "[datetime]'q'", "Write-Error 'ig' -ErrorAction Ignore", "throw @{ code = 5 }", "$d[0].Name.Substring(99)", "Get-Row -Nope 1", "Select-Object -First q", "$d[0].Nope = 1",
    "Write-Warning 'careful'", "Get-Row 1 -City Rome", "Test-It q -ErrorAction Stop", "Get-Level -1",
)  # fmt: skip
TOLD = (
    '"c: $_"', "$_.Exception.Message", "$_.FullyQualifiedErrorId", '"$($_.CategoryInfo)"', "$_.Exception.GetType().Name", "$_.InvocationInfo.ScriptLineNumber", '"$($_.TargetObject)"', "$Error.Count",
    "$Error[0].Exception.Message",
)  # fmt: skip
TESTS = ("'Paris'", "'*a*'", "'^[a-k]'", "2", "{ $_ -gt 1 }", "'k(?<rest>.*)'", '{ "$_".Length -gt 3 }', "'lyon'")
AGAIN = ("throw", "throw", "throw $_", 'throw "again: $_"', "Write-Error $_", "Write-Error -ErrorRecord $_", "return")
CAUGHT = (
    "",
    "",
    "",
    "catch [DivideByZeroException] { 'zero' } ",
    'catch [System.Management.Automation.RuntimeException] { "rt $_" } ',
    "catch [ArgumentException], [System.IO.IOException] { 'arg' } ",
)
ENDS = (
    "$n", "$s", "$h.Count", "$h.GetEnumerator() | Sort-Object { \"$($_.Key)\" } | ForEach-Object { '{0,-12}|{1,5}' -f $_.Key, \"$($_.Value)\" }", "$l.Count", "$l | Format-Table | Out-String", "$a -join ', '", "$t.ToString()",
    "$l | ConvertTo-Json -Compress -Depth 2", "$a | Export-Csv o.csv; Import-Csv o.csv | Measure-Object | ForEach-Object Count", "$l | ConvertTo-Html -Fragment | Out-File o.html; (Get-Content o.html).Count",
    "$a | Where-Object { $_.N } | Sort-Object N, Name | Format-Table Name, N -AutoSize | Out-String", "$l | Group-Object Name | Sort-Object Name | ForEach-Object { \"$($_.Name): $($_.Count)\" }", "$?", "$Error.Count",
    "$Error | ForEach-Object { \"$_\" }", "foreach ($k in $g.Keys | Sort-Object) { \"$k = $($g[$k] -join ',')\" }", "[pscustomobject]@{ N = $n; S = $s; H = $h.Count } | Format-List | Out-String", "$top", "$x", "$i", "$Matches.Count", "@($kept).Count",
    "ConvertTo-Json ([ordered]@{ n = $n; l = @($l) }) -Depth 3 | Set-Content o.json; (Get-Content o.json -Raw | ConvertFrom-Json).l.Count", "@\"\nN: $n ($($l.Count))\n$s\n\"@", "$a | Measure-Object -Property N -Sum -Average | Select-Object Count, Sum", "'{0}|{1:N2}|{2}' -f $n, $h.Count, $s",
    "$l | Sort-Object N -Descending | Select-Object -First 2 | ForEach-Object { $_.Name }", "$ErrorActionPreference", "$r = [ordered]@{ N = $n }; $r['H'] = $h.Count; $r.Names = $l.Name; [pscustomobject]$r | Export-Csv r.csv -Delimiter ';'; Get-Content r.csv",
)  # fmt: skip
NOTHING = re.compile("(?!)")
CALLING = re.compile("Get-Row|Use-Scope|Test-It|Set-Row|Get-Many|Big|@p")
"""What a function is not given to call: what calls others, since each of them would call each."""


class Nested:
    """One stream of random choices; the script that is being made knows the items and loops that are around."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._items: list[tuple[str, Kind]] = [("$d[0]", PERSON)]
        self._loops: list[str] = []
        self._barred = NOTHING

    def one(self, *choices: str) -> str:
        return self._random.choice([one for one in choices if not self._barred.search(one)] or [""])

    def made(self, *ways: Callable[[], str]) -> str:
        return self._random.choice(ways)()

    def within(self, name: str, kind: Kind, make: Callable[[], str], *loops: str) -> str:
        """What is made where an item is there, and these loops alone."""
        before, self._loops = self._loops, list(loops)
        self._items.append((name, kind))
        made = make()
        self._items.pop()
        self._loops = before
        return made

    # --- values ----------------------------------------------------------------------------------------------------

    def of(self, part: str) -> str:
        name, kind = self._items[-1] if self._random.random() < 0.75 else self._random.choice(self._items)
        return self.one(*getattr(kind, part)).replace("§", name)

    def number(self) -> str:
        return (
            self.of("numbers")
            if self._random.random() < 0.7
            else self.one("$n", "1", "2", "$h.Count", "@($l).Count", "$a.Count", "2.5", "$s.Length", "$h['Paris']")
        )

    def text(self) -> str:
        more = (
            "$s",
            '"$($h.Count) of $n"',
            "'Lyon'",
            "($l -join '-')",
            f"('{{0,5:N1}}|' -f {self.number()})",
            "$Matches[1]",
            "$Matches.first",
        )
        return self.of("texts") if self._random.random() < 0.75 else self.one(*more)

    def test(self) -> str:
        more = (
            "$n -gt 3",
            f"$h.Contains({self.of('texts')})",
            f"{self.number()} -gt {self.number()}",
            "$l.Count",
            "$?",
            f"$h[{self.of('texts')}] -ge 2",
            f"({self.of('tests')}) {self.one('-and', '-or')} ({self.of('tests')})",
        )
        return self.of("tests") if self._random.random() < 0.7 else self.one(*more)

    def row(self) -> str:
        n, name = self.number(), self.text()
        return self.one(
            f"[pscustomobject]@{{ Name = {name}; N = {n} }}", f"[pscustomobject]@{{ Name = {name}; N = {n}; Ok = [bool]({self.test()}) }}", f"[pscustomobject][ordered]@{{ N = {n}; Name = {name}; Of = $n }}", f"[ordered]@{{ Name = {name}; N = {n} }}", f"@{{ N = {n} }}", name, n,
        )  # fmt: skip

    def value(self) -> str:
        return self.made(
            self.text, self.number, self.row, self.call, lambda: f'"$({self.text()}): $({self.number()})"', lambda: f"$(if ({self.test()}) {{ {self.text()} }} else {{ {self.number()} }})",
            lambda: f"('{{0,-8}}{{1,6:{self.one('N1', 'F0', '0.0', 'P0')}}}' -f {self.text()}, {self.number()})",
        )  # fmt: skip

    def call(self) -> str:
        n, text = self.number(), self.text()
        return self.one(
            f"(Get-Row {self._items[-1][0]})", f"(Get-Row {self._items[-1][0]} -Most {n} -City {self.one('Paris', 'lyon')})", f"(Get-Level {self.one('3', '4', '0')})", f"(& $b ({n}) ({text}))", f"(. $b ({text}))", "(Use-Scope)", f"(Get-Sum ({n}) ({self.number()}))",
            f"(Test-It ({n}))", f"(Get-Sum -y ({n}) 1)", "(Get-Row @p)", "(& $counter)", "(Get-Many | Select-Object -First 2)", f"(Set-Row ({text}) -Confirm:$false)", f"($d | Big | ForEach-Object {{ {self.within('$_', PERSON, self.text)} }})",
        )  # fmt: skip

    # --- statements ------------------------------------------------------------------------------------------------

    def block(self, depth: int, most: int = 2) -> str:
        return "; ".join(self.inner(depth) for _ in range(self._random.randint(1, most)))

    def keep(self) -> str:
        """A statement that keeps something for later ones."""
        n, text, row = self.number(), self.text(), self.row()
        return self.one(
            f"$n += {n}", "$n++", f"$s += {text}", f'$s = "$s$({text});"', f"$h[{text}]++", f'$h["$({text})"] += {n}', f"$l += {row}", f"[void]$a.Add({row})", f'$g["$({text})"] += @({self.value()})', f"$script:n = {n}", f"$global:top = {self.value()}", f"$local:n = {n}",
            f"[void]$t.Append({text}).AppendLine(';')", f"$null = $a.Add({text})", f"if (-not $h.Contains('k')) {{ $h['k'] = @() }}; $h['k'] += {row}", f"$n = [math]::Max($n, {n})", f"$l += {row}", f"$a.Add({row}) | Out-Null",
        )  # fmt: skip

    def jump(self) -> str:
        labels = [f"{way} {label}" for label in self._loops if label != "-" for way in ("continue", "break")]
        way = self.one("continue", "break", *labels) if self._loops else self.one("return", f"return {self.value()}")
        return f"if ({self.test()}) {{ {self.one('', self.value() + '; ')}{way} }}"

    def caught(self, depth: int) -> str:
        fails = (
            self.one(*FAILS)
            if self._random.random() < 0.5
            else self.one(
                self.block(depth, 2),
                f"if ({self.test()}) {{ throw {self.text()} }}",
                f'Write-Error "no $({self.text()})"',
            )
        )
        told, end = (
            self.one(*TOLD),
            self.one("", "", " finally { 'f' }", f" finally {{ {self.keep()} }}", f" finally {{ {self.value()} }}"),
        )
        if self._random.random() < 0.3:
            inner = f"try {{ {fails}; {self.value()} }} catch {{ {self.one(*TOLD)}; {self.one(*AGAIN)} }}{end}"
            return f"try {{ {inner}; 'after' }} catch {{ {told} }}"
        handler = self.one(told, told, f"{told}; {self.keep()}", f"{told}; {self.jump()}", self.block(depth, 2))
        return f"try {{ {self.one('', self.block(depth, 1) + '; ')}{fails}; {self.value()} }} {self.one(*CAUGHT)}catch {{ {handler} }}{end}"

    def cases(self, depth: int) -> str:
        made = [
            f"{test} {{ {self.within('$_', WORD, lambda: self.block(depth - 1, 2), '-')}{self.one('', '', '; break', '; continue')} }}"
            for test in self._random.sample(TESTS, self._random.randint(1, 3))
        ]
        return "; ".join(made) + self.one("", f"; default {{ {self.value()} }}", '; default { "d$_" }')

    def switch(self, depth: int) -> str:
        told = self.one(f"({self.text()})", f"({self.number()})", "($d.City)", "($d.Name)", "(1..3)", "-File i.txt")
        return f"switch {self.one('', '-Regex ', '-Wildcard ')}{told} {{ {self.cases(depth)} }}"

    def each(self, depth: int) -> str:
        """A `foreach`, or a `for` or `while` that goes through the same."""
        name, kind, label = (
            self.one("$i", "$j", "$k", "$item"),
            self._random.choice(KINDS),
            self.one("", "", "outer", "next"),
        )
        body = self.within(name, kind, lambda: self.block(depth - 1), *self._loops, label or "-")
        head, source = f":{label} " if label else "", self.one(*kind.sources)
        form = self.one("foreach", "foreach", "foreach", "for", "while", "until")
        if form == "foreach":
            return f"{head}foreach ({name} in {source}) {{ {body} }}"
        c, took = f"$c{depth}", f"$of{depth}"
        if form == "for":
            return f"{took} = @({source}); {head}for ({c} = 0; {c} -lt {took}.Count; {c}++) {{ {name} = {took}[{c}]; {body} }}"
        body = f"{{ {name} = {took}[{c}]; {c}++; {body} }}"
        loop = f"while ({c} -lt {took}.Count) {body}" if form == "while" else f"do {body} until ({c} -ge {took}.Count)"
        return f"{took} = @({source}); {c} = 0; {head}{loop}"

    def piped(self, depth: int) -> str:
        kind = self._random.choice(KINDS)
        body, test, text, number, value, row = (
            self.within("$_", kind, way)
            for way in (lambda: self.block(depth - 1, 2), self.test, self.text, self.number, self.value, self.row)
        )
        stage = self.one(
            "",
            "",
            f" | Where-Object {{ {test} }}",
            f" | Sort-Object {{ {text} }}",
            " | Select-Object -First 2",
            f" | Sort-Object {{ {number} }} -Descending",
            " | Tee-Object -Variable kept",
            " | Get-Row",
            " | Select-Object -Skip 1",
        )
        return f"{self.one(*kind.sources)}{stage} | " + self.one(
            f"ForEach-Object {{ {body} }}", f"ForEach-Object {{ {body} }}", f"ForEach-Object -Begin {{ $n = 0 }} -Process {{ {body} }} -End {{ $n }}", f'Group-Object {{ {text} }} | ForEach-Object {{ "$($_.Name)=$($_.Count)" }}',
            f"Select-Object @{{ n = 'A'; e = {{ {text} }} }}, @{{ n = 'B'; e = {{ {value} }} }}", f"ForEach-Object {{ {row} }} | Select-Object -First 1", "Measure-Object -Property Age, AudioQuota -Sum", f"Where-Object {{ {test} }} | Measure-Object | ForEach-Object Count",
            f"ForEach-Object {{ {number} }} | Measure-Object -Sum -Average -Maximum | Select-Object Count, Sum, Maximum", "Get-Row -City Lyon", "Get-Row | Select-Object -First 1", f"Group-Object {{ {text} }} -NoElement | Sort-Object Count, Name -Descending | Select-Object -First 2 Name, Count",
            f"ForEach-Object {{ {text} }} | Sort-Object -Unique", "Set-Row -WhatIf", f"Get-Row -Most ({self.number()}) -Full", f"Group-Object {{ [bool]({test}) }} -AsHashTable | ForEach-Object {{ $_.Count; @($_[$true]).Count }}", f"ForEach-Object {{ {row} }} | Format-Table | Out-String",
        )  # fmt: skip

    def scoped(self, depth: int) -> str:
        body = self.within(*self._items[-1], lambda: self.block(depth - 1))
        trap = self.one(
            "", "", "", f"trap {{ {self.one(*TOLD)}; {self.one('continue', 'break', '')} }}; ", f"{self.one(*FAILS)}; "
        )
        streams = self.one("", " 2>&1", " 2>$null", " 3>&1", ' *>&1 | ForEach-Object { "> $_" }')
        return f"{self.one('&', '.')} {{ {trap}{body} }}{streams}"

    def chosen(self, depth: int) -> str:
        rest = self.one(
            "",
            f" else {{ {self.block(depth - 1, 1)} }}",
            f" elseif ({self.test()}) {{ {self.block(depth - 1, 1)} }} else {{ {self.value()} }}",
        )
        return f"if ({self.test()}) {{ {self.block(depth - 1, 2)} }}{rest}"

    def given(self, depth: int) -> str:
        """A variable that is given what a statement gives."""
        made = self.made(
            lambda: self.each(depth),
            lambda: self.caught(depth - 1),
            lambda: self.chosen(depth),
            lambda: self.switch(depth),
            lambda: self.piped(depth),
            lambda: self.scoped(depth),
        )
        made = f"$({made})" if made.startswith(("$of", ".", ":")) else made
        told = self.one("$x", "@($x).Count", "$x | Select-Object -First 1", '"$x"', "$x[-1]")
        return f"$x = {made}; {told}"

    def inner(self, depth: int) -> str:
        if depth <= 0:
            return self.made(self.value, self.value, self.keep, self.keep, self.keep, self.jump)
        more = (
            self.each,
            self.each,
            self.piped,
            self.switch,
            self.chosen,
            self.given,
            self.scoped,
            lambda depth: self.caught(depth - 1),
        )
        return (
            self.made(self.value, self.keep, self.keep, self.jump, *(lambda way=way: way(depth) for way in more))
            if self._loops or len(self._items) > 1
            else self._random.choice(more)(depth)
        )

    # --- scripts ---------------------------------------------------------------------------------------------------

    def definitions(self) -> dict[str, str]:
        """Functions by the text that shows that a script needs them."""
        self._barred = CALLING

        def part(name: str, kind: Kind, depth: int, most: int = 2) -> str:
            return self.within(name, kind, lambda: self.block(depth, most))

        fed = self.one("ValueFromPipeline", "Mandatory, ValueFromPipeline", "ValueFromPipeline, Mandatory = $true")
        checked = self.one("", "", "[ValidateNotNull()]", "[object]")
        first = self.one("", "; Write-Verbose start", "; $n = 10")
        base = self.one("return 1", "return", "1; return", "$script:n++; return 0")
        deeper = self.one(
            "$k * (Get-Level ($k - 1))",
            '"$k"; Get-Level ($k - 1)',
            "$r = Get-Level ($k - 1); $r + $k",
            "foreach ($q in 1..2) { Get-Level ($k - 2) }",
        )
        scope = self.one(
            "$script:n += 1",
            "$script:n = $n * 2",
            "& { $n++; $n }",
            ". { $n++ }",
            "$global:top = $n",
            "Set-Variable n 9 -Scope 1",
        )
        total = self.one(
            "$x + $y",
            "$x, $y, $z",
            "$z; $args.Count",
            "if ($y -gt 2) { return $x }; $PSBoundParameters.Count",
            "$ErrorActionPreference = 'Stop'; $x * $y",
        )
        tested = self.one(
            'if ($v -gt 2) { throw "big $v" }', 'if ($v -gt 2) { Write-Error "big $v" }', "1 / ($v - 1)", '[int]"$v"'
        )
        many, big = part("$q", PERSON, 0, 1), self.within("$_", PERSON, self.test)
        row, one, value, name = (
            part("$Item", PERSON, 1),
            part("$d[1]", PERSON, 1),
            part("$v", NUMBER, 0),
            part("$Name", WORD, 0),
        )
        self._barred = NOTHING
        return {
            "Get-Row": "function Get-Row { [CmdletBinding()] param([Parameter(" + fed + ", Position = 0)]" + checked + "$Item, [ValidateSet('Paris', 'Lyon', 'All')]$City = 'All', "
                       f"[int]$Most = {self.one('1', '3')}, $Twice = $Most * 2, [switch]$Full)\n  begin {{ $c = 0{first} }}\n"
                       f"  process {{ $c++; if ($c -gt $Most) {{ return }}; {row} }}\n  end {{ \"$c of $Most $Twice $City $Full\" }} }}",
            "Get-Level": f"function Get-Level([int]$k) {{ if ($k -le 0) {{ {base} }}; {deeper} }}",
            "Use-Scope": f"function Use-Scope {{ $n = 5; {scope}; {one}; \"in $n $s\" }}",
            "Get-Sum": f'function Get-Sum($x, [int]$y = $x, $z = "$x-$y") {{ {total} }}',
            "Test-It": f"function Test-It {{ [CmdletBinding()] param([Parameter(ValueFromPipeline)]{self.one('', '[int]', '[ValidateRange(0, 50)]')}$v) process {{ {value}; {tested}; \"ok $v\" }} }}",
            "Set-Row": "function Set-Row { [CmdletBinding(SupportsShouldProcess)] param([Parameter(ValueFromPipelineByPropertyName, Position = 0)][Alias('DisplayName')][string]$Name, $Age)\n  "
                       f"process {{ if ($PSCmdlet.ShouldProcess($Name, 'Set row')) {{ {name}; \"set $Name\" }} else {{ $script:n++ }} }} }}",
            "Get-Many": self.one(f"function Get-Many {{ foreach ($q in $d) {{ $q.Name; {many} }} }}", f"function Get-Many {{ foreach ($q in $d) {{ try {{ $q.Name }} finally {{ $n++ }}; {many} }} }}", f"function Get-Many {{ $d | ForEach-Object {{ $q = $_; Write-Host $q.Name; $q.Name }}; 'end' }}"),
            "| Big": f"filter Big {{ if ({big}) {{ $_ }} }}",
            "$b ": self.one('$b = { param($v, $w = 2) "$v/$w"; if (-not $v) { return "none" }; $n }', "$b = { $n++; $n; $args[0] }", "$b = { param([int]$v) $v * 2 }"),
            "$counter": self.one("$counter = & { $c = 5; { $script:made++; $c + $script:made }.GetNewClosure() }", "function New-Counter($c) { { $c }.GetNewClosure() }; $counter = New-Counter 3", "$counter = (1..2 | ForEach-Object { $q = $_; { $q * 10 }.GetNewClosure() })[1]"),
        }  # fmt: skip

    def statement(self) -> str:
        preference = self.one(
            "",
            "",
            "",
            "$ErrorActionPreference = 'Stop'",
            "$ErrorActionPreference = 'SilentlyContinue'",
            'trap { "trapped $_"; continue }',
            "Set-StrictMode -Version 1.0",
        )
        body = [self.inner(2) for _ in range(self._random.randint(2, 5))]
        if self._random.random() < 0.3:
            body.insert(self._random.randint(0, len(body)), self.one(*FAILS))
        ends = [
            one for one in ENDS if (set(re.findall(r"\$[a-z]\b", one)) <= set(re.findall(r"\$[a-z]\b", " ".join(body))))
        ]
        body += self._random.sample(ends, min(len(ends), self._random.randint(1, 4)))
        text, needed = "\n".join(body), []
        for mark, made in reversed(self.definitions().items()):
            if mark in text:
                needed.append(made)
                text = f"{made}\n{text}"
        heads = [self.one(*ways) for mark, ways in VARIABLES.items() if re.search(re.escape(mark) + r"\b", text)]
        return "\n" + "\n".join(one for one in (preference, *heads, text) if one)


def cells(seed: int) -> Iterator[str]:
    """Cells without end."""
    return endless(Nested(seed).statement)


if __name__ == "__main__":
    report(cells)
