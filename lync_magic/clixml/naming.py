"""Which type each object of a shape is of: names are given once and referred to after that (MS-PSRP 2.2.5.2.3).

Rule of this file: a reference that nobody named, or a type that becomes something else than an object, raises
ValueError, and the walk decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lync_magic.clixml.patterns import Slot
from lync_magic.clixml.special import SPECIAL_TYPES
from lync_magic.clixml.text import resolve_entities, unescape

TypeNames = tuple[str, ...]
KnownTypes = tuple[tuple[str, TypeNames], ...]
"""The type names that an object has given so far, by their reference."""

Types = list[list[Any]]
"""For each slot the `TypeNames` in each row (`KnownTypes` where it holds others); one alone where all rows agree."""

Layout = tuple["bytes | None", ...]
"""How one object names its types: what stands at each slot."""

TYPES_KEPT = 256
"""How many layouts, or columns by type, are remembered."""

_TYPES = re.compile('<TN RefId="([0-9]+)">(.*?)</TN>|<TNRef RefId="([0-9]+)"', re.DOTALL)
_MARKS = re.compile(b"<TN .*?</TN>", re.DOTALL)
_T = re.compile("<T>([^<]*)</T>")


class Naming:
    """Finds the types at the slots of a shape, and remembers how objects name them."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self._slots = slots
        self._layouts: dict[Layout, list[Any] | None] = {}

    def types(self, groups: Sequence[Sequence[bytes | None]]) -> Types:
        """The types in each row of these groups. Raises ValueError."""
        columns = [
            _all_marks(groups[slot.group]) if slot.holds else groups[slot.group]
            for slot in self._slots
            if slot.group is not None
        ]
        if not columns:
            return [[names] for names in self._resolved(())]
        resolved = {layout: self._resolved(layout) for layout in set(zip(*columns, strict=True))}
        if len({id(names) for names in resolved.values()}) == 1:
            return [[names] for names in next(iter(resolved.values()))]
        by_row = [resolved[layout] for layout in zip(*columns, strict=True)]
        return [list(slot) for slot in zip(*by_row, strict=True)]

    def _resolved(self, layout: Layout) -> list[Any]:
        if layout not in self._layouts:
            if len(self._layouts) > TYPES_KEPT:
                self._layouts.clear()
            found = self._looked_up(layout)
            same = next((known for known in self._layouts.values() if known == found), found)
            self._layouts[layout] = same
        resolved = self._layouts[layout]
        if resolved is None:
            raise ValueError("a reference to an unknown type")
        return resolved

    def _looked_up(self, layout: Layout) -> list[Any] | None:
        known: dict[str, TypeNames] = {}
        resolved: list[Any] = []
        parts = iter(layout)
        for slot in self._slots:
            written = (next(parts) or b"").decode() if slot.group is not None else ""
            if slot.holds:
                resolved.append(tuple(known.items()))
                known.update({key: _names_in(texts) for key, texts, _ in _TYPES.findall(written)})
                continue
            names: TypeNames | None = ()
            if slot.own is not None:
                names = known[slot.own[0]] = slot.own[1]
            elif written:
                names = _named(written, known)
            if names is None or (slot.is_object and names and names[0] in SPECIAL_TYPES):
                return None
            resolved.append(names)
        return resolved


def _named(written: str, known: dict[str, TypeNames]) -> TypeNames | None:
    """The names in a `TN`, which are known from now on, or behind a `TNRef`."""
    match = _TYPES.match(written)
    if match is None:
        return ()
    key, texts, reference = match.groups()
    if reference is not None:
        return known.get(reference)
    names = known[key] = _names_in(texts)
    return names


def _all_marks(texts: Sequence[bytes | None]) -> list[bytes | None]:
    """The types that each list or dictionary names, as it is written."""
    marks = {text: text and b"".join(_MARKS.findall(text)) for text in set(texts)}
    return [marks[text] for text in texts]


def _names_in(texts: str) -> TypeNames:
    if "\r" in texts or "]]>" in texts:
        raise ValueError("an XML parser must read this")
    return tuple([unescape(resolve_entities(text)) for text in _T.findall(texts)])
