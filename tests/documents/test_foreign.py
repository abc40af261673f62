"""Notebooks of other kernels become ours: .NET Interactive's, Azure Data Studio's, and .dib files; and back again."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lync_magic.documents import convert
from lync_magic.errors import UsageError


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


def test_a_dib_file_that_was_a_notebook_names_kernels_as_its_head_does(tmp_path: Path) -> None:
    path = tmp_path / "a.dib"
    path.write_text("#!pwsh\n\n1\n\n#!c#\n\nvar x = 1;\n", "utf-8")
    (tmp_path / "a.ipynb").write_text(convert(path), "utf-8")
    back = convert(tmp_path / "a.ipynb", ".dib")
    assert re.findall(r"^#!(\S+)$", back, re.MULTILINE)[1:] == ["pwsh", "csharp"]
    assert '"name": "csharp"' in back


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


RICH: dict[str, Any] = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {
        "kernelspec": CSHARP,
        "polyglot_notebook": {
            "kernelInfo": {
                "defaultKernelName": "csharp",
                "items": [{"name": "sql-shop", "languageName": "T-SQL", "aliases": ["shop"]}],
            }
        },
    },
    "cells": [
        {
            "cell_type": "markdown",
            "id": "head",
            "metadata": {"collapsed": True, "azdata_cell_guid": "3cba07d7"},
            "source": ["# Title\r\n", "![p](attachment:p.png)"],
            "attachments": {"p.png": {"image/png": "iVBORw0KGgo="}},
        },
        {"cell_type": "raw", "id": "raw-1", "metadata": {"format": "text/latex"}, "source": "\\LaTeX"},
        {
            "cell_type": "code",
            "id": "mixed",
            "metadata": {"tags": ["a", "a", "b,c", 3]},
            "source": "#!time\n#!pwsh\n1 + 1\n#!shop --name rows\nSELECT 1;\n#!pwsh\n2",
            "execution_count": 4,
            "outputs": [
                {"output_type": "display_data", "data": {"text/html": "<div id='dotnet-interactive-this-cell-1'>"}},
                {"output_type": "stream", "name": "stdout", "text": ["2\r\n"], "more": 1},
                {"output_type": "execute_result", "data": {"application/json": {"a": [1]}}, "metadata": {}},
                {"output_type": "unknown"},
                3,
            ],
        },
        {
            "cell_type": "code",
            "id": "mixed",
            "metadata": {"polyglot_notebook": {"kernelName": "sql-shop"}},
            "source": "SELECT *\nFROM t  -- ```",
            "outputs": [
                {"output_type": "display_data", "data": {"text/html": "<tr><td>1</td><td>&lt;x&gt;</td></tr>"}}
            ],
        },
        {"cell_type": "code", "metadata": {}, "source": '#!value --name data\n{"a": 1}', "outputs": []},
        {"cell_type": "code", "metadata": {}, "source": "#!python\n#!share --from pwsh x\nprint(x)"},
        {"cell_type": "code", "metadata": {}, "source": "#!connect jupyter --kernel-name snake --kernel-spec python3"},
        {"cell_type": "code", "metadata": {}, "source": "#!snake\nprint(1)"},
    ],
}


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    path = tmp_path / "rich.ipynb"
    path.write_text(json.dumps(RICH), "utf-8")
    return path


def test_a_cell_of_several_languages_becomes_a_cell_for_each(rich: Path) -> None:
    made = converted(rich)
    assert [one.source for one in made.cells if one.cell_type == "code"] == [
        "#!time\n1 + 1",
        "2",
        '#!value --name data\n{"a": 1}',
        "#!python\n#!share --from pwsh x\nprint(x)",
        "%%python\nprint(1)",
    ]
    assert [
        one for one in sources(made, "markdown") if "A cell of SQL" in one and "#!shop --name rows\nSELECT 1;" in one
    ]


def test_ids_pictures_tags_and_what_jupyter_says_of_a_cell_are_kept(rich: Path) -> None:
    made = converted(rich)
    ids = [one.id for one in made.cells]
    assert ids[:3] == ["head", "raw-1", "mixed"]
    assert len(set(ids)) == len(ids)
    assert made.cells[0].attachments == {"p.png": {"image/png": "iVBORw0KGgo="}}
    assert made.cells[0].metadata == {"collapsed": True}
    assert made.cells[0].source == "# Title\n![p](attachment:p.png)"
    assert made.cells[1].cell_type == "raw"
    assert made.cells[2].metadata.tags == ["a"]


def test_outputs_are_kept_but_for_what_dotnet_interactive_wrote_of_itself(rich: Path) -> None:
    last = next(one for one in converted(rich).cells if one.source == "2")
    assert [output.output_type for output in last.outputs] == ["stream", "execute_result"]
    assert last.outputs[0].text == "2\n"
    assert last.outputs[1].data["application/json"] == {"a": [1]}


def test_what_a_cell_that_is_kept_as_text_printed_stands_below_it(rich: Path) -> None:
    kept = next(one.source for one in converted(rich).cells if "FROM t" in one.source)
    assert kept.endswith("```text\n1\t<x>\n```")
    assert "````sql\nSELECT *\nFROM t  -- ```\n````" in kept


def test_converting_what_was_converted_changes_nothing(rich: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.ipynb"
    first.write_text(convert(rich), "utf-8")
    assert convert(first) == first.read_text("utf-8")
    dib = tmp_path / "first.dib"
    dib.write_text(convert(first, ".dib"), "utf-8")
    assert "#!sql-shop\n\nSELECT *" in dib.read_text("utf-8")
    again = tmp_path / "again.ipynb"
    again.write_text(convert(dib), "utf-8")
    assert convert(again, ".dib") == dib.read_text("utf-8")


def test_a_script_marks_its_cells_and_is_read_as_them(rich: Path, tmp_path: Path) -> None:
    script = tmp_path / "rich.ps1"
    script.write_text(convert(rich, ".ps1"), "utf-8")
    again = tmp_path / "again.ipynb"
    again.write_text(convert(script), "utf-8")
    assert convert(again, ".ps1") == script.read_text("utf-8")
    assert "# %% [sql]\n# SELECT *" in script.read_text("utf-8")
    assert "1 + 1" in script.read_text("utf-8").splitlines()


def test_a_line_of_prose_that_names_a_kernel_begins_no_cell(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", POWERSHELL_KERNELS[0], cell("See:\n#!pwsh\nRemove-Item x", "markdown"))
    (tmp_path / "a.dib").write_text(convert(path, ".dib"), "utf-8")
    assert sources(converted(tmp_path / "a.dib")) == []


def test_the_lines_of_our_own_cells_with_options_stay(tmp_path: Path) -> None:
    ours = {"name": "lync_magic", "language": "powershell", "display_name": "PowerShell"}
    path = written(tmp_path / "a.ipynb", ours, cell("%%lync -o users\nGet-CsOnlineUser"), cell("%lync sessions"))
    assert sources(converted(path)) == ["%%lync -o users\nGet-CsOnlineUser", "%lync sessions"]
    assert convert(path, ".ps1").splitlines()[:3] == ["# %%", "# %%lync -o users", "Get-CsOnlineUser"]


@pytest.mark.parametrize(
    "text",
    [
        '{"nbformat": 4, "cells": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1", "outputs": [{"output_type": "display_data",'
        ' "data": {"application/json": ' + "[" * 600 + "]" * 600 + '}, "metadata": {}}]}]}',
        '{"nbformat": 4, "metadata": 7, "cells": [1, {"cell_type": "code", "source": {"a": NaN}, "id": " "}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\ud800", "metadata": {"lync_magic": "x"}}]}',
        '{"nbformat": 3, "worksheets": 4}',
        '{"nbformat": "4", "cells": []}',
        "[]",
    ],
    ids=["nesting", "nested output", "other types", "half a pair", "format 3", "text", "list"],
)
def test_a_notebook_that_is_made_to_harm_is_valid_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(text, "utf-8")
    with contextlib.suppress(UsageError):  # refused
        made = convert(path)
        made.encode("utf-8")
        nbformat.validate(nbformat.reads(made, as_version=4))
