"""What changed between two results, and what their columns hold."""

from __future__ import annotations

import math

import pytest

from lync_magic.clixml import PSObject
from lync_magic.records import Records, UnknownPropertyError


def objects(*properties: dict[str, object]) -> Records:
    return Records(PSObject(dict(each), ("Test.User",)) for each in properties)


def changes(before: Records, after: Records, **how: object) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in before.diff(after, **how)]  # type: ignore[arg-type]


def test_what_came_what_went_and_what_changed() -> None:
    before = objects({"Identity": "ken", "City": "Bonn"}, {"Identity": "pilar", "City": "Rom"})
    after = objects({"Identity": "KEN", "City": "Köln"}, {"Identity": "jane", "City": "Oslo"})
    found = before.diff(after, ignore=["identity"])
    assert found.added.Identity == "jane"
    assert found.removed.Identity == "pilar"
    assert changes(before, after, ignore=["identity"]) == [
        ("Changed", "KEN", "City", "Bonn", "Köln"),
        ("Added", "jane", "", None, None),
        ("Removed", "pilar", "", None, None),
    ]


def test_nothing_changed() -> None:
    values = {"Identity": "ken", "Score": math.nan, "List": [1, PSObject({"a": 1}, ("T",))], "PSComputerName": "a"}
    assert len(objects(values).diff(objects({**values, "PSComputerName": "b"}))) == 0


def test_properties_that_came_or_went_are_changes() -> None:
    before, after = objects({"Identity": "ken", "Old": 1}), objects({"Identity": "ken", "New": 2})
    assert changes(before, after) == [("Changed", "ken", "New", None, 2), ("Changed", "ken", "Old", 1, None)]


def test_objects_inside_objects_are_compared() -> None:
    def one(depth: int) -> Records:
        return objects({"Identity": "ken", "Plan": [PSObject({"Depth": depth}, ("T",))]})

    assert len(one(1).diff(one(1))) == 0
    assert len(one(1).diff(one(2))) == 1


def test_several_of_one_identity_are_paired_in_their_order() -> None:
    before = objects({"Identity": "a", "n": 1}, {"Identity": "a", "n": 2})
    after = objects({"Identity": "a", "n": 1}, {"Identity": "a", "n": 3}, {"Identity": "a", "n": 4})
    assert [row[0] for row in changes(before, after)] == ["Changed", "Added"]


def test_several_properties_can_be_the_key_and_places_too() -> None:
    before = objects({"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 2, "c": 1})
    after = objects({"a": 1, "b": 1, "c": 2}, {"a": 1, "b": 2, "c": 1})
    assert changes(before, after, key=["a", "b"]) == [("Changed", "1, 1", "c", 1, 2)]
    assert changes(before, after, key=None) == [("Changed", "0", "c", 1, 2)]


def test_a_key_that_nobody_has_is_told() -> None:
    with pytest.raises(UnknownPropertyError, match="Identiti"):
        objects({"Identity": "a"}).diff(objects({"Identity": "a"}), "Identiti")


def test_plain_values_are_their_own_identity() -> None:
    assert [row[:2] for row in changes(Records(["a", "b"]), Records(["b", "c"]))] == [("Added", "c"), ("Removed", "a")]


def test_columns_are_described() -> None:
    users = objects({"City": "Bonn", "Age": 30}, {"City": "Bonn", "Age": None}, {"City": "Rom", "Age": 20})
    city, age = users.describe()
    assert (city.Name, city.Type, city.Count, city.Nulls, city.Distinct) == ("City", "text", 3, 0, 2)
    assert city.Top == ["Bonn (2)"]
    assert (age.Count, age.Nulls, age.Min, age.Max) == (2, 1, 20, 30)


def test_a_column_of_what_cannot_be_counted_is_described() -> None:
    (column,) = objects({"Plan": [1, 2]}, {"Plan": [1, 2]}, {"Plan": {"a": 1}}).describe(top=1)
    assert (column.Count, column.Distinct) == (3, 2)
    assert len(objects().describe()) == 0
