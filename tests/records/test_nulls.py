"""Nulls among the objects of a result: they keep their place, and make no column of their own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_magic.records import Reader, Records, RecordStream

USER = b'<Obj RefId="0"><TN RefId="0"><T>User</T><T>System.Object</T></TN><MS><S N="Name">ken</S></MS></Obj>'
NULL = b"<Nil />"


def read(*raws: bytes) -> Records:
    return Reader().feed(raws)


def stream_of(*batches: list[bytes]) -> RecordStream:
    reader = Reader()

    def coming() -> Iterator[Records]:
        for batch in batches:
            yield reader.feed(batch)

    return RecordStream(coming())


def test_a_null_is_an_item() -> None:
    assert read(b"<I32>1</I32>", NULL, b"<I32>2</I32>").tolist() == [1, None, 2]


@pytest.mark.parametrize("count", [1, 3, 2_000])
def test_nulls_between_many_objects_keep_their_places(count: int) -> None:
    result = read(*[USER, NULL, USER] * count)
    assert len(result) == 3 * count
    assert [place for place, item in enumerate(result) if item is None] == list(range(1, 3 * count, 3))
    assert result[0].Name == result[-1].Name == "ken"


def test_a_null_among_objects_is_an_empty_row(tmp_path: Path) -> None:
    result = read(USER, NULL, USER)
    assert result.to_pandas()["Name"].isna().tolist() == [False, True, False]
    assert list(result.to_pandas()) == ["Name"]
    assert result.to_arrow().to_pydict() == {"Name": ["ken", None, "ken"]}
    result.to_csv(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().split() == ["Name", "ken", '""', "ken"]


def test_nulls_among_numbers_are_missing_numbers() -> None:
    assert read(b"<I32>1</I32>", NULL).to_arrow().to_pydict() == {"Value": [1, None]}


def test_nulls_alone_are_rows() -> None:
    result = read(NULL, NULL)
    assert result.to_pandas()["Value"].isna().tolist() == [True, True]
    assert result.to_arrow().to_pydict() == {"Value": [None, None]}


def test_a_null_that_comes_late_in_a_stream_is_no_new_column(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stream_of([USER] * 2_000, [NULL], [USER, NULL]).to_csv(tmp_path / "a.csv")
        table = pa.table(stream_of([USER] * 2_000, [NULL], [USER, NULL]))
    assert (tmp_path / "a.csv").read_text().split()[-3:] == ['""', "ken", '""']
    assert table.to_pydict()["Name"][-3:] == [None, "ken", None]
