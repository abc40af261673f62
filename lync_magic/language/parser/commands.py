"""Pipelines, commands with their arguments, redirections, and assignments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import DASHES
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.parser.core import COMMAND, EXPRESSION, LINE_ENDS
from lync_magic.language.parser.expressions import ASSIGNABLE, BEHIND, ENDS_EXPRESSION, ExpressionParser
from lync_magic.language.parser.primary import ACCESS
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

_ENDS_COMMAND = frozenset({"|", "||", "&&", "&", ";", ")", "}", t.NEWLINE, t.END})
_ENDS_STATEMENT = frozenset({";", ")", "}", t.NEWLINE, t.END})
_CLOSERS = frozenset(("", *")};"))
"""What the next token starts with where a pipeline is over."""
_STATEMENT_CLOSERS = _CLOSERS | LINE_ENDS
"""What the next token starts with where a statement is over."""
_GOES_ON = ACCESS | {","}
"""What an argument goes on with starts with one of these."""
_STARTS_PIPE = frozenset("|\r\n")
COMMAND_CLOSERS = frozenset(("", *")};|&\r\n"))
"""What the next token starts with where a command is over."""
_STARTS_ASSIGNMENT = frozenset("=+*/%?" + DASHES)
_STREAMS = ("*", "output", "error", "warning", "verbose", "debug", "information")
"""What PowerShell calls the streams, by number."""
_VERBATIM = re.compile(r'(?:"[^"\r\n]*"?|[^|"\r\n])*')
_PRIMARY_ARGUMENTS = frozenset(
    {t.VARIABLE, t.NUMBER, t.STRING, t.EXPANDABLE, "(", "$(", "@(", "@{", "{"},
)


class CommandParser(ExpressionParser):
    """What a statement that is no keyword's is made of."""

    def pipeline(self) -> s.Statement | None:
        """A pipeline, a chain of them, or an assignment; None where none starts."""
        match = plain.STATEMENT(self.text, self.start)
        if match is not None:
            return self.calling(match) if match.lastindex == plain.WORD else self.operating(match)
        return self.odd_pipeline()

    def odd_pipeline(self) -> s.Statement | None:
        """Such a one that does not begin plainly."""
        left = self._one_pipeline()
        return left if left is None or self.lead in _STATEMENT_CLOSERS else self._chained(left)

    def calling(self, word: re.Match[str]) -> s.Statement:
        """The pipeline that begins with a call of this (a match of `plain.STATEMENT`), or the chain of such."""
        start = self.start
        left = self._piped(start, self._call(start, word.end(), word[0]))
        return left if self.lead in _STATEMENT_CLOSERS else self._chained(left)

    def operating(self, match: re.Match[str]) -> s.Statement:
        """The pipeline, chain or assignment that begins with a plain operand (a match of `plain.STATEMENT`)."""
        start, end = self.start, match.end()
        if match.lastindex == plain.VARIABLE and end != (named := match.end(plain.VARIABLE)):
            left: s.Statement = self._assignment(e.Variable(self.source, start, named, match[plain.VARIABLE]), "=", end)
        else:
            first = self.operand(match)
            if self.lead in BEHIND:
                first = self.behind(first)
            left = self._expressed(start, first if self.lead in ENDS_EXPRESSION else self.operated(first))
        return left if self.lead in _STATEMENT_CLOSERS else self._chained(left)

    def _chained(self, left: s.Statement) -> s.Statement:
        """A pipeline with what is chained to it."""
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
            left = s.Chain(self.source, left.start, right.end, left, token.kind, right)
        if token.kind == "&":
            self.take(token)
            return replace(left, background=True) if isinstance(left, s.Pipeline) else left
        if token.kind not in _ENDS_STATEMENT:
            self.unexpected(token)
        return left

    def _one_pipeline(self, *, chained: bool = False) -> s.Statement | None:
        """One pipeline, or an assignment where it is not chained to another."""
        start = self.start
        if self.lead in plain.WORD_STARTS or (self.lead == "&" and not self.text.startswith("&&", start)):
            return self._piped(start, self._command())
        if (first := self.expression()) is not None:
            return self._expressed(start, first, chained=chained)
        token = self.peek(COMMAND)
        if token.kind == "|":
            self.fail(token.start, "EmptyPipeElement", "An empty pipe element is not allowed.")
        if token.kind in _ENDS_COMMAND and token.kind != "&":
            return None
        return self._piped(start, self._command())

    def _expressed(self, start: int, first: e.Expression, *, chained: bool = False) -> s.Statement:
        """The pipeline or assignment that begins with an expression."""
        lead = self.lead
        if lead in _CLOSERS or (lead in LINE_ENDS and self._pipe_ahead() < 0):
            end = first.end
            return s.Pipeline(self.source, start, end, (s.CommandExpression(self.source, start, end, (), first),))
        if lead == "=" and not chained:
            return self._assignment(first, "=", self.start + 1)
        if lead in _STARTS_ASSIGNMENT:
            operator = self.peek(EXPRESSION)
            if operator.kind in t.ASSIGNMENTS:
                if chained:
                    self.unexpected(operator)
                return self._assignment(first, operator.kind, operator.end)
        return self._piped(start, self._with_redirections(first))

    def _piped(self, start: int, first: s.Element) -> s.Pipeline:
        """The pipeline of a first element and what it is piped to."""
        elements = [first]
        while self.lead in _STARTS_PIPE and (element := self._piped_to()) is not None:
            elements.append(element)
        return s.Pipeline(self.source, start, elements[-1].end, tuple(elements))

    def _piped_to(self) -> s.Element | None:
        """The element behind the `|` that is next or starts the next line; None where none does."""
        if self.lead == "|" and (word := plain.PIPED_WORD(self.text, self.start)) is not None:
            return self._call(word.start(1), word.end(), word[1])
        pipe = self._pipe_ahead()
        if pipe < 0:
            return None
        self.go(pipe + 1)
        self.skip_newlines()
        return self._element()

    def _pipe_ahead(self) -> int:
        """Where the `|` is that stands here or starts the next line; -1 where none does."""
        at = self.behind_lines() if self.lead in LINE_ENDS else self.start
        return at if self.text.startswith("|", at) and not self.text.startswith("||", at) else -1

    def _element(self) -> s.Element:
        if self.lead in plain.WORD_STARTS:
            return self._command()
        token = self.peek(COMMAND)
        if token.kind in _ENDS_COMMAND and token.kind != "&":
            self.fail_after("EmptyPipeElement", "An empty pipe element is not allowed.")
        if self.expression() is not None:
            message = "Expressions are only allowed as the first element of a pipeline."
            self.fail(token.start, "ExpressionsMustBeFirstInPipeline", message)
        return self._command()

    def _with_redirections(self, expression: e.Expression) -> s.CommandExpression:
        redirections: list[s.Redirection] = []
        while self.lead != "|":
            token = self.peek(EXPRESSION)
            if token.kind != t.REDIRECTION:
                break
            redirections.append(self._redirection(token, redirections))
        return s.CommandExpression(self.source, expression.start, self.last_end, tuple(redirections), expression)

    def _assignment(self, target: e.Expression, operator: str, end: int) -> s.Assignment:
        """An assignment by an operator that ends there."""
        if type(target) not in ASSIGNABLE:
            self._check_target(target)
        self.go(end)
        self.deeper(end - len(operator))
        if self.lead in LINE_ENDS:
            self.skip_newlines()
        value = self.statement()
        if value is None:
            message = f"You must provide a value expression following the '{operator}' operator."
            self.fail(end, "ExpectedValueExpression", message)
        self.depth -= 1
        return s.Assignment(self.source, target.start, value.end, target, operator, value)

    def _check_target(self, target: e.Expression) -> None:
        inner = target
        while isinstance(inner, (e.Cast, e.Attributed)):
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
        elif type(inner) in ASSIGNABLE:
            return
        message = (
            "The assignment expression is not valid. The input to an assignment operator must be an "
            "object that is able to "
            "accept assignments, such as a variable or a property."
        )
        self.fail(target.start, "InvalidLeftHandSide", message)

    # --- commands --------------------------------------------------------------------------------------------------

    def _command(self) -> s.CommandCall:
        if self.lead in plain.WORD_STARTS and (word := plain.WORD_OF_COMMAND(self.text, self.start)):
            return self._call(self.start, word.end(), word[0])
        start = self.start
        invocation, name = self._invoked()
        return self._with_arguments(start, name, invocation)

    def _call(self, start: int, end: int, name: str) -> s.CommandCall:
        """A command whose name stands there."""
        self.go(end)
        return self._with_arguments(start, e.String(self.source, start, end, name, True), "")

    def _with_arguments(self, start: int, name: e.Expression, invocation: str) -> s.CommandCall:
        """A command with what stands behind its name."""
        elements: list[s.Parameter | e.Expression] = []
        redirections: list[s.Redirection] = []
        parameters_over, text = False, self.text
        while self.lead not in COMMAND_CLOSERS:
            match = plain.ARGUMENT(text, self.start)
            if match is None or parameters_over:
                parameters_over = self._odd_element(elements, redirections, parameters_over=parameters_over)
            elif match.lastindex == plain.PARAMETER:
                at, end = self.start, match.end()
                self.go(end)
                elements.append(s.Parameter(self.source, at, end, match[plain.PARAMETER], match[0]))
            else:
                found = self.operand(match)
                elements.append(self._listed(self.member_access(found, COMMAND)) if self.lead in _GOES_ON else found)
        return s.CommandCall(self.source, start, self.last_end, tuple(redirections), name, tuple(elements), invocation)

    def _odd_element(
        self, elements: list[s.Parameter | e.Expression], redirections: list[s.Redirection], *, parameters_over: bool
    ) -> bool:
        """Read what is not plain behind a command. Returns whether parameters are over now: behind `--` none is one."""
        if (found := self.enclosed()) is not None:
            elements.append(self._listed(self.member_access(found, COMMAND) if self.lead in ACCESS else found))
            return parameters_over
        token = self.peek(COMMAND)
        if token.kind == t.REDIRECTION:
            redirections.append(self._redirection(token, redirections))
        elif token.kind == "--":
            self.take(token)
            elements.append(s.Parameter(self.source, token.start, self.last_end, "", "--"))
            return True
        elif token.kind == t.PARAMETER and not parameters_over:
            elements.append(self._parameter(token))
        elif token.kind == t.GENERIC and token.value == "--%":
            elements += self._verbatim(token)
        else:
            elements.append(self.argument())
        return parameters_over

    def _invoked(self) -> tuple[str, e.Expression]:
        """What is called, behind the `&` or `.` that calls it, or "" where none does."""
        if self.lead in plain.WORD_STARTS:
            return "", self._command_name(self.peek_word(), "")
        start, token, invocation = self.start, self.peek(COMMAND), ""
        if token.kind in ("&", "."):
            self.take(token)
            invocation = token.kind
            token = self.peek(COMMAND)
            if token.kind in _ENDS_COMMAND or token.kind == t.REDIRECTION:
                message = f"Missing expression after '{invocation}' in pipeline element."
                self.fail(start, "MissingExpression", message)
        return invocation, self._command_name(token, invocation)

    def _command_name(self, token: Token, invocation: str) -> e.Expression:
        if invocation or token.kind == ",":
            return self._one_argument(token)
        if token.kind == t.INPUT_REDIRECTION:
            self.unexpected(token)
        self.go(token.end)
        value = token.value if token.kind == t.GENERIC and isinstance(token.value, str) else self.spelled(token)
        return e.String(self.source, token.start, token.end, str(value), True)

    def _parameter(self, token: Token) -> s.Parameter:
        self.take(token)
        name = str(token.value)
        if self.text[token.end - 1] != ":":
            return s.Parameter(self.source, token.start, self.last_end, name, self.spelled(token))
        following = self.peek(COMMAND)
        if following.kind == t.SPLAT:
            self.no_splat(following)
        if following.kind in _ENDS_COMMAND or following.kind in (t.REDIRECTION, ","):
            message = f"Parameter '{name}' requires an argument."
            self.fail(token.end, "ParameterRequiresArgument", message)
        spelled = self.text[token.start : following.start]
        return s.Parameter(self.source, token.start, following.end, name, spelled, self.argument())

    def argument(self) -> e.Expression:
        """One argument of a command: a word, a primary expression, or a list of those."""
        return self._listed(self._one_argument(self.peek(COMMAND)))

    def _listed(self, first: e.Expression) -> e.Expression:
        """An argument, or the list that begins with it."""
        if self.lead != ",":
            return first
        items = [first]
        while self.lead == ",":
            self.go(self.start + 1)
            if self.lead in LINE_ENDS:
                self.skip_newlines()
            match = plain.ARGUMENT(self.text, self.start)
            if match is not None and match.lastindex != plain.PARAMETER:
                items.append(self._plain_argument(match))
                continue
            token = self.peek(COMMAND)
            if token.kind in _ENDS_COMMAND or token.kind == ",":
                self.fail_after("MissingArgument", "Missing argument in parameter list.")
            items.append(self._one_argument(token))
        return e.ArrayLiteral(self.source, first.start, items[-1].end, tuple(items))

    def _plain_argument(self, match: re.Match[str]) -> e.Expression:
        """A word, a variable, a text or a number that was written plainly; it is the next thing."""
        found = self.operand(match)
        return self.member_access(found, COMMAND) if self.lead in ACCESS else found

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
        return e.String(self.source, token.start, self.last_end, self.spelled(token), bare=True)

    def _verbatim(self, token: Token) -> list[e.Expression]:
        """`--%`: the rest of the line as it is."""
        self.take(token)
        if self.lead == "<":
            self.peek(COMMAND)  # a comment without its end is said before
        found: list[e.Expression] = [e.String(self.source, token.start, self.last_end, "--%", bare=True)]
        start = self.start
        match = _VERBATIM.match(self.text, start)
        if match is not None and match[0]:
            self.go(match.end())
            found.append(e.String(self.source, start, self.last_end, match[0], bare=True))
        return found

    def _redirection(self, token: Token, before: Sequence[s.Redirection] = ()) -> s.Redirection:
        """Where a stream goes. before: the redirections of the same command, each of which has a stream to itself."""
        self.take(token)
        match = token.value
        if not isinstance(match, re.Match):
            self.unexpected(token)
        stream = 0 if match[1] == "*" else int(match[1] or 1)
        target = None if match[2] else self.peek(COMMAND)
        if target is not None and target.kind in _ENDS_COMMAND:
            self.fail_after("MissingFileSpecification", "Missing file specification after redirection operator.")
        found = self._one_argument(target) if target is not None else None
        if any(one.from_stream == stream for one in before):
            message = f"The {_STREAMS[stream]} stream for this command is already redirected."
            self.fail(token.start, "StreamAlreadyRedirected", message)
        merged, appends = int(match[2]) if match[2] else None, match[0].endswith(">>")
        return s.Redirection(self.source, token.start, self.last_end, stream, merged, found, appends)
