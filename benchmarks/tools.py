"""A result out to pandas, Arrow, polars, CSV and JSON: ours, and what else a person would write for it.

    python benchmarks/tools.py [USERS]

The users of a sandbox tenant, 84 properties each, are fetched once; each way then starts at the same `Records`. The
values that come out are compared before the clock starts. Ours and theirs take turns; the best of five counts.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import tempfile
import time
from ast import literal_eval
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import polars as pl
import pyarrow as pa
from end_to_end import PASSWORD, USER

import lync_magic
from lync_magic.records import Records
from lync_magic.sessions import sandbox

USERS = 5_000
ROUNDS = 5
Way = Callable[[Records, Path], Any]
Rows = Callable[[Any, Path], list[Any]]


def fetched(users: int) -> Records:
    """The users of a new tenant."""
    address = sandbox.start(["--users", str(users)])
    try:
        with lync_magic.connect(
            USER, password=PASSWORD, uri=f"{address.https}/OcsPowershell", auth="basic", ca=address.ca
        ) as lync:
            return lync.run("Get-CsOnlineUser")
    finally:
        sandbox.stop()


# --- theirs ----------------------------------------------------------------------------------------------------------


def to_text(value: Any) -> str:
    """What JSON has no word for."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def pandas_of_dicts(records: Records, _: Path) -> pd.DataFrame:
    return pd.DataFrame([dict(record) for record in records])


def arrow_of_dicts(records: Records, _: Path) -> pa.Table:
    return pa.Table.from_pylist([without_guids(record) for record in records])


def polars_of_dicts(records: Records, _: Path) -> pl.DataFrame:
    return pl.DataFrame([without_guids(record) for record in records], infer_schema_length=None)


def without_guids(record: Any) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in record.items()}


def csv_of_dicts(records: Records, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, records.names)
        writer.writeheader()
        writer.writerows([dict(record) for record in records])


def json_of_dicts(records: Records, path: Path) -> None:
    text = json.dumps([dict(record) for record in records], default=to_text, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


# --- ours ------------------------------------------------------------------------------------------------------------


def to_pandas(records: Records, _: Path) -> pd.DataFrame:
    return records.to_pandas()


def to_arrow(records: Records, _: Path) -> pa.Table:
    return records.to_arrow()


def to_polars(records: Records, _: Path) -> pl.DataFrame:
    return pl.DataFrame(records)


def to_csv(records: Records, path: Path) -> None:
    records.to_csv(path)


def to_json(records: Records, path: Path) -> None:
    records.to_json(path)


# --- the same values -------------------------------------------------------------------------------------------------


def frame_rows(frame: pd.DataFrame, _: Path) -> list[list[Any]]:
    return [list(map(plain, row)) for row in frame.itertuples(index=False, name=None)]


def arrow_rows(table: pa.Table, _: Path) -> list[list[Any]]:
    return [list(row.values()) for row in table.to_pylist()]


def polars_rows(frame: pl.DataFrame, _: Path) -> list[list[Any]]:
    return list(map(list, frame.rows()))


def csv_rows(_: None, path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [list(map(plain_cell, row)) for row in csv.reader(file)]


def json_rows(_: None, path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def plain(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return str(value) if isinstance(value, str | UUID) else value


def plain_cell(cell: str) -> str:
    """A cell of CSV; a list is `['a', 'b']` to Python and `a;b` here, a date has a space there."""
    if cell.startswith("[") and cell.endswith("]"):
        cell = ";".join(literal_eval(cell))
    if cell in ("True", "False"):
        return cell.lower()
    return cell.replace(" ", "T", 1) if cell[:2] == "20" and cell[10:11] == " " else cell


WAYS: list[tuple[str, str, Way, Way, Rows]] = [
    ("pandas", "`DataFrame([dict(r) for r in records])`", to_pandas, pandas_of_dicts, frame_rows),
    ("pyarrow", "`Table.from_pylist`, GUIDs made text", to_arrow, arrow_of_dicts, arrow_rows),
    ("polars", "`DataFrame` of dicts, GUIDs made text", to_polars, polars_of_dicts, polars_rows),
    ("CSV", "`csv.DictWriter`", to_csv, csv_of_dicts, csv_rows),
    ("JSON", "`json.dumps` of dicts, `default=`", to_json, json_of_dicts, json_rows),
]


def seconds(way: Way, records: Records, path: Path) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    way(records, path)
    return time.perf_counter() - start


def main() -> None:
    records = fetched(int(sys.argv[1]) if len(sys.argv) > 1 else USERS)
    count = f"{len(records):,} users of {len(records.names)} properties"
    print(f"| {count} to | ours, µs a user | theirs | times | theirs is |")
    print("|---|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "users"
        for name, what, ours, theirs, rows in WAYS:
            assert rows(ours(records, path), path) == rows(theirs(records, path), path)
            pairs = [(seconds(ours, records, path), seconds(theirs, records, path)) for _ in range(ROUNDS)]
            best, other = (min(each) / len(records) * 1e6 for each in zip(*pairs, strict=True))
            print(f"| {name} | {best:.1f} | {other:.1f} | {other / best:.1f} | {what} |")


if __name__ == "__main__":
    main()
