"""What `Get-Random -SetSeed` draws: System.Random of a seed, and how PowerShell makes numbers of it.

Knuth's subtractive generator (Seminumerical Algorithms 3.2.2), as .NET has it for a seed that was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_MOST: Final = 2**31 - 1
_START: Final = 161_803_398
_SIZE: Final = 56
_BEHIND: Final = 21


class NetRandom:
    """One generator. seed: an Int32."""

    def __init__(self, seed: int) -> None:
        table = [0] * _SIZE
        last = _START - (_MOST if seed == -(2**31) else abs(seed))
        table[_SIZE - 1] = last
        following = 1
        place = 0
        for _one in range(1, _SIZE - 1):
            place = place + _BEHIND if place + _BEHIND < _SIZE - 1 else place + _BEHIND - (_SIZE - 1)
            table[place] = following
            following = last - following
            if following < 0:
                following += _MOST
            last = table[place]
        for _round in range(4):
            for index in range(1, _SIZE):
                other = index + 30
                if other >= _SIZE - 1:
                    other -= _SIZE - 1
                value = table[index] - table[1 + other]
                table[index] = _wrapped(value + _MOST if _wrapped(value) < 0 else value)
        self._table = table
        self._next = 0
        self._other = _BEHIND

    def _sample(self) -> int:
        self._next = self._next + 1 if self._next + 1 < _SIZE else 1
        self._other = self._other + 1 if self._other + 1 < _SIZE else 1
        value = self._table[self._next] - self._table[self._other]
        if value == _MOST:
            value -= 1
        if value < 0:
            value += _MOST
        self._table[self._next] = value
        return value

    def number(self) -> int:
        """A whole number from 0 to below 2147483647: System.Random's own `Next()`."""
        return self._sample()

    def share(self) -> float:
        """A real number from 0 to below 1: its `NextDouble()`."""
        return self._sample() * (1.0 / _MOST)

    def below(self, most: int) -> int:
        """A whole number from 0 to below `most`: its `Next(most)`."""
        return int(self.share() * most)

    def _bits(self) -> int:
        """32 bits, as PowerShell takes them: of four bytes, each the low end of a number."""
        return int.from_bytes(bytes(self._sample() & 0xFF for _one in range(4)), "little", signed=True)

    def _fraction(self) -> float:
        while (bits := self._bits()) == _MOST:
            pass
        return (bits + _MOST if bits < 0 else bits) * (1.0 / _MOST)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to below `high`."""
        width = high - low
        if width <= _MOST:
            return int(self._fraction() * width) + low
        while (bits := self._bits()) == _MOST:
            pass
        return int((bits + _MOST) * (1.0 / (2 * _MOST)) * width) + low

    def chosen(self, items: Sequence[object], count: int) -> list[object]:
        """So many of the items, in an order that is drawn too."""
        made: list[object] = []
        for place, item in enumerate(items):
            if place < count:
                made.append(item)
            elif self.between(0, place + 1) < count:
                made[self.between(0, len(made))] = item
        for place in range(len(made)):
            other = self.between(place, len(made))
            made[place], made[other] = made[other], made[place]
        return made


def _wrapped(value: int) -> int:
    """A sum as 32 bits hold it."""
    return (value + 2**31) % 2**32 - 2**31
