"""Expressions with operators: unary, casts, lists, binary by precedence, ternary."""

from __future__ import annotations

import re

from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import DASHES, QUOTES
from lync_magic.language.lexer.plain import OPERAND, OPERAND_STARTS
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.parser.core import EXPRESSION, LINE_ENDS
from lync_magic.language.parser.primary import ACCESS, OPENING, PrimaryParser
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax.source import Extent

_STARTS_OPERAND = frozenset(
    {t.VARIABLE, t.NUMBER, t.STRING, t.EXPANDABLE, t.SPLAT, "(", "$(", "@(", "@{", "{", "[", "+", "-", "!", "++", "--"}
)
ASSIGNABLE = frozenset((e.Variable, e.Member, e.Index, e.Invoke))
_CAST_LEADS = frozenset("({[")
_CAST = t.UNARY - {"split", "csplit", "join"}
"""The unary operators that may follow a cast."""
ENDS_EXPRESSION = frozenset(("", *")}];|&=\r\n"))
"""What the next token starts with where an expression is over, whatever stands there."""
_Waiting = tuple[int, e.Expression, str, Extent]
"""The precedence of an operator, its left operand, its name, and where it stands."""
_SIGNS = frozenset("+" + DASHES)
BEHIND = ACCESS | _SIGNS
"""What stands behind an operand and belongs to it starts with one of these."""
_STEP = re.compile(rf"\+\+|[{DASHES}]{{2}}").match


class ExpressionParser(PrimaryParser):
    """Whole expressions."""

    def expression(self) -> e.Expression | None:
        """An expression, or None where a command starts; nothing is read then."""
        first = self.unary()
        return first if first is None or self.lead in ENDS_EXPRESSION else self.operated(first)

    def operated(self, first: e.Expression) -> e.Expression:
        """An operand with the operators behind it."""
        if self.lead == ",":
            if self.no_comma:
                return first
            first = self._list(first)
        found = self._binary(first)
        return self._ternary(found) if self.lead == "?" and self.peek(EXPRESSION).kind == "?" else found

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
        return e.Ternary(self.source, condition.start, self.last_end, condition, if_true, if_false)

    # --- binary ----------------------------------------------------------------------------------------------------

    def _binary(self, first: e.Expression) -> e.Expression:
        """Operator precedence with a stack of what waits for its right operand, so that a long chain costs no depth."""
        waiting: list[_Waiting] = []
        last, text = first, self.text
        while self.lead not in ENDS_EXPRESSION:
            match = plain.OPERATOR(text, self.start)
            if match is None:
                name, end = self._operator()
            else:
                name, end = t.OPERATORS.get(match[1].lower(), "") if match[1] else match[0], match.end()
            precedence = t.PRECEDENCE.get(name)
            if precedence is None:
                break
            while waiting and waiting[-1][0] >= precedence:
                last = self._joined(waiting.pop(), last)
            waiting.append((precedence, last, name, Extent(self.source, self.start, end)))
            self.go(end)
            if self.lead in LINE_ENDS:
                self.skip_newlines()
            operand = self.unary()
            if operand is None:
                message = f"You must provide a value expression following the '{waiting[-1][3].text}' operator."
                self.fail(end, "ExpectedValueExpression", message)
            last = self._list(operand) if self.lead == "," else operand
        while waiting:
            last = self._joined(waiting.pop(), last)
        return last

    def _operator(self) -> tuple[str, int]:
        """The operator that is next, by its one name, or what else is there; and where it ends."""
        token = self.peek(EXPRESSION)
        return str(token.value) if token.kind == t.OPERATOR else token.kind, token.end

    def _joined(self, waiting: _Waiting, right: e.Expression) -> e.Binary:
        _precedence, left, name, place = waiting
        return e.Binary(self.source, left.start, right.end, name, left, right, place)

    # --- lists and unary -------------------------------------------------------------------------------------------

    def _list(self, first: e.Expression) -> e.Expression:
        if self.no_comma:
            return first
        items = [first]
        while self.lead == ",":
            self.go(self.start + 1)
            if self.lead in LINE_ENDS:
                self.skip_newlines()
            item = self.unary()
            if item is None:
                self.fail_after("MissingExpressionAfterToken", "Missing expression after ','.")
            items.append(item)
        return e.ArrayLiteral(self.source, first.start, items[-1].end, tuple(items))

    def unary(self) -> e.Expression | None:
        """An operand with its unary operators and casts."""
        if self.lead in OPERAND_STARTS and (match := OPERAND(self.text, self.start)) is not None:
            plainly = self.operand(match)
            return self.behind(plainly) if self.lead in BEHIND else plainly
        lead = self.lead
        if lead == "[":
            return self._bracket()
        if lead in OPENING and (found := self.enclosed()) is not None:
            return self.behind(found) if self.lead in BEHIND else found
        if lead in QUOTES:
            token = self.peek(EXPRESSION)
            self.go(token.end)
            text = self.string_of(token)
            return self.behind(text) if self.lead in BEHIND else text
        if (prefix := plain.PREFIX(self.text, self.start)) is not None:
            return self._unary(prefix[1] or prefix[0], prefix.end())
        token = self.peek(EXPRESSION, signed=True)
        if token.kind == t.REDIRECTION and (spelled := self.spelled(token))[0].isdigit() and "&" not in spelled:
            token = Token(t.NUMBER, token.start, token.start + 1, int(spelled[0]))  # `2> file` begins with a number
        if token.kind == t.NUMBER:
            self.take(token)
            number = e.Constant(self.source, token.start, self.last_end, token.value)
            return self.behind(number)
        name = str(token.value) if token.kind == t.OPERATOR else token.kind
        if name in t.UNARY and not (name == "," and self.no_comma):
            return self._unary(name, token.end)
        found = self.simple(token)
        return None if found is None else self.behind(found)

    def _unary(self, name: str, end: int) -> e.Expression:
        """What a unary operator that ends there makes of its operand; it is the next thing."""
        start = self.start
        self.go(end)
        self.deeper(start)
        self.skip_newlines()
        operand = self.unary()
        if operand is None:
            message = f"Missing expression after unary operator '{self.text[start:end]}'."
            self.fail(end, "MissingExpressionAfterOperator", message)
        self.depth -= 1
        if name in ("++", "--") and not _assignable(operand):
            message = f"The '{name}' operator works only on variables or on properties."  # PowerShell's own words
            self.fail(operand.start, "OperatorRequiresVariableOrProperty", message)
        return e.Unary(self.source, start, self.last_end, "not" if name == "!" else name, operand)

    def behind(self, operand: e.Expression) -> e.Expression:
        """An operand with its member accesses, and `++` or `--` behind it."""
        operand = self.member_access(operand, EXPRESSION)
        if self.lead in _SIGNS and _STEP(self.text, self.start):
            return self._postfix(operand)
        return operand

    def _postfix(self, operand: e.Expression) -> e.Postfix:
        kind = "++" if self.lead == "+" else "--"
        if not _assignable(operand):
            message = f"The '{kind}' operator works only on variables or on properties."
            self.fail(operand.start, "OperatorRequiresVariableOrProperty", message)
        self.go(self.start + 2)
        return e.Postfix(self.source, operand.start, self.last_end, kind, operand)

    def _bracket(self) -> e.Expression:
        """A type, a cast, or attributes on a variable."""
        start = self.start
        self.deeper(start)
        first = self.bracketed()
        found = self._after_bracket(start, first)
        self.depth -= 1
        return found

    def _after_bracket(self, start: int, first: e.TypeName | e.Attribute) -> e.Expression:
        end = self.last_end
        if isinstance(first, e.TypeName) and self.lead in ACCESS:
            literal = e.Type(self.source, start, end, first)
            accessed = self.behind(literal)
            if accessed is not literal:
                return accessed
        if self._operand_follows():
            operand = self.unary()
            if operand is not None:
                if isinstance(first, e.Attribute):
                    return e.Attributed(self.source, start, self.last_end, first, operand)
                return e.Cast(self.source, start, self.last_end, first, operand)
        if isinstance(first, e.Attribute):
            self.fail(start, "UnexpectedAttribute", f"Unexpected attribute '{first.type}'.")
        return e.Type(self.source, start, end, first)

    def _operand_follows(self) -> bool:
        """Whether a type in brackets is a cast."""
        if self.lead in _CAST_LEADS or self.plain_operand() is not None:
            return True
        following = self.peek(EXPRESSION, signed=True)
        return following.kind in _STARTS_OPERAND or (following.kind is t.OPERATOR and following.value in _CAST)


def _assignable(target: e.Expression) -> bool:
    while isinstance(target, (e.Cast, e.Attributed)):
        target = target.operand
    return type(target) in ASSIGNABLE or isinstance(target, e.Paren)
