"""Objects on their way to a file or a tool while they still come."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import lync_magic
from lync_magic.clixml import PSObject
from lync_magic.errors import ColumnWarning, CommandNotFound, UsageError
from lync_magic.records import Reader, Records, RecordStream
from lync_magic.sessions import Session

Server = Callable[..., dict[str, Any]]


@pytest.fixture
def stream(raw_users: list[bytes]) -> Callable[[], RecordStream]:
    """The recorded users in batches of 300, read as they are asked for."""

    def batches() -> Iterator[Records]:
        reader = Reader()
        for start in range(0, len(raw_users), 300):
            yield reader.feed(raw_users[start : start + 300])

    return lambda: RecordStream(batches())


def test_a_stream_gives_batches_once(stream: Callable[[], RecordStream], users: Records) -> None:
    coming = stream()
    assert [len(batch) for batch in coming] == [300] * 6 + [200]
    assert list(coming) == []
    assert stream().to_records() == users


def test_a_stream_is_written_as_it_comes(stream: Callable[[], RecordStream], users: Records, tmp_path: Path) -> None:
    assert stream().to_csv(tmp_path / "a.csv") == stream().to_json(tmp_path / "a.json") == 2000
    users.to_csv(tmp_path / "b.csv")
    users.to_json(tmp_path / "b.json")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_stream_goes_to_parquet_and_to_arrow(
    stream: Callable[[], RecordStream], users: Records, tmp_path: Path
) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    assert stream().to_parquet(tmp_path / "a.parquet") == 2000
    assert parquet.read_table(tmp_path / "a.parquet").to_pylist() == users.to_arrow().to_pylist()
    assert pa.table(stream()).to_pylist() == users.to_arrow().to_pylist()


def test_a_stream_stops_its_sender_when_it_is_closed() -> None:
    ended = []

    def batches() -> Iterator[Records]:
        try:
            while True:
                yield Records([1])
        finally:
            ended.append(True)

    with RecordStream(batches()) as coming:
        next(iter(coming))
    assert ended == [True]


def late() -> RecordStream:
    first = Records([PSObject({"A": 1})] * 2_000)
    return RecordStream([first, Records([PSObject({"A": 2, "Late": "x"})])])


def test_a_property_that_comes_too_late_is_named_in_a_warning(tmp_path: Path) -> None:
    with pytest.warns(ColumnWarning, match="Late"):
        assert late().to_csv(tmp_path / "a.csv") == 2001


def test_a_value_that_does_not_fit_a_settled_column_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    first = Records([PSObject({"A": 1})] * 2_000)
    odd = [first, Records([PSObject({"A": "text"})])]
    with pytest.raises(UsageError, match="A was settled as int64"):
        RecordStream(odd).to_parquet(tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []
    assert RecordStream(odd).to_parquet(tmp_path / "a.parquet", text=["A"]) == 2001


def test_an_interrupted_file_keeps_what_was_there_before(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")

    def batches() -> Iterator[Records]:
        yield Records([PSObject({"A": 1})] * 3_000)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        RecordStream(batches()).to_csv(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_stream_can_be_asked_for_its_columns_before_it_is_read(
    stream: Callable[[], RecordStream], users: Records
) -> None:
    pa = pytest.importorskip("pyarrow")
    coming = stream()
    assert coming.to_arrow().schema == coming.to_arrow().schema
    assert pa.table(coming).to_pylist() == users.to_arrow().to_pylist()


def test_a_stream_is_neither_copied_nor_pickled(stream: Callable[[], RecordStream]) -> None:
    coming = stream()
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="to_records"):
            take(coming)
    assert len(coming.to_records()) == 2000


def test_the_first_objects_that_settle_the_columns_are_not_lost(stream: Callable[[], RecordStream]) -> None:
    pytest.importorskip("pyarrow")
    coming = stream()
    coming.to_arrow()
    assert len(coming.to_records()) == 2000


# --- from a server -----------------------------------------------------------------------------------------------


def connect(address: dict[str, Any], port: int | None = None) -> Session:
    uri = f"https://localhost:{port}" if port else address["https"]
    return lync_magic.connect(
        "kenmyer@litwareinc.com", password="p@ssw0rd!", uri=f"{uri}/OcsPowershell", auth="basic", ca=address["ca"]
    )


def read_by_pandas(stream: RecordStream) -> list[dict[str, Any]]:
    frame = stream.to_pandas()
    return [dict(zip(frame, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def read_by_pyarrow(stream: RecordStream) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pytest.importorskip("pyarrow").table(stream).to_pylist()
    return rows


def read_by_polars(stream: RecordStream) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pytest.importorskip("polars").DataFrame(stream).to_dicts()
    return rows


def read_by_polars_from_arrow(stream: RecordStream) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pytest.importorskip("polars").from_arrow(stream).to_list()
    return rows


def read_by_duckdb(stream: RecordStream) -> list[dict[str, Any]]:
    duckdb = pytest.importorskip("duckdb")
    rows: list[dict[str, Any]] = duckdb.sql("select * from stream").to_arrow_table().to_pylist()
    return rows


@pytest.mark.parametrize(
    "read", [read_by_pandas, read_by_pyarrow, read_by_polars, read_by_polars_from_arrow, read_by_duckdb]
)
def test_every_tool_reads_a_servers_stream(
    sandbox_server: Server, read: Callable[[RecordStream], list[dict[str, Any]]]
) -> None:
    pytest.importorskip("pyarrow")
    with connect(sandbox_server("--users", "300")) as lync:
        seen = read(lync.stream("Get-CsOnlineUser"))
        whole = lync.run("Get-CsOnlineUser")
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
    assert [row["UserPrincipalName"] for row in seen] == whole.UserPrincipalName
    assert [list(row["ProxyAddresses"]) for row in seen] == whole.ProxyAddresses
    assert [row["WhenCreated"] for row in seen] == whole.WhenCreated
    assert [row["Enabled"] for row in seen] == whole.Enabled
    assert [row["ObjectId"] for row in seen] == list(map(str, whole.ObjectId))


MANY = 6_000
"""Users whose listing is several times what a client and the sandbox hold in advance."""


def test_the_server_waits_while_nobody_asks_for_more(
    sandbox_server: Server, relay: Callable[[dict[str, Any]], Any]
) -> None:
    address = sandbox_server("--users", str(MANY))
    between = relay(address)
    with connect(address, between.port) as lync:
        start = between.sent
        stream = lync.stream("Get-CsOnlineUser")
        first = next(stream)
        waiting = between.quiet() - start
        rest = stream.to_records()
        whole = between.sent - start
    assert len(first) + len(rest) == MANY
    assert waiting < whole / 2


def test_a_tool_that_takes_the_stream_bit_by_bit_makes_the_server_wait(
    sandbox_server: Server, relay: Callable[[dict[str, Any]], Any]
) -> None:
    pytest.importorskip("pyarrow")
    address = sandbox_server("--users", str(MANY))
    between = relay(address)
    with connect(address, between.port) as lync:
        start = between.sent
        reader = lync.stream("Get-CsOnlineUser").to_arrow()
        first = reader.read_next_batch()
        waiting = between.quiet() - start
        rest = sum(map(len, reader))
        whole = between.sent - start
    assert len(first) + rest == MANY
    assert waiting < whole * 3 / 4


def test_a_stream_that_breaks_off_leaves_no_file(sandbox_server: Server, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    kept = tmp_path / "kept.csv"
    kept.write_text("before")
    with connect(sandbox_server("--users", "2000")) as lync:
        broken = broken_off(lync.stream("Get-CsOnlineUser"))
        with pytest.raises(KeyboardInterrupt):
            RecordStream(broken).to_csv(kept)
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        for write in ("to_json", "to_parquet"):
            stream = RecordStream(broken_off(lync.stream("Get-CsOnlineUser")))
            with pytest.raises(KeyboardInterrupt):
                getattr(stream, write)(tmp_path / "new")
    assert list(tmp_path.iterdir()) == [kept]
    assert kept.read_text() == "before"


def broken_off(stream: RecordStream) -> Iterator[Records]:
    """A stream that is interrupted after its first batch."""
    with stream:
        yield next(stream)
        raise KeyboardInterrupt


def test_a_stream_that_cannot_be_written_leaves_the_session_free(sandbox_server: Server, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    with connect(sandbox_server("--users", "2000")) as lync:
        for write in ("to_csv", "to_json", "to_parquet"):
            kept = lync.stream("Get-CsOnlineUser")
            with pytest.raises(FileNotFoundError, match="missing"):
                getattr(kept, write)(tmp_path / "missing" / "users")
            assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


# --- each object once ----------------------------------------------------------------------------------------------


WAYS = ["to_csv", "to_json", "to_parquet", "to_records", "to_arrow", "to_pandas"]


def take(stream: RecordStream, way: str, path: Path) -> object:
    """All of a stream, by one of the ways there are."""
    return getattr(stream, way)(path) if way in ("to_csv", "to_json", "to_parquet") else getattr(stream, way)()


@pytest.mark.parametrize("way", WAYS)
def test_a_stream_that_was_read_or_closed_is_refused_and_the_file_stays(
    stream: Callable[[], RecordStream], way: str, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    kept = tmp_path / "kept"
    kept.write_text("before")
    read, closed, looped = stream(), stream(), stream()
    read.to_records()
    closed.close()
    for _ in looped:
        pass
    for given in (read, closed, looped):
        with pytest.raises(UsageError, match="once"):
            take(given, way, kept)
    assert kept.read_text() == "before"


def test_a_stream_that_failed_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    def batches() -> Iterator[Records]:
        yield Records([PSObject({"A": 1})])
        raise CommandNotFound("No such command.")

    kept = tmp_path / "kept.csv"
    kept.write_text("before")
    coming = RecordStream(batches())
    with pytest.raises(CommandNotFound):
        list(coming)
    with pytest.raises(UsageError, match="once"):
        coming.to_csv(kept)
    assert kept.read_text() == "before"


@pytest.mark.parametrize(("count", "groups"), [(0, [0]), (10, [10]), (5_000, [5_000]), (5_010, [5_000, 10])])
def test_a_parquet_file_has_no_empty_group_but_where_there_is_nothing(
    count: int, groups: list[int], tmp_path: Path
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    parts = [Records([PSObject({"A": 1})] * size) for size in (min(count, 5_000), max(count - 5_000, 0)) if size]
    assert RecordStream(parts or [Records()]).to_parquet(tmp_path / "a.parquet") == count
    written = parquet.ParquetFile(tmp_path / "a.parquet").metadata
    assert [written.row_group(number).num_rows for number in range(written.num_row_groups)] == groups


def test_the_rest_of_a_stream_can_be_taken(stream: Callable[[], RecordStream]) -> None:
    coming = stream()
    first = next(coming)
    assert len(first) + len(coming.to_records()) == 2000


def test_a_reader_that_has_begun_has_the_stream_for_itself(stream: Callable[[], RecordStream]) -> None:
    pytest.importorskip("pyarrow")
    coming = stream()
    one, other = coming.to_arrow(), coming.to_arrow()
    assert len(one.read_next_batch())
    with pytest.raises(UsageError, match="once"):
        other.read_next_batch()
    with pytest.raises(UsageError, match="once"):
        coming.to_arrow()


def test_a_reader_that_fails_or_is_left_closes_the_stream() -> None:
    pa = pytest.importorskip("pyarrow")
    ended: list[int] = []

    def batches(number: int) -> Iterator[Records]:
        try:
            yield Records([PSObject({"A": 1})] * 2_000)
            yield Records([PSObject({"A": "text"})])
        finally:
            ended.append(number)

    failing, left = RecordStream(batches(1)), RecordStream(batches(2))
    with pytest.raises(pa.ArrowException) as caught:
        pa.table(failing)
    assert ended == [1]
    assert caught
    reader = left.to_arrow()
    reader.read_next_batch()
    del reader
    assert ended == [1, 2]


def test_columns_that_nobody_has_are_named_in_a_warning_with_those_near(
    stream: Callable[[], RecordStream], tmp_path: Path
) -> None:
    with pytest.warns(ColumnWarning, match="'DisplayNam'; its column is empty. Did you mean DisplayName"):
        assert stream().to_csv(tmp_path / "a.csv", columns=["Number", "DisplayNam"]) == 2000
    assert (tmp_path / "a.csv").read_text().splitlines()[:2] == ["Number,DisplayNam", "1,"]


def test_one_column_may_be_named_by_itself(stream: Callable[[], RecordStream], tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    stream().to_csv(tmp_path / "a.csv", columns="DisplayName")
    assert (tmp_path / "a.csv").read_text().splitlines()[0] == "DisplayName"
    assert stream().to_arrow(text="Number").schema.field("Number").type == pa.string()


def test_a_warning_comes_each_time_and_names_the_line_of_who_asked(tmp_path: Path) -> None:
    for _ in range(3):
        with warnings.catch_warnings(record=True) as said:
            warnings.resetwarnings()
            warnings.simplefilter("always", ColumnWarning, append=True)
            late().to_csv(tmp_path / "a.csv")
        assert [(warning.filename, warning.category) for warning in said] == [(__file__, ColumnWarning)]


def test_warnings_of_ours_are_not_swallowed_after_the_first(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from lync_magic.clixml import PSObject\n"
        "from lync_magic.records import Reader, RecordStream, Records\n"
        "for _ in range(3):\n"
        "    reader = Reader(); reader.feed(['<X/>']); reader.finish()\n"
        "    parts = [Records([PSObject({'A': 1})] * 2000), Records([PSObject({'B': 1})])]\n"
        f"    RecordStream(parts).to_csv({str(tmp_path / 'a.csv')!r})\n"
    )
    said = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stderr
    assert said.count("UndecodedWarning: 1 object could not be read") == 3
    assert said.count("ColumnWarning: Left out") == 3
    assert said.count(f"{script}:") == 6
