"""What a cell's lists of objects are to Python: `Records`, on the columns they came in."""

from __future__ import annotations

from lync_magic.clixml import ObjectLike
from lync_magic.records import Record, Records


def gathered(value: object) -> object:
    """A list of records alone becomes `Records`; anything else stays what it is."""
    if type(value) is list and len(value) > 1 and set(map(type, value)) == {Record}:
        return Records.viewing(value)
    return value


def as_records(value: object) -> object:
    """A list of objects as Python has it; anything else as it is."""
    if isinstance(value, list) and value and all(issubclass(kind, ObjectLike) for kind in set(map(type, value))):
        return Records.later(value.copy())
    return value
