"""Interrupts (Ctrl+C, a notebook's stop button) that would be lost.

Python raises KeyboardInterrupt wherever its main thread is. Where that is a finalizer, or a callback of the garbage
collector, nobody can catch it: it is printed with its traceback, and what was to be stopped goes on.
"""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def kept() -> Iterator[None]:
    """Raise KeyboardInterrupt at the end for an interrupt that came inside and could not be heard there.

    One that comes while the garbage collector runs waits for the end. Does nothing in other threads than the main one.
    """
    before = signal.getsignal(signal.SIGINT)
    main = threading.get_ident()
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    collecting = late = False

    def watch(phase: str, _info: object) -> None:
        nonlocal collecting
        if threading.get_ident() == main:
            collecting = phase == "start"

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal late
        if collecting:
            late = True
            return
        try:
            before(number, frame)
        except KeyboardInterrupt:
            late = True
            raise

    gc.callbacks.append(watch)
    signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        gc.callbacks.remove(watch)
    if late:
        raise KeyboardInterrupt


@contextmanager
def ended_as_interrupted() -> Iterator[None]:
    """Take being told to end (SIGTERM: a scheduler's stop) for an interrupt, so that what was begun is put in order.

    Told once is enough. Does nothing where another handler stands, and in other threads than the main one.
    """
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    ):
        yield
        return

    def hear(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGTERM, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
