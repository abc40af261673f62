"""Text of a date or of a time span, read as .NET reads it in the invariant culture.

Rules of this file: pure functions; what .NET would not read raises `ValueError` with .NET's sentence.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

TICKS_OF_A_MICROSECOND: Final = 10

_SPAN: Final = re.compile(
    r"\s*(?P<sign>-?)(?:(?P<only>\d+)|(?:(?P<days>\d+)[.:](?=\d+:\d+:))?(?P<first>\d+):(?P<second>\d+)(?::(?P<third>\d+)"
    r"(?:\.(?P<rest>\d{1,7}))?)?)\s*"
)
_HOURS, _MINUTES = 24, 60

_DAYS: Final = (
    "%m/%d/%Y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%m-%d-%Y",
    "%m/%d/%y",
    "%d %b %Y",
    "%d %B %Y",
    "%B %d %Y",
    "%b %d %Y",
)
_TIMES: Final = ("", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I %p", "%I:%M%p", "%I%p")
_WEEKDAY: Final = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b,?\s*", re.IGNORECASE)
_ZONE: Final = re.compile(r"\s*(?:(?P<utc>Z|GMT)|(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?)$", re.IGNORECASE)
_ISO_TIME: Final = re.compile(r"(?<=\d)T(?=\d)", re.IGNORECASE)
_FRACTION: Final = re.compile(r"(\.\d{6})\d+")


def time_span(text: str) -> timedelta:
    """`TimeSpan.Parse`: `d`, `h:m[:s[.fffffff]]`, `d.h:m:s`; an hour of 24 and more is a day."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"String '{text}' was not recognized as a valid TimeSpan.")
    sign = -1 if found["sign"] else 1
    if found["only"] is not None:
        return sign * timedelta(days=int(found["only"]))
    days, hours, minutes, seconds = (int(found[name] or 0) for name in ("days", "first", "second", "third"))
    if found["days"] is None and hours >= _HOURS:  # .NET takes it for days then
        days, hours = hours, 0
    if hours >= _HOURS or minutes >= _MINUTES or seconds >= _MINUTES:
        raise ValueError(
            f"The TimeSpan string '{text}' could not be parsed because at least one of the numeric components is "
            "out of range or contains too many digits."
        )
    micro = int((found["rest"] or "0").ljust(7, "0")) / TICKS_OF_A_MICROSECOND
    return sign * timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micro)


def date(text: str) -> datetime:
    """`DateTime.Parse` of the usual ways to write a date; one with a zone is in UTC, one without a day is of today."""
    bare = _WEEKDAY.sub("", _FRACTION.sub(r"\1", text.strip()))
    zone = _ZONE.search(bare) if ":" in bare else None
    if zone is not None:
        bare = bare[: zone.start()]
    bare = " ".join(_ISO_TIME.sub(" ", bare).replace(",", " ").split())
    read = _read(bare)
    if read is None:
        unknown = re.match(r"[A-Za-z]+", bare)
        if unknown and not any(character.isdigit() for character in bare):
            raise ValueError(
                f"The string '{text}' was not recognized as a valid DateTime. "
                "There is an unknown word starting at index '0'."
            )
        raise ValueError(f"String '{text}' was not recognized as a valid DateTime.")
    if zone is None:
        return read
    offset = timedelta(hours=int(zone["hours"] or 0), minutes=int(zone["minutes"] or 0))
    return (read + (offset if zone["sign"] == "-" else -offset)).replace(tzinfo=timezone.utc)


def _read(text: str) -> datetime | None:
    for day in _DAYS:
        for time in _TIMES:
            try:
                return datetime.strptime(text, f"{day} {time}".strip())
            except ValueError:
                continue
    for time in _TIMES[1:]:
        try:
            return datetime.combine(datetime.now().date(), datetime.strptime(text, time).time())
        except ValueError:
            continue
    return None
