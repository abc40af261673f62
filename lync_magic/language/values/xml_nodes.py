"""The nodes of `[xml]` documents and the lists of them, which show what is there when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from lync_magic.language.values.collections import Minding

XML: Final = "http://www.w3.org/XML/1998/namespace"
"""What the prefix `xml` means everywhere."""
_TYPES: Final = {
    "document": "XmlDocument", "element": "XmlElement", "attribute": "XmlAttribute", "#text": "XmlText",
    "#comment": "XmlComment", "#cdata-section": "XmlCDataSection", "xml": "XmlDeclaration",
}  # fmt: skip


class XmlNode:
    """One node. kind: a key of _TYPES.  name: as written, with its prefix.  value: the text of what is text.

    ended: it has an end tag, even where nothing is in it.  owner: the document that it was made by, where it stands
    nowhere.  made_of: the namespace that an element was made of; None where what is around it tells.
    """

    __slots__ = ("attributes", "children", "ended", "kind", "made_of", "name", "owner", "parent", "value")
    moved = 0
    """How many nodes were put or taken away so far, of all documents."""

    def __init__(self, kind: str, name: str = "", value: str = "") -> None:
        self.kind = kind
        self.name = name or kind
        self.value = value
        self.attributes = Attributes(self)
        self.children = ChildNodes()
        self.parent: XmlNode | None = None
        self.owner: XmlNode | None = None
        self.ended = False
        self.made_of: str | None = None

    def __repr__(self) -> str:
        return self.outer_xml

    def __str__(self) -> str:
        return f"System.Xml.{_TYPES[self.kind]}"

    def add(self, child: XmlNode) -> None:
        """Put a node behind the other children."""
        XmlNode.moved += 1
        child.parent = self
        self.children.append(child)
        self.ended = True

    def leave(self) -> None:
        """Take the node away from where it stands."""
        if self.parent is not None:
            XmlNode.moved += 1
            self.owner = self.document
            self.made_of = self.namespace if self.kind == "element" else None
            beside = self.parent.attributes if self.kind == "attribute" else self.parent.children
            del beside[next(place for place, one in enumerate(beside.nodes()) if one is self)]
            self.parent = None

    @property
    def document(self) -> XmlNode | None:
        """The document that it belongs to."""
        whole = self
        while whole.parent is not None:
            whole = whole.parent
        return whole if whole.kind == "document" else whole.owner

    def put(self, name: str, value: str) -> None:
        """Give an attribute a value."""
        held = next((one for one in self.attributes if one.name == name), None)
        if held is None:
            held = XmlNode("attribute", name)
            held.parent = self
            self.attributes.append(held)
        held.value = value

    @property
    def local_name(self) -> str:
        """Its name without the prefix."""
        return self.name.rpartition(":")[2]

    @property
    def namespace(self) -> str:
        """That of its name."""
        prefix = self.name.rpartition(":")[0]
        if self.kind == "attribute" and "xmlns" in (prefix, self.name):
            return XMLNS
        if prefix == "xml":
            return XML
        named = self.kind == "element" or (self.kind == "attribute" and prefix)
        return self.namespace_of(prefix) if named else ""

    @property
    def inner_text(self) -> str:
        """The text of it and of all within."""
        if self.kind in ("element", "document"):
            return "".join(one.inner_text for one in self.children if one.kind not in ("#comment", "xml"))
        return self.value

    @property
    def inner_xml(self) -> str:
        """What stands within; nothing in a node of text."""
        return self.within({})

    def within(self, known: Mapping[str, str]) -> str:
        """The children as they are written where these prefixes are known."""
        return "".join(one.written(known) for one in self.children)

    def namespace_of(self, prefix: str) -> str:
        """What a prefix means here, "" for one that was not told."""
        found = next((one.value for one in self.attributes if one.name == _declaration(prefix)), None)
        if found is None and self.made_of is not None and prefix == self.name.rpartition(":")[0]:
            return self.made_of
        return found if found is not None else self.parent.namespace_of(prefix) if self.parent is not None else ""

    @property
    def outer_xml(self) -> str:
        """The node as it is written."""
        return self.written({})

    def written(self, known: Mapping[str, str]) -> str:
        """The node where these prefixes are known: those of others that it uses are told with it."""
        match self.kind:
            case "document":
                return self.within(known)
            case "attribute":
                return f'{self.name}="{quoted(self.value)}"'
            case "#text":
                return escape(self.value)
            case "#comment":
                return f"<!--{self.value}-->"
            case "#cdata-section":
                return f"<![CDATA[{self.value}]]>"
            case "xml":
                return f"<?xml {self.value}?>"
        told = {one.name.partition(":")[2]: one.value for one in self.attributes if one.name.startswith("xmlns")}
        known = {**known, **told}
        used = [self.name.rpartition(":")[0], *(one.name.rpartition(":")[0] for one in self.attributes)]
        for place, prefix in enumerate(used):
            meant = self.namespace_of(prefix)
            if prefix not in _XML_PREFIXES and (prefix or not place) and known.get(prefix, "") != meant:
                known[prefix] = told[prefix] = meant
        added = [one for one in reversed(told) if not self.has(_declaration(one))]
        attributes = "".join(f" {one.outer_xml}" for one in self.attributes)
        attributes += "".join(f' {_declaration(one)}="{quoted(told[one])}"' for one in added)
        if not self.children and not self.ended:
            return f"<{self.name}{attributes} />"
        return f"<{self.name}{attributes}>{self.within(known)}</{self.name}>"

    def has(self, name: str) -> bool:
        """Whether there is an attribute of a name."""
        return any(one.name == name for one in self.attributes)

    def below(self) -> Iterator[XmlNode]:
        """The node and all elements within, in the document's order."""
        yield self
        for one in self.children:
            if one.kind == "element":
                yield from one.below()


XMLNS: Final = "http://www.w3.org/2000/xmlns/"
_XML_PREFIXES: Final = frozenset({"xml", "xmlns"})


def _declaration(prefix: str) -> str:
    """The attribute that says what a prefix means."""
    return f"xmlns:{prefix}" if prefix else "xmlns"


class NodeList(list[Any]):
    """Nodes that were found, or a node's children or attributes. kind: the class that .NET has for such a list."""

    __slots__ = ()
    kind = "XmlNodeList"

    def nodes(self) -> list[XmlNode]:
        """The nodes that are in it now."""
        return self[:]


class FoundNodes(NodeList):
    """Nodes that an XPath found."""

    __slots__ = ()
    kind = "XPathNodeList"


class ChildNodes(NodeList):
    """The nodes right below one; going through them ends at one that was taken away, which has no next sibling."""

    __slots__ = ()
    kind = "XmlChildNodes"

    def __iter__(self) -> Iterator[XmlNode]:
        place = 0
        while place < len(self):
            node = self[place]
            yield node
            if place >= len(self) or self[place] is not node:
                place = next((at for at, one in enumerate(self.nodes()) if one is node), len(self))
            place += 1


class Attributes(NodeList, Minding):
    """The attributes of an element, which is its owner."""

    __slots__ = ("owner",)
    kind = "XmlAttributeCollection"

    def __init__(self, owner: XmlNode) -> None:
        super().__init__()
        self.owner = owner

    def changes(self) -> object:
        """How many there are; one alone is gone through whatever comes."""
        return len(self) if len(self) > 1 else 0


class NamedNodes(NodeList, Minding):
    """The elements of a name below a node."""

    __slots__ = ("_below", "_moved", "_name")
    AFTER_CHANGE = "The element list has changed. The enumeration operation failed to continue."

    def __init__(self, node: XmlNode, name: str) -> None:
        self._below, self._name = node, name
        self._moved = (XmlNode.moved, 0)
        super().__init__(self._found())

    def _found(self) -> list[XmlNode]:
        return [one for one in self._below.below() if one is not self._below and one.name == self._name]

    def changes(self) -> object:
        """Whether others are of that name now; what is below is looked at where some node was moved."""
        if self._moved[0] != XmlNode.moved:
            same = list(map(id, self._found())) == list(map(id, self.nodes()))
            self._moved = (XmlNode.moved, self._moved[1] + (not same))
        return self._moved[1]

    kind = "XmlElementList"


def quoted(text: str) -> str:
    """The text of an attribute, as it is written."""
    return escape(text, {'"': "&quot;", "\n": "&#xA;", "\r": "&#xD;", "\t": "&#x9;"})
