"""The page of a report: what is hostile in it neither runs nor loads, and it works without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lync_magic.messages import use_language
from lync_magic.reports.outcome import Outcome
from lync_magic.reports.page import page_of
from lync_magic.reports.safe_html import safe_html
from tests.browser.conftest import chromium  # noqa: F401 - a fixture

HOSTILE = [
    "<script>document.title = 'ran'</script>",
    "<img src=x onerror=\"document.title='ran'\">",
    "<img src='https://evil.example/a.png'>",
    "<svg onload=\"document.title='ran'\"><script>document.title='ran'</script></svg>",
    "<iframe src='https://evil.example/'></iframe>",
    "<a href=\"javascript:document.title='ran'\">x</a><a href='https://evil.example/'>y</a>",
    "<style>@import 'https://evil.example/a.css'; body { background: url(https://evil.example/b.png) }</style>",
    "<div style=\"background:url('https://evil.example/c.png')\">z</div>",
    "<link rel=stylesheet href='https://evil.example/d.css'><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<form action='https://evil.example/'><input autofocus onfocus=\"document.title='ran'\"></form>",
    "</pre></code></details></section></main><script>document.title='ran'</script>",
    "<details open ontoggle=\"document.title='ran'\">t</details>",
    "<math><mtext><style><img src=x onerror=\"document.title='ran'\"></style></mtext></math>",
    "<object data='https://evil.example/e'></object><embed src='https://evil.example/f'>",
    "<table background='https://evil.example/g.png'><tr><td>cell</td></tr></table>",
    "<noscript><p title=\"</noscript><img src=x onerror=document.title='ran'>\">",
    "<!--><script>document.title='ran'</script>-->",
    "<base href='https://evil.example/'>",
    "&lt;script&gt;document.title='ran'&lt;/script&gt;",
    "\u202e<scr\x00ipt>document.title='ran'</scr\x00ipt>",
]


def page(outcome: Outcome | None = None) -> str:
    """A page with every hostile value in every place."""
    notebook = nbformat.v4.new_notebook()
    v4: Any = nbformat.v4
    cells = [v4.new_markdown_cell("# Report\n\n" + "\n\n".join(HOSTILE))]
    cells.append(
        v4.new_markdown_cell("[x](javascript:alert(1)) ![y](https://evil.example/h.png) <https://evil.example/>")
    )
    svg = "<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='ran'\"><image href='https://evil.example/i'/></svg>"
    for text in HOSTILE:
        outputs = [
            v4.new_output("stream", name="stdout", text=text),
            v4.new_output("stream", name="stderr", text=text),
            v4.new_output("display_data", {"text/html": text}),
            v4.new_output("display_data", {"text/markdown": text}),
            v4.new_output("display_data", {"text/plain": text}),
            v4.new_output("display_data", {"image/png": text, "text/plain": text}),
            v4.new_output("display_data", {"image/svg+xml": svg}),
            v4.new_output("display_data", {"application/javascript": "document.title='ran'"}),
            v4.new_output("error", ename=text, evalue=text, traceback=[text]),
        ]
        cells.append(v4.new_code_cell(text, outputs=outputs))
    rows = "".join(f"<tr><td>{number}</td><td>{name}</td></tr>" for number, name in ((10, "b"), (9, "a"), (100, "–")))
    rows += '<tr class="lync-gap"><td>⋮ 5 more</td></tr>'
    table = f"<table><thead><tr><th>n</th><th>name</th></tr></thead><tbody>{rows}</tbody></table>"
    cells.append(v4.new_code_cell("table", outputs=[v4.new_output("display_data", {"text/html": table})]))
    notebook.cells = cells
    told = outcome or Outcome(HOSTILE[0], "failed", list(HOSTILE), HOSTILE[1], parameters={"x": HOSTILE[2]})
    return page_of(notebook, told)


@pytest.mark.timeout(180)
def test_nothing_runs_and_nothing_is_fetched_in_a_real_browser(chromium: Any, tmp_path: Path) -> None:  # noqa: F811
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
def test_tables_are_sorted_as_numbers_and_as_texts(chromium: Any, tmp_path: Path) -> None:  # noqa: F811
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


def test_what_says_something_stays() -> None:
    kept = '<table class="lync-table"><tbody><tr><th scope="row">a</th><td colspan="2">b &lt;</td></tr></tbody></table>'
    assert safe_html(kept) == kept
    picture = '<img src="data:image/png;base64,AAAA" alt="x">'
    assert safe_html(picture) == picture
    assert safe_html("<p>one<p>two <b>bold") == "<p>one<p>two <b>bold</b></p></p>"
    assert safe_html("<style>p{}</style>after<script>x</script>") == "after"
    assert safe_html("<p>a\u202eb\x00c\n\td") == "<p>a&lt;U+202E&gt;b&lt;U+0000&gt;c\n\td</p>"


def test_the_first_lines_say_what_failed_in_both_languages() -> None:
    outcome = Outcome("report", "in doubt", ["Set-CsUser: in doubt"])
    try:
        for language, words in (("en", "In doubt: a change may have been made"), ("fr", "Incertain")):
            use_language(language)
            made = page(outcome)
            assert words in made[: made.index("<main>")]
            assert "Set-CsUser: in doubt" in made[: made.index("<main>")]
            assert f'<html lang="{language}">' in made
    finally:
        use_language(None)


def test_the_code_of_cells_that_show_nothing_is_folded_with_what_it_leads_to() -> None:
    v4: Any = nbformat.v4
    shown = [v4.new_output("stream", name="stdout", text="told")]
    cells = [v4.new_code_cell("import a"), v4.new_code_cell("a.b()", outputs=shown), v4.new_markdown_cell("after")]
    notebook = v4.new_notebook(cells=[*cells, v4.new_code_cell("last")])
    made = page_of(notebook, Outcome("report"))
    folded = [part.partition("</details>")[0] for part in made.split("<details")[1:]]
    assert [[text in part for text in ("import a", "a.b()", "last")] for part in folded] == [
        [True, True, False],
        [False, False, True],
    ]
    body = made[made.index("<main>") :]
    assert body.index("a.b()") < body.index("told") < body.index("after") < body.index("last")


def test_many_lines_of_warnings_are_folded() -> None:
    v4: Any = nbformat.v4
    few, many = (v4.new_output("stream", name="stderr", text="careful\n" * count) for count in (12, 1300))
    made = page_of(v4.new_notebook(cells=[v4.new_code_cell("", outputs=[few, many])]), Outcome("report"))
    assert made.count('<pre class="lync-stream lync-errors">careful') == 2
    assert made.count('<details class="lync-warnings"><summary>1,300 lines of warnings</summary>') == 1


def test_the_provenance_says_for_whom_and_how_old_a_tape_s_answers_were() -> None:
    session = {
        "target": "contoso.com",
        "user": "ken",
        "computer": "host",
        "origin": "from the tape of 20 November 2026",
    }
    outcome = Outcome("report", started="2026-11-28T06:00:00+00:00")
    outcome.sessions = [{**session, "recorded": "2026-11-20T06:00:00+00:00"}]
    made = page_of(nbformat.v4.new_notebook(), outcome)
    assert "from the tape of 20 November 2026, 8 days old" in made
    assert '<th scope="row">Target</th><td>contoso.com</td>' in made


def test_the_page_holds_no_address() -> None:
    plain = page_of(nbformat.v4.new_notebook(), Outcome("report"))
    assert "http://" not in plain
    assert "https://" not in plain
    assert len(json.dumps(plain)) < 20_000
