"""From the lexer's parts of an expandable text to expressions."""

from __future__ import annotations

from lync_magic.language.lexer.strings import NestedCode, Part
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.lexer.variables import VariableRead
from lync_magic.language.parser.core import ParserCore
from lync_magic.language.syntax import expressions as e


class StringParser(ParserCore):
    """Texts with variables and sub-expressions in them."""

    def string_of(self, token: Token, *, bare: bool = False) -> e.Expression:
        """The expression that a string or a bare word stands for."""
        here = not bare and self.text[token.start] == "@"
        value = token.value
        if isinstance(value, list):
            parts = tuple([self._part(part) for part in value])
            return e.ExpandableString(self.source, token.start, token.end, parts, bare, here)
        return e.String(self.source, token.start, token.end, str(value), bare, here)

    def _part(self, part: Part) -> str | e.Expression:
        if isinstance(part, str):
            return part
        return self.variable_of(part) if isinstance(part, VariableRead) else self._nested(part)

    def variable_of(self, read: VariableRead, *, splatted: bool = False) -> e.Variable:
        """The node of a variable that the lexer read."""
        return e.Variable(self.source, read.start, read.end, read.name, read.drive, splatted, read.braced)

    def _nested(self, part: NestedCode) -> e.SubExpression:
        self.deeper(part.outer_start)
        inner = type(self)(part.source, part.start, part.end, self.depth + 1)
        statements = inner.statements_until("")
        self.depth -= 1
        return e.SubExpression(self.source, part.outer_start, part.outer_end, statements)
