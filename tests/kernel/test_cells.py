"""Cells of the kernel: PowerShell whole, magics and Python beside it, in one namespace."""

from __future__ import annotations

from pathlib import Path

from tests.kernel.conftest import Kernel


def test_a_cell_is_powershell(kernel: Kernel) -> None:
    cell = kernel.run("function Double($n) { 2 * $n }\nDouble 4\n'text'")
    assert cell.stdout == "8\ntext\n"
    assert cell.status == "ok"


def test_functions_classes_and_the_folder_live_on(kernel: Kernel) -> None:
    kernel.run("class Point { [int]$X = 4 }; Set-Location /")
    assert kernel.run("[Point]::new().X; $PWD.Path").stdout == "4\n/\n"
    kernel.run(f"Set-Location '{kernel.folder}'")


def test_cells_start_in_the_notebooks_folder(kernel: Kernel) -> None:
    assert kernel.run("'x' > made-here.txt; $PWD.Path").stdout.strip() == str(kernel.folder)
    assert (Path(kernel.folder) / "made-here.txt").exists()


def test_objects_are_the_cells_result(kernel: Kernel) -> None:
    cell = kernel.run('1..2 | ForEach-Object { [pscustomobject]@{ Number = $_; Name = "n$_" } }')
    assert cell.kinds == ["execute_result"]
    (bundle,) = cell.bundles
    assert bundle["text/plain"].count("Number") == 1
    assert "<table" in bundle["text/html"]


def test_objects_before_other_output_are_displayed_in_their_place(kernel: Kernel) -> None:
    cell = kernel.run("Get-Item /\nStart-Sleep 1\nWrite-Warning careful")
    assert cell.kinds == ["display_data", "stdout"]


def test_the_result_is_pythons_underscore_and_out(kernel: Kernel) -> None:
    kernel.run("[pscustomobject]@{ A = 41 }")
    assert kernel.run("%%python\n_[0].A + 1").bundles[0]["text/plain"] == "42"
    kernel.run("20 + 1")
    assert kernel.run("%%python\n_ * 2").bundles[0]["text/plain"] == "42"


def test_python_cells_share_variables_both_ways(kernel: Kernel) -> None:
    kernel.run("$fromShell = 20")
    assert kernel.run("%%python\nfrom_python = fromShell + 1\nfromShell").bundles[0]["text/plain"] == "20"
    assert kernel.run("$from_python * 2").stdout == "42\n"


def test_magics_and_programs_stand_between_powershell(kernel: Kernel) -> None:
    cell = kernel.run('$n = 1\n%lync sessions\n"n is $n"\n!echo from a program')
    assert cell.stdout.splitlines()[1:] == ["n is 1", "from a program"]
    assert "no session" in cell.stdout


def test_an_uncaught_error_fails_the_cell_with_its_line(kernel: Kernel) -> None:
    cell = kernel.run("'before'\n\n[int]'x'\nthrow 'end'")
    assert cell.stdout == "before\n"
    assert cell.status == "error"
    assert cell.error["evalue"] == "end"
    assert "   4 |  throw 'end'" in cell.traceback


def test_an_error_is_named_by_its_id(kernel: Kernel) -> None:
    cell = kernel.run("Get-Item /no-such-thing -ErrorAction Stop")
    assert cell.error["ename"] == "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"
    assert cell.reply["ename"] == cell.error["ename"]
    assert "no-such-thing" in cell.error["evalue"]


def test_an_error_that_nothing_silenced_fails_the_cell_at_its_end(kernel: Kernel) -> None:
    cell = kernel.run("Get-Item /no-such-thing\n'after'")
    assert cell.kinds == ["stderr", "stdout", "error"]
    assert cell.error["ename"].startswith("PathNotFound")


def test_caught_and_silenced_errors_do_not_fail_a_cell(kernel: Kernel) -> None:
    cell = kernel.run(
        "try { throw 'x' } catch { 'caught' }\nGet-Item /none -ErrorAction SilentlyContinue\nGet-Item /none 2>$null"
    )
    assert (cell.status, cell.kinds) == ("ok", ["stdout"])


def test_a_text_that_is_no_powershell_fails(kernel: Kernel) -> None:
    cell = kernel.run("1 +\n}")
    assert cell.status == "error"
    assert "Line |" in cell.traceback


def test_lines_of_a_cell_with_magics_keep_their_numbers(kernel: Kernel) -> None:
    cell = kernel.run("%lync sessions\n\nthrow 'here'")
    assert "   3 |  throw 'here'" in cell.traceback
