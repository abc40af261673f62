"""What a cell's lists of objects are to Python: `Records`, on the columns they came in."""

from __future__ import annotations

from lync_magic.clixml import ObjectLike
from lync_magic.language.values.collections import SwitchParameter
from lync_magic.records import Record, Records


def gathered(value: object) -> object:
    """A list of records alone becomes `Records`; anything else stays what it is."""
    if type(value) is list and len(value) > 1 and set(map(type, value)) == {Record}:
        return Records.viewing(value)
    return value


def as_records(value: object) -> object:
    """A list of objects as Python has it, switches as truth values; anything else as it is."""
    kinds = set(map(type, value)) if isinstance(value, list) else set()
    if SwitchParameter in kinds:
        return [one.on if isinstance(one, SwitchParameter) else one for one in value]  # type: ignore[attr-defined]
    if isinstance(value, list) and kinds and all(issubclass(kind, ObjectLike) for kind in kinds):
        return Records.later(value.copy())
    return value
