"""The `#!` lines of notebooks that were written for .NET Interactive.

Rules: what has a meaning here is carried out; every other one is refused by its name, with the way.
"""

from __future__ import annotations

from typing import Final

from lync_magic.errors import UsageError
from lync_magic.kernel.parts import Part

LANGUAGES: Final = frozenset[str]()
"""The directives whose text, up to the next one, is in another language."""


def carry_out(part: Part) -> None:
    """Do what a `#!` line says. Raises UsageError for one that is not known here."""
    name = part.text.split()[0]
    if name.lower() in ("#!pwsh", "#!powershell"):
        return
    raise UsageError(f"{name} is not known here.", "Take the line out, or write # before it.")
