"""Random cells over everything that is declared: each cmdlet with its parameters, each type's members, operators,
conversions, formats, error paths, redirections, remote commands. `cells(seed)` gives the same ones for a seed.

python tests/language/judge/declared.py COUNT [SEED]   # asks PowerShell and the evaluator, prints what differs
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from importlib.resources import files

from grammar import endless, report

from lync_magic.language.cmdlets.declare import ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.registry import CMDLETS

VALUES = (
    "1", "-3", "2.5", "0", "42", "'abc'", "''", "$null", "$true", "'5'", "'Monday'", "@(1,2,3)", "@()", "@('b','a','C')",
    "@{a=1}", "[ordered]@{x=1;y='z'}", "[datetime]'2024-02-29T13:05:09'", "[timespan]'1:30:05'", "[char]'a'",
    "[decimal]1.50", "[long]5", "[byte]3", "[pscustomobject]@{a=1;b='x'}", "[version]'1.2.3'", "{ $_ }", "'a,b;c'",
    "' x y '", "[System.Collections.Generic.List[int]]@(1,2)", "[System.Collections.ArrayList]@(1,'a')", "1kb", "1e3",
    "[DayOfWeek]'Friday'", "[xml]'<a b=\"1\"><c>t</c></a>'", "1..3", "$d[0]", "$d", "$d.Name", "$d.Age", "'2024-03-05'",
    "'K*'", "'^a'", "'{0}'", "'name'", "'Name'", "'Age'", "'http://h:8080/p?q=1'", "[uri]'http://h:8080/p?q=1'", "0.1",
    "[guid]::Empty", "[int]", "'true'", "'1.2.3'", "2147483648", "[math]::PI", "[cultureinfo]'en-US'", "[regex]'a+'",
    "[System.Text.StringBuilder]::new('ab')", "@(1,'2',3.0)", "@($null,1)", "[int[]](3,1,2)", "[string[]]('x','y')",
)  # fmt: skip
BY_TYPE = {
    "switch": ("",), "int": ("0", "1", "2", "3", "-1", "'x'"), "string": ("'abc'", "'a'", "'Name'", "''", "'Age'", "','"),
    "string[]": ("'Name'", "'Name','Age'", "'a','b'", "'*'", "'n*'"), "scriptblock": ("{ $_ }", "{ $_.Age -gt 7 }", "{ 1/0 }"),
}  # fmt: skip
TYPES = (
    "int", "long", "double", "decimal", "string", "char", "bool", "datetime", "timespan", "byte", "version", "guid", "uri",
    "int[]", "string[]", "object[]", "hashtable", "array", "xml", "DayOfWeek", "regex", "single", "uint32", "switch", "type",
    "System.Collections.Generic.List[int]", "System.Collections.ArrayList", "pscustomobject", "scriptblock", "int16",
)  # fmt: skip
OPERATORS = (
    "+", "-", "*", "/", "%", "-eq", "-ne", "-gt", "-lt", "-ge", "-le", "-like", "-notlike", "-match", "-contains", "-in",
    "-notin", "-replace", "-split", "-join", "-is", "-as", "-f", "-and", "-or", "-xor", "-band", "-bor", "-shl", "-ceq",
    "-clike", "..", ",", "??",
)  # fmt: skip
FORMATS = (
    "N2", "n0", "F1", "D4", "X", "x8", "P0", "E2", "e", "G", "G3", "C", "0.00", "#,##0.0", "000", "yyyy-MM-dd", "d", "D",
    "t", "T", "s", "o", "u", "R", "MMM dd", "HH:mm:ss.fff", "dddd", "c", "g", "hh\\:mm", "dd", "M", "Y", "#", "0%", "##.##",
    "+0;-0;zero", "B", "f", "F",
)  # fmt: skip
VALIDATIONS = (
    "ValidateSet('a','b')", "ValidateSet('1','Name',IgnoreCase=$false)", "ValidateRange(0,5)", "ValidateRange(0.5,50)",
    "ValidateRange('Positive')", "ValidateRange('a','m')", "ValidateLength(1,3)", "ValidatePattern('^[a-z]+$')",
    "ValidateCount(1,2)", "ValidateScript({ $_ -gt 1 })", "ValidateNotNull()", "ValidateNotNullOrEmpty()",
    "ValidateNotNullOrWhiteSpace()", "ValidateSet('x',ErrorMessage='{0} of {1}')", "AllowNull()", "AllowEmptyString()",
    "AllowEmptyCollection()", "Parameter(Mandatory)", "Parameter(ValueFromPipeline)", "Alias('q')",
)  # fmt: skip
EACH = (
    "ToUpper()", "Split(' ')", "Trim()", "Substring(1)", "ToString()", "ToString('N1')", "AddDays(1)", "Replace('a','b')",
    "Length", "Count", "Name.ToUpper()", "Name.Split(' ')", "GetType().Name", "Contains('a')", "IndexOf('a')", "PadLeft(5)",
    "Equals(1)", "CompareTo(1)", "Where({ $_ })", "ForEach({ $_ })", "Age", "Name.Length", "Year", "ToCharArray()",
)  # fmt: skip
LEFT_OUT = frozenset(
    {
        "Get-Random", "New-Guid", "Start-Sleep", "Get-Date", "Get-Host", "Read-Host", "Get-FileHash", "Set-Location",
        "Get-Location", "Push-Location", "Pop-Location", "Measure-Command", "Write-Progress", "Get-Culture",
        "Clear-Host", "Get-Help", "Get-Command", "Get-Variable", "New-TemporaryFile", "Get-Uptime", "Get-TimeZone",
        "Out-Default", "Invoke-Expression", "Get-History", "Connect-MsolService", "Connect-MicrosoftTeams",
        "Disconnect-MicrosoftTeams", "Install-Module", "Update-Module", "Install-PackageProvider", "Set-PSRepository",
        "Start-Transcript", "mkdir", "Stop-Transcript", "Set-ExecutionPolicy", "Import-Module", "Remove-Module", "Pause",
    }
)  # fmt: skip
"""What is another thing each time, has no answer to compare, or is a line for a console that only says so here."""
REMOTE = ("Get-CsOnlineUser", "Get-CsOnlineUser -ResultSize 3", "Get-CsVoicePolicy", "Get-CsMeetingRoom", "Get-CsTenant",
          "Get-CsOnlineUser nobody", "Get-CsVoicePolicy nobody", "Get-CsOnlineUser -Identity $null")  # fmt: skip


def surface() -> dict[str, list[tuple[str, str, tuple[int, ...]]]]:
    """Of each declared type: kind of member (`m`, `p`, `s`, `q`), its name, how many arguments it takes."""
    made = {}
    for line in (
        files("lync_magic.language.values").joinpath("net_surface.txt").read_text(encoding="utf-8").splitlines()
    ):
        kind, *members = line.split(" ")
        told = []
        for one in members:
            sort, _, rest = one.partition(".")
            name, _, counts = rest.partition(":")
            told.append((sort, name, tuple(int(n.rstrip("+")) for n in counts.split(",") if n) or (0,)))
        made[kind] = told
    return made


class Declared:
    """One stream of random choices."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._surface = surface()
        self._cmdlets = [one for one in CMDLETS if one.name not in LEFT_OUT]

    def one(self, choices: tuple[str, ...] | list[str]) -> str:
        return self._random.choice(choices)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def value(self) -> str:
        made = self.one(VALUES)
        return f"({made})" if self.chance(0.8) else self.one(("$d[0].Age", "$d[2].Name", "($d | % Age)", "$d.Count"))

    def argument(self, spec: ParameterSpec) -> str:
        if spec.is_switch:
            return f"-{spec.name}"
        known = BY_TYPE.get(spec.type, ())
        told = self.one(tuple(spec.allowed)) if spec.allowed and self.chance(0.8) else None
        told = told or (self.one(known) if known and self.chance(0.8) else self.value())
        return f"-{spec.name} {told}"

    def call(self) -> str:
        command: ClientCommand = self._random.choice(self._cmdlets)
        specs = [one for one in command.parameters if not one.unsupported and one.name != "Confirm"]  # asks a person
        needed = [one for one in specs if one.mandatory and not one.by_value and self.chance(0.9)]
        more = self._random.sample(specs, min(len(specs), self._random.randint(0, 2)))
        words = [self.argument(one) for one in dict.fromkeys([*needed, *more])]
        made = " ".join([command.name, *words, *(self.common() if self.chance(0.15) else ())])
        return f"{self.value()} | {made}" if self.chance(0.7) else made

    def common(self) -> tuple[str, ...]:
        action = self.one(("Stop", "SilentlyContinue", "Continue", "Ignore"))
        return (self.one((f"-ErrorAction {action}", "-ErrorVariable ev", "-OutVariable ov", "-Verbose")),)

    def member(self) -> str:
        kind = self.one(list(self._surface))
        sort, name, counts = self._random.choice(self._surface[kind])
        arguments = ", ".join(self.value() for _ in range(self._random.choice(counts)))
        if sort in "mp":
            target = self.value()
            return f"{target}.{name}" + (f"({arguments})" if sort == "m" else "")
        return f"[{kind}]::{name}" + (f"({arguments})" if sort == "s" else "")

    def near(self) -> str:
        """A member of a type on a value that is of it, most of the time."""
        target, kind = self._random.choice((
            ("'abc Def'", "System.String"), ("[datetime]'2024-02-29T13:05:09'", "System.DateTime"), ("42", "System.Int32"),
            ("[timespan]'1.02:03:04.5'", "System.TimeSpan"), ("2.5", "System.Double"), ("[char]'a'", "System.Char"),
            ("[decimal]1.50", "System.Decimal"), ("[version]'1.2.3'", "System.Version"),
        ))  # fmt: skip
        told = [one for one in self._surface.get(kind, []) if one[0] in "mp"]
        if not told:
            return target
        sort, name, counts = self._random.choice(told)
        arguments = ", ".join(self.value() for _ in range(self._random.choice(counts)))
        return f"({target}).{name}" + (f"({arguments})" if sort == "m" else "")

    def expression(self) -> str:
        return self._random.choice((
            lambda: f"{self.value()} {self.one(OPERATORS)} {self.value()}", lambda: f"[{self.one(TYPES)}]{self.value()}",
            self.member, self.near, self.near, lambda: f"{self.value()} -as [{self.one(TYPES)}]",
            lambda: f"{self.value()} -is [{self.one(TYPES)}]", lambda: f"'{{0:{self.one(FORMATS)}}}' -f {self.value()}",
            lambda: f"'{{0,{self.one(('8', '-8', '1'))}}}|' -f {self.value()}", lambda: f"{self.value()}[{self.value()}]",
            lambda: f"({self.value()}).ToString('{self.one(FORMATS)}')", lambda: f"\"<$({self.value()})>\"",
            lambda: f"{self.value()}.{self.one(('Count', 'Length', 'Name', 'Age', 'Keys', 'Value', 'a', 'Year'))}",
            lambda: f"{self.one(('-', '!', '+', '-not ', '-bnot ', ',', '-join ', '-split '))}{self.value()}",
        ))()  # fmt: skip

    def validated(self) -> str:
        """A variable or a parameter with what its value has to be."""
        told = f"[{self.one(VALIDATIONS)}]" + (f"[{self.one(VALIDATIONS)}]" if self.chance(0.3) else "")
        told += f"[{self.one(TYPES)}]" if self.chance(0.5) else ""
        if self.chance(0.3):
            return f"{told}$x = {self.value()}; $x; $x = {self.value()}; $x"
        body = self.one(("$x", "$x = " + self.value() + "; $x", "$x; $x.GetType().Name"))
        call = self.one((f"f {self.value()}", f"{self.value()} | f", f"f -x {self.value()}", "f"))
        return f"function f {{ param({told}$x{self.one(('', ' = ' + self.value()))}) process {{ {body} }} }}; {call}"

    def enumerated(self) -> str:
        """A member of each item of a list."""
        items = self.one((
            f"{self.value()}, {self.value()}", f"@({self.value()})", "$d", "$d.Name", f"[System.Collections.ArrayList]@({self.value()})",
            f"[string[]]({self.value()}, 'b c')", f"[array]{self.value()}", "[datetime[]]('2020-01-01','2021-05-06')",
        ))  # fmt: skip
        return f"({items}).{self.one(EACH)}"

    def small(self) -> str:
        made: Callable[[], str] = self._random.choice((
            self.expression, self.expression, self.call, lambda: f"{self.one(REMOTE)} | {self.stage()}",
            lambda: f"throw {self.value()}", lambda: f"Write-Error {self.value()}", lambda: "Get-Item nofile",
            lambda: f"nosuch {self.value()}", lambda: f"$null.{self.one(('Foo()', 'x', 'Length'))}", lambda: "1/0",
            lambda: f"Write-Warning {self.value()}", lambda: f"Write-Host {self.value()}", lambda: f"$x = {self.expression()}",
        ))  # fmt: skip
        return made()

    def stage(self) -> str:
        command: ClientCommand = self._random.choice(self._cmdlets)
        specs = [one for one in command.parameters if not one.unsupported and one.name != "Confirm"]
        names = [one for one in specs if one.mandatory and not one.by_value]
        more = self._random.sample(specs, min(len(specs), self._random.randint(0, 1)))
        return " ".join([command.name, *(self.argument(one) for one in dict.fromkeys([*names, *more]))])

    def statement(self) -> str:
        return self._random.choice((
            self.expression, self.expression, self.call, self.call, self.small,
            lambda: f"{self.call()} | {self.stage()}", lambda: f"{self.one(REMOTE)} | {self.stage()} | {self.stage()}",
            lambda: f"try {{ {self.small()}; 'on' }} catch {{ $_.FullyQualifiedErrorId; \"$($_.CategoryInfo)\"; "
                    f"$_.Exception.GetType().Name }} finally {{ 'f' }}",
            lambda: f"$ErrorActionPreference = '{self.one(('Stop', 'SilentlyContinue', 'Continue', 'Ignore'))}'; "
                    f"{self.small()}; $?; $Error.Count; {self.small()}",
            lambda: f"{self.small()}; $?; $Error.Count",
            lambda: f"& {{ {self.small()}; {self.small()} }} {self.one(('2>&1', '3>&1', '6>&1', '*>&1', '2>$null', '*>$null'))}",
            lambda: f"& {{ {self.small()} }} 2>&1 | % {{ \"$($_.GetType().Name): $_\" }}",
            lambda: f"function f {{ [CmdletBinding()] param([Parameter(Mandatory, ValueFromPipeline)][{self.one(TYPES)}]$x, "
                    f"[ValidateSet('a','b')]$s = 'a', [switch]$w) process {{ $x; {self.small()}; $w }} }}; "
                    f"{self.value()} | f {self.one(('', '-s b', '-s q', '-w', '-Nope 1'))}",
            lambda: f"function g($a, [{self.one(TYPES)}]$b = {self.value()}) {{ $a; $b; $args.Count }}; g {self.value()} "
                    f"{self.one(('', self.value(), '-b ' + self.value()))}",
            lambda: f"$x = {self.value()}; $x {self.one(('+=', '-=', '*=', '/=', '%=', '??='))} {self.value()}; $x",
            lambda: f"[{self.one(TYPES)}]$x = {self.value()}; $x = {self.value()}; $x",
            lambda: f"switch{self.one(('', ' -Wildcard', ' -Regex', ' -CaseSensitive'))} ({self.value()}) {{ {self.value()} {{ 1 }} "
                    f"{self.value()} {{ 2; break }} default {{ \"d$_\" }} }}",
            lambda: f"foreach ($i in {self.value()}) {{ {self.small()}; if ($i -eq 2) {{ {self.one(('break', 'continue', 'return'))} }} }}; $i",
            lambda: f"{self.small()} > o.txt; Get-Content o.txt", lambda: f"$x = {self.small()}; $x; $x.Count",
            lambda: f"trap {{ \"t: $_\"; {self.one(('continue', 'break'))} }}; {self.small()}; 'on'",
            lambda: f"({self.call()}).Count", lambda: f"{self.value()} | % {{ {self.small().replace('$x', '$_')} }}",
            lambda: f"$x = {self.value()}; $x[{self.value()}] = {self.value()}; $x",
            lambda: f"$x = {self.value()}; $x.{self.one(('a', 'Name', 'Length'))} = {self.value()}; $x",
            lambda: f"{self.value()} | {self.one(('Format-Table', 'Format-List', 'ft', 'fl'))} {self.one(('', '-AutoSize', 'a', '*', 'Name,Age'))} | Out-String",
            lambda: f"{self.value()} | Out-String", self.validated, self.validated, self.enumerated,
            lambda: f"[{self.one(TYPES)}]$x = {self.value()}; $x {self.one(('=', '+=', '*='))} {self.value()}; $x; $x++; $x",
            lambda: f"$OFS = '-'; [string]{self.value()}; \"$({self.value()})\"; 'a' + {self.value()}",
            lambda: f"function f {{ {self.small()}; $({self.small()}; return {self.value()}); 'end' }}; f",
            lambda: f"{self.value()}, {self.value()} | Measure-Object {self.one(('-Minimum', '-Sum', '-Word', '-Character', '-Average'))}",
            lambda: f"{self.value()}, {self.value()} | Sort-Object | ForEach-Object {{ \"<$_>\" }}",
            lambda: f"{self.value()}, {self.value()} | Group-Object | ForEach-Object {{ \"$($_.Name) $($_.Count)\" }}",
            lambda: f"Compare-Object @({self.value()}) @({self.value()}) -IncludeEqual | % {{ \"$($_.InputObject) $($_.SideIndicator)\" }}", lambda: f"{self.value()} | ConvertTo-{self.one(('Json', 'Csv', 'Html', 'Xml'))} | Out-String",
        ))()  # fmt: skip


def cells(seed: int) -> Iterator[str]:
    """Cells without end."""
    return endless(Declared(seed).statement)


if __name__ == "__main__":
    report(cells)
