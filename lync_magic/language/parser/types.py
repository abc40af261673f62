"""Type names and attributes: `[int]`, `[List[string]]`, `[int[]]`, `[Parameter(Mandatory, Position=0)]`."""

from __future__ import annotations

import re

from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.parser.core import EXPRESSION, MAX_DEPTH, TYPE
from lync_magic.language.parser.strings import StringParser
from lync_magic.language.syntax import expressions as e


class TypeParser(StringParser):
    """What stands in square brackets before or instead of a value."""

    def bracketed(self) -> e.TypeName | e.Attribute:
        """A type or an attribute; the next token is its `[`."""
        if (match := self.plain_type()) is not None and self.depth < MAX_DEPTH:
            end = match.end()
            self.go(end)
            ranks = (1,) if match[2] else ()
            return e.TypeName(self.source, match.start(1), end - 1, match[1], (), ranks)
        opening = self.next(EXPRESSION)
        self.skip_newlines()
        name = self.type_name()
        if self.peek(TYPE).kind == "(":
            return self._attribute(opening.start, name)
        if self.take_if(",", TYPE):
            self._skip_assembly()
        self.skip_newlines()
        message = "Missing ] at end of attribute or type literal."
        self.expect("]", "EndSquareBracketExpectedAtEndOfAttribute", message, TYPE)
        return name

    def plain_type(self) -> re.Match[str] | None:
        """The type in brackets that is next, where it is written plainly: a match of `plain.TYPE`."""
        return plain.TYPE(self.text, self.start)

    def type_name(self) -> e.TypeName:
        """A type's name with its arguments and `[]`."""
        token = self.peek(TYPE)
        if token.kind != t.IDENTIFIER:
            self.fail_after("MissingTypename", "Missing type name after '['.")
        self.take(token)
        self.deeper(token.start)
        arguments: tuple[e.TypeName, ...] = ()
        ranks: list[int] = []
        while self.peek(TYPE).kind == "[":
            self.next(TYPE)
            following = self.peek(TYPE)
            if following.kind in ("]", ","):
                rank = 1
                while self.take_if(",", TYPE):
                    rank += 1
                ranks.append(rank)
            elif not arguments and not ranks:
                arguments = self._arguments()
            else:
                self.unexpected(following)
            message = "Missing ] at end of type token."
            self.expect("]", "EndSquareBracketExpectedAtEndOfType", message, TYPE)
        self.depth -= 1
        return e.TypeName(self.source, token.start, self.last_end, str(token.value), arguments, tuple(ranks))

    def _arguments(self) -> tuple[e.TypeName, ...]:
        found: list[e.TypeName] = []
        while True:
            self.skip_newlines()
            bracket = self.take_if("[", TYPE)
            found.append(self.type_name())
            if bracket:
                if self.take_if(",", TYPE):
                    self._skip_assembly()
                message = "Missing ] at end of type token."
                self.expect("]", "EndSquareBracketExpectedAtEndOfType", message, TYPE)
            self.skip_newlines()
            if not self.take_if(",", TYPE):
                return tuple(found)

    def _skip_assembly(self) -> None:
        end = self.text.find("]", self.position)
        self.go_back(self.end if end < 0 else end, self.last_end)

    def _attribute(self, start: int, name: e.TypeName) -> e.Attribute:
        self.next(TYPE)
        positional: list[e.Expression] = []
        named: list[e.NamedArgument] = []
        outer, self.no_comma = self.no_comma, True
        self.skip_newlines()
        while self.peek(EXPRESSION).kind not in (")", t.END):
            self._attribute_argument(positional, named)
            self.skip_newlines()
            if not self.take_if(",", EXPRESSION):
                break
            self.skip_newlines()
        self.no_comma = outer
        message = "Missing ')' in attribute arguments."
        self.expect(")", "MissingEndParenthesisInExpression", message, EXPRESSION)
        self.skip_newlines()
        message = "Missing ] at end of attribute or type literal."
        self.expect("]", "EndSquareBracketExpectedAtEndOfAttribute", message, TYPE)
        return e.Attribute(self.source, start, self.last_end, name, tuple(positional), tuple(named))

    def _attribute_argument(self, positional: list[e.Expression], named: list[e.NamedArgument]) -> None:
        token = self.peek(EXPRESSION, name=True)
        if token.kind == t.IDENTIFIER:
            self.take(token)
            value: e.Expression | None = None
            if self.take_if("=", EXPRESSION):
                self.skip_newlines()
                value = self.expression()
                if value is None:
                    message = f"Missing expression after '=' in the attribute argument {token.value}."
                    self.fail_after("MissingExpressionInNamedArgument", message)
            named.append(e.NamedArgument(self.source, token.start, self.last_end, str(token.value), value))
            return
        found = self.expression()
        if found is None:
            self.unexpected(self.peek(EXPRESSION))
        positional.append(found)
