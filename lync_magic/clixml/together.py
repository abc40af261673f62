"""Many elements in one parse: what fits no shape is walked, without a parser for each.

Rules of this file: the values are those of `decode_or_undecoded`, one by one. Elements are parsed together only where
the result proves that each was whole in itself; where one may not be, each is read alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from lync_magic.clixml.secrets import Decrypt
from lync_magic.clixml.walk import decode_or_undecoded, element_or_undecoded

TOGETHER = 32_768
"""How many bytes are parsed together, about."""

_SEPARATOR, _SEPARATOR_BEGIN = b"<_/>", b"<_"
_NO_CLIXML = b"<!"  # comments, CDATA, document types


def decode_together(raws: Sequence[bytes | str], *, decrypt: Decrypt | None = None) -> Iterator[Any]:
    """What `decode_or_undecoded` makes of each, when it is taken."""
    for some in _sized(raws):
        elements = _elements(some)
        if elements is None:
            for raw in some:
                yield decode_or_undecoded(raw, decrypt=decrypt)
        else:
            for raw, element in zip(some, elements, strict=True):
                yield element_or_undecoded(element, raw, decrypt=decrypt)


def _sized(raws: Sequence[bytes | str]) -> Iterator[Sequence[bytes | str]]:
    """Neighbours that make more than `TOGETHER` bytes with the last of them, and the rest."""
    first = size = 0
    for end, raw in enumerate(raws, 1):
        size += len(raw)
        if size > TOGETHER:
            yield raws[first:end]
            first, size = end, 0
    yield raws[first:]


def _elements(raws: Sequence[bytes | str]) -> list[Element] | None:
    """The element that each text is, or None where that is not certain.

    Separators are put between the texts. When all of them come back as children of the root, with one element and no
    text between two, then each text was one element and nothing else.
    """
    whole = [raw for raw in raws if isinstance(raw, bytes)]
    joined = _SEPARATOR.join(whole)
    separators = len(raws) - 1
    if len(whole) < len(raws) or joined.count(_SEPARATOR_BEGIN) != separators or _NO_CLIXML in joined:
        return None
    try:
        root = fromstring(b"<Objs>%b</Objs>" % joined)
    except (ParseError, ValueError):
        return None
    children = list(root)
    tags = [child.tag for child in children]
    if len(tags) != separators * 2 + 1 or tags[1::2] != ["_"] * separators:
        return None
    if root.text is not None or any(child.tail is not None for child in children):
        return None
    return children[::2]
