"""`[xml]`: documents, elements and attributes, as PowerShell shows them.

Rules of this file: children and attributes are properties by name, whatever its case, and an element of text alone is
its text; no document type is read; nothing is loaded from or saved to a file (Get-Content and Set-Content do that).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate

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
from lync_magic.language.values.xml_nodes import (
    XML,
    XMLNS,
    FoundNodes,
    NamedNodes,
    NodeList,
    XmlNode,
)
from lync_magic.language.values.xpath import BadPath, select

DOCUMENT: Final = "System.Xml.XmlDocument"


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
    if node.kind == "attribute" and folded == "#text":
        return [node]
    return [one for one in (*node.attributes, *node.children) if one.local_name.lower() == folded]


def _property(node: XmlNode, folded: str) -> object:
    found = _named(node, folded)
    if found:
        return _shown(found[0]) if len(found) == 1 else [_shown(one) for one in found]
    if folded == "#text" and node.kind == "attribute":
        return node.value
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


_PROPERTIES: Final[dict[str, Callable[[XmlNode], object]]] = {
    "innertext": lambda node: node.inner_text if node.kind not in ("attribute", "document") else None,  # it is but set
    "innerxml": lambda node: None if node.kind == "attribute" else node.inner_xml,
    "outerxml": lambda node: node.outer_xml,
    "name": lambda node: node.name,
    "localname": lambda node: node.local_name,
    "prefix": lambda node: node.name.rpartition(":")[0],
    "value": lambda node: None if node.kind in ("element", "document") else node.value,
    "attributes": lambda node: node.attributes if node.kind == "element" else None,
    "childnodes": lambda node: node.children,
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
    "ownerdocument": lambda node: None if node.kind == "document" else node.document,
    "ownerelement": lambda node: node.parent if node.kind == "attribute" else MISSING,
    "isempty": lambda node: not node.children and not node.ended if node.kind == "element" else MISSING,
}
_UNKNOWN: Final = frozenset(
    ("nodetype", "baseuri", "schemainfo", "documenttype", "preservewhitespace",
     "isreadonly", "specified", "implementation", "schemas", "xmlresolver", "previoustext", "data")
)  # fmt: skip


def _set(node: XmlNode, name: str, new: object) -> None:
    """`$node.name = text`."""
    found = _named(node, name.lower())
    new = "" if new is None else new
    if not found and name.lower() in ("innertext", "value" if node.kind == "attribute" else ""):
        if node.kind == "element":
            _put_text(node, to_text(new))
        else:
            node.children.clear()
            node.value = to_text(new)
        return
    if not found and _property(node, name.lower()) is MISSING:
        raise setting_failed(name, NO_PROPERTY.format(name), RUNTIME)
    if name.lower() == "value" and not found and node.kind not in ("element", "document", "xml"):
        node.value = to_text(new)
        return
    if name.lower() == "innerxml" and not found and node.kind == "element":
        _put_within(node, to_text(new))
        return
    if len(found) != 1 or not isinstance(_shown(found[0]), str):
        raise NotKnownHere(f"setting .{name} of [{node}]")
    if type(new) not in SINGLE:
        message = f'Cannot set "{name}" because only strings can be used as values to set XmlNode properties.'
        raise ScriptError(message, "XmlNodeSetShouldBeAString", "NotSpecified", exception="SetValueException")
    if found[0].kind == "element":
        _put_text(found[0], to_text(new))
    else:
        found[0].value = to_text(new)


def _put_text(node: XmlNode, text: str) -> None:
    """Have a text stand in an element, in place of what is there; an empty one is a node, too."""
    within = node.children.nodes()
    if [one.kind for one in within] == ["#text"]:
        within[0].value = text
        return
    for child in within:
        child.leave()
    node.add(XmlNode("#text", value=text))


def _put_within(node: XmlNode, text: str) -> None:
    """Have what a text says stand in an element, in place of what is there."""
    if ":" in text:
        raise NotKnownHere("setting .InnerXml to names with a prefix")
    try:
        made = _read(f"<_>{text}</_>").children[0].children.nodes()
    except _NotWellFormed:
        raise NotKnownHere("setting .InnerXml to what is not well formed") from None
    for child in node.children.nodes():
        child.leave()
    node.ended = node.ended or bool(made)
    for child in made:
        node.add(child)


def _top(node: XmlNode) -> XmlNode:
    while node.parent is not None:
        node = node.parent
    return node


def _selected(node: XmlNode, arguments: Sequence[object], name: str = "SelectNodes") -> NodeList:
    """The nodes of an XPath; a namespace manager behind it tells what its prefixes mean."""
    names = arguments[1] if len(arguments) > 1 else None
    if names is not None and not isinstance(names, NamespaceManager):
        raise NotKnownHere(f".{name}() with a [{NetType(type_of(names)).spoken}]")
    try:
        return FoundNodes(select(node, _top(node), to_text(arguments[0]), None if names is None else names.meant))
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


def attribute_of(node: XmlNode, name: object) -> XmlNode | None:
    """The attribute of a name, as it is written."""
    return next((one for one in node.attributes if one.name == to_text(name)), None)


def _put_attribute(node: XmlNode, arguments: Sequence[object]) -> object:
    node.put(to_text(arguments[0]), to_text(arguments[1]))
    return NOTHING


def _drop_attribute(node: XmlNode, arguments: Sequence[object]) -> object:
    held = attribute_of(node, arguments[0])
    if held is not None:
        held.leave()
    return NOTHING


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


def element_in(node: XmlNode, name: object) -> object:
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
keyed[XmlNode] = element_in
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
    "getelementsbytagname": method(1)(lambda node, a: NamedNodes(node, to_text(a[0]))),
    "getattribute": method(1)(lambda node, a: "" if (found := attribute_of(node, a[0])) is None else found.value),
    "hasattribute": method(1)(lambda node, a: attribute_of(node, a[0]) is not None),
    "setattribute": method(2)(_put_attribute),
    "removeattribute": method(1)(_drop_attribute),
    "appendchild": method(1)(_appended),
    "removechild": method(1)(_removed),
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
