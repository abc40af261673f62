"""What is being said on one line protocol: lines on their way out, acknowledgements that are owed, bytes that came in.

Rules of this file: no input or output. It is the one owner of this state; the threads that read and write, and the
callers who wait, meet under its lock. Of each line it is known whether any of it has left. What comes in is accounted
for: an acknowledgement that nobody is owed, data for a pipeline that is not ours and a line that cannot be read end
the conversation, since each may hide a loss. The first reason for an end is the one that is told.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from lync_magic.errors import AnswerLost, LyncError, OperationTimedOut, SessionBroken, SessionClosed
from lync_magic.transports.base import Received
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.lines import SESSION, Kind, Packet, write_line

MAX_BUFFERED = 4 * 1024 * 1024
"""Bytes of one pipeline that nobody has taken; then reading pauses, the pipe fills and the process waits."""

MAX_UNREAD_OF_SESSION = 16 * 1024 * 1024
"""Nobody reads the session's own messages while a pipeline runs; a server that floods them is given up."""

_SLICE = 0.1
"""Seconds of one wait; between two of them an interrupt is seen on every platform."""
_REMEMBERED = 256
"""Pipelines that were finished: what the server still says of one of them is late, not foreign."""
_ACKNOWLEDGED_BY = {
    Kind.DATA: Kind.DATA_ACK,
    Kind.COMMAND: Kind.COMMAND_ACK,
    Kind.CLOSE: Kind.CLOSE_ACK,
    Kind.SIGNAL: Kind.SIGNAL_ACK,
}
_ACKNOWLEDGEMENTS = frozenset(_ACKNOWLEDGED_BY.values())


class Line:
    """One line on its way out. begun: whether any of it may have left.  gone: whether all of it has.

    does: whether anything may be done by it alone. A new pipeline is a place for what follows, which says what runs.
    """

    def __init__(self, packet: Packet) -> None:
        self.bytes = write_line(packet)
        self.does = packet.kind is not Kind.COMMAND
        self.begun = False
        self.gone = False


class _Channel:
    """What is known of one GUID: bytes that nobody has taken, and how often each acknowledgement is owed."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.size = 0
        self.owed: Counter[Kind] = Counter()
        self.closed = False
        self.discarding = False


class Conversation:
    """Between one process and its callers. who: as a message begins, `The process pwsh`."""

    def __init__(self, who: str) -> None:
        self._who = who
        self._changed = threading.Condition()
        self._lines: deque[Line] = deque()
        self._channels: dict[UUID, _Channel] = {SESSION: _Channel()}
        self._finished: deque[UUID] = deque(maxlen=_REMEMBERED)
        self._heard = False
        self._why: LyncError | None = None

    @property
    def heard(self) -> bool:
        """Whether the other side has said anything that only a PowerShell server says."""
        return self._heard

    @property
    def ended(self) -> bool:
        """Whether nothing more can be said."""
        return self._why is not None

    @property
    def pipelines(self) -> list[UUID]:
        """Those that were begun and are not finished."""
        with self._changed:
            return [target for target in self._channels if target != SESSION]

    # --- callers --------------------------------------------------------------------------------------------

    def begin(self, target: UUID) -> None:
        """There is a new pipeline."""
        with self._changed:
            self._channels[target] = _Channel()

    def knows(self, target: UUID) -> bool:
        """Whether this pipeline was begun and is not finished."""
        with self._changed:
            return target in self._channels

    def forget(self, target: UUID) -> None:
        """A pipeline is over: what still comes of it is late. Nothing for the session, and for one that is unknown."""
        with self._changed:
            if target != SESSION and self._channels.pop(target, None) is not None:
                self._finished.append(target)
                self._changed.notify_all()

    def discard(self, target: UUID) -> None:
        """Drop what came of it and what will come. It is an error, SessionClosed, when there is no such pipeline."""
        with self._changed:
            channel = self._channel(target)
            channel.discarding = True
            channel.chunks, channel.size = [], 0
            self._changed.notify_all()

    def say(self, packet: Packet, deadline: Deadline) -> Line:
        """Send it. Returns when all of it has left.

        Raises AnswerLost when a part has left and the rest has not by the deadline, or the process ended; another
        error when none has: then none ever will.
        """
        owed = _ACKNOWLEDGED_BY[packet.kind]
        with self._changed:
            channel = self._channel(packet.target)
            if packet.kind is Kind.DATA:  # one at a time
                self._wait(lambda: not channel.owed[owed], deadline)
            if self._why is not None:
                raise self._ending()
            if channel.owed[owed] and packet.kind is Kind.DATA:
                raise OperationTimedOut(
                    f"{self._who} has not acknowledged what was sent before; nothing more was sent in "
                    f"{deadline.seconds:g} seconds."
                )
            line = Line(packet)
            self._send(line, channel.owed, owed, deadline)
            if not line.gone:
                raise self._not_sent(line, deadline)
            return line

    def ask(self, packet: Packet, deadline: Deadline) -> None:
        """Send it and wait for its acknowledgement. Raises as `say` does, and AnswerLost when none comes."""
        owed = _ACKNOWLEDGED_BY[packet.kind]
        line = self.say(packet, deadline)
        with self._changed:
            channel = self._channels.get(packet.target)
            if channel is None:
                return
            self._wait(lambda: not channel.owed[owed], deadline)
            if not channel.owed[owed]:
                return
            if self._why is not None:
                raise self._ending(line)
            raise AnswerLost(
                f"{self._who} did not acknowledge within {deadline.seconds:g} seconds what was sent to it.",
                "It may have been done. Close the session and connect again.",
            )

    def receive(self, target: UUID, deadline: Deadline) -> Received:
        """What has come of a pipeline or of the session, waited for until the deadline."""
        with self._changed:
            channel = self._channel(target)
            self._wait(lambda: bool(channel.chunks) or channel.closed, deadline)
            chunks, channel.chunks, channel.size = channel.chunks, [], 0
            self._changed.notify_all()
            if not chunks and self._why is not None and not channel.closed:
                raise self._ending()
            return Received(chunks, channel.closed)

    # --- the threads that read and write --------------------------------------------------------------------

    def next_line(self) -> Line | None:
        """The line to write now, waited for; None when there will be no more."""
        with self._changed:
            while not self._lines and self._why is None:
                self._changed.wait()
            return self._lines[0] if self._lines and self._why is None else None

    def begin_line(self, line: Line) -> bool:
        """The other side has room: whether this line is still wanted. It has begun to leave then."""
        with self._changed:
            line.begun = bool(self._lines) and self._lines[0] is line
            return line.begun

    def end_line(self, line: Line, *, left: bool) -> None:
        """All of it has left, or (not `left`) none of it could."""
        with self._changed:
            line.begun = line.gone = left
            if left:
                self._lines.popleft()
            self._changed.notify_all()

    def at_once(self) -> AbstractContextManager[object]:
        """Packets that are taken within it come to who waits together: each wake costs a change of threads."""
        return self._changed

    def take(self, packet: Packet) -> None:
        """Sort what the other side said. It waits, within limits, where nobody takes what is there."""
        with self._changed:
            if self._why is not None:
                return
            if packet.kind is Kind.DATA:
                self._take_data(packet)
            elif packet.kind in _ACKNOWLEDGEMENTS:
                self._take_acknowledgement(packet)
            else:
                self._end(self._damage("sent what cannot be read"))
            self._changed.notify_all()

    def end(self, why: LyncError) -> None:
        """Nothing more can be said, for this reason; it is told to everybody who waits, and who will ask."""
        with self._changed:
            self._end(why)

    def ends_within(self, seconds: float) -> bool:
        """Whether it has ended by then."""
        with self._changed:
            self._wait(lambda: False, Deadline.after(seconds))
            return self._why is not None

    # --- under the lock -------------------------------------------------------------------------------------

    def _wait(self, done: Callable[[], bool], deadline: Deadline) -> None:
        """Until it is done, the deadline has come, or the conversation has ended."""
        while not done() and self._why is None and deadline.left:
            self._changed.wait(min(_SLICE, deadline.left))

    def _send(self, line: Line, owed: Counter[Kind], by: Kind, deadline: Deadline) -> None:
        """Put it among the lines that leave, and take it back where none of it has when the wait ends."""
        try:
            owed[by] += 1
            self._lines.append(line)
            self._changed.notify_all()
            self._wait(lambda: line.gone, deadline)
        finally:
            if not line.begun and line in self._lines:
                self._lines.remove(line)
                owed[by] -= 1

    def _channel(self, target: UUID) -> _Channel:
        channel = self._channels.get(target)
        if channel is None:
            raise SessionClosed("The pipeline was closed before.")
        return channel

    def _take_data(self, packet: Packet) -> None:
        channel = self._owner(packet)
        if channel is None:
            return
        self._heard = True
        while channel.size > MAX_BUFFERED and self._may_pause(channel) and packet.target != SESSION:
            self._changed.wait(_SLICE)
        if packet.target == SESSION and channel.size > MAX_UNREAD_OF_SESSION:
            self._end(SessionBroken(f"{self._who} sends more session messages than can be held.", "Connect again."))
        elif not channel.discarding:
            channel.chunks.append(packet.data)
            channel.size += len(packet.data)

    def _may_pause(self, channel: _Channel) -> bool:
        """Not while an acknowledgement is waited for, which stands behind what is read; that of a stop is not."""
        owed = (kind for one in self._channels.values() for kind, count in one.owed.items() if count)
        return all(kind is Kind.SIGNAL_ACK for kind in owed) and not channel.discarding and self._why is None

    def _take_acknowledgement(self, packet: Packet) -> None:
        channel = self._owner(packet)
        if channel is None:
            return
        if not channel.owed[packet.kind]:
            self._end(self._damage("acknowledged what was not sent, or acknowledged it twice"))
            return
        self._heard = True
        channel.owed[packet.kind] -= 1
        channel.closed = channel.closed or packet.kind is Kind.CLOSE_ACK

    def _owner(self, packet: Packet) -> _Channel | None:
        """The channel that it is for; None for one that is finished. Ends the conversation where there was none."""
        channel = self._channels.get(packet.target)
        if channel is None and packet.target not in self._finished:
            self._end(self._damage("spoke of a pipeline that is not of this session"))
        return channel

    def _damage(self, what: str) -> SessionBroken:
        return SessionBroken(f"{self._who} {what}: something may have been lost.", "Connect again.")

    def _end(self, why: LyncError) -> None:
        self._why = self._why or why
        self._changed.notify_all()

    def _ending(self, line: Line | None = None) -> LyncError:
        """The error for one caller. line: what this caller has sent and got no answer to."""
        why = self._why
        assert why is not None
        if line is not None and line.begun and line.does and self._heard:
            return AnswerLost(f"{why.message} What was sent last may have been done.", why.advice)
        return type(why)(why.message, why.advice)

    def _not_sent(self, line: Line, deadline: Deadline) -> LyncError:
        if self._why is not None:
            return self._ending(line)
        if line.begun:
            return AnswerLost(
                f"{self._who} took only a part of what was sent within {deadline.seconds:g} seconds.",
                "Close the session and connect again.",
            )
        return OperationTimedOut(
            f"{self._who} takes nothing more: it was not sent within {deadline.seconds:g} seconds.",
            "It may be stopped, or its network may be gone. Try again, or close the session.",
        )
