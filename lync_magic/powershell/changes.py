"""The variables that changed in the engine, as `Get-LyncChange` tells of them: a header each, then what they hold.

Rule of this file: the items of a long list come by the way of many objects, and each piece of them is announced, so
that one is read while the next one is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise
from typing import Final, NamedTuple

from lync_magic.clixml import decode
from lync_magic.powershell.arriving import Arriving

GONE: Final = -2
"""Count of a variable that is gone."""
NO_LIST: Final = -1
"""Count of one that holds no list, but one value."""


class Change(NamedTuple):
    """One variable. items: how many its list has, or `GONE`, or `NO_LIST`.  type_name: of the .NET object.

    raw: what it holds, as CLIXML, piece by piece; who takes the next change has taken all of them.
    """

    name: str
    items: int
    type_name: str
    raw: Iterable[list[bytes]]


def changes_in(output: Iterable[bytes], arriving: Arriving | None, came: Callable[[int], None]) -> Iterator[Change]:
    """What the engine says has changed. came: is told of each piece how many objects it has. Raises SessionBroken."""
    items = iter(output)
    for header in items:
        about = decode(header)
        count = int(about["Count"])
        raw = _pieces(items, count, arriving if about["Packs"] else None, came)
        yield Change(str(about["Name"]), count, str(about["Type"] or ""), raw)


def _pieces(
    items: Iterator[bytes], count: int, arriving: Arriving | None, came: Callable[[int], None]
) -> Iterator[list[bytes]]:
    left = {NO_LIST: 1, GONE: 0}.get(count, count)
    while left:
        if arriving is None:
            piece = list(islice(items, left))
        else:
            ends = str(decode(next(items)))
            piece = _cut(arriving.take(), ends)
        left -= len(piece)
        came(len(piece))
        yield piece


def _cut(frame: bytes, ends: str) -> list[bytes]:
    """The objects of a frame. ends: where each ends, as text."""
    at = [0, *map(int, ends.split(","))]
    return [frame[start:end] for start, end in pairwise(at)]
