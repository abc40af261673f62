"""`[timespan]::ParseExact`: a span of time read by a format that is given.

Rule of this file: text and format are read side by side, once, as .NET does; each part stands once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import TimeSpan
from lync_magic.language.values.collections import items_of
from lync_magic.language.values.culture import CultureValue, current, in_told
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.moments import TICKS_PER_SECOND
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

_PIECE: Final = re.compile(r"%[dhmsfF]|d+|h+|m+|s+|f+|F+|'[^']*'|\"[^\"]*\"|\\.|.", re.DOTALL)
_MOST: Final = {"d": 8, "h": 2, "m": 2, "s": 2, "f": 7, "F": 7}
"""How many letters of a kind a format has at the most."""
_LIMITS: Final = {"d": 10_675_199, "h": 23, "m": 59, "s": 59}
_BAD: Final = "Input string was not in a correct format."
_DIGITS: Final = 7
_STANDARD: Final = {
    "c": re.compile(r"(-?)(?:([0-9]{1,8})\.)?([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]{1,7}))?"),
    "g": re.compile(r"(-?)(?:([0-9]{1,8}):)?([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]{1,7}))?"),
    "G": re.compile(r"(-?)([0-9]{1,8}):([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})\.([0-9]{7})"),
}


class _NotRead(Exception):
    """A text that is not of a format. message, kind: .NET's words and its exception."""

    def __init__(self, message: str = _BAD, kind: str = "FormatException") -> None:
        super().__init__(message)
        self.message, self.kind = message, kind


def _ticks(text: str, pattern: str) -> int:
    """The ticks of a text of a format. Raises _NotRead, NotKnownHere."""
    if not pattern or (len(pattern) == 1 and pattern not in "cgGtT"):
        raise _NotRead(f"Format specifier '{pattern}' was invalid.")
    if len(pattern) == 1:
        return _standard(text, pattern.replace("t", "c").replace("T", "c"))
    found: dict[str, str] = {}
    at = 0
    for piece in _PIECE.findall(pattern):
        letters = piece.removeprefix("%") or piece
        letter = letters[0]
        if letter in _MOST:
            if letter.lower() in found or len(letters) > _MOST[letter]:
                raise _NotRead
            least = 0 if letter == "F" else len(letters)
            most = len(letters) if letter in "fF" or len(letters) > 1 else (8 if letter == "d" else 2)
            told = re.compile(f"[0-9]{{{least},{most}}}").match(text, at)
            if told is None:
                raise _NotRead
            found[letter.lower()], at = told[0], told.end()
            continue
        if letter in "'\"\\":
            words = piece[1:-1] if letter != "\\" else piece[1:]
            if len(piece) < 2 or "\\" in words[1:]:
                raise NotKnownHere("[timespan]::ParseExact with this format")
            if not text.startswith(words, at):
                raise _NotRead
            at += len(words)
            continue
        raise _NotRead
    if at < len(text):
        raise _NotRead(f"String '{text}' was not recognized as a valid TimeSpan.")
    return _of_parts(text, found)


def _standard(text: str, form: str) -> int:
    if form != "c" and current().decimal != ".":
        raise NotKnownHere(f"[timespan]::ParseExact by {form} in this culture")
    told = _STANDARD[form].fullmatch(text)
    if told is None:
        raise NotKnownHere(f"[timespan]::ParseExact of this text by {form}")
    sign, *parts = (one or "" for one in told.groups())
    ticks = _of_parts(text, dict(zip("dhmsf", parts, strict=True)))
    return -ticks if sign else ticks


def _of_parts(text: str, found: dict[str, str]) -> int:
    numbers = {letter: int(found.get(letter) or 0) for letter in _LIMITS}
    if any(numbers[letter] > most for letter, most in _LIMITS.items()):
        why = "could not be parsed because at least one of the numeric components is out of range or contains too many"
        raise _NotRead(f"The TimeSpan string '{text}' {why} digits.", "OverflowException")
    seconds = ((numbers["d"] * 24 + numbers["h"]) * 60 + numbers["m"]) * 60 + numbers["s"]
    return seconds * TICKS_PER_SECOND + int((found.get("f") or "").ljust(_DIGITS, "0"))


def _exact_span(_none: None, arguments: Sequence[object]) -> object:
    """`[timespan]::ParseExact(text, format, culture, styles)`; several formats are tried in turn."""
    text, told, culture = arguments[:3]
    if text is None or told is None or not isinstance(culture, CultureValue | None):
        raise NotKnownHere("[timespan]::ParseExact with these arguments")
    kind = "System.Globalization.TimeSpanStyles"
    negative = len(arguments) > 3 and to_text(argument_as(arguments[3], kind, "styles", "ParseExact")) != "None"
    several = type_of(told) == "System.String[]"
    patterns = [to_text(one) for one in items_of(told)] if several else [to_text(told)]
    failed = _NotRead()
    with in_told(culture):
        for pattern in patterns:
            try:
                ticks = _ticks(to_text(text), pattern)
                return TimeSpan.of(-ticks if negative else ticks)
            except _NotRead as bad:
                failed = bad
    if several:
        raise NotKnownHere("[timespan]::ParseExact of a text that is of none of the formats")
    return call_failed("ParseExact", len(arguments), failed.message, failed.kind)


EXACT_SPAN: Final[Static] = method(3, 4)(_exact_span)
"""The method, for the type's others."""
