"""The French words for the English texts."""

from __future__ import annotations

from typing import Final

FRENCH: Final[dict[str, str]] = {}
