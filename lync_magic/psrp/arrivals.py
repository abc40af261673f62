"""Whether all that a server sent has come: the numbers of its messages, over all channels of one shell.

What is certain (MS-PSRP 2.2.4, 3.1.5.1.2): the fragments of a message count 0, 1, 2 …; each message has a number of its
own, and in one channel they rise. So a repetition and a step back are always an error (`FragmentReader`). PowerShell
takes the numbers from one counter of its process, so that over all channels none is missing; but the process counts
with it also what it sends to others: to its jobs and remote sessions, and, where it is shared, to other clients (IIS).

Rules of this file: a number that is missing is not an error here. Over a pipe nothing is lost, and there is no need to
ask; over WSMan it tells of an answer that an intermediary took, until this server has shown that it counts for others.
"""

from __future__ import annotations

import threading
from uuid import UUID

from lync_magic.psrp.wire import FragmentReader, Message

_USUAL_OF_ONE = 3
_USUAL_OF_ALL = 4
"""After so many runs of one command, or of any, in a row that seemed to lack something, it is the server's way."""

_MAX_GAPS = 1_000
"""More gaps than an intermediary makes: somebody else is counted."""

_REMEMBERED = 64
"""How many pipelines that are over are known, for what still comes of them."""


class Arrivals:
    """What came of one shell. Any channel may be fed from any thread; one channel from one thread at a time."""

    def __init__(self, pool_id: UUID) -> None:
        self._pool_id = pool_id
        self._lock = threading.Lock()
        self._channels: dict[UUID | None, FragmentReader] = {}
        self._silent: set[UUID | None] = set()
        """Channels of which no message has come yet."""
        self._left: dict[UUID | None, None] = {}
        """Pipelines of which nothing is read any more, the last to be left at the end."""
        self._next = 1
        """The number that comes next where none is missing."""
        self._gaps: dict[int, int] = {}
        """Numbers that were passed over: the first of each gap, and the one after its last."""
        self._counted_from = 1
        """Numbers below this one are not missed."""
        self._left_early = False
        self._lacking: dict[str, int] = {}
        """Commands whose last runs seemed to lack something, and how many did in a row."""
        self._lacking_in_a_row = 0
        self._telling = True

    def feed(self, channel: UUID | None, chunk: bytes) -> list[Message]:
        """The messages that these bytes of a channel complete. channel: a pipeline's, or None for the shell's own.

        None of a pipeline that was left. Raises SessionBroken for whatever `FragmentReader` refuses: nothing that comes
        later can be trusted.
        """
        with self._lock:
            if channel in self._left:
                return []
            reader = self._channels.get(channel)
            if reader is None:
                reader = self._channels[channel] = FragmentReader(channel, self._pool_id)
                self._silent.add(channel)
        messages = reader.feed(chunk)
        with self._lock:
            numbers = reader.begun
            if numbers and channel in self._silent:
                self._silent.discard(channel)
                if self._left_early:
                    self._left_early = False
                    self._counted_from = numbers[0]
            if numbers and numbers[0] == self._next and numbers[-1] == self._next + len(numbers) - 1:
                self._next += len(numbers)
                return messages
            for number in numbers:
                self._count(number)
        return messages

    def missing(self) -> int:
        """How many messages of the server have not come so far; 0 where its numbers cannot tell.

        What is missing may be waiting in another channel, mostly the shell's own: ask again when that has been read,
        then `settle`.
        """
        with self._lock:
            if not self._telling or self._left_early:
                return 0
            return sum(max(0, end - max(first, self._counted_from)) for first, end in self._gaps.items())

    def settle(self, command: str) -> int:
        """How many messages are missing at the end of a command, when the other channels have been read too.

        They are not missed any more. 0 where they are taken to be others': when it is so in `_USUAL_OF_ONE` runs of
        this command in a row, or in `_USUAL_OF_ALL` runs of any, no answer is likely to be lost each time.
        """
        missing = self.missing()
        with self._lock:
            self._counted_from = self._next
            before = self._lacking.pop(command, 0)
            if not missing:
                self._lacking_in_a_row = 0
                return 0
            self._lacking[command] = before + 1
            self._lacking_in_a_row += 1
            if self._lacking_in_a_row == _USUAL_OF_ALL:
                self._stop_telling()
                return 0
        return 0 if before + 1 >= _USUAL_OF_ONE else missing

    def leave(self, channel: UUID, *, read_to_end: bool) -> None:
        """A pipeline is over, and nothing of it is read any more. Where it was not read to its end, what was sent
        until the next one began is not missed.
        """
        with self._lock:
            self._channels.pop(channel, None)
            self._silent.discard(channel)
            self._left[channel] = None
            if len(self._left) > _REMEMBERED:
                del self._left[next(iter(self._left))]
            self._left_early |= not read_to_end

    def _count(self, number: int) -> None:
        if not self._telling:
            return
        if number >= self._next:
            counted_before = self._next == 1 and number > 1
            if number > self._next:
                self._gaps[self._next] = number
            self._next = number + 1
            if counted_before or len(self._gaps) > _MAX_GAPS:
                self._stop_telling()
        elif not self._fill(number):
            self._stop_telling()  # a server that counts each channel by itself

    def _fill(self, number: int) -> bool:
        """Take a number that was missing out of its gap; whether it was missing."""
        for first, end in self._gaps.items():
            if first <= number < end:
                del self._gaps[first]
                if first < number:
                    self._gaps[first] = number
                if number + 1 < end:
                    self._gaps[number + 1] = end
                return True
        return False

    def _stop_telling(self) -> None:
        self._telling = False
        self._gaps.clear()
