"""Whether a number of .NET's holds a value; the numbers themselves are CLIXML's."""

from __future__ import annotations

from lync_magic.clixml import (
    INT32,
    INT64,
    Byte,
    Int16,
    Int64,
    SByte,
    Single,
    SizedInt,
    UInt16,
    UInt32,
    UInt64,
)

__all__ = [
    "INT32",
    "INT64",
    "Byte",
    "Int16",
    "Int64",
    "SByte",
    "Single",
    "SizedInt",
    "UInt16",
    "UInt32",
    "UInt64",
    "fits",
]


def fits(kind: type[int], value: int) -> bool:
    """Whether a value is within the limits of a sized integer."""
    low, high = kind.limits if issubclass(kind, SizedInt) else INT32
    return low <= value <= high
