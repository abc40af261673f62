"""What a cell may not do: reach Python's internals, the file system beside its cmdlets, other programs, or an end of
memory; what has no end can be interrupted."""

from __future__ import annotations

import signal
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lync_magic
from lync_magic.errors import CellError, LyncError
from lync_magic.language import Interpreter, parse

INTERNALS = (
    "'abc'.__class__", "(5).__class__.__mro__", "{1}.node", "{1}.captured", "[string]::__subclasses__()",
    "'{0.__class__}' -f 1", "[math].__bases__", "$Error.__len__()", "@{}.__class__", "(Get-Date).__reduce__()",
    "(Get-Date).strftime('%Y')", "'a'.encode()", "'x'.format('y')", "[pscustomobject]@{a=1} | ForEach-Object __class__",
    "[pscustomobject]@{a=1} | Select-Object __class__, properties, type_names", "$x = 1; $x.real; $x.numerator",
    "$Host.__class__", "$MyInvocation.__class__", "$env:PATH.__class__", "__import__('os')", "os.system('x')",
    "'a' | Get-Member __class__", "[pscustomobject]@{a=1} | Sort-Object __class__ | Group-Object __dict__",
    "(1..3).__getitem__(0)", "[System.Collections.ArrayList]::new().__class__", "$PSVersionTable.__class__",
    "(1).PSObject.__class__", "[regex]::Match('a','a').found", "[System.Diagnostics.Stopwatch]::StartNew().since",
    "(Get-Culture).culture",
    "$o = [pscustomobject]@{a=1}; $o | Add-Member ScriptProperty p { $this }; $o.owner; $o.scripts",
)  # fmt: skip
OUTSIDE = (
    "[System.IO.File]::ReadAllText('/etc/passwd')", "[System.IO.File]::WriteAllText('x','y')",
    "[System.Diagnostics.Process]::Start('ls')", "[Reflection.Assembly]::Load('x')", "New-Object System.Net.WebClient",
    "[IO.Directory]::GetFiles('/')", "[scriptblock]::Create('[IO.File]::ReadAllText(1)').Invoke()",
    "Invoke-Expression '[IO.File]::ReadAllText(1)'", "& 'ls'", "& '/bin/ls'", "ls.exe", ". /etc/passwd", "iex 'ls -la'",
    "& ([scriptblock]::Create('& ls'))", "Start-Process ls", "Add-Type 'class A {}'",
    "1..3 | ForEach-Object -Parallel { ls }",
    "[Environment]::Exit(3)", "[System.Environment]::FailFast('x')", "New-Object -ComObject Shell.Application",
)  # fmt: skip
LARGE = (
    "'a' * 1e9", "@(1,2) * 100000000", "'a'.PadLeft(1000000000)", "'{0,1000000000}' -f 1", "'{0:D999999999}' -f 1",
    "$ErrorActionPreference = 'Stop'; $s = 'a'; while ($true) { $s += $s }",
    "$ErrorActionPreference = 'Stop'; $l = @(1); while ($true) { $l += $l }", "[string]::new('a', 2000000000)",
    "$x = 1..1e9", "1..1000000000 | Select-Object -First 1", "[math]::Pow(10,1e9)", "2 -shl 1000000000",
    "'abc'[0..1000000000]", "New-TimeSpan -Days 2147483647", "1..3 | Out-String -Width 2000000000",
)  # fmt: skip
DEEP = (
    "function f { f }; f", "function f { f | ForEach-Object { f } }; f", "$b = { & $b }; & $b",
    "$b = { 1 | ForEach-Object $b }; & $b", "filter z { $_ | z }; 1 | z",
    "$s='Invoke-Expression $s'; Invoke-Expression $s",
    "$a = @(); $a += ,$a; ConvertTo-Json $a", "$h = @{}; $h.h = $h; $h | ConvertTo-Json -Depth 100; $h | Out-String",
    "$o = [pscustomobject]@{a=1}; $o.a = $o; \"$o\"; $o | Export-Clixml x.xml; $o | Format-List | Out-String",
    "$x = ,1; $x[0] = $x; $x -join ','; \"$x\"; $x | ConvertTo-Json; $x | Out-String",
    "$o=[pscustomobject]@{a=1}; $o | Add-Member ScriptProperty p { $this.p }; $o.p",
    "$o=[pscustomobject]@{a=1}; $o | Add-Member ScriptMethod ToString { \"$this\" } -Force; \"$o\"",
    "(" * 500 + "1" + ")" * 500, "{" * 500 + "}" * 500, "@(" * 3000 + ")" * 3000, "'a'" + ".ToString()" * 2000,
    "1" + "+1" * 3000, "$x" + "[0]" * 3000, "!" * 2000 + "1", "-" * 2000 + "1", "if(1){" * 300 + "}" * 300, '"$(' * 200,
    "@{a=" * 400, "[int]" * 600 + "1", "$a = " * 2000 + "1",
    "&" * 1000, "if(1){}else" * 500, "'['*100000 | ConvertFrom-Json",
)  # fmt: skip
ODD = (
    *(f"{start}('9'*5000){end}" for start, end in (
        ("[int]", ""), ("[double]", ""), ("[decimal]", ""), ("[timespan]", ""), ("[version]", ""), ("1 + ", ""),
        ("5 -gt ", ""), ("[int]::Parse", ""), ("[math]::Abs", ""), ("'x'.Substring", ""), ("1..", ""), ("-", ""),
        ("(1..3)[", "]"), ("'a' * ", ""), ("Select-Object -First ", ""), ("$n=0; [int]::TryParse(", ", [ref]$n)"),
    )),
    "9" * 5000, "9" * 400, "'a' -like '[z-a]'", "'a' -like '['", "'a' -match '('", "'a' -match '['", "'a' -split '*'",
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' -like '" + "*a" * 24 + "*b'", "Set-Content \"a`0b\" x",
    "Get-Content \"a`0b\"", "New-Item ('a'*5000)", "Get-Content /dev/zero -TotalCount 1", "$h=@{}; $h[$h]=$h; $h",
    "[char]55296", "\u202e\x00\ufffe", "\ud800", "[int]'٣'", "$null[0] = 1", "$true = 5", "[cultureinfo]'x-y-z'",
    "1/0; 1%0; [decimal]1/0; [int]::MinValue / -1", "[datetime]::MaxValue.AddDays(1)", "[timespan]::MaxValue + 1",
    "$OFS = $null; \"$(1,2)\"", "$ErrorActionPreference = $null; 1/0", "$PSDefaultParameterValues = 5; Get-Date",
)  # fmt: skip
ENDLESS = (
    "for(;;){}", "while($true){}", "function g { while(1){ 'x' } }; g | Out-Null", "Start-Sleep 100000",
    "('a' * 40) + '!' -match '^(a+)+$'", "do { $i++ } until ($false)",
)  # fmt: skip

heard: list[tuple[str, str]] = []
listening = False
_ROOMS = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sys.prefix, sys.base_prefix)
OWN = (*(str(Path(one).resolve()) for one in _ROOMS), str(Path(lync_magic.__file__).parent))
"""Where Python's own modules and ours are: reading them is importing."""
TELLING = (
    "subprocess.Popen",
    "os.system",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "socket.connect",
    "os.exec",
)


def hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not listening:
        return
    if event == "open" and not str(arguments[0]).startswith(OWN):
        heard.append((event, str(arguments[0])))
    elif event in TELLING:
        heard.append((event, str(arguments[:1])))


sys.addaudithook(hear)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder, and an ear for what Python opens or starts meanwhile."""
    global listening
    monkeypatch.chdir(tmp_path)
    run("$PSVersionTable, (Get-Culture), (1 | Out-String)")  # what is read once is read now
    heard.clear()
    listening = True
    yield
    listening = False


def run(code: str) -> Any:
    """Run a cell; what PowerShell can say is all that may be raised."""
    from world import TenantRuntime

    runtime = TenantRuntime()
    try:
        Interpreter(runtime).run(parse(code))
    except LyncError:
        pass
    return runtime


@pytest.mark.parametrize("code", INTERNALS)
def test_no_member_of_pythons_is_there(code: str, watched: None) -> None:
    runtime = run(code)
    shown = "".join(repr(item) for items in runtime.shown for item in items)
    assert not any(word in shown for word in ("<class", "<bound", "<function", "<built-in", "object at 0x"))
    assert heard == []


@pytest.mark.parametrize("code", OUTSIDE)
def test_nothing_outside_is_reached(code: str, watched: None) -> None:
    run(code)
    assert heard == []


def test_what_has_no_room_is_an_error_and_not_the_end_of_memory(watched: None) -> None:
    for code in LARGE:
        run(code)
    assert heard == []


def test_what_has_no_bottom_is_an_error(watched: None) -> None:
    for code in DEEP:
        run(code)
    assert [one for one in heard if not one[1].endswith("x.xml")] == []


def test_odd_values_are_errors_of_powershell(watched: None) -> None:
    for code in ODD:
        run(code)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarms here")
@pytest.mark.parametrize("code", ENDLESS)
def test_what_has_no_end_can_be_interrupted(code: str) -> None:
    from world import TenantRuntime

    before = signal.signal(signal.SIGALRM, signal.default_int_handler)  # as a kernel's interrupt comes: by a signal
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            Interpreter(TenantRuntime()).run(parse(code))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_syntax_error_or_refusal_comes_before_anything_is_sent() -> None:
    from world import TenantRuntime

    runtime = TenantRuntime()
    for code in ("Get-CsTenant; 9" + "9" * 5000, "Get-CsTenant; [IO.File]::Delete('x')", "Get-CsTenant; & {"):
        with pytest.raises(CellError):
            Interpreter(runtime).run(parse(code))
    assert runtime.sent == []
