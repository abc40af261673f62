"""Sorting as .NET's List.Sort does it: not stable, and the same at every run.

Sort-Object without -Stable gives objects with equal keys in the order in which this algorithm leaves them, so that a
report made here has its rows where PowerShell has them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")
Compare = Callable[[T, T], int]
SMALL: Final = 16
"""Up to here partitions are sorted by insertion."""


def introsort(items: list[T], compare: Compare[T]) -> None:
    """Sort in place."""
    if len(items) > 1:
        _sort(items, 0, len(items) - 1, 2 * len(items).bit_length(), compare)


def _sort(items: list[T], low: int, high: int, depth: int, compare: Compare[T]) -> None:
    size = high - low + 1
    while size > 1:
        if size <= SMALL:
            _small(items, low, size, compare)
            return
        if depth == 0:
            _heap(items, low, size, compare)
            return
        depth -= 1
        pivot = _partition(items, low, low + size - 1, compare)
        _sort(items, pivot + 1, low + size - 1, depth, compare)
        size = pivot - low


def _small(items: list[T], low: int, size: int, compare: Compare[T]) -> None:
    if size == 2:
        _order(items, compare, low, low + 1)
    elif size == 3:
        _order(items, compare, low, low + 1)
        _order(items, compare, low, low + 2)
        _order(items, compare, low + 1, low + 2)
    else:
        for place in range(low, low + size - 1):
            moved = items[place + 1]
            hole = place
            while hole >= low and compare(moved, items[hole]) < 0:
                items[hole + 1] = items[hole]
                hole -= 1
            items[hole + 1] = moved


def _order(items: list[T], compare: Compare[T], first: int, second: int) -> None:
    if compare(items[first], items[second]) > 0:
        items[first], items[second] = items[second], items[first]


def _partition(items: list[T], low: int, high: int, compare: Compare[T]) -> int:
    middle = low + ((high - low) >> 1)
    _order(items, compare, low, middle)
    _order(items, compare, low, high)
    _order(items, compare, middle, high)
    pivot = items[middle]
    items[middle], items[high - 1] = items[high - 1], items[middle]
    left, right = low, high - 1
    while left < right:
        left += 1
        while compare(items[left], pivot) < 0:
            left += 1
        right -= 1
        while compare(pivot, items[right]) < 0:
            right -= 1
        if left >= right:
            break
        items[left], items[right] = items[right], items[left]
    if left != high - 1:
        items[left], items[high - 1] = items[high - 1], items[left]
    return left


def _heap(items: list[T], low: int, size: int, compare: Compare[T]) -> None:
    for start in range(size >> 1, 0, -1):
        _down(items, start, size, low, compare)
    for last in range(size, 1, -1):
        items[low], items[low + last - 1] = items[low + last - 1], items[low]
        _down(items, 1, last - 1, low, compare)


def _down(items: list[T], start: int, size: int, low: int, compare: Compare[T]) -> None:
    moved = items[low + start - 1]
    while start <= size >> 1:
        child = 2 * start
        if child < size and compare(items[low + child - 1], items[low + child]) < 0:
            child += 1
        if compare(moved, items[low + child - 1]) >= 0:
            break
        items[low + start - 1] = items[low + child - 1]
        start = child
    items[low + start - 1] = moved
