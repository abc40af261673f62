"""In which order .NET goes through a hashtable whose keys are numbers, truth values, characters or times: by its
buckets, from the last to the first. (Texts have other hashes in every process, so that there is no order to keep.)
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from lync_magic.clixml import INT32, Char, EnumValue, Int64, SizedInt, UInt64, ticks_of

Change = tuple[bool, object]
"""A key that is put in (True) or taken out."""
_PRIMES: Final = (
    3, 7, 11, 17, 23, 29, 37, 47, 59, 71, 89, 107, 131, 163, 197, 239, 293, 353, 431, 521, 631, 761, 919, 1103, 1327,
    1597, 1931, 2333, 2801, 3371, 4049, 4861, 5839, 7013, 8419, 10103, 12143, 14591, 17519, 21023, 25229, 30293, 36353,
    43627, 52361, 62851, 75431, 90523, 108631, 130363, 156437, 187751, 225307, 270371, 324449, 389357, 467237, 560689,
    672827, 807403, 968897, 1162687, 1395263, 1674319, 2009191, 2411033, 2893249, 3471899, 4166287, 4999559, 5999471,
    7199369,
)  # fmt: skip
_LOAD: Final = 0.72
_MASK: Final = 0xFFFFFFFF


def hash_of(key: object) -> int | None:
    """.NET's hash code of a key, 32 bits without a sign; None where it is not the same in every process."""
    if isinstance(key, bool):
        return int(key)
    if isinstance(key, EnumValue):
        return key.value & _MASK
    if isinstance(key, Char):
        return ord(key) | ord(key) << 16
    if isinstance(key, float):
        bits = struct.unpack("<Q", struct.pack("<d", key))[0]
        if key != key or key == 0:
            bits &= 0x7FF0000000000000
        return _folded(bits)
    if isinstance(key, int):
        wide = isinstance(key, Int64 | UInt64) or (not isinstance(key, SizedInt) and not INT32[0] <= key <= INT32[1])
        return _folded(int(key)) if wide else int(key) & _MASK
    if isinstance(key, timedelta):
        return _folded(ticks_of(key))
    return None


def _folded(bits: int) -> int:
    return (bits ^ bits >> 32) & _MASK


def _prime(least: int) -> int:
    return next((one for one in _PRIMES if one >= least), least | 1)


class _Table:
    """The buckets as .NET keeps them: a key, that there was one (`_GONE`), or None; and whether others went past."""

    def __init__(self, capacity: int) -> None:
        raw = capacity / _LOAD
        self._resize(_prime(int(raw)) if raw > 3 else 3)
        self.count = 0
        self.occupied = 0

    def _resize(self, size: int) -> None:
        self.keys: list[object] = [None] * size
        self.passed = [False] * size
        self.most = int(_LOAD * size)

    def put(self, key: object) -> None:
        if self.count >= self.most:
            self._rehash(_prime(len(self.keys) * 2))
        elif self.occupied > self.most and self.count > 100:
            self._rehash(len(self.keys))
        code = (hash_of(key) or 0) & 0x7FFFFFFF
        size, empty = len(self.keys), -1
        step = 1 + (code * 101 & _MASK) % (size - 1)
        place = code % size
        for _ in range(size):
            if empty == -1 and self.keys[place] is _GONE and self.passed[place]:
                empty = place
            if self.keys[place] is None or (self.keys[place] is _GONE and not self.passed[place]):
                break
            if empty == -1 and not self.passed[place]:
                self.passed[place] = True
                self.occupied += 1
            place = (place + step) % size
        self.keys[place if empty == -1 else empty] = key
        self.count += 1

    def take(self, key: object) -> None:
        place = self.keys.index(key)
        self.keys[place] = _GONE if self.passed[place] else None
        self.count -= 1

    def _rehash(self, size: int) -> None:
        old = [key for key in self.keys if key is not None and key is not _GONE]
        self._resize(size)
        self.occupied = 0
        for key in old:
            code = (hash_of(key) or 0) & 0x7FFFFFFF
            step = 1 + (code * 101 & _MASK) % (size - 1)
            place = code % size
            while self.keys[place] is not None:
                if not self.passed[place]:
                    self.passed[place] = True
                    self.occupied += 1
                place = (place + step) % size
            self.keys[place] = key


_GONE: Final = object()


def in_order(changes: Iterable[Change], capacity: int) -> list[object]:
    """The keys that are left, as .NET goes through them. capacity: for how many the table was made."""
    table = _Table(capacity)
    for added, key in changes:
        (table.put if added else table.take)(key)
    return [key for key in reversed(table.keys) if key is not None and key is not _GONE]
