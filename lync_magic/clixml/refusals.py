"""What is refused: a CLIXML that cannot be read, or that is over a limit of `lync_magic.limits`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from lync_magic.limits import MAX_ALIKE, MAX_NESTING

_CHOSEN_HASH = (int, float, Decimal, UUID)
"""Types whose hash can be told from their value."""


class DecodeError(ValueError):
    """A CLIXML that cannot be read; the message says why in one line."""


class TooMuch(DecodeError):
    """A CLIXML that is over a limit; the message names the limit and holds nothing of the content."""


def deeper(depth: int) -> int:
    """One level further down. Raises TooMuch."""
    if depth >= MAX_NESTING:
        raise TooMuch(f"objects nest deeper than {MAX_NESTING}")
    return depth + 1


def need_different(keys: Sequence[Any]) -> None:
    """Raise TooMuch for keys of a dictionary that are chosen to take long."""
    if len(keys) > MAX_ALIKE:
        hashes = Counter([hash(key) for key in keys if isinstance(key, _CHOSEN_HASH)])
        if max(hashes.values(), default=0) > MAX_ALIKE:
            raise TooMuch(f"more than {MAX_ALIKE} keys of a dictionary have the same hash")
