"""Objects as text in a terminal, as Format-List and Format-Table lay them out.

Rule of this file: what an object says never steers the terminal: control characters, bidirectional marks and
halves of surrogate pairs are shown as signs, never sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unicodedata import combining, east_asian_width
from uuid import UUID

from lync_magic.clixml import MISSING, ObjectLike, invariant_text

WIDTH = 110
"""Columns of text a result may take."""

MAX_LIST_ITEMS = 4
"""How many items of a list a cell shows, as PowerShell's $FormatEnumerationLimit."""

MAX_ROWS = 20
MAX_CELL = 40
_MIN_CELL = 6
_MAX_LIST_CELL = 400
_MAX_DEPTH = 3
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_PICTURES = 0x2400
_DELETE, _PICTURE_OF_DELETE = "\x7f", "\u2421"
_REPLACEMENT = "\ufffd"


def safe_text(text: str) -> str:
    """`text` on one line, with a sign for each character that would steer a terminal or turn text around."""
    return _UNSAFE.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    character = match[0]
    if character < " ":
        return chr(_PICTURES + ord(character))
    return _PICTURE_OF_DELETE if character == _DELETE else _REPLACEMENT


def cell_text(value: Any, depth: int = 0) -> str:
    """`value` in one cell: empty for null, `{a, b…}` for a list, `@{…}` for an object; safe for a terminal."""
    if value is None or value is MISSING:
        return ""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, ObjectLike):
        if value.text is not None or value.base is not MISSING or depth >= _MAX_DEPTH:
            return safe_text(invariant_text(value))
        inner = "; ".join(f"{safe_text(name)}={cell_text(item, depth + 1)}" for name, item in value.items())
        return f"@{{{inner}}}"
    if isinstance(value, Mapping):
        return _braced(
            (f"[{cell_text(name)}, {cell_text(item, depth + 1)}]" for name, item in value.items()), len(value)
        )
    if isinstance(value, Collection):
        if depth >= _MAX_DEPTH:
            return "{…}"
        return _braced((cell_text(item, depth + 1) for item in value), len(value))
    if isinstance(value, bool | int | float | Decimal | datetime | timedelta | UUID):
        return invariant_text(value)
    return safe_text(str(value))


def _braced(items: Iterable[str], count: int) -> str:
    shown = [item for item, _ in zip(items, range(MAX_LIST_ITEMS), strict=False)]
    return "{" + ", ".join(shown) + ("…" if count > len(shown) else "") + "}"


def text_width(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def fit(text: str, width: int) -> str:
    """`text`, cut with an ellipsis where it is wider than `width`."""
    if text_width(text) <= width:
        return text
    kept, used = "", 0
    for each in text:
        used += text_width(each)
        if used > width - 1:
            break
        kept += each
    return kept + "…"


def is_number(value: Any) -> bool:
    """Whether a column of such values is set to the right."""
    return isinstance(value, int | float | Decimal | timedelta) and not isinstance(value, bool)


def list_text(record: ObjectLike) -> str:
    """One object as Format-List shows it: a line a property."""
    if not len(record):
        return safe_text(invariant_text(record)) or "@{}"
    names = [safe_text(name) for name in record]
    width = min(max(map(text_width, names)), MAX_CELL)
    lines = [
        f"{_padded(fit(name, width), width)} : {fit(cell_text(value), _MAX_LIST_CELL)}"
        for name, value in zip(names, record.values(), strict=True)
    ]
    if record.base is not MISSING:
        lines.insert(0, fit(safe_text(invariant_text(record.base)), _MAX_LIST_CELL))
    return "\n".join(lines)


def table_text(names: Sequence[str], rows: Sequence[ObjectLike], width: int = WIDTH) -> str:
    """Objects as Format-Table shows them: the first of `names` that fit into `width` columns of text."""
    columns: list[list[str]] = []
    left = width
    for name in names:
        values = [record.get(name) for record in rows]
        cells = [fit(cell_text(value), MAX_CELL) for value in values]
        head = fit(safe_text(name), MAX_CELL)
        wide = max(map(text_width, [head, *cells]))
        if wide > left and (columns or left < _MIN_CELL):
            break
        right = any(map(is_number, values)) and all(value is None or is_number(value) for value in values)
        rule = "-" * text_width(head)
        columns.append([_padded(cell, wide, right) for cell in [head, rule, *cells]])
        left -= wide + 1
    lines = [" ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    hidden = len(names) - len(columns)
    if hidden > 0:
        more = ", ".join(safe_text(name) for name in names[len(columns) :])
        lines.append(fit(f"… {hidden} more {'property' if hidden == 1 else 'properties'}: {more}", width))
    return "\n".join(lines)


def _padded(text: str, width: int, right: bool = False) -> str:
    space = " " * (width - text_width(text))
    return space + text if right else text + space
