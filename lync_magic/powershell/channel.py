"""The way of many objects to the engine: a pipe of their own, beside the one that its questions and answers take.

They are results of calls, and variables. A frame is a head of three numbers (little-endian, 32 bits: bytes of what
follows, the call or the variable, flags) and a list of whole objects as CLIXML. Rules: frames leave in order, each
whole, written by one thread, which an interrupt does not reach; a frame of a call that is over is dropped unless some
of it has left. What is not read makes nobody wait for longer than the engine lives.
"""

from __future__ import annotations

import os
import select
import struct
import threading
from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

from lync_magic.begin import widen
from lync_magic.powershell import forms

SAID: Final = 1
"""Flag: among the objects are records of other streams."""
DONE: Final = 2
"""Flag: nothing more comes of the call."""
LOST: Final = 4
"""Flag: nothing more comes, and what came is not whole."""
ROOM: Final = 512 * 1024
"""Bytes that may wait to be written."""
_HEAD: Final = struct.Struct("<iii")
_LOOK_MS: Final = 100
"""Milliseconds until a writer who waits for room looks whether it is still wanted."""


class _Frame(NamedTuple):
    call: int
    data: bytes


class Channel:
    """Our end of the pipe. descriptor: non-inheritable; closed by `close`.  number: of the other end, in the engine."""

    def __init__(self, descriptor: int, number: int) -> None:
        self.number = number
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)
        widen(descriptor)
        self._changed = threading.Condition()
        self._frames: deque[_Frame] = deque()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="lync_magic channel", daemon=True)
        self._thread.start()

    @property
    def has_room(self) -> bool:
        """Whether more may be sent now."""
        return sum(len(frame.data) for frame in list(self._frames)) < ROOM

    def send(
        self, call: int, elements: Iterable[bytes | str], *, said: bool = False, done: bool = False, lost: bool = False
    ) -> None:
        """Have more of a call's result written. Does not wait."""
        payload = forms.items(elements, None)
        head = _HEAD.pack(len(payload), call, SAID * said | DONE * done | LOST * lost)
        with self._changed:
            self._frames.append(_Frame(call, head + payload))
            self._changed.notify_all()

    def drop(self, call: int) -> None:
        """Do not send what waits of a call: nobody reads it."""
        with self._changed:
            self._frames = deque(frame for frame in self._frames if frame.call != call)

    def close(self) -> None:
        """Write no more. Idempotent; does not wait for who reads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _work(self) -> None:
        try:
            while (frame := self._next()) is not None:
                self._write(memoryview(frame.data))
        except OSError:
            self.close()  # the engine has ended, which its own pipe tells
        finally:
            os.close(self._descriptor)

    def _next(self) -> _Frame | None:
        with self._changed:
            while not self._frames and not self._closed:
                self._changed.wait()
            return None if self._closed else self._frames.popleft()

    def _write(self, view: memoryview) -> None:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        while view and not self._closed:
            try:
                view = view[os.write(self._descriptor, view) :]
            except BlockingIOError:
                poll.poll(_LOOK_MS)
