"""The server's serializer against two judges: what PowerShell wrote (the recording `types`) and what psrpcore reads."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest
from psrpcore import types as ps

from lync_magic.sandbox.deserialize import to_model
from lync_magic.sandbox.model import (
    EnumValue,
    Long,
    PSCredential,
    PSObject,
    Raw,
    SecureString,
    Uri,
    Version,
)
from lync_magic.sandbox.serialize import NotSerializable, to_clixml

RECORDINGS = Path(__file__).parents[1] / "recordings"
FRAGMENT = struct.Struct(">QQBI")
PIPELINE_OUTPUT = 0x41004


def recorded_outputs(name: str) -> Iterator[str]:
    """The CLIXML of each output object in a recording."""
    parts: dict[tuple[bytes, int], bytes] = {}
    with gzip.open(RECORDINGS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            match = re.match(r"<Data[^>]*PSGuid='([^']*)'>(.*)</Data>", row.get("line", ""))
            if match is None or row["from"] != "server":
                continue
            raw = base64.b64decode(match[2])
            while raw:
                object_id, _, flags, length = FRAGMENT.unpack_from(raw)
                key = (match[1].encode(), object_id)
                parts[key] = parts.get(key, b"") + raw[FRAGMENT.size : FRAGMENT.size + length]
                raw = raw[FRAGMENT.size + length :]
                if flags & 2:
                    message = parts.pop(key)
                    if struct.unpack_from("<I", message, 4)[0] == PIPELINE_OUTPUT:
                        yield message[40:].decode().lstrip("\ufeff")


def recorded_case(case: str) -> str:
    """The element of the value of one case of `types`, as PowerShell wrote it."""
    for text in recorded_outputs("types"):
        if f'<S N="Case">{case}</S>' in text:
            match = re.search(r'<(\w+) N="Value"(.*)</MS></Obj>$', text, re.DOTALL)
            assert match is not None
            return f"<{match[1]}{match[2]}"
    raise AssertionError(case)


@pytest.mark.parametrize(
    ("case", "value"),
    [
        ("null", None),
        ("true", True),
        ("false", False),
        ("string", "plain"),
        ("string-empty", ""),
        ("string-spaces", "  leading and trailing  "),
        ("string-newlines", "a\r\nb\nc\td"),
        ("string-controls", "bell \x07 nul \x00 esc \x1b del \x7f c1 \x85"),
        ("string-escape-lookalike", "_x000A_ and _X000a_ and _x005F_ and _x12"),
        ("string-surrogates", "emoji \U0001f600 lone \ud83d end"),
        ("string-markup", '<script>alert("x")</script> & ]]> \' " `'),
        ("string-noncharacters", "\ufffe \uffff"),
        ("int32", 2147483647),
        ("int64", 9223372036854775807),
        ("double", 0.1),
        ("double-nan", float("nan")),
        ("double-inf", float("inf")),
        ("double-ninf", float("-inf")),
        ("double-max", 1.7976931348623157e308),
        ("double-negzero", -0.0),
        ("decimal", Decimal("79228162514264337593543950335")),
        ("decimal-scale", Decimal("1.23")),
        ("datetime-unspecified", datetime(2013, 12, 13, 10, 11, 12)),
        ("datetime-min", datetime(1, 1, 1)),
        ("timespan", timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5)),
        ("timespan-negative", -timedelta(hours=1, minutes=30, seconds=30)),
    ],
)
def test_a_plain_value_is_written_as_powershell_writes_it(case: str, value: object) -> None:
    assert to_clixml(value) == recorded_case(case)


def test_an_object_is_written_as_powershell_writes_it() -> None:
    custom = ("System.Management.Automation.PSCustomObject", "System.Object")
    nested = PSObject(custom, {"Deeper": 1}, adapted=False)
    value = PSObject(
        custom,
        {
            "DisplayName": "Ken Myer",
            "Enabled": True,
            "Nested": PSObject(custom, {"Deep": nested}, adapted=False),
        },
        adapted=False,
    )
    whole = PSObject(
        custom,
        {
            "Case": "pscustomobject",
            "Type": "System.Management.Automation.PSCustomObject",
            "Text": "@{DisplayName=Ken Myer; Enabled=True; Nested=}",
            "Value": value,
        },
        adapted=False,
    )
    recorded = next(text for text in recorded_outputs("types") if '"Case">pscustomobject</S>' in text)
    assert to_clixml(whole) == recorded


def test_an_object_that_comes_twice_is_written_once_and_referred_to() -> None:
    one = PSObject(("T",), {"A": 1})
    text = to_clixml([one, one])
    assert text.count('<I32 N="A">') == 1
    assert '<Ref RefId="1" />' in text


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        5,
        Long(5),
        Long(2**40),
        0.5,
        Decimal("1.50"),
        "text \x00 \U0001f600 _x0041_",
        Uri("https://example.com/?a=1&b=2"),
        Version("1.2.3.4"),
        timedelta(days=-1, microseconds=5),
        UUID(int=7),
        b"\x00\xff",
        ["a", None, ["b"]],
        {"key": {"inner": 1}},
        datetime(2020, 1, 2, 3, 4, 5, 600000, tzinfo=timezone.utc),
        datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-8))),
        PSObject(("A", "System.Object"), {"Name": "x", "Größe <1>": [1]}, text="x"),
        PSObject(("A", "System.Object"), {}, text="x", adapted=False),
    ],
)
def test_what_is_written_is_read_back_by_psrpcore_as_the_same_value(value: object) -> None:
    read = to_model(ps.deserialize(ElementTree.fromstring(to_clixml(value)), ps.PSCryptoProvider()))
    assert read == value
    assert type(read) is type(value)


def test_an_enumeration_is_read_back_with_its_name_and_number() -> None:
    element = ElementTree.fromstring(to_clixml(EnumValue("System.DayOfWeek", "Friday", 5)))
    read = ps.deserialize(element, ps.PSCryptoProvider())
    assert int(read) == 5
    assert read.PSObject.to_string == "Friday"


def test_a_secret_is_encrypted_and_only_where_a_key_is_known() -> None:
    credential = PSCredential("ken", SecureString("hidden"))
    assert "hidden" not in to_clixml(credential, lambda clear: clear[::-1])
    assert ">neddih<" in to_clixml(credential, lambda clear: clear[::-1])
    with pytest.raises(NotSerializable):
        to_clixml(credential)


def test_ready_clixml_goes_out_as_it_is_but_not_inside_an_object() -> None:
    assert to_clixml(Raw("<S>x</S>")) == "<S>x</S>"
    with pytest.raises(NotSerializable):
        to_clixml([Raw("<S>x</S>")])


def test_a_secret_has_no_text() -> None:
    assert "hidden" not in repr(PSCredential("ken", SecureString("hidden")))
