"""The part of XPath that scripts use: paths of names, `*`, `@name`, `text()`, `.` and `..`, with predicates.

A predicate is a place, a name, or a comparison of a name or attribute with a text. A name without a prefix is one of no
namespace (XPath 1.0, 2.3); what the prefixes of a path mean is told beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from lync_magic.language.values.failures import NotKnownHere

if TYPE_CHECKING:
    from lync_magic.language.values.xml_values import XmlNode

_STEP: Final = re.compile(
    r"(?P<slash>//?)?(?P<test>\.\.|\.|\*|text\(\)|@\*|@[\w.:-]+|[\w.:-]+)(?P<tests>(?:\[[^\[\]]*\])*)"
)
_PREDICATE: Final = re.compile(
    r"""\[\s*(?:(?P<place>\d+)|(?P<last>last\(\))|(?P<name>(?:local-)?name\(\)|text\(\)|@?[\w.:-]+|\.)(?:\s*(?P<sign>!?=)\s*"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'))?)\s*\]"""
)


XML: Final = "http://www.w3.org/XML/1998/namespace"
"""What the prefix `xml` means everywhere."""
Names = Mapping[str, str]
"""What prefixes mean."""


class BadPath(Exception):
    """What .NET says of a path."""


def select(start: XmlNode, document: XmlNode, path: str, names: Names | None = None) -> list[XmlNode]:
    """The nodes of a path, in the document's order. names: what its prefixes mean, None where nobody told.

    Raises NotKnownHere for a path that is not known here, BadPath for a prefix that nobody told.
    """
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
        _check_prefixes([step["test"], *(one[3] for one in tests)], names)
        nodes = _stepped(nodes, step, {"xml": XML, **(names or {})})
    return nodes


def _check_prefixes(tests: Iterable[str], names: Names | None) -> None:
    for test in tests:
        if "::" in test:
            raise NotKnownHere(f"the axis {test} of an XPath")
        prefix, colon, _local = test.lstrip("@").rpartition(":")
        if colon and prefix != "xml" and names is None:
            raise BadPath(_NO_MANAGER)
        if colon and prefix not in {"xml", *(names or {})}:
            raise BadPath(f"Namespace prefix '{prefix}' is not defined.")


_NO_MANAGER: Final = (
    "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function."
)


def _stepped(nodes: list[XmlNode], step: re.Match[str], names: Names) -> list[XmlNode]:
    found: dict[int, XmlNode] = {}
    for node in nodes:
        for context in node.below() if step["slash"] == "//" else (node,):
            kept = _tested(context, step["test"], names)
            for predicate in _PREDICATE.finditer(step["tests"]):
                kept = [one for number, one in enumerate(kept, 1) if _holds(one, number, len(kept), predicate, names)]
            found.update((id(one), one) for one in kept)
    return list(found.values())


def _is_named(node: XmlNode, name: str, names: Names) -> bool:
    """Whether a node has a path's name."""
    prefix, _, local = name.rpartition(":")
    return node.local_name == local and node.namespace == (names[prefix] if prefix else "")


def _tested(node: XmlNode, test: str, names: Names) -> list[XmlNode]:
    if test == ".":
        return [node]
    if test == "..":
        return [node.parent] if node.parent is not None else []
    if test.startswith("@"):
        held = [one for one in node.attributes if one.name.partition(":")[0] != "xmlns"]
        return [one for one in held if test == "@*" or _is_named(one, test[1:], names)]
    if test == "text()":
        return [one for one in node.children if one.kind in ("#text", "#cdata-section")]
    held = [one for one in node.children if one.kind == "element"]
    return [one for one in held if test == "*" or _is_named(one, test, names)]


def _holds(node: XmlNode, number: int, count: int, predicate: re.Match[str], names: Names) -> bool:
    if predicate["place"]:
        return number == int(predicate["place"])
    if predicate["last"]:
        return number == count
    if predicate["name"].endswith("name()"):
        own = node.local_name if predicate["name"].startswith("local") else node.name
        told = [own] if own or predicate["sign"] is not None else []
    else:
        told = [one.inner_text for one in _tested(node, predicate["name"], names)]
    if predicate["sign"] is None:
        return bool(told)
    wanted = predicate["double"] if predicate["double"] is not None else predicate["single"]
    return any((one == wanted) == (predicate["sign"] == "=") for one in told)
