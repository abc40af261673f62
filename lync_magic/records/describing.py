"""What the columns of a result hold, a row a column: how many values, nulls, different ones, and which are usual."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from lync_magic.clixml import PSObject, invariant_text
from lync_magic.records.columns import Column, Kind, named_columns
from lync_magic.records.sequence import Records

MOST_TOP: Final = 5
LONGEST_TOP: Final = 60
"""Characters of a usual value that are shown."""
_TYPE: Final = ("LyncMagic.ColumnDescription",)
_ORDERED: Final = frozenset({Kind.INT, Kind.FLOAT, Kind.DECIMAL, Kind.AWARE, Kind.NAIVE, Kind.DURATION})


def description(records: Records, top: int) -> Records:
    """See `Records.describe`."""
    return Records(_described(name, column, top) for name, column in named_columns(records).items())


def _described(name: str, column: Column, top: int) -> PSObject:
    counts = Counter(map(_text, column.present))
    usual = [f"{text} ({count:,})" for text, count in counts.most_common(top) if count > 1]
    values: dict[str, Any] = {
        "Name": name,
        "Type": column.kind.value,
        "Count": len(column.present),
        "Nulls": len(column) - len(column.present),
        "Distinct": len(counts),
        "Top": usual,
        "Min": None,
        "Max": None,
    }
    if column.kind in _ORDERED and column.present:
        known = [value for value in column.present if value == value]  # not NaN
        if known:
            values |= {"Min": min(known), "Max": max(known)}
    return PSObject(values, _TYPE)


def _text(value: Any) -> str:
    text = invariant_text(value)
    return text if len(text) <= LONGEST_TOP else text[: LONGEST_TOP - 1] + "…"
