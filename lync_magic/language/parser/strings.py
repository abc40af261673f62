"""From the lexer's parts of an expandable text to expressions."""

from __future__ import annotations

from lync_magic.language.lexer.strings import NestedCode, NestedVariable
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.lexer.variables import VariableRead
from lync_magic.language.parser.core import ParserCore
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax.source import Extent


class StringParser(ParserCore):
    """Texts with variables and sub-expressions in them."""

    def string_of(self, token: Token, *, bare: bool = False) -> e.Expression:
        """The expression that a string or a bare word stands for."""
        extent = self.extent(token.start, token.end)
        here = not bare and self.source.text[token.start] == "@"
        if isinstance(token.value, str):
            return e.String(extent, token.value, bare, here)
        parts = token.value if isinstance(token.value, list) else []
        return e.ExpandableString(extent, tuple(self._part(part) for part in parts), bare, here)

    def _part(self, part: object) -> str | e.Expression:
        if isinstance(part, NestedVariable):
            return variable_of(part.read, Extent(self.source, part.start, part.end))
        if isinstance(part, NestedCode):
            return self._nested(part)
        return str(part)

    def _nested(self, part: NestedCode) -> e.SubExpression:
        self.deeper(part.outer_start)
        inner = type(self)(part.source, part.start, part.end, self.depth + 1)
        statements = inner.statements_until("")
        self.depth -= 1
        return e.SubExpression(Extent(self.source, part.outer_start, part.outer_end), statements)


def variable_of(read: VariableRead, extent: Extent, *, splatted: bool = False) -> e.Variable:
    """The node of a variable that the lexer read."""
    return e.Variable(extent, read.name, read.drive, splatted, read.braced)
