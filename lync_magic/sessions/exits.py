"""Every end of the process that can be seen gives the seats back; the others are the lease's (SIGKILL, a crash).

- The interpreter ends: a thread that waits for the main thread closes the sessions, so that threads of the person's own
  are not waited for; the atexit hook waits for it, for a moment.
- SIGTERM, SIGHUP: close, then end as the process would have. Where another handler stands it is kept and called after
  ours, in a kernel; in a plain script ours is only put where the default action stands. Never from another thread.
- A fork: the child's copies are dead, and its end leaves the parent's sessions alone.

Rules: hooks are set when the first session is opened, or earlier by `watch`; nothing here raises, or waits for long.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from queue import SimpleQueue
from types import FrameType
from typing import Any, Final

from lync_magic.sessions.registry import EXIT_SECONDS, SLICE_SECONDS, Registry, registry

SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Exits:
    """Watches over one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._closed = False
        self._hooked = False
        registry.on_add = self.watch

    def watch(self, *, in_kernel: bool = False) -> None:
        """Set the hooks, once; those for signals only where they may be set. in_kernel: other handlers are wrapped."""
        if not self._hooked:
            self._hooked = True
            atexit.register(self._at_exit)
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=self._in_child)
            for work in (self._after_main_thread, self._when_woken):
                threading.Thread(target=work, name="lync_magic exit", daemon=True).start()
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                self._handle(number, wrap=in_kernel)

    # --- the interpreter ends --------------------------------------------------------------------------------------

    def _after_main_thread(self) -> None:
        threading.main_thread().join()
        self._close()

    def _at_exit(self) -> None:
        self._close()

    def _close(self) -> None:
        self._registry.close_all_at_exit()
        self._closed = True

    # --- a signal ends it ------------------------------------------------------------------------------------------

    def _handle(self, number: int, *, wrap: bool) -> None:
        before = signal.getsignal(number)
        if getattr(before, "__self__", None) is self or isinstance(before, _Handler):
            return
        if before is signal.SIG_DFL or (wrap and callable(before)):
            try:
                signal.signal(number, _Handler(self, before))
            except (ValueError, OSError):  # not this interpreter's to set
                return

    def end_by(self, number: int) -> None:
        """Close, in the other thread: the one that was interrupted may hold any lock."""
        if not len(self._registry.held()):
            return
        self._closed = False
        self._wake.put(None)
        deadline = time.monotonic() + EXIT_SECONDS
        while not self._closed and time.monotonic() < deadline:
            time.sleep(SLICE_SECONDS)

    def _when_woken(self) -> None:
        while True:
            self._wake.get()
            self._close()

    # --- a fork ----------------------------------------------------------------------------------------------------

    def _in_child(self) -> None:
        self._registry.forget_all()
        self._hooked = False
        self._wake = SimpleQueue()


class _Handler:
    """What stands for a signal: closes, then does what stood there before."""

    def __init__(self, exits: Exits, before: Any) -> None:
        self._exits = exits
        self._before = before

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self._exits.end_by(number)
        if callable(self._before):
            self._before(number, frame)
            return
        signal.signal(number, signal.SIG_DFL)
        if sys.platform == "win32":
            os._exit(number)
        os.kill(os.getpid(), number)


exits: Final = Exits(registry)
"""The one of this process."""
