"""The kernel's standard streams: ipykernel's, which do not wait where there is nothing to send.

A cell flushes both of them five times; each time ipykernel wakes the thread that sends, and waits for it.
"""

from __future__ import annotations

from ipykernel.iostream import OutStream


class Stream(OutStream):
    """What is written is sent by one thread, in order, with all else that the front end is told."""

    def flush(self) -> None:
        """Send what was written and is not yet on its way. In a forked copy that is not known."""
        if getattr(self, "_flush_pending", True) or not self._is_master_process():
            super().flush()
