"""Text in a terminal: how many columns it takes, and how it is cut and filled to a number of them.

Rule of this file: the text was made safe before (`safe_text`).
"""

from __future__ import annotations

import unicodedata

from lync_magic.safe_text import ELLIPSIS

_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_LEFT_TO_RIGHT_MARK = "\u200e"


def width(text: str) -> int:
    """How many columns of a terminal `text` takes: two for East Asian wide characters, none for marks and
    joiners.
    """
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def fitted(text: str, columns: int, *, right: bool = False) -> str:
    """`text` cut or filled with spaces to exactly `columns` columns of a terminal."""
    if width(text) > columns:
        room = columns - 1
        kept = []
        for character in text:
            room -= _columns(character)
            if room < 0:
                break
            kept.append(character)
        text = "".join(kept) + ELLIPSIS
    filling = " " * (columns - width(text))
    return filling + text if right else text + filling


def wrapped(text: str, columns: int) -> list[str]:
    """`text` on as many lines of at most `columns` columns of a terminal as it needs."""
    lines = [""]
    room = columns
    for character in text:
        room -= _columns(character)
        if room < 0:
            lines.append("")
            room = columns - _columns(character)
        lines[-1] += character
    return lines


def kept_in_place(text: str) -> str:
    """`text` that does not draw what stands beside it into its own direction, where it runs from right to left."""
    if text.isascii() or _RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, text)):
        return text
    return text + _LEFT_TO_RIGHT_MARK


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
