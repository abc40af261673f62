"""`[xml]`: documents, elements and attributes, as PowerShell shows them.

Rules of this file: children and attributes are properties by name, whatever its case, and an element of text alone is
its text; no document type is read; nothing is loaded from or saved to a file (Get-Content and Set-Content do that).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape

from lync_magic.clixml import MISSING
from lync_magic.language.values.collections import NOTHING, SINGLE, Enumerator, is_collection, items_of
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import (
    NO_PROPERTY,
    RUNTIME,
    NotKnownHere,
    ScriptError,
    call_failed,
    cannot_convert,
    null_index,
    setting_failed,
)
from lync_magic.language.values.members import keyed, named_items, setters
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import item_text, item_texts, net_text, to_text
from lync_magic.language.values.types import NetType, own_types, type_of
from lync_magic.language.values.xpath import XML, BadPath, select

_TYPES: Final = {
    "document": "XmlDocument", "element": "XmlElement", "attribute": "XmlAttribute", "#text": "XmlText",
    "#comment": "XmlComment", "#cdata-section": "XmlCDataSection", "xml": "XmlDeclaration",
}  # fmt: skip
DOCUMENT: Final = "System.Xml.XmlDocument"


class XmlNode:
    """One node. kind: a key of _TYPES.  name: as written, with its prefix.  value: the text of what is text.

    ended: it has an end tag, even where nothing is in it.  owner: the document that it was made by, where it stands
    nowhere.  made_of: the namespace that an element was made of; None where what is around it tells.
    """

    __slots__ = ("attributes", "children", "ended", "kind", "made_of", "name", "owner", "parent", "value")

    def __init__(self, kind: str, name: str = "", value: str = "") -> None:
        self.kind = kind
        self.name = name or kind
        self.value = value
        self.attributes: list[XmlNode] = []
        self.children: list[XmlNode] = []
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
        child.parent = self
        self.children.append(child)
        self.ended = True

    def leave(self) -> None:
        """Take the node away from where it stands."""
        if self.parent is not None:
            self.owner = self.document
            self.made_of = self.namespace if self.kind == "element" else None
            self.parent.children = [one for one in self.parent.children if one is not self]
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
        """What stands within."""
        if self.kind in ("element", "document"):
            return self.within({})
        return escape(self.value)

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
                return f'{self.name}="{_quoted(self.value)}"'
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
        attributes += "".join(f' {_declaration(one)}="{_quoted(told[one])}"' for one in added)
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

    kind = "XmlNodeList"


class FoundNodes(NodeList):
    """Nodes that an XPath found."""

    kind = "XPathNodeList"


class ChildNodes(NodeList):
    """The nodes right below one."""

    kind = "XmlChildNodes"


class Attributes(NodeList):
    """The attributes of an element."""

    kind = "XmlAttributeCollection"


class NamedNodes(NodeList):
    """The elements of a name below a node."""

    kind = "XmlElementList"


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;", "\n": "&#xA;", "\r": "&#xD;", "\t": "&#x9;"})


# --- reading ---------------------------------------------------------------------------------------------------------


class _Builder:
    """Makes the tree of what expat reads."""

    def __init__(self, data: bytes, encoding: str = "") -> None:
        self._data = data
        self._encoding = encoding
        self.document = self.at = XmlNode("document", "#document")
        self._in_cdata = False
        self._began: list[tuple[int, int]] = []
        parser = self.parser = ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.XmlDeclHandler = self._declared
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = lambda text: self.at.add(XmlNode("#comment", value=text))
        parser.StartCdataSectionHandler = self._cdata
        parser.EndCdataSectionHandler = self._out_of_cdata
        parser.StartDoctypeDeclHandler = _refuse("a document type")
        parser.ProcessingInstructionHandler = _refuse("a processing instruction")

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        told = f'version="{version}"' + (f' encoding="{self._encoding}"' if encoding else "")
        told += "" if standalone < 0 else f' standalone="{"yes" if standalone else "no"}"'
        self.document.add(XmlNode("xml", value=told))

    def _begin(self, name: str, attributes: list[str]) -> None:
        made = XmlNode("element", name)
        for place in range(0, len(attributes), 2):
            made.put(attributes[place], attributes[place + 1])
        self.at.add(made)
        self.at = made
        self._began.append((self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber))

    def _end(self, _name: str) -> None:
        assert self.at.parent is not None
        self._began.pop()
        here = self.parser.CurrentByteIndex  # behind `<a/>`, or before `</a>`
        self.at.ended = bool(self.at.children) or self._data[here - 2 : here] != b"/>"
        self.at = self.at.parent

    @property
    def unclosed(self) -> list[str]:
        """The names of the elements that are open, the innermost first."""
        names, at = [], self.at
        while at.parent is not None:
            names.append(at.name)
            at = at.parent
        return names

    @property
    def where(self) -> tuple[int, int]:
        """Line and column, the first 1 and 0, of the tag that is open."""
        return self._began[-1]

    def _cdata(self) -> None:
        self._in_cdata = True
        self.at.add(XmlNode("#cdata-section"))

    def _out_of_cdata(self) -> None:
        self._in_cdata = False

    def _text(self, text: str) -> None:
        if self._in_cdata:
            self.at.children[-1].value += text
        elif text.strip(" \t\r\n"):
            self.at.add(XmlNode("#text", value=text))


def _refuse(what: str) -> Callable[..., None]:
    def refuse(*_told: object) -> None:
        raise NotKnownHere(f"XML with {what}")

    return refuse


_NOTHING_MORE: Final = 3
_MISMATCH: Final = 7
_TOKEN: Final = 4
_TWICE: Final = 8
_NO_ENTITY: Final = 11
_AFTER: Final = 9
_WRONG_TYPE: Final = (
    "The specified node cannot be inserted as the valid child of this node, because the specified node is the wrong "
    "type."
)


def _no_document(text: str, why: str) -> ScriptError:
    return cannot_convert(text, DOCUMENT, why, "InvalidCastToXmlDocument")


def _why(text: str, bad: ExpatError, builder: _Builder) -> str:
    """Why a text is no document, in .NET's words where they are known."""
    line = text.split("\n")[bad.lineno - 1] if bad.lineno <= text.count("\n") + 1 else ""
    rest = line[bad.offset :]
    place = f"Line {bad.lineno}, position {bad.offset + 1}."
    if text.partition("<")[0].strip() or (bad.code == _AFTER and not rest.startswith("<")):
        return _WRONG_TYPE
    if len(text) < len("<a/>"):
        return "Data at the root level is invalid. Line 1, position 1."
    if bad.code == _NOTHING_MORE:
        still = ", ".join(builder.unclosed)
        return f"Unexpected end of file has occurred. The following elements are not closed: {still}. {place}"
    if bad.code == _AFTER:
        return "This document already has a 'DocumentElement' node."
    named = re.match(r"[\w:.-]+", rest)
    if bad.code == _MISMATCH and named is not None:
        began, name = builder.where, builder.at.name
        start = f"The '{name}' start tag on line {began[0]} position {began[1] + 2}"
        return f"{start} does not match the end tag of '{named[0]}'. {place}"
    if bad.code == _TWICE and named is not None:
        return f"'{named[0]}' is a duplicate attribute name. {place}"
    entity = re.match(r"&([\w:.-]+);", rest)
    if bad.code == _NO_ENTITY and entity is not None:
        after = f"Line {bad.lineno}, position {bad.offset + 2}."
        return f"Reference to undeclared entity '{entity[1]}'. {after}"
    told = _unexpected(line[: bad.offset], rest[:1]) if bad.code == _TOKEN and rest[:1].isascii() else ""
    if told:
        return f"{told} {place}"
    raise NotKnownHere("XML that is not well-formed in this way")


def _unexpected(before: str, found: str) -> str:
    """What is said of a character behind the others of its line that cannot be there; "" where that is not known."""
    if before.endswith("&"):
        return "An error occurred while parsing EntityName."
    if not found or not found.isprintable():
        return ""
    if re.search(r"&[A-Za-z_:][\w:.-]*$", before, re.ASCII):
        return f"'{found}' is an unexpected token. The expected token is ';'."
    if before.endswith(("<", "</")):
        return f"Name cannot begin with the '{found}' character, hexadecimal value 0x{ord(found):02X}."
    within = before.rpartition("<")[2]
    expected = next((words for pattern, words in _IN_TAG if re.fullmatch(pattern, within, re.ASCII)), "")
    return f"'{found}' is an unexpected token. {expected}" if expected else ""


_ATTRIBUTES: Final = r"""[\w:.-]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*"""
_IN_TAG: Final = (
    (rf"{_ATTRIBUTES}\s+[\w:.-]+\s*=\s*", "The expected token is '\"' or '''."),
    (rf"{_ATTRIBUTES}\s+[\w:.-]+\s*", "The expected token is '='."),
    (rf"{_ATTRIBUTES}(?<=[\"'])", "Expecting whitespace."),
)
"""What stands in a tag before a character that cannot be there, and what .NET expected."""


def document_of(text: str, shown: str = "") -> XmlNode:
    """The document that a text is. shown: how an error says it. Raises ScriptError for one that is not well-formed."""
    try:
        if text.startswith(_MARK):
            raise _NotWellFormed(_WRONG_TYPE)
        return _read(text)
    except _NotWellFormed as bad:
        raise _no_document(shown or text, str(bad)) from None


def loaded_document(name: str, text: str) -> XmlNode:
    """The same for a document's own method of a name, which says it in its own words."""
    try:
        if text.startswith(_MARK):
            raise _NotWellFormed("Data at the root level is invalid. Line 1, position 1.")
        return _read(text)
    except _NotWellFormed as bad:
        if str(bad) == _WRONG_TYPE:
            raise NotKnownHere(f".{name}() of what is no document") from None
        call_failed(name, 1, str(bad), "XmlException")


_MARK: Final = "\ufeff"


class _NotWellFormed(Exception):
    """Why a text is no document."""


def _read(text: str) -> XmlNode:
    data = text.encode("utf-8", "surrogatepass") if "encoding" not in text[:100] else _bytes(text)
    named = _ENCODING.search(text.partition("?>")[0])
    builder = _Builder(data, "" if named is None else named[3])
    if not text.strip():
        return builder.document
    try:
        builder.parser.Parse(data, True)
    except ExpatError as bad:
        if bad.code == _NOTHING_MORE and all(one.kind != "element" for one in builder.document.children):
            return builder.document
        raise _NotWellFormed(_why(text, bad, builder)) from None
    _need_prefixes(builder.document)
    return builder.document


def _bytes(text: str) -> bytes:
    """A text whose declaration names an encoding: it was decoded already."""
    head, close, rest = text.partition("?>")
    if not text.startswith("<?xml"):
        return text.encode("utf-8", "surrogatepass")
    return (_ENCODING.sub(r"\1\2utf-8\2", head) + close + rest).encode("utf-8")


_ENCODING: Final = re.compile(r"""(encoding\s*=\s*)(["'])([^"']*)\2""")


def _need_prefixes(document: XmlNode) -> None:
    known = {"xml", "xmlns"}
    for one in document.below():
        known |= {each.name.partition(":")[2] for each in one.attributes if each.name.startswith("xmlns:")}
        for named in (one, *one.attributes):
            prefix, colon, _name = named.name.partition(":")
            if colon and one.kind == "element" and prefix not in known:
                raise NotKnownHere(f"XML with the undeclared prefix {prefix}")


# --- properties and methods ------------------------------------------------------------------------------------------


def _shown(node: XmlNode) -> object:
    """What a cell sees of a child or attribute: its text where it is text alone."""
    if node.kind not in ("element", "document"):
        return node.value
    if not node.attributes:
        if not node.children:
            return ""
        if len(node.children) == 1 and node.children[0].kind == "#text":
            return node.children[0].value
    return node


def _named(node: XmlNode, folded: str) -> list[XmlNode]:
    return [one for one in (*node.attributes, *node.children) if one.local_name.lower() == folded]


def _property(node: XmlNode, folded: str) -> object:
    found = _named(node, folded)
    if found:
        return _shown(found[0]) if len(found) == 1 else [_shown(one) for one in found]
    getter = _PROPERTIES.get(folded)
    if getter is not None:
        return getter(node)
    if folded in _UNKNOWN:
        raise NotKnownHere(f"the property .{folded} of [{node}]")
    return MISSING


def _names(node: XmlNode) -> list[str]:
    """The properties that are shown of a node: its attributes and what is in it."""
    if node.kind not in ("element", "document"):
        raise NotKnownHere(f"the properties of a [{node}]")
    return list(dict.fromkeys(one.local_name for one in (*node.attributes, *node.children)))


def _beside(node: XmlNode, step: int) -> object:
    others = node.parent.children if node.parent is not None and node.kind != "attribute" else [node]
    place = next(i for i, one in enumerate(others) if one is node) + step
    return others[place] if 0 <= place < len(others) else None


def _whole(node: XmlNode) -> XmlNode:
    while node.parent is not None:
        node = node.parent
    return node


_PROPERTIES: Final[dict[str, Callable[[XmlNode], object]]] = {
    "innertext": lambda node: node.inner_text,
    "innerxml": lambda node: node.inner_xml,
    "outerxml": lambda node: node.outer_xml,
    "name": lambda node: node.name,
    "localname": lambda node: node.local_name,
    "prefix": lambda node: node.name.rpartition(":")[0],
    "value": lambda node: None if node.kind in ("element", "document") else node.value,
    "attributes": lambda node: Attributes(node.attributes) if node.kind == "element" else None,
    "childnodes": lambda node: ChildNodes(node.children),
    "namespaceuri": lambda node: node.namespace,
    "nametable": lambda node: NameTable() if node.kind == "document" else MISSING,
    "haschildnodes": lambda node: bool(node.children),
    "hasattributes": lambda node: bool(node.attributes) if node.kind == "element" else MISSING,
    "documentelement": lambda node: (
        next((one for one in node.children if one.kind == "element"), None) if node.kind == "document" else MISSING
    ),
    "firstchild": lambda node: node.children[0] if node.children else None,
    "lastchild": lambda node: node.children[-1] if node.children else None,
    "nextsibling": lambda node: _beside(node, 1),
    "previoussibling": lambda node: _beside(node, -1),
    "parentnode": lambda node: node.parent if node.kind != "attribute" else None,
    "ownerdocument": lambda node: None if node.kind == "document" else _whole(node),
}
_UNKNOWN: Final = frozenset(
    ("nodetype", "isempty", "baseuri", "schemainfo", "documenttype", "preservewhitespace",
     "isreadonly", "specified", "ownerelement", "implementation", "schemas", "xmlresolver", "previoustext", "data")
)  # fmt: skip


def _set(node: XmlNode, name: str, new: object) -> None:
    """`$node.name = text`."""
    found = _named(node, name.lower())
    new = "" if new is None else new
    if not found and name.lower() in ("innertext", "value" if node.kind == "attribute" else ""):
        text = to_text(new)
        node.ended = node.ended or bool(text)
        node.children.clear()
        if node.kind != "element":
            node.value = text
        elif text:
            node.add(XmlNode("#text", value=text))
        return
    if not found and _property(node, name.lower()) is MISSING:
        raise setting_failed(name, NO_PROPERTY.format(name), RUNTIME)
    if len(found) != 1 or not isinstance(_shown(found[0]), str):
        raise NotKnownHere(f"setting .{name} of [{node}]")
    if type(new) not in SINGLE:
        message = f'Cannot set "{name}" because only strings can be used as values to set XmlNode properties.'
        raise ScriptError(message, "XmlNodeSetShouldBeAString", "NotSpecified", exception="SetValueException")
    if found[0].kind == "element":
        _set(found[0], "InnerText", new)
        found[0].ended = True
    else:
        found[0].value = to_text(new)


def _selected(node: XmlNode, arguments: Sequence[object], name: str = "SelectNodes") -> NodeList:
    """The nodes of an XPath; a namespace manager behind it tells what its prefixes mean."""
    names = arguments[1] if len(arguments) > 1 else None
    if names is not None and not isinstance(names, NamespaceManager):
        raise NotKnownHere(f".{name}() with a [{NetType(type_of(names)).spoken}]")
    try:
        return FoundNodes(select(node, _whole(node), to_text(arguments[0]), None if names is None else names.meant))
    except BadPath as bad:
        call_failed(name, len(arguments), str(bad), "XPathException")


class NamespaceManager(list[object]):
    """System.Xml.XmlNamespaceManager, which is gone through by its prefixes. meant: the namespace of each."""

    __slots__ = ("meant",)

    def __init__(self, meant: Mapping[str, str]) -> None:
        self.meant = {"": "", "xmlns": XMLNS, "xml": XML, **meant}
        super().__init__(self.meant)

    def tell(self, prefix: str, meant: str) -> None:
        """Say what a prefix means."""
        self.meant[prefix] = meant
        self[:] = self.meant


class NameTable:
    """The names of a document, which a manager is made of."""

    __slots__ = ()

    def __str__(self) -> str:
        return "System.Xml.NameTable"


def _managed(_none: None, arguments: Sequence[object]) -> NamespaceManager:
    if not isinstance(arguments[0], NameTable):
        raise NotKnownHere(f"[{_MANAGER}]::new of this value")
    return NamespaceManager({})


def _name_space(value: NamespaceManager, arguments: Sequence[object]) -> object:
    prefix, meant = map(to_text, arguments)
    if prefix in ("xml", "xmlns"):
        raise NotKnownHere(f"AddNamespace of the prefix {prefix}")
    value.tell(prefix, meant)
    return NOTHING


_MANAGER: Final = "System.Xml.XmlNamespaceManager"


def _appended(node: XmlNode, arguments: Sequence[object]) -> object:
    child = arguments[0]
    if not isinstance(child, XmlNode) or node.kind not in ("element", "document"):
        raise NotKnownHere(".AppendChild() of this")
    lift(node, child, "AppendChild", 1)
    node.add(child)
    return child


def lift(node: XmlNode, child: XmlNode, name: str, count: int) -> None:
    """Take a node from where it stands, to be put below another. name, count: of the method and its arguments.

    Raises .NET's error where it cannot be that one's child, and leaves it where it stands.
    """
    here: XmlNode | None = node
    while here is not None:
        if here is child:
            message = "Cannot insert a node or any ancestor of that node as a child of itself."
            call_failed(name, count, message, "ArgumentException")
        here = here.parent
    if child.document is not node.document:
        message = "The node to be inserted is from a different document context."
        call_failed(name, count, message, "ArgumentException")
    if node.kind == "document":
        if child.kind == "element" and any(one.kind == "element" and one is not child for one in node.children):
            message = "This document already has a 'DocumentElement' node."
            call_failed(name, count, message, "InvalidOperationException")
        if child.kind in ("#text", "#cdata-section"):
            message = (
                "The specified node cannot be inserted as the valid child of this node, because the specified node is "
                "the wrong type."
            )
            call_failed(name, count, message, "InvalidOperationException")
    child.leave()


def _removed(node: XmlNode, arguments: Sequence[object]) -> object:
    child = arguments[0]
    if not isinstance(child, XmlNode) or not any(one is child for one in node.children):
        raise NotKnownHere(".RemoveChild() of what is no child")
    child.leave()
    return child


def _attribute(node: XmlNode, name: object) -> XmlNode | None:
    return next((one for one in node.attributes if one.name == to_text(name)), None)


def _put_attribute(node: XmlNode, arguments: Sequence[object]) -> object:
    node.put(to_text(arguments[0]), to_text(arguments[1]))
    return NOTHING


def _drop_attribute(node: XmlNode, arguments: Sequence[object]) -> object:
    node.attributes = [one for one in node.attributes if one.name != to_text(arguments[0])]
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


def _loaded(node: XmlNode, arguments: Sequence[object]) -> object:
    if node.kind != "document":
        raise NotKnownHere(f".LoadXml() of a [{node}]")
    node.children.clear()
    for child in loaded_document("LoadXml", to_text(arguments[0])).children:
        node.add(child)
    return NOTHING


def _to_document(value: object) -> object:
    if value is None or (isinstance(value, XmlNode) and value.kind == "document"):
        return value
    if isinstance(value, XmlNode):
        raise _no_document(str(value), _WRONG_TYPE)
    text = "\n".join(map(item_text, items_of(value))) if is_collection(value) else to_text(value)
    return document_of(text, net_text(value))


def _by_name(nodes: NodeList, name: str) -> object:
    """An attribute by its name, which a list of children takes for no position."""
    return next((one for one in nodes if one.name == name and one.kind == "attribute"), None)


def _kind_of_list(nodes: Any) -> str:
    return f"System.Xml.{nodes.kind}"


def _element(node: XmlNode, name: object) -> object:
    """`$node['name']`: the first element of that name in it."""
    if name is None:
        raise null_index()
    if is_collection(name):
        raise NotKnownHere("elements by a list of names")
    return next((one for one in node.children if one.kind == "element" and one.name == to_text(name)), None)


def _children(node: XmlNode, _arguments: Sequence[object]) -> Enumerator:
    return Enumerator("System.Xml.XmlChildEnumerator", lambda: iter(node.children))


more_converters[DOCUMENT] = _to_document
own_types[XmlNode] = str
_LISTS: Final[tuple[type[NodeList], ...]] = (NodeList, *NodeList.__subclasses__())
for _list in _LISTS:
    own_types[_list] = _kind_of_list
    named_items[_list] = _by_name
own_properties[XmlNode] = _property
own_names[XmlNode] = _names
item_texts[XmlNode] = lambda node: to_text(_property(node, "name"))
keyed[XmlNode] = _element
setters[XmlNode] = _set


def _not_normalized(node: XmlNode, _arguments: Sequence[object]) -> object:
    raise NotKnownHere(f".Normalize() of a [{node}]")


own_methods[XmlNode] = {
    "normalize": method(0)(_not_normalized),
    "selectnodes": method(1, 2)(_selected),
    "selectsinglenode": method(1, 2)(lambda node, a: next(iter(_selected(node, a, "SelectSingleNode")), None)),
    "getenumerator": method(0)(
        lambda node, a: Enumerator("System.Xml.XmlChildEnumerator", lambda: iter(node.children))
    ),
    "getelementsbytagname": method(1)(
        lambda node, a: NamedNodes([one for one in node.below() if one is not node and one.name == to_text(a[0])])
    ),
    "getattribute": method(1)(lambda node, a: "" if (found := _attribute(node, a[0])) is None else found.value),
    "hasattribute": method(1)(lambda node, a: _attribute(node, a[0]) is not None),
    "setattribute": method(2)(_put_attribute),
    "removeattribute": method(1)(_drop_attribute),
    "appendchild": method(1)(_appended),
    "removechild": method(1)(_removed),
    "createelement": method(1, 2)(_made("element")),
    "createtextnode": method(1)(_made("#text")),
    "createcomment": method(1)(_made("#comment")),
    "tostring": method(0, 1)(lambda node, a: node.name),
    "loadxml": method(1)(_loaded),
}
own_types[NameTable] = str
own_types[NamespaceManager] = lambda value: _MANAGER
own_methods[NamespaceManager] = {
    "addnamespace": method(2)(_name_space),
    "hasnamespace": method(1)(lambda v, a: bool(to_text(a[0])) and to_text(a[0]) in v.meant),
    "lookupnamespace": method(1)(lambda v, a: v.meant.get(to_text(a[0]))),
}
own_statics[_MANAGER] = {"new": method(1)(_managed)}, {}
own_statics[DOCUMENT] = {"new": method(0)(lambda _n, a: XmlNode("document", "#document"))}, {}
