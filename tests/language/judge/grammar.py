"""Random cells of what administrators write: `cells(seed)` gives one after the other, always the same for one seed.

python tests/language/judge/grammar.py COUNT [SEED]   # asks PowerShell and the evaluator, prints what differs
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

PEOPLE = (
    "$d = [pscustomobject]@{Name='Ken Myer';Age=42;City='Paris';Score=2.5;Since=[datetime]'2021-03-04';On=$true},"
    "[pscustomobject]@{Name='pilar Ackerman';Age=7;City='Lyon';Score=10.25;Since=[datetime]'2019-12-31T23:59:00';On=$false},"
    "[pscustomobject]@{Name='Zoë Ng';Age=42;City='paris';Score=-1;Since=[datetime]'2024-02-29';On=$true},"
    "[pscustomobject]@{Name='bob';Age=$null;City='';Score=0.125;Since=[datetime]'2021-03-04';On=$false}; "
)
NAMES = ("Name", "Age", "City", "Score", "Since", "On")
TEXTS = ("'Ken'", "'lyon'", "''", "'a,b;c'", "'  x '", "'2'", "'10'", "'Zoë'", "'K*'", "'tel:+1425'", "'é'", '"t`tb"')
NUMBERS = ("0", "1", "2", "7", "42", "-3", "2.5", "0.125", "1kb", "10", "3", "100")


class Grammar:
    """One stream of random choices."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, *choices: str) -> str:
        return self._random.choice(choices)

    def some(self, most: int, make: object, separator: str) -> str:
        return separator.join(make() for _ in range(self._random.randint(1, most)))  # type: ignore[operator]

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    # --- values ----------------------------------------------------------------------------------------------------

    def number(self) -> str:
        return self.one(*NUMBERS)

    def text(self) -> str:
        return self.one(*TEXTS)

    def name(self) -> str:
        return self.one(*NAMES)

    def number_of(self, item: str) -> str:
        return self.one(f"{item}.Age", f"{item}.Score", f"{item}.Name.Length", self.number(), f"[int]{item}.Age")

    def text_of(self, item: str) -> str:
        inner = self.one(f"{item}.Name", f"{item}.City", self.text(), f'"{item.strip("()")}"')
        method = self.one(
            "", "", ".ToUpper()", ".ToLower()", ".Trim()", f".Replace({self.text()},'_')", ".Substring(0,1)",
            f".PadLeft({self.one('3', '12')})", f".Split({self.one(chr(39) + ' ' + chr(39), chr(39) + ',' + chr(39))})",
            f".StartsWith({self.text()})", f".Contains({self.text()})", ".Length", f".IndexOf({self.text()})",
            f".PadRight(8,'.')", ".ToCharArray()[0]", ".TrimEnd('r')", ".Insert(0,'>')", ".Remove(0,1)",
        )  # fmt: skip
        return f"({inner}){method}" if method else inner

    def moment(self, item: str) -> str:
        return self.one(
            f"{item}.Since", f"{item}.Since.AddDays({self.number()})", f"{item}.Since.ToString('yyyy-MM-dd')",
            f"{item}.Since.Year", f"({item}.Since - [datetime]'2020-01-01').Days", f"{item}.Since.DayOfWeek",
            f"'{{0:d}} {{0:HH:mm}}' -f {item}.Since", f"{item}.Since.ToString('s')", f"{item}.Since.Date",
            f"{item}.Since -gt [datetime]'2021-01-01'", f"[string]{item}.Since", f"\"$({item}.Since)\"",
        )  # fmt: skip

    def formatted(self, item: str) -> str:
        return self.one(
            f"'{{0}}-{{1}}' -f {self.number_of(item)},{self.text_of(item)}", f"'{{0:N1}}' -f {self.number_of(item)}",
            f"'{{0,8}}|' -f {self.text_of(item)}", f"'{{0:D3}}' -f [int]{self.number()}", f"'{{0:P0}}' -f {self.number()}",
            f"'{{0,-10:F2}}|' -f {self.number_of(item)}", f"\"$({self.number_of(item)}) of $({self.text_of(item)})\"",
            f"\"<{item.strip('()')}>\"", f"'{{0:x}}' -f {self.one('255', '16')}", f"'{{0:000.0}}' -f {self.number_of(item)}",
        )  # fmt: skip

    def logic(self, item: str) -> str:
        made = self.one(
            f"{self.number_of(item)} {self.one('-gt', '-lt', '-ge', '-le', '-eq', '-ne')} {self.number()}",
            f"{self.text_of(item)} {self.one('-eq', '-ne', '-like', '-match', '-ceq', '-notlike', '-cmatch')} {self.text()}",
            f"{item}.City {self.one('-in', '-notin')} 'Paris','Lyon'",
            f"{item}.On", f"-not {item}.On", f"!{item}.Age", f"{item}.Age -is [int]", f"$null -eq {item}.Age",
            f"{item}.Name -match '^(\\w+) (\\w)'", f"[string]::IsNullOrEmpty({item}.City)", f"{self.moment(item)}",
            f"{item}.Name -clike 'K*'", f"'x','y' -contains {self.text()}",
        )  # fmt: skip
        if self.chance(0.25):
            made = f"({made}) {self.one('-and', '-or', '-xor')} ({self.logic(item)})"
        return made

    def value(self, item: str) -> str:
        return self.one(
            self.number_of(item), self.text_of(item), self.moment(item), self.formatted(item), self.logic(item),
            f"{self.number_of(item)} {self.one('+', '-', '*', '/', '%')} {self.number()}",
            f"{self.text_of(item)} + {self.number_of(item)}", f"{self.text_of(item)} -replace '[aeiou]','*'",
            f"({self.text_of(item)} -split ' ')[{self.one('0', '-1', '1')}]", f"{item}.{self.name()}",
            f"$(if ({self.logic(item)}) {{ {self.value_leaf(item)} }} else {{ {self.value_leaf(item)} }})",
            f"@({self.value_leaf(item)},{self.value_leaf(item)}) -join '/'", f"[int]({self.number_of(item)})",
            f"[math]::{self.one('Round', 'Floor', 'Ceiling', 'Abs', 'Truncate')}({self.number_of(item)})",
            f"[math]::Max({self.number_of(item)},{self.number()})", f"({self.value_leaf(item)}).GetType().Name",
            f"@{{ a = {self.value_leaf(item)}; b = 2 }}.a", f"[string]{self.number_of(item)}",
            f"({self.logic(item)}) ? {self.value_leaf(item)} : {self.value_leaf(item)}", f"{item}.Age ?? 'none'",
        )  # fmt: skip

    def value_leaf(self, item: str) -> str:
        return self.one(self.number_of(item), f"{item}.Name", f"{item}.City", self.text(), self.number(), "$null")

    # --- pipelines -------------------------------------------------------------------------------------------------

    def calculated(self) -> str:
        key = self.one("Name", "N", "Label", "l")
        return (
            f"@{{ {key} = '{self.one('A', 'B', 'Total')}'; {self.one('Expression', 'e')} = {{ {self.value('$_')} }} }}"
        )

    def stage(self) -> str:
        return self.one(
            f"Where-Object {{ {self.logic('$_')} }}", f"? {self.name()} {self.one('-eq', '-gt', '-like', '-match')} {self.text()}",
            f"ForEach-Object {{ {self.value('$_')} }}", f"% {{ {self.value('$_')} }}", f"% {self.name()}",
            f"Sort-Object {self.name()}{self.one('', ' -Descending')}", f"Sort-Object {self.name()},{self.name()}",
            f"Sort-Object {{ {self.value('$_')} }}", f"Select-Object {self.name()},{self.name()}",
            f"Select-Object {self.name()},{self.calculated()}", f"Select-Object -First {self.one('1', '2', '3')}",
            f"Select-Object -Last 2", "Select-Object -Skip 1", f"Select-Object -ExpandProperty {self.name()}",
            f"Select-Object {self.name()} -Unique", f"Group-Object {self.name()}", f"Group-Object {self.name()} -NoElement",
            f"Group-Object {{ {self.logic('$_')} }}", f"Measure-Object {self.one('Age', 'Score')} -Sum -Average",
            f"Measure-Object", f"Measure-Object {self.one('Age', 'Score')} -Maximum -Minimum", "Select-Object *",
            "ConvertTo-Json -Compress", "ConvertTo-Csv", f"Sort-Object {self.name()} -Unique", "Select-Object Name,Missing",
            "ForEach-Object ToString", "Out-String", f"Format-Table {self.name()},{self.name()} | Out-String", "Get-Unique",
            f"Select-Object -Property * -ExcludeProperty {self.name()}", f"Format-List {self.name()} | Out-String",
            f"Group-Object {self.name()} | % {{ \"$($_.Name)=$($_.Count)\" }}", f"Sort-Object Name | Select-Object -First 1",
            f"ForEach-Object -Begin {{ $n = 0 }} -Process {{ $n += {self.number_of('$_')} }} -End {{ $n }}",
            f"Tee-Object -Variable t", f"Where-Object {{ {self.logic('$_')} }} | Measure-Object | % Count",
        )  # fmt: skip

    def pipeline(self) -> str:
        start = self.one("$d", "$d", "$d", "1..5", "'b','a','C'", "$d[0]", "$d.Age", "3,1,2,1")
        return f"{start} | {self.some(3, self.stage, ' | ')}"

    # --- statements ------------------------------------------------------------------------------------------------

    def body(self) -> str:
        return self.one(
            self.value("$i"), f"$n += {self.number_of('$i')}", f"if ({self.logic('$i')}) {{ {self.value('$i')} }}",
            f"if ({self.logic('$i')}) {{ continue }}; {self.value('$i')}", f"if ({self.logic('$i')}) {{ break }}; {self.value('$i')}",
            f"$h[\"$($i.{self.name()})\"] = {self.value_leaf('$i')}", f"$l += {self.value('$i')}",
            f"switch ($i.{self.name()}) {{ {self.text()} {{ 'one' }} 42 {{ 'age' }} default {{ {self.value('$_')} }} }}",
            f"[pscustomobject]@{{ K = {self.value('$i')}; V = {self.value('$i')} }}", f"$i | Select-Object {self.name()}",
            f"try {{ {self.one('1/0', chr(39) + 'x' + chr(39) + ' * ' + chr(39) + 'y' + chr(39), 'throw ' + chr(39) + 'no' + chr(39), self.value('$i'))} }} catch {{ \"c: $_\" }}",
        )  # fmt: skip

    def statement(self) -> str:
        return self.one(
            self.pipeline(), self.pipeline(), f"$x = {self.pipeline()}; $x{self.one('', '.Count', '[0]', '[-1]')}",
            f"$n = 0; $h = @{{}}; $l = @(); foreach ($i in $d) {{ {self.some(2, self.body, '; ')} }}; $n; $l; $h.Count",
            f"for ($k = 0; $k -lt {self.one('2', '4')}; $k++) {{ $i = $d[$k]; {self.value('$i')} }}",
            f"function f($a, [int]$b = {self.number()}) {{ {self.value('$a')}; $b }}; f $d[{self.one('0', '1', '2')}] {self.one('', '3', '-b 4')}",
            f"function g {{ param([Parameter(ValueFromPipeline)]$p) process {{ {self.value('$p')} }} end {{ 'end' }} }}; $d | g",
            f"$i = $d[{self.one('0', '1', '3')}]; {self.value('$i')}; {self.value('$i')}",
            f"$h = [ordered]@{{ one = {self.number()}; two = {self.text()} }}; foreach ($k in $h.Keys) {{ \"$k=$($h[$k])\" }}; $h.Count",
            f"$k = 0; while ($k -lt 3) {{ $k++; $i = $d[$k]; {self.value('$i')} }}",
            f"$s = {self.text()}, {self.text()}, {self.number()}; $s | Sort-Object; $s -join ';'; $s[1..2]",
            f"$d | ForEach-Object {{ $i = $_; {self.some(2, self.body, '; ')} }}".replace("continue", "return").replace("break", "return"),
            f"$d[0].{self.name()} = {self.value_leaf('$d[1]')}; $d[0]", f"$a, $b = {self.value_leaf('$d[0]')}, {self.value_leaf('$d[2]')}; $a; $b",
            f"'{{0}}' -f ($d | Measure-Object Age -Sum).Sum; \"$($d.Count) $($d.Name -join ',')\"",
            f"$csv = $d | Select-Object {self.name()},{self.name()} | ConvertTo-Csv; $csv; ($csv | ConvertFrom-Csv)[0]",
            f"$j = $d | Select-Object -First 2 {self.name()},{self.name()} | ConvertTo-Json; $j; $j | ConvertFrom-Json",
            f"({self.pipeline()}).{self.one('Count', 'Name', 'Length', 'Age')}", f"@({self.pipeline()}).Count",
            f"if (({self.pipeline()})) {{ 'yes' }} else {{ 'no' }}", f"$d.Where({{ {self.logic('$_')} }}).{self.name()}",
            f"$d.ForEach({{ {self.value('$_')} }})", f"$x = switch -Regex ($d.Name) {{ '^K' {{ 'k' }} 'a' {{ $_ }} default {{ 'd' }} }}; $x",
            f"$e = @{{}}; $d | % {{ $e[$_.City] += 1 }}; $e.Keys | Sort-Object; $e['paris']",
            f"Compare-Object $d[0..1] $d[1..2] -Property {self.name()}", f"$d | Where-Object {self.name()} | % {self.name()}",
        )  # fmt: skip


def endless(statement: Callable[[], str]) -> Iterator[str]:
    """Cells without end, of statements that are made one by one."""
    while True:
        yield PEOPLE + statement()


def cells(seed: int) -> Iterator[str]:
    """Cells without end."""
    return endless(Grammar(seed).statement)


def report(made: Callable[[int], Iterator[str]]) -> None:
    """Ask both about as many cells as the command line says, and print those that differ."""
    sys.path.insert(0, str(Path(__file__).parent))
    from ours import verdict
    from real import RealPowerShell, find_pwsh

    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    program = find_pwsh()
    assert program, "there is no PowerShell here"
    real = RealPowerShell(program)
    kinds: Counter[str] = Counter()
    for code in islice(made(seed), count):
        kind, found = verdict({"code": code, **real.ask(code)})
        kinds[kind] += 1
        if kind not in ("equal", "refused"):
            print(kind, code.removeprefix(PEOPLE), *found, "", sep="\n   ", flush=True)
    print(dict(kinds))
    real.close()


if __name__ == "__main__":
    report(cells)
