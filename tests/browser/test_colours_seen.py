"""What the extension that comes in the wheel does in JupyterLab: PowerShell's colours in %%lync cells, and a plain line
where a form stood in a notebook that is opened again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(300)

SOURCE = Path(__file__).parents[2] / "labextension"
KEYWORD = "foreach ($one in 1..3) { $one }"
IS_COLOURED = """place => {
    const line = document.querySelectorAll(".jp-Notebook .jp-Cell")[place].querySelectorAll(".cm-line")[1];
    return [...line.querySelectorAll("span")].some(span => span.textContent === "foreach");
}"""
GONE = """from ipywidgets import Text
from lync_magic.ui import widget_bundle
for line in ("A form stood here.", None):
    widget = Text()
    display(widget_bundle(widget, line) if line else widget._repr_mimebundle_(), raw=True)
    widget.close()
"""
MODE = """place => window.jupyterapp.shell.currentWidget.content.widgets[place].model.mimeType"""


def installed() -> Path:
    paths = pytest.importorskip("jupyter_core.paths")
    places = (Path(one) / "lync-magic" for one in paths.jupyter_path("labextensions"))
    found = next((one for one in places if one.is_dir()), None)
    if found is None:
        pytest.skip("the package is not installed with its data files")
    return found


def test_what_is_installed_is_the_source_byte_for_byte() -> None:
    there = installed()
    files = sorted(one.relative_to(there) for one in there.rglob("*") if one.is_file())
    assert files == sorted(one.relative_to(SOURCE) for one in SOURCE.rglob("*") if one.is_file())
    assert all((there / one).read_bytes() == (SOURCE / one).read_bytes() for one in files)


def test_a_cell_has_the_colours_of_its_first_line_and_a_form_that_is_gone_is_a_line(
    open_notebook: Callable[..., Any],
) -> None:
    installed()
    notebook = open_notebook(f"%%lync\n{KEYWORD}", f"x = 1\n{KEYWORD}", "%%lyncx\n1", "1", GONE)
    page, keyboard = notebook.page, notebook.page.keyboard
    page.wait_for_function(f"() => ({IS_COLOURED})(0)")
    notebook.picture("powershell-in-a-cell")
    modes = [page.evaluate(MODE, place) for place in range(4)]
    assert modes == ["application/x-powershell", *["text/x-ipython"] * 3]

    notebook.cell(3).locator(".cm-content").click()
    keyboard.press("Control+a")
    keyboard.type("%%lync")
    page.wait_for_function(f"() => ({MODE})(3) === 'application/x-powershell'")
    keyboard.press("Backspace")
    page.wait_for_function(f"() => ({MODE})(3) === 'text/x-ipython'")
    assert "powershell" not in notebook.save().replace('"language": "powershell"', "").lower().split('"outputs"')[-1]

    notebook.run(4)
    notebook.save()
    page.reload()
    outputs = notebook.output(4).locator(".jp-OutputArea-output")
    outputs.get_by_text("A form stood here.", exact=True).wait_for()
    outputs.get_by_text("Error displaying widget").wait_for()  # another package's is not ours to change
    assert outputs.count() == 2
