"""Types of .NET that have a file of their own: each says what it has when it is imported, which is here."""

from lync_magic.language.values import (
    addresses,
    clocks,
    comparers,
    counted_dates,
    culture_values,
    digests,
    guids,
    letters,
    machine,
    numbered_enums,
    random_values,
    text_streams,
    time_zones,
    windows_users,
    xml_placing,
    xml_values,
)

__all__ = [
    "addresses",
    "clocks",
    "comparers",
    "counted_dates",
    "culture_values",
    "digests",
    "guids",
    "letters",
    "machine",
    "numbered_enums",
    "random_values",
    "text_streams",
    "time_zones",
    "windows_users",
    "xml_placing",
    "xml_values",
]
