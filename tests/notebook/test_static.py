"""What is left of forms and bars where there are no widgets: in the saved notebook, in exports, after the kernel."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

WIDGET = "application/vnd.jupyter.widget-view+json"
STOOD = "A sign-in form for kenmyer@litwareinc.com stood here; run the cell to show it again."


def exported(cells: list[tuple[str, list[dict[str, Any]]]], **config: Any) -> str:
    """A notebook of these cells, with these outputs, as `jupyter nbconvert --to html` makes it."""
    exporters = pytest.importorskip("nbconvert")
    notebook = nbformat.v4.new_notebook()
    for source, bundles in cells:
        outputs = [nbformat.v4.new_output("display_data", data=json.loads(json.dumps(one))) for one in bundles]
        notebook.cells.append(nbformat.v4.new_code_cell(source, outputs=outputs))
    from traitlets.config import Config

    body, _ = exporters.HTMLExporter(config=Config(config)).from_notebook_node(notebook)
    return str(body)


def updates(kernel: Any) -> list[dict[str, Any]]:
    return [one["content"]["data"] for one in kernel.everything if one["msg_type"] == "update_display_data"]


def test_a_form_that_waits_is_a_line_in_an_export(kernel: Any) -> None:
    outcome = kernel.run("%lync connect kenmyer@litwareinc.com")
    form = next(one for one in outcome.displays if WIDGET in one)
    assert form["text/plain"] == STOOD
    page = exported([("%lync connect", [form])])
    assert STOOD in page
    assert "VBox(" not in page


def test_a_form_that_waits_is_a_line_when_its_kernel_ends(kernel: Any) -> None:
    kernel.run("%lync connect kenmyer@litwareinc.com")
    kernel.client.shutdown()
    kernel.wait(lambda: any("The kernel ended" in one.get("text/plain", "") for one in updates(kernel)))


def test_a_second_form_leaves_what_the_first_one_failed_with(kernel: Any) -> None:
    kernel.send("%lync connect kenmyer@litwareinc.com")
    kernel.submit_form("not it")
    kernel.wait(lambda: any("Logon failed" in str(state.get("value", "")) for state in kernel.widgets.values()))
    kernel.run("%lync connect packerman@litwareinc.com")
    kernel.wait(lambda: bool(updates(kernel)))
    left = updates(kernel)[-1]["text/plain"]
    assert "Logon failed for the user 'kenmyer@litwareinc.com'" in left
    assert left.endswith("Another sign-in form was opened.")


def test_progress_leaves_its_last_line(kernel: Any) -> None:
    kernel.run("%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD")
    left = updates(kernel)
    assert [one["text/plain"] for one in left if "commands received" in one["text/plain"]]
    assert all(one for one in left)
    page = exported([("%lync connect", left)])
    assert "commands received" in page


def test_powershell_is_highlighted_in_exports_by_one_line_of_configuration() -> None:
    languages = {"HighlightMagicsPreprocessor": {"languages": {"%%lync": "powershell"}}}
    page = exported([("%%lync\nGet-CsTenant | Where-Object { $_.DisplayName -eq 'x' }", [])], **languages)
    plain = exported([("%%lync\nGet-CsTenant | Where-Object { $_.DisplayName -eq 'x' }", [])])
    assert '<span class="nb">Get-CsTenant</span>' in page
    assert '<span class="nb">Get-CsTenant</span>' not in plain
