"""Notebooks of other kernels become ours: .NET Interactive's, Azure Data Studio's, and .dib files; and back again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lync_magic.documents import convert


def cell(source: str, kind: str = "code", **metadata: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source}
    if kind == "code":
        output = {"output_type": "stream", "name": "stdout", "text": "said\n"}
        made |= {"execution_count": 3, "outputs": [output]}
    return made


def written(path: Path, kernel: dict[str, str], *cells: dict[str, Any], **metadata: Any) -> Path:
    notebook = {
        "cells": list(cells),
        "metadata": {"kernelspec": kernel, **metadata},
        "nbformat": 4,
        "nbformat_minor": 2,
    }
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def converted(path: Path, **options: Any) -> Any:
    made = nbformat.reads(convert(path, **options), as_version=4)
    nbformat.validate(made)
    return made


def sources(notebook: Any, kind: str = "code") -> list[str]:
    return [one.source for one in notebook.cells if one.cell_type == kind]


POWERSHELL_KERNELS = [
    {"name": ".net-powershell", "language": "PowerShell", "display_name": ".NET (PowerShell)"},
    {"name": ".net-pwsh", "language": "pwsh", "display_name": ".NET (PowerShell)"},
    {"name": "powershell", "language": "powershell", "display_name": "PowerShell"},
]


@pytest.mark.parametrize("kernel", POWERSHELL_KERNELS, ids=lambda kernel: kernel["name"])
def test_a_powershell_notebook_becomes_one_of_our_kernel(tmp_path: Path, kernel: dict[str, str]) -> None:
    path = written(tmp_path / "a.ipynb", kernel, cell("# Title", "markdown"), cell("Get-Date\n$x = 1"))
    made = converted(path)
    assert made.metadata.kernelspec.name == "lync_magic"
    assert made.metadata.language_info.name == "powershell"
    assert sources(made) == ["Get-Date\n$x = 1"]
    assert made.cells[1].outputs[0].text == "said\n"


def test_outputs_are_dropped_where_that_is_asked(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", POWERSHELL_KERNELS[0], cell("1"))
    assert converted(path, clear=True).cells[0].outputs == []


CSHARP = {"name": ".net-csharp", "language": "C#", "display_name": ".NET (C#)"}


def test_in_a_csharp_notebook_the_cells_marked_pwsh_run_and_the_others_stay_as_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", CSHARP, cell("#!pwsh\nGet-Date"), cell('var s = "```";'))
    made = converted(path)
    assert sources(made) == ["Get-Date"]
    (text,) = sources(made, "markdown")
    assert "A cell of C#" in text
    assert 'var s = "```";' in text
    assert "````csharp" in text


@pytest.mark.parametrize(
    "metadata",
    [{"polyglot_notebook": {"kernelName": "pwsh"}}, {"dotnet_interactive": {"language": "pwsh"}}],
    ids=["polyglot", "dotnet_interactive"],
)
def test_a_cells_own_metadata_says_its_language(tmp_path: Path, metadata: dict[str, Any]) -> None:
    path = written(tmp_path / "a.ipynb", CSHARP, cell("Get-Date", **metadata))
    assert sources(converted(path)) == ["Get-Date"]


def test_a_notebooks_metadata_says_its_default_language(tmp_path: Path) -> None:
    told = {"kernelInfo": {"defaultKernelName": "pwsh", "items": []}}
    path = written(tmp_path / "a.ipynb", CSHARP, cell("Get-Date"), polyglot_notebook=told)
    assert sources(converted(path)) == ["Get-Date"]


def test_azure_data_studios_sql_is_kept_as_text_and_its_powershell_runs(tmp_path: Path) -> None:
    sql = written(tmp_path / "a.ipynb", {"name": "SQL", "language": "sql", "display_name": "SQL"}, cell("SELECT 1"))
    assert "```sql\nSELECT 1\n```" in sources(converted(sql), "markdown")[0]
    shell = {"name": "powershell", "display_name": "PowerShell", "language": "powershell"}
    path = written(tmp_path / "b.ipynb", shell, cell("Get-Date"), language_info={"name": "powershell"})
    assert sources(converted(path)) == ["Get-Date"]


DIB = """#!meta

{"kernelInfo":{"defaultKernelName":"pwsh","items":[{"name":"pwsh"}]}}

#!markdown

# Title

#!pwsh

#!set --name who --value "Ken"
#!time
"Hello $who"

#!html

<b>bold</b>

#!javascript

console.log(1)

#!python

print(1)

#!fsharp

let x = 1

#!mermaid

graph LR
"""


def test_a_dib_files_cells_are_kept_in_their_languages(tmp_path: Path) -> None:
    path = tmp_path / "a.dib"
    path.write_text(DIB, "utf-8")
    made = converted(path)
    assert sources(made) == [
        '#!set --name who --value "Ken"\n#!time\n"Hello $who"',
        "%%html\n<b>bold</b>",
        "%%javascript\nconsole.log(1)",
        "%%python\nprint(1)",
    ]
    assert [name for name in ("F#", "Mermaid") if name in "".join(sources(made, "markdown"))] == ["F#", "Mermaid"]


def test_for_the_python_kernel_powershell_stands_in_cells_of_the_magic(tmp_path: Path) -> None:
    path = tmp_path / "a.dib"
    path.write_text(DIB, "utf-8")
    made = converted(path, kernel="python3")
    assert sources(made)[0] == "%load_ext lync_magic"
    assert sources(made)[1].startswith("%%lync\n#!set")
    assert "print(1)" in sources(made)


@pytest.mark.parametrize("ending", [".dib", ".ipynb"])
def test_nothing_of_the_text_is_lost_on_the_way_there_and_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "a.dib"
    path.write_text(DIB, "utf-8")
    there = tmp_path / f"there{ending}"
    there.write_text(convert(path, ending), "utf-8")
    back = convert(there, ".dib")
    for line in ("# Title", '"Hello $who"', "<b>bold</b>", "console.log(1)", "print(1)", "let x = 1", "graph LR"):
        assert line in back


def test_a_script_of_a_notebook_holds_its_powershell_and_everything_else_as_comments(tmp_path: Path) -> None:
    path = tmp_path / "a.dib"
    path.write_text(DIB, "utf-8")
    script = convert(path, ".ps1")
    assert '"Hello $who"' in script.splitlines()
    assert "# let x = 1" in script.splitlines()


def test_a_notebook_of_format_3_is_read(tmp_path: Path) -> None:
    old = {
        "metadata": {"kernelspec": POWERSHELL_KERNELS[2]},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [
            {"cells": [{"cell_type": "code", "input": "Get-Date", "language": "powershell", "outputs": []}]}
        ],
    }
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old), "utf-8")
    assert "Get-Date" in sources(converted(path))[-1]
