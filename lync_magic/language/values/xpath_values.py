"""The values of XPath 1.0 — nodes, texts, numbers, truths —, how each becomes another, and the functions on them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Final, NamedTuple, TypeAlias

from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.xml_nodes import XmlNode

Value: TypeAlias = list[XmlNode] | str | float | bool
_NUMBER: Final = re.compile(r"[ \t\r\n]*(-?(?:\d+(?:\.\d*)?|\.\d+))[ \t\r\n]*")
_MOST: Final = 1e15
"""From here on a number is not written out here."""


class Function(NamedTuple):
    """A function of XPath's. of_node: without an argument it is of the node itself."""

    least: int
    most: int
    call: Callable[[Sequence[Value]], Value]
    of_node: bool = False


def text_of(value: Value) -> str:
    """A value as a text: of nodes that of the first."""
    if isinstance(value, list):
        return value[0].inner_text if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "NaN"
    if abs(value) >= _MOST or (value and abs(value) < 1e-4):
        raise NotKnownHere("this number as a text of XPath")
    return str(int(value)) if value == int(value) else repr(value)


def number_of(value: Value) -> float:
    """A value as a number; NaN for a text that is none."""
    if isinstance(value, bool | float):
        return float(value)
    found = _NUMBER.fullmatch(text_of(value))
    return math.nan if found is None else float(found[1])


def truth_of(value: Value) -> bool:
    """Whether there is anything in a value."""
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def compared(compare: Callable[[object, object], bool], first: Value, second: Value, *, ordering: bool) -> bool:
    """Whether two values compare so; of nodes whether one of them does."""
    if isinstance(first, bool) or isinstance(second, bool):
        if ordering:
            return compare(number_of(truth_of(first)), number_of(truth_of(second)))
        return compare(truth_of(first), truth_of(second))
    as_numbers = ordering or isinstance(first, float) or isinstance(second, float)
    read = number_of if as_numbers else text_of
    ours = [read(one.inner_text) for one in first] if isinstance(first, list) else [read(first)]
    others = [read(one.inner_text) for one in second] if isinstance(second, list) else [read(second)]
    return any(compare(one, other) for one in ours for other in others)


def _first(told: Sequence[Value]) -> XmlNode | None:
    nodes = told[0]
    if not isinstance(nodes, list):
        raise NotKnownHere("a function of XPath of what are no nodes")
    return nodes[0] if nodes else None


def _name(read: Callable[[XmlNode], str]) -> Callable[[Sequence[Value]], Value]:
    def name(told: Sequence[Value]) -> Value:
        node = _first(told)
        return read(node) if node is not None and node.kind in ("element", "attribute") else ""

    return name


def _all(told: Sequence[Value]) -> list[XmlNode]:
    _first(told)
    assert isinstance(told[0], list)
    return told[0]


def _part(told: Sequence[Value]) -> Value:
    """`substring(text, from, count)`: of the letters whose places, rounded, are within."""
    text, start = text_of(told[0]), _rounded(number_of(told[1]))
    end = start + _rounded(number_of(told[2])) if len(told) > 2 else math.inf
    return "".join(letter for place, letter in enumerate(text, 1) if start <= place < end)


def _rounded(number: float) -> float:
    return number if math.isnan(number) or math.isinf(number) else math.floor(number + 0.5)


def _translated(told: Sequence[Value]) -> Value:
    text, letters, others = map(text_of, told)
    table: dict[int, str | None] = {}
    for place, letter in enumerate(letters):
        table.setdefault(ord(letter), others[place] if place < len(others) else None)
    return text.translate(table)


def _halves(told: Sequence[Value]) -> tuple[str, str, str]:
    return text_of(told[0]).partition(text_of(told[1])) if text_of(told[1]) else ("", "x", text_of(told[0]))


def _after(told: Sequence[Value]) -> str:
    _, found, after = _halves(told)
    return after if found else ""


def _before(told: Sequence[Value]) -> str:
    before, found, _ = _halves(told)
    return before if found else ""


def _counted(count: Callable[[float], float]) -> Callable[[Sequence[Value]], Value]:
    def counted(told: Sequence[Value]) -> Value:
        number = number_of(told[0])
        return number if math.isnan(number) or math.isinf(number) else float(count(number))

    return counted


FUNCTIONS: Final[dict[str, Function]] = {
    "last": Function(0, 0, lambda told: 0.0),
    "position": Function(0, 0, lambda told: 0.0),
    "count": Function(1, 1, lambda told: float(len(_all(told)))),
    "sum": Function(1, 1, lambda told: float(sum(number_of(one.inner_text) for one in _all(told)))),
    "local-name": Function(0, 1, _name(lambda node: node.local_name), of_node=True),
    "name": Function(0, 1, _name(attrgetter("name")), of_node=True),
    "namespace-uri": Function(0, 1, _name(lambda node: node.namespace), of_node=True),
    "string": Function(0, 1, lambda told: text_of(told[0]), of_node=True),
    "concat": Function(2, 99, lambda told: "".join(map(text_of, told))),
    "starts-with": Function(2, 2, lambda told: text_of(told[0]).startswith(text_of(told[1]))),
    "contains": Function(2, 2, lambda told: text_of(told[1]) in text_of(told[0])),
    "substring-before": Function(2, 2, _before),
    "substring-after": Function(2, 2, _after),
    "substring": Function(2, 3, _part),
    "string-length": Function(0, 1, lambda told: float(len(text_of(told[0]))), of_node=True),
    "normalize-space": Function(0, 1, lambda told: " ".join(text_of(told[0]).split()), of_node=True),
    "translate": Function(3, 3, _translated),
    "boolean": Function(1, 1, lambda told: truth_of(told[0])),
    "not": Function(1, 1, lambda told: not truth_of(told[0])),
    "true": Function(0, 0, lambda told: True),
    "false": Function(0, 0, lambda told: False),
    "number": Function(0, 1, lambda told: number_of(told[0]), of_node=True),
    "floor": Function(1, 1, _counted(math.floor)),
    "ceiling": Function(1, 1, _counted(math.ceil)),
    "round": Function(1, 1, _counted(_rounded)),
}
