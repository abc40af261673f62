"""Batches of objects: each goes the fast way where its shape is known, else the exact walk; shapes are learnt
on the way.

Rules of this file: the result is the walk's. Learning pays for itself or stops: after a shape that did not
help, the next is tried only when many more objects have been walked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from lync_magic.clixml.secrets import Decrypt
from lync_magic.clixml.shapes import Block, Nest, Shape
from lync_magic.clixml.structure import NotLearnable, Structure, merged, sample_of
from lync_magic.clixml.together import decode_together

SLICE = 512
"""How many objects are read at once, at most."""

FIRST_LESSON = 2
"""Objects of a type that are walked before a shape of it is learnt."""

NEXT_LESSON = 64
"""Objects walked before the next lesson."""

LONGER = 8
"""How many times as many after a lesson that did not help."""

MAX_SAMPLES = 12
MAX_SHAPES = 12
MAX_NEW_SHAPES = 4
MAX_FAMILIES = 256
"""How many types are learnt at once; those that were not seen for `IDLE` batches make room for others."""

IDLE = 64
MAX_KEY = 8_192
"""How long the type names of an object may be."""

_MAX_LENGTH = 60_000
_ROUNDS = 3  # lessons in a row, while more than that part of the objects fits no shape
_HELPED = 0.5  # a lesson did, when since then the shapes read so many objects for each that was walked
_PATIENCE = 32  # after so many misses in a row, only one object in _SLEEP is tried
_SLEEP = 16
_OBJECT = (b"<Obj ", b"\xef\xbb\xbf<Obj ")
_TYPES, _END_OF_TYPES = b"<TN ", b"</TN>"

Texts = list["bytes | None"]
Found = dict["Shape", tuple[list[int], Texts]]
"""For each shape the positions of the objects that it matched, and the texts of their groups, one after another."""

Waiting = list[tuple[int, bytes]]
"""Objects that fit no shape, with their positions."""


class Part(NamedTuple):
    """Some of the objects of a batch: at which positions, and the objects by column."""

    positions: list[int]
    block: Block


class _Family:
    """The shapes of one type, latest used first, and what is to be learnt next."""

    def __init__(self) -> None:
        self.shapes: list[tuple[Structure, Shape]] = []
        self.samples: list[bytes] = []
        self.due = FIRST_LESSON
        self.walked = 0
        self.pause = NEXT_LESSON
        self.misses_in_a_row = 0
        self.seen = 0
        """The number of the last batch that had objects which were not read by the shape that was tried first."""

    def last_seen(self) -> int:
        """The number of the last batch that had objects of this type."""
        return max([self.seen, *(shape.seen for _, shape in self.shapes)])


class ShapeDecoder:
    """Decodes batches and keeps what it learnt. Not for two threads at once."""

    def __init__(self) -> None:
        self._families: dict[bytes, _Family] = {}
        self._recent: Shape | None = None
        self._batches = 0

    def decode(
        self, batch: Sequence[bytes | str], nest: Nest, decrypt: Decrypt | None = None
    ) -> tuple[list[Part], Iterator[tuple[int, Any]]]:
        """The objects of a batch (at most `SLICE`): those read by shape, and the others with their positions.

        The others are decoded as they are taken: what is put away at once is still at hand.

        nest: makes the values that stand for objects inside objects read by shape.
        """
        self._batches += 1
        if len(self._families) >= MAX_FAMILIES:
            self._forget_idle()
        found: Found = {}
        pending: dict[bytes, Waiting] = {}
        walked: list[int] = []
        self._sort(_all_bytes(batch), found, pending, walked)
        for key, waiting in pending.items():
            walked += self._taught(key, waiting, found)
        parts: list[Part] = []
        for shape, (positions, texts) in found.items():
            shape.seen = self._batches
            walked += _read(shape, positions, texts, nest, parts)
        walked.sort()
        values = decode_together([batch[position] for position in walked], decrypt=decrypt)
        return parts, zip(walked, values, strict=True)

    def _sort(
        self,
        batch: Sequence[bytes],
        found: Found,
        pending: dict[bytes, Waiting],
        walked: list[int],
    ) -> None:
        """Match each object with the shape that matched last, then with the others of its type."""
        rest = iter(batch)
        position = 0
        while position < len(batch):
            shape = self._recent
            if shape is None:
                next(rest)
            else:
                position += _keep_run(found, shape, position, rest)
                if position == len(batch):
                    return
            # The object there is taken from `rest`, and did not match.
            raw = batch[position]
            key = _key(raw)
            other = self._other(key, raw, shape) if key else None
            if other is not None:
                self._recent, matched = other
                _keep(found, self._recent, position, matched)
            elif key:
                pending.setdefault(key, []).append((position, raw))
            else:
                walked.append(position)
            position += 1

    def _other(self, key: bytes, raw: bytes, tried: Shape | None) -> tuple[Shape, re.Match[bytes]] | None:
        family = self._families.get(key)
        if family is None or not family.shapes:
            return None
        family.misses_in_a_row += 1
        if family.misses_in_a_row > _PATIENCE:
            self._recent = None
            if family.misses_in_a_row % _SLEEP:
                return None
        for place, (_, shape) in enumerate(family.shapes):
            if shape is not tried:
                matched = shape.match(raw)
                if matched is not None:
                    family.shapes.insert(0, family.shapes.pop(place))
                    family.misses_in_a_row = 0
                    return shape, matched
        return None

    def _forget_idle(self) -> None:
        since = self._batches - IDLE
        self._families = {key: family for key, family in self._families.items() if family.last_seen() >= since}

    def _taught(self, key: bytes, waiting: Waiting, found: Found) -> list[int]:
        """Learn from objects that matched no shape, if it is time; the positions of those left."""
        family = self._families.get(key)
        if family is None:
            if len(self._families) >= MAX_FAMILIES:
                return [position for position, _ in waiting]
            family = self._families[key] = _Family()
        family.seen = self._batches
        _sample(family, waiting)
        if family.walked + len(waiting) < family.due:
            family.walked += len(waiting)
            return [position for position, _ in waiting]
        left = waiting
        for _ in range(_ROUNDS):
            new = _learn(family)
            left = _unmatched(left, new, found)
            if not new or len(left) * _ROUNDS <= len(waiting):
                break
            _sample(family, left)
        read = sum(shape.objects for _, shape in family.shapes) + len(waiting) - len(left)
        helped = read >= _HELPED * (family.walked + len(left))
        family.pause = NEXT_LESSON if helped else family.pause * LONGER
        family.walked, family.due = len(left), family.pause
        family.misses_in_a_row = 0
        for _, shape in family.shapes:
            shape.objects = 0
        return [position for position, _ in left]


def _sample(family: _Family, waiting: Waiting) -> None:
    """Keep some of these objects to learn from, not at even distances: objects may differ in turn."""
    room = min(MAX_SAMPLES - len(family.samples), len(waiting))
    chosen = sorted(Random(0).sample(range(len(waiting)), room))
    family.samples += [waiting[each][1] for each in chosen if len(waiting[each][1]) <= _MAX_LENGTH]


def _unmatched(waiting: Waiting, shapes: list[Shape], found: Found) -> Waiting:
    """Match objects with new shapes; those that fit none."""
    left = []
    for position, raw in waiting:
        for shape in shapes:
            matched = shape.match(raw)
            if matched is not None:
                _keep(found, shape, position, matched)
                break
        else:
            left.append((position, raw))
    return left


def _keep(found: Found, shape: Shape, position: int, matched: re.Match[bytes]) -> None:
    positions, texts = found.setdefault(shape, ([], []))
    positions.append(position)
    texts += matched.groups()


def _keep_run(found: Found, shape: Shape, position: int, rest: Iterator[bytes]) -> int:
    """Keep what matches, up to the first object that does not; how many did."""
    positions, texts = found.setdefault(shape, ([], []))
    before = len(texts)
    # No match is kept for longer than a moment: what lives longer sets off Python's garbage collector.
    for matched in iter(map(shape.match, rest).__next__, None):
        texts += matched.groups()
    count = (len(texts) - before) // shape.width
    positions += range(position, position + count)
    return count


def _learn(family: _Family) -> list[Shape]:
    """New shapes from the samples, put before the family's others.

    A shape that grows takes the place of the old one.
    """
    structures = [structure for structure, _ in family.shapes]
    weights = dict.fromkeys(map(id, structures), 0)
    grown: list[Structure] = []
    for structure in _structures(family.samples):
        for known in structures:
            if merged(known, structure) is not None:
                break
        else:
            known = structure
            structures.append(known)
        weights[id(known)] = weights.get(id(known), 0) + 1
        if not any(known is each for each in grown):
            grown.append(known)
    family.samples.clear()
    grown.sort(key=lambda structure: -weights[id(structure)])
    # Where each sample has an order of its own, no shape would be met again.
    chosen = [each for each in grown if len(grown) <= 2 or weights[id(each)] > 1][:MAX_NEW_SHAPES]
    lenient = bool(family.shapes)  # what the first lesson did not show may be anywhere
    new = [(structure, Shape(structure, lenient=lenient)) for structure in chosen]
    kept = [pair for pair in family.shapes if not any(pair[0] is structure for structure in chosen)]
    family.shapes = (new + kept)[:MAX_SHAPES]
    return [shape for _, shape in new]


def _structures(samples: list[bytes]) -> list[Structure]:
    """The structures of the samples, the fullest first: they say best which property comes after which."""
    structures = []
    for sample in samples:
        try:
            structures.append(sample_of(sample))
        except NotLearnable:
            continue
    return sorted(structures, key=lambda structure: -structure.members())


def _read(shape: Shape, positions: list[int], texts: Texts, nest: Nest, parts: list[Part]) -> list[int]:
    """Read objects into parts; the positions of those that are not what they seem."""
    if not positions:
        return []
    mark = nest.mark()
    try:
        parts.append(Part(positions, shape.read(texts, nest)))
    except ValueError:
        nest.undo(mark)
        if len(positions) == 1:
            return positions
        middle = len(positions) // 2
        cut = middle * shape.width
        return _read(shape, positions[:middle], texts[:cut], nest, parts) + _read(
            shape, positions[middle:], texts[cut:], nest, parts
        )
    return []


def _key(raw: bytes) -> bytes:
    """What tells the type of an object: all up to the end of its type names; empty where there is no such thing."""
    if not raw.startswith(_OBJECT):
        return b""
    start = end = raw.find(b">") + 1
    if raw.startswith(_TYPES, start):
        end = raw.find(_END_OF_TYPES, start)
    return raw[:end] if 0 < end <= MAX_KEY else b""


def _all_bytes(batch: Sequence[bytes | str]) -> list[bytes]:
    return [raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass") for raw in batch]
