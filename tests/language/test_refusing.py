"""What is not known is refused whole, with its place and name, before anything is sent."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from lync_magic.errors import CellNotSupported
from lync_magic.language import Interpreter, check, parse

REFUSED = {
    "Get-CsTenant\nclass P { }": (2, 1, "class or enum definition"),
    "Get-CsTenant\n[bigfoot]'<a/>'": (2, 1, "type [bigfoot]"),
    "Get-CsTenant | Out-Printer": (1, 16, "command Out-Printer"),
    "Get-CsTenant; $x.Frobnicate()": (1, 18, "method .Frobnicate()"),
    "Get-CsTenant; [math]::Frobnicate(1)": (1, 15, "[math]::Frobnicate"),
    "Get-CsTenant | ForEach-Object -Parallel { 1 }": (1, 31, "ForEach-Object -Parallel"),
    "Get-CsTenant &": (1, 1, "background job (&)"),
    "Get-CsTenant; $foreach": (1, 15, "automatic variable $foreach"),
    "Get-CsTenant; 'a' -match '\\p{IsGreek}'": (1, 26, "regular expression \\p{IsGreek}"),
    "Get-CsTenant; 'a' -replace { 'a' }, 'b'": (1, 19, "-replace with a script block"),
    "Get-CsTenant; data { Get-Date }": (1, 22, "data section with Get-Date"),
    "Get-CsTenant; $fn:x": (1, 15, "variable $fn:x"),
    "Get-CsTenant | ForEach-Object { if ($_) { [Foo.Bar]::Baz() } }": (1, 43, "[Foo.Bar]::Baz"),
    "param([System.Console]$x) Get-CsTenant": (1, 8, "a parameter of type [System.Console]"),
    "Get-CsTenant; ./*.ps1": (1, 15, "running the file ./*.ps1"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_an_unknown_construct_is_named_with_its_place_and_nothing_runs(text: str, runtime: Any) -> None:
    with pytest.raises(CellNotSupported) as caught:
        Interpreter(runtime).run(parse(text))
    line, column, name = REFUSED[text]
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message == f"Not known here yet: {name}"
    assert runtime.sent == []


def test_a_command_of_that_name_on_the_server_is_not_refused(runtime: Any) -> None:
    runtime.tenant["Get-Service"] = []
    check(parse("Get-Service"), runtime)
    with pytest.raises(CellNotSupported):
        check(parse("Get-Process"), runtime)


@pytest.mark.skipif(sys.platform == "win32", reason="there it is there")
def test_a_command_of_windows_is_not_promised_of_another_machines_powershell(runtime: Any) -> None:
    with pytest.raises(CellNotSupported) as caught:
        check(parse("Get-Service x"), runtime)
    assert "Get-Service is there on Windows alone" in str(caught.value)
    assert "install it" not in str(caught.value)


def test_an_unknown_command_of_no_known_name_is_left_to_the_server(runtime: Any) -> None:
    check(parse("Get-CsSomethingNew -Identity x"), runtime)


def test_a_refusal_shows_the_line_and_marks_the_place(runtime: Any) -> None:
    with pytest.raises(CellNotSupported) as caught:
        check(parse("Get-CsTenant\n  [bigfoot]'<a/>'"), runtime)
    lines = caught.value._render_traceback_()
    assert lines[1:3] == ["    [bigfoot]'<a/>'", "    ~"]


WAYS = {
    "Get-CsTenant | Out-GridView": "variable.show()", "Test-Connection x": "!ping HOST",
    "Compress-Archive a b": "make_archive",
    "[System.IO.File]::ReadAllText('x')": "Get-Content -Raw", "[IO.Directory]::GetFiles('.')": "Get-ChildItem",
    "New-Object -ComObject Excel.Application": "to_excel", "1 | ForEach-Object -Parallel { $_ }": "one after the other",
    "Import-LocalizedData x": "ConvertFrom-StringData", "data { Get-Date }": "hashtable",
    "Format-Custom": "ConvertTo-Json",
    "using module x": "Paste the functions", "Start-Job { 1 }": "run the command itself",
    "Update-TypeData x": "Add-Member",
    "[Foo.Bar]::Baz()": "%lync engine", "New-Object System.Net.Mail.MailMessage": "smtplib",
    "Get-InstalledModule x": "nothing to install", "New-Object System.Data.DataTable": "read_sql",
    "1 *> x.txt 3> y.txt": "2>&1 | Out-File", "Get-TimeZone -ListAvailable": "ToLocalTime",
    "Add-Type -TypeDefinition x": "%lync engine", "1 | % ToString | % { break }": "{ $_.Name }",
    "[Runtime.InteropServices.Marshal]::PtrToStringAuto(1)": "Get-Credential asks", "[bigint]5": "[decimal] holds",
    "$Host.UI.RawUI.ReadKey('x')": "Read-Host", "$ExecutionContext": "double quotes", "1 -is '[int]'": "in brackets",
    "[Collections.Generic.SortedDictionary[int,int]]::new(5)": "GetEnumerator", "[adsi]'x'": "Get-CsAdUser",
    "New-Object Microsoft.Open.AzureAD.Model.PasswordProfile": "hashtable",
    "Get-History": "%history", "$profile": "first cell", "New-Module { }": "dot-source",
}  # fmt: skip


@pytest.mark.parametrize("text", WAYS)
def test_a_refusal_names_the_way_for_its_construct(text: str, runtime: Any) -> None:
    with pytest.raises(CellNotSupported) as caught:
        check(parse(text), runtime)
    assert WAYS[text] in str(caught.value)


def test_every_command_of_powershell_is_known_or_refused_before_the_run(runtime: Any) -> None:
    for name in ("Compress-Archive", "Find-PSResource", "Trace-Command", "Set-PSReadLineOption"):
        with pytest.raises(CellNotSupported):
            check(parse(f"Get-CsTenant; {name}"), runtime)
