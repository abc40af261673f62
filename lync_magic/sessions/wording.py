"""A pipeline as text that somebody reads: for a question before it is sent, and for the log.

Rule of this file: no secret comes out of it. A credential is masked, and so is what is given to a parameter whose name
says that it holds one (`redaction.patterns`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from lync_magic.clixml import Credential, ObjectLike, SecureString, invariant_text
from lync_magic.psrp import Command, Pipeline

MASK: Final = "•••"
USUAL_PATTERNS: Final = ("*password*", "*pwd*", "*secret*", "*token*", "*credential*", "*apikey*", "pin")
LONGEST_VALUE: Final = 80
_MOST_ITEMS: Final = 5


class Redaction:
    """The parameters whose values are not shown. patterns: of their names, in lower case, with wildcards."""

    def __init__(self, patterns: Sequence[str] = USUAL_PATTERNS) -> None:
        self.use(patterns)

    def use(self, patterns: Sequence[str]) -> None:
        """Mask what is given to these parameters from now on."""
        self.patterns = tuple(pattern.lower() for pattern in patterns)

    def hides(self, name: str) -> bool:
        """Whether a parameter's value is masked."""
        folded = name.strip("-:").lower()
        return any(fnmatchcase(folded, pattern) for pattern in self.patterns)


redaction: Final = Redaction()
"""The one of this process."""


def call_text(pipeline: Pipeline) -> str:
    """A pipeline as PowerShell would be written, its secrets masked and long values cut."""
    text = ""
    for command in pipeline.commands:
        text += "(script text)" if command.is_script else " ".join(_words(command))
        text += "; " if command.end_of_statement else " | "
    return text.removesuffix(" | ").removesuffix("; ")


def _words(command: Command) -> Iterator[str]:
    yield command.name
    hidden = False
    for argument in command.arguments:
        name = argument.name
        if name is not None:
            hidden = redaction.hides(name)
            dashed = name if name.startswith("-") else f"-{name}"
            if argument.value is None:
                yield dashed
                continue
            if argument.value is True and not name.endswith(":"):
                yield dashed
                continue
            sign = "" if name.endswith(":") else " "
            yield f"{dashed}{sign}{MASK if hidden else value_text(argument.value)}"
        else:
            yield MASK if hidden else value_text(argument.value)
        hidden = False


def value_text(value: object) -> str:
    """A value as a word: texts in quotes where they need them, credentials masked."""
    if isinstance(value, Credential | SecureString):
        return MASK
    if value is None:
        return "$null"
    if isinstance(value, bool):
        return "$true" if value else "$false"
    if isinstance(value, list | tuple):
        shown = ", ".join(value_text(one) for one in value[:_MOST_ITEMS])
        return f"{shown}, … ({len(value):,})" if len(value) > _MOST_ITEMS else shown
    text = str(value) if isinstance(value, ObjectLike) else invariant_text(value)
    text = text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
    plain = text.replace("-", "").replace(".", "").replace("@", "").replace("_", "").replace(":", "").isalnum()
    return text if plain else "'" + text.replace("'", "''") + "'"
