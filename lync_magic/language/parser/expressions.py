"""Expressions with operators: unary, casts, lists, binary by precedence, ternary."""

from __future__ import annotations

from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import DASHES
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.parser.core import EXPRESSION
from lync_magic.language.parser.primary import PrimaryParser
from lync_magic.language.syntax import expressions as e

_STARTS_OPERAND = frozenset(
    {t.VARIABLE, t.NUMBER, t.STRING, t.EXPANDABLE, t.SPLAT, "(", "$(", "@(", "@{", "{", "[", "+", "-", "!", "++", "--"}
)
_ENDS_EXPRESSION = frozenset(("", *")}];|&=\r\n"))
"""What the next token starts with where an expression is over, whatever stands there."""
_SIGNS = frozenset("+" + DASHES)


class ExpressionParser(PrimaryParser):
    """Whole expressions."""

    def expression(self) -> e.Expression | None:
        """An expression, or None where a command starts; nothing is read then."""
        first = self.unary()
        if first is None or self.lead() in _ENDS_EXPRESSION:
            return first
        found = self._binary(self._list(first))
        return self._ternary(found) if self.peek(EXPRESSION).kind == "?" else found

    def _ternary(self, condition: e.Expression) -> e.Ternary:
        self.deeper(self.position)
        self.next(EXPRESSION)
        outer, self.in_ternary = self.in_ternary, True
        self.skip_newlines()
        if_true = self.expression()
        if if_true is None:
            self.fail_after(
                "ExpectedValueExpression", "You must provide a value expression following the '?' operator."
            )
        self.skip_newlines()
        message = "Missing ':' after the ternary expression."
        self.expect(":", "MissingColonInTernaryExpression", message, EXPRESSION)
        self.in_ternary = outer
        self.skip_newlines()
        if_false = self.expression()
        if if_false is None:
            self.fail_after(
                "ExpectedValueExpression", "You must provide a value expression following the ':' operator."
            )
        self.depth -= 1
        return e.Ternary(self.extent(condition.extent.start), condition, if_true, if_false)

    # --- binary ----------------------------------------------------------------------------------------------------

    def _binary(self, first: e.Expression) -> e.Expression:
        """Operator precedence with two stacks, so that a long chain costs no depth."""
        operands = [first]
        operators: list[tuple[int, str, Token]] = []
        while True:
            token = self.peek(EXPRESSION)
            name = str(token.value) if token.kind == t.OPERATOR else token.kind
            precedence = t.PRECEDENCE.get(name)
            if precedence is None:
                break
            while operators and operators[-1][0] >= precedence:
                self._reduce(operands, operators)
            self.take(token)
            self.skip_newlines()
            operand = self.unary()
            if operand is None:
                message = f"You must provide a value expression following the '{self.text(token)}' operator."
                self.fail(token.end, "ExpectedValueExpression", message)
            operators.append((precedence, name, token))
            operands.append(self._list(operand))
        while operators:
            self._reduce(operands, operators)
        return operands[0]

    def _reduce(self, operands: list[e.Expression], operators: list[tuple[int, str, Token]]) -> None:
        right, left = operands.pop(), operands.pop()
        _precedence, name, token = operators.pop()
        place = self.extent(token.start, token.end)
        operands.append(e.Binary(left.extent.to(right.extent), name, left, right, place))

    # --- lists and unary -------------------------------------------------------------------------------------------

    def _list(self, first: e.Expression) -> e.Expression:
        if self.lead() != "," or self.no_comma:
            return first
        items = [first]
        while True:
            comma = self.take_if(",", EXPRESSION)
            if comma is None:
                return e.ArrayLiteral(first.extent.to(items[-1].extent), tuple(items))
            self.skip_newlines()
            item = self.unary()
            if item is None:
                self.fail(comma.end, "MissingExpressionAfterToken", "Missing expression after ','.")
            items.append(item)

    def unary(self) -> e.Expression | None:
        """An operand with its unary operators and casts."""
        token = self.peek(EXPRESSION, signed=True)
        if token.kind == t.REDIRECTION and (text := self.text(token))[0].isdigit() and "&" not in text:
            token = Token(t.NUMBER, token.start, token.start + 1, int(text[0]))  # `2> file` begins with a number
        if token.kind == t.NUMBER:
            self.take(token)
            number = e.Constant(self.extent(token.start), token.value)
            return self._postfix(self.member_access(number, EXPRESSION))
        if token.kind == "[":
            return self._bracket(token)
        name = str(token.value) if token.kind == t.OPERATOR else token.kind
        if name in t.UNARY and not (name == "," and self.no_comma):
            return self._unary(token, name)
        found = self.simple(token)
        return None if found is None else self._postfix(self.member_access(found, EXPRESSION))

    def _unary(self, token: Token, name: str) -> e.Expression:
        self.take(token)
        self.deeper(token.start)
        self.skip_newlines()
        operand = self.unary()
        if operand is None:
            message = f"Missing expression after unary operator '{self.text(token)}'."
            self.fail(token.end, "MissingExpressionAfterOperator", message)
        self.depth -= 1
        if name in ("++", "--") and not _assignable(operand):
            message = f"The '{name}' operator works only on variables or on properties."  # PowerShell's own words
            self.fail(operand.extent.start, "OperatorRequiresVariableOrProperty", message)
        return e.Unary(self.extent(token.start), "not" if name == "!" else name, operand)

    def _postfix(self, operand: e.Expression) -> e.Expression:
        if self.lead() not in _SIGNS:
            return operand
        token = self.peek(EXPRESSION)
        if token.kind not in ("++", "--"):
            return operand
        if not _assignable(operand):
            message = f"The '{token.kind}' operator works only on variables or on properties."
            self.fail(operand.extent.start, "OperatorRequiresVariableOrProperty", message)
        self.take(token)
        return e.Postfix(self.extent(operand.extent.start), token.kind, operand)

    def _bracket(self, token: Token) -> e.Expression:
        """A type, a cast, or attributes on a variable."""
        self.deeper(token.start)
        first = self.bracketed()
        found = self._after_bracket(first)
        self.depth -= 1
        return found

    def _after_bracket(self, first: e.TypeName | e.Attribute) -> e.Expression:
        start = self.source.text.rfind("[", 0, first.extent.start + 1)
        extent = self.extent(start)
        if isinstance(first, e.TypeName):
            literal = e.Type(extent, first)
            accessed = self.member_access(literal, EXPRESSION)
            if accessed is not literal:
                return self._postfix(accessed)
        following = self.peek(EXPRESSION, signed=True)
        is_operator = following.kind == t.OPERATOR and following.value in t.UNARY - {"split", "csplit", "join"}
        if following.kind in _STARTS_OPERAND or is_operator:
            operand = self.unary()
            if operand is not None:
                whole = self.extent(start)
                if isinstance(first, e.Attribute):
                    return e.Attributed(whole, first, operand)
                return e.Cast(whole, first, operand)
        if isinstance(first, e.Attribute):
            self.fail(start, "UnexpectedAttribute", f"Unexpected attribute '{first.type}'.")
        return e.Type(extent, first)


def _assignable(target: e.Expression) -> bool:
    while isinstance(target, e.Cast | e.Attributed):
        target = target.operand
    if isinstance(target, e.Paren):
        return True
    return isinstance(target, e.Variable | e.Member | e.Index | e.Invoke)
