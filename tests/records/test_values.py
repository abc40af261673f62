"""Results as values: pickled, copied, compared, and asked for what they do not have."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import ANY

import pytest

from lync_magic.clixml import Credential, DateTime, PSObject, SealedString, SecureString, TimeSpan, Undecoded
from lync_magic.records import Record, Records, UnknownPropertyError

KEN = PSObject({"Name": "Ken", "Age": 41, "to_pandas": 1, "items": "own"}, ("Person", "System.Object"))
PILAR = PSObject({"Name": "Pilar", "Age": 33, "to_pandas": 2, "items": "own"}, ("Person", "System.Object"))
AGAIN: list[Callable[[Any], Any]] = [
    copy.copy,
    copy.deepcopy,
    *(lambda value, protocol=protocol: pickle.loads(pickle.dumps(value, protocol)) for protocol in range(2, 6)),
]
every_way = pytest.mark.parametrize("again", AGAIN)


@pytest.fixture
def people() -> Records:
    return Records([KEN, PILAR])


@pytest.fixture
def comparable(types: Records) -> Records:
    """One object for each type of value, but for the one that is not equal to itself."""
    return types.filter(lambda case: case.Case != "double-nan")


# --- pickled and copied ----------------------------------------------------------------------------------------------


@every_way
def test_a_result_of_every_type_is_the_same_again(comparable: Records, again: Callable[[Any], Any]) -> None:
    made = again(comparable)
    assert type(made) is Records
    assert made == comparable
    assert [case.Value.type_names for case in made if isinstance(case.Value, Record)] == [
        case.Value.type_names for case in comparable if isinstance(case.Value, Record)
    ]
    assert repr(made) == repr(comparable)


@every_way
def test_each_object_is_the_same_again(comparable: Records, again: Callable[[Any], Any]) -> None:
    for case in comparable:
        made = again(case)
        assert made == case
        assert (made.names, made.type_names, made.text) == (case.names, case.type_names, case.text)


@every_way
def test_parts_and_sums_are_the_same_again(users: Records, again: Callable[[Any], Any]) -> None:
    room = PSObject({"Room": PSObject({"Seats": [1, 2]})}, ("Room",))
    for part in (users[5:50:7], users[::-200], users[:2] + [7, None, room, "x"] + users[2:4], Records(), Records([1])):  # noqa: RUF005
        assert again(part) == part
        assert again(part).names == part.names


@every_way
def test_what_could_not_be_read_is_the_same_again(again: Callable[[Any], Any]) -> None:
    broken = Records([KEN, Undecoded("<Obj>", "it ends too early")])
    assert again(broken).undecoded == broken.undecoded
    assert again(broken).undecoded[0].reason == "it ends too early"


@every_way
def test_what_is_made_again_goes_to_every_tool(users: Records, again: Callable[[Any], Any]) -> None:
    pytest.importorskip("pyarrow")
    assert again(users).to_arrow().equals(users.to_arrow())
    assert again(users).to_pandas().equals(users.to_pandas())


@pytest.mark.parametrize("secret", [Credential("ken", "p@ss"), SealedString(b"x"), SecureString("p@ss")])
def test_a_secret_inside_an_object_is_not_taken_along(secret: object) -> None:
    for held in (secret, [secret], {"key": secret}, PSObject({"Inner": secret})):
        result = Records([PSObject({"Secret": held})])
        for take in (pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError, match="never pickled or copied"):
                take(result)


# --- compared --------------------------------------------------------------------------------------------------------


def test_a_dict_made_of_a_record_is_equal_to_it(people: Records) -> None:
    assert dict(people[0]) == people[0]
    assert people[0] == dict(people[0])
    assert list(people) == people
    assert people != people[:1]
    assert people != [people[0], {"Name": "other"}]
    assert people != "KenPilar"


def test_nested_objects_count_in_equality() -> None:
    first, same, other = (Records([PSObject({"In": [PSObject({"A": value})]})]) for value in (1, 1, 2))
    assert first == same
    assert first != other


# --- asked for what there is, and what there is not ------------------------------------------------------------------


def test_a_property_named_like_a_method_is_reached_by_its_name_as_an_item(people: Records) -> None:
    assert people["to_pandas"] == [1, 2]
    assert people[0]["to_pandas"] == 1
    assert people[0]["items"] == "own"
    assert people[0]["ITEMS"] == "own"
    assert callable(people.to_pandas)
    assert dict(people[0].items())["items"] == "own"


def test_a_name_that_is_no_text_is_no_property(people: Records) -> None:
    with pytest.raises(KeyError, match="no property 0. There are Name, Age"):
        people[0][0]  # type: ignore[index]
    assert people[0].get(0) is None  # type: ignore[call-overload]
    assert 0 not in people[0]


def test_a_place_that_does_not_exist_says_how_many_there_are(people: Records) -> None:
    for place in (2, -3):
        with pytest.raises(IndexError, match=f"There is no object {place}: the result holds 2."):
            people[place]
    with pytest.raises(TypeError, match="a number, a slice or names, not float"):
        people[0.5]  # type: ignore[call-overload]


def test_of_no_objects_any_name_as_an_item_is_the_empty_list() -> None:
    assert Records()["displayname"] == Records()["DisplayName"] == []


def test_the_names_near_a_missing_one_are_those_of_all_types(people: Records) -> None:
    mixed = people + [PSObject({"RoomNumber": 7}, ("Room",)), 5]  # noqa: RUF005
    with pytest.raises(UnknownPropertyError, match="Did you mean RoomNumber"):
        mixed.RoomNumbr
    with pytest.raises(UnknownPropertyError, match="Did you mean Name"):
        mixed["nmae"]


def test_tab_offers_each_name_once_and_only_what_can_be_typed() -> None:
    odd = Records([PSObject({"Name": 1, "with space": 2, "class": 3, "items": 4})])
    for offered in (odd.__dir__(), odd[0].__dir__()):
        assert len(set(offered)) == len(list(offered))
        assert "Name" in offered
        assert not {"with space", "class"} & set(offered)
    assert odd._ipython_key_completions_() == ["Name", "with space", "class", "items"]


# --- asked for with a default -----------------------------------------------------------------------------------------


def test_a_property_that_is_not_there_can_be_asked_for_without_an_error(people: Records) -> None:
    ken = people[0]
    assert ken.get("name") == "Ken"
    assert ken.get("Nam") is None
    assert ken.get("Nam", 1) == 1
    assert getattr(ken, "Nam", 2) == 2
    assert "Nam" not in ken
    assert "NAME" in ken
    assert 1 not in ken


def test_the_error_says_what_is_near_when_it_is_looked_at_and_travels(people: Records) -> None:
    with pytest.raises(UnknownPropertyError) as caught:
        _ = people[0].Nam
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) == "This object has no property 'Nam'. Did you mean Name?"
    assert repr(caught.value) == f"UnknownPropertyError({str(again)!r})"


# --- the digits that Python's own types do not have ------------------------------------------------------------------


MOMENT = datetime(2013, 12, 13, 10, 11, 12, tzinfo=timezone.utc)


def assert_ordered(values: list[Any]) -> None:
    """These four differ, and every way to compare or to sort them says that they come in this order."""
    shuffled = [values[place] for place in (2, 0, 3, 1)]
    assert sorted(shuffled) == values
    for place, one in enumerate(values):
        for other_place, other in enumerate(values):
            assert (one == other, one != other, one < other, one <= other, one > other, one >= other) == (
                place == other_place,
                place != other_place,
                place < other_place,
                place <= other_place,
                place > other_place,
                place >= other_place,
            )
    assert len({*values, *values}) == 4


def test_moments_that_differ_by_100_ns_differ_and_are_in_order() -> None:
    moments = [MOMENT, DateTime.of(MOMENT, 3), DateTime.of(MOMENT, 7), MOMENT + timedelta(microseconds=1)]
    assert_ordered(moments)
    assert DateTime.of(MOMENT, 3) == DateTime.of(MOMENT, 3)
    assert DateTime.of(MOMENT, 3) != "text"
    with pytest.raises(TypeError):
        _ = DateTime.of(MOMENT, 3) < "text"  # type: ignore[operator]


def test_durations_that_differ_by_100_ns_differ_and_are_in_order() -> None:
    durations = [timedelta(microseconds=1), TimeSpan.of(11), TimeSpan.of(12), timedelta(microseconds=2)]
    assert_ordered(durations)
    with pytest.raises(TypeError):
        _ = TimeSpan.of(11) < 5  # type: ignore[operator]


def test_who_compares_with_moments_in_a_way_of_its_own_is_asked() -> None:
    assert DateTime.of(MOMENT, 3) == ANY
    assert TimeSpan.of(11) == ANY
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([DateTime.of(MOMENT, 3), None], dtype=object)
    assert list(DateTime.of(MOMENT, 3) == series) == [True, False]


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    there = DateTime.of(MOMENT, 3).astimezone(timezone(timedelta(hours=2)))
    assert (there.hour, there.ticks_rest) == (12, 3)
    assert there == DateTime.of(MOMENT, 3)


def test_results_that_differ_by_100_ns_differ() -> None:
    one, other = (Records([PSObject({"When": DateTime.of(MOMENT, rest)})]) for rest in (3, 7))
    assert one != other
