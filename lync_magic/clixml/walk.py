"""The exact decoder: walks a CLIXML element by element (MS-PSRP 2.2.5). Oracle of the fast path in `shapes`.

Rules of this file: right first. No DTD, no entities of the document's own; nesting is bounded; every failure
is a `DecodeError`, so that one bad object costs one object.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from lync_magic.clixml.invariant import invariant_text
from lync_magic.clixml.refusals import DecodeError, TooMuch, deeper, need_different
from lync_magic.clixml.scalars import SCALARS
from lync_magic.clixml.secrets import Decrypt, NoKey, SealedString, SecureString
from lync_magic.clixml.special import progress, simplified
from lync_magic.clixml.text import BYTE_ORDER_MARK, parsable, unescape
from lync_magic.clixml.values import PSObject, Undecoded
from lync_magic.limits import MAX_EXPANSION, MAX_VALUES

MAX_NAMES = 10_000
MAX_NAME = 256
"""How many property names are remembered, and how long they may be."""

CONTAINER_PROPERTIES = frozenset(
    ["Capacity", "Comparer", "Count", "Current", "IsFixedSize", "IsReadOnly", "IsSynchronized", "Keys"]
) | {"Length", "LongLength", "Rank", "SyncRoot", "Values"}
"""What .NET's collections say of themselves; a collection that says no more is a plain list or dict."""

_MEMBERS = frozenset(("Props", "MS"))
_CONTAINERS = frozenset(("LST", "IE", "QUE", "STK", "DCT"))
_NAMESPACE = re.compile(r"<Objs\b[^<>]*>")


def decode(raw: bytes | str, *, decrypt: Decrypt | None = None) -> Any:
    """The value of one CLIXML element (`<Obj …>…</Obj>`, `<S>…</S>`, `<Nil />`).

    raw: UTF-8 where bytes; a byte order mark is allowed.
    decrypt: makes SecureStrings readable; without it, or as long as it has no key, they come sealed.
    Raises DecodeError.
    """
    return _Walk(decrypt).top(_parse(as_text(raw)))


def decode_document(raw: bytes | str, *, decrypt: Decrypt | None = None) -> list[Any]:
    """The values in an `<Objs>` document, as Export-Clixml writes it. Raises DecodeError."""
    text = as_text(raw).removeprefix("#< CLIXML").lstrip()
    root = _parse(_NAMESPACE.sub("<Objs>", text, count=1))
    if root.tag != "Objs":
        raise DecodeError(f"not an <Objs> document but <{root.tag[:40]}>")
    walk = _Walk(decrypt)
    return [walk.top(child) for child in root]


def decode_or_undecoded(raw: bytes | str, *, decrypt: Decrypt | None = None) -> Any:
    """The value of one CLIXML element, or an `Undecoded` with its text and the reason."""
    try:
        return decode(raw, decrypt=decrypt)
    except DecodeError as error:
        return Undecoded.of(raw, str(error))


def element_or_undecoded(element: Element, raw: bytes | str, *, decrypt: Decrypt | None = None) -> Any:
    """`decode_or_undecoded` of `raw`, which was parsed to `element`."""
    try:
        return _Walk(decrypt).top(element)
    except DecodeError as error:
        return Undecoded.of(raw, str(error))


def decode_held(raw: bytes, types: Mapping[str, tuple[str, ...]]) -> Any:
    """The list or dictionary in `<LST>…</LST>`, `<DCT>…</DCT>`, taken out of an object.

    types: the type names that the object gave before, by their reference. Raises DecodeError.
    """
    walk = _Walk(None)
    walk.know(types)
    return walk.top(_parse(f"<Obj>{as_text(raw)}</Obj>"))


def as_text(raw: bytes | str) -> str:
    """`raw` as text without its byte order mark. Raises DecodeError where it is not UTF-8."""
    if isinstance(raw, bytes | bytearray | memoryview):
        try:
            raw = str(raw, "utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise DecodeError(f"not UTF-8 at byte {error.start}") from None
    return raw.removeprefix(BYTE_ORDER_MARK)


def _parse(text: str) -> Element:
    if "<!DOCTYPE" in text:
        raise DecodeError("a document type is not allowed in CLIXML")
    if len(text) > MAX_VALUES and text.count("<") > 2 * MAX_VALUES:
        raise TooMuch(f"it has more than {MAX_VALUES:,} elements")
    try:
        return fromstring(text)
    except (ParseError, UnicodeEncodeError) as first:
        # Characters that XML forbids and PowerShell writes all the same: pay for looking only now.
        try:
            repaired = parsable(text)
            if repaired != text:
                return fromstring(repaired)
        except (ParseError, ValueError):
            pass
        raise DecodeError(f"not well-formed XML: {first}") from None


class _Walk:
    """One walk over one element: the objects and type names that references in it may name."""

    __slots__ = ("_decrypt", "_expansion", "_objects", "_sizes", "_types", "_whole")

    def __init__(self, decrypt: Decrypt | None) -> None:
        self._decrypt = decrypt
        self._objects: dict[str, Any] = {}
        self._types: dict[str, tuple[str, ...]] = {}
        self._whole: dict[str, Element] = {}  # the objects that were read to their end
        self._sizes: dict[Element, int] = {}  # of those that were referred to: how many values they are
        self._expansion = 0

    def know(self, types: Mapping[str, tuple[str, ...]]) -> None:
        """Take type names as given."""
        self._types.update(types)

    def top(self, element: Element) -> Any:
        """The value of `element`. Raises DecodeError."""
        try:
            return self._value(element, 0)
        except DecodeError:
            raise
        except (ValueError, TypeError, OverflowError) as error:
            raise DecodeError(str(error)) from None
        except RecursionError:
            raise TooMuch("objects hold each other too deeply") from None

    def _value(self, element: Element, depth: int) -> Any:
        tag = element.tag
        convert = SCALARS.get(tag)
        if convert is not None:
            if len(element):
                raise DecodeError(f"<{tag}> holds other elements")
            return convert(element.text or "")
        if tag == "Nil":
            return None
        if tag == "Obj":
            return self._object(element, deeper(depth))
        if tag == "Ref":
            return self._object_again(element)
        if tag == "SS":
            return self._secret(element.text or "")
        if tag == "PR":
            return progress(element)
        if tag == "MS":
            made = PSObject({})
            made.holds_more = self._add_properties(made.properties, element, deeper(depth))
            return made
        raise DecodeError(f"unknown element <{tag[:40]}>")

    def _object(self, element: Element, depth: int) -> Any:
        made = PSObject({})
        made.holds_more = False
        key = element.get("RefId")
        if key is not None:
            self._objects[key] = made
        held = None
        parts = []  # in the order of the document: a type name may be used only after it was given
        for child in element:
            tag = child.tag
            if tag == "TN":
                made.type_names = self._type_names(child)
            elif tag == "TNRef":
                made.type_names = self._reference(self._types, child, "type")
            elif tag == "ToString":
                made.text = unescape(child.text or "")
            else:
                parts.append(child)
                if tag not in _MEMBERS:
                    if held is not None:
                        raise DecodeError(f"an object holds both <{held.tag[:40]}> and <{tag[:40]}>")
                    held = child
        value: Any = made
        if held is not None and held.tag in _CONTAINERS:
            made.base = {} if held.tag == "DCT" else []
            if all(_only_container_properties(part) for part in parts if part is not held):
                value = made.base
            if key is not None:  # before its items are read: they may refer to it
                self._objects[key] = value
        for part in parts:
            if part is not held:
                made.holds_more |= self._add_properties(made.properties, part, depth)
            elif part.tag == "DCT":
                self._fill_dict(made.base, part, depth)
            elif part.tag in _CONTAINERS:
                made.base.extend([self._value(child, depth) for child in part])
            else:
                made.base = self._value(part, depth)
                if isinstance(made.base, PSObject):
                    self._take_over(made, made.base, part)
        if value is made:
            value = simplified(made)
            if key is not None:
                self._objects[key] = value
        if key is not None:
            self._whole[key] = element
        return value

    def _object_again(self, element: Element) -> Any:
        """The object that a `Ref` names."""
        value = self._reference(self._objects, element, "object")
        whole = self._whole.get(element.attrib["RefId"])
        if whole is not None:  # else it is in itself
            size = self._sizes.get(whole)
            if size is None:
                size = self._sizes[whole] = sum(map(self._size, whole.iter()))
            self._sizes[element] = size
            self._expand(size)
        return value

    def _expand(self, values: int) -> None:
        """So many values more than were sent."""
        self._expansion += values
        if self._expansion > MAX_EXPANSION:
            raise TooMuch(f"it is more than {MAX_EXPANSION:,} values when written out")

    def _take_over(self, made: PSObject, inner: PSObject, part: Element) -> None:
        """An object around another one is that one under other type names, as help topics come."""
        own, made.properties = made.properties, inner.properties
        if part.tag == "Ref":
            if part.get("RefId") not in self._whole:
                raise DecodeError("an object is its own value")
            made.properties = dict(inner.properties)
        made.properties.update(own)
        made.holds_more |= inner.holds_more
        made.type_names = made.type_names or inner.type_names
        made.text = inner.text if made.text is None else made.text
        made.base = inner.base

    def _size(self, element: Element) -> int:
        """How many values an element is without those in it. What a `Ref` names was looked at when it was read."""
        return self._sizes.get(element, 1) if element.tag == "Ref" else 1

    def _fill_dict(self, items: dict[Any, Any], held: Element, depth: int) -> None:
        pairs: list[tuple[Any, Any]] = []
        for entry in held:
            parts = {child.get("N"): child for child in entry}
            if entry.tag != "En" or len(entry) != 2 or parts.keys() != {"Key", "Value"}:
                raise DecodeError("a dictionary holds something else than a key and a value")
            pairs.append((self._value(parts["Key"], depth), self._value(parts["Value"], depth)))
        need_different([name for name, _ in pairs])
        for name, value in pairs:
            try:
                items[name] = value
            except TypeError:  # a key that Python cannot hash: its text stands for it
                text = invariant_text(name)
                self._expand(len(text))
                items[text] = value

    def _add_properties(self, properties: dict[str, Any], members: Element, depth: int) -> bool:
        """Add them; whether one of them is more than a primitive."""
        more = False
        for child in members:
            name = child.get("N")
            if name is None:
                raise DecodeError("a property has no name")
            name = _names.get(name) or _name(name)
            convert = SCALARS.get(child.tag)
            if convert is None or len(child):
                value = properties[name] = self._value(child, depth)
                more = more or value is not None
            else:
                properties[name] = convert(child.text or "")
        return more

    def _type_names(self, element: Element) -> tuple[str, ...]:
        names = tuple(unescape(child.text or "") for child in element)
        key = element.get("RefId")
        if key is not None:
            self._types[key] = names
        return names

    def _reference(self, known: dict[str, Any], element: Element, what: str) -> Any:
        key = element.get("RefId")
        if key is None or key not in known:
            raise DecodeError(f"a reference to an unknown {what}")
        return known[key]

    def _secret(self, text: str) -> SecureString:
        encrypted = b64decode("".join(text.split()), validate=True)
        if self._decrypt is None or not encrypted:  # nothing is encrypted as nothing: it was taken out
            return SealedString(encrypted)
        try:
            return SecureString(self._decrypt(encrypted).decode("utf-16-le", "surrogatepass"))
        except NoKey:
            return SealedString(encrypted, self._decrypt)
        except ValueError:
            raise DecodeError("a SecureString could not be decrypted") from None


_names: dict[str, str] = {}
"""Property names by how they are written: each is kept once, as all objects of a type have the same."""


def _name(written: str) -> str:
    if len(written) > MAX_NAME:
        return unescape(written)
    if len(_names) >= MAX_NAMES:
        _names.clear()
    return _names.setdefault(written, unescape(written))


def _only_container_properties(members: Element) -> bool:
    return all(child.get("N") in CONTAINER_PROPERTIES for child in members)
