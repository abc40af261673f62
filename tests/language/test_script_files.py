"""Script files that a cell dot-sources or calls: what they give, where their errors are, and what of them is refused.

The answers are PowerShell's, but for the name of the folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from world import TenantRuntime

from lync_magic.errors import CellNotSupported, CommandNotFound, LyncError
from lync_magic.language import Interpreter, parse
from lync_magic.language.values.text import to_text

FILES = {
    "lib.ps1": """function Get-Greeting([string]$Name = 'x') { "Hello $Name" }
function Get-Here { Split-Path $PSScriptRoot -Leaf }
$script:count = 0
function Add-One { $script:count++; $script:count }
""",
    "main.ps1": """param([string]$City = 'Paris', [switch]$All)
. $PSScriptRoot\\lib.ps1
. (Join-Path $PSScriptRoot 'lib.ps1')
Get-Greeting $City
Add-One; Add-One
"$count $script:count $global:count"
if ($All) { return 'all' }
'more'
""",
    "sub/deep.ps1": """$here = Split-Path -Parent $MyInvocation.MyCommand.Path
. "$here\\..\\lib.ps1"
Get-Greeting (Split-Path $PSScriptRoot -Leaf)
& "$here/leaf.ps1" 1 2 three -Four
""",
    "sub/leaf.ps1": """"leaf: $($args.Count) $args"
Split-Path $MyInvocation.ScriptName -Leaf
""",
    "left.ps1": "foreach ($i in 1..3) { if ($i -eq 2) { exit $i }; $i }",
    "err.ps1": """function Do-It { Get-Item nosuch }

  Do-It
Write-Error own
""",
    "bad.ps1": "'before'\nclass A { }",
    "nest.ps1": '. "$PSScriptRoot/bad.ps1"',
    "req.ps1": "#Requires -Modules ActiveDirectory\n1",
    "old.ps1": "#Requires -Version 5.1\n1",
    "tells.ps1": "$e = [exception]::new('m')\n$e.StackTrace",
    "root.ps1": "$PSScriptRoot = 'changed'\n$PSScriptRoot\nfunction f { $PSScriptRoot }\n(f) -eq $PWD.Path",
}  # fmt: skip
GIVEN = {
    ". ./lib.ps1; Get-Greeting; Add-One; $count": ["Hello x", "1", "1"],
    "./main.ps1 -All; Get-Variable count -ErrorAction Ignore": ["Hello Paris", "1", "2", "2 2 ", "all"],
    "$r = & .\\main.ps1 -City 'Ken Myer'; $r[0]; $r[-1]": ["Hello Ken Myer", "more"],
    "$p = @{ City = 'Lyon'; All = $true }; ./main.ps1 @p | Select-Object -First 1": ["Hello Lyon"],
    "./sub/deep.ps1": ["Hello sub", "leaf: 4 1 2 three -Four", "deep.ps1"],
    "$LASTEXITCODE = 9; $null = ./left.ps1; \"$LASTEXITCODE $global:LASTEXITCODE\"": ["2 2"],
    "function f { $LASTEXITCODE = 9; $null = ./left.ps1; \"$LASTEXITCODE $global:LASTEXITCODE\" }; f": ["9 2"],
    "foreach ($f in Get-ChildItem lib.ps1) { . $f.FullName }; Get-Greeting z": ["Hello z"],
    "Get-ChildItem lib.ps1 | ForEach-Object { . $_ }; Get-Greeting z": ["Hello z"],
    'function Load { . "./lib.ps1"; Add-One }; Load; "[$count]"': ["1", "[1]"],
    "Set-Location sub; ./leaf.ps1 1 | Select-Object -First 1": ["leaf: 1 1"],
    "$r = ./left.ps1; \"$r $LASTEXITCODE $?\"": ["1 2 False"],
    ". ./left.ps1; \"$i $LASTEXITCODE\"": ["1", "2 2"],
    "Set-Content made.ps1 'param($a) \"made $a\"'; ./made.ps1 7": ["made 7"],
    "Invoke-Expression './main.ps1 Oslo' | Select-Object -First 1": ["Hello Oslo"],
    "./old.ps1": ["1"],
    "./root.ps1; \"[$PSScriptRoot]\"": ["changed", "True", "[]"],
    "try { . ./nothere.ps1 } catch { $_.Exception.GetType().Name }": ["CommandNotFoundException"],
    "./err.ps1 2>$null; $Error.ScriptStackTrace.Replace($PWD.Path, '')": [
        "at <ScriptBlock>, /err.ps1: line 4\nat <ScriptBlock>, <No file>: line 1",
        "at Do-It, /err.ps1: line 1\nat <ScriptBlock>, /err.ps1: line 3\nat <ScriptBlock>, <No file>: line 1",
    ],
}  # fmt: skip
REFUSED = {
    "1; . ./bad.ps1": "class or enum definition (bad.ps1, line 2)",
    "$f = 'bad.ps1'; . \"./$f\"": "class or enum definition (bad.ps1, line 2)",
    "./nest.ps1": "class or enum definition (bad.ps1, line 2)",
    "foreach ($f in Get-ChildItem nest.ps1) { . $f.FullName }": "class or enum definition (bad.ps1, line 2)",
    "./req.ps1": "#Requires -Modules ActiveDirectory in req.ps1",
    "./tells.ps1": "the property .stacktrace of an exception (tells.ps1, line 2)",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files stand in the current folder."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def run(code: str) -> TenantRuntime:
    """What is left of a cell."""
    runtime = TenantRuntime()
    Interpreter(runtime, "").run(parse(code))
    return runtime


@pytest.mark.parametrize("code", GIVEN)
def test_a_file_gives_what_powershell_gives(code: str) -> None:
    assert [to_text(item) for items in run(code).shown for item in items] == GIVEN[code]


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_known_in_a_file_is_refused_before_anything_is_shown(code: str) -> None:
    runtime = TenantRuntime()
    with pytest.raises(CellNotSupported) as caught:
        Interpreter(runtime, "").run(parse(code))
    assert caught.value.message.startswith(f"Not known here yet: {REFUSED[code]}")
    assert not runtime.shown


def test_streams_go_to_files_of_their_own_and_an_error_is_broken_where_the_screen_ends() -> None:
    run("$ErrorView = 'ConciseView'; ./err.ps1 > o.txt 2> e.txt")
    assert Path("o.txt").read_text(encoding="utf-8") == ""
    lines = Path("e.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"Get-Item: {Path.cwd() / 'err.ps1'}:1"
    assert lines[1:4] == [
        "Line |",
        "   1 |  function Do-It { Get-Item nosuch }",
        "     |                   ~~~~~~~~~~~~~~~",
    ]
    assert max(map(len, lines[4:])) <= TenantRuntime.width


def test_the_variables_that_a_splatted_table_names_are_this_sides() -> None:
    runtime = run("$s = @{ ErrorVariable = 'err' }; Get-CsOnlineUser nobody @s; $err.Count")
    assert [item for items in runtime.shown for item in items] == [1]
    assert [one.name for one in runtime.sent[0].commands[0].arguments] == [None]


def test_an_error_has_its_place_in_the_file() -> None:
    positions = [getattr(event, "position", "") for event in run("./err.ps1").events]
    assert positions == [f"At {Path.cwd() / 'err.ps1'}:1 char:18", "At line:1 char:1"]


def test_a_file_that_is_not_there_is_no_command_and_nobody_else_is_asked() -> None:
    runtime = run("./nothere.ps1; 'on'")
    assert [getattr(one, "error_id", "") for one in runtime.events] == ["CommandNotFoundException"]
    assert not runtime.sent


def test_what_stands_in_a_block_for_a_session_is_no_file_of_this_machine() -> None:
    with pytest.raises(CellNotSupported, match=r"running the file"):
        run("Invoke-Command -Session $s { . ./lib.ps1 }")


def test_an_error_that_ends_the_cell_tells_the_file() -> None:
    Path("throws.ps1").write_text("\nthrow 'x'", encoding="utf-8")
    with pytest.raises(LyncError) as caught:
        run("./throws.ps1")
    assert any("throws.ps1, line 2" in line for line in caught.value._render_traceback_())
    assert not isinstance(caught.value, CommandNotFound)


def test_what_is_known_of_a_function_and_a_file_is_told_before_they_are_called() -> None:
    interpreter = Interpreter(TenantRuntime(), "")
    interpreter.run(parse("function Get-It { param([Parameter(Mandatory)][int]$Count, [ValidateSet('a', 'b')]$Kind) }"))
    told = interpreter.function_details("get-it")
    assert told is not None
    assert [(one.name, one.type_name, one.values) for one in told.parameters] == [
        ("Count", "int", ()), ("Kind", "Object", ("a", "b")),
    ]  # fmt: skip
    of_file = interpreter.function_details("./main.ps1")
    assert of_file is not None
    assert [one.name for one in of_file.parameters] == ["City", "All"]
    assert interpreter.function_details("./nothere.ps1") is interpreter.function_details("Get-Nothing") is None


def test_a_file_that_does_not_parse_says_which_line_to_mend() -> None:
    Path("bad.ps1").write_text("'a'\nfunction Broken {", encoding="utf-8")
    with pytest.raises(CellNotSupported, match=r"bad\.ps1, whose line 2 does not parse: Missing") as caught:
        run("./bad.ps1")
    assert "Mend that line" in caught.value.advice
