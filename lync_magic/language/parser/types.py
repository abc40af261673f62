"""Type names and attributes: `[int]`, `[List[string]]`, `[int[]]`, `[Parameter(Mandatory, Position=0)]`."""

from __future__ import annotations

import re

from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.parser.core import EXPRESSION, MAX_DEPTH, TYPE
from lync_magic.language.parser.strings import StringParser
from lync_magic.language.syntax import expressions as e

_ENDS_RANK = frozenset("],")
_ENDS_ARGUMENTS = frozenset(("", ")"))


class TypeParser(StringParser):
    """What stands in square brackets before or instead of a value."""

    def bracketed(self) -> e.TypeName | e.Attribute:
        """A type or an attribute; the next token is its `[`."""
        if (match := self.plain_type()) is not None and self.depth < MAX_DEPTH:
            end = match.end()
            self.go(end)
            ranks = (1,) if match[2] else ()
            return e.TypeName(self.source, match.start(1), end - 1, match[1], (), ranks)
        opening = self.start
        self.go(opening + 1)
        self.skip_newlines()
        name = self.type_name()
        if self.lead == "(":
            return self._attribute(opening, name)
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
        start = self.start
        if (match := plain.NAME_OF_TYPE(self.text, start)) is not None:
            name, end = match[0], match.end()
        else:
            token = self.peek(TYPE)
            if token.kind != t.IDENTIFIER:
                self.fail_after("MissingTypename", "Missing type name after '['.")
            name, end = str(token.value), token.end
        self.go(end)
        self.deeper(start)
        arguments: tuple[e.TypeName, ...] = ()
        ranks: list[int] = []
        while self.lead == "[":
            self.go(self.start + 1)
            if self.lead in _ENDS_RANK:
                rank = 1
                while self.take_if(",", TYPE):
                    rank += 1
                ranks.append(rank)
            elif not arguments and not ranks:
                arguments = self._arguments()
            else:
                self.unexpected(self.peek(TYPE))
            message = "Missing ] at end of type token."
            self.expect("]", "EndSquareBracketExpectedAtEndOfType", message, TYPE)
        self.depth -= 1
        return e.TypeName(self.source, start, self.last_end, name, arguments, tuple(ranks))

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
        self.go(self.start + 1)
        positional: list[e.Expression] = []
        named: list[e.NamedArgument] = []
        outer, self.no_comma = self.no_comma, True
        self.skip_newlines()
        while self.lead not in _ENDS_ARGUMENTS:
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
        if (match := plain.NAME(self.text, self.start)) is not None:
            start, name = self.start, match[0]
            self.go(match.end())
            value: e.Expression | None = None
            if self.take_if("=", EXPRESSION):
                self.skip_newlines()
                value = self.expression()
                if value is None:
                    message = f"Missing expression after '=' in the attribute argument {name}."
                    self.fail_after("MissingExpressionInNamedArgument", message)
            named.append(e.NamedArgument(self.source, start, self.last_end, name, value))
            return
        found = self.expression()
        if found is None:
            self.unexpected(self.peek(EXPRESSION))
        positional.append(found)
