"""Elements parsed together are what each is alone, also where a broken one would borrow from its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lync_magic.clixml import PSObject, Undecoded, decode_or_undecoded, together
from lync_magic.clixml.together import decode_together

OBJECT = b'<Obj RefId="0"><MS><S N="a">b</S></MS></Obj>'
FRAGMENTS = [
    OBJECT, b"<S>a</S>", b"<Nil />", b"<Obj>", b"</Obj>", b"<Obj ", b"<S>", b"</S>", b"<_/>", b"<_ />", b"<_>", b"</_>",
    b"<Objs>", b"</Objs>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE a>", b'<?xml version="1.0"?>', b"<?x ",
    b"?>", b"&amp;", b"&#32;", b"&none;", b" ", b"\n", b"a", b"\xef\xbb\xbf", b"\xff", b"\xed\xa0\xbd", b"\xed\xb8\x80",
    b"\xc3", b"\xa9", b"\x00", b"\x01", b"\xef\xbf\xbe",
]  # fmt: skip


def assert_alike(raws: Sequence[bytes | str]) -> None:
    """Together as alone; of what cannot be read the reason may name another place."""
    alone = list(map(decode_or_undecoded, raws))
    assert list(map(said, decode_together(raws))) == list(map(said, alone))


def said(value: Any) -> Any:
    if isinstance(value, PSObject):
        return value.type_names, value.text, value.base, list(map(said, value.items()))
    return type(value), value


@pytest.mark.parametrize(
    "raws",
    [
        [],
        [b""],
        [b"", b""],
        [OBJECT, b"", OBJECT],
        [OBJECT, OBJECT + OBJECT, OBJECT],
        [OBJECT + b"<Obj>", b"<Obj/></Obj>"],  # two children, but neither text is whole
        [OBJECT + b"<_/>" + OBJECT, b"<!--", b"-->" + OBJECT],  # five children, two of them separators
        [OBJECT + b"<_/>", OBJECT + b"<!--", OBJECT + b"-->"],
        [OBJECT + b"<?x ", b"?>" + OBJECT],
        [OBJECT + b"<_/>" + OBJECT + b"<?x ", b"?>" + OBJECT, OBJECT],
        [OBJECT + b"<![CDATA[]]>", OBJECT],
        [OBJECT, b"<!DOCTYPE a>" + OBJECT],
        [OBJECT, b'<?xml version="1.0"?>' + OBJECT],
        [b'<?xml version="1.0" encoding="latin-1"?><S>\xe4</S>', OBJECT],
        [b"\xef\xbb\xbf" + OBJECT, b"\xef\xbb\xbf" + OBJECT],
        [OBJECT, b" " + OBJECT + b"\n", OBJECT + b"&#32;"],
        [OBJECT, OBJECT.decode()],
        [OBJECT, b"<S>\x01</S>", b"<S>&#1;</S>", b"<S>\xef\xbf\xbe</S>", b"<S>\xed\xa0\xbd</S>"],
        [b'<Obj RefId="7"><LST /></Obj>', b'<Ref RefId="7" />'],  # what one names is not known to the next
        [b'<Obj><TN RefId="0"><T>A</T></TN></Obj>', b'<Obj><TNRef RefId="0" /></Obj>'],
        [b"<Objs></Objs>", b"</Objs><Objs>"],
    ],
)
def test_texts_are_read_as_each_is_alone(raws: Sequence[bytes | str]) -> None:
    assert_alike(raws)


@settings(max_examples=500)
@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), max_size=6).map(b"".join), max_size=6))
def test_broken_texts_are_read_as_each_is_alone(raws: list[bytes]) -> None:
    assert_alike(raws)


@pytest.mark.parametrize("name", ["types", "many_objects", "streams", "command_metadata", "large_object"])
def test_a_recording_is_read_as_each_object_is_alone(recorded: Callable[[str], list[bytes]], name: str) -> None:
    assert_alike(recorded(name))


def test_sound_elements_share_a_parse_and_a_broken_one_costs_its_neighbours_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone: list[bytes | str] = []

    def counted(raw: bytes | str, **options: Any) -> Any:
        alone.append(raw)
        return decode_or_undecoded(raw, **options)

    monkeypatch.setattr(together, "decode_or_undecoded", counted)
    sound = [OBJECT] * 5_000
    assert len(list(decode_together(sound))) == 5_000
    assert alone == []
    values = list(decode_together([*sound, b"<Obj>", *sound]))
    assert [type(value) for value in values] == [PSObject] * 5_000 + [Undecoded] + [PSObject] * 5_000
    assert 0 < len(alone) <= together.TOGETHER // len(OBJECT) + 2


def test_an_element_is_decoded_when_it_is_taken() -> None:
    decrypted: list[bytes] = []

    def decrypt(data: bytes) -> bytes:
        decrypted.append(data)
        return data

    values = decode_together([b"<SS>YQA=</SS>", b"<SS>YgA=</SS>"], decrypt=decrypt)
    assert next(values).reveal() == "a"
    assert decrypted == [b"a\0"]
    assert [value.reveal() for value in values] == ["b"]
