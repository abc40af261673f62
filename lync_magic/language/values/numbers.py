"""Whether a number of .NET's holds a value; the numbers themselves are CLIXML's."""

from __future__ import annotations

from lync_magic.clixml import INT32, SizedInt


def fits(kind: type[int], value: int) -> bool:
    """Whether a value is within the limits of a sized integer."""
    low, high = kind.limits if issubclass(kind, SizedInt) else INT32
    return low <= value <= high
