"""Tab, Shift-Tab and the panel of sessions as a person meets them in JupyterLab, with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(300)

CONNECT = """
import os
os.environ["LYNC_PASSWORD"] = "p@ssw0rd!"
%load_ext lync_magic
%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD
users = %lync Get-CsOnlineUser -ResultSize 5
"""
COMPLETER = ".jp-Completer:not(.lm-mod-hidden)"


def test_tab_help_and_the_panel(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(CONNECT, "", "", "%lync manage")
    page, keyboard = notebook.page, notebook.page.keyboard
    notebook.run(0)

    notebook.cell(1).locator(".cm-content").click()
    keyboard.type("%%lync\n$users | Where-Object { $_.")
    keyboard.press("Tab")
    page.locator(COMPLETER).get_by_text("DisplayName", exact=True).wait_for()
    assert page.locator(COMPLETER).get_by_text("ArithmeticError").count() == 0
    notebook.picture("completion-in-a-cell")
    keyboard.press("Escape")

    notebook.cell(2).locator(".cm-content").click()
    keyboard.type("%lync Get-CsOnlineUser ")
    keyboard.press("Shift+Tab")
    page.locator(".jp-Tooltip").get_by_text("ResultSize").first.wait_for()
    notebook.picture("help-in-a-line")
    keyboard.press("Escape")
    keyboard.type("-Res")
    keyboard.press("Tab")
    page.wait_for_function("() => document.body.innerText.includes('-ResultSize')")

    notebook.run(3)
    panel = notebook.output(3).locator(".lync-panel")
    panel.get_by_text("commands go here").wait_for()
    panel.scroll_into_view_if_needed()
    notebook.picture("panel", panel)
    close = panel.get_by_role("button", name="Close")
    close.focus()
    keyboard.press("Space")
    panel.get_by_text("Session1 was removed; its seat is free.").wait_for()
    panel.get_by_text("No session is open.").wait_for()
    notebook.picture("panel-closed", panel)
