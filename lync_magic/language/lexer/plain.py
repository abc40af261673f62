"""The tokens that nearly all text is made of, each spelled in the plainest way: one compiled expression for a place.

Rule of this file: what it reads is what the lexer reads there, only sooner; whatever is spelled otherwise (curly
quotes, escapes, variables with a drive, long numbers) it leaves to the lexer.
"""

from __future__ import annotations

import re
from typing import Final

from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import DOUBLE_QUOTES, SINGLE_QUOTES, SPACES, WORD_ENDS
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.lexer.variables import VariableRead

_ENDS = rf"(?=[{WORD_ENDS}{SPACES}]|\Z)"
"""A place where a token ends whatever the mode."""
_PLAIN = rf"[^{WORD_ENDS}{SPACES}`${SINGLE_QUOTES}{DOUBLE_QUOTES}]"

_ALONE: Final = frozenset("(){},;]")
"""Characters that are a token by themselves whatever follows."""
_DOUBLED = re.compile(r"\|\|?|&&?|@[({]")
_DOLLAR = re.compile(r"\$(?:(_|[A-Za-z]\w*)(?=[\s.\[=,;)}|]|\Z)(?!\.\.)|\()")
_STRING = re.compile(rf"'([^{SINGLE_QUOTES}]*)'(?![{SINGLE_QUOTES}])")
_EXPANDABLE = re.compile(rf'"([^`${DOUBLE_QUOTES}]*)"(?![{DOUBLE_QUOTES}])')
_NUMBER = re.compile(rf"[0-9]{{1,9}}{_ENDS}")
_IN_COMMAND = re.compile(rf"(?:([A-Za-z_]\w*)|[A-Za-z_]{_PLAIN}*|-([A-Za-z_]\w*)){_ENDS}")
_IN_EXPRESSION = re.compile(r"([A-Za-z_]\w*)|-([A-Za-z]+)|(?:[=\[]|[-+*/%](?= ))")
_NAME, _DASHED = 1, 2

ANYWHERE_STARTS = frozenset("(){},;]|&$@'\"\r\n0123456789")
"""What a token that is the same in every mode may start with."""


def in_any_mode(text: str, start: int, end: int) -> Token | None:
    """The token at `start` where it is plain and the same in every mode."""
    lead = text[start]
    if lead in _ALONE:
        return Token(lead, start, start + 1)
    if lead == "$":
        match = _DOLLAR.match(text, start, end)
        if match is None:
            return None
        stop, name = match.end(), match[1]
        if name is None:
            return Token("$(", start, stop)
        return Token(t.VARIABLE, start, stop, VariableRead(name, "", False, stop))
    if lead in "\r\n":
        stop = start + 2 if lead == "\r" and text.startswith("\n", start + 1, end) else start + 1
        return Token(t.NEWLINE, start, stop)
    if lead in "'\"":
        quoted = _STRING if lead == "'" else _EXPANDABLE
        match = quoted.match(text, start, end)
        kind = t.STRING if lead == "'" else t.EXPANDABLE
        return None if match is None else Token(kind, start, match.end(), match[1])
    if lead in "|&@":
        match = _DOUBLED.match(text, start, end)
        return None if match is None else Token(match[0], start, match.end())
    match = _NUMBER.match(text, start, end)
    return None if match is None else Token(t.NUMBER, start, match.end(), int(match[0]))


def in_command(text: str, start: int, end: int) -> Token | None:
    """The keyword, word or parameter at `start`, where it is plain."""
    match = _IN_COMMAND.match(text, start, end)
    if match is None:
        return None
    if match.lastindex is None:
        return Token(t.GENERIC, start, match.end(), match[0])
    if match.lastindex == _DASHED:
        return Token(t.PARAMETER, start, match.end(), match[2])
    word = match[0].lower()
    if word in t.KEYWORDS:
        return Token(t.KEYWORD, start, match.end(), word)
    return Token(t.IDENTIFIER, start, match.end(), match[0])


def in_expression(text: str, start: int, end: int) -> Token | None:
    """The name or operator at `start`, where it is plain."""
    match = _IN_EXPRESSION.match(text, start, end)
    if match is None:
        return None
    if match.lastindex is None:
        return Token(match[0], start, match.end())
    if match.lastindex == _NAME:
        return Token(t.IDENTIFIER, start, match.end(), match[0])
    operator = t.OPERATORS.get(match[2].lower())
    return None if operator is None else Token(t.OPERATOR, start, match.end(), operator)
