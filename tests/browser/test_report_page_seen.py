"""The page of a report in a real browser: what is hostile in it neither runs nor loads; its tables are sorted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lync_magic.reports.outcome import Outcome
from tests.reports.hostile_page import page


@pytest.mark.timeout(180)
def test_nothing_runs_and_nothing_is_fetched_in_a_real_browser(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(), "utf-8")
    context = chromium.new_context()
    asked: list[str] = []
    wrong: list[str] = []
    tab = context.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("dialog", lambda dialog: wrong.append(dialog.message))
    tab.goto(path.as_uri())
    tab.wait_for_load_state("networkidle")
    assert tab.title() == "Report"
    assert [url for url in asked if not url.startswith(("data:", path.as_uri()))] == []
    assert wrong == []
    assert tab.evaluate("document.querySelectorAll('script').length") == 1
    assert tab.evaluate("document.querySelectorAll('[href], iframe, object, embed, form, base, link').length") == 0
    names = "[...document.querySelectorAll('*')].flatMap(element => element.getAttributeNames())"
    assert [name for name in tab.evaluate(names) if name.startswith("on")] == []
    context.close()


@pytest.mark.timeout(180)
def test_tables_are_sorted_as_numbers_and_as_texts(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(Outcome("report", "ok")), "utf-8")
    tab = chromium.new_page()
    tab.goto(path.as_uri())
    head = tab.locator("main table thead th").filter(has_text="n").first
    column = "[...document.querySelectorAll('main table')].pop().tBodies[0].rows"
    head.click()
    assert tab.evaluate(f"[...{column}].map(row => row.cells[0].textContent)") == ["9", "10", "100", "⋮ 5 more"]
    head.press("Enter")
    assert tab.evaluate(f"[...{column}].map(row => row.cells[0].textContent)") == ["100", "10", "9", "⋮ 5 more"]
    tab.locator("main table thead th").filter(has_text="name").first.click()
    assert tab.evaluate(f"[...{column}].map(row => row.cells[1]?.textContent).slice(0, 3)") == ["a", "b", "–"]
    tab.close()
