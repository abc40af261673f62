"""Every object of the recording `types`: what PowerShell sent, what we make of it, what its text is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lync_magic.clixml import (
    Byte,
    Char,
    DateTime,
    EnumValue,
    Int16,
    Int64,
    PSObject,
    SByte,
    ScriptBlock,
    Single,
    TimeSpan,
    UInt16,
    UInt32,
    UInt64,
    Uri,
    Version,
    Xml,
    decode,
    invariant_text,
)

UTC = timezone.utc

# What the recording's Text cannot be compared with: .NET's ToString() of a collection is its type's name, PowerShell's
# string conversion joins the items; a script property was a value when it was sent.
TEXT_OF_COLLECTIONS = {
    "bytes": " ".join(map(str, range(256))),
    "bytes-empty": "",
    "chararray": "a b c",
    "array": "1 two 3  True",
    "array-empty": "",
    "array-nested": "System.Object[] System.Object[]",
    "array-multidim": "0 0 0 0",
    "arraylist": "1 2",
    "list-string": "a b",
    "hashset": "a",
    "ordered": "System.Collections.Hashtable",
    "dictionary": "System.Collections.Hashtable",
    "queue": "1 2",
    "stack": "2 1",
    "enumerator": "1 2 3",
    "same-object-twice": "@{a=1} @{a=1}",
    "bool-null-mixed": "True  False",
    "scriptproperty": "@{A=2; Twice=4}",
}

VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "false": False,
    "char": Char("é"),
    "char-control": Char("\x07"),
    "string": "plain",
    "string-empty": "",
    "string-spaces": "  leading and trailing  ",
    "string-newlines": "a\r\nb\nc\td",
    "string-controls": "bell \x07 nul \x00 esc \x1b del \x7f c1 \x85",
    "string-escape-lookalike": "_x000A_ and _X000a_ and _x005F_ and _x12",
    "string-surrogates": "emoji \U0001f600 lone \ud83d end",
    "string-markup": '<script>alert("x")</script> & ]]> \' " `',
    "string-noncharacters": "\ufffe \uffff",
    "string-long": "x" * 100_000,
    "int16": Int16(-12345),
    "int32": 2147483647,
    "int64": Int64(9223372036854775807),
    "uint16": UInt16(65535),
    "uint32": UInt32(4294967295),
    "uint64": UInt64(18446744073709551615),
    "byte": Byte(255),
    "sbyte": SByte(-128),
    "single": Single(1.1),
    "double": 0.1,
    "double-inf": math.inf,
    "double-ninf": -math.inf,
    "double-max": 1.7976931348623157e308,
    "decimal": Decimal("79228162514264337593543950335"),
    "decimal-scale": Decimal("1.23"),
    "bigint": 2**100,
    "datetime-utc": DateTime.of(datetime(2013, 12, 13, 10, 11, 12, 123456, UTC), 7),
    "datetime-local": datetime(2013, 12, 13, 10, 11, 12, tzinfo=UTC),
    "datetime-unspecified": datetime(2013, 12, 13, 10, 11, 12),
    "datetime-min": datetime(1, 1, 1),
    "datetime-max": DateTime.of(datetime(9999, 12, 31, 23, 59, 59, 999999), 9),
    "timespan": timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5),
    "timespan-negative": timedelta(minutes=-90.5),
    "timespan-max": TimeSpan.of(9223372036854775807),
    "guid": UUID("11111111-2222-3333-4444-555555555555"),
    "uri": Uri("https://webdir0d.online.lync.com/OcsPowerShellLiveId?x=1&y=2"),
    "version": Version("6.0.9319.235"),
    "bytes": bytes(range(256)),
    "bytes-empty": b"",
    "chararray": [Char("a"), Char("b"), Char("c")],
    "xml": Xml('<a b="c">d<e /></a>'),
    "scriptblock": ScriptBlock(" Get-CsTenant | Where-Object { $_.Name } "),
    "enum": EnumValue("Friday", 5, "System.DayOfWeek"),
    "enum-flags": EnumValue("ReadOnly, Hidden", 3, "System.IO.FileAttributes"),
    "array": [1, "two", 3.0, None, True],
    "array-empty": [],
    "array-nested": [[1, 2], [3, [4, 5]]],
    "array-multidim": [0, 0, 0, 0],
    "arraylist": [1, 2],
    "list-string": ["a", "b"],
    "hashset": ["a"],
    "hashtable": {"two words": "x", 3: "int key", "one": 1},
    "ordered": {"z": 1, "a": 2, "m": [1, 2]},
    "dictionary": {"a": 1},
    "queue": [1, 2],
    "stack": [2, 1],
    "enumerator": [1, 2, 3],
    "dbnull": None,
    "bool-null-mixed": [True, None, False],
}


@pytest.fixture(scope="module")
def cases(output: Callable[[str], list[bytes]]) -> Mapping[str, PSObject]:
    return {made["Case"]: made for made in map(decode, output("types"))}


def test_all_91_objects_are_read(cases: Mapping[str, PSObject]) -> None:
    assert len(cases) == 91


@pytest.mark.parametrize("case", VALUES)
def test_a_value_is_what_powershell_sent(cases: Mapping[str, PSObject], case: str) -> None:
    value = cases[case]["Value"]
    assert type(value) is type(VALUES[case])
    assert value == VALUES[case]


def test_each_value_has_the_text_that_powershell_gives_it(cases: Mapping[str, PSObject]) -> None:
    texts = {case: invariant_text(made["Value"]) for case, made in cases.items()}
    expected = {case: TEXT_OF_COLLECTIONS.get(case, made["Text"]) for case, made in cases.items()}
    assert texts == expected


def test_nan_is_nan_and_negative_zero_keeps_its_sign(cases: Mapping[str, PSObject]) -> None:
    assert math.isnan(cases["double-nan"]["Value"])
    assert math.copysign(1, cases["double-negzero"]["Value"]) == -1


def test_the_seventh_decimal_of_a_second_is_kept(cases: Mapping[str, PSObject]) -> None:
    assert cases["datetime-utc"]["Value"].ticks_rest == 7
    assert cases["datetime-max"]["Value"].ticks_rest == 9


def test_a_duration_of_ten_million_days_is_exact(cases: Mapping[str, PSObject]) -> None:
    assert cases["timespan-max"]["Value"].ticks == 9223372036854775807


def test_an_enumeration_has_its_number_and_type(cases: Mapping[str, PSObject]) -> None:
    value = cases["enum-flags"]["Value"]
    assert (value.value, value.type_name) == (3, "System.IO.FileAttributes")


def test_a_note_on_a_string_and_on_a_number_stays_beside_the_value(cases: Mapping[str, PSObject]) -> None:
    text, number = cases["string-with-note"]["Value"], cases["int-with-note"]["Value"]
    assert (text.base, dict(text)) == ("text", {"Note": 7})
    assert (number.base, dict(number)) == (5, {"Note": "n"})


def test_an_object_that_stands_twice_is_one_object(cases: Mapping[str, PSObject]) -> None:
    first, second = cases["same-object-twice"]["Value"]
    assert first is second


def test_an_object_that_holds_itself_is_read_shown_and_compared(
    cases: Mapping[str, PSObject], output: Callable[[str], list[bytes]]
) -> None:
    value = cases["type"]["Value"]
    assert value["UnderlyingSystemType"] is value
    assert "..." in repr(value)
    again = next(made for made in map(decode, output("types")) if made["Case"] == "type")
    assert again["Value"] == value


def test_odd_property_names_are_kept(cases: Mapping[str, PSObject]) -> None:
    names = list(cases["property-names"]["Value"])
    assert names == ["with space", "Größe", "class", "_x0041_", 'a<b>&"', "to_pandas", "1st"]


def test_type_names_come_as_they_were_sent(cases: Mapping[str, PSObject]) -> None:
    value = cases["psobject-typed"]["Value"]
    assert value.type_names[0].endswith("ExternalAccess.ExternalAccessPolicy")
    assert value.type_names[1:] == ("System.Management.Automation.PSCustomObject", "System.Object")


def test_an_object_with_properties_keeps_its_text(cases: Mapping[str, PSObject]) -> None:
    value = cases["datetimeoffset"]["Value"]
    assert value.text == "12/13/2013 10:11:12 -08:00"
    assert value["Offset"] == timedelta(hours=-8)


def test_deep_objects_are_read_to_the_bottom(cases: Mapping[str, PSObject]) -> None:
    assert cases["deep"]["Value"]["a"]["b"]["c"]["d"] == 1


def test_a_property_is_found_in_any_case(cases: Mapping[str, PSObject]) -> None:
    assert cases["pscustomobject"]["VALUE"]["displayname"] == "Ken Myer"
