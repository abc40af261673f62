"""A stream whose shape changes with every object: the worst case of a reader that learns shapes."""

from __future__ import annotations

import random
import re

from decode_objects import users

_PROPERTY = re.compile(r'<Nil N="[^"]*" />|<(S|B|DT|G|I32|Db|Version|TS) N="[^"]*">[^<]*</\1>')
_KEPT = 0.8


def changing_users(count: int, seed: int = 2013) -> list[bytes]:
    """Users that each have some of the properties, in an order of their own."""
    rng = random.Random(seed)
    return [_shuffled(raw.decode(), rng).encode() for raw in users(count, seed)]


def _shuffled(text: str, rng: random.Random) -> str:
    begin = text.index("<Props>") + len("<Props>")
    end = text.index("</Props>")
    properties = [match[0] for match in _PROPERTY.finditer(text, begin, end) if rng.random() < _KEPT]
    rng.shuffle(properties)
    return text[:begin] + "".join(properties) + text[end:]
