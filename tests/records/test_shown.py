"""Results and objects as plain text, and which properties are columns."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.clixml import PSObject, Undecoded
from lync_magic.records import Record, Records, grid_of, grid_of_result, object_text, result_text
from lync_magic.records.chosen import DEFAULT_PROPERTIES
from lync_magic.records.widths import width, wrapped

USER = ("Deserialized.Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser", "Deserialized.System.Object")
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
ROWS = st.lists(st.dictionaries(ANYTHING, ANYTHING, min_size=1, max_size=4), min_size=1, max_size=4)


def users(count: int) -> Records:
    return Records(
        PSObject({"Alias": f"u{i}", "Enabled": True, "SipAddress": f"sip:u{i}@x.com", "DisplayName": f"User {i}"}, USER)
        for i in range(count)
    )


def test_plain_text_is_laid_out_as_format_table_does() -> None:
    rows = [
        {"Name": "Tag:Default", "MaxMeetingSize": 250},
        {"Name": "Tag:BPOSSAllModality", "MaxMeetingSize": 30},
    ]
    assert result_text(rows).split("\n") == [
        "Name                 MaxMeetingSize",
        "----                 --------------",
        "Tag:Default                     250",
        "Tag:BPOSSAllModality             30",
        "(2 objects)",
    ]


def test_the_default_properties_of_a_type_are_its_columns_in_their_order_and_the_rest_is_named() -> None:
    assert result_text(users(2)).split("\n") == [
        "DisplayName SipAddress   Enabled",
        "----------- ----------   -------",
        "User 0      sip:u0@x.com True",
        "User 1      sip:u1@x.com True",
        "… 1 more property: Alias",
        "(2 objects of Microsoft.Rtc.Management.ADConnect.Schema.OnlineUser)",
    ]


def test_of_many_objects_the_first_and_the_last_are_shown() -> None:
    lines = result_text(users(1_000)).split("\n")
    assert lines[2].startswith("User 0 ")
    assert lines[13].startswith("User 11 ")
    assert lines[14] == "… 984 more"
    assert [line.split()[1] for line in lines[15:19]] == ["996", "997", "998", "999"]
    assert lines[20].startswith("(1,000 objects of ")


@given(ROWS, st.sampled_from([40, 80, 120]))
def test_no_line_is_wider_than_the_terminal_whatever_stands_in_it(rows: list[dict[str, str]], wide: int) -> None:
    lines = result_text(rows, wide).split("\n")
    assert lines[-1] == f"({len(rows)} object{'' if len(rows) == 1 else 's'})"
    assert len(lines) - lines[-2].startswith("… ") == 2 + len(rows) + 1
    assert all(width(line) <= wide for line in lines)


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Records(PSObject({"Name": "x" * 200, "Wide": "山田" * 40}) for _ in range(2))
    for columns in (60, 90):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert (
            columns - 1 <= max(map(width, repr(rows).splitlines())) <= columns
        )  # a wide character may not fit any more


def test_wide_characters_count_for_two_and_marks_for_none() -> None:
    lines = result_text([{"Name": "山田", "N": 1}, {"Name": "Zoe\u0308", "N": 2}]).split("\n")
    assert lines[2:4] == ["山田 1", "Zoe\u0308  2"]


def test_fewer_columns_are_chosen_where_the_terminal_is_narrow() -> None:
    rows = [{f"Property{i}": "x" * 15 for i in range(6)}] * 2
    assert len(grid_of_result(rows, 40).columns) == 2
    assert len(grid_of_result(rows, 120).columns) == 6


def test_one_object_is_laid_out_as_format_list_does() -> None:
    assert object_text(users(1)[0]).split("\n") == [
        "Alias       : u0",
        "Enabled     : True",
        "SipAddress  : sip:u0@x.com",
        "DisplayName : User 0",
    ]


def test_what_could_not_be_read_is_shown_in_its_place_and_counted() -> None:
    result = Records([PSObject({"A": 1, "B": 2}, ("X.Y",)), Undecoded("<x/>", "no such element")])
    assert repr(result).split("\n") == [
        "A B",
        "- -",
        "1 2",
        "undecoded: no such element",
        "(2 objects of X.Y, 1 of them could not be read)",
    ]


def test_a_value_with_notes_on_it_is_shown_as_the_value() -> None:
    noted = PSObject({"PSPath": "x"}, ("System.String",), base="hello")
    assert repr(Records([noted, noted])).split("\n") == [
        "Value",
        "-----",
        "hello",
        "hello",
        "(2 objects of System.String)",
    ]


def test_no_objects_are_said_to_be_none() -> None:
    assert repr(Records()) == "(no objects)"


def test_powershells_own_types_have_the_columns_that_powershell_said_they_have(raw_views: list[bytes]) -> None:
    views = {each.TypeName: each.FormatViewDefinition for each in Records.from_raw(raw_views) if "TypeName" in each}
    assert len(views) == 4
    for type_name, named in (
        ("System.Diagnostics.Process", "process"),
        ("System.IO.DirectoryInfo", "children"),
        ("Microsoft.PowerShell.Commands.GroupInfo", "Microsoft.PowerShell.Commands.GroupInfo"),
        ("System.Management.Automation.CommandInfo", "CommandInfo"),
    ):
        view = next(view for view in views[type_name] if view.Name == named)
        assert DEFAULT_PROPERTIES[type_name] == tuple(columns_of(view.Control)), type_name


def columns_of(control: Any) -> list[str]:
    """The properties behind a table view's columns: the label where that is a name, else what the cell is made of."""
    names = []
    for header, cell in zip(control.Headers, control.Rows[0].Columns, strict=True):
        made_of = re.sub(r".*\$_\.(\w+).*", r"\1", cell.DisplayEntry.Value)
        names.append(header.Label if (header.Label or "").isidentifier() else made_of)
    return names


def test_columns_that_are_equally_wide_give_equally() -> None:
    names = ["First", "Second", "Third"]
    rows = [[name[0] * 30 for name in names]] * 2
    lines = grid_of(names, rows).text(60).splitlines()
    assert [len(word) for word in lines[2].split()] == [20, 19, 19]
    lines = grid_of([*names, "Short"], [[*row, "s" * 10] for row in rows]).text(60).splitlines()
    assert [len(word) for word in lines[2].split()] == [16, 16, 15, 10]


def test_what_runs_from_right_to_left_does_not_draw_its_neighbours_with_it() -> None:
    line = result_text([{"Name": "علي حسن", "City": "دبي", "Count": 1}], 60).splitlines()[2]
    assert line.index("حسن") < line.index("\u200e") < line.index("دبي") < line.rindex("\u200e")
    assert "\u200e" not in result_text([{"Name": "Ольга", "City": "東京"}], 60)
    assert "\u200e" in result_text([{"Name": 1, "שם": "a" * 200}] * 2 + [{f"{n}ת": n for n in range(30)}], 60)


def test_one_object_among_others_is_one_line_with_its_chosen_properties() -> None:
    some = list(users(2))
    assert repr(some) == (
        "[@{DisplayName=User 0; SipAddress=sip:u0@x.com; Enabled=True; …}, "
        "@{DisplayName=User 1; SipAddress=sip:u1@x.com; Enabled=True; …}]"
    )
    hostile = Records([PSObject({"A\x1b]52;c\x07": "x\n\u202ey" * 100, "B": [1, 2]})])[0]
    assert isinstance(hostile, Record)
    assert repr(hostile).isprintable()
    assert len(repr(hostile)) < 200
    assert repr(Records([PSObject({}, text="a text")])[0]) == "a text"
    assert repr(Records([PSObject({})])[0]) == "@{}"


def test_what_is_longer_than_a_line_goes_on_below_the_value() -> None:
    lines = object_text(PSObject({"Long": "ab" * 30, "Name": "x"}), 47).splitlines()
    assert lines == ["Long : " + "ab" * 20, "       " + "ab" * 10, "Name : x"]


@given(ANYTHING, st.integers(2, 40))
def test_wrapped_text_is_all_there_and_no_line_is_too_wide(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert "".join(lines) == text
    assert max(map(width, lines)) <= columns


def test_the_names_of_types_do_not_push_the_table_away() -> None:
    kinds = [PSObject({"A": 1}, ("T" * 3_000,)), PSObject({"A": 1}, ("U",))]
    assert len(grid_of_result(kinds).type_name) <= 200


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_the_list_of_one_object_is_no_wider_than_the_terminal(columns: int) -> None:
    value = PSObject({"AllowAnonymousParticipantsInMeetings": "x" * 90, "山田" * 20: 1, "A": "y"})
    assert max(map(width, object_text(value, columns).splitlines())) <= columns


def test_what_all_members_are_of_stands_above_them_and_where_they_differ_beside_each() -> None:
    kind = ("Microsoft.PowerShell.Commands.MemberDefinition",)

    def member(type_name: str, name: str) -> PSObject:
        return PSObject({"TypeName": type_name, "Name": name, "MemberType": "Property", "Definition": "int"}, kind)

    one = result_text([member("System.Version", "Major"), member("System.Version", "Minor")])
    assert one.startswith("   TypeName: System.Version\n\nName  MemberType Definition\n")
    assert "more property" not in one
    two = result_text([member("System.Version", "Major"), member("System.Guid", "Empty")])
    assert two.startswith("TypeName       Name  MemberType Definition\n")
