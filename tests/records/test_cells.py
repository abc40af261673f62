"""How one value is written in a table."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lync_magic.clixml import (
    MISSING,
    Credential,
    EnumValue,
    Null,
    PSObject,
    SecureString,
    TimeSpan,
    Undecoded,
    Uri,
    Version,
)
from lync_magic.records import Records
from lync_magic.records.cells import CellKind, show

NEW_YORK = timezone(timedelta(hours=-5))
KATHMANDU = timezone(timedelta(hours=5, minutes=45))


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        (None, "", CellKind.NOTHING),
        (Null, "", CellKind.NOTHING),
        (MISSING, "", CellKind.NOTHING),
        ("", "", CellKind.TEXT),
        (True, "True", CellKind.YES),
        (False, "False", CellKind.NO),
        (300, "300", CellKind.NUMBER),
        (0.1, "0.1", CellKind.NUMBER),
        (2.0, "2", CellKind.NUMBER),
        (float("-inf"), "-Infinity", CellKind.NUMBER),
        (Decimal("1.50"), "1.50", CellKind.NUMBER),
        (datetime(2013, 12, 13, 10, 5), "2013-12-13 10:05:00", CellKind.DATE),
        (datetime(2013, 12, 13, 10, 5, tzinfo=timezone.utc), "2013-12-13 10:05:00 UTC", CellKind.DATE),
        (datetime(2013, 12, 13, 10, 5, tzinfo=NEW_YORK), "2013-12-13 10:05:00 -05:00", CellKind.DATE),
        (datetime(2013, 12, 13, 10, 5, tzinfo=KATHMANDU), "2013-12-13 10:05:00 +05:45", CellKind.DATE),
        (datetime(1, 1, 1), "0001-01-01 00:00:00", CellKind.DATE),
        (timedelta(minutes=15), "00:15:00", CellKind.DATE),
        (timedelta(days=-1, hours=2), "-22:00:00", CellKind.DATE),
        (TimeSpan.of(15), "00:00:00.0000015", CellKind.DATE),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007", CellKind.TEXT),
        (Uri("https://litwareinc.com/?a=1&b=2"), "https://litwareinc.com/?a=1&b=2", CellKind.TEXT),
        (Version("6.0.9319.235"), "6.0.9319.235", CellKind.TEXT),
        (EnumValue("Available", 1, "System.Availability"), "Available", CellKind.TEXT),
        (b"\x00\xff", "{0x00, 0xFF}", CellKind.MANY),
        ([], "{}", CellKind.MANY),
        (["a", None, 3], "{a, , 3}", CellKind.MANY),
        (list("abcdef"), "{a, b, c, d…}", CellKind.MANY),
        ({"Name": "x", "Count": 2}, "@{Name=x; Count=2}", CellKind.MANY),
        (Undecoded("<Obj/>", "no such element"), "undecoded: no such element", CellKind.TROUBLE),
        (SecureString("p@ssw0rd!"), "System.Security.SecureString", CellKind.TEXT),
    ],
)
def test_a_value_is_written(value: object, text: str, kind: CellKind) -> None:
    assert show(value)[:2] == (text, kind)


def test_a_table_with_keys_that_are_no_texts_shows_them() -> None:
    assert show({2: "b", "a": 1, True: None}).text == "@{2=b; a=1; True=}"


def test_a_credential_shows_no_password() -> None:
    assert "p@ssw0rd!" not in show(Credential("kenmyer@litwareinc.com", "p@ssw0rd!")).text


def test_an_object_with_words_of_its_own_shows_them() -> None:
    assert show(PSObject({"A": 1}, ("X.Y",), "Tag:Default")).text == "Tag:Default"


def test_an_object_that_only_names_its_type_shows_its_properties() -> None:
    assert show(PSObject({"A": 1}, ("Deserialized.X.Y",), "X.Y")).text == "@{A=1}"


def test_a_value_with_notes_on_it_shows_the_value() -> None:
    assert show(PSObject({"PSComputerName": "here"}, ("System.Int32",), None, 5))[:2] == ("5", CellKind.NUMBER)


def test_records_inside_a_value_are_a_list_of_objects() -> None:
    assert show(Records([{"A": 1}, {"A": 2}])).text == "{@{A=1}, @{A=2}}"


def test_an_object_that_holds_itself_is_written_down_to_a_depth() -> None:
    inner: dict[str, Any] = {"Name": "loop"}
    inner["Self"] = inner
    assert show(inner).text == "@{Name=loop; Self=@{Name=loop; Self=@{…}}}"


def test_a_list_of_a_million_lists_shows_the_first_items_only() -> None:
    assert show([[1, 2]] * 1_000_000).text == "{{1, 2}, {1, 2}, {1, 2}, {1, 2}…}"


def test_a_long_text_is_cut() -> None:
    assert show("a" * 10_000_000, 10).text == "aaaaaaaaa…"
