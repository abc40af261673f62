"""A report whose cells are PowerShell: its parameters, its chart, its sheets, its page and the page's print."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nbformat
import openpyxl
import pytest

from lync_magic.reports import printing
from tests.reports.conftest import Run

DECLARED = """\
[string] $name = 'x' # who
[int] $count = 1
$list = @()
$table = @{}
[datetime] $when = '2026-01-01'
$nothing = 'something'"""
TOLD = (
    "\"$name|$count|$($list.Count)|$($list -join ',')|$($table.a)|$($table['é'])|$($when.ToString('o'))|"
    '$($null -eq $nothing)"'
)
GIVEN = """\
name: "é 'x' \\"y\\" $z `n ’q’ — 漢"
count: 7
list: [a, "b'c", 3, null, true]
table: {a: 1, é: "$v"}
when: 2026-02-03
nothing: null
"""
CELLS = (
    (DECLARED, "parameters"),
    TOLD,
    "%lync connect kenmyer@litwareinc.com --env REPORT_PASSWORD",
    ("Get-CsOnlineUser -ResultSize 5 | Select-Object DisplayName, Enabled", "xlsx:Users"),
    "$places = Get-CsOnlineUser -ResultSize 30 | Group-Object UsageLocation | Select-Object Name, Count",
    "#!python\nplaces.plot.bar(x='Name', y='Count')",
)


def powershell_report(path: Path) -> Path:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "lync_magic", "display_name": "PowerShell", "language": "powershell"}
    notebook.metadata["language_info"] = {"name": "powershell"}
    for cell in CELLS:
        source, *tags = (cell,) if isinstance(cell, str) else cell
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags}))
    nbformat.write(notebook, path)
    return path


def test_a_report_of_powershell_is_given_its_parameters_and_comes_out_as_files(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    report = powershell_report(tmp_path / "report.ipynb")
    (tmp_path / "given.yaml").write_text(GIVEN, "utf-8")
    assert run(report, "-f", "given.yaml", "--html", "page.html", "--xlsx", "tables.xlsx") == 0
    done = nbformat.read(tmp_path / "report.run.ipynb", 4)
    told = "é 'x' \"y\" $z `n ’q’ — 漢|7|5|a,b'c,3,,True|1|$v|2026-02-03T00:00:00.0000000|True\n"
    assert done.cells[2].outputs[0].text == told
    page = (tmp_path / "page.html").read_text("utf-8")
    assert 'src="data:image/' in page
    assert "list = [&quot;a&quot;, &quot;b&#x27;c&quot;, 3, null, true]" in page
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx")["Users"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)] == [
        ["DisplayName", "Enabled"],
        ["Ken Myer", True],
    ]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("program", ["chromium", "weasyprint"])
def test_a_page_is_printed_by_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    if program == "weasyprint":
        pytest.importorskip("weasyprint")
        monkeypatch.delenv(printing.BROWSER_VARIABLE, raising=False)
        monkeypatch.setattr(printing, "BROWSERS", ())
    elif not os.environ.get(printing.BROWSER_VARIABLE) and not any(map(shutil.which, printing.BROWSERS)):
        pytest.skip("there is no browser of the Chromium family here")
    page = Path(__file__).parents[2] / "notebooks" / "en" / "reports" / "health.html"
    printing.print_pdf(page, tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF-")
