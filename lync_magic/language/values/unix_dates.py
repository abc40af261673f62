"""Get-Date -UFormat: a date by the signs of Unix (`%Y-%m-%d`).

Rule of this file: a sign that PowerShell does not know is left out of the text, with its percent sign.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.moments import format_datetime

_NET: Final = {
    "A": "dddd", "a": "ddd", "B": "MMMM", "b": "MMM", "h": "MMM", "c": "ddd dd MMM yyyy HH:mm:ss", "D": "MM/dd/yy",
    "x": "MM/dd/yy", "d": "dd", "H": "HH", "I": "hh", "M": "mm", "m": "MM", "n": "\n", "p": "tt", "R": "HH:mm",
    "r": "hh:mm:ss tt", "S": "ss", "T": "HH:mm:ss", "X": "HH:mm:ss", "t": "\t", "Y": "yyyy", "y": "yy",
    "F": "yyyy-MM-dd",
}  # fmt: skip
_COUNTED: Final[dict[str, Callable[[datetime], str]]] = {
    "C": lambda v: f"{v.year // 100}",
    "e": lambda v: f"{v.day:2}",
    "j": lambda v: f"{v.timetuple().tm_yday:03}",
    "k": lambda v: f"{v.hour:2}",
    "l": lambda v: f"{v.hour % 12 or 12:2}",
    "u": lambda v: f"{v.isoweekday()}",
    "w": lambda v: f"{v.isoweekday() % 7}",
    "%": lambda v: "%",
}
_UNSURE: Final = frozenset("GgUVWsZ")
"""Weeks, seconds since 1970 and zones."""


def unix_format(value: datetime, pattern: str) -> str:
    """The text of a date. Raises NotKnownHere for the signs of weeks and zones."""
    made = ""
    signs = iter(pattern)
    for char in signs:
        if char != "%":
            made += char
            continue
        sign = next(signs, "%")
        if sign in _UNSURE:
            raise NotKnownHere(f"the sign %{sign} of Get-Date -UFormat")
        if sign in _NET:
            wanted = _NET[sign]
            made += wanted if wanted in "\n\t" else format_datetime(value, wanted if len(wanted) > 1 else f"%{wanted}")
        elif sign in _COUNTED:
            made += _COUNTED[sign](value)
        else:
            raise NotKnownHere(f"the sign %{sign} of Get-Date -UFormat")
    return made
