"""Notebooks that are run as reports, by real kernels against the sandbox."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from lync_magic.commandline.main import _run

pytest.importorskip("papermill")
pytest.importorskip("nbconvert")

PASSWORD = "p@ssw0rd!"
CONNECT = "%load_ext lync_magic\n%lync connect kenmyer@litwareinc.com --env REPORT_PASSWORD"
VOLATILE = re.compile(
    r'<footer class="lync-provenance">.*?</footer>|<div class="lync-foot lync-origin">.*?</div>', re.DOTALL
)

Make = Callable[..., Path]
Run = Callable[..., int]


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The password is where a report finds it."""
    monkeypatch.setenv("REPORT_PASSWORD", PASSWORD)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("CI", raising=False)
    yield
    assert not [name for name in os.environ if name.startswith("LYNC_MAGIC_TAPE")]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a notebook of cells; a cell is its source, or its source and its tags."""

    def made(*cells: str | tuple[str, str], name: str = "report.ipynb", kernel: str = "python3") -> Path:
        notebook = nbformat.v4.new_notebook()
        notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
        notebook.metadata["language_info"] = {"name": "python"}
        for number, cell in enumerate(cells):
            source, *tags = (cell,) if isinstance(cell, str) else cell
            if source.startswith("# "):
                made_cell = nbformat.v4.new_markdown_cell(source, id=f"c{number}")
            else:
                made_cell = nbformat.v4.new_code_cell(source, id=f"c{number}")
            made_cell.metadata["tags"] = list(tags)
            notebook.cells.append(made_cell)
        path = tmp_path / name
        nbformat.write(notebook, path)
        return path

    return made


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`lync-magic report` with these words; its exit code."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: _run(["report", *map(str, words)])


def same_but_for_provenance(one: Path, other: Path) -> bool:
    """Whether two pages say the same."""
    return VOLATILE.sub("", one.read_text("utf-8")) == VOLATILE.sub("", other.read_text("utf-8"))
