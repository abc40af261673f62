"""What every part of the parser stands on: the place reached, looking at tokens, errors, and the depth guard.

The parser is one class made in layers (strings, expressions, commands, statements, definitions), each in its file; a
lower layer names what it needs of a higher one as an abstract method here. The first error ends parsing: a cell with
a syntax error is not run, so later errors help nobody.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from lync_magic.errors import CellSyntaxError
from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.lexer import Lexer
from lync_magic.language.lexer.tokens import Mode, Token
from lync_magic.language.meant import syntax_meant
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent, Source

MAX_DEPTH = 48
"""Constructs inside each other. Keeps the parser and the evaluator far from Python's own limit."""

COMMAND, EXPRESSION, TYPE = Mode.COMMAND, Mode.EXPRESSION, Mode.TYPE
_LINE_ENDS = frozenset("\r\n;")


class ParserCore(ABC):
    """The place reached in a source, and what may be asked of it."""

    def __init__(self, source: Source, start: int, end: int, depth: int = 0) -> None:
        self.source = source
        self.lexer = Lexer(source, end)
        self.position = start
        self.last_end = start
        self.depth = depth
        self.no_comma = False
        self.in_ternary = False
        self._at = -1
        self.start = start
        self._lead = ""
        self._whatever: Token | None = None
        self._in_command: Token | None = None
        self._in_expression: Token | None = None
        self._peeked: dict[tuple[Mode, bool, bool, bool], Token] = {}
        """The tokens at the place reached: read plainly in either mode, and by mode and by how else they are read."""

    # --- tokens ----------------------------------------------------------------------------------------------------

    def lead(self) -> str:
        """The character that the next token starts with; "" at the end."""
        if self.position != self._at:
            self._arrive()
        return self._lead

    def peek(self, mode: Mode, *, signed: bool = False, name: bool = False) -> Token:
        """The next token, which stays the next one."""
        if self.position != self._at:
            self._arrive()
        if self._whatever is not None:
            return self._whatever
        if not (signed or name or self.in_ternary):
            if mode is COMMAND:
                if self._in_command is None:
                    self._in_command = self._read(mode, signed=False, name=False)
                return self._in_command
            if mode is EXPRESSION:
                if self._in_expression is None:
                    self._in_expression = self._read(mode, signed=False, name=False)
                return self._in_expression
        key = (mode, signed, name, self.in_ternary)
        token = self._peeked.get(key)
        if token is None:
            token = self._peeked[key] = self._read(mode, signed=signed, name=name)
        return token

    def _arrive(self) -> None:
        """Forget the tokens of the last place, and read this one's if it is the same in every mode."""
        lexer = self.lexer
        self._at = position = self.position
        self.start = start = lexer.blank(position)
        self._in_command = self._in_expression = None
        if self._peeked:
            self._peeked = {}
        if start >= lexer.end:
            self._lead, self._whatever = "", Token(t.END, lexer.end, lexer.end)
            return
        self._lead = lead = lexer.text[start]
        self._whatever = plain.in_any_mode(lexer.text, start, lexer.end) if lead in plain.ANYWHERE_STARTS else None

    def _read(self, mode: Mode, *, signed: bool, name: bool) -> Token:
        lexer, start = self.lexer, self.start
        token = None
        if mode is COMMAND and not name:
            token = plain.in_command(lexer.text, start, lexer.end)
        elif mode is EXPRESSION:
            token = plain.in_expression(lexer.text, start, lexer.end)
        return token or lexer.token_at(start, mode, signed=signed, name=name, ternary=self.in_ternary)

    def take(self, token: Token) -> Token:
        """Go past a token that was peeked."""
        self.position = self.last_end = token.end
        return token

    def next(self, mode: Mode) -> Token:
        """The next token, gone past."""
        return self.take(self.peek(mode))

    def take_if(self, kind: str, mode: Mode = COMMAND) -> Token | None:
        """Go past the next token if it is of this kind."""
        token = self.peek(mode)
        return self.take(token) if token.kind == kind else None

    def keyword(self, *words: str) -> Token | None:
        """The next token if it is one of these keywords; it stays the next one."""
        token = self.peek(COMMAND)
        return token if token.kind == t.KEYWORD and token.value in words else None

    def skip_newlines(self, *, semicolons: bool = False) -> None:
        """Go past line ends (and `;`)."""
        if self.lead() in _LINE_ENDS:
            self.position = self.lexer.past_lines(self.position, semicolons=semicolons)

    def text(self, token: Token) -> str:
        """What a token looks like."""
        return self.source.text[token.start : token.end]

    def extent(self, start: int, end: int | None = None) -> Extent:
        """From `start` to `end`, or to the end of the last token."""
        return Extent(self.source, start, self.last_end if end is None else end)

    # --- errors ----------------------------------------------------------------------------------------------------

    def fail(self, position: int, error_id: str, message: str) -> NoReturn:
        """Raise PowerShell's syntax error at a place."""
        line, column = self.source.place(position)
        text = self.source.line_text(line)
        raise CellSyntaxError(
            message, line, column, syntax_meant(error_id, text, column), error_id=error_id, source=text
        )

    def fail_after(self, error_id: str, message: str) -> NoReturn:
        """Raise it just after the last token."""
        self.fail(self.last_end, error_id, message)

    def unexpected(self, token: Token) -> NoReturn:
        """Raise the error for a token that cannot stand here."""
        if token.kind == t.INPUT_REDIRECTION:
            message = "The '<' operator is reserved for future use."
            self.fail(token.start, "RedirectionNotSupported", message)
        message = f"Unexpected token '{self.text(token)}' in expression or statement."
        self.fail(token.start, "UnexpectedToken", message)

    def expect(self, kind: str, error_id: str, message: str, mode: Mode = COMMAND) -> Token:
        """Go past a token of this kind, or raise the error after the last token."""
        token = self.peek(mode)
        if token.kind != kind:
            self.fail_after(error_id, message)
        return self.take(token)

    def close_brace(self, opening: int) -> None:
        """Go past the brace that closes what was opened there; where the text ends before it, that is the place to
        look at."""
        message = "Missing closing '}' in statement block or type definition."
        if self.peek(COMMAND).kind == t.END:
            self.fail(opening, "MissingEndCurlyBrace", message)
        self.expect("}", "MissingEndCurlyBrace", message)

    def deeper(self, position: int) -> None:
        """Enter one more construct. Raises CellSyntaxError where the text is nested beyond reason."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(position, "ScriptTooComplicated", "The text is nested too deeply.")

    # --- what lower layers need of higher ones ---------------------------------------------------------------------

    @abstractmethod
    def expression(self) -> e.Expression | None:
        """An expression, or None where a command starts; nothing is read then."""

    @abstractmethod
    def statement(self) -> s.Statement | None:
        """A statement, or None where none starts."""

    @abstractmethod
    def pipeline(self) -> s.Statement | None:
        """A pipeline, chain or assignment, or None where none starts."""

    @abstractmethod
    def statements_until(self, closing: str) -> tuple[s.Statement, ...]:
        """Statements up to a closing token, which stays."""

    @abstractmethod
    def script_block(self, closing: str) -> s.ScriptBlock:
        """The inside of a script block up to a closing token, which stays."""
