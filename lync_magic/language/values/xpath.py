"""The part of XPath that scripts use: paths of names, `*`, `@name`, `text()`, `.` and `..`, with predicates.

A predicate is a place, a name, or a comparison of a name or attribute with a text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lync_magic.language.values.failures import NotKnownHere

if TYPE_CHECKING:
    from lync_magic.language.values.xml_values import XmlNode

_STEP: Final = re.compile(
    r"(?P<slash>//?)?(?P<test>\.\.|\.|\*|text\(\)|@\*|@[\w.:-]+|[\w.:-]+)(?P<tests>(?:\[[^\[\]]*\])*)"
)
_PREDICATE: Final = re.compile(
    r"""\[\s*(?:(?P<place>\d+)|(?P<last>last\(\))|(?P<name>@?[\w.-]+|text\(\)|\.)(?:\s*(?P<sign>!?=)\s*"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'))?)\s*\]"""
)


def select(start: XmlNode, document: XmlNode, path: str) -> list[XmlNode]:
    """The nodes of a path, in the document's order. Raises NotKnownHere for a path that is not known here."""
    place, nodes = 0, [document if path.startswith("/") else start]
    text = path.strip()
    while place < len(text):
        step = _STEP.match(text, place)
        if step is None or (place and not step["slash"]):
            raise NotKnownHere(f"the XPath {path}")
        place = step.end()
        tests = _PREDICATE.findall(step["tests"])
        if "".join(re.findall(r"\[[^\[\]]*\]", step["tests"])) and len(tests) != step["tests"].count("["):
            raise NotKnownHere(f"the XPath {path}")
        nodes = _stepped(nodes, step)
    return nodes


def _stepped(nodes: list[XmlNode], step: re.Match[str]) -> list[XmlNode]:
    found: dict[int, XmlNode] = {}
    for node in nodes:
        for context in node.below() if step["slash"] == "//" else (node,):
            kept = _tested(context, step["test"])
            for predicate in _PREDICATE.finditer(step["tests"]):
                kept = [one for number, one in enumerate(kept, 1) if _holds(one, number, len(kept), predicate)]
            found.update((id(one), one) for one in kept)
    return list(found.values())


def _tested(node: XmlNode, test: str) -> list[XmlNode]:
    if test == ".":
        return [node]
    if test == "..":
        return [node.parent] if node.parent is not None else []
    if test.startswith("@"):
        return [one for one in node.attributes if test in ("@*", f"@{one.name}")]
    if test == "text()":
        return [one for one in node.children if one.kind in ("#text", "#cdata-section")]
    return [one for one in node.children if one.kind == "element" and test in ("*", one.name)]


def _holds(node: XmlNode, number: int, count: int, predicate: re.Match[str]) -> bool:
    if predicate["place"]:
        return number == int(predicate["place"])
    if predicate["last"]:
        return number == count
    told = _tested(node, predicate["name"])
    if predicate["sign"] is None:
        return bool(told)
    wanted = predicate["double"] if predicate["double"] is not None else predicate["single"]
    return any((one.inner_text == wanted) == (predicate["sign"] == "=") for one in told)
