"""Dates and numbers as a person reads them, in the language that is spoken."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from lync_magic.messages.language import chosen_language

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
_FIRST: Final = {"fr": "1er"}
_THOUSANDS: Final = {"en": ",", "fr": "\u202f"}
_POINT: Final = {"en": ".", "fr": ","}


def long_date(day: date, language: str | None = None) -> str:
    """`20 November 2026`, `1er novembre 2026`."""
    language = language or chosen_language()
    number = _FIRST.get(language, "1") if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language].split()[day.month - 1]} {day.year}"


def long_time(moment: datetime, language: str | None = None) -> str:
    """`20 November 2026, 14:05 UTC`."""
    zone = moment.strftime("%Z") or moment.strftime("%z")
    return f"{long_date(moment.date(), language)}, {moment:%H:%M} {zone}".rstrip()


def number_text(number: float | Decimal, decimals: int = 0, language: str | None = None) -> str:
    """`12,345.6`, `12 345,6` (a narrow no-break space)."""
    language = language or chosen_language()
    text = f"{number:,.{decimals}f}"
    return text.replace(",", "\0").replace(".", _POINT[language]).replace("\0", _THOUSANDS[language])
