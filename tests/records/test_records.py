"""Records and Record: objects by name, as a sequence, as values."""

from __future__ import annotations

import copy
import pickle
import random

import pytest

from lync_magic.clixml import MISSING, PSObject, SealedString, Undecoded, decode, decode_or_undecoded
from lync_magic.records import Reader, Record, Records


def person(name: str, **more: object) -> PSObject:
    return PSObject({"Name": name, **more}, ("Person", "System.Object"))


PEOPLE = [person("Ken", Age=41), person("Pilar", Age=33), person("Ольга", Age=None)]


@pytest.fixture
def people() -> Records:
    return Records(PEOPLE)


def test_a_property_is_an_attribute_and_an_item_in_any_case(users: Records) -> None:
    user = users[0]
    assert user.DisplayName == user.displayname == user["DISPLAYNAME"] == "User 1"


def test_a_property_that_does_not_exist_gives_the_names_near_it(users: Records) -> None:
    with pytest.raises(AttributeError, match="Did you mean DisplayName"):
        users[0].DisplyName
    with pytest.raises(KeyError, match="Did you mean SipAddress"):
        users[0]["SipAdress"]


def test_a_property_named_like_a_method_is_reached_as_an_item(types: Records) -> None:
    odd = next(case.Value for case in types if case.Case == "property-names")
    assert odd["to_pandas"] == 6
    assert odd["with space"] == 1
    assert odd["1ST"] == 7
    assert Records([PSObject({"names": "mine"})])[0]["names"] == "mine"


def test_a_record_is_a_mapping_in_its_own_order(people: Records) -> None:
    assert dict(people[0]) == {"Name": "Ken", "Age": 41}
    assert list(people[0]) == people[0].names == ["Name", "Age"]
    assert list(people[0].values()) == ["Ken", 41]
    assert list(people[0].items()) == [("Name", "Ken"), ("Age", 41)]
    assert "name" in people[0]
    assert "Nothing" not in people[0]
    assert {**people[1]} == {"Name": "Pilar", "Age": 33}


def test_a_record_says_its_types_its_text_and_its_plain_value(types: Records) -> None:
    cases = {case.Case: case.Value for case in types}
    assert cases["ipaddress"].type_names[0] == "System.Net.IPAddress"
    assert str(cases["ipaddress"]) == cases["ipaddress"].text == "10.0.0.1"
    assert cases["int-with-note"].base == 5
    assert cases["pscustomobject"].base is MISSING


def test_nested_objects_are_records_too(types: Records) -> None:
    nested = next(case.Value for case in types if case.Case == "pscustomobject")
    assert isinstance(nested.Nested.Deep, Record)
    assert nested.Nested.deep.Deeper == 1


def test_a_record_cannot_be_changed(people: Records) -> None:
    with pytest.raises(AttributeError):
        people[0].Name = "other"
    with pytest.raises(TypeError):
        people[0]["Name"] = "other"  # type: ignore[index]


def test_one_object_gives_a_property_itself_and_several_a_list(people: Records) -> None:
    assert people[:1].Name == "Ken"
    assert people.Name == people["name"] == ["Ken", "Pilar", "Ольга"]
    assert people.Age == [41, 33, None]


def test_objects_without_the_property_are_left_out_of_its_list(people: Records) -> None:
    mixed = people + Records([person("Zoë", Room=7), 5, "text"])
    assert mixed.Room == [7]
    assert mixed.Name == ["Ken", "Pilar", "Ольга", "Zoë"]
    with pytest.raises(AttributeError, match="None of these objects"):
        people.Room


def test_of_no_objects_a_property_is_the_empty_list() -> None:
    assert Records().DisplayName == []
    assert not hasattr(Records(), "dtype")


def test_a_result_counts_as_an_array_does_in_powershell(people: Records) -> None:
    assert people.Count == people.Length == 3


def test_a_result_is_a_sequence(people: Records) -> None:
    assert len(people) == 3
    assert people[-1].Name == "Ольга"
    assert [each.Name for each in people[::-1]] == ["Ольга", "Pilar", "Ken"]
    assert people[1] in people
    assert people.index(people[2]) == 2
    assert people.count(people[0]) == 1
    assert [each.Name for each in reversed(people)] == ["Ольга", "Pilar", "Ken"]
    with pytest.raises(IndexError):
        people[3]


def test_objects_of_several_types_and_plain_values_keep_their_order() -> None:
    other = PSObject({"Room": 1}, ("Room",))
    mixed = Records([PEOPLE[0], 5, other, None, "text", PEOPLE[1]])
    assert [each.type_names[0] if isinstance(each, Record) else each for each in mixed] == [
        "Person", 5, "Room", None, "text", "Person",
    ]  # fmt: skip
    assert mixed[2:5] == [other, None, "text"]


def test_results_are_added_with_results_and_with_lists(people: Records) -> None:
    assert (people + people)[3:] == people
    assert (people + [1])[-1] == 1  # noqa: RUF005
    assert ([1] + people)[1:] == people  # noqa: RUF005


def test_sorting_and_filtering_by_plain_python_gives_results_again(people: Records) -> None:
    assert [each.Name for each in sorted(people, key=lambda each: each.Age or 0)] == ["Ольга", "Pilar", "Ken"]
    assert people.sorted(lambda each: each.Name, reverse=True).Name == ["Ольга", "Pilar", "Ken"]
    assert people.filter(lambda each: each.Age).Name == ["Ken", "Pilar"]
    assert Records(each for each in people if each.Age is None).Name == "Ольга"


def test_equality_is_of_values_types_and_texts(people: Records) -> None:
    assert people == Records(PEOPLE) == PEOPLE
    assert people[0] == PEOPLE[0]
    assert people[0] != people[1]
    assert people[0] == {"Name": "Ken", "Age": 41}
    assert Records([PSObject({"Name": "Ken", "Age": 41})])[0] != people[0]


def test_pickle_and_copy_give_equal_results_and_only_their_own_rows(users: Records) -> None:
    few = users[10:13]
    assert pickle.loads(pickle.dumps(few)) == few
    assert len(pickle.dumps(few)) < len(pickle.dumps(users)) / 100
    assert copy.copy(few) == copy.deepcopy(few) == few
    assert pickle.loads(pickle.dumps(users[5])) == users[5]


def test_an_object_that_holds_itself_is_compared_shown_pickled_and_copied(types: Records) -> None:
    value = next(case.Value for case in types if case.Case == "type")
    assert value.UnderlyingSystemType is value or value.UnderlyingSystemType == value
    again = pickle.loads(pickle.dumps(value))
    assert again == value
    assert again.UnderlyingSystemType.UnderlyingSystemType == value
    assert "UnderlyingSystemType" in value._repr_mimebundle_()["text/plain"]
    assert "\n" not in repr(value)


def test_credentials_are_not_pickled_with_their_objects() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Records([PSObject({"Password": SealedString(b"x")})]))


def test_tab_offers_the_properties(people: Records) -> None:
    assert {"Name", "Age", "type_names"} <= set(dir(people[0]))
    assert {"Name", "Age", "to_pandas"} <= set(dir(people))
    assert people[0]._ipython_key_completions_() == ["Name", "Age"]


def test_joined_results_hold_one_table_a_type(users: Records) -> None:
    whole = Records.concat([users[:500], users[500:], Records([7]), users[:1]])
    assert whole[:2000] == users
    assert whole[2000:] == [7, users[0]]
    assert len(whole.by_source()) == 2


def test_decoded_values_and_raw_objects_make_the_same_result(raw_types: list[bytes], types: Records) -> None:
    assert Records.from_values(map(decode, raw_types)) == types == Records.from_raw(raw_types)


def test_a_stream_of_many_shapes_keeps_each_objects_own_order() -> None:
    rng = random.Random(5)
    made = []
    for _ in range(400):
        names = rng.sample("ABCDEFGH", rng.randrange(1, 8))
        made.append("".join(f'<I32 N="{name}">{rng.randrange(9)}</I32>' for name in names))
    raws = [f'<Obj RefId="0"><TN RefId="0"><T>X</T></TN><MS>{inner}</MS></Obj>' for inner in made]
    result = Reader().feed(raws)
    expected = [decode_or_undecoded(raw) for raw in raws]
    assert [list(each.items()) for each in result] == [list(each.items()) for each in expected]


def test_an_object_that_cannot_be_read_costs_one_object_and_is_said_once(raw_users: list[bytes]) -> None:
    reader = Reader()
    result = reader.feed([raw_users[0], b"<Obj>", raw_users[1], b"<S>&x;</S>"])
    assert isinstance(result[1], Undecoded)
    assert [each.raw for each in result.undecoded] == ["<Obj>", "<S>&x;</S>"]
    assert result.DisplayName == ["User 1", "User 2"]
    with pytest.warns(UserWarning, match="2 objects could not be read") as caught:
        reader.finish()
    assert len(caught) == 1
    reader.finish()
    assert "could not be read" in repr(result)


def test_html_comes_from_whom_the_rooms_above_name(people: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Records, "renderer", None)
    assert set(people._repr_mimebundle_()) == {"text/plain"}
    monkeypatch.setattr(Records, "renderer", lambda records: f"<b>{len(records)}</b>")
    assert people._repr_mimebundle_() == {"text/plain": repr(people), "text/html": "<b>3</b>"}


# --- as text -----------------------------------------------------------------------------------------------------


def test_one_object_is_shown_as_a_list_and_a_result_of_one_small_object_as_a_table(people: Records) -> None:
    assert people[0]._repr_mimebundle_()["text/plain"] == str(people[0]) == "Name : Ken\nAge  : 41"
    assert repr(people[0]) == "@{Name=Ken; Age=41}"
    assert repr(people[:1]) == "Name Age\n---- ---\nKen   41\n(1 object of Person)"


def test_several_objects_are_shown_as_a_table_with_their_count(people: Records) -> None:
    assert repr(people).splitlines() == [
        "Name  Age",
        "----  ---",
        "Ken    41",
        "Pilar  33",
        "Ольга",
        "(3 objects of Person)",
    ]


def test_a_long_result_shows_its_first_rows_and_what_it_leaves_out(users: Records) -> None:
    text = repr(users)
    assert "(2,000 objects of System.Management.Automation.PSCustomObject)" in text
    assert "more properties: " in text
    assert len(text.splitlines()) == 2 + 12 + 1 + 4 + 2


def test_wide_characters_do_not_break_the_columns() -> None:
    lines = repr(Records([person("田中", Age=1), person("Ken", Age=2)])).splitlines()
    assert lines[2:4] == ["田中   1", "Ken    2"]


def test_hostile_text_never_steers_the_terminal() -> None:
    nasty = "\x1b[2J\x07\u202eevil\u2028\ud83d\x9b"
    text = repr(Records([person(nasty), person("Ken")])) + repr(Records([person(nasty)])) + repr(Records([nasty]))
    assert not set(nasty) - set("[2Jevil") & set(text)
    text.encode()


def test_a_property_name_never_steers_the_terminal() -> None:
    text = repr(Records([PSObject({"\x1b]0;x\x07": 1}), PSObject({"\x1b]0;x\x07": 2})]))
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_table_of_one_s_own_is_made_of_rows() -> None:
    table = Records.from_rows([{"Check": "Enabled", "Users": 12}, {"Check": "Valid", "Users": 0}])
    assert (table.names, table.Users) == (["Check", "Users"], [12, 0])
    assert [row.Check for row in table.show(mark={"Users": 0}).marked] == ["Valid"]
