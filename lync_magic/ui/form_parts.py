"""The pieces of the sign-in form: its HTML, its labels, and calls that come a little later.

Rules of this file: all text from elsewhere is escaped. The one script (`form.js`) does what no core widget does: it
hears the Escape key, and keeps the keyboard's focus from being lost. Where scripts do not run, the form works without.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import cache
from html import escape
from importlib.resources import files
from threading import Timer
from typing import Any, Final

from lync_magic.errors import LyncError
from lync_magic.ui.style import PLAIN_CLASSES, html_of, sheet

LABEL_WIDTH: Final = "86px"


def labelled(text: str) -> dict[str, Any]:
    """The traits that give a field its label."""
    return {"description": text, "style": {"description_width": LABEL_WIDTH}}


def head_html(title: str, message: str) -> str:
    """The style sheet, the heading, and why one is asked."""
    below = f'<div class="lync-message">{html_of(message)}</div>' if message else ""
    heading = f'<div class="lync-title" role="heading" aria-level="3">{html_of(title)}</div>{below}'
    return f'{sheet("form")}{_script()}<div class="{PLAIN_CLASSES}">{heading}</div>'


@cache
def _script() -> str:
    """The script, as an element that runs it when it comes into the page, as `<script>` in a widget does not."""
    script = files("lync_magic.ui").joinpath("form.js").read_text("utf-8")
    return f'<style onload="{escape(script)}">.lync-form{{}}</style>'


def trouble_html(error: LyncError | str) -> str:
    """What went wrong and what to do, read out at once."""
    message, advice = error.said() if isinstance(error, LyncError) else (error, "")
    more = f"<div>{html_of(advice)}</div>" if advice else ""
    return f'<div class="lync-bad {PLAIN_CLASSES}" role="alert"><b>{html_of(message)}</b>{more}</div>'


def question_html(text: str, detail: str = "") -> str:
    """What a program asks, in its own words. detail: a line of it that has to be compared."""
    more = f'<div class="lync-detail">{html_of(detail)}</div>' if detail else ""
    return f'<div class="lync-question {PLAIN_CLASSES}">{html_of(text)}{more}</div>'


def steps_html(lines: list[str]) -> str:
    """The lines of connecting; nothing where there are none."""
    if not lines:
        return ""
    shown = "\n".join(html_of(line.rstrip("\n")) for line in lines)
    return f'<div class="lync-steps {PLAIN_CLASSES}" role="status" aria-live="polite">{shown}</div>'


def later(seconds: float, call: Callable[[], None]) -> None:
    """Call after `seconds`: on this thread's event loop, or on a thread of its own where no loop runs.

    Either way in this context, so that what is written goes to the same cell.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        timer = Timer(seconds, copy_context().run, (call,))
        timer.daemon = True
        timer.start()
    else:
        loop.call_later(seconds, call)
