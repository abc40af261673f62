"""[datetime]::ParseExact: a date read by a format that is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NoReturn

from lync_magic.clixml import DateTime
from lync_magic.language.values.culture import Culture, current
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.moments import BadMoment, need_whole

_PIECE = re.compile(r"d+|M+|y+|H+|h+|m+|s+|f+|F+|t+|K|z+|'[^']*'|\"[^\"]*\"|\\\\.|%|.", re.DOTALL)
_NUMBERS: Final = {"d": "day", "M": "month", "H": "hour", "h": "half", "m": "minute", "s": "second"}


def parse_exact(text: str, patterns: Sequence[str], count: int) -> datetime:
    """A date of exactly one of these forms. count: of the call's arguments. Raises ScriptError in PowerShell's words,
    NotKnownHere for a standard format."""
    if not text:
        _bad(text, count)
    if not patterns:
        call_failed("ParseExact", count, "No format specifiers were provided.", "FormatException")
    for pattern in patterns:
        if not pattern:
            call_failed("ParseExact", count, "Format specifier '' was invalid.", "FormatException")
        try:
            made = _read(text, pattern)
        except BadMoment as bad:
            call_failed("ParseExact", count, str(bad), "FormatException")
        if made is not None:
            return made
    return _bad(text, count)


def _read(text: str, pattern: str) -> datetime | None:
    if len(pattern) == 1:
        raise NotKnownHere("ParseExact with a standard format")
    try:
        form = re.compile("".join(_part(piece) for piece in _PIECE.findall(pattern)), re.IGNORECASE)
    except re.error:
        raise NotKnownHere("ParseExact with a part that is asked for twice") from None
    match = form.fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    culture = current()
    month = int(found.get("month") or 1)
    if found.get("monthname"):
        names = [one.lower() for one in (*_months(culture, short=False), *_months(culture, short=True))]
        month = names.index(found["monthname"].lower()) % 12 + 1
    today = datetime.now()
    undated = not any(found.get(part) for part in ("year", "month", "monthname", "day"))
    year, day = int(found.get("year") or today.year), int(found.get("day") or 1)
    if found.get("year") and len(found["year"]) == 2:
        year += 2000 if year <= 49 else 1900
    hour = int(found.get("hour") or 0)
    if found.get("half"):
        hour = int(found["half"]) % 12 + (12 if _is_afternoon(found.get("noon") or "") else 0)
    ticks = int((found.get("fraction") or "").ljust(7, "0")[:7])
    try:
        clock = hour, int(found.get("minute") or 0), int(found.get("second") or 0)
        made = datetime(year, today.month if undated else month, today.day if undated else day, *clock)
    except ValueError:
        return None
    made += timedelta(microseconds=ticks // 10)
    return DateTime.of(made, ticks % 10) if ticks % 10 else made


def _bad(text: str, count: int) -> NoReturn:
    message = f"String '{text}' was not recognized as a valid DateTime."
    call_failed("ParseExact", count, message, "FormatException")


def _part(piece: str) -> str:
    need_whole(piece)
    culture = current()
    first, size = piece[0], len(piece)
    if first == "M" and size >= 3:
        names = _months(culture, short=size == 3)
        return f"(?P<monthname>{'|'.join(map(re.escape, names))})"
    if first == "d" and size >= 3:
        return f"(?:{'|'.join(map(re.escape, culture.days if size > 3 else culture.short_days))})"
    if first == "y":
        return f"(?P<year>\\d{{{max(size, 2) if size != 3 else 4}}})"
    if first in _NUMBERS:
        return f"(?P<{_NUMBERS[first]}>\\d{{{'1,2' if size == 1 else '2'}}})"
    if first in "fF":
        return f"(?P<fraction>\\d{{{size}}})" if first == "f" else f"(?P<fraction>\\d{{0,{size}}})"
    if first == "t":
        return f"(?P<noon>{re.escape(culture.morning[:size])}|{re.escape(culture.afternoon[:size])})"
    if first in "Kz":
        raise NotKnownHere("ParseExact with a zone")
    if first in "'\"":
        return re.escape(piece[1:-1])
    if first == "\\":
        return re.escape(piece[1:])
    if first in "/:":
        separator = culture.date_separator if first == "/" else culture.time_separator
        return f"(?:{re.escape(first)}|{re.escape(separator)})"
    return "" if piece == "%" else re.escape(piece)


def _months(culture: Culture, *, short: bool) -> tuple[str, ...]:
    """Each month as it stands alone, then as it stands beside a day."""
    return culture.short_months + culture.short_genitive_months if short else culture.months + culture.genitive_months


def _is_afternoon(told: str) -> bool:
    return bool(told) and current().afternoon.lower().startswith(told.lower())
