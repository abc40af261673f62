"""What every part of the parser stands on: the place reached, looking at tokens, errors, and the depth guard.

The parser is one class made in layers (strings, expressions, commands, statements, definitions), each in its file; a
lower layer names what it needs of a higher one as an abstract method here. The first error ends parsing: a cell with
a syntax error is not run, so later errors help nobody.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import NoReturn

from lync_magic.errors import CellSyntaxError
from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import BLANK_STARTS, QUOTES
from lync_magic.language.lexer.lexer import BLANK, LINES, Lexer
from lync_magic.language.lexer.tokens import Mode, Token
from lync_magic.language.meant import syntax_meant
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Source

MAX_DEPTH = 48
"""Constructs inside each other. Keeps the parser and the evaluator far from Python's own limit."""

COMMAND, EXPRESSION, TYPE = Mode.COMMAND, Mode.EXPRESSION, Mode.TYPE
LINE_ENDS = frozenset("\r\n")
SEPARATORS = frozenset("\r\n;")
_ALONE = frozenset("(){},;]=[")
"""Characters that are a token by themselves in every mode in which they are asked for."""
_NO_WORD = frozenset(("", *"(){},;|"))
"""What no keyword and no word that could be wrong starts with."""
_NONE = Token(t.UNKNOWN, -1, -1)
"""In the place of a token where none was read yet."""


class ParserCore(ABC):
    """The place reached in a source, and what may be asked of it."""

    def __init__(self, source: Source, start: int, end: int, depth: int = 0) -> None:
        self.source = source
        self.text = source.text[:end]
        self.end = end
        self.lexer = Lexer(source, end)
        self.depth = depth
        self.no_comma = False
        self.in_ternary = False
        self._anywhere = self._in_command = self._in_expression = self._otherwise = _NONE
        self._lines_at = self._lines_end = self._behind_lines = -1
        self._how = (EXPRESSION, False, False, False)
        self.go(start)

    # --- the place reached -----------------------------------------------------------------------------------------

    def go(self, position: int) -> None:
        """Go on where a token ended: the next one starts behind what is blank.

        position, last_end: where that is; they part where line ends are gone past.  start, lead: where the next token
        starts, and its first character ("" at the end).
        """
        self.position = self.last_end = position
        text = self.text
        try:
            lead = text[position]
            if lead in BLANK_STARTS:
                position += 1
                if lead != " " or (lead := text[position]) in BLANK_STARTS:
                    position = BLANK(text, position - 1).end()  # type: ignore[union-attr]
                    lead = text[position]
            self.start, self.lead = position, lead
        except IndexError:
            self.start, self.lead = self.end, ""

    def go_back(self, position: int, last_end: int) -> None:
        """Be again where one was."""
        self.go(position)
        self.last_end = last_end

    def behind_lines(self) -> int:
        """Where the token starts that is behind the line ends that are next."""
        if self._lines_at != self.start and (lines := LINES(self.text, self.start)) is not None:
            self._lines_at = self.start
            self._lines_end = lines.end(1) if lines.lastindex else self.start + 1
            self._behind_lines = lines.end()
        return self._behind_lines

    def skip_newlines(self) -> None:
        """Go past line ends."""
        if self.lead in LINE_ENDS:
            self.start = start = self.behind_lines()
            self.position = self._lines_end
            self.lead = self.text[start : start + 1]

    def skip_separators(self) -> None:
        """Go past line ends and `;`."""
        while self.lead in SEPARATORS:
            if self.lead == ";":
                last_end = self.last_end
                self.go(self.start + 1)
                self.last_end = last_end
            else:
                self.skip_newlines()

    # --- tokens ----------------------------------------------------------------------------------------------------

    def plain_operand(self) -> re.Match[str] | None:
        """The operand that the next token is, where it is plain: a match of `plain.OPERAND`."""
        return plain.OPERAND(self.text, self.start) if self.lead in plain.OPERAND_STARTS else None

    def peek(self, mode: Mode, *, signed: bool = False, name: bool = False) -> Token:
        """The next token, which stays the next one. A token is read once where it is the same in every mode, and else
        once in each mode in which it is asked for."""
        start, lead = self.start, self.lead
        if self._anywhere.start == start:
            return self._anywhere
        if lead in plain.ANYWHERE_STARTS and (token := plain.in_any_mode(self.text, start)) is not None:
            self._anywhere = token
            return token
        if lead in QUOTES:
            self._anywhere = self.lexer.quoted(start, lead)
            return self._anywhere
        if signed or name or self.in_ternary:
            how = (mode, signed, name, self.in_ternary)
            if self._otherwise.start != start or self._how != how:
                self._otherwise, self._how = self._read(mode, signed=signed, name=name), how
            return self._otherwise
        if mode is COMMAND:
            return self.peek_word()
        if mode is TYPE:
            return self._read(mode)
        if self._in_expression.start != start:
            self._in_expression = self._read(mode)
        return self._in_expression

    def peek_word(self) -> Token:
        """The next token in command mode, where it is not the same in every one."""
        if self._in_command.start != self.start:
            token = plain.in_command(self.text, self.start)
            self._in_command = token or self.lexer.token_at(self.start, COMMAND, ternary=self.in_ternary)
        return self._in_command

    def _read(self, mode: Mode, *, signed: bool = False, name: bool = False) -> Token:
        token = plain.in_expression(self.text, self.start) if mode is EXPRESSION else None
        return token or self.lexer.token_at(self.start, mode, signed=signed, name=name, ternary=self.in_ternary)

    def take(self, token: Token) -> Token:
        """Go past a token that was peeked."""
        self.go(token.end)
        return token

    def next(self, mode: Mode) -> Token:
        """The next token, gone past."""
        return self.take(self.peek(mode))

    def take_if(self, kind: str, mode: Mode = COMMAND) -> bool:
        """Go past the next token if it is of this kind, a character; whether it was."""
        if self.lead != kind or not (kind in _ALONE or self.peek(mode).kind == kind):
            return False
        self.go(self.start + 1)
        return True

    def keyword(self, *words: str) -> Token | None:
        """The next token if it is one of these keywords; it stays the next one."""
        if self.lead in _NO_WORD:
            return None
        token = self.peek(COMMAND)
        return token if token.kind == t.KEYWORD and token.value in words else None

    def spelled(self, token: Token) -> str:
        """What a token looks like."""
        return self.text[token.start : token.end]

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
        message = f"Unexpected token '{self.spelled(token)}' in expression or statement."
        self.fail(token.start, "UnexpectedToken", message)

    def expect(self, kind: str, error_id: str, message: str, mode: Mode = COMMAND) -> int:
        """Go past a token of this kind, a character, or raise the error after the last token. Returns where it is."""
        start = self.start
        if (self.lead != kind or kind not in _ALONE) and self.peek(mode).kind != kind:
            self.fail_after(error_id, message)
        self.go(start + 1)
        return start

    def close_brace(self, opening: int) -> None:
        """Go past the brace that closes what was opened there; where the text ends before it, that is the place to
        look at."""
        if self.lead == "}":
            self.go(self.start + 1)
            return
        message = "Missing closing '}' in statement block or type definition."
        if not self.lead:
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
