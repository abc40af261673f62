"""Values as JSON can say them, and as text for a cell of a file.

Rules of this file: dates are ISO 8601, durations PowerShell's `d.hh:mm:ss.fffffff`, bytes base64, an enumeration its
name. Halves of surrogate pairs become U+FFFD, as no file in UTF-8 can hold them.
"""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from lync_magic.clixml import MISSING, DateTime, ObjectLike, PSObject, invariant_text

MAX_DEPTH = 32
MOST_REPEATED = 20_000
"""How many values may be written that were written before, as what holds them is in several places."""

MOST_DIGITS = 4_000
"""How many digits a number may have; Python makes no text of longer integers."""

VALUE = "Value"
"""What the plain values of a result are called where they need a name."""

LIST_SEPARATOR = ";"


def encodable(text: str) -> str:
    """`text` with U+FFFD for each half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def encoded(text: str) -> bytes:
    """`text` in UTF-8, with U+FFFD for each half of a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return encodable(text).encode()


def iso_text(value: datetime) -> str:
    """A moment in ISO 8601, with all seven decimals where it has them; `Z` for UTC."""
    text = value.isoformat()
    rest = value.ticks_rest if isinstance(value, DateTime) else 0
    if rest:
        whole, sign, zone = text, "", ""
        if value.tzinfo is not None:
            place = max(text.rfind("+"), text.rfind("-"))
            whole, sign, zone = text[:place], text[place], text[place + 1 :]
        if not value.microsecond:
            whole += ".000000"
        text = f"{whole}{rest}{sign}{zone}"
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def to_plain(value: Any, within: Any = None) -> Any:
    """`value` made of what JSON has: None, bool, int, float, str, list, dict.

    What holds itself, or repeats much more than anybody reads, ends in its text.
    within: the `place` of the record it is in.
    """
    return _Plain(within).of(value, 0)


class _Plain:
    """One value on its way to JSON: what is open around a part of it, what was met, and how much may be repeated."""

    def __init__(self, within: Any) -> None:
        self._open = {within}
        self._met: set[Any] = set()
        self._left = MOST_REPEATED

    def of(self, value: Any, depth: int) -> Any:
        if value is None or value is MISSING or isinstance(value, bool | int):
            return value if value is not MISSING else None
        if isinstance(value, str):
            return encodable(str(value))
        if isinstance(value, float):
            return value if math.isfinite(value) else None
        if isinstance(value, Decimal):
            return _number(value)
        if isinstance(value, datetime):
            return iso_text(value)
        if isinstance(value, date | time):
            return value.isoformat()
        if isinstance(value, bytes | bytearray):
            return b64encode(value).decode()
        if not isinstance(value, Collection):
            return encodable(invariant_text(value))
        is_view = isinstance(value, ObjectLike) and not isinstance(value, PSObject)
        key = getattr(value, "place", None) if is_view else None
        key = key or id(value)
        if key in self._met:
            self._left -= len(value) + 1
        self._met.add(key)
        if depth >= MAX_DEPTH or self._left < 0 or key in self._open:
            return encodable(invariant_text(value))
        self._open.add(key)
        try:
            return self._inside(value, depth + 1)
        finally:
            self._open.discard(key)

    def _inside(self, value: Collection[Any], depth: int) -> Any:
        if isinstance(value, ObjectLike):
            return self._object(value, depth)
        if isinstance(value, Mapping):
            return _named((invariant_text(name), self.of(item, depth)) for name, item in value.items())
        return [self.of(item, depth) for item in value]

    def _object(self, value: ObjectLike, depth: int) -> Any:
        if not len(value):
            return self.of(value.base, depth) if value.base is not MISSING else encodable(value.text or "") or {}
        base = [] if value.base is MISSING else [(name_of_base(value), value.base)]
        return _named((name, self.of(item, depth)) for name, item in (*base, *value.items()))


def _named(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Values by name; a name that another one has already, once both are text, gets a number."""
    named: dict[str, Any] = {}
    for name, value in pairs:
        key = encodable(name)
        named[key if key not in named else next(each for each in _numbered(key) if each not in named)] = value
    return named


def name_of_base(names: Iterable[str]) -> str:
    """What the plain value of an object with these properties is called beside them: `Value`, or what is free."""
    taken = {name.lower() for name in names}
    return next(name for name in _numbered(VALUE) if name.lower() not in taken)


def _numbered(name: str) -> Iterator[str]:
    """`Name`, `Name_1`, `Name_2` and so on."""
    yield name
    for number in count(1):
        yield f"{name}_{number}"


def _number(value: Decimal) -> int | float | str:
    """A number where that is exact, else its text."""
    if value.adjusted() >= MOST_DIGITS:
        return format(value, "f")
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else format(value, "f")


def file_text(value: Any) -> str:
    """`value` as a cell of a CSV file: empty for null, `true`, ISO 8601, `;` between list items, JSON for objects."""
    if isinstance(value, str):
        return encodable(value)
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso_text(value)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, timedelta | int | float | Decimal):
        return invariant_text(value)
    if isinstance(value, ObjectLike):
        if value.text is not None:
            return encodable(value.text)
        return json.dumps(to_plain(value), ensure_ascii=False)
    if isinstance(value, Mapping):
        return json.dumps(to_plain(value), ensure_ascii=False)
    if isinstance(value, Collection):
        return LIST_SEPARATOR.join([_item_text(item) for item in value])
    return encodable(str(value))


def _item_text(value: Any) -> str:
    """An item of a list in a cell: a list in it is JSON, so that its items stay together."""
    if isinstance(value, Collection) and not isinstance(value, str | bytes | ObjectLike):
        return json.dumps(to_plain(value), ensure_ascii=False)
    return file_text(value)
