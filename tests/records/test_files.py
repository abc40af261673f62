"""Files: what stands in them, and that they are whole or not there."""

from __future__ import annotations

import csv
import json
import os
import random
import stat
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_magic.clixml import Credential, DateTime, EnumValue, ObjectLike, PSObject, SecureString, TimeSpan
from lync_magic.records import Records, RecordStream
from lync_magic.records.lines import csv_head, csv_lines, json_lines
from lync_magic.records.plainer import encodable, file_text, to_plain

FRIDAY = EnumValue("Friday", 5, "System.DayOfWeek")
INNER = PSObject({"Deep": PSObject({"Days": [FRIDAY, None]})})
ROW = {
    "Days": [FRIDAY, FRIDAY],
    "Nested": INNER,
    "Objects": [PSObject({"A": 1}), PSObject({"B": None})],
    "Lists": [[1, 2], [], None],
    "Table": {"k": 1, 3: [True]},
    "Address": PSObject({"Family": "v4"}, ("System.Net.IPAddress",), text="10.0.0.1"),
    "Ratio": float("nan"),
    "Price": Decimal("1.50"),
    "Wait": TimeSpan.of(15),
    "When": DateTime.of(datetime(2013, 12, 13, tzinfo=timezone.utc), 7),
}


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_nested_objects_lists_and_enumerations(tmp_path: Path) -> None:
    Records([PSObject(ROW)]).to_csv(tmp_path / "a.csv")
    assert csv_rows(tmp_path / "a.csv") == [
        {
            "Days": "Friday;Friday",
            "Nested": '{"Deep": {"Days": ["Friday", null]}}',
            "Objects": '{"A": 1};{"B": null}',
            "Lists": "[1, 2];[];",
            "Table": '{"k": 1, "3": [true]}',
            "Address": "10.0.0.1",
            "Ratio": "NaN",
            "Price": "1.50",
            "Wait": "00:00:00.0000015",
            "When": "2013-12-13T00:00:00.0000007Z",
        }
    ]


def test_json_holds_nested_objects_lists_and_enumerations(tmp_path: Path) -> None:
    Records([PSObject(ROW)]).to_json(tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == [
        {
            "Days": ["Friday", "Friday"],
            "Nested": {"Deep": {"Days": ["Friday", None]}},
            "Objects": [{"A": 1}, {"B": None}],
            "Lists": [[1, 2], [], None],
            "Table": {"k": 1, "3": [True]},
            "Address": {"Family": "v4"},
            "Ratio": None,
            "Price": 1.5,
            "Wait": "00:00:00.0000015",
            "When": "2013-12-13T00:00:00.0000007Z",
        }
    ]


def test_a_secret_is_in_no_file(tmp_path: Path) -> None:
    secrets = {"A": Credential("ken", "p@ssw0rd!"), "B": SecureString("p@ssw0rd!"), "C": [SecureString("p@ssw0rd!")]}
    result = Records([PSObject(secrets)])
    result.to_csv(tmp_path / "a.csv")
    result.to_json(tmp_path / "a.json")
    for path in tmp_path.iterdir():
        assert "System.Security.SecureString" in path.read_text()
        assert "p@ssw0rd" not in path.read_text()


# --- column by column, the lines say what value by value they would -----------------------------------------------


def assert_exact(records: Records) -> None:
    """The lines of JSON and of CSV are those that are made one value at a time."""
    assert list(map(encodable, json_lines(records))) == [
        json.dumps(to_plain(item), ensure_ascii=False) for item in records
    ]
    names = [encodable(name) for name in records.names]
    if not names or len({name.lower() for name in names}) < len(names) or not all(map(is_object, records)):
        return
    if not all(record.names for record in records):  # the text of such a one has a column of its own
        return
    text, found = csv_lines(records, names)
    if "\0" in text and sys.version_info < (3, 11):  # its csv module could not read that
        return
    file = StringIO(csv_head(names) + text, newline="")
    head, *rows = list(csv.reader(file))
    assert head == names == found
    assert [list(map(encodable, row)) for row in rows] == [
        [file_text(item.get(name)) for name in records.names] for item in records
    ]


def is_object(item: Any) -> bool:
    return isinstance(item, ObjectLike)


def test_every_type_of_the_recording_is_written_exactly(types: Records) -> None:
    values = {case.Case: case.Value for case in types}
    assert_exact(Records([PSObject(values), PSObject(dict.fromkeys(values))]))
    assert_exact(types)


def test_the_recorded_users_are_written_exactly(users: Records) -> None:
    assert_exact(users)
    assert_exact(users[1500:20:-3])


def test_plain_values_and_objects_without_properties_are_written_exactly() -> None:
    odd = [PSObject({}), PSObject({}, text="shown"), PSObject({"N": 1}, base=5), None, "x", 7, [1, PSObject({"A": 1})]]
    assert_exact(Records(odd))
    assert_exact(Records([PSObject({}, ("T",), text="a"), PSObject({"A": 1}, ("T",)), PSObject({}, ("T",))]))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=8),
    st.sampled_from(["a,b", 'say "x"', "one\r", "two\nlines", "", " ", "%s %% {}", "=1+1", FRIDAY]),
    st.datetimes(timezones=st.sampled_from([None, timezone.utc, timezone(timedelta(hours=2))])),
    st.timedeltas(max_value=timedelta(days=10_000_000), min_value=timedelta(days=-10_000_000)),
    st.uuids(),
    st.binary(max_size=4),
    st.lists(st.one_of(st.none(), st.text(max_size=4), st.integers()), max_size=3),
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["A", "B", "C", 'odd %s,"', "é"]), VALUES, max_size=5), max_size=12)


@given(ROWS)
def test_whatever_the_objects_hold_is_written_exactly(rows: list[dict[str, Any]]) -> None:
    assert_exact(Records([PSObject(row, ("T",)) for row in rows if row]))


def test_the_same_guid_is_the_same_text_and_others_are_others(tmp_path: Path) -> None:
    rng = random.Random(3)
    guids = [UUID(int=rng.getrandbits(128)) for _ in range(50)] + [UUID(int=0), UUID(int=2**128 - 1)]
    column = [*guids, None, *guids[:9]]
    Records([PSObject({"Id": guid}) for guid in column]).to_csv(tmp_path / "a.csv")
    assert [row["Id"] for row in csv_rows(tmp_path / "a.csv")] == [str(guid) if guid else "" for guid in column]


def test_more_objects_than_are_made_text_at_once_are_all_written(users: Records, tmp_path: Path) -> None:
    many = users + users + users[:7]
    assert many.to_csv(tmp_path / "a.csv") == many.to_json(tmp_path / "a.json") == 4007
    assert [row["DisplayName"] for row in csv_rows(tmp_path / "a.csv")] == many.DisplayName
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == 4007


# --- a file is whole or not there -----------------------------------------------------------------------------------


def interrupted() -> Iterator[Records]:
    yield Records([PSObject({"A": 1})] * 5_000)
    raise KeyboardInterrupt


@pytest.mark.parametrize("write", ["to_csv", "to_json", "to_parquet"])
def test_an_interrupted_file_is_not_there_and_what_was_there_stays(write: str, tmp_path: Path) -> None:
    if write == "to_parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / "a.json"
    with pytest.raises(KeyboardInterrupt):
        getattr(RecordStream(interrupted()), write)(path)
    assert list(tmp_path.iterdir()) == []
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        getattr(RecordStream(interrupted()), write)(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_while_it_is_written_a_file_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    seen: list[str] = []

    def batches() -> Iterator[Records]:
        for _ in range(3):
            yield Records([PSObject({"A": 1})] * 3_000)
            seen.append(path.read_text())

    RecordStream(batches()).to_csv(path)
    assert seen == ["before"] * 3
    assert path.read_text().count("\n") == 9_001


def test_a_file_that_takes_the_place_of_another_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.touch()
    path.chmod(0o640)
    Records([PSObject({"A": 1})]).to_csv(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_still_leads_to_the_file_that_was_written(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("before")
    link = tmp_path / "link.csv"
    link.symlink_to("real.csv")
    Records([PSObject({"A": 1})]).to_csv(link)
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text() == "A\n1\n"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    Records([PSObject({"A": 1})]).to_json(pipe)
    reader.join(30)
    assert read == ['[\n{"A": 1}\n]\n']
    assert pipe.is_fifo()


def test_a_long_name_and_a_name_in_the_home_folder_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    name = "é" * 120 + ".csv"
    Records([PSObject({"A": 1})]).to_csv(f"~/{name}")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        Records([1]).to_csv(tmp_path)
    with pytest.raises(FileNotFoundError, match="missing'$"):
        Records([1]).to_csv(tmp_path / "missing" / "a.csv")
    assert list(tmp_path.iterdir()) == []
