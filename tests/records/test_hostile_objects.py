"""Objects that hold themselves, share parts, spell names twice, or try to be slow: one object costs one object, and no
other one changes for it.
"""

from __future__ import annotations

import csv
import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest

from lync_magic.clixml import PSObject, Undecoded, decode_or_undecoded, patterns
from lync_magic.records import Reader, Record, Records

HEAD = '<Obj RefId="0"><TN RefId="0"><T>Some.Type</T><T>System.Object</T></TN>'
SELF_IN_LIST = '<Obj RefId="9"><MS><Obj N="L" RefId="0"><LST><I32>1</I32><Ref RefId="0" /></LST></Obj></MS></Obj>'
SELF_TWICE = '<Obj RefId="0"><MS><S N="Name">x</S><Ref N="A" RefId="0" /><Ref N="B" RefId="0" /></MS></Obj>'


def user(properties: str) -> str:
    return f"{HEAD}<Props>{properties}</Props></Obj>"


GOOD = [user(f'<S N="A">good{number}</S>') for number in range(40)]


def laughs(levels: int) -> str:
    """Each list holds the one before twice."""
    inner = '<Obj N="p0" RefId="0"><LST><I32>1</I32></LST></Obj>' + "".join(
        f'<Obj N="p{n}" RefId="{n}"><LST><Ref RefId="{n - 1}" /><Ref RefId="{n - 1}" /></LST></Obj>'
        for n in range(1, levels)
    )
    return f'<Obj RefId="x"><MS>{inner}</MS></Obj>'


def chain(levels: int) -> str:
    """Each list holds the one before."""
    inner = '<Obj N="p0" RefId="0"><LST><I32>1</I32></LST></Obj>' + "".join(
        f'<Obj N="p{n}" RefId="{n}"><LST><Ref RefId="{n - 1}" /></LST></Obj>' for n in range(1, levels)
    )
    return f'<Obj RefId="x"><MS>{inner}</MS></Obj>'


def family(children: int) -> Records:
    """A parent whose children each have it as their parent."""
    parent = PSObject({"Name": "parent"}, ("Person",))
    parent.properties["Children"] = [PSObject({"Name": str(n), "Parent": parent}, ("Person",)) for n in range(children)]
    return Records([parent])


def read_alike(raws: Sequence[str]) -> Records:
    """The same objects twice by one reader, the second time with what it has learnt; both as the walk reads them."""
    reader = Reader()
    for _ in range(2):
        records = reader.feed(raws)
        walked = [decode_or_undecoded(raw) for raw in raws]
        assert [record if isinstance(record, Undecoded) else dict(record) for record in records] == [
            value if isinstance(value, Undecoded) else dict(value) for value in walked
        ]
    return records


@pytest.mark.parametrize(
    "raw",
    [
        '<Obj RefId="1"><Ref RefId="1" /></Obj>',
        '<Obj RefId="0"><LST><Ref RefId="0" /></LST></Obj>',
        '<Obj RefId="0"><DCT><En><S N="Key">a</S><Ref N="Value" RefId="0" /></En></DCT></Obj>',
        '<Obj RefId="0"><DCT><En><Obj N="Key" RefId="1"><Ref RefId="1" /></Obj><S N="Value">v</S></En></DCT></Obj>',
        '<Obj RefId="0"><LST><Ref RefId="0" /></LST><MS><S N="Note">x</S></MS></Obj>',
        SELF_IN_LIST,
        SELF_TWICE,
        chain(400),
        chain(3_000),
        laughs(60),
    ],
)
def test_an_object_that_holds_itself_or_much_costs_no_other(raw: str, tmp_path: Path) -> None:
    records = Reader().feed([*GOOD, raw, *GOOD])
    assert [record.A for record in records if isinstance(record, Record) and "A" in record and record != record.A] == [
        f"good{number}" for _ in range(2) for number in range(40)
    ]
    assert len(repr(records[40])) < 10_000
    assert records.to_json(tmp_path / "all.jsonl") == 81
    assert records.to_csv(tmp_path / "all.csv") == 81
    assert (tmp_path / "all.jsonl").stat().st_size < 50_000_000
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 81


def test_a_list_that_holds_itself_stays_one_list() -> None:
    held = Reader().feed([SELF_IN_LIST])[0].L
    assert held[0] == 1
    assert held[1] is held


def test_what_two_properties_share_is_one_thing() -> None:
    records = Reader().feed([laughs(3)])
    assert records[0].p2[0] is records[0].p2[1] is records[0].p1


def test_an_object_that_holds_itself_twice_is_written_once(tmp_path: Path) -> None:
    Reader().feed([SELF_TWICE]).to_json(tmp_path / "one.json")
    (written,) = json.loads((tmp_path / "one.json").read_text())
    assert written["Name"] == "x"
    assert isinstance(written["A"], str)


def test_children_that_know_their_parent_are_written_with_it(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    records = family(30)
    records.to_json(tmp_path / "family.json")
    (written,) = json.loads((tmp_path / "family.json").read_text())
    assert [child["Name"] for child in written["Children"]] == [str(n) for n in range(30)]
    assert all(isinstance(child["Parent"], str) for child in written["Children"])
    records.to_csv(tmp_path / "family.csv")
    with (tmp_path / "family.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["Name"] == "parent"
    assert isinstance(records.to_arrow(), pyarrow.Table)


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "twice",
    [
        user('<S N="A">a{0}</S><S N="_x0041_">b{0}</S>'),
        user('<S N="_x0041_">b{0}</S><S N="Z">z{0}</S>'),
        f'{HEAD}<Props><S N="A">a{{0}}</S></Props><MS><S N="_x0041_">b{{0}}</S></MS></Obj>',
        user('<Obj N="In" RefId="1"><MS><S N="A">a{0}</S><S N="_x0041_">b{0}</S></MS></Obj>'),
    ],
)
def test_two_spellings_of_a_name_are_one_property_and_change_no_neighbour(twice: str) -> None:
    read_alike([*(twice.format(number) for number in range(3)), *GOOD[:4]])
    read_alike([raw for number in range(20) for raw in (twice.format(number), GOOD[number])])


def test_a_name_with_a_line_end_is_told_from_one_with_a_space() -> None:
    read_alike([*(user(f'<S N="a&#10;b">{n}</S>') for n in range(5)), user('<S N="a\nb">x</S>')])


def test_names_that_are_data_do_not_fill_a_table(tmp_path: Path) -> None:
    raws = [f'<Obj RefId="0"><MS><S N="u{number}">{number}</S></MS></Obj>' for number in range(2_000)]
    records = read_alike(raws)
    assert sum(len(table.columns) * len(table) for table, _ in records.by_source()) < 300 * 2_000  # type: ignore[union-attr]
    again = records + records
    assert [list(record.items()) for record in again] == [[(f"u{n}", str(n))] for _ in range(2) for n in range(2_000)]
    assert sum(len(table.columns) * len(table) for table, _ in again.by_source()) < 300 * 4_000  # type: ignore[union-attr]


def test_a_wide_table_that_is_full_stays_one() -> None:
    wide = PSObject({f"p{number}": number for number in range(1_000)})
    assert len(Records([wide] * 50).by_source()) == 1


# --- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        '<DT N="a" />',
        '<DT N="a">2013-12-13T10111213</DT>',
        '<DT N="a">2013-1213T10:11:1213</DT>',
        '<Obj N="a" RefId="1"><ToString>&nbsp;</ToString><I32>1</I32></Obj>',
        '<Obj N="a" RefId="1"><TN RefId="1"><T>My.E</T><T>System.Enum</T></TN><I32>007</I32></Obj>',
        '<Obj N="a" RefId="1"><TN RefId="1"><T>My.E</T><T>System.Enum</T></TN><I32>-0</I32></Obj>',
    ],
)
def test_an_odd_value_is_read_alike(value: str) -> None:
    sound = {"DT": '<DT N="a">2013-12-13T10:11:12Z</DT>'}.get(value[1:3], '<Obj N="a" RefId="1"><I32>5</I32></Obj>')
    read_alike([user(value)] * 80)
    read_alike([user(sound)] * 4 + [user(value)] * 70)


def test_what_was_made_of_objects_that_do_not_fit_after_all_is_not_kept() -> None:
    raws = [
        user(f'<Obj N="In" RefId="1"><MS><S N="z">1</S></MS></Obj><S N="t">{text}</S>')
        for text in ["a\rb", "ab", "ab", "ab", "ab"] * 200
    ]
    records = read_alike(raws)
    inner, _ = records[-1].In.place
    assert len(inner) == 1_000


# --- patterns that could go back --------------------------------------------------------------------------------------


def test_types_that_come_and_go_do_not_make_matching_slow() -> None:
    def nested(types: str) -> str:
        return "".join(
            f'<Obj N="m{n}" RefId="{n + 1}">{types.format(n + 1)}<MS><S N="q">1</S></MS></Obj>' for n in range(60)
        )

    typed, bare = nested('<TN RefId="{0}"><T>X.Y</T></TN>'), nested("")
    read_alike([user(typed), user(bare)] * 3 + [user(typed + '<S N="last">1</S>')])


def test_types_do_not_make_matching_slow_where_choices_are_not_final(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_FINAL_SINCE", (9,))  # as on Python 3.10
    kinds = "".join(
        f'<Obj N="m{n}" RefId="{n + 1}"><TN RefId="{n + 1}"><T>My.E{n}</T><T>System.Enum</T></TN>'
        f"<ToString>A</ToString><I32>1</I32></Obj>"
        for n in range(60)
    )
    read_alike([*[user(kinds)] * 6, user(kinds + '<S N="last">1</S>')])


@pytest.mark.parametrize("tag", ["Db", "D", "Sg"])
def test_a_long_number_that_is_none_is_told_at_once(tag: str) -> None:
    (value,) = Reader().feed([f"<{tag}>{'1' * 200_000}x</{tag}>"])
    assert isinstance(value, Undecoded)


def test_a_broken_object_is_not_remembered_as_a_type() -> None:
    reader = Reader()
    reader.feed([f'<Obj RefId="0"><TN RefId="0"><T>{"x" * 100_000}'] * 3)
    assert not reader._shapes._families


def test_more_types_than_are_learnt_are_read_alike_and_the_learnt_ones_stay() -> None:
    raws = [
        f'<Obj RefId="0"><TN RefId="0"><T>T{n % 300}</T></TN><MS><I32 N="v">{n}</I32></MS></Obj>' for n in range(1_200)
    ]
    reader = Reader()
    assert [record.v for record in reader.feed(raws)] == list(range(1_200))
    learnt = set(reader._shapes._families)
    reader.feed(raws)
    assert set(reader._shapes._families) == learnt
    for _ in range(70):
        reader.feed(GOOD)
    assert any(b"Some.Type" in key for key in reader._shapes._families)
    assert len(reader._shapes._families) < 256


def test_few_of_many_names_that_are_there_already_do_not_fill_a_table() -> None:
    wide = PSObject({f"u{number}": number for number in range(1_000)})
    narrow = [PSObject({f"u{number % 1_000}": number}) for number in range(5_000)]
    records = Records([wide, *narrow])
    assert sum(len(table.columns) * len(table) for table, _ in records.by_source()) < 2_000_000  # type: ignore[union-attr]
    assert [dict(record) for record in records] == [dict(each) for each in (wide, *narrow)]


def test_a_slice_takes_only_the_columns_that_it_has_with_it() -> None:
    records = Reader().feed([f'<Obj RefId="0"><MS><S N="u{n}">{n}</S></MS></Obj>' for n in range(2_000)])
    assert len(pickle.dumps(records[:1])) < 1_000
    parts = Records.concat([records[number : number + 1] for number in range(0, 2_000, 10)])
    assert [list(record.items()) for record in parts] == [[(f"u{n}", str(n))] for n in range(0, 2_000, 10)]
    assert len(parts.by_source()) == 1


def test_one_part_is_taken_as_it_is_with_what_holds_itself() -> None:
    records = Reader().feed([SELF_TWICE])
    nothing: list[object] = []
    for again in (records + nothing, nothing + records, Records.concat([Records(), records])):
        assert again == records
        assert again[0].A.place == again[0].place
