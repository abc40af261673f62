"""`records.show(mark=…, format=…)`: marks on what to look at, numbers and dates as a language writes them."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from lync_magic.clixml import PSObject
from lync_magic.errors import UsageError
from lync_magic.records import Look, Records, UnknownPropertyError
from lync_magic.ui.results import look_html

WHEN = datetime(2026, 11, 20, 14, 5, tzinfo=timezone.utc)
USERS = Records(
    [
        PSObject({"Name": "Ken", "Age": 120, "Enabled": True, "Size": Decimal("1234567.50"), "When": WHEN}),
        PSObject({"Name": "Ann", "Age": 12, "Enabled": False, "Size": Decimal("-2"), "When": None}),
        PSObject({"Name": "<b>Zoë</b>", "Age": None, "Enabled": None, "Size": float("inf"), "When": None}),
    ]
)


def cells(look: object) -> list[list[tuple[str, list[str]]]]:
    assert isinstance(look, Look)
    page = BeautifulSoup(look_html(look), "html.parser")
    rows = page.select("tbody tr")
    return [[(cell.text, [c for c in cell.get("class", []) if "mark" in c]) for cell in row("td")] for row in rows]


def test_a_value_a_list_and_a_function_mark_their_cells() -> None:
    mark = {"enabled": False, "Age": lambda days: days > 90 and "warn", "Name": ["<b>Zoë</b>"]}
    shown = cells(USERS.show(mark=mark))
    marked = [[(text, kinds[0]) for text, kinds in row if kinds] for row in shown]
    assert marked == [[("120", "lync-mark-warn")], [("False", "lync-mark-bad")], [("<b>Zoë</b>", "lync-mark-bad")]]


def test_a_function_of_the_object_marks_the_row() -> None:
    shown = cells(USERS.show(mark=lambda user: "good" if user.Enabled else ""))
    assert [{kind for _, kinds in row for kind in kinds} for row in shown] == [{"lync-mark-good"}, set(), set()]


def test_a_terminal_has_signs_and_the_count() -> None:
    text = repr(USERS.show(mark={"Enabled": False}))
    assert "⚠ False" in text
    assert text.endswith("(3 objects, 1 of them marked)")


def test_what_is_marked_can_be_taken() -> None:
    look = USERS.show(mark={"Age": lambda days: days > 90})
    assert isinstance(look, Look)
    assert look.marked.Name == "Ken"


def test_a_marked_property_is_a_column_also_where_there_would_be_no_room() -> None:
    wide = Records([PSObject({f"Property{number}": "x" * 30 for number in range(40)})] * 6)
    assert "⚠ x" in repr(wide.show(mark={"Property39": "x" * 30}))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["120", "1,234,567.50", "20 November 2026, 14:05 UTC", "-2"]),
        ("fr", ["120", "1\u202f234\u202f567,50", "20 novembre 2026, 14:05 UTC", "-2"]),
    ],
)
def test_numbers_and_dates_are_written_as_a_language_does(language: str, expected: list[str]) -> None:
    shown = [text for row in cells(USERS.show(format=language)) for text, _ in row]
    for text in expected:
        assert text in shown
    assert "∞" in shown or "Infinity" in shown


def test_what_a_cell_sorts_by_stays() -> None:
    look = USERS.show(format="fr")
    assert isinstance(look, Look)
    page = BeautifulSoup(look_html(look), "html.parser")
    assert {cell["data-v"] for cell in page.select("td[data-v]")} == {"120", "12", "1234567.50", "-2", "1795183500"}


def test_more_rows_than_wanted_are_counted() -> None:
    look = USERS.show(rows=1)
    assert "… 2 more" in repr(look)


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="no mark 'red'"):
        USERS.show(mark=lambda user: "red")
    with pytest.raises(UsageError, match="no format 'de'"):
        USERS.show(format="de")
    with pytest.raises(UnknownPropertyError):
        USERS.show(mark={"Nope": 1})


def test_a_chart_is_pandas_own() -> None:
    pytest.importorskip("matplotlib").use("agg")
    axes = USERS[:2].plot.bar(x="Name", y="Age")
    assert [bar.get_height() for bar in axes.patches] == [120, 12]
