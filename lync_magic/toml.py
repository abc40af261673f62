"""TOML, as files of settings, profiles and parameters have it. Its reader is loaded when there is something to read."""

from __future__ import annotations

import sys
from typing import Any


def parsed(text: str) -> dict[str, Any]:
    """What the text says. Raises ValueError where it is no TOML; its message may quote the text."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)
