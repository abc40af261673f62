"""Python values as the CLIXML that this client sends; psrpcore's reader is the oracle where it reads well."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import psrpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psrpcore.types import PSSecureString, deserialize

from lync_magic.clixml import (
    Char,
    Credential,
    DateTime,
    EnumValue,
    Null,
    PSObject,
    ScriptBlock,
    SealedString,
    SecureString,
    TimeSpan,
    Undecoded,
    Uri,
    Version,
    Xml,
)
from lync_magic.psrp.encode import Encoder

PARIS = timezone(timedelta(hours=1))


def encoded(value: object) -> str:
    return Encoder(lambda secret: f"locked({len(secret.reveal())})").value(value)


def back(value: object) -> Any:
    return deserialize(ElementTree.fromstring(encoded(value)), psrpcore.PSRemotingCrypto())


class Sized64(int):
    """A number that says its .NET type."""

    net = "Int64"


@pytest.mark.parametrize(
    ("value", "clixml"),
    [
        (None, "<Nil />"),
        (Null, "<Nil />"),
        (True, "<B>true</B>"),
        (False, "<B>false</B>"),
        (5, "<I32>5</I32>"),
        (-(2**31), "<I32>-2147483648</I32>"),
        (2**31, "<I64>2147483648</I64>"),
        (-(2**63), "<I64>-9223372036854775808</I64>"),
        (2**63, "<D>9223372036854775808</D>"),
        (Sized64(10), "<I64>10</I64>"),
        (1.5, "<Db>1.5</Db>"),
        (1000.0, "<Db>1000</Db>"),
        (float("inf"), "<Db>INF</Db>"),
        (float("-inf"), "<Db>-INF</Db>"),
        (float("nan"), "<Db>NaN</Db>"),
        (Decimal("1.50"), "<D>1.50</D>"),
        (Decimal("1E+3"), "<D>1000</D>"),
        ("", "<S />"),
        ('a<b>&"c"', "<S>a&lt;b&gt;&amp;&quot;c&quot;</S>"),
        ("line\nline\ttab", "<S>line_x000A_line_x0009_tab</S>"),
        ("_x000A_ as text", "<S>_x005F_x000A_ as text</S>"),
        ("\ufffe\uffff\ud83d", "<S>_xFFFE__xFFFF__xD83D_</S>"),
        ("😀", "<S>_xD83D__xDE00_</S>"),
        (Char("A"), "<C>65</C>"),
        (Uri("http://x/?a&b"), "<URI>http://x/?a&amp;b</URI>"),
        (Version("6.0.9319.235"), "<Version>6.0.9319.235</Version>"),
        (Version("1.0-beta"), "<S>1.0-beta</S>"),
        (Xml("<a/>"), "<XD>&lt;a/&gt;</XD>"),
        (ScriptBlock("Get-Date"), "<SBK>Get-Date</SBK>"),
        (EnumValue("Friday", 5, "System.DayOfWeek"), "<S>Friday</S>"),
        (b"\x00\xff", "<BA>AP8=</BA>"),
        (UUID(int=1), "<G>00000000-0000-0000-0000-000000000001</G>"),
        (datetime(2013, 12, 13, 10, 11, 12), "<DT>2013-12-13T10:11:12</DT>"),
        (datetime(2013, 12, 13, 10, 11, 12, 5, timezone.utc), "<DT>2013-12-13T10:11:12.0000050Z</DT>"),
        (datetime(2013, 12, 13, tzinfo=PARIS), "<DT>2013-12-13T00:00:00+01:00</DT>"),
        (DateTime.of(datetime(1, 1, 1), 7), "<DT>0001-01-01T00:00:00.0000007</DT>"),
        (date(2013, 12, 13), "<DT>2013-12-13T00:00:00</DT>"),
        (timedelta(0), "<TS>PT0S</TS>"),
        (timedelta(seconds=10), "<TS>PT10S</TS>"),
        (timedelta(days=-1, hours=-2, milliseconds=-500), "<TS>-P1DT2H0.5S</TS>"),
        (TimeSpan.of(-(2**63)), "<TS>-P10675199DT2H48M5.4775808S</TS>"),
        (SecureString("p@ssw0rd!"), "<SS>locked(9)</SS>"),
        (SealedString(b"\x01\x02"), "<SS>AQI=</SS>"),
    ],
)
def test_a_plain_value_is_written_as_powershell_writes_it(value: object, clixml: str) -> None:
    assert encoded(value) == clixml


def test_a_list_is_an_object_array_as_the_real_client_sends_one() -> None:
    assert encoded([1, "two", None]) == (
        '<Obj RefId="0"><TN RefId="0"><T>System.Object[]</T><T>System.Array</T><T>System.Object</T></TN>'
        "<LST><I32>1</I32><S>two</S><Nil /></LST></Obj>"
    )


def test_a_dictionary_is_a_hashtable_at_every_level() -> None:
    assert back({"Add": {"x": 1, "y": ["a.com", "b.com"]}}) == {"Add": {"x": 1, "y": ["a.com", "b.com"]}}


def test_the_second_object_of_a_type_names_it_by_reference() -> None:
    assert encoded([[1], [2]]).count("System.Object[]") == 1


def test_an_object_goes_back_with_the_type_names_it_came_with() -> None:
    tenant = PSObject({"Identity": "x"}, ("Deserialized.Litware.Tenant", "System.Object"), text="the tenant")
    assert encoded(tenant) == (
        '<Obj RefId="0"><TN RefId="0"><T>Deserialized.Litware.Tenant</T><T>System.Object</T></TN>'
        '<ToString>the tenant</ToString><MS><S N="Identity">x</S></MS></Obj>'
    )


def test_a_number_keeps_the_text_it_was_written_as() -> None:
    assert encoded(PSObject({}, text="10kb", base=10240)) == (
        '<Obj RefId="0"><ToString>10kb</ToString><I32>10240</I32></Obj>'
    )


def test_the_type_name_around_a_number_chooses_its_size() -> None:
    assert encoded(PSObject({}, ("System.Int64",), text="10L", base=10)) == (
        '<Obj RefId="0"><ToString>10L</ToString><I64>10</I64></Obj>'
    )


def test_anything_that_knows_itself_as_an_object_is_sent_as_that() -> None:
    class Record:
        def __psobject__(self) -> PSObject:
            return PSObject({"Name": "ken"})

    assert back(Record()).Name == "ken"


def test_a_credential_is_sent_as_an_object_with_its_password_encrypted() -> None:
    clixml = encoded(Credential("ken", "p@ssw0rd!"))
    assert '<S N="UserName">ken</S><SS N="Password">locked(9)</SS>' in clixml
    assert "p@ssw0rd!" not in clixml


def test_a_secret_of_another_session_is_opened_with_its_key_and_sealed_with_ours() -> None:
    theirs = SealedString(b"\x01\x02", lambda _sealed: "p@ss".encode("utf-16-le"))
    assert encoded(theirs) == "<SS>locked(4)</SS>"
    assert '<SS N="Password">locked(4)</SS>' in encoded(Credential("ken", theirs))


def test_a_credential_whose_password_nobody_here_can_open_goes_back_as_it_came() -> None:
    assert '<SS N="Password">AQI=</SS>' in encoded(Credential("ken", SealedString(b"\x01\x02")))


def test_a_secret_inside_a_list_inside_a_dictionary_is_encrypted_too() -> None:
    clixml = encoded({"Credentials": [Credential("ken", "p@ssw0rd!")]})
    assert isinstance(
        deserialize(ElementTree.fromstring(clixml), psrpcore.PSRemotingCrypto())["Credentials"][0].Password,
        PSSecureString,
    )
    assert "p@ssw0rd!" not in clixml


def test_what_gives_a_list_of_itself_is_sent_as_that_list() -> None:
    class Column:
        def tolist(self) -> list[int]:
            return [1, 2]

    assert back(Column()) == [1, 2]


@pytest.mark.parametrize(
    "value",
    [object(), lambda: 1, 1j, Undecoded("<Obj/>", "why"), {None: 1}, Decimal("NaN"), Decimal(2) ** 100, 2**97],
)
def test_what_has_no_form_in_powershell_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        encoded(value)


def test_a_list_that_holds_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="itself"):
        encoded(endless)


def test_a_wiped_secret_is_refused() -> None:
    secret = SecureString("x")
    secret.wipe()
    with pytest.raises(ValueError, match="wiped"):
        encoded(secret)


@given(st.text())
def test_any_text_comes_back_as_it_went(text: str) -> None:
    assert back([text]) == [text]


@given(st.timedeltas(timedelta(days=-10_000_000), timedelta(days=10_000_000)))
def test_any_duration_comes_back_as_it_went(duration: timedelta) -> None:
    assert back([duration])[0] == duration


@given(st.integers(-(2**63), 2**63 - 1))
def test_any_integer_comes_back_as_it_went(number: int) -> None:
    assert back([number]) == [number]


@given(st.floats(allow_nan=False))
def test_any_double_comes_back_as_it_went(number: float) -> None:
    assert back([number]) == [number]


@given(st.datetimes(timezones=st.none() | st.just(timezone.utc) | st.just(PARIS)))
def test_any_moment_comes_back_as_it_went(moment: datetime) -> None:
    text = ElementTree.fromstring(encoded(moment)).text
    assert text is not None
    assert len(text) >= len("0001-01-01T00:00:00")
    head, _, fraction = text[:27].partition(".")
    seven = "".join(character for character in fraction if character.isdigit())
    assert datetime.fromisoformat(head[:19]) == moment.replace(microsecond=0, tzinfo=None)
    assert int((seven or "0").ljust(7, "0")) == moment.microsecond * 10
