"""Primary expressions: variables, literals, parentheses, hashtables, script blocks, and member access after them."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import NoReturn

from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import ends_word
from lync_magic.language.lexer.tokens import Mode, Token
from lync_magic.language.lexer.variables import VariableRead
from lync_magic.language.parser.core import COMMAND, EXPRESSION
from lync_magic.language.parser.types import TypeParser
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax.source import Extent

_ACCESS = frozenset(".[:?<")
"""What a member access starts with, or a comment before one."""
_MEMBER_NAME = re.compile(r"[A-Za-z_]\w*")
_OF_TYPES = re.compile(
    r"\[ *[A-Za-z_][\w.]*(?:\[[\w.,\[\] ]*\])?(?: *, *[A-Za-z_][\w.]*(?:\[[\w.,\[\] ]*\])?)* *\](?=\()"
)
"""The types of a generic method, behind its name."""
_NAMED_MEMBERS = (t.IDENTIFIER, t.KEYWORD)


class PrimaryParser(TypeParser):
    """Expressions that need no operator."""

    @abstractmethod
    def unary(self) -> e.Expression | None:
        """An operand with its unary operators; a key of a hashtable may have one."""

    def primary(self) -> e.Expression | None:
        """A primary expression with its member accesses as an argument of a command, or None where none starts."""
        found = self.simple(self.peek(COMMAND))
        return None if found is None else self.member_access(found, COMMAND)

    def simple(self, token: Token) -> e.Expression | None:
        """The primary expression that starts with the next token, without what follows it; None where none starts."""
        match token.kind:
            case t.VARIABLE:
                self.take(token)
                return self.variable_at(token)
            case t.NUMBER:
                self.take(token)
                return e.Constant(self.extent(token.start), token.value)
            case t.STRING | t.EXPANDABLE:
                self.take(token)
                return self.string_of(token)
            case "(":
                return self._paren(token)
            case "$(" | "@(":
                return self._statements(token)
            case "@{":
                return self._hashtable(token)
            case "{":
                return self.block_expression()
            case t.SPLAT:
                self.no_splat(token)
        return None

    def no_splat(self, token: Token) -> NoReturn:
        """Raises CellSyntaxError for a `@name` that is no argument by itself."""
        name = self.text(token)[1:]
        message = (
            "The splatting operator '@' cannot be used to reference variables in an expression. "
            f"'@{name}' can be used only as an argument to a command. To reference variables in an expression use "
            f"'${name}'."
        )
        self.fail(token.start, "SplattingNotPermitted", message)

    def variable_at(self, token: Token) -> e.Variable:
        """The node of a variable or splat token."""
        read = token.value
        if not isinstance(read, VariableRead):
            self.unexpected(token)
        extent = Extent(self.source, token.start, token.end)
        return e.Variable(extent, read.name, read.drive, token.kind == t.SPLAT, read.braced)

    # --- brackets --------------------------------------------------------------------------------------------------

    def _paren(self, token: Token) -> e.Paren:
        self.take(token)
        self.deeper(token.start)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), False, False
        self.skip_newlines()
        inner = self.pipeline()
        if inner is None:
            self.fail_after("ExpectedExpression", "An expression was expected after '('.")
        before = self.position
        self.skip_newlines()
        if self.position != before:
            self.peek(COMMAND)  # a text that is left open on the next line is said before the missing parenthesis
        self.expect(")", "MissingEndParenthesisInExpression", "Missing closing ')' in expression.", EXPRESSION)
        self.no_comma, self.in_ternary = outer
        self.depth -= 1
        return e.Paren(self.extent(token.start), inner)

    def _statements(self, token: Token) -> e.Expression:
        self.take(token)
        self.deeper(token.start)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), False, False
        statements = self.statements_until(")")
        kind = "subexpression" if token.kind == "$(" else "array subexpression"
        error_id = "MissingEndParenthesisInSubexpression" if token.kind == "$(" else "MissingEndParenthesisInExpression"
        self.expect(")", error_id, f"Missing closing ')' in {kind}.")
        self.no_comma, self.in_ternary = outer
        self.depth -= 1
        made = e.SubExpression if token.kind == "$(" else e.ArrayExpression
        return made(self.extent(token.start), statements)

    def _hashtable(self, token: Token) -> e.Hashtable:
        """`@{ … }`; among the arguments of a method a comma ends its value too, as PowerShell has it."""
        self.take(token)
        self.deeper(token.start)
        outer, self.in_ternary = self.in_ternary, False
        entries: list[e.HashEntry] = []
        self.skip_newlines(semicolons=True)
        while self.peek(EXPRESSION).kind not in ("}", t.END):
            entries.append(self._entry())
            separator = self.peek(COMMAND)
            if separator.kind not in (t.NEWLINE, ";"):
                break
            self.skip_newlines(semicolons=True)
        self.close_brace(token.start)
        self.in_ternary = outer
        self.depth -= 1
        return e.Hashtable(self.extent(token.start), tuple(entries))

    def _entry(self) -> e.HashEntry:
        token = self.peek(EXPRESSION, signed=True)
        key: e.Expression | None
        if token.kind in (t.IDENTIFIER, t.GENERIC):
            self.take(token)
            key = e.String(self.extent(token.start), self.text(token), bare=True)
        else:
            key = self.unary()
        if key is None:
            self.unexpected(token)
        self.skip_newlines()
        self.expect("=", "MissingEqualsInHashLiteral", "Missing '=' operator after key in hash literal.", EXPRESSION)
        self.skip_newlines()
        value = self.statement()
        if value is None:
            self.fail_after("MissingStatementInHashLiteral", "Missing statement after '=' in hash literal.")
        return e.HashEntry(self.extent(token.start), key, value)

    def block_expression(self) -> e.ScriptBlockExpression:
        """`{ … }`; the next token is its brace."""
        token = self.next(EXPRESSION)
        self.deeper(token.start)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), False, False
        block = self.script_block("}")
        self.close_brace(token.start)
        self.no_comma, self.in_ternary = outer
        self.depth -= 1
        return e.ScriptBlockExpression(self.extent(token.start), block)

    # --- after a primary expression --------------------------------------------------------------------------------

    def member_access(self, target: e.Expression, mode: Mode) -> e.Expression:
        """`target` (a type is never indexed) with every `.name`, `::name`, `[index]` and `(…)` that follows without
        a space."""
        text, end = self.source.text, self.lexer.end
        while True:
            at = self.position
            if at >= end or text[at] not in _ACCESS:
                return target
            if text[at] == "<":
                at = self.lexer.past_comments(at)
            char = text[at : min(at + 2, end)]
            conditional = char.startswith("?") and char[1:] in (".", "[")
            if conditional:
                at += 1
                char = text[at : min(at + 2, end)]
            if char.startswith("[") and isinstance(target, e.Type):
                return target
            if char.startswith("["):
                target = self._index(target, at, null_conditional=conditional)
            elif char == "::" and not self._ends_command(at + 2, mode):
                target = self._member(target, at, 2, static=True)
            elif char.startswith(".") and char != ".." and not self._ends_command(at + 1, mode):
                target = self._member(target, at, 1, null_conditional=conditional)
            else:
                return target

    def _ends_command(self, position: int, mode: Mode) -> bool:
        """In command mode `$x .` and `$x. ` are two words."""
        if mode is not Mode.COMMAND:
            return False
        end = self.lexer.end
        return position >= end or (
            ends_word(self.source.text, position, end) and self.source.text[position] not in "({"
        )

    def _index(self, target: e.Expression, at: int, *, null_conditional: bool) -> e.Index:
        self.position = self.last_end = at + 1
        self.deeper(at)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), False, False
        self.skip_newlines()
        index = self.expression()
        if index is None:
            self.fail_after("MissingArrayIndexExpression", "Array index expression is missing or not valid.")
        self.skip_newlines()
        message = "Missing ']' after array index expression."
        self.expect("]", "MissingEndSquareBracket", message, EXPRESSION)
        self.no_comma, self.in_ternary = outer
        self.depth -= 1
        return e.Index(self.extent(target.extent.start), target, index, null_conditional)

    def _member(
        self, target: e.Expression, at: int, width: int, *, static: bool = False, null_conditional: bool = False
    ) -> e.Expression:
        self.position = self.last_end = at + width
        name = self._plain_name() or self._member_name()
        following = self.source.text[self.position : self.position + 1] if self.position < self.lexer.end else ""
        if (
            following == "["
            and isinstance(name, e.String)
            and (types := _OF_TYPES.match(self.source.text, self.position))
        ):
            self.position = self.last_end = types.end()
            name, following = e.String(self.extent(name.extent.start), name.value + types[0], bare=True), "("
        if following not in ("(", "{"):
            return e.Member(self.extent(target.extent.start), target, name, static, null_conditional)
        arguments = self._call_arguments() if following == "(" else (self.block_expression(),)
        return e.Invoke(self.extent(target.extent.start), target, name, arguments, static, null_conditional)

    def _plain_name(self) -> e.Expression | None:
        """A member's name where it follows at once, as nearly all do."""
        start = self.position
        match = _MEMBER_NAME.match(self.source.text, start, self.lexer.end)
        if match is None:
            return None
        self.position = self.last_end = match.end()
        return e.String(Extent(self.source, start, match.end()), match[0], True)

    def _member_name(self) -> e.Expression:
        self.skip_newlines()
        token = self.peek(EXPRESSION, name=True)
        if token.kind in _NAMED_MEMBERS:
            self.take(token)
            return e.String(self.extent(token.start), self.text(token), bare=True)
        found = self.simple(token)
        if found is None:
            self.fail_after("MissingPropertyName", "Missing property name after reference operator.")
        return found

    def _call_arguments(self) -> tuple[e.Expression, ...]:
        opening = self.next(EXPRESSION)
        self.deeper(opening.start)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), True, False
        arguments: list[e.Expression] = []
        self.skip_newlines()
        while self.peek(EXPRESSION).kind not in (")", t.END):
            argument = self.expression()
            if argument is None:
                self.unexpected(self.peek(EXPRESSION))
            arguments.append(argument)
            self.skip_newlines()
            if not self.take_if(",", EXPRESSION):
                break
            self.skip_newlines()
            if self.peek(EXPRESSION).kind in (")", t.END):
                self.fail_after("MissingExpressionAfterToken", "Missing expression after ','.")
        self.no_comma, self.in_ternary = outer
        self.expect(")", "MissingEndParenthesisInMethodCall", "Missing ')' in method call.", EXPRESSION)
        self.depth -= 1
        return tuple(arguments)
