"""A wait with an end, for work that has none of its own (a name server, Kerberos' own servers, SOCKS).

Rules: the work runs on a daemon thread, so that whoever waits can be interrupted; what outlives its time is left to
end by itself, and its result is thrown away. Where no thread can be started any more (the interpreter ends) the work is
done at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotDone
from typing import Final, TypeVar

from lync_magic.errors import OperationTimedOut

SLICE_SECONDS: Final = 0.2
"""How long a wait lasts before it looks again, so that an interrupt is seen soon."""

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T], complaint: str) -> T:
    """What `work` returns or raises. Raises OperationTimedOut, with `complaint`, after `seconds`."""
    end = time.monotonic() + seconds
    result: Future[T] = Future()

    def carry_out() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for the result
            result.set_exception(error)

    try:
        threading.Thread(target=carry_out, name="lync_magic wait", daemon=True).start()
    except RuntimeError:
        return work()
    while True:
        left = end - time.monotonic()
        try:
            return result.result(timeout=max(0.0, min(SLICE_SECONDS, left)))
        except NotDone:
            if result.done():
                raise  # the work's own time-out
            if left <= 0:
                raise OperationTimedOut(complaint, "Try again, or give it more time.") from None
