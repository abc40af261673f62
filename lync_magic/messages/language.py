"""Which language is spoken, and a text in it.

The order is gettext's: what was chosen in this process, then `LANGUAGE`, `LC_ALL`, `LC_MESSAGES` and `LANG`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from lync_magic.messages.french import FRENCH

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {ENGLISH: {}, "fr": FRENCH}
"""The languages there are, and their words for the English texts."""

_SURROUNDINGS: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


class _Choice:
    """The language that was chosen in this process, or None."""

    def __init__(self) -> None:
        self.language: str | None = None


_choice: Final = _Choice()


def use_language(language: str | None) -> None:
    """Speak this language from now on (`fr`, `fr-FR`); None goes back to what the surroundings say.

    Raises ValueError for a language that there is not.
    """
    if language is None:
        _choice.language = None
        return
    known = _known(language)
    if known is None:
        raise ValueError(f"There is no language {language!r}; there are: {', '.join(LANGUAGES)}.")
    _choice.language = known


def chosen_language() -> str:
    """The language that is spoken."""
    if _choice.language is not None:
        return _choice.language
    for name in _SURROUNDINGS:
        for told in os.environ.get(name, "").split(":"):
            known = _known(told)
            if known is not None:
                return known
    return ENGLISH


def say(text: str, /, **values: object) -> str:
    """A text in the language that is spoken, with its values."""
    return say_in(chosen_language(), text, **values)


def say_in(language: str, text: str, /, **values: object) -> str:
    """A text in this language, with its values."""
    told = LANGUAGES.get(language, {}).get(text, text)
    return told.format(**values) if values else told


def _known(language: str) -> str | None:
    """The language of a name as locales have it: `fr_CA.UTF-8` is French, `C` is none."""
    short = language.replace("-", "_").split("_")[0].split(".")[0].lower()
    return short if short in LANGUAGES else None
