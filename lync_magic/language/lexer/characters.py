"""What PowerShell takes a character for: dashes, quotes, spaces, what ends a word, what a backtick makes.

The tables follow the language specification and what the engine of PowerShell 7 does.
"""

from __future__ import annotations

import re

DASHES = "-\u2013\u2014\u2015"
SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"
DOUBLE_QUOTES = '"\u201c\u201d\u201e'
QUOTES = frozenset(SINGLE_QUOTES + DOUBLE_QUOTES)
SPACES = " \t\f\v\xa0\x85\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""As they stand in the brackets of a regular expression."""
BLANK_STARTS = frozenset("`#<" + SPACES.replace("-", "") + "".join(map(chr, range(0x2001, 0x200A))))
"""What starts a space, a continued line or a comment."""
WORD_ENDS = "\0\r\n&(),;{|}"
NUMBER_ENDS = "!#%*+./<=>]" + DASHES
TERNARY_ENDS = "?:"

_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip

MAX_CODE_POINT = 0x10FFFF

SPACE_RUN = re.compile(f"[{SPACES}]+")
IDENTIFIER = re.compile(r"[^\W\d]\w*")
WORD_END = re.compile(f"[{WORD_ENDS}{SPACES}]")
WORD_PLAIN = re.compile(rf"[^{WORD_ENDS}{SPACES}`${SINGLE_QUOTES}{DOUBLE_QUOTES}]+")
SINGLE_QUOTE = re.compile(f"[{SINGLE_QUOTES}]")
HERE_PLAIN = re.compile(r"[^`$\r\n]+")
LINE_END = re.compile(r"\r\n|\n|\r")
_UNICODE_ESCAPE = re.compile(r"u\{([0-9A-Fa-f]*)(\})?")


def ends_word(text: str, position: int, end: int) -> bool:
    """Whether a word that was read up to here ends here whatever the mode."""
    return position >= end or WORD_END.match(text, position) is not None


def is_letter(char: str) -> bool:
    """Whether a name may start with it."""
    return char == "_" or char.isalpha()


class BadEscape(Exception):
    """A `` `u{…} `` that names no character. error_id and message as PowerShell words them."""

    def __init__(self, error_id: str, message: str, position: int) -> None:
        super().__init__(message)
        self.error_id = error_id
        self.message = message
        self.position = position


def escape(text: str, position: int) -> tuple[str, int]:
    """What a backtick makes of the character at `position` (the one after it), and where reading goes on.

    Raises BadEscape for a `` `u{…} `` without hexadecimal digits, without its brace, or above 10FFFF.
    """
    char = text[position]
    if char == "u" and text[position + 1 : position + 2] == "{":
        return _unicode(text, position)
    if char == "\r" and text[position + 1 : position + 2] == "\n":
        return "\r\n", position + 2
    return _ESCAPES.get(char, char), position + 1


def _unicode(text: str, position: int) -> tuple[str, int]:
    match = _UNICODE_ESCAPE.match(text, position)
    if match is None or not match[1] or match[2] is None:
        message = (
            "The Unicode escape sequence is not valid. A valid sequence is `u{ followed by one to six hex digits and a "
            "closing '}'."
        )
        raise BadEscape("InvalidUnicodeEscapeSequence", message, position - 1)
    if len(match[1]) > len("10FFFF"):
        message = "The Unicode escape sequence contains more than the maximum of six hex digits between braces."
        raise BadEscape("TooManyDigitsInUnicodeEscapeSequence", message, position - 1)
    code = int(match[1], 16)
    if code > MAX_CODE_POINT:
        message = "The Unicode escape sequence value is out of range. The maximum value is 0x10FFFF."
        raise BadEscape("InvalidUnicodeEscapeSequenceValue", message, position - 1)
    return chr(code), match.end()
