"""The way of many objects out of the engine: a pipe of their own, beside the one that its questions and answers take.

A frame is a head of two numbers (little-endian, 32 bits: bytes of what follows, of which transfer) and whole objects as
CLIXML. Rules: frames are read by one thread, which an interrupt does not reach, as soon as they come, so that the
engine waits for nobody; one of a transfer that is over is dropped.
"""

from __future__ import annotations

import os
import struct
import threading
import time
from collections import deque
from typing import Final

from lync_magic.begin import widen
from lync_magic.errors import SessionBroken

_HEAD: Final = struct.Struct("<ii")
_READ_BYTES: Final = 1024 * 1024
_SLICE_SECONDS: Final = 0.1
_SILENT_SECONDS: Final = 30.0
"""How long a frame that the engine has announced may stay away."""
_CLOSE_SECONDS: Final = 1.0


class Arriving:
    """Our end of the pipe. descriptor: closed once the engine has ended, and no process holds the other end.

    number: of the other end, in the engine.
    """

    def __init__(self, descriptor: int, number: int) -> None:
        self.number = number
        self._descriptor = descriptor
        widen(descriptor)
        self._changed = threading.Condition()
        self._frames: deque[bytes] = deque()
        self._transfer = 0
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="lync_magic arriving", daemon=True)
        self._thread.start()

    def begin(self) -> int:
        """The number of a new transfer; what still comes of the last one is dropped."""
        with self._changed:
            self._frames.clear()
            self._transfer += 1
            return self._transfer

    def take(self) -> bytes:
        """The next frame of the transfer, which the engine has announced. Raises SessionBroken."""
        until = time.monotonic() + _SILENT_SECONDS
        with self._changed:
            while not self._frames:
                if self._ended or time.monotonic() > until:
                    raise SessionBroken("The objects that it was sending did not come.", "Start another one.")
                self._changed.wait(_SLICE_SECONDS)
            return self._frames.popleft()

    def close(self) -> None:
        """The engine has ended. Idempotent."""
        self._thread.join(_CLOSE_SECONDS)

    def _work(self) -> None:
        try:
            while True:
                size, transfer = _HEAD.unpack(self._read(_HEAD.size))
                data = self._read(size)
                with self._changed:
                    if transfer == self._transfer:
                        self._frames.append(data)
                        self._changed.notify_all()
        except (EOFError, OSError):
            pass  # the engine has ended, which its own pipe tells
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()
            os.close(self._descriptor)

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self._descriptor, min(size, _READ_BYTES))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
