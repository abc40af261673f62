"""Nodes made and put among others: `.CreateElement(…)`, `.InsertBefore(…)`, `.Attributes.Append(…)`, a declaration."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.failures import NotKnownHere, call_failed, cannot_convert_object
from lync_magic.language.values.methods import argument_failed, indexed_by, method
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import type_of
from lync_magic.language.values.xml_nodes import Attributes, NodeList, XmlNode
from lync_magic.language.values.xml_values import attribute_of, element_in, lift


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
    _without_attributes(node)
    node.ended = True
    return NOTHING


def _need_name(told: str) -> None:
    if not told:
        message = "The local name for elements or attributes cannot be null or an empty string."
        call_failed("CreateElement", 1, message, "ArgumentException")
    if re.fullmatch(r"[\w.:-]+", told) is None:
        raise NotKnownHere("such a name of an element")


def _made(kind: str) -> Callable[[XmlNode, Sequence[object]], object]:
    def make(node: XmlNode, arguments: Sequence[object]) -> object:
        if node.kind != "document":
            raise NotKnownHere(f"making nodes by a [{node}]")
        told = to_text(arguments[0])
        if kind == "element":
            _need_name(told)
        made = XmlNode(kind, told) if kind == "element" else XmlNode(kind, value=told)
        made.owner = node
        if kind == "element" and (len(arguments) > 1 or ":" not in told):
            made.made_of = to_text(arguments[1]) if len(arguments) > 1 else ""
        return made

    return make


# --- attributes ------------------------------------------------------------------------------------------------------


def _new_attribute(node: XmlNode, arguments: Sequence[object]) -> object:
    _need_document(node, "CreateAttribute")
    told = to_text(arguments[0])
    if len(arguments) > 1 or told == "xmlns" or re.fullmatch(r"[\w.-]+", told) is None:
        raise NotKnownHere("such a name of an attribute")
    made = XmlNode("attribute", told)
    made.owner = node
    return made


def _given(value: object, name: str) -> XmlNode:
    """The attribute that a method is given."""
    if isinstance(value, XmlNode) and value.kind == "attribute":
        return value
    if value is not None:
        kind = "System.Xml.XmlAttribute"
        bad = cannot_convert_object(net_text(value), type_of(value), kind, "ConvertToFinalInvalidCastException")
        raise argument_failed("node", value, name, kind, bad)
    if name in ("Append", "Prepend"):
        call_failed(name, 1, "Object reference not set to an instance of an object.", "NullReferenceException")
    raise NotKnownHere(f".{name}() of nothing")


def _put_attribute(held: Attributes, given: XmlNode, place: int) -> XmlNode:
    """Have an attribute stand among those of an element."""
    given.parent = held.owner
    held.insert(place, given)
    return given


def _beside(name: str) -> Callable[[Attributes, Sequence[object]], object]:
    """Append and Prepend: one of the same name goes, and the given one goes from where it is."""

    def put(held: Attributes, arguments: Sequence[object]) -> object:
        given = _given(arguments[0], name)
        if given.document is not held.owner.document:
            call_failed(name, 1, "The named node is from a different document context.", "ArgumentException")
        given.leave()
        if (same := attribute_of(held.owner, given.name)) is not None:
            same.leave()
        return _put_attribute(held, given, len(held) if name == "Append" else 0)

    return put


def _set_attribute(node: XmlNode, arguments: Sequence[object]) -> object:
    """SetAttributeNode: in place of the one of that name, which it gives."""
    given = _given(arguments[0], "SetAttributeNode")
    if node.kind != "element" or given.document is not node.document:
        raise NotKnownHere(".SetAttributeNode() of this")
    if given.parent is not None:
        message = "The 'Attribute' node cannot be inserted because it is already an attribute of another element."
        call_failed("SetAttributeNode", 1, message, "InvalidOperationException")
    same = attribute_of(node, given.name)
    place = len(node.attributes) if same is None else next(at for at, one in enumerate(node.attributes) if one is same)
    if same is not None:
        same.leave()
    _put_attribute(node.attributes, given, place)
    return same


def _taken(node: XmlNode, given: XmlNode) -> XmlNode | None:
    """An attribute that is taken away from an element, None where it is another's."""
    if given.parent is not node:
        return None
    given.leave()
    return given


def _taken_by_name(held: Attributes, arguments: Sequence[object]) -> object:
    found = attribute_of(held.owner, arguments[0])
    return None if found is None else _taken(held.owner, found)


def _taken_by_place(held: Attributes, arguments: Sequence[object]) -> object:
    place = arguments[0]
    if type(place) is not int:
        raise NotKnownHere(".RemoveAt() of this")
    return _taken(held.owner, held[place]) if 0 <= place < len(held) else None


def _without_attributes(node: XmlNode) -> object:
    for one in node.attributes.nodes():
        one.leave()
    return NOTHING


def _item(held: NodeList, arguments: Sequence[object]) -> object:
    place = indexed_by(arguments[0], "System.Int32", "index", "Item")
    assert isinstance(place, int)
    return held[place] if 0 <= place < len(held) else None


for _list in NodeList.__subclasses__():
    own_methods[_list] = {"item": method(1)(_item)}
own_methods[Attributes] = {
    "item": method(1)(_item),
    "append": method(1)(_beside("Append")),
    "prepend": method(1)(_beside("Prepend")),
    "remove": method(1)(lambda held, a: _taken(held.owner, _given(a[0], "Remove"))),
    "removenameditem": method(1)(_taken_by_name),
    "removeat": method(1)(_taken_by_place),
    "removeall": method(0)(lambda held, a: _without_attributes(held.owner)),
    "getnameditem": method(1)(lambda held, a: attribute_of(held.owner, a[0])),
}
own_methods[XmlNode] = {
    **own_methods[XmlNode],
    "createelement": method(1, 2)(_made("element")),
    "createtextnode": method(1)(_made("#text")),
    "createcomment": method(1)(_made("#comment")),
    "createcdatasection": method(1)(_made("#cdata-section")),
    "createattribute": method(1, 3)(_new_attribute),
    "item": method(1)(lambda node, a: element_in(node, a[0])),
    "setattributenode": method(1)(_set_attribute),
    "getattributenode": method(1)(lambda node, a: attribute_of(node, a[0])),
    "removeattributenode": method(1)(lambda node, a: _taken(node, _given(a[0], "RemoveAttributeNode"))),
    "removeallattributes": method(0)(lambda node, a: _without_attributes(node)),
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
