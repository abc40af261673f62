"""Tokens: what the lexer hands to the parser, and the tables of operators and keywords.

A token's `kind` is its own text for punctuation (`(`, `@{`, `+=`), else one of the names below. The same place may be a
different token in the other mode; the parser asks in the mode it needs.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

IDENTIFIER: Final = "identifier"
GENERIC: Final = "generic"
KEYWORD: Final = "keyword"
PARAMETER: Final = "parameter"
NUMBER: Final = "number"
STRING: Final = "string"
EXPANDABLE: Final = "expandable"
VARIABLE: Final = "variable"
SPLAT: Final = "splat"
OPERATOR: Final = "operator"
REDIRECTION: Final = "redirection"
INPUT_REDIRECTION: Final = "input redirection"
LABEL: Final = "label"
NEWLINE: Final = "newline"
END: Final = "end"
UNKNOWN: Final = "unknown"


class Mode(Enum):
    """How the next token is read."""

    COMMAND = "command"
    EXPRESSION = "expression"
    TYPE = "type"

    __hash__ = object.__hash__  # Enum's own is written in Python, and modes are looked up for each token


class Token:
    """One token. value: the meaning (a number, the text of a string, an operator's name, a list of parts)."""

    __slots__ = ("end", "kind", "start", "value")

    def __init__(self, kind: str, start: int, end: int, value: object = None) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.value = value

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.start}, {self.end}, {self.value!r})"


_CASED = (
    "eq", "ne", "ge", "gt", "lt", "le", "like", "notlike", "match", "notmatch", "replace",
    "contains", "notcontains", "in", "notin", "split",
)  # fmt: skip
_UNCASED = (
    "is",
    "isnot",
    "as",
    "and",
    "or",
    "xor",
    "band",
    "bor",
    "bxor",
    "bnot",
    "not",
    "join",
    "f",
    "shl",
    "shr",
)

OPERATORS: Final[dict[str, str]] = {
    **{name: name for name in _UNCASED},
    **{name: name for name in _CASED},
    **{"i" + name: name for name in _CASED},
    **{"c" + name: "c" + name for name in _CASED},
}
"""The dashed operators, as written in lower case, to their one name."""

LOGICAL, BITWISE, COMPARISON, COALESCE, ADD, MULTIPLY, FORMAT, RANGE = range(1, 9)

PRECEDENCE: Final[dict[str, int]] = {
    "and": LOGICAL, "or": LOGICAL, "xor": LOGICAL,
    "band": BITWISE, "bor": BITWISE, "bxor": BITWISE,
    **dict.fromkeys(_CASED, COMPARISON),
    **{"c" + name: COMPARISON for name in _CASED},
    "is": COMPARISON, "isnot": COMPARISON, "as": COMPARISON, "join": COMPARISON, "shl": COMPARISON, "shr": COMPARISON,
    "??": COALESCE,
    "+": ADD, "-": ADD,
    "*": MULTIPLY, "/": MULTIPLY, "%": MULTIPLY,
    "f": FORMAT,
    "..": RANGE,
}  # fmt: skip
"""How tightly a binary operator binds; all are left-associative."""

UNARY: Final = frozenset({"+", "-", "!", "++", "--", ",", "not", "bnot", "split", "csplit", "join"})
ASSIGNMENTS: Final = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "??="})

KEYWORDS: Final = frozenset(
    {
        "begin", "break", "catch", "class", "clean", "continue", "data", "define", "do", "dynamicparam",
        "else", "elseif",
        "end", "enum", "exit", "filter", "finally", "for", "foreach", "from", "function", "if", "in", "interface",
        "param", "process", "return", "switch", "throw", "trap", "try", "until", "using", "var", "while", "workflow",
    }
)  # fmt: skip
