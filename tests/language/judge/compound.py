"""Random cells of several constructs within each other: pipelines of three and four stages, functions with all their
parts, errors by id and category, switches over texts and files, nested tables, splatting, blocks as values, texts by
cultures, round trips through CSV, JSON, XML and files. `cells(seed)` gives the same ones for a seed.

python tests/language/judge/compound.py COUNT [SEED]   # asks PowerShell and the evaluator, prints what differs
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from grammar import NAMES, endless, report

TEXTS = (
    "'Ken'",
    "'lyon'",
    "''",
    "'a,b;c'",
    "'2'",
    "'Zoë'",
    "'x=1'",
    "'[y]'",
    '"t`tb"',
    "$null",
    "'2024-03-05'",
    "'é\"q'",
)
NUMBERS = ("0", "1", "2", "7", "-3", "2.5", "1kb", "10L", "3.0", "0x1F", "1e3", "1.50d")
TESTS = ("{i}.Age -gt 7", "{i}.Name -like '*e*'", "{i}.City", "-not {i}.On", "{i}.Score -lt 3 -and {i}.On", "{i}.City -eq 'paris'",
         "{i}.Name -match '^(\\w)'", "{i}.Age -in 7, 42", "$null -eq {i}.Age", "{i}.Since -ge '2020-01-01'")  # fmt: skip
FAILING = ("Get-Item nofile", "1/0", "throw 'bad'", "Write-Error 'told' -ErrorId E1 -Category InvalidData", "[int]'q'", "$null.Foo()",
           "Get-CsOnlineUser nobody", "'x' | Get-Date", "Select-Object -Nope 1", "nosuch 1", "throw [ArgumentException]'arg'",
           "@(1)[{1}]", "ConvertFrom-Json '{'", "Import-Csv nofile", "[datetime]'q'", "Get-Content a:b", "$d[0].Nope()",
           "Write-Error -Exception ([InvalidOperationException]'io')")  # fmt: skip
METHODS = ("ToUpper()", "Length", "Split(' ')", "Substring(1)", "PadLeft(9)", "IndexOf('e')", "Replace('e', 'E')")
FORMATS = ("N2", "P1", "C", "D", "d", "yyyy-MM-dd", "HH:mm", "X4", "00.0", "#,##0", "g", "E1", "s", "dddd d MMM")


class Compound:
    """One stream of random choices."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, *choices: str) -> str:
        return self._random.choice(choices)

    def names(self, most: int = 3) -> str:
        return ",".join(self._random.sample(NAMES, self._random.randint(1, most)))

    def test(self, item: str) -> str:
        return self._random.choice(TESTS).replace("{i}", item)

    def leaf(self, item: str) -> str:
        return self.one(
            f"{item}.{self.one(*NAMES)}", self.one(*TEXTS), self.one(*NUMBERS), f'"<$({item}.Name)>"',
            f"({item}.Age + {self.one(*NUMBERS)})", f"{item}.Name.{self.one(*METHODS)}",
            f"('{{0:{self.one(*FORMATS)}}}|{{1,6}}' -f {item}.{self.one('Score', 'Since', 'Age')}, {item}.City)",
            f"({item}.Since - [datetime]'2019-01-01').Days", f"{item}.Since.ToString('{self.one('yyyy', 'o', 'd', 'MMM dd')}')",
            f"({item}.Name -replace '(\\w+) (\\w+)', '$2 $1')", f"({item}.Name -split '\\s')[-1]", f"[string]{item}.On",
            f"$(if ({self.test(item)}) {{ 'yes' }} else {{ {self.one(*NUMBERS)} }})",
        )  # fmt: skip

    def column(self) -> str:
        return self.one(
            self.one(*NAMES), f"@{{n='q'; e={{ {self.leaf('$_')} }}}}", f"@{{Name='Total';Expression={{ $_.Age * 2 }}}}",
            "@{l='up';e={$_.Name.ToUpper()}}", "@{n='y';e='Since'}", f"'{self.one('N*', '*e', 'A*')}'",
        )  # fmt: skip

    def stage(self) -> str:
        return self.one(
            f"Where-Object {{ {self.test('$_')} }}", f"? {self.one('On', 'Age -gt 7', 'City -eq paris', 'Name -like *n*')}",
            f"Sort-Object {self.names(2)}{self.one('', ' -Descending', ' -Unique')}",
            f"Sort-Object @{{e='Age';Descending={self.one('$true', '$false')}}}, Name", f"Select-Object {self.column()},{self.one(*NAMES)}",
            f"Select-Object -First {self.one('1', '2')}{self.one('', ' -Skip 1')}", f"Select-Object * -ExcludeProperty {self.one(*NAMES)}",
            f"ForEach-Object {{ $_.{self.one(*NAMES)} = {self.one(*NUMBERS)}; $_ }}", f"Add-Member -NotePropertyName Z -NotePropertyValue {self.one(*TEXTS)} -PassThru",
            "Tee-Object -Variable kept",
        )  # fmt: skip

    def end(self) -> str:
        return self.one(
            f"ForEach-Object {{ {self.leaf('$_')} }}", f"Group-Object {self.names(2)}", f"Group-Object City | ForEach-Object {{ \"$($_.Name)=$($_.Count)\" }}",
            f"Measure-Object {self.one('Age', 'Score')} -Sum -Average -Maximum", f"ConvertTo-Csv{self.one('', ' -NoTypeInformation', ' -UseQuotes AsNeeded', ' -Delimiter ;')}",
            "ConvertTo-Json -Compress", "ConvertTo-Json | ConvertFrom-Json", "ConvertTo-Csv | ConvertFrom-Csv", f"Format-Table {self.names()}{self.one('', ' -AutoSize', ' -HideTableHeaders', ' -GroupBy City')} | Out-String",
            f"Format-List {self.names()} | Out-String", f"Select-Object -ExpandProperty {self.one(*NAMES)}", f"ConvertTo-Html -Fragment -Property {self.names()}",
            "ForEach-Object Name | Join-String -Separator ', '", "Out-String -Stream", f"% {self.one(*NAMES)}", "Export-Csv o.csv; Import-Csv o.csv",
            "ConvertTo-Xml -As String -NoTypeInformation", f"Compare-Object $d[0..1] -Property {self.names(2)}", "Export-Clixml o.xml; Import-Clixml o.xml",
            "Select-String e | % Line", "Get-Unique", f"Set-Content o.txt -Encoding {self.one('utf8', 'utf8BOM', 'unicode', 'ascii')}; Get-Content o.txt",
        )  # fmt: skip

    def pipeline(self) -> str:
        stages = [self.stage() for _ in range(self._random.randint(1, 3))]
        return " | ".join(
            [self.one("$d", "$d", "$d[0..2]", "$d[3,1]", "Get-CsMeetingRoom | % { $d[0] }"), *stages, self.end()]
        )

    def failing(self) -> str:
        return self._random.choice(FAILING)

    def told(self) -> str:
        return self.one("$_.FullyQualifiedErrorId", '"$($_.CategoryInfo)"', "$_.Exception.GetType().FullName", '"$_"', "$_.Exception.Message",
                        "$_.TargetObject", "$_.CategoryInfo.Category", "$_.InvocationInfo.MyCommand.Name")  # fmt: skip

    def function(self) -> str:
        kind = self.one("", "[int]", "[string]", "[object]", "[datetime]", "[string[]]")
        checks = self.one(
            "",
            "[ValidateSet('a','b','Ken')]",
            "[ValidateRange(0,50)]",
            "[ValidateNotNullOrEmpty()]",
            "[ValidatePattern('^\\w')]",
        )
        fed = self.one(
            "ValueFromPipeline", "ValueFromPipelineByPropertyName", "Mandatory, ValueFromPipeline", "Position=0"
        )
        return (
            f"function Use-It {{ [CmdletBinding()] param([Parameter({fed})]{checks}{kind}$Name, [switch]$All, $Rest = {self.one(*NUMBERS)}) "
            f"begin {{ $n = 0; 'b' }} process {{ $n++; \"$n <$Name>\"; {self.one('', self.failing(), self.leaf('$d[0]'))} }} end {{ \"e$n $All $Rest\" }} }}; "
            + self.one("$d | Use-It", "$d.Name | Use-It -All", f"Use-It {self.one(*TEXTS)}", f"{self.one(*TEXTS)}, {self.one(*NUMBERS)} | Use-It -Rest 5",
                       "$p = @{Name='Ken';All=$true}; Use-It @p", "Use-It -Name a -Rest (1,2)", "Use-It -Nope 1", "'a' | Use-It -ErrorAction SilentlyContinue; $?")
        )  # fmt: skip

    def statement(self) -> str:
        return self._random.choice((
            self.pipeline, self.pipeline, self.pipeline, self.function, self.function,
            lambda: f"try {{ {self.failing()}; 'on' }} catch [{self.one('System.ArgumentException', 'System.DivideByZeroException', 'System.Management.Automation.ItemNotFoundException')}] "
                    f"{{ 'typed'; {self.told()} }} catch {{ {self.told()}; {self.told()} }} finally {{ 'f'; $Error.Count }}",
            lambda: f"try {{ {self.failing().removesuffix(' ')} -ErrorAction Stop; 'on' }} catch {{ {self.told()} }}",
            lambda: f"$ErrorActionPreference = '{self.one('Stop', 'Continue', 'SilentlyContinue')}'; {self.failing()}; $?; $Error[0].FullyQualifiedErrorId; 'z'",
            lambda: f"& {{ {self.leaf('$d[0]')}; {self.failing()}; {self.leaf('$d[1]')} }} {self.one('2>&1', '2>$null', '*>&1')} | % {{ \"$($_.GetType().Name)\" }}",
            lambda: f"{self.failing()} 2>$null; $?; $Error.Count", lambda: f"{self.failing()} 2>&1 | % {{ {self.told()} }}",
            lambda: f"Get-Item nofile, q -ErrorVariable {self.one('e', '+e')} -ErrorAction SilentlyContinue; $e.Count; $e[0].CategoryInfo.Category; $?",
            lambda: f"trap {{ {self.told()}; {self.one('continue', 'break')} }}; {self.failing()}; 'on'",
            lambda: f"switch{self.one(' -Regex', ' -Wildcard', '', ' -CaseSensitive')} ($d.{self.one('Name', 'City', 'Age')}) {{ {self.one(*TEXTS)} {{ 't' }} 'K*' {{ \"k $_\"; break }} 42 {{ 'n' }} "
                    f"{{ $_ -like 'L*' }} {{ 'block'; continue }} default {{ \"d $_\" }} }}",
            lambda: f"$d.Name | Set-Content o.txt; switch -File o.txt {{ {{ $_ -match 'e' }} {{ $_; {self.one('continue', 'break', '')} }} default {{ 'd' }} }}",
            lambda: f"$t = @\"\nName: $($d[0].Name)\n{self.one('$(1+1)', '`t$x', 'its', '$d[1].Age')}\n\"@; $t.Length; $t -split '\\n'",
            lambda: f"$h = @{{ a = @{{ b = {self.one(*TEXTS)}; c = @({self.one(*NUMBERS)}, @{{ d = {self.one(*NUMBERS)} }}) }}; n = {self.one(*NUMBERS)} }}; $h.a.b; $h.a.c[1].d; $h['a']['c'].Count; "
                    f"$h.a.{self.one('e', 'b')} = {self.one(*NUMBERS)}; $h.a.Count; $h | ConvertTo-Json -Depth {self.one('1', '3')} -Compress | % Length",
            lambda: f"$o = [ordered]@{{ z = {self.one(*NUMBERS)}; a = {self.one(*TEXTS)} }}; $o.{self.one('z', 'a', 'q')}; $o[{self.one('0', '1', '-1', '9')}]; $o | ConvertTo-Json -Compress; [pscustomobject]$o",
            lambda: f"$p = @{{ {self.one('Property', 'First', 'Last')} = {self.one('1', '2')} }}; $d | Select-Object @p", lambda: f"$a = 'N*', 'A*'; $d | Select-Object -Property $a | ConvertTo-Csv",
            lambda: f"$b = {{ param($x, $y = 2) $x * $y; $args.Count }}; & $b {self.one('3', '3 4', '3 4 5', '-y 5 3')}; $b.Invoke(2, 3)",
            lambda: f"$all = $d | % {{ $i = $_; {{ $i.Name }}.GetNewClosure() }}; $all.Count", lambda: f". {{ $v = {self.leaf('$d[0]')}; $v }}; $v",
            lambda: f"[cultureinfo]::InvariantCulture.Name; {self.one('1234.5', '-0.5', '$d[0].Since')}.ToString('{self.one(*FORMATS)}', [cultureinfo]'{self.one('en-US', 'fr-FR', '')}')",
            lambda: f"$x = [xml]\"<r><u n='1'>{self.one('a', 'b c', '&amp;')}</u><u n='2'><v/></u></r>\"; $x.r.u[{self.one('0', '1', '-1')}].n; $x.r.u.Count; $x.SelectNodes('//u').Count; "
                    f"$x.r.u | % {{ $_.InnerText }}; $x.r.{self.one('u[0].n', 'q')} = 'z'; $x.OuterXml",
            lambda: f"$d | Export-Csv o.csv -Delimiter '{self.one(',', ';', '|')}'; (Get-Content o.csv)[{self.one('0', '1', '-1')}]; (Get-Content o.csv).Count",
            lambda: f"$j = $d | ConvertTo-Json; $k = $j | ConvertFrom-Json{self.one('', ' -AsHashtable')}; $k.Count; $k[0].{self.one(*NAMES)}; $k[-1].{self.one(*NAMES)}",
            lambda: f"$d.ForEach({{ {self.leaf('$_')} }}); $d.Where({{ {self.test('$_')} }}, '{self.one('First', 'Last', 'Split', 'Until')}').Count",
            lambda: f"foreach ($i in $d) {{ if ({self.test('$i')}) {{ {self.one('continue', 'break', self.leaf('$i'))} }} else {{ {self.leaf('$i')} }} }}; $i.Name",
            lambda: f"$n = 0; while ($true) {{ $n++; if ($n -gt {self.one('2', '4')}) {{ break }}; if ($n -eq 2) {{ continue }}; $d[$n].Name }}; do {{ $n-- }} until ($n -lt 1); $n",
            lambda: f"$x, $y, $z = $d.{self.one(*NAMES)}; $x; $z.Count; $x, $y = $y, $x; $x", lambda: f"$x = {self.pipeline()}; @($x).Count; {self.one('$x[0]', '$x | Select-Object -First 1', '$kept.Count')}",
            lambda: f"$r = [regex]'(?<a>\\w)(\\w*)'; $d.Name | % {{ $m = $r.Match($_); $m.Groups['a'].Value; $m.Groups[1].Length }}; 'Ken Myer' -match '(?<f>\\w+)'; $Matches.f; $Matches.Count",
            lambda: f"Compare-Object $d[0,1] $d[1,2] -Property {self.names(2)}{self.one('', ' -IncludeEqual', ' -PassThru', ' -ExcludeDifferent -IncludeEqual')}",
        ))()  # fmt: skip


def cells(seed: int) -> Iterator[str]:
    """Cells without end. What type a remote error's exception is of, and whose it is, is not asked: the judge's remote
    commands are functions of its own."""
    asked = ("Exception.GetType()", "InvocationInfo")
    return (one for one in endless(Compound(seed).statement) if not ("nobody" in one and any(map(one.count, asked))))


if __name__ == "__main__":
    report(cells)
