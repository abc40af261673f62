"""Documents become notebooks: which cells run, what is attached to them, and what is told of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from lync_magic.documents import KernelName, Making, convert, judge, read

DOCUMENT = """---
title: A page
ms.date: 01/02/2013
---
# A page

Type the following command and press ENTER:

    $credential = Get-Credential

Connect with it:

    $session = New-CsOnlineSession -Credential $credential

You will see messages similar to this:

    VERBOSE: Success
    Id Name       State -- ----       -----
    2  Session2   Opened

Then import it by running this command:

    Import-PSSession $session

Set the policy:

    Set-CsMeetingConfiguration -AdmitAnonymousUsersByDefault $False

Ask for the commands of the module:

    Get-Command -Module tmp_5astd3uh.m5v

Remove the session when you are done. Run this command:

    Remove-PSSession $session

If you run Import-PSSession again, you will get the following error message:

    Import-PSSession : State of runspace is not valid for this operation.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(DOCUMENT, "utf-8")
    return path


def notebook(path: Path, **options: Any) -> Any:
    return json.loads(convert(path, **options))


def code(made: Any) -> list[str]:
    return ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code"]


def text(made: Any) -> str:
    return "\n".join("".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "markdown")


def cell_with(made: Any, words: str) -> Any:
    return next(cell for cell in made["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"]))


def test_each_command_is_a_cell(page: Path) -> None:
    assert code(notebook(page)) == [
        "%load_ext lync_magic",
        "%%lync\n$credential = Get-Credential",
        "%%lync\n$session = New-CsOnlineSession -Credential $credential -Verbose\n$session",
        "%%lync\nImport-PSSession $session",
        "%%lync\nSet-CsMeetingConfiguration -AdmitAnonymousUsersByDefault $False",
        "%%lync\nGet-Command -Module tmp_*",
        "%%lync\nRemove-PSSession $session",
        "%%lync\nImport-PSSession $session",
    ]


def test_the_powershell_kernels_cells_are_powershell_and_nothing_else(page: Path) -> None:
    made = notebook(page, kernel="lync_magic")
    assert made["metadata"]["kernelspec"]["name"] == "lync_magic"
    assert code(made)[0] == "$credential = Get-Credential"
    assert not any(source.startswith("%") for source in code(made))


def test_what_the_document_prints_is_attached_to_its_command(page: Path) -> None:
    cell = cell_with(notebook(page), "New-CsOnlineSession")
    assert [(one["kind"], one["line"]) for one in cell["metadata"]["lync_magic"]["expected"]] == [("output", 17)]
    assert "".join(cell["outputs"][0]["text"]).startswith("VERBOSE: Success")


def test_an_error_of_a_second_run_is_a_cell_that_may_fail(page: Path) -> None:
    cell = notebook(page)["cells"][-2]
    assert "raises-exception" in cell["metadata"]["tags"]
    assert cell["metadata"]["lync_magic"]["made"] == "again"


def test_a_cell_that_changes_something_says_so(page: Path) -> None:
    made = notebook(page)
    assert "changes-tenant" in cell_with(made, "Set-Cs")["metadata"]["tags"]
    assert "changes-session" in cell_with(made, "Remove-PSSession")["metadata"]["tags"]
    assert "This changes the tenant" in text(made)


def test_a_command_that_is_not_run_says_why(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    commands = ('Get-CsTenant -Identity "<TenantName>"', "Get-CsTenant -Identity <tenant name>", "git clone x")
    path.write_text("# Page\n\n" + "".join(f"Run this command:\n\n    {line}\n\n" for line in commands), "utf-8")
    made = notebook(path)
    assert text(made).count("words in it stand for others; --parameter fills them in") == 2
    assert text(made).count("it is not for this session") == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('Get-Service "msoidsvc"', "on Windows alone"),
        ('Remove-CsUserAcp -Identity "Ken Myer"', "nothing to take away"),
        ("$x.AllowedDomain.RemoveAt(0)", "nothing to take away"),
        ("Get-CsMobilityPolicy -Identity Global", "Get-CsMobilityPolicy is documented (SkypeForBusiness)"),
        ("Get-Tenant | Format-List", "No command Get-Tenant is documented; Get-CsTenant is."),
    ],
)
def test_a_command_that_may_fail_through_nobodys_fault_does_not_stop_the_notebook(
    tmp_path: Path, line: str, said: str
) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"# Page\n\nRun this command:\n\n    {line}\n", "utf-8")
    made = notebook(path)
    assert "raises-exception" in cell_with(made, line)["metadata"]["tags"]
    assert said in text(made)


def test_its_head_says_where_it_comes_from(page: Path) -> None:
    made = notebook(page, making=Making(facts={"source": "https://example.com/page", "licence": "CC BY 4.0"}))
    assert made["metadata"]["lync_magic"]["document"] == {
        "title": "A page",
        "source": "https://example.com/page",
        "date": "01/02/2013",
        "licence": "CC BY 4.0",
        "language": "en",
    }
    assert "<https://example.com/page>" in text(made)
    assert "CC BY 4.0" in text(made)


def test_every_cell_of_powershell_says_its_language_to_an_editor(page: Path) -> None:
    assert cell_with(notebook(page), "Set-Cs")["metadata"]["vscode"] == {"languageId": "powershell"}


def test_converting_twice_gives_the_same(page: Path) -> None:
    assert convert(page) == convert(page)


def test_an_image_that_is_not_there_is_its_text(tmp_path: Path) -> None:
    (tmp_path / "there.png").write_bytes(b"")
    path = tmp_path / "page.md"
    path.write_text('![The console](images/a(OCS.15).png "x") ![Here](there.png)\n', "utf-8")
    assert "*The console* ![Here](there.png)" in text(notebook(path))


def test_a_document_that_does_not_sign_in_gets_a_cell_that_does(tmp_path: Path) -> None:
    path = tmp_path / "short.md"
    path.write_text("# Users\n\nRun this command:\n\n    Get-CsOnlineUser\n", "utf-8")
    made = notebook(path, making=Making(user="ada@contoso.com"))
    assert code(made)[1] == "%lync connect ada@contoso.com"


def test_a_placeholder_becomes_a_parameter_where_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "short.md"
    path.write_text(
        '# Users\n\nRun this command:\n\n    Get-CsOnlineUser "Ken Myer" -Filter "Name -eq \'Ken Myer\'"'
        " -Id <the id>\n",
        "utf-8",
    )
    made = notebook(path, making=Making(parameters={"user": "Ken Myer", "number": "<the id>"}))
    cell = next(cell for cell in made["cells"] if "parameters" in cell["metadata"].get("tags", ()))
    assert "".join(cell["source"]) == "user = 'Ken Myer'\nnumber = '<the id>'"
    assert code(made)[-1] == "%%lync\nGet-CsOnlineUser $user -Filter \"Name -eq '$($user)'\" -Id $number"


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "<iframe src=x></iframe>"]
)
@pytest.mark.parametrize("place", ["# A {}\n", "- a\n\n  {}\n", "{}\n\n    Get-CsTenant\n", "| a |\n|--|\n| {} |\n"])
def test_html_of_a_document_is_never_html_in_the_notebook(tmp_path: Path, hostile: str, place: str) -> None:
    path = tmp_path / "hostile.md"
    path.write_text(place.format(hostile), "utf-8")
    shown = text(notebook(path))
    assert not any(tag in shown for tag in ("<script", "<img", "<iframe"))


def test_what_a_document_says_of_itself_is_text(tmp_path: Path) -> None:
    path = tmp_path / "hostile.md"
    path.write_text("---\nsource: https://x/><script>alert(1)</script>\nms.date: <img src=x>`\n---\nText.\n", "utf-8")
    shown = text(notebook(path))
    assert "<script" not in shown
    assert "<img" not in shown


@pytest.mark.parametrize("bomb", [">" * 400_000, "<!--" * 60_000, "[" * 200_000, "<div>" * 60_000, "Get-X : " * 40_000])
def test_a_megabyte_of_nesting_is_text(tmp_path: Path, bomb: str) -> None:
    path = tmp_path / "bomb.md"
    path.write_text(bomb, "utf-8")
    assert code(notebook(path)) == []


FORMS: list[tuple[KernelName, str]] = [
    ("python3", "md"), ("python3", "py:percent"), ("python3", "ipynb"),
    ("lync_magic", "md"), ("lync_magic", "ps1:percent"), ("lync_magic", "ipynb"),
]  # fmt: skip


@pytest.mark.parametrize(("kernel", "form"), FORMS)
def test_jupytext_reads_it_writes_it_and_reads_it_again(page: Path, kernel: KernelName, form: str) -> None:
    notebook = jupytext.reads(convert(page, kernel=kernel, clear=True), fmt="ipynb")
    again = jupytext.reads(jupytext.writes(notebook, fmt=form), fmt=form)
    assert [(cell.cell_type, cell.source) for cell in again.cells] == [
        (cell.cell_type, cell.source) for cell in notebook.cells
    ]
    assert again.metadata.kernelspec.name == kernel


@pytest.mark.parametrize("ending", [".dib", ".md", ".ps1", ".ipynb"])
def test_a_notebook_becomes_text_and_a_notebook_again(page: Path, tmp_path: Path, ending: str) -> None:
    first = tmp_path / "first.ipynb"
    first.write_text(convert(page, kernel="lync_magic"), "utf-8")
    again = tmp_path / f"again{ending}"
    again.write_text(convert(first, ending), "utf-8")
    expected = [source for source in code(notebook(first)) if not source.startswith("%")]
    assert code(notebook(again, kernel="lync_magic")) == expected


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_family_becomes_valid_notebooks_and_nothing_printed_runs(family: Any, language: str) -> None:
    for name, labels in family.labels.items():
        path = family.path(language, name)
        made = nbformat.reads(convert(path), as_version=4)
        nbformat.validate(made)
        cells = [cell.source.removeprefix("%%lync\n").strip() for cell in made.cells if cell.cell_type == "code"]
        for one, label in zip(judge(read(path)), labels, strict=True):
            if label["kind"] in ("output", "error", "prompt"):
                assert one.block.text.strip() not in cells
