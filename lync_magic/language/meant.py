"""What somebody meant who wrote another language, or PowerShell as it looks like it: a sentence with PowerShell's way.

Rule of this file: it is asked only where PowerShell refuses a text, or knows no such command; it never changes what is
said of that.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Final

PYTHON: Final = "This looks like Python, whose cells have no %%lync (in the PowerShell kernel: %%python)."
COMPARES: Final = "PowerShell compares with -eq, -ne, -gt, -lt, -ge, -le, -like and -match."
HYPHENS: Final = "PowerShell's operators begin with a hyphen: -and, -or, -not, -eq, -gt."
NO_PARENTHESES: Final = "A command is called without parentheses: Get-CsOnlineUser -Identity NAME"
CONDITION: Final = "A condition stands in parentheses: if ($a -eq 1) { … }, foreach ($one in $all) { … }"
VARIABLE: Final = "A variable begins with $: $x = 1"
TABLE: Final = "A hashtable is written so: @{ a = 1; b = 2 }"
SHOWN: Final = (
    "A value alone is shown, or Write-Output. Cells of Python have no %%lync (in the PowerShell kernel: %%python)."
)
ARRAY: Final = "A list has no brackets: $x = 1, 2, 3"

_PYTHON: Final = re.compile(
    r"^\s*(?:(?:for\b.+\bin|while|if|elif|else|def|class|try|except|with)\b.*:\s*$|from\s+\w+\s+import\b)"
    r"|\[.+\bfor\b.+\bin\b.+\]"
)
_AT_TOKEN: Final[tuple[tuple[frozenset[str], re.Pattern[str], str], ...]] = tuple(
    (frozenset(ids.split()), re.compile(pattern), sentence)
    for ids, pattern, sentence in (
        ("MissingStatementBlockAfterElse", r"\s*if\b", "elseif is one word: elseif (…) { … }"),
        ("UnexpectedToken", r"(?:and|or|xor|not|is|in|eq|ne|gt|lt|ge|le|like|match)\b", HYPHENS),
        ("UnexpectedToken", r"(?:!=|<>|===?)", COMPARES),
        ("InvalidLeftHandSide", r".*==", COMPARES),
        ("MissingOpenParenthesisAfterKeyword MissingOpenParenthesisInIfStatement", r"\s*\S", CONDITION),
        ("MissingEqualsInHashLiteral UnexpectedToken", r"\s*:", TABLE),
        ("MissingTypename", r"", ARRAY),
        ("MissingEndParenthesisInFunctionParameterList", r"\w*", "A parameter begins with $: function f($x) { … }"),
        ("MissingStatementBlock", r"\s*then\b", "PowerShell has no then: if (…) { … }"),
        ("ReservedKeywordNotAllowed", r"var\b", VARIABLE),
    )
)
"""By the id of the error and the text that begins at its place."""
_CALL: Final = re.compile(r"[\w-]+-\w+\($|[A-Z]\w+_\w+\($")
_WORDS: Final = {
    **dict.fromkeys(("=", "==", "==="), COMPARES),
    **dict.fromkeys(("import", "def", "from", "del", "lambda", "elif", "pass", "len", "range", "str", "int"), PYTHON),
    "print": SHOWN,
    **dict.fromkeys(("true", "false"), "PowerShell writes $true and $false."),
    **dict.fromkeys(("none", "null"), "PowerShell writes $null."),
    **dict.fromkeys(("not", "and", "or"), HYPHENS),
    **dict.fromkeys(("var", "let", "const"), VARIABLE),
}
"""Words of other languages where a command stands."""


def syntax_meant(error_id: str, line: str, column: int) -> str:
    """What was meant by a line that is not PowerShell, or "". column: from 1, where the error is."""
    if _PYTHON.search(line):
        return PYTHON
    before, after = line[: column - 1], line[column - 1 :]
    if error_id == "ExpectedExpression" and after.startswith(")") and _CALL.search(before):
        return NO_PARENTHESES
    return next((told for ids, pattern, told in _AT_TOKEN if error_id in ids and pattern.match(after)), "")


def command_meant(name: str, arguments: Sequence[object], variables: Container[str]) -> str:
    """What was meant by a command that is not there, or ""."""
    if arguments and arguments[0] in ("=", "+=", "-="):
        return VARIABLE
    if name in variables:
        return f"The variable is ${name}."
    return _WORDS.get(name.lower(), "")
