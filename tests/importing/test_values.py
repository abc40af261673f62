"""Any value that a parameter can take arrives as it was sent: at the sandbox, and at a real PowerShell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

import psrpcore
import psrpcore.types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lync_magic.clixml import Credential, Null, PSObject, SecureString
from lync_magic.importing import RemoteCommand, import_session
from lync_magic.psrp import Pipeline
from lync_magic.psrp.encode import Encoder
from lync_magic.records import Records
from lync_magic.sessions import Session

from .conftest import command

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")

ZONES = st.sampled_from([None, timezone.utc, timezone(timedelta(hours=-5, minutes=-30)), timezone(timedelta(hours=14))])
MOST = 2**96 - 1
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(2**31, 2**63 - 1),
    st.integers(-(2**63), -(2**31) - 1),
    st.integers(2**63, MOST).map(Decimal),
    st.decimals(-MOST, MOST, allow_nan=False, places=6).filter(lambda number: abs(number) < 10**20),
    st.floats(allow_nan=False),
    TEXT,
    st.binary(max_size=20),
    st.uuids(),
    st.timedeltas(timedelta(days=-10_000_000), timedelta(days=10_000_000)),
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES),
)


class Level(Enum):
    """Enumerations go as their values."""

    LOW = "low"
    HIGH = 3


@dataclass(frozen=True)
class Sent:
    """A value and what it is to be when it has arrived."""

    value: Any
    arrives: Any


def of_numpy(kind: Any) -> st.SearchStrategy[Sent]:
    """Every value of a width of numpy's integers."""
    limits = numpy.iinfo(kind)
    return st.integers(int(limits.min), int(limits.max)).map(lambda number: Sent(kind(number), number))


INTEGERS = [getattr(numpy, f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64)]
FOREIGN = st.one_of(
    *map(of_numpy, INTEGERS),
    st.floats(width=32, allow_nan=False).map(
        lambda number: Sent(numpy.float32(number), pytest.approx(number, 1e-6, 1e-44))
    ),
    st.floats(allow_nan=False).map(lambda number: Sent(numpy.float64(number), number)),
    st.booleans().map(lambda truth: Sent(numpy.bool_(truth), truth)),
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(lambda when: Sent(pandas.Timestamp(when), when)),
    st.timedeltas(timedelta(0), timedelta(days=9_000)).map(lambda span: Sent(pandas.Timedelta(span), span)),
    st.lists(st.integers(-(2**31), 2**31 - 1), max_size=4).map(lambda some: Sent(numpy.array(some, "int64"), some)),
    st.lists(TEXT, max_size=4).map(lambda some: Sent(pandas.Series(some, dtype="object"), some)),
    st.sampled_from(Level).map(lambda level: Sent(level, level.value)),
    st.sampled_from(["/a/b", "c d", "é"]).map(lambda path: Sent(PurePosixPath(path), path)),
    st.sets(st.integers(-5, 5), max_size=3).map(lambda some: Sent(some, list(some))),
    st.lists(TEXT, max_size=3).map(lambda some: Sent(tuple(some), some)),
    st.dictionaries(st.sampled_from(["A", "B", "C"]), st.integers(0, 9), min_size=1).map(
        lambda content: Sent(Records.from_values([PSObject(content)])[0], content)
    ),
    st.sampled_from([Sent(Null, None), Sent(pandas.NA, None), Sent(pandas.NaT, None)]),
)
ALL = SCALARS.map(lambda value: Sent(value, value)) | FOREIGN
VALUES = st.recursive(
    ALL,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda some: Sent([one.value for one in some], [one.arrives for one in some]))
        | st.dictionaries(TEXT.filter(bool), inner, max_size=3).map(
            lambda some: Sent(
                {key: one.value for key, one in some.items()}, {key: one.arrives for key, one in some.items()}
            )
        )
    ),
    max_leaves=8,
)
MANY = st.lists(VALUES, min_size=1, max_size=30)


def plain(value: Any) -> Any:
    """What came, without what Python has no word for: a sequence is a list, and dates are moments."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc) if value.tzinfo is not None else value
    if isinstance(value, psrpcore.types.PSCustomObject):
        return {one.name: plain(one.get_value(value)) for one in value.PSObject.extended_properties}
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, Records)):
        return [plain(one) for one in value]
    return value


@pytest.fixture(scope="module")
def echo(session_with: Callable[..., Session]) -> RemoteCommand:
    session = session_with(command("Test-Echo"))
    import_session(session, ("Test-Echo",))
    return session.Test_Echo  # type: ignore[no-any-return]


@given(sent=MANY)
@settings(max_examples=60)
def test_the_sandbox_gets_what_was_sent(echo: RemoteCommand, sent: list[Sent]) -> None:
    came = plain(echo(Value=[one.value for one in sent])[0]["Value"])
    assert came == [plain(one.arrives) for one in sent]


@given(sent=MANY)
@settings(max_examples=60)
def test_another_decoder_reads_what_was_sent(sent: list[Sent]) -> None:
    text = Encoder(lambda secret: secret.reveal()).value([one.value for one in sent])
    came = psrpcore.types.deserialize(ElementTree.fromstring(text), psrpcore.PSRemotingCrypto())
    assert plain(came) == [plain(one.arrives) for one in sent]


def test_one_value_is_that_one(echo: RemoteCommand) -> None:
    for value in ("x", 5, True, 1.5, {"a": [1]}, [], [[]], ("a",), {"b"}):
        expected = list(value) if isinstance(value, (tuple, set)) else value
        assert plain(echo(Value=value)[0]["Value"]) == plain(expected)
    assert echo(Value=PurePosixPath("/a"))[0]["Value"] == "/a"
    assert echo(Value=Null)[0]["Value"] is None
    assert "Value" not in echo(Value=None)[0]


def test_secrets_arrive_and_are_secrets_still(echo: RemoteCommand) -> None:
    made = echo(Value=[Credential("ken", "p@ss"), SecureString("word")])[0]["Value"]
    assert made[0].user_name == "ken"
    assert made[0].password.reveal() == "p@ss"
    assert made[1].reveal() == "word"


def test_an_object_of_an_earlier_result_is_sent_with_its_types(echo: RemoteCommand) -> None:
    user = echo.session.run("Get-CsOnlineUser")[0]
    came = echo(Value=user)[0]["Value"]
    assert came.type_names[0].removeprefix("Deserialized.") == user.type_names[0].removeprefix("Deserialized.")
    assert came.UserPrincipalName == user.UserPrincipalName
    assert set(came.names) == set(user.names)


@pytest.fixture(scope="module")
def real_echo(pwsh: Session) -> RemoteCommand:
    text = "function global:Test-Echo { [CmdletBinding()] param($Value) [pscustomobject]@{ Value = $Value } }"
    pwsh.run(Pipeline.script(text))
    import_session(pwsh, ("Test-Echo",))
    return pwsh.Test_Echo  # type: ignore[no-any-return]


@given(sent=st.lists(ALL, min_size=2, max_size=30))
@settings(max_examples=40)
def test_a_real_powershell_gets_what_was_sent(real_echo: RemoteCommand, sent: list[Sent]) -> None:
    came = plain(real_echo(Value=[one.value for one in sent])[0]["Value"])
    assert came == [plain(one.arrives) for one in sent]


def test_a_real_powershell_knows_the_types(pwsh: Session) -> None:
    text = (
        "function global:Test-Types { [CmdletBinding()] param($Value) $Value | ForEach-Object { $_.GetType().Name } }"
    )
    pwsh.run(Pipeline.script(text))
    import_session(pwsh, ("Test-Types",))
    widths = {
        "SByte": numpy.int8(1),
        "Byte": numpy.uint8(1),
        "Int16": numpy.int16(1),
        "UInt16": numpy.uint16(1),
        "Int32": 1,
        "UInt32": numpy.uint32(1),
        "Int64": 2**40,
        "UInt64": numpy.uint64(1),
        "Single": numpy.float32(1.5),
        "Double": 1.5,
        "Decimal": Decimal("1.5"),
        "Boolean": True,
        "String": "x",
        "DateTime": datetime(2024, 5, 6),
        "TimeSpan": timedelta(1),
        "Guid": __import__("uuid").UUID(int=1),
        "Hashtable": {"a": 1},
    }
    assert list(pwsh.Test_Types(Value=list(widths.values()))) == list(widths)
