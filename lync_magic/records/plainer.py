"""Values as JSON can say them, and as text for a cell of a file.

Rules of this file: dates are ISO 8601, durations PowerShell's `d.hh:mm:ss.fffffff`, bytes base64, an enumeration its
name. Halves of surrogate pairs become U+FFFD, as no file in UTF-8 can hold them.
"""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lync_magic.clixml import MISSING, DateTime, ObjectLike, invariant_text

MAX_DEPTH = 32
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


def to_plain(value: Any, depth: int = 0) -> Any:
    """`value` made of what JSON has: None, bool, int, float, str, list, dict."""
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
    if depth >= MAX_DEPTH:
        return encodable(invariant_text(value))
    if isinstance(value, ObjectLike):
        return _plain_object(value, depth)
    if isinstance(value, Mapping):
        return {encodable(invariant_text(name)): to_plain(item, depth + 1) for name, item in value.items()}
    if isinstance(value, Collection):
        return [to_plain(item, depth + 1) for item in value]
    return encodable(invariant_text(value))


def _plain_object(value: ObjectLike, depth: int) -> Any:
    if not len(value):
        return to_plain(value.base, depth + 1) if value.base is not MISSING else encodable(value.text or "") or {}
    plain = {} if value.base is MISSING else {"Value": to_plain(value.base, depth + 1)}
    plain.update({encodable(name): to_plain(item, depth + 1) for name, item in value.items()})
    return plain


def _number(value: Decimal) -> int | float | str:
    """A number where that is exact, else its text."""
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
        return LIST_SEPARATOR.join([file_text(item) for item in value])
    return encodable(str(value))
