"""Every method and static method that is declared, called with arguments of every kind: `cells()` gives them all.

python tests/language/judge/members.py FILE.jsonl [EVERY]   # asks PowerShell for each, or for each EVERYth, that is accepted
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random

from lync_magic.language.values import calls, net_objects, regex_values, statics

ARGUMENTS = (
    "$null", "0", "1", "-1", "3", "2.5", "[decimal]1.5", "[long]2", "'abc'", "''", "'b'", "'5'", "'2024-01-02'", "'ab,c'",
    "[char]'a'", "[char]'b'", "$true", "@(1,2)", "('a','b')", "[string[]]('b','c')", "[char[]]'bc'", "[byte[]](65,195,169)",
    "[datetime]'2024-01-02T03:04:05'", "[timespan]'1:00:00'", "[DayOfWeek]::Monday", "[int]", "@{a=1}",
    "'OrdinalIgnoreCase'", "'yyyy-MM-dd'", "'N2'", "[version]'1.2'",
)  # fmt: skip
TARGETS = (
    "'abcab'", "'  Some Text '", "5", "2.5", "[decimal]1.25", "[long]7", "$true", "[char]'x'",
    "[datetime]'2024-02-29T13:04:05'", "[timespan]'1.02:03:04'", "[guid]'0f8fad5b-d9cb-469f-a165-70867728950e'",
    "[version]'1.2.3'", "[uri]'http://a.b/c?d=1'", "[DayOfWeek]::Friday", "[regex]'(b)'", "(1,2,3)", "@{a=1;b=2}",
    "[ordered]@{a=1;b=2}", "[System.Collections.ArrayList](1,2,3)", "[System.Collections.Generic.List[int]](1,2,3)",
    "[System.Collections.Generic.List[string]]('a','b')", "[System.Text.StringBuilder]::new('abc')", "[int]",
    "[pscustomobject]@{a=1}",
)  # fmt: skip
EACH = 45
"""How many arguments, or pairs and more of them, each method is called with."""
NOT_ASKED = frozenset({"newguid", "now", "utcnow", "today", "gettemppath", "getfullpath", "getenvironmentvariable"})


def _calls(name: str, least: int, most: int, choice: Random) -> Iterator[str]:
    for count in range(least, min(most, 4) + 1):
        if count == 0:
            yield f"{name}()"
        elif count == 1:
            yield from (f"{name}({one})" for one in ARGUMENTS)
        elif count == 2:
            pairs = list(product(ARGUMENTS, ARGUMENTS))
            yield from (f"{name}({', '.join(one)})" for one in choice.sample(pairs, EACH))
        else:
            for _number in range(EACH):
                yield f"{name}({', '.join(choice.choices(ARGUMENTS, k=count))})"


def cells() -> Iterator[str]:
    """The cells, always in the same order."""
    choice = Random(5)
    for kind, methods in statics._METHODS.items():
        for name, one in methods.items():
            if name not in NOT_ASKED:
                yield from _calls(f"[{kind}]::{name}", one.least, one.most, choice)
    tables = [
        calls._COMMON,
        *(table for _kind, table in calls._METHODS),
        net_objects._BUILDER,
        regex_values._REGEX_METHODS,
    ]
    methods = {
        name: (min(t[name].least for t in tables if name in t), max(t[name].most for t in tables if name in t))
        for table in tables
        for name in table
    }
    for target in TARGETS:
        for name, (least, most) in methods.items():
            yield from (f"$t = {target}; $t{call}; $t" for call in _calls(f".{name}", least, most, choice))


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    from ours import Ours
    from real import RealPowerShell, find_pwsh

    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    program = find_pwsh()
    assert program, "there is no PowerShell here"
    real = RealPowerShell(program)
    with Path(sys.argv[1]).open("w", encoding="utf-8") as file:
        for code in list(cells())[::every]:
            done = Ours(code)
            if done.refused is None:
                file.write(json.dumps(real.ask(code)) + "\n")
    real.close()


if __name__ == "__main__":
    main()
