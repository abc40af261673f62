"""`records.show()` as a person sees it: needs no network, sorts, searches and pages, and runs nothing hostile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("itables")
pytestmark = pytest.mark.timeout(300)

PRELUDE = r"""
from datetime import datetime, timedelta, timezone
from lync_magic.clixml import PSObject, Undecoded
from lync_magic.magics.display import give_results_their_looks
from lync_magic.records import Records

give_results_their_looks()
USER = ("Deserialized.Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser", "Deserialized.System.Object")
HOSTILE = [
    "Ken Myer", "<script>window.hacked = 1</script>", '<img src=x onerror="window.hacked = 1">',
    '<img src=x onerror="window.hacked = 1">&amp;', "&lt;img src=x onerror=window.hacked=1&gt;",
    '"><svg onload=window.hacked=1>', "' onmouseover='window.hacked=1", "</td></tr></table><h1>out</h1>",
    "</script><script>window.hacked = 1</script>", "</style><style>body{display:none}</style>",
    '<a href="javascript:window.hacked=1">click</a>', "javascript:window.hacked=1", "\u202egnp.exe Ken\u202d",
    "\x1b[31mred\x1b[0m\x07", r"$\alpha$ and \(x^2\)", "Z" + "\u0338\u0301\u0302" * 20 + "algo", "a" * 500,
    "line one\nline two", "lone \ud83d half", "علي حسن (Ali)", "משה כהן", "山田 太郎", "${window.hacked=1}", "`+1+`",
    "",
]

def user(number, name):
    return PSObject({
        "DisplayName": name, "UserPrincipalName": f"user{number}@litwareinc.com", "Number": (number * 7) % 25 - 3,
        "When": datetime(2013, 1, 1, tzinfo=timezone.utc) + timedelta(hours=number * 11 % 25),
        "Enabled": number % 3 != 0, "Nothing": None, name or "empty": name, "List": [name, number],
    }, (*USER, HOSTILE[1]))

users = Records(user(number, name) for number, name in enumerate(HOSTILE))
"""
SHOW = "users.show()"
MIXED = """
objects = [PSObject({"A": i, "B": timedelta(minutes=i)}) for i in range(30)]
Records([*objects, Undecoded("<x/>", "no such element"), "text", 5]).show()
"""
LARGE = """
many = Records(PSObject({f"P{i}": f"value {i} of {row}" for i in range(30)} | {"N": row}) for row in range(100_000))
many.show()
"""
DRAWN = ".lync-live table.dataTable tbody tr"


def column(notebook: Any, place: int, number: int) -> list[str]:
    """The texts that a column shows now."""
    found: list[str] = (
        notebook.output(place).locator(DRAWN).evaluate_all(f"rows => rows.map(row => row.cells[{number}].textContent)")
    )
    return found


def head(notebook: Any, place: int, name: str) -> Any:
    """The head of a column."""
    return notebook.output(place).locator(".lync-live thead th").filter(has_text=name).first


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_hostile_names_and_values_stay_text_while_they_are_sorted_and_searched(
    open_notebook: Callable[..., Any], theme: str
) -> None:
    notebook = open_notebook(PRELUDE, SHOW)
    notebook.theme(f"JupyterLab {theme}")
    page = notebook.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    notebook.run_all()
    output = notebook.output(1)
    output.locator(DRAWN).first.wait_for()
    notebook.picture(f"show-{theme.lower()}", output)
    output.locator(".dt-paging-button").filter(has_text="2").first.click()
    head(notebook, 1, "DisplayName").click()
    output.locator("th.dt-ordering-asc").wait_for()
    search = output.locator(".dt-search input")
    for text in ("onerror", "&", "<", "hacked", "click", "ali"):
        search.fill(text)
        assert output.locator(DRAWN).count() > 0
    notebook.picture(f"show-searched-{theme.lower()}", output)
    search.fill("")
    live = output.locator(".lync-live")
    assert live.locator("script, img, svg, a[href], h1, style").count() == 0
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("getComputedStyle(document.body).display") != "none"
    assert not [url for url in asked if "127.0.0.1" not in url and not url.startswith(("blob:", "data:"))]
    assert "\u202e" not in live.inner_text()
    assert live.locator(".MathJax, mjx-container").count() == 0


def test_it_sorts_by_value_searches_and_pages(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(PRELUDE, SHOW)
    notebook.run_all()
    output = notebook.output(1)
    output.locator(DRAWN).first.wait_for()
    assert output.locator(".lync-still").is_hidden()
    assert column(notebook, 1, 0) == [str(number) for number in range(20)]
    output.locator(".dt-paging-button").filter(has_text="2").first.click()
    assert column(notebook, 1, 0) == ["20", "21", "22", "23", "24"]
    names = output.locator(".lync-live thead th").all_inner_texts()
    number = next(place for place, name in enumerate(names) if name.startswith("Number"))
    head(notebook, 1, "Number").click()
    output.locator("th.dt-ordering-asc").wait_for()
    values = [int(text) for text in column(notebook, 1, number)]
    assert values == sorted(values)
    assert values[0] == -3
    head(notebook, 1, "Number").click()
    output.locator("th.dt-ordering-desc").wait_for()
    assert int(column(notebook, 1, number)[0]) == 21
    sorter = head(notebook, 1, "Number").locator(".dt-column-order")
    for key, order in (("Enter", "none"), ("Space", "asc"), ("Space", "desc")):
        sorter.focus()
        notebook.page.keyboard.press(key)
        output.locator("th.dt-ordering-asc, th.dt-ordering-desc").first.wait_for(
            state="detached" if order == "none" else "attached"
        )
        if order != "none":
            output.locator(f"th.dt-ordering-{order}").wait_for()
    assert sorter.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    assert int(column(notebook, 1, number)[0]) == 21
    assert output.locator(".lync-live tbody th[scope=row]").count() == 20
    output.locator(".dt-search input").click()
    notebook.page.keyboard.type("dd")  # a command of the notebook's: it must stay a search
    notebook.page.keyboard.press("Backspace")
    notebook.page.keyboard.press("Backspace")
    notebook.page.keyboard.type("Myer")
    assert "Ken Myer" in column(notebook, 1, 1)
    assert output.locator(DRAWN).count() == 1


def test_what_is_no_object_has_a_column_of_its_own(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(PRELUDE, MIXED)
    notebook.run_all()
    output = notebook.output(1)
    output.locator(DRAWN).first.wait_for()
    output.locator(".dt-paging-button").filter(has_text="2").first.click()
    assert column(notebook, 1, 1)[-3:] == ["undecoded: no such element", "text", "5"]
    notebook.picture("show-mixed", output)


def test_a_large_result_is_cut_with_words_and_the_page_stays_alive(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(PRELUDE, LARGE)
    notebook.run_all()
    output = notebook.output(1)
    output.locator(DRAWN).first.wait_for()
    notebook.picture("show-large", output)
    assert "of 100,000 objects are in this table" in output.inner_text()
    output.locator(".dt-search input").fill("of 4321")
    assert output.locator(DRAWN).count() > 0
    assert len(notebook.save()) < 5_000_000


def test_a_saved_table_lives_again_when_the_notebook_is_opened(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(PRELUDE, SHOW, SHOW)
    notebook.run_all()
    notebook.output(2).locator(DRAWN).first.wait_for()
    notebook.save()
    notebook.reopen()
    for place in (1, 2):
        notebook.output(place).locator(DRAWN).first.wait_for()
        assert column(notebook, place, 0)[0] == "0"


def test_where_scripts_do_not_run_the_still_table_is_seen(open_notebook: Callable[..., Any]) -> None:
    notebook = open_notebook(PRELUDE, SHOW)
    notebook.run_all()
    notebook.output(1).locator(DRAWN).first.wait_for()
    saved = notebook.save()
    notebook.path.write_text(
        saved.replace("user3@litwareinc.com", "user3@contoso.com"), "utf-8"
    )  # so it is not trusted
    notebook.reopen()
    output = notebook.output(1)
    output.locator("td").filter(has_text="user3@contoso.com").first.wait_for()
    assert output.locator(".lync-live, .dt-search").count() == 0
    assert len(output.inner_text()) < 5_000
    notebook.picture("show-untrusted", output)
    assert notebook.page.evaluate("window.hacked") is None
