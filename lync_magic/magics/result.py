"""What a whole cell gives to who shows it in another way than `%%lync`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """What a cell gave. value: its objects, or the one plain value.

    bundle: how the last of them look, by MIME type; empty where all were shown.
    """

    value: object
    bundle: dict[str, Any]
