"""The tokens that nearly all text is made of, each spelled in the plainest way: one compiled expression for a place.

Rule of this file: what it reads is what the lexer reads there, only sooner; whatever is spelled otherwise (curly
quotes, escapes, variables in braces, long numbers) it leaves to the lexer.
"""

from __future__ import annotations

import re
from string import ascii_letters
from typing import Final

from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.characters import DOUBLE_QUOTES, SINGLE_QUOTES, SPACES, WORD_ENDS
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.lexer.variables import VariableRead

_ENDS = rf"(?=[{WORD_ENDS}{SPACES}]|\Z)"
"""A place where a token ends whatever the mode."""
_PLAIN = rf"[^{WORD_ENDS}{SPACES}`${SINGLE_QUOTES}{DOUBLE_QUOTES}]"
_NAME = r"[A-Za-z_]\w*"
_PROPERTY = rf"\.({_NAME})(?![\w\[({{])"
_OPERAND_ENDS = r"(?![\w?:])"
"""A place where a variable ends in an expression."""
_VARIABLE_ENDS = r"(?=[\s.\[=,;)}|]|\Z)(?!\.\.)"
"""A place where a variable ends whatever the mode."""
_TEXT = rf"'([^{SINGLE_QUOTES}]*)'(?![{SINGLE_QUOTES}])"
_EXPANDED = rf'"([^`${DOUBLE_QUOTES}]*)"(?![{DOUBLE_QUOTES}])'
_NUMBER_ENDS = rf"(?:{_ENDS}|(?=[-!%*+/=\]]|\.\.))"
"""A place where a number ends in an expression."""


def _variables_and_texts(ends: str, *, behind: str = "") -> str:
    """A variable that ends so or has this behind it, a property of one, one in a drive, and the texts."""
    return rf"\$({_NAME})(?:{behind}{_PROPERTY}|{ends})|\$({_NAME}):({_NAME}){ends}|{_TEXT}|{_EXPANDED}"


OPERAND_STARTS = frozenset("$'\"-0123456789")
OPERAND = re.compile(rf"{_variables_and_texts(_OPERAND_ENDS)}|(-?[0-9]{{1,9}}){_NUMBER_ENDS}").match
"""A plain operand of an expression: a variable, a property of one, a text or a whole number."""
_WORDS = rf"([0-9]{{1,9}}){_ENDS}|({_NAME}{_PLAIN}*){_ENDS}"
ARGUMENT = re.compile(rf"{_variables_and_texts(_VARIABLE_ENDS)}|{_WORDS}|-({_NAME}){_ENDS}").match
"""A plain argument of a command: such an operand where it is one whatever the mode, a word, or a parameter."""
STATEMENT = re.compile(rf"{_variables_and_texts(_VARIABLE_ENDS, behind=' ?=|')}|{_WORDS}").match
"""What a statement begins with: a plain variable and the `=` of an assignment to it, such an operand, or a word."""
VARIABLE, PROPERTY, DRIVE, IN_DRIVE, TEXT, EXPANDED, NUMBER, WORD, PARAMETER = range(1, 10)
"""The last group of each. The variable that a property is of and the drive of one in a drive are the group before."""
TEXTS = (TEXT, EXPANDED, WORD)

WORD_STARTS = frozenset("_" + ascii_letters)
"""What a keyword and most words start with, and an expression never."""
WORD_OF_COMMAND = re.compile(rf"{_NAME}{_PLAIN}*{_ENDS}").match
"""A keyword, or a plain word that a command begins with."""
PIPED_WORD = re.compile(rf"\| ?({_NAME}{_PLAIN}*){_ENDS}").match
"""Such a word behind the `|` of a pipeline."""
COMMAND_WORD = re.compile(rf"(?:{_PLAIN}|\${_NAME}(?![\w:?]))*{_ENDS}").match
"""A word that nothing can be wrong with, were it an argument of a command."""
NAME = re.compile(_NAME).match
"""A name in an expression."""
TYPE = re.compile(r"\[([A-Za-z_][\w.]*)(\[\])?\]").match
"""A type without arguments, in its brackets; its second group are those of an array."""
NAME_OF_TYPE = re.compile(r"[A-Za-z_][\w.]*(?![\w.`+#\\])").match
"""The name of a type within its brackets."""
ATTRIBUTE = re.compile(r"\[[A-Za-z_][\w.]*(?:(\()|[\[\],])").match
"""A name in brackets; its group is the parenthesis that makes an attribute of it."""
PREFIX = re.compile(r"!(?![^\W\d])|\+\+|--|-(not|bnot|join|split)(?= )").match
"""A unary operator; the name of a dashed one in small letters is its group."""
OPERATOR = re.compile(r"-([A-Za-z]+)|\.\.|[-+*/%](?= )").match
"""A binary operator; the name of a dashed one is its group."""
ANYWHERE_STARTS = frozenset("(){},;]|&$@\r\n0123456789")
"""What a token that is the same in every mode may start with."""

_ALONE: Final = frozenset("(){},;]")
"""Characters that are a token by themselves whatever follows."""
_DOUBLED = re.compile(r"\|\|?|&&?|@[({]").match
_DOLLAR = re.compile(rf"\$({_NAME}){_VARIABLE_ENDS}|\$\(").match
_NUMBER = re.compile(rf"[0-9]{{1,9}}{_ENDS}").match
_IN_COMMAND = re.compile(rf"(?:({_NAME})({_PLAIN}*)|-({_NAME})){_ENDS}").match
_IN_EXPRESSION = re.compile(rf"({_NAME})|-([A-Za-z]+)|[=\[]|[-+*/%]=|\.\.|\?\?=?|[-+*/%](?= )").match


def in_any_mode(text: str, start: int) -> Token | None:
    """The token at `start` where it is plain and the same in every mode."""
    lead = text[start]
    if lead in _ALONE:
        return Token(lead, start, start + 1)
    if lead == "$":
        match = _DOLLAR(text, start)
        if match is None:
            return None
        stop, name = match.end(), match[1]
        if name is None:
            return Token("$(", start, stop)
        return Token(t.VARIABLE, start, stop, VariableRead(name, "", False, start, stop))
    if lead in "\r\n":
        stop = start + 2 if lead == "\r" and text.startswith("\n", start + 1) else start + 1
        return Token(t.NEWLINE, start, stop)
    if lead in "|&@":
        match = _DOUBLED(text, start)
        return None if match is None else Token(match[0], start, match.end())
    match = _NUMBER(text, start)
    return None if match is None else Token(t.NUMBER, start, match.end(), int(match[0]))


def in_command(text: str, start: int) -> Token | None:
    """The keyword, word or parameter at `start`, where it is plain."""
    match = _IN_COMMAND(text, start)
    if match is None:
        return None
    word, rest, parameter = match.groups()
    if parameter is not None:
        return Token(t.PARAMETER, start, match.end(), parameter)
    if rest:
        return Token(t.GENERIC, start, match.end(), word + rest)
    lowered = word.lower()
    if lowered in t.KEYWORDS:
        return Token(t.KEYWORD, start, match.end(), lowered)
    return Token(t.IDENTIFIER, start, match.end(), word)


def in_expression(text: str, start: int) -> Token | None:
    """The name or operator at `start`, where it is plain."""
    match = _IN_EXPRESSION(text, start)
    if match is None:
        return None
    if match.lastindex is None:
        return Token(match[0], start, match.end())
    if match.lastindex == 1:
        return Token(t.IDENTIFIER, start, match.end(), match[0])
    operator = t.OPERATORS.get(match[2].lower())
    return None if operator is None else Token(t.OPERATOR, start, match.end(), operator)
