"""Makes the sandbox's `data/editions.json` of the catalogue of documented cmdlets (facts of Microsoft's pages).

    python tests/sandbox/engine/make_editions.py CATALOGUE.jsonl OUT.json

Which parameter is in which set, where and whether it must be given, comes from the pages' syntax lines; aliases, values
and pipeline binding, and what else must be given, from their parameter tables; where a command has one set, positions
come from the table. What is the same for many commands is written once, and named by its number.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ITEM = re.compile(
    r"\[\[-(?P<a>[\w-]+)\] <.+?>\](?= |$)|\[-(?P<b>[\w-]+)\] <.+?>(?= |$)|\[-(?P<c>[\w-]+)(?: <.+?>)?\](?= |$)"
    r"|(?<![\w<])-(?P<d>[\w-]+)(?: <.+?>)?(?= |$)"
)
SAME = {
    "string": "String",
    "boolean": "Boolean",
    "bool": "Boolean",
    "guid": "Guid",
    "int": "Int32",
    "Int": "Int32",
    "Integer": "Int32",
    "integer": "Int32",
    "long": "Int64",
    "object": "Object",
    "switch": "SwitchParameter",
}
"""One type that the pages spell in several ways."""
COMMON = "[<CommonParameters>]"
ALL = "(All)"


def type_name(text: str) -> str:
    """A type as the sandbox names it."""
    bare = re.sub(r"^System\.Management\.Automation\.(?!PSListModifier`)|^System\.(?=[A-Z]\w*(\[\])?$)", "", text)
    array = "[]" if bare.endswith("[]") else ""
    element = bare.removesuffix("[]")
    return SAME.get(element, element) + array


def uses(line: str) -> Iterator[tuple[str, bool, bool]]:
    """Name, whether it must be given, whether it has a position: in the line's order."""
    for found in ITEM.finditer(line.partition(" ")[2].replace(COMMON, "").strip()):
        kind = found.lastgroup or ""
        yield found[kind], kind in "bd", kind in "ab"


def encoded_sets(row: dict[str, Any], numbers: dict[str, int]) -> list[Any]:
    """Each set: its name, and for each of its parameters the number, and `!` mandatory, `@N` position."""
    table = {one["name"].lower(): one for one in row["parameters"]}
    named = {name.lower() for syntax in row["syntax"] for name, _, _ in uses(syntax["syntax"])}
    rest = [str(number) for name, number in numbers.items() if name not in named]
    """Parameters that the table alone names: in every set."""
    made = []
    single = len(row["syntax"]) == 1
    for number, syntax in enumerate(row["syntax"]):
        words, place = [], 0
        for name, mandatory, positional in uses(syntax["syntax"]):
            known = table.get(name.lower())
            if known is None:
                continue
            position = None
            if positional:
                position, place = place, place + 1
            if single:
                position = None if known["position"] is None else known["position"] - 1
            mandatory = mandatory or known["required"]
            at = "" if position is None else f"@{position}"
            words.append(f"{numbers[known['name'].lower()]}{'!' if mandatory else ''}{at}")
        name = ALL if single else syntax["set"] if syntax["set"] != ALL else f"Set{number + 1}"
        made.append([name, " ".join([*words, *rest])])
    return made or [[ALL, " ".join(rest)]]


def default_set(row: dict[str, Any]) -> str:
    """The default set: the one that the page marks, else the one that it shows first."""
    if len(row["syntax"]) <= 1:
        return ""
    names = [one[0] for one in encoded_sets(row, {each["name"].lower(): 0 for each in row["parameters"]})]
    marked = [one["default"] for one in row["syntax"]]
    return names[marked.index(True) if True in marked else 0]


class Table:
    """Things that are written once."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, row: Any) -> int:
        """The number of a thing."""
        key = json.dumps(row)
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append(row)
        return self._numbers[key]


def made_of(rows: Sequence[dict[str, Any]]) -> str:
    """The file."""
    types, parameters, commands = Table(), Table(), []
    for row in rows:
        numbers: dict[str, int] = {}
        for one in row["parameters"]:
            flags = bool(one["by_value"]) + 2 * bool(one["by_property_name"])
            entry: list[Any] = [one["name"], types.number(type_name(one["type"])), flags]
            if one["aliases"] or one["values"]:
                entry.append(" ".join(one["aliases"]))
            if one["values"]:
                entry.append([str(value) for value in one["values"]])
            numbers[one["name"].lower()] = parameters.number(entry)
        edition = "s" if row["module"] == "SkypeForBusiness" else "t"
        outputs = [types.number(one) for one in row["outputs"] if one and one != "None"]
        commands.append([row["name"], edition, default_set(row), encoded_sets(row, numbers), outputs])
    parts = {"types": types.rows, "parameters": parameters.rows, "commands": commands}
    lines = [
        f'"{name}":[\n' + ",\n".join(json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in part) + "\n]"
        for name, part in parts.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    catalogue, out = map(Path, sys.argv[1:3])
    out.write_text(made_of([json.loads(line) for line in catalogue.open(encoding="utf-8")]), encoding="utf-8")
