"""Many records written by column are the same in CLIXML as one after another."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from lync_magic.clixml import EnumValue, Int64, PSObject, SecureString, decode
from lync_magic.psrp import Encoder, Exact
from lync_magic.records import Records
from lync_magic.records.written import written

VALUES: tuple[Any, ...] = (
    None, "", "plain", "a<b & \x07 \U0001f600 _x000A_", 5, Int64(5), True, 1.0, Decimal("1.00"), Decimal("1.0"),
    datetime(2020, 1, 2), EnumValue("Friday", 5, "System.DayOfWeek"), ["a", "b"], ["a", "b"], [], [1, ["a"]],
    {"k": "v"},
    PSObject({"inner": ["a", "b"]}, ("Some.Type", "System.Object")),
)  # fmt: skip


def encrypted(_secret: SecureString) -> str:
    raise AssertionError("there is no secret")


def both_ways(records: Records) -> tuple[Any, Any]:
    """What a reader makes of the records, written by column and one after another."""
    quick = written(records, encrypted)
    texts = [Encoder(encrypted).value(value) for value in (quick, Exact(records))]
    first, second = (decode(text.encode("utf-8", "surrogatepass")) for text in texts)
    return first, second


@pytest.mark.parametrize("alike", [True, False], ids=["the same properties", "other properties in turn"])
def test_each_value_is_written_as_the_encoder_writes_it(alike: bool) -> None:
    count = len(VALUES)
    objects = []
    for number in range(4 * count):
        properties = {"a <1>": VALUES[number % count], "b": "text", "c": VALUES[number // 3 % count]}
        if not alike and number % 2:
            properties = {"c": properties["c"], "d": number, "b": "x"}
        objects.append(PSObject(properties, ("My.Type", "System.Object"), text=None if number % 5 else f"o{number}"))
    by_column, one_by_one = both_ways(Records.from_values(objects))
    assert by_column == one_by_one
    assert [type(one["c"]) for one in by_column] == [type(one["c"]) for one in one_by_one]
    assert [one.text for one in by_column] == [one.text for one in one_by_one]


def test_rows_that_were_chosen_are_written_in_their_order() -> None:
    records = Records.from_values([PSObject({"n": number}, ("My.Type",)) for number in range(200)])
    by_column, one_by_one = both_ways(records[::-2])
    assert by_column == one_by_one
    assert by_column[0]["n"] == 199


def test_objects_without_a_type_are_custom_objects() -> None:
    by_column, one_by_one = both_ways(Records.from_rows({"n": number, "t": ["a"]} for number in range(150)))
    assert by_column == one_by_one
    assert by_column[-1].type_names == one_by_one[-1].type_names


@pytest.mark.parametrize(
    "values",
    [
        [PSObject({"n": 1}, ("My.Type",)), PSObject({"n": [1]}, ("Another.Type",))] * 150,
        [*[PSObject({"n": 1}, ("My.Type",))] * 50, 5],
        [PSObject({}, ("My.Type",))] * 60,
        list(range(250)),
    ],
    ids=["of two types", "with a number", "without properties", "numbers"],
)
def test_others_are_written_as_the_encoder_writes_them(values: list[Any]) -> None:
    by_column, one_by_one = both_ways(Records.from_values(values))
    assert by_column == one_by_one
    assert len(by_column) == len(values)
