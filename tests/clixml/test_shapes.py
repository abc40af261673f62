"""The fast way gives what the exact walk gives: on every recording, on generated objects, on broken ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lync_magic.clixml import (
    MISSING,
    SLICE,
    Block,
    Credential,
    DateTime,
    EnumValue,
    PSObject,
    SecureString,
    ShapeDecoder,
    TimeSpan,
    Undecoded,
    decode_or_undecoded,
)

NAMES = [
    "command_metadata", "commands_with_parameters", "errors", "format_data", "get_command", "host_prompts",
    "import_names", "large_object", "many_objects", "pipeline_input", "real_client", "restricted", "runspaces",
    "secure_string", "stop", "streams", "streams_with_invocation_info", "tokens_bound", "types", "variables",
]  # fmt: skip
HEAD = '<Obj RefId="0"><TN RefId="0"><T>Some.Type</T><T>System.Object</T></TN>'


def objects_of(block: Block) -> list[PSObject]:
    """The objects of a block, one by one."""
    made = []
    for row in range(block.size):
        order = range(len(block.names)) if block.orders is None else block.orders[row]
        properties = {block.names[place]: block.columns[place][row] for place in order}
        made.append(PSObject(properties, block.type_names, None if block.texts is None else block.texts[row]))
    return made


class Plain:
    """Objects inside objects as the walk makes them."""

    def objects(self, block: Block) -> list[PSObject]:
        return objects_of(block)

    def held(self, value: Any) -> Any:
        return value

    def mark(self) -> None:
        pass

    def undo(self, mark: None) -> None:
        pass


def read_fast(decoder: ShapeDecoder, raws: Sequence[bytes | str]) -> list[Any]:
    """All objects as the decoder reads them, in order."""
    values: list[Any] = []
    for start in range(0, len(raws), SLICE):
        batch = raws[start : start + SLICE]
        parts, singles = decoder.decode(batch, Plain())
        placed = dict(singles)
        for part in parts:
            placed.update(zip(part.positions, objects_of(part.block), strict=True))
        values += [placed[position] for position in range(len(batch))]
    return values


def by_shape(decoder: ShapeDecoder, raws: Sequence[bytes]) -> int:
    """How many of these objects are read by a shape."""
    return sum(
        part.block.size
        for start in range(0, len(raws), SLICE)
        for part in decoder.decode(raws[start : start + SLICE], Plain())[0]
    )


def exact(value: Any, met: tuple[int, ...] = ()) -> Any:
    """All that a value says, types and order included, to compare with `==`."""
    if isinstance(value, PSObject):
        if id(value) in met:
            return "itself"
        met = (*met, id(value))
        items = [(name, exact(item, met)) for name, item in value.items()]
        return "object", value.type_names, value.text, exact(value.base, met), items
    if isinstance(value, list):
        return [exact(item, met) for item in value]
    if isinstance(value, dict):
        return "dict", [(exact(name), exact(item, met)) for name, item in value.items()]
    if isinstance(value, EnumValue):
        return EnumValue, str(value), value.value, value.type_name
    if isinstance(value, DateTime | TimeSpan):
        return type(value), value, getattr(value, "ticks_rest", None), getattr(value, "ticks", None)
    if isinstance(value, Undecoded):
        return Undecoded, value.raw
    if isinstance(value, SecureString | Credential):
        return type(value), repr(value)
    return type(value), repr(value) if value is MISSING or value != value else value


def assert_alike(raws: Sequence[bytes]) -> None:
    """Reading twice with one decoder, the second time with all it has learnt, gives what the walk gives."""
    walked = [exact(decode_or_undecoded(raw)) for raw in raws]
    decoder = ShapeDecoder()
    for _ in range(2):
        assert [exact(value) for value in read_fast(decoder, raws)] == walked


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_read_alike(recorded: Callable[[str], list[bytes]], name: str) -> None:
    assert_alike(recorded(name))


def test_nearly_all_of_a_uniform_stream_goes_the_fast_way(output: Callable[[str], list[bytes]]) -> None:
    raws = output("many_objects")
    decoder = ShapeDecoder()
    assert by_shape(decoder, raws) > len(raws) * 0.9
    assert by_shape(decoder, raws) == len(raws)


def test_all_recordings_in_one_stream_are_read_alike(recorded: Callable[[str], list[bytes]]) -> None:
    raws = [raw for name in NAMES if name != "command_metadata" for raw in recorded(name)]
    random.Random(1).shuffle(raws)
    assert_alike(raws)


# --- generated objects -------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r<>&"), max_size=20)
ESCAPED = st.sampled_from(
    ["&lt;b&gt;", "_x000A_", "_xD83D__xDE00_", "_xD83D_", "&#xFFFE;", "&amp;", "_X0041_", "]", "&#65;"]
)
STRINGS = st.one_of(TEXT, st.tuples(TEXT, ESCAPED, TEXT).map("".join))
TIMES = st.datetimes().map(lambda moment: moment.isoformat())
FRACTIONS = st.integers(0, 9_999_999).map(lambda ticks: f".{ticks:07}")
SCALARS = {
    "S": STRINGS,
    "I32": st.integers(-(2**31), 2**31 - 1).map(str),
    "I64": st.integers(-(2**63), 2**63 - 1).map(str),
    "By": st.integers(0, 255).map(str),
    "Db": st.one_of(
        st.floats(allow_nan=False, allow_infinity=False).map(repr), st.sampled_from(["NaN", "INF", "-INF"])
    ),
    "B": st.sampled_from(["true", "false"]),
    "D": st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**9, min_value=-(10**9)).map(str),
    "C": st.integers(0, 0xFFFF).map(str),
    "DT": st.tuples(
        st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat()),
        st.one_of(st.just(""), FRACTIONS),
        st.sampled_from(["Z", "", "+01:00", "-08:30"]),
    ).map("".join),
    "TS": st.sampled_from(["PT5M", "-PT1H30M30S", "P1DT2H3M4.0050001S", "P10675199DT2H48M5.4775807S", "PT0S"]),
    "G": st.uuids().map(str),
    "BA": st.sampled_from(["", "AAEC", "/+8="]),
    "Version": st.sampled_from(["1.0", "6.0.9319.235"]),
    "URI": st.sampled_from(["https://litwareinc.com/?a=1&amp;b=2", "sip:ken@litwareinc.com"]),
    "SBK": st.sampled_from([" Get-CsTenant ", "1 &lt; 2"]),
}


def scalar(tag: str, name: str | None) -> st.SearchStrategy[str]:
    attribute = "" if name is None else f' N="{name}"'
    return SCALARS[tag].map(lambda text: f"<{tag}{attribute}>{text}</{tag}>")


def enumeration(name: str | None) -> st.SearchStrategy[str]:
    attribute = "" if name is None else f'N="{name}" '
    types = "<T>Some.Enum</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T>"
    return st.sampled_from([("None", 0), ("A, B", 3), ("C", -1)]).map(
        lambda each: (
            f'<Obj {attribute}RefId="7"><TN RefId="7">{types}</TN><ToString>{each[0]}</ToString>'
            f"<I32>{each[1]}</I32></Obj>"
        )
    )


ITEMS = st.one_of(scalar("S", None), scalar("I32", None), st.just("<Nil />"), st.just("<S />"))


def listing(name: str, items: st.SearchStrategy[str] = ITEMS) -> st.SearchStrategy[str]:
    head = f'<Obj N="{name}" RefId="8"><TN RefId="8"><T>System.Object[]</T><T>System.Array</T></TN>'
    return st.lists(items, max_size=4).map(
        lambda inner: head + (f"<LST>{''.join(inner)}</LST>" if inner else "<LST />") + "</Obj>"
    )


def table(name: str) -> st.SearchStrategy[str]:
    entries = st.dictionaries(st.sampled_from("abc"), SCALARS["S"], max_size=3)
    head = f'<Obj N="{name}" RefId="9"><TNRef RefId="0" />'
    return entries.map(
        lambda each: (
            head
            + "<DCT>"
            + "".join(f'<En><S N="Key">{key}</S><S N="Value">{value}</S></En>' for key, value in each.items())
            + "</DCT></Obj>"
        )
    )


def listing_of_enumerations(name: str) -> st.SearchStrategy[str]:
    return listing(name, st.one_of(enumeration(None), ITEMS))


def listing_of_objects(name: str) -> st.SearchStrategy[str]:
    return listing(name, st.one_of(nested(None), nested(None), enumeration(None), ITEMS))


def table_of_objects(name: str) -> st.SearchStrategy[str]:
    return nested("Value").map(
        lambda each: f'<Obj N="{name}" RefId="9"><TNRef RefId="0" /><DCT><En><S N="Key">a</S>{each}</En></DCT></Obj>'
    )


def nested(name: str | None) -> st.SearchStrategy[str]:
    """An object whose type is given anew or by reference, now and then to a type that nobody has named."""
    attribute = "" if name is None else f'N="{name}" '
    types = st.sampled_from(
        [
            '<TN RefId="5"><T>Inner</T></TN>',
            '<TN RefId="5"><T>Other</T></TN>',
            '<TNRef RefId="0" />',
            '<TNRef RefId="4" />',
            "",
        ]
    )
    parts = st.tuples(types, st.sampled_from(["", "<ToString>said</ToString>"]), scalar("S", "A"), scalar("I32", "B"))
    return parts.map(
        lambda each: f'<Obj {attribute}RefId="6">{each[0]}{each[1]}<Props>{each[2]}{each[3]}</Props></Obj>'
    )


def value_of(name: str) -> st.SearchStrategy[str]:
    """A property: mostly of the kind that its name says, sometimes null, sometimes of another kind."""
    kinds: list[Callable[[str], st.SearchStrategy[str]]] = [
        *(lambda each, tag=tag: scalar(tag, each) for tag in SCALARS), enumeration, listing, table, nested,
        listing_of_enumerations, listing_of_objects, table_of_objects,
    ]  # fmt: skip
    usual = kinds[int(name[1:]) % len(kinds)](name)
    return st.one_of(usual, usual, usual, st.just(f'<Nil N="{name}" />'), scalar("I32", name), scalar("S", name))


PROPERTIES = [f"P{number}" for number in range(len(SCALARS) + 7)]


@st.composite
def streams(draw: st.DrawFn) -> list[bytes]:
    """Objects of one type: some properties missing, sometimes in another order."""
    names = draw(st.lists(st.sampled_from(PROPERTIES), min_size=1, max_size=8, unique=True))
    text = draw(st.sampled_from(["", "<ToString>t</ToString>"]))
    raws = []
    for _ in range(draw(st.integers(3, 12))):
        own = [name for name in names if draw(st.integers(0, 9))]
        if draw(st.integers(0, 5)) == 0:
            own.reverse()
        inner = "".join(draw(value_of(name)) for name in own)
        raws.append(f"{HEAD}{text}<Props>{inner}</Props></Obj>".encode())
    return raws


@settings(max_examples=150, deadline=None)
@given(streams())
def test_generated_objects_are_read_alike(raws: list[bytes]) -> None:
    assert_alike(raws)


@settings(max_examples=150, deadline=None)
@given(streams(), st.integers(0, 2**32))
def test_broken_objects_are_read_alike_and_cost_no_other(raws: list[bytes], seed: int) -> None:
    """Bytes of some objects are lost, doubled or changed, in streams whose shapes are known and unknown."""
    rng = random.Random(seed)
    assert_alike(raws + [broken(rng.choice(raws), rng) for _ in range(6)] + raws)


def broken(raw: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(raw))
    change = rng.choice(
        [b"", b"<", b">", b"&", b"\x00", b"\xff", b"\r", b"]]>", b"0", b"_x0041_", raw[place : place + 9]]
    )
    return raw[:place] + change + raw[place + rng.choice([0, 1, 7]) :]


# --- what a shape must leave to the walk ---------------------------------------------------------------------------


def rows(*values: str, times: int = 20) -> list[bytes]:
    """Many objects with the property A as usual, then one with each of `values` in its place."""
    usual = [f'{HEAD}<Props><S N="A">x{number}</S><I32 N="B">1</I32></Props></Obj>' for number in range(times)]
    odd = [f"{HEAD}<Props>{value}</Props></Obj>" for value in values]
    return [text.encode() for text in usual + odd + usual]


@pytest.mark.parametrize(
    "odd",
    [
        '<S N="A">line\r\nend</S><I32 N="B">1</I32>',
        '<S N="A">]]></S><I32 N="B">1</I32>',
        '<S N="A"><![CDATA[x]]></S><I32 N="B">1</I32>',
        '<S N="A">&unknown;</S><I32 N="B">1</I32>',
        '<S N="A">&#xD83D;&#xDE00;</S><I32 N="B">1</I32>',
        '<S N="A">x</S><I32 N="B">99999999999999999999999</I32>',
        '<S N="A">x</S><I32 N="B"></I32>',
        "<S N='A'>x</S><I32 N='B'>1</I32>",
        '<S N="A">x</S><!-- note --><I32 N="B">1</I32>',
        '<S N="A">x</S> <I32 N="B">1</I32>',
        '<I32 N="B">1</I32><S N="A">x</S>',
        '<S N="A">x</S><Ref N="B" RefId="0" />',
        '<S N="A">x</S><I32 N="B">1</I32><S N="A">again</S>',
        '<S N="A" /><I32 N="B">1</I32>',
    ],
)
def test_an_odd_object_among_usual_ones_is_read_alike(odd: str) -> None:
    assert_alike(rows(odd))


def test_a_shape_is_not_forgotten_for_an_object_that_does_not_fit() -> None:
    decoder = ShapeDecoder()
    raws = rows('<S N="Other">x</S>', times=40)
    by_shape(decoder, raws)
    assert by_shape(decoder, raws) >= len(raws) - 1


def test_properties_that_come_and_go_are_one_shape() -> None:
    rng = random.Random(3)
    raws = []
    for _ in range(300):
        names = [name for name in "ABCDEFGH" if rng.random() < 0.8]
        inner = "".join(f'<S N="{name}">{rng.random()}</S>' for name in names)
        raws.append(f"{HEAD}<Props>{inner}</Props></Obj>".encode())
    decoder = ShapeDecoder()
    assert_alike(raws)
    by_shape(decoder, raws)
    assert by_shape(decoder, raws) == len(raws)


@pytest.mark.parametrize(
    "value", ['<DT N="B">2013-12-13T10:{0:02}:{1:02}Z</DT>', '<G N="B">00000000-0000-0000-0000-{1:06}{0:06}</G>']
)
def test_a_column_of_nulls_alone_after_one_of_many_values_is_read_alike(value: str) -> None:
    many = [value.format(number // 60, number % 60) if number % 9 else '<Nil N="B" />' for number in range(300)]
    objects = [f'{HEAD}<Props><S N="A">x</S>{each}</Props></Obj>'.encode() for each in many]
    nulls = [objects[0]] * 50
    decoder = ShapeDecoder()
    read_fast(decoder, objects)
    assert [exact(each) for each in read_fast(decoder, nulls)] == [exact(decode_or_undecoded(each)) for each in nulls]


def test_a_type_of_several_orders_has_several_shapes() -> None:
    orders = ["ABCD", "DCBA", "BADC"]
    raws = []
    for number in range(300):
        inner = "".join(f'<I32 N="{name}">{number}</I32>' for name in orders[number % 3])
        raws.append(f"{HEAD}<Props>{inner}</Props></Obj>".encode())
    assert_alike(raws)
    decoder = ShapeDecoder()
    by_shape(decoder, raws)
    assert by_shape(decoder, raws) == len(raws)


def test_a_reference_to_a_type_that_another_property_names_is_followed() -> None:
    first = '<Obj N="A" RefId="1"><TN RefId="1"><T>One</T></TN><Props><S N="X">1</S></Props></Obj>'
    same = '<Obj N="B" RefId="2"><TNRef RefId="1" /><Props><S N="X">2</S></Props></Obj>'
    other = '<Obj N="B" RefId="2"><TNRef RefId="0" /><Props><S N="X">2</S></Props></Obj>'
    wrong = '<Obj N="B" RefId="2"><TNRef RefId="9" /><Props><S N="X">2</S></Props></Obj>'
    raws = [f"{HEAD}<Props>{first}{second}</Props></Obj>".encode() for second in [same, other] * 20 + [wrong, same]]
    assert_alike(raws)


def test_lists_of_equal_items_are_lists_of_their_own() -> None:
    each = '<Obj N="A" RefId="1"><TNRef RefId="0" /><LST><S>x</S></LST></Obj>'
    values = read_fast(ShapeDecoder(), [f"{HEAD}<Props>{each}</Props></Obj>".encode()] * 50)
    values[30]["A"].append("y")
    assert values[31]["A"] == ["x"]


def with_list(number: int, items: str, after: str = "") -> bytes:
    types = '<TN RefId="1"><T>System.Object[]</T></TN>'
    held = f'<Obj N="A" RefId="1">{types}<LST>{items}</LST></Obj>'
    return f'{HEAD}<Props><I32 N="B">{number}</I32>{held}{after}</Props></Obj>'.encode()


def test_lists_of_enumerations_go_the_fast_way_and_are_lists_of_their_own() -> None:
    flag = (
        '<Obj RefId="2"><TN RefId="2"><T>Some.Flags</T><T>System.Enum</T></TN><ToString>On</ToString><I32>1</I32></Obj>'
    )
    again = '<Obj RefId="3"><TNRef RefId="2" /><ToString>Off</ToString><I32>0</I32></Obj>'
    raws = [with_list(number, flag + again * (number % 3)) for number in range(60)]
    assert_alike(raws)
    decoder = ShapeDecoder()
    by_shape(decoder, raws)
    assert by_shape(decoder, raws) == len(raws)
    values = read_fast(decoder, raws)
    values[3]["A"].clear()
    assert [str(each) for each in values[6]["A"]] == ["On"]


def test_lists_and_dictionaries_of_objects_go_the_fast_way() -> None:
    inner = '<Obj RefId="2"><TN RefId="2"><T>Inner</T></TN><Props><S N="X">{}</S><Nil N="Y" /></Props></Obj>'
    entry = '<Obj N="Value" RefId="4"><TNRef RefId="2" /><Props><S N="X">v</S><Nil N="Y" /></Props></Obj>'
    after = f'<Obj N="C" RefId="3"><TNRef RefId="0" /><DCT><En><S N="Key">k</S>{entry}</En></DCT></Obj>'
    raws = [with_list(number, inner.format(number) * 2, after) for number in range(60)]
    assert_alike(raws)
    decoder = ShapeDecoder()
    by_shape(decoder, raws)
    assert by_shape(decoder, raws) == len(raws)


def test_a_type_that_a_list_names_is_known_after_it() -> None:
    item = '<Obj RefId="2"><TN RefId="2"><T>{}</T></TN><Props><S N="X">1</S></Props></Obj>'
    after = '<Obj N="C" RefId="3"><TNRef RefId="{}" /><Props><S N="X">2</S></Props></Obj>'
    raws = [
        with_list(number, item.format("One" if number % 2 else "Two"), after.format(2 if number % 5 else 0))
        for number in range(60)
    ]
    assert_alike([*raws, with_list(60, "", after.format(2)), *raws])


def test_texts_are_taken_with_or_without_a_byte_order_mark() -> None:
    raws = rows(times=30)
    assert_alike([b"\xef\xbb\xbf" + raw for raw in raws])
    assert [exact(value) for value in read_fast(ShapeDecoder(), [raw.decode() for raw in raws])] == [
        exact(decode_or_undecoded(raw)) for raw in raws
    ]


@pytest.mark.timeout(60)
def test_a_dictionary_whose_keys_are_chosen_to_take_long_costs_no_other_object() -> None:
    def keyed(step: int) -> bytes:
        entries = "".join(f'<En><D N="Key">{step * number}</D><Nil N="Value" /></En>' for number in range(1, 20_000))
        return f'{HEAD}<MS><Obj N="a" RefId="1"><DCT>{entries}</DCT></Obj></MS></Obj>'.encode()

    usual, chosen = keyed(1), keyed(2**61 - 1)
    *read, refused = read_fast(ShapeDecoder(), [usual] * 4 + [chosen])
    assert [len(each["a"]) for each in read] == [19_999] * 4
    assert isinstance(refused, Undecoded)
