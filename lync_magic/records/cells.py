"""How one value is written in a table: PowerShell's manner where it has one, on one line, safe to look at.

Rules of this file: a value is written the same in HTML and in plain text; the kind says how each of them sets
it (numbers to the right, nothing muted). Nothing is called on a value that could run for long: lists are
looked at up to a few items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import NamedTuple

from lync_magic.clixml import CONSOLE_DIGITS, MISSING, NullType, ObjectLike, Undecoded, invariant_text
from lync_magic.safe_text import one_line

ITEMS_SHOWN = 4
"""How many items of a list are written out, PowerShell's `$FormatEnumerationLimit`."""

MOST_CHARACTERS = 1_000
"""Where a single value's text ends: a tooltip or a property list shows no more."""

DEEPEST = 2
"""Lists and objects inside each other are written out down to here."""


class CellKind(Enum):
    """What a value is, as far as setting it goes."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES = "yes"
    NO = "no"
    NOTHING = "nothing"
    MANY = "many"
    TROUBLE = "trouble"


class Shown(NamedTuple):
    """One value's text, on one line, and its kind. The text is not HTML yet.

    mark: how it is marked, if it is.  key: the number that it sorts by, where the text is no number to sort by.
    """

    text: str
    kind: CellKind
    mark: str = ""
    key: str = ""


NOTHING = Shown("", CellKind.NOTHING)


def show(value: object, most: int = MOST_CHARACTERS) -> Shown:
    """Write `value`, in at most `most` characters."""
    return _show(value, most, 0)


def _show(value: object, most: int, depth: int) -> Shown:
    if value is None or value is MISSING or isinstance(value, NullType):
        return NOTHING
    if isinstance(value, bool):
        return Shown("True", CellKind.YES) if value else Shown("False", CellKind.NO)
    if isinstance(value, str):
        return Shown(one_line(value, most), CellKind.TEXT)
    if isinstance(value, (int, float, Decimal)):
        return Shown(invariant_text(value, CONSOLE_DIGITS), CellKind.NUMBER)
    if isinstance(value, datetime):
        return Shown(_moment(value), CellKind.DATE)
    if isinstance(value, (date, time)):
        return Shown(value.isoformat(), CellKind.DATE)
    if isinstance(value, timedelta):
        return Shown(invariant_text(value), CellKind.DATE)
    if isinstance(value, Undecoded):
        return Shown(one_line(f"undecoded: {value.reason}", most), CellKind.TROUBLE)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Shown(_octets(bytes(value)), CellKind.MANY)
    if isinstance(value, ObjectLike) and value.base is not MISSING:
        return _show(value.base, most, depth)
    names = property_names(value)
    if names is not None and isinstance(value, Mapping) and len(names) < len(value):
        return Shown(_entries(value, most, depth), CellKind.MANY)
    if names is not None:
        return Shown(_object(value, names, most, depth), CellKind.MANY)
    if isinstance(value, Collection):
        return Shown(_list(value, len(value), most, depth), CellKind.MANY)
    return Shown(one_line(str(value), most), CellKind.TEXT)


def property_names(value: object) -> Sequence[str] | None:
    """The property names of something that has properties (a record, an object, a dictionary), else None."""
    if not isinstance(value, Mapping):
        return None
    return [name for name in value if isinstance(name, str)]


def row_names(value: object) -> Sequence[str] | None:
    """The property names of what has a row of cells in a table; None for a value, also one with notes on it."""
    if isinstance(value, ObjectLike) and value.base is not MISSING:
        return None
    return property_names(value)


def property_of(value: object, name: str) -> object:
    """One property of something that has properties; MISSING when it has none of that name."""
    return value.get(name, MISSING) if isinstance(value, Mapping) else MISSING


def _moment(value: datetime) -> str:
    text = value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    offset = value.utcoffset()
    if offset is None:
        return text
    if not offset:
        return f"{text} UTC"
    minutes = int(offset.total_seconds()) // 60
    hours, minutes = divmod(abs(minutes), 60)
    return f"{text} {'-' if offset.total_seconds() < 0 else '+'}{hours:02}:{minutes:02}"


def _octets(value: bytes) -> str:
    shown = [f"0x{octet:02X}" for octet in value[:ITEMS_SHOWN]]
    return _braced(shown, len(value))


def _list(values: Iterable[object], count: int, most: int, depth: int) -> str:
    if depth >= DEEPEST:
        return f"{{{count} item{'' if count == 1 else 's'}}}" if count else "{}"
    shown = [_show(item, most, depth + 1).text for item in islice(values, ITEMS_SHOWN)]
    return one_line(_braced(shown, count), most)


def _object(value: object, names: Sequence[str], most: int, depth: int) -> str:
    # A ToString() that only names the type says nothing.
    if isinstance(value, ObjectLike) and value.text and value.text not in full_type_names(value):
        return one_line(value.text, most)
    if depth >= DEEPEST:
        return "@{…}" if names else "@{}"
    first = names[:ITEMS_SHOWN]
    parts = [f"{one_line(name)}={_show(property_of(value, name), most, depth + 1).text}" for name in first]
    if len(names) > ITEMS_SHOWN:
        parts.append("…")
    return one_line(f"@{{{'; '.join(parts)}}}", most)


def _entries(table: Mapping[object, object], most: int, depth: int) -> str:
    """A table whose keys are not all texts: each as it is shown."""
    if depth >= DEEPEST:
        return "@{…}"
    shown = islice(table.items(), ITEMS_SHOWN)
    parts = [f"{_show(key, most, depth + 1).text}={_show(item, most, depth + 1).text}" for key, item in shown]
    return one_line(f"@{{{'; '.join([*parts, *(['…'] if len(table) > ITEMS_SHOWN else [])])}}}", most)


def full_type_names(value: object) -> list[str]:
    """The types of an object, most derived first, without the prefix of deserialized ones."""
    return [name.removeprefix("Deserialized.") for name in value.type_names] if isinstance(value, ObjectLike) else []


def _braced(shown: Sequence[str], count: int) -> str:
    more = "…" if count > len(shown) else ""
    return f"{{{', '.join(shown)}{more}}}"
