"""Variables: `$name`, `$env:name`, `${any name}`, `$?`, `@splatted`."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from lync_magic.errors import CellSyntaxError
from lync_magic.language.lexer.characters import DOUBLE_QUOTES, BadEscape, escape
from lync_magic.language.syntax.source import Source

_NAME = re.compile(r"[$?^]|(?:(?!:)[\w]|\?(?=\w)|:(?=[^:]))(?:[\w?]|:(?!:))*")


class VariableRead(NamedTuple):
    """A variable's name with its drive or scope (lower case, or ""), whether it was in braces, and where it stands,
    its `$` included."""

    name: str
    drive: str
    braced: bool
    start: int
    end: int


class VariableScanner:
    """Reads variables of one source up to `end`."""

    def __init__(self, source: Source, end: int) -> None:
        self.source = source
        self.text = source.text
        self.end = end

    def variable(self, position: int, *, in_string: bool = False) -> VariableRead | None:
        """The variable whose name starts at `position` (after the `$`), or None where there is none."""
        if position >= self.end:
            return None
        if self.text[position] == "{":
            return self._braced(position, in_string=in_string)
        match = _NAME.match(self.text, position, self.end)
        if match is None:
            return None
        drive, name = _split(match[0])
        if not name:
            message = (
                "Variable reference is not valid. ':' was not followed by a valid variable name character. "
                "Consider using ${} to delimit the name."
            )
            error_id = "InvalidVariableReferenceWithDrive" if drive else "InvalidVariableReference"
            self.fail(position - 1, error_id, message)
        return VariableRead(name, drive, False, position - 1, match.end())

    def _braced(self, position: int, *, in_string: bool) -> VariableRead:
        text, start = self.text, position
        name, position = "", position + 1
        while position < self.end and text[position] != "}":
            char = text[position]
            following = text[position + 1 : position + 2]
            if char == "`" and following:
                try:
                    made, position = escape(text, position + 1)
                except BadEscape as bad:
                    self.fail(bad.position, bad.error_id, bad.message)
                name += made
                continue
            if char == "{":
                message = (
                    "The '{' character in a variable name must be escaped with a backtick: `{."  # PowerShell's rule
                )
                self.fail(position, "OpenBraceNeedsToBeBackTickedInVariableName", message)
            if in_string and char in DOUBLE_QUOTES and following and following in DOUBLE_QUOTES:
                position += 1
            name += char
            position += 1
        if position >= self.end:
            message = "Braced variable name is missing its closing '}'."
            self.fail(start, "IncompleteDollarVariableReference", message)
        if not name:
            self.fail(position, "EmptyVariableReference", "Empty ${} variable reference, a name is required.")
        drive, rest = _split(name)
        if not rest:
            message = "Variable reference is not valid. The variable name is missing."
            self.fail(start - 1, "InvalidBracedVariableReference", message)
        return VariableRead(rest, drive, True, start - 1, position + 1)

    def fail(self, position: int, error_id: str, message: str) -> NoReturn:
        """Raise a syntax error at `position`."""
        raise self.failure(position, error_id, message)

    def failure(self, position: int, error_id: str, message: str) -> CellSyntaxError:
        """A syntax error at `position`."""
        line, column = self.source.place(position)
        return CellSyntaxError(message, line, column, error_id=error_id, source=self.source.line_text(line))


def _split(text: str) -> tuple[str, str]:
    drive, colon, name = text.partition(":")
    return (drive.lower(), name) if colon and drive else ("", text if not colon else name)
