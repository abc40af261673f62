"""Nodes put among others: `.InsertBefore(…)`, `.ReplaceChild(…)`, `.ImportNode(…)`, and a document's declaration."""

from __future__ import annotations

from collections.abc import Sequence

from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.methods import method
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.text import to_text
from lync_magic.language.values.xml_values import XmlNode, lift


def _need_document(node: XmlNode, name: str) -> None:
    if node.kind != "document":
        raise NotKnownHere(f".{name}() of a [{node}]")


def _declaration(node: XmlNode, arguments: Sequence[object]) -> object:
    _need_document(node, "CreateXmlDeclaration")
    version, encoding, standalone = map(to_text, arguments)
    if version != "1.0" or standalone not in ("", "yes", "no"):
        raise NotKnownHere("such an XML declaration")
    told = f'version="{version}"' + (f' encoding="{encoding}"' if encoding else "")
    made = XmlNode("xml", value=told + (f' standalone="{standalone}"' if standalone else ""))
    made.owner = node
    return made


def _child(value: object, name: str) -> XmlNode:
    if not isinstance(value, XmlNode) or value.kind in ("document", "attribute"):
        raise NotKnownHere(f".{name}() of this")
    return value


def _put(name: str, node: XmlNode, child: XmlNode, place: int) -> XmlNode:
    """Put a child among the others of a node, taken away from where it is."""
    if node.kind not in ("element", "document"):
        raise NotKnownHere(f".{name}() of this")
    node.add(child)
    node.children.insert(place, node.children.pop())
    return child


def _place_of(node: XmlNode, other: object, name: str) -> int:
    found = next((place for place, one in enumerate(node.children) if one is other), None)
    if found is None:
        raise NotKnownHere(f".{name}() beside what is no child")
    return found


def _inserted(name: str, node: XmlNode, arguments: Sequence[object]) -> object:
    """InsertBefore and InsertAfter: beside a child, or with none at the end or at the start."""
    child, other = _child(arguments[0], name), arguments[1]
    after = name == "InsertAfter"
    if other is child:
        return child
    lift(node, child, name, 2)
    if other is None:
        return _put(name, node, child, 0 if after else len(node.children))
    return _put(name, node, child, _place_of(node, other, name) + after)


def _first(node: XmlNode, arguments: Sequence[object]) -> object:
    child = _child(arguments[0], "PrependChild")
    lift(node, child, "PrependChild", 1)
    return _put("PrependChild", node, child, 0)


def _replaced(node: XmlNode, arguments: Sequence[object]) -> object:
    new, old = (_child(one, "ReplaceChild") for one in arguments)
    lift(node, new, "ReplaceChild", 2)
    place = _place_of(node, old, "ReplaceChild")
    old.leave()
    _put("ReplaceChild", node, new, place)
    return old


def copied(node: XmlNode, *, deep: bool) -> XmlNode:
    """A node once more, which stands nowhere; with all that is in it, or with its attributes alone."""
    made = XmlNode(node.kind, node.name, node.value)
    made.owner = node.document
    made.made_of = node.namespace if node.kind == "element" else None
    for one in node.attributes:
        made.put(one.name, one.value)
    for child in node.children if deep else ():
        made.add(copied(child, deep=True))
    made.ended = node.ended
    return made


def _imported(node: XmlNode, arguments: Sequence[object]) -> object:
    _need_document(node, "ImportNode")
    made = copied(_child(arguments[0], "ImportNode"), deep=to_bool(arguments[1]))
    made.owner = node
    return made


def _emptied(node: XmlNode, _arguments: Sequence[object]) -> object:
    """RemoveAll: its children and attributes go, and it has an end tag."""
    if node.kind != "element":
        raise NotKnownHere(f".RemoveAll() of a [{node}]")
    for child in list(node.children):
        child.leave()
    node.attributes, node.ended = [], True
    return NOTHING


own_methods[XmlNode] = {
    **own_methods[XmlNode],
    "createxmldeclaration": method(3)(_declaration),
    "insertbefore": method(2)(lambda node, a: _inserted("InsertBefore", node, a)),
    "insertafter": method(2)(lambda node, a: _inserted("InsertAfter", node, a)),
    "prependchild": method(1)(_first),
    "replacechild": method(2)(_replaced),
    "clonenode": method(1)(lambda node, a: copied(node, deep=to_bool(a[0]))),
    "importnode": method(2)(_imported),
    "clone": method(0)(lambda node, a: copied(node, deep=True)),
    "removeall": method(0)(_emptied),
}
