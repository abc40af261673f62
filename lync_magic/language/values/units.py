"""Texts as .NET has them: a character outside the basic plane (😀) is two halves, each of which counts.

Rule of this house: a text is Python's, whole. What counts places (an index, `.Substring`, a pattern, a width) takes it
apart here and puts together again what it made; so does what puts texts together, for two halves may meet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from struct import unpack
from typing import Final

from lync_magic.clixml import Char

_HALF: Final = re.compile("[\ud800-\udfff]")


def units(text: str) -> str:
    """A text in halves."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, unpack(f"<{len(data) // 2}H", data)))


def has_half(text: str) -> bool:
    """Whether a text holds the half of a character."""
    return not text.isascii() and _HALF.search(text) is not None


def whole(text: str) -> str:
    """The same text with its halves put together."""
    if not has_half(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def length(text: str) -> int:
    """How many characters a text has to .NET."""
    return len(text) if text.isascii() else len(units(text))


def chars(text: str) -> list[object]:
    """The characters of a text, halves among them."""
    return [Char(one) for one in units(text)]


def is_wide(value: object) -> bool:
    """Whether a value is a text with a character outside the basic plane."""
    return isinstance(value, str) and not value.isascii() and max(value) > "\uffff"


def in_units(values: Sequence[object]) -> list[object]:
    """A call's arguments with their texts in halves."""
    return [units(one) if type(one) is str else one for one in values]
