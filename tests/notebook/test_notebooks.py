"""The published notebooks run, cell by cell, in a real kernel, with a person's part played through the form's comm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PASSWORD = "p@ssw0rd!"

pytestmark = pytest.mark.timeout(240)


def code_cells(name: str) -> list[tuple[str, bool]]:
    """Each code cell's text, and whether it may end in an error."""
    notebook = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))
    return [
        ("".join(cell["source"]), "raises-exception" in cell["metadata"].get("tags", []))
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


def test_the_first_notebook_does_the_whole_flow(start_kernel: Any) -> None:
    kernel = start_kernel()
    seen: dict[str, Any] = {}
    for source, may_fail in code_cells("1-connect.ipynb"):
        if "%lync connect" in source or "Get-Credential" in source:
            cell = kernel.send(source)
            kernel.wait(lambda cell=cell: kernel.outcome(cell).status == "idle")
            kernel._reply(cell, 10)
            if "Get-Credential" in source:
                kernel.type_user_name("kenmyer@litwareinc.com")
            kernel.submit_form(PASSWORD)
            done = "commands imported" if "%lync connect" in source else "sip:"
            kernel.wait(lambda cell=cell, done=done: done in kernel.outcome(cell).text)
            outcome = kernel.outcome(cell)
        else:
            outcome = kernel.run(source)
            assert (outcome.status == "error") == may_fail, f"{source}\n{outcome.error_text}"
        seen[source.splitlines()[-1]] = outcome

    def of(words: str) -> Any:
        return next(outcome for source, outcome in seen.items() if words in source)

    assert "Opened" in of("%lync sessions").text
    assert "Get_CsTenant" in of("%lync commands").text
    assert "<table" in of("Get_CsTenant().DisplayName").html or "Litware" in of("Get_CsTenant().DisplayName").text
    assert of("SipAddress for user").text.count("sip:") == 3
    assert "ClientPolicyNoIMURL" in of(".ClientPolicy").text
    assert "nobody@litwareinc.com" in of("nobody@litwareinc.com").error_text
    assert "is not recognized as the name of a cmdlet" in of("%lync Get-CsTenant").error_text
    flow = of("Remove-PSSession $session")
    assert "VERBOSE: AdminDomain = litwareinc.com" in flow.stdout
    assert "tmp_" in flow.text
    assert "State of runspace is not valid for this operation." in (
        of("Import-PSSession $session").stderr + of("Import-PSSession $session").error_text
    )
    assert PASSWORD not in str(kernel.everything)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_a_published_notebook_holds_no_secret_in_its_code_and_no_widgets(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert PASSWORD not in "".join(cell["source"])
    assert "widgets" not in notebook["metadata"]


def test_the_tutorial_to_be_done_by_hand_holds_no_outputs() -> None:
    notebook = json.loads((NOTEBOOKS / "1-connect.ipynb").read_text(encoding="utf-8"))
    assert all(cell["outputs"] == [] for cell in notebook["cells"] if cell["cell_type"] == "code")


def test_a_report_runs_by_itself_under_nbclient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_PASSWORD", PASSWORD)
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("%load_ext lync_magic"),
            nbformat.v4.new_code_cell("%lync connect kenmyer@litwareinc.com --env REPORT_PASSWORD"),
            nbformat.v4.new_code_cell("%%lync\nGet-CsOnlineUser -ResultSize 3 | Select-Object DisplayName"),
        ]
    )
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert "Ken Myer" in str(notebook.cells[2].outputs)
    assert PASSWORD not in nbformat.writes(notebook)


def test_a_report_that_failed_does_not_look_like_one_that_succeeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_PASSWORD", PASSWORD)
    source = "%%lync\nGet-CsOnlineUser -Identity nobody\nGet-CsTenant | Select-Object DisplayName"
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                "%load_ext lync_magic\n%lync connect kenmyer@litwareinc.com --env REPORT_PASSWORD"
            ),
            nbformat.v4.new_code_cell(source),
        ]
    )
    with pytest.raises(CellExecutionError, match="CellFailed: One error in this cell"):
        NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    shown = str(notebook.cells[1].outputs)
    assert 'Management object not found for identity "nobody"' in shown
    assert "Litware, Inc." in shown
