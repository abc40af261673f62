"""The exact decoder where the recordings do not reach: hostile texts, bounds, secrets, documents."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.clixml import (
    Credential,
    DateTime,
    DecodeError,
    EnumValue,
    NoKey,
    PSObject,
    SealedString,
    TimeSpan,
    Undecoded,
    Version,
    decode,
    decode_document,
    decode_or_undecoded,
    invariant_text,
    ticks_of,
    walk,
)
from lync_magic.limits import MAX_NESTING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<S>",
        "<S>a</S><S>b</S>",
        "<S>&unknown;</S>",
        "<Unknown />",
        "<I32>1.5</I32>",
        "<I32>1_0</I32>",
        "<I32>\u0661</I32>",
        "<I32> 1</I32>",
        "<B>yes</B>",
        "<Db>1e</Db>",
        "<D>1E5</D>",
        "<C>65536</C>",
        "<G>{11111111-2222-3333-4444-555555555555}</G>",
        "<DT>2013-13-01T00:00:00</DT>",
        "<DT>2013-12-13</DT>",
        "<DT>2013-12-13T24:00:00</DT>",
        "<TS>P</TS>",
        "<TS>PT</TS>",
        "<TS>5 minutes</TS>",
        "<BA>!</BA>",
        "<Version>1</Version>",
        "<S><S>a</S></S>",
        '<Obj RefId="0"><TNRef RefId="9" /></Obj>',
        '<Ref RefId="0" />',
        '<Obj RefId="0"><MS><S>no name</S></MS></Obj>',
        '<Obj RefId="0"><LST /><DCT /></Obj>',
        '<Obj RefId="0"><DCT><En><S N="Key">a</S></En></DCT></Obj>',
    ],
)
def test_what_is_no_clixml_is_a_decode_error_and_stands_as_undecoded(text: str) -> None:
    with pytest.raises(DecodeError):
        decode(text)
    undecoded = decode_or_undecoded(text)
    assert isinstance(undecoded, Undecoded)
    assert undecoded.raw == text
    assert "\n" not in undecoded.reason


def test_bytes_that_are_no_text_are_a_decode_error() -> None:
    with pytest.raises(DecodeError, match="byte 3"):
        decode(b"<S>\xff</S>")


def test_a_document_type_is_refused_before_anything_expands() -> None:
    laughs = '<!DOCTYPE S [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><S>&b;</S>'
    with pytest.raises(DecodeError, match="document type"):
        decode(laughs)


def test_a_file_named_in_a_document_type_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not read me")
    undecoded = decode_or_undecoded(f'<!DOCTYPE S [<!ENTITY a SYSTEM "{secret.as_uri()}">]><S>&a;</S>')
    assert "do not read" not in repr(undecoded)
    assert "do not read" not in undecoded.raw


def nest(depth: int) -> str:
    return '<Obj N="a"><MS>' * depth + '<S N="a">bottom</S>' + "</MS></Obj>" * depth


def test_objects_may_nest_to_the_bound_and_no_deeper() -> None:
    value = decode(nest(MAX_NESTING))
    for _ in range(MAX_NESTING):
        value = value["a"]
    assert value == "bottom"
    with pytest.raises(DecodeError, match="deeper"):
        decode(nest(MAX_NESTING + 1))


def test_a_hundred_thousand_levels_neither_crash_nor_recurse() -> None:
    assert isinstance(decode_or_undecoded(nest(100_000)), Undecoded)


@pytest.mark.parametrize("raw", ["<S>a\x01b</S>", "<S>a&#x1;b</S>", "<S>a_x0001_b</S>"])
def test_control_characters_are_taken_however_they_are_written(raw: str) -> None:
    assert decode(raw) == "a\x01b"


@pytest.mark.parametrize("raw", ["<S>\ufffe</S>", "<S>&#xFFFE;</S>", "<S>&#65534;</S>", "<S>_xFFFE_</S>"])
def test_noncharacters_are_taken_however_they_are_written(raw: str) -> None:
    assert decode(raw) == "\ufffe"


def test_an_escape_is_not_completed_by_the_one_that_follows_it() -> None:
    assert decode("<S>_x000A\x00</S>") == "_x000A\x00"
    assert decode("<S>_x0041_x000A&#xFFFE;</S>") == "Ax000A\ufffe"


def test_an_underscore_may_be_a_reference_whatever_stands_beside_it() -> None:
    assert decode("<S>_x0041&#x5F;</S>") == decode("<S>_x0041&#95;</S>") == "A"
    both = decode('<Obj RefId="0"><MS><S N="A">_x0041&#x5F;</S><S N="B">\x01</S></MS></Obj>')
    assert dict(both) == {"A": "A", "B": "\x01"}
    assert decode("<S>&#95;x0041&#1;</S>") == decode("<S>_x0041\x01</S>") == "_x0041\x01"


def test_a_long_name_is_read_and_not_remembered() -> None:
    name = "n" * 1_000
    assert dict(decode(f'<Obj RefId="0"><MS><S N="{name}">x</S></MS></Obj>')) == {name: "x"}
    assert name not in walk._names


def test_halves_of_pairs_in_raw_utf8_become_one_character() -> None:
    assert decode(b"<S>\xed\xa0\xbd\xed\xb8\x80</S>") == "\U0001f600"


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_that_powershell_escapes_comes_back(text: str) -> None:
    units = text.encode("utf-16-le", "surrogatepass")
    escaped = "".join(f"_x{units[place + 1]:02X}{units[place]:02X}_" for place in range(0, len(units), 2))
    assert decode(f"<S>{escaped}</S>").encode("utf-16-le", "surrogatepass") == units


@given(st.integers(-(2**63), 2**63 - 1))
def test_any_duration_keeps_its_ticks_and_sign(ticks: int) -> None:
    seconds, fraction = divmod(abs(ticks), 10_000_000)
    value = decode(f"<TS>{'-' if ticks < 0 else ''}PT{seconds % 10**9}.{fraction:07}S</TS>")
    expected = (seconds % 10**9) * 10_000_000 + fraction
    assert ticks_of(value) == (-expected if ticks < 0 else expected)


@given(st.floats(allow_nan=False))
def test_any_float_is_written_so_that_it_reads_back(value: float) -> None:
    text = invariant_text(value).replace("Infinity", "inf")
    assert float(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e15, "1E+15"), (999999999999999.0, "999999999999999"), (1e-5, "1E-05"), (0.0001, "0.0001"), (123.0, "123")],
)
def test_a_float_is_written_as_dotnet_writes_it(value: float, text: str) -> None:
    assert invariant_text(value) == text


def test_a_float_in_the_console_has_fifteen_digits() -> None:
    assert invariant_text(0.1 + 0.2, 15) == "0.3"
    assert invariant_text(2**0.5, 15) == "1.4142135623731"


# --- secrets -----------------------------------------------------------------------------------------------------


def test_a_secret_without_its_key_stays_sealed(output: Callable[[str], list[bytes]]) -> None:
    _, secret, credential = map(decode, output("secure_string"))
    assert isinstance(secret, SealedString)
    with pytest.raises(ValueError, match="key"):
        secret.reveal()
    assert isinstance(credential, Credential)
    assert credential.user_name == "kenmyer@litwareinc.com"
    assert isinstance(credential.password, SealedString)


def test_a_secret_with_its_key_can_be_revealed_and_is_never_shown(output: Callable[[str], list[bytes]]) -> None:
    encrypted: list[bytes] = []

    def decrypt(blob: bytes) -> bytes:
        encrypted.append(blob)
        return "p@ssw0rd!".encode("utf-16-le")

    _, secret, credential = (decode(raw, decrypt=decrypt) for raw in output("secure_string"))
    assert secret.reveal() == credential.password.reveal() == "p@ssw0rd!"
    assert len(encrypted) == 2
    assert "p@ssw0rd" not in repr(secret) + repr(credential) + str(secret) + f"{secret}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.deepcopy(credential)


def test_a_key_that_does_not_fit_is_a_decode_error_without_the_secret(output: Callable[[str], list[bytes]]) -> None:
    def decrypt(blob: bytes) -> bytes:
        raise ValueError("padding of p@ssw0rd!")

    with pytest.raises(DecodeError) as caught:
        decode(output("secure_string")[1], decrypt=decrypt)
    assert "p@ssw0rd" not in str(caught.value)


def test_a_secret_whose_key_comes_later_can_be_revealed_then(output: Callable[[str], list[bytes]]) -> None:
    keys: list[bytes] = []

    def decrypt(blob: bytes) -> bytes:
        if not keys:
            raise NoKey("not yet")
        return keys[0]

    secret = decode(output("secure_string")[1], decrypt=decrypt)
    with pytest.raises(ValueError, match="not yet"):
        secret.reveal()
    keys.append("p@ssw0rd!".encode("utf-16-le"))
    assert secret.reveal() == "p@ssw0rd!"


# --- objects around others ---------------------------------------------------------------------------------------

INNER = '<Obj RefId="1"><TN RefId="1"><T>Inner</T></TN><ToString>inside</ToString><MS><S N="a">x</S></MS></Obj>'


def test_an_object_around_another_one_has_its_properties_under_its_own_type() -> None:
    topic = decode(f'<Obj RefId="0"><TN RefId="0"><T>Outer</T></TN>{INNER}<MS><S N="b">y</S></MS></Obj>')
    assert (topic.type_names, topic.text, dict(topic)) == (("Outer",), "inside", {"a": "x", "b": "y"})


def test_an_object_around_another_one_may_refer_to_it() -> None:
    first, second = decode(f'<Obj RefId="9"><LST>{INNER}<Obj RefId="2"><Ref RefId="1" /></Obj></LST></Obj>')
    assert dict(first) == dict(second) == {"a": "x"}


def test_an_object_around_itself_is_refused() -> None:
    with pytest.raises(DecodeError, match="its own value"):
        decode('<Obj RefId="0"><Ref RefId="0" /></Obj>')


@pytest.mark.parametrize("name", ["System.DBNull", "System.Management.Automation.Language.NullString"])
def test_objects_that_stand_for_nothing_are_none(name: str) -> None:
    nothing = f'<Obj N="a" RefId="0"><TN RefId="0"><T>{name}</T><T>System.Object</T></TN><ToString /></Obj>'
    assert decode(nothing) is None
    assert decode(f'<Obj RefId="1"><MS>{nothing}</MS></Obj>')["a"] is None


# --- documents and values ----------------------------------------------------------------------------------------


def test_a_document_with_its_namespace_and_white_space_is_read() -> None:
    document = (
        '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n'
        '  <S>a</S>\n  <Obj RefId="0">\n    <MS>\n      <I32 N="n">1</I32>\n    </MS>\n  </Obj>\n</Objs>'
    )
    assert decode_document(document) == ["a", PSObject({"n": 1})]


def test_progress_is_an_object_with_powershells_own_names() -> None:
    value = decode(
        "<PR><AV>Creating</AV><AI>1</AI><Nil /><PI>-1</PI><PC>50</PC><T>Processing</T><SR>-1</SR><SD>s</SD></PR>"
    )
    assert (value["Activity"], value["PercentComplete"], value["StatusDescription"]) == ("Creating", 50, "s")


def test_values_that_python_has_no_type_for_are_pickled_and_copied_whole() -> None:
    moment = DateTime.of(datetime(2013, 12, 13, tzinfo=timezone.utc), 7)
    span = TimeSpan.of(-1)
    enum = EnumValue("Friday", 5, "System.DayOfWeek")
    for value in (moment, span, enum):
        again = pickle.loads(pickle.dumps(value))
        assert (type(again), again) == (type(value), value)
        assert type(copy.deepcopy(value)) is type(value)
    assert pickle.loads(pickle.dumps(moment)).ticks_rest == 7
    assert pickle.loads(pickle.dumps(span)).ticks == -1
    assert pickle.loads(pickle.dumps(enum)).value == 5


def test_arithmetic_with_a_moment_of_seven_decimals_works() -> None:
    later = DateTime.of(datetime(2013, 12, 13), 7) + timedelta(days=1)
    assert later == datetime(2013, 12, 14)
    assert getattr(later, "ticks_rest", 0) == 0


def test_versions_compare_as_numbers() -> None:
    assert Version("6.0.9319.235") < Version("10.0")


def test_importing_the_room_brings_no_heavy_package() -> None:
    code = "import sys, lync_magic.clixml, lync_magic.records; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"pandas", "pyarrow", "psrpcore", "numpy", "IPython", "polars"}.isdisjoint(loaded)


# --- what is too much --------------------------------------------------------------------------------------------


def doubled(times: int, numbers: int) -> str:
    """A list that holds a list twice, which holds a list twice, and so on. numbers: how many RefIds there are."""
    lists = ['<Obj RefId="0"><LST><S>x</S><S>y</S></LST></Obj>']
    for number in range(1, times):
        again = f'<Ref RefId="{(number - 1) % numbers}" />'
        lists.append(f'<Obj RefId="{number % numbers}"><LST>{again}{again}</LST></Obj>')
    return f'<Obj RefId="99999"><LST>{"".join(lists)}</LST></Obj>'


@pytest.mark.parametrize("numbers", [2, 3, 10_000])
@pytest.mark.parametrize("times", [40, 5_000])
def test_lists_that_hold_each_other_twice_are_refused_by_name(times: int, numbers: int) -> None:
    with pytest.raises(DecodeError, match="more than 1,000,000 values when written out"):
        decode(doubled(times, numbers))


def test_a_few_of_them_are_read() -> None:
    value = decode(doubled(10, 10_000))[-1]
    for _ in range(9):
        assert value[0] is value[1]
        value = value[0]
    assert value == ["x", "y"]


def test_an_object_that_each_of_many_refers_to_is_read() -> None:
    items = '<Obj RefId="{}"><MS><Ref N="Parent" RefId="0" /></MS></Obj>'
    parent = decode(
        f'<Obj RefId="0"><MS><Obj N="Items" RefId="1"><LST>{"".join(map(items.format, range(2, 20_000)))}'
        "</LST></Obj></MS></Obj>"
    )
    assert all(item["Parent"] is parent for item in parent["Items"])


def with_keys(keys: list[str]) -> bytes:
    """An object with a dictionary of these keys."""
    entries = "".join(f'<En>{key}<Nil N="Value" /></En>' for key in keys)
    return f'<Obj RefId="0"><MS><Obj N="a" RefId="1"><DCT>{entries}</DCT></Obj></MS></Obj>'.encode()


def test_more_elements_than_the_memory_should_hold_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_VALUES", 1_000)
    assert len(decode(f'<Obj RefId="0"><LST>{"<S>x</S>" * 900}</LST></Obj>')) == 900
    with pytest.raises(DecodeError, match="more than 1,000 elements"):
        decode(f'<Obj RefId="0"><LST>{"<S>x</S>" * 1_100}</LST></Obj>')


SAME_HASH = 2**61 - 1
"""Numbers that differ by this have the same hash in Python."""


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "key",
    [lambda number: f'<D N="Key">{number}</D>', lambda number: f'<G N="Key">{UUID(int=number)}</G>'],
    ids=["decimals", "guids"],
)
def test_keys_that_are_chosen_to_take_long_are_refused_by_name(key: Callable[[int], str]) -> None:
    """They take minutes where each is looked for among all."""
    chosen = with_keys([key(number * SAME_HASH) for number in range(1, 50_000)])
    usual = with_keys([key(number * 2**64) for number in range(1, 1_000)])
    with pytest.raises(DecodeError, match="more than 100 keys of a dictionary have the same hash"):
        decode(chosen)
    assert len(decode(usual)["a"]) == 999
