"""How `lync-magic` ends, beside 0: a document that is not true ends `check` with 1."""

from __future__ import annotations

from typing import Final

NOT_UNDERSTOOD: Final = 2
COULD_NOT: Final = 3
INTERRUPTED: Final = 130
