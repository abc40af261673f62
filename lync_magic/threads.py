"""Blocking work for those who live in asyncio, each on a daemon thread of its own.

Rule of this file: a task that is cancelled has its work told to end, and does not wait for it.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], give_up: Callable[[], None]) -> T:
    """What `work` returns or raises, done on a thread. give_up: is called when nobody waits for it any more."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def settle(setter: Callable[[Any], None], value: Any) -> None:
        if not future.done():
            setter(value)

    def tell(setter: Callable[[Any], None], value: Any) -> None:
        try:
            loop.call_soon_threadsafe(settle, setter, value)
        except RuntimeError:  # the loop was closed meanwhile: nobody waits
            pass

    def carry_out() -> None:
        try:
            result = context.run(work)
        except StopIteration:
            tell(future.set_exception, StopAsyncIteration())  # a future cannot hold a StopIteration
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            tell(future.set_exception, error)
        else:
            tell(future.set_result, result)

    threading.Thread(target=carry_out, name="lync_magic task", daemon=True).start()
    try:
        return await future
    except asyncio.CancelledError:
        give_up()
        raise
