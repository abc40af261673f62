"""The flow of signing in as a person meets it in Notebook 7: a wrong password, the right one, Run All, and the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipykernel
import pytest

pytestmark = pytest.mark.timeout(400)

USER, SECRET, WRONG = "kenmyer@litwareinc.com", "p@ssw0rd!", "not-the-password-4711"
needs_clicks = pytest.mark.skipif(
    ipykernel.version_info[:2] < (7, 4), reason="this ipykernel sees no clicks while a cell waits"
)


@pytest.fixture(scope="module")
def lab(notebook_7: Any) -> Any:
    """Notebook 7 in JupyterLab's place."""
    return notebook_7


def sign_in(notebook: Any, password: str) -> None:
    """Type a password into the form that is shown, and press Enter."""
    notebook.page.get_by_label("Password", exact=True).click()
    notebook.page.keyboard.type(password)
    notebook.page.keyboard.press("Enter")


def test_from_the_first_cell_to_a_command_and_the_password_is_nowhere(
    open_notebook: Callable[..., Any], assert_nowhere: Callable[..., None]
) -> None:
    notebook = open_notebook(f"%load_ext lync_magic\n%lync connect {USER}", "Get_CsTenant().DisplayName")
    notebook.run(0)
    notebook.page.wait_for_function("() => document.activeElement.type === 'password'")
    notebook.picture("notebook7-form")
    sign_in(notebook, WRONG)
    notebook.page.get_by_role("alert").get_by_text(f"Logon failed for the user '{USER}'").wait_for()
    notebook.picture("notebook7-failed")
    notebook.save()
    assert_nowhere(notebook, WRONG)

    sign_in(notebook, SECRET)
    notebook.output(0).get_by_text("Signed in as").wait_for()
    notebook.output(0).get_by_text("commands imported").wait_for()
    notebook.picture("notebook7-connected")
    notebook.run(1)
    assert "Litware, Inc." in notebook.output(1).inner_text()
    assert "widget-view" not in notebook.save()
    assert_nowhere(notebook, WRONG, SECRET)


@needs_clicks
def test_run_all_waits_for_the_person_and_says_when_nobody_came(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(
        f"%load_ext lync_magic\n%lync connect {USER}",
        "import lync_magic\nawait lync_magic.signed_in(timeout=300)",
        "Get_CsTenant().DisplayName",
        f"%lync remove\n%lync connect {USER}",
        "await lync_magic.signed_in(timeout=0.5)",
        "print('not reached')",
    )
    notebook.command("notebook:run-all-cells")
    notebook.page.get_by_label("Password", exact=True).wait_for()
    assert notebook.output(2).inner_text().strip() == ""
    sign_in(notebook, SECRET)
    notebook.output(4).get_by_text("Nobody signed in within 0.5 seconds.").wait_for()
    notebook.output(4).get_by_text("run this cell again").wait_for()
    assert "Litware, Inc." in notebook.output(2).inner_text()
    assert notebook.output(5).inner_text().strip() == ""
    notebook.picture("notebook7-nobody-came")
