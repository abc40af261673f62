"""What a cell of the engine gives: objects, PowerShell's own text, streams in order, errors, ends."""

from __future__ import annotations

import os
import sys

import pytest

from lync_magic.errors import PromptRefused
from lync_magic.powershell.commands import stands_alone
from tests.powershell.conftest import Notebook, without_colours


def test_text_and_objects_come_in_the_order_of_the_cell(notebook: Notebook) -> None:
    shown = notebook.run("'first'\nGet-Item / | Select-Object FullName\nWrite-Warning 'careful'\n'last'")
    assert shown.kinds == ["text", "WarningRecord", "objects"]
    assert shown.warnings == ["careful"]
    assert shown.printed.split() == ["first", "FullName", "--------", "/", "last"]


def test_objects_of_a_whole_pipeline_are_one_table_under_one_heading(notebook: Notebook) -> None:
    shown = notebook.run("1..3 | ForEach-Object { [pscustomobject]@{ Number = $_; Square = $_ * $_ } }")
    assert len(shown.all("objects")) == 1
    assert shown.printed.split() == ["Number", "Square", "------", "------", "1", "1", "2", "4", "3", "9"]
    records, _ = shown.all("objects")[0]
    assert [record.Square for record in records] == [1, 4, 9]


def test_null_is_no_line_and_no_failure(notebook: Notebook) -> None:
    assert notebook.output("1; $null; 2") == "1\n2\n"


def test_format_cmdlets_give_text_and_no_objects(notebook: Notebook) -> None:
    shown = notebook.run("[pscustomobject]@{ A = 1 } | Format-List")
    assert not shown.all("objects")
    assert shown.printed.strip() == "A : 1"


def test_a_string_with_notes_is_printed_as_its_text(notebook: Notebook) -> None:
    assert notebook.output("'a', 'b' | Set-Content notes.txt; Get-Content notes.txt") == "a\nb\n"


def test_what_was_not_yet_printed_is_not_lost_by_an_error(notebook: Notebook) -> None:
    shown = notebook.run("[pscustomobject]@{ A = 1 }; throw 'end'")
    assert "A" in without_colours("".join(line.text for line in shown.lines) + shown.printed)


def test_an_error_that_does_not_end_the_cell_is_shown_in_its_place(notebook: Notebook) -> None:
    shown = notebook.run("'a'\nWrite-Error 'bad'\n'b'")
    assert shown.kinds == ["text", "error", "text"]
    assert notebook.end is not None
    assert not notebook.end.failed
    assert notebook.end.errors == 1


def test_an_error_is_shown_with_line_and_caret_of_the_cell(notebook: Notebook) -> None:
    shown = notebook.run("'one'\nGet-NoSuchThing -Now")
    error, text = shown.all("error")[0]
    assert error.error_id == "CommandNotFoundException"
    assert "   2 |  Get-NoSuchThing -Now" in without_colours(text)
    assert "     |  ~~~~~~~~~~~~~~~" in without_colours(text)


def test_a_caught_error_is_none(notebook: Notebook) -> None:
    shown = notebook.run("try { throw 'x' } catch { \"caught $_\" }\nGet-Item /none -ErrorAction SilentlyContinue")
    assert shown.kinds == ["text"]
    assert notebook.end is not None
    assert not notebook.end.failed


def test_throw_ends_the_cell_and_fails_it(notebook: Notebook) -> None:
    shown = notebook.run("'a'\nthrow 'the end'\n'b'")
    assert shown.printed == "a\n"
    assert notebook.end is not None
    assert notebook.end.failure is not None
    assert notebook.end.failure.message == "the end"
    assert "   2 |  throw 'the end'" in without_colours(notebook.end.text)


def test_a_cell_that_is_no_powershell_fails_with_its_place(notebook: Notebook) -> None:
    notebook.run("1 +\n}")
    assert notebook.end is not None
    assert notebook.end.failure is not None
    assert notebook.end.failure.category == "ParserError"
    assert "Line |" in without_colours(notebook.end.text)


@pytest.mark.parametrize(("text", "code", "failed"), [("exit 3", 3, True), ("exit", 0, False), ("exit 0", 0, False)])
def test_exit_ends_the_cell_and_its_code_says_whether_it_failed(
    notebook: Notebook, text: str, code: int, failed: bool
) -> None:
    shown = notebook.run(f"'a'; {text}; 'b'")
    assert shown.printed == "a\n"
    assert notebook.end is not None
    assert (notebook.end.exit_code, notebook.end.failed) == (code, failed)


def test_native_programs_write_as_they_run_and_leave_their_exit_code(notebook: Notebook) -> None:
    shown = notebook.run("sh -c 'echo out; echo err >&2; exit 7'; $LASTEXITCODE")
    assert shown.printed == "out\n7\n"
    assert shown.all("program error") == ["err\n"]


def test_a_native_programs_input_is_empty_and_not_the_engines_own(notebook: Notebook) -> None:
    assert notebook.output("cat; 'after'") == "after\n"


def test_lines_of_the_host_keep_their_colours(notebook: Notebook) -> None:
    (line,) = notebook.run("Write-Host 'hot' -ForegroundColor Red -NoNewline").lines
    assert (line.text, line.newline, line.foreground) == ("hot", False, 12)


def test_nested_progress_is_reported(notebook: Notebook) -> None:
    text = (
        "Write-Progress Outer -Id 1 -PercentComplete 50; Write-Progress Inner -Id 2 -ParentId 1; "
        "Write-Progress Outer -Id 1 -Completed"
    )
    records = notebook.run(text).all("ProgressRecord")
    assert [(one.activity, one.parent_id, one.completed) for one in records] == [
        ("Outer", None, False),
        ("Inner", 1, False),
        ("Outer", None, True),
    ]


def test_questions_reach_the_person(notebook: Notebook) -> None:
    notebook.person.answers = ["Ken"]
    assert notebook.output("$who = Read-Host 'Who'; \"Hello $who\"") == "Hello Ken\n"
    assert notebook.person.asked == ["Who: "]


def test_a_question_that_nobody_answers_ends_the_cell(notebook: Notebook) -> None:
    with pytest.raises(PromptRefused, match="Who"):
        notebook.run("Read-Host 'Who'")
    assert notebook.output("'still here'") == "still here\n"


def test_functions_classes_and_the_folder_live_on(notebook: Notebook) -> None:
    notebook.run(
        "function Double($n) { $n * 2 }; class Point { [int]$X = 4 }; $null = New-Item sub -ItemType Directory -Force; Set-Location sub"
    )
    assert notebook.output("Double 4; [Point]::new().X; Split-Path -Leaf $PWD; Set-Location ..") == "8\n4\nsub\n"


def test_the_culture_that_a_cell_chose_lives_on(notebook: Notebook) -> None:
    notebook.run("[cultureinfo]::CurrentCulture = 'fr-FR'")
    assert notebook.output("'{0:N1}' -f 1.5; [cultureinfo]::CurrentCulture = ''") == "1,5\n"


def test_what_a_script_silenced_is_not_shown(notebook: Notebook) -> None:
    assert notebook.run("Write-Warning w 3>$null; Write-Host h 6>$null; Write-Verbose v -Verbose 4>$null").log == []


def test_strict_mode_of_a_cell_does_not_reach_the_bridge(notebook: Notebook) -> None:
    notebook.run("Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'")
    assert notebook.output(
        "1; [pscustomobject]@{ A = 1 } | Format-List; Set-StrictMode -Off; $ErrorActionPreference = 'Continue'"
    ).split() == [*("1", "A", ":", "1")]


def test_what_a_cell_starts_does_not_inherit_how_the_engine_is_tuned(notebook: Notebook) -> None:
    seen = notebook.output("(Get-ChildItem env:DOTNET_GC*, env:DOTNET_Tiered*).Name; $Kernel; $Runtime").split()
    assert set(seen) == {name for name in os.environ if name.startswith(("DOTNET_GC", "DOTNET_Tiered"))}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has them itself")
def test_what_scripts_for_windows_begin_and_end_with_runs_elsewhere_too(notebook: Notebook) -> None:
    shown = notebook.run("Set-ExecutionPolicy RemoteSigned; [pscustomobject]@{ Name = 'a' } | Out-GridView -Title All")
    assert [without_colours(line.text).strip() for line in shown.lines if line.text][-3:] == ["Name", "----", "a"]
    assert shown.all("error") == []
    ((error, _),) = notebook.run("1 | Out-GridView -PassThru").all("error")
    assert error.category == "NotImplemented"


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("1 + 1.5; 'it''s'; -join (1, 2) # why", True),
        ("1..3 | ForEach-Object { $_ * 2 }", True),
        ("Get-Process | Sort-Object $by | Select-Object -First 3", True),
        ('if ($x -gt 3) { Write-Host "big" } else { Get-Date }', True),
        ("$name = 'Get-CsTenant'; & $name", False),
        ("1 | ForEach-Object Name", False),
        ('"$(Get-Command)"', False),
        (". $file", False),
        ("$x.Name", False),
        ("$function:prompt; ${function:prompt}", False),
        ("[Console]::WindowWidth", False),
        ("$Host", False),
        ("Get-Help", False),
        ("Get-Date.Something", False),
    ],
)
def test_only_what_surely_names_nothing_imported_goes_before_the_imports_are_told(text: str, alone: bool) -> None:
    assert stands_alone(text) is alone
