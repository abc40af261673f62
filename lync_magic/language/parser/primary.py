"""Primary expressions: variables, literals, parentheses, hashtables, script blocks, and member access after them."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import NoReturn

from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import ends_word
from lync_magic.language.lexer.plain import DRIVE, NUMBER, PROPERTY, TEXTS, VARIABLE, WORD
from lync_magic.language.lexer.tokens import Mode, Token
from lync_magic.language.lexer.variables import VariableRead
from lync_magic.language.parser.core import COMMAND, EXPRESSION, LINE_ENDS, SEPARATORS
from lync_magic.language.parser.types import TypeParser
from lync_magic.language.syntax import expressions as e

ACCESS = frozenset(".[:?<")
"""What a member access starts with, or a comment before one."""
_NAMED = re.compile(r"(?:\.|(::))([A-Za-z_]\w*)(?![\w\[{])").match
"""A member whose name follows at once, as nearly all do."""
_OF_TYPES = re.compile(
    r"\[ *[A-Za-z_][\w.]*(?:\[[\w.,\[\] ]*\])?(?: *, *[A-Za-z_][\w.]*(?:\[[\w.,\[\] ]*\])?)* *\](?=\()"
)
"""The types of a generic method, behind its name."""
OPENING = frozenset("({@$")
"""What is in brackets that are not square ones starts with one of these."""
_ENDS_HASHTABLE = frozenset(("", "}"))
_ENDS_CALL = frozenset(("", ")"))
_NAMED_MEMBERS = (t.IDENTIFIER, t.KEYWORD)


class PrimaryParser(TypeParser):
    """Expressions that need no operator."""

    @abstractmethod
    def unary(self) -> e.Expression | None:
        """An operand with its unary operators; a key of a hashtable may have one."""

    def primary(self) -> e.Expression | None:
        """A primary expression with its member accesses as an argument of a command, or None where none starts."""
        found = self.enclosed() or self.simple(self.peek(COMMAND))
        return self.member_access(found, COMMAND) if found is not None and self.lead in ACCESS else found

    def operand(self, match: re.Match[str]) -> e.Expression:
        """The node of a plain operand or argument (a match of `plain.OPERAND` or `plain.ARGUMENT`), gone past."""
        start, end, group = self.start, match.end(), match.lastindex or 0
        self.go(end)
        if group == VARIABLE:
            return e.Variable(self.source, start, end, match[VARIABLE])
        if group in TEXTS:
            return e.String(self.source, start, end, match[group], group == WORD)
        if group == NUMBER:
            return e.Constant(self.source, start, end, int(match[group]))
        if group == PROPERTY:
            at = match.start(group)
            variable = e.Variable(self.source, start, at - 1, match[VARIABLE])
            return e.Member(self.source, start, end, variable, e.String(self.source, at, end, match[group], True))
        return e.Variable(self.source, start, end, match[group], match[DRIVE].lower())

    def simple(self, token: Token) -> e.Expression | None:
        """The primary expression that starts with the next token, without what follows it; None where none starts."""
        match token.kind:
            case t.VARIABLE:
                self.take(token)
                return self.variable_at(token)
            case t.NUMBER:
                self.take(token)
                return e.Constant(self.source, token.start, self.last_end, token.value)
            case t.STRING | t.EXPANDABLE:
                self.take(token)
                return self.string_of(token)
            case t.SPLAT:
                self.no_splat(token)
        return self.enclosed()

    def enclosed(self) -> e.Expression | None:
        """What stands in brackets that are not square ones, where it is next."""
        lead = self.lead
        if lead not in OPENING:
            return None
        if lead == "(":
            return self._paren()
        if lead == "{":
            return self.block_expression()
        text, start = self.text, self.start
        if text.startswith(("@(", "$("), start):
            return self._statements(lead)
        return self._hashtable() if text.startswith("@{", start) else None

    def no_splat(self, token: Token) -> NoReturn:
        """Raises CellSyntaxError for a `@name` that is no argument by itself."""
        name = self.spelled(token)[1:]
        message = (
            "The splatting operator '@' cannot be used to reference variables in an expression. "
            f"'@{name}' can be used only as an argument to a command. To reference variables in an expression use "
            f"'${name}'."
        )
        self.fail(token.start, "SplattingNotPermitted", message)

    def plain_variable(self) -> e.Variable | None:
        """The variable that is next, without what may follow one in an expression; None where none is."""
        match = self.plain_operand()
        if match is not None and match.lastindex == VARIABLE:
            end = match.end()
            found = e.Variable(self.source, self.start, end, match[VARIABLE])
            self.go(end)
            return found
        token = self.peek(EXPRESSION)
        return self.variable_at(self.take(token)) if token.kind == t.VARIABLE else None

    def variable_at(self, token: Token) -> e.Variable:
        """The node of a variable or splat token."""
        read = token.value
        if not isinstance(read, VariableRead):
            self.unexpected(token)
        return self.variable_of(read, splatted=token.kind == t.SPLAT)

    # --- brackets --------------------------------------------------------------------------------------------------

    def _paren(self) -> e.Paren:
        start = self.start
        self.deeper(start)
        self.go(start + 1)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), False, False
        self.skip_newlines()
        inner = self.pipeline()
        if inner is None:
            self.fail_after("ExpectedExpression", "An expression was expected after '('.")
        if self.lead in LINE_ENDS:
            self.skip_newlines()
            self.peek(COMMAND)  # a text that is left open on the next line is said before the missing parenthesis
        self.expect(")", "MissingEndParenthesisInExpression", "Missing closing ')' in expression.", EXPRESSION)
        self.no_comma, self.in_ternary = outer
        self.depth -= 1
        return e.Paren(self.source, start, self.last_end, inner)

    def _statements(self, lead: str) -> e.Expression:
        """`$( … )` or `@( … )`."""
        start = self.start
        self.deeper(start)
        self.go(start + 2)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), False, False
        statements = self.statements_until(")")
        kind = "subexpression" if lead == "$" else "array subexpression"
        error_id = "MissingEndParenthesisInSubexpression" if lead == "$" else "MissingEndParenthesisInExpression"
        self.expect(")", error_id, f"Missing closing ')' in {kind}.")
        self.no_comma, self.in_ternary = outer
        self.depth -= 1
        made = e.SubExpression if lead == "$" else e.ArrayExpression
        return made(self.source, start, self.last_end, statements)

    def _hashtable(self) -> e.Hashtable:
        """`@{ … }`; among the arguments of a method a comma ends its value too, as PowerShell has it."""
        start = self.start
        self.deeper(start)
        self.go(start + 2)
        outer, self.in_ternary = self.in_ternary, False
        entries: list[e.HashEntry] = []
        self.skip_separators()
        while self.lead not in _ENDS_HASHTABLE:
            entries.append(self._entry())
            if self.lead not in SEPARATORS:
                break
            self.skip_separators()
        self.close_brace(start)
        self.in_ternary = outer
        self.depth -= 1
        return e.Hashtable(self.source, start, self.last_end, tuple(entries))

    def _entry(self) -> e.HashEntry:
        start = self.start
        key: e.Expression | None
        if self.lead in plain.WORD_STARTS and (match := plain.NAME(self.text, start)) is not None:
            self.go(match.end())
            key = e.String(self.source, start, match.end(), match[0], True)
        elif (token := self.peek(EXPRESSION, signed=True)).kind in (t.IDENTIFIER, t.GENERIC):
            self.take(token)
            key = e.String(self.source, token.start, self.last_end, self.spelled(token), bare=True)
        else:
            key = self.unary()
        if key is None:
            self.unexpected(token)
        if self.lead != "=":
            self.skip_newlines()
        self.expect("=", "MissingEqualsInHashLiteral", "Missing '=' operator after key in hash literal.", EXPRESSION)
        if self.lead in LINE_ENDS:
            self.skip_newlines()
        value = self.statement()
        if value is None:
            self.fail_after("MissingStatementInHashLiteral", "Missing statement after '=' in hash literal.")
        return e.HashEntry(self.source, start, self.last_end, key, value)

    def block_expression(self) -> e.ScriptBlockExpression:
        """`{ … }`; the next token is its brace."""
        start = self.start
        self.deeper(start)
        self.go(start + 1)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), False, False
        block = self.script_block("}")
        self.close_brace(start)
        self.no_comma, self.in_ternary = outer
        self.depth -= 1
        return e.ScriptBlockExpression(self.source, start, self.last_end, block)

    # --- after a primary expression --------------------------------------------------------------------------------

    def member_access(self, target: e.Expression, mode: Mode) -> e.Expression:
        """`target` (a type is never indexed) with every `.name`, `::name`, `[index]` and `(…)` that follows without
        a space."""
        text = self.text
        while self.lead in ACCESS:
            at = self.position
            match = _NAMED(text, at)
            if match is not None:
                target = self._named(target, match)
                continue
            if text[at] == "<":
                at = self.lexer.past_comments(at)
            char = text[at : at + 2]
            conditional = char.startswith("?") and char[1:] in (".", "[")
            if conditional:
                at += 1
                char = text[at : at + 2]
            if char.startswith("[") and isinstance(target, e.Type):
                return target
            if char.startswith("["):
                target = self._index(target, at, null_conditional=conditional)
            elif char == "::" and not self._ends_command(at + 2, mode):
                target = self._member(target, at, 2, static=True)
            elif char.startswith(".") and char != ".." and not self._ends_command(at + 1, mode):
                target = self._member(target, at, 1, null_conditional=conditional)
            else:
                break
        return target

    def _ends_command(self, position: int, mode: Mode) -> bool:
        """In command mode `$x .` and `$x. ` are two words."""
        if mode is not Mode.COMMAND:
            return False
        end = self.end
        return position >= end or (ends_word(self.text, position, end) and self.text[position] not in "({")

    def _index(self, target: e.Expression, at: int, *, null_conditional: bool) -> e.Index:
        self.go(at + 1)
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
        return e.Index(self.source, target.start, self.last_end, target, index, null_conditional)

    def _member(
        self, target: e.Expression, at: int, width: int, *, static: bool = False, null_conditional: bool = False
    ) -> e.Expression:
        self.go(at + width)
        name = self._plain_name() or self._member_name()
        following = self.text[self.position : self.position + 1]
        if following == "[" and isinstance(name, e.String) and (types := _OF_TYPES.match(self.text, self.position)):
            self.go(types.end())
            name, following = e.String(self.source, name.start, self.last_end, name.value + types[0], bare=True), "("
        if following not in ("(", "{"):
            return e.Member(self.source, target.start, self.last_end, target, name, static, null_conditional)
        arguments = self._call_arguments() if following == "(" else (self.block_expression(),)
        return e.Invoke(self.source, target.start, self.last_end, target, name, arguments, static, null_conditional)

    def _named(self, target: e.Expression, match: re.Match[str]) -> e.Expression:
        end, start, static = match.end(), target.start, match[1] is not None
        self.go(end)
        name = e.String(self.source, match.start(2), end, match[2], True)
        if self.lead == "(" and self.start == end:
            arguments = self._call_arguments()
            return e.Invoke(self.source, start, self.last_end, target, name, arguments, static)
        return e.Member(self.source, start, end, target, name, static)

    def _plain_name(self) -> e.Expression | None:
        """A member's name where it follows at once, as nearly all do."""
        start = self.position
        match = plain.NAME(self.text, start)
        if match is None:
            return None
        self.go(match.end())
        return e.String(self.source, start, match.end(), match[0], True)

    def _member_name(self) -> e.Expression:
        self.skip_newlines()
        token = self.peek(EXPRESSION, name=True)
        if token.kind in _NAMED_MEMBERS:
            self.take(token)
            return e.String(self.source, token.start, self.last_end, self.spelled(token), bare=True)
        found = self.simple(token)
        if found is None:
            self.fail_after("MissingPropertyName", "Missing property name after reference operator.")
        return found

    def _call_arguments(self) -> tuple[e.Expression, ...]:
        self.deeper(self.start)
        self.go(self.start + 1)
        outer, self.no_comma, self.in_ternary = (self.no_comma, self.in_ternary), True, False
        arguments: list[e.Expression] = []
        if self.lead in LINE_ENDS:
            self.skip_newlines()
        while self.lead not in _ENDS_CALL:
            argument = self.expression()
            if argument is None:
                self.unexpected(self.peek(EXPRESSION))
            arguments.append(argument)
            if self.lead in LINE_ENDS:
                self.skip_newlines()
            if self.lead != ",":
                break
            self.go(self.start + 1)
            if self.lead in LINE_ENDS:
                self.skip_newlines()
            if self.lead in _ENDS_CALL:
                self.fail_after("MissingExpressionAfterToken", "Missing expression after ','.")
        self.no_comma, self.in_ternary = outer
        self.expect(")", "MissingEndParenthesisInMethodCall", "Missing ')' in method call.", EXPRESSION)
        self.depth -= 1
        return tuple(arguments)
