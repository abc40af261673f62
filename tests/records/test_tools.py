"""Out to the tools: each of them reads a result and gives the same values."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lync_magic.clixml import DateTime, EnumValue, PSObject, TimeSpan, decode
from lync_magic.errors import ColumnWarning
from lync_magic.records import Records, RecordStream

UTC = timezone.utc
WHEN = datetime(2013, 12, 13, 10, 11, 12, tzinfo=UTC)
GUID = UUID("11111111-2222-3333-4444-555555555555")

ROW = {
    "Text": "Ольга \U0001f600",
    "Enabled": True,
    "Number": 7,
    "Ratio": 0.5,
    "When": WHEN,
    "Local": datetime(2013, 12, 13),
    "Wait": timedelta(minutes=5),
    "Id": GUID,
    "Price": Decimal("1.23"),
    "Kind": EnumValue("Friday", 5, "System.DayOfWeek"),
    "Lines": ["a", "b"],
    "Nested": PSObject({"Deep": PSObject({"Deeper": 1})}),
    "Data": b"\x00\x01",
    "Never": None,
}
NULLS: dict[str, object] = dict.fromkeys(ROW)


@pytest.fixture
def rows() -> Records:
    """A row with every kind of value, and one of nulls."""
    return Records([PSObject(dict(ROW)), PSObject(dict(NULLS))])


# --- pandas ------------------------------------------------------------------------------------------------------


def test_pandas_gets_its_own_types_also_where_values_are_null(rows: Records) -> None:
    types = {name: str(dtype) for name, dtype in rows.to_pandas().dtypes.items()}
    assert types["Enabled"] == "boolean"
    assert types["Number"] == "Int64"
    assert types["Ratio"] == "float64"
    assert types["When"] == "datetime64[us, UTC]"
    assert types["Local"] == "datetime64[us]"
    assert types["Wait"] == "timedelta64[us]"
    assert types["Kind"] == "category"
    assert types["Lines"] == types["Nested"] == types["Price"] == "object"


def test_pandas_gives_the_values_back(rows: Records) -> None:
    frame = rows.to_pandas()
    row = frame.iloc[0]
    assert (row.Text, bool(row.Enabled), int(row.Number), row.Ratio) == ("Ольга \U0001f600", True, 7, 0.5)
    assert row.When.to_pydatetime() == WHEN
    assert row.Wait.to_pytimedelta() == timedelta(minutes=5)
    assert (row.Id, row.Price, row.Kind) == (str(GUID), Decimal("1.23"), "Friday")
    assert row.Lines == ["a", "b"]
    assert row.Nested.Deep.Deeper == 1
    assert frame.iloc[1].drop("Never").isna().all()


def test_pandas_reads_the_recorded_users(users: Records) -> None:
    frame = users.to_pandas()
    assert frame.shape == (2000, 12)
    assert frame.DisplayName.tolist() == users.DisplayName
    assert frame.When.dt.to_pydatetime().tolist() == users.When
    assert frame.Number.sum() == sum(users.Number)
    assert str(frame.Note.dtype) == "category"


def test_pandas_keeps_seven_decimals_and_falls_back_to_objects_where_it_cannot() -> None:
    exact = DateTime.of(WHEN, 7)
    frame = Records([PSObject({"A": exact, "B": TimeSpan.of(1)})]).to_pandas()
    assert frame.A[0].value % 1000 == 700
    assert frame.B[0].value == 100
    far = Records([PSObject({"A": DateTime.of(datetime(9999, 12, 31), 9), "B": TimeSpan.of(2**63 - 1)})]).to_pandas()
    assert far.A[0] == DateTime.of(datetime(9999, 12, 31), 9)
    assert far.B[0].ticks == 2**63 - 1


def test_pandas_keeps_one_zone_and_turns_several_into_utc() -> None:
    paris, tokyo = timezone(timedelta(hours=1)), timezone(timedelta(hours=9))
    one = Records([PSObject({"When": WHEN.astimezone(paris)})] * 2).to_pandas()
    two = Records([PSObject({"When": WHEN.astimezone(zone)}) for zone in (paris, tokyo)]).to_pandas()
    assert one.When[0].utcoffset() == timedelta(hours=1)
    assert two.When[0] == two.When[1] == WHEN
    assert two.When[1].utcoffset() == timedelta(0)


def test_pandas_takes_numbers_beyond_64_bits_and_halves_of_pairs() -> None:
    frame = Records([PSObject({"A": 2**64 - 1, "B": 2**100, "C": "\ud83d"})]).to_pandas()
    assert str(frame.A.dtype) == "uint64"
    assert frame.B[0] == 2**100
    assert frame.C[0] == "\ud83d"


def test_plain_values_and_notes_on_values_have_a_column_of_their_own(types: Records) -> None:
    frame = Records([1, "a", PSObject({"Name": "Ken"}), PSObject({"Note": 7}, base=5)]).to_pandas()
    assert frame.Value.tolist() == [1, "a", None, 5]
    assert frame.Note.tolist()[3] == 7


def test_every_type_of_the_recording_goes_to_every_tool(types: Records, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    wide = Records([PSObject({case.Case: case.Value for case in types})])
    assert wide.to_pandas().shape == (1, 91)
    assert wide.to_arrow().num_columns == 91
    assert wide.to_json(tmp_path / "a.json") == wide.to_csv(tmp_path / "a.csv") == 1


def test_text_repeats_as_a_category_only_where_that_helps() -> None:
    few, many = (
        [PSObject({"A": str(number % 4)}) for number in range(100)],
        [PSObject({"A": str(n)}) for n in range(100)],
    )
    assert str(Records(few).to_pandas().A.dtype) == "category"
    assert str(Records(many).to_pandas().A.dtype) != "category"
    assert str(Records(few[:50]).to_pandas().A.dtype) != "category"
    assert list(Records(few).to_pandas().A.cat.categories) == ["0", "1", "2", "3"]


def test_a_frame_can_be_changed_without_changing_the_result(users: Records) -> None:
    frame = users.to_pandas()
    before = (users[0].DisplayName, users[0].Enabled, users[0].Number)
    frame.loc[0, ["DisplayName", "Enabled", "Number"]] = ["other", not users[0].Enabled, -1]
    assert (users[0].DisplayName, users[0].Enabled, users[0].Number) == before
    assert frame.Number[0] == -1


# --- Arrow -------------------------------------------------------------------------------------------------------


def expected_row() -> dict[str, Any]:
    return {
        **ROW,
        "Id": str(GUID),
        "Kind": "Friday",
        "Nested": {"Deep": {"Deeper": 1}},
    }


def test_pyarrow_reads_a_result(rows: Records) -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table(rows)
    assert str(table.schema.field("When").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("Lines").type) == "list<item: string>"
    assert table.to_pylist() == [expected_row(), NULLS]


def test_polars_reads_a_result(rows: Records) -> None:
    pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(rows)
    assert frame.row(0, named=True) == expected_row()
    assert frame.row(1, named=True) == NULLS
    assert polars.from_arrow(rows.to_arrow()).equals(frame)
    assert len(polars.from_arrow(rows)) == 2


def test_duckdb_reads_a_result(rows: Records) -> None:
    pytest.importorskip("pyarrow")
    duckdb = pytest.importorskip("duckdb")
    names = "Text, Enabled, Number, Ratio, Wait, Id, Price, Kind, Lines, Nested, Local"
    found = duckdb.sql(f'select {names}, epoch_us("When") from rows where Number = 7').fetchall()
    row = expected_row()
    assert found == [(*(row[name] for name in names.split(", ")), int(WHEN.timestamp() * 1_000_000))]


def test_arrow_keeps_seven_decimals() -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table(
        Records([PSObject({"A": DateTime.of(WHEN, 7), "B": TimeSpan.of(-1)}), PSObject({"A": None, "B": None})])
    )
    assert table["A"].cast(pa.int64()).to_pylist() == [int(WHEN.timestamp()) * 10**9 + 700, None]
    assert table["B"].cast(pa.int64()).to_pylist() == [-100, None]


def test_arrow_takes_mixed_columns_as_text() -> None:
    pa = pytest.importorskip("pyarrow")
    mixed = Records(
        [PSObject({"A": 1}), PSObject({"A": "x\ud83d"}), PSObject({"A": [1, True]}), PSObject({"A": 2**70})]
    )
    assert pa.table(mixed)["A"].to_pylist() == ["1", "x\ufffd", "1;true", str(2**70)]


def test_arrow_has_the_union_of_the_properties_of_all_types(users: Records) -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table(users[:2] + Records([PSObject({"Room": "x", "displayname": "in other case"}, ("Room",))]))
    assert table.column_names == [*users.names, "Room"]
    assert table["DisplayName"].to_pylist() == ["User 1", "User 2", "in other case"]


# --- files -------------------------------------------------------------------------------------------------------


def test_csv_holds_what_other_tools_read_back(rows: Records, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    assert rows.to_csv(path) == 2
    with path.open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert first == {
        "Text": "Ольга \U0001f600", "Enabled": "true", "Number": "7", "Ratio": "0.5", "When": "2013-12-13T10:11:12Z",
        "Local": "2013-12-13T00:00:00", "Wait": "00:05:00", "Id": str(GUID), "Price": "1.23", "Kind": "Friday",
        "Lines": "a;b", "Nested": '{"Deep": {"Deeper": 1}}', "Data": "AAE=", "Never": "",
    }  # fmt: skip
    assert set(second.values()) == {""}


def test_csv_takes_chosen_columns_in_their_order(users: Records, tmp_path: Path) -> None:
    with pytest.warns(ColumnWarning, match="'Missing'"):
        users[:2].to_csv(tmp_path / "a.csv", columns=["number", "DisplayName", "Missing"])
    assert (tmp_path / "a.csv").read_text() == "number,DisplayName,Missing\n1,User 1,\n2,User 2,\n"


def test_json_holds_the_values(rows: Records, tmp_path: Path) -> None:
    rows.to_json(tmp_path / "a.json")
    first, second = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert first["Nested"] == {"Deep": {"Deeper": 1}}
    assert (first["Number"], first["Price"], first["When"], first["Lines"]) == (
        7,
        1.23,
        "2013-12-13T10:11:12Z",
        ["a", "b"],
    )
    assert second == NULLS


def test_json_lines_hold_one_object_a_line(users: Records, tmp_path: Path) -> None:
    assert users.to_json(tmp_path / "a.jsonl") == 2000
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert [json.loads(line)["DisplayName"] for line in lines] == users.DisplayName


def test_no_objects_make_an_empty_list(tmp_path: Path) -> None:
    assert Records().to_json(tmp_path / "a.json") == 0
    assert json.loads((tmp_path / "a.json").read_text()) == []


def test_an_object_that_holds_itself_can_be_written(types: Records, tmp_path: Path) -> None:
    assert types.to_json(tmp_path / "a.json") == 91
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == 91


# --- what else --------------------------------------------------------------------------------------------------


def test_a_missing_package_is_named_with_the_command_that_installs_it() -> None:
    code = (
        "import sys; sys.modules['pandas'] = sys.modules['pyarrow'] = None\n"
        "from lync_magic.records import Records\n"
        "for export in (Records().to_pandas, Records().to_arrow):\n"
        "    try: export()\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.count("DependencyMissing") == 2
    assert 'pip install "lync-magic[pandas]"' in said
    assert 'pip install "lync-magic[arrow]"' in said


def test_text_of_a_decoded_object_survives_the_round_trip(tmp_path: Path) -> None:
    nasty = decode("<S>=cmd|' /C calc'!A0 \"quoted\", _x000D__x000A_line _xD83D__xDE00_</S>")
    Records([PSObject({"A": nasty})]).to_csv(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["A"], [nasty]]


# --- names and values that meet ------------------------------------------------------------------------------------


def assert_tables(records: Records, expected: dict[str, list[object]]) -> None:
    """pandas and Arrow have these columns, pandas with its own nulls."""
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    assert records.to_arrow().to_pydict() == expected
    frame = records.to_pandas()
    assert {name: [None if pandas.isna(v) else v for v in frame[name]] for name in frame} == expected


def test_a_property_called_value_beside_plain_values_loses_neither() -> None:
    assert_tables(Records([PSObject({"value": 1}), 5]), {"value": [1, 5]})
    assert_tables(
        Records([PSObject({"value": 1}), PSObject({"a": 2}, base=5)]),
        {"value": [1, None], "Value_1": [None, 5], "a": [None, 2]},
    )
    noted = Records([PSObject({"Note": 1, "Value": 3}, base=5)])
    assert_tables(noted, {"Value_1": [5], "Note": [1], "Value": [3]})


def test_a_plain_value_with_a_property_of_that_name_is_whole_in_json(tmp_path: Path) -> None:
    Records([PSObject({"Note": 1, "Value": 3}, base=5)]).to_json(tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text()) == [{"Value_1": 5, "Note": 1, "Value": 3}]


def test_objects_that_are_only_a_text_are_their_text(tmp_path: Path) -> None:
    bare = Records([PSObject({}, text="a"), PSObject({}, text="b")])
    assert_tables(bare, {"Value": ["a", "b"]})
    assert bare.to_csv(tmp_path / "a.csv") == 2
    assert (tmp_path / "a.csv").read_text() == "Value\na\nb\n"
    assert_tables(Records([PSObject({}, text="a"), PSObject({"A": 1})]), {"Value": ["a", None], "A": [None, 1]})
    inner = Records([PSObject({"Ip": PSObject({}, text="10.0.0.1")}), PSObject({"Ip": PSObject({"A": 1})})])
    assert inner.to_arrow().to_pylist() == [{"Ip": {"Value": "10.0.0.1", "A": None}}, {"Ip": {"Value": None, "A": 1}}]


def test_a_null_in_a_name_does_not_make_two_columns_one() -> None:
    pa = pytest.importorskip("pyarrow")
    records = Records([PSObject({"a\0b": 0, "a\0c": 1})])
    assert pa.table(records).to_pydict() == {"a\ufffdb": [0], "a\ufffdc": [1]}


def test_decimals_of_all_sizes_are_read_by_all_tools() -> None:
    pa, polars, duckdb = (pytest.importorskip(name) for name in ("pyarrow", "polars", "duckdb"))
    third, size = Decimal("0.3333333333333333333333333333"), Decimal("123456789012.5")
    records = Records([PSObject({"A": third}), PSObject({"A": size})])
    assert records.to_arrow()["A"].to_pylist() == [str(third), str(size)]
    assert polars.from_arrow(records.to_arrow())["A"].to_list() == [str(third), str(size)]
    assert duckdb.sql("select A from records").fetchall() == [(str(third),), (str(size),)]
    prices = Records([PSObject({"A": Decimal("1.50")}), PSObject({"A": None})])
    assert prices.to_arrow()["A"].type == pa.decimal128(38, 2)
    assert polars.from_arrow(prices.to_arrow())["A"].to_list() == [Decimal("1.50"), None]
    assert duckdb.sql("select A from prices").fetchall() == [(Decimal("1.50"),), (None,)]


def test_a_larger_decimal_than_the_first_ones_fits(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    first, later = Records([PSObject({"A": Decimal("1.50")})] * 2_000), Records([PSObject({"A": Decimal("1000.00")})])
    assert RecordStream([first, later]).to_parquet(tmp_path / "a.parquet") == 2_001
    assert parquet.read_table(tmp_path / "a.parquet")["A"].to_pylist()[-1] == Decimal("1000.00")


def test_a_whole_result_goes_to_parquet(users: Records, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert users.to_parquet(tmp_path / "a.parquet", text="Number") == len(users)
    read = parquet.read_table(tmp_path / "a.parquet")
    assert read["DisplayName"].to_pylist() == users.DisplayName
    assert read["Number"].to_pylist() == list(map(str, users.Number))


def test_a_plain_value_has_one_column_in_all_parts_of_a_file(tmp_path: Path) -> None:
    noted = [PSObject({"Note": "n"}, ("X",), base=5)] * 2_000
    named = PSObject({"Value": "v"}, ("Y",), base=6)
    Records([*noted, named]).to_csv(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"Value_1": "5", "Note": "n", "Value": ""}
    assert rows[-1] == {"Value_1": "6", "Note": "", "Value": "v"}


def test_objects_without_properties_are_counted_by_arrow_too(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    bare = Records([PSObject({})] * 3)
    assert bare.to_arrow().num_rows == len(bare.to_pandas()) == bare.to_parquet(tmp_path / "a.parquet") == 3
    assert parquet.read_table(tmp_path / "a.parquet").num_columns == 0


def test_a_number_of_very_many_digits_is_written(tmp_path: Path) -> None:
    Records([PSObject({"A": Decimal("1" * 5_000)}), PSObject({"A": Decimal(12)})]).to_json(tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text()) == [{"A": "1" * 5_000}, {"A": 12}]


def test_keys_that_become_the_same_text_lose_no_value(tmp_path: Path) -> None:
    Records([PSObject({"A": {1: "int", "1": "str", "1_1": "more"}})]).to_json(tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text()) == [{"A": {"1": "int", "1_1": "str", "1_1_1": "more"}}]
