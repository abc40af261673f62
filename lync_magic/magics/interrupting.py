"""An interrupt that comes while the kernel is at nothing, for a cell that goes on beside it after its form.

ipykernel hears SIGINT only while it handles a message: before each it takes its own handler, and afterwards it puts
back what stood there, which is none. Rule of this file: a handler of ours stands there only while such a cell goes on,
and is put there and taken away between messages, in the kernel's own thread.
"""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final

LOOK_SECONDS: Final = 0.05
"""After how long it is looked again whether the kernel has come to its end of a message."""


class Listening:
    """Hears interrupts between messages.

    kernel: ipykernel's; where it has no loop nothing is heard.  heard: called in the kernel's thread, in its loop.
    """

    def __init__(self, kernel: Any, heard: Callable[[], None]) -> None:
        self._loop: Any = getattr(kernel, "io_loop", None)
        self._heard = heard
        self._wanted = False

    def begin(self) -> None:
        """Listen from the end of this message on. From any thread."""
        self._want(wanted=True)

    def end(self) -> None:
        """Listen no more. From any thread."""
        self._want(wanted=False)

    def _want(self, *, wanted: bool) -> None:
        if self._loop is not None:
            self._wanted = wanted
            with suppress(RuntimeError):  # the kernel has ended, and its loop with it
                self._loop.add_callback(self._settle)

    def _settle(self) -> None:
        stands = signal.getsignal(signal.SIGINT)
        if self._wanted and stands == signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._hear)
        elif not self._wanted and stands == self._hear:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        elif self._wanted is not (stands == self._hear):  # within a message, or another cell listens still
            self._loop.call_later(LOOK_SECONDS, self._settle)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._loop.add_callback_from_signal(self._heard)


def raise_in(thread: threading.Thread) -> None:
    """Raise KeyboardInterrupt where a thread is, as Python does in its first one."""
    if thread.ident is not None and thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt))
