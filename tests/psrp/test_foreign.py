"""Values of numpy, pandas, pathlib and enum as the CLIXML that is sent for them."""

from __future__ import annotations

import enum
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lync_magic.psrp.encode import Encoder


class Colour(enum.Enum):
    RED = "Red"


class Level(enum.IntEnum):
    HIGH = 3


class Word(str, enum.Enum):
    YES = "Yes"


def encoded(value: object) -> str:
    return Encoder(lambda _secret: "").value(value)


@pytest.mark.parametrize(
    ("value", "clixml"),
    [
        (np.int8(-5), "<SB>-5</SB>"),
        (np.uint8(5), "<By>5</By>"),
        (np.int16(5), "<I16>5</I16>"),
        (np.uint16(5), "<U16>5</U16>"),
        (np.int32(5), "<I32>5</I32>"),
        (np.uint32(5), "<U32>5</U32>"),
        (np.int64(5), "<I64>5</I64>"),
        (np.uint64(2**64 - 1), "<U64>18446744073709551615</U64>"),
        (np.float64(1.5), "<Db>1.5</Db>"),
        (np.float32(0.5), "<Sg>0.5</Sg>"),
        (np.bool_(True), "<B>true</B>"),
        (np.str_("a<b"), "<S>a&lt;b</S>"),
        (np.datetime64("2024-05-06T07:08:09.123456700"), "<DT>2024-05-06T07:08:09.1234567</DT>"),
        (np.datetime64("2024-05-06"), "<DT>2024-05-06T00:00:00</DT>"),
        (np.datetime64("2024-05"), "<DT>2024-05-01T00:00:00</DT>"),
        (np.datetime64("NaT"), "<Nil />"),
        (np.timedelta64(90, "s"), "<TS>PT1M30S</TS>"),
        (np.timedelta64(1, "W"), "<TS>P7D</TS>"),
        (pd.Timestamp("2024-05-06 07:08:09.1234567"), "<DT>2024-05-06T07:08:09.1234567</DT>"),
        (pd.Timestamp("2024-05-06 07:08:09", tz="UTC"), "<DT>2024-05-06T07:08:09Z</DT>"),
        (pd.Timestamp("2024-05-06", tz="Europe/Paris"), "<DT>2024-05-06T00:00:00+02:00</DT>"),
        (pd.Timedelta("1 days 00:00:00.0000001"), "<TS>P1DT0.0000001S</TS>"),
        (pd.NaT, "<Nil />"),
        (pd.NA, "<Nil />"),
        (PurePosixPath("/a/b"), "<S>/a/b</S>"),
        (Colour.RED, "<S>Red</S>"),
        (Word.YES, "<S>Yes</S>"),
        (Level.HIGH, "<I32>3</I32>"),
    ],
    ids=repr,
)
def test_a_scalar_keeps_its_width_and_its_moment(value: object, clixml: str) -> None:
    assert encoded(value) == clixml


@pytest.mark.parametrize(
    "value", [pd.Timestamp(1), np.datetime64(1, "ns"), pd.Timedelta(1), np.timedelta64(150, "ns")], ids=repr
)
def test_what_is_finer_than_dotnet_knows_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="finer than 100 nanoseconds"):
        encoded(value)


@pytest.mark.parametrize(
    "values",
    [
        np.array([1, 2]),
        np.array([[1, 2], [3, 4]]),
        np.array(["2024-05-06", "NaT"], dtype="datetime64[ns]"),
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series(["a", None]),
        pd.Series(pd.to_datetime(["2024-05-06", None])),
    ],
    ids=lambda values: str(getattr(values, "dtype", "")),
)
def test_columns_are_lists_of_their_values(values: Any) -> None:
    text = encoded(values)
    assert "<LST>" in text
    assert "NaT" not in text
    assert text.count("<Nil />") == int(pd.isna(values).sum())
