"""Statements: the ones with keywords, and lists of statements."""

from __future__ import annotations

from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import QUOTES
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.parser.commands import COMMAND_CLOSERS
from lync_magic.language.parser.core import COMMAND, EXPRESSION, LINE_ENDS
from lync_magic.language.parser.loops import LoopParser
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

_VALUED = ("return", "throw", "exit")
_FLOWS = frozenset(("return", "throw", "exit", "break", "continue"))
_LOOPS = frozenset(("while", "for", "foreach", "do", "switch"))
_DEFINITIONS = frozenset(("function", "filter", "workflow", "class", "enum", "interface", "using", "data"))
_RESERVED = ("from", "define", "var")
_SAME_IN_EXPRESSIONS = QUOTES | {"(", "{"}
_CLOSERS = frozenset(("", ")", "}"))


class StatementParser(LoopParser):
    """Everything that may stand where a statement may."""

    def statements_until(self, closing: str) -> tuple[s.Statement, ...]:
        """Statements up to `closing`, which stays; up to the end of the text when it is "" (no stray closer then)."""
        found: list[s.Statement] = []
        while True:
            if self.lead in LINE_ENDS:
                self.skip_newlines()
            if (lead := self.lead) == ";":
                self.skip_separators()
                lead = self.lead
            if lead in _CLOSERS:
                if closing or not lead:
                    return tuple(found)
                self.unexpected(self.peek(COMMAND))
            one = self.statement()
            if one is None:
                self.unexpected(self.peek(COMMAND))
            if type(one) is s.Using:
                message = "A 'using' statement must appear before any other statements in a script."
                self.fail(one.start, "UsingMustBeAtStartOfScript", message)
            found.append(one)

    def statement(self) -> s.Statement | None:
        """A statement, or None where none starts."""
        text, start = self.text, self.start
        plainly = plain.STATEMENT(text, start)
        if plainly is not None:
            if plainly.lastindex != plain.WORD:
                return self.operating(plainly)
            if (keyword := plainly[0].lower()) in t.KEYWORDS:
                token = Token(t.KEYWORD, start, plainly.end(), keyword)
                if (found := self._keyword_statement(token, keyword)) is not None:
                    return found
            return self.calling(plainly)
        lead = self.lead
        if lead not in _SAME_IN_EXPRESSIONS and lead not in plain.WORD_STARTS:
            if not plain.COMMAND_WORD(text, start) or lead == ":":
                token = self.peek(COMMAND)  # what is wrong with a word is said before what is with an expression
                if token.kind is t.LABEL:
                    return self._labelled(token)
            if lead == "[" and not self.plain_type() and (defined := self.attributed_definition()) is not None:
                return defined
        return self.odd_pipeline()

    def attributed_definition(self) -> s.Statement | None:
        """A class or enum with attributes before it; None where there is none."""
        return None

    def definition(self, token: Token, word: str) -> s.Statement | None:
        """A function, class, enum, `using` or `data`; the next token is its keyword."""
        self.unexpected(token)

    def _keyword_statement(self, token: Token, word: str) -> s.Statement | None:
        self.deeper(token.start)
        found: s.Statement | None = None
        if word == "if":
            found = self._if(token)
        elif word in _FLOWS:
            found = self._flow(token, word)
        elif word in _LOOPS:
            found = self.loop(token, word, "", token.start)
        elif word == "try":
            found = self._try(token)
        elif word == "trap":
            found = self._trap(token)
        elif word in _DEFINITIONS:
            found = self.definition(token, word)
        elif word in _RESERVED:
            message = f"The '{word}' keyword is not supported in this version of the language."
            self.fail(token.start, "ReservedKeywordNotAllowed", message)
        self.depth -= 1
        return found

    def _labelled(self, token: Token) -> s.Statement:
        self.take(token)
        self.skip_newlines()
        keyword = self.keyword(*_LOOPS)
        if keyword is None:
            message = "Missing statement after the label."
            self.fail(token.end, "MissingStatementAfterLabel", message)
        return self.loop(keyword, str(keyword.value), str(token.value), token.start)

    # --- flow ------------------------------------------------------------------------------------------------------

    def _if(self, token: Token) -> s.If:
        clauses: list[s.Clause] = []
        otherwise: s.Block | None = None
        keyword: Token | None = token
        while keyword is not None:
            self.take(keyword)
            word = str(keyword.value)
            condition = self.condition(word)
            message = f"Missing statement block after {word} ( condition )."
            body = self.block("MissingStatementBlock", message)
            clauses.append(s.Clause(self.source, keyword.start, self.last_end, condition, body))
            before, before_end = self.position, self.last_end
            if self.lead in LINE_ENDS:
                self.skip_newlines()
            keyword = self.keyword("elseif", "else")
            if keyword is None:
                self.go_back(before, before_end)
            elif keyword.value == "else":
                self.take(keyword)
                keyword = None
                message = "Missing statement block after 'else' keyword."
                otherwise = self.block("MissingStatementBlockAfterElse", message)
        return s.If(self.source, token.start, self.last_end, tuple(clauses), otherwise)

    def _try(self, token: Token) -> s.Try:
        self.take(token)
        body = self.block("MissingTryStatementBlock", "The Try statement is missing its statement block.")
        catches: list[s.CatchClause] = []
        final: s.Block | None = None
        while True:
            before, before_end = self.position, self.last_end
            self.skip_newlines()
            keyword = self.keyword("catch", "finally")
            if keyword is None:
                self.go_back(before, before_end)
                break
            self.take(keyword)
            if keyword.value == "finally":
                final = self.block("MissingFinallyStatementBlock", "The Finally block is missing its statement block.")
                if (leaving := _leaving(final)) is not None:
                    message = "Control cannot leave a finally block."
                    self.fail(leaving.start, "ControlLeavingFinally", message)
                break
            types = self._catch_types()
            clause = self.block("MissingCatchHandlerBlock", "The Catch block is missing its statement block.")
            if catches and not catches[-1].types:
                self.fail(catches[-1].end, "EmptyCatchNotLast", "Catch block must be the last catch block.")
            catches.append(s.CatchClause(self.source, keyword.start, self.last_end, types, clause))
        if not catches and final is None:
            self.fail_after("MissingCatchOrFinally", "The Try statement is missing its Catch or Finally block.")
        return s.Try(self.source, token.start, self.last_end, body, tuple(catches), final)

    def _catch_types(self) -> tuple[e.TypeName, ...]:
        found: list[e.TypeName] = []
        self.skip_newlines()
        while self.lead == "[":
            one = self.bracketed()
            if isinstance(one, e.TypeName):
                found.append(one)
            self.skip_newlines()
            if not self.take_if(",", EXPRESSION):
                break
            self.skip_newlines()
        return tuple(found)

    def _trap(self, token: Token) -> s.Trap:
        self.take(token)
        types = self._catch_types()
        body = self.block("MissingTrapStatement", "Missing statement body in trap statement.")
        return s.Trap(self.source, token.start, self.last_end, types[0] if types else None, body)

    def _flow(self, token: Token, word: str) -> s.Flow:
        self.take(token)
        value: s.Statement | e.Expression | None = None
        if word in _VALUED:
            value = self.pipeline()
        else:
            while self.lead not in COMMAND_CLOSERS and value is None:
                following = self.peek(COMMAND)
                if following.kind == t.REDIRECTION:  # which goes nowhere: nothing comes of these
                    self._redirection(following)
                else:
                    value = self._one_argument(following)
        return s.Flow(self.source, token.start, self.last_end, word, value)


def _leaving(final: s.Block) -> s.Flow | None:
    """The first `return`, `break` or `continue` of a `finally` block that would leave it."""
    waiting: list[tuple[e.Node, tuple[str, ...]]] = [(final, ())]
    while waiting:
        one, loops = waiting.pop()
        if isinstance(one, s.ScriptBlock | s.Function | e.ScriptBlockExpression):
            continue
        if isinstance(one, s.Flow) and (one.keyword == "return" or _leaves(one, loops)):
            return one
        if isinstance(one, s.Loop):
            loops = (*loops, one.label.lower())
        waiting.extend((child, loops) for child in reversed(one.children()))
    return None


def _leaves(flow: s.Flow, loops: tuple[str, ...]) -> bool:
    """Whether a `break` or a `continue` means none of these loops, which are told by their labels."""
    if flow.keyword not in ("break", "continue"):
        return False
    return flow.value.value.lower() not in loops if isinstance(flow.value, e.String) else not loops
