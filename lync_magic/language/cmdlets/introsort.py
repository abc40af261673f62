"""Sorting as .NET's List.Sort does it: not stable, and the same at every run.

Sort-Object without -Stable gives objects with equal keys in the order in which this algorithm leaves them, so that a
report made here has its rows where PowerShell has them. Keys are compared by `<` and `>` alone, and in .NET's order:
keys that have no consistent order end up as they do there.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Final

Keys = list[Any]
SMALL: Final = 16
"""Up to here partitions are sorted by insertion."""
_KEY: Final = itemgetter(0)


def introsort(keys: Keys, items: list[Any]) -> None:
    """Sort keys in place, and with each what it stands for."""
    if len(keys) > 1:
        _sort(keys, items, 0, len(keys) - 1, 2 * len(keys).bit_length())


def _sort(keys: Keys, items: list[Any], low: int, high: int, depth: int) -> None:
    size = high - low + 1
    while size > 1:
        if size <= SMALL:
            _small(keys, items, low, size)
            return
        if depth == 0:
            _heap(keys, items, low, size)
            return
        depth -= 1
        pivot = _partition(keys, items, low, low + size - 1)
        _sort(keys, items, pivot + 1, low + size - 1, depth)
        size = pivot - low


def _small(keys: Keys, items: list[Any], low: int, size: int) -> None:
    if size == 2:
        _order(keys, items, low, low + 1)
    elif size == 3:
        _order(keys, items, low, low + 1)
        _order(keys, items, low, low + 2)
        _order(keys, items, low + 1, low + 2)
    elif type(keys[low]) is int:  # insertion is stable, as Python sorts what has one order
        end = low + size
        pairs = sorted(zip(keys[low:end], items[low:end], strict=True), key=_KEY)
        keys[low:end], items[low:end] = zip(*pairs, strict=True)
    else:
        for place in range(low, low + size - 1):
            key, item = keys[place + 1], items[place + 1]
            hole = place
            while hole >= low and key < keys[hole]:
                keys[hole + 1], items[hole + 1] = keys[hole], items[hole]
                hole -= 1
            keys[hole + 1], items[hole + 1] = key, item


def _swap(keys: Keys, items: list[Any], first: int, second: int) -> None:
    keys[first], keys[second] = keys[second], keys[first]
    items[first], items[second] = items[second], items[first]


def _order(keys: Keys, items: list[Any], first: int, second: int) -> None:
    if keys[first] > keys[second]:
        _swap(keys, items, first, second)


def _partition(keys: Keys, items: list[Any], low: int, high: int) -> int:
    middle = low + ((high - low) >> 1)
    _order(keys, items, low, middle)
    _order(keys, items, low, high)
    _order(keys, items, middle, high)
    pivot = keys[middle]
    _swap(keys, items, middle, high - 1)
    left, right = low, high - 1
    while left < right:
        left += 1
        while keys[left] < pivot:
            left += 1
        right -= 1
        while pivot < keys[right]:
            right -= 1
        if left >= right:
            break
        keys[left], keys[right] = keys[right], keys[left]  # as _swap, where most of the time goes
        items[left], items[right] = items[right], items[left]
    if left != high - 1:
        _swap(keys, items, left, high - 1)
    return left


def _heap(keys: Keys, items: list[Any], low: int, size: int) -> None:
    for start in range(size >> 1, 0, -1):
        _down(keys, items, start, size, low)
    for last in range(size, 1, -1):
        _swap(keys, items, low, low + last - 1)
        _down(keys, items, 1, last - 1, low)


def _down(keys: Keys, items: list[Any], start: int, size: int, low: int) -> None:
    key, item = keys[low + start - 1], items[low + start - 1]
    while start <= size >> 1:
        child = 2 * start
        if child < size and keys[low + child - 1] < keys[low + child]:
            child += 1
        if not key < keys[low + child - 1]:
            break
        keys[low + start - 1], items[low + start - 1] = keys[low + child - 1], items[low + child - 1]
        start = child
    keys[low + start - 1], items[low + start - 1] = key, item
