"""Results as tables and lists, in HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.clixml import PSObject, Undecoded
from lync_magic.records import Records
from lync_magic.ui import html_of, result_bundle, result_html, table_html, table_text

USER = ("Deserialized.Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser", "Deserialized.System.Object")
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
LEFT = ' style="text-align:left"'


class Page(HTMLParser):
    """What an HTML reader sees: the elements, and the text of each row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.styles: set[str | None] = set()
        self.rows: list[list[str]] = []
        self.text = ""
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.styles.update(value for name, value in attrs if name == "style")
        self._in_style = tag == "style"
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            return
        self.text += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def users(count: int) -> Records:
    return Records(
        PSObject(
            {
                "DisplayName": f"User {i}",
                "UserPrincipalName": f"user{i}@litwareinc.com",
                "SipAddress": f"sip:user{i}@litwareinc.com",
                "Enabled": i % 2 == 0,
                "City": "Redmond",
                "UsageLocation": None,
            },
            USER,
        )
        for i in range(count)
    )


def test_few_objects_are_all_shown_with_their_places() -> None:
    page = Page(result_html(users(3)))
    assert [row[0] for row in page.rows[1:]] == ["0", "1", "2"]
    assert [row[1] for row in page.rows] == ["DisplayName", "User 0", "User 1", "User 2"]


def test_of_many_the_first_and_the_last_are_shown_and_the_rest_counted() -> None:
    page = Page(result_html(users(100)))
    assert [row[0] for row in page.rows[1:]] == [*map(str, range(12)), "", *map(str, range(96, 100))]
    assert "84 more" in page.text
    assert "100 objects" in page.text


def test_the_type_is_named_without_its_prefix() -> None:
    page = Page(result_html(users(2)))
    assert "Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser" in page.text
    assert "Deserialized." not in page.text


def test_a_documented_type_has_its_own_columns_and_the_others_are_named_below() -> None:
    page = Page(result_html(users(2)))
    assert page.rows[0][1:] == ["DisplayName", "UserPrincipalName", "SipAddress", "Enabled"]
    assert "2 more properties: City, UsageLocation" in page.text


def test_properties_that_somebody_selected_are_shown_whatever_the_type() -> None:
    selected = ("Selected.Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser",)
    rows = Records(PSObject({"DisplayName": f"User {i}", "City": "Redmond"}, selected) for i in range(2))
    assert Page(result_html(rows)).rows[0][1:] == ["DisplayName", "City"]


def test_of_an_unknown_type_the_first_properties_that_fit_are_shown() -> None:
    rows = [{f"Property{i}": "x" * 30 for i in range(10)}] * 2
    page = Page(result_html(rows))
    assert page.rows[0][1:] == ["Property0", "Property1", "Property2"]
    assert "7 more properties: Property3" in page.text


def test_a_property_that_is_null_in_every_row_leaves_its_place_to_others() -> None:
    rows = [{"Empty": None, "Name": f"n{i}"} for i in range(2)]
    assert Page(result_html(rows)).rows[0][1:] == ["Name"]


def test_objects_of_several_types_stand_in_one_table_in_their_order() -> None:
    mixed = Records([PSObject({"A": 1, "B": 2}, ("X.One",)), PSObject({"A": 3, "C": 4}, ("X.Two",))])
    page = Page(result_html(mixed))
    assert page.rows == [["", "A", "B", "C"], ["0", "1", "2", "–"], ["1", "3", "–", "4"]]
    assert "X.One, X.Two" in page.text


def test_plain_values_are_a_column_of_values() -> None:
    page = Page(result_html(["one", 2, None]))
    assert page.rows == [["", "Value"], ["0", "one"], ["1", "2"], ["2", "–"]]


def test_one_object_of_many_properties_is_a_list_of_them() -> None:
    page = Page(result_html(users(1)))
    assert page.rows[0] == ["DisplayName", "User 0"]
    assert page.rows[-2] == ["City", "Redmond"]


def test_one_object_of_few_properties_is_a_table() -> None:
    assert Page(result_html([{"Name": "x", "Value": 1}])).rows == [["", "Name", "Value"], ["0", "x", "1"]]


def test_no_objects_are_said_to_be_none() -> None:
    assert "No objects" in Page(result_html(Records())).text


def test_an_empty_text_is_told_from_null() -> None:
    page = Page(result_html([{"A": "", "B": None}, {"A": None, "B": 2}]))
    assert page.rows[1:] == [["0", "", "–"], ["1", "–", "2"]]


def test_numbers_are_set_to_the_right_and_nothing_else_is() -> None:
    html = result_html([{"Size": 10, "Name": "a"}, {"Size": None, "Name": "5"}])
    assert f'<th scope="col" class="lync-n">Size</th><th scope="col"{LEFT}>Name</th>' in html
    assert f'<td class="lync-n">10</td><td{LEFT}>a</td>' in html
    assert f'<td class="lync-z lync-n" title="null">–</td><td{LEFT}>5</td>' in html
    assert f"<td{LEFT}>5</td>" in result_html([{"Value": 5}, {"Value": "text"}])


@given(ANYTHING)
def test_html_of_any_text_holds_no_markup(text: str) -> None:
    assert not set(html_of(text)) & set("<>\"'")


def test_a_column_of_numbers_stays_to_the_right_where_one_could_not_be_read() -> None:
    html = result_html([{"Ratio": 0.5}, {"Ratio": Undecoded("<x/>", "no such element")}])
    assert '<th scope="col" class="lync-n">Ratio</th>' in html
    assert '<td class="lync-e lync-n">undecoded: no such element</td>' in html


def test_what_is_no_object_stands_across_the_columns_of_those_that_are() -> None:
    html = result_html(Records([PSObject({"A": 1, "B": 2}), Undecoded("<x/>", "no such element"), "text"]))
    assert f'<td class="lync-e"{LEFT} colspan="2">undecoded: no such element</td>' in html
    assert f'<td{LEFT} colspan="2">text</td>' in html
    assert "3 objects, 1 of them could not be read" in Page(html).text


def test_a_value_with_notes_on_it_is_shown_as_the_value() -> None:
    noted = PSObject({"PSPath": "x"}, ("System.String",), base="hello")
    assert Page(result_html(Records([noted, noted]))).rows == [["", "Value"], ["0", "hello"], ["1", "hello"]]


@given(st.lists(st.dictionaries(ANYTHING, ANYTHING, min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_text_adds_an_element_or_an_attribute(rows: list[dict[str, str]]) -> None:
    page = Page(result_html(rows))
    assert set(page.elements) <= {"style", "div", "b", "table", "thead", "tbody", "tr", "th", "td"}
    assert page.attributes <= {"class", "scope", "title", "dir", "style"}
    assert page.styles <= {"text-align:left"}


class Counted(Sequence[Any]):
    """A result that says how many of its rows were asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: set[int] = set()

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, place: Any) -> Any:
        assert isinstance(place, int)
        self.asked.add(place)
        return {"Name": f"n{place}", "Value": place}

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("a result is never walked through to be shown")


def test_only_the_rows_that_are_shown_are_asked_for() -> None:
    rows = Counted(1_000_000)
    result_bundle(rows)
    assert rows.asked == {*range(12), *range(999_996, 1_000_000)}


SESSIONS = ("Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability")
SESSION = (1, "Session1", "webdir0d.online.lync.com", "Opened", "Microsoft.PowerShell", "Available")


def test_the_session_table_reads_as_powershell_prints_it() -> None:
    assert table_text(SESSIONS, [SESSION]).split("\n") == [
        "Id Name     ComputerName             State  ConfigurationName    Availability",
        "-- ----     ------------             -----  -----------------    ------------",
        " 1 Session1 webdir0d.online.lync.com Opened Microsoft.PowerShell Available",
    ]


def test_the_session_table_in_html_has_no_places() -> None:
    page = Page(table_html(SESSIONS, [SESSION], "Sessions"))
    assert page.rows == [list(SESSIONS), list(map(str, SESSION))]
    assert "Sessions" in page.text


def test_the_module_table_shows_the_first_commands_in_braces() -> None:
    commands = [
        "Disable-CsMeetingRoom",
        "Enable-CsMeetingRoom",
        "Get-CsTenant",
        "Set-CsUser",
        "Get-CsOnlineUser",
    ]
    text = table_text(("ModuleType", "Name", "ExportedCommands"), [("Script", "tmp_5astd3uh.m5v", commands)])
    assert text.split("\n")[-1] == (
        "Script     tmp_5astd3uh.m5v {Disable-CsMeetingRoom, Enable-CsMeetingRoom, Get-CsTenant, Set-CsUser…}"
    )


@pytest.mark.parametrize("wide", [40, 80, 120])
def test_a_table_wider_than_the_terminal_cuts_its_widest_columns(wide: int) -> None:
    text = table_text(("Name", "Long", "Longer"), [("Tag:Global", "a" * 90, "b" * 200)], wide)
    assert max(map(len, text.split("\n"))) <= wide
    assert "Tag:Global" in text
