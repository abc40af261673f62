"""Pipelines, commands with their arguments, redirections, and assignments."""

from __future__ import annotations

import re
from string import ascii_letters

from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.parser.core import COMMAND, EXPRESSION
from lync_magic.language.parser.expressions import ExpressionParser
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

_ENDS_COMMAND = frozenset({"|", "||", "&&", "&", ";", ")", "}", t.NEWLINE, t.END})
_ENDS_STATEMENT = frozenset({";", ")", "}", t.NEWLINE, t.END})
_PIPE = re.compile(r"\|(?!\|)")
_CLOSERS = frozenset(("", *")};"))
"""What the next token starts with where a pipeline is over."""
_LINE_ENDS = frozenset("\r\n")
_STARTS_WORD = frozenset("_" + ascii_letters)
"""What a command's name mostly starts with, and an expression never."""
_VERBATIM = re.compile(r'(?:"[^"\r\n]*"?|[^|"\r\n])*')
_PRIMARY_ARGUMENTS = frozenset(
    {t.VARIABLE, t.NUMBER, t.STRING, t.EXPANDABLE, "(", "$(", "@(", "@{", "{"},
)


class CommandParser(ExpressionParser):
    """What a statement that is no keyword's is made of."""

    def pipeline(self) -> s.Statement | None:
        """A pipeline, a chain of them, or an assignment; None where none starts."""
        left = self._one_pipeline()
        if left is None or self.lead() in _CLOSERS:
            return left
        while True:
            token = self.peek(COMMAND)
            if token.kind not in ("&&", "||"):
                break
            self.take(token)
            self.skip_newlines()
            right = self._one_pipeline(chained=True)
            if right is None:
                message = "A pipeline chain operator must be followed by a pipeline."
                self.fail(token.end, "EmptyPipelineChainElement", message)
            left = s.Chain(left.extent.to(right.extent), left, token.kind, right)
        if token.kind == "&":
            self.take(token)
            return s.Pipeline(left.extent, left.elements, background=True) if isinstance(left, s.Pipeline) else left
        if token.kind not in _ENDS_STATEMENT:
            self.unexpected(token)
        return left

    def _one_pipeline(self, *, chained: bool = False) -> s.Statement | None:
        """One pipeline, or an assignment where it is not chained to another."""
        lead, start = self.lead(), self.start
        first = None if lead in _STARTS_WORD else self.expression()
        elements: list[s.Element] = []
        if first is not None:
            if self.lead() in _CLOSERS:
                return s.Pipeline(self.extent(start), (s.CommandExpression(self.extent(start), (), first),))
            operator = self.peek(EXPRESSION)
            if operator.kind in t.ASSIGNMENTS:
                if chained:
                    self.unexpected(operator)
                return self._assignment(first, operator)
            elements.append(self._with_redirections(first))
        else:
            token = self.peek(COMMAND)
            if token.kind == "|":
                self.fail(token.start, "EmptyPipeElement", "An empty pipe element is not allowed.")
            if token.kind in _ENDS_COMMAND and token.kind != "&":
                return None
            elements.append(self._command())
        while self._pipe_follows():
            elements.append(self._element())
        return s.Pipeline(self.extent(start, elements[-1].extent.end), tuple(elements))

    def _pipe_follows(self) -> bool:
        """Go past `|`, which may also start the next line."""
        lead = self.lead()
        if lead in _LINE_ENDS:
            line = self.lexer.blank(self.lexer.past_lines(self.position))
            if not _PIPE.match(self.source.text, line, self.lexer.end):
                return False
            self.position = line
        elif lead != "|":
            return False
        token = self.peek(COMMAND)
        if token.kind != "|":
            return False
        self.take(token)
        self.skip_newlines()
        return True

    def _element(self) -> s.Element:
        token = self.peek(COMMAND)
        if token.kind in _ENDS_COMMAND and token.kind != "&":
            self.fail_after("EmptyPipeElement", "An empty pipe element is not allowed.")
        before = self.position
        if self.expression() is not None:
            message = "Expressions are only allowed as the first element of a pipeline."
            self.fail(token.start, "ExpressionsMustBeFirstInPipeline", message)
        self.position = before
        return self._command()

    def _with_redirections(self, expression: e.Expression) -> s.CommandExpression:
        redirections: list[s.Redirection] = []
        while True:
            token = self.peek(EXPRESSION)
            if token.kind != t.REDIRECTION:
                break
            redirections.append(self._redirection(token))
        return s.CommandExpression(self.extent(expression.extent.start), tuple(redirections), expression)

    def _assignment(self, target: e.Expression, operator: Token) -> s.Assignment:
        self._check_target(target)
        self.take(operator)
        self.deeper(operator.start)
        self.skip_newlines()
        value = self.statement()
        if value is None:
            message = f"You must provide a value expression following the '{operator.kind}' operator."
            self.fail(operator.end, "ExpectedValueExpression", message)
        self.depth -= 1
        return s.Assignment(self.extent(target.extent.start, value.extent.end), target, operator.kind, value)

    def _check_target(self, target: e.Expression) -> None:
        inner = target
        while isinstance(inner, e.Cast | e.Attributed):
            inner = inner.operand
        if isinstance(inner, e.ArrayLiteral):
            for item in inner.items:
                self._check_target(item)
            return
        if isinstance(inner, e.Paren):
            if isinstance(inner.statement, s.Pipeline) and len(inner.statement.elements) == 1:
                element = inner.statement.elements[0]
                if isinstance(element, s.CommandExpression):
                    self._check_target(element.expression)
                    return
        elif isinstance(inner, e.Variable | e.Member | e.Index | e.Invoke):
            return
        message = (
            "The assignment expression is not valid. The input to an assignment operator must be an "
            "object that is able to "
            "accept assignments, such as a variable or a property."
        )
        self.fail(target.extent.start, "InvalidLeftHandSide", message)

    # --- commands --------------------------------------------------------------------------------------------------

    def _command(self) -> s.CommandCall:
        first = self.peek(COMMAND)
        invocation = ""
        token = first
        if token.kind in ("&", "."):
            self.take(token)
            invocation = token.kind
            token = self.peek(COMMAND)
            if token.kind in _ENDS_COMMAND or token.kind == t.REDIRECTION:
                message = f"Missing expression after '{invocation}' in pipeline element."
                self.fail(first.start, "MissingExpression", message)
        name = self._command_name(token, invocation)
        elements: list[s.Parameter | e.Expression] = []
        redirections: list[s.Redirection] = []
        parameters_over = False
        while True:
            token = self.peek(COMMAND)
            if token.kind in _ENDS_COMMAND:
                break
            if token.kind == t.REDIRECTION:
                redirections.append(self._redirection(token))
            elif token.kind == "--":
                self.take(token)
                parameters_over = True
                elements.append(s.Parameter(self.extent(token.start), "", "--"))
            elif token.kind == t.PARAMETER and not parameters_over:
                elements.append(self._parameter(token))
            elif token.kind == t.GENERIC and token.value == "--%":
                elements += self._verbatim(token)
            else:
                elements.append(self.argument())
        return s.CommandCall(self.extent(first.start), tuple(redirections), name, tuple(elements), invocation)

    def _command_name(self, token: Token, invocation: str) -> e.Expression:
        if invocation or token.kind == ",":
            return self._one_argument(token)
        if token.kind == t.INPUT_REDIRECTION:
            self.unexpected(token)
        self.take(token)
        value = token.value if token.kind == t.GENERIC and isinstance(token.value, str) else self.text(token)
        return e.String(self.extent(token.start), str(value), bare=True)

    def _parameter(self, token: Token) -> s.Parameter:
        self.take(token)
        name = str(token.value)
        if self.source.text[token.end - 1] != ":":
            return s.Parameter(self.extent(token.start), name, self.text(token))
        following = self.peek(COMMAND)
        if following.kind == t.SPLAT:
            self.no_splat(following)
        if following.kind in _ENDS_COMMAND or following.kind in (t.REDIRECTION, ","):
            message = f"Parameter '{name}' requires an argument."
            self.fail(token.end, "ParameterRequiresArgument", message)
        spelled = self.source.text[token.start : following.start]
        return s.Parameter(self.extent(token.start, following.end), name, spelled, self.argument())

    def argument(self) -> e.Expression:
        """One argument of a command: a word, a primary expression, or a list of those."""
        first = self._one_argument(self.peek(COMMAND))
        if self.peek(COMMAND).kind != ",":
            return first
        items = [first]
        while True:
            comma = self.take_if(",")
            if comma is None:
                return e.ArrayLiteral(first.extent.to(items[-1].extent), tuple(items))
            self.skip_newlines()
            token = self.peek(COMMAND)
            if token.kind in _ENDS_COMMAND or token.kind == ",":
                self.fail(comma.end, "MissingArgument", "Missing argument in parameter list.")
            items.append(self._one_argument(token))

    def _one_argument(self, token: Token) -> e.Expression:
        if token.kind in _PRIMARY_ARGUMENTS:
            found = self.primary()
            if found is not None:
                return found
        if token.kind == ",":
            self.fail(token.start, "MissingArgument", "Missing argument in parameter list.")
        if token.kind in (t.INPUT_REDIRECTION, t.UNKNOWN):
            self.unexpected(token)
        self.take(token)
        if token.kind == t.SPLAT:
            return self.variable_at(token)
        if token.kind == t.GENERIC:
            return self.string_of(token, bare=True)
        return e.String(self.extent(token.start), self.text(token), bare=True)

    def _verbatim(self, token: Token) -> list[e.Expression]:
        """`--%`: the rest of the line as it is."""
        self.take(token)
        found: list[e.Expression] = [e.String(self.extent(token.start), "--%", bare=True)]
        start = self.lexer.blank(self.position)
        match = _VERBATIM.match(self.source.text, start, self.lexer.end)
        if match is not None and match[0]:
            self.position = self.last_end = match.end()
            found.append(e.String(self.extent(start), match[0], bare=True))
        return found

    def _redirection(self, token: Token) -> s.Redirection:
        self.take(token)
        match = token.value
        if not isinstance(match, re.Match):
            self.unexpected(token)
        stream = 0 if match[1] == "*" else int(match[1] or 1)
        if match[2]:
            return s.Redirection(self.extent(token.start), stream, int(match[2]))
        target = self.peek(COMMAND)
        if target.kind in _ENDS_COMMAND:
            self.fail_after("MissingFileSpecification", "Missing file specification after redirection operator.")
        found = self._one_argument(target)
        return s.Redirection(self.extent(token.start), stream, None, found, match[0].endswith(">>"))
