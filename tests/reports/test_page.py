"""The page of a report: what stays in it of what says something, and what its first lines say."""

from __future__ import annotations

import json
from typing import Any

import nbformat

from lync_magic.messages import use_language
from lync_magic.reports.outcome import Outcome
from lync_magic.reports.page import page_of
from lync_magic.reports.safe_html import safe_html
from tests.reports.hostile_page import page


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
