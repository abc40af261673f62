"""pandas, polars, pyarrow and DuckDB each read a result and give the same values: those of the objects themselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lync_magic
from lync_magic.clixml import MISSING, DateTime, EnumValue, ObjectLike, PSObject, Single, SizedInt, TimeSpan, ticks_of
from lync_magic.records import Records
from lync_magic.records.plainer import encodable, file_text

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")
duckdb = pytest.importorskip("duckdb")
polars = pytest.importorskip("polars")

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PER_UNIT = {"us": 1_000, "ns": 1}
"""Nanoseconds."""

WHEN = datetime(2013, 12, 13, 10, 11, 12, 345678)
GUID = UUID("11111111-2222-3333-4444-555555555555")


# --- how each tool reads, and what the objects themselves say ----------------------------------------------------


def by_pandas(records: Records) -> dict[str, list[Any]]:
    return {name: column.tolist() for name, column in records.to_pandas().items()}


def by_pyarrow(records: Records) -> dict[str, list[Any]]:
    return columns_of(pa.table(records))


def by_polars(records: Records) -> dict[str, list[Any]]:
    return columns_of(polars.DataFrame(records).to_arrow())


def by_polars_from_arrow(records: Records) -> dict[str, list[Any]]:
    return columns_of(polars.from_arrow(records).struct.unnest().to_arrow())


def by_duckdb(records: Records) -> dict[str, list[Any]]:
    # As Arrow data: as Python objects DuckDB gives dates with a zone only where pytz is installed.
    return columns_of(duckdb.sql("select * from records").to_arrow_table())


def columns_of(table: Any) -> dict[str, list[Any]]:
    return {name: table.column(place).to_pylist() for place, name in enumerate(table.column_names)}


TOOLS = [by_pandas, by_pyarrow, by_polars, by_polars_from_arrow, by_duckdb]
Tool = Callable[[Records], dict[str, list[Any]]]
any_tool = pytest.mark.parametrize("read", TOOLS)


def own_columns(records: Records) -> dict[str, list[Any]]:
    """The values as the objects have them, by name; names that differ in case alone are one."""
    columns: dict[str, list[Any]] = {}
    spelled: dict[str, str] = {}
    for row, item in enumerate(records):
        pairs = list(item.items()) if isinstance(item, ObjectLike) else [("Value", item)]
        if isinstance(item, ObjectLike) and item.base is not MISSING:
            pairs.insert(0, ("Value", item.base))
        for name, value in pairs:
            column = columns.setdefault(spelled.setdefault(name.lower(), name), [None] * len(records))
            column[row] = value if column[row] is None else column[row]
    return columns


def same(own: Any, seen: Any) -> bool:
    """Whether a tool's value says what the object's own says: text where there is no better type."""
    if own is None or (isinstance(own, float) and math.isnan(own)):
        return seen is None or seen is pd.NA or seen is pd.NaT or seen != seen
    if isinstance(own, ObjectLike) and isinstance(seen, dict):
        pairs = {**({} if own.base is MISSING else {"Value": own.base}), **dict(own.items())}
        # One structure for all objects of a column: a null for what this one does not have.
        return pairs.keys() <= seen.keys() and all(same(pairs.get(name), value) for name, value in seen.items())
    if isinstance(own, list) and isinstance(seen, list):
        return len(own) == len(seen) and all(map(same, own, seen))
    if isinstance(own, str) or (isinstance(seen, str) and not isinstance(own, str)):
        return isinstance(seen, str) and encodable(seen) == file_text(own)
    if isinstance(own, datetime) and isinstance(seen, datetime):
        return (own.tzinfo is None) == (seen.tzinfo is None) and ticks(own) == ticks(seen)
    if isinstance(own, timedelta):
        return ticks_of(own) * 100 == nanoseconds(seen)
    if isinstance(own, SizedInt | Single):  # a table has no sizes
        own = int(own) if isinstance(own, int) else float(own)
    if type(own) is int and isinstance(seen, float):  # beside floats
        return own == seen and abs(own) <= 2**53
    return type(own) is type(seen) and bool(own == seen)


def ticks(moment: datetime) -> int:
    """Since 1970 in UTC, in units of 100 ns."""
    if isinstance(moment, pd.Timestamp):
        return int(moment.asm8.view("i8")) * PER_UNIT[moment.unit] // 100
    since = ticks_of(moment.replace(tzinfo=moment.tzinfo or UTC) - EPOCH)
    return since + (moment.ticks_rest if isinstance(moment, DateTime) else 0)


def nanoseconds(duration: Any) -> int:
    if isinstance(duration, pd.Timedelta):
        return int(duration.asm8.view("i8")) * PER_UNIT[duration.unit]
    if isinstance(duration, pa.MonthDayNano):
        return int(duration.days * 86_400_000_000_000 + duration.nanoseconds)
    return ticks_of(duration) * 100


def assert_same(records: Records, read: Tool) -> None:
    own, seen = own_columns(records), read(records)
    assert list(seen) == [encodable(name) for name in own]
    wrong = [
        (name, mine, its)
        for (name, values), column in zip(own.items(), seen.values(), strict=True)
        for mine, its in zip(values, column, strict=True)
        if not same(mine, its)
    ]
    assert wrong == []


@any_tool
def test_every_type_of_the_recording_is_read(types: Records, read: Tool) -> None:
    values = {case.Case: case.Value for case in types}
    assert_same(Records([PSObject(values), PSObject(dict.fromkeys(values))]), read)


@any_tool
def test_the_recorded_users_are_read(users: Records, read: Tool) -> None:
    assert_same(users, read)


@any_tool
def test_slices_and_sums_are_read(users: Records, read: Tool) -> None:
    assert_same(users[1900:10:-7] + users[:3], read)


def test_the_users_of_a_tenant_are_read_by_every_tool(sandbox_server: Callable[..., dict[str, Any]]) -> None:
    address = sandbox_server("--users", "100")
    with lync_magic.connect(
        "kenmyer@litwareinc.com",
        password="p@ssw0rd!",
        uri=f"{address['https']}/OcsPowershell",
        auth="basic",
        ca=address["ca"],
    ) as lync:
        users = lync.Get_CsOnlineUser()
        for read in TOOLS:
            assert_same(users, read)


@any_tool
def test_objects_of_several_types_and_plain_values_are_read(users: Records, read: Tool) -> None:
    room = PSObject({"Room": 1, "DisplayName": "R"}, ("Room",))
    noted = PSObject({"Note": "n"}, base=5)
    assert_same(users[:2] + Records([room, 7, noted]) + users[2:4] + Records([None, room]), read)


@any_tool
def test_columns_of_mixed_values_are_read(read: Tool) -> None:
    values = [1, "x", None, [1, "two", None], WHEN, GUID, PSObject({"A": 1}), {"k": 1}, True, 0.5, Decimal("1.50")]
    assert_same(Records([PSObject({"A": value, "B": [value]}) for value in values]), read)


@any_tool
def test_integers_beside_floats_lose_nothing(read: Tool) -> None:
    assert_same(Records([PSObject({"A": 2**53 + 1}), PSObject({"A": 0.5})]), read)
    assert read(Records([PSObject({"A": 2**53}), PSObject({"A": 0.5})]))["A"] == [2.0**53, 0.5]


@any_tool
def test_no_objects_are_read(users: Records, read: Tool) -> None:
    for nothing in (Records(), users[:0], Records([7])[:0]):
        if read is by_duckdb:  # has no table without columns
            with pytest.raises(duckdb.Error):
                read(nothing)
        else:
            assert read(nothing) == {}


@any_tool
def test_columns_of_nulls_are_read(read: Tool) -> None:
    assert_same(Records([PSObject({"A": None, "B": []}), PSObject({"A": None, "B": None})] * 40), read)


@any_tool
def test_nulls_between_values_of_every_kind_are_read(read: Tool) -> None:
    row = {
        "Text": "a", "Enabled": True, "Number": 7, "Big": 2**63, "Ratio": 0.5, "When": WHEN,
        "Zoned": WHEN.replace(tzinfo=UTC), "Exact": DateTime.of(WHEN, 7), "Wait": timedelta(seconds=1), "Id": GUID,
        "Price": Decimal("1.23"), "Day": EnumValue("Friday", 5, "System.DayOfWeek"), "Lines": ["a", None],
        "Times": [WHEN, None], "Nested": PSObject({"Deep": PSObject({"Id": GUID})}), "Data": b"\x00",
    }  # fmt: skip
    whole, null = PSObject(row), PSObject(dict.fromkeys(row))
    assert_same(Records([whole, null, whole] * 30), read)
    assert_same(Records([null, whole]), read)


@any_tool
def test_the_first_and_the_last_day_of_all_are_read(read: Tool) -> None:
    east, west = timezone(timedelta(hours=5)), timezone(-timedelta(hours=5))
    first, last = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)
    assert_same(Records([PSObject({"A": first}), PSObject({"A": last})]), read)
    assert_same(Records([PSObject({"A": first.replace(tzinfo=UTC)}), PSObject({"A": last.replace(tzinfo=UTC)})]), read)
    assert_same(Records([PSObject({"A": DateTime.of(first, 3)}), PSObject({"A": WHEN})]), read)
    for out_of_utc in (first.replace(tzinfo=east), last.replace(tzinfo=west)):
        column = read(Records([PSObject({"A": out_of_utc}), PSObject({"A": None})]))["A"]
        assert column[0] in (out_of_utc, out_of_utc.isoformat())


@pytest.mark.parametrize(
    "read", [tool for tool in TOOLS if tool is not by_duckdb]
)  # its intervals are shorter, and of µs
def test_durations_of_every_length_are_read(read: Tool) -> None:
    ends = [timedelta(microseconds=(2**63 - 1) // 10), timedelta(microseconds=-(2**63) // 10 + 1)]
    assert_same(Records([PSObject({"A": each}) for each in [*ends, None]]), read)
    assert_same(Records([PSObject({"A": each}) for each in [TimeSpan.of(2**63 - 1), timedelta(1)]]), read)
    assert_same(Records([PSObject({"A": TimeSpan.of(-15)}), PSObject({"A": None})]), read)
    assert_same(Records([PSObject({"A": timedelta.max})]), read)


@any_tool
def test_halves_of_surrogate_pairs_are_read(read: Tool) -> None:
    half = "a\ud83d"
    row = {"A": half, "B": [half, "b"], "C": PSObject({"Inner": half}), "D\udc00": 1, "E": half}
    assert_same(Records([PSObject(row)] * 70), read)


@any_tool
def test_names_that_differ_in_case_are_one_column(read: Tool) -> None:
    both = [
        PSObject({"Name": "a", "NAME": "b"}, ("T",)),
        PSObject({"name": "c"}, ("T",)),
        PSObject({"nAmE": "d"}, ("U",)),
    ]
    assert_same(Records(both), read)
    assert_same(Records(both[:2]), read)
    assert read(Records(both))["Name"] == ["a", "c", "d"]


@any_tool
def test_inner_objects_of_other_shapes_are_read(read: Tool) -> None:
    inner = [PSObject({"A": 1}), PSObject({"a": 2}), None]
    seen = read(Records([PSObject({"In": each}) for each in inner]))["In"]
    assert [None if each is None else next(iter(each.values())) for each in seen] == [1, 2, None]


# --- whatever there is -------------------------------------------------------------------------------------------


ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=9, minutes=30))])
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-9, 9),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=()), max_size=4),
    MOMENTS,
    st.builds(DateTime.of, MOMENTS, st.integers(1, 9)),
    st.integers(-(2**63) + 1, 2**63 - 1).map(TimeSpan.of),
    st.uuids(),
    st.binary(max_size=3),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**20), max_value=10**20),
)
NESTED = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from("ABc"), inner, min_size=1, max_size=3).map(PSObject),
    ),
    max_leaves=6,
)


@st.composite
def results(draw: st.DrawFn) -> Records:
    """Objects whose columns each hold values of one strategy, so that some columns are of one kind, and with nulls."""
    kinds = [draw(st.sampled_from([PLAIN, NESTED, st.booleans(), MOMENTS, st.integers(), st.uuids()])) for _ in "ABC"]
    cells = [st.one_of(st.none(), kind) for kind in kinds]
    count = draw(st.integers(1, 6))
    return Records([PSObject(dict(zip("ABC", map(draw, cells), strict=True))) for _ in range(count)])


@settings(deadline=None, max_examples=150)
@given(results())
def test_whatever_the_objects_hold_is_read_by_pandas_and_pyarrow(records: Records) -> None:
    assert_same(records, by_pandas)
    assert_same(records, by_pyarrow)
