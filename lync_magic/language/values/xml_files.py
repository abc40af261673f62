"""Documents in files, and nodes put among others: `$xml.Save(…)`, `$xml.Load(…)`, `.InsertBefore(…)`, `.ImportNode(…)`.

Rules of this file: a document is saved as .NET's writer has it: each element on a line of its own but where text stands
beside it. The declaration names the encoding; one that it does not name is UTF-8 without a mark.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Sequence
from typing import Final

from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.encodings import TextEncoding, decoded_text, encoding_named
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.file_statics import PLAIN, bytes_at, told_by_net, whole_path
from lync_magic.language.values.methods import method
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.text import to_text
from lync_magic.language.values.text_streams import TEXT_WRITER, Writer
from lync_magic.language.values.xml_values import XmlNode, loaded_document, need_no_namespaces

_STEP: Final = "  "
_DECLARED: Final = re.compile(r"""encoding\s*=\s*["']([^"']*)["']""")
_OF_TEXT: Final = ("#text", "#cdata-section")


def indented(document: XmlNode) -> str:
    """A document as .NET saves it."""
    parts: list[str] = []
    for child in document.children:
        if parts:
            parts.append(os.linesep)
        _write(child, 0, parts, mixed=False)
    return "".join(parts)


def _write(node: XmlNode, depth: int, parts: list[str], *, mixed: bool) -> None:
    """mixed: text stood before it in an element around it, so that no line is begun."""
    if node.kind != "element" or (not node.children and not node.ended):
        parts.append(node.outer_xml)
        return
    attributes = "".join(f" {one.outer_xml}" for one in node.attributes)
    parts.append(f"<{node.name}{attributes}>")
    for child in node.children:
        mixed = mixed or child.kind in _OF_TEXT
        if not mixed:
            parts.append(os.linesep + _STEP * (depth + 1))
        _write(child, depth + 1, parts, mixed=mixed)
    if not mixed:
        parts.append(os.linesep + _STEP * depth)
    parts.append(f"</{node.name}>")


def _encoding_of(document: XmlNode) -> TextEncoding:
    declared = document.children[0] if document.children and document.children[0].kind == "xml" else None
    named = None if declared is None else _DECLARED.search(declared.value)
    return PLAIN if named is None else encoding_named(named[1])


def _need_document(node: XmlNode, name: str) -> None:
    if node.kind != "document":
        raise NotKnownHere(f".{name}() of a [{node}]")


def _saved(node: XmlNode, arguments: Sequence[object]) -> object:
    _need_document(node, "Save")
    if not any(one.kind == "element" for one in node.children):
        raise NotKnownHere(".Save() of a document without an element")
    target = arguments[0]
    if isinstance(target, Writer) and target.kind == TEXT_WRITER:
        rest = [one for one in node.children if one.kind != "xml"]
        if "standalone" in node.children[0].value:
            raise NotKnownHere(".Save() of such a declaration into a writer")
        bare = XmlNode("document", "#document")
        bare.children = [XmlNode("xml", value='version="1.0" encoding="utf-16"'), *rest]
        target.put("Save", 1, indented(bare))
        return NOTHING
    if type(target) is not str:
        raise NotKnownHere(".Save() into this")
    need_no_namespaces(node, ".Save()")
    path, encoding = whole_path("Save", 1, target, parameter="filename"), _encoding_of(node)
    with told_by_net("Save", 1, path), open(path, "wb") as file:
        file.write(encoding.mark + encoding.bytes_of(indented(node)))
    return NOTHING


def _text_of(data: bytes) -> str:
    """What a file of XML says: in the encoding of its mark, or in the one that it names."""
    if not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = data[:200].partition(b"?>")[0].decode("latin-1")
        named = _DECLARED.search(head) if head.startswith("<?xml") else None
        if named is not None:
            return decoded_text(data, encoding_named(named[1]))
    return decoded_text(data, PLAIN)


def _loaded(node: XmlNode, arguments: Sequence[object]) -> object:
    _need_document(node, "Load")
    if type(arguments[0]) is not str or "://" in arguments[0]:
        raise NotKnownHere(".Load() of this")
    path = whole_path("Load", 1, arguments[0], parameter="url")
    text = _text_of(bytes_at("Load", 1, path))
    if not text.strip():
        call_failed("Load", 1, "Root element is missing.", "XmlException")
    made = loaded_document("Load", text)
    node.children.clear()
    for child in made.children:
        node.add(child)
    return NOTHING


def _declaration(node: XmlNode, arguments: Sequence[object]) -> object:
    _need_document(node, "CreateXmlDeclaration")
    version, encoding, standalone = map(to_text, arguments)
    if version != "1.0" or standalone not in ("", "yes", "no"):
        raise NotKnownHere("such an XML declaration")
    told = f'version="{version}"' + (f' encoding="{encoding}"' if encoding else "")
    return XmlNode("xml", value=told + (f' standalone="{standalone}"' if standalone else ""))


def _child(value: object, name: str) -> XmlNode:
    if not isinstance(value, XmlNode) or value.kind in ("document", "attribute"):
        raise NotKnownHere(f".{name}() of this")
    return value


def _put(name: str, node: XmlNode, child: XmlNode, place: int) -> XmlNode:
    """Put a child among the others of a node, taken away from where it is."""
    if node.kind not in ("element", "document") or child is node:
        raise NotKnownHere(f".{name}() of this")
    if node.kind == "document" and child.kind == "element" and any(one.kind == "element" for one in node.children):
        raise NotKnownHere(f".{name}() of a second element of a document")
    node.add(child)
    node.children.insert(place, node.children.pop())
    return child


def _taken(child: XmlNode) -> XmlNode:
    if child.parent is not None:
        child.parent.children = [one for one in child.parent.children if one is not child]
        child.parent = None
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
    _taken(child)
    if other is None:
        return _put(name, node, child, 0 if after else len(node.children))
    return _put(name, node, child, _place_of(node, other, name) + after)


def _first(node: XmlNode, arguments: Sequence[object]) -> object:
    return _put("PrependChild", node, _taken(_child(arguments[0], "PrependChild")), 0)


def _replaced(node: XmlNode, arguments: Sequence[object]) -> object:
    new, old = (_child(one, "ReplaceChild") for one in arguments)
    _taken(new)
    place = _place_of(node, old, "ReplaceChild")
    _taken(old)
    _put("ReplaceChild", node, new, place)
    return old


def copied(node: XmlNode, *, deep: bool) -> XmlNode:
    """A node once more, which stands nowhere; with all that is in it, or with its attributes alone."""
    made = XmlNode(node.kind, node.name, node.value)
    for one in node.attributes:
        made.put(one.name, one.value)
    for child in node.children if deep else ():
        made.add(copied(child, deep=True))
    made.ended = node.ended
    return made


def _imported(node: XmlNode, arguments: Sequence[object]) -> object:
    _need_document(node, "ImportNode")
    return copied(_child(arguments[0], "ImportNode"), deep=to_bool(arguments[1]))


own_methods[XmlNode] = {
    **own_methods[XmlNode],
    "save": method(1)(_saved),
    "load": method(1)(_loaded),
    "createxmldeclaration": method(3)(_declaration),
    "insertbefore": method(2)(lambda node, a: _inserted("InsertBefore", node, a)),
    "insertafter": method(2)(lambda node, a: _inserted("InsertAfter", node, a)),
    "prependchild": method(1)(_first),
    "replacechild": method(2)(_replaced),
    "clonenode": method(1)(lambda node, a: copied(node, deep=to_bool(a[0]))),
    "importnode": method(2)(_imported),
}
