"""The order of the letters of scripts that have no capitals: Hebrew, Arabic, the Indian ones, Thai, Hangul, Kana.

Rule of this file: `letter_order.txt.xz` beside it is written by .NET itself (tests/language/judge/letters.ps1) and read
when texts with such a letter are first compared.
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

FIRST: Final = "\u0590"
"""No letter before it is of these scripts."""
_BLOCKS: Final = ((0x590, 0x109F), (0x1100, 0x137F), (0x1780, 0x18FF), (0x3041, 0x30FF), (0x3105, 0x312F))
_BEFORE_ITS_CONSONANT: Final = re.compile("([\u0e40-\u0e44])([\u0e01-\u0e2e])|([\u0ec0-\u0ec4])([\u0e81-\u0eae])")
"""A vowel that Thai and Lao write before the consonant behind which it is sorted."""
_SMALL: Final = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_MARK: Final = 0x10000
"""Behind the numbers of all accents."""


class _Order(NamedTuple):
    places: dict[str, int]
    firsts: dict[str, str]
    marks: dict[str, int]
    nothing: frozenset[str]
    behind: frozenset[str]


def has_such(text: str) -> bool:
    """Whether a text may have a letter of these scripts."""
    return max(text, default="") >= FIRST


def letter_place(char: str) -> int | None:
    """Where a letter stands among them, its case aside; None for another character."""
    return _order().places.get(char)


def is_unplaced(char: str) -> bool:
    """Whether it is a letter of these scripts whose place is not known: it counts as several."""
    in_blocks = any(first <= ord(char) <= last for first, last in _BLOCKS)
    return in_blocks and unicodedata.category(char)[0] in "LM" and letter_place(char) is None


def mark_place(char: str) -> int | None:
    """The number of a mark of these scripts as an accent; 0 for what counts for nothing, None for another character."""
    order = _order()
    return 0 if char in order.nothing else order.marks.get(char)


def in_letters(text: str, *, case: bool) -> str:
    """A text taken apart into letters and marks, in the order in which they count."""
    whole = _BEFORE_ITS_CONSONANT.sub(_turned, unicodedata.normalize("NFC", text))
    kept = _order().places
    return "".join(
        one if one in kept and not (case and _is_kana(one)) else unicodedata.normalize("NFD", one) for one in whole
    )


def form_of(char: str) -> tuple[str, int]:
    """The letter that a letter is where case counts, and which form of it."""
    if not _is_kana(char):
        order = _order()
        return char, int(char in order.behind)
    is_katakana = "\u30a1" <= char <= "\u30f6"
    plain = chr(ord(char) - 0x60) if is_katakana else char
    large = plain.translate(_SMALL)
    return large, (1 if large != plain else 2) if is_katakana else -int(large != plain)


def folded(text: str, *, case: bool) -> str:
    """A text without what counts for nothing; where case does not count, with one letter for those that are equal."""
    order = _order()
    return "".join(one if case else order.firsts.get(one, one) for one in text if one not in order.nothing)


def _turned(found: re.Match[str]) -> str:
    return "".join(one for one in reversed(found.groups()) if one)


def _is_kana(char: str) -> bool:
    return "\u3041" <= char <= "\u30f6"


@cache
def _order() -> _Order:
    data = files("lync_magic.language.values").joinpath("letter_order.txt.xz").read_bytes()
    letters, marks, nothing, behind = lzma.decompress(data).decode("utf-8").split("\n")
    groups = [list(group) for group in _groups(letters)]
    places = {one: place for place, group in enumerate(groups) for one in group}
    firsts = {one: group[0] for group in groups for one in group[1:]}
    numbers = {one: _MARK + place for place, group in enumerate(_groups(marks)) for one in group}
    return _Order(places, firsts, numbers, frozenset(nothing), frozenset(behind))


def _groups(line: str) -> Iterator[str]:
    """The characters of a line, those together that `=` joins."""
    for found in re.finditer(".(?:=.)*", line):
        yield found[0].replace("=", "")
