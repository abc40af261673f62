"""The project's own notebooks, English and French: they run, and what is stored in them is what comes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
NAMES = sorted(path.name for path in (NOTEBOOKS / "en").glob("*.ipynb"))
PUBLISHED = [*(f"en/{name}" for name in NAMES), *(f"fr/{name}" for name in NAMES)]
RUN = ["fr/1-connecting.ipynb", "en/2-users.ipynb", "fr/6-reports.ipynb", "en/7-diagnosing.ipynb"]
"""Both languages have the same cells; the PowerShell of all of them is run by the check below."""

pytestmark = pytest.mark.timeout(180)


def read(name: str) -> Any:
    return nbformat.read(NOTEBOOKS / name, as_version=4)


def code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def stored(cell: Any) -> str:
    """What a cell shows in its plain texts, without what differs each time."""
    said = []
    for output in cell.outputs:
        if output.output_type == "stream":
            said.append(output.text)
        elif output.output_type == "error":
            said.append(f"{output.ename} {output.evalue}")
        else:
            said.append(output.data.get("text/plain", ""))
    return steady("\n".join(said))


DIFFERING = (
    (r"/\S*/tmp\w{8}\b", "/tmp"), (r"tmp_\w+\.\w+", "tmp"), (r":\d{2,5}\b", ":n"), (r"\d+(\.\d+)? s\b", "n s"),
    (r"\s+", " "),
)  # fmt: skip
"""What differs each time, and what stands for it: folders, modules, ports, times."""


def steady(text: str) -> str:
    for pattern, by in DIFFERING:
        text = re.sub(pattern, by, text)
    return text.strip()


def run(kernel: Any, source: str) -> Any:
    """Run a cell, with a person's part in the form."""
    if "Get-Credential" not in source and not source.startswith("%lync connect"):
        return kernel.run(source)
    cell = kernel.send(source)
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 20)
    if "Get-Credential" in source:
        kernel.wait(lambda: any(state.get("_model_name") == "TextModel" for state in kernel.widgets.values()))
        kernel.comm(
            kernel.widget(_model_name="TextModel"), {"method": "update", "state": {"value": USER}, "buffer_paths": []}
        )
    kernel.submit_form(PASSWORD)
    done = ("Signed in", "Connecté", "The credential is there", "identification sont là")
    kernel.wait(lambda: any(each in str(kernel.everything) for each in done))
    return kernel.outcome(cell)


@pytest.mark.parametrize("name", RUN)
def test_a_published_notebook_runs_and_shows_what_is_stored_in_it(
    start_kernel: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir((NOTEBOOKS / name).parent)  # where JupyterLab runs it
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    kernel = start_kernel(LANG="fr_FR.UTF-8" if name.startswith("fr/") else "C.UTF-8", LC_ALL="")
    for cell in code(read(name)):
        outcome = run(kernel, cell.source)
        if "Get-Credential" in cell.source or cell.source.startswith("%lync connect"):
            continue
        assert (outcome.status == "error") == ("raises-exception" in cell.metadata.get("tags", ())), cell.source
        if outcome.error:
            assert outcome.error_name in stored(cell)
        # Streams and displays are compared by their words, most of which stay: their order is the front end's.
        shown = set(steady(f"{outcome.text} {outcome.stderr}").split())
        missing = [word for word in shown if word not in set(stored(cell).split())]
        assert len(missing) * 4 <= len(shown), f"{cell.source}\n{missing}"


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_notebook_is_valid_and_holds_its_outputs_and_no_widget(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert "widget-view" not in json.dumps(notebook)
    assert all(cell.execution_count for cell in code(notebook))
    silent = [cell for cell in code(notebook) if not cell.outputs]
    assert len(silent) * 2 < len(code(notebook))


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_commands_and_their_own_words(name: str) -> None:
    english, french = read(f"en/{name}"), read(f"fr/{name}")
    assert [cell.source for cell in code(english)] == [cell.source for cell in code(french)]
    words = [[cell.source for cell in one.cells if cell.cell_type == "markdown"] for one in (english, french)]
    assert len(words[0]) == len(words[1])
    assert not set(words[0]) & set(words[1])


def test_the_published_notebooks_are_true() -> None:
    program = [sys.executable, "-m", "lync_magic", "check", "--json", *(str(NOTEBOOKS / name) for name in PUBLISHED)]
    ran = subprocess.run(program, capture_output=True, text=True, encoding="utf-8", check=False)
    results = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(results) == len(PUBLISHED)
    assert [result for result in results if result["failed"]] == []


def test_the_table_of_contents_names_every_notebook() -> None:
    contents = (NOTEBOOKS / "README.md").read_text("utf-8")
    assert [int(name.partition("-")[0]) for name in NAMES] == list(range(1, 8))
    assert [name for name in PUBLISHED if f"({name})" not in contents] == []
    linked = re.findall(r"\]\(([^)]+\.ipynb)\)", contents)
    assert all((NOTEBOOKS / name).is_file() for name in linked)
