"""The order of Han characters, by radical and stroke.

Rule of this file: `han_order.txt.xz` beside it is written by .NET itself (tests/language/judge/han.ps1) and read when
texts with such a character are first put in order.
"""

from __future__ import annotations

import lzma
from functools import cache
from importlib.resources import files


def is_han(char: str) -> bool:
    """Whether a character is an ideograph."""
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000" or "\ufa0e" <= char <= "\ufa29"


def han_place(char: str) -> int | None:
    """Where a Han character stands among them; None for one that is newer than the order."""
    return _places().get(ord(char))


@cache
def _places() -> dict[int, int]:
    data = files("lync_magic.language.values").joinpath("han_order.txt.xz").read_bytes()
    made: dict[int, int] = {}
    for run in lzma.decompress(data).decode("ascii").split():
        start, _, count = run.partition("+")
        first = int(start, 16)
        made.update(
            zip(range(first, first + int(count or 1)), range(len(made), len(made) + int(count or 1)), strict=True)
        )
    return made
