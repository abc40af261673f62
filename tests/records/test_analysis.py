"""A result looked at as an analyst does: choosing columns and rows, ordering, grouping, text."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.clixml import PSObject
from lync_magic.records import Records, UnknownPropertyError

PEOPLE = [
    {"Name": "Ken", "Department": "Sales", "Age": 41, "Enabled": True, "Mails": ["a", "b"]},
    {"Name": "Pilar", "Department": "IT", "Age": 35, "Enabled": False, "Mails": []},
    {"Name": "Anna", "Department": "Sales", "Age": None, "Enabled": True, "Mails": ["c"]},
    {"Name": "Zoe", "Department": None, "Age": 29, "Enabled": True, "Mails": ["a", "b"]},
]


@pytest.fixture
def users() -> Records:
    return Records(PSObject(dict(one), ("User", "System.Object")) for one in PEOPLE)


@pytest.fixture
def mixed(users: Records) -> Records:
    """Objects of two types, one of which has fewer properties and spells one otherwise, and a plain value."""
    return users + Records([PSObject({"name": "Room", "Seats": 8}, ("Room",))]) + [7]


def test_columns_are_named_and_chosen(users: Records) -> None:
    assert users.columns == ["Name", "Department", "Age", "Enabled", "Mails"]
    chosen = users[["age", "Name"]]
    assert chosen.columns == ["Age", "Name"]
    assert [dict(one) for one in chosen] == [{"Age": one["Age"], "Name": one["Name"]} for one in PEOPLE]
    assert chosen == users.select("Age", "Name")
    assert chosen.type_names[0] == "Selected.User"
    assert list(chosen.to_pandas().columns) == ["Age", "Name"]


def test_what_is_chosen_twice_is_selected_once(users: Records) -> None:
    assert users[["Name"]][["Name"]].type_names[0] == "Selected.User"


def test_objects_of_several_types_share_the_columns(mixed: Records) -> None:
    assert [one.Name for one in mixed[["Name", "Seats"]]] == ["Ken", "Pilar", "Anna", "Zoe", "Room", None]
    assert [one.Seats for one in mixed[["Name", "Seats"]]] == [None] * 4 + [8, None]


@pytest.mark.parametrize("way", ["select", "sort_by", "group_by", "filter"])
def test_a_property_that_no_object_has_is_named_with_those_that_are_near(way: str, users: Records) -> None:
    with pytest.raises(UnknownPropertyError, match="Department"):
        getattr(users, way)(**{"Departmnt": 1}) if way == "filter" else getattr(users, way)("Departmnt")


def test_columns_are_no_numbers(users: Records) -> None:
    with pytest.raises(TypeError, match="by their names"):
        users[[1, 2]]


def test_rows_are_kept_by_value_by_one_of_several_and_by_what_a_callable_says(users: Records) -> None:
    assert users.filter(Department="Sales").Name == ["Ken", "Anna"]
    assert users.filter(Department="Sales", Age=41).Name == "Ken"
    assert users.filter(Department=["IT", None]).Name == ["Pilar", "Zoe"]
    assert users.filter(Age=lambda age: age and age > 30).Name == ["Ken", "Pilar"]
    assert users.filter(lambda user: user.Enabled, Department="Sales").Name == ["Ken", "Anna"]
    assert len(users.filter(department="sales")) == 0


def test_what_is_kept_is_a_view_on_the_same_objects(mixed: Records) -> None:
    kept = mixed.filter(Name="Room")
    assert kept[0] == mixed[4]
    assert kept[0].place == mixed[4].place


def test_the_first_ones(users: Records) -> None:
    assert users.head(2) == users[:2]
    assert users.head() == users
    assert len(users.head(-1)) == 0


def test_rows_are_ordered_and_those_without_a_value_come_last(users: Records) -> None:
    assert users.sort_by("Age").Name == ["Zoe", "Pilar", "Ken", "Anna"]
    assert users.sort_by("Age", descending=True).Name == ["Ken", "Pilar", "Zoe", "Anna"]
    assert users.sort_by("Department", "Name").Name == ["Pilar", "Anna", "Ken", "Zoe"]


@given(st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.booleans()), min_size=1, max_size=12))
def test_anything_can_be_ordered_and_nothing_is_lost(values: list[object]) -> None:
    made = Records(PSObject({"V": value, "At": at}, ("T",)) for at, value in enumerate(values)).sort_by("V")
    assert sorted(one.At for one in made) == list(range(len(values)))
    nothing = [one.V is None for one in made]
    assert nothing == sorted(nothing)


def test_groups_are_counted_in_the_order_in_which_they_come(users: Records) -> None:
    counted = users.group_by("department").count()
    assert [tuple(one.values()) for one in counted] == [("Sales", 2), ("IT", 1), (None, 1)]
    assert counted.columns == ["Department", "Count"]
    several = users.group_by("Department", "Enabled").count()
    assert tuple(several[0].values()) == ("Sales", True, 2)


def test_groups_are_results_too(users: Records) -> None:
    groups = users.group_by("Department")
    assert len(groups) == 3
    assert groups["Sales"].Name == ["Ken", "Anna"]
    assert {value: len(some) for value, some in groups} == {"Sales": 2, "IT": 1, None: 1}
    assert len(users.group_by("Mails")) == 3
    with pytest.raises(KeyError):
        groups["None of these"]


def test_an_empty_result_can_be_looked_at_all_the_same() -> None:
    empty = Records()
    assert (
        len(empty[["A"]]) == len(empty.filter(A=1)) == len(empty.sort_by("A")) == len(empty.group_by("A").count()) == 0
    )


def test_csv_without_a_path_is_the_text_of_the_file(users: Records, tmp_path: object) -> None:
    text = users.to_csv()
    path = f"{tmp_path}/users.csv"
    assert users.to_csv(path) == len(users)
    with open(path, encoding="utf-8", newline="") as file:
        assert file.read() == text
    assert [row["Name"] for row in csv.DictReader(io.StringIO(text))] == [one["Name"] for one in PEOPLE]
    assert users.to_csv(columns=["Age", "Name"]).splitlines()[0] == "Age,Name"


def test_the_dtypes_are_those_that_are_documented(users: Records) -> None:
    frame = users.to_pandas()
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert (kinds["Age"], kinds["Enabled"], kinds["Mails"]) == ("Int64", "bool", "object")
    repeated = Records(PSObject({"D": "Sales"}, ("T",)) for _ in range(64)).to_pandas()
    assert str(repeated.dtypes["D"]) == "category"
    assert "Int64" in Records.to_pandas.__doc__


def test_a_data_frames_own_looks_are_untouched(users: Records) -> None:
    assert type(users.to_pandas()) is pd.DataFrame
    assert pd.DataFrame._repr_html_.__module__.startswith("pandas")
