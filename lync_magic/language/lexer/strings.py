"""Strings: quoted, expandable, here-strings, and words with quotes in them.

An expandable text becomes a list of parts: plain text, `VariableRead` and `NestedCode`; the parser makes
expressions of those. As in PowerShell, `$( … )` inside a string ends at the parenthesis that closes it by count,
quotes notwithstanding.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lync_magic.errors import CellSyntaxError
from lync_magic.language.lexer.characters import (
    DOUBLE_QUOTES,
    HERE_PLAIN,
    LINE_END,
    SINGLE_QUOTE,
    SINGLE_QUOTES,
    SPACE_RUN,
    WORD_PLAIN,
    BadEscape,
    ends_word,
    escape,
)
from lync_magic.language.lexer.variables import VariableRead, VariableScanner
from lync_magic.language.syntax.source import Source


class NestedCode(NamedTuple):
    """The inside of `$( … )`: `source` from `start` to `end`; the whole stands from `outer_start` to `outer_end`."""

    source: Source
    start: int
    end: int
    outer_start: int
    outer_end: int


Part = str | VariableRead | NestedCode

_MARK_IN_CODE = re.compile(f"[()`{DOUBLE_QUOTES}]").search
_PIECE = re.compile(rf"([^`${DOUBLE_QUOTES}]+)|\$([A-Za-z_]\w*)(?![\w:?])").match
"""What nearly all expandable text is made of: plain text, and variables without a drive."""


class StringScanner(VariableScanner):
    """Reads strings of one source up to `end`."""

    def single_quoted(self, position: int, parts: list[Part]) -> int:
        """Read after an opening single quote; returns where reading goes on."""
        text, start = self.text, position
        while True:
            match = SINGLE_QUOTE.search(text, position, self.end)
            if match is None:
                raise self.unterminated(start - 1, "'")
            parts.append(text[position : match.start()])
            position = match.end()
            if position >= self.end or text[position] not in SINGLE_QUOTES:
                return position
            parts.append(text[position])
            position += 1

    def double_quoted(self, position: int, parts: list[Part]) -> int:
        """Read after an opening double quote; returns where reading goes on."""
        text, start = self.text, position
        while position < self.end:
            match = _PIECE(text, position, self.end)
            if match is not None:
                end, name = match.end(), match[2]
                parts.append(match[1] if name is None else VariableRead(name, "", False, position, end))
                position = end
                continue
            char = text[position]
            if char in DOUBLE_QUOTES:
                position += 1
                if position >= self.end or text[position] not in DOUBLE_QUOTES:
                    return position
                parts.append(text[position])
                position += 1
            else:
                position = self.special(position, parts, here=False)
        raise self.unterminated(start - 1, '"')

    def special(self, position: int, parts: list[Part], *, here: bool) -> int:
        """A `$` or a backtick in an expandable text."""
        text = self.text
        if text[position] == "$":
            return self._dollar(position, parts, here=here)
        if position + 1 >= self.end:
            parts.append("`")
            return position + 1
        try:
            made, position = escape(text, position + 1)
        except BadEscape as bad:
            self.fail(bad.position, bad.error_id, bad.message)
        parts.append(made)
        return position

    def _dollar(self, position: int, parts: list[Part], *, here: bool) -> int:
        if self.text[position + 1 : position + 2] == "(":
            return self._nested_code(position, parts, here=here)
        read = self.variable(position + 1, in_string=True)
        if read is None:
            parts.append("$")
            return position + 1
        parts.append(read)
        return read.end

    def _nested_code(self, position: int, parts: list[Part], *, here: bool) -> int:
        text, start = self.text, position + 2
        depth, index = 1, start
        dropped: list[int] = []
        while (mark := _MARK_IN_CODE(text, index, self.end)) is not None:
            index = mark.start()
            char = text[index]
            if char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if depth == 0:
                    break
            elif not here:
                following = text[index + 1 : index + 2]
                if following and following in DOUBLE_QUOTES:
                    dropped.append(index)
                    index += 1
            index += 1
        else:
            message = "$(subexpression) is missing the closing ')'."
            self.fail(position, "IncompleteDollarSubexpressionReference", message)
        if dropped:
            parts.append(self._unescaped(start, index, dropped, position))
        else:
            parts.append(NestedCode(self.source, start, index, position, index + 1))
        return index + 1

    def _unescaped(self, start: int, end: int, dropped: list[int], outer: int) -> NestedCode:
        skip = set(dropped)
        kept = [offset for offset in range(start, end) if offset not in skip]
        inner = "".join(self.text[offset] for offset in kept)
        source = Source(inner, self.source, [*kept, end])
        return NestedCode(source, 0, len(inner), outer, end + 1)

    def here_string(self, position: int, parts: list[Part], *, expandable: bool) -> int:
        """Read after `@"` or `@'`; returns where reading goes on."""
        text, header = self.text, position - 2
        quotes = DOUBLE_QUOTES if expandable else SINGLE_QUOTES
        terminator = text[position - 1] + "@"
        space = SPACE_RUN.match(text, position, self.end)
        after = space.end() if space else position
        line_end = LINE_END.match(text, after, self.end)
        if after >= self.end:
            raise self.unterminated(header, terminator)
        if line_end is None:
            message = "No characters are allowed after a here-string header but before the end of the line."
            self.fail(after, "UnexpectedCharactersAfterHereStringHeader", message)
        position = line_end.end()
        false_footer = -1
        footer = self._footer(position, quotes)
        if footer is not None:
            return footer
        while position < self.end:
            line_end = LINE_END.match(text, position, self.end)
            if line_end is not None:
                footer = self._footer(line_end.end(), quotes)
                if footer is not None:
                    return footer
                if false_footer < 0:
                    false_footer = self._false_footer(line_end.end(), quotes)
                parts.append(line_end[0])
                position = line_end.end()
                continue
            if expandable:
                plain = HERE_PLAIN.match(text, position, self.end)
                if plain is None:
                    position = self.special(position, parts, here=True)
                    continue
                stop = plain.end()
            else:
                next_line = LINE_END.search(text, position, self.end)
                stop = next_line.start() if next_line else self.end
            parts.append(text[position:stop])
            position = stop
        if false_footer >= 0:
            message = "White space is not allowed before the string terminator."
            self.fail(false_footer, "WhitespaceBeforeHereStringFooter", message)
        raise self.unterminated(header, terminator)

    def _footer(self, position: int, quotes: str) -> int | None:
        if position + 1 < self.end and self.text[position] in quotes and self.text[position + 1] == "@":
            return position + 2
        return None

    def _false_footer(self, position: int, quotes: str) -> int:
        space = SPACE_RUN.match(self.text, position, self.end)
        if space is None or self._footer(space.end(), quotes) is None:
            return -1
        return space.end()

    def word(self, position: int, parts: list[Part]) -> int:
        """Read a word of command mode from `position`: it ends at a space or a character such as `;`."""
        text = self.text
        while not ends_word(text, position, self.end):
            plain = WORD_PLAIN.match(text, position, self.end)
            if plain is not None:
                parts.append(plain[0])
                position = plain.end()
                continue
            char = text[position]
            if char in SINGLE_QUOTES:
                position = self.single_quoted(position + 1, parts)
            elif char in DOUBLE_QUOTES:
                position = self.double_quoted(position + 1, parts)
            else:
                position = self.special(position, parts, here=False)
        return position

    def unterminated(self, position: int, terminator: str) -> CellSyntaxError:
        """PowerShell's error for a string without its end."""
        message = f"The string is missing the terminator: {terminator}."
        return self.failure(position, "TerminatorExpectedAtEndOfString", message)
