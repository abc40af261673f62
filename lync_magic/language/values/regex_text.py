"""`[regex]::Escape(…)` and `[regex]::Unescape(…)`.

Rule of this file: what .NET takes for no escape, or for one that is not whole, is refused.
"""

from __future__ import annotations

import re
from typing import Final

from lync_magic.language.values.failures import NotKnownHere

_LETTERS: Final = {"\t": "t", "\n": "n", "\r": "r", "\f": "f"}
"""White space that is written as a letter behind a backslash."""
_SPECIAL: Final = re.compile(r"[\\*+?|{\[()^$.# \t\n\r\f]")
_CONTROLS: Final = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE: Final = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<byte>[0-9A-Fa-f]{2})|u(?P<unit>[0-9A-Fa-f]{4})"
    r"|c(?P<control>[@A-Za-z\[\\\]^_])|(?P<letter>[abefnrtv])|(?P<other>[\W\u200c\u200d]|$))",
    re.DOTALL,
)


def escaped(text: str) -> str:
    """A text as a pattern that matches it."""
    return _SPECIAL.sub(lambda found: "\\" + _LETTERS.get(found[0], found[0]), text)


def unescaped(text: str) -> str:
    """What a pattern without other than plain characters and escapes matches."""
    if "\\" in _ESCAPE.sub("", text):
        raise NotKnownHere("[regex]::Unescape of what is no escape")
    return _ESCAPE.sub(_meant, text)


def _meant(found: re.Match[str]) -> str:
    if found["octal"]:
        return chr(int(found["octal"], 8) & 0xFF)
    if found["control"]:
        return chr(ord(found["control"].upper()) - ord("@"))
    if found["letter"]:
        return _CONTROLS[found["letter"]]
    if found["other"] is not None:
        if not found["other"]:
            raise NotKnownHere("[regex]::Unescape of a backslash at the end")
        return found["other"]
    return chr(int(found["byte"] or found["unit"], 16))
