"""The lexer: the token at a place, in a mode. It keeps no state, so the parser may read the same place in either mode.

Command mode: words are arguments (`a-b`, `*.txt`, `-5` are text). Expression mode: operators part them. The rules on
what ends a word, a number or a parameter follow the engine of PowerShell 7.
"""

from __future__ import annotations

import re

from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import (
    DASHES,
    DOUBLE_QUOTES,
    IDENTIFIER,
    LINE_END,
    SINGLE_QUOTES,
    SPACES,
    ends_word,
    is_letter,
)
from lync_magic.language.lexer.numbers import NotANumber, scan
from lync_magic.language.lexer.strings import Part, StringScanner
from lync_magic.language.lexer.tokens import Mode, Token

_BLANK = rf"[{SPACES}]+|`(?:\r\n|\n|\r)|`[{SPACES}]+|#[^\r\n]*|<#(?:(?!#>).)*#>"
BLANK = re.compile(rf" +(?![{SPACES}`#<])|(?:{_BLANK})*", re.DOTALL).match
"""Spaces, comments and continued lines, or nothing: it always matches."""
LINES = re.compile(rf"\n *(?![{SPACES}\r\n`#<])|(?:([\r\n])|{_BLANK})+", re.DOTALL).match
"""Line ends with what is blank between and behind them. Its group is the last of several."""
_COMMENT_ONLY = re.compile(r"(?:<#(?:(?!#>).)*#>)+", re.DOTALL)
_OPERATOR_NAME = re.compile(r"[A-Za-z]*")
_PARAMETER_NAME = re.compile(rf"[^{SPACES}\r\n\0{{}}();,|&.\[:{SINGLE_QUOTES}{DOUBLE_QUOTES}]*")
_TYPE_NAME = re.compile(r"[\w.`+#\\]+")
_REDIRECTION = re.compile(r"([1-6*])?>(?:>|&([12]))?")
_LABEL = re.compile(r":[^\W\d]\w*")
_PUNCTUATION = {"(", ")", "{", "}", ",", ";", "]"}
_SIGNED_OPERATORS = {"+": ("++", "+="), "*": ("*=",), "/": ("/=",), "%": ("%=",), "=": ()}


class Lexer(StringScanner):
    """Reads the tokens of one source up to `end`."""

    def past_comments(self, position: int) -> int:
        """Past block comments alone, which may stand before a member access; spaces may not."""
        match = _COMMENT_ONLY.match(self.text, position, self.end)
        return match.end() if match else position

    def token_at(
        self, start: int, mode: Mode, *, signed: bool = False, name: bool = False, ternary: bool = False
    ) -> Token:
        """The token that starts at `start`.

        signed: `-5` may be one number.  name: only a simple name is wanted, no keyword (after `.`, `function`).
        ternary: `?` and `:` end a number.
        """
        if start >= self.end:
            return Token(t.END, self.end, self.end)
        text, char = self.text, self.text[start]
        if char == "_" or char.isalpha():
            return self._identifier(start, mode, name=name)
        if char == "$":
            return self._dollar_token(start, mode)
        if char in DASHES:
            return self._dash(start, mode, signed=signed)
        if char in _PUNCTUATION:
            return Token(char, start, start + 1)
        if char in "\r\n":
            match = LINE_END.match(text, start)
            return Token(t.NEWLINE, start, match.end() if match else start + 1)
        if char in SINGLE_QUOTES or char in DOUBLE_QUOTES:
            return self.quoted(start, char)
        if char.isascii() and char.isdigit():
            return self._digit(start, mode, ternary=ternary)
        return self._symbol(start, mode, char, signed=signed, name=name, ternary=ternary)

    # --- words -----------------------------------------------------------------------------------------------------

    def generic(self, start: int, position: int | None = None, lead: str = "") -> Token:
        """A word from `start`; `lead` is what was read of it up to `position`."""
        parts: list[Part] = [lead] if lead else []
        end = self.word(start if position is None else position, parts)
        if end == start:
            return Token(t.UNKNOWN, start, start + 1, self.text[start])
        return Token(t.GENERIC, start, end, _joined(parts))

    def _identifier(self, start: int, mode: Mode, *, name: bool) -> Token:
        if mode is Mode.TYPE:
            match = _TYPE_NAME.match(self.text, start, self.end)
            return Token(t.IDENTIFIER, start, match.end(), match[0]) if match else self.generic(start)
        match = IDENTIFIER.match(self.text, start, self.end)
        if match is None:
            return self.generic(start)
        if mode is Mode.COMMAND and not name:
            if not ends_word(self.text, match.end(), self.end):
                return self.generic(start)
            word = match[0].lower()
            if word in t.KEYWORDS:
                return Token(t.KEYWORD, start, match.end(), word)
        return Token(t.IDENTIFIER, start, match.end(), match[0])

    def quoted(self, start: int, char: str) -> Token:
        """The text in quotes that starts there with this one."""
        parts: list[Part] = []
        if char in SINGLE_QUOTES:
            end = self.single_quoted(start + 1, parts)
            return Token(t.STRING, start, end, "".join(p for p in parts if isinstance(p, str)))
        end = self.double_quoted(start + 1, parts)
        return Token(t.EXPANDABLE, start, end, _joined(parts))

    # --- what starts with a special character ----------------------------------------------------------------------

    def _dollar_token(self, start: int, mode: Mode) -> Token:
        if self.text[start + 1 : start + 2] == "(":
            return Token("$(", start, start + 2)
        read = self.variable(start + 1)
        if read is None:
            return self.generic(start, start + 1, "$")
        follows_word = not ends_word(self.text, read.end, self.end)
        if mode is Mode.COMMAND and follows_word and self.text[read.end] not in ".[:=":
            return self.generic(start)
        return Token(t.VARIABLE, start, read.end, read)

    def _dash(self, start: int, mode: Mode, *, signed: bool) -> Token:
        text, following = self.text, self.text[start + 1 : start + 2] if start + 1 < self.end else ""
        if following and following in DASHES:
            return self._operator(start, start + 2, "--", mode)
        if following == "=":
            return self._operator(start, start + 2, "-=", mode)
        if following and (is_letter(following) or following == "?"):
            return self._parameter(start, mode)
        if signed and following and (following.isdigit() or following == "."):
            number = self._number(start, mode, ternary=False)
            if number is not None:
                return number
        if mode is Mode.COMMAND and text[start] != "-" and not following:
            return Token("-", start, start + 1)
        return self._operator(start, start + 1, "-", mode)

    def _parameter(self, start: int, mode: Mode) -> Token:
        text = self.text
        if mode is not Mode.COMMAND:
            match = _OPERATOR_NAME.match(text, start + 1, self.end)
            end = match.end() if match else start + 1
            operator = t.OPERATORS.get(text[start + 1 : end].lower())
            if operator is not None:
                return Token(t.OPERATOR, start, end, operator)
            if end == start + 1:
                return Token("-", start, end)
            return Token(t.PARAMETER, start, end, text[start + 1 : end])
        match = _PARAMETER_NAME.match(text, start + 1, self.end)
        end = match.end() if match else start + 1
        following = text[end : end + 1] if end < self.end else ""
        if following and (following in SINGLE_QUOTES or following in DOUBLE_QUOTES):
            return self.generic(start, end, text[start:end])
        if following == ":":
            return Token(t.PARAMETER, start, end + 1, text[start + 1 : end])
        return Token(t.PARAMETER, start, end, text[start + 1 : end])

    def _operator(self, start: int, end: int, kind: str, mode: Mode) -> Token:
        """An operator, or in command mode the start of a word (`+x`, `=`, `*.txt`)."""
        if mode is Mode.COMMAND and not ends_word(self.text, end, self.end):
            return self.generic(start, end, self.text[start:end])
        return Token(kind, start, end)

    def _number(self, start: int, mode: Mode, *, ternary: bool) -> Token | None:
        expression = mode is not Mode.COMMAND
        try:
            found = scan(self.text, start, self.end, expression=expression, ternary=ternary)
        except NotANumber:
            if not expression:
                return None
            word = self.text[start : self.word(start, [])]
            self.fail(start, "BadNumericConstant", f"The numeric constant {word} is not valid.")
        return Token(t.NUMBER, start, found[1], found[0]) if found else None

    def _digit(self, start: int, mode: Mode, *, ternary: bool) -> Token:
        redirection = _REDIRECTION.match(self.text, start, self.end)
        if redirection is not None:
            return Token(t.REDIRECTION, start, redirection.end(), redirection)
        return self._number(start, mode, ternary=ternary) or self.generic(start)

    def _symbol(self, start: int, mode: Mode, char: str, *, signed: bool, name: bool, ternary: bool) -> Token:
        text = self.text
        following = text[start + 1 : start + 2] if start + 1 < self.end else ""
        if char in _SIGNED_OPERATORS:
            if char == "*" and following == ">":
                match = _REDIRECTION.match(text, start, self.end)
                return Token(t.REDIRECTION, start, match.end() if match else start + 1, match)
            for pair in _SIGNED_OPERATORS[char]:
                if text.startswith(pair, start) and start + 1 < self.end:
                    return self._operator(start, start + 2, pair, mode)
            if signed and char == "+" and following and (following.isdigit() or following == "."):
                number = self._number(start, mode, ternary=ternary)
                if number is not None:
                    return number
            return self._operator(start, start + 1, char, mode)
        if char == "@":
            return self._at(start, following)
        if char == ".":
            return self._dot(start, mode, following, ternary=ternary)
        if char in "&|":
            return Token(char * 2, start, start + 2) if following == char else Token(char, start, start + 1)
        if char == "[":
            if mode is Mode.COMMAND and not ends_word(text, start + 1, self.end):
                return self.generic(start)
            return Token("[", start, start + 1)
        if char == ">":
            match = _REDIRECTION.match(text, start, self.end)
            return Token(t.REDIRECTION, start, match.end() if match else start + 1, match)
        if char == "<":
            if text.startswith("<#", start):
                message = "The terminator '#>' is missing from the multiline comment."
                self.fail(start, "MissingTerminatorMultiLineComment", message)
            return Token(t.INPUT_REDIRECTION, start, start + 1)
        if char == "!":
            return self._exclaim(start, mode, following)
        if char == ":":
            return self._colon(start, mode, following, name=name)
        if char == "?" and mode is not Mode.COMMAND:
            for kind in ("??=", "??"):
                if text.startswith(kind, start) and start + len(kind) <= self.end:
                    return Token(kind, start, start + len(kind))
            return Token("?", start, start + 1)
        if char == "`" and start + 1 >= self.end:
            self.fail(start, "IncompleteString", "Incomplete string token.")
        return self.generic(start)

    def _at(self, start: int, following: str) -> Token:
        if following and following in "{(":
            return Token("@" + following, start, start + 2)
        parts: list[Part] = []
        if following and following in SINGLE_QUOTES:
            end = self.here_string(start + 2, parts, expandable=False)
            return Token(t.STRING, start, end, "".join(p for p in parts if isinstance(p, str)))
        if following and following in DOUBLE_QUOTES:
            end = self.here_string(start + 2, parts, expandable=True)
            return Token(t.EXPANDABLE, start, end, _joined(parts))
        read = self.variable(start + 1) if following != "{" else None
        if read is not None:
            return Token(t.SPLAT, start, read.end, read)
        raise self.failure(start, "UnrecognizedToken", "Unrecognized token in source text.")

    def _dot(self, start: int, mode: Mode, following: str, *, ternary: bool) -> Token:
        if following == ".":
            if mode is Mode.COMMAND and not ends_word(self.text, start + 2, self.end):
                return self.generic(start)
            return Token("..", start, start + 2)
        if following.isascii() and following.isdigit():
            return self._number(start, mode, ternary=ternary) or self.generic(start)
        if mode is Mode.COMMAND and not ends_word(self.text, start + 1, self.end) and following not in "$\"'":
            return self.generic(start)
        return Token(".", start, start + 1)

    def _exclaim(self, start: int, mode: Mode, following: str) -> Token:
        if mode is Mode.COMMAND and not ends_word(self.text, start + 1, self.end):
            return self.generic(start)
        if mode is not Mode.COMMAND and following and is_letter(following):
            return self.generic(start)
        return Token("!", start, start + 1)

    def _colon(self, start: int, mode: Mode, following: str, *, name: bool) -> Token:
        if following == ":":
            if mode is Mode.COMMAND and not name and not ends_word(self.text, start + 2, self.end):
                return self.generic(start)
            return Token("::", start, start + 2)
        if mode is not Mode.COMMAND:
            return Token(":", start, start + 1)
        label = _LABEL.match(self.text, start, self.end)
        if label is not None and ends_word(self.text, label.end(), self.end):
            return Token(t.LABEL, start, label.end(), label[0][1:])
        return self.generic(start)


def _joined(parts: list[Part]) -> str | list[Part]:
    """Plain text where nothing is nested, else the parts with neighbouring texts made one."""
    merged: list[Part] = []
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            merged.append(text)
            text = ""
        merged.append(part)
    if not merged:
        return text
    if text:
        merged.append(text)
    return merged
