"""What an error, a warning or a verb says, in the language that is spoken, after it was put together.

Errors are raised with their English text, values and all, and keep it: programs compare it, and logs hold one language.
Where one is shown, the text is found again by its template (`{} refuses connections on port {}.`), whole or sentence by
sentence, and its values take their places in the other language's. A text that is nobody's template (PowerShell's own,
a server's) stays as it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from lync_magic.messages.language import LANGUAGES, chosen_language

_HOLE: Final = "{}"
_BETWEEN_SENTENCES: Final = re.compile(r"((?<=[.?!]) (?=[A-Z%'\"])|\n)")
_STRANGERS: Final = re.compile(r"(?:the|an?|this|that|its?|what|your|no|one|all|cannot|unable)\b", re.IGNORECASE)
"""How a sentence begins that is somebody else's, where a name should stand."""
_DEEPEST: Final = 3
"""How often a value may hold a text of ours: `The program x does not start: The proxy y …`."""
_LONGEST: Final = 4_000
"""Characters; what is longer is no message of ours."""


class _Template(NamedTuple):
    """An English text with values in it, by the pieces between them, and what stands for it."""

    pieces: tuple[str, ...]
    told: str


def spoken(text: str) -> str:
    """`text` in the language that is spoken, as far as it is a text of ours."""
    language = chosen_language()
    return _spoken(text, language, _DEEPEST) if LANGUAGES[language] and len(text) <= _LONGEST else text


def _spoken(text: str, language: str, deep: int) -> str:
    whole = _as_one(text, language, deep)
    if whole is not None:
        return whole
    parts = _BETWEEN_SENTENCES.split(text)
    found = [_as_one(part, language, deep) for part in parts] if len(parts) > 1 else [None]
    return "".join(part if one is None else one for part, one in zip(parts, found, strict=True))


def _as_one(text: str, language: str, deep: int) -> str | None:
    """One text of ours in the other language, or None."""
    words: Mapping[str, str] = LANGUAGES[language]
    if text in words:
        return words[text]
    for template in _templates(language) if deep else ():
        values = _values(template.pieces, text)
        if values is None:
            continue
        said = [_spoken(value, language, deep - 1) for value in values]
        if template.pieces[0] or said[0] != values[0] or not _STRANGERS.match(values[0]):
            return template.told.format(*said)
    return None


def _values(pieces: tuple[str, ...], text: str) -> list[str] | None:
    """What stands between the pieces of a template in a text, from the left; None where it is another text."""
    first, last = pieces[0], pieces[-1]
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return None
    values, at, end = [], len(first), len(text) - len(last)
    for piece in pieces[1:-1]:
        found = text.find(piece, at, end) if piece else at
        if found < 0:
            return None
        values.append(text[at:found])
        at = found + len(piece)
    return [*values, text[at:end]]


@cache
def _templates(language: str) -> tuple[_Template, ...]:
    """A language's texts with values, those that say most first."""
    found = [_Template(tuple(text.split(_HOLE)), told) for text, told in LANGUAGES[language].items() if _HOLE in text]
    return tuple(sorted(found, key=lambda one: -sum(map(len, one.pieces))))
