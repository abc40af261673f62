"""Many objects on their way into the engine, through the channel: one piece is written while the last one is read.

Rules of this file: what it does is done between two looks at what the engine says, and waits for nothing. A variable
that holds what has no form in PowerShell does not come to be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from typing import Final

from lync_magic.powershell.channel import Channel
from lync_magic.psrp import Encrypt, Written, no_hurry
from lync_magic.records import Records
from lync_magic.records.written import PIECE, pieces, written

MANY: Final = 50
"""More objects than this are many."""
FULL_SECONDS: Final = 0.002
"""When a channel that is full is looked at again."""
Went = Callable[[int], None]
"""Is told how many objects went."""
_numbers = count(1)


def nobody_asks(_count: int) -> None:
    """Nobody wants to know."""


class Giving:
    """Variables that follow through the channel. went: is told of each piece of objects how many they are."""

    def __init__(self, many: Mapping[str, Records], channel: Channel, encrypt: Encrypt, went: Went) -> None:
        self.numbers = {name: -next(_numbers) for name in many}
        """Of each variable, as its frames say; no call has one like it."""
        self.refused: list[str] = []
        """Those that cannot go."""
        self._channel = channel
        self._encrypt = encrypt
        self._went = went
        self._steps = self._frames(many)
        self._unended = set(self.numbers.values())

    def meanwhile(self) -> float:
        """Send a piece; how many seconds there is nothing more to do."""
        if not self._unended:
            return no_hurry()
        if not self._channel.has_room:
            return FULL_SECONDS
        next(self._steps)
        return 0

    def close(self) -> None:
        """What has not left does not come; who reads it is told: a stop may find it before it begins. Idempotent."""
        for number in self._unended:
            self._channel.drop(number)
            self._channel.send(number, (), done=True, lost=True)
        self._unended.clear()

    def _frames(self, many: Mapping[str, Records]) -> Iterator[None]:
        for name, records in many.items():
            number = self.numbers[name]
            try:
                for piece in pieces(records, self._encrypt):
                    self._channel.send(number, [piece])
                    self._went(PIECE)
                    yield
            except (TypeError, ValueError):
                self.refused.append(name)
            self._channel.send(number, (), done=True, lost=name in self.refused)
            self._unended.remove(number)
            yield


def all_written(many: Mapping[str, Records], encrypt: Encrypt) -> tuple[dict[str, Written], list[str]]:
    """The same as whole arrays, for an engine without a channel, and the names of those that cannot go."""
    whole: dict[str, Written] = {}
    for name, records in many.items():
        with suppress(TypeError, ValueError):
            whole[name] = written(records, encrypt)
    return whole, [name for name in many if name not in whole]
