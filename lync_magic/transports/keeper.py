"""Keeps one process of a process transport: starts it, reads and writes for it, and ends it.

Threads: one starts the process, reads its output and sorts it by GUID, one reads its errors, one writes, so that an
interrupt of a caller can neither cut a line in two nor lose a process that was just started. What they say to each
other and to the callers is `conversation.py`'s.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from lync_magic.errors import EndpointUnreachable, LyncError, OperationTimedOut, SessionBroken, SessionClosed
from lync_magic.transports.child import Child
from lync_magic.transports.conversation import Conversation, Line
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.lines import Kind, LineReader, Packet
from lync_magic.transports.words import Words

_LONGEST_ERROR = 64 * 1024
"""Bytes of a line of errors that are kept while its end has not come."""
_LAST_LINES = 3
"""Of many lines of errors that come at once, the last ones count."""
_LAST_WORDS = 1.0
"""Seconds to wait for the errors and the exit code of a process whose output has ended."""
_TERMINATE_SECONDS = 0.4
"""How long a process may take to end that is asked to; then it is killed."""
_GRACE = 0.1
"""Seconds for a thread to end that has nothing to wait for."""
_OURS = b"PSGuid="
"""What in a program's errors shows that it has read our line as something else."""
_OF_A_CLIENT = frozenset({Kind.COMMAND, Kind.CLOSE, Kind.SIGNAL, Kind.DAMAGED})
"""What only comes from something that sends back what it is sent, or quotes it."""

Overheard = Callable[[bytes, bool], None]
"""Hears one line, and whether it came on the error stream."""


def unheard(_line: bytes, _error: bool) -> None:
    """Nobody listens."""


class Keeper:
    """Keeps the process of one command line. creation: what it is sent first, to know it when it comes back.

    words: takes what it writes beside the protocol.  talk: takes the protocol.
    begun: the process, where it was begun before.  overheard: as `ProcessTransport` has it.
    """

    def __init__(
        self,
        command_line: Sequence[str],
        environment: Mapping[str, str] | None,
        creation: bytes,
        words: Words,
        talk: Conversation,
        begun: subprocess.Popen[bytes] | None = None,
        overheard: Overheard = unheard,
    ) -> None:
        self._command_line = command_line
        self._overheard = overheard
        self._begun = begun
        self._environment = environment
        self._creation = creation
        self._words = words
        self._talk = talk
        self._life = threading.Lock()
        self._starting = self._ending = False
        self._started = threading.Event()
        self._child: Child | None = None
        self._threads = [self._thread("reader", self._serve)]

    @property
    def pid(self) -> int | None:
        """The number of the process, once there is one."""
        return self._child.pid if self._child is not None else None

    def start(self) -> None:
        """Begin to start the process. How that ends, the conversation tells."""
        try:
            self._threads[0].start()
        except RuntimeError as error:
            self._talk.end(self._no_thread(error))

    def has_exited(self, deadline: Deadline) -> bool:
        """Whether there is no process, or it ends by then."""
        return self._child is None or self._child.has_exited(deadline.end)

    def end(self, deadline: Deadline) -> None:
        """End it, by force if need be: no process, thread or descriptor is left. Again after an interrupt.

        Raises OperationTimedOut when one is.
        """
        self._talk.end(SessionClosed(f"{self._words.who} was closed."))
        with self._life:
            self._ending = True
        if self._starting:
            self._started.wait(deadline.left)
        child = self._child
        if child is not None:
            self._end_process(child, deadline)
        if not self._join(deadline):
            what = "is still being started" if child is None else "ended, and something that it started holds its pipes"
            raise OperationTimedOut(f"{self._words.who} {what}.", "Close it again.")
        if child is not None:
            child.free()

    def drop(self) -> None:
        """Free what is held here; the process ends by itself."""
        self._talk.end(SessionClosed(f"{self._words.who} was dropped."))
        if self._child is not None:
            self._child.release()
            self._join(Deadline.after(_LAST_WORDS))
            self._child.free()

    def disown(self) -> None:
        """Free what is held here in a forked copy, where there are no threads and every lock may be held."""
        if self._child is not None:
            self._child.disown()

    def _end_process(self, child: Child, deadline: Deadline) -> None:
        try:
            if child.exit_code is None:
                child.kill(force=False)
                child.has_exited(deadline.part(0.85).at_most(_TERMINATE_SECONDS).end)
        finally:
            child.kill(force=True)
            gone = child.reap(deadline.end)
            child.release()
        if not gone:
            raise OperationTimedOut(
                f"{self._words.who} does not end, though it was killed (process {child.pid}).", "Close it again."
            )

    def _join(self, deadline: Deadline) -> bool:
        """Whether every thread has ended by then."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(_GRACE, deadline.left))
        return not any(thread.is_alive() for thread in self._threads)

    # --- threads --------------------------------------------------------------------------------------------

    def _thread(self, name: str, work: Callable[..., None], *given: object) -> threading.Thread:
        name = f"lync_magic {name} of {self._words.program}"
        return threading.Thread(target=work, args=given, name=name, daemon=True)

    def _no_thread(self, error: RuntimeError) -> EndpointUnreachable:
        return EndpointUnreachable(f"{self._words.who} cannot be talked to: {error}.", "End what uses so many threads.")

    def _serve(self) -> None:
        """Start the process, unless it was closed before, and read what it says, to the end."""
        try:
            with self._life:
                if self._ending:
                    return
                self._starting = True
            child = self._child = Child(self._command_line, self._environment, self._begun)
            self._started.set()
            errors = self._thread("errors", self._read_errors, child)
            self._threads += [errors, self._thread("writer", self._write, child)]
            for thread in self._threads[1:]:
                thread.start()
            self._read(child, errors)
        except LyncError as error:
            self._talk.end(error)
        except RuntimeError as error:
            self._talk.end(self._no_thread(error))
        finally:
            self._started.set()
            self._talk.end(SessionBroken(f"{self._words.who} is not read any more.", "Connect again."))

    def _read(self, child: Child, errors: threading.Thread) -> None:
        """Whoever waits is told of the end once the last words and the exit code are there too."""
        reader = LineReader()
        try:
            while not self._talk.ended and (data := child.read(child.stdout)):
                packets = list(reader.feed(data))
                with self._talk.at_once():
                    self._take(packets)
        except SessionBroken as error:
            self._talk.end(SessionBroken(f"{self._words.who} {error.message}", error.advice))
        self._take(packet for packet in reader.end() if packet.kind is not Kind.DAMAGED)  # cut off by the end, no more
        end = time.monotonic() + _LAST_WORDS
        errors.join(0 if self._talk.ended else _LAST_WORDS)
        child.has_exited(0 if self._talk.ended else end)
        self._talk.end(self._words.ended(child.exit_code, heard=self._talk.heard))

    def _take(self, packets: Iterable[Packet]) -> None:
        for packet in packets:
            if packet.kind is Kind.NOISE and self._talk.heard:
                self._overheard(packet.data, False)
            elif packet.kind in (Kind.NOISE, Kind.FAILURE):
                self._words.add(packet.data)
            if packet.kind is Kind.FAILURE:
                self._talk.end(self._words.ended(None, heard=self._talk.heard))
            elif not self._talk.heard and self._is_our_own(packet):
                self._talk.end(self._words.no_server())
            elif packet.kind is not Kind.NOISE:
                self._talk.take(packet)

    def _is_our_own(self, packet: Packet) -> bool:
        """Whether it is what we say, sent back or quoted, as by a shell that shows what it reads."""
        is_echo = packet.kind is Kind.DATA and packet.data == self._creation != b""
        return is_echo or packet.kind in _OF_A_CLIENT

    def _read_errors(self, child: Child) -> None:
        rest = b""
        while data := child.read(child.stderr):
            *lines, rest = (rest + data).split(b"\n")
            heard = self._talk.heard
            for line in lines[-_LAST_LINES:] if heard else lines:
                self._words.add(line)
            for line in lines if heard else ():
                self._overheard(line, True)
            if not heard and any(_OURS in line for line in lines):
                self._talk.end(self._words.no_server())
            rest = rest[-_LONGEST_ERROR:]
        self._words.add(rest)

    def _write(self, child: Child) -> None:
        with child.stdin:
            try:
                while (line := self._talk.next_line()) is not None and child.wait_for_room():
                    if self._talk.begin_line(line):
                        self._write_line(child, line)
            except OSError:
                if not self._talk.ends_within(2 * _LAST_WORDS):
                    self._talk.end(SessionBroken(f"{self._words.who} does not listen any more.", "Connect again."))

    def _write_line(self, child: Child, line: Line) -> None:
        view, whole = memoryview(line.bytes), len(line.bytes)
        try:
            while view:
                view = view[child.write(view) :]
                if view and not child.wait_for_room():
                    return
        finally:
            if not view or len(view) == whole:
                self._talk.end_line(line, left=not view)
