"""Every operator and conversion on every kind of operand: `cells()` gives them all, 32,000 and more.

python tests/language/judge/operands.py FILE.jsonl [EVERY]   # asks PowerShell for each, or for each EVERYth
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

OPERANDS = (
    "$null", "$true", "$false", "0", "1", "-3", "[long]5", "[byte]3", "2.5", "[decimal]1.5", "[single]2.5", "[uint32]7",
    "[char]'a'", "''", "'abc'", "'5'", "'5.5'", "'0x1F'", "'Monday'", "@()", "@(1,2)", "('a','b')", "@{a=1}",
    "[datetime]'2024-01-02'", "[timespan]'1:00:00'", "[guid]::Empty", "[version]'1.2'", "[DayOfWeek]::Monday", "[int]",
    "{1}", "[pscustomobject]@{a=1}", "[uri]'http://x/'",
)  # fmt: skip
BINARY = (
    "+", "-", "*", "/", "%", "-band", "-bor", "-bxor", "-shl", "-shr", "..", "-eq", "-ne", "-gt", "-le", "-is", "-as",
    "-split", "-replace", "-join", "-match", "-like", "-f", "-contains", "-in", "-and",
)  # fmt: skip
UNARY = ("-", "+", "!", "-bnot", "-join ", "-split ", ",")
TYPES = (
    "int", "long", "byte", "int16", "uint32", "uint64", "sbyte", "double", "single", "decimal", "char", "string", "bool",
    "datetime", "timespan", "guid", "version", "uri", "DayOfWeek", "ConsoleColor", "type", "hashtable",
    "pscustomobject", "psobject", "object", "array", "scriptblock", "switch", "regex", "System.Collections.ArrayList",
    "System.Collections.Generic.List[int]", "System.Collections.Generic.List[string]", "int[]", "string[]", "char[]",
    "object[]", "datetime[]", "bool[]",
)  # fmt: skip


def cells() -> Iterator[str]:
    """The cells, always in the same order."""
    yield from (f"({left}) {sign} ({right})" for sign in BINARY for left in OPERANDS for right in OPERANDS)
    yield from (f"{sign}({one})" for sign in UNARY for one in OPERANDS)
    for form in ("[{0}]({1})", "({1}) -as [{0}]", "function f([{0}]$x) {{ $x }}; f ({1})", "[{0}]$x = {1}; $x"):
        yield from (form.format(kind, one) for kind in TYPES for one in OPERANDS)
    yield from (f"$x={one}; $x{sign}; $x" for one in OPERANDS for sign in ("++", "--"))
    others = ("1", "'2'", "[timespan]'1:00:00'", "@(1)")
    yield from (f"$x={one}; $x {sign} {by}; $x" for one in OPERANDS for sign in ("+=", "-=", "*=") for by in others)
    yield from (f'({one}) ? 1 : 2; "$({one})"; ({one}) ?? 3' for one in OPERANDS)


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    from real import answers

    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with Path(sys.argv[1]).open("w", encoding="utf-8") as file:
        for answer in answers(list(cells())[::every]):
            file.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
