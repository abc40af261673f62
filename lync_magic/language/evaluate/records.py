"""Several records of a remote command, kept as the columns they came in."""

from __future__ import annotations

from lync_magic.records import Record, Records


def gathered(value: object) -> object:
    """A list of records alone becomes `Records`; anything else stays what it is."""
    if type(value) is list and len(value) > 1 and all(isinstance(item, Record) for item in value):
        return Records.from_values(value)
    return value
