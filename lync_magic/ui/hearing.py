"""Fields that are heard again and again while a cell awaits (Run All behind a form).

A browser sends what changes in a widget, and the next change of it when the kernel has said that it is done with the
first. Of a message that comes while a cell awaits ipykernel (7.4) says nothing, so that each field would be heard once.

Rule of this file: what ipykernel says of other messages stays as it is.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Final

import ipywidgets as widgets

_HANDLING: Final = "dispatch_shell"
"""The coroutine in which ipykernel handles a message; beside a cell it is a task of its own, told so."""


def hear(field: widgets.Widget) -> None:
    """Tell the browser of each message of a field that it was heard."""
    if field.comm is not None:
        field.comm.on_msg(partial(_heard, field))


def _heard(field: widgets.Widget, message: dict[str, Any]) -> None:
    try:
        field._handle_msg(message)  # what ipywidgets itself has told the comm to call
    finally:
        if field.comm is not None and _is_beside_a_cell():
            field.comm.publish_msg("status", execution_state="idle")


def _is_beside_a_cell() -> bool:
    """Whether the message that is handled came while a cell awaits."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop runs: this is no kernel of today
        return False
    coroutine = None if task is None else task.get_coro()
    frame = getattr(coroutine, "cr_frame", None)
    return (
        getattr(coroutine, "__name__", "") == _HANDLING and frame is not None and bool(frame.f_locals.get("concurrent"))
    )
