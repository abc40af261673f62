"""Thirty notebooks in the manner of public ones, of .NET Interactive's kernels and of others: they convert, and each of
their cells shows in our kernel what PowerShell's console shows. What that is was written down by `judge.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lync_magic.documents import convert, read_notebook

from . import judge
from .conftest import Cell, Kernel

NAMES = judge.names()
ANSWERS: dict[str, list[judge.Answer]] = json.loads(judge.ANSWERS.read_text("utf-8"))
SPECS = [".net-powershell", ".net-pwsh", "powershell", ".net-csharp", "azure", "dib"]
"""The kinds of notebooks that the thirty are written as, in turn."""
COUNTED = re.compile(r"^(?:One error|\d+ errors) in this cell, shown above")
AROUND = re.compile(r"^Wall time: ")


def written(name: str, folder: Path) -> Path:
    """A notebook of the thirty, as one of another kernel."""
    text = (judge.NOTEBOOKS / f"{name}.dib").read_text("utf-8")
    kind = SPECS[NAMES.index(name) % len(SPECS)]
    if kind == "dib":
        path = folder / f"{name}.dib"
        path.write_text(text, "utf-8")
        return path
    cells: list[dict[str, Any]] = []
    for cell in read_notebook(text, f"{name}.dib").cells:
        if cell.language == "markdown":
            cells.append({"cell_type": "markdown", "metadata": {}, "source": cell.source})
            continue
        selects = kind == ".net-csharp" or cell.language != "powershell"
        source = f"#!{'pwsh' if cell.language == 'powershell' else cell.language}\n{cell.source}"
        code = source if selects else cell.source
        metadata = {"azdata_cell_guid": "9b2e", "language": "powershell"} if kind == "azure" and not selects else {}
        cells.append({"cell_type": "code", "metadata": metadata, "source": code, "outputs": [], "execution_count": 1})
    spec = {"name": "powershell" if kind == "azure" else kind, "display_name": kind, "language": "PowerShell"}
    path = folder / f"{name}.ipynb"
    notebook = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 2}
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def shown(cell: Cell, folder: Path) -> list[str]:
    """What a person sees of a cell, the count of its errors and the time that it took aside."""
    texts = []
    gone = [c["transient"] for kind, c in cell.outputs if kind == "update_display_data" and not c["data"]]
    for kind, content in cell.outputs:
        if kind == "stream":
            texts.append(content["text"])
        elif kind == "error":
            trace = "\n".join(content["traceback"])
            texts.append("" if COUNTED.match(judge.as_lines(trace)[0]) else f"\n{trace}\n")
        elif kind in ("display_data", "execute_result") and content.get("transient") not in gone:
            texts.append(f"{content['data'].get('text/plain', '')}\n")
    return [line for line in judge.as_lines("".join(texts), str(folder.resolve())) if not AROUND.match(line)]


@pytest.fixture(scope="module")
def reader(powershell: str, made_kernel: Callable[..., Kernel]) -> Kernel:
    """A kernel that formats as the judge does."""
    kernel = made_kernel(judge.SURROUNDINGS)
    assert kernel.run(f"LyncMagic\\Set-LyncWidth {judge.WIDTH}").status == "ok"
    return kernel


def test_there_are_thirty() -> None:
    assert len(NAMES) == 30
    assert sorted(ANSWERS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_converts_and_shows_what_powershell_shows(name: str, reader: Kernel, tmp_path: Path) -> None:
    made = nbformat.reads(convert(written(name, tmp_path)), as_version=4)
    nbformat.validate(made)
    assert made.metadata.kernelspec.name == "lync_magic"
    folder = reader.folder / name
    folder.mkdir()
    assert reader.run(f"Set-Location '{folder}'").status == "ok"
    code = [cell.source for cell in made.cells if cell.cell_type == "code"]
    answers = iter(ANSWERS[name])
    for source in code:
        ran = reader.run(source)
        if not judge.is_judged("powershell", source) or source.startswith("%%"):
            assert ran.status == "ok", source
            continue
        answer = next(answers)
        assert (ran.status == "error") >= bool(answer["ended"]), source
        if answer["ended"]:
            assert ran.reply["ename"] == answer["ended"]
        if answer["shown"]:  # not those of a cell that is no PowerShell
            assert shown(ran, folder) == answer["shown"], source
    assert next(answers, None) is None


def test_the_answers_are_what_this_machines_powershell_says(powershell: str) -> None:
    names = NAMES[::5]
    assert judge.ask(names) == {name: ANSWERS[name] for name in names}
