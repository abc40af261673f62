"""Get-Date -UFormat: a date by the signs of Unix (`%Y-%m-%d`).

Rule of this file: a sign that PowerShell does not know stands in the text without its percent sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Final

from lync_magic.language.values.moments import format_datetime

_NET: Final = {
    "A": "dddd", "a": "ddd", "B": "MMMM", "b": "MMM", "h": "MMM", "D": "MM/dd/yy",
    "x": "MM/dd/yy", "d": "dd", "H": "HH", "I": "hh", "M": "mm", "m": "MM", "n": "\n", "p": "tt", "R": "HH:mm",
    "r": "hh:mm:ss tt", "S": "ss", "T": "HH:mm:ss", "X": "HH:mm:ss", "t": "\t", "Y": "yyyy", "y": "yy",
    "F": "yyyy-MM-dd",
}  # fmt: skip
_WHOLE: Final = {"c": "%a %d %b %Y %H:%M:%S"}


def _seconds(value: datetime) -> str:
    """Since 1970 began; a half of one is rounded away from nothing."""
    since = value.timestamp()
    return f"{math.copysign(math.floor(abs(since) + 0.5), since):.0f}"


_COUNTED: Final[dict[str, Callable[[datetime], str]]] = {
    "C": lambda v: f"{v.year // 100}",
    "e": lambda v: f"{v.day:2}",
    "j": lambda v: f"{v.timetuple().tm_yday:03}",
    "k": lambda v: f"{v.hour:2}",
    "l": lambda v: f"{v.hour % 12 or 12:2}",
    "u": lambda v: f"{v.isoweekday()}",
    "w": lambda v: f"{v.isoweekday() % 7}",
    "%": lambda v: "%",
    "G": lambda v: f"{v.isocalendar().year}",
    "g": lambda v: f"{v.isocalendar().year % 100:02}",
    "V": lambda v: f"{v.isocalendar().week:02}",
    "U": lambda v: f"{v.timetuple().tm_yday // 7}",
    "W": lambda v: f"{v.timetuple().tm_yday // 7}",
    "s": _seconds,
    "Z": lambda v: format_datetime(v, "zz"),
}


def unix_format(value: datetime, pattern: str) -> str:
    """The text of a date."""
    made = ""
    signs = iter(pattern)
    for char in signs:
        if char != "%":
            made += char
            continue
        sign = next(signs, "%")
        if sign in _NET:
            wanted = _NET[sign]
            made += wanted if wanted in "\n\t" else format_datetime(value, wanted if len(wanted) > 1 else f"%{wanted}")
        elif sign in _WHOLE:
            made += unix_format(value, _WHOLE[sign])
        else:
            made += _COUNTED[sign](value) if sign in _COUNTED else sign
    return made
